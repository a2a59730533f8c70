// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package site shows the keys and the security log.
package site

import (
	"encoding/csv"
	"net/http"
	"strconv"
	"time"

	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/security"
	"tinhso.vn/internal/modules/security/internal/core"
	"tinhso.vn/internal/platform/clock"
	"tinhso.vn/internal/platform/web"
)

type site struct{ svc *core.Service }

// The addresses of the pages.
const (
	KeysPath = "/van-hanh/khoa"
	LogPath  = "/van-hanh/tu-choi"
)

// Routes returns the pages.
func Routes(svc *core.Service) []web.Route {
	s := site{svc}
	keys, log := web.Needs(string(security.PermKeys)), web.Needs(string(security.PermLog))
	return []web.Route{
		{Pattern: "GET " + KeysPath, Access: keys, Handle: s.keys},
		{Pattern: "POST " + KeysPath + "/doi", Access: keys, Handle: s.rotate},
		{Pattern: "POST " + KeysPath + "/{key}/thu-hoi", Access: keys, Handle: s.retire},
		{Pattern: "POST " + KeysPath + "/xuat", Access: keys, Fresh: 10 * time.Minute, Handle: s.ask},
		{Pattern: "POST " + KeysPath + "/xuat/{export}/dong-y", Access: keys, Fresh: 10 * time.Minute, Handle: s.confirm},
		{Pattern: "GET " + LogPath, Access: log, Handle: s.log},
		{Pattern: "GET " + LogPath + "/tep.csv", Access: log, Fresh: 10 * time.Minute, Handle: s.file},
	}
}

func (s site) keys(w http.ResponseWriter, r *http.Request) error { return s.show(w, r, "", nil) }

// show draws the page of the keys; what was refused stands above it.
func (s site) show(w http.ResponseWriter, r *http.Request, reason string, refused error) error {
	p := page.From(r.Context())
	found, err := s.svc.ShowKeys(r.Context(), p.Actor)
	if err != nil {
		return err
	}
	view := page.View{Title: p.T("security.keys.title"), Desk: true}
	var problem *web.ProblemError
	if refused != nil {
		if problem = web.Problem(refused); problem.Status >= http.StatusInternalServerError {
			return refused
		}
		p.Site.Explain(r, problem)
		view.Status = problem.Status
	}
	view.Body = keys(p, found, reason, problem)
	return p.Render(w, r, view)
}

func (s site) rotate(w http.ResponseWriter, r *http.Request) error {
	if _, err := s.svc.Rotate(r.Context(), page.From(r.Context()).Actor); err != nil {
		return s.show(w, r, "", err)
	}
	return page.Done(w, r, KeysPath, "security.keys.begun")
}

func (s site) retire(w http.ResponseWriter, r *http.Request) error {
	if err := s.svc.Retire(r.Context(), page.From(r.Context()).Actor, r.PathValue("key")); err != nil {
		return s.show(w, r, "", err)
	}
	return page.Done(w, r, KeysPath, "security.keys.retired")
}

func (s site) ask(w http.ResponseWriter, r *http.Request) error {
	reason := r.FormValue("reason")
	if _, err := s.svc.AskExport(r.Context(), page.From(r.Context()).Actor, reason); err != nil {
		return s.show(w, r, reason, err)
	}
	return page.Done(w, r, KeysPath, "security.export.asked")
}

func (s site) confirm(w http.ResponseWriter, r *http.Request) error {
	if err := s.svc.ConfirmExport(r.Context(), page.From(r.Context()).Actor, r.PathValue("export")); err != nil {
		return s.show(w, r, "", err)
	}
	return page.Done(w, r, KeysPath, "security.export.confirmed")
}

func query(r *http.Request) core.RefusalQuery {
	return core.RefusalQuery{Kind: r.FormValue("kind"), Login: r.FormValue("login"), Address: r.FormValue("address"), Before: r.FormValue("before")}
}

func (s site) log(w http.ResponseWriter, r *http.Request) error {
	p, q := page.From(r.Context()), query(r)
	found, err := s.svc.Refusals(r.Context(), p.Actor, q)
	view := page.View{Title: p.T("security.log.title"), Desk: true}
	var problem *web.ProblemError
	if err != nil {
		if problem = web.Problem(err); problem.Status != http.StatusUnprocessableEntity {
			return err
		}
		view.Status = problem.Status
	}
	view.Body = refused(p, q, found, problem)
	return p.Render(w, r, view)
}

func (s site) file(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	found, err := s.svc.ExportRefusals(r.Context(), p.Actor, query(r))
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="tu-choi-truy-cap.csv"`)
	out := csv.NewWriter(w)
	rows := [][]string{{"at", "until", "count", "kind", "account", "login", "tried", "permission", "route", "object", "network", "address"}}
	for _, e := range found {
		rows = append(rows, []string{
			when(e.At.Time), when(e.Until.Time), strconv.FormatInt(e.Count, 10), string(e.Kind), e.Account, e.Who, e.Entry.Login, e.Permission,
			e.Route, e.Object, e.Network, e.Address,
		})
	}
	_ = out.WriteAll(rows) // the reader has gone: nobody to tell
	return nil
}

func when(t time.Time) string { return t.In(clock.Vietnam()).Format("2006-01-02 15:04:05") }
