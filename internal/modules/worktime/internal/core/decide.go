// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"strings"
	"unicode/utf8"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/worktime"
	"tinhso.vn/internal/modules/worktime/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
	"tinhso.vn/internal/platform/text"
)

// maxWords is how many characters name, basis and reason may have.
const maxWords = 300

// farthest is how many days ahead a day can be decided.
const farthest = 3 * 366

// Draft is what a person sends to propose a day.
type Draft struct {
	Unit     orgs.ID // empty: all offices
	Day      calendar.Date
	Kind     calendar.Effect
	Name     string
	Basis    string
	From, To calendar.Minute // of a day of work; both zero for the usual hours
}

// check reports every problem at once, in the order of the form.
func (d Draft) check(today calendar.Date) (fields []errs.Field) {
	add := func(name, code string) { fields = append(fields, errs.Field{Name: name, Code: code}) }
	switch {
	case d.Day.IsZero():
		add("day", "worktime.day")
	case d.Day.Before(today):
		add("day", "worktime.past")
	case today.AddDays(farthest).Before(d.Day):
		add("day", "worktime.far")
	}
	if d.Kind != calendar.Off && d.Kind != calendar.Work {
		add("kind", "worktime.kind")
	}
	if d.From != 0 || d.To != 0 {
		if d.Kind != calendar.Work || d.To <= d.From || d.To > 24*60 || d.From < 0 {
			add("from", "worktime.hours")
		}
	}
	for _, f := range []struct{ name, value string }{{"name", d.Name}, {"basis", d.Basis}} {
		switch {
		case strings.TrimSpace(f.value) == "":
			add(f.name, "worktime."+f.name)
		case utf8.RuneCountInString(f.value) > maxWords:
			add(f.name, "worktime.long")
		}
	}
	return fields
}

// Propose proposes a day; it counts when another person confirms it.
func (s *Service) Propose(ctx context.Context, actor identity.Actor, d Draft) (_ worktime.ID, err error) {
	defer errs.Wrap(&err, "propose a day")

	if _, err := access.Require(actor, worktime.PermPlan); err != nil {
		return "", err
	}
	d.Name, d.Basis = strings.TrimSpace(text.NFC(d.Name)), strings.TrimSpace(text.NFC(d.Basis))
	if err := errs.BadInput(d.check(s.Today())); err != nil {
		return "", err
	}
	added := worktime.ID(id.New())
	return added, s.db.Write(ctx, func(tx *db.Tx) error {
		if err := store.Lock(ctx, tx); err != nil {
			return err
		}
		if err := s.unitExists(ctx, tx, d.Unit); err != nil {
			return err
		}
		taken, err := store.Find(ctx, tx, string(d.Unit), d.Day.String())
		if err != nil {
			return err
		}
		if len(taken) > 0 {
			return worktime.ErrTaken
		}
		day := worktime.Decided{
			ID: added, Unit: d.Unit, Day: d.Day, Kind: d.Kind, Name: d.Name, Basis: d.Basis, From: d.From, To: d.To,
			Proposed: worktime.Hand{Account: actor.Account, At: tx.Now},
		}
		if err := s.possible(ctx, tx, day); err != nil {
			return err
		}
		if err := store.Put(ctx, tx, day); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, worktime.AuditProposed, string(added))
	})
}

// Confirm makes a proposed day count. Who proposed it cannot.
func (s *Service) Confirm(ctx context.Context, actor identity.Actor, id worktime.ID) (err error) {
	defer errs.Wrap(&err, "confirm day %s", id)

	return s.change(ctx, actor, id, worktime.AuditConfirmed, func(tx *db.Tx, d *worktime.Decided) error {
		switch {
		case d.Proposed.Account == actor.Account:
			return worktime.ErrSame
		case d.Confirmed.Account != "":
			return worktime.ErrConfirmed
		}
		d.Confirmed = worktime.Hand{Account: actor.Account, At: tx.Now}
		return s.possible(ctx, tx, *d)
	})
}

// Withdraw takes a day back, proposed or confirmed, with the reason.
func (s *Service) Withdraw(ctx context.Context, actor identity.Actor, id worktime.ID, reason string) (err error) {
	defer errs.Wrap(&err, "withdraw day %s", id)

	if _, err := access.Require(actor, worktime.PermPlan); err != nil {
		return err
	}
	reason = strings.TrimSpace(text.NFC(reason))
	if reason == "" || utf8.RuneCountInString(reason) > maxWords {
		return errs.BadInput([]errs.Field{{Name: "reason", Code: "worktime.reason"}})
	}
	return s.change(ctx, actor, id, worktime.AuditWithdrawn, func(tx *db.Tx, d *worktime.Decided) error {
		d.Withdrawn, d.Reason = worktime.Hand{Account: actor.Account, At: tx.Now}, reason
		return nil
	})
}

// change does something to a day that is still to come.
func (s *Service) change(ctx context.Context, actor identity.Actor, id worktime.ID, what audit.Event, do func(*db.Tx, *worktime.Decided) error) error {
	if _, err := access.Require(actor, worktime.PermPlan); err != nil {
		return err
	}
	err := s.db.Write(ctx, func(tx *db.Tx) error {
		if err := store.Lock(ctx, tx); err != nil {
			return err
		}
		d, err := store.Get(ctx, tx, id)
		switch {
		case err != nil:
			return err
		case d.Withdrawn.Account != "":
			return worktime.ErrWithdrawn
		case d.Day.Before(calendar.On(tx.Now.Time)):
			return worktime.ErrPast
		}
		if err := do(tx, &d); err != nil {
			return err
		}
		if err := store.Put(ctx, tx, d); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, what, string(id))
	})
	if err != nil {
		return err
	}
	return s.Refresh(ctx) // here at once; the other processes a few seconds later
}

// PageSize is how many days a page holds at most.
const PageSize = 50

// List returns decided days, the latest first, before the given one.
func (s *Service) List(ctx context.Context, actor identity.Actor, before worktime.ID) (all []worktime.Decided, err error) {
	defer errs.Wrap(&err, "list decided days")

	if _, err := access.Require(actor, worktime.PermPlan); err != nil {
		return nil, err
	}
	day, key := "9999-12-31", "~"
	if before != "" {
		d, err := store.Get(ctx, s.db, before)
		if err != nil {
			return nil, err
		}
		day, key = d.Day.String(), string(d.ID)
	}
	return store.List(ctx, s.db, day, key, PageSize)
}
