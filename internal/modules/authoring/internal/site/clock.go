// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"net/http"
	"strconv"

	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/authoring"
	"tinhso.vn/internal/modules/authoring/internal/core"
	"tinhso.vn/internal/platform/ui"
	"tinhso.vn/internal/platform/web"
)

// ClockPath is where the control office sees what is due to be public.
const ClockPath = "/dong-ho-cong-bo"

func (h pages) clockRoutes() []web.Route {
	return []web.Route{{Pattern: "GET " + ClockPath, Access: mayRead(), Handle: h.clock}}
}

func (h pages) clock(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	today := h.svc.Today()
	year, err := strconv.Atoi(r.URL.Query().Get("nam"))
	if err != nil || year < 2000 || year > 2200 {
		year = today.At(0).Year()
	}
	from, err := calendar.ParseDate(strconv.Itoa(year) + "-01-01")
	if err != nil {
		return err
	}
	to, err := calendar.ParseDate(strconv.Itoa(year) + "-12-31")
	if err != nil {
		return err
	}
	found, err := h.svc.ShowPublication(r.Context(), p.Actor, from, to)
	if err != nil {
		return err
	}
	rules, err := core.ClockRules()
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{Title: p.T("authoring.clock.title"), Desk: true, Body: clockBody(p, found, rules, year)})
}

func clockRows(p page.Page, found authoring.Publication) []ui.WorkRow {
	rows := make([]ui.WorkRow, len(found.Decisions))
	for i, d := range found.Decisions {
		first := ui.WorkCell{Text: d.Number, Sub: d.Issuer}
		if d.Change != "" {
			first.Href = at(d.Change)
		}
		cells := []ui.WorkCell{first, {Text: p.Date(d.Signed.At(0)), Numeric: true}, {Text: p.Date(d.Effective.At(0)), Numeric: true}, {Text: p.Number(d.Procedures + d.Waits), Numeric: true}}
		for _, one := range d.Deadlines {
			cells = append(cells, deadlineCell(p, d, one))
		}
		rows[i] = ui.WorkRow{Cells: cells}
	}
	return rows
}

// deadlineCell says in words how a decision stands, and why.
func deadlineCell(p page.Page, d authoring.Decision, one authoring.Deadline) ui.WorkCell {
	c := ui.WorkCell{Sub: p.T("authoring.clock.due", "day", p.Date(one.Due.At(0)))}
	switch {
	case one.Done.IsZero() && one.Late:
		c.Text, c.Tone = p.T("authoring.clock.overdue", "count", d.Waits), ui.ToneLate
	case one.Done.IsZero():
		c.Text, c.Tone = p.T("authoring.clock.waits", "count", d.Waits), ui.ToneSoon
	case one.Late:
		c.Text, c.Tone = p.T("authoring.clock.late", "day", p.Date(one.Done.At(0))), ui.ToneLate
	default:
		c.Text = p.T("authoring.clock.on_time", "day", p.Date(one.Done.At(0)))
	}
	return c
}
