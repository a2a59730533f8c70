// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"

	"tinhso.vn/internal/modules/payments"
	"tinhso.vn/internal/platform/db"
)

// Pointers returns what points to a person, for a merge.
func (s *Service) Pointers(ctx context.Context, q db.Querier, person string) ([]payments.Pointer, error) {
	return s.store.Pointers(ctx, q, person)
}

// Repoint makes an order that points to a person point to another.
func (s *Service) Repoint(ctx context.Context, tx *db.Tx, p payments.Pointer, from, to string) (bool, error) {
	return s.store.Repoint(ctx, tx, p, from, to)
}

// ExportPerson hands over the orders of a person with their last receipts, for the
// archive of what is kept about them.
func (s *Service) ExportPerson(ctx context.Context, person string, each func(Order, *Receipt) error) error {
	all, err := s.store.OrdersFor(ctx, s.DB, person)
	for _, o := range all {
		if err != nil {
			return err
		}
		p, ok, bad := s.store.ReceiptOf(ctx, s.DB, o.ID)
		switch {
		case bad != nil:
			return bad
		case ok:
			err = each(o, &p)
		default:
			err = each(o, nil)
		}
	}
	return err
}
