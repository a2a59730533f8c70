// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"net/http"
	"strings"
	"time"

	"github.com/a-h/templ"

	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/personnel"
	"tinhso.vn/internal/modules/personnel/internal/core"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/ui"
	"tinhso.vn/internal/platform/web"
)

// The addresses of duty.
const (
	dutyPath  = "/truc"
	minePath  = "/truc/cua-toi"
	shiftPath = "/truc/ca"
	swapsPath = "/truc/doi-ca"
	bringPath = "/truc/nhap"
)

func (s site) duty() []web.Route {
	see, plan := needs(personnel.PermDuty, personnel.PermAll), needs(personnel.PermDutyPlan, personnel.PermAll)
	return []web.Route{
		{Pattern: "GET " + dutyPath, Access: see, Handle: s.onDuty},
		{Pattern: "GET " + minePath, Access: see, Handle: s.myDuty},
		{Pattern: "GET " + dutyPath + "/xuat", Access: see, Handle: s.exportRoster},
		{Pattern: "POST " + dutyPath + "/chep", Access: plan, Handle: s.copyRoster},
		{Pattern: "GET " + shiftPath + "/moi", Access: plan, Handle: s.askShift},
		{Pattern: "POST " + shiftPath + "/moi", Access: plan, Handle: s.enterShift},
		{Pattern: "GET " + shiftPath + "/{shift}", Access: see, Handle: s.shift},
		{Pattern: "POST " + shiftPath + "/{shift}", Access: plan, Handle: s.changeShift},
		{Pattern: "POST " + shiftPath + "/{shift}/xoa", Access: plan, Handle: s.removeShift},
		{Pattern: "POST " + shiftPath + "/{shift}/doi", Access: see, Handle: s.askSwap},
		{Pattern: "GET " + swapsPath, Access: plan, Handle: s.swaps},
		{Pattern: "POST " + swapsPath + "/{swap}", Access: see, Handle: s.answerSwap},
		{Pattern: "GET " + bringPath, Access: plan, Handle: s.askRoster},
		{Pattern: "POST " + bringPath, Access: plan, MaxBody: MaxImport, Handle: s.readRoster},
		{Pattern: "GET " + bringPath + "/{file}", Access: plan, Handle: s.rosterFile},
		{Pattern: "POST " + bringPath + "/{file}", Access: plan, Handle: s.decideRoster},
	}
}

// writesRosters reports whether the reader writes rosters somewhere.
func writesRosters(p page.Page) bool {
	return p.Actor.May(personnel.PermDutyPlan) || p.Actor.May(personnel.PermAll)
}

func dutyTabs(p page.Page, at string) (tabs []ui.Chip) {
	all := [][2]string{{dutyPath, "personnel.duty.now"}, {planPath("", p.Now), "personnel.duty.plan"}, {minePath, "personnel.duty.mine"}}
	if writesRosters(p) {
		all = append(all, [2]string{swapsPath, "personnel.duty.swaps"})
	}
	for _, t := range all {
		tabs = append(tabs, ui.Chip{Text: p.T(t[1]), Href: t[0], On: t[1] == at, OnText: p.T("personnel.chosen")})
	}
	return tabs
}

func planPath(unit string, month time.Time) string {
	return with(dutyPath, "thang", month.In(calendar.Zone()).Format(core.Month), "don-vi", unit)
}

// dial is a phone as tel: takes it.
func dial(phone string) string {
	return strings.Map(func(r rune) rune {
		if r == '+' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, phone)
}

// moment reads a moment as people write it, 21/11/2026 14:30; what cannot be read
// stays as it is, for core to refuse.
func moment(typed string) string {
	typed = strings.TrimSpace(typed)
	for _, layout := range []string{"2/1/2006 15:04", "2/1/2006"} {
		if t, err := time.Parse(layout, typed); err == nil {
			return t.Format(core.Minute)
		}
	}
	return typed
}

func (s site) onDuty(w http.ResponseWriter, r *http.Request) error {
	if r.FormValue("thang") != "" {
		return s.roster(w, r, nil)
	}
	p := page.From(r.Context())
	typed := r.FormValue("luc")
	l := listing{
		title: p.T("personnel.duty.title"), tabs: dutyTabs(p, "personnel.duty.now"), none: p.T("personnel.duty.nobody_on"), noneText: p.T("personnel.duty.nobody_on_text"),
		filtered: typed != "" || r.FormValue("don-vi") != "",
		filter: &asking{action: dutyPath, get: true, button: p.T("personnel.filter_do"), cancel: dutyPath, controls: []control{
			{name: "don-vi", id: "unit", label: p.T("personnel.field.unit"), hint: p.T("personnel.field.unit_hint"), value: r.FormValue("don-vi")},
			{name: "luc", id: "at", label: p.T("personnel.duty.field.at"), hint: p.T("personnel.duty.field.at_hint"), value: typed},
		}},
	}
	found, err := s.svc.ListOnDuty(r.Context(), p.Actor, core.DutyQuery{Unit: r.FormValue("don-vi"), At: moment(typed), After: r.FormValue("after")})
	if err != nil {
		problem, err := problemOf(r, err)
		if err != nil {
			return err
		}
		return s.show(w, r, l, problem)
	}
	l.sub = p.DateTime(found.At.Time)
	var units []dutyUnit
	for _, d := range found.Items {
		if n := len(units); n == 0 || units[n-1].path != planPath(string(d.Unit), found.At.Time) {
			units = append(units, dutyUnit{name: p.Text(d.UnitName), path: planPath(string(d.Unit), found.At.Time)})
		}
		units[len(units)-1].shifts = append(units[len(units)-1].shifts, d)
	}
	if len(units) > 0 {
		l.none, l.before = "", dutyNow(p, units)
	}
	if found.Next != "" {
		l.next = with(dutyPath, "don-vi", r.FormValue("don-vi"), "luc", typed, "after", found.Next)
	}
	return s.show(w, r, l, nil)
}

// roster shows the plan of a unit for a month, with the problem of a copy.
func (s site) roster(w http.ResponseWriter, r *http.Request, problem *web.ProblemError) error {
	p := page.From(r.Context())
	month, unit := r.FormValue("thang"), r.FormValue("don-vi")
	l := listing{title: p.T("personnel.duty.plan"), tabs: dutyTabs(p, "personnel.duty.plan"), filtered: problem != nil, filter: &asking{
		action: dutyPath, get: true, button: p.T("personnel.filter_do"), cancel: planPath("", p.Now), controls: []control{
			{name: "don-vi", id: "unit", label: p.T("personnel.field.unit"), hint: p.T("personnel.field.unit_hint"), value: unit},
			{name: "thang", id: "month", label: p.T("personnel.duty.field.month"), hint: p.T("personnel.duty.field.month_hint"), value: month},
		},
	}}
	found, err := s.svc.GetRoster(r.Context(), p.Actor, unit, monthOf(month), r.FormValue("after"))
	if err != nil {
		refused, err := problemOf(r, err)
		if err != nil {
			return err
		}
		l.filtered = true
		return s.show(w, r, l, refused)
	}
	id := string(found.Unit.ID)
	l.title, l.sub = p.T("personnel.duty.plan_of", "month", found.From.In(calendar.Zone()).Format("01/2006")), p.Text(found.Unit.Name)
	l.none, l.noneText = p.T("personnel.duty.no_plan"), p.T("personnel.duty.no_plan_text")
	l.filter.controls[0].value, l.filter.controls[1].value = id, found.From.In(calendar.Zone()).Format("01/2006")
	file := with(dutyPath+"/xuat", "thang", found.Month, "don-vi", id)
	l.actions = []ui.DeskAction{{ButtonParams: ui.ButtonParams{Text: p.T("personnel.duty.xlsx"), Href: file, Classes: "ts-button--secondary"}}}
	if found.May {
		l.actions = append(l.actions,
			ui.DeskAction{ButtonParams: ui.ButtonParams{Text: p.T("personnel.duty.bring"), Href: with(bringPath, "don-vi", id), Classes: "ts-button--secondary"}},
			ui.DeskAction{ButtonParams: ui.ButtonParams{Text: p.T("personnel.duty.add"), Href: with(shiftPath+"/moi", "don-vi", id, "thang", found.Month)}})
	}
	l.before = months(p, id, found.From)
	l.list = ui.WorkListParams{Caption: l.title, Head: head(p, "day", "hours", "duty", "on_duty", "phone", "note")}
	for _, d := range found.Items {
		l.list.Rows = append(l.list.Rows, rosterRow(p, d, found.May))
	}
	after := []templ.Component{}
	if found.May {
		after = append(after, s.copies(p, id, found, problem))
	}
	l.after = together(append(after, dutySigned(p))...)
	if found.Next != "" {
		l.next = with(dutyPath, "thang", found.Month, "don-vi", id, "after", found.Next)
	}
	return s.show(w, r, l, problem)
}

func rosterRow(p page.Page, d core.Shift, may bool) ui.WorkRow {
	since := d.Since.In(calendar.Zone())
	path := ""
	if may || d.Who.Account == p.Actor.Account {
		path = shiftPath + "/" + d.ID
	}
	phone := ui.WorkCell{Text: "–"}
	if d.Phone != "" {
		phone = ui.WorkCell{HTML: call(p, d, false)}
	}
	return ui.WorkRow{Cells: []ui.WorkCell{
		{Text: p.Weekday(since)}, {Text: hours(p, d)}, {Text: p.Text(d.KindName)}, {HTML: dutyWho(p, d, path), Sub: p.Text(d.Title)}, phone, {Text: or(d.Note, "–")},
	}}
}

// hours says from when until when; with the day where it ends on another.
func hours(p page.Page, d core.Shift) string {
	since, until := d.Since.In(calendar.Zone()), d.Until.In(calendar.Zone())
	if since.Format(time.DateOnly) == until.Format(time.DateOnly) {
		return p.Time(since) + " – " + p.Time(until)
	}
	return p.Time(since) + " – " + p.Time(until) + ", " + p.Date(until)
}

// monthOf reads a month as people write it, 11/2026, or as addresses have it.
func monthOf(typed string) string {
	typed = strings.TrimSpace(typed)
	if t, err := time.Parse("1/2006", typed); err == nil {
		return t.Format(core.Month)
	}
	return typed
}

// months leads to the month before and after.
func months(p page.Page, unit string, from db.Time) templ.Component {
	at := from.In(calendar.Zone())
	var chips []ui.Chip
	for n := -1; n <= 1; n++ {
		month := at.AddDate(0, n, 0)
		chips = append(chips, ui.Chip{Text: month.Format("01/2006"), Href: planPath(unit, month), On: n == 0, OnText: p.T("personnel.chosen")})
	}
	return ui.Chips(ui.ChipsParams{Label: p.T("personnel.duty.months"), Items: chips})
}

func (s site) copies(p page.Page, unit string, r core.Roster, problem *web.ProblemError) templ.Component {
	hidden := []ui.HiddenField{{Name: "don-vi", Value: unit}, {Name: "thang", Value: r.Month}}
	day := r.From.In(calendar.Zone())
	if now := p.Now.In(calendar.Zone()); now.After(day) && now.Before(r.Until.Time) {
		day = now.AddDate(0, 0, 7)
	}
	whole := asking{action: dutyPath + "/chep", button: p.T("personnel.duty.copy_month", "month", r.From.In(calendar.Zone()).Format("01/2006")), hidden: append(hidden, ui.HiddenField{Name: "what", Value: "month"})}
	part := asking{action: dutyPath + "/chep", button: p.T("personnel.duty.copy_week"), hidden: append(hidden[:2:2], ui.HiddenField{Name: "what", Value: "week"}), controls: []control{
		{kind: "day", name: "week", label: p.T("personnel.duty.field.week"), hint: p.T("personnel.duty.field.week_hint"), value: day.Format("02/01/2006")},
	}}
	return ui.Details(ui.DetailsParams{SummaryText: p.T("personnel.duty.copy"), Open: problem != nil, HTML: together(
		para(p.T("personnel.duty.copy_text")), form(p, part, problem), form(p, whole, problem),
	)})
}

func (s site) copyRoster(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	c := core.Copy{Unit: r.FormValue("don-vi"), Week: day(r.FormValue("week"))}
	if r.FormValue("what") == "month" {
		c.Week, c.Month = "", r.FormValue("thang")
	}
	done, err := s.svc.CopyRoster(r.Context(), p.Actor, c)
	if err != nil {
		problem, err := problemOf(r, err)
		if err != nil {
			return err
		}
		return s.roster(w, r, problem)
	}
	back := with(dutyPath, "thang", r.FormValue("thang"), "don-vi", c.Unit)
	if len(done.Left) == 0 {
		said := "personnel.duty.copied"
		if done.Done == 0 {
			said = "personnel.duty.nothing_copied"
		}
		return page.Done(w, r, back, said)
	}
	l := listing{
		title: p.T("personnel.duty.copied_some", "done", done.Done, "left", len(done.Left)), lead: p.T("personnel.duty.copied_left"),
		list: ui.WorkListParams{Caption: p.T("personnel.duty.copied_left"), Head: head(p, "on_duty", "day", "problem")}, after: link(p.T("personnel.duty.back"), back),
	}
	for _, left := range done.Left {
		l.list.Rows = append(l.list.Rows, ui.WorkRow{Cells: []ui.WorkCell{
			{Text: left.Who.Name, Sub: left.Who.Login}, {Text: p.DateTime(left.Since.Time), Sub: p.DateTime(left.Until.Time)}, {Text: why(r, left.Why), Tone: ui.ToneLate},
		}})
	}
	return s.show(w, r, l, nil)
}

// why says what is wrong: of a problem with a field what is wrong with that.
func why(r *http.Request, err error) string {
	p := page.From(r.Context())
	problem := web.Problem(err)
	p.Site.Explain(r, problem)
	if len(problem.Fields) > 0 {
		return p.Named(problem.Fields[0].Code, problem.Fields[0].Args)
	}
	return problem.Detail
}

func (s site) exportRoster(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Content-Type", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
	w.Header().Set("Content-Disposition", `attachment; filename="lich-truc.xlsx"`)
	w.Header().Set("Cache-Control", "private, no-store")
	return s.svc.ExportRoster(r.Context(), page.From(r.Context()).Actor, r.FormValue("don-vi"), monthOf(r.FormValue("thang")), w)
}
