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
	"tinhso.vn/internal/kernel/events"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/jobs"
	"tinhso.vn/internal/modules/dossiers"
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

// batch is how many lines go into one transaction: others write between two of them.
const batch = 1000

// bankSource begins who says it, of lines of statements.
const bankSource = "bank:"

func source(unit string) string { return bankSource + unit }

// Reconcile reads a statement of the account of the actor's unit: what fits an
// order pays it, what is known is passed over, and the rest is a difference. The same
// file again is read on where it was broken off, and refused where it was not.
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
	var days period
	sum := sha256.Sum256(raw)
	st := store.Statement{ID: id.New(), Unit: unit, Source: source(unit), Name: cleanName(name), SHA: hex.EncodeToString(sum[:]), By: actor.Account}
	if err := readStatement(raw, func(b booking) error { // all of it is read before any of it counts
		st.Lines, st.Total = st.Lines+1, st.Total+b.amount
		days.add(b.day)
		return nil
	}); err != nil {
		return "", err
	}
	if err := s.DB.Write(ctx, func(tx *db.Tx) error {
		fresh := st
		fresh.At = tx.Now
		added, err := s.store.AddStatement(ctx, tx, fresh)
		if err != nil {
			return err
		}
		if !added {
			if fresh, err = s.store.FindStatement(ctx, tx, unit, st.SHA); err != nil {
				return err
			}
			if !fresh.Ended.IsZero() {
				return payments.ErrReconciled
			}
		}
		st = fresh
		return audit.Record(ctx, tx, actor, payments.AuditReconciled, st.ID)
	}); err != nil {
		return "", err
	}
	if err := s.matchAll(ctx, actor, &st, raw); err != nil {
		return "", err
	}
	return st.ID, s.missing(ctx, st, days)
}

func cleanName(name string) string { return clipped(name, 100) }

// clipped is what s begins with, most characters of it.
func clipped(s string, most int) string {
	runes := []rune(s)
	return string(runes[:min(len(runes), most)])
}

// matchAll matches the lines of a statement that nobody has read yet, some at a time.
func (s *Service) matchAll(ctx context.Context, actor identity.Actor, st *store.Statement, raw []byte) error {
	skip, some := st.Done, make([]booking, 0, batch)
	if err := readStatement(raw, func(b booking) error {
		if skip > 0 {
			skip--
			return nil
		}
		if some = append(some, b); len(some) < batch {
			return nil
		}
		err := s.match(ctx, actor, st, some)
		some = some[:0]
		return err
	}); err != nil || len(some) == 0 {
		return err
	}
	return s.match(ctx, actor, st, some)
}

// found is what becomes of some lines of a statement.
type found struct {
	paid    []store.Payable // orders that lines pay
	reports []store.Report
	odd     []store.Difference
	fit     int
}

// match matches some lines in one transaction, with as many statements whatever their
// number is.
func (s *Service) match(ctx context.Context, actor identity.Actor, st *store.Statement, some []booking) error {
	codes, lines, named := make([]string, 0, len(some)), make([]string, 0, len(some)), make([]string, len(some))
	for i, b := range some {
		if named[i] = codeIn(b.text); named[i] != "" {
			codes, lines = append(codes, named[i]), append(lines, b.id)
		}
	}
	fit := 0
	if err := s.DB.Write(ctx, func(tx *db.Tx) error {
		orders, err := s.store.LockPayable(ctx, tx, st.Source, codes)
		if err != nil {
			return err
		}
		heard, err := s.store.Heard(ctx, tx, st.Source, lines)
		if err != nil {
			return err
		}
		var f found
		for i, b := range some {
			f.line(tx.Now, *st, b, named[i], orders, heard)
		}
		fresh, err := s.store.AddReports(ctx, tx, f.reports)
		if err == nil && !fresh {
			err = payments.ErrChanged // another statement of the account is read at this moment
		}
		if err != nil {
			return err
		}
		if err := s.paidAll(ctx, tx, actor, f.paid); err != nil {
			return err
		}
		if err := s.store.AddDifferences(ctx, tx, f.odd); err != nil {
			return err
		}
		fit = f.fit
		next, err := s.store.Matched(ctx, tx, st.ID, st.Done, len(some), fit)
		if err == nil && !next {
			err = payments.ErrChanged // somebody else reads the same file
		}
		return err
	}); err != nil {
		return err
	}
	st.Matched, st.Done = st.Matched+fit, st.Done+len(some)
	return nil
}

// line decides what becomes of a line. orders and heard are as they stand after the
// lines before it.
func (f *found) line(now db.Time, st store.Statement, b booking, code string, orders map[string]store.Payable, heard map[string]bool) {
	o, ok := orders[code]
	report := store.Report{ID: id.New(), Source: st.Source, TheirID: b.id, Try: code, Order: o.ID, Unit: st.Unit, Amount: b.amount, At: now}
	kind := ""
	switch {
	case !ok || o.Unit != st.Unit:
		kind, o.ID = DiffUnknown, ""
	case o.Booked == b.id: // another statement had this line
	case o.Amount != b.amount:
		kind = DiffAmount
	case o.State == payments.Cancelled || o.State == payments.Refunded:
		kind = DiffEnded
	case heard[b.id]: // the bank knows another payment by the same name
		kind = DiffTwice
	case o.State == payments.Waiting:
		report.Outcome = string(OutcomePaid)
		f.paid = append(f.paid, o)
		o.State, o.Way = payments.Paid, WayTransfer
	case o.Booked == "" && (o.Way == WayGateway || o.Way == WayPortal):
		report.Outcome = "matched" // the gateway has told us before the bank did
	default:
		kind = DiffTwice
	}
	if report.Outcome != "" {
		f.reports, o.Booked, heard[b.id] = append(f.reports, report), b.id, true
		orders[code] = o
	}
	if kind == "" {
		f.fit++
		return
	}
	f.odd = append(f.odd, store.Difference{ID: id.New(), Statement: st.ID, Unit: st.Unit, Line: b.line, Kind: kind, Amount: b.amount, Said: b.text, Order: o.ID, Open: true})
}

// paidAll is settle and paid of many orders for which transfers came: they are locked,
// they wait, and their reports are written.
func (s *Service) paidAll(ctx context.Context, tx *db.Tx, actor identity.Actor, all []store.Payable) error {
	if len(all) == 0 {
		return nil
	}
	ids, receipts, told := make([]string, len(all)), make([]receiptJob, len(all)), make([]payments.Moved, len(all))
	entries, said := make([]store.Entry, len(all)), make([]string, 0, 2*len(all))
	for i, o := range all {
		ids[i], receipts[i], told[i] = o.ID, receiptJob{Order: o.ID}, payments.Moved{Order: o.ID, Dossier: dossiers.ID(o.Dossier)}
		entries[i] = store.Entry{ID: id.New(), Order: o.ID, What: didTransfer, State: payments.Paid, Amount: o.Amount, By: actor.Account, At: tx.Now}
		said = append(said, o.ID+" "+string(OutcomePaid), o.ID)
	}
	if err := s.store.PayAll(ctx, tx, ids, WayTransfer); err != nil {
		return err
	}
	if err := jobs.EnqueueAll(ctx, tx, JobReceipt, receipts); err != nil {
		return err
	}
	if err := s.store.AddEntries(ctx, tx, entries); err != nil {
		return err
	}
	if err := events.PublishAll(ctx, tx, payments.EventMovedV1, told); err != nil {
		return err
	}
	return audit.RecordAll(ctx, tx, actor, payments.AuditReported, said)
}

// period is the days of which a statement tells, YYYY-MM-DD.
type period struct{ first, last string }

func (p *period) add(day string) {
	if day != "" && (p.first == "" || day < p.first) {
		p.first = day
	}
	p.last = max(p.last, day)
}

// missing ends a statement: it finds payments of its days of which it says nothing.
func (s *Service) missing(ctx context.Context, st store.Statement, days period) error {
	from, bad := time.ParseInLocation(time.DateOnly, days.first, calendar.Zone())
	to, worse := time.ParseInLocation(time.DateOnly, days.last, calendar.Zone())
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		ended, err := s.store.EndStatement(ctx, tx, st.ID)
		if err != nil || !ended || bad != nil || worse != nil { // it may say no days
			return err
		}
		lost, err := s.store.Unbooked(ctx, tx, st.Unit, st.Source, db.At(from), db.At(to.AddDate(0, 0, 1)), 1000)
		if err != nil {
			return err
		}
		all := make([]store.Difference, len(lost))
		for i, o := range lost {
			all[i] = store.Difference{ID: id.New(), Statement: st.ID, Unit: st.Unit, Kind: DiffMissing, Amount: o.Amount, Said: o.Code, Order: o.ID, Open: true}
		}
		return s.store.AddDifferences(ctx, tx, all)
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
