// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package store keeps what was decided about the open dossiers of procedures.
package store

import (
	"context"
	"embed"
	"errors"

	"tinhso.vn/internal/modules/mirrors"
	"tinhso.vn/internal/platform/db"
)

//go:embed migrations
var files embed.FS

// Migrations creates the table of this module.
func Migrations() db.Migrations { return db.Migrations{Namespace: "mirrors", Files: files} }

const columns = `id, procedure, day, from_code, to_code, choice, reason, decided_by, decided_at, moved, done_at`

func scan(r db.Row) (d mirrors.Decision, err error) {
	var done *db.Time
	err = r.Scan(&d.ID, &d.Procedure, &d.Day, &d.From, &d.To, &d.Choice, &d.Reason, &d.By, &d.At, &d.Moved, &done)
	if done != nil {
		d.Done = *done
	}
	return d, err
}

// LastSQL finds the last decision about a procedure and a day.
const LastSQL = `SELECT ` + columns + ` FROM mirrors_decisions WHERE procedure = $1 AND day = $2 ORDER BY id DESC LIMIT 1`

// Last returns the last decision about a procedure and a day; the zero one where nobody has decided.
func Last(ctx context.Context, q db.Querier, procedure, day string) (mirrors.Decision, error) {
	d, err := scan(q.QueryRow(ctx, LastSQL, procedure, day))
	if errors.Is(err, db.ErrNoRows) {
		return mirrors.Decision{}, nil
	}
	return d, err
}

// Get returns a decision and holds it until the transaction ends.
func Get(ctx context.Context, tx *db.Tx, id string) (mirrors.Decision, bool, error) {
	d, err := scan(tx.QueryRow(ctx, `SELECT `+columns+` FROM mirrors_decisions WHERE id = $1`+tx.ForUpdate(), id))
	if errors.Is(err, db.ErrNoRows) {
		return d, false, nil
	}
	return d, err == nil, err
}

// Add keeps a decision.
func Add(ctx context.Context, tx *db.Tx, d mirrors.Decision) error {
	_, err := tx.Exec(ctx, `INSERT INTO mirrors_decisions (`+columns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, NULL)`,
		d.ID, d.Procedure, d.Day, d.From, d.To, string(d.Choice), d.Reason, d.By, tx.Now)
	return err
}

// Count adds dossiers that were handed over by a decision; done: none is left.
func Count(ctx context.Context, tx *db.Tx, id string, moved int64, done bool) error {
	var at *db.Time
	if done {
		at = &tx.Now
	}
	_, err := tx.Exec(ctx, `UPDATE mirrors_decisions SET moved = moved + $2, done_at = $3 WHERE id = $1`, id, moved, at)
	return err
}
