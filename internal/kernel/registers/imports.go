// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package registers

import (
	"context"
	"encoding/json"
	"errors"
	"strconv"
	"strings"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
)

// What can go wrong with imports.
var (
	ErrNoImport    = errs.New(errs.NotFound, "registers.import_not_found") // none, or out of reach
	ErrImportState = errs.New(errs.Conflict, "registers.import_state")     // it is not at a point where that can be done
)

// ImportState is how far an import has come.
type ImportState string

// The states of an import.
const (
	Matching ImportState = "columns"  // the file is there; which column is which field is not said yet
	Checking ImportState = "checking" // every row is looked at; nothing is written
	Checked  ImportState = "checked"  // the author sees what it would do
	Proposed ImportState = "proposed" // its author wants it written, and another person must agree
	Running  ImportState = "running"  // it is being written
	Stopped  ImportState = "stopped"  // in the middle of writing, by its author or by a fault
	Done     ImportState = "done"
	Dropped  ImportState = "dropped" // its author wanted none of it
	Undoing  ImportState = "undoing"
	Undone   ImportState = "undone"
)

// Batch is a table that somebody brings into a register.
type Batch struct {
	ID, Register string
	State        ImportState
	Author       string // account
	Unit         string // where the author works
	Made         db.Time
	Name         string // of the file
	File         string // id in kernel/files; empty: it is gone
	Way, Matched string // JSON of whoever reads the file
	Place        int64  // row of the file up to which the state has come; -1: none yet
	Total        int64  // rows with something in them; 0: not counted yet

	Fresh, Changed, Same, Wrong, Warned int64 // rows
	Undone, Kept                        int64 // records
	Failure                             string
	Begun, Ended                        db.Time
	UndoneBy                            string
	AgreedBy                            string // account of who agreed to it, or refused it
	Words                               string // why it was refused
}

const importColumns = `id, register, state, author, unit_id, made_at, name, file, way, matched, place, total, fresh, changed, same, wrong, warned, undone, kept, failure, begun_at, ended_at, undone_by, agreed_by, words`

func scanImport(r db.Row) (i Batch, err error) {
	var state string
	var begun, ended *db.Time
	err = r.Scan(&i.ID, &i.Register, &state, &i.Author, &i.Unit, &i.Made, &i.Name, &i.File, &i.Way, &i.Matched, &i.Place, &i.Total,
		&i.Fresh, &i.Changed, &i.Same, &i.Wrong, &i.Warned, &i.Undone, &i.Kept, &i.Failure, &begun, &ended, &i.UndoneBy, &i.AgreedBy, &i.Words)
	i.State = ImportState(state)
	if begun != nil {
		i.Begun = *begun
	}
	if ended != nil {
		i.Ended = *ended
	}
	return i, err
}

// BeginImport keeps that the actor brings a file; way says how it is read.
func (k *Keeper) BeginImport(ctx context.Context, tx *db.Tx, s Standing, i Batch) (_ Batch, err error) {
	defer errs.Wrap(&err, "begin import to register %s", s.Definition.ID)

	if _, err := k.Bulk(s, nil); err != nil {
		return Batch{}, err
	}
	i.ID, i.Register, i.State, i.Place, i.Made = id.New(), s.Definition.ID, Matching, -1, tx.Now
	i.Author, i.Unit = s.Actor.Account, s.Actor.Unit
	_, err = tx.Exec(ctx, `INSERT INTO registers_imports (`+importColumns+`)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, '', -1, 0, 0, 0, 0, 0, 0, 0, 0, '', $10, $10, '', '', '')`,
		i.ID, i.Register, string(i.State), i.Author, i.Unit, i.Made, i.Name, i.File, i.Way, nil)
	return i, err
}

// SaveImport keeps how far an import has come. It was loaded in the same
// transaction with LockImport.
func SaveImport(ctx context.Context, tx *db.Tx, i Batch) error {
	moment := func(t db.Time) any {
		if t.IsZero() {
			return nil
		}
		return t
	}
	_, err := tx.Exec(ctx, `UPDATE registers_imports SET state = $2, file = $3, way = $4, matched = $5, place = $6, total = $7, fresh = $8, changed = $9, same = $10, wrong = $11,
		warned = $12, undone = $13, kept = $14, failure = $15, begun_at = $16, ended_at = $17, undone_by = $18, agreed_by = $19, words = $20 WHERE id = $1`,
		i.ID, string(i.State), i.File, i.Way, i.Matched, i.Place, i.Total, i.Fresh, i.Changed, i.Same, i.Wrong, i.Warned, i.Undone, i.Kept, i.Failure,
		moment(i.Begun), moment(i.Ended), i.UndoneBy, i.AgreedBy, i.Words)
	return err
}

// LockImport loads an import to move it on; nobody else does until the
// transaction ends. Whether the actor may is asked with GetImport.
func LockImport(ctx context.Context, tx *db.Tx, one string) (Batch, error) {
	i, err := scanImport(tx.QueryRow(ctx, `SELECT `+importColumns+` FROM registers_imports WHERE id = $1`+tx.ForUpdate(), one))
	if errors.Is(err, db.ErrNoRows) {
		return Batch{}, ErrNoImport
	}
	return i, err
}

// imports returns the condition that holds imports to those in reach: the own
// ones, and those from units where a right to import reaches.
func (s Standing) imports(args []any) (string, []any, error) {
	if !s.Can(Import) && !s.MayAgree() {
		return "", nil, access.ErrNotAllowed
	}
	args = append(args, s.Actor.Account)
	conds := []string{"author = " + mark(args)}
	for _, h := range s.Holds {
		if !h.Allows(Import) && (!s.Definition.Approval || !h.Allows(Approve)) || h.Owner != "" || h.Public {
			continue
		}
		var cond string
		cond, args = h.Scope.Where(access.Columns{Units: []string{"unit_id"}}, args...)
		conds = append(conds, cond)
	}
	return "(" + strings.Join(conds, " OR ") + ")", args, nil
}

// GetImport returns an import in reach.
func GetImport(ctx context.Context, q db.Querier, s Standing, one string) (Batch, error) {
	where, args, err := s.imports([]any{one, s.Definition.ID})
	if err != nil {
		return Batch{}, err
	}
	i, err := scanImport(q.QueryRow(ctx, `SELECT `+importColumns+` FROM registers_imports WHERE id = $1 AND register = $2 AND `+where, args...))
	if errors.Is(err, db.ErrNoRows) {
		return Batch{}, ErrNoImport
	}
	return i, err
}

// ListImports returns at most limit imports in reach, the newest first, before
// the given one ("" for the newest).
func ListImports(ctx context.Context, q db.Querier, s Standing, before string, limit int) ([]Batch, error) {
	if before == "" {
		before = "~" // above every id
	}
	where, args, err := s.imports([]any{s.Definition.ID, before})
	if err != nil {
		return nil, err
	}
	args = append(args, min(max(limit, 1), maxLimit))
	return db.All(ctx, q, scanImport, `SELECT `+importColumns+` FROM registers_imports WHERE register = $1 AND id < $2 AND `+where+` ORDER BY id DESC LIMIT `+mark(args), args...)
}

// NoteKind says what a note is about.
type NoteKind string

// The kinds of notes.
const (
	NoteWrong   NoteKind = "wrong"
	NoteChanged NoteKind = "changed"
	NoteWarned  NoteKind = "warned"
	NoteKept    NoteKind = "kept" // by an undoing
	NoteNew     NoteKind = "new"  // some of those that a record would be made of
)

// Note is what is said of a row. What it holds of people is sealed.
type Note struct {
	Kind   NoteKind
	N      int64 // row of the file
	Record string
	Text   json.RawMessage
}

// noteText is the column of notes that is sealed.
const noteText = "note_sealed"

// AddNotes keeps what is said of rows.
func (k *Keeper) AddNotes(ctx context.Context, tx *db.Tx, one string, notes []Note) error {
	for len(notes) > 0 {
		some := notes[:min(len(notes), 100)]
		notes = notes[len(some):]
		var args []any
		rows := make([]string, len(some))
		for i, n := range some {
			at := len(args)
			args = append(args, one, string(n.Kind), n.N, n.Record, k.keys.SealText("registers_import_notes", noteText, one, string(n.Text)))
			rows[i] = "($" + strconv.Itoa(at+1) + ", $" + strconv.Itoa(at+2) + ", $" + strconv.Itoa(at+3) + ", $" + strconv.Itoa(at+4) + ", $" + strconv.Itoa(at+5) + ")"
		}
		if _, err := tx.Exec(ctx, `INSERT INTO registers_import_notes (import_id, kind, n, record, note_sealed) VALUES `+strings.Join(rows, ", "), args...); err != nil {
			return err
		}
	}
	return nil
}

// ListNotes returns at most limit notes of a kind after a row of the file (-1
// for the first).
func (k *Keeper) ListNotes(ctx context.Context, q db.Querier, one string, kind NoteKind, after int64, limit int) ([]Note, error) {
	return db.All(ctx, q, func(r db.Row) (Note, error) {
		n, sealed := Note{Kind: kind}, ""
		if err := r.Scan(&n.N, &n.Record, &sealed); err != nil {
			return n, err
		}
		raw, err := k.keys.OpenText("registers_import_notes", noteText, one, sealed)
		n.Text = json.RawMessage(raw)
		return n, err
	}, `SELECT n, record, note_sealed FROM registers_import_notes WHERE import_id = $1 AND kind = $2 AND n > $3 ORDER BY n LIMIT $4`, one, string(kind), after, limit)
}

// ForgetNotes takes away what was said of rows: all of it, or what is of one kind.
func ForgetNotes(ctx context.Context, tx *db.Tx, one string, kind NoteKind) error {
	_, err := tx.Exec(ctx, `DELETE FROM registers_import_notes WHERE import_id = $1 AND ($2 = '' OR kind = $2)`, one, string(kind))
	return err
}

// Wrote keeps which records lines became, so that they can be taken back.
func Wrote(ctx context.Context, tx *db.Tx, one string, all []*Weighed) error {
	var args []any
	var rows []string
	flush := func() error {
		if len(rows) == 0 {
			return nil
		}
		_, err := tx.Exec(ctx, `INSERT INTO registers_import_rows (import_id, n, record, version) VALUES `+strings.Join(rows, ", "), args...)
		args, rows = nil, nil
		return err
	}
	for _, w := range all {
		if w.Verdict != IsNew && w.Verdict != IsChanged {
			continue
		}
		at := len(args)
		args = append(args, one, w.N, w.Record, w.Version)
		rows = append(rows, "($"+strconv.Itoa(at+1)+", $"+strconv.Itoa(at+2)+", $"+strconv.Itoa(at+3)+", $"+strconv.Itoa(at+4)+")")
		if len(rows) == 200 {
			if err := flush(); err != nil {
				return err
			}
		}
	}
	return flush()
}

// RememberColumns keeps which column was which field, by the headings.
func RememberColumns(ctx context.Context, tx *db.Tx, register, headings, matched string) error {
	_, err := tx.Exec(ctx, `INSERT INTO registers_import_maps (register, headings, matched, made_at) VALUES ($1, $2, $3, $4)
		ON CONFLICT (register, headings) DO UPDATE SET matched = excluded.matched, made_at = excluded.made_at`, register, headings, matched, tx.Now)
	return err
}

// KnownColumns returns what RememberColumns has kept; empty where nothing is.
func KnownColumns(ctx context.Context, q db.Querier, register, headings string) (matched string, err error) {
	err = q.QueryRow(ctx, `SELECT matched FROM registers_import_maps WHERE register = $1 AND headings = $2`, register, headings).Scan(&matched)
	if errors.Is(err, db.ErrNoRows) {
		return "", nil
	}
	return matched, err
}
