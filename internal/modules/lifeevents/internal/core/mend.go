// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"unicode/utf8"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/connectors"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/lifeevents"
	"tinhso.vn/internal/modules/lifeevents/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/text"
)

const (
	maxValue  = 500
	maxReason = 500
)

// Mend puts values of a clerk in the place of what was known, for one leg, and sends
// it again. The declaration stays as it was filed: what was told otherwise, and by
// whom, is kept beside it. version is the leg as it was read.
func (s *Service) Mend(ctx context.Context, actor identity.Actor, dossier, leg string, version int, values map[string]string) (err error) {
	defer errs.Wrap(&err, "mend leg %s of dossier %s", leg, dossier)

	sc, err := access.Require(actor, lifeevents.PermMend)
	if err != nil {
		return err
	}
	b, err := s.store.Get(ctx, s.DB, sc, dossier)
	if err != nil {
		return err
	}
	def, known := b.Definition.Leg(leg)
	if !known {
		return lifeevents.ErrNotFound
	}
	var wrong asked
	clean := map[string]string{}
	for name, value := range values {
		if !slices.ContainsFunc(def.Fields, func(f lifeevents.Field) bool { return f.Name == name }) {
			wrong.add(name, "lifeevents.no_field", nil)
			continue
		}
		clean[name] = text.Line(value)
		if n := utf8.RuneCountInString(clean[name]); n > maxValue {
			wrong.add(name, "form.too_long", map[string]any{"max": maxValue, "over": n - maxValue})
		}
	}
	if err := wrong.err(); err != nil {
		return err
	}
	d, err := s.Dossiers.DeclarationOf(ctx, s.DB, dossiers.ID(dossier))
	if err != nil {
		return err
	}
	return s.change(ctx, sc, dossier, leg, version, func(tx *db.Tx, b store.Bundle, all []store.Leg, l *store.Leg) error {
		if l.State != lifeevents.Stuck {
			return lifeevents.ErrState
		}
		if err := s.forgetDead(ctx, tx, l); err != nil {
			return err
		}
		if l.Why == lifeevents.NotBack { // the same word again, by a key of its own
			l.Attempt++
			return s.sendBack(ctx, tx, actor, b, l)
		}
		now := told(def, *l, d, all)
		for name, value := range clean {
			if now[name] != value {
				l.Mended[name] = value
			}
		}
		if err := s.moved(ctx, tx, actor, *l, didMend, "", lifeevents.AuditMended); err != nil {
			return err
		}
		return s.send(ctx, tx, actor, b, l, def, told(def, *l, d, all))
	})
}

// Close ends a leg that is stuck, with a reason that the citizen reads: it is filed
// separately. Where the partner holds something of it, the partner is told.
func (s *Service) Close(ctx context.Context, actor identity.Actor, dossier, leg string, version int, reason string) (err error) {
	defer errs.Wrap(&err, "close leg %s of dossier %s", leg, dossier)

	sc, err := access.Require(actor, lifeevents.PermMend)
	if err != nil {
		return err
	}
	if reason, err = reasonOf(reason); err != nil {
		return err
	}
	return s.change(ctx, sc, dossier, leg, version, func(tx *db.Tx, b store.Bundle, _ []store.Leg, l *store.Leg) error {
		if l.State != lifeevents.Stuck {
			return lifeevents.ErrState
		}
		if err := s.forgetDead(ctx, tx, l); err != nil {
			return err
		}
		if l.Reference != "" && l.Why != lifeevents.NotBack {
			if err := s.tellBack(ctx, tx, b, *l, reason); err != nil {
				return err
			}
		}
		l.Reason = reason
		if err := s.put(ctx, tx, l, lifeevents.Closed); err != nil {
			return err
		}
		return s.moved(ctx, tx, actor, *l, didClose, reason, lifeevents.AuditClosed)
	})
}

// TakeBack takes a leg back, and all that lean on it: whatever was begun with a
// partner, the partner is told.
func (s *Service) TakeBack(ctx context.Context, actor identity.Actor, dossier, leg string, version int, reason string) (err error) {
	defer errs.Wrap(&err, "take leg %s of dossier %s back", leg, dossier)

	sc, err := access.Require(actor, lifeevents.PermMend)
	if err != nil {
		return err
	}
	if reason, err = reasonOf(reason); err != nil {
		return err
	}
	return s.change(ctx, sc, dossier, leg, version, func(tx *db.Tx, b store.Bundle, all []store.Leg, l *store.Leg) error {
		if l.State.Over() && l.State != lifeevents.Done || l.State == lifeevents.Cancelling {
			return lifeevents.ErrState
		}
		with := leaning(b.Definition, leg)
		with[leg] = true
		return s.backAll(ctx, tx, actor, b, all, with, reason)
	})
}

// change does something with one leg under the lock of its bundle.
func (s *Service) change(ctx context.Context, sc access.Scope, dossier, leg string, version int, do func(tx *db.Tx, b store.Bundle, all []store.Leg, l *store.Leg) error) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		b, all, err := s.hold(ctx, tx, sc, dossier)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(all, func(l store.Leg) bool { return l.Leg == leg })
		switch {
		case i < 0:
			return lifeevents.ErrNotFound
		case all[i].Version != version:
			return lifeevents.ErrChanged
		}
		if err := do(tx, b, all, &all[i]); err != nil {
			return err
		}
		if err := s.stand(ctx, tx, b, all, b.State == lifeevents.Ended); err != nil {
			return err
		}
		return s.later(ctx, tx, dossier)
	})
}

func reasonOf(reason string) (string, error) {
	var wrong asked
	reason = text.Line(reason)
	switch n := utf8.RuneCountInString(reason); {
	case n == 0:
		wrong.add("reason", "form.required", nil)
	case n > maxReason:
		wrong.add("reason", "form.too_long", map[string]any{"max": maxReason, "over": n - maxReason})
	}
	return reason, wrong.err()
}

// forgetDead gives the dead letter of a leg up, unless an operator has dealt with it.
func (s *Service) forgetDead(ctx context.Context, tx *db.Tx, l *store.Leg) error {
	if l.Message == "" {
		return nil
	}
	_, err := s.Hub.Discard(ctx, tx, l.Message, "linked")
	if errors.Is(err, connectors.ErrState) || errors.Is(err, connectors.ErrUnknown) {
		err = nil
	}
	l.Message = ""
	return err
}

// backAll takes legs back, the last first; nil: all of them.
func (s *Service) backAll(ctx context.Context, tx *db.Tx, actor identity.Actor, b store.Bundle, all []store.Leg, which map[string]bool, reason string) error {
	for i := len(all) - 1; i >= 0; i-- {
		l := &all[i]
		if which != nil && !which[l.Leg] {
			continue
		}
		switch {
		case l.State == lifeevents.Cancelling, l.State.Over() && l.State != lifeevents.Done, l.State == lifeevents.Stuck && l.Why == lifeevents.NotBack:
			continue
		}
		l.Reason = reason
		begun := l.State == lifeevents.Sending || l.Reference != ""
		if err := s.forgetDead(ctx, tx, l); err != nil {
			return err
		}
		if begun {
			if err := s.sendBack(ctx, tx, actor, b, l); err != nil {
				return err
			}
			continue
		}
		if err := s.put(ctx, tx, l, lifeevents.Cancelled); err != nil {
			return err
		}
		if err := s.moved(ctx, tx, actor, *l, didTakeBack, reason, lifeevents.AuditTakenBack); err != nil {
			return err
		}
	}
	return nil
}

// sendBack tells a partner that a leg is taken back, behind whatever it was told before.
func (s *Service) sendBack(ctx context.Context, tx *db.Tx, actor identity.Actor, b store.Bundle, l *store.Leg) error {
	l.Why, l.Words = "", ""
	if err := s.put(ctx, tx, l, lifeevents.Cancelling); err != nil {
		return err
	}
	if err := s.tellBack(ctx, tx, b, *l, l.Reason); err != nil {
		return err
	}
	return s.moved(ctx, tx, actor, *l, didTakeBack, l.Reason, lifeevents.AuditTakenBack)
}

func (s *Service) tellBack(ctx context.Context, tx *db.Tx, b store.Bundle, l store.Leg, reason string) error {
	def, known := b.Definition.Leg(l.Leg)
	if !known {
		return lifeevents.ErrNotFound
	}
	body, err := json.Marshal(map[string]string{"maHoSo": l.Reference, "MaHoSo": b.Code, "LyDo": reason})
	if err != nil {
		return err
	}
	return s.Hub.Send(ctx, tx, connectors.Message{
		Partner: def.Partner, Operation: ServiceCancel, Lane: lane(l), Dossier: l.Dossier, Purpose: "linked", Key: key(l) + back, Body: body,
	})
}
