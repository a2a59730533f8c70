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
	"tinhso.vn/internal/platform/id"
	"tinhso.vn/internal/platform/ui"
	"tinhso.vn/internal/platform/web"
)

const manyPath = deskPath + "/hang-loat"

// doAssign is the button that puts what was picked into other hands.
const doAssign = "assign"

// picks lets the rows of a list be picked, and says what can be done with them.
func (s site) picks(p page.Page, l worklist, list *ui.WorkListParams) {
	for i, item := range l.found.Items {
		list.Rows[i].Value = string(item.Task)
	}
	list.Action, list.PickName, list.PickLabel = manyPath, "buoc", p.T("dossiers.page.sign.pick")
	list.Hidden = []ui.HiddenField{{Name: inList, Value: string(l.list)}, {Name: inBack, Value: l.query()}}
	var actions []ui.DeskAction
	add := func(do, key string) {
		actions = append(actions, ui.DeskAction{Key: key, ButtonParams: ui.ButtonParams{Text: p.T("dossiers.page.many." + do), Name: "do", Value: do, Classes: "ts-button--inverse"}})
	}
	if l.list == core.UnitsWork {
		add(doAssign, "g")
		add(string(core.Reminding), "r")
	} else {
		add(string(core.Claiming), "c")
		if p.Actor.May(dossiers.PermProcess) || p.Actor.May(dossiers.PermSign) {
			add(string(core.Finishing), "e")
		}
		if p.Actor.May(dossiers.PermIssue) {
			add(string(core.Issuing), "i")
		}
		add(string(core.Releasing), "l")
	}
	list.Bulk = &ui.BulkParams{
		SelectedText: p.T("dossiers.page.sign.selected"), NoneText: p.T("dossiers.page.sign.with_selected"), Note: p.T("dossiers.page.many.each"), Actions: actions,
	}
}

// stepsIn are the steps that were picked.
func stepsIn(form url.Values) (steps []dossiers.TaskID) {
	for _, step := range form["buoc"] {
		if id.Valid(step) {
			steps = append(steps, dossiers.TaskID(step))
		}
	}
	return steps
}

// planned is the page before something is done with many: what will happen.
type planned struct {
	act       core.Act
	form      url.Values
	can, cant []core.Planned
	whys      []told // why the others cannot be done
	wrong     *problem
}

// plan shows what would become of what was picked.
func (s site) plan(w http.ResponseWriter, r *http.Request) error {
	form, err := formOf(r)
	if err != nil {
		return err
	}
	if form.Get("do") == doAssign {
		return s.choosePage(w, r, form, nil)
	}
	return s.planPage(w, r, form, nil)
}

func (s site) planPage(w http.ResponseWriter, r *http.Request, form url.Values, wrong *problem) error {
	p := page.From(r.Context())
	steps := stepsIn(form)
	if len(steps) == 0 {
		none := invalid()
		none.add("", p.T("dossiers.page.assign.none_picked"))
		return s.workPage(w, r, listIn(form), nil, none)
	}
	v := planned{act: core.Act(form.Get("do")), form: form, wrong: wrong}
	all, err := s.svc.PlanMany(r.Context(), p.Actor, v.act, steps)
	if err != nil {
		return err
	}
	for _, one := range all {
		if one.Err == nil {
			v.can = append(v.can, one)
			continue
		}
		v.cant = append(v.cant, one)
		v.whys = append(v.whys, s.why(r, told{code: planCode(p, one), href: at("xu-ly", string(one.Dossier))}, one.Err))
	}
	return show(w, r, page.View{Title: p.T("dossiers.page.many." + string(v.act)), Desk: true, Before: back(p, returns(form)), Body: planBody(p, v)}, wrong)
}

// why says in words why something was not done.
func (s site) why(r *http.Request, one told, err error) told {
	problem := web.Problem(err)
	page.From(r.Context()).Site.Explain(r, problem)
	one.text, one.failed = problem.Detail, true
	return one
}

func planCode(p page.Page, one core.Planned) string {
	if one.Code == "" {
		return p.T("dossiers.page.sign.unknown")
	}
	return one.Code
}

// returns is the list from which something was picked, as it was looked at.
func returns(form url.Values) string {
	l := worklist{list: listIn(form)}
	q, err := url.ParseQuery(form.Get(inBack))
	if err != nil || len(q) == 0 {
		return l.path()
	}
	return l.path() + "?" + q.Encode()
}

// doMany does what was planned, and says what became of each.
func (s site) doMany(w http.ResponseWriter, r *http.Request) error {
	form, err := formOf(r)
	if err != nil {
		return err
	}
	p := page.From(r.Context())
	act := core.Act(form.Get("do"))
	all, err := s.svc.DoMany(r.Context(), p.Actor, act, stepsIn(form), form.Get("note"))
	if err != nil {
		wrong, err := wrongWith(r, err, "note")
		if err != nil {
			return err
		}
		return s.planPage(w, r, form, wrong)
	}
	return s.donePage(w, r, form, string(act), all)
}

// finished is what became of many.
type finished struct {
	act      string
	form     url.Values
	outcomes []told
	again    []dossiers.TaskID // what was not done, to be tried again
	done     int
}

func (s site) donePage(w http.ResponseWriter, r *http.Request, form url.Values, act string, all []dossiers.HandedOver) error {
	p := page.From(r.Context())
	v := finished{act: act, form: form}
	for _, o := range all {
		one := told{code: p.T("dossiers.page.sign.unknown"), href: at("xu-ly", string(o.Dossier)), text: p.T("dossiers.page.many.ok." + act)}
		if found, ok, err := s.svc.Find(r.Context(), p.Actor, o.Dossier); err == nil && ok {
			one.code = codeOf(found)
		}
		if o.Err != nil {
			one = s.why(r, one, o.Err)
			v.again = append(v.again, o.Task)
			v.outcomes = append(v.outcomes, one)
			continue
		}
		v.done++
		v.outcomes = append(v.outcomes, one)
	}
	return show(w, r, page.View{Title: p.T("dossiers.page.assign.outcome"), Desk: true, Before: back(p, returns(form)), Body: doneBody(p, v)}, nil)
}

// previewSign shows what a leader is about to sign, one under the other, with
// one confirmation for all. That each was read is recorded.
func (s site) previewSign(w http.ResponseWriter, r *http.Request) error {
	form, err := formOf(r)
	if err != nil {
		return err
	}
	p := page.From(r.Context())
	ids := form["dossier"]
	if len(ids) == 0 || len(ids) > maxMany {
		wrong := invalid()
		wrong.add("", p.T("dossiers.page.sign.none_picked"))
		return s.signingPage(w, r, nil, wrong)
	}
	var ready []core.Full
	var whys []told
	for _, raw := range ids {
		id, err := dossiers.ParseID(raw)
		if err != nil {
			return err
		}
		full, err := s.svc.GetStep(r.Context(), p.Actor, id, "", access.Handling)
		switch {
		case err != nil && web.Problem(err).Status >= http.StatusInternalServerError:
			return err
		case err != nil:
			whys = append(whys, s.why(r, told{code: p.T("dossiers.page.sign.unknown"), href: at("xu-ly", raw)}, err))
		case !full.Can.Sign:
			whys = append(whys, told{code: codeOf(full.Summary), href: at("xu-ly", raw), text: idleText(p, full), failed: true})
		default:
			ready = append(ready, full)
		}
	}
	return show(w, r, page.View{Title: p.T("dossiers.page.sign.preview"), Desk: true, Before: back(p, "/ky"), Body: previewSignBody(p, ready, whys)}, nil)
}
