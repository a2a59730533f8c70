// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/files"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/core"
	"tinhso.vn/internal/platform/id"
	"tinhso.vn/internal/platform/ui"
	"tinhso.vn/internal/platform/web"
)

// revoking takes results back.
type revoking interface {
	AskRevocation(ctx context.Context, actor identity.Actor, id dossiers.ID, w core.Retraction) (string, error)
	DropRevocation(ctx context.Context, actor identity.Actor, id dossiers.ID, revocation string) error
	DecideRevocation(ctx context.Context, actor identity.Actor, id dossiers.ID, revocation string, v core.Verdict) error
	ListRevocations(ctx context.Context, actor identity.Actor, after string) (core.Page[core.RevocationItem], error)
	RevokedFile(ctx context.Context, actor identity.Actor, id dossiers.ID, revocation string, why access.Purpose) (files.Content, files.File, error)
}

// retracting is the page that asks a leader to take a result back.
type retracting struct {
	full  core.Full
	form  url.Values
	wrong *problem
}

func (s site) retract(w http.ResponseWriter, r *http.Request) error {
	dossier, err := idOf(r, "id")
	if err != nil {
		return err
	}
	return s.retractPage(w, r, dossier, retracting{form: url.Values{}})
}

func (s site) retractPage(w http.ResponseWriter, r *http.Request, dossier dossiers.ID, m retracting) (err error) {
	p := page.From(r.Context())
	if m.full, err = s.svc.GetStep(r.Context(), p.Actor, dossier, "", access.Handling); err != nil {
		return err
	}
	if m.wrong == nil && (!m.full.Can.Revoke || m.full.Result == nil) {
		return web.SeeOther(w, r, at("xu-ly", string(dossier)))
	}
	return show(w, r, page.View{
		Title: p.T("dossiers.page.revoke.title"), Desk: true, Before: back(p, at("xu-ly", string(dossier))), Body: retractBody(p, m),
	}, m.wrong)
}

func (s site) retracted(w http.ResponseWriter, r *http.Request) error {
	form, err := formOf(r)
	if err != nil {
		return err
	}
	dossier, err := idOf(r, "id")
	if err != nil {
		return err
	}
	days, err := strconv.Atoi(strings.TrimSpace(form.Get("days")))
	if err != nil {
		days = -1 // not a number: told like one that is too small
	}
	wish := core.Retraction{Reason: form.Get("reason"), Decision: form.Get("decision"), Renew: form.Get("renew") != "", Days: days}
	if _, err := s.svc.AskRevocation(r.Context(), page.From(r.Context()).Actor, dossier, wish); err != nil {
		wrong, err := wrongWith(r, err, "")
		if err != nil {
			return err
		}
		return s.retractPage(w, r, dossier, retracting{form: form, wrong: wrong})
	}
	return page.Done(w, r, at("xu-ly", string(dossier))+"#thu-hoi", "dossiers.page.motion.made")
}

// revocationIn returns the revocation that a path names.
func revocationIn(r *http.Request) (string, error) {
	revocation := r.PathValue("revocation")
	if !id.Valid(revocation) {
		return "", dossiers.ErrNoMotion
	}
	return revocation, nil
}

func (s site) revocationDecided(w http.ResponseWriter, r *http.Request) error {
	revocation, err := revocationIn(r)
	if err != nil {
		return err
	}
	words := "words-" + revocation
	return s.did(w, r, words, "dossiers.page.motion.decided", func(dossier dossiers.ID, form url.Values) error {
		return s.svc.DecideRevocation(r.Context(), page.From(r.Context()).Actor, dossier, revocation, core.Verdict{Agree: form.Get("do") == "agree", Words: form.Get(words)})
	})
}

func (s site) revocationDropped(w http.ResponseWriter, r *http.Request) error {
	revocation, err := revocationIn(r)
	if err != nil {
		return err
	}
	return s.did(w, r, "", "dossiers.page.motion.dropped", func(dossier dossiers.ID, _ url.Values) error {
		return s.svc.DropRevocation(r.Context(), page.From(r.Context()).Actor, dossier, revocation)
	})
}

// revokedFile shows a result that counts no more, as it was issued.
func (s site) revokedFile(w http.ResponseWriter, r *http.Request) error {
	dossier, err := idOf(r, "id")
	if err != nil {
		return err
	}
	revocation, err := revocationIn(r)
	if err != nil {
		return err
	}
	p := page.From(r.Context())
	content, f, err := s.svc.RevokedFile(r.Context(), p.Actor, dossier, revocation, purpose(p))
	if err != nil {
		return err
	}
	return give(w, r, content, f)
}

// revocationList is the list of those who decide.
func revocationList(p page.Page, items []core.RevocationItem) ui.WorkListParams {
	list := ui.WorkListParams{Caption: p.T("dossiers.page.revoke.list"), Head: []string{
		p.T("dossiers.page.col.dossier"), p.T("dossiers.page.result.number"), p.T("dossiers.page.motion.reason"), p.T("dossiers.page.motion.from"), p.T("dossiers.page.revoke.then"),
	}}
	for _, i := range items {
		then := p.T("dossiers.page.revoke.no_new")
		if i.Renew {
			then = p.T("dossiers.page.revoke.new_in", "n", i.Days)
		}
		list.Rows = append(list.Rows, ui.WorkRow{Value: i.ID, Cells: []ui.WorkCell{
			{Text: codeOf(i.Dossier), Href: at("xu-ly", string(i.Dossier.ID)) + "#thu-hoi", Sub: p.Text(i.Dossier.Name)},
			{Text: i.Number},
			{Text: short(i.Reason)},
			{Text: i.Asker, Sub: p.Text(i.Unit)},
			{Text: then},
		}})
	}
	return list
}

// revokedText says to anybody that a result counts no more, and what replaces it.
func revokedText(p page.Page, m core.RevokedResult) string {
	said := p.T("dossiers.page.revoke.public", "number", m.Number, "date", p.Date(m.At.Time))
	switch {
	case m.NewNumber != "":
		said += " " + p.T("dossiers.page.revoke.public_new", "number", m.NewNumber)
	case m.Making:
		said += " " + p.T("dossiers.page.revoke.public_making")
	}
	return said
}

func revokedOf(m core.Revocation) core.RevokedResult {
	return core.RevokedResult{Number: m.Number, At: m.EndedAt, Making: m.Making, NewNumber: m.NewNumber}
}

func revocationState(p page.Page, m core.Revocation) ui.Deadline {
	return motionState(p, core.Motion{State: m.State})
}

func revocationLine(p page.Page, m core.Revocation) string {
	said := p.T("dossiers.page.motion.by", "who", m.Asker, "date", p.DateTime(m.AskedAt.Time)) + " "
	if m.Renew {
		return said + p.T("dossiers.page.revoke.new_in", "n", m.Days) + "."
	}
	return said + p.T("dossiers.page.revoke.no_new") + "."
}
