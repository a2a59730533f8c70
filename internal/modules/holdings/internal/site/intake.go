// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"net/http"
	"net/url"
	"slices"

	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/holdings"
	"tinhso.vn/internal/modules/holdings/internal/core"
	"tinhso.vn/internal/platform/ui"
	"tinhso.vn/internal/platform/web"
)

func (s site) incomingOf(r *http.Request) (core.Incoming, error) {
	id, err := dossiers.ParseID(r.PathValue("dossier"))
	if err != nil {
		return core.Incoming{}, err
	}
	return s.svc.ListIncoming(r.Context(), page.From(r.Context()).Actor, id)
}

func casePath(id dossiers.ID) string { return "/xu-ly/" + url.PathEscape(string(id)) }

func intakeAt(id dossiers.ID, file string) string {
	return intakePath + "/" + url.PathEscape(string(id)) + "/" + url.PathEscape(file)
}

// incoming is the files of a dossier, of which some may go into the vault.
func (s site) incoming(w http.ResponseWriter, r *http.Request) error {
	in, err := s.incomingOf(r)
	if err != nil {
		return err
	}
	p := page.From(r.Context())
	return p.Render(w, r, page.View{
		Title: p.T("holdings.intake.title"), Desk: true, Before: ui.BackLink(ui.BackLinkParams{Text: in.Code, Href: casePath(in.Dossier)}), Body: incomingBody(p, in),
	})
}

func (s site) intake(w http.ResponseWriter, r *http.Request) error {
	return s.intakePage(w, r, nil, nil)
}

func (s site) intakePage(w http.ResponseWriter, r *http.Request, form url.Values, problem *web.ProblemError) error {
	in, err := s.incomingOf(r)
	if err != nil {
		return err
	}
	p := page.From(r.Context())
	i := slices.IndexFunc(in.Files, func(f dossiers.IncomingFile) bool { return f.ID == r.PathValue("file") })
	if i < 0 {
		return holdings.ErrNotFound
	}
	types, err := s.svc.ListTypes(r.Context(), p.Actor)
	if err != nil {
		return err
	}
	if form == nil {
		form = url.Values{"type": {in.Files[i].Paper.Type}}
	}
	return p.Render(w, r, page.View{
		Title: p.T("holdings.intake.one"), Desk: true, Status: page.StatusOf(problem),
		Before: ui.BackLink(ui.BackLinkParams{Text: p.T("holdings.intake.title"), Href: intakePath + "/" + url.PathEscape(string(in.Dossier))}),
		Body:   intakeBody(p, in, in.Files[i], types, form, problem),
	})
}

func (s site) digitise(w http.ResponseWriter, r *http.Request) error {
	if err := page.ReadForm(r); err != nil {
		return err
	}
	id, err := dossiers.ParseID(r.PathValue("dossier"))
	if err != nil {
		return err
	}
	in := r.PostForm
	_, err = s.svc.Digitise(r.Context(), page.From(r.Context()).Actor, core.Digitising{
		Dossier: id, File: r.PathValue("file"), Type: in.Get("type"), Number: in.Get("number"), Issuer: in.Get("issuer"), Issued: dayIn(in.Get("issued")),
		Until: dayIn(in.Get("until")), Perpetual: in.Get("perpetual") != "", Checked: in.Get("checked"), Summary: in.Get("summary"),
	})
	if err == nil {
		return page.Done(w, r, intakePath+"/"+url.PathEscape(string(id)), "holdings.intake.done")
	}
	problem, err := page.Refused(r, err)
	if err != nil {
		return err
	}
	return s.intakePage(w, r, in, problem)
}

// listMade is the papers of a dossier that may be revoked.
func (s site) listMade(w http.ResponseWriter, r *http.Request) error {
	id, err := dossiers.ParseID(r.PathValue("dossier"))
	if err != nil {
		return err
	}
	p := page.From(r.Context())
	all, err := s.svc.ListMade(r.Context(), p.Actor, string(id))
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{
		Title: p.T("holdings.made.list"), Desk: true, Before: ui.BackLink(ui.BackLinkParams{Text: p.T("holdings.made.back"), Href: casePath(id)}), Body: madeList(p, all),
	})
}

// made is a paper that the unit issued or digitised, to be revoked.
func (s site) made(w http.ResponseWriter, r *http.Request) error { return s.madePage(w, r, "", nil) }

func (s site) madePage(w http.ResponseWriter, r *http.Request, reason string, problem *web.ProblemError) error {
	p := page.From(r.Context())
	one, err := s.svc.GetMade(r.Context(), p.Actor, r.PathValue("paper"))
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{Title: p.T("holdings.made.title"), Desk: true, Status: page.StatusOf(problem), Body: madeBody(p, one, reason, problem)})
}

func (s site) revoke(w http.ResponseWriter, r *http.Request) error {
	if err := page.ReadForm(r); err != nil {
		return err
	}
	paper, reason := r.PathValue("paper"), r.PostForm.Get("reason")
	err := s.svc.Revoke(r.Context(), page.From(r.Context()).Actor, paper, reason)
	if err == nil {
		return page.Done(w, r, madePath+"/"+url.PathEscape(paper), "holdings.made.revoked")
	}
	problem, err := page.Refused(r, err)
	if err != nil {
		return err
	}
	return s.madePage(w, r, reason, problem)
}
