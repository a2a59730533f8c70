// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package site is where people say how they were served, and where officials see
// figures and answer for low scores.
package site

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/module"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/satisfaction"
	"tinhso.vn/internal/modules/satisfaction/internal/core"
	"tinhso.vn/internal/platform/sheet"
	"tinhso.vn/internal/platform/ui"
	"tinhso.vn/internal/platform/web"
)

type site struct{ svc *core.Service }

const (
	askPath    = "/danh-gia"
	addPath    = askPath + "/them/"
	reportPath = "/hai-long"
	csvPath    = reportPath + "/so-lieu.csv"
	followPath = reportPath + "/theo-doi"
)

func needs(ps ...identity.Permission) web.Access {
	names := make([]string, len(ps))
	for i, p := range ps {
		names[i] = string(p)
	}
	return web.Needs(names...)
}

// Routes returns the pages.
func Routes(svc *core.Service) []web.Route {
	s := site{svc}
	follow, both := needs(satisfaction.PermFollow), needs(satisfaction.PermFollow, satisfaction.PermProvince)
	return []web.Route{
		{Pattern: "GET " + askPath, Access: web.Public(), Handle: s.code},
		{Pattern: "POST " + askPath, Access: web.Public(), Door: web.Narrow, Handle: s.coded},
		{Pattern: "GET " + askPath + "/{token}", Access: web.Public(), Door: web.Narrow, Handle: s.faces},
		{Pattern: "POST " + askPath + "/{token}", Access: web.Public(), Door: web.Narrow, Handle: s.answer},
		{Pattern: "GET " + addPath + "{answer}", Access: web.Public(), Handle: s.more},
		{Pattern: "POST " + addPath + "{answer}", Access: web.Public(), Handle: s.add},
		{Pattern: "GET " + askPath + "/ki-ot/{unit}/{key}", Access: web.Public(), Handle: s.kiosk},
		{Pattern: "POST " + askPath + "/ki-ot/{unit}/{key}", Access: web.Public(), Handle: s.kioskAnswer},
		{Pattern: "GET " + satisfaction.PublicPath, Access: web.Public(), Handle: s.public},
		{Pattern: "GET " + publicCSVPath, Access: web.Public(), Handle: s.publicCSV},

		{Pattern: "GET " + reportPath, Access: both, Handle: s.report},
		{Pattern: "GET " + csvPath, Access: both, Handle: s.reportCSV},
		{Pattern: "GET " + followPath, Access: follow, Handle: s.list},
		{Pattern: "GET " + followPath + "/{followup}", Access: follow, Handle: s.one},
		{Pattern: "POST " + followPath + "/{followup}", Access: follow, Handle: s.decide},
	}
}

// Menu returns the entries of the menus.
func Menu() []module.MenuItem {
	return []module.MenuItem{
		{Side: module.Officials, Order: 39, Label: "satisfaction.menu", Path: reportPath, Permissions: []identity.Permission{satisfaction.PermFollow, satisfaction.PermProvince}},
		{Side: module.Citizens, Foot: true, Order: 62, Label: "satisfaction.menu.public", Path: satisfaction.PublicPath},
	}
}

func at(base, part string) string { return base + "/" + url.PathEscape(part) }

// code is the way in for who has the receipt: the code of the dossier and a number in it.
func (s site) code(w http.ResponseWriter, r *http.Request) error {
	return s.codePage(w, r, r.URL.Query().Get("ma"), nil)
}

func (s site) codePage(w http.ResponseWriter, r *http.Request, code string, problem *web.ProblemError) error {
	p := page.From(r.Context())
	return p.Render(w, r, page.View{Title: p.T("satisfaction.title"), Status: page.StatusOf(problem), Body: codeBody(p, code, r.PostForm.Get("phone"), problem)})
}

func (s site) coded(w http.ResponseWriter, r *http.Request) error {
	if err := page.ReadForm(r); err != nil {
		return err
	}
	token, err := s.svc.Ask(r.Context(), r.PostForm.Get("code"), r.PostForm.Get("phone"))
	if err == nil {
		return web.SeeOther(w, r, at(askPath, token))
	}
	problem, err := page.Refused(r, err)
	if err != nil {
		return err
	}
	return s.codePage(w, r, r.PostForm.Get("code"), problem)
}

func (s site) faces(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	sh, err := s.svc.Open(r.Context(), r.PathValue("token"))
	if err != nil {
		problem, err := page.Refused(r, err)
		if err != nil {
			return err
		}
		return p.Render(w, r, page.View{Title: p.T("satisfaction.title"), Status: problem.Status, Body: overBody(p, problem)})
	}
	return p.Render(w, r, page.View{Title: p.T("satisfaction.title"), Body: facesBody(p, sh, at(askPath, r.PathValue("token")))})
}

// scoreOf is what was pressed; 0 where nothing was.
func scoreOf(r *http.Request) int {
	n, err := strconv.Atoi(r.PostForm.Get("score"))
	if err != nil {
		return 0
	}
	return n
}

func (s site) answer(w http.ResponseWriter, r *http.Request) error {
	if err := page.ReadForm(r); err != nil {
		return err
	}
	boxed, err := s.svc.Answer(r.Context(), r.PathValue("token"), scoreOf(r))
	return s.thanks(w, r, boxed, err, "")
}

// thanks leads on to the reasons of an answer. It is taken, whatever comes after.
func (s site) thanks(w http.ResponseWriter, r *http.Request, boxed string, err error, kiosk string) error {
	if err == nil {
		path := addPath + url.PathEscape(boxed) + "?diem=" + strconv.Itoa(scoreOf(r))
		if kiosk != "" {
			path += "&ve=" + url.QueryEscape(kiosk)
		}
		return web.SeeOther(w, r, path)
	}
	p := page.From(r.Context())
	problem, err := page.Refused(r, err)
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{Title: p.T("satisfaction.title"), Status: problem.Status, Bare: kiosk != "", Body: overBody(p, problem)})
}

func (s site) more(w http.ResponseWriter, r *http.Request) error { return s.morePage(w, r, nil) }

func (s site) morePage(w http.ResponseWriter, r *http.Request, problem *web.ProblemError) error {
	p, q := page.From(r.Context()), r.URL.Query()
	back := ""
	if q.Get("ve") != "" { // a kiosk goes back by itself
		back = web.Local(q.Get("ve"))
		w.Header().Set("Refresh", "25; url="+back)
	}
	score, err := strconv.Atoi(q.Get("diem"))
	if err != nil {
		score = 0
	}
	return p.Render(w, r, page.View{Title: p.T("satisfaction.thanks"), Status: page.StatusOf(problem), Bare: back != "", Body: moreBody(p, r.URL.RequestURI(), score < satisfaction.Satisfied, back, r.PostForm, problem)})
}

func (s site) add(w http.ResponseWriter, r *http.Request) error {
	if err := page.ReadForm(r); err != nil {
		return err
	}
	in := r.PostForm
	err := s.svc.Add(r.Context(), r.PathValue("answer"), core.More{Reasons: in["reasons"], Words: in.Get("words"), May: in.Get("may") == "yes", Contact: in.Get("contact")})
	if err == nil {
		back := "/"
		if kiosk := r.URL.Query().Get("ve"); kiosk != "" {
			back = kiosk
		}
		return page.Done(w, r, back, "satisfaction.added")
	}
	problem, err := page.Refused(r, err)
	if err != nil {
		return err
	}
	return s.morePage(w, r, problem)
}

func (s site) kiosk(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	k, err := s.svc.GetKiosk(r.Context(), r.PathValue("unit"), r.PathValue("key"))
	if err != nil {
		return err
	}
	w.Header().Set("Refresh", "8; url="+k.Path) // who is served next appears by itself
	return p.Render(w, r, page.View{Title: p.T("satisfaction.title"), Bare: true, Body: kioskBody(p, k)})
}

func (s site) kioskAnswer(w http.ResponseWriter, r *http.Request) error {
	if err := page.ReadForm(r); err != nil {
		return err
	}
	boxed, err := s.svc.AnswerKiosk(r.Context(), r.PathValue("unit"), r.PathValue("key"), r.PostForm.Get("ticket"), scoreOf(r))
	return s.thanks(w, r, boxed, err, s.svc.KioskPath(r.PathValue("unit")))
}

func (s site) report(w http.ResponseWriter, r *http.Request) error {
	p, q := page.From(r.Context()), r.URL.Query()
	rep, err := s.svc.GetReport(r.Context(), p.Actor, q.Get("thang"), q.Get("don-vi"))
	var problem *web.ProblemError
	if err != nil {
		if problem, err = page.Refused(r, err); err != nil {
			return err
		}
		if rep, err = s.svc.GetReport(r.Context(), p.Actor, "", ""); err != nil {
			return err
		}
	}
	v := page.View{Title: p.T("satisfaction.report.title"), Desk: true, Status: page.StatusOf(problem)}
	if rep.Unit != "" {
		v.Before = ui.BackLink(ui.BackLinkParams{Text: p.T("satisfaction.report.title"), Href: reportPath + "?thang=" + rep.Month})
	}
	kiosk := ""
	if p.Actor.Unit != "" && p.Actor.May(satisfaction.PermFollow) {
		kiosk = s.svc.KioskPath(p.Actor.Unit)
	}
	v.Body = reportBody(p, rep, kiosk, q.Get("thang"), problem)
	return p.Render(w, r, v)
}

func (s site) reportCSV(w http.ResponseWriter, r *http.Request) error {
	p, q := page.From(r.Context()), r.URL.Query()
	rep, err := s.svc.ExportReport(r.Context(), p.Actor, q.Get("thang"), q.Get("don-vi"))
	if err != nil {
		return err
	}
	rows := [][]string{{p.T("satisfaction.report.what"), p.T("satisfaction.report.answers"), p.T("satisfaction.report.satisfied"), p.T("satisfaction.report.low")}}
	for _, c := range cells(rep) {
		rows = append(rows, []string{cellName(p, c), strconv.FormatInt(c.Answers, 10), strconv.FormatInt(c.Satisfied, 10), strconv.FormatInt(c.Low, 10)})
	}
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="hai-long-`+rep.Month+`.csv"`)
	return sheet.WriteCSV(w, rows)
}

// cells are the figures of a report with that of all others at the end.
func cells(r core.Report) []core.Cell {
	if r.Rest.Answers == 0 {
		return r.Cells
	}
	rest := r.Rest
	rest.ID = restID
	return append(slices.Clip(r.Cells), rest)
}

const restID = "*"

func (s site) list(w http.ResponseWriter, r *http.Request) error {
	p, q := page.From(r.Context()), r.URL.Query()
	state := q.Get("trang-thai")
	all, next, err := s.svc.ListFollowUps(r.Context(), p.Actor, state, core.FollowAfter{Month: q.Get("sau"), ID: q.Get("id")})
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{
		Title: p.T("satisfaction.follow.title"), Desk: true, Before: ui.BackLink(ui.BackLinkParams{Text: p.T("satisfaction.report.title"), Href: reportPath}), Body: listBody(p, all, next, state),
	})
}

func (s site) one(w http.ResponseWriter, r *http.Request) error { return s.onePage(w, r, nil) }

func (s site) onePage(w http.ResponseWriter, r *http.Request, problem *web.ProblemError) error {
	p := page.From(r.Context())
	f, err := s.svc.GetFollowUp(r.Context(), p.Actor, r.PathValue("followup"))
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{
		Title: p.T("satisfaction.follow.one"), Desk: true, Status: page.StatusOf(problem), Before: ui.BackLink(ui.BackLinkParams{Text: p.T("satisfaction.follow.title"), Href: followPath}),
		Body: oneBody(p, f, r.PostForm, problem),
	})
}

func (s site) decide(w http.ResponseWriter, r *http.Request) error {
	if err := page.ReadForm(r); err != nil {
		return err
	}
	actor, id := page.From(r.Context()).Actor, r.PathValue("followup")
	var err error
	message := "satisfaction.follow.replied"
	if r.PostForm.Get("do") == "close" {
		message, err = "satisfaction.follow.closed", s.svc.CloseFollowUp(r.Context(), actor, id)
	} else {
		err = s.svc.Reply(r.Context(), actor, id, r.PostForm.Get("answer"))
	}
	if err == nil {
		return page.Done(w, r, at(followPath, id), message)
	}
	problem, err := page.Refused(r, err)
	if err != nil {
		return err
	}
	return s.onePage(w, r, problem)
}
