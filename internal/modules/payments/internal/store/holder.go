// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"fmt"

	"tinhso.vn/internal/modules/payments"
	"tinhso.vn/internal/platform/db"
)

// pointsTo are the columns of orders that point to persons, by what a merge calls them.
func pointsTo() map[string]string {
	return map[string]string{"payment.owner": "owner_id", "payment.bringer": "bringer_id"}
}

// Pointers returns what orders point to a person.
func (Store) Pointers(ctx context.Context, q db.Querier, person string) (all []payments.Pointer, err error) {
	for _, kind := range []string{"payment.owner", "payment.bringer"} {
		ids, err := db.All(ctx, q, db.Column[string], `SELECT id FROM payments_orders WHERE `+pointsTo()[kind]+` = $1 ORDER BY id`, person)
		if err != nil {
			return nil, err
		}
		for _, id := range ids {
			all = append(all, payments.Pointer{Kind: kind, ID: id})
		}
	}
	return all, nil
}

// Repoint gives an order to another person; false where it is not the first's.
func (Store) Repoint(ctx context.Context, tx *db.Tx, p payments.Pointer, from, to string) (bool, error) {
	column, ok := pointsTo()[p.Kind]
	if !ok {
		return false, fmt.Errorf("nothing is called %s", p.Kind)
	}
	n, err := tx.Exec(ctx, `UPDATE payments_orders SET `+column+` = $3 WHERE id = $1 AND `+column+` = $2`, p.ID, from, to)
	return n == 1, err
}

// OrdersFor returns all orders of a person.
func (s Store) OrdersFor(ctx context.Context, q db.Querier, person string) ([]Order, error) {
	return db.All(ctx, q, s.scanOrder, `SELECT `+orderColumns+` FROM payments_orders WHERE owner_id = $1 ORDER BY id`, person)
}
