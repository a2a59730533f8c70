// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"net/http"

	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/core"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/platform/ui"
	"tinhso.vn/internal/platform/web"
)

// begun is what the first page shows and keeps.
type begun struct {
	version procedures.Version
	units   []orgs.Unit
	unit    string
	basis   dossiers.Basis
	counter bool // a clerk asks, for the person at the counter
	wrong   *problem
}

// closed says why nobody can file here; empty where one can.
func (b begun) closed(p page.Page) string {
	switch {
	case !ownForm(b.version) && b.version.Where.VI != "":
		return p.T("dossiers.page.start.not_local_but", "where", b.version.Where)
	case !ownForm(b.version):
		return p.T("dossiers.page.start.not_local")
	case b.version.Online == "none" && !b.counter:
		return p.T("dossiers.page.start.not_online")
	}
	return ""
}

func (s site) beginning(r *http.Request) (b begun, err error) {
	p := page.From(r.Context())
	b.counter = p.Actor.Official() && p.Actor.May(dossiers.PermAccept)
	if b.version, err = s.Procedures.Get(r.Context(), procedures.ID(r.PathValue("procedure"))); err != nil {
		return b, err
	}
	if !b.counter {
		b.units, err = s.svc.ListUnits(r.Context())
	}
	return b, err
}

func (s site) start(w http.ResponseWriter, r *http.Request) error {
	b, err := s.beginning(r)
	if err != nil {
		return err
	}
	b.unit, b.basis = r.FormValue("noi"), dossiers.Self
	return s.startPage(w, r, b)
}

func (s site) startPage(w http.ResponseWriter, r *http.Request, b begun) error {
	p := page.From(r.Context())
	return show(w, r, page.View{
		Title: p.T("dossiers.page.start.title", "name", b.version.Name), Desk: b.counter, Body: startBody(p, b),
		Description: p.Text(b.version.Name),
	}, b.wrong)
}

func (s site) begin(w http.ResponseWriter, r *http.Request) error {
	form, err := formOf(r)
	if err != nil {
		return err
	}
	b, err := s.beginning(r)
	if err != nil {
		return err
	}
	p := page.From(r.Context())
	b.unit, b.basis = form.Get("unit"), dossiers.Basis(form.Get("basis"))
	if !b.counter {
		b.wrong = b.missing(p)
	}
	if b.wrong != nil {
		return s.startPage(w, r, b)
	}
	d, err := s.svc.StartDraft(r.Context(), p.Actor, core.NewDraft{Procedure: b.version.ID, Unit: orgs.ID(b.unit), Mail: mailIn(form)})
	if err != nil {
		if b.wrong, err = wrongWith(r, err, "unit"); err != nil {
			return err
		}
		return s.startPage(w, r, b)
	}
	if b.counter || b.basis != dossiers.Self {
		return web.SeeOther(w, r, at("nhap", string(d.ID), "nguoi-nop")+"?basis="+string(b.basis))
	}
	return web.SeeOther(w, r, at("nhap", string(d.ID)))
}

// missing says what was not chosen.
func (b begun) missing(p page.Page) *problem {
	wrong := invalid()
	if b.unit == "" {
		wrong.add("unit", p.T("dossiers.page.start.unit_missing"))
	}
	if p.T(basisKey(b.basis)) == basisKey(b.basis) {
		wrong.add("basis", p.T("dossiers.page.start.basis_missing"))
	}
	if len(wrong.Items) == 0 {
		return nil
	}
	return wrong
}

func basisKey(b dossiers.Basis) string { return "dossiers.page.basis." + string(b) }

func bases() []dossiers.Basis {
	return []dossiers.Basis{dossiers.Self, dossiers.Parent, dossiers.Guardian, dossiers.Authorised, dossiers.Legal}
}

func basisItems(p page.Page) []ui.RadioItem {
	var items []ui.RadioItem
	for _, b := range bases() {
		items = append(items, ui.RadioItem{Value: string(b), Text: p.T(basisKey(b))})
	}
	return items
}

func unitItems(p page.Page, units []orgs.Unit) []ui.SelectItem {
	items := []ui.SelectItem{{Text: p.T("dossiers.page.start.choose_unit")}}
	for _, u := range units {
		items = append(items, ui.SelectItem{Value: string(u.ID), Text: p.Text(u.Name)})
	}
	return items
}

// term says how long it takes.
func term(p page.Page, v procedures.Version) string {
	if v.SameDay {
		return p.T("dossiers.page.term.same_day")
	}
	words := func(d procedures.Duration) string {
		unit := d.Unit
		if d.Working && unit == "days" {
			unit = "working_days"
		}
		return p.T("dossiers.page.term."+unit, "n", d.Amount)
	}
	switch {
	case v.Reduced.Amount > 0 && v.Statutory.Amount > 0:
		return p.T("dossiers.page.term.reduced", "reduced", words(v.Reduced), "statutory", words(v.Statutory))
	case v.Reduced.Amount > 0:
		return words(v.Reduced)
	case v.Statutory.Amount > 0:
		return words(v.Statutory)
	}
	return p.T("dossiers.page.term.unknown")
}

// fee says what it costs.
func fee(p page.Page, f procedures.Fee) string {
	switch f.Kind {
	case "none":
		return p.T("dossiers.page.fee.none")
	case "amount":
		text := p.Money(f.Amount)
		if per := p.Text(f.Per); per != "" {
			text += "/" + per
		}
		if note := p.Text(f.Note); note != "" {
			text += ". " + note
		}
		return text
	case "table":
		text := p.T("dossiers.page.fee.table")
		if note := p.Text(f.Note); note != "" {
			text += ". " + note
		}
		return text
	}
	return p.T("dossiers.page.fee.unknown")
}

// sheets says how a paper is brought: "1 bản chính, 2 bản sao".
func sheets(p page.Page, original, plain, certified int) string {
	text := ""
	for _, part := range []struct {
		key string
		n   int
	}{{"original", original}, {"copy", plain}, {"certified", certified}} {
		if part.n == 0 {
			continue
		}
		if text != "" {
			text += ", "
		}
		text += p.T("dossiers.page.sheets."+part.key, "n", part.n)
	}
	return text
}
