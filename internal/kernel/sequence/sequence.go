// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package sequence gives out the numbers that people see: dossiers of a day,
// documents of a year. Numbers of one period have no gap, because each is
// given in the transaction that uses it; so it is not for ids of rows.
package sequence

import (
	"context"
	"embed"

	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

//go:embed migrations
var files embed.FS

// Migrations creates the table of this package.
func Migrations() db.Migrations { return db.Migrations{Namespace: "sequence", Files: files} }

// Next returns the next number of name in period, from 1. Who asks at the same
// time waits until the first transaction has ended, and gets the same number if
// that one was rolled back.
func Next(ctx context.Context, tx *db.Tx, name, period string) (n int64, err error) {
	defer errs.Wrap(&err, "next number of %s in %s", name, period)
	err = tx.QueryRow(ctx, `INSERT INTO sequence_counters (name, period, last) VALUES ($1, $2, 1)
		ON CONFLICT (name, period) DO UPDATE SET last = sequence_counters.last + 1 RETURNING last`, name, period).Scan(&n)
	return n, err
}

// Last returns the number that was given out last; zero where none was. It promises
// nothing about the next.
func Last(ctx context.Context, q db.Querier, name, period string) (n int64, err error) {
	defer errs.Wrap(&err, "last number of %s in %s", name, period)
	err = q.QueryRow(ctx, `SELECT COALESCE(MAX(last), 0) FROM sequence_counters WHERE name = $1 AND period = $2`, name, period).Scan(&n)
	return n, err
}
