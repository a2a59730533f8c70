// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"net/url"
	"slices"
	"strings"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/systems"
	"tinhso.vn/internal/modules/systems/internal/core"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/ui"
	"tinhso.vn/internal/platform/web"
)

func listRows(p page.Page, all []core.Listed) (rows []ui.WorkRow) {
	for _, one := range all {
		ends := ui.WorkCell{Text: p.T("systems.no_token")}
		if !one.Ends.IsZero() {
			ends = ui.WorkCell{Text: p.Date(one.Ends.Time), Sub: soon(p, one.Ends)}
		}
		rows = append(rows, ui.WorkRow{Cells: []ui.WorkCell{
			{Text: one.Name, Sub: one.Owner, Href: Path + "/" + url.PathEscape(string(one.ID))},
			{HTML: ui.Tag(stateTag(p, one.System))},
			ends,
		}})
	}
	return rows
}

// soon says how long something still works where that is less than thirty days.
func soon(p page.Page, ends db.Time) string {
	days := int(ends.Sub(p.Now).Hours() / 24)
	switch {
	case !ends.After(p.Now):
		return p.T("systems.ended")
	case days < 30:
		return p.T("systems.days_left", "days", days)
	}
	return ""
}

func stateTag(p page.Page, s systems.System) ui.TagParams {
	t := ui.TagParams{Text: p.T("systems.state." + string(s.State))}
	switch s.State {
	case systems.Active:
		t.Classes = "ts-tag--ok"
		if s.Wanted != nil {
			t.Text, t.Classes = p.T("systems.state.asked"), "ts-tag--soon"
		}
	case systems.Proposed:
		t.Classes = "ts-tag--soon"
	case systems.Disabled:
		t.Classes = "ts-tag--hold"
	}
	return t
}

func row(key, value string) ui.SummaryRow {
	return ui.SummaryRow{Key: ui.SummaryText{Text: key}, Value: ui.SummaryText{Text: value}}
}

func facts(p page.Page, d core.Detail) []ui.SummaryRow {
	return []ui.SummaryRow{
		{Key: ui.SummaryText{Text: p.T("systems.state")}, Value: ui.SummaryText{HTML: ui.Tag(stateTag(p, d.System))}},
		row(p.T("systems.purpose"), d.Purpose), row(p.T("systems.contact"), d.Contact),
	}
}

func reachRows(p page.Page, d core.Detail, r systems.Reach, role access.Role) []ui.SummaryRow {
	unit := p.Text(d.Units[r.Unit].Name)
	if r.Subtree {
		unit = p.T("systems.unit.under", "unit", unit)
	}
	from := p.T("systems.anywhere")
	if len(r.Networks) > 0 {
		from = strings.ReplaceAll(networks(r.Networks), "\n", ", ")
	}
	return []ui.SummaryRow{
		row(p.T("systems.role"), p.Text(role.Name)), row(p.T("systems.unit"), unit), row(p.T("systems.networks"), from),
		row(p.T("systems.per_minute"), p.Number(int64(r.PerMinute))), row(p.T("systems.until"), p.Date(r.Until.AddDate(0, 0, -1))),
	}
}

func tokenRows(p page.Page, d core.Detail) (rows []ui.WorkRow) {
	for _, t := range d.Tokens {
		state, do := ui.TagParams{Text: p.T("systems.token.live"), Classes: "ts-tag--ok"}, ui.WorkCell{Text: "–"}
		switch {
		case t.Revoked.Account != "":
			state = ui.TagParams{Text: p.T("systems.token.revoked"), Classes: "ts-tag--hold"}
		case !t.Live(p.Now):
			state = ui.TagParams{Text: p.T("systems.ended"), Classes: "ts-tag--hold"}
		case p.Actor.May(systems.PermManage):
			do = ui.WorkCell{HTML: revokeForm(p, d, t)}
		}
		used := ui.WorkCell{Text: p.T("systems.never")}
		if !t.Used.IsZero() {
			used = ui.WorkCell{Text: p.DateTime(t.Used.Time), Sub: t.From}
		}
		rows = append(rows, ui.WorkRow{Cells: []ui.WorkCell{
			{Text: "…" + t.Hint, Sub: p.T("systems.token.by", "who", by(p, d.Names, t.Made.Account), "at", p.Date(t.Made.At.Time))},
			{HTML: ui.Tag(state)},
			{Text: p.Date(t.Ends.Time), Sub: soonLive(p, t)},
			used, do,
		}})
	}
	return rows
}

func soonLive(p page.Page, t systems.Token) string {
	if !t.Live(p.Now) {
		return ""
	}
	return soon(p, t.Ends)
}

func has(problem *web.ProblemError, names ...string) bool {
	return slices.ContainsFunc(problem.Fields, func(f web.ProblemField) bool { return slices.Contains(names, f.Name) })
}

func summary(p page.Page, problem *web.ProblemError) ui.ErrorSummaryParams {
	s := ui.ErrorSummaryParams{TitleText: p.T("page.error.input")}
	for _, f := range problem.Fields {
		s.ErrorList = append(s.ErrorList, ui.ErrorItem{Text: f.Detail, Href: "#" + f.Name})
	}
	if len(problem.Fields) == 0 {
		s.ErrorList = []ui.ErrorItem{{Text: problem.Detail}}
	}
	return s
}

func hint(p page.Page, name string) *ui.Hint { return &ui.Hint{Text: p.T("systems." + name + ".hint")} }

func field(p page.Page, name, value string, problem *web.ProblemError) ui.InputParams {
	return ui.InputParams{
		ID: name, Name: name, Value: value, Label: ui.Label{Text: p.T("systems." + name)}, Hint: hint(p, name),
		ErrorMessage: p.WrongAt(problem, name), Autocomplete: "off",
	}
}

// number is a field for few characters.
func number(p page.Page, name, value string, problem *web.ProblemError) ui.InputParams {
	in := field(p, name, value, problem)
	in.Classes = "ts-input--width-10"
	return in
}

func area(p page.Page, name, value string, problem *web.ProblemError) ui.TextareaParams {
	return ui.TextareaParams{
		ID: name, Name: name, Value: value, Rows: 3, Label: ui.Label{Text: p.T("systems." + name)}, Hint: hint(p, name), ErrorMessage: p.WrongAt(problem, name),
	}
}

func roleItems(p page.Page, all []access.Role, chosen string) []ui.SelectItem {
	items := []ui.SelectItem{{Text: p.T("systems.choose"), Selected: chosen == ""}}
	for _, r := range all {
		items = append(items, ui.SelectItem{Value: string(r.ID), Text: p.Text(r.Name), Selected: string(r.ID) == chosen})
	}
	return items
}

func unitItems(p page.Page, all []orgs.Unit, chosen string) []ui.SelectItem {
	items := []ui.SelectItem{{Text: p.T("systems.choose"), Selected: chosen == ""}}
	for _, u := range all {
		items = append(items, ui.SelectItem{Value: string(u.ID), Text: p.Text(u.Name), Selected: string(u.ID) == chosen})
	}
	return items
}

// by is who did something: a name, or that it was the software.
func by(p page.Page, names map[string]string, account string) string {
	if name := names[account]; name != "" {
		return name
	}
	return p.T("systems.by_program")
}
