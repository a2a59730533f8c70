// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/platform/db"
)

// Told is what the tax authority was told of a receipt, and what it answered.
type Told struct {
	ID, Receipt, Order, Unit string
	Act                      string
	Turn                     int
	State                    string
	Code                     string
	Error, Said              string
	Message                  string
	At, EndedAt              db.Time
	Form, Series             string // of the receipt
	Year                     int
	Number                   int64
}

// What is told, and where it stands.
const (
	TaxIssue  = "issue"
	TaxCancel = "cancel"

	TaxWaiting = "waiting"
	TaxTaken   = "taken"
	TaxRefused = "refused"
	TaxAgain   = "again" // it was told again since
)

const (
	taxColumns = `id, receipt_id, order_id, unit, act, turn, state, code, error, said, message, at, ended_at`
	toldOf     = `SELECT t.id, t.receipt_id, t.order_id, t.unit, t.act, t.turn, t.state, t.code, t.error, t.said, t.message, t.at, t.ended_at, r.form, r.series, r.year, r.number
		FROM payments_tax t JOIN payments_receipts r ON r.id = t.receipt_id`
)

func scanTold(r db.Row) (t Told, err error) {
	return t, r.Scan(&t.ID, &t.Receipt, &t.Order, &t.Unit, &t.Act, &t.Turn, &t.State, &t.Code, &t.Error, &t.Said, &t.Message, &t.At, &t.EndedAt, &t.Form, &t.Series, &t.Year, &t.Number)
}

// AddTold adds what is told, in the next turn of its receipt and act.
func (Store) AddTold(ctx context.Context, tx *db.Tx, t Told) error {
	_, err := tx.Exec(ctx, `UPDATE payments_tax SET state = 'again' WHERE receipt_id = $1 AND act = $2 AND state <> 'again'`, t.Receipt, t.Act)
	if err != nil {
		return err
	}
	var turn int
	if err := tx.QueryRow(ctx, `SELECT COALESCE(MAX(turn), 0) FROM payments_tax WHERE receipt_id = $1 AND act = $2`, t.Receipt, t.Act).Scan(&turn); err != nil {
		return err
	}
	return insert(ctx, tx, "payments_tax", taxColumns, t.ID, t.Receipt, t.Order, t.Unit, t.Act, turn+1, t.State, t.Code, t.Error, t.Said, t.Message, t.At, t.EndedAt)
}

// PutTold writes what was answered.
func (Store) PutTold(ctx context.Context, tx *db.Tx, t Told) error {
	_, err := tx.Exec(ctx, `UPDATE payments_tax SET state = $2, code = $3, error = $4, said = $5, message = $6, ended_at = $7 WHERE id = $1`, t.ID, t.State, t.Code, t.Error, t.Said, t.Message, t.EndedAt)
	return err
}

func ofTold() access.Columns { return access.Columns{Units: []string{"t.unit"}} }

// GetTold returns one in scope.
func (Store) GetTold(ctx context.Context, q db.Querier, scope access.Scope, id string) (Told, error) {
	in, args := scope.Where(ofTold(), id)
	return found(scanTold(q.QueryRow(ctx, toldOf+` WHERE t.id = $1 AND `+in, args...)))
}

// LockTold holds one until the transaction ends.
func (Store) LockTold(ctx context.Context, tx *db.Tx, id string) error {
	_, err := tx.Exec(ctx, `UPDATE payments_tax SET turn = turn WHERE id = $1`, id)
	return err
}

// LastTold returns what was told last of receipts, by receipt and act.
func (Store) LastTold(ctx context.Context, q db.Querier, receipts []string) (map[[2]string]Told, error) {
	in, args := db.In(1, receipts)
	rows, err := db.All(ctx, q, scanTold, toldOf+` WHERE t.state <> 'again' AND t.receipt_id IN `+in, args...)
	all := make(map[[2]string]Told, len(rows))
	for _, t := range rows {
		all[[2]string{t.Receipt, t.Act}] = t
	}
	return all, err
}

// ListTold returns at most limit of what was told in scope and is in a state, the newest first, before one.
func (Store) ListTold(ctx context.Context, q db.Querier, scope access.Scope, state, before string, limit int) ([]Told, error) {
	text, args := toldQuery(scope, state, before, limit)
	return db.All(ctx, q, scanTold, text, args...)
}

func toldQuery(scope access.Scope, state, before string, limit int) (string, []any) {
	if before == "" {
		before = "~" // after every id
	}
	in, args := scope.Where(ofTold(), state, before, limit)
	return toldOf + ` WHERE t.state = $1 AND t.id < $2 AND ` + in + ` ORDER BY t.id DESC LIMIT $3`, args
}

// Entered is a receipt as the registers of both sides are compared.
type Entered struct {
	Receipt
	Dossier string
}

// ReceiptsBetween returns the receipts of a time, the oldest first, after one: those
// that were made, cancelled or replaced.
func (s Store) ReceiptsBetween(ctx context.Context, q db.Querier, from, to db.Time, after string, limit int) ([]Entered, error) {
	return db.All(ctx, q, func(r db.Row) (e Entered, err error) {
		return e, r.Scan(&e.ID, &e.Order, &e.Unit, &e.Form, &e.Series, &e.Year, &e.Number, &e.Amount, &e.State, &e.At, &e.Dossier)
	}, betweenQuery, from, to, after, limit)
}

const betweenQuery = `SELECT r.id, r.order_id, r.unit, r.form, r.series, r.year, r.number, r.amount, r.state, r.made_at, o.dossier_id
	FROM payments_receipts r JOIN payments_orders o ON o.id = r.order_id
	WHERE r.made_at >= $1 AND r.made_at < $2 AND r.id > $3 ORDER BY r.id LIMIT $4`

// ReceiptsOf returns the receipts of an order, the oldest first.
func (s Store) ReceiptsOf(ctx context.Context, q db.Querier, order string) ([]Receipt, error) {
	return db.All(ctx, q, s.scanReceipt, `SELECT `+receiptColumns+` FROM payments_receipts WHERE order_id = $1 ORDER BY id LIMIT 50`, order)
}
