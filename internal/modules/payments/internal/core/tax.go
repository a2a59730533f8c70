// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/connectors"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/payments"
	"tinhso.vn/internal/modules/payments/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/fetch"
	"tinhso.vn/internal/platform/id"
	"tinhso.vn/internal/platform/text"
)

// Tax is where the tax authority takes receipts. Its specification is not among the
// documents that we have: Source names the one by which an installation was set up, and
// what is said stands in taxwords.go alone.
type Tax struct {
	URL, Token string
	Source     string // by which document
}

// Told is what the tax authority was told of a receipt, and what it answered.
type Told = store.Told

// The states of what is told that pages tell apart.
const (
	TaxWaiting = store.TaxWaiting
	TaxTaken   = store.TaxTaken
	TaxRefused = store.TaxRefused
)

// TaxStates lists them, what needs a person first.
func TaxStates() []string { return []string{TaxRefused, TaxWaiting, TaxTaken} }

// TaxOn reports whether receipts are sent to the tax authority.
func (s *Service) TaxOn() bool { return s.Tax.URL != "" && s.Hub != nil }

// declareTax makes the authority a partner.
func (s *Service) declareTax() {
	title := func(vi, en string) i18n.Text { return i18n.Text{VI: vi, EN: en} }
	s.client = fetch.New(fetch.Options{Configured: true, Limit: maxStatement})
	s.Hub.Declare(connectors.Partner{
		ID: payments.TaxPartner, Title: title("Cơ quan thuế: biên lai điện tử", "Tax authority: electronic receipts"), Address: s.Tax.URL,
		Operations: []connectors.Operation{
			{Name: opTaxIssue, Title: title("Gửi biên lai", "A receipt was issued")},
			{Name: opTaxCancel, Title: title("Báo hủy biên lai", "A receipt was cancelled")},
			{Name: opTaxList, Title: title("Đối chiếu biên lai", "Compare receipts")},
		},
		Call: s.callTax, Settled: s.taxSettled, Compare: s.compareTax, Again: s.tellDossier,
	})
}

// tellTax puts what happened to a receipt into the outbox, in the transaction in which
// it happens. What is told of one order arrives in its order.
func (s *Service) tellTax(ctx context.Context, tx *db.Tx, p store.Receipt, act string) error {
	if !s.TaxOn() {
		return nil
	}
	o, err := s.store.GetOrder(ctx, tx, access.All(), p.Order)
	if err != nil {
		return err
	}
	body, err := s.taxBody(ctx, tx, o, p, act)
	if err != nil {
		return err
	}
	t := store.Told{ID: id.New(), Receipt: p.ID, Order: p.Order, Unit: p.Unit, Act: act, State: store.TaxWaiting, At: tx.Now}
	if err := s.store.AddTold(ctx, tx, t); err != nil {
		return err
	}
	op := opTaxIssue
	if act == store.TaxCancel {
		op = opTaxCancel
	}
	return s.Hub.Send(ctx, tx, connectors.Message{Partner: payments.TaxPartner, Operation: op, Lane: p.Order, Dossier: o.Dossier, Purpose: "tax", Key: t.ID, Body: body})
}

// taxSettled writes down what the authority has answered: its code, or its refusal.
func (s *Service) taxSettled(ctx context.Context, tx *db.Tx, m connectors.Sent, a connectors.Answer) error {
	if err := s.store.LockTold(ctx, tx, m.Key); err != nil {
		return err
	}
	t, err := s.store.GetTold(ctx, tx, access.All(), m.Key)
	if errors.Is(err, payments.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	t.Message = m.ID
	event := payments.AuditTaxTaken
	switch m.State {
	case "sent":
		t.Code, t.Error, t.Said, t.EndedAt = a.Reference, "", "", tx.Now
		if t.State != store.TaxAgain {
			t.State = store.TaxTaken
		}
	case "dead":
		_, t.Error, t.Said = readTax(a.Body)
		if t.Error == "" {
			t.Error = a.Error // it has not answered, as often as it was asked
		}
		t.EndedAt, event = tx.Now, payments.AuditTaxRefused
		if t.State != store.TaxAgain {
			t.State = store.TaxRefused
		}
	default:
		return s.store.PutTold(ctx, tx, t)
	}
	if err := s.store.PutTold(ctx, tx, t); err != nil {
		return err
	}
	return audit.Record(ctx, tx, program(), event, t.Order)
}

// ListTold returns what the tax authority was told of receipts of the actor's units
// and is in a state, the newest first, before one. It names nobody.
func (s *Service) ListTold(ctx context.Context, actor identity.Actor, state, before string) (all []Told, next string, err error) {
	defer errs.Wrap(&err, "list what the tax authority was told")

	sc, err := access.Require(actor, payments.PermAccount)
	if err != nil {
		return nil, "", err
	}
	if !slices.Contains(TaxStates(), state) {
		state = TaxRefused
	}
	if all, err = s.store.ListTold(ctx, s.DB, sc, state, before, PageSize+1); err != nil {
		return nil, "", err
	}
	all, next = cut(all, func(t Told) string { return t.ID })
	return all, next, nil
}

// GetTold returns one of them.
func (s *Service) GetTold(ctx context.Context, actor identity.Actor, told string) (t Told, err error) {
	defer errs.Wrap(&err, "what the tax authority was told, %s", told)

	sc, err := access.Require(actor, payments.PermAccount)
	if err != nil {
		return t, err
	}
	return s.store.GetTold(ctx, s.DB, sc, told)
}

// TellAgain sends again what the authority has refused, when its reason is mended. Of
// two who do it at once the second is told.
func (s *Service) TellAgain(ctx context.Context, actor identity.Actor, told string) (err error) {
	defer errs.Wrap(&err, "tell the tax authority again, %s", told)

	sc, err := access.Require(actor, payments.PermAccount)
	if err != nil {
		return err
	}
	if !s.TaxOn() {
		return payments.ErrNoTax
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		if err := s.store.LockTold(ctx, tx, told); err != nil {
			return err
		}
		t, err := s.store.GetTold(ctx, tx, sc, told)
		switch {
		case err != nil:
			return err
		case t.State != store.TaxRefused:
			return payments.ErrDecided
		}
		if err := s.tellOnce(ctx, tx, t); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, payments.AuditTaxAgain, t.Order)
	})
}

// tellOnce sends the message again that was refused, so that what waits behind it stays
// behind it; where somebody has given it up, another one.
func (s *Service) tellOnce(ctx context.Context, tx *db.Tx, t store.Told) error {
	_, err := s.Hub.Retry(ctx, tx, t.Message)
	switch {
	case err == nil:
		t.State, t.EndedAt = store.TaxWaiting, db.Time{}
		return s.store.PutTold(ctx, tx, t)
	case !errors.Is(err, connectors.ErrState) && !errors.Is(err, connectors.ErrErased) && !errors.Is(err, connectors.ErrUnknown):
		return err
	}
	p, err := s.store.GetReceipt(ctx, tx, t.Receipt)
	if err != nil {
		return err
	}
	return s.tellTax(ctx, tx, p, t.Act)
}

// tellDossier tells again how the receipts of a dossier stand, after a comparison.
func (s *Service) tellDossier(ctx context.Context, tx *db.Tx, dossier string) error {
	orders, err := s.store.OrdersOf(ctx, tx, access.All(), dossier)
	if err != nil {
		return err
	}
	for _, o := range orders {
		all, err := s.store.ReceiptsOf(ctx, tx, o.ID)
		if err != nil {
			return err
		}
		for _, p := range all {
			if p.State == store.Numbered {
				continue // it is told when its document is made
			}
			if err := s.tellTax(ctx, tx, p, store.TaxIssue); err != nil {
				return err
			}
			if p.State != store.Cancelled {
				continue
			}
			if err := s.tellTax(ctx, tx, p, store.TaxCancel); err != nil {
				return err
			}
		}
	}
	return nil
}

// compareTax returns the receipts of a period as either side knows them.
func (s *Service) compareTax(ctx context.Context, from, to db.Time) (ours, theirs []connectors.Entry, err error) {
	for after := ""; ; {
		all, err := s.store.ReceiptsBetween(ctx, s.DB, from, to, after, 1000)
		if err != nil {
			return nil, nil, err
		}
		for _, e := range all {
			after = e.ID
			if e.State == store.Numbered {
				continue
			}
			ours = append(ours, connectors.Entry{Code: taxCode(e.Unit, e.Form, e.Series, e.Year, e.Number), Dossier: e.Dossier, Says: taxSays(taxState(e.State), e.Amount)})
		}
		if len(all) < 1000 {
			break
		}
	}
	raw, err := json.Marshal(taxPeriod{From: stamp(from), To: stamp(to)})
	if err != nil {
		return nil, nil, err
	}
	a, err := s.Hub.Ask(ctx, connectors.Question{Partner: payments.TaxPartner, Operation: opTaxList, Purpose: "tax", Body: raw})
	if err != nil {
		return nil, nil, err
	}
	var got taxRegister
	if a.Outcome != connectors.OK || json.Unmarshal(a.Body, &got) != nil {
		return nil, nil, connectors.ErrDown
	}
	for _, e := range got.All {
		theirs = append(theirs, connectors.Entry{Code: taxCode(e.Unit, e.Form, e.Series, e.Year, e.Number), Says: taxSays(e.State, e.Amount)})
	}
	return ours, theirs, nil
}

// taxCode is what both sides call a receipt.
func taxCode(unit, form, series string, year int, number int64) string {
	return fmt.Sprintf("%s %s %s/%d/%07d", unit, form, series, year, number)
}

func taxSays(state string, amount int64) string { return fmt.Sprintf("%s %d", state, amount) }

// ToldNumber writes the number of the receipt of which something was told.
func ToldNumber(t Told) string { return fmt.Sprintf("%s %s %07d", t.Form, t.Series, t.Number) }

func oneLine(s string, most int) string {
	r := []rune(text.Line(s))
	return string(r[:min(len(r), most)])
}
