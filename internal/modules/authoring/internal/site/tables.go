// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"tinhso.vn/internal/kernel/files"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/authoring"
	"tinhso.vn/internal/modules/authoring/internal/core"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/web"
)

// TablesPath is where catalogues are brought as tables.
const TablesPath = "/nhap-danh-muc"

// tableRoutes are the pages on which a catalogue comes in.
func (h pages) tableRoutes() []web.Route {
	one := TablesPath + "/{table}"
	read, edit := mayRead(), mayEdit()
	return []web.Route{
		{Pattern: "GET " + TablesPath, Access: read, Handle: h.tables},
		{Pattern: "POST " + TablesPath, Access: edit, MaxBody: core.MaxTable + 1<<20, Handle: h.bringTable},
		{Pattern: "GET " + one, Access: read, Handle: h.table},
		{Pattern: "GET " + one + "/cot", Access: edit, Handle: h.columns},
		{Pattern: "POST " + one + "/cot", Access: edit, Handle: h.compare},
		{Pattern: "POST " + one + "/cach-doc", Access: edit, Handle: h.readTable},
		{Pattern: "GET " + one + "/tra-lai.csv", Access: read, Handle: h.handBack},
		{Pattern: "POST " + one + "/trinh", Access: edit, Handle: h.proposeTable},
		{Pattern: "POST " + one + "/bo", Access: edit, Handle: h.dropTable},
	}
}

func tablePath(t authoring.TableID, parts ...string) string {
	return strings.Join(append([]string{TablesPath, string(t)}, parts...), "/")
}

func tableOf(r *http.Request) (authoring.TableID, error) {
	return authoring.ParseTableID(r.PathValue("table"))
}

func (h pages) tables(w http.ResponseWriter, r *http.Request) error {
	return h.tablesPage(w, r, nil)
}

func (h pages) tablesPage(w http.ResponseWriter, r *http.Request, wrong []web.ProblemField) error {
	p := page.From(r.Context())
	all, err := h.svc.ListTables(r.Context(), p.Actor, authoring.TableID(r.URL.Query().Get("before")))
	if err != nil {
		return err
	}
	names := map[string]string{}
	for _, t := range all {
		names[t.Brought.Account] = h.svc.Name(r.Context(), t.Brought.Account)
	}
	return p.Render(w, r, page.View{Title: p.T("authoring.tables.title"), Desk: true, Status: statusOf(wrong), Body: tablesBody(p, all, names, wrong)})
}

// fault is a mistake of a file or of what was chosen, to be shown on its page; any
// other error stays one.
func fault(err error, name string) ([]web.ProblemField, error) {
	told := web.Problem(err)
	switch {
	case errs.KindOf(err) != errs.Invalid && errs.KindOf(err) != errs.Conflict && !errors.Is(err, files.ErrTooLarge):
		return nil, err
	case len(told.Fields) > 0:
		return told.Fields, nil
	}
	return []web.ProblemField{{Name: name, Code: told.Code, Args: told.Args}}, nil
}

func (h pages) bringTable(w http.ResponseWriter, r *http.Request) error {
	form, err := r.MultipartReader()
	if err != nil {
		return web.ErrMalformed.Because(err)
	}
	for {
		part, err := form.NextPart()
		if errors.Is(err, io.EOF) {
			return h.tablesPage(w, r, []web.ProblemField{{Name: "file", Code: "authoring.table_none"}})
		}
		if err != nil {
			return web.ErrMalformed.Because(err)
		}
		if part.FormName() != "file" || part.FileName() == "" {
			continue
		}
		id, err := h.svc.BringTable(r.Context(), page.From(r.Context()).Actor, part.FileName(), part)
		if err != nil {
			wrong, err := fault(err, "file")
			if err != nil {
				return err
			}
			return h.tablesPage(w, r, wrong)
		}
		return web.SeeOther(w, r, tablePath(id, "cot"))
	}
}

func (h pages) columns(w http.ResponseWriter, r *http.Request) error {
	id, err := tableOf(r)
	if err != nil {
		return err
	}
	c, err := h.svc.Columns(r.Context(), page.From(r.Context()).Actor, id)
	if errors.Is(err, authoring.ErrTableState) {
		return web.SeeOther(w, r, tablePath(id))
	}
	if err != nil {
		wrong, err := fault(err, "file")
		if err != nil {
			return err
		}
		return h.tablesPage(w, r, wrong)
	}
	return h.columnsPage(w, r, c, nil)
}

func (h pages) columnsPage(w http.ResponseWriter, r *http.Request, c core.TableColumns, wrong []web.ProblemField) error {
	p := page.From(r.Context())
	return p.Render(w, r, page.View{Title: p.T("authoring.tables.columns"), Desk: true, Status: statusOf(wrong), Body: columnsBody(p, c, wrong)})
}

// isoDay reads a day that a person typed; what is none stays as it is, to be refused.
func isoDay(s string) string {
	if d, ok := readDay(s); ok {
		return d.String()
	}
	return strings.TrimSpace(s)
}

func (h pages) compare(w http.ResponseWriter, r *http.Request) error {
	id, err := tableOf(r)
	if err != nil {
		return err
	}
	if err := r.ParseForm(); err != nil {
		return web.ErrMalformed.Because(err)
	}
	p := page.From(r.Context())
	c, err := h.svc.Columns(r.Context(), p.Actor, id)
	if err != nil {
		return err
	}
	get := r.PostForm.Get
	m := c.Proposed
	m.Fields = make([]string, len(m.Headings))
	for i := range m.Fields {
		m.Fields[i] = get("c" + strconv.Itoa(i))
	}
	m.Decision, m.Signed, m.Effective, m.Issuer, m.Whole = get("decision"), isoDay(get("signed")), isoDay(get("effective")), get("issuer"), get("whole") != ""
	if err := h.svc.CompareTable(r.Context(), p.Actor, id, m); err != nil {
		wrong, err := fault(err, "columns")
		if err != nil {
			return err
		}
		c.Proposed = m
		return h.columnsPage(w, r, c, wrong)
	}
	return web.SeeOther(w, r, tablePath(id))
}

func (h pages) readTable(w http.ResponseWriter, r *http.Request) error {
	id, err := tableOf(r)
	if err != nil {
		return err
	}
	if err := r.ParseForm(); err != nil {
		return web.ErrMalformed.Because(err)
	}
	if err := h.svc.ReadTable(r.Context(), page.From(r.Context()).Actor, id, r.PostForm.Get("encoding"), r.PostForm.Get("sheet")); err != nil {
		return err
	}
	return web.SeeOther(w, r, tablePath(id, "cot"))
}

func (h pages) table(w http.ResponseWriter, r *http.Request) error {
	return h.tablePage(w, r, "", nil)
}

// looked is what the page of a table shows.
type looked struct {
	authoring.Table
	Kind  authoring.RowKind
	Rows  []authoring.TableRow
	Named string
	Day   string
	Edits bool
}

func (h pages) tablePage(w http.ResponseWriter, r *http.Request, day string, wrong []web.ProblemField) error {
	id, err := tableOf(r)
	if err != nil {
		return err
	}
	p := page.From(r.Context())
	l := looked{Day: day, Edits: p.Actor.May(authoring.PermEdit)}
	if l.Table, err = h.svc.Table(r.Context(), p.Actor, id); err != nil {
		return err
	}
	l.Named = h.svc.Name(r.Context(), l.Brought.Account)
	l.Kind = authoring.RowKind(r.URL.Query().Get("loai"))
	if l.Kind == "" {
		l.Kind = firstKind(l.Report)
	}
	after := -1
	if n, err := strconv.Atoi(r.URL.Query().Get("sau")); err == nil {
		after = n
	}
	if l.State != authoring.TableDropped {
		if l.Rows, err = h.svc.TableRows(r.Context(), p.Actor, id, l.Kind, after); err != nil {
			return err
		}
	}
	if l.Day == "" {
		l.Day = p.Date(h.svc.Today().At(0))
	}
	return p.Render(w, r, page.View{Title: p.T("authoring.tables.report", "name", l.Name), Desk: true, Status: statusOf(wrong), Body: tableBody(p, l, wrong)})
}

// firstKind is what people look at first: what is wrong, or what is new.
func firstKind(r authoring.Report) authoring.RowKind {
	for _, k := range authoring.RowKinds() {
		if countOf(r, k) > 0 {
			return k
		}
	}
	return authoring.RowNew
}

func countOf(r authoring.Report, k authoring.RowKind) int {
	switch k {
	case authoring.RowWrong:
		return r.Wrong
	case authoring.RowNew:
		return r.New
	case authoring.RowChanged:
		return r.Changed
	case authoring.RowEnded:
		return r.Ended
	}
	return 0
}

func (h pages) handBack(w http.ResponseWriter, r *http.Request) error {
	id, err := tableOf(r)
	if err != nil {
		return err
	}
	p := page.From(r.Context())
	var out bytes.Buffer
	if err := h.svc.HandBack(r.Context(), p.Actor, id, &out, func(c authoring.CellProblem) string { return cellSaid(p, c) }); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="dong-sai.csv"`)
	_, err = w.Write(out.Bytes())
	return err
}

func (h pages) proposeTable(w http.ResponseWriter, r *http.Request) error {
	id, err := tableOf(r)
	if err != nil {
		return err
	}
	if err := r.ParseForm(); err != nil {
		return web.ErrMalformed.Because(err)
	}
	p := page.From(r.Context())
	typed := r.PostForm.Get("day")
	day, _ := readDay(typed) // zero is refused
	change, err := h.svc.ProposeTable(r.Context(), p.Actor, id, day)
	if err != nil {
		wrong, err := fault(err, "day")
		if err != nil {
			return err
		}
		return h.tablePage(w, r, typed, wrong)
	}
	return page.Done(w, r, at(change, "kiem-tra-truoc"), "authoring.tables.proposed")
}

func (h pages) dropTable(w http.ResponseWriter, r *http.Request) error {
	id, err := tableOf(r)
	if err != nil {
		return err
	}
	if err := h.svc.DropTable(r.Context(), page.From(r.Context()).Actor, id); err != nil {
		return err
	}
	return page.Done(w, r, TablesPath, "authoring.tables.dropped")
}

// cellSaid says in words what is wrong with a cell.
func cellSaid(p page.Page, c authoring.CellProblem) string {
	where := c.Cell
	if where == "" {
		where = p.T("authoring.table_field." + c.Field)
	}
	return where + ": " + p.T(c.Code, "value", c.Value, "hint", c.Hint)
}

func kindPath(l looked, k authoring.RowKind) string {
	return tablePath(l.ID) + "?" + url.Values{"loai": {string(k)}}.Encode()
}
