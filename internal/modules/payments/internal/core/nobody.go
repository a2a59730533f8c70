// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"errors"
	"strings"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/payments"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// FindNobodys finds money that belongs to no unit, by what only who has paid it or
// received it knows: its number or its text, and how much it was. It becomes money of
// the actor's unit, to be given to an order or to be settled with words. Of two who
// find it at once the second finds nothing.
func (s *Service) FindNobodys(ctx context.Context, actor identity.Actor, reference string, amount int64) (report string, err error) {
	defer errs.Wrap(&err, "find money of nobody")

	if _, err := access.Require(actor, payments.PermAccount); err != nil {
		return "", err
	}
	unit, err := unitOf(actor)
	if err != nil {
		return "", err
	}
	var a asked
	reference = a.line("reference", reference, maxLine, true)
	a.amount(amount)
	if err := a.err(); err != nil {
		return "", err
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		r, found, err := s.store.FindNobodys(ctx, tx, reference, amount)
		if err != nil {
			return err
		}
		if !found {
			return errs.BadInput([]errs.Field{{Name: "reference", Code: "payments.nobodys_none"}})
		}
		r.Unit, report = unit, r.ID
		if err := s.store.PutReport(ctx, tx, r); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, payments.AuditClaimed, r.ID)
	})
	return report, err
}

// Assign gives money that came and did not fit to the order it is for: one of the
// actor's units that waits for as much.
func (s *Service) Assign(ctx context.Context, actor identity.Actor, report, order, note string) (err error) {
	defer errs.Wrap(&err, "assign %s", report)

	sc, err := access.Require(actor, payments.PermAccount)
	if err != nil {
		return err
	}
	var a asked
	order, note = a.line("order", order, 40, true), a.line("note", note, maxReason, true)
	if err := a.err(); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		found, err := s.store.FindOrder(ctx, tx, codeIn(order))
		if err == nil {
			found, err = s.store.GetOrder(ctx, tx, sc, found.ID)
		}
		if errors.Is(err, payments.ErrNotFound) {
			return errs.BadInput([]errs.Field{{Name: "order", Code: "payments.no_order"}})
		}
		if err != nil {
			return err
		}
		r, err := s.store.GetReport(ctx, tx, sc, report)
		switch {
		case err != nil:
			return err
		case !r.Open:
			return payments.ErrDecided
		case found.State != payments.Waiting || found.Amount != r.Amount:
			return errs.BadInput([]errs.Field{{Name: "order", Code: "payments.order_differs"}})
		}
		r.Order, r.Unit, r.Outcome, r.Open, r.Note, r.By = found.ID, found.Unit, string(OutcomePaid), false, note, actor.Account
		if err := s.store.PutReport(ctx, tx, r); err != nil {
			return err
		}
		if err := audit.Record(ctx, tx, actor, payments.AuditSettled, report); err != nil {
			return err
		}
		return s.paid(ctx, tx, actor, &found, wayOf(r.Source))
	})
}

// wayOf is how money came of which a source has told.
func wayOf(source string) string {
	switch {
	case source == gatewaySource:
		return WayGateway
	case strings.HasPrefix(source, bankSource):
		return WayTransfer
	}
	return WayPortal
}
