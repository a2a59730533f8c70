// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package store keeps orders, the money that came for them, receipts, closings,
// refunds and what statements of banks say.
package store

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/modules/payments"
	"tinhso.vn/internal/platform/crypt"
	"tinhso.vn/internal/platform/db"
)

//go:embed migrations
var files embed.FS

// Migrations creates the tables.
func Migrations() db.Migrations { return db.Migrations{Namespace: "payments", Files: files} }

// Store has no state but the keys that seal personal data.
type Store struct{ keys *crypt.Keys }

// New returns a store.
func New(k *crypt.Keys) Store { return Store{k} }

// Sealed names the columns that hold sealed texts.
func Sealed() []crypt.Sealed {
	return []crypt.Sealed{
		{Table: "payments_orders", Column: "payer_sealed", Key: []string{"id"}},
		{Table: "payments_receipts", Column: "payer_sealed", Key: []string{"id"}},
		{Table: "payments_differences", Column: "said_sealed", Key: []string{"id"}},
	}
}

// ofUnit decides whose rows of officials they are.
func ofUnit() access.Columns { return access.Columns{Units: []string{"unit"}} }

// ofOrder decides whose order it is: of the unit, of the owner and of who brought it.
func ofOrder() access.Columns {
	return access.Columns{Units: []string{"unit"}, Persons: []string{"owner_id", "bringer_id"}, Owner: "owner_id", Kind: "procedure_id"}
}

func lock(q db.Querier) string {
	if tx, ok := q.(*db.Tx); ok {
		return tx.ForUpdate()
	}
	return ""
}

func found[T any](v T, err error) (T, error) {
	if errors.Is(err, db.ErrNoRows) {
		err = payments.ErrNotFound
	}
	return v, err
}

// marks are the placeholders of n values.
func marks(n int) string {
	all := make([]string, n)
	for i := range all {
		all[i] = fmt.Sprintf("$%d", i+1)
	}
	return strings.Join(all, ", ")
}

func number(n int) string { return strconv.Itoa(n) }

func insert(ctx context.Context, tx *db.Tx, table, columns string, values ...any) error {
	_, err := tx.Exec(ctx, `INSERT INTO `+table+` (`+columns+`) VALUES (`+marks(len(values))+`)`, values...)
	return err
}

func one(b bool) int {
	if b {
		return 1
	}
	return 0
}

// newest pages by key, from a row backwards; before is empty at the beginning.
func newest(table, columns string, s access.Scope, c access.Columns, before string, limit int, more string, values ...any) (string, []any) {
	if before == "" {
		before = "~" // after every id
	}
	in, args := s.Where(c, append([]any{before, limit}, values...)...)
	return `SELECT ` + columns + ` FROM ` + table + ` WHERE id < $1 AND ` + in + more + ` ORDER BY id DESC LIMIT $2`, args
}

// Payee is to whom money of a unit goes.
type Payee struct {
	Unit                  string
	Version               int
	Bank, Account, Holder string
	Form, Series, Source  string
	By                    string
	At                    db.Time
}

const payeeColumns = `unit, version, bank, account, holder, form, series, source, by_id, at`

// FindPayee returns the payee of a unit; false where nobody has stated it.
func (Store) FindPayee(ctx context.Context, q db.Querier, unit string) (p Payee, ok bool, err error) {
	err = q.QueryRow(ctx, `SELECT `+payeeColumns+` FROM payments_payees WHERE unit = $1`+lock(q), unit).
		Scan(&p.Unit, &p.Version, &p.Bank, &p.Account, &p.Holder, &p.Form, &p.Series, &p.Source, &p.By, &p.At)
	if errors.Is(err, db.ErrNoRows) {
		return Payee{Unit: unit}, false, nil
	}
	return p, err == nil, err
}

// PutPayee states the payee of a unit.
func (Store) PutPayee(ctx context.Context, tx *db.Tx, p Payee) error {
	_, err := tx.Exec(ctx, `INSERT INTO payments_payees (`+payeeColumns+`) VALUES (`+marks(10)+`)
		ON CONFLICT (unit) DO UPDATE SET version = payments_payees.version + 1, bank = $3, account = $4, holder = $5, form = $6, series = $7, source = $8, by_id = $9, at = $10`,
		p.Unit, 1, p.Bank, p.Account, p.Holder, p.Form, p.Series, p.Source, p.By, p.At)
	return err
}

// Order is what somebody is to pay for a dossier.
type Order struct {
	ID, Code             string
	Version              int
	Dossier, DossierCode string
	Turn                 int
	Unit                 string
	Owner, Bringer       string // persons
	Procedure, SHA       string
	Name                 i18n.Text // of the procedure
	Payer                string    // personal data
	State                payments.State
	Amount, Refunded     int64 // đồng
	Way                  string
	At, PaidAt           db.Time
	was                  payments.State
}

const orderColumns = `id, code, version, dossier_id, dossier_code, turn, unit, owner_id, bringer_id, procedure_id, rules_sha, name_vi, name_en, payer_sealed,
	state, amount, refunded, way, made_at, paid_at`

func (s Store) scanOrder(r db.Row) (o Order, err error) {
	if err = r.Scan(&o.ID, &o.Code, &o.Version, &o.Dossier, &o.DossierCode, &o.Turn, &o.Unit, &o.Owner, &o.Bringer, &o.Procedure, &o.SHA, &o.Name.VI, &o.Name.EN, &o.Payer,
		&o.State, &o.Amount, &o.Refunded, &o.Way, &o.At, &o.PaidAt); err != nil {
		return o, err
	}
	o.was = o.State
	o.Payer, err = s.keys.OpenText("payments_orders", "payer_sealed", o.ID, o.Payer)
	return o, err
}

// AddOrder adds an order; false where the dossier has its turn already.
func (s Store) AddOrder(ctx context.Context, tx *db.Tx, o Order) (bool, error) {
	n, err := tx.Exec(ctx, `INSERT INTO payments_orders (`+orderColumns+`) VALUES (`+marks(20)+`) ON CONFLICT (dossier_id, turn) DO NOTHING`,
		o.ID, o.Code, 1, o.Dossier, o.DossierCode, o.Turn, o.Unit, o.Owner, o.Bringer, o.Procedure, o.SHA, o.Name.VI, o.Name.EN,
		s.keys.SealText("payments_orders", "payer_sealed", o.ID, o.Payer), string(o.State), o.Amount, o.Refunded, o.Way, o.At, o.PaidAt)
	return n == 1, err
}

// PutOrder changes an order that was locked. What no way leads to is a mistake of ours.
func (Store) PutOrder(ctx context.Context, tx *db.Tx, o Order) error {
	if o.State != o.was && !o.was.MayBecome(o.State) {
		return fmt.Errorf("no way leads from %q to %q of an order", o.was, o.State)
	}
	_, err := tx.Exec(ctx, `UPDATE payments_orders SET version = version + 1, state = $2, amount = $3, refunded = $4, way = $5, paid_at = $6 WHERE id = $1`,
		o.ID, string(o.State), o.Amount, o.Refunded, o.Way, o.PaidAt)
	return err
}

// GetOrder returns an order in scope, locked in a transaction.
func (s Store) GetOrder(ctx context.Context, q db.Querier, scope access.Scope, id string) (Order, error) {
	in, args := scope.Where(ofOrder(), id)
	return found(s.scanOrder(q.QueryRow(ctx, `SELECT `+orderColumns+` FROM payments_orders WHERE id = $1 AND `+in+lock(q), args...)))
}

// FindOrder returns the order with a code, whoever asks.
func (s Store) FindOrder(ctx context.Context, q db.Querier, code string) (Order, error) {
	return found(s.scanOrder(q.QueryRow(ctx, `SELECT `+orderColumns+` FROM payments_orders WHERE code = $1`+lock(q), code)))
}

// OrdersOf returns the orders of a dossier in scope, the last turn first.
func (s Store) OrdersOf(ctx context.Context, q db.Querier, scope access.Scope, dossier string) ([]Order, error) {
	in, args := scope.Where(ofOrder(), dossier)
	return db.All(ctx, q, s.scanOrder, `SELECT `+orderColumns+` FROM payments_orders WHERE dossier_id = $1 AND `+in+` ORDER BY turn DESC LIMIT 20`, args...)
}

// ListOrders returns at most limit orders in scope in a state (empty: in any), the newest first, before one.
func (s Store) ListOrders(ctx context.Context, q db.Querier, scope access.Scope, state payments.State, before string, limit int) ([]Order, error) {
	text, args := ordersQuery(scope, state, before, limit)
	return db.All(ctx, q, s.scanOrder, text, args...)
}

func ordersQuery(scope access.Scope, state payments.State, before string, limit int) (string, []any) {
	if state == "" {
		return newest("payments_orders", orderColumns, scope, ofUnit(), before, limit, "")
	}
	return newest("payments_orders", orderColumns, scope, ofUnit(), before, limit, " AND state = $3", string(state))
}

// Line is what an order is for.
type Line struct {
	Order  string
	Number int
	Kind   string // fee, reduction
	Name   string
	Amount int64 // negative for a reduction
	Basis  string
	By     string
}

const lineColumns = `order_id, number, kind, name, amount, basis, by_id`

// AddLine adds a line.
func (Store) AddLine(ctx context.Context, tx *db.Tx, l Line) error {
	return insert(ctx, tx, "payments_lines", lineColumns, l.Order, l.Number, l.Kind, l.Name, l.Amount, l.Basis, l.By)
}

// ListLines returns the lines of an order.
func (Store) ListLines(ctx context.Context, q db.Querier, order string) ([]Line, error) {
	return db.All(ctx, q, func(r db.Row) (l Line, err error) {
		return l, r.Scan(&l.Order, &l.Number, &l.Kind, &l.Name, &l.Amount, &l.Basis, &l.By)
	}, `SELECT `+lineColumns+` FROM payments_lines WHERE order_id = $1 ORDER BY number LIMIT 100`, order)
}

// Entry is one thing that happened to an order.
type Entry struct {
	ID, Order, What string
	State           payments.State
	Amount          int64
	Note, By        string
	At              db.Time
}

const historyColumns = `id, order_id, what, state, amount, note, by_id, at`

// AddEntry adds one.
func (Store) AddEntry(ctx context.Context, tx *db.Tx, e Entry) error {
	return insert(ctx, tx, "payments_history", historyColumns, e.ID, e.Order, e.What, string(e.State), e.Amount, e.Note, e.By, e.At)
}

// ListEntries returns what happened to an order, the last first.
func (Store) ListEntries(ctx context.Context, q db.Querier, order string) ([]Entry, error) {
	return db.All(ctx, q, func(r db.Row) (e Entry, err error) {
		return e, r.Scan(&e.ID, &e.Order, &e.What, &e.State, &e.Amount, &e.Note, &e.By, &e.At)
	}, `SELECT `+historyColumns+` FROM payments_history WHERE order_id = $1 ORDER BY id DESC LIMIT 100`, order)
}

// OrderCodes returns the codes of orders by their ids, at most 2000.
func (Store) OrderCodes(ctx context.Context, q db.Querier, ids []string) (map[string]string, error) {
	codes := map[string]string{}
	for len(ids) > 0 {
		some := ids[:min(len(ids), 500)]
		ids = ids[len(some):]
		args := make([]any, len(some))
		for i, one := range some {
			args[i] = one
		}
		all, err := db.All(ctx, q, func(r db.Row) (p [2]string, err error) { return p, r.Scan(&p[0], &p[1]) },
			`SELECT id, code FROM payments_orders WHERE id IN (`+marks(len(some))+`)`, args...)
		if err != nil {
			return nil, err
		}
		for _, p := range all {
			codes[p[0]] = p[1]
		}
	}
	return codes, nil
}
