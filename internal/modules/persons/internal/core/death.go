// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/events"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/persons"
	"tinhso.vn/internal/modules/persons/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
)

// The states of a death beside Checking and NotTaken.
const (
	Confirmed = "confirmed"
	Mistaken  = "withdrawn" // who was said to have died has not
)

// Died is that somebody has died, as it comes to a counter with the extract of death.
type Died struct {
	Day   string // YYYY-MM-DD
	Paper Paper
}

// Death is a death as officials read it.
type Death struct {
	ID, State string
	Who       Found
	Day       string
	Paper     Paper
	At        db.Time
	Events    []Event
	MayDecide bool
	MayRevoke bool
}

// RegisterDeath keeps that somebody has died. Nothing changes before a second
// official has looked: by mistake it would lock out who lives.
func (s *Service) RegisterDeath(ctx context.Context, actor identity.Actor, person string, d Died) (made string, err error) {
	defer errs.Wrap(&err, "register death of %s", person)

	if _, err := access.Require(actor, persons.PermRegister); err != nil {
		return "", err
	}
	var a asked
	if day, ok := a.day("day", d.Day, true); ok && day.Format(time.DateOnly) > orgs.Day(s.DB.Now()) {
		a.add("day", "persons.day_future")
	}
	d.Paper.Number = a.line("paper.number", d.Paper.Number, 100, true)
	a.day("paper.date", d.Paper.Date, false)
	d.Paper.Issuer = a.line("paper.issuer", d.Paper.Issuer, 200, false)
	if err := a.err(); err != nil {
		return "", err
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		p, err := s.lockPerson(ctx, tx, person)
		switch {
		case err != nil:
			return err
		case p.Kind != identity.Individual:
			return persons.ErrNotPerson
		case actor.Person == p.ID:
			return persons.ErrOwn
		case p.Born != "" && d.Day < p.Born:
			return errs.BadInput([]errs.Field{{Name: "day", Code: "persons.before_birth"}})
		}
		row := store.Death{ID: id.New(), Person: p.ID, Day: d.Day, Paper: d.Paper, State: Checking, Unit: actor.Unit, By: actor.Account, At: tx.Now}
		if err := s.store.PutDeath(ctx, tx, row); err != nil {
			return err
		}
		if err := s.store.AddEvent(ctx, tx, store.Event{About: row.ID, What: Checking, By: actor.Account}); err != nil {
			return err
		}
		made = row.ID
		return audit.RecordReadOf(ctx, tx, actor, persons.AuditDeath, row.ID, p.ID, "")
	})
	return made, err
}

// lockPerson locks a person who is nobody else.
func (s *Service) lockPerson(ctx context.Context, tx *db.Tx, person string) (identity.Person, error) {
	p, err := s.People.LockPerson(ctx, tx, person)
	switch {
	case errs.KindOf(err) == errs.NotFound:
		return p, persons.ErrNotFound
	case err == nil && p.Merged != "":
		return p, persons.ErrMerging
	}
	return p, err
}

// DecideDeath confirms or refuses what a colleague has registered. Confirmed, at
// once nobody acts for the dead, nor they for anybody; their accounts close, but
// for those of an office, and they leave their household.
func (s *Service) DecideDeath(ctx context.Context, actor identity.Actor, death string, right bool, reason string) (err error) {
	defer errs.Wrap(&err, "decide death %s", death)

	return s.onDeath(ctx, actor, death, reason, !right, func(tx *db.Tx, d *store.Death) (audit.Event, error) {
		switch {
		case d.State != Checking:
			return "", persons.ErrDecided
		case d.By == actor.Account:
			return "", persons.ErrSame
		case !right:
			d.State = NotTaken
			return persons.AuditNotDied, nil
		}
		d.State = Confirmed
		if err := events.Publish(ctx, tx, persons.EventDiedV1, persons.PersonDied{Person: d.Person, At: tx.Now}); err != nil {
			return "", err
		}
		return persons.AuditDied, s.end(ctx, tx, actor, d)
	})
}

// RevokeDeath says that who was confirmed dead is not: the accounts open again.
// Rights that have ended do not come back by themselves.
func (s *Service) RevokeDeath(ctx context.Context, actor identity.Actor, death, reason string) (err error) {
	defer errs.Wrap(&err, "revoke death %s", death)

	return s.onDeath(ctx, actor, death, reason, true, func(tx *db.Tx, d *store.Death) (audit.Event, error) {
		if d.State != Confirmed {
			return "", persons.ErrDecided
		}
		for _, a := range d.Accounts {
			if err := s.People.Enable(ctx, tx, a); err != nil {
				return "", err
			}
		}
		d.State = Mistaken
		return persons.AuditAlive, nil
	})
}

// onDeath runs f on a locked death and saves what came of it.
func (s *Service) onDeath(ctx context.Context, actor identity.Actor, death, words string, needed bool, f func(*db.Tx, *store.Death) (audit.Event, error)) error {
	scope, err := access.Require(actor, persons.PermConfirm)
	if err != nil {
		return err
	}
	var a asked
	words = a.line("words", words, MaxWords, needed)
	if err := a.err(); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		d, err := s.store.GetDeath(ctx, tx, death)
		if err != nil {
			return err
		}
		sees, err := scope.Sees(ctx, tx, orgs.ID(d.Unit))
		switch {
		case err != nil:
			return err
		case !sees || d.Unit == "":
			return persons.ErrNotFound
		case d.Person == actor.Person:
			return persons.ErrOwn
		}
		if _, err := s.People.LockPerson(ctx, tx, d.Person); err != nil { // whoever grants a right now waits, and sees it
			return err
		}
		event, err := f(tx, &d)
		if err != nil {
			return err
		}
		d.Decider, d.Decided = actor.Account, tx.Now
		if err := s.store.PutDeath(ctx, tx, d); err != nil {
			return err
		}
		if err := s.store.AddEvent(ctx, tx, store.Event{About: d.ID, What: d.State, By: actor.Account, Words: words}); err != nil {
			return err
		}
		return audit.RecordReadOf(ctx, tx, actor, event, d.ID, d.Person, "")
	})
}

// end ends what cannot go on without somebody.
func (s *Service) end(ctx context.Context, tx *db.Tx, actor identity.Actor, d *store.Death) error {
	rights, err := s.store.LiveOf(ctx, tx, d.Person)
	if err != nil {
		return err
	}
	for _, v := range rights {
		if !v.Until.IsZero() && !v.Until.After(tx.Now.Time) {
			continue
		}
		v.State, v.Ended = Ended, tx.Now
		if err := s.change(ctx, tx, actor, v, persons.AuditEnded, ""); err != nil {
			return err
		}
	}
	accounts, err := s.People.ListAccounts(ctx, tx, d.Person)
	if err != nil {
		return err
	}
	for _, a := range accounts {
		row, err := s.People.GetAccount(ctx, tx, a)
		if err != nil {
			return err
		}
		posts, err := access.ListPosts(ctx, tx, a, tx.Now)
		if err != nil {
			return err
		}
		if row.Disabled || office(posts) {
			continue // an office closes its own accounts, by a decision
		}
		if err := s.People.Disable(ctx, tx, a); err != nil {
			return err
		}
		d.Accounts = append(d.Accounts, a)
	}
	at, err := s.store.MembershipsOf(ctx, tx, d.Person)
	if err != nil {
		return err
	}
	for _, m := range at {
		if !m.Until.IsZero() {
			continue
		}
		m.Until = tx.Now
		if err := s.store.PutMember(ctx, tx, m); err != nil {
			return err
		}
		if err := s.told(ctx, tx, actor, m.Household, m.Person, "died"); err != nil {
			return err
		}
	}
	return nil
}

func office(posts []access.Post) bool {
	for _, p := range posts {
		if p.Unit != "" {
			return true
		}
	}
	return false
}

// Died returns the day on which somebody has died, YYYY-MM-DD; false where no death
// is confirmed.
func (s *Service) Died(ctx context.Context, q db.Querier, person string) (day string, dead bool, err error) {
	defer errs.Wrap(&err, "whether %s has died", person)

	d, found, err := s.store.DeathOf(ctx, q, person)
	if err != nil || !found || d.State != Confirmed {
		return "", false, err
	}
	return d.Day, true, nil
}

// DeathsOf returns those of some people whose death is confirmed.
func (s *Service) DeathsOf(ctx context.Context, q db.Querier, people []string) (_ map[string]persons.Death, err error) {
	defer errs.Wrap(&err, "who of %d people has died", len(people))

	rows, err := s.store.DeathsOf(ctx, q, people)
	all := map[string]persons.Death{}
	for _, d := range rows {
		all[d.Person] = persons.Death{Day: d.Day, Number: d.Paper.Number, Issuer: d.Paper.Issuer, Known: d.Decided}
	}
	return all, err
}

// dead reports whether somebody's death is confirmed.
func (s *Service) dead(ctx context.Context, q db.Querier, person string) (bool, error) {
	d, found, err := s.store.DeathOf(ctx, q, person)
	return found && d.State == Confirmed, err
}

func (s *Service) death(ctx context.Context, actor identity.Actor, d store.Death) (out Death, err error) {
	p, err := s.People.GetPerson(ctx, s.DB, d.Person)
	if err != nil {
		return out, err
	}
	out = Death{ID: d.ID, State: d.State, Day: d.Day, Paper: d.Paper, At: d.At}
	if out.Who, err = s.found(ctx, s.DB, p); err != nil {
		return out, err
	}
	may := actor.May(persons.PermConfirm) && actor.Person != d.Person
	out.MayDecide = may && d.State == Checking && d.By != actor.Account
	out.MayRevoke = may && d.State == Confirmed
	out.Events, err = s.events(ctx, d.ID)
	return out, err
}

// ListDeaths returns the deaths that wait for a second official of the actor's
// units, the oldest first.
func (s *Service) ListDeaths(ctx context.Context, actor identity.Actor, after string) (p Page[Death], err error) {
	defer errs.Wrap(&err, "list deaths")

	scope, err := access.Require(actor, persons.PermConfirm)
	if err != nil {
		return p, err
	}
	rows, err := s.store.DeathsChecking(ctx, s.DB, scope, after, PageSize+1)
	if err != nil {
		return p, err
	}
	part := cut(rows, PageSize, func(d store.Death) string { return d.ID })
	p.Next = part.Next
	for _, r := range part.Items {
		one, err := s.death(ctx, actor, r)
		if err != nil {
			return p, err
		}
		p.Items = append(p.Items, one)
	}
	if len(p.Items) == 0 {
		return p, nil
	}
	return p, s.DB.Write(ctx, func(tx *db.Tx) error {
		return audit.RecordRead(ctx, tx, actor, persons.AuditRead, "deaths", access.Handling)
	})
}
