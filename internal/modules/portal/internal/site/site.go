// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package site shows the pages about the citizens' site itself.
package site

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/module"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/portal"
	"tinhso.vn/internal/platform/ui"
	"tinhso.vn/internal/platform/web"
)

// Hotline is a number that people can call.
type Hotline struct {
	Name   i18n.Text
	Number string
}

// Deps is what the pages need.
type Deps struct {
	Hotlines func(ctx context.Context) ([]Hotline, error)
}

type pages struct{ Deps }

// Routes returns the pages.
func Routes(d Deps) []web.Route {
	h := pages{d}
	return []web.Route{
		{Pattern: "GET " + portal.DisplayPath, Access: web.Public(), Handle: h.display},
		{Pattern: "POST " + portal.DisplayPath, Access: web.Public(), Handle: h.show},
		{Pattern: "GET " + portal.AccessPath, Access: web.Public(), Handle: h.access},
		{Pattern: "GET " + portal.MapPath, Access: web.Public(), Handle: h.siteMap},
		{Pattern: "GET " + portal.OfflinePath, Access: web.Public(), Handle: h.offline},
		{Pattern: "GET /manifest.webmanifest", Access: web.Public(), Handle: h.manifest},
	}
}

func (h pages) display(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	return p.Render(w, r, page.View{Title: p.T("portal.display.title"), Body: displayPage(p, web.Local(r.URL.Query().Get("tu")))})
}

// show keeps how large the letters are and goes back to where one came from.
func (h pages) show(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return web.ErrMalformed.Because(err)
	}
	p := page.From(r.Context())
	p.Site.Show(w, page.Display{Size: page.Size(r.PostForm.Get("size")), Contrast: r.PostForm.Get("contrast") == "1"})
	return page.Done(w, r, web.Local(r.PostForm.Get("back")), "portal.display.done")
}

func (h pages) access(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	return p.Render(w, r, page.View{Title: p.T("portal.access.title"), Description: p.T("portal.access.lead"), Body: accessPage(p)})
}

// siteMap lists what the menus of this reader hold.
func (h pages) siteMap(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	return p.Render(w, r, page.View{Title: p.T("portal.map.title"), Body: mapPage(p, entries(p, false), entries(p, true))})
}

func entries(p page.Page, foot bool) (links []ui.Link) {
	for _, m := range p.Site.Menu {
		if m.Side == module.Citizens && m.Foot == foot && m.Shown(p.Actor) && m.Path != portal.MapPath {
			links = append(links, ui.Link{Text: p.T(m.Label), Href: m.Path})
		}
	}
	if foot && p.Site.Links != nil {
		for _, l := range p.Site.Links("/", false) {
			links = append(links, ui.Link{Text: p.T(l.Text), Href: l.Href})
		}
	}
	return slices.Clip(links)
}

// offline is the page that a phone keeps. It is the same for everybody: it knows
// nobody, and says what it has to say in both languages.
func (h pages) offline(w http.ResponseWriter, r *http.Request) error {
	s := *page.From(r.Context()).Site
	s.Notices, s.Acting, s.Links = nil, nil, nil
	p := s.New(r, identity.Actor{}, page.From(r.Context()).Now)
	p.Path = "/"
	var lines []Hotline
	if h.Hotlines != nil {
		var err error
		if lines, err = h.Hotlines(r.Context()); err != nil {
			return err
		}
	}
	return p.Render(w, r, page.View{Title: p.T("portal.offline.title"), Body: offlinePage(p, lines)})
}

// manifest lets phones keep the site as an app.
func (h pages) manifest(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	type icon struct {
		Src     string `json:"src"`
		Sizes   string `json:"sizes"`
		Type    string `json:"type"`
		Purpose string `json:"purpose,omitempty"`
	}
	type shortcut struct {
		Name string `json:"name"`
		URL  string `json:"url"`
	}
	large := p.Site.Assets.Href("icon-512.png")
	w.Header().Set("Content-Type", "application/manifest+json")
	w.Header().Set("Cache-Control", "public, max-age=3600")
	w.Header().Set("Vary", "Cookie")
	return json.NewEncoder(w).Encode(map[string]any{
		"id": "/", "start_url": "/", "scope": "/", "display": "standalone", "lang": string(p.Lang()),
		"name": p.T("page.service") + " – " + p.Text(p.Site.Province), "short_name": p.T("page.service"),
		"description": p.T("portal.app.description"), "background_color": "#f4f7f6", "theme_color": "#084248",
		"icons": []icon{
			{p.Site.Assets.Href("icon-192.png"), "192x192", "image/png", ""},
			{large, "512x512", "image/png", ""},
			{large, "512x512", "image/png", "maskable"},
		},
		"shortcuts": []shortcut{{p.T("portal.app.track"), "/tra-cuu"}, {p.T("portal.app.find"), "/thu-tuc"}},
	})
}
