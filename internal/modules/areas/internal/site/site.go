// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package site shows administrative units: what an old one is called today, the
// tables in force, and the map.
package site

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"tinhso.vn/internal/kernel/forms"
	"tinhso.vn/internal/kernel/forms/formui"
	"tinhso.vn/internal/kernel/geo"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/areas/internal/core"
	"tinhso.vn/internal/platform/web"
)

// Path is where the pages begin.
const Path = "/dia-gioi"

const tablesPath = Path + "/bang"

// Routes returns the pages.
func Routes(s *core.Service, f Files) []web.Route {
	p := pages{svc: s, files: f}
	return slices.Concat(p.mapRoutes(), p.importRoutes(), []web.Route{
		{Pattern: "GET " + Path, Access: web.Public(), Handle: p.find},
		{Pattern: "GET " + tablesPath, Access: web.Public(), Handle: p.tables},
		{Pattern: "GET " + Path + "/goi-y", Access: web.Public(), Quiet: true, Handle: p.suggest},
	})
}

type pages struct {
	svc   *core.Service
	files Files
}

// longest bounds what is looked at.
const longest = 300

// offered is how many places are offered while one types.
const offered = 8

// place is what the script of an address reads.
type place struct {
	Value    string `json:"value"`
	Code     string `json:"code"`
	Name     string `json:"name"`
	Short    string `json:"short"`
	Province string `json:"province"`
	Was      string `json:"was,omitempty"`
	Why      string `json:"why,omitempty"`
}

func (h pages) suggest(w http.ResponseWriter, r *http.Request) error {
	p, q := page.From(r.Context()), r.URL.Query()
	text := q.Get("q")
	if len(text) > longest {
		text = ""
	}
	x, found, err := h.svc.Suggest(r.Context(), text, q.Get("tinh"), h.svc.Today(), offered)
	if err != nil {
		return err
	}
	out := make([]place, len(found))
	for i, c := range forms.Candidates(x, found, p.Lang()) {
		out[i] = place{
			Value: c.Value, Code: found[i].Unit.Code, Name: c.Name, Short: p.Text(found[i].Unit.Text()), Province: x.Province(found[i].Unit).Code,
			Was: c.Was, Why: formui.Why(c, p.Printer),
		}
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Cache-Control", "private, max-age=300")
	return json.NewEncoder(w).Encode(out)
}

func (h pages) find(w http.ResponseWriter, r *http.Request) error {
	p, q := page.From(r.Context()), strings.TrimSpace(r.URL.Query().Get("q"))
	if len(q) > longest {
		q = ""
	}
	x, a, err := h.svc.Resolve(r.Context(), q, h.svc.Today())
	if err != nil {
		return err
	}
	found := a.Candidates
	if q != "" && len(found) == 0 {
		if x, found, err = h.svc.Suggest(r.Context(), q, "", h.svc.Today(), most); err != nil {
			return err
		}
	}
	found = found[:min(len(found), most)]
	return p.Render(w, r, page.View{
		Title: p.T("areas.title"), Description: p.T("areas.lead"), Before: crumbs(p), Body: findPage(p, x, q, found),
	})
}

// most is how many places stand on a page.
const most = 30

// came lists what a commune came from, for people.
func came(x *geo.Index, u geo.Unit) (names []string) {
	for _, l := range x.From(u) {
		names = append(names, x.Full(l.Old))
	}
	return names
}
