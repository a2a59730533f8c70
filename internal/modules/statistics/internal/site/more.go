// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"net/http"
	"strconv"

	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/statistics/internal/core"
	"tinhso.vn/internal/platform/ui"
)

func (s site) process(w http.ResponseWriter, r *http.Request) error {
	p, q := page.From(r.Context()), r.URL.Query()
	n, err := strconv.Atoi(q.Get(inHours))
	if err != nil {
		n = 0 // no number is as wrong as none
	}
	a, err := s.svc.Analyse(r.Context(), p.Actor, filterOf(q), q.Get(inStep), n)
	problem := invalid(err)
	if err != nil && problem == nil {
		return err
	}
	if problem != nil { // the form is shown again with what was measured
		if a, err = s.svc.Analyse(r.Context(), p.Actor, a.Filter, "", 0); invalid(err) == nil && err != nil {
			return err
		}
		a.WhatIf.Step = q.Get(inStep)
	}
	return p.Render(w, r, page.View{
		Title: p.T("statistics.process.title"), Desk: true, Status: page.StatusOf(problem), Before: back(p, link(boardPath, a.Filter)), Body: processBody(p, a, q.Get(inHours), problem),
	})
}

func lossTable(p page.Page, a core.Analysis) ui.TableParams {
	t := ui.TableParams{Caption: p.T("statistics.process.by_procedure"), CaptionClasses: "ts-table__caption--m", FirstCellIsHeader: true, Cards: true, Head: []ui.TableCell{{Text: p.T("statistics.by.thu-tuc")}}}
	for _, name := range []string{"over", "steps", "late_share", "worked"} {
		t.Head = append(t.Head, ui.TableCell{Text: p.T("statistics.process." + name), Format: "numeric"})
	}
	for _, f := range a.Procedures {
		one := narrowed(a.Filter, dossiers.ByProcedure, f.Key)
		t.Rows = append(t.Rows, []ui.TableCell{
			{HTML: nameLink(rowName(p, dossiers.ByProcedure, f), link(processPath, one))},
			{Text: hours(p, f.Over), Format: "numeric"},
			{Text: p.Number(f.Steps), Format: "numeric"},
			{Text: percent(p, f.StepsLate, f.Steps), Format: "numeric"},
			{Text: hours(p, f.Worked), Format: "numeric"},
		})
	}
	return t
}

func timesTable(p page.Page, a core.Analysis) ui.TableParams {
	t := ui.TableParams{Caption: p.T("statistics.process.steps_of", "n", p.Number(a.Process.Dossiers)), CaptionClasses: "ts-table__caption--m", FirstCellIsHeader: true, Cards: true, Head: []ui.TableCell{{Text: p.T("statistics.step")}}}
	for _, name := range []string{"allowed", "median", "p90", "late_share", "over", "times"} {
		t.Head = append(t.Head, ui.TableCell{Text: p.T("statistics.process." + name), Format: "numeric"})
	}
	for _, s := range a.Process.Steps {
		allowed := "–"
		if s.Allowed > 0 {
			allowed = hours(p, int64(s.Allowed))
		}
		t.Rows = append(t.Rows, []ui.TableCell{
			{Text: p.Text(s.Name)},
			{Text: allowed, Format: "numeric"},
			{Text: hours(p, s.Median), Format: "numeric"},
			{Text: hours(p, s.P90), Format: "numeric"},
			{Text: percent(p, s.Late, s.Times), Format: "numeric"},
			{Text: hours(p, s.Over), Format: "numeric"},
			{Text: p.Number(s.Times), Format: "numeric"},
		})
	}
	return t
}

func stepItems(p page.Page, a core.Analysis) (all []ui.SelectItem) {
	for _, s := range a.Process.Steps {
		all = append(all, ui.SelectItem{Value: s.Step, Text: p.Text(s.Name)})
	}
	return all
}

// would says what a shorter step would have changed; empty where nobody asked.
func would(p page.Page, a core.Analysis) string {
	for _, s := range a.Process.Steps {
		if s.Step == a.WhatIf.Step && a.WhatIf.Minutes > 0 {
			late := a.Process.Late - s.WouldNot
			return p.T("statistics.process.would", "step", p.Text(s.Name), "hours", hours(p, a.WhatIf.Minutes), "n", p.Number(s.WouldNot), "late", p.Number(a.Process.Late),
				"was", percent(p, a.Process.Dossiers-a.Process.Late, a.Process.Dossiers), "is", percent(p, a.Process.Dossiers-late, a.Process.Dossiers))
		}
	}
	return ""
}

func (s site) targets(w http.ResponseWriter, r *http.Request) error {
	p, q := page.From(r.Context()), r.URL.Query()
	f := filterOf(q)
	if f.From == "" && f.To == "" { // a plan is of a year
		f.From = periods(p)[3][1]
	}
	all, f, err := s.svc.Targets(r.Context(), p.Actor, f)
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{Title: p.T("statistics.targets.title"), Desk: true, Before: back(p, link(boardPath, f)), Body: targetsBody(p, all, f)})
}

func targetRows(p page.Page, all []core.Target) []ui.WorkRow {
	rows := make([]ui.WorkRow, len(all))
	for i, t := range all {
		sign := t.Operator + " "
		if t.Operator == "=" {
			sign = ""
		}
		actual, met := ui.WorkCell{Text: p.T("statistics.targets.untold")}, ui.WorkCell{Text: "–"}
		if t.Measure != "" {
			actual = ui.WorkCell{Text: "–", Sub: p.T("statistics.none")}
		}
		if t.Known {
			actual = ui.WorkCell{Text: p.Decimal(t.Actual, 1) + " %", Sub: p.Number(t.Part) + " / " + p.Number(t.Whole), Numeric: true}
			met = ui.WorkCell{Text: p.T("statistics.targets.met")}
			if !t.Met {
				met = ui.WorkCell{Text: p.T("statistics.targets.missed"), Tone: ui.ToneLate}
			}
		}
		source := p.T("statistics.targets.source", "source", t.Source)
		rows[i].Cells = []ui.WorkCell{
			{Text: p.Text(t.Name), Sub: t.ID + " · " + t.About + " · " + source}, {Text: t.Year}, {Text: sign + t.Target + " " + t.Unit, Numeric: true}, actual, met, {Text: t.Lead, Sub: t.Due},
		}
	}
	return rows
}

func (s site) late(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	rows, chosen, months, err := s.svc.Late(r.Context(), r.FormValue("thang"))
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{Title: p.T("statistics.public.title"), Description: p.T("statistics.public.lead"), Body: publicBody(p, rows, chosen, months)})
}

func monthName(month string) string { return month[5:] + "/" + month[:4] }

func monthItems(months []string) (all []ui.SelectItem) {
	for _, m := range months {
		all = append(all, ui.SelectItem{Value: m, Text: monthName(m)})
	}
	return all
}

func publicTable(p page.Page, rows []dossiers.Figure, chosen string) ui.TableParams {
	t := ui.TableParams{Caption: p.T("statistics.public.table", "month", monthName(chosen)), CaptionClasses: "ts-table__caption--m", FirstCellIsHeader: true, Cards: true, Head: []ui.TableCell{{Text: p.T("statistics.by.don-vi")}}}
	for _, name := range []string{"solved", "late", "share", "open_late"} {
		t.Head = append(t.Head, ui.TableCell{Text: p.T("statistics.public." + name), Format: "numeric"})
	}
	for _, f := range rows {
		t.Rows = append(t.Rows, []ui.TableCell{
			{Text: rowName(p, dossiers.ByUnit, f)},
			{Text: p.Number(f.Solved()), Format: "numeric"},
			{Text: p.Number(f.Late), Format: "numeric"},
			{Text: percent(p, f.Late, f.Solved()), Format: "numeric"},
			{Text: p.Number(f.ClosingLate), Format: "numeric"},
		})
	}
	return t
}
