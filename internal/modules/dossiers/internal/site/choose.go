// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"net/http"
	"net/url"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/core"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/platform/ui"
	"tinhso.vn/internal/platform/web"
)

const (
	caseStop  = "truong-hop" // the page on which a case is chosen
	caseInput = "case"
)

// chooseCase asks which case of its procedure a draft is.
func (s site) chooseCase(w http.ResponseWriter, r *http.Request) error {
	d, err := s.draftOf(w, r)
	if err != nil {
		return unless(err)
	}
	return s.casesPage(w, r, d, d.Case, nil)
}

func (s site) casesPage(w http.ResponseWriter, r *http.Request, d core.Draft, chosen string, wrong *problem) error {
	p := page.From(r.Context())
	way := routeOf(p, d)
	return show(w, r, page.View{
		Title: p.T("dossiers.page.choose.title"), Desk: atCounter(d), Before: back(p, way.before(caseStop)), Form: true,
		Body: chooseBody(p, way, chosen, r.FormValue("sua") != "", wrong),
	}, wrong)
}

func (s site) saveCase(w http.ResponseWriter, r *http.Request) error {
	form, err := formOf(r)
	if err != nil {
		return err
	}
	d, err := s.draftOf(w, r)
	if err != nil {
		return unless(err)
	}
	p := page.From(r.Context())
	if code := form.Get(page.LanguageInput); code != "" {
		r = r.WithContext(page.With(r.Context(), p.Speak(w, code)))
		return s.casesPage(w, r, d, form.Get(caseInput), nil)
	}
	if form.Get("later") != "" && form.Get(caseInput) == "" {
		return page.Done(w, r, later(d), "dossiers.page.draft.saved_before")
	}
	after, err := s.svc.ChooseCase(r.Context(), p.Actor, d.ID, form.Get(caseInput))
	if err != nil {
		wrong, err := wrongWith(r, err, caseInput)
		if err != nil {
			return unless(s.led(w, r, d.ID, err))
		}
		return s.casesPage(w, r, d, form.Get(caseInput), wrong)
	}
	if form.Get("later") != "" {
		return page.Done(w, r, later(after), "dossiers.page.draft.saved")
	}
	return web.SeeOther(w, r, onward(p, after, caseStop, form))
}

// otherCase lets an official say that a dossier is another case, with the reason.
func (s site) otherCase(w http.ResponseWriter, r *http.Request) error {
	return s.otherCasePage(w, r, nil, nil)
}

func (s site) otherCasePage(w http.ResponseWriter, r *http.Request, form url.Values, wrong *problem) error {
	id, err := idOf(r, "id")
	if err != nil {
		return err
	}
	p := page.From(r.Context())
	f, err := s.svc.Get(r.Context(), p.Actor, id, access.Handling)
	if err != nil {
		return err
	}
	return show(w, r, page.View{
		Title: p.T("dossiers.page.choose.change_title", "code", codeOf(f.Summary)), Desk: true, Before: back(p, at("xu-ly", string(id))), Body: otherBody(p, f, form, wrong),
	}, wrong)
}

func (s site) changeCase(w http.ResponseWriter, r *http.Request) error {
	form, err := formOf(r)
	if err != nil {
		return err
	}
	id, err := idOf(r, "id")
	if err != nil {
		return err
	}
	if err := s.svc.ChangeCase(r.Context(), page.From(r.Context()).Actor, id, form.Get(caseInput), form.Get("reason")); err != nil {
		wrong, err := wrongWith(r, err, caseChangeMain(err))
		if err != nil {
			return err
		}
		return s.otherCasePage(w, r, form, wrong)
	}
	return page.Done(w, r, at("xu-ly", string(id)), "dossiers.page.choose.changed")
}

// caseChangeMain is the control that a mistake belongs to.
func caseChangeMain(err error) string {
	if told := web.Problem(err); told.Code == dossiers.ErrReasonNeeded.Code {
		return "reason"
	}
	return caseInput
}

func caseItems(p page.Page, v procedures.Version) (items []ui.RadioItem) {
	for _, c := range v.Cases {
		item := ui.RadioItem{Value: c.ID, Text: p.Text(c.Name)}
		if note := p.Text(c.Note); note != "" {
			item.Hint = &ui.Hint{Text: note}
		}
		items = append(items, item)
	}
	return items
}

// caseLines say what differs in a case: how long it takes and what it costs.
func caseLines(p page.Page, v procedures.Version, c procedures.Case) []ui.SummaryRow {
	of := v.For(c.ID, procedures.ChannelCounter)
	rows := []ui.SummaryRow{row(p.T("dossiers.page.start.term"), term(p, of)), row(p.T("dossiers.page.start.fee"), fee(p, of.Fee))}
	if online := v.For(c.ID, procedures.ChannelOnline); term(p, online) != term(p, of) {
		rows = append(rows, row(p.T("dossiers.page.choose.online_term"), term(p, online)))
	}
	return rows
}
