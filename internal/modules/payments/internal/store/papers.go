// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"errors"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/platform/db"
)

// Receipt is a receipt (biên lai). It is never deleted.
type Receipt struct {
	ID, Order, Unit string
	Form, Series    string
	Year            int
	Number          int64
	Amount          int64
	Payer           string // personal data
	State           string
	Signed          bool
	File            string
	Replaces        string
	At              db.Time
	By              string
	EndedAt         db.Time
	EndedBy, Why    string
}

// The states of a receipt.
const (
	Numbered  = "numbered" // its document is being made
	Issued    = "issued"
	Cancelled = "cancelled"
	Replaced  = "replaced"
)

const receiptColumns = `id, order_id, unit, form, series, year, number, amount, payer_sealed, state, signed, file_id, replaces, made_at, made_by, ended_at, ended_by, ended_why`

func (s Store) scanReceipt(r db.Row) (p Receipt, err error) {
	var signed int
	if err = r.Scan(&p.ID, &p.Order, &p.Unit, &p.Form, &p.Series, &p.Year, &p.Number, &p.Amount, &p.Payer, &p.State, &signed, &p.File, &p.Replaces, &p.At, &p.By, &p.EndedAt, &p.EndedBy, &p.Why); err != nil {
		return p, err
	}
	p.Signed = signed == 1
	p.Payer, err = s.keys.OpenText("payments_receipts", "payer_sealed", p.ID, p.Payer)
	return p, err
}

// AddReceipt adds a receipt.
func (s Store) AddReceipt(ctx context.Context, tx *db.Tx, p Receipt) error {
	return insert(ctx, tx, "payments_receipts", receiptColumns, p.ID, p.Order, p.Unit, p.Form, p.Series, p.Year, p.Number, p.Amount,
		s.keys.SealText("payments_receipts", "payer_sealed", p.ID, p.Payer), p.State, one(p.Signed), p.File, p.Replaces, p.At, p.By, p.EndedAt, p.EndedBy, p.Why)
}

// PutReceipt changes a receipt that was locked: what it says stays.
func (Store) PutReceipt(ctx context.Context, tx *db.Tx, p Receipt) error {
	_, err := tx.Exec(ctx, `UPDATE payments_receipts SET state = $2, signed = $3, file_id = $4, ended_at = $5, ended_by = $6, ended_why = $7 WHERE id = $1`,
		p.ID, p.State, one(p.Signed), p.File, p.EndedAt, p.EndedBy, p.Why)
	return err
}

// GetReceipt returns a receipt, locked in a transaction. Whose it is says its order.
func (s Store) GetReceipt(ctx context.Context, q db.Querier, id string) (Receipt, error) {
	return found(s.scanReceipt(q.QueryRow(ctx, `SELECT `+receiptColumns+` FROM payments_receipts WHERE id = $1`+lock(q), id)))
}

// ReceiptOf returns the last receipt of an order; false where there is none.
func (s Store) ReceiptOf(ctx context.Context, q db.Querier, order string) (Receipt, bool, error) {
	p, err := s.scanReceipt(q.QueryRow(ctx, `SELECT `+receiptColumns+` FROM payments_receipts WHERE order_id = $1 ORDER BY id DESC LIMIT 1`, order))
	if errors.Is(err, db.ErrNoRows) {
		return p, false, nil
	}
	return p, err == nil, err
}

// ListReceipts returns at most limit receipts in scope, the newest first, before one.
func (s Store) ListReceipts(ctx context.Context, q db.Querier, scope access.Scope, before string, limit int) ([]Receipt, error) {
	text, args := receiptsQuery(scope, before, limit)
	return db.All(ctx, q, s.scanReceipt, text, args...)
}

func receiptsQuery(scope access.Scope, before string, limit int) (string, []any) {
	return newest("payments_receipts", receiptColumns, scope, ofUnit(), before, limit, "")
}

// Refund is money that somebody wants back.
type Refund struct {
	ID, Order, Unit string
	Amount          int64
	Reason, Basis   string
	State           string
	AskedBy         string
	AskedAt         db.Time
	DecidedBy       string
	DecidedAt       db.Time
	Note            string
	DoneBy          string
	DoneAt          db.Time
	Ref             string
}

// The states of a refund.
const (
	RefundAsked    = "asked"
	RefundApproved = "approved"
	RefundDeclined = "declined"
	RefundDone     = "done"
)

const refundColumns = `id, order_id, unit, amount, reason, basis, state, asked_by, asked_at, decided_by, decided_at, note, done_by, done_at, done_ref`

func scanRefund(r db.Row) (f Refund, err error) {
	return f, r.Scan(&f.ID, &f.Order, &f.Unit, &f.Amount, &f.Reason, &f.Basis, &f.State, &f.AskedBy, &f.AskedAt, &f.DecidedBy, &f.DecidedAt, &f.Note, &f.DoneBy, &f.DoneAt, &f.Ref)
}

// AddRefund adds a refund.
func (Store) AddRefund(ctx context.Context, tx *db.Tx, f Refund) error {
	return insert(ctx, tx, "payments_refunds", refundColumns, f.ID, f.Order, f.Unit, f.Amount, f.Reason, f.Basis, f.State, f.AskedBy, f.AskedAt, f.DecidedBy, f.DecidedAt, f.Note, f.DoneBy, f.DoneAt, f.Ref)
}

// PutRefund changes a refund that was locked.
func (Store) PutRefund(ctx context.Context, tx *db.Tx, f Refund) error {
	_, err := tx.Exec(ctx, `UPDATE payments_refunds SET state = $2, decided_by = $3, decided_at = $4, note = $5, done_by = $6, done_at = $7, done_ref = $8 WHERE id = $1`,
		f.ID, f.State, f.DecidedBy, f.DecidedAt, f.Note, f.DoneBy, f.DoneAt, f.Ref)
	return err
}

// GetRefund returns a refund in scope, locked in a transaction.
func (Store) GetRefund(ctx context.Context, q db.Querier, scope access.Scope, id string) (Refund, error) {
	in, args := scope.Where(ofUnit(), id)
	return found(scanRefund(q.QueryRow(ctx, `SELECT `+refundColumns+` FROM payments_refunds WHERE id = $1 AND `+in+lock(q), args...)))
}

// RefundsOf returns the refunds of an order, the last first.
func (Store) RefundsOf(ctx context.Context, q db.Querier, order string) ([]Refund, error) {
	return db.All(ctx, q, scanRefund, `SELECT `+refundColumns+` FROM payments_refunds WHERE order_id = $1 ORDER BY id DESC LIMIT 20`, order)
}

// ListRefunds returns at most limit refunds in scope, the newest first, before one.
func (Store) ListRefunds(ctx context.Context, q db.Querier, scope access.Scope, before string, limit int) ([]Refund, error) {
	text, args := refundsQuery(scope, before, limit)
	return db.All(ctx, q, scanRefund, text, args...)
}

func refundsQuery(scope access.Scope, before string, limit int) (string, []any) {
	return newest("payments_refunds", refundColumns, scope, ofUnit(), before, limit, "")
}
