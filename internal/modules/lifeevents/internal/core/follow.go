// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"encoding/json"
	"errors"
	"strconv"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/connectors"
	"tinhso.vn/internal/kernel/events"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/jobs"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/lifeevents"
	"tinhso.vn/internal/modules/lifeevents/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// subject is what the body of JobFollow says of an event, or in place of one.
type subject struct {
	Dossier dossiers.ID `json:"dossier"`
}

// Changed is called in the transaction that changes a dossier: a linked one is followed.
func (s *Service) Changed(ctx context.Context, tx *db.Tx, id dossiers.ID) error {
	linked, err := store.IsLinked(ctx, tx, string(id))
	if err != nil || !linked {
		return err
	}
	return s.later(ctx, tx, string(id))
}

// later puts the job that lets the legs of a dossier follow.
func (s *Service) later(ctx context.Context, tx *db.Tx, dossier string) error {
	body, err := json.Marshal(subject{dossiers.ID(dossier)})
	if err != nil {
		return err
	}
	return jobs.Enqueue(ctx, tx, JobFollow, events.Event{Body: body})
}

// Follow does JobFollow: it begins a bundle, starts the legs whose turn it is, and
// takes back what was begun for a dossier that ended. It asks where everything stands
// under the lock of the bundle, so that it does not matter how often and in what
// order it is called.
func (s *Service) Follow(ctx context.Context, body []byte) (err error) {
	defer errs.Wrap(&err, "let legs follow their dossier")

	var e events.Event
	var of subject
	if err := json.Unmarshal(body, &e); err != nil {
		return err
	}
	if err := json.Unmarshal(e.Body, &of); err != nil {
		return err
	}
	d, err := s.Dossiers.DeclarationOf(ctx, s.DB, of.Dossier)
	if errors.Is(err, dossiers.ErrNotFound) {
		return nil
	}
	if err != nil || d.Code == "" { // nobody has accepted it
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		if err := s.begin(ctx, tx, d); err != nil {
			return err
		}
		b, all, err := s.hold(ctx, tx, access.All(), string(d.ID))
		if errors.Is(err, lifeevents.ErrNotFound) {
			return nil // no bundle
		}
		if err != nil {
			return err
		}
		over := d.Revoked || d.Status == dossiers.Refused || d.Status == dossiers.Withdrawn || d.Status == dossiers.Stopped
		b.Number, b.Owner, b.Bringer = d.Number, d.OwnerID, d.Bringer // an heir, or who two persons turned out to be
		if over {
			err = s.backAll(ctx, tx, program(), b, all, nil, "")
		} else if d.Number != "" {
			err = s.start(ctx, tx, b, all, d)
		}
		if err != nil {
			return err
		}
		return s.stand(ctx, tx, b, all, over)
	})
}

// hold returns a bundle of a scope and its legs, held until the transaction ends.
func (s *Service) hold(ctx context.Context, tx *db.Tx, sc access.Scope, dossier string) (b store.Bundle, all []store.Leg, err error) {
	if b, err = s.store.Get(ctx, tx, sc, dossier); err != nil {
		return b, nil, err
	}
	legs, err := s.store.LegsOf(ctx, tx, dossier)
	return b, legs[dossier], err
}

// begin makes the bundle of a dossier, by the rules of today.
func (s *Service) begin(ctx context.Context, tx *db.Tx, d dossiers.Declaration) error {
	if there, err := store.IsLinked(ctx, tx, string(d.ID)); err != nil || there {
		return err
	}
	def, found, err := store.FindDefinition(ctx, tx, string(d.Procedure))
	if err != nil || !found {
		return err
	}
	legs := make([]store.Leg, len(def.Legs))
	for i, l := range def.Legs {
		legs[i] = store.Leg{Leg: l.ID, State: lifeevents.Waiting}
		if !asks(l, d) {
			legs[i].State = lifeevents.Skipped
		}
	}
	added, err := s.store.AddBundle(ctx, tx, store.Bundle{
		Dossier: string(d.ID), Code: d.Code, Procedure: string(d.Procedure), Definition: def, Unit: string(d.Received), Owner: d.OwnerID, Bringer: d.Bringer, State: lifeevents.Open,
	}, legs)
	if err != nil || !added {
		return err
	}
	if err := s.store.AddEntry(ctx, tx, store.Entry{Dossier: string(d.ID), What: didBegin, By: program().Account}); err != nil {
		return err
	}
	return audit.Record(ctx, tx, program(), lifeevents.AuditBegun, string(d.ID))
}

// start puts every leg on its way whose turn it is.
func (s *Service) start(ctx context.Context, tx *db.Tx, b store.Bundle, all []store.Leg, d dossiers.Declaration) error {
	for i := range all {
		l := &all[i]
		def, known := b.Definition.Leg(l.Leg)
		if l.State != lifeevents.Waiting || !known {
			continue
		}
		switch ready, never := ready(def, all); {
		case never:
			l.Why = lifeevents.NoNeed
			if err := s.put(ctx, tx, l, lifeevents.Stuck); err != nil {
				return err
			}
			if err := s.moved(ctx, tx, program(), *l, didStick, "", lifeevents.AuditStuck); err != nil {
				return err
			}
		case ready:
			if err := s.send(ctx, tx, program(), b, l, def, told(def, *l, d, all)); err != nil {
				return err
			}
		}
	}
	return nil
}

// lane is the order in which a partner hears of one leg.
func lane(l store.Leg) string { return l.Dossier + "/" + l.Leg }

// key is by which a partner knows one sending of a leg.
func key(l store.Leg) string { return l.ID + "/" + strconv.Itoa(l.Attempt) }

// send puts a leg on its way.
func (s *Service) send(ctx context.Context, tx *db.Tx, actor identity.Actor, b store.Bundle, l *store.Leg, def lifeevents.Leg, values map[string]string) error {
	body, err := json.Marshal(values)
	if err != nil {
		return err
	}
	l.Attempt++
	l.Message, l.Why, l.Words, l.Reference, l.Asked = "", "", "", "", 0
	if l.Begun.IsZero() {
		l.Begun = tx.Now
		if l.Due, err = s.due(b.Unit, tx.Now, def); err != nil {
			return err
		}
	}
	if err := s.put(ctx, tx, l, lifeevents.Sending); err != nil {
		return err
	}
	if err := s.Hub.Send(ctx, tx, connectors.Message{
		Partner: def.Partner, Operation: def.Service, Lane: lane(*l), Dossier: l.Dossier, Purpose: "linked", Key: key(*l), Body: body,
	}); err != nil {
		return err
	}
	return s.moved(ctx, tx, actor, *l, didSend, "", lifeevents.AuditSent)
}

// due is until when the partner has time; zero: nobody states it.
func (s *Service) due(unit string, now db.Time, def lifeevents.Leg) (db.Time, error) {
	if def.Days == 0 {
		return db.Time{}, nil
	}
	d := calendar.Duration{Amount: def.Days, Unit: calendar.WorkingDay}
	if def.Calendar {
		d.Unit = calendar.CalendarDay
	}
	at, err := s.Calendar(unit).Due(now.Time, d)
	return db.At(at), err
}
