// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"encoding/json"
	"errors"
	"regexp"
	"slices"
	"strings"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/personnel"
	"tinhso.vn/internal/modules/personnel/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
	"tinhso.vn/internal/platform/sheet"
	"tinhso.vn/internal/platform/text"
)

// The states of an import.
const (
	Read      = "read"
	Applied   = "applied"
	Undone    = "undone"
	Discarded = "discarded"
)

// unitColumns and peopleColumns head the two sheets of a file.
func unitColumns() []string {
	return []string{"id", "parent", "kind", "name", "short", "code", "address", "phone"}
}

func peopleColumns() []string {
	return []string{"login", "name", "number", "phone", "email", "unit", "role", "title"}
}

type (
	// File is what is brought in, with the decision it rests on.
	File = personnel.ListFile
	// Line is what a row would do, or did, or what is wrong with one of its cells.
	Line = personnel.ListLine
)

// rowOf is a row of a file: its sheet, where it stands, its cells by column.
type rowOf struct {
	Sheet string            `json:"s"` // units, people
	Row   int               `json:"r"` // from 0
	Cells map[string]string `json:"c"`
}

// ReadImport reads a file and keeps its rows, sealed, until they are applied or
// discarded. What is wrong with its shape is refused at once.
func (s *Service) ReadImport(ctx context.Context, actor identity.Actor, f File) (imported string, err error) {
	defer errs.Wrap(&err, "read an import")

	if _, err := access.Everywhere(actor, personnel.PermAll); err != nil {
		return "", err
	}
	i, err := s.read(actor, f)
	if err != nil {
		return "", err
	}
	return i.ID, s.DB.Write(ctx, func(tx *db.Tx) error {
		i.ReadAt = tx.Now
		return store.PutImport(ctx, tx, i)
	})
}

// read reads a file.
func (s *Service) read(actor identity.Actor, f File) (i store.Import, err error) {
	var a asked
	f.Number = a.words("number", f.Number)
	a.day("date", f.Date)
	a.day("from", f.From)
	if len(a.fields) == 0 && f.From < s.today() {
		a.add("from", "personnel.past")
	}
	rows, code := rowsOf(f.Content)
	if code != "" {
		a.add("file", code)
	}
	if err := a.err(); err != nil {
		return i, err
	}
	body, err := json.Marshal(rows)
	if err != nil {
		return i, err
	}
	i = store.Import{ID: id.New(), Name: text.Line(f.Name), State: Read, Decision: f.Number, DecidedOn: f.Date, From: f.From, ReadBy: actor.Account}
	i.Body = store.SealBody(s.Keys, i.ID, string(body))
	return i, nil
}

// maxRows is how many rows a file may have.
const maxRows = 20000

// rowsOf reads the sheets "units" and "people" by the names of their columns.
func rowsOf(content []byte) (rows []rowOf, code string) {
	tables, err := sheet.Read(content)
	if err != nil {
		return nil, "personnel.import.unreadable"
	}
	for _, t := range tables {
		kind := map[string]string{"units": "units", "đơn vị": "units", "people": "people", "nhân sự": "people"}[strings.ToLower(strings.TrimSpace(t.Name))]
		if kind == "" || len(t.Rows) == 0 {
			continue
		}
		known := unitColumns()
		if kind == "people" {
			known = peopleColumns()
		}
		for _, c := range known[:1] {
			if !slices.ContainsFunc(t.Rows[0], func(h string) bool { return strings.EqualFold(strings.TrimSpace(h), c) }) {
				return nil, "personnel.import.columns"
			}
		}
		for n := 1; n < len(t.Rows); n++ {
			one, filled := rowOf{Sheet: kind, Row: n, Cells: map[string]string{}}, false
			for c := range t.Rows[0] {
				if name := strings.ToLower(t.At(0, c)); slices.Contains(known, name) {
					one.Cells[name] = text.NFC(t.At(n, c))
					one.Cells["@"+name] = sheet.Cell(n, c)
					filled = filled || one.Cells[name] != ""
				}
			}
			if filled {
				rows = append(rows, one)
			}
		}
	}
	switch {
	case len(rows) == 0:
		return nil, "personnel.import.empty"
	case len(rows) > maxRows:
		return nil, "personnel.import.large"
	}
	slices.SortStableFunc(rows, func(a, b rowOf) int { return strings.Compare(b.Sheet, a.Sheet) }) // units first
	return rows, ""
}

// Imported is an import as pages show it.
type Imported struct {
	ID, Name, State, Number, From string
	By                            Who
	At                            db.Time
	Added, Changed                int
	MayUndo                       bool
	Lines                         []Line // of a preview
	Wrong                         int
}

func (s *Service) imported(ctx context.Context, i store.Import) (out Imported, err error) {
	out = Imported{ID: i.ID, Name: i.Name, State: i.State, Number: i.Decision, From: i.From, At: i.ReadAt, Added: i.Added, Changed: i.Changed}
	out.MayUndo = i.State == Applied && orgs.Day(i.AppliedAt) == s.today()
	out.By, err = s.who(ctx, s.DB, i.ReadBy)
	return out, err
}

// ListImports returns imports, the newest first.
func (s *Service) ListImports(ctx context.Context, actor identity.Actor, before string) (p Page[Imported], err error) {
	defer errs.Wrap(&err, "list imports")

	if _, err := access.Everywhere(actor, personnel.PermAll); err != nil {
		return p, err
	}
	rows, err := store.Imports(ctx, s.DB, before, PageSize+1)
	if err != nil {
		return p, err
	}
	part := cut(rows, PageSize, func(i store.Import) string { return i.ID })
	p.Next = part.Next
	for _, i := range part.Items {
		one, err := s.imported(ctx, i)
		if err != nil {
			return p, err
		}
		p.Items = append(p.Items, one)
	}
	return p, nil
}

// PreviewImport says what every row would do, with all mistakes at once.
func (s *Service) PreviewImport(ctx context.Context, actor identity.Actor, imported string) (out Imported, err error) {
	defer errs.Wrap(&err, "preview import %s", imported)

	if _, err := access.Everywhere(actor, personnel.PermAll); err != nil {
		return out, err
	}
	i, err := store.GetImport(ctx, s.DB, imported, "")
	if err != nil {
		return out, err
	}
	if out, err = s.imported(ctx, i); err != nil || i.State != Read {
		return out, err
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		r, err := s.run(ctx, tx, actor, i)
		if err != nil {
			return err
		}
		out.Lines, out.Wrong, out.Added, out.Changed = r.lines, r.wrong, r.added, r.changed
		return errPreview
	})
	if errors.Is(err, errPreview) {
		err = nil
	}
	return out, err
}

// ErrWrongRows means that rows of an import are wrong: nothing was applied.
var ErrWrongRows = errs.New(errs.Conflict, "personnel.import.wrong")

// ApplyImport does what the preview has shown: all of it or nothing.
func (s *Service) ApplyImport(ctx context.Context, actor identity.Actor, imported string) (err error) {
	defer errs.Wrap(&err, "apply import %s", imported)

	if _, err := access.Everywhere(actor, personnel.PermAll); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		i, err := store.GetImport(ctx, tx, imported, tx.ForUpdate())
		if err != nil {
			return err
		}
		if i.State != Read {
			return personnel.ErrDecided
		}
		r, err := s.run(ctx, tx, actor, i)
		if err != nil {
			return err
		}
		if r.wrong > 0 {
			return ErrWrongRows.With("count", r.wrong)
		}
		for n, item := range r.made {
			if err := store.PutItem(ctx, tx, i.ID, n, item); err != nil {
				return err
			}
		}
		i.State, i.Body, i.AppliedBy, i.AppliedAt, i.Added, i.Changed = Applied, "", actor.Account, tx.Now, r.added, r.changed
		if err := store.PutImport(ctx, tx, i); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, personnel.AuditImported, i.ID)
	})
}

// DiscardImport forgets what was read.
func (s *Service) DiscardImport(ctx context.Context, actor identity.Actor, imported string) (err error) {
	defer errs.Wrap(&err, "discard import %s", imported)

	if _, err := access.Everywhere(actor, personnel.PermAll); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		i, err := store.GetImport(ctx, tx, imported, tx.ForUpdate())
		if err != nil {
			return err
		}
		if i.State != Read {
			return personnel.ErrDecided
		}
		i.State, i.Body = Discarded, ""
		return store.PutImport(ctx, tx, i)
	})
}

// running is an import on its way.
type running struct {
	s       *Service
	tx      *db.Tx
	actor   identity.Actor
	by      orgs.Decision
	lines   []Line
	made    []store.Item
	wrong   int
	added   int
	changed int
}

// run does every row. What is wrong with one does not keep the next from being
// looked at: the caller rolls back.
func (s *Service) run(ctx context.Context, tx *db.Tx, actor identity.Actor, i store.Import) (*running, error) {
	body, err := store.OpenBody(s.Keys, i.ID, i.Body)
	if err != nil {
		return nil, err
	}
	var rows []rowOf
	if err := json.Unmarshal([]byte(body), &rows); err != nil {
		return nil, err
	}
	r := &running{s: s, tx: tx, actor: actor, by: orgs.Decision{Number: i.Decision, Date: i.DecidedOn, From: i.From, By: actor.Account}}
	for _, row := range rows {
		var (
			what, column string
			err          error
		)
		subject := row.Cells["id"]
		if row.Sheet == "units" {
			what, column, err = r.unit(ctx, row.Cells)
		} else {
			subject = row.Cells["login"]
			what, column, err = r.person(ctx, row.Cells)
		}
		line := Line{Row: row.Row, Sheet: row.Sheet, Cell: or(row.Cells["@"+column], sheet.Cell(row.Row, 0)), What: what, Subject: subject}
		switch {
		case err != nil && errs.KindOf(err) == errs.Internal:
			return nil, err
		case err != nil:
			line.What, line.Problem = "wrong", err
			r.wrong++
		case what == "new":
			r.added++
		case what == "changed":
			r.changed++
		}
		r.lines = append(r.lines, line)
	}
	return r, nil
}

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

func slug(s string) bool { return regexp.MustCompile(`^[a-z0-9]+([.-][a-z0-9]+)*$`).MatchString(s) }

func cellError(code string) error { return errs.New(errs.Invalid, code) }

// unit does a row of units.
func (r *running) unit(ctx context.Context, c map[string]string) (what, column string, err error) {
	if !slug(c["id"]) {
		return "", "id", cellError("personnel.slug")
	}
	if c["name"] == "" {
		return "", "name", cellError("personnel.missing")
	}
	if c["kind"] == "" {
		return "", "kind", cellError("personnel.missing")
	}
	code := ""
	if c["code"] != "" {
		if code, err = orgs.ParseCode(c["code"]); err != nil {
			return "", "code", err
		}
	}
	old, err := orgs.Get(ctx, r.tx, orgs.ID(c["id"]))
	there := err == nil
	if err != nil && errs.KindOf(err) != errs.NotFound {
		return "", "id", err
	}
	u := old
	u.ID, u.Parent, u.Kind, u.Short, u.Address, u.Phone, u.Verified = orgs.ID(c["id"]), orgs.ID(c["parent"]), orgs.Kind(c["kind"]), c["short"], c["address"], c["phone"], true
	u.Name = i18n.Text{VI: c["name"], EN: old.Name.EN}
	if code != old.Agency() {
		u.Code = code
	}
	if !there {
		if err := orgs.Create(ctx, r.tx, u, r.by); err != nil {
			return "", "parent", err
		}
		r.made = append(r.made, store.Item{Kind: "unit", Ref: string(u.ID)})
		return "new", "id", nil
	}
	u.Verified = old.Verified
	if u.Parent == old.Parent && u.Kind == old.Kind && u.Short == old.Short && u.Address == old.Address && u.Phone == old.Phone && u.Name == old.Name && u.Code == old.Code {
		return "same", "id", nil
	}
	if err := orgs.Alter(ctx, r.tx, u, r.by); err != nil {
		return "", "parent", err
	}
	r.made = append(r.made, store.Item{Kind: "version", Ref: string(u.ID)})
	return "changed", "id", nil
}

// undoneNote marks accounts that an import made and its undoing closed.
const undoneNote = "import undone"

// person does a row of people.
func (r *running) person(ctx context.Context, c map[string]string) (what, column string, err error) {
	for _, name := range []string{"login", "name", "unit", "role"} {
		if c[name] == "" {
			return "", name, cellError("personnel.missing")
		}
	}
	if c["number"] != "" && !regexp.MustCompile(`^[0-9]{12}$`).MatchString(c["number"]) {
		return "", "number", cellError("personnel.import.number")
	}
	unit, err := orgs.Get(ctx, r.tx, orgs.ID(c["unit"]))
	if err != nil {
		return "", "unit", err
	}
	if _, err := access.GetRole(ctx, r.tx, access.RoleID(c["role"])); err != nil {
		return "", "role", err
	}
	a, there, err := r.s.People.FindAccount(ctx, r.tx, c["login"])
	if err != nil {
		return "", "login", err
	}
	switch {
	case there && text.Fold(a.Name) != text.Fold(c["name"]):
		return "", "login", identity.ErrLoginTaken.With("login", c["login"])
	case there && a.Disabled && a.Note == undoneNote:
		a.Disabled, a.Note = false, ""
		if _, err := r.s.People.SaveAccount(ctx, r.tx, a, ""); err != nil {
			return "", "login", err
		}
		r.made = append(r.made, store.Item{Kind: "account", Ref: a.ID})
	case !there:
		if column, err := r.account(ctx, &a, c); err != nil {
			return "", column, err
		}
	}
	held, err := access.ListHoldings(ctx, r.tx, a.ID)
	if err != nil {
		return "", "role", err
	}
	start, err := orgs.Start(r.by.From)
	if err != nil {
		return "", "role", err
	}
	if start.Before(r.tx.Now.Time) {
		start = r.tx.Now
	}
	h := access.Holding{
		Account: a.ID, Role: access.RoleID(c["role"]), Unit: unit.ID, Subtree: true, Kind: access.Main, Title: i18n.Text{VI: c["title"]}, Since: start, Decision: r.by.Number,
		DecidedOn: r.by.Date, EnteredBy: r.actor.Account,
	}
	for _, o := range held {
		if !o.Standing(start) {
			continue
		}
		if o.Role == h.Role && o.Unit == h.Unit {
			return "same", "login", nil
		}
		if o.Kind == access.Main {
			h.Kind = access.Concurrent
		}
	}
	given, err := access.Give(ctx, r.tx, h)
	if err != nil {
		return "", "role", err
	}
	r.made = append(r.made, store.Item{Kind: "holding", Ref: given})
	if there {
		return "changed", "login", nil
	}
	return "new", "login", nil
}

// account makes the person and the account of a row, without a password.
func (r *running) account(ctx context.Context, a *identity.Account, c map[string]string) (column string, err error) {
	p := identity.Person{Kind: identity.Individual, Name: c["name"], Number: c["number"], Phone: c["phone"], Email: c["email"]}
	if p.Number != "" {
		known, found, err := r.s.People.FindByNumber(ctx, r.tx, identity.Individual, p.Number)
		if err != nil {
			return "number", err
		}
		if found && text.Fold(known.Name) != text.Fold(p.Name) {
			return "number", identity.ErrNumberTaken
		}
		if found {
			p = known // the same person gets an account as an official
		}
	}
	if p.ID == "" {
		if p.ID, err = r.s.People.SavePerson(ctx, r.tx, p); err != nil {
			return "number", err
		}
	}
	a.Person, a.Login = p.ID, c["login"]
	if a.ID, err = r.s.People.SaveAccount(ctx, r.tx, *a, ""); err != nil {
		return "login", err
	}
	r.made = append(r.made, store.Item{Kind: "account", Ref: a.ID})
	return "", nil
}
