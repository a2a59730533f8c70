// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"encoding/json"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
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

// The kinds of differences between what is counted and what should be there.
const (
	DifferenceNone  = "none"
	DifferenceOver  = "over"
	DifferenceShort = "short"
	DifferenceError = "error" // counted right, written wrong: a taking was entered with a mistake
)

// Count is what a cashier finds in the drawer.
type Count struct {
	Expected int64 // as it was read: who takes money meanwhile counts again
	Counted  int64
	Notes    map[int64]int64 // how many of which; empty: not counted by note
	Kind     string          // of the difference; empty where there is none
	Reason   string
}

// Close ends the day of a cashier: what was taken is frozen with what was counted,
// and a second person confirms it.
func (s *Service) Close(ctx context.Context, actor identity.Actor, in Count) (closing string, err error) {
	defer errs.Wrap(&err, "close the day")

	if _, err := access.Require(actor, payments.PermCollect); err != nil {
		return "", err
	}
	unit, err := unitOf(actor)
	if err != nil {
		return "", err
	}
	kind, reason, counts, err := in.check()
	if err != nil {
		return "", err
	}
	closing = id.New()
	return closing, s.DB.Write(ctx, func(tx *db.Tx) error {
		d, err := s.drawer(ctx, tx, actor.Account, unit)
		switch {
		case err != nil:
			return err
		case len(d.Takings) == 0:
			return payments.ErrEmpty
		case d.Expected != in.Expected:
			return payments.ErrChanged
		}
		if err := s.store.AddClosing(ctx, tx, store.Closing{
			ID: closing, Unit: unit, Cashier: actor.Account, Day: today(tx.Now), Expected: d.Expected, Counted: in.Counted, Takings: len(d.Takings), Counts: counts,
			Difference: kind, Reason: reason, State: ClosingCounted, At: tx.Now,
		}); err != nil {
			return err
		}
		if err := s.store.CloseDrawer(ctx, tx, actor.Account, unit, d.Takings[len(d.Takings)-1].ID, closing); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, payments.AuditClosed, closing)
	})
}

// The states of a closing.
const (
	ClosingCounted   = "counted"
	ClosingConfirmed = "confirmed"
	ClosingReturned  = "returned"
)

func (in Count) check() (kind, reason, counts string, err error) {
	var a asked
	sum, known := int64(0), map[int64]bool{}
	for _, n := range Notes() {
		known[n] = true
	}
	for note, n := range in.Notes {
		if !known[note] || n < 0 || n > 1_000_000 {
			a.add("counted", "payments.bad_notes")
			break
		}
		sum += note * n
	}
	switch {
	case in.Counted < 0 || in.Counted > 1_000_000_000_000:
		a.add("counted", "payments.bad_amount")
	case sum > 0 && sum != in.Counted:
		a.add("counted", "payments.notes_differ")
	}
	kind = DifferenceNone
	if in.Counted != in.Expected {
		kind = in.Kind
		right := map[string]bool{DifferenceOver: in.Counted > in.Expected, DifferenceShort: in.Counted < in.Expected, DifferenceError: true}
		if !right[kind] {
			a.add("kind", "payments.bad_difference")
		}
	}
	reason = a.line("reason", in.Reason, maxReason, kind != DifferenceNone)
	raw, err := json.Marshal(in.Notes)
	if len(in.Notes) == 0 {
		raw = []byte("{}")
	}
	if err == nil {
		err = a.err()
	}
	return kind, reason, string(raw), err
}

// Day is a closing with what is in it.
type Day struct {
	Closing
	All   []Taking
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
		return audit.Record(ctx, tx, actor, e, closing)
	})
}
