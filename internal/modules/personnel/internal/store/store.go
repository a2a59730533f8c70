// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package store keeps decisions about people, work to hand over, requests,
// reviews, emergencies and imports.
package store

import (
	"context"
	"embed"
	"errors"
	"fmt"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/modules/personnel"
	"tinhso.vn/internal/platform/db"
)

//go:embed migrations
var files embed.FS

// Migrations creates the tables of personnel.
func Migrations() db.Migrations { return db.Migrations{Namespace: "personnel", Files: files} }

// Move is one row of personnel_moves.
type Move struct {
	ID, Account, Kind, Decision, DecidedOn, From, FromUnit, ToUnit, Given, Ended, EnteredBy string
	EnteredAt                                                                               db.Time
	WithdrawnBy                                                                             string
	WithdrawnAt                                                                             db.Time
}

const moveColumns = `id, account_id, kind, decision, decided_on, from_day, from_unit, to_unit, given, ended, entered_by, entered_at, withdrawn_by, withdrawn_at`

func scanMove(r db.Row) (m Move, err error) {
	err = r.Scan(&m.ID, &m.Account, &m.Kind, &m.Decision, &m.DecidedOn, &m.From, &m.FromUnit, &m.ToUnit, &m.Given, &m.Ended, &m.EnteredBy, &m.EnteredAt,
		&m.WithdrawnBy, &m.WithdrawnAt)
	return m, err
}

// PutMove keeps a decision, new or withdrawn.
func PutMove(ctx context.Context, tx *db.Tx, m Move) error {
	_, err := tx.Exec(ctx, `INSERT INTO personnel_moves (`+moveColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
		ON CONFLICT (id) DO UPDATE SET withdrawn_by = excluded.withdrawn_by, withdrawn_at = excluded.withdrawn_at`,
		m.ID, m.Account, m.Kind, m.Decision, m.DecidedOn, m.From, m.FromUnit, m.ToUnit, m.Given, m.Ended, m.EnteredBy, m.EnteredAt, m.WithdrawnBy, m.WithdrawnAt)
	return err
}

// movesIn are the columns that put a decision into scope.
func movesIn() access.Columns { return access.Columns{Units: []string{"from_unit", "to_unit"}} }

// GetMove returns a decision in scope and keeps it for the transaction.
func GetMove(ctx context.Context, tx *db.Tx, scope access.Scope, id string) (Move, error) {
	in, args := scope.Where(movesIn(), id)
	m, err := scanMove(tx.QueryRow(ctx, `SELECT `+moveColumns+` FROM personnel_moves WHERE id = $1 AND `+in+tx.ForUpdate(), args...))
	return m, orNotFound(err)
}

// Moves returns at most limit decisions in scope, the newest first, before the given one.
func Moves(ctx context.Context, q db.Querier, scope access.Scope, before string, limit int) ([]Move, error) {
	text, args := movesQuery(scope, before, limit)
	return db.All(ctx, q, scanMove, text, args...)
}

func movesQuery(scope access.Scope, before string, limit int) (string, []any) {
	if before == "" {
		before = "~"
	}
	in, args := scope.Where(movesIn(), before, limit)
	return `SELECT ` + moveColumns + ` FROM personnel_moves WHERE id < $1 AND ` + in + ` ORDER BY id DESC LIMIT $2`, args
}

// Handover is one row of personnel_handovers.
type Handover struct {
	ID, Account, Unit, From string
	Opened, Closed          db.Time
	ClosedBy                string
}

const handoverColumns = `id, account_id, unit_id, from_day, opened_at, closed_at, closed_by`

func scanHandover(r db.Row) (h Handover, err error) {
	err = r.Scan(&h.ID, &h.Account, &h.Unit, &h.From, &h.Opened, &h.Closed, &h.ClosedBy)
	return h, err
}

// OpenHandover notes that work of an account in a unit needs new hands; again it does nothing.
func OpenHandover(ctx context.Context, tx *db.Tx, h Handover) error {
	_, err := tx.Exec(ctx, `INSERT INTO personnel_handovers (`+handoverColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (account_id, unit_id) WHERE closed_at IS NULL DO NOTHING`, h.ID, h.Account, h.Unit, h.From, h.Opened, h.Closed, h.ClosedBy)
	return err
}

// CloseHandover notes that nothing is left.
func CloseHandover(ctx context.Context, tx *db.Tx, id, by string) error {
	_, err := tx.Exec(ctx, `UPDATE personnel_handovers SET closed_at = $2, closed_by = $3 WHERE id = $1 AND closed_at IS NULL`, id, tx.Now, by)
	return err
}

// GetHandover returns one in scope.
func GetHandover(ctx context.Context, q db.Querier, scope access.Scope, id string) (Handover, error) {
	in, args := scope.Where(access.Columns{Units: []string{"unit_id"}}, id)
	h, err := scanHandover(q.QueryRow(ctx, `SELECT `+handoverColumns+` FROM personnel_handovers WHERE id = $1 AND `+in, args...))
	return h, orNotFound(err)
}

// Handovers returns at most limit open ones in scope, by id, after the given one.
func Handovers(ctx context.Context, q db.Querier, scope access.Scope, after string, limit int) ([]Handover, error) {
	in, args := scope.Where(access.Columns{Units: []string{"unit_id"}}, after, limit)
	return db.All(ctx, q, scanHandover, `SELECT `+handoverColumns+` FROM personnel_handovers WHERE closed_at IS NULL AND id > $1 AND `+in+` ORDER BY id LIMIT $2`, args...)
}

// CountHandovers counts the open ones in scope.
func CountHandovers(ctx context.Context, q db.Querier, scope access.Scope) (n int64, err error) {
	in, args := scope.Where(access.Columns{Units: []string{"unit_id"}})
	err = q.QueryRow(ctx, `SELECT COUNT(*) FROM personnel_handovers WHERE closed_at IS NULL AND `+in, args...).Scan(&n)
	return n, err
}

// Looked returns until when ends of posts were looked at and keeps it for the transaction.
func Looked(ctx context.Context, tx *db.Tx) (at db.Time, err error) {
	err = tx.QueryRow(ctx, `SELECT at FROM personnel_clock WHERE one = 1`+tx.ForUpdate()).Scan(&at)
	return at, err
}

// Look notes until when ends of posts were looked at.
func Look(ctx context.Context, tx *db.Tx, at db.Time) error {
	_, err := tx.Exec(ctx, `UPDATE personnel_clock SET at = $1 WHERE one = 1`, at)
	return err
}

// LastLook is Looked for a look without a transaction.
func LastLook(ctx context.Context, q db.Querier) (at db.Time, err error) {
	err = q.QueryRow(ctx, `SELECT at FROM personnel_clock WHERE one = 1`).Scan(&at)
	return at, err
}

func orNotFound(err error) error {
	if errors.Is(err, db.ErrNoRows) {
		return personnel.ErrNotFound
	}
	if err != nil {
		return fmt.Errorf("personnel: %w", err)
	}
	return nil
}
