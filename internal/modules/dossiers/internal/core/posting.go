// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"errors"
	"slices"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/events"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

var _ dossiers.Poster = (*Service)(nil)

// How a result was handed over.
const (
	onPaper      = "paper"
	asFile       = "electronic"
	byPost       = "post"
	KindPosted   = "posted"
	KindPostBack = "post_returned"
)

// Posting implements dossiers.Poster.
func (s *Service) Posting(ctx context.Context, q db.Querier, id dossiers.ID) (p dossiers.Posting, ok bool, err error) {
	defer errs.Wrap(&err, "posting of dossier %s", id)

	d, err := s.store.Get(ctx, q, access.All(), store.Involved(), id)
	if errors.Is(err, dossiers.ErrNotFound) {
		return p, false, nil
	}
	if err != nil {
		return p, false, err
	}
	p = dossiers.Posting{
		Dossier: d.ID, Code: d.Code, Procedure: d.Procedure, Name: d.Name, Unit: d.Received, Status: d.Status, Delivery: d.Delivery,
		Owner: d.OwnerID, Bringer: d.BringerID,
	}
	personal, err := s.store.Personal(ctx, q, access.All(), id)
	if err != nil {
		return p, false, err
	}
	if p.To, err = outwardParty(personal.Owner); err != nil {
		return p, false, err
	}
	result, found, err := s.store.FindResult(ctx, q, id)
	if err == nil && found && result.IssuedFile != "" {
		p.Result = numberText(result)
	}
	return p, true, err
}

// Hand implements dossiers.Poster.
func (s *Service) Hand(ctx context.Context, tx *db.Tx, actor identity.Actor, id dossiers.ID) (err error) {
	defer errs.Wrap(&err, "hand the result of dossier %s to the post", id)

	d, err := s.turn(ctx, tx, actor, dossiers.PermDeliver, id, "", actDeliver)
	if err != nil {
		return err
	}
	switch _, again, err := s.renewing(ctx, tx, d); {
	case err != nil:
		return err
	case d.Status != dossiers.Finished || again: // what replaces a result goes over the counter
		return dossiers.ErrNotIssued
	case d.Delivery != dossiers.None:
		return dossiers.ErrPosted
	}
	d.Delivery = dossiers.Posted
	return s.carried(ctx, tx, actor, d, KindPosted, dossiers.AuditPosted)
}

// CameBack implements dossiers.Poster.
func (s *Service) CameBack(ctx context.Context, tx *db.Tx, by identity.Actor, id dossiers.ID) (err error) {
	defer errs.Wrap(&err, "take the result of dossier %s back from the post", id)

	d, err := s.store.Lock(ctx, tx, access.All(), store.Involved(), id)
	if err != nil || d.Delivery != dossiers.Posted {
		return err
	}
	d.Delivery = dossiers.None
	return s.carried(ctx, tx, by, d, KindPostBack, dossiers.AuditPostBack)
}

// carried keeps where a result is on its way.
func (s *Service) carried(ctx context.Context, tx *db.Tx, actor identity.Actor, d store.Dossier, kind string, e audit.Event) error {
	if err := s.store.Save(ctx, tx, d); err != nil {
		return err
	}
	if err := s.store.AddEvent(ctx, tx, d.ID, store.Event{Kind: kind, Status: d.Status, Unit: d.Received}); err != nil {
		return err
	}
	return audit.Record(ctx, tx, actor, e, string(d.ID))
}

// Arrived implements dossiers.Poster. Whoever holds the step at the counter, the post
// has done it.
func (s *Service) Arrived(ctx context.Context, tx *db.Tx, by identity.Actor, id dossiers.ID, receiver string) (err error) {
	defer errs.Wrap(&err, "deliver result of dossier %s by post", id)

	d, err := s.store.Lock(ctx, tx, access.All(), store.Involved(), id)
	if err != nil || d.Delivery != dossiers.Posted {
		return err
	}
	all, err := s.steps(ctx, tx, d)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(all, func(t store.Task) bool { return t.Action == actDeliver })
	if i < 0 {
		return s.passed(ctx, tx, d, []string{actDeliver})
	}
	d.Focus(all[i])
	holder := by
	if who := all[i].Assignee; who != "" {
		holder = identity.Actor{Account: who, Name: all[i].AssigneeName} // the step ends in the hands that hold it
	}
	return s.deliver(ctx, tx, holder, by, d, byPost, Handover{Receiver: receiver})
}

// deliver ends a dossier whose result somebody has taken. Holder has the step in hand;
// actor has handed the result over.
func (s *Service) deliver(ctx context.Context, tx *db.Tx, holder, actor identity.Actor, d store.Dossier, mode string, h Handover) error {
	if d.Status != dossiers.Finished {
		return dossiers.ErrNotIssued
	}
	d.Delivery, d.DeliveredAt, d.DeliveredBy, d.DeliveryMode = dossiers.Done, tx.Now, actor.Account, mode
	d.Status = dossiers.Delivered
	if err := s.advance(ctx, tx, holder, &d, "", ""); err != nil {
		return err
	}
	if err := s.store.Save(ctx, tx, d); err != nil {
		return err
	}
	if err := s.taken(ctx, tx, actor, d, h); err != nil {
		return err
	}
	if err := s.store.AddEvent(ctx, tx, d.ID, store.Event{Kind: KindDelivered, Status: d.Status, Unit: d.Received}); err != nil {
		return err
	}
	if err := events.Publish(ctx, tx, dossiers.EventDeliveredV1, moved(d, tx)); err != nil {
		return err
	}
	return audit.Record(ctx, tx, actor, dossiers.AuditDelivered, string(d.ID))
}
