// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package site shows the register of certificates to those who look after it,
// and their own to officials.
package site

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/module"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/certificates"
	"tinhso.vn/internal/modules/certificates/internal/core"
	"tinhso.vn/internal/platform/web"
)

type site struct{ svc *core.Service }

// The addresses of the pages.
const (
	listPath   = "/chung-thu-so"
	boardPath  = "/chung-thu-so/sap-het-han"
	csvPath    = "/chung-thu-so/danh-sach.csv"
	importPath = "/chung-thu-so/nap"
	minePath   = "/chung-thu-cua-toi"
)

// Routes returns the pages.
func Routes(svc *core.Service) []web.Route {
	s := site{svc}
	view, manage, own := web.Needs(string(certificates.PermView)), web.Needs(string(certificates.PermManage)), web.Needs(string(certificates.PermOwn))
	return []web.Route{
		{Pattern: "GET " + listPath, Access: view, Handle: s.list},
		{Pattern: "GET " + boardPath, Access: view, Handle: s.board},
		{Pattern: "GET " + csvPath, Access: view, Fresh: 10 * time.Minute, Handle: s.export},
		{Pattern: "GET " + importPath, Access: manage, Fresh: 10 * time.Minute, Handle: s.askFile},
		{Pattern: "POST " + importPath, Access: manage, Door: web.Narrow, Fresh: 10 * time.Minute, MaxBody: MaxBody, Handle: s.open},
		{Pattern: "GET " + importPath + "/{import}", Access: manage, Handle: s.askHolder},
		{Pattern: "POST " + importPath + "/{import}", Access: manage, Handle: s.add},
		{Pattern: "POST " + importPath + "/{import}/bo", Access: manage, Handle: s.discard},
		{Pattern: "GET " + listPath + "/{certificate}", Access: view, Handle: s.detail},
		{Pattern: "GET " + listPath + "/{certificate}/{change}", Access: manage, Fresh: 10 * time.Minute, Handle: s.askChange},
		{Pattern: "POST " + listPath + "/{certificate}/{change}", Access: manage, Fresh: 20 * time.Minute, Handle: s.change},
		{Pattern: "GET " + minePath, Access: own, Handle: s.mine},
	}
}

// Menu returns the entries of the desk.
func Menu(svc *core.Service) []module.MenuItem {
	return []module.MenuItem{
		{
			Side: module.Officials, Order: 60, Label: "certificates.menu", Path: listPath,
			Permissions: []identity.Permission{certificates.PermView}, Count: svc.CountSoon, Divided: true,
		},
		{Side: module.Officials, Order: 61, Label: "certificates.menu_mine", Path: minePath, Permissions: []identity.Permission{certificates.PermOwn}},
	}
}

func queryOf(r *http.Request) core.Query {
	days, err := strconv.Atoi(r.FormValue("days"))
	if err != nil && r.FormValue("days") != "" {
		days = -1 // said to be wrong
	}
	return core.Query{
		State: r.FormValue("state"), Kind: r.FormValue("kind"), Unit: r.FormValue("unit"), Words: r.FormValue("words"), Days: days, After: r.FormValue("after"),
	}
}

func (s site) list(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	q := queryOf(r)
	units, err := s.svc.Units(r.Context(), p.Actor)
	if err != nil {
		return err
	}
	found, err := s.svc.List(r.Context(), p.Actor, q)
	view := page.View{Title: p.T("certificates.title"), Desk: true}
	problem, err := asked(err)
	if err != nil {
		return err
	}
	if problem != nil {
		view.Status = problem.Status
	}
	view.Body = list(p, listing{q, found, units, problem, unitNames(r.Context(), p)})
	return p.Render(w, r, view)
}

// asked separates what somebody typed wrong from what went wrong.
func asked(err error) (*web.ProblemError, error) {
	if err == nil {
		return nil, nil
	}
	if p := web.Problem(err); p.Status == http.StatusUnprocessableEntity {
		return p, nil
	}
	return nil, err
}

func (s site) board(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	b, err := s.svc.CountBoard(r.Context(), p.Actor)
	if err != nil {
		return err
	}
	q := queryOf(r)
	if q.Days == 0 && q.State == "" {
		q.Days = 60
	}
	found, err := s.svc.List(r.Context(), p.Actor, q)
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{Title: p.T("certificates.board.title"), Desk: true, Body: board(p, b, q, found, unitNames(r.Context(), p))})
}

func (s site) export(w http.ResponseWriter, r *http.Request) error {
	h := w.Header()
	h.Set("Content-Type", "text/csv; charset=utf-8")
	h.Set("Content-Disposition", `attachment; filename="chung-thu-so.csv"`)
	h.Set("Cache-Control", "private, no-store")
	return s.svc.Export(r.Context(), page.From(r.Context()).Actor, queryOf(r), w)
}

func (s site) detail(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	d, err := s.svc.Get(r.Context(), p.Actor, r.PathValue("certificate"), r.FormValue("before"))
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{Title: p.T("certificates.detail.title", "name", d.Name), Desk: true, Body: detail(p, d, unitNames(r.Context(), p), r.FormValue("before") == "")})
}

func (s site) mine(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	all, err := s.svc.Mine(r.Context(), p.Actor)
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{Title: p.T("certificates.mine.title"), Desk: true, Body: mine(p, all, unitNames(r.Context(), p))})
}

// unitName returns the name of a unit in the reader's language.
type unitName func(id string) string

func unitNames(ctx context.Context, p page.Page) unitName {
	return func(id string) string {
		if id == "" || p.Site.Unit == nil {
			return id
		}
		name, err := p.Site.Unit(ctx, id)
		if err != nil {
			return id
		}
		return p.Text(name)
	}
}
