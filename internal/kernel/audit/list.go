// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package audit

import (
	"context"
	"fmt"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/platform/db"
)

// Entry is a record as auditors read it.
type Entry struct {
	ID, Actor, Subject, Unit, Purpose string
	Event                             Event
	At                                time.Time
	Leaf                              int64 // its place in the tree; -1 until it has one
}

// Filter chooses entries; empty fields choose all.
type Filter struct {
	Event   Event
	Subject string
	Actor   string
	Readers bool   // only reads of personal data by others than whose they are
	Not     string // an account to leave out
}

// List returns at most limit entries, the newest first, older than the one with
// the id before ("" for the newest).
func List(ctx context.Context, q db.Querier, f Filter, before string, limit int) ([]Entry, error) {
	where, args := `id < $1`, []any{before}
	if before == "" {
		args[0] = "~" // after every id
	}
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
	args = append(args, limit)
	return db.All(ctx, q, func(r db.Row) (Entry, error) {
		rec, err := scanRow(r)
		return rec.entry(), err
	}, fmt.Sprintf(`SELECT %s FROM audit_records WHERE %s ORDER BY id DESC LIMIT $%d`, columns, where, len(args)), args...)
}

func (r row) entry() Entry {
	return Entry{
		ID: r.ID, Actor: r.Actor, Subject: r.Subject, Unit: r.Unit, Purpose: r.Purpose,
		Event: Event(r.Event), At: time.UnixMicro(r.At).UTC(), Leaf: r.Seq,
	}
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
