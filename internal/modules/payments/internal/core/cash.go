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

// maxDrawer is how many takings one closing holds.
const maxDrawer = 2000

// Take takes the money of an order at the counter. Of two clerks the second is told
// that it is paid. Amount is what the clerk has read: of another one nobody is paid.
func (s *Service) Take(ctx context.Context, actor identity.Actor, order string, amount int64) (err error) {
	defer errs.Wrap(&err, "take the money of order %s", order)

	sc, err := access.Require(actor, payments.PermCollect)
	if err != nil {
		return err
	}
	unit, err := unitOf(actor)
	if err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		o, err := s.waiting(ctx, tx, sc, order)
		if err != nil {
			return err
		}
		if o.Amount != amount {
			return payments.ErrChanged
		}
		if err := s.store.AddCash(ctx, tx, store.Taking{ID: id.New(), Order: order, Unit: unit, By: actor.Account, At: tx.Now, Amount: amount}); err != nil {
			return err
		}
		return s.paid(ctx, tx, actor, &o, WayCash)
	})
}

// Undo gives cash back that is still in the cashier's own drawer: the order waits
// again, its receipt is cancelled.
func (s *Service) Undo(ctx context.Context, actor identity.Actor, order, reason string) (err error) {
	defer errs.Wrap(&err, "undo the taking of order %s", order)

	sc, err := access.Require(actor, payments.PermCollect)
	if err != nil {
		return err
	}
	var a asked
	if reason = a.line("reason", reason, maxReason, true); a.err() != nil {
		return a.err()
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		o, err := s.store.GetOrder(ctx, tx, sc, order)
		if err != nil {
			return err
		}
		if o.State != payments.Paid || o.Way != WayCash || o.Refunded > 0 {
			return payments.ErrDrawer
		}
		all, err := s.store.CashOf(ctx, tx, order)
		if err != nil {
			return err
		}
		if len(all) == 0 || all[0].UndoneBy != "" || all[0].Closing != "" || all[0].By != actor.Account {
			return payments.ErrDrawer
		}
		t := all[0]
		t.UndoneBy, t.UndoneAt, t.Why = actor.Account, tx.Now, reason
		if err := s.store.UndoCash(ctx, tx, t); err != nil {
			return err
		}
		if err := s.endReceipt(ctx, tx, actor, order, reason); err != nil {
			return err
		}
		o.State, o.Way, o.PaidAt = payments.Waiting, "", db.Time{}
		if err := s.store.PutOrder(ctx, tx, o); err != nil {
			return err
		}
		return s.moved(ctx, tx, actor, o, didUndo, -o.Amount, reason, payments.AuditUndone)
	})
}

// Drawer is what a cashier has taken and not yet closed.
type Drawer struct {
	Takings  []Taking // undone ones too
	Expected int64
	Codes    map[string]string // of orders
}

// OpenDrawer returns the drawer of the actor.
func (s *Service) OpenDrawer(ctx context.Context, actor identity.Actor) (d Drawer, err error) {
	defer errs.Wrap(&err, "drawer")

	if _, err := access.Require(actor, payments.PermCollect); err != nil {
		return d, err
	}
	unit, err := unitOf(actor)
	if err != nil {
		return d, err
	}
	return s.drawer(ctx, s.DB, actor.Account, unit)
}

func (s *Service) drawer(ctx context.Context, q db.Querier, account, unit string) (d Drawer, err error) {
	d.Takings, err = s.store.Drawer(ctx, q, account, unit, maxDrawer)
	for _, t := range d.Takings {
		if t.UndoneBy == "" {
			d.Expected += t.Amount
		}
	}
	return d, err
}

// Notes are the notes and coins that are counted, the largest first, in đồng.
func Notes() []int64 {
	return []int64{500000, 200000, 100000, 50000, 20000, 10000, 5000, 2000, 1000, 500, 200}
}

// Day is a closing with what is in it.
type Day struct {
	Closing
	All   []Taking
	Gaps  []Gap             // why it was another sum than it should be
	Codes map[string]string // of orders
	Names map[string]string // of accounts
}

// GetClosing returns a closing of the actor's units.
func (s *Service) GetClosing(ctx context.Context, actor identity.Actor, closing string) (d Day, err error) {
	defer errs.Wrap(&err, "closing %s", closing)

	sc, err := office(actor)
	if err != nil {
		return d, err
	}
	if d.Closing, err = s.store.GetClosing(ctx, s.DB, sc, closing); err != nil {
		return d, err
	}
	if d.All, err = s.store.ListClosed(ctx, s.DB, closing, maxDrawer); err != nil {
		return d, err
	}
	if d.Gaps, err = s.store.Gaps(ctx, s.DB, closing); err != nil {
		return d, err
	}
	d.Names = s.names(ctx, d.Cashier, d.DecidedBy)
	d.Codes, err = s.codes(ctx, d.All)
	return d, err
}

func (s *Service) codes(ctx context.Context, all []Taking) (map[string]string, error) {
	ids := make([]string, len(all))
	for i, t := range all {
		ids[i] = t.Order
	}
	return s.store.OrderCodes(ctx, s.DB, ids)
}

// ListClosings returns the closings of the actor's units, the newest first, before one.
func (s *Service) ListClosings(ctx context.Context, actor identity.Actor, before string) (all []Closing, next string, err error) {
	defer errs.Wrap(&err, "list closings")

	sc, err := office(actor)
	if err != nil {
		return nil, "", err
	}
	if all, err = s.store.ListClosings(ctx, s.DB, sc, before, PageSize+1); err != nil {
		return nil, "", err
	}
	all, next = cut(all, func(c Closing) string { return c.ID })
	return all, next, nil
}

// DecideClosing confirms a closing, or gives it back to be counted again: not by
// who has counted.
func (s *Service) DecideClosing(ctx context.Context, actor identity.Actor, closing string, confirm bool, note string) (err error) {
	defer errs.Wrap(&err, "decide closing %s", closing)

	sc, err := access.Require(actor, payments.PermAccount)
	if err != nil {
		return err
	}
	var a asked
	if note = a.line("note", note, maxReason, !confirm); a.err() != nil {
		return a.err()
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		c, err := s.store.GetClosing(ctx, tx, sc, closing)
		switch {
		case err != nil:
			return err
		case c.State != ClosingCounted:
			return payments.ErrDecided
		case c.Cashier == actor.Account:
			return payments.ErrSame
		}
		e := payments.AuditConfirmed
		c.State, c.DecidedBy, c.DecidedAt, c.Note = ClosingConfirmed, actor.Account, tx.Now, note
		if !confirm {
			c.State, e = ClosingReturned, payments.AuditReturned
			if err := s.store.Reopen(ctx, tx, closing); err != nil {
				return err
			}
		}
		if err := s.store.DecideClosing(ctx, tx, c); err != nil {
			return err
		}
		if confirm {
			if err := jobs.Enqueue(ctx, tx, JobShare, shareJob{c.Unit}); err != nil {
				return err
			}
		}
		return audit.Record(ctx, tx, actor, e, closing)
	})
}
