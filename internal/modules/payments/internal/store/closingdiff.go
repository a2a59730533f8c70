// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"

	"tinhso.vn/internal/platform/db"
)

// Gap is one reason why a drawer held another sum than it should.
type Gap struct {
	Direction string // over, short
	Cause     string
	Amount    int64 // đồng, more than nothing
	Reason    string
}

// AddGaps adds the differences of a closing, in their order.
func (Store) AddGaps(ctx context.Context, tx *db.Tx, closing string, all []Gap) error {
	for i, g := range all {
		if err := insert(ctx, tx, "payments_closing_differences", `closing_id, number, direction, cause, amount, reason`, closing, i+1, g.Direction, g.Cause, g.Amount, g.Reason); err != nil {
			return err
		}
	}
	return nil
}

// Gaps returns the differences of a closing, in their order; there are few.
func (Store) Gaps(ctx context.Context, q db.Querier, closing string) ([]Gap, error) {
	return db.All(ctx, q, func(r db.Row) (g Gap, err error) {
		return g, r.Scan(&g.Direction, &g.Cause, &g.Amount, &g.Reason)
	}, `SELECT direction, cause, amount, reason FROM payments_closing_differences WHERE closing_id = $1 ORDER BY number`, closing)
}
