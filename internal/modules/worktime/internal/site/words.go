// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"strconv"
	"strings"
	"time"

	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/worktime"
	"tinhso.vn/internal/modules/worktime/internal/core"
	"tinhso.vn/internal/platform/ui"
	"tinhso.vn/internal/platform/web"
)

// hours writes the stretches of a day: 07:00–11:30 và 13:30–17:00.
func hours(p page.Page, all []calendar.Span) string {
	if len(all) == 0 {
		return p.T("worktime.rest")
	}
	parts := make([]string, len(all))
	for i, s := range all {
		parts[i] = s.From.String() + "–" + s.To.String()
	}
	return strings.Join(parts, ", ")
}

func weekday(p page.Page, w time.Weekday) string {
	return p.T("worktime.weekday." + strconv.Itoa(int(w)))
}

// weekRows begin with Monday.
func weekRows(p page.Page, y core.Year) (rows []ui.SummaryRow) {
	for i := range 7 {
		w := time.Weekday((i + 1) % 7)
		rows = append(rows, ui.SummaryRow{Key: ui.SummaryText{Text: weekday(p, w)}, Value: ui.SummaryText{Text: hours(p, y.Week[w])}})
	}
	return rows
}

// dayName says why a day is off, or worked.
func dayName(p page.Page, d calendar.Day, names map[string]string) string {
	name := names[d.Rule]
	switch d.Cause {
	case calendar.ByWeek:
		return p.T("worktime.cause.week")
	case calendar.ByRule:
		if name == "" {
			return p.T("worktime.cause.holiday")
		}
		return name
	case calendar.ByCompensation:
		return p.T("worktime.cause.compensatory", "name", name)
	case calendar.ByOverride:
		if d.Works() {
			return p.T("worktime.cause.work")
		}
		return p.T("worktime.cause.off")
	}
	return name
}

func dayTable(p page.Page, all []calendar.Day, names map[string]string, caption string) ui.TableParams {
	t := ui.TableParams{
		Caption: caption, CaptionClasses: "ts-visually-hidden",
		Head: []ui.TableCell{{Text: p.T("worktime.day_head")}, {Text: p.T("worktime.why")}, {Text: p.T("worktime.basis_head")}},
	}
	for _, d := range all {
		what := dayName(p, d, names)
		if d.Works() {
			what += " (" + hours(p, d.Spans) + ")"
		}
		t.Rows = append(t.Rows, []ui.TableCell{{Text: weekday(p, d.Date.Weekday()) + ", " + p.Date(d.Date.At(0))}, {Text: what}, {Text: d.Basis}})
	}
	return t
}

func unitQuery(unit string) string {
	if unit == "" {
		return ""
	}
	return "&unit=" + unit
}

func countings(p page.Page, chosen string) (items []ui.SelectItem) {
	for _, c := range []calendar.Unit{calendar.WorkingDay, calendar.CalendarDay, calendar.WorkingHour, calendar.SameDay} {
		items = append(items, ui.SelectItem{Value: string(c), Text: p.T("worktime.counting." + string(c)), Selected: string(c) == chosen})
	}
	return items
}

// input is a field of a form with what is wrong about it.
func input(p page.Page, name, value, label, hint string, wrong []web.ProblemField) ui.InputParams {
	in := ui.InputParams{ID: name, Name: name, Value: value, Label: ui.Label{Text: label}, Autocomplete: "off"}
	if hint != "" {
		in.Hint = &ui.Hint{Text: hint}
	}
	if said := p.Errors(wrong)[name]; said != "" {
		in.ErrorMessage = &ui.ErrorMessage{Text: said}
	}
	return in
}

func summary(p page.Page, wrong []web.ProblemField) ui.ErrorSummaryParams {
	s := ui.ErrorSummaryParams{TitleText: p.T("page.error.input")}
	for _, f := range wrong {
		s.ErrorList = append(s.ErrorList, ui.ErrorItem{Text: p.Named(f.Code, f.Args), Href: "#" + f.Name})
	}
	return s
}

// stands is where a decided day stands, in a word and a colour.
func stands(p page.Page, d worktime.Decided) ui.TagParams {
	switch {
	case d.Withdrawn.Account != "":
		return ui.TagParams{Text: p.T("worktime.state.withdrawn"), Classes: "ts-tag--hold"}
	case d.Holds():
		return ui.TagParams{Text: p.T("worktime.state.holds"), Classes: "ts-tag--ok"}
	}
	return ui.TagParams{Text: p.T("worktime.state.proposed"), Classes: "ts-tag--soon"}
}

// what a decided day is, with its hours.
func what(p page.Page, d worktime.Decided) string {
	text := p.T("worktime.kind." + string(d.Kind))
	if d.To > 0 {
		text += " " + d.From.String() + "–" + d.To.String()
	}
	return text
}

func past(p page.Page, d worktime.Decided) bool { return d.Day.Before(calendar.On(p.Now)) }
