// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"errors"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/payments"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

var _ payments.Notices = (*Service)(nil)

// NoticesOf implements payments.Notices.
func (s *Service) NoticesOf(ctx context.Context, q db.Querier, id dossiers.ID) (all []payments.Notice, err error) {
	defer errs.Wrap(&err, "notices of dossier %s", id)

	orders, err := s.store.OrdersOf(ctx, q, access.All(), string(id))
	for _, o := range orders {
		all = append(all, payments.Notice{Code: o.Code, Name: o.Name, Amount: o.Amount, State: o.State, Way: o.Way, Made: o.At, Paid: o.PaidAt})
	}
	return all, err
}

// TakeOutside implements payments.Notices. Money for an order of another dossier is
// money that nobody has asked for.
func (s *Service) TakeOutside(ctx context.Context, actor identity.Actor, in payments.Outside) (outcome string, err error) {
	defer errs.Wrap(&err, "take money from outside")

	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		o, err := s.store.FindOrder(ctx, tx, codeIn(in.Order))
		if err != nil && !errors.Is(err, payments.ErrNotFound) {
			return err
		}
		m := money{source: in.Source, id: in.ID, try: in.Order, amount: in.Amount, way: WayPortal}
		if o.Dossier == string(in.Dossier) {
			m.order = o.ID
		}
		out, err := s.settle(ctx, tx, actor, m)
		outcome = string(out)
		return err
	})
	return outcome, err
}
