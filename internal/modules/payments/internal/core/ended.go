// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"encoding/json"
	"slices"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/events"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/payments"
	"tinhso.vn/internal/modules/payments/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
)

// endedWords is why nothing is asked for any more, and why money may go back.
const endedWords = "Hồ sơ đã dừng giải quyết, rút hoặc không được giải quyết"

// FollowEnd does JobEnded: of a dossier that ended without a result nothing is asked
// for any more, and of what was paid it is proposed that it goes back. Whether it does
// is decided by a person, and by another one than pays it out; a proposal that was
// declined is not made again.
func (s *Service) FollowEnd(ctx context.Context, body []byte) (err error) {
	defer errs.Wrap(&err, "end what is to be paid")

	var e events.Event
	if err := json.Unmarshal(body, &e); err != nil {
		return err
	}
	var m dossiers.Moved
	if err := json.Unmarshal(e.Body, &m); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		all, err := s.store.OrdersOf(ctx, tx, access.All(), string(m.Dossier))
		if err != nil {
			return err
		}
		for _, seen := range all {
			o, err := s.store.GetOrder(ctx, tx, access.All(), seen.ID)
			if err != nil {
				return err
			}
			switch {
			case o.State == payments.Waiting:
				o.State = payments.Cancelled
				if err := s.store.PutOrder(ctx, tx, o); err != nil {
					return err
				}
				err = s.moved(ctx, tx, program(), o, didCancel, o.Amount, endedWords, payments.AuditCancelled)
			case o.State == payments.Paid && o.Refunded < o.Amount:
				err = s.propose(ctx, tx, o)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// propose asks that all that is left of an order goes back, once.
func (s *Service) propose(ctx context.Context, tx *db.Tx, o store.Order) error {
	before, err := s.store.RefundsOf(ctx, tx, o.ID)
	if err != nil || slices.ContainsFunc(before, proposed) {
		return err
	}
	f := store.Refund{ID: id.New(), Order: o.ID, Unit: o.Unit, Amount: o.Amount - o.Refunded, Reason: endedWords, State: store.RefundAsked, AskedBy: program().Account, AskedAt: tx.Now}
	if err := s.store.AddRefund(ctx, tx, f); err != nil {
		return err
	}
	o.State = payments.Refunding
	if err := s.store.PutOrder(ctx, tx, o); err != nil {
		return err
	}
	return s.moved(ctx, tx, program(), o, didRefund, f.Amount, endedWords, payments.AuditRefund)
}

// proposed reports whether the program has asked for a refund, and no person.
func proposed(f store.Refund) bool { return f.AskedBy == program().Account }
