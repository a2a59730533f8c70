// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package site shows how the installation is and the audit log.
package site

import (
	"context"
	"net/http"

	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/console"
	"tinhso.vn/internal/modules/console/internal/core"
	"tinhso.vn/internal/platform/web"
)

type site struct{ svc *core.Service }

// The addresses of the pages.
const (
	healthPath = "/van-hanh"
	jobsPath   = "/van-hanh/viec-nen"
	outPath    = "/van-hanh/thu-di"
	setPath    = "/van-hanh/cau-hinh"
	auditPath  = "/van-hanh/nhat-ky"
	headPath   = "/van-hanh/nhat-ky/diem-neo.txt"
	startPath  = "/quan-tri"
	searchPath = "/quan-tri/tim"
	rolesPath  = "/quan-tri/vai-tro"
	faultsPath = "/quan-tri/mo-phong"
)

// Routes returns the pages.
func Routes(svc *core.Service) []web.Route {
	s := site{svc}
	operate, audit := web.Needs(string(console.PermOperate)), web.Needs(string(console.PermAudit))
	either := web.Needs(string(console.PermOperate), string(console.PermAudit))
	return []web.Route{
		{Pattern: "GET " + startPath, Access: operate, Handle: s.start},
		{Pattern: "GET " + searchPath, Access: either, Handle: s.search},
		{Pattern: "GET " + rolesPath, Access: either, Handle: s.roles},
		{Pattern: "GET " + rolesPath + "/{role}", Access: either, Handle: s.role},
		{Pattern: "GET " + faultsPath, Access: operate, Handle: s.faults},
		{Pattern: "POST " + faultsPath + "/{simulator}", Access: operate, Handle: s.orderFault},
		{Pattern: "GET " + healthPath, Access: operate, Handle: s.health},
		{Pattern: "GET " + jobsPath, Access: operate, Handle: s.jobs},
		{Pattern: "POST " + jobsPath + "/{job}/chay-lai", Access: operate, Handle: s.retry},
		{Pattern: "GET " + outPath, Access: operate, Handle: s.outgoing},
		{Pattern: "GET " + setPath, Access: operate, Handle: s.settings},
		{Pattern: "GET " + auditPath, Access: audit, Handle: s.audit},
		{Pattern: "GET " + headPath, Access: audit, Handle: s.checkpoint},
	}
}

func (s site) health(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	report, err := s.svc.Health(r.Context(), p.Actor)
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{Title: p.T("console.health.title"), Desk: true, Body: health(p, report)})
}

func (s site) jobs(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	after := r.FormValue("after")
	found, err := s.svc.DeadJobs(r.Context(), p.Actor, after)
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{Title: p.T("console.jobs.title"), Desk: true, Body: deadJobs(p, found, after == "")})
}

func (s site) outgoing(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	found, err := s.svc.ShowOutgoing(r.Context(), p.Actor)
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{Title: p.T("console.out.title"), Desk: true, Body: outgoing(p, found)})
}

func (s site) settings(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	found, err := s.svc.ShowSettings(r.Context(), p.Actor)
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{Title: p.T("console.set.title"), Desk: true, Body: settings(p, found)})
}

func (s site) retry(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	if err := s.svc.RetryJob(r.Context(), p.Actor, r.PathValue("job")); err != nil {
		return err
	}
	return page.Done(w, r, jobsPath, "console.jobs.retried")
}

func (s site) audit(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	q := core.AuditQuery{
		Event: r.FormValue("event"), Subject: r.FormValue("subject"), Login: r.FormValue("login"), Before: r.FormValue("before"),
	}
	found, err := s.svc.ReadAudit(r.Context(), p.Actor, q)
	view := page.View{Title: p.T("console.audit.title"), Desk: true}
	if err != nil {
		problem := web.Problem(err)
		if problem.Status != http.StatusUnprocessableEntity {
			return err
		}
		view.Status = problem.Status
		view.Body = auditLog(p, q, found, s.svc.AuditEvents(), units(r.Context(), p), problem)
		return p.Render(w, r, view)
	}
	view.Body = auditLog(p, q, found, s.svc.AuditEvents(), units(r.Context(), p), nil)
	return p.Render(w, r, view)
}

// unitName returns the name of a unit in the reader's language.
type unitName func(id string) string

// units returns the names of units, as every page knows them; an id without a
// name stays an id.
func units(ctx context.Context, p page.Page) unitName {
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

func (s site) checkpoint(w http.ResponseWriter, r *http.Request) error {
	head, err := s.svc.Checkpoint(r.Context(), page.From(r.Context()).Actor)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="diem-neo.txt"`)
	_, _ = w.Write([]byte(head.Note)) // the reader has gone: nobody to tell
	return nil
}
