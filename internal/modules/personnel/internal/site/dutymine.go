// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"errors"
	"io"
	"net/http"

	"github.com/a-h/templ"

	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/personnel/internal/core"
	"tinhso.vn/internal/platform/sheet"
	"tinhso.vn/internal/platform/ui"
	"tinhso.vn/internal/platform/web"
)

func (s site) myDuty(w http.ResponseWriter, r *http.Request) error { return s.minePage(w, r, nil) }

func (s site) minePage(w http.ResponseWriter, r *http.Request, problem *web.ProblemError) error {
	p := page.From(r.Context())
	found, err := s.svc.GetMyDuty(r.Context(), p.Actor)
	if err != nil {
		return err
	}
	l := listing{
		title: p.T("personnel.duty.mine"), tabs: dutyTabs(p, "personnel.duty.mine"), none: p.T("personnel.duty.mine_none"), noneText: p.T("personnel.duty.mine_none_text"),
		list: shiftList(p, p.T("personnel.duty.mine"), found.Shifts, true),
	}
	var before, after []templ.Component
	for _, a := range found.Asked {
		if a.State == core.Asked {
			before = append(before, swapCard(p, a, false))
		} else {
			after = append(after, swapCard(p, a, false))
		}
	}
	for _, a := range found.By {
		if a.State == core.Asked {
			before = append(before, swapCard(p, a, true))
		} else {
			after = append(after, swapCard(p, a, true))
		}
	}
	if len(before) > 0 {
		l.before = section(p.T("personnel.duty.waiting"), together(before...))
	}
	if len(after) > 0 {
		l.after = section(p.T("personnel.duty.answered"), together(after...))
	}
	return s.show(w, r, l, problem)
}

// shiftList lists shifts of one person, wherever they are.
func shiftList(p page.Page, caption string, shifts []core.Shift, link bool) ui.WorkListParams {
	l := ui.WorkListParams{Caption: caption, Head: head(p, "day", "hours", "duty", "unit", "note")}
	for _, d := range shifts {
		row := rosterRow(p, d, false)
		first := row.Cells[0]
		if link {
			first.Href = shiftPath + "/" + d.ID
		}
		l.Rows = append(l.Rows, ui.WorkRow{Cells: []ui.WorkCell{first, row.Cells[1], row.Cells[2], {Text: p.Text(d.UnitName)}, {HTML: together(words(d.Note), dutyFlag(p, d))}}})
	}
	return l
}

func swapFacts(p page.Page, w core.Swap) []ui.SummaryRow {
	of := func(d core.Shift) string {
		if d.ID == "" {
			return p.T("personnel.duty.gone")
		}
		return p.Text(d.KindName) + ", " + p.Date(d.Since.Time) + ", " + hours(p, d) + ", " + p.Text(d.UnitName)
	}
	rows := []ui.SummaryRow{row(p.T("personnel.duty.shift"), of(w.Shift))}
	if w.Other != nil {
		rows = append(rows, row(p.T("personnel.duty.instead"), of(*w.Other)))
	}
	rows = append(rows, row(p.T("personnel.field.reason"), w.Reason), row(p.T("personnel.head.state"), p.T("personnel.duty.swap."+w.State)), row(p.T("personnel.head.at"), p.DateTime(w.At.Time)))
	return rows
}

func (s site) answerSwap(w http.ResponseWriter, r *http.Request) error {
	p, id, do := page.From(r.Context()), r.PathValue("swap"), r.FormValue("do")
	var err error
	switch do {
	case "accept", "decline":
		err = s.svc.AnswerSwap(r.Context(), p.Actor, id, do == "accept", r.FormValue("phone"))
	case "withdraw":
		err = s.svc.WithdrawSwap(r.Context(), p.Actor, id)
	default:
		return web.ErrMalformed
	}
	if err != nil {
		problem, err := problemOf(r, err)
		if err != nil || problem.Status == http.StatusNotFound {
			return s.orError(err, problem)
		}
		return s.minePage(w, r, problem)
	}
	return page.Done(w, r, minePath, "personnel.duty.done."+do)
}

func (s site) swaps(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	found, err := s.svc.ListSwaps(r.Context(), p.Actor, r.FormValue("before"))
	if err != nil {
		return err
	}
	l := listing{
		title: p.T("personnel.duty.swaps"), tabs: dutyTabs(p, "personnel.duty.swaps"), none: p.T("personnel.duty.swaps_none"), noneText: p.T("personnel.duty.swaps_none_text"),
		list: ui.WorkListParams{Caption: p.T("personnel.duty.swaps"), Head: head(p, "at", "duty", "from_to", "reason", "state")},
	}
	if found.Next != "" {
		l.next = with(swapsPath, "before", found.Next)
	}
	for _, a := range found.Items {
		about := ui.WorkCell{Text: p.T("personnel.duty.gone")}
		if a.Shift.ID != "" {
			about = ui.WorkCell{Text: p.Text(a.Shift.KindName) + ", " + p.DateTime(a.Shift.Since.Time), Sub: p.Text(a.Shift.UnitName), Href: shiftPath + "/" + a.Shift.ID}
		}
		instead := ""
		if a.Other != nil {
			instead = p.T("personnel.duty.instead") + ": " + p.DateTime(a.Other.Since.Time)
		}
		l.list.Rows = append(l.list.Rows, ui.WorkRow{Cells: []ui.WorkCell{
			{Text: p.Date(a.At.Time), Sub: p.Time(a.At.Time)}, about, {Text: a.By.Name + " → " + a.To.Name, Sub: instead}, {Text: a.Reason}, {Text: p.T("personnel.duty.swap." + a.State)},
		}})
	}
	return s.show(w, r, l, nil)
}

func (s site) askRoster(w http.ResponseWriter, r *http.Request) error {
	return s.bringPage(w, r, r.FormValue("don-vi"), nil)
}

func (s site) bringPage(w http.ResponseWriter, r *http.Request, unit string, problem *web.ProblemError) error {
	p := page.From(r.Context())
	unit = or(unit, p.Actor.Unit)
	return s.ask(w, r, p.T("personnel.duty.bring"), p.T("personnel.duty.bring_text"), asking{action: bringPath, file: true, button: p.T("personnel.import.read"), cancel: planPath(unit, p.Now), controls: []control{
		{name: "unit", label: p.T("personnel.field.unit"), hint: p.T("personnel.field.unit_hint"), value: unit},
		{kind: "file", name: "file", label: p.T("personnel.field.file"), hint: p.T("personnel.duty.file_hint")},
	}}, problem)
}

func (s site) readRoster(w http.ResponseWriter, r *http.Request) error {
	form, err := r.MultipartReader()
	if err != nil {
		return web.ErrMalformed.Because(err)
	}
	var (
		unit, name string
		content    []byte
	)
	for {
		part, err := form.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return web.ErrMalformed.Because(err)
		}
		body, err := io.ReadAll(io.LimitReader(part, sheet.MaxFile+1))
		if err != nil {
			return web.ErrMalformed.Because(err)
		}
		switch part.FormName() {
		case "file":
			name, content = part.FileName(), body
		case "unit":
			unit = string(body)
		}
	}
	id, err := s.svc.ReadRoster(r.Context(), page.From(r.Context()).Actor, unit, name, content)
	if err != nil {
		problem, err := problemOf(r, err)
		if err != nil {
			return err
		}
		return s.bringPage(w, r, unit, problem)
	}
	return web.SeeOther(w, r, bringPath+"/"+id)
}

func (s site) rosterFile(w http.ResponseWriter, r *http.Request) error { return s.filePage(w, r, nil) }

func (s site) filePage(w http.ResponseWriter, r *http.Request, problem *web.ProblemError) error {
	p := page.From(r.Context())
	f, err := s.svc.PreviewRoster(r.Context(), p.Actor, r.PathValue("file"))
	if err != nil {
		return err
	}
	l := listing{
		title: or(f.Name, p.T("personnel.duty.bring")), sub: p.Text(f.Unit.Name) + " · " + p.T("personnel.import.state."+f.State),
		lead: p.T("personnel.import.counts", "added", f.Added, "changed", f.Changed),
		list: ui.WorkListParams{Caption: p.T("personnel.duty.bring"), Head: head(p, "row", "name", "change", "problem")},
	}
	path := bringPath + "/" + f.ID
	act := func(do, label, classes string) templ.Component {
		return press(path, []ui.HiddenField{{Name: "do", Value: do}}, ui.DeskAction{ButtonParams: ui.ButtonParams{Text: label, Classes: classes, PreventDoubleClick: "true"}})
	}
	switch {
	case f.State != core.Read:
	case f.Wrong > 0:
		l.warning = p.T("personnel.import.wrong", "count", f.Wrong)
		l.before = act("discard", p.T("personnel.import.discard"), "ts-button--secondary")
	default:
		l.before = together(act("apply", p.T("personnel.import.apply"), ""), act("discard", p.T("personnel.import.discard"), "ts-button--secondary"))
	}
	for _, wrong := range []bool{true, false} {
		for _, line := range f.Lines {
			if (line.Problem != nil) != wrong || len(l.list.Rows) >= shownLines {
				continue
			}
			said := ui.WorkCell{Text: "–"}
			if line.Problem != nil {
				said = ui.WorkCell{Text: why(r, line.Problem), Tone: ui.ToneLate}
			}
			l.list.Rows = append(l.list.Rows, ui.WorkRow{Cells: []ui.WorkCell{{Text: line.Cell}, {Text: or(line.Subject, "–")}, {Text: p.T("personnel.import.what." + line.What)}, said}})
		}
	}
	l.after = link(p.T("personnel.duty.back"), planPath(string(f.Unit.ID), p.Now))
	return s.show(w, r, l, problem)
}

func (s site) decideRoster(w http.ResponseWriter, r *http.Request) error {
	p, id := page.From(r.Context()), r.PathValue("file")
	f, err := s.svc.PreviewRoster(r.Context(), p.Actor, id)
	if err != nil {
		return err
	}
	do := map[string]func() error{
		"apply":   func() error { return s.svc.ApplyRoster(r.Context(), p.Actor, id) },
		"discard": func() error { return s.svc.DiscardRoster(r.Context(), p.Actor, id) },
	}[r.FormValue("do")]
	if do == nil {
		return web.ErrMalformed
	}
	if err := do(); err != nil {
		problem, err := problemOf(r, err)
		if err != nil {
			return err
		}
		return s.filePage(w, r, problem)
	}
	return page.Done(w, r, planPath(string(f.Unit.ID), p.Now), "personnel.import.done."+r.FormValue("do"))
}
