// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"errors"

	"tinhso.vn/internal/platform/db"
)

// Count is how many dossiers of a procedure and a month each side has.
type Count struct {
	Procedure, Month string
	Theirs, Ours     int
}

// PutCounts keeps what a comparison counted.
func (Store) PutCounts(ctx context.Context, tx *db.Tx, comparison string, all []Count) error {
	if _, err := tx.Exec(ctx, `DELETE FROM moving_counts WHERE comparison_id = $1`, comparison); err != nil {
		return err
	}
	rows := make([][]any, len(all))
	for i, c := range all {
		rows[i] = []any{comparison, c.Procedure, c.Month, c.Theirs, c.Ours}
	}
	return tx.InsertAll(ctx, `INSERT INTO moving_counts (comparison_id, procedure_id, month, theirs, ours)`, "", rows)
}

const countsOf = `SELECT procedure_id, month, theirs, ours FROM moving_counts WHERE comparison_id = $1 AND (procedure_id, month) > ($2, $3) ORDER BY procedure_id, month LIMIT $4`

// Counts returns at most limit of them, behind a procedure and a month.
func (Store) Counts(ctx context.Context, q db.Querier, comparison, procedure, month string, limit int) ([]Count, error) {
	return db.All(ctx, q, func(r db.Row) (c Count, err error) {
		err = r.Scan(&c.Procedure, &c.Month, &c.Theirs, &c.Ours)
		return c, err
	}, countsOf, comparison, procedure, month, limit)
}

// Daily is when a wave is compared by itself.
type Daily struct {
	Wave, Turn string // Turn is empty where it is not
	Hour       int    // of the day in Viet Nam
	Next       db.Time
	By         string
	At         db.Time
}

// FindDaily returns when a wave is compared by itself; nothing where nobody has said it.
func (Store) FindDaily(ctx context.Context, q db.Querier, wave string) (d Daily, err error) {
	err = q.QueryRow(ctx, `SELECT wave_id, turn, hour, next_at, set_by, set_at FROM moving_daily WHERE wave_id = $1`, wave).Scan(&d.Wave, &d.Turn, &d.Hour, &d.Next, &d.By, &d.At)
	if errors.Is(err, db.ErrNoRows) {
		return Daily{}, nil
	}
	return d, err
}

// PutDaily keeps when a wave is compared by itself.
func (Store) PutDaily(ctx context.Context, tx *db.Tx, d Daily) error {
	_, err := tx.Exec(ctx, `INSERT INTO moving_daily (wave_id, turn, hour, next_at, set_by, set_at) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (wave_id) DO UPDATE SET turn = excluded.turn, hour = excluded.hour, next_at = excluded.next_at, set_by = excluded.set_by, set_at = excluded.set_at`,
		d.Wave, d.Turn, d.Hour, d.Next, d.By, d.At)
	return err
}

const daysOf = `SELECT ` + comparisonColumns + ` FROM moving_comparisons WHERE wave_id = $1 AND day <> '' AND day < $2 ORDER BY day DESC LIMIT $3`

// afterAllDays is after every day.
const afterAllDays = "9999"

// Days returns at most limit comparisons of a wave that ran by themselves, the newest
// first, before a day.
func (Store) Days(ctx context.Context, q db.Querier, wave, before string, limit int) ([]Comparison, error) {
	if before == "" {
		before = afterAllDays
	}
	return db.All(ctx, q, scanComparison, daysOf, wave, before, limit)
}

// HasDay reports whether a wave was compared by itself on a day.
func (Store) HasDay(ctx context.Context, q db.Querier, wave, day string) (bool, error) {
	var n int
	err := q.QueryRow(ctx, `SELECT COUNT(*) FROM moving_comparisons WHERE wave_id = $1 AND day = $2`, wave, day).Scan(&n)
	return n > 0, err
}
