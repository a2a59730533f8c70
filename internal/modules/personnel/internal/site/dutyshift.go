// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/a-h/templ"

	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/personnel/internal/core"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/ui"
	"tinhso.vn/internal/platform/web"
)

// typedShift is a shift as it stands in the form: days and hours by themselves.
type typedShift struct{ unit, kind, login, day, from, to, until, phone, note string }

func typed(r *http.Request) typedShift {
	f := r.FormValue
	return typedShift{f("unit"), f("kind"), f("login"), f("day"), f("from"), f("to"), f("until"), f("phone"), f("note")}
}

// shift is what core reads. A shift that ends no later than it begins ends on the
// next day, unless the day is said.
func (t typedShift) shift() core.NewShift {
	first, last := day(t.day), day(t.until)
	from, to := core.TimeOf(t.from), core.TimeOf(t.to)
	if last == "" {
		last = first
		if d, err := time.Parse(time.DateOnly, first); err == nil && to <= from {
			last = d.AddDate(0, 0, 1).Format(time.DateOnly)
		}
	}
	return core.NewShift{Unit: t.unit, Kind: t.kind, Login: t.login, From: first + "T" + from, To: last + "T" + to, Phone: t.phone, Note: t.note}
}

func shown(d core.Shift) typedShift {
	since, until := d.Since.In(calendar.Zone()), d.Until.In(calendar.Zone())
	t := typedShift{unit: string(d.Unit), kind: d.Kind, login: d.Who.Login, day: since.Format("02/01/2006"), from: since.Format("15:04"), to: until.Format("15:04"), note: d.Note}
	if until.Format("02/01/2006") != t.day {
		t.until = until.Format("02/01/2006")
	}
	if !d.Office {
		t.phone = d.Phone
	}
	return t
}

// mostPeople is how many people a list to choose from holds; in a larger unit the
// account is typed.
const mostPeople = 200

// colleagues are those with a post in a unit or under it.
func (s site) colleagues(r *http.Request, unit, chosen string) (items []ui.SelectItem, err error) {
	p := page.From(r.Context())
	items = []ui.SelectItem{{Text: p.T("personnel.choose")}}
	there := chosen == ""
	for after := ""; unit != ""; {
		found, err := s.svc.ListPeople(r.Context(), p.Actor, core.PeopleQuery{Unit: unit, After: after})
		if errs.KindOf(err) == errs.Forbidden {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		for _, c := range found.Items {
			if len(c.Posts) > 0 {
				items = append(items, ui.SelectItem{Value: c.Login, Text: c.Name + " · " + titleOf(p, c.Posts[0]) + " (" + c.Login + ")"})
				there = there || c.Login == chosen
			}
		}
		if after = found.Next; after == "" {
			break
		}
		if len(items) > mostPeople {
			return nil, nil
		}
	}
	if len(items) == 1 {
		return nil, nil
	}
	if !there {
		items = append(items, ui.SelectItem{Value: chosen, Text: chosen})
	}
	return items, nil
}

func (s site) shiftForm(r *http.Request, action, button string, t typedShift, fixed bool) (f asking, err error) {
	p := page.From(r.Context())
	kinds, err := s.svc.ListDutyKinds(r.Context(), p.Actor)
	if err != nil {
		return f, err
	}
	of := []ui.SelectItem{{Text: p.T("personnel.choose")}}
	for _, k := range kinds {
		of = append(of, ui.SelectItem{Value: k.ID, Text: p.Text(k.Name)})
	}
	who := control{name: "login", label: p.T("personnel.head.on_duty"), hint: p.T("personnel.duty.field.login_hint"), value: t.login}
	if people, err := s.colleagues(r, t.unit, t.login); err != nil {
		return f, err
	} else if people != nil {
		who.kind, who.hint, who.items = "select", "", people
	}
	f = asking{action: action, button: button, controls: []control{
		{kind: "select", name: "kind", label: p.T("personnel.head.duty"), value: t.kind, items: of},
		who,
		{kind: "day", name: "day", label: p.T("personnel.head.day"), value: t.day},
		{kind: "day", name: "from", label: p.T("personnel.duty.field.from"), hint: p.T("personnel.duty.field.from_hint"), value: t.from},
		{kind: "day", name: "to", label: p.T("personnel.duty.field.to"), hint: p.T("personnel.duty.field.to_hint"), value: t.to},
		{kind: "day", name: "until", label: p.T("personnel.duty.field.until"), hint: p.T("personnel.duty.field.until_hint"), value: t.until},
		{name: "phone", label: p.T("personnel.duty.field.phone"), hint: p.T("personnel.duty.field.phone_hint"), value: t.phone},
		{name: "note", label: p.T("personnel.head.note"), value: t.note},
	}}
	if fixed {
		f.hidden = []ui.HiddenField{{Name: "unit", Value: t.unit}}
	} else {
		f.controls = append([]control{{name: "unit", label: p.T("personnel.field.unit"), hint: p.T("personnel.field.unit_hint"), value: t.unit}}, f.controls...)
	}
	f.cancel = planPath(t.unit, p.Now)
	return f, nil
}

func (s site) askShift(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	t := typedShift{unit: or(r.FormValue("don-vi"), p.Actor.Unit), day: r.FormValue("ngay"), from: "17:00", to: "07:00"}
	return s.shiftPage(w, r, t, nil)
}

func (s site) shiftPage(w http.ResponseWriter, r *http.Request, t typedShift, problem *web.ProblemError) error {
	p := page.From(r.Context())
	f, err := s.shiftForm(r, shiftPath+"/moi", p.T("personnel.duty.save"), t, false)
	if err != nil {
		return err
	}
	return s.ask(w, r, p.T("personnel.duty.add"), p.T("personnel.duty.add_text"), f, problem)
}

func (s site) enterShift(w http.ResponseWriter, r *http.Request) error {
	p, t := page.From(r.Context()), typed(r)
	n := t.shift()
	if _, err := s.svc.EnterShift(r.Context(), p.Actor, n); err != nil {
		problem, err := problemOf(r, err)
		if err != nil {
			return err
		}
		return s.shiftPage(w, r, t, problem)
	}
	month, err := time.Parse(core.Minute, n.From)
	if err != nil {
		month = p.Now
	}
	return page.Done(w, r, planPath(t.unit, month), "personnel.duty.entered")
}

func (s site) shift(w http.ResponseWriter, r *http.Request) error { return s.oneShift(w, r, nil, nil) }

// oneShift shows a shift: to who may write it as a form, to whose it is with a way
// to ask a colleague.
func (s site) oneShift(w http.ResponseWriter, r *http.Request, again *typedShift, problem *web.ProblemError) error {
	p := page.From(r.Context())
	d, err := s.svc.GetShift(r.Context(), p.Actor, r.PathValue("shift"))
	if err != nil {
		return err
	}
	path := shiftPath + "/" + d.ID
	l := listing{title: p.Text(d.KindName), sub: p.Text(d.UnitName), tabs: dutyTabs(p, "")}
	parts := []templ.Component{facts([]ui.SummaryRow{
		row(p.T("personnel.head.on_duty"), d.Who.Name), row(p.T("personnel.duty.field.from"), p.DateTime(d.Since.Time)), row(p.T("personnel.duty.field.to"), p.DateTime(d.Until.Time)),
		{Key: ui.SummaryText{Text: p.T("personnel.duty.field.phone")}, Value: ui.SummaryText{HTML: call(p, d, false)}},
		row(p.T("personnel.head.note"), d.Note),
	}), dutyFlag(p, d)}
	begun := !d.Since.After(p.Now)
	if d.Who.Account == p.Actor.Account && !begun && d.Swap == "" {
		f, err := s.swapForm(r, d)
		if err != nil {
			return err
		}
		parts = append(parts, section(p.T("personnel.duty.ask_swap"), form(p, f, problem)))
	}
	if d.MayChange {
		t := shown(d)
		if again != nil {
			t = *again
		}
		f, err := s.shiftForm(r, path, p.T("personnel.duty.save"), t, true)
		if err != nil {
			return err
		}
		of := problem
		if again == nil {
			of = nil
		}
		parts = append(parts, section(p.T("personnel.duty.change"), form(p, f, of)))
		if !begun {
			parts = append(parts, press(path+"/xoa", nil, ui.DeskAction{ButtonParams: ui.ButtonParams{Text: p.T("personnel.duty.remove"), Classes: "ts-button--warning", PreventDoubleClick: "true"}}))
		}
	}
	l.after = together(parts...)
	return s.show(w, r, l, problem)
}

func (s site) changeShift(w http.ResponseWriter, r *http.Request) error {
	p, t := page.From(r.Context()), typed(r)
	n := t.shift()
	if err := s.svc.ChangeShift(r.Context(), p.Actor, r.PathValue("shift"), n); err != nil {
		problem, err := problemOf(r, err)
		if err != nil || problem.Status == http.StatusNotFound {
			return s.orError(err, problem)
		}
		return s.oneShift(w, r, &t, problem)
	}
	month, err := time.Parse(core.Minute, n.From)
	if err != nil {
		month = p.Now
	}
	return page.Done(w, r, planPath(t.unit, month), "personnel.duty.changed")
}

// orError keeps what is not there a page of its own.
func (s site) orError(err error, problem *web.ProblemError) error {
	if err != nil {
		return err
	}
	return problem
}

func (s site) removeShift(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	d, err := s.svc.GetShift(r.Context(), p.Actor, r.PathValue("shift"))
	if err != nil {
		return err
	}
	if err := s.svc.RemoveShift(r.Context(), p.Actor, d.ID); err != nil {
		problem, err := problemOf(r, err)
		if err != nil || problem.Status == http.StatusNotFound {
			return s.orError(err, problem)
		}
		return s.oneShift(w, r, nil, problem)
	}
	return page.Done(w, r, planPath(string(d.Unit), d.Since.Time), "personnel.duty.removed")
}

// swapForm offers the colleagues of the roster, and their shifts to take instead.
func (s site) swapForm(r *http.Request, d core.Shift) (f asking, err error) {
	p := page.From(r.Context())
	items := []ui.SelectItem{{Text: p.T("personnel.choose")}}
	var named []string
	for _, month := range []time.Time{d.Since.In(calendar.Zone()), d.Since.In(calendar.Zone()).AddDate(0, 1, 1-d.Since.In(calendar.Zone()).Day())} {
		found, err := s.svc.GetRoster(r.Context(), p.Actor, string(d.Unit), month.Format(core.Month), "")
		if errs.KindOf(err) == errs.NotFound {
			continue // the post has gone elsewhere meanwhile
		}
		if err != nil {
			return f, err
		}
		for _, o := range found.Items {
			if o.Who.Account == p.Actor.Account || o.Left {
				continue
			}
			if !slices.Contains(named, o.Who.Login) {
				named = append(named, o.Who.Login)
				items = append(items, ui.SelectItem{Value: o.Who.Login, Text: p.T("personnel.duty.only_takes", "name", o.Who.Name)})
			}
			if o.Since.After(p.Now) && !slices.Contains(named, o.ID) {
				named = append(named, o.ID)
				items = append(items, ui.SelectItem{Value: o.Who.Login + "|" + o.ID, Text: p.T("personnel.duty.for_shift", "name", o.Who.Name, "at", p.DateTime(o.Since.Time))})
			}
		}
	}
	with := control{kind: "select", name: "with", id: "login", label: p.T("personnel.duty.field.with"), value: r.FormValue("with"), items: items}
	if len(items) == 1 { // nobody else is on this roster
		with.kind, with.hint, with.items = "", p.T("personnel.duty.field.login_hint"), nil
	}
	return asking{action: shiftPath + "/" + d.ID + "/doi", button: p.T("personnel.duty.ask"), controls: []control{
		with, {name: "reason", label: p.T("personnel.field.reason"), value: r.FormValue("reason")},
	}}, nil
}

func (s site) askSwap(w http.ResponseWriter, r *http.Request) error {
	login, other, _ := strings.Cut(r.FormValue("with"), "|")
	if _, err := s.svc.AskSwap(r.Context(), page.From(r.Context()).Actor, r.PathValue("shift"), core.NewSwap{Login: login, Other: other, Reason: r.FormValue("reason")}); err != nil {
		problem, err := problemOf(r, err)
		if err != nil || problem.Status == http.StatusNotFound {
			return s.orError(err, problem)
		}
		return s.oneShift(w, r, nil, problem)
	}
	return page.Done(w, r, minePath, "personnel.duty.asked")
}
