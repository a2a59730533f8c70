// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/personnel"
	"tinhso.vn/internal/modules/personnel/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
)

// Copy says which part of a roster is made like the one before it.
type Copy struct {
	Unit  string
	Week  string // a day of the week to fill, YYYY-MM-DD; or
	Month string // the month to fill, a Month
}

// Copied is what a copy has done.
type Copied struct {
	Done int
	Left []NotCopied
}

// NotCopied is a shift that could not be copied, with the time it would have had.
type NotCopied struct {
	Who          Who
	Since, Until db.Time
	Why          error // an *errs.Error
}

// week is how far shifts are moved: the same day of the week.
const week = 7 * 24 * time.Hour

// CopyRoster fills a week like the one before it, or a month like the weeks
// before it: each day gets the shifts of the same weekday four weeks earlier, the
// last days those of five. What does not fit is left out and said.
func (s *Service) CopyRoster(ctx context.Context, actor identity.Actor, c Copy) (done Copied, err error) {
	defer errs.Wrap(&err, "copy a roster")

	sc, err := plans(actor)
	if err != nil {
		return done, err
	}
	var a asked
	var from, until db.Time
	switch {
	case c.Unit == "":
		a.add("unit", "personnel.missing")
	case c.Month != "":
		from, until = a.month("month", c.Month)
	default:
		a.day("week", c.Week)
		if t, err := time.ParseInLocation(time.DateOnly, c.Week, calendar.Zone()); err == nil {
			monday := t.AddDate(0, 0, -(int(t.Weekday())+6)%7)
			from, until = db.At(monday), db.At(monday.Add(week))
		}
	}
	if err := a.err(); err != nil {
		return done, err
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		one := Copied{}
		unit, err := s.unitOf(ctx, tx, "unit", c.Unit)
		if err != nil {
			return err
		}
		if err := s.inScope(ctx, tx, sc, unit); err != nil {
			return err
		}
		posts := s.placing(tx)
		for day := from.In(calendar.Zone()); day.Before(until.Time); day = day.AddDate(0, 0, 1) {
			back := week
			if c.Month != "" {
				back = 4 * week
				if !day.Add(-back).Before(from.Time) {
					back = 5 * week
				}
			}
			if err := s.copyDay(ctx, tx, actor, sc, posts, string(unit), day.Add(-back), back, &one); err != nil {
				return err
			}
		}
		done = one
		if one.Done == 0 {
			return nil
		}
		return audit.Record(ctx, tx, actor, personnel.AuditDutyCopied, string(unit))
	})
	return done, err
}

// copyDay copies the shifts that begin on one day.
func (s *Service) copyDay(ctx context.Context, tx *db.Tx, actor identity.Actor, sc access.Scope, posts *placing, unit string, day time.Time, ahead time.Duration, done *Copied) error {
	rows, err := store.Roster(ctx, tx, unit, db.At(day), db.At(day.AddDate(0, 0, 1)), store.ShiftKey{}, RosterSize)
	if err != nil {
		return err
	}
	for _, old := range rows {
		if old.Since.Before(day) {
			continue // it began the day before
		}
		who, err := posts.person(ctx, old.Account)
		if err != nil {
			return err
		}
		phone, err := store.OpenPhone(s.Keys, old.ID, old.Phone)
		if err != nil {
			return err
		}
		row := store.Shift{
			ID: id.New(), Unit: unit, Since: db.At(old.Since.Add(ahead)), Until: db.At(old.Until.Add(ahead)), EnteredBy: actor.Account, EnteredAt: tx.Now,
		}
		err = s.fillShift(ctx, tx, sc, posts, &row, NewShift{Kind: old.Kind, Login: who.Login, Phone: phone, Note: old.Note})
		if errs.KindOf(err) == errs.Internal && err != nil {
			return err
		}
		if err != nil {
			done.Left = append(done.Left, NotCopied{who.Who, row.Since, row.Until, err})
			continue
		}
		if err := store.PutShift(ctx, tx, row); err != nil {
			return err
		}
		done.Done++
	}
	return nil
}
