// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"net/url"
	"strconv"

	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/moving"
	"tinhso.vn/internal/modules/moving/internal/core"
	"tinhso.vn/internal/platform/ui"
)

func stateTag(p page.Page, s moving.State) ui.TagParams {
	class := map[moving.State]string{moving.Planned: "", moving.Back: "ts-tag--done", moving.Moving: "ts-tag--soon", moving.Leaving: "ts-tag--soon", moving.Moved: "ts-tag--ok", moving.Accepted: "ts-tag--done"}[s]
	return ui.TagParams{Text: p.T("moving.state." + string(s)), Classes: class}
}

func summaryOf(p page.Page, pairs ...string) (rows []ui.SummaryRow) {
	for i := 0; i+1 < len(pairs); i += 2 {
		rows = append(rows, ui.SummaryRow{Key: ui.SummaryText{Text: p.T(pairs[i])}, Value: ui.SummaryText{Text: pairs[i+1]}})
	}
	return rows
}

func number(p page.Page, n int) string { return p.Number(int64(n)) }

// howFar says how far a run is.
func howFar(p page.Page, n core.Run) string {
	switch n.State {
	case "done":
		return p.T("moving.run.done")
	case "failed":
		return p.T("moving.run.failed", "why", p.Named(n.Problem, nil))
	}
	if n.Stage == core.Asking {
		return p.T("moving.run.asking", "done", n.Done)
	}
	if n.Stage == core.Contents && n.BytesTotal > 0 {
		return p.T("moving.run.running_bytes", "done", p.Size(n.BytesDone), "total", p.Size(n.BytesTotal))
	}
	return p.T("moving.run.running", "done", n.Done, "total", n.Total)
}

func runRows(p page.Page, all []core.Run) (rows []ui.WorkRow) {
	for _, n := range all {
		rows = append(rows, ui.WorkRow{Cells: []ui.WorkCell{
			{Text: p.DateTime(n.StartedAt.Time), Href: runAt(n.ID)},
			{Text: howFar(p, n)},
			{Text: p.T("moving.run.sum", "added", n.Added, "changed", n.Changed, "same", n.Same), Sub: p.T("moving.run.not", "rejected", n.Rejected, "kept", n.Kept, "outside", n.Outside)},
		}})
	}
	return rows
}

func comparisonRows(p page.Page, all []core.Comparison) (rows []ui.WorkRow) {
	for _, c := range all {
		said := p.T("moving.compare.running")
		switch {
		case c.State == "failed":
			said = p.T("moving.run.failed", "why", p.Named(c.Problem, nil))
		case c.State == "done" && c.Found == 0:
			said = p.T("moving.compare.equal")
		case c.State == "done":
			said = p.T("moving.compare.found", "n", c.Found)
		}
		rows = append(rows, ui.WorkRow{Cells: []ui.WorkCell{
			{Text: p.DateTime(c.At.Time), Href: comparisonAt(c.ID)},
			{Text: p.T("moving.kind." + c.Kind)},
			{Text: said, Sub: p.T("moving.compare.both", "theirs", c.Theirs, "ours", c.Ours)},
		}})
	}
	return rows
}

func unitRows(p page.Page, v core.Whole) (rows []ui.WorkRow) {
	for _, u := range v.Units {
		last := ui.WorkCell{Text: ""}
		if u.May && p.Actor.May(moving.PermManage) {
			last = ui.WorkCell{Text: p.T("moving.give_back"), Href: unitAt(v.ID, u.Unit.Unit)}
		}
		sub := ""
		if u.Went > 0 {
			sub = p.T("moving.unit.went", "n", u.Went, "stayed", u.Stayed)
		}
		rows = append(rows, ui.WorkRow{Cells: []ui.WorkCell{
			{Text: p.Text(u.Name)}, {HTML: ui.Tag(stateTag(p, u.State))}, {Text: number(p, u.Came), Sub: sub, Numeric: true}, last,
		}})
	}
	return rows
}

// reasonOf says why a row was not taken.
func reasonOf(p page.Page, code string) string {
	if p.Site.Catalogue.Has(code) {
		return p.Named(code, nil)
	}
	return code
}

func reasonRows(p page.Page, all []core.Reason) (rows []ui.WorkRow) {
	for _, o := range all {
		rows = append(rows, ui.WorkRow{Cells: []ui.WorkCell{
			{Text: p.T("moving.stage." + o.Stage), Sub: o.Field}, {Text: reasonOf(p, o.Code), Sub: o.Said}, {Text: number(p, o.N), Numeric: true},
		}})
	}
	return rows
}

func rejectRows(p page.Page, all []core.Reject) (rows []ui.WorkRow) {
	for _, j := range all {
		rows = append(rows, ui.WorkRow{Cells: []ui.WorkCell{{Text: strconv.Itoa(j.Line), Numeric: true}, {Text: j.Field}, {Text: reasonOf(p, j.Code), Sub: j.Said}}})
	}
	return rows
}

func figureRows(p page.Page, c core.Comparison) (rows []ui.WorkRow) {
	for _, name := range core.FormNames() {
		both, there := c.Scores[name]
		if !there {
			continue
		}
		rows = append(rows, ui.WorkRow{Cells: []ui.WorkCell{{Text: p.T("moving.figure." + name)}, {Text: p.Decimal(both[0], 2), Numeric: true}, {Text: p.Decimal(both[1], 2), Numeric: true}}})
	}
	return rows
}

func differenceRows(p page.Page, all []core.Difference) (rows []ui.WorkRow) {
	side := func(d core.Difference, said string) string {
		if said == "" {
			return "–"
		}
		if d.Kind == "status" {
			return p.T("moving.status." + said)
		}
		return said
	}
	for _, d := range all {
		what := ui.WorkCell{Text: p.T("moving.difference." + d.Kind)}
		if d.Word != "" {
			what.Sub = d.Word
		}
		rows = append(rows, ui.WorkRow{Cells: []ui.WorkCell{what, {Text: d.Procedure, Sub: monthOf(d.Month)}, {Text: side(d, d.Theirs)}, {Text: side(d, d.Ours)}}})
	}
	return rows
}

func workedRows(p page.Page, all []core.WorkedOn) (rows []ui.WorkRow) {
	for _, w := range all {
		said := p.T("moving.leave.lost")
		if w.Stays != "" {
			said = p.T("moving.leave.stays", "why", p.T(w.Stays))
		}
		rows = append(rows, ui.WorkRow{Cells: []ui.WorkCell{{Text: w.Word, Href: "/xu-ly/" + url.PathEscape(w.ID)}, {Text: said}}})
	}
	return rows
}

// bytesOf says how much of the contents of files came; nothing where none were due.
func bytesOf(p page.Page, n core.Run) string {
	if n.BytesTotal == 0 {
		return number(p, n.Contents)
	}
	return number(p, n.Contents) + " · " + p.T("moving.run.bytes", "done", p.Size(n.BytesDone), "total", p.Size(n.BytesTotal))
}

func kinds(p page.Page) []ui.RadioItem {
	return []ui.RadioItem{
		{Value: core.Counts, Text: p.T("moving.kind.counts"), Hint: &ui.Hint{Text: p.T("moving.kind.counts.hint")}},
		{Value: core.Shadow, Text: p.T("moving.kind.shadow"), Hint: &ui.Hint{Text: p.T("moving.kind.shadow.hint")}},
	}
}

func unitItems(units []string, names map[string]string) (items []ui.CheckboxItem) {
	for _, u := range units {
		items = append(items, ui.CheckboxItem{Value: u, Text: names[u]})
	}
	return items
}

func hoursOf(form url.Values) string {
	if form.Has("hours") {
		return form.Get("hours")
	}
	return "24"
}
