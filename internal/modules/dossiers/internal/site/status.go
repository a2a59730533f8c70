// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"slices"
	"strings"
	"time"

	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/core"
	"tinhso.vn/internal/platform/ui"
)

// soonDays is how many working days before the end a deadline is near.
const soonDays = 2

// standing is where a dossier stands as its owner and the public see it.
type standing struct {
	status   dossiers.Status
	due      time.Time
	overdue  bool
	daysLeft int
}

func standingOf(t core.Tracking) standing {
	return standing{status: t.Status, due: t.Due.Time, overdue: t.Overdue, daysLeft: t.DaysLeft}
}

// running tells whether a promised time passes.
func (s standing) running() bool {
	return (s.status == dossiers.Accepted || s.status == dossiers.Processing) && !s.due.IsZero()
}

// deadline is the colour with its word.
func (s standing) deadline(p page.Page) ui.Deadline {
	switch {
	case s.status == dossiers.Delivered:
		return ui.Deadline{State: ui.DeadlineDone, Text: p.T(s.status.Key())}
	case s.status == dossiers.Finished:
		return ui.Deadline{State: ui.DeadlineDone, Text: p.T("dossiers.page.deadline.finished")}
	case s.running() && s.overdue:
		return ui.Deadline{State: ui.DeadlineLate, Text: p.T("dossiers.page.deadline.late")}
	case s.running() && s.daysLeft <= soonDays:
		return ui.Deadline{State: ui.DeadlineSoon, Text: p.T("dossiers.page.deadline.soon")}
	case s.status == dossiers.Accepted, s.status == dossiers.Processing:
		return ui.Deadline{State: ui.DeadlineOK, Text: p.T("dossiers.page.deadline.ok")}
	}
	return ui.Deadline{State: ui.DeadlineHold, Text: p.T(s.status.Key())}
}

// title says in one line what people want to know.
func (s standing) title(p page.Page) string {
	switch {
	case !s.running():
		return p.T("dossiers.page.now." + strings.TrimPrefix(s.status.Key(), "dossiers.status."))
	case s.overdue:
		return p.T("dossiers.page.now.overdue")
	case s.daysLeft == 0:
		return p.T("dossiers.page.now.today")
	}
	return p.T("dossiers.page.now.days_left", "n", s.daysLeft)
}

// onTimeText says how the day of the result stands to the day that was promised;
// empty where none was.
func onTimeText(p page.Page, t core.Tracking) string {
	if t.Due.IsZero() || t.FinishedAt.IsZero() {
		return ""
	}
	due, done := p.Date(t.Due.Time), p.Date(t.FinishedAt.Time)
	switch {
	case t.DaysEarly > 0:
		return p.T("dossiers.page.card.early", "n", t.DaysEarly, "due", due, "done", done)
	case t.DaysEarly < 0:
		return p.T("dossiers.page.card.after", "n", -t.DaysEarly, "due", due, "done", done)
	}
	return p.T("dossiers.page.card.on_day", "due", due, "done", done)
}

// once leaves out a step that ended with what the dossier came to at the same
// moment: "numbered and sealed" and "issued" are one line.
func once(all []core.Event) (kept []core.Event) {
	for i, e := range all {
		if e.Kind == core.KindStep && i+1 < len(all) {
			if next := all[i+1]; next.At.Equal(e.At.Time) && next.Unit == e.Unit && slices.Contains([]string{core.KindIssued, core.KindDelivered}, next.Kind) {
				continue
			}
		}
		kept = append(kept, e)
	}
	return kept
}

// wayOf is the timeline: what has happened, where it is, and what is promised.
func wayOf(p page.Page, t core.Tracking) (items []ui.TimelineItem) {
	for _, e := range once(t.Steps) {
		detail := p.DateTime(e.At.Time)
		if unit := p.Text(e.Unit); unit != "" {
			detail += " · " + unit
		}
		if e.Before != nil {
			detail += earlierText(p, *e.Before)
		}
		items = append(items, ui.TimelineItem{Title: eventTitle(p, e), Detail: detail, State: ui.StepDone, StateText: p.T("dossiers.page.way.done")})
	}
	current := func(title, detail string) {
		items = append(items, ui.TimelineItem{Title: title, Detail: detail, State: ui.StepCurrent, StateText: p.T("dossiers.page.way.current")})
	}
	switch {
	case t.Status.Ended():
		return items
	case t.Status == dossiers.Submitted:
		current(p.T("dossiers.page.way.accepting"), p.Text(t.Place.Name))
	case t.Status == dossiers.Supplement:
		current(p.T("dossiers.page.now.supplement"), p.T("dossiers.page.way.stands"))
	case t.Status == dossiers.Paying:
		current(p.T("dossiers.page.now.paying"), p.T("dossiers.page.way.stands"))
	case t.Turn != nil:
		detail := p.Text(t.Turn.Unit)
		for _, e := range slices.Backward(t.Steps) {
			if slices.Contains([]string{core.KindAccepted, core.KindStep, core.KindReturned}, e.Kind) { // since then it is this step's turn
				detail = p.T("dossiers.page.way.since", "unit", detail, "date", p.Date(e.At.Time))
				break
			}
		}
		current(p.Text(t.Turn.Step), detail)
	}
	if t.Status == dossiers.Finished {
		return items
	}
	for _, a := range t.Ahead {
		item := ui.TimelineItem{Title: p.Text(a.Step), State: ui.StepTodo, StateText: p.T("dossiers.page.way.todo")}
		if !a.By.IsZero() {
			item.Detail = p.T("dossiers.page.way.expected", "date", p.Date(a.By.Time))
		}
		items = append(items, item)
	}
	last := ui.TimelineItem{Title: p.T("dossiers.page.way.deliver"), Detail: p.Text(t.Place.Name), State: ui.StepTodo, StateText: p.T("dossiers.page.way.todo")}
	if !t.Due.IsZero() && !waitsForPeople(t.Status) { // the day moves while it waits
		last.Detail = p.T("dossiers.page.way.latest", "date", p.Date(t.Due.Time))
	}
	return append(items, last)
}

// earlierText is who did something in an older system, in the words of there.
func earlierText(p page.Page, d dossiers.Deed) (said string) {
	if d.By != "" {
		said += " · " + p.T("dossiers.page.event.earlier.by", "who", d.By)
	}
	if d.Note != "" {
		said += " · " + d.Note
	}
	return said
}

// annexRows are answers of an older system, as they were there.
func annexRows(all []dossiers.Noted) (rows []ui.SummaryRow) {
	for _, s := range all {
		rows = append(rows, row(s.Name, s.Value))
	}
	return rows
}

func eventTitle(p page.Page, e core.Event) string {
	if e.Kind == "step" {
		return p.Text(e.Step)
	}
	if e.Rule != nil {
		return ruledText(p, e)
	}
	if e.Before != nil {
		return p.T("dossiers.page.event.earlier", "step", e.Before.Step)
	}
	return p.T("dossiers.page.event." + e.Kind)
}

// left writes working time: "quá 3 giờ", "1 ngày 2 giờ".
func left(p page.Page, l calendar.Left) string {
	var parts []string
	add := func(n int, key string) {
		if n > 0 && len(parts) < 2 {
			parts = append(parts, p.T("dossiers.page.left."+key, "n", n))
		}
	}
	add(l.Days, "days")
	add(l.Hours, "hours")
	if l.Days == 0 {
		add(l.Minutes, "minutes")
	}
	text := strings.Join(parts, " ")
	if text == "" {
		text = p.T("dossiers.page.left.minutes", "n", 1)
	}
	if l.Late {
		return p.T("dossiers.page.left.late", "time", text)
	}
	return text
}

// placeLine says where people go: name, address, phone.
func placeLine(p page.Page, place core.Place) string {
	text := p.Text(place.Name)
	if place.Address != "" {
		text += ", " + place.Address
	}
	if place.Phone != "" {
		text += ". " + p.T("dossiers.page.phone", "number", place.Phone)
	}
	return text
}

// ownStanding is standing for a line of a list.
func ownStanding(o core.Own) standing {
	return standing{status: o.Status, due: o.Due.Time, overdue: o.Overdue, daysLeft: o.DaysLeft}
}

func codeOf(s dossiers.Summary) string {
	if s.Code != "" {
		return s.Code
	}
	return s.Reference
}
