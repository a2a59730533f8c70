// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package store keeps what was measured of registers.
package store

import (
	"context"
	"embed"

	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/platform/db"
)

//go:embed migrations
var files embed.FS

// Migrations creates the tables of this module.
func Migrations() db.Migrations { return db.Migrations{Namespace: "quality", Files: files} }

// Score is what was measured of a register in a month, in thousandths.
type Score struct {
	Register, Month string
	At              db.Time
	Records, Looked int64
	Score           int
	By              map[string]int // by aspect
}

const columns = `register, month, measured_at, records, looked, score, complete, valid, fresh, single`

func scan(r db.Row) (s Score, err error) {
	var complete, valid, fresh, single int
	err = r.Scan(&s.Register, &s.Month, &s.At, &s.Records, &s.Looked, &s.Score, &complete, &valid, &fresh, &single)
	s.By = map[string]int{registers.AspectComplete: complete, registers.AspectValid: valid, registers.AspectFresh: fresh, registers.AspectUnique: single}
	return s, err
}

// Put keeps a measurement: the last of its month.
func Put(ctx context.Context, tx *db.Tx, register, month string, m registers.Quality) error {
	if _, err := tx.Exec(ctx, `INSERT INTO quality_scores (`+columns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
		ON CONFLICT (register, month) DO UPDATE SET measured_at = excluded.measured_at, records = excluded.records, looked = excluded.looked, score = excluded.score,
		complete = excluded.complete, valid = excluded.valid, fresh = excluded.fresh, single = excluded.single`,
		register, month, tx.Now, m.Records, m.Looked, m.Score, m.By[registers.AspectComplete], m.By[registers.AspectValid], m.By[registers.AspectFresh],
		m.By[registers.AspectUnique]); err != nil {
		return err
	}
	for _, q := range []string{`DELETE FROM quality_fields WHERE register = $1`, `DELETE FROM quality_failing WHERE register = $1`} {
		if _, err := tx.Exec(ctx, q, register); err != nil {
			return err
		}
	}
	for i, f := range m.Fields {
		if _, err := tx.Exec(ctx, `INSERT INTO quality_fields (register, place, field, expected, filled, wrong) VALUES ($1, $2, $3, $4, $5, $6)`,
			register, i, f.Field, f.Expected, f.Filled, f.Wrong); err != nil {
			return err
		}
	}
	for _, aspect := range registers.Aspects() {
		for _, record := range append([]string{""}, m.Failing[aspect]...) {
			if _, err := tx.Exec(ctx, `INSERT INTO quality_failing (register, aspect, record, n) VALUES ($1, $2, $3, $4)`, register, aspect, record, m.Fails[aspect]); err != nil {
				return err
			}
		}
	}
	return nil
}

// Latest returns the last score of every register.
func Latest(ctx context.Context, q db.Querier) (map[string]Score, error) {
	all := map[string]Score{}
	_, err := db.All(ctx, q, func(r db.Row) (s Score, err error) {
		s, err = scan(r)
		all[s.Register] = s
		return s, err
	}, `SELECT `+columns+` FROM quality_scores one WHERE month = (SELECT MAX(month) FROM quality_scores o WHERE o.register = one.register)`)
	return all, err
}

// Trend returns the scores of a register, the latest month first.
func Trend(ctx context.Context, q db.Querier, register string, limit int) ([]Score, error) {
	return db.All(ctx, q, scan, `SELECT `+columns+` FROM quality_scores WHERE register = $1 ORDER BY month DESC LIMIT $2`, register, limit)
}

// Fields returns what was measured of the fields of a register.
func Fields(ctx context.Context, q db.Querier, register string) ([]registers.FieldQuality, error) {
	return db.All(ctx, q, func(r db.Row) (f registers.FieldQuality, err error) {
		err = r.Scan(&f.Field, &f.Expected, &f.Filled, &f.Wrong)
		return f, err
	}, `SELECT field, expected, filled, wrong FROM quality_fields WHERE register = $1 ORDER BY place`, register)
}

// Fails returns how many records of a register fail, by aspect.
func Fails(ctx context.Context, q db.Querier, register string) (map[string]int64, error) {
	all := map[string]int64{}
	_, err := db.All(ctx, q, func(r db.Row) (n int64, err error) {
		var aspect string
		err = r.Scan(&aspect, &n)
		all[aspect] = n
		return n, err
	}, `SELECT aspect, n FROM quality_failing WHERE register = $1 AND record = ''`, register)
	return all, err
}

// Failing returns the ids of records that fail, as many as are kept.
func Failing(ctx context.Context, q db.Querier, register, aspect string) ([]string, error) {
	return db.All(ctx, q, db.Column[string], `SELECT record FROM quality_failing WHERE register = $1 AND aspect = $2 AND record <> '' ORDER BY record`, register, aspect)
}
