// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"regexp"
	"slices"
	"strings"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/calendar"
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

// dutyColumns head a file of shifts: what programs call them, and what stands in
// the first row of a file that offices fill in.
func dutyColumns() [][2]string {
	return [][2]string{
		{"day", "Ngày"},
		{"from", "Từ giờ"},
		{"to", "Đến giờ"},
		{"until", "Đến ngày"},
		{"kind", "Loại trực"},
		{"login", "Tài khoản"},
		{"name", "Họ và tên"},
		{"phone", "Điện thoại"},
		{"note", "Ghi chú"},
	}
}

// ExportRoster writes the plan of a unit for a month as XLSX; what it writes can be
// read in again.
func (s *Service) ExportRoster(ctx context.Context, actor identity.Actor, unit, month string, w io.Writer) (err error) {
	defer errs.Wrap(&err, "export a roster")

	var heads []sheet.Column
	for _, c := range dutyColumns() {
		heads = append(heads, sheet.Column{Title: c[1], Width: 16})
	}
	var rows [][]any
	for after := ""; ; {
		r, err := s.GetRoster(ctx, actor, unit, month, after)
		if err != nil {
			return err
		}
		for _, d := range r.Items {
			since, until, last := d.Since.In(calendar.Zone()), d.Until.In(calendar.Zone()), ""
			if until.Format(time.DateOnly) != since.Format(time.DateOnly) {
				last = until.Format("02/01/2006")
			}
			phone := d.Phone
			if d.Office {
				phone = ""
			}
			rows = append(rows, []any{since.Format("02/01/2006"), since.Format("15:04"), until.Format("15:04"), last, d.KindName.VI, d.Who.Login, d.Who.Name, phone, d.Note})
		}
		if after = r.Next; after == "" {
			return sheet.WriteXLSX(w, "truc", heads, rows)
		}
	}
}

// DutyFile is a file of shifts as pages show it, with what its rows would do.
type DutyFile struct {
	ID, Name, State string
	Unit            orgs.Unit
	By              Who
	At              db.Time
	Added, Changed  int
	Wrong           int
	Lines           []Line
}

// ReadRoster reads a file of shifts of a unit and keeps its rows, sealed, until they
// are applied or discarded.
func (s *Service) ReadRoster(ctx context.Context, actor identity.Actor, unit, name string, content []byte) (file string, err error) {
	defer errs.Wrap(&err, "read a roster from a file")

	sc, err := plans(actor)
	if err != nil {
		return "", err
	}
	var a asked
	if unit == "" {
		a.add("unit", "personnel.missing")
	}
	rows, code := dutyRows(content)
	if code != "" {
		a.add("file", code)
	}
	if err := a.err(); err != nil {
		return "", err
	}
	body, err := json.Marshal(rows)
	if err != nil {
		return "", err
	}
	f := store.DutyFile{ID: id.New(), Name: text.Line(name), State: Read, ReadBy: actor.Account}
	f.Body = store.SealRows(s.Keys, f.ID, string(body))
	return f.ID, s.DB.Write(ctx, func(tx *db.Tx) error {
		of, err := s.unitOf(ctx, tx, "unit", unit)
		if err != nil {
			return err
		}
		if err := s.inScope(ctx, tx, sc, of); err != nil {
			return err
		}
		f.Unit, f.ReadAt = string(of), tx.Now
		return store.PutDutyFile(ctx, tx, f)
	})
}

// maxShifts is how many shifts a file may have: a year of a large office.
const maxShifts = 5000

// dutyRows reads the first sheet that has the columns of a roster.
func dutyRows(content []byte) (rows []rowOf, code string) {
	tables, err := sheet.Read(content)
	if err != nil {
		return nil, "personnel.import.unreadable"
	}
	code = "personnel.duty.columns"
	for _, t := range tables {
		at := map[string]int{}
		for c := range headOf(t) {
			for _, known := range dutyColumns() {
				if head := text.Fold(t.At(0, c)); head == known[0] || head == text.Fold(known[1]) {
					at[known[0]] = c
				}
			}
		}
		if missing := slices.ContainsFunc([]string{"day", "from", "to", "kind"}, func(c string) bool { _, there := at[c]; return !there }); missing {
			continue
		}
		for n := 1; n < len(t.Rows); n++ {
			one, filled := rowOf{Sheet: "duty", Row: n, Cells: map[string]string{}}, false
			for name, c := range at {
				one.Cells[name], one.Cells["@"+name] = text.NFC(t.At(n, c)), sheet.Cell(n, c)
				filled = filled || one.Cells[name] != ""
			}
			if filled {
				rows = append(rows, one)
			}
		}
		switch {
		case len(rows) == 0:
			return nil, "personnel.import.empty"
		case len(rows) > maxShifts:
			return nil, "personnel.import.large"
		}
		return rows, ""
	}
	return nil, code
}

func headOf(t sheet.Table) []string {
	if len(t.Rows) == 0 {
		return nil
	}
	return t.Rows[0]
}

// PreviewRoster says what every row of a file would do, with all mistakes by cell.
func (s *Service) PreviewRoster(ctx context.Context, actor identity.Actor, file string) (out DutyFile, err error) {
	defer errs.Wrap(&err, "preview roster %s", file)

	sc, err := plans(actor)
	if err != nil {
		return out, err
	}
	f, err := store.GetDutyFile(ctx, s.DB, sc, file, "")
	if err != nil {
		return out, err
	}
	out = DutyFile{ID: f.ID, Name: f.Name, State: f.State, At: f.ReadAt, Added: f.Added, Changed: f.Changed}
	if out.By, err = s.who(ctx, s.DB, f.ReadBy); err != nil {
		return out, err
	}
	if out.Unit, err = orgs.Get(ctx, s.DB, orgs.ID(f.Unit)); err != nil || f.State != Read {
		return out, err
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		r, err := s.runRoster(ctx, tx, actor, sc, f)
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

// ApplyRoster does what the preview has shown: all of it or nothing.
func (s *Service) ApplyRoster(ctx context.Context, actor identity.Actor, file string) (err error) {
	defer errs.Wrap(&err, "apply roster %s", file)

	return s.decideRoster(ctx, actor, file, func(tx *db.Tx, sc access.Scope, f *store.DutyFile) error {
		r, err := s.runRoster(ctx, tx, actor, sc, *f)
		if err != nil {
			return err
		}
		if r.wrong > 0 {
			return ErrWrongRows.With("count", r.wrong)
		}
		f.State, f.Added, f.Changed = Applied, r.added, r.changed
		return audit.Record(ctx, tx, actor, personnel.AuditDutyImported, f.Unit)
	})
}

// DiscardRoster forgets what was read.
func (s *Service) DiscardRoster(ctx context.Context, actor identity.Actor, file string) (err error) {
	defer errs.Wrap(&err, "discard roster %s", file)

	return s.decideRoster(ctx, actor, file, func(_ *db.Tx, _ access.Scope, f *store.DutyFile) error {
		f.State = Discarded
		return nil
	})
}

func (s *Service) decideRoster(ctx context.Context, actor identity.Actor, file string, do func(tx *db.Tx, sc access.Scope, f *store.DutyFile) error) error {
	sc, err := plans(actor)
	if err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		f, err := store.GetDutyFile(ctx, tx, sc, file, tx.ForUpdate())
		if err != nil {
			return err
		}
		if f.State != Read {
			return personnel.ErrDecided
		}
		if err := do(tx, sc, &f); err != nil {
			return err
		}
		f.Body, f.DecidedBy, f.DecidedAt = "", actor.Account, tx.Now
		return store.PutDutyFile(ctx, tx, f)
	})
}

// rostering is a file of shifts on its way.
type rostering struct {
	s                     *Service
	tx                    *db.Tx
	actor                 identity.Actor
	sc                    access.Scope
	unit                  string
	kinds                 []store.DutyKind
	posts                 *placing
	lines                 []Line
	wrong, added, changed int
}

// runRoster does every row. What is wrong with one does not keep the next from
// being looked at: the caller rolls back.
func (s *Service) runRoster(ctx context.Context, tx *db.Tx, actor identity.Actor, sc access.Scope, f store.DutyFile) (*rostering, error) {
	body, err := store.OpenRows(s.Keys, f.ID, f.Body)
	if err != nil {
		return nil, err
	}
	var rows []rowOf
	if err := json.Unmarshal([]byte(body), &rows); err != nil {
		return nil, err
	}
	r := &rostering{s: s, tx: tx, actor: actor, sc: sc, unit: f.Unit, posts: s.placing(tx)}
	if r.kinds, err = store.DutyKinds(ctx, tx); err != nil {
		return nil, err
	}
	for _, row := range rows {
		what, err := r.row(ctx, row.Cells)
		subject := or(row.Cells["name"], row.Cells["login"])
		line := Line{Sheet: row.Sheet, Cell: or(row.Cells["@day"], sheet.Cell(row.Row, 0)), What: what, Subject: subject}
		switch {
		case err == nil:
		case errs.KindOf(err) == errs.Internal:
			return nil, err
		default:
			r.refuse(row, line, err)
			continue
		}
		switch what {
		case "new":
			r.added++
		case "changed":
			r.changed++
		}
		r.lines = append(r.lines, line)
	}
	return r, nil
}

// refuse says what is wrong with a row: each problem at its cell.
func (r *rostering) refuse(row rowOf, line Line, err error) {
	r.wrong++
	line.What = "wrong"
	problem, ok := errors.AsType[*errs.Error](err)
	if !ok || len(problem.Fields) == 0 {
		line.Cell, line.Problem = or(row.Cells["@login"], line.Cell), err
		r.lines = append(r.lines, line)
		return
	}
	for _, f := range problem.Fields {
		one := errs.New(errs.Invalid, f.Code)
		for k, v := range f.Args {
			one = one.With(k, v)
		}
		here := line
		here.Cell, here.Problem = or(row.Cells["@"+f.Name], line.Cell), one
		r.lines = append(r.lines, here)
	}
}

// row does one row.
func (r *rostering) row(ctx context.Context, c map[string]string) (what string, err error) {
	var a asked
	n := NewShift{Login: c["login"], Phone: c["phone"], Note: c["note"]}
	first, last := dayIn(c["day"]), dayIn(c["until"])
	begins, ends := TimeOf(c["from"]), TimeOf(c["to"])
	if first == "" {
		a.add("day", "personnel.day")
	}
	if c["until"] != "" && last == "" {
		a.add("until", "personnel.day")
	}
	if begins == "" {
		a.add("from", "personnel.duty.time")
	}
	if ends == "" {
		a.add("to", "personnel.duty.time")
	}
	for _, k := range r.kinds {
		if folded := text.Fold(c["kind"]); k.Used && (folded == k.ID || folded == text.Fold(k.Name.VI) || folded == text.Fold(k.Name.EN)) {
			n.Kind = k.ID
		}
	}
	if n.Kind == "" {
		a.add("kind", "personnel.duty.kind")
	}
	if err := r.login(ctx, &a, &n, c["name"]); err != nil {
		return "", err
	}
	if len(a.fields) > 0 {
		return "", a.err()
	}
	n.From, n.To = first+"T"+begins, or(last, first)+"T"+ends
	if last == "" && ends <= begins { // until the morning
		if t, err := time.Parse(time.DateOnly, first); err == nil {
			n.To = t.AddDate(0, 0, 1).Format(time.DateOnly) + "T" + ends
		}
	}
	since, until := n.shape(&a)
	if err := a.err(); err != nil {
		return "", err
	}
	row := store.Shift{ID: id.New(), Unit: r.unit, Since: since, Until: until, EnteredBy: r.actor.Account, EnteredAt: r.tx.Now}
	what = "new"
	who, err := r.s.account(ctx, r.tx, "login", n.Login)
	if err != nil {
		return "", err
	}
	same, err := store.ShiftsOf(ctx, r.tx, who.ID, since, until, store.ShiftKey{}, 2)
	if err != nil {
		return "", err
	}
	if len(same) == 1 && same[0].Unit == r.unit && same[0].Kind == n.Kind && same[0].Since.Equal(since.Time) && same[0].Until.Equal(until.Time) {
		phone, err := store.OpenPhone(r.s.Keys, same[0].ID, same[0].Phone)
		if err != nil {
			return "", err
		}
		if phone == n.Phone && same[0].Note == n.Note {
			return "same", nil
		}
		row, what = same[0], "changed"
		row.ChangedBy, row.ChangedAt = r.actor.Account, r.tx.Now
	}
	if err := r.s.fillShift(ctx, r.tx, r.sc, r.posts, &row, n); err != nil {
		return "", err
	}
	return what, store.PutShift(ctx, r.tx, row)
}

// login finds who a row means: by the account, or by a name that one of the unit
// has. A name beside an account has to be the account's.
func (r *rostering) login(ctx context.Context, a *asked, n *NewShift, name string) error {
	if n.Login != "" {
		of, there, err := r.s.People.FindAccount(ctx, r.tx, n.Login)
		switch {
		case err != nil:
			return err
		case !there:
			a.add("login", "personnel.login_unknown")
		case name != "" && text.Fold(of.Name) != text.Fold(name):
			a.fields = append(a.fields, errs.Field{Name: "name", Code: "personnel.duty.other_name", Args: map[string]any{"name": of.Name}})
		}
		return nil
	}
	if name == "" {
		a.add("login", "personnel.missing")
		return nil
	}
	found, err := access.ListPeople(ctx, r.tx, r.sc, orgs.ID(r.unit), text.Fold(name), r.tx.Now, access.Colleague{}, 20)
	if err != nil {
		return err
	}
	found = slices.DeleteFunc(found, func(c access.Colleague) bool { return text.Fold(c.Name) != text.Fold(name) })
	switch len(found) {
	case 0:
		a.add("name", "personnel.duty.nobody")
	case 1:
		n.Login = found[0].Login
	default:
		a.fields = append(a.fields, errs.Field{Name: "name", Code: "personnel.duty.several", Args: map[string]any{"count": len(found)}})
	}
	return nil
}

// dayIn reads a day as offices write it; empty where it cannot be read.
func dayIn(s string) string {
	for _, layout := range []string{"2/1/2006", "2-1-2006", "2.1.2006", time.DateOnly} {
		if t, err := time.Parse(layout, s); err == nil {
			return t.Format(time.DateOnly)
		}
	}
	return ""
}

// TimeOf reads a time of day: 7:30, 07h30, 7 giờ 30, 17h; empty where it cannot be
// read.
func TimeOf(s string) string {
	m := regexp.MustCompile(`^([0-9]{1,2})\s*(?::|h|giờ)\s*([0-9]{2})?(?::00)?$`).FindStringSubmatch(strings.ToLower(text.NFC(s)))
	if m == nil {
		return ""
	}
	t, err := time.Parse("15:04", strings.Repeat("0", 2-len(m[1]))+m[1]+":"+or(m[2], "00"))
	if err != nil {
		return ""
	}
	return t.Format("15:04")
}
