// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/personnel"
	"tinhso.vn/internal/modules/personnel/internal/core"
	"tinhso.vn/internal/platform/ui"
	"tinhso.vn/internal/platform/web"
)

// offered is how many parts the form has fields for.
const offered = 3

func splitDecision(r *http.Request) core.SplitDecision {
	f := r.FormValue
	d := core.SplitDecision{
		Unit: r.PathValue("unit"), Number: f("number"), Date: day(f("date")), Basis: f("basis"), From: day(f("from")), Keep: f("keep") == "1",
		People: map[string]int{}, Children: map[string]int{},
	}
	for i := 1; i <= offered; i++ {
		n := strconv.Itoa(i)
		d.Parts = append(d.Parts, core.SplitPart{Name: f("part-" + n), Short: f("short-" + n), Code: f("code-" + n)})
	}
	for name, values := range r.PostForm {
		to, err := strconv.Atoi(values[0])
		if err != nil {
			continue // chosen nowhere: the first part, or it stays
		}
		if id, ok := strings.CutPrefix(name, "person-"); ok {
			d.People[id] = to
		}
		if id, ok := strings.CutPrefix(name, "child-"); ok {
			d.Children[id] = to
		}
	}
	return d
}

func (s site) askSplit(w http.ResponseWriter, r *http.Request) error { return s.splitForm(w, r, nil) }

func (s site) splitForm(w http.ResponseWriter, r *http.Request, problem *web.ProblemError) error {
	p := page.From(r.Context())
	f, err := s.svc.GetUnit(r.Context(), p.Actor, r.PathValue("unit"), "")
	if err != nil {
		return err
	}
	path := unitsPath + "/" + string(f.ID)
	d := splitDecision(r)
	form := asking{action: path + "/chia", button: p.T("personnel.split.next"), cancel: path, controls: []control{
		{name: "number", label: p.T("personnel.field.number"), value: d.Number},
		{kind: "day", name: "date", label: p.T("personnel.field.date"), value: shownDay(d.Date)},
		{name: "basis", label: p.T("personnel.split.basis"), hint: p.T("personnel.split.basis_hint"), value: d.Basis},
		{kind: "day", name: "from", label: p.T("personnel.field.from"), hint: p.T("personnel.split.from_hint"), value: shownDay(d.From)},
		{kind: "check", name: "keep", label: p.T("personnel.split.keep"), value: r.FormValue("keep")},
	}}
	for i, part := range d.Parts {
		n := strconv.Itoa(i + 1)
		form.controls = append(form.controls, control{name: "part-" + n, label: p.T("personnel.split.part", "n", i+1), value: part.Name}, control{name: "code-" + n, label: p.T("personnel.split.code", "n", i+1), hint: p.T("personnel.field.code_forms"), value: part.Code})
	}
	return s.ask(w, r, p.T("personnel.split.title", "unit", p.Text(f.Name)), p.T("personnel.split.lead"), form, problem)
}

// split shows what would go where, and enters it once it is confirmed.
func (s site) split(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return web.ErrMalformed.Because(err)
	}
	p, d := page.From(r.Context()), splitDecision(r)
	var e core.SplitEffect
	var err error
	if r.PostForm.Get("do") == "enter" {
		if _, err = s.svc.EnterSplit(r.Context(), p.Actor, d); err == nil {
			return page.Done(w, r, unitsPath+"/"+d.Unit, "personnel.split.entered")
		}
	} else if e, err = s.svc.PreviewSplit(r.Context(), p.Actor, d); err == nil {
		return s.splitPreview(w, r, d, e)
	}
	problem, err := problemOf(r, err)
	if err != nil {
		return err
	}
	return s.splitForm(w, r, problem)
}

func (s site) splitPreview(w http.ResponseWriter, r *http.Request, d core.SplitDecision, e core.SplitEffect) error {
	p := page.From(r.Context())
	var choices []ui.SelectItem
	if d.Keep {
		choices = append(choices, ui.SelectItem{Value: "0", Text: p.T("personnel.split.stays", "unit", p.Text(e.Unit.Name))})
	}
	counts := ui.WorkListParams{Caption: p.T("personnel.split.counts"), Head: head(p, "unit", "people_n", "units_n", "pieces")}
	for i, c := range e.Counts {
		name := p.Text(e.Unit.Name)
		if i > 0 {
			name = p.Text(e.Parts[i-1].Name)
			choices = append(choices, ui.SelectItem{Value: strconv.Itoa(i), Text: name})
		} else if !d.Keep {
			continue
		}
		counts.Rows = append(counts.Rows, ui.WorkRow{Cells: []ui.WorkCell{{Text: name}, {Text: p.Number(int64(c.People)), Numeric: true}, {Text: p.Number(int64(c.Units)), Numeric: true}, {Text: p.Number(int64(c.Work)), Numeric: true}}})
	}
	var fields []control
	for _, a := range e.People {
		fields = append(fields, control{kind: "select", id: "p" + a.Post.ID, name: "person-" + a.Post.ID, label: a.Who.Name + ", " + titleOf(p, a.Post), hint: p.T("personnel.pieces", "count", p.Number(int64(a.Held))), value: strconv.Itoa(a.Part), items: choices})
	}
	for _, u := range e.Children {
		fields = append(fields, control{kind: "select", id: "u" + string(u.ID), name: "child-" + string(u.ID), label: p.Text(u.Name), hint: unitKind(p, u.Kind), value: strconv.Itoa(e.To[u.ID]), items: choices})
	}
	hidden := []ui.HiddenField{{Name: "number", Value: d.Number}, {Name: "date", Value: d.Date}, {Name: "basis", Value: d.Basis}, {Name: "from", Value: d.From}}
	if d.Keep {
		hidden = append(hidden, ui.HiddenField{Name: "keep", Value: "1"})
	}
	for i, part := range d.Parts {
		n := strconv.Itoa(i + 1)
		hidden = append(hidden, ui.HiddenField{Name: "part-" + n, Value: part.Name}, ui.HiddenField{Name: "short-" + n, Value: part.Short}, ui.HiddenField{Name: "code-" + n, Value: part.Code})
	}
	title := p.T("personnel.split.title", "unit", p.Text(e.Unit.Name))
	lost := ""
	if e.Lost > 0 {
		lost = p.T("personnel.split.lost", "n", e.Lost)
	}
	body := splitPage(p, title, d.Number+", "+shownDay(d.From), unitsPath+"/"+d.Unit, lost, counts, asking{action: unitsPath + "/" + d.Unit + "/chia", controls: fields, hidden: hidden})
	return p.Render(w, r, page.View{Title: title, Desk: true, Body: body})
}

// splits shows the splits of a unit, each to take back until its day.
func (s site) splits(p page.Page, r *http.Request, unit string) (templ.Component, error) {
	found, err := s.svc.ListSplits(r.Context(), p.Actor, unit, "")
	if err != nil || len(found.Items) == 0 {
		return nil, err
	}
	l := ui.WorkListParams{Caption: p.T("personnel.split.list"), Head: head(p, "decision", "from_day", "unit", "by", "state")}
	for _, one := range found.Items {
		state := ui.WorkCell{Text: p.T("personnel.move_state.done")}
		switch {
		case !one.Withdrawn.IsZero():
			state.Text = p.T("personnel.move_state.withdrawn")
		case one.Open && p.Actor.May(personnel.PermAll):
			state = ui.WorkCell{HTML: press(unitsPath+"/"+unit+"/chia/rut", []ui.HiddenField{{Name: "split", Value: one.ID}}, ui.DeskAction{ButtonParams: ui.ButtonParams{Text: p.T("personnel.withdraw"), Classes: "ts-button--secondary ts-button--small"}})}
		case one.Open:
			state.Text = p.T("personnel.state.coming")
		}
		l.Rows = append(l.Rows, ui.WorkRow{Cells: []ui.WorkCell{{Text: one.Number, Sub: one.Basis}, {Text: shownDay(one.From)}, {Text: strings.Join(one.Parts, ", ")}, {Text: one.By.Name, Sub: shownAt(p, one.Entered)}, state}})
	}
	return section(p.T("personnel.split.list"), table(l, "")), nil
}

func (s site) withdrawSplit(w http.ResponseWriter, r *http.Request) error {
	unit := r.PathValue("unit")
	if err := s.svc.WithdrawSplit(r.Context(), page.From(r.Context()).Actor, r.FormValue("split")); err != nil {
		problem, err := problemOf(r, err)
		if err != nil {
			return err
		}
		return s.unitPage(w, r, problem)
	}
	return page.Done(w, r, unitsPath+"/"+unit, "personnel.split.withdrawn")
}
