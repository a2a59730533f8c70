// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/payments"
	"tinhso.vn/internal/modules/payments/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
)

// The kinds of differences between a statement and what we know.
const (
	DiffUnknown = "unknown"      // no order has the code, or there is none
	DiffAmount  = "other_amount" // more or less than was asked for
	DiffTwice   = "twice"        // the order was paid another way, or another time
	DiffEnded   = "ended"        // the order was cancelled, or its money went back
	DiffMissing = "missing"      // we know of a payment that the bank does not
)

// The actions that settle a difference.
const (
	ActBooked    = "booked"    // the money is for another order
	ActReturned  = "returned"  // it was paid back
	ActExplained = "explained" // it is right, for a reason
)

type (
	// Statement is a statement that was read.
	Statement = store.Statement
	// Difference is a line of one that does not fit.
	Difference = store.Difference
)

// maxStatement is the size of a statement, in bytes.
const maxStatement = 32 << 20

// batch is how many lines go into one transaction.
const batch = 500

// bankSource begins who says it, of lines of statements.
const bankSource = "bank:"

func source(unit string) string { return bankSource + unit }

// Reconcile reads a statement of the account of the actor's unit: what fits an
// order pays it, what is known is passed over, and the rest is a difference.
func (s *Service) Reconcile(ctx context.Context, actor identity.Actor, name string, content io.Reader) (statement string, err error) {
	defer errs.Wrap(&err, "reconcile a statement")

	if _, err := access.Require(actor, payments.PermAccount); err != nil {
		return "", err
	}
	unit, err := unitOf(actor)
	if err != nil {
		return "", err
	}
	raw, err := io.ReadAll(io.LimitReader(content, maxStatement+1))
	switch {
	case err != nil:
		return "", err
	case len(raw) > maxStatement || len(raw) == 0:
		return "", payments.ErrStatement
	}
	all, err := readStatement(raw)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(raw)
	st := store.Statement{ID: id.New(), Unit: unit, Source: source(unit), Name: cleanName(name), SHA: hex.EncodeToString(sum[:]), Lines: len(all), By: actor.Account}
	for _, b := range all {
		st.Total += b.amount
	}
	if err := s.DB.Write(ctx, func(tx *db.Tx) error {
		st.At = tx.Now
		added, err := s.store.AddStatement(ctx, tx, st)
		if err == nil && !added {
			err = payments.ErrReconciled
		}
		if err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, payments.AuditReconciled, st.ID)
	}); err != nil {
		return "", err
	}
	for from := 0; from < len(all); from += batch {
		if err := s.match(ctx, actor, &st, all[from:min(from+batch, len(all))]); err != nil {
			return "", err
		}
	}
	return st.ID, s.missing(ctx, st, all)
}

func cleanName(name string) string {
	runes := []rune(name)
	return string(runes[:min(len(runes), 100)])
}

// match matches some lines in one transaction.
func (s *Service) match(ctx context.Context, actor identity.Actor, st *store.Statement, some []booking) error {
	matched := 0
	err := s.DB.Write(ctx, func(tx *db.Tx) error {
		matched = 0
		codes := make([]string, 0, len(some))
		for _, b := range some {
			if b.code != "" {
				codes = append(codes, b.code)
			}
		}
		orders, err := s.store.Payable(ctx, tx, st.Source, codes)
		if err != nil {
			return err
		}
		for _, b := range some {
			kind, order, err := s.matchOne(ctx, tx, actor, st, b, orders)
			if err != nil {
				return err
			}
			if kind == "" {
				matched++
				continue
			}
			if err := s.store.AddDifference(ctx, tx, store.Difference{ID: id.New(), Statement: st.ID, Unit: st.Unit, Line: b.line, Kind: kind, Amount: b.amount, Said: b.text, Order: order, Open: true}); err != nil {
				return err
			}
		}
		return s.store.Matched(ctx, tx, st.ID, matched)
	})
	st.Matched += matched
	return err
}

// matchOne is what becomes of a line: no kind where it fits.
func (s *Service) matchOne(ctx context.Context, tx *db.Tx, actor identity.Actor, st *store.Statement, b booking, orders map[string]store.Payable) (kind, order string, err error) {
	o, ok := orders[b.code]
	if !ok || o.Unit != st.Unit {
		return DiffUnknown, "", nil
	}
	switch {
	case o.Booked == b.id:
		return "", "", nil // another statement had this line
	case o.Amount != b.amount:
		return DiffAmount, o.ID, nil
	case o.State == payments.Waiting:
		out, err := s.settle(ctx, tx, actor, money{source: st.Source, id: b.id, try: b.code, order: o.ID, unit: st.Unit, amount: b.amount, way: WayTransfer})
		if err != nil {
			return "", "", err
		}
		o.State, o.Way, o.Booked = payments.Paid, WayTransfer, b.id
		orders[b.code] = o
		if out == OutcomePaid || out == OutcomeAgain {
			return "", "", nil
		}
		return DiffTwice, o.ID, nil // somebody took the money meanwhile
	case o.State == payments.Cancelled || o.State == payments.Refunded:
		return DiffEnded, o.ID, nil
	case o.Way != WayGateway && o.Way != WayPortal || o.Booked != "":
		return DiffTwice, o.ID, nil
	}
	o.Booked = b.id // the gateway has told us before the bank did
	orders[b.code] = o
	_, err = s.store.AddReport(ctx, tx, store.Report{ID: id.New(), Source: st.Source, TheirID: b.id, Try: b.code, Order: o.ID, Unit: st.Unit, Amount: b.amount, Outcome: "matched", At: tx.Now})
	return "", "", err
}

// missing finds payments of the days of a statement of which it says nothing.
func (s *Service) missing(ctx context.Context, st store.Statement, all []booking) error {
	first, last := "", ""
	for _, b := range all {
		if b.day != "" && (first == "" || b.day < first) {
			first = b.day
		}
		last = max(last, b.day)
	}
	from, bad := time.ParseInLocation(time.DateOnly, first, calendar.Zone())
	to, worse := time.ParseInLocation(time.DateOnly, last, calendar.Zone())
	if bad != nil || worse != nil {
		return nil //nolint:nilerr // it says no days
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		lost, err := s.store.Unbooked(ctx, tx, st.Unit, st.Source, db.At(from), db.At(to.AddDate(0, 0, 1)), 1000)
		if err != nil {
			return err
		}
		for _, o := range lost {
			if err := s.store.AddDifference(ctx, tx, store.Difference{ID: id.New(), Statement: st.ID, Unit: st.Unit, Kind: DiffMissing, Amount: o.Amount, Said: o.Code, Order: o.ID, Open: true}); err != nil {
				return err
			}
		}
		return nil
	})
}

// ListStatements returns the statements of the actor's units, the newest first, before one.
func (s *Service) ListStatements(ctx context.Context, actor identity.Actor, before string) (all []Statement, next string, err error) {
	defer errs.Wrap(&err, "list statements")

	sc, err := access.Require(actor, payments.PermAccount)
	if err != nil {
		return nil, "", err
	}
	if all, err = s.store.ListStatements(ctx, s.DB, sc, before, PageSize+1); err != nil {
		return nil, "", err
	}
	all, next = cut(all, func(st Statement) string { return st.ID })
	return all, next, nil
}

// Sheet is a statement with its differences, the open ones first.
type Sheet struct {
	Statement
	Differences []Difference
	Next        string
	Open        int
}

// GetStatement returns a statement of the actor's units with its differences after
// one; that texts of transfers were looked at is recorded.
func (s *Service) GetStatement(ctx context.Context, actor identity.Actor, statement, after string) (sh Sheet, err error) {
	defer errs.Wrap(&err, "statement %s", statement)

	sc, err := access.Require(actor, payments.PermAccount)
	if err != nil {
		return sh, err
	}
	if sh.Statement, err = s.store.GetStatement(ctx, s.DB, sc, statement); err != nil {
		return sh, err
	}
	if sh.Open, err = s.store.CountOpen(ctx, s.DB, statement); err != nil {
		return sh, err
	}
	if sh.Differences, err = s.store.ListDifferences(ctx, s.DB, statement, after, PageSize+1); err != nil {
		return sh, err
	}
	sh.Differences, sh.Next = cut(sh.Differences, func(d Difference) string { return d.ID })
	return sh, s.record(ctx, actor, payments.AuditLooked, statement)
}

// Settling is how a difference is settled.
type Settling struct {
	Action string
	Order  string // code, for ActBooked
	Note   string
}

// Settle settles a difference. Booked, the money pays the order that is named: it
// has to ask for as much.
func (s *Service) Settle(ctx context.Context, actor identity.Actor, difference string, in Settling) (err error) {
	defer errs.Wrap(&err, "settle difference %s", difference)

	sc, err := access.Require(actor, payments.PermAccount)
	if err != nil {
		return err
	}
	var a asked
	if in.Action != ActBooked && in.Action != ActReturned && in.Action != ActExplained {
		a.add("action", "form.choose")
	}
	in.Note = a.line("note", in.Note, maxReason, in.Action != ActBooked)
	in.Order = a.line("order", in.Order, 40, in.Action == ActBooked)
	if err := a.err(); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		d, err := s.store.GetDifference(ctx, tx, sc, difference)
		switch {
		case err != nil:
			return err
		case !d.Open:
			return payments.ErrDecided
		case in.Action == ActBooked && d.Kind == DiffMissing:
			return errs.BadInput([]errs.Field{{Name: "action", Code: "form.choose"}})
		}
		if in.Action == ActBooked {
			wrong := errs.BadInput([]errs.Field{{Name: "order", Code: "payments.no_order"}})
			o, err := s.store.FindOrder(ctx, tx, codeIn(in.Order))
			if err != nil || o.Unit != d.Unit {
				return wrong
			}
			if o.State != payments.Waiting || o.Amount != d.Amount {
				return errs.BadInput([]errs.Field{{Name: "order", Code: "payments.order_differs"}})
			}
			out, err := s.settle(ctx, tx, actor, money{source: source(d.Unit), id: "difference:" + d.ID, order: o.ID, unit: d.Unit, amount: d.Amount, way: WayTransfer})
			if err != nil {
				return err
			}
			if out != OutcomePaid {
				return payments.ErrChanged
			}
			d.Order = o.ID
		}
		d.Open, d.Action, d.Note, d.By, d.At = false, in.Action, in.Note, actor.Account, tx.Now
		if err := s.store.PutDifference(ctx, tx, d); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, payments.AuditSettled, difference)
	})
}
