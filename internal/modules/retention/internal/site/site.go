// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package site shows how long things are kept, what is past its time, and how
// far a run is that erases it.
package site

import (
	"net/http"
	"net/url"
	"time"

	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/retention"
	"tinhso.vn/internal/modules/retention/internal/core"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/web"
)

// The addresses of the pages.
const (
	Path     = "/van-hanh/luu-tru"
	rulePath = Path + "/quy-tac"
	runPath  = Path + "/dot"
)

type site struct{ svc *core.Service }

// Routes returns the pages.
func Routes(svc *core.Service) []web.Route {
	s, view, erase := site{svc}, web.Needs(string(retention.PermView)), web.Needs(string(retention.PermErase))
	return []web.Route{
		{Pattern: "GET " + Path, Access: view, Handle: s.rules},
		{Pattern: "GET " + rulePath + "/{rule}", Access: view, Handle: s.rule},
		{Pattern: "POST " + rulePath + "/{rule}/xoa", Access: erase, Fresh: 10 * time.Minute, Handle: s.propose},
		{Pattern: "GET " + runPath + "/{run}", Access: view, Handle: s.run},
		{Pattern: "POST " + runPath + "/{run}/xac-nhan", Access: erase, Fresh: 10 * time.Minute, Handle: s.decide(true)},
		{Pattern: "POST " + runPath + "/{run}/tu-choi", Access: erase, Handle: s.decide(false)},
	}
}

func (s site) rules(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	all, err := s.svc.ListRules(r.Context(), p.Actor)
	if err != nil {
		return err
	}
	runs, err := s.svc.ListRuns(r.Context(), p.Actor, r.FormValue("before"))
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{Title: p.T("retention.title"), Desk: true, Body: rulesBody(p, all, runs)})
}

func (s site) rule(w http.ResponseWriter, r *http.Request) error { return s.rulePage(w, r, "") }

// rulePage shows a rule; code says why nothing was proposed.
func (s site) rulePage(w http.ResponseWriter, r *http.Request, code string) error {
	p := page.From(r.Context())
	found, err := s.svc.PreviewRule(r.Context(), p.Actor, r.PathValue("rule"), r.FormValue("after"))
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{Title: p.Text(found.Rule.Name), Desk: true, Status: statusOf(code), Body: ruleBody(p, found, code)})
}

func statusOf(code string) int {
	if code == "" {
		return http.StatusOK
	}
	return http.StatusConflict
}

func (s site) propose(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	run, err := s.svc.ProposeRun(r.Context(), p.Actor, r.PathValue("rule"))
	switch {
	case errs.KindOf(err) == errs.Conflict:
		return s.rulePage(w, r, web.Problem(err).Code)
	case err != nil:
		return err
	}
	return page.Done(w, r, runPath+"/"+url.PathEscape(run), "retention.proposed")
}

func (s site) run(w http.ResponseWriter, r *http.Request) error { return s.runPage(w, r, "") }

func (s site) runPage(w http.ResponseWriter, r *http.Request, code string) error {
	p := page.From(r.Context())
	found, err := s.svc.GetRun(r.Context(), p.Actor, r.PathValue("run"))
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{Title: p.T("retention.run.title"), Desk: true, Status: statusOf(code), Body: runBody(p, found, code)})
}

func (s site) decide(confirm bool) func(http.ResponseWriter, *http.Request) error {
	return func(w http.ResponseWriter, r *http.Request) error {
		p, run := page.From(r.Context()), r.PathValue("run")
		err := s.svc.DecideRun(r.Context(), p.Actor, run, confirm)
		switch {
		case errs.KindOf(err) == errs.Conflict:
			return s.runPage(w, r, web.Problem(err).Code)
		case err != nil:
			return err
		case confirm:
			return page.Done(w, r, runPath+"/"+url.PathEscape(run), "retention.confirmed")
		}
		return page.Done(w, r, runPath+"/"+url.PathEscape(run), "retention.refused")
	}
}
