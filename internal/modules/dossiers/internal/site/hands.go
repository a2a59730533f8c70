// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"net/http"
	"net/url"

	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/core"
	"tinhso.vn/internal/platform/web"
)

const assignPath = "/giao-viec"

func (s site) release(w http.ResponseWriter, r *http.Request) error {
	return s.did(w, r, "", "dossiers.page.done.released", func(id dossiers.ID, form url.Values) error {
		return s.svc.Release(r.Context(), page.From(r.Context()).Actor, id, stepIn(form))
	})
}

// unitWork lists the open steps of the units whose work the actor gives out.
func (s site) unitWork(w http.ResponseWriter, r *http.Request) error {
	return s.unitWorkPage(w, r, nil, nil)
}

func (s site) unitWorkPage(w http.ResponseWriter, r *http.Request, outcomes []told, wrong *problem) error {
	return s.workPage(w, r, core.UnitsWork, outcomes, wrong)
}

// assigning is the page on which somebody is chosen for some steps.
type assigning struct {
	steps      []string
	colleagues []core.Colleague
	form       url.Values
	wrong      *problem
}

// choose asks who is to have the steps that were picked.
func (s site) choose(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return web.ErrMalformed.Because(err)
	}
	return s.choosePage(w, r, r.Form, nil)
}

func (s site) choosePage(w http.ResponseWriter, r *http.Request, form url.Values, wrong *problem) error {
	p := page.From(r.Context())
	a := assigning{form: form, wrong: wrong}
	for _, step := range stepsIn(form) {
		a.steps = append(a.steps, string(step))
	}
	if len(a.steps) == 0 {
		none := invalid()
		none.add("", p.T("dossiers.page.assign.none_picked"))
		return s.unitWorkPage(w, r, nil, none)
	}
	all, err := s.svc.ListColleagues(r.Context(), p.Actor, dossiers.TaskID(a.steps[0])) // of one post; the others are asked one by one
	if err != nil {
		return err
	}
	a.colleagues = all
	return show(w, r, page.View{Title: p.T("dossiers.page.assign.title"), Desk: true, Before: back(p, returns(listOf(form))), Body: assignBody(p, a)}, wrong)
}

// listOf makes a form speak of the list of units.
func listOf(form url.Values) url.Values {
	form.Set(inList, string(core.UnitsWork))
	return form
}

func (s site) assign(w http.ResponseWriter, r *http.Request) error {
	form, err := formOf(r)
	if err != nil {
		return err
	}
	p := page.From(r.Context())
	steps := stepsIn(form)
	if form.Get("to") == "" {
		wrong := invalid()
		wrong.add("to", p.T("dossiers.page.assign.nobody"))
		return s.choosePage(w, r, form, wrong)
	}
	all, err := s.svc.Reassign(r.Context(), p.Actor, steps, form.Get("to"), form.Get("reason"))
	if err != nil {
		wrong, err := wrongWith(r, err, "reason")
		if err != nil {
			return err
		}
		return s.choosePage(w, r, form, wrong)
	}
	return s.donePage(w, r, listOf(form), doAssign, all)
}
