// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"

	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/store"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/platform/db"
	newid "tinhso.vn/internal/platform/id"
)

// payer acts where money that comes or is missing moves a dossier.
func payer() identity.Actor { return identity.Program("payments") }

// followPaying lets a dossier wait for money, where its rules say that it is decided
// only when it is paid, and go on when nothing is to be paid any more: it was paid,
// also late, or the demand was taken back. What is free never waits, and neither does
// a dossier whose document is signed.
func (s *Service) followPaying(ctx context.Context, tx *db.Tx, d store.Dossier, v procedures.Version) error {
	switch {
	case d.Status == dossiers.Paying && d.Finance != dossiers.Waiting:
		return s.paidFor(ctx, tx, d)
	case d.Finance != dossiers.Waiting || v.Fee.Before != procedures.BeforeDecision || d.Status != dossiers.Accepted && d.Status != dossiers.Processing:
		return nil
	}
	r, drafted, err := s.store.LockResult(ctx, tx, d.ID)
	if err != nil || drafted && !r.SignedAt.IsZero() {
		return err
	}
	if err := s.store.AddPaying(ctx, tx, store.Paying{ID: newid.New(), Dossier: d.ID, Status: d.Status, OldDue: d.Due}); err != nil {
		return err
	}
	if err := s.flow.Pause(ctx, tx, payer(), caseOf(d.ID), "paying"); err != nil {
		return err
	}
	d.Status = dossiers.Paying
	if err := s.store.Save(ctx, tx, d); err != nil {
		return err
	}
	if err := s.store.AddEvent(ctx, tx, d.ID, store.Event{Kind: KindPaying, Status: d.Status, Unit: d.Received}); err != nil {
		return err
	}
	return audit.Record(ctx, tx, payer(), dossiers.AuditPaying, string(d.ID))
}

// paidFor lets a dossier go on that has waited for money.
func (s *Service) paidFor(ctx context.Context, tx *db.Tx, d store.Dossier) error {
	p, found, err := s.store.OpenPaying(ctx, tx, d.ID)
	if err != nil || !found {
		return err
	}
	d.Status = p.Status
	if err := s.goOnAfter(ctx, tx, payer(), &d, p.Since); err != nil {
		return err
	}
	p.NewDue = d.Due
	if err := s.store.EndPaying(ctx, tx, p); err != nil {
		return err
	}
	if err := s.store.Save(ctx, tx, d); err != nil {
		return err
	}
	if err := s.store.AddEvent(ctx, tx, d.ID, store.Event{Kind: KindPaid, Status: d.Status, Unit: d.Received}); err != nil {
		return err
	}
	return audit.Record(ctx, tx, payer(), dossiers.AuditPaid, string(d.ID))
}
