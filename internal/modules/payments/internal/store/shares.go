// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/platform/db"
)

// ShareRule says which part of an order an agency gets.
type ShareRule struct {
	Order, To string
	Part      int64 // of 10,000
	Basis     string
}

// Share is a part that was booked.
type Share struct {
	ID, Order, Unit, To string
	Amount              int64
	Day, Why            string
}

// Why a share was booked.
const (
	ShareTaken    = "taken"
	ShareReturned = "returned"
)

// AddShareRules keeps the rules of an order: from now on it is shared.
func (Store) AddShareRules(ctx context.Context, tx *db.Tx, order string, all []ShareRule) error {
	rows := make([][]any, len(all))
	for i, r := range all {
		rows[i] = []any{order, i + 1, r.To, r.Part, r.Basis}
	}
	if err := tx.InsertAll(ctx, `INSERT INTO payments_share_rules (order_id, number, to_unit, part, basis)`, "", rows); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `UPDATE payments_orders SET shared = 0 WHERE id = $1`, order)
	return err
}

// Unshared is an order of which other parts are booked than there should be.
type Unshared struct {
	ID          string
	Net, Shared int64 // what there is, and what was booked
}

// unsharedQuery finds them. Cash counts when a second person has confirmed its closing:
// that is asked of each order, and never of all closings at once.
const unsharedQuery = `SELECT id, amount - refunded, shared FROM payments_orders
	WHERE unit = $1 AND id > $2 AND shared >= 0 AND shared <> amount - refunded AND state IN ('paid', 'refunding', 'refunded')
	AND (way <> 'cash' OR (SELECT k.state FROM payments_cash c JOIN payments_closings k ON k.id = c.closing_id WHERE c.order_id = payments_orders.id AND c.undone_by = '' ORDER BY c.id DESC LIMIT 1) = 'confirmed')
	ORDER BY id LIMIT $3`

// LockUnshared returns at most limit orders of a unit whose shares have to be booked, after one, locked.
func (Store) LockUnshared(ctx context.Context, tx *db.Tx, unit, after string, limit int) ([]Unshared, error) {
	return db.All(ctx, tx, func(r db.Row) (u Unshared, err error) { return u, r.Scan(&u.ID, &u.Net, &u.Shared) }, unsharedQuery+tx.ForUpdate(), unit, after, limit)
}

// ShareRules returns the rules of orders, by order, in their order.
func (Store) ShareRules(ctx context.Context, q db.Querier, orders []string) (map[string][]ShareRule, error) {
	in, args := db.In(1, orders)
	rows, err := db.All(ctx, q, func(r db.Row) (s ShareRule, err error) { return s, r.Scan(&s.Order, &s.To, &s.Part, &s.Basis) },
		`SELECT order_id, to_unit, part, basis FROM payments_share_rules WHERE order_id IN `+in+` ORDER BY order_id, number`, args...)
	all := make(map[string][]ShareRule, len(orders))
	for _, r := range rows {
		all[r.Order] = append(all[r.Order], r)
	}
	return all, err
}

// BookedShares returns what was booked of orders, by order and by who gets it.
func (Store) BookedShares(ctx context.Context, q db.Querier, orders []string) (map[string]map[string]int64, error) {
	in, args := db.In(1, orders)
	rows, err := db.All(ctx, q, func(r db.Row) (s Share, err error) { return s, r.Scan(&s.Order, &s.To, &s.Amount) },
		`SELECT order_id, to_unit, CAST(SUM(amount) AS BIGINT) FROM payments_shares WHERE order_id IN `+in+` GROUP BY order_id, to_unit`, args...)
	all := make(map[string]map[string]int64, len(orders))
	for _, s := range rows {
		if all[s.Order] == nil {
			all[s.Order] = map[string]int64{}
		}
		all[s.Order][s.To] = s.Amount
	}
	return all, err
}

// AddShares books parts of orders that were locked: all of each is shared after it.
func (Store) AddShares(ctx context.Context, tx *db.Tx, orders []string, all []Share) error {
	rows := make([][]any, len(all))
	for i, s := range all {
		rows[i] = []any{s.ID, s.Order, s.Unit, s.To, s.Amount, s.Day, s.Why, tx.Now}
	}
	if err := tx.InsertAll(ctx, `INSERT INTO payments_shares (id, order_id, unit, to_unit, amount, day, why, at)`, "", rows); err != nil {
		return err
	}
	in, args := db.In(1, orders)
	_, err := tx.Exec(ctx, `UPDATE payments_orders SET shared = amount - refunded WHERE id IN `+in, args...)
	return err
}

// ShareSum is what an agency got of what a unit took in a period.
type ShareSum struct {
	To, Unit        string
	Taken, Returned int64 // đồng; Returned is below nothing
	Orders          int64
}

// ShareSums adds up what was booked from one day to another, of units in scope that
// took it or that got it.
func (Store) ShareSums(ctx context.Context, q db.Querier, scope access.Scope, from, to string, limit int) ([]ShareSum, error) {
	text, args := sumsQuery(scope, from, to, limit)
	return db.All(ctx, q, func(r db.Row) (s ShareSum, err error) {
		return s, r.Scan(&s.To, &s.Unit, &s.Taken, &s.Returned, &s.Orders)
	}, text, args...)
}

func sumsQuery(scope access.Scope, from, to string, limit int) (string, []any) {
	in, args := scope.Where(access.Columns{Units: []string{"unit", "to_unit"}}, from, to, limit)
	return `SELECT to_unit, unit, CAST(SUM(CASE WHEN why = 'taken' THEN amount ELSE 0 END) AS BIGINT), CAST(SUM(CASE WHEN why = 'returned' THEN amount ELSE 0 END) AS BIGINT), COUNT(DISTINCT order_id)
		FROM payments_shares WHERE day >= $1 AND day <= $2 AND ` + in + ` GROUP BY to_unit, unit ORDER BY to_unit, unit LIMIT $3`, args
}
