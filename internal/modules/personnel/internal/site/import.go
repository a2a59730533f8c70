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

// MaxImport bounds what is sent with a form: the file, and some room for the rest.
const MaxImport = sheet.MaxFile + 1<<20

func (s site) imports(w http.ResponseWriter, r *http.Request) error {
	return s.importsPage(w, r, core.File{}, nil)
}

func (s site) importsPage(w http.ResponseWriter, r *http.Request, f core.File, problem *web.ProblemError) error {
	p := page.From(r.Context())
	found, err := s.svc.ListImports(r.Context(), p.Actor, r.URL.Query().Get("before"))
	if err != nil {
		return err
	}
	l := listing{
		title: p.T("personnel.import.title"), lead: p.T("personnel.import.lead"), none: p.T("personnel.import.none"), noneText: p.T("personnel.import.none_text"),
		list: ui.WorkListParams{Caption: p.T("personnel.import.title"), Head: head(p, "file", "decision", "by", "change", "state")},
		before: form(p, asking{action: importPath, file: true, button: p.T("personnel.import.read"), controls: []control{
			{kind: "file", name: "file", label: p.T("personnel.field.file"), hint: p.T("personnel.import.hint")},
			{name: "number", label: p.T("personnel.field.number"), value: f.Number},
			{kind: "day", name: "date", label: p.T("personnel.field.date"), value: shownDay(f.Date)},
			{kind: "day", name: "from", label: p.T("personnel.field.from"), value: shownDay(f.From)},
		}}, problem),
	}
	if found.Next != "" {
		l.next = with(importPath, "before", found.Next)
	}
	for _, i := range found.Items {
		l.list.Rows = append(l.list.Rows, ui.WorkRow{Cells: []ui.WorkCell{
			{Text: or(i.Name, p.T("personnel.head.file")), Sub: shownAt(p, i.At), Href: importPath + "/" + i.ID},
			{Text: i.Number, Sub: shownDay(i.From)},
			{Text: i.By.Name},
			{Text: p.T("personnel.import.counts", "added", i.Added, "changed", i.Changed)},
			{Text: p.T("personnel.import.state." + i.State)},
		}})
	}
	return s.show(w, r, l, problem)
}

// fileOf reads the form with the file, part by part.
func fileOf(r *http.Request) (f core.File, err error) {
	form, err := r.MultipartReader()
	if err != nil {
		return f, web.ErrMalformed.Because(err)
	}
	for {
		part, err := form.NextPart()
		if errors.Is(err, io.EOF) {
			return f, nil
		}
		if err != nil {
			return f, web.ErrMalformed.Because(err)
		}
		content, err := io.ReadAll(io.LimitReader(part, sheet.MaxFile+1))
		if err != nil {
			return f, web.ErrMalformed.Because(err)
		}
		switch part.FormName() {
		case "file":
			f.Name, f.Content = part.FileName(), content
		case "number":
			f.Number = string(content)
		case "date":
			f.Date = day(string(content))
		case "from":
			f.From = day(string(content))
		}
	}
}

func (s site) readImport(w http.ResponseWriter, r *http.Request) error {
	f, err := fileOf(r)
	if err != nil {
		return err
	}
	id, err := s.svc.ReadImport(r.Context(), page.From(r.Context()).Actor, f)
	if err != nil {
		problem, err := problemOf(r, err)
		if err != nil {
			return err
		}
		return s.importsPage(w, r, f, problem)
	}
	return web.SeeOther(w, r, importPath+"/"+id)
}

func (s site) imported(w http.ResponseWriter, r *http.Request) error { return s.preview(w, r, nil) }

// shownLines is how many rows of a preview a page shows: the wrong ones first.
const shownLines = 500

func (s site) preview(w http.ResponseWriter, r *http.Request, problem *web.ProblemError) error {
	p := page.From(r.Context())
	i, err := s.svc.PreviewImport(r.Context(), p.Actor, r.PathValue("import"))
	if err != nil {
		return err
	}
	l := listing{
		title: or(i.Name, p.T("personnel.import.title")), sub: p.T("personnel.import.state." + i.State), lead: p.T("personnel.import.counts", "added", i.Added, "changed", i.Changed),
		list: ui.WorkListParams{Caption: p.T("personnel.import.title"), Head: head(p, "row", "name", "change", "problem")},
	}
	path := importPath + "/" + i.ID
	act := func(do, label, classes string) templ.Component {
		return press(path, []ui.HiddenField{{Name: "do", Value: do}}, ui.DeskAction{ButtonParams: ui.ButtonParams{Text: label, Classes: classes, PreventDoubleClick: "true"}})
	}
	switch {
	case i.State == core.Read && i.Wrong > 0:
		l.warning = p.T("personnel.import.wrong", "count", i.Wrong)
		l.before = together(act("discard", p.T("personnel.import.discard"), "ts-button--secondary"), ui.Button(ui.ButtonParams{Text: p.T("personnel.import.wrong_rows"), Href: path + "/dong-sai.csv", Classes: "ts-button--secondary"}))
	case i.State == core.Read:
		l.before = together(act("apply", p.T("personnel.import.apply"), ""), act("discard", p.T("personnel.import.discard"), "ts-button--secondary"))
	case i.MayUndo:
		l.before = act("undo", p.T("personnel.import.undo"), "ts-button--warning")
	}
	for _, wrong := range []bool{true, false} {
		for _, line := range i.Lines {
			if (line.Problem != nil) != wrong || line.What == "same" || len(l.list.Rows) >= shownLines {
				continue
			}
			why := ui.WorkCell{Text: "–"}
			if line.Problem != nil {
				one := web.Problem(line.Problem)
				p.Site.Explain(r, one)
				why = ui.WorkCell{Text: one.Detail, Tone: ui.ToneLate}
			}
			l.list.Rows = append(l.list.Rows, ui.WorkRow{Cells: []ui.WorkCell{{Text: line.Cell, Sub: p.T("personnel.import.sheet." + line.Sheet)}, {Text: line.Subject}, {Text: p.T("personnel.import.what." + line.What)}, why}})
		}
	}
	return s.show(w, r, l, problem)
}

// wrongRows answers every wrong row of an import as a file: where it stands and why, for
// who mends the table. What else a row says stays in the table itself.
func (s site) wrongRows(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	i, err := s.svc.PreviewImport(r.Context(), p.Actor, r.PathValue("import"))
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "text/csv; charset=utf-8")
	h.Set("Content-Disposition", `attachment; filename="dong-sai.csv"`)
	out, err := sheet.NewCSV(w, true)
	if err != nil {
		return err
	}
	if err := out.Write(p.T("personnel.import.sheet"), p.T("personnel.head.row"), p.T("personnel.head.name"), p.T("personnel.head.problem")); err != nil {
		return err
	}
	for _, line := range i.Lines {
		if line.Problem == nil {
			continue
		}
		one := web.Problem(line.Problem)
		p.Site.Explain(r, one)
		if err := out.Write(p.T("personnel.import.sheet."+line.Sheet), line.Cell, line.Subject, one.Detail); err != nil {
			return err
		}
	}
	return out.Close()
}

func (s site) decideImport(w http.ResponseWriter, r *http.Request) error {
	p, id := page.From(r.Context()), r.PathValue("import")
	do := map[string]func() error{
		"apply":   func() error { return s.svc.ApplyImport(r.Context(), p.Actor, id) },
		"discard": func() error { return s.svc.DiscardImport(r.Context(), p.Actor, id) },
		"undo":    func() error { return s.svc.UndoImport(r.Context(), p.Actor, id) },
	}[r.FormValue("do")]
	if do == nil {
		return web.ErrMalformed
	}
	if err := do(); err != nil {
		problem, err := problemOf(r, err)
		if err != nil {
			return err
		}
		return s.preview(w, r, problem)
	}
	return page.Done(w, r, importPath, "personnel.import.done."+r.FormValue("do"))
}
