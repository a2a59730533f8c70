// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"errors"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/platform/db"
)

// Try is one payment over a gateway that was begun.
type Try struct {
	ID, Order string
	Number    int
	Amount    int64
	State     string
	Address   string
	TheirRef  string
	Begun     db.Time
	Until     db.Time
}

// The states of a try.
const (
	TryAsked   = "asked" // the gateway does not know it yet, or has not said so
	TryOpen    = "open"
	TryPaid    = "paid"
	TryFailed  = "failed"
	TryExpired = "expired"
)

const tryColumns = `id, order_id, number, amount, state, address, their_ref, begun_at, until_at`

func scanTry(r db.Row) (t Try, err error) {
	return t, r.Scan(&t.ID, &t.Order, &t.Number, &t.Amount, &t.State, &t.Address, &t.TheirRef, &t.Begun, &t.Until)
}

// AddTry adds a try.
func (Store) AddTry(ctx context.Context, tx *db.Tx, t Try) error {
	return insert(ctx, tx, "payments_tries", tryColumns, t.ID, t.Order, t.Number, t.Amount, t.State, t.Address, t.TheirRef, t.Begun, t.Until)
}

// PutTry changes a try.
func (Store) PutTry(ctx context.Context, tx *db.Tx, t Try) error {
	_, err := tx.Exec(ctx, `UPDATE payments_tries SET state = $2, address = $3, their_ref = $4 WHERE id = $1`, t.ID, t.State, t.Address, t.TheirRef)
	return err
}

// GetTry returns a try, locked in a transaction.
func (Store) GetTry(ctx context.Context, q db.Querier, id string) (Try, error) {
	return found(scanTry(q.QueryRow(ctx, `SELECT `+tryColumns+` FROM payments_tries WHERE id = $1`+lock(q), id)))
}

// LastTry returns the newest try of an order; false where there is none.
func (Store) LastTry(ctx context.Context, q db.Querier, order string) (Try, bool, error) {
	t, err := scanTry(q.QueryRow(ctx, `SELECT `+tryColumns+` FROM payments_tries WHERE order_id = $1 ORDER BY number DESC LIMIT 1`, order))
	if errors.Is(err, db.ErrNoRows) {
		return t, false, nil
	}
	return t, err == nil, err
}

// Report is verified news about money: of a gateway, or a line of a bank.
type Report struct {
	ID, Source, TheirID string
	Try, Order, Unit    string
	Amount              int64
	Outcome             string
	Open                bool
	Note, By            string
	At                  db.Time
}

const reportColumns = `id, source, their_id, try_id, order_id, unit, amount, outcome, open, note, by_id, at`

func scanReport(r db.Row) (p Report, err error) {
	var open int
	err = r.Scan(&p.ID, &p.Source, &p.TheirID, &p.Try, &p.Order, &p.Unit, &p.Amount, &p.Outcome, &open, &p.Note, &p.By, &p.At)
	p.Open = open == 1
	return p, err
}

// AddReport adds news; false where it has come before.
func (Store) AddReport(ctx context.Context, tx *db.Tx, p Report) (bool, error) {
	n, err := tx.Exec(ctx, `INSERT INTO payments_reports (`+reportColumns+`) VALUES (`+marks(12)+`) ON CONFLICT (source, their_id) DO NOTHING`,
		p.ID, p.Source, p.TheirID, p.Try, p.Order, p.Unit, p.Amount, p.Outcome, one(p.Open), p.Note, p.By, p.At)
	return n == 1, err
}

// PutReport says how news was dealt with.
func (Store) PutReport(ctx context.Context, tx *db.Tx, p Report) error {
	_, err := tx.Exec(ctx, `UPDATE payments_reports SET order_id = $2, unit = $3, outcome = $4, open = $5, note = $6, by_id = $7 WHERE id = $1`, p.ID, p.Order, p.Unit, p.Outcome, one(p.Open), p.Note, p.By)
	return err
}

// GetReport returns news in scope, locked in a transaction.
func (Store) GetReport(ctx context.Context, q db.Querier, scope access.Scope, id string) (Report, error) {
	in, args := scope.Where(ofUnit(), id)
	return found(scanReport(q.QueryRow(ctx, `SELECT `+reportColumns+` FROM payments_reports WHERE id = $1 AND `+in+lock(q), args...)))
}

// ListOpenReports returns at most limit sums in scope that somebody has to settle, the newest first, before one.
func (Store) ListOpenReports(ctx context.Context, q db.Querier, scope access.Scope, before string, limit int) ([]Report, error) {
	text, args := reportsQuery(scope, before, limit)
	return db.All(ctx, q, scanReport, text, args...)
}

func reportsQuery(scope access.Scope, before string, limit int) (string, []any) {
	return newest("payments_reports", reportColumns, scope, ofUnit(), before, limit, " AND open = $3", 1)
}

const nobodysQuery = `SELECT ` + reportColumns + ` FROM payments_reports WHERE unit = '' AND open = 1 AND amount = $1 AND (try_id = $2 OR their_id = $2 OR their_id = $3) ORDER BY id LIMIT 1`

// FindNobodys returns the first sum of no unit with a reference, locked; false where
// there is none. News of a gateway is known by its number and what it says.
func (Store) FindNobodys(ctx context.Context, tx *db.Tx, reference string, amount int64) (Report, bool, error) {
	r, err := scanReport(tx.QueryRow(ctx, nobodysQuery+tx.ForUpdate(), amount, reference, reference+":paid"))
	if errors.Is(err, db.ErrNoRows) {
		return r, false, nil
	}
	return r, err == nil, err
}

// ReportsOf returns the news about an order, the last first.
func (Store) ReportsOf(ctx context.Context, q db.Querier, order string) ([]Report, error) {
	return db.All(ctx, q, scanReport, `SELECT `+reportColumns+` FROM payments_reports WHERE order_id = $1 ORDER BY id DESC LIMIT 50`, order)
}

// Taking is cash that was taken.
type Taking struct {
	ID, Order, Unit string
	By              string
	At              db.Time
	Amount          int64
	UndoneBy        string
	UndoneAt        db.Time
	Why             string
	Closing         string
}

const cashColumns = `id, order_id, unit, taken_by, taken_at, amount, undone_by, undone_at, undone_why, closing_id`

func scanCash(r db.Row) (t Taking, err error) {
	return t, r.Scan(&t.ID, &t.Order, &t.Unit, &t.By, &t.At, &t.Amount, &t.UndoneBy, &t.UndoneAt, &t.Why, &t.Closing)
}

// AddCash adds a taking.
func (Store) AddCash(ctx context.Context, tx *db.Tx, t Taking) error {
	return insert(ctx, tx, "payments_cash", cashColumns, t.ID, t.Order, t.Unit, t.By, t.At, t.Amount, t.UndoneBy, t.UndoneAt, t.Why, t.Closing)
}

// UndoCash takes a taking back.
func (Store) UndoCash(ctx context.Context, tx *db.Tx, t Taking) error {
	_, err := tx.Exec(ctx, `UPDATE payments_cash SET undone_by = $2, undone_at = $3, undone_why = $4 WHERE id = $1`, t.ID, t.UndoneBy, t.UndoneAt, t.Why)
	return err
}

// CashOf returns the takings of an order, the last first.
func (Store) CashOf(ctx context.Context, q db.Querier, order string) ([]Taking, error) {
	return db.All(ctx, q, scanCash, `SELECT `+cashColumns+` FROM payments_cash WHERE order_id = $1 ORDER BY id DESC LIMIT 20`, order)
}

const drawerQuery = `SELECT ` + cashColumns + ` FROM payments_cash WHERE taken_by = $1 AND unit = $2 AND closing_id = '' ORDER BY id LIMIT $3`

// Drawer returns what is in the drawer of a cashier at a unit, locked in a
// transaction: takings that were undone too.
func (Store) Drawer(ctx context.Context, q db.Querier, account, unit string, limit int) ([]Taking, error) {
	return db.All(ctx, q, scanCash, drawerQuery+lock(q), account, unit, limit)
}

// CloseDrawer puts what is in the drawer, up to a taking, into a closing.
func (Store) CloseDrawer(ctx context.Context, tx *db.Tx, account, unit, last, closing string) error {
	_, err := tx.Exec(ctx, `UPDATE payments_cash SET closing_id = $4 WHERE taken_by = $1 AND unit = $2 AND closing_id = '' AND id <= $3`, account, unit, last, closing)
	return err
}

// Reopen gives what is in a closing back to the drawer.
func (Store) Reopen(ctx context.Context, tx *db.Tx, closing string) error {
	_, err := tx.Exec(ctx, `UPDATE payments_cash SET closing_id = '' WHERE closing_id = $1`, closing)
	return err
}

// ListClosed returns the takings of a closing.
func (Store) ListClosed(ctx context.Context, q db.Querier, closing string, limit int) ([]Taking, error) {
	return db.All(ctx, q, scanCash, `SELECT `+cashColumns+` FROM payments_cash WHERE closing_id = $1 ORDER BY id LIMIT $2`, closing, limit)
}

// Closing is the end of a day of a cashier.
type Closing struct {
	ID, Unit, Cashier, Day string
	Expected, Counted      int64
	Takings                int
	Counts                 string
	Difference, Reason     string
	State                  string
	At                     db.Time
	DecidedBy              string
	DecidedAt              db.Time
	Note                   string
}

const closingColumns = `id, unit, cashier, day, expected, counted, takings, counts, difference, reason, state, closed_at, decided_by, decided_at, decided_note`

func scanClosing(r db.Row) (c Closing, err error) {
	return c, r.Scan(&c.ID, &c.Unit, &c.Cashier, &c.Day, &c.Expected, &c.Counted, &c.Takings, &c.Counts, &c.Difference, &c.Reason, &c.State, &c.At, &c.DecidedBy, &c.DecidedAt, &c.Note)
}

// AddClosing adds a closing.
func (Store) AddClosing(ctx context.Context, tx *db.Tx, c Closing) error {
	return insert(ctx, tx, "payments_closings", closingColumns, c.ID, c.Unit, c.Cashier, c.Day, c.Expected, c.Counted, c.Takings, c.Counts, c.Difference, c.Reason, c.State, c.At, c.DecidedBy, c.DecidedAt, c.Note)
}

// DecideClosing writes what a second person has decided.
func (Store) DecideClosing(ctx context.Context, tx *db.Tx, c Closing) error {
	_, err := tx.Exec(ctx, `UPDATE payments_closings SET state = $2, decided_by = $3, decided_at = $4, decided_note = $5 WHERE id = $1`, c.ID, c.State, c.DecidedBy, c.DecidedAt, c.Note)
	return err
}

// GetClosing returns a closing in scope, locked in a transaction.
func (Store) GetClosing(ctx context.Context, q db.Querier, scope access.Scope, id string) (Closing, error) {
	in, args := scope.Where(ofUnit(), id)
	return found(scanClosing(q.QueryRow(ctx, `SELECT `+closingColumns+` FROM payments_closings WHERE id = $1 AND `+in+lock(q), args...)))
}

// ListClosings returns at most limit closings in scope, the newest first, before one.
func (Store) ListClosings(ctx context.Context, q db.Querier, scope access.Scope, before string, limit int) ([]Closing, error) {
	text, args := closingsQuery(scope, before, limit)
	return db.All(ctx, q, scanClosing, text, args...)
}

func closingsQuery(scope access.Scope, before string, limit int) (string, []any) {
	return newest("payments_closings", closingColumns, scope, ofUnit(), before, limit, "")
}
