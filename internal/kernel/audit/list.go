// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package audit

import (
	"context"
	"fmt"
	"strings"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/platform/db"
)

// Entry is a record as auditors read it.
type Entry struct {
	ID, Actor, Subject, Unit, Purpose string
	Event                             Event
	At                                time.Time
	Leaf                              int64  // its place in the tree; -1 until it has one
	About                             string // the person whose data was read, where it was said
	Erased                            bool   // by law: who acted, and on what, is no longer known
}

// Filter chooses entries; empty fields choose all.
type Filter struct {
	Event   Event
	Subject string
	Actor   string
	Readers bool   // only reads of personal data by others than whose they are
	Not     string // an account to leave out
	Purpose access.Purpose
	From    time.Time // not before; zero: from the first
	To      time.Time // before; zero: to the last
	// Of chooses what is about a person: their id, and the subjects that are
	// theirs. Both empty: about anybody.
	Of Of
}

// Of is a person as the log may know them: records name the person, or only
// something of theirs.
type Of struct {
	Person   string
	Subjects []string
}

// where adds the condition; ids are found by index, so that a person's few
// records are not looked for in everybody's.
func (o Of) where(before string, args []any) (string, []any) {
	if o.Person == "" && len(o.Subjects) == 0 {
		return "", args
	}
	args = append(args, o.Person, before)
	n := len(args)
	found := fmt.Sprintf(`SELECT id FROM audit_records WHERE about <> '' AND about = $%d AND id < $%d`, n-1, n)
	if len(o.Subjects) > 0 {
		marks := make([]string, len(o.Subjects))
		for i, subject := range o.Subjects {
			args = append(args, subject)
			marks[i] = fmt.Sprintf("$%d", len(args))
		}
		found += fmt.Sprintf(` UNION SELECT id FROM audit_records WHERE subject IN (%s) AND id < $%d`, strings.Join(marks, ", "), n)
	}
	return " AND id IN (" + found + ")", args
}

// List returns at most limit entries, the newest first, older than the one with
// the id before ("" for the newest).
func List(ctx context.Context, q db.Querier, f Filter, before string, limit int) ([]Entry, error) {
	text, args := listQuery(f, before, limit)
	return db.All(ctx, q, scanEntry, text, args...)
}

func listQuery(f Filter, before string, limit int) (string, []any) {
	if before == "" {
		before = "~" // after every id
	}
	where, args := `id < $1`, []any{before}
	for _, c := range []struct{ column, value string }{{"event", string(f.Event)}, {"subject", f.Subject}, {"actor", f.Actor}} {
		if c.value != "" {
			args = append(args, c.value)
			where += fmt.Sprintf(" AND %s = $%d", c.column, len(args))
		}
	}
	if f.Readers {
		args = append(args, string(access.Own))
		where += fmt.Sprintf(" AND purpose <> '' AND purpose <> $%d", len(args))
	}
	if f.Not != "" {
		args = append(args, f.Not)
		where += fmt.Sprintf(" AND actor <> $%d", len(args))
	}
	if f.Purpose != "" {
		args = append(args, string(f.Purpose))
		where += fmt.Sprintf(" AND purpose = $%d", len(args))
	}
	if !f.From.IsZero() {
		args = append(args, db.At(f.From))
		where += fmt.Sprintf(" AND at >= $%d", len(args))
	}
	if !f.To.IsZero() {
		args = append(args, db.At(f.To))
		where += fmt.Sprintf(" AND at < $%d", len(args))
	}
	of, args := f.Of.where(before, args)
	args = append(args, limit)
	return fmt.Sprintf(`SELECT %s FROM audit_records WHERE %s ORDER BY id DESC LIMIT $%d`, columns, where+of, len(args)), args
}

func (r row) entry() Entry {
	return Entry{
		ID: r.ID, Actor: r.Actor, Subject: r.Subject, Unit: r.Unit, Purpose: r.Purpose,
		Event: Event(r.Event), At: time.UnixMicro(r.At).UTC(), Leaf: r.Seq, About: r.About, Erased: r.Erased != "",
	}
}

func scanEntry(r db.Row) (Entry, error) {
	rec, err := scanRow(r)
	return rec.entry(), err
}

// ListSealed returns at most limit entries in the order of the tree, from the
// leaf with the number from. Who keeps the next number misses none and sees
// none twice.
func ListSealed(ctx context.Context, q db.Querier, from int64, limit int) ([]Entry, error) {
	return db.All(ctx, q, scanEntry,
		`SELECT `+columns+` FROM audit_records WHERE seq >= $1 AND seq < $2 ORDER BY seq`, from, from+int64(limit))
}

// ListByID returns the entries with the ids, the newest first.
func ListByID(ctx context.Context, q db.Querier, ids ...string) ([]Entry, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	args, marks := make([]any, len(ids)), make([]string, len(ids))
	for i, v := range ids {
		args[i], marks[i] = v, fmt.Sprintf("$%d", i+1)
	}
	return db.All(ctx, q, scanEntry,
		`SELECT `+columns+` FROM audit_records WHERE id IN (`+strings.Join(marks, ", ")+`) ORDER BY id DESC`, args...)
}

// Head is what is known of the tree.
type Head struct {
	Size    int64 // leaves under the last signed checkpoint
	At      db.Time
	Waiting int64   // records without a leaf
	Since   db.Time // when the oldest of them was written; zero when none waits
	Note    string  // the signed checkpoint; empty before the first
}

// GetHead returns the last checkpoint and how many records wait for the next.
func GetHead(ctx context.Context, q db.Querier) (h Head, err error) {
	found, err := db.All(ctx, q, func(r db.Row) (h Head, err error) {
		err = r.Scan(&h.Size, &h.At, &h.Note)
		return h, err
	}, `SELECT size, at, note FROM audit_checkpoints ORDER BY size DESC LIMIT 1`)
	if err != nil {
		return h, err
	}
	if len(found) == 1 {
		h = found[0]
	}
	err = q.QueryRow(ctx, `SELECT COUNT(*), MIN(at) FROM audit_records WHERE seq IS NULL`).Scan(&h.Waiting, &h.Since)
	return h, err
}
