// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"errors"
	"fmt"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/events"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/jobs"
	"tinhso.vn/internal/kernel/sequence"
	"tinhso.vn/internal/kernel/workflow"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/store"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// Accept accepts a dossier: it gets its code, the clock starts and the process
// begins. Of two clerks the second is told who was faster.
func (s *Service) Accept(ctx context.Context, actor identity.Actor, id dossiers.ID) (done AcceptedInfo, err error) {
	defer errs.Wrap(&err, "accept dossier %s", id)

	scope, err := access.Require(actor, dossiers.PermAccept)
	if err != nil {
		return done, err
	}
	before, err := s.store.Get(ctx, s.DB, scope, store.Receivers(), id)
	if err != nil {
		return done, err
	}
	v, err := s.rules(ctx, before)
	if err != nil {
		return done, err
	}
	def, err := definition(v)
	if err != nil {
		return done, err
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		d, err := s.store.Lock(ctx, tx, scope, store.Receivers(), id)
		if err != nil {
			return err
		}
		if err := s.waits(ctx, tx, d); err != nil {
			return err
		}
		d.SHA = v.SHA // the rules of the day it is accepted
		if err := s.accept(ctx, tx, actor, &d, v, def); err != nil {
			return err
		}
		done = AcceptedInfo{Code: d.Code, Due: d.Due}
		return nil
	})
	if err != nil {
		return AcceptedInfo{}, err
	}
	return done, nil
}

// rules returns the version that is valid today, if its form is still the one
// that was filled in and it knows the case; otherwise the one it was filed under.
func (s *Service) rules(ctx context.Context, d store.Dossier) (procedures.Version, error) {
	filed, err := s.filedUnder(ctx, d)
	if err != nil {
		return filed, err
	}
	today, err := s.Procedures.Get(ctx, d.Procedure)
	if errors.Is(err, procedures.ErrNotFound) {
		return filed, nil
	}
	if err != nil {
		return filed, err
	}
	_, asked, err := filed.Form.Canonical()
	if err != nil {
		return filed, err
	}
	_, now, err := today.Form.Canonical()
	if err != nil || asked != now || today.Undecided(d.Case) {
		return filed, err
	}
	return today.For(d.Case, way(d.Channel)), nil
}

// waits refuses a dossier that nobody has to accept any more.
func (s *Service) waits(ctx context.Context, q db.Querier, d store.Dossier) error {
	switch d.Status {
	case dossiers.Submitted:
		return nil
	case dossiers.Refused:
		return dossiers.ErrAlreadyRefused.With("who", s.accountName(ctx, q, d.AcceptedBy))
	case dossiers.Withdrawn:
		return dossiers.ErrTooLate
	case dossiers.Supplement:
		if d.AcceptedAt.IsZero() {
			return dossiers.ErrWaiting
		}
		return dossiers.ErrAlreadyAccepted.With("who", s.accountName(ctx, q, d.AcceptedBy)).With("when", when(d.AcceptedAt))
	case dossiers.Accepted, dossiers.Processing, dossiers.Paying, dossiers.Stopped, dossiers.Finished, dossiers.Delivered:
		return dossiers.ErrAlreadyAccepted.With("who", s.accountName(ctx, q, d.AcceptedBy)).With("when", when(d.AcceptedAt))
	}
	return dossiers.ErrNotSubmitted
}

func (s *Service) accept(ctx context.Context, tx *db.Tx, actor identity.Actor, d *store.Dossier, v procedures.Version, def *workflow.Definition) (err error) {
	if d.Code, err = s.nextCode(ctx, tx, *d); err != nil {
		return err
	}
	d.Status, d.AcceptedAt, d.AcceptedBy = dossiers.Accepted, tx.Now, actor.Account
	if err := s.promise(d, v, tx.Now.Time); err != nil {
		return err
	}
	if err := s.begin(ctx, tx, actor, d, v, def); err != nil {
		return err
	}
	if err := s.store.Save(ctx, tx, *d); err != nil {
		return err
	}
	if err := s.store.AddEvent(ctx, tx, d.ID, store.Event{Kind: KindAccepted, Status: d.Status, Unit: d.Received}); err != nil {
		return err
	}
	if err := s.store.AddSheets(ctx, tx, *d, actor.Account, actor.Name); err != nil {
		return err
	}
	if err := events.Publish(ctx, tx, dossiers.EventAcceptedV1, moved(*d, tx)); err != nil {
		return err
	}
	if err := jobs.Enqueue(ctx, tx, JobReceipt, d.ID); err != nil {
		return err
	}
	if err := s.tell(ctx, tx, *d, dossiers.NoticeAccepted, ""); err != nil {
		return err
	}
	return audit.Record(ctx, tx, actor, dossiers.AuditAccepted, string(d.ID))
}

func moved(d store.Dossier, tx *db.Tx) dossiers.Moved {
	return dossiers.Moved{Dossier: d.ID, Procedure: d.Procedure, Unit: d.Received, At: tx.Now}
}

// nextCode gives the dossier its code: agency, day in Vietnam, number of the day.
func (s *Service) nextCode(ctx context.Context, tx *db.Tx, d store.Dossier) (string, error) {
	_, seat, err := s.bookOf(ctx, tx, d.Received) // a unit that was merged gives no codes any more
	if err != nil {
		return "", err
	}
	agency, err := agencyCode(ctx, tx, seat)
	if err != nil {
		return "", err
	}
	day := tx.Now.In(calendar.Zone()).Format("060102")
	for {
		n, err := sequence.Next(ctx, tx, "dossiers "+agency, day)
		if err != nil {
			return "", err
		}
		code := fmt.Sprintf("%s-%s-%04d", agency, day, n)
		if taken, err := s.store.TakenCode(ctx, tx, code); err != nil || !taken { // an older system may have given it on the day it was left
			return code, err
		}
	}
}

// promise computes when the dossier is due, by law and as the province promised.
func (s *Service) promise(d *store.Dossier, v procedures.Version, now time.Time) error {
	term := calendar.Term{Received: now, Statutory: duration(v, v.Statutory), Reduced: duration(v, v.Reduced)}
	if !term.Statutory.OK() {
		term.Statutory, term.Reduced = term.Reduced, calendar.Duration{}
	}
	if !term.Statutory.OK() {
		return nil // nobody has stated how long it may take
	}
	if !term.Reduced.OK() {
		term.Reduced = calendar.Duration{}
	}
	due, err := s.Calendar(string(d.Received)).Deadline(term)
	if err != nil {
		return err
	}
	d.Statutory, d.Original, d.Due = db.At(due.Statutory), db.At(due.Original), db.At(due.Due)
	return nil
}

// ifAccepted is the day that would be promised if a dossier was accepted now.
func (s *Service) ifAccepted(ctx context.Context, d store.Dossier) (db.Time, error) {
	v, err := s.rules(ctx, d)
	if err != nil {
		return db.Time{}, err
	}
	err = s.promise(&d, v, s.DB.Now().Time)
	return d.Due, err
}

// duration reads what a version states; the zero Duration where it states none.
func duration(v procedures.Version, d procedures.Duration) calendar.Duration {
	switch {
	case v.SameDay && d.Amount == 0 && d == v.Statutory:
		return calendar.Duration{Unit: calendar.SameDay}
	case d.Amount == 0:
		return calendar.Duration{}
	case d.Unit == "hours":
		return calendar.Duration{Amount: d.Amount, Unit: calendar.WorkingHour}
	case d.Working:
		return calendar.Duration{Amount: d.Amount, Unit: calendar.WorkingDay}
	}
	return calendar.Duration{Amount: d.Amount, Unit: calendar.CalendarDay}
}
