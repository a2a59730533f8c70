// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"bytes"
	"net/http"
	"slices"

	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/dossiers/internal/core"
	"tinhso.vn/internal/platform/sheet"
	"tinhso.vn/internal/platform/ui"
)

const (
	boardPath  = assignPath + "/bang"
	exportPath = deskPath + "/xuat"
)

// board shows a leader who has how much, and which step holds things up.
func (s site) board(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	b, err := s.svc.Board(r.Context(), p.Actor)
	if err != nil {
		return err
	}
	unfound, err := s.svc.ListUnfound(r.Context(), p.Actor, r.FormValue("sau"))
	if err != nil {
		return err
	}
	l := worklist{list: core.UnitsWork, found: core.Desk{Counts: b.Counts}}
	return p.Render(w, r, page.View{Title: p.T("dossiers.page.board.title"), Desk: true, Before: back(p, assignPath), Body: boardBody(p, l, b, unfound)})
}

// actions are the buttons at the head of a list.
func (l worklist) actions(p page.Page) []ui.DeskAction {
	if l.list == core.UnitsWork {
		return []ui.DeskAction{{ButtonParams: ui.ButtonParams{Text: p.T("dossiers.page.board.title"), Href: boardPath, Classes: "ts-button--secondary"}, Key: "b"}}
	}
	return intakeAction(p)
}

// loadCells are the numbers of a row; each leads to the dossiers it counts.
func loadCells(p page.Page, l worklist, one core.Load, narrow func(f *core.DeskFilter)) (cells []ui.TableCell) {
	n := map[core.Bucket]int{core.Overdue: one.Overdue, core.Today: one.Today, core.Soon: one.Soon, core.Waiting: one.Waiting, core.Other: one.Other}
	for _, b := range buckets() {
		cell := ui.TableCell{HTML: loadNone(p), Format: "numeric"}
		if n[b] > 0 {
			href := l.with(func(f *core.DeskFilter) {
				narrow(f)
				f.Bucket = b
			})
			cell = ui.TableCell{HTML: loadLink(p, b, n[b], href, rowName(p, one)), Format: "numeric"}
		}
		cells = append(cells, cell)
	}
	return cells
}

// rowName is whom, or which step, a row of the board is about.
func rowName(p page.Page, one core.Load) string {
	switch one.Account {
	case "":
		return p.Text(one.Step)
	case core.Nobody:
		return p.T("dossiers.page.board.nobody")
	}
	return one.Name
}

// nobodyLast puts what is in nobody's hands behind the people.
func nobodyLast(all []core.Load) []core.Load {
	nobody := func(one core.Load) bool { return one.Account == core.Nobody }
	people := slices.DeleteFunc(slices.Clone(all), nobody)
	if i := slices.IndexFunc(all, nobody); i >= 0 {
		return append(people, all[i])
	}
	return people
}

// oneUnit reports whether all rows are about the same unit, which need not be said again in each.
func oneUnit(all []core.Load) bool {
	return !slices.ContainsFunc(all, func(one core.Load) bool { return one.Unit != all[0].Unit })
}

func loadTone(b core.Bucket) string {
	switch b {
	case core.Overdue:
		return "ts-tone-late"
	case core.Today:
		return "ts-tone-soon"
	case core.Soon, core.Waiting, core.Other:
	}
	return ""
}

func loadTable(p page.Page, l worklist, title, head string, all []core.Load, narrow func(f *core.DeskFilter, one core.Load)) ui.TableParams {
	t := ui.TableParams{Caption: title, CaptionClasses: "ts-table__caption--m", FirstCellIsHeader: true, Cards: true, Head: []ui.TableCell{{Text: head}}}
	for _, b := range buckets() {
		t.Head = append(t.Head, ui.TableCell{Text: p.T("dossiers.page.bucket." + string(b)), Format: "numeric"})
	}
	for _, one := range all {
		set := func(f *core.DeskFilter) { narrow(f, one) }
		unit := ""
		if !oneUnit(all) {
			unit = p.Text(one.Unit)
		}
		first := ui.TableCell{HTML: loadName(rowName(p, one), unit, l.with(set))}
		t.Rows = append(t.Rows, append([]ui.TableCell{first}, loadCells(p, l, one, set)...))
	}
	return t
}

func exportHref(l worklist, kind string) string {
	q := valuesOf(l.look)
	q.Set(inList, string(l.list))
	q.Set("kieu", kind)
	return exportPath + "?" + q.Encode()
}

// export sends the list as it is looked at, as a file of a sheet program.
func (s site) export(w http.ResponseWriter, r *http.Request) error {
	p, q := page.From(r.Context()), r.URL.Query()
	look, _ := lookOf(q)
	items, err := s.svc.ExportWork(r.Context(), p.Actor, listIn(q), look.Filter)
	if err != nil {
		return err
	}
	rows, err := s.sheet(r, p, items, columns(look))
	if err != nil {
		return err
	}
	kind, name := "text/csv; charset=utf-8", "ho-so-"+p.Now.Format("20060102")+".csv"
	var b bytes.Buffer
	if q.Get("kieu") == "xlsx" {
		kind, name = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "ho-so-"+p.Now.Format("20060102")+".xlsx"
		err = writeBook(&b, p.T("dossiers.search.many"), rows)
	} else {
		err = sheet.WriteCSV(&b, rows)
	}
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", kind)
	h.Set("Content-Disposition", `attachment; filename="`+name+`"`)
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	_, err = w.Write(b.Bytes())
	return err
}

func writeBook(b *bytes.Buffer, title string, rows [][]string) error {
	var columns []sheet.Column
	for _, head := range rows[0] {
		columns = append(columns, sheet.Column{Title: head, Width: 24})
	}
	var cells [][]any
	for _, row := range rows[1:] {
		line := make([]any, len(row))
		for i, cell := range row {
			line[i] = cell
		}
		cells = append(cells, line)
	}
	return sheet.WriteXLSX(b, title, columns, cells)
}

// sheet writes rows as text: the code and the owner, then the columns.
func (s site) sheet(r *http.Request, p page.Page, items []core.Item, show []core.Column) ([][]string, error) {
	head := []string{p.T("dossiers.page.col.dossier"), p.T("dossiers.page.parties.owner")}
	for _, c := range show {
		head = append(head, columnText(p, c))
	}
	rows := [][]string{head}
	units := s.svc.UnitNames(r.Context())
	for _, i := range items {
		row := []string{codeOf(i.Summary), i.Owner}
		for _, c := range show {
			text, err := s.plain(p, i, c)
			if err != nil {
				return nil, err
			}
			if c == core.ColUnit {
				text = p.Text(units(i.Handler))
			}
			row = append(row, text)
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// plain is a column of a row as text.
func (s site) plain(p page.Page, i core.Item, c core.Column) (string, error) {
	switch c {
	case core.ColProcedure:
		return p.Text(i.Name), nil
	case core.ColStep:
		return p.Text(i.Step), nil
	case core.ColField:
		return p.Text(i.Field), nil
	case core.ColState:
		return p.T("dossiers.page.tag." + string(i.Bucket)), nil
	case core.ColDue:
		return p.Date(i.Due.Time), nil
	case core.ColLeft:
		cell, err := s.leftCell(p, i)
		return cell.Text, err
	case core.ColChannel:
		return p.T(i.Channel.Key()), nil
	case core.ColSubmitted:
		return p.Date(i.SubmittedAt.Time), nil
	case core.ColHolder:
		return whoHas(p, i), nil
	case core.ColBasis:
		return basisText(p, i.Basis), nil
	case core.ColUnit:
	}
	return "", nil
}

// hasFiles reports whether something of a dossier can be looked at.
func hasFiles(f core.Full) bool { return len(filesOf(f)) > 0 }

// filesOf are the files of a dossier that are still there, in the order of its papers.
func filesOf(f core.Full) (all []core.Attachment) {
	for _, a := range f.Papers {
		if a.File != nil && a.File.Erased.IsZero() {
			all = append(all, a)
		}
	}
	return all
}
