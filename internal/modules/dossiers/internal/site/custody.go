// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"net/http"
	"net/url"
	"slices"

	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/core"
	"tinhso.vn/internal/platform/id"
)

const paperPath = "/giao-giay"

// custody is the page of the paper that somebody has, gets and has handed on.
type custody struct {
	held, coming, leaving core.Page[core.Sheaf]
	left                  core.Page[core.Sheaf] // with those who have left; for who gives out the work of the unit
	people                []core.Colleague
	form                  url.Values
	done                  []core.Outcome // of what was just done
	slip                  string         // that was just made
	wrong                 *problem
}

func (s site) paperLists(w http.ResponseWriter, r *http.Request) error {
	return s.custodyPage(w, r, custody{form: url.Values{}})
}

func (s site) custodyPage(w http.ResponseWriter, r *http.Request, v custody) (err error) {
	p := page.From(r.Context())
	for _, one := range []struct {
		of   core.PaperList
		name string
		to   *core.Page[core.Sheaf]
	}{{core.PaperInHand, "giu", &v.held}, {core.PaperComing, "den", &v.coming}, {core.PaperLeaving, "di", &v.leaving}} {
		after := r.URL.Query().Get(one.name)
		if after != "" && !id.Valid(after) {
			after = ""
		}
		if *one.to, err = s.svc.ListPaper(r.Context(), p.Actor, one.of, after); err != nil {
			return err
		}
	}
	if v.people, err = s.svc.ListPaperPeople(r.Context(), p.Actor); err != nil {
		return err
	}
	if p.Actor.May(dossiers.PermAssign) && p.Actor.Unit != "" {
		after := r.URL.Query().Get("roi")
		if after != "" && !id.Valid(after) {
			after = ""
		}
		if v.left, err = s.svc.ListPaperLeft(r.Context(), p.Actor, after); err != nil {
			return err
		}
	}
	return show(w, r, page.View{Title: p.T("dossiers.page.custody.title"), Desk: true, Body: custodyBody(p, v)}, v.wrong)
}

// movePaper does with the ticked dossiers what the pressed button says.
func (s site) movePaper(w http.ResponseWriter, r *http.Request) error {
	form, err := formOf(r)
	if err != nil {
		return err
	}
	v, actor := custody{form: form}, page.From(r.Context()).Actor
	var ids []dossiers.ID
	for _, one := range form["ho-so"] {
		dossier, err := dossiers.ParseID(one)
		if err != nil {
			return err
		}
		ids = append(ids, dossier)
	}
	main := "to"
	switch do := form.Get("do"); {
	case len(ids) == 0:
		v.wrong = invalid()
		v.wrong.add("", page.From(r.Context()).T("dossiers.page.custody.none_picked"))
		return s.custodyPage(w, r, v)
	case do == "take":
		v.done, err = s.svc.TakePaper(r.Context(), actor, ids)
	case do == "decline":
		main = "words"
		v.done, err = s.svc.DeclinePaper(r.Context(), actor, ids, form.Get("words"))
	case do == "back":
		v.done, err = s.svc.TakePaperBack(r.Context(), actor, ids)
	case do == "left":
		main = "to_left"
		v.slip, v.done, err = s.svc.MovePaperLeft(r.Context(), actor, ids, form.Get("to_left"))
	default:
		v.slip, v.done, err = s.svc.HandPaper(r.Context(), actor, ids, form.Get("to"))
	}
	if err != nil {
		if v.wrong, err = wrongWith(r, err, main); err != nil {
			return err
		}
	}
	return s.custodyPage(w, r, v)
}

func (s site) paperSlip(w http.ResponseWriter, r *http.Request) error {
	slip := r.PathValue("slip")
	if !id.Valid(slip) {
		return dossiers.ErrNoHanding
	}
	raw, err := s.svc.PaperSlip(r.Context(), page.From(r.Context()).Actor, slip)
	if err != nil {
		return err
	}
	return givePDF(w, "phieu-giao-nhan-giay.pdf", raw)
}

// ticked reports whether a dossier was chosen before.
func (v custody) ticked(one core.Sheaf) bool {
	return v.wrong != nil && slices.Contains(v.form["ho-so"], string(one.Dossier))
}

// counted says how many were done, and how many not.
func (v custody) counted() (done, not int) {
	for _, o := range v.done {
		if o.Err == nil {
			done++
		} else {
			not++
		}
	}
	return done, not
}

// paperWhere says who has the paper of a dossier.
func paperWhere(p page.Page, one core.Sheaf) string {
	if one.To != "" {
		return p.T("dossiers.page.custody.on_its_way", "n", one.Sheets, "name", one.Holder, "to", one.To)
	}
	return p.T("dossiers.page.custody.with", "n", one.Sheets, "name", one.Holder, "date", p.Date(one.Since.Time))
}
