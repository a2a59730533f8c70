// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"tinhso.vn/internal/kernel/files"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/modules/books/internal/core"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/sheet"
	"tinhso.vn/internal/platform/text"
	"tinhso.vn/internal/platform/web"
)

// importRoutes are the pages on which a table comes into a register.
func (s site) importRoutes() []web.Route {
	anybody, all, one := web.Public(), booksPath+"/{register}/nhap", booksPath+"/{register}/nhap/lan/{import}"
	return []web.Route{
		{Pattern: "GET " + all, Access: anybody, Handle: s.imports},
		{Pattern: "GET " + all + "/tep", Access: anybody, Handle: s.askTable},
		{Pattern: "POST " + all + "/tep", Access: anybody, Handle: s.bringTable, MaxBody: core.MaxImport + 1<<20},
		{Pattern: "GET " + one, Access: anybody, Handle: s.imported},
		{Pattern: "POST " + one + "/cach-doc", Access: anybody, Handle: s.readAgain},
		{Pattern: "GET " + one + "/cot", Access: anybody, Handle: s.askColumns},
		{Pattern: "POST " + one + "/cot", Access: anybody, Handle: s.matchColumns},
		{Pattern: "POST " + one + "/quyet-dinh", Access: anybody, Handle: s.decideImport},
		{Pattern: "POST " + one + "/duyet", Access: anybody, Handle: s.agreeImport},
		{Pattern: "POST " + one + "/dung", Access: anybody, Handle: s.stopImport},
		{Pattern: "POST " + one + "/tiep-tuc", Access: anybody, Handle: s.resumeImport},
		{Pattern: "POST " + one + "/thu-hoi", Access: anybody, Handle: s.undoImport},
		{Pattern: "GET " + one + "/tra-lai", Access: anybody, Handle: s.handBack},
	}
}

func importsPath(register string) string {
	return booksPath + "/" + url.PathEscape(register) + "/nhap"
}

func importPath(register, one string) string {
	return importsPath(register) + "/lan/" + url.PathEscape(one)
}

func (s site) imports(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	found, err := s.svc.Imports(r.Context(), p.Actor, r.PathValue("register"), r.FormValue("sau"))
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{Title: p.T("books.import.list", "register", found.Definition.Title), Desk: true, Body: importList(p, found)})
}

func (s site) askTable(w http.ResponseWriter, r *http.Request) error {
	return s.renderTable(w, r, nil)
}

func (s site) renderTable(w http.ResponseWriter, r *http.Request, problem *web.ProblemError) error {
	p := page.From(r.Context())
	st, err := s.svc.MayImport(r.Context(), p.Actor, r.PathValue("register"))
	if err != nil {
		return err
	}
	view := page.View{Title: p.T("books.import.title", "register", st.Definition.Title), Desk: true, Body: importFile(p, st, problem)}
	if problem != nil {
		view.Status = problem.Status
	}
	return p.Render(w, r, view)
}

func (s site) bringTable(w http.ResponseWriter, r *http.Request) error {
	p, register := page.From(r.Context()), r.PathValue("register")
	if _, err := s.svc.MayImport(r.Context(), p.Actor, register); err != nil {
		return err
	}
	name, content, err := firstFile(r)
	var i core.Import
	if err == nil {
		i, err = s.svc.BringFile(r.Context(), p.Actor, register, name, content)
	}
	if err != nil {
		problem := web.Problem(err)
		if problem.Status >= http.StatusInternalServerError || problem.Status < http.StatusBadRequest || errs.KindOf(err) == errs.Forbidden || errs.KindOf(err) == errs.NotFound {
			return err
		}
		p.Site.Explain(r, problem)
		problem.Fields = []web.ProblemField{{Name: "file", Code: problem.Code, Args: problem.Args}}
		return s.renderTable(w, r, problem)
	}
	return web.SeeOther(w, r, importPath(register, i.ID)+"/cot")
}

// firstFile is the first file of a form. It is streamed.
func firstFile(r *http.Request) (name string, content io.Reader, err error) {
	form, err := r.MultipartReader()
	if err != nil {
		return "", nil, web.ErrMalformed.Because(err)
	}
	for {
		part, err := form.NextPart()
		if errors.Is(err, io.EOF) {
			return "", nil, files.ErrEmpty
		}
		if err != nil {
			return "", nil, err
		}
		if part.FormName() == "file" && part.FileName() != "" {
			return part.FileName(), part, nil
		}
	}
}

func (s site) askColumns(w http.ResponseWriter, r *http.Request) error {
	return s.renderColumns(w, r, nil, nil)
}

func (s site) renderColumns(w http.ResponseWriter, r *http.Request, said *core.Matching, problem *web.ProblemError) error {
	p, register, one := page.From(r.Context()), r.PathValue("register"), r.PathValue("import")
	c, err := s.svc.Sample(r.Context(), p.Actor, register, one)
	if err != nil {
		return err
	}
	if !c.May("match") {
		return web.SeeOther(w, r, importPath(register, one))
	}
	if said != nil {
		c.Proposed.Fields, c.Proposed.Unit, c.Proposed.Swap = said.Fields, said.Unit, said.Swap
	}
	view := page.View{Title: p.T("books.import.columns_title", "file", c.Name), Desk: true, Body: importColumns(p, c, problem)}
	if problem != nil {
		view.Status = problem.Status
	}
	w.Header().Set("Cache-Control", "no-store")
	return p.Render(w, r, view)
}

func (s site) readAgain(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return web.ErrMalformed.Because(err)
	}
	p, register, one := page.From(r.Context()), r.PathValue("register"), r.PathValue("import")
	way := sheet.Way{Encoding: sheet.Encoding(r.PostForm.Get("encoding")), Comma: letter(r.PostForm.Get("comma")), Quote: letter(r.PostForm.Get("quote")), Sheet: r.PostForm.Get("sheet")}
	heading, _ := strconv.ParseInt(r.PostForm.Get("heading"), 10, 64) // nothing: it is found out
	if err := s.svc.ReadAgain(r.Context(), p.Actor, register, one, way, heading); err != nil {
		problem := web.Problem(err)
		if problem.Status != http.StatusUnprocessableEntity {
			return err
		}
		p.Site.Explain(r, problem)
		return s.renderColumns(w, r, nil, problem)
	}
	return web.SeeOther(w, r, importPath(register, one)+"/cot")
}

// letter is a separator or a quote as a form sends it.
func letter(name string) rune {
	switch name {
	case "tab":
		return '\t'
	case "none":
		return 0
	}
	for _, r := range name {
		if strings.ContainsRune(",;|\"'", r) {
			return r
		}
	}
	return 0
}

func (s site) matchColumns(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return web.ErrMalformed.Because(err)
	}
	p, register, one := page.From(r.Context()), r.PathValue("register"), r.PathValue("import")
	m := core.Matching{Unit: r.PostForm.Get("unit"), Swap: r.PostForm["swap"]}
	for i := range 500 {
		if _, sent := r.PostForm[column(i)]; !sent {
			break
		}
		m.Fields = append(m.Fields, r.PostForm.Get(column(i)))
	}
	if err := s.svc.MatchColumns(r.Context(), p.Actor, register, one, m); err != nil {
		problem := web.Problem(err)
		if problem.Status != http.StatusUnprocessableEntity {
			return err
		}
		p.Site.Explain(r, problem)
		return s.renderColumns(w, r, &m, problem)
	}
	return web.SeeOther(w, r, importPath(register, one))
}

func column(i int) string { return "cot-" + strconv.Itoa(i) }

// tab is which rows of an import a page shows.
func tab(r *http.Request, i core.Import) registers.NoteKind {
	kind := registers.NoteKind(r.FormValue("xem"))
	if slices.Contains([]registers.NoteKind{registers.NoteWrong, registers.NoteChanged, registers.NoteWarned, registers.NoteKept, registers.NoteNew}, kind) {
		return kind
	}
	switch {
	case i.Kept > 0:
		return registers.NoteKept
	case i.Fresh > 0 && i.Batch.Changed == 0 && (i.State == registers.Proposed || i.Wrong == 0 && i.State == registers.Checked):
		return registers.NoteNew
	case (i.Wrong > 0 || i.Batch.Changed == 0) && i.State != registers.Proposed:
		return registers.NoteWrong
	}
	return registers.NoteChanged
}

func (s site) imported(w http.ResponseWriter, r *http.Request) error {
	return s.renderImport(w, r, nil)
}

func (s site) renderImport(w http.ResponseWriter, r *http.Request, problem *web.ProblemError) error {
	p, register, one := page.From(r.Context()), r.PathValue("register"), r.PathValue("import")
	i, err := s.svc.GetImport(r.Context(), p.Actor, register, one)
	if err != nil {
		return err
	}
	if i.State == registers.Matching && i.Own && problem == nil && i.Failure == "" {
		return web.SeeOther(w, r, importPath(register, one)+"/cot")
	}
	v := importShown{Rows: core.Rows{Import: i, Next: -1}, kind: tab(r, i), unit: units(r.Context(), p), problem: problem}
	if i.Moving() {
		w.Header().Set("Refresh", "4") // it goes on by itself; who reads with other means has a link
	} else if v.kind == registers.NoteKept || i.May("look") || i.May("agree") && v.kind != registers.NoteWrong {
		after, err := strconv.ParseInt(r.FormValue("sau"), 10, 64)
		if err != nil {
			after = -1
		}
		if v.Rows, err = s.svc.ImportRows(r.Context(), p.Actor, register, one, v.kind, after); err != nil {
			return err
		}
	}
	w.Header().Set("Cache-Control", "no-store")
	view := page.View{Title: p.T("books.import.one", "file", i.Name), Desk: true, Body: importPage(p, v)}
	if problem != nil {
		view.Status = problem.Status
	}
	return p.Render(w, r, view)
}

// importShown is what the page of an import shows.
type importShown struct {
	core.Rows

	kind    registers.NoteKind
	unit    unitName
	problem *web.ProblemError
	typed   string // why it is refused
}

func (s site) decideImport(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return web.ErrMalformed.Because(err)
	}
	in := r.PostForm.Get("nhan") == "co"
	return s.act(w, r, func(p page.Page, register, one string) error {
		return s.svc.Decide(r.Context(), p.Actor, register, one, in)
	})
}

func (s site) stopImport(w http.ResponseWriter, r *http.Request) error {
	return s.act(w, r, func(p page.Page, register, one string) error { return s.svc.Stop(r.Context(), p.Actor, register, one) })
}

func (s site) resumeImport(w http.ResponseWriter, r *http.Request) error {
	return s.act(w, r, func(p page.Page, register, one string) error {
		return s.svc.Resume(r.Context(), p.Actor, register, one)
	})
}

func (s site) undoImport(w http.ResponseWriter, r *http.Request) error {
	return s.act(w, r, func(p page.Page, register, one string) error {
		return s.svc.UndoImport(r.Context(), p.Actor, register, one)
	})
}

// act does something with an import and goes back to its page, which says what
// came of it.
func (s site) act(w http.ResponseWriter, r *http.Request, do func(p page.Page, register, one string) error) error {
	p, register, one := page.From(r.Context()), r.PathValue("register"), r.PathValue("import")
	err := do(p, register, one)
	if errs.KindOf(err) == errs.Conflict {
		problem := web.Problem(err)
		p.Site.Explain(r, problem)
		return s.renderImport(w, r, problem)
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, importPath(register, one))
}

// handBack sends the rows that were not let in, each with its reasons.
func (s site) handBack(w http.ResponseWriter, r *http.Request) error {
	p, register, one := page.From(r.Context()), r.PathValue("register"), r.PathValue("import")
	i, err := s.svc.GetImport(r.Context(), p.Actor, register, one)
	if err != nil {
		return err
	}
	if _, err := s.svc.ImportRows(r.Context(), p.Actor, register, one, registers.NoteWrong, -1); err != nil { // before anything is sent
		return err
	}
	out, err := begin(w, r.FormValue("loai"), i.Register+"-tra-lai")
	if err != nil {
		return err
	}
	head := []any{p.T("books.import.row")}
	for n := range i.Matching.Headings {
		head = append(head, heading(i.Matching, n))
	}
	if err := out.Write(append(head, p.T("books.import.reason"))...); err != nil {
		return err
	}
	if err := s.svc.Rejected(r.Context(), p.Actor, register, one, func(row core.ImportRow) error {
		cells := []any{row.N + 1}
		for n := range i.Matching.Headings {
			if n < len(row.Cells) {
				cells = append(cells, row.Cells[n].Text)
			} else {
				cells = append(cells, nil)
			}
		}
		var why []string
		for _, one := range row.Problems {
			why = append(why, reason(p, i, row, one, true))
		}
		return out.Write(append(cells, strings.Join(why, "\n"))...)
	}); err != nil {
		return err
	}
	return out.Close()
}

// begin begins a table that is sent: csv, or else an XLSX.
func begin(w http.ResponseWriter, kind, name string) (sheet.Writer, error) {
	w.Header().Set("Cache-Control", "no-store")
	if kind == "csv" {
		w.Header().Set("Content-Type", "text/csv; charset=utf-8")
		w.Header().Set("Content-Disposition", `attachment; filename="`+name+`.csv"`)
		return sheet.NewCSV(w, true)
	}
	w.Header().Set("Content-Type", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
	w.Header().Set("Content-Disposition", `attachment; filename="`+name+`.xlsx"`)
	return sheet.NewXLSX(w, name)
}

// heading is what a column is called: its heading, or its letter.
func heading(m core.Matching, i int) string {
	if i >= 0 && i < len(m.Headings) && m.Headings[i] != "" {
		return m.Headings[i]
	}
	return strings.TrimRight(sheet.Cell(0, max(i, 0)), "1")
}

// reason says what is wrong with a cell; whole: also which it is, and what would
// be right.
func reason(p page.Page, i core.Import, row core.ImportRow, one core.Problem, whole bool) string {
	key, _, _ := strings.Cut(one.Field, "/")
	f, known := i.Definition.Field(key)
	args := []any{"label", f.Label}
	if !known {
		args = []any{"label", heading(i.Matching, one.Column)}
	}
	for name, v := range one.Args {
		args = append(args, name, worded(v))
	}
	said := p.T(one.Code, args...)
	if !whole {
		return said
	}
	if right := right(p, f, one); right != "" {
		said += ". " + p.T("books.import.right", "value", right)
	}
	if one.Column < 0 {
		return said
	}
	return sheet.Cell(int(row.N), one.Column) + ": " + said
}

// worded makes what was kept as JSON what messages take.
func worded(v any) any {
	switch v := v.(type) {
	case map[string]any:
		vi, _ := v["vi"].(string)
		en, _ := v["en"].(string)
		return i18n.Text{VI: vi, EN: en}
	case float64:
		return int64(v)
	}
	return v
}

// right is what would be right, by the kind of the field.
func right(p page.Page, f registers.Field, one core.Problem) string {
	if one.Right != "" {
		return one.Right
	}
	if !slices.Contains([]string{"shape", "date", "date_partial", "integer", "decimal", "boolean", "choice", "person_number", "phone", "point", "email"}, strings.TrimPrefix(one.Code, "registers.value.")) {
		return ""
	}
	switch f.Type {
	case registers.Choice, registers.Choices:
		var labels []string
		for _, o := range f.Options[:min(len(f.Options), 12)] {
			labels = append(labels, p.Text(o.Label))
		}
		return strings.Join(labels, ", ")
	case registers.Boolean:
		return p.T("books.bool.true") + ", " + p.T("books.bool.false")
	case registers.Date:
		return "21/11/2026"
	case registers.DatePartial:
		return "21/11/2026, 11/2026, 2026"
	case registers.Integer:
		return "1.234"
	case registers.Money:
		return "150.000"
	case registers.Decimal:
		return "1.234,5"
	case registers.Number:
		return "089085001234"
	case registers.Phone:
		return "0296 385 2222"
	case registers.Place:
		return "10.386200, 105.435100"
	case registers.Email:
		return "ten@coquan.vn"
	case registers.Line, registers.LongText, registers.Unit, registers.Code, registers.Org, registers.Person, registers.Address, registers.Shape,
		registers.Files, registers.Reference, registers.Group:
	}
	return ""
}

// cellOf is what stands in the cell of a problem.
func cellOf(row core.ImportRow, one core.Problem) string {
	if one.Column < 0 || one.Column >= len(row.Cells) {
		return ""
	}
	said := text.Line(row.Cells[one.Column].Text)
	if letters := []rune(said); len(letters) > 60 {
		return string(letters[:60]) + "…"
	}
	return said
}

// keptWhy says why an undoing left a record as it is.
func keptWhy(p page.Page, row core.ImportRow) string {
	if row.Why == registers.KeptRefer && row.By.VI != "" {
		return p.T("books.import.why.referred_by", "n", row.Refs, "register", row.By)
	}
	return p.T("books.import.why." + row.Why)
}
