// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"strings"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/payments"
	"tinhso.vn/internal/modules/payments/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/vietqr"
)

// GetPayee returns to whom money of a unit goes; empty where nobody has stated it.
func (s *Service) GetPayee(ctx context.Context, actor identity.Actor) (p Payee, err error) {
	defer errs.Wrap(&err, "payee")

	if _, err := access.Require(actor, payments.PermAccount); err != nil {
		return p, err
	}
	unit, err := unitOf(actor)
	if err != nil {
		return p, err
	}
	p, _, err = s.store.FindPayee(ctx, s.DB, unit)
	return p, err
}

// SetPayee states to which account money of the actor's unit goes, and how its
// receipts are numbered. Orders that wait show it at once.
func (s *Service) SetPayee(ctx context.Context, actor identity.Actor, in Payee) (err error) {
	defer errs.Wrap(&err, "set the payee")

	sc, err := access.Require(actor, payments.PermAccount)
	if err != nil {
		return err
	}
	unit, err := unitOf(actor)
	if err != nil {
		return err
	}
	if seen, err := sc.Sees(ctx, s.DB, orgs.ID(unit)); err != nil || !seen {
		return errs0(err, payments.ErrNoUnit)
	}
	var a asked
	in.Bank, in.Account = strings.ReplaceAll(a.line("bank", in.Bank, 6, false), " ", ""), strings.ReplaceAll(a.line("account", in.Account, 30, in.Bank != ""), " ", "")
	in.Holder = a.line("holder", in.Holder, maxLine, in.Bank != "")
	in.Form, in.Series = a.line("form", in.Form, 20, false), a.line("series", in.Series, 20, in.Form != "")
	in.Source = a.line("source", in.Source, maxLine, true)
	if in.Bank != "" && in.Account != "" {
		if _, err := (vietqr.Code{Bank: in.Bank, Account: in.Account, Service: vietqr.ToAccount}).Build(); err != nil {
			a.add("account", "payments.bad_account")
		}
	}
	if err := a.err(); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		old, _, err := s.store.FindPayee(ctx, tx, unit)
		if err != nil {
			return err
		}
		if old.Version != in.Version {
			return payments.ErrChanged
		}
		if err := s.store.PutPayee(ctx, tx, store.Payee{
			Unit: unit, Bank: in.Bank, Account: in.Account, Holder: in.Holder, Form: in.Form, Series: in.Series, Source: in.Source, By: actor.Account, At: tx.Now,
		}); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, payments.AuditPayee, unit)
	})
}

// errs0 is the first error, or the second where there is none.
func errs0(err, otherwise error) error {
	if err != nil {
		return err
	}
	return otherwise
}
