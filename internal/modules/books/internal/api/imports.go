// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package api

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"strings"
	"unicode/utf8"

	"tinhso.vn/internal/kernel/files"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/modules/books/internal/core"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/sheet"
	"tinhso.vn/internal/platform/web"
)

// importRoutes are the operations by which a table comes into a register.
func (o operations) importRoutes() []web.Route {
	all, one := "/api/v1/registers/{register}/imports", "/api/v1/registers/{register}/imports/{import}"
	anybody := web.Public()
	bring := web.RawOperation("POST "+all, "Bring a table (CSV or XLSX); nothing is written before it was decided", anybody, web.Raw{
		Query: []web.Param{{Name: "name", Doc: "of the file, where the body is the file itself"}},
		Takes: []string{"multipart/form-data", "application/octet-stream", "text/csv"}, Gives: []string{"application/json"}, JSON: Import{}, Status: http.StatusCreated,
	}, o.bring)
	bring.MaxBody = core.MaxImport + 1<<20
	return []web.Route{
		bring,
		web.Operation("GET "+all, "The imports of a register that the caller may see, the newest first", anybody, o.imports),
		web.Operation("GET "+one, "An import: how far it has come, and what it would do", anybody, o.imported),
		web.Operation("GET "+one+"/columns", "The beginning of the table, and which column would be which field", anybody, o.columns),
		web.Operation("PUT "+one+"/reading", "Read the table in another way", anybody, o.readAgain),
		web.Operation("PUT "+one+"/columns", "Say which column is which field, and have every row checked", anybody, o.match),
		web.Operation("GET "+one+"/rows", "Rows that are wrong, change a record, warn, or were left by an undoing", anybody, o.importRows),
		web.RawOperation("GET "+one+"/rejected", "The wrong rows as a file, each with its reasons", anybody, web.Raw{
			Gives: []string{"text/csv"}, Status: http.StatusOK, Sends: []web.Param{{Name: "Content-Disposition", Doc: "the name of the file"}},
		}, o.rejected),
		web.Operation("POST "+one+"/decision", "Let the right rows in, or none", anybody, o.decideImport),
		web.Operation("POST "+one+"/agreement", "Agree to a table that somebody else brings into a register where another person must, or refuse it", anybody, o.agreeImport),
		web.Operation("POST "+one+"/stop", "Stop writing; what was written stays", anybody, o.stop),
		web.Operation("POST "+one+"/resume", "Go on behind the last row that was written", anybody, o.resume),
		web.Operation("POST "+one+"/undo", "Take back what was written, as far as nobody has changed it since", anybody, o.undo),
	}
}

// Import is an import as programs see it.
type Import struct {
	ID      string   `json:"id"`
	Name    string   `json:"name" doc:"of the file"`
	State   string   `json:"state" doc:"columns, checking, checked, running, stopped, done, dropped, undoing, undone"`
	By      string   `json:"by" doc:"login"`
	Made    db.Time  `json:"made"`
	Total   int64    `json:"total" doc:"rows"`
	New     int64    `json:"new"`
	Changed int64    `json:"changed"`
	Same    int64    `json:"same"`
	Wrong   int64    `json:"wrong"`
	Warned  int64    `json:"warned"`
	Undone  int64    `json:"undone,omitempty" doc:"records"`
	Kept    int64    `json:"kept,omitempty" doc:"records that an undoing left"`
	Failure string   `json:"failure,omitempty" doc:"code of what stopped it"`
	Reading wayOut   `json:"reading"`
	Columns []string `json:"columns,omitempty" doc:"by column: a field, field/part, unit; empty: left out"`
}

type wayOut struct {
	XLSX      bool   `json:"xlsx"`
	Encoding  string `json:"encoding"`
	Separator string `json:"separator,omitempty"`
	Quote     string `json:"quote,omitempty"`
	Sheet     string `json:"sheet,omitempty"`
}

func one(r rune) string {
	if r == 0 {
		return ""
	}
	return string(r)
}

func outImport(i core.Import) Import {
	return Import{
		ID: i.ID, Name: i.Name, State: string(i.State), By: i.By, Made: i.Made, Total: i.Total, New: i.Fresh, Changed: i.Batch.Changed, Same: i.Same, Wrong: i.Wrong,
		Warned: i.Warned, Undone: i.Undone, Kept: i.Kept, Failure: i.Failure, Columns: i.Matching.Fields,
		Reading: wayOut{i.Way.XLSX, string(i.Way.Encoding), one(i.Way.Comma), one(i.Way.Quote), i.Way.Sheet},
	}
}

func (o operations) bring(w http.ResponseWriter, r *http.Request) error {
	name, content, err := body(r)
	if err != nil {
		return err
	}
	i, err := o.svc.BringFile(r.Context(), identity.From(r.Context()), r.PathValue("register"), name, content)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusCreated)
	_ = json.NewEncoder(w).Encode(outImport(i)) // the caller has gone: nobody to tell
	return nil
}

// body is the table: the body itself, or the first file of a form. It is streamed.
func body(r *http.Request) (name string, content io.Reader, err error) {
	if kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); kind != "multipart/form-data" {
		return r.URL.Query().Get("name"), r.Body, nil
	}
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
			return "", nil, web.ErrMalformed.Because(err)
		}
		if part.FileName() != "" {
			return part.FileName(), part, nil
		}
	}
}

type importsIn struct {
	Register string `path:"register" maxLength:"100"`
	After    string `query:"after" maxLength:"100" doc:"next of the page before"`
}

type importsOut struct {
	Body struct {
		Items []Import `json:"items"`
		Next  string   `json:"next,omitempty" doc:"send it as after"`
	}
}

func (o operations) imports(ctx context.Context, in *importsIn) (*importsOut, error) {
	found, err := o.svc.Imports(ctx, identity.From(ctx), in.Register, in.After)
	answer := &importsOut{}
	answer.Body.Items, answer.Body.Next = []Import{}, found.Next
	for _, i := range found.Items {
		answer.Body.Items = append(answer.Body.Items, outImport(i))
	}
	return answer, err
}

type importIn struct {
	Register string `path:"register" maxLength:"100"`
	Import   string `path:"import" maxLength:"100"`
}

type importOut struct{ Body Import }

func (o operations) imported(ctx context.Context, in *importIn) (*importOut, error) {
	i, err := o.svc.GetImport(ctx, identity.From(ctx), in.Register, in.Import)
	return &importOut{Body: outImport(i)}, err
}

// again answers with the import as it is after something was done with it.
func (o operations) again(ctx context.Context, in *importIn, err error) (*importOut, error) {
	if err != nil {
		return nil, err
	}
	return o.imported(ctx, in)
}

type columnsOut struct {
	Body struct {
		Sheets   []string   `json:"sheets,omitempty"`
		Heading  int64      `json:"heading" doc:"row of the headings, from 1"`
		Headings []string   `json:"headings"`
		Columns  []string   `json:"columns" doc:"what each column would be"`
		Targets  []string   `json:"targets" doc:"what a column can be"`
		Unit     string     `json:"unit,omitempty" doc:"of new records where no column says it"`
		Units    []string   `json:"units,omitempty" doc:"for which the caller may add records"`
		Rows     [][]string `json:"rows" doc:"the first of the table"`
	}
}

func (o operations) columns(ctx context.Context, in *importIn) (*columnsOut, error) {
	c, err := o.svc.Sample(ctx, identity.From(ctx), in.Register, in.Import)
	answer := &columnsOut{}
	b := &answer.Body
	b.Sheets, b.Heading, b.Headings, b.Columns, b.Unit = c.Sheets, c.Proposed.Heading+1, c.Proposed.Headings, c.Proposed.Fields, c.Proposed.Unit
	b.Rows, b.Targets = [][]string{}, []string{"unit"}
	for _, t := range c.Targets {
		b.Targets = append(b.Targets, t.Name)
	}
	for _, u := range c.Own {
		b.Units = append(b.Units, string(u.ID))
	}
	for _, row := range c.Rows {
		cells := []string{}
		for _, v := range row.Cells {
			cells = append(cells, v.Text)
		}
		b.Rows = append(b.Rows, cells)
	}
	return answer, err
}

type readingIn struct {
	Register string `path:"register" maxLength:"100"`
	Import   string `path:"import" maxLength:"100"`
	Body     struct {
		Encoding  string `json:"encoding,omitempty" enum:"utf-8,utf-16le,utf-16be,windows-1258,tcvn3"`
		Separator string `json:"separator,omitempty" maxLength:"4"`
		Quote     string `json:"quote,omitempty" maxLength:"4"`
		Sheet     string `json:"sheet,omitempty" maxLength:"100"`
		Heading   int64  `json:"heading,omitempty" minimum:"0" doc:"row of the headings, from 1; 0: it is found out"`
	}
}

func (o operations) readAgain(ctx context.Context, in *readingIn) (*importOut, error) {
	comma, _ := utf8.DecodeRuneInString(in.Body.Separator)
	quote, _ := utf8.DecodeRuneInString(in.Body.Quote)
	way := sheet.Way{Encoding: sheet.Encoding(in.Body.Encoding), Sheet: in.Body.Sheet}
	if in.Body.Separator != "" {
		way.Comma = comma
	}
	if in.Body.Quote != "" {
		way.Quote = quote
	}
	err := o.svc.ReadAgain(ctx, identity.From(ctx), in.Register, in.Import, way, in.Body.Heading)
	return o.again(ctx, &importIn{in.Register, in.Import}, err)
}

type matchIn struct {
	Register string `path:"register" maxLength:"100"`
	Import   string `path:"import" maxLength:"100"`
	Body     struct {
		Columns []string `json:"columns" maxItems:"500" doc:"by column: a field, field/part, unit; empty: left out"`
		Unit    string   `json:"unit,omitempty" maxLength:"100" doc:"of new records where no column says it"`
		Swap    []string `json:"swap,omitempty" maxItems:"50" doc:"places whose longitude comes first"`
	}
}

func (o operations) match(ctx context.Context, in *matchIn) (*importOut, error) {
	err := o.svc.MatchColumns(ctx, identity.From(ctx), in.Register, in.Import, core.Matching{Fields: in.Body.Columns, Unit: in.Body.Unit, Swap: in.Body.Swap})
	return o.again(ctx, &importIn{in.Register, in.Import}, err)
}

type importRowsIn struct {
	Register string `path:"register" maxLength:"100"`
	Import   string `path:"import" maxLength:"100"`
	Kind     string `query:"kind" enum:"wrong,changed,warned,kept,new" default:"wrong"`
	After    int64  `query:"after" default:"-1" doc:"next of the page before"`
}

type wrongCell struct {
	Cell  string         `json:"cell,omitempty" doc:"A7"`
	Field string         `json:"field"`
	Text  string         `json:"text,omitempty"`
	Code  string         `json:"code"`
	Args  map[string]any `json:"args,omitempty"`
	Right string         `json:"right,omitempty" doc:"what would be right"`
}

type changedField struct {
	Field string `json:"field"`
	From  any    `json:"from,omitempty"`
	To    any    `json:"to,omitempty"`
}

type importRow struct {
	Row     int64          `json:"row" doc:"of the file, from 1"`
	Record  string         `json:"record,omitempty"`
	Wrong   []wrongCell    `json:"wrong,omitempty"`
	Changes []changedField `json:"changes,omitempty" doc:"personal fields are named alone"`
	Why     string         `json:"why,omitempty" doc:"an undoing left it: changed, reach, taken, referred; outside: whoever agrees may not agree to it"`
}

type importRowsOut struct {
	Body struct {
		Items []importRow `json:"items"`
		Next  int64       `json:"next" doc:"send it as after; -1: there are no more"`
	}
}

func (o operations) importRows(ctx context.Context, in *importRowsIn) (*importRowsOut, error) {
	found, err := o.svc.ImportRows(ctx, identity.From(ctx), in.Register, in.Import, registers.NoteKind(in.Kind), in.After)
	answer := &importRowsOut{}
	answer.Body.Items, answer.Body.Next = []importRow{}, found.Next
	for _, row := range found.Items {
		said := importRow{Row: row.N + 1, Record: row.Record, Why: row.Why}
		for _, p := range row.Problems {
			wrong := wrongCell{Field: p.Field, Code: p.Code, Args: p.Args, Right: p.Right}
			if p.Column >= 0 {
				wrong.Cell = sheet.Cell(int(row.N), p.Column)
				if p.Column < len(row.Cells) {
					wrong.Text = row.Cells[p.Column].Text
				}
			}
			said.Wrong = append(said.Wrong, wrong)
		}
		for _, d := range row.Changes {
			values := plain(map[string]any{"from": d.From, "to": d.To})
			said.Changes = append(said.Changes, changedField{d.Field.Key, values["from"], values["to"]})
		}
		answer.Body.Items = append(answer.Body.Items, said)
	}
	return answer, err
}

// rejected sends the wrong rows with the codes of their reasons.
func (o operations) rejected(w http.ResponseWriter, r *http.Request) error {
	ctx, register, which := r.Context(), r.PathValue("register"), r.PathValue("import")
	i, err := o.svc.GetImport(ctx, identity.From(ctx), register, which)
	if err != nil {
		return err
	}
	if _, err := o.svc.ImportRows(ctx, identity.From(ctx), register, which, registers.NoteWrong, -1); err != nil { // before anything is sent
		return err
	}
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="`+i.Register+`-rejected.csv"`)
	w.Header().Set("Cache-Control", "no-store")
	out, err := sheet.NewCSV(w, true)
	if err != nil {
		return err
	}
	head := []any{"row"}
	for _, h := range i.Matching.Headings {
		head = append(head, h)
	}
	if err := out.Write(append(head, "reasons")...); err != nil {
		return err
	}
	if err := o.svc.Rejected(ctx, identity.From(ctx), register, which, func(row core.ImportRow) error {
		cells := []any{row.N + 1}
		for n := range i.Matching.Headings {
			if n < len(row.Cells) {
				cells = append(cells, row.Cells[n].Text)
			} else {
				cells = append(cells, nil)
			}
		}
		var why []string
		for _, p := range row.Problems {
			why = append(why, p.Field+" "+p.Code)
		}
		return out.Write(append(cells, strings.Join(why, "\n"))...)
	}); err != nil {
		return err
	}
	return out.Close()
}

type agreeImportIn struct {
	Register string `path:"register" maxLength:"100"`
	Import   string `path:"import" maxLength:"100"`
	Body     struct {
		Agree bool   `json:"agree"`
		Words string `json:"words,omitempty" maxLength:"2000" doc:"why it is refused"`
	}
}

func (o operations) agreeImport(ctx context.Context, in *agreeImportIn) (*importOut, error) {
	err := o.svc.AgreeImport(ctx, identity.From(ctx), in.Register, in.Import, in.Body.Agree, in.Body.Words)
	return o.again(ctx, &importIn{in.Register, in.Import}, err)
}

type decideImportIn struct {
	Register string `path:"register" maxLength:"100"`
	Import   string `path:"import" maxLength:"100"`
	Body     struct {
		In bool `json:"in" doc:"true: the right rows; false: none"`
	}
}

func (o operations) decideImport(ctx context.Context, in *decideImportIn) (*importOut, error) {
	err := o.svc.Decide(ctx, identity.From(ctx), in.Register, in.Import, in.Body.In)
	return o.again(ctx, &importIn{in.Register, in.Import}, err)
}

func (o operations) stop(ctx context.Context, in *importIn) (*importOut, error) {
	return o.again(ctx, in, o.svc.Stop(ctx, identity.From(ctx), in.Register, in.Import))
}

func (o operations) resume(ctx context.Context, in *importIn) (*importOut, error) {
	return o.again(ctx, in, o.svc.Resume(ctx, identity.From(ctx), in.Register, in.Import))
}

func (o operations) undo(ctx context.Context, in *importIn) (*importOut, error) {
	return o.again(ctx, in, o.svc.UndoImport(ctx, identity.From(ctx), in.Register, in.Import))
}
