// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"errors"

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

// Outcome is what became of money that came.
type Outcome string

// The outcomes. All but the first two and Failed are money that a person settles.
const (
	OutcomePaid   Outcome = "paid"
	OutcomeAgain  Outcome = "again"        // the same news came before: nothing happens
	OutcomeAmount Outcome = "other_amount" // more or less than was asked for
	OutcomeTwice  Outcome = "twice"        // the order was paid already
	OutcomeEnded  Outcome = "ended"        // it was cancelled, or its money went back
	OutcomeNobody Outcome = "unknown"      // we asked for no such payment
	OutcomeFailed Outcome = "failed"       // nothing was paid
)

// The ways in which money comes.
const (
	WayCash     = payments.WayCash
	WayTransfer = payments.WayTransfer
	WayGateway  = payments.WayGateway
	WayPortal   = payments.WayPortal
)

// money is a sum of which a bank or a gateway says that it came.
type money struct {
	source, id string // who says so, and by what it knows it again
	try, order string // as it was said; order is an id, empty: unknown
	unit       string // that has to look after it where no order does
	amount     int64
	way        string
}

// settle takes in money. Whatever comes late, doubled, reordered or with another
// amount has its outcome, and an order is paid once.
func (s *Service) settle(ctx context.Context, tx *db.Tx, actor identity.Actor, m money) (out Outcome, err error) {
	var o store.Order
	if m.order != "" {
		if o, err = s.store.GetOrder(ctx, tx, access.All(), m.order); err != nil && !errors.Is(err, payments.ErrNotFound) {
			return "", err
		}
	}
	switch {
	case o.ID == "":
		out = OutcomeNobody
	case o.State == payments.Cancelled || o.State == payments.Refunded:
		out = OutcomeEnded
	case o.State != payments.Waiting:
		out = OutcomeTwice
	case o.Amount != m.amount:
		out = OutcomeAmount
	default:
		out = OutcomePaid
	}
	unit := m.unit
	if o.Unit != "" {
		unit = o.Unit
	}
	added, err := s.store.AddReport(ctx, tx, store.Report{
		ID: id.New(), Source: m.source, TheirID: m.id, Try: m.try, Order: o.ID, Unit: unit, Amount: m.amount, Outcome: string(out), Open: out != OutcomePaid, At: tx.Now,
	})
	if err != nil {
		return "", err
	}
	if !added {
		return OutcomeAgain, nil
	}
	subject := o.ID
	if subject == "" {
		subject = m.source
	}
	if err := audit.Record(ctx, tx, actor, payments.AuditReported, subject+" "+string(out)); err != nil {
		return "", err
	}
	if out == OutcomePaid {
		err = s.paid(ctx, tx, actor, &o, m.way)
	}
	return out, err
}

// paid is what follows when an order is paid: the receipt, the dossier.
func (s *Service) paid(ctx context.Context, tx *db.Tx, actor identity.Actor, o *store.Order, way string) error {
	o.State, o.Way, o.PaidAt = payments.Paid, way, tx.Now
	if err := s.store.PutOrder(ctx, tx, *o); err != nil {
		return err
	}
	if err := jobs.Enqueue(ctx, tx, JobReceipt, receiptJob{Order: o.ID}); err != nil {
		return err
	}
	what, e := map[string]string{WayCash: didTake, WayTransfer: didTransfer, WayGateway: didGateway, WayPortal: didPortal}[way], payments.AuditReported
	if way == WayCash {
		e = payments.AuditTaken
	}
	return s.moved(ctx, tx, actor, *o, what, o.Amount, "", e)
}

// ListOdd returns the sums of the actor's units that came and do not fit, the
// newest first, before one.
func (s *Service) ListOdd(ctx context.Context, actor identity.Actor, before string) (all []Report, next string, err error) {
	defer errs.Wrap(&err, "list what does not fit")

	sc, err := access.Require(actor, payments.PermAccount)
	if err != nil {
		return nil, "", err
	}
	if all, err = s.store.ListOpenReports(ctx, s.DB, sc, before, PageSize+1); err != nil {
		return nil, "", err
	}
	all, next = cut(all, func(r Report) string { return r.ID })
	return all, next, nil
}

// SettleOdd says how a sum that did not fit was settled: paid back by the bank,
// booked elsewhere. It moves no money.
func (s *Service) SettleOdd(ctx context.Context, actor identity.Actor, report, note string) (err error) {
	defer errs.Wrap(&err, "settle %s", report)

	sc, err := access.Require(actor, payments.PermAccount)
	if err != nil {
		return err
	}
	var a asked
	if note = a.line("note", note, maxReason, true); a.err() != nil {
		return a.err()
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		r, err := s.store.GetReport(ctx, tx, sc, report)
		if err != nil {
			return err
		}
		if !r.Open {
			return payments.ErrDecided
		}
		r.Open, r.Note, r.By = false, note, actor.Account
		if err := s.store.PutReport(ctx, tx, r); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, payments.AuditSettled, report)
	})
}
