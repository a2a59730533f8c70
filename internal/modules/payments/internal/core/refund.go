// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/jobs"
	"tinhso.vn/internal/modules/payments"
	"tinhso.vn/internal/modules/payments/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
)

// NewRefund is what somebody wants back.
type NewRefund struct {
	Amount int64
	Reason string
	Basis  string
}

// AskRefund asks that money goes back; a second person decides.
func (s *Service) AskRefund(ctx context.Context, actor identity.Actor, order string, in NewRefund) (refund string, err error) {
	defer errs.Wrap(&err, "ask for a refund of order %s", order)

	sc, err := office(actor)
	if err != nil {
		return "", err
	}
	var a asked
	in.Reason, in.Basis = a.line("reason", in.Reason, maxReason, true), a.line("basis", in.Basis, maxLine, true)
	a.amount(in.Amount)
	if err := a.err(); err != nil {
		return "", err
	}
	refund = id.New()
	return refund, s.DB.Write(ctx, func(tx *db.Tx) error {
		o, err := s.store.GetOrder(ctx, tx, sc, order)
		switch {
		case err != nil:
			return err
		case o.State != payments.Paid:
			return payments.ErrNotPaid
		case in.Amount > o.Amount-o.Refunded:
			return errs.BadInput([]errs.Field{{Name: "amount", Code: "payments.bad_refund", Args: map[string]any{"max": o.Amount - o.Refunded}}})
		}
		if err := s.store.AddRefund(ctx, tx, store.Refund{
			ID: refund, Order: order, Unit: o.Unit, Amount: in.Amount, Reason: in.Reason, Basis: in.Basis, State: store.RefundAsked, AskedBy: actor.Account, AskedAt: tx.Now,
		}); err != nil {
			return err
		}
		o.State = payments.Refunding
		if err := s.store.PutOrder(ctx, tx, o); err != nil {
			return err
		}
		return s.moved(ctx, tx, actor, o, didRefund, in.Amount, in.Reason, payments.AuditRefund)
	})
}

// ListRefunds returns the refunds of the actor's units, the newest first, before one.
func (s *Service) ListRefunds(ctx context.Context, actor identity.Actor, before string) (all []Refund, next string, err error) {
	defer errs.Wrap(&err, "list refunds")

	sc, err := office(actor)
	if err != nil {
		return nil, "", err
	}
	if all, err = s.store.ListRefunds(ctx, s.DB, sc, before, PageSize+1); err != nil {
		return nil, "", err
	}
	all, next = cut(all, func(f Refund) string { return f.ID })
	return all, next, nil
}

// refundOf returns a refund in a state with its order, both locked: the order
// first, as everybody locks.
func (s *Service) refundOf(ctx context.Context, tx *db.Tx, sc access.Scope, order, refund, state string) (o store.Order, f store.Refund, err error) {
	if o, err = s.store.GetOrder(ctx, tx, sc, order); err != nil {
		return o, f, err
	}
	if f, err = s.store.GetRefund(ctx, tx, sc, refund); err != nil {
		return o, f, err
	}
	switch {
	case f.Order != o.ID:
		err = payments.ErrNotFound
	case f.State != state:
		err = payments.ErrDecided
	}
	return o, f, err
}

// DecideRefund agrees that money goes back, or does not: not by who has asked.
func (s *Service) DecideRefund(ctx context.Context, actor identity.Actor, order, refund string, agree bool, note string) (err error) {
	defer errs.Wrap(&err, "decide refund %s", refund)

	sc, err := access.Require(actor, payments.PermAccount)
	if err != nil {
		return err
	}
	var a asked
	if note = a.line("note", note, maxReason, !agree); a.err() != nil {
		return a.err()
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		o, f, err := s.refundOf(ctx, tx, sc, order, refund, store.RefundAsked)
		if err != nil {
			return err
		}
		if f.AskedBy == actor.Account {
			return payments.ErrSame
		}
		f.State, f.DecidedBy, f.DecidedAt, f.Note = store.RefundApproved, actor.Account, tx.Now, note
		if agree {
			if err := s.store.PutRefund(ctx, tx, f); err != nil {
				return err
			}
			return audit.Record(ctx, tx, actor, payments.AuditApproved, order)
		}
		f.State, o.State = store.RefundDeclined, payments.Paid
		if err := s.store.PutRefund(ctx, tx, f); err != nil {
			return err
		}
		if err := s.store.PutOrder(ctx, tx, o); err != nil {
			return err
		}
		return s.moved(ctx, tx, actor, o, didDecline, f.Amount, note, payments.AuditDeclined)
	})
}

// FinishRefund says with which payment the money went back. What went back wholly
// has no receipt any more; of a part the receipt is replaced by hand.
func (s *Service) FinishRefund(ctx context.Context, actor identity.Actor, order, refund, ref string) (err error) {
	defer errs.Wrap(&err, "finish refund %s", refund)

	sc, err := office(actor)
	if err != nil {
		return err
	}
	var a asked
	if ref = a.line("ref", ref, maxLine, true); a.err() != nil {
		return a.err()
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		o, f, err := s.refundOf(ctx, tx, sc, order, refund, store.RefundApproved)
		if err != nil {
			return err
		}
		if proposed(f) && f.DecidedBy == actor.Account { // nobody has asked but the program: two persons all the same
			return payments.ErrSame
		}
		f.State, f.DoneBy, f.DoneAt, f.Ref = store.RefundDone, actor.Account, tx.Now, ref
		if err := s.store.PutRefund(ctx, tx, f); err != nil {
			return err
		}
		o.Refunded += f.Amount
		o.State = payments.Paid
		if o.Refunded == o.Amount {
			o.State = payments.Refunded
			if err := s.endReceipt(ctx, tx, actor, order, f.Reason); err != nil {
				return err
			}
		}
		if err := s.store.PutOrder(ctx, tx, o); err != nil {
			return err
		}
		if err := jobs.Enqueue(ctx, tx, JobShare, shareJob{o.Unit}); err != nil { // what others got of it comes back
			return err
		}
		return s.moved(ctx, tx, actor, o, didRepaid, -f.Amount, ref, payments.AuditRefunded)
	})
}
