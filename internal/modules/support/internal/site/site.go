// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package site shows how the program fares, what is announced, the help of
// every page and the form for what is wrong with one.
package site

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"

	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/support"
	"tinhso.vn/internal/modules/support/internal/core"
	"tinhso.vn/internal/platform/ui"
	"tinhso.vn/internal/platform/web"
)

// The pages.
const (
	StatusPath   = "/trang-thai"
	HelpPath     = "/tro-giup"
	SayPath      = "/gop-y"
	NewsPath     = "/quan-tri/thong-bao-chung"
	MaintainPath = "/quan-tri/bao-tri"
	SaidPath     = "/quan-tri/gop-y"
)

// Deps is what the pages need.
type Deps struct {
	Service *core.Service
	Guide   *core.Guide
	Site    func() *page.Site // for the page that works without the database
	Now     func() time.Time
	Routes  func() []string // of all pages
	Name    func(ctx context.Context, account string) string
}

// Routes returns the pages.
func Routes(d Deps) []web.Route {
	h := pages{d}
	manage, read := web.Needs(string(support.PermAnnounce), string(support.PermMaintain)), web.Needs(string(support.PermFeedback))
	return []web.Route{
		{Pattern: "GET " + StatusPath, Access: web.Public(), Door: web.Wide, Handle: h.status},
		{Pattern: "GET " + HelpPath, Access: web.Public(), Handle: h.help},
		{Pattern: "GET " + HelpPath + "/trang", Access: web.Public(), Handle: h.here},
		{Pattern: "GET " + HelpPath + "/ngay-dau", Access: web.SignedIn(), Handle: h.firstDay},
		{Pattern: "POST " + HelpPath + "/ngay-dau", Access: web.SignedIn(), Handle: h.tick},
		{Pattern: "GET " + HelpPath + "/the/{card}", Access: web.SignedIn(), Handle: h.card},
		{Pattern: "GET " + HelpPath + "/{topic}", Access: web.Public(), Handle: h.topic},
		{Pattern: "GET " + SayPath, Access: web.Public(), Handle: h.say},
		{Pattern: "POST " + SayPath, Access: web.Public(), Door: web.Narrow, Handle: h.said},
		{Pattern: "GET " + NewsPath, Access: manage, Handle: h.news},
		{Pattern: "POST " + NewsPath, Access: web.Needs(string(support.PermAnnounce)), Handle: h.announce},
		{Pattern: "POST " + NewsPath + "/{id}/ket-thuc", Access: web.Needs(string(support.PermAnnounce)), Handle: h.withdraw},
		{Pattern: "POST " + MaintainPath, Access: web.Needs(string(support.PermMaintain)), Handle: h.maintain},
		{Pattern: "POST " + MaintainPath + "/{id}/ket-thuc", Access: web.Needs(string(support.PermMaintain)), Handle: h.reopen},
		{Pattern: "GET " + MaintainPath, Access: manage, Handle: func(w http.ResponseWriter, r *http.Request) error { return web.SeeOther(w, r, NewsPath) }},
		{Pattern: "GET " + SaidPath, Access: read, Handle: h.feedback},
		{Pattern: "GET " + SaidPath + "/tep.csv", Access: read, Handle: h.file},
		{Pattern: "POST " + SaidPath + "/{id}", Access: read, Handle: h.handle},
	}
}

type pages struct{ Deps }

// status works when nothing else does: it knows nobody and asks no database.
func (h pages) status(w http.ResponseWriter, r *http.Request) error {
	s := *h.Site()
	s.Menu, s.Unit, s.Notices = nil, nil, nil
	now := h.Now()
	p := s.New(r, identity.Actor{}, now)
	w.Header().Set("Cache-Control", "no-store")
	return p.Render(w, r, page.View{Title: p.T("support.status.title"), Description: p.T("support.status.lead"), Body: statusPage(p, h.Service.Status(now))})
}

func (h pages) help(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	return p.Render(w, r, page.View{Title: p.T("support.help.title"), Desk: p.Actor.Official(), Body: helpPage(p, h.Guide, p.Actor.Official())})
}

// here leads to the help of the page somebody comes from.
func (h pages) here(w http.ResponseWriter, r *http.Request) error {
	topic, found := h.Guide.For(core.Route(h.Routes(), r.URL.Query().Get("tu")))
	if !found {
		return web.SeeOther(w, r, HelpPath)
	}
	return web.SeeOther(w, r, HelpPath+"/"+topic.ID+"?tu="+url.QueryEscape(web.Local(r.URL.Query().Get("tu"))))
}

func (h pages) topic(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	t, found := h.Guide.Topic(r.PathValue("topic"))
	if !found {
		return support.ErrNotFound
	}
	return p.Render(w, r, page.View{
		Title: p.Text(t.Title), Description: p.Text(t.Lead), Desk: p.Actor.Official(),
		Body: topicPage(p, h.Guide, t, back(r)),
	})
}

// back is the page somebody came from; empty where they did not say.
func back(r *http.Request) string {
	from := r.URL.Query().Get("tu")
	if from == "" {
		return ""
	}
	return web.Local(from)
}

func (h pages) firstDay(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	steps, done, err := h.Service.FirstDay(r.Context(), p.Actor)
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{Title: p.T("support.first.title"), Desk: true, Body: firstDayPage(p, steps, done, h.Guide.CardsFor(p.Actor))})
}

func (h pages) tick(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return web.ErrMalformed.Because(err)
	}
	p := page.From(r.Context())
	if err := h.Service.Tick(r.Context(), p.Actor, r.PostForm.Get("step"), r.PostForm.Get("done") == "yes"); err != nil {
		return err
	}
	return web.SeeOther(w, r, HelpPath+"/ngay-dau")
}

func (h pages) card(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	c, found := h.Guide.Card(r.PathValue("card"))
	if !found {
		return support.ErrNotFound
	}
	return p.Render(w, r, page.View{Title: p.Text(c.Title), Desk: true, Body: cardPage(p, c)})
}

func (h pages) say(w http.ResponseWriter, r *http.Request) error {
	return h.sayPage(w, r, saying{Page: web.Local(r.URL.Query().Get("trang"))}, nil)
}

// saying is the form as it was typed.
type saying struct{ Page, Useful, Text string }

func (h pages) sayPage(w http.ResponseWriter, r *http.Request, form saying, wrong []web.ProblemField) error {
	p := page.From(r.Context())
	return p.Render(w, r, page.View{Title: p.T("support.say.title"), Desk: p.Actor.Official(), Status: status(wrong), Body: sayBody(p, form, wrong)})
}

func (h pages) said(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return web.ErrMalformed.Because(err)
	}
	form := saying{web.Local(r.PostForm.Get("page")), r.PostForm.Get("useful"), r.PostForm.Get("text")}
	err := h.Service.Say(r.Context(), page.From(r.Context()).Actor, form.Page, form.Useful, form.Text)
	if wrong, bad := wrongOf(err); bad {
		return h.sayPage(w, r, form, wrong)
	}
	if err != nil {
		return err
	}
	return page.Done(w, r, form.Page, "support.say.done")
}

func status(wrong []web.ProblemField) int {
	if len(wrong) > 0 {
		return http.StatusUnprocessableEntity
	}
	return http.StatusOK
}

// moment reads 22/11/2026 14:30, also 22/11/2026 14 giờ 30; nothing is zero.
func moment(day, clock string) time.Time {
	clock = strings.NewReplacer(" ", "", "giờ", ":", "h", ":", "phút", "").Replace(strings.ToLower(strings.TrimSpace(clock)))
	if strings.HasSuffix(clock, ":") {
		clock += "00"
	}
	for _, form := range []string{"2/1/2006 15:04", time.DateOnly + " 15:04"} {
		if t, err := time.ParseInLocation(form, strings.TrimSpace(day)+" "+clock, calendar.Zone()); err == nil {
			return t
		}
	}
	return time.Time{}
}

func summary(p page.Page, wrong []web.ProblemField) ui.ErrorSummaryParams {
	s := ui.ErrorSummaryParams{TitleText: p.T("page.error.input")}
	for _, f := range wrong {
		s.ErrorList = append(s.ErrorList, ui.ErrorItem{Text: p.Named(f.Code, f.Args), Href: "#" + f.Name})
	}
	return s
}

// input is a field of a form with what is wrong about it.
func input(p page.Page, name, value, label, hint string, wrong []web.ProblemField) ui.InputParams {
	in := ui.InputParams{ID: name, Name: name, Value: value, Label: ui.Label{Text: label}, Autocomplete: "off"}
	if hint != "" {
		in.Hint = &ui.Hint{Text: hint}
	}
	in.ErrorMessage = failed(p, name, wrong)
	return in
}

func failed(p page.Page, name string, wrong []web.ProblemField) *ui.ErrorMessage {
	if said := p.Errors(wrong)[name]; said != "" {
		return &ui.ErrorMessage{Text: said}
	}
	return nil
}
