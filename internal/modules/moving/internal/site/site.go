// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package site shows the waves in which an older system is left: what came, what did
// not and why, where both sides differ, and the way back of a unit.
package site

import (
	"net/http"
	"net/url"
	"strconv"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/moving"
	"tinhso.vn/internal/modules/moving/internal/core"
	"tinhso.vn/internal/modules/personnel"
	"tinhso.vn/internal/platform/ui"
	"tinhso.vn/internal/platform/web"
)

// Path is the page of the waves.
const Path = "/chuyen-du-lieu"

type site struct{ svc *core.Service }

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
	see, manage, accept := needs(moving.Permissions()...), needs(moving.PermManage), needs(moving.PermAccept)
	wave, unit := Path+"/dot/{wave}", Path+"/dot/{wave}/don-vi/{unit}"
	return []web.Route{
		{Pattern: "GET " + Path, Access: see, Handle: s.list},
		{Pattern: "GET " + Path + "/lap-dot", Access: manage, Handle: s.planForm},
		{Pattern: "POST " + Path + "/lap-dot", Access: manage, Handle: s.plan},
		{Pattern: "GET " + Path + "/danh-sach/{table}", Access: needs(personnel.PermAll), Handle: s.lists},
		{Pattern: "POST " + Path + "/danh-sach/{table}", Access: needs(personnel.PermAll), Handle: s.takeList},
		{Pattern: "GET " + wave, Access: see, Handle: s.wave},
		{Pattern: "POST " + wave + "/chay", Access: manage, Handle: s.start},
		{Pattern: "POST " + wave + "/so-sanh", Access: manage, Handle: s.compare},
		{Pattern: "POST " + wave + "/chap-nhan", Access: accept, Handle: s.accept},
		{Pattern: "GET " + wave + "/hang-ngay", Access: see, Handle: s.daily},
		{Pattern: "POST " + wave + "/hang-ngay", Access: manage, Handle: s.setDaily},
		{Pattern: "GET " + unit, Access: manage, Handle: s.leaving},
		{Pattern: "POST " + unit, Access: manage, Handle: s.back},
		{Pattern: "GET " + Path + "/lan-chay/{run}", Access: see, Handle: s.run},
		{Pattern: "GET " + Path + "/so-sanh/{comparison}", Access: see, Handle: s.comparison},
		{Pattern: "GET " + Path + "/so-sanh/{comparison}/chenh-lech.csv", Access: see, Handle: s.export},
		{Pattern: "GET " + Path + "/so-sanh/{comparison}/so-ho-so.csv", Access: see, Handle: s.exportCounts},
	}
}

func waveAt(wave string) string { return Path + "/dot/" + url.PathEscape(wave) }

func unitAt(wave, unit string) string { return waveAt(wave) + "/don-vi/" + url.PathEscape(unit) }

func runAt(run string) string { return Path + "/lan-chay/" + url.PathEscape(run) }

func comparisonAt(c string) string { return Path + "/so-sanh/" + url.PathEscape(c) }

func (s site) list(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	all, next, err := s.svc.ListWaves(r.Context(), p.Actor, r.URL.Query().Get("before"))
	if err != nil {
		return err
	}
	var sources []core.Source
	if p.Actor.May(moving.PermManage) {
		if sources, err = s.svc.Sources(r.Context(), p.Actor); err != nil {
			return err
		}
	}
	return p.Render(w, r, page.View{Title: p.T("moving.title"), Desk: true, Body: listBody(p, all, next, sources, s.svc.Folder)})
}

func (s site) planForm(w http.ResponseWriter, r *http.Request) error {
	return s.planPage(w, r, r.URL.Query(), nil)
}

func (s site) planPage(w http.ResponseWriter, r *http.Request, form url.Values, problem *web.ProblemError) error {
	p := page.From(r.Context())
	all, err := s.svc.Sources(r.Context(), p.Actor)
	if err != nil {
		return err
	}
	var chosen core.Source
	for _, one := range all {
		if one.Name == form.Get("source") && len(one.Wrong) == 0 && one.Waves {
			chosen = one
		}
	}
	if chosen.Name == "" {
		return moving.ErrNotFound
	}
	names := map[string]string{}
	for _, u := range chosen.Units {
		names[u] = p.Text(s.svc.UnitName(r.Context(), u))
	}
	return p.Render(w, r, page.View{
		Title: p.T("moving.plan"), Desk: true, Status: page.StatusOf(problem), Before: ui.BackLink(ui.BackLinkParams{Text: p.T("moving.title"), Href: Path}),
		Body: planBody(p, chosen, names, form, problem),
	})
}

func (s site) plan(w http.ResponseWriter, r *http.Request) error {
	if err := page.ReadForm(r); err != nil {
		return err
	}
	in := r.PostForm
	hours, err := strconv.Atoi(in.Get("hours"))
	if err != nil {
		hours = -1 // refused with its reason
	}
	wave, err := s.svc.Plan(r.Context(), page.From(r.Context()).Actor, core.Planned{Name: in.Get("name"), Source: in.Get("source"), Units: in["units"], Hours: hours})
	if err == nil {
		return page.Done(w, r, waveAt(wave), "moving.planned")
	}
	problem, err := page.Refused(r, err)
	if err != nil {
		return err
	}
	return s.planPage(w, r, in, problem)
}

func (s site) wave(w http.ResponseWriter, r *http.Request) error { return s.wavePage(w, r, nil, nil) }

func (s site) wavePage(w http.ResponseWriter, r *http.Request, form url.Values, problem *web.ProblemError) error {
	p := page.From(r.Context())
	v, err := s.svc.GetWave(r.Context(), p.Actor, r.PathValue("wave"))
	if err != nil {
		return err
	}
	var why string
	if v.Wrong != nil {
		told := web.Problem(v.Wrong)
		p.Site.Explain(r, told)
		why = told.Detail
	}
	return p.Render(w, r, page.View{
		Title: v.Name, Desk: true, Status: page.StatusOf(problem), Before: ui.BackLink(ui.BackLinkParams{Text: p.T("moving.title"), Href: Path}),
		Body: waveBody(p, v, why, form, problem),
	})
}

// done goes on after something was done with a wave, or says why it was not.
func (s site) done(w http.ResponseWriter, r *http.Request, to, said string, err error) error {
	if err == nil {
		return page.Done(w, r, to, said)
	}
	problem, err := page.Refused(r, err)
	if err != nil {
		return err
	}
	return s.wavePage(w, r, r.PostForm, problem)
}

func (s site) start(w http.ResponseWriter, r *http.Request) error {
	wave := r.PathValue("wave")
	_, err := s.svc.Start(r.Context(), page.From(r.Context()).Actor, wave, false)
	return s.done(w, r, waveAt(wave), "moving.started", err)
}

func (s site) compare(w http.ResponseWriter, r *http.Request) error {
	if err := page.ReadForm(r); err != nil {
		return err
	}
	wave := r.PathValue("wave")
	_, err := s.svc.Compare(r.Context(), page.From(r.Context()).Actor, wave, r.PostForm.Get("kind"), false)
	return s.done(w, r, waveAt(wave), "moving.compared", err)
}

func (s site) accept(w http.ResponseWriter, r *http.Request) error {
	if err := page.ReadForm(r); err != nil {
		return err
	}
	wave := r.PathValue("wave")
	return s.done(w, r, waveAt(wave), "moving.accepted", s.svc.Accept(r.Context(), page.From(r.Context()).Actor, wave, r.PostForm.Get("note")))
}

func (s site) leaving(w http.ResponseWriter, r *http.Request) error { return s.leavingPage(w, r, nil) }

func (s site) leavingPage(w http.ResponseWriter, r *http.Request, problem *web.ProblemError) error {
	p := page.From(r.Context())
	l, err := s.svc.Leaving(r.Context(), p.Actor, r.PathValue("wave"), r.PathValue("unit"))
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{
		Title: p.T("moving.leave", "unit", p.Text(l.Unit.Name)), Desk: true, Status: page.StatusOf(problem),
		Before: ui.BackLink(ui.BackLinkParams{Text: l.Wave.Name, Href: waveAt(l.Wave.ID)}), Body: leavingBody(p, l, problem),
	})
}

func (s site) back(w http.ResponseWriter, r *http.Request) error {
	if err := page.ReadForm(r); err != nil {
		return err
	}
	wave := r.PathValue("wave")
	err := s.svc.GiveBack(r.Context(), page.From(r.Context()).Actor, wave, r.PathValue("unit"), r.PostForm.Get("confirmed") != "", false)
	if err == nil {
		return page.Done(w, r, waveAt(wave), "moving.leaving")
	}
	problem, err := page.Refused(r, err)
	if err != nil {
		return err
	}
	return s.leavingPage(w, r, problem)
}

func (s site) run(w http.ResponseWriter, r *http.Request) error {
	p, q := page.From(r.Context()), r.URL.Query()
	after, _ := strconv.Atoi(q.Get("after"))
	v, err := s.svc.GetRun(r.Context(), p.Actor, r.PathValue("run"), q.Get("stage"), after)
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{
		Title: p.T("moving.run", "at", p.DateTime(v.StartedAt.Time)), Desk: true, Before: ui.BackLink(ui.BackLinkParams{Text: v.Name, Href: waveAt(v.Wave)}),
		Body: runBody(p, v, q.Get("stage")),
	})
}

func (s site) comparison(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	after, _ := strconv.Atoi(r.URL.Query().Get("after"))
	v, err := s.svc.GetComparison(r.Context(), p.Actor, r.PathValue("comparison"), after)
	if err != nil {
		return err
	}
	var counts core.CountsView
	if v.Kind == core.Counts {
		if counts, err = s.svc.GetCounts(r.Context(), p.Actor, v.ID, r.URL.Query().Get("procedure"), r.URL.Query().Get("month")); err != nil {
			return err
		}
	}
	return p.Render(w, r, page.View{
		Title: p.T("moving.kind." + v.Kind), Desk: true, Before: ui.BackLink(ui.BackLinkParams{Text: v.Name, Href: waveAt(v.Wave)}), Body: comparisonBody(p, v, counts),
	})
}

func (s site) export(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	return table(w, "chenh-lech.csv", []any{
		p.T("moving.col.what"), p.T("moving.col.procedure"), p.T("moving.col.month"), p.T("moving.col.unit"), p.T("moving.col.code"), p.T("moving.col.theirs"), p.T("moving.col.ours"),
	}, func(write func(row ...any) error) error {
		return s.svc.Export(r.Context(), p.Actor, r.PathValue("comparison"), write)
	})
}
