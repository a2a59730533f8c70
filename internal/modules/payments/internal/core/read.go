// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"errors"
	"net/url"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/payments"
	"tinhso.vn/internal/modules/payments/internal/store"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/vietqr"
)

// View is an order as its payer sees it. It is personal data.
type View struct {
	Order
	Lines   []Line
	Payee   Payee
	QR      string // the text of a code; empty: the unit has no account
	Purpose string // of the transfer
	Bank    string // where the simulated bank of a demonstration pays the code; empty: there is none
	Gateway bool   // people can pay on the page of a gateway
	Try     *Try   // the last one that was begun
	Receipt *Receipt
	Refunds []Refund
	Odd     bool // money came that does not fit; an official looks at it
	Blocks  bool // nothing is decided until it is paid
}

// Detail is an order as officials see it, with what happened to it.
type Detail struct {
	View
	History []Entry
	Cash    []Taking
	Reports []Report
	Names   map[string]string // of accounts
}

// Own returns an order of the actor, or of whom the actor acts for.
func (s *Service) Own(ctx context.Context, actor identity.Actor, order string) (v View, err error) {
	defer errs.Wrap(&err, "own order %s", order)

	sc, err := s.own(ctx, s.DB, actor, access.Pay)
	if err != nil {
		return v, err
	}
	o, err := s.store.GetOrder(ctx, s.DB, sc, order)
	if err != nil {
		return v, err
	}
	if v, err = s.view(ctx, o); err != nil || o.State != payments.Waiting {
		return v, err
	}
	b, ok, err := s.Dossiers.Bill(ctx, s.DB, dossiers.ID(o.Dossier))
	v.Blocks = ok && b.Fee.Before == procedures.BeforeDecision
	return v, err
}

// OwnOf returns the newest order of a dossier of the actor; ErrNotFound where it
// has none: what is free has no page of payments.
func (s *Service) OwnOf(ctx context.Context, actor identity.Actor, dossier string) (order string, err error) {
	defer errs.Wrap(&err, "orders of dossier %s", dossier)

	sc, err := s.own(ctx, s.DB, actor, access.Pay)
	if err != nil {
		return "", err
	}
	all, err := s.store.OrdersOf(ctx, s.DB, sc, dossier)
	if err != nil {
		return "", err
	}
	if len(all) == 0 {
		return "", payments.ErrNotFound
	}
	return all[0].ID, nil
}

func (s *Service) view(ctx context.Context, o store.Order) (v View, err error) {
	v.Order = o
	if v.Lines, err = s.store.ListLines(ctx, s.DB, o.ID); err != nil {
		return v, err
	}
	if v.Payee, _, err = s.store.FindPayee(ctx, s.DB, o.Unit); err != nil {
		return v, err
	}
	v.Purpose = vietqr.Purpose(o.Code + " " + o.DossierCode)
	if len(o.Code)+1+len(o.DossierCode) > vietqr.MaxPurpose {
		v.Purpose = o.Code // cut in the middle a code of a dossier would be another one
	}
	if v.Payee.Bank != "" && o.State == payments.Waiting {
		if v.QR, err = (vietqr.Code{
			Bank: v.Payee.Bank, Account: v.Payee.Account, Service: vietqr.ToAccount, Dynamic: true, Amount: o.Amount, Purpose: v.Purpose,
		}).Build(); err != nil {
			return v, err
		}
		if s.Bank != "" {
			v.Bank = s.Bank + "?ma=" + url.QueryEscape(v.QR)
		}
	}
	v.Gateway = s.Gateway != nil
	if t, ok, err := s.store.LastTry(ctx, s.DB, o.ID); err != nil {
		return v, err
	} else if ok {
		v.Try = &t
	}
	if p, ok, err := s.store.ReceiptOf(ctx, s.DB, o.ID); err != nil {
		return v, err
	} else if ok {
		v.Receipt = &p
	}
	if v.Refunds, err = s.store.RefundsOf(ctx, s.DB, o.ID); err != nil {
		return v, err
	}
	reports, err := s.store.ReportsOf(ctx, s.DB, o.ID)
	for _, one := range reports {
		v.Odd = v.Odd || one.Open
	}
	return v, err
}

// Get returns an order of the actor's units; that it was looked at is recorded.
func (s *Service) Get(ctx context.Context, actor identity.Actor, order string) (d Detail, err error) {
	defer errs.Wrap(&err, "order %s", order)

	sc, err := office(actor)
	if err != nil {
		return d, err
	}
	o, err := s.store.GetOrder(ctx, s.DB, sc, order)
	if err != nil {
		return d, err
	}
	if d.View, err = s.view(ctx, o); err != nil {
		return d, err
	}
	if d.History, err = s.store.ListEntries(ctx, s.DB, order); err != nil {
		return d, err
	}
	if d.Cash, err = s.store.CashOf(ctx, s.DB, order); err != nil {
		return d, err
	}
	if d.Reports, err = s.store.ReportsOf(ctx, s.DB, order); err != nil {
		return d, err
	}
	var accounts []string
	for _, e := range d.History {
		accounts = append(accounts, e.By)
	}
	for _, f := range d.Refunds {
		accounts = append(accounts, f.AskedBy, f.DecidedBy, f.DoneBy)
	}
	d.Names = s.names(ctx, accounts...)
	return d, s.DB.Write(ctx, func(tx *db.Tx) error {
		return audit.RecordReadOf(ctx, tx, actor, payments.AuditLooked, order, o.Owner, access.Handling)
	})
}

func (s *Service) names(ctx context.Context, accounts ...string) map[string]string {
	all := map[string]string{}
	for _, a := range accounts {
		if _, known := all[a]; !known && a != "" && a != program().Account {
			all[a] = s.Name(ctx, a)
		}
	}
	return all
}

// List returns the orders of the actor's units in a state, the newest first,
// before one. It shows no names of people.
func (s *Service) List(ctx context.Context, actor identity.Actor, state payments.State, before string) (all []Order, next string, err error) {
	defer errs.Wrap(&err, "list orders")

	sc, err := office(actor)
	if err != nil {
		return nil, "", err
	}
	if all, err = s.store.ListOrders(ctx, s.DB, sc, state, before, PageSize+1); err != nil {
		return nil, "", err
	}
	all, next = cut(all, func(o Order) string { return o.ID })
	return all, next, nil
}

// Find returns the order of the actor's units with a code: its own, or that of its dossier.
func (s *Service) Find(ctx context.Context, actor identity.Actor, code string) (order string, err error) {
	defer errs.Wrap(&err, "find order")

	sc, err := office(actor)
	if err != nil {
		return "", err
	}
	var a asked
	if code = a.line("q", code, 60, true); a.err() != nil {
		return "", a.err()
	}
	none := errs.BadInput([]errs.Field{{Name: "q", Code: "payments.no_order"}})
	if o, err := s.store.FindOrder(ctx, s.DB, codeIn(code)); err == nil {
		if o, err = s.store.GetOrder(ctx, s.DB, sc, o.ID); errors.Is(err, payments.ErrNotFound) {
			return "", none
		}
		return o.ID, err
	} else if !errors.Is(err, payments.ErrNotFound) {
		return "", err
	}
	found, ok, err := s.Dossiers.FindCase(ctx, s.DB, code)
	if err != nil {
		return "", err
	}
	if !ok {
		return "", none
	}
	all, err := s.store.OrdersOf(ctx, s.DB, sc, string(found.ID))
	if err != nil {
		return "", err
	}
	if len(all) == 0 {
		return "", none
	}
	return all[0].ID, nil
}
