// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/platform/crypt"
	"tinhso.vn/internal/platform/db"
)

// Swap is one row of personnel_duty_swaps.
type Swap struct {
	ID, Shift, Other, Unit, By, To, Reason string
	At                                     db.Time
	State                                  string
	Decided                                db.Time
}

const swapColumns = `id, shift_id, other_id, unit_id, asked_by, asked, reason, asked_at, state, decided_at`

func scanSwap(r db.Row) (s Swap, err error) {
	err = r.Scan(&s.ID, &s.Shift, &s.Other, &s.Unit, &s.By, &s.To, &s.Reason, &s.At, &s.State, &s.Decided)
	return s, err
}

// PutSwap keeps a request, new or decided.
func PutSwap(ctx context.Context, tx *db.Tx, s Swap) error {
	_, err := tx.Exec(ctx, `INSERT INTO personnel_duty_swaps (`+swapColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
		ON CONFLICT (id) DO UPDATE SET state = excluded.state, decided_at = excluded.decided_at`,
		s.ID, s.Shift, s.Other, s.Unit, s.By, s.To, s.Reason, s.At, s.State, s.Decided)
	return err
}

// GetSwap returns a request that an account has made or is asked by, and keeps
// it for the transaction.
func GetSwap(ctx context.Context, tx *db.Tx, account, id string) (Swap, error) {
	s, err := scanSwap(tx.QueryRow(ctx, `SELECT `+swapColumns+` FROM personnel_duty_swaps WHERE id = $1 AND (asked_by = $2 OR asked = $2)`+tx.ForUpdate(), id, account))
	return s, orNotFound(err)
}

// OpenSwaps returns the requests about a shift that wait: one at most offers it.
func OpenSwaps(ctx context.Context, q db.Querier, shift string) ([]Swap, error) {
	return db.All(ctx, q, scanSwap, `SELECT `+swapColumns+` FROM personnel_duty_swaps WHERE shift_id = $1 AND state = 'asked'`, shift)
}

// Swaps returns at most limit requests in scope, the newest first, before the given one.
func Swaps(ctx context.Context, q db.Querier, scope access.Scope, before string, limit int) ([]Swap, error) {
	text, args := swapsQuery(scope, before, limit)
	return db.All(ctx, q, scanSwap, text, args...)
}

func swapsQuery(scope access.Scope, before string, limit int) (string, []any) {
	if before == "" {
		before = latest
	}
	in, args := scope.Where(byUnit(), before, limit)
	return `SELECT ` + swapColumns + ` FROM personnel_duty_swaps WHERE id < $1 AND ` + in + ` ORDER BY id DESC LIMIT $2`, args
}

// SwapsOf returns at most limit requests that an account has made (by) or is
// asked by, the newest first, before the given one.
func SwapsOf(ctx context.Context, q db.Querier, account string, by bool, before string, limit int) ([]Swap, error) {
	text, args := swapsOfQuery(account, by, before, limit)
	return db.All(ctx, q, scanSwap, text, args...)
}

func swapsOfQuery(account string, by bool, before string, limit int) (string, []any) {
	if before == "" {
		before = latest
	}
	column := "asked"
	if by {
		column = "asked_by"
	}
	return `SELECT ` + swapColumns + ` FROM personnel_duty_swaps WHERE id < $1 AND ` + column + ` = $2 ORDER BY id DESC LIMIT $3`, []any{before, account, limit}
}

const dutyFilesTable = "personnel_duty_files"

// SealRows seals the rows of a file of shifts.
func SealRows(k *crypt.Keys, id, body string) string {
	return k.SealText(dutyFilesTable, "body_sealed", id, body)
}

// OpenRows opens what SealRows made.
func OpenRows(k *crypt.Keys, id, sealed string) (string, error) {
	return k.OpenText(dutyFilesTable, "body_sealed", id, sealed)
}

// DutyFile is one row of personnel_duty_files.
type DutyFile struct {
	ID, Unit, Name, State, Body, ReadBy string
	ReadAt                              db.Time
	DecidedBy                           string
	DecidedAt                           db.Time
	Added, Changed                      int
}

const dutyFileColumns = `id, unit_id, name, state, body_sealed, read_by, read_at, decided_by, decided_at, added, changed`

// PutDutyFile keeps a file, new or decided.
func PutDutyFile(ctx context.Context, tx *db.Tx, f DutyFile) error {
	_, err := tx.Exec(ctx, `INSERT INTO personnel_duty_files (`+dutyFileColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
		ON CONFLICT (id) DO UPDATE SET state = excluded.state, body_sealed = excluded.body_sealed, decided_by = excluded.decided_by, decided_at = excluded.decided_at,
		added = excluded.added, changed = excluded.changed`,
		f.ID, f.Unit, f.Name, f.State, f.Body, f.ReadBy, f.ReadAt, f.DecidedBy, f.DecidedAt, f.Added, f.Changed)
	return err
}

// GetDutyFile returns a file in scope; lock keeps it for the transaction.
func GetDutyFile(ctx context.Context, q db.Querier, scope access.Scope, id, lock string) (f DutyFile, err error) {
	in, args := scope.Where(byUnit(), id)
	err = q.QueryRow(ctx, `SELECT `+dutyFileColumns+` FROM personnel_duty_files WHERE id = $1 AND `+in+lock, args...).Scan(
		&f.ID, &f.Unit, &f.Name, &f.State, &f.Body, &f.ReadBy, &f.ReadAt, &f.DecidedBy, &f.DecidedAt, &f.Added, &f.Changed)
	return f, orNotFound(err)
}
