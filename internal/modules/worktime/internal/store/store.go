// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package store keeps the days that were decided.
package store

import (
	"context"
	"embed"
	"errors"

	"tinhso.vn/internal/modules/worktime"
	"tinhso.vn/internal/platform/db"
)

//go:embed migrations
var files embed.FS

// Migrations creates the tables of worktime.
func Migrations() db.Migrations { return db.Migrations{Namespace: "worktime", Files: files} }

const columns = `id, unit_id, day, kind, name, basis, from_minute, to_minute, proposed_by, proposed_at, confirmed_by, confirmed_at,
	withdrawn_by, withdrawn_at, reason`

func scan(r db.Row) (d worktime.Decided, err error) {
	var day string
	if err := r.Scan(&d.ID, &d.Unit, &day, &d.Kind, &d.Name, &d.Basis, &d.From, &d.To, &d.Proposed.Account, &d.Proposed.At,
		&d.Confirmed.Account, &d.Confirmed.At, &d.Withdrawn.Account, &d.Withdrawn.At, &d.Reason); err != nil {
		return d, err
	}
	return d, d.Day.UnmarshalText([]byte(day))
}

// Put keeps a day, new or changed, and tells every process. A day that was
// decided already for the unit is refused by the caller, who holds Lock.
func Put(ctx context.Context, tx *db.Tx, d worktime.Decided) error {
	if _, err := tx.Exec(ctx, `INSERT INTO worktime_days (`+columns+`)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
		ON CONFLICT (id) DO UPDATE SET confirmed_by = excluded.confirmed_by, confirmed_at = excluded.confirmed_at,
		withdrawn_by = excluded.withdrawn_by, withdrawn_at = excluded.withdrawn_at, reason = excluded.reason`,
		string(d.ID), string(d.Unit), d.Day.String(), string(d.Kind), d.Name, d.Basis, int(d.From), int(d.To), d.Proposed.Account, d.Proposed.At,
		d.Confirmed.Account, d.Confirmed.At, d.Withdrawn.Account, d.Withdrawn.At, d.Reason); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `UPDATE worktime_revision SET n = n + 1 WHERE one = 1`)
	return err
}

// Lock lets one transaction at a time decide about days.
func Lock(ctx context.Context, tx *db.Tx) error {
	var n int64
	return tx.QueryRow(ctx, `SELECT n FROM worktime_revision WHERE one = 1`+tx.ForUpdate()).Scan(&n)
}

// Revision changes whenever a day does.
func Revision(ctx context.Context, q db.Querier) (n int64, err error) {
	err = q.QueryRow(ctx, `SELECT n FROM worktime_revision WHERE one = 1`).Scan(&n)
	return n, err
}

// Get returns a day.
func Get(ctx context.Context, q db.Querier, id worktime.ID) (worktime.Decided, error) {
	d, err := scan(q.QueryRow(ctx, `SELECT `+columns+` FROM worktime_days WHERE id = $1`, string(id)))
	if errors.Is(err, db.ErrNoRows) {
		return d, worktime.ErrNotFound
	}
	return d, err
}

// Find returns the day of a unit that is proposed or holds.
func Find(ctx context.Context, q db.Querier, unit, day string) ([]worktime.Decided, error) {
	return db.All(ctx, q, scan, `SELECT `+columns+` FROM worktime_days WHERE unit_id = $1 AND day = $2 AND withdrawn_by = ''`, unit, day)
}

// Holding returns all days that hold: some dozens a year.
func Holding(ctx context.Context, q db.Querier) ([]worktime.Decided, error) {
	return db.All(ctx, q, scan, `SELECT `+columns+` FROM worktime_days WHERE confirmed_by <> '' AND withdrawn_by = '' ORDER BY day, id`)
}

// List returns at most limit days, the latest first, before the given one.
func List(ctx context.Context, q db.Querier, day, id string, limit int) ([]worktime.Decided, error) {
	return db.All(ctx, q, scan, `SELECT `+columns+` FROM worktime_days WHERE day < $1 OR (day = $1 AND id < $2) ORDER BY day DESC, id DESC LIMIT $3`,
		day, id, limit)
}
