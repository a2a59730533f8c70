// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/payments"
	"tinhso.vn/internal/modules/payments/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
)

// The ways in which what is counted differs from what should be there, and what a
// closing says of all its differences together.
const (
	DifferenceNone  = "none"
	DifferenceOver  = "over"
	DifferenceShort = "short"
	DifferenceError = "error" // of a closing that names one cause alone: a taking was entered with a mistake
)

// The causes of a difference.
const (
	CauseChange  = "change"  // too much or too little was given back
	CauseEntry   = "entry"   // a taking was entered with a mistake
	CauseUnfit   = "unfit"   // notes that are false, or not accepted
	CauseLater   = "later"   // money that was put in or taken out and belongs to another day
	CauseUnclear = "unclear" // nobody knows yet
)

// Causes lists them.
func Causes() []string {
	return []string{CauseChange, CauseEntry, CauseUnfit, CauseLater, CauseUnclear}
}

// Gap is one reason why a drawer holds another sum than it should.
type Gap = store.Gap

// MaxGaps is how many differences a closing explains at most.
const MaxGaps = 10

// Count is what a cashier finds in the drawer.
type Count struct {
	Expected int64 // as it was read: who takes money meanwhile counts again
	Counted  int64
	Notes    map[int64]int64 // how many of which; empty: not counted by note
	Gaps     []Gap           // every difference; they add up to Counted - Expected
	Kind     string          // in the place of Gaps: over, short or error, where the whole is one difference
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
	c, gaps, err := in.check()
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
		c.ID, c.Unit, c.Cashier, c.Day, c.State, c.At = closing, unit, actor.Account, today(tx.Now), ClosingCounted, tx.Now
		c.Expected, c.Counted, c.Takings = d.Expected, in.Counted, len(d.Takings)
		if err := s.store.AddClosing(ctx, tx, c); err != nil {
			return err
		}
		if err := s.store.AddGaps(ctx, tx, closing, gaps); err != nil {
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

// check returns what a closing says of all differences, and each of them.
func (in Count) check() (c store.Closing, gaps []Gap, err error) {
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
	c.Difference = DifferenceNone
	switch {
	case in.Counted > in.Expected:
		c.Difference = DifferenceOver
	case in.Counted < in.Expected:
		c.Difference = DifferenceShort
	}
	switch {
	case len(in.Gaps) > 0:
		gaps = in.gaps(&a)
	case c.Difference != DifferenceNone:
		gaps = in.whole(&a, &c)
	}
	raw, err := json.Marshal(in.Notes)
	if c.Counts = string(raw); len(in.Notes) == 0 {
		c.Counts = "{}"
	}
	if err == nil {
		err = a.err()
	}
	return c, gaps, err
}

// gaps checks differences that are explained one by one: together they have to be
// what is too much or missing.
func (in Count) gaps(a *asked) (all []Gap) {
	if len(in.Gaps) > MaxGaps {
		a.add("counted", "payments.many_gaps")
		return nil
	}
	causes, sum, whole := Causes(), int64(0), true
	for i, g := range in.Gaps {
		at := fmt.Sprintf("-%d", i+1)
		if g.Direction != DifferenceOver && g.Direction != DifferenceShort {
			a.add("direction"+at, "form.choose")
			whole = false
		}
		if g.Amount <= 0 || g.Amount > maxDong {
			a.add("amount"+at, "payments.bad_amount")
			whole = false
		}
		if !slices.Contains(causes, g.Cause) {
			a.add("cause"+at, "form.choose")
		}
		g.Reason = a.line("reason"+at, g.Reason, maxReason, true)
		if sum += g.Amount; g.Direction == DifferenceShort {
			sum -= 2 * g.Amount
		}
		all = append(all, g)
	}
	if differs := in.Counted - in.Expected; whole && sum != differs {
		a.fields = append(a.fields, errs.Field{Name: "amount-1", Code: "payments.gaps_differ", Args: map[string]any{"sum": sum, "differs": differs}})
	}
	return all
}

// whole takes all that is too much or missing for one difference.
func (in Count) whole(a *asked, c *store.Closing) []Gap {
	if in.Kind != c.Difference && in.Kind != DifferenceError {
		a.add("kind", "payments.bad_difference")
	}
	g := Gap{Direction: c.Difference, Cause: CauseUnclear, Amount: max(in.Counted-in.Expected, in.Expected-in.Counted), Reason: a.line("reason", in.Reason, maxReason, true)}
	if in.Kind == DifferenceError {
		c.Difference, g.Cause = DifferenceError, CauseEntry
	}
	c.Reason = g.Reason
	return []Gap{g}
}
