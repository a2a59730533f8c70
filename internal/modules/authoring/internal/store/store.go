// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package store keeps changes, their items and their history.
package store

import (
	"context"
	"embed"
	"encoding/json"
	"errors"

	"tinhso.vn/internal/modules/authoring"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/id"
)

//go:embed migrations
var files embed.FS

// Migrations creates the tables of authoring.
func Migrations() db.Migrations { return db.Migrations{Namespace: "authoring", Files: files} }

const columns = `id, title, basis, day, state, rev, created_by, created_at, changed_at, submitted_by, submitted_at, decided_by, decided_at,
	published_at, reason, problems, undoes`

func scan(r db.Row) (c authoring.Change, err error) {
	var day, problems string
	if err := r.Scan(&c.ID, &c.Title, &c.Basis, &day, &c.State, &c.Rev, &c.Created.Account, &c.Created.At, &c.Changed,
		&c.Submitted.Account, &c.Submitted.At, &c.Decided.Account, &c.Decided.At, &c.Published, &c.Reason, &problems, &c.Undoes); err != nil {
		return c, err
	}
	if problems != "" {
		if err := json.Unmarshal([]byte(problems), &c.Problems); err != nil {
			return c, err
		}
	}
	return c, c.Day.UnmarshalText([]byte(day))
}

// Get returns a change.
func Get(ctx context.Context, q db.Querier, change authoring.ID) (authoring.Change, error) {
	return get(ctx, q, change, "")
}

// Lock returns a change that nobody else changes until the transaction ends.
func Lock(ctx context.Context, tx *db.Tx, change authoring.ID) (authoring.Change, error) {
	return get(ctx, tx, change, tx.ForUpdate())
}

func get(ctx context.Context, q db.Querier, change authoring.ID, lock string) (authoring.Change, error) {
	c, err := scan(q.QueryRow(ctx, `SELECT `+columns+` FROM authoring_changes WHERE id = $1`+lock, string(change)))
	if errors.Is(err, db.ErrNoRows) {
		return c, authoring.ErrNotFound
	}
	return c, err
}

// Put keeps a change, new or changed.
func Put(ctx context.Context, tx *db.Tx, c authoring.Change) error {
	problems := ""
	if len(c.Problems) > 0 {
		raw, err := json.Marshal(c.Problems)
		if err != nil {
			return err
		}
		problems = string(raw)
	}
	_, err := tx.Exec(ctx, `INSERT INTO authoring_changes (`+columns+`)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
		ON CONFLICT (id) DO UPDATE SET title = excluded.title, basis = excluded.basis, day = excluded.day, state = excluded.state,
		rev = excluded.rev, changed_at = excluded.changed_at, submitted_by = excluded.submitted_by, submitted_at = excluded.submitted_at,
		decided_by = excluded.decided_by, decided_at = excluded.decided_at, published_at = excluded.published_at, reason = excluded.reason,
		problems = excluded.problems`,
		string(c.ID), c.Title, c.Basis, c.Day.String(), string(c.State), c.Rev, c.Created.Account, c.Created.At, c.Changed,
		c.Submitted.Account, c.Submitted.At, c.Decided.Account, c.Decided.At, c.Published, c.Reason, problems, string(c.Undoes))
	return err
}

// List returns at most limit changes, the newest first, before the given one
// ("~": from the newest), in a state or in all.
func List(ctx context.Context, q db.Querier, state authoring.State, before string, limit int) ([]authoring.Change, error) {
	if state == "" {
		return db.All(ctx, q, scan, `SELECT `+columns+` FROM authoring_changes WHERE id < $1 ORDER BY id DESC LIMIT $2`, before, limit)
	}
	return db.All(ctx, q, scan, `SELECT `+columns+` FROM authoring_changes WHERE state = $1 AND id < $2 ORDER BY id DESC LIMIT $3`,
		string(state), before, limit)
}

// Count returns how many changes are in a state.
func Count(ctx context.Context, q db.Querier, state authoring.State) (n int64, err error) {
	err = q.QueryRow(ctx, `SELECT COUNT(*) FROM authoring_changes WHERE state = $1`, string(state)).Scan(&n)
	return n, err
}

// Wrote notes that somebody has written in a change.
func Wrote(ctx context.Context, tx *db.Tx, change authoring.ID, account string) error {
	_, err := tx.Exec(ctx, `INSERT INTO authoring_writers (change_id, account) VALUES ($1, $2) ON CONFLICT (change_id, account) DO NOTHING`,
		string(change), account)
	return err
}

// HasWritten reports whether somebody has written in a change.
func HasWritten(ctx context.Context, q db.Querier, change authoring.ID, account string) (bool, error) {
	found, err := db.All(ctx, q, db.Column[int], `SELECT 1 FROM authoring_writers WHERE change_id = $1 AND account = $2`, string(change), account)
	return len(found) > 0, err
}

// Note adds a line to the history of a change.
func Note(ctx context.Context, tx *db.Tx, change authoring.ID, e authoring.Event) error {
	_, err := tx.Exec(ctx, `INSERT INTO authoring_history (id, change_id, what, account, at, note) VALUES ($1, $2, $3, $4, $5, $6)`,
		id.New(), string(change), e.What, e.Account, e.At, e.Note)
	return err
}

// History returns the newest lines of a change's history, the newest first.
func History(ctx context.Context, q db.Querier, change authoring.ID, limit int) ([]authoring.Event, error) {
	return db.All(ctx, q, func(r db.Row) (e authoring.Event, err error) {
		err = r.Scan(&e.What, &e.Account, &e.At, &e.Note)
		return e, err
	}, `SELECT what, account, at, note FROM authoring_history WHERE change_id = $1 ORDER BY id DESC LIMIT $2`, string(change), limit)
}
