// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/events"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/sequence"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/payments"
	"tinhso.vn/internal/modules/payments/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
)

// What happens to an order, as its history says it.
const (
	didOrder    = "ordered"
	didReduce   = "reduced"
	didCancel   = "cancelled"
	didTake     = "cash"
	didUndo     = "undone"
	didTransfer = "transfer"
	didGateway  = "gateway"
	didPortal   = "portal"
	didRefund   = "refund_asked"
	didDecline  = "refund_declined"
	didRepaid   = "refunded"
)

// MakeOrder does JobOrder: a dossier was accepted. What its rules do not say
// exactly, or not at all, is not ordered: somebody at the counter does.
func (s *Service) MakeOrder(ctx context.Context, body []byte) (err error) {
	defer errs.Wrap(&err, "order what a dossier costs")

	var e events.Event
	if err := json.Unmarshal(body, &e); err != nil {
		return err
	}
	var m dossiers.Moved
	if err := json.Unmarshal(e.Body, &m); err != nil {
		return err
	}
	b, ok, err := s.Dossiers.Bill(ctx, s.DB, m.Dossier)
	if err != nil || !ok || b.Why != nil || !b.Charge.Known || !b.Charge.Exact || b.Charge.Amount == 0 {
		return err
	}
	basis := ""
	if b.Fee.Legal != "" {
		basis = s.Cited(ctx, b.Fee.Legal)
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		_, err := s.order(ctx, tx, program(), b, 1, store.Line{Kind: "fee", Name: b.Name.VI, Amount: b.Charge.Amount, Basis: basis})
		return err
	})
}

// order makes the order of a turn of a dossier; nothing where there is one.
func (s *Service) order(ctx context.Context, tx *db.Tx, actor identity.Actor, b dossiers.Bill, turn int, l store.Line) (order string, err error) {
	code, err := nextCode(ctx, tx)
	if err != nil {
		return "", err
	}
	o := store.Order{
		ID: id.New(), Code: code, Dossier: string(b.Dossier), DossierCode: b.Code, Turn: turn, Unit: string(b.Unit), Owner: b.Owner, Bringer: b.Bringer,
		Procedure: string(b.Procedure), SHA: b.SHA, Name: b.Name, Payer: b.OwnerName, State: payments.Waiting, Amount: l.Amount, At: tx.Now,
	}
	added, err := s.store.AddOrder(ctx, tx, o)
	if err != nil || !added {
		return "", err
	}
	l.Order, l.Number = o.ID, 1
	if actor.Account != program().Account {
		l.By = actor.Account
	}
	if err := s.store.AddLine(ctx, tx, l); err != nil {
		return "", err
	}
	if err := s.shareRules(ctx, tx, o.ID, b); err != nil {
		return "", err
	}
	return o.ID, s.moved(ctx, tx, actor, o, didOrder, o.Amount, "", payments.AuditOrdered)
}

// moved records what happened to an order, for people, for the audit log and for
// the dossier.
func (s *Service) moved(ctx context.Context, tx *db.Tx, actor identity.Actor, o store.Order, what string, amount int64, note string, e audit.Event) error {
	if err := s.store.AddEntry(ctx, tx, store.Entry{ID: id.New(), Order: o.ID, What: what, State: o.State, Amount: amount, Note: note, By: actor.Account, At: tx.Now}); err != nil {
		return err
	}
	if err := events.Publish(ctx, tx, payments.EventMovedV1, payments.Moved{Order: o.ID, Dossier: dossiers.ID(o.Dossier)}); err != nil {
		return err
	}
	return audit.Record(ctx, tx, actor, e, o.ID)
}

// Follow does JobFollow: the dossier goes where its orders stand. It asks under the
// lock of the dossier, so that late, doubled and reordered events end alike.
func (s *Service) Follow(ctx context.Context, body []byte) (err error) {
	defer errs.Wrap(&err, "let a dossier follow its payments")

	var e events.Event
	if err := json.Unmarshal(body, &e); err != nil {
		return err
	}
	var m payments.Moved
	if err := json.Unmarshal(e.Body, &m); err != nil {
		return err
	}
	err = s.Dossiers.FollowFinance(ctx, m.Dossier, func(ctx context.Context, tx *db.Tx) (dossiers.Progress, error) {
		all, err := s.store.OrdersOf(ctx, tx, access.All(), string(m.Dossier))
		return stands(all), err
	})
	if errors.Is(err, dossiers.ErrNotFound) {
		return nil
	}
	return err
}

// stands is where the finance of a dossier with these orders stands.
func stands(all []store.Order) dossiers.Progress {
	has := make(map[payments.State]bool)
	for _, o := range all {
		has[o.State] = true
	}
	switch {
	case has[payments.Waiting]:
		return dossiers.Waiting
	case has[payments.Refunding]:
		return dossiers.Refunding
	case has[payments.Paid]:
		return dossiers.Paid
	case has[payments.Refunded]:
		return dossiers.Refunded
	}
	return dossiers.None
}

// nextCode is what people write into a transfer: the year, the number of the year
// and a digit that tells most mistakes of typing.
func nextCode(ctx context.Context, tx *db.Tx) (string, error) {
	year := zoned(tx.Now.Time).Format("06")
	n, err := sequence.Next(ctx, tx, "payments", year)
	body := fmt.Sprintf("%s%07d", year, n)
	return CodePrefix + body + check(body), err
}

// CodePrefix begins the code of an order.
const CodePrefix = "TP"

// check is the digit of Luhn's formula.
func check(digits string) string {
	sum := 0
	for i := range len(digits) {
		d := int(digits[len(digits)-1-i] - '0')
		if i%2 == 0 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return string(rune('0' + (10-sum%10)%10))
}

// NewOrder is what the counter asks for where the rules do not say it exactly.
type NewOrder struct {
	Dossier string // code
	Name    string // what it is for
	Amount  int64
	Basis   string
}

// Order makes an order by hand for a dossier of the actor's units.
func (s *Service) Order(ctx context.Context, actor identity.Actor, in NewOrder) (order string, err error) {
	defer errs.Wrap(&err, "order")

	sc, err := access.Require(actor, payments.PermCollect)
	if err != nil {
		return "", err
	}
	var a asked
	in.Dossier = a.line("dossier", in.Dossier, 40, true)
	in.Name, in.Basis = a.line("name", in.Name, maxLine, true), a.line("basis", in.Basis, maxLine, true)
	a.amount(in.Amount)
	if err := a.err(); err != nil {
		return "", err
	}
	wrong := errs.BadInput([]errs.Field{{Name: "dossier", Code: "payments.no_dossier"}})
	found, ok, err := s.Dossiers.FindCase(ctx, s.DB, in.Dossier)
	if err != nil {
		return "", err
	}
	if !ok {
		return "", wrong
	}
	b, ok, err := s.Dossiers.Bill(ctx, s.DB, found.ID)
	if err != nil {
		return "", err
	}
	seen, bad := sc.Sees(ctx, s.DB, b.Unit)
	switch {
	case bad != nil:
		return "", bad
	case !ok || !seen:
		return "", wrong
	case b.Fee.Kind == "none":
		return "", payments.ErrFree
	case b.Status.Ended():
		return "", payments.ErrOver
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		all, err := s.store.OrdersOf(ctx, tx, access.All(), string(b.Dossier))
		if err != nil {
			return err
		}
		turn := 1
		if len(all) > 0 {
			turn = all[0].Turn + 1
		}
		for _, o := range all {
			if o.State == payments.Waiting {
				return payments.ErrOrdered
			}
		}
		if order, err = s.order(ctx, tx, actor, b, turn, store.Line{Kind: "fee", Name: in.Name, Amount: in.Amount, Basis: in.Basis}); err == nil && order == "" {
			err = payments.ErrOrdered // somebody else was faster
		}
		return err
	})
	return order, err
}

// Reduction lowers what is to be paid.
type Reduction struct {
	Version int // of the order, as it was read
	Name    string
	Amount  int64 // what is taken off
	Basis   string
}

// Reduce lowers an order that nobody has paid, for a reason that the law knows. An
// order of nothing is cancelled.
func (s *Service) Reduce(ctx context.Context, actor identity.Actor, order string, in Reduction) (err error) {
	defer errs.Wrap(&err, "reduce order %s", order)

	sc, err := access.Require(actor, payments.PermAccount)
	if err != nil {
		return err
	}
	var a asked
	in.Name, in.Basis = a.line("name", in.Name, maxLine, true), a.line("basis", in.Basis, maxLine, true)
	a.amount(in.Amount)
	if err := a.err(); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		o, err := s.waiting(ctx, tx, sc, order)
		switch {
		case err != nil:
			return err
		case o.Version != in.Version:
			return payments.ErrChanged
		case in.Amount > o.Amount:
			return errs.BadInput([]errs.Field{{Name: "amount", Code: "payments.bad_amount"}})
		}
		lines, err := s.store.ListLines(ctx, tx, order)
		if err != nil {
			return err
		}
		if err := s.store.AddLine(ctx, tx, store.Line{Order: order, Number: len(lines) + 1, Kind: "reduction", Name: in.Name, Amount: -in.Amount, Basis: in.Basis, By: actor.Account}); err != nil {
			return err
		}
		if o.Amount == in.Amount {
			o.State = payments.Cancelled
		} else {
			o.Amount -= in.Amount
		}
		if err := s.store.PutOrder(ctx, tx, o); err != nil {
			return err
		}
		return s.moved(ctx, tx, actor, o, didReduce, -in.Amount, in.Name, payments.AuditReduced)
	})
}

// waiting returns an order that is still to be paid, locked.
func (s *Service) waiting(ctx context.Context, tx *db.Tx, sc access.Scope, order string) (store.Order, error) {
	o, err := s.store.GetOrder(ctx, tx, sc, order)
	switch {
	case err != nil:
	case o.State == payments.Paid:
		err = payments.ErrPaid
	case o.State != payments.Waiting:
		err = payments.ErrOver
	}
	return o, err
}

// Cancel ends an order that nobody has paid.
func (s *Service) Cancel(ctx context.Context, actor identity.Actor, order, reason string) (err error) {
	defer errs.Wrap(&err, "cancel order %s", order)

	sc, err := access.Require(actor, payments.PermAccount)
	if err != nil {
		return err
	}
	var a asked
	if reason = a.line("reason", reason, maxReason, true); a.err() != nil {
		return a.err()
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		o, err := s.waiting(ctx, tx, sc, order)
		if err != nil {
			return err
		}
		o.State = payments.Cancelled
		if err := s.store.PutOrder(ctx, tx, o); err != nil {
			return err
		}
		return s.moved(ctx, tx, actor, o, didCancel, o.Amount, reason, payments.AuditCancelled)
	})
}
