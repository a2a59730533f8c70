// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"slices"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/persons"
	"tinhso.vn/internal/modules/persons/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
)

// Head is the relation of the head to the household.
const Head = "head"

// Relations are what the others are to the head.
func Relations() []string {
	return []string{"spouse", "child", "parent", "sibling", "grandparent", "grandchild", "other"}
}

// NewHousehold is a household as a counter registers it, with its head.
type NewHousehold struct {
	Head    Who
	Address string
	From    string // the day from which the head lives there, YYYY-MM-DD; empty: now
}

// Household is a household as people read it.
type Household struct {
	ID, Address string
	Members     []HouseholdMember // those of today first
	Events      []Event           // for officials
	MayChange   bool
}

// Headless reports whether there are members and none of them is head.
func (h Household) Headless() bool {
	now := slices.DeleteFunc(slices.Clone(h.Members), func(m HouseholdMember) bool { return !m.Until.IsZero() })
	return len(now) > 0 && !slices.ContainsFunc(now, func(m HouseholdMember) bool { return m.Relation == Head })
}

// HouseholdMember is somebody who is or was a member.
type HouseholdMember struct {
	ID string
	Named
	Relation    string
	From, Until db.Time // Until zero: still
}

// OpenHousehold registers a household.
func (s *Service) OpenHousehold(ctx context.Context, actor identity.Actor, n NewHousehold) (made string, err error) {
	defer errs.Wrap(&err, "open household")

	if _, err := access.Require(actor, persons.PermRegister); err != nil {
		return "", err
	}
	var a asked
	n.Head.check(&a, "head.", true)
	n.Address = a.line("address", n.Address, 300, true)
	if n.Head.Kind == identity.Organisation {
		a.add("head.kind", "form.choose")
	}
	from := s.since(&a, "from", n.From)
	if err := a.err(); err != nil {
		return "", err
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		head, err := s.person(ctx, tx, n.Head, "head.")
		if err != nil {
			return err
		}
		made, err = s.household(ctx, tx, actor, n.Address, head.ID, from)
		return err
	})
	return made, err
}

// since reads the day of a change of a household: not to come, and zero for now.
func (s *Service) since(a *asked, name, day string) (at db.Time) {
	if _, ok := a.day(name, day, false); !ok {
		return at
	}
	if day > orgs.Day(s.DB.Now()) {
		a.add(name, "persons.day_future")
		return at
	}
	if day == orgs.Day(s.DB.Now()) {
		return at
	}
	at, err := orgs.Start(day)
	if err != nil {
		a.add(name, "form.not_a_date")
	}
	return at
}

func (s *Service) household(ctx context.Context, tx *db.Tx, actor identity.Actor, address, head string, from db.Time) (string, error) {
	h := store.Household{ID: id.New(), Unit: actor.Unit, Address: address, By: actor.Account, At: tx.Now}
	if err := s.store.AddHousehold(ctx, tx, h); err != nil {
		return "", err
	}
	return h.ID, s.join(ctx, tx, actor, h.ID, head, Head, from)
}

// join makes somebody a member from a moment on, zero for now: not while a member
// elsewhere, nor after death.
func (s *Service) join(ctx context.Context, tx *db.Tx, actor identity.Actor, household, person, relation string, from db.Time) error {
	if from.IsZero() {
		from = tx.Now
	}
	if _, err := s.lockPerson(ctx, tx, person); err != nil {
		return err
	}
	if gone, err := s.dead(ctx, tx, person); err != nil || gone {
		if gone {
			err = persons.ErrDead
		}
		return err
	}
	before, err := s.store.MembershipsOf(ctx, tx, person)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(before, func(m store.Member) bool { return m.Until.IsZero() || m.Until.After(from.Time) }) {
		return persons.ErrElsewhere
	}
	if err := s.store.PutMember(ctx, tx, store.Member{ID: id.New(), Household: household, Person: person, Relation: relation, From: from}); err != nil {
		return err
	}
	return s.told(ctx, tx, actor, household, person, "joined")
}

func (s *Service) told(ctx context.Context, tx *db.Tx, actor identity.Actor, household, person, what string) error {
	if err := s.store.AddEvent(ctx, tx, store.Event{About: household, What: what, By: actor.Account}); err != nil {
		return err
	}
	return audit.RecordReadOf(ctx, tx, actor, persons.AuditHousehold, household, person, "")
}

// within runs f on the members of today of a household that the actor may change.
func (s *Service) within(ctx context.Context, actor identity.Actor, household string, f func(tx *db.Tx, now []store.Member) error) error {
	scope, err := access.Require(actor, persons.PermRegister)
	if err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		h, err := s.store.GetHousehold(ctx, tx, household)
		if err != nil {
			return err
		}
		sees, err := scope.Sees(ctx, tx, orgs.ID(h.Unit))
		switch {
		case err != nil:
			return err
		case !sees || h.Unit == "":
			return persons.ErrNotFound
		}
		all, err := s.store.Members(ctx, tx, household)
		if err != nil {
			return err
		}
		return f(tx, slices.DeleteFunc(all, func(m store.Member) bool { return !m.Until.IsZero() }))
	})
}

// AddMember makes somebody a member of a household, from a day on; empty: now.
func (s *Service) AddMember(ctx context.Context, actor identity.Actor, household string, w Who, relation, from string) (err error) {
	defer errs.Wrap(&err, "add member to household %s", household)

	var a asked
	w.check(&a, "member.", false)
	if w.Kind == identity.Organisation {
		a.add("member.kind", "form.choose")
	}
	if !slices.Contains(Relations(), relation) {
		a.add("relation", "form.choose")
	}
	if _, err := access.Require(actor, persons.PermRegister); err != nil {
		return err
	}
	since := s.since(&a, "from", from)
	if err := a.err(); err != nil {
		return err
	}
	return s.within(ctx, actor, household, func(tx *db.Tx, _ []store.Member) error {
		who, err := s.person(ctx, tx, w, "member.")
		if err != nil {
			return err
		}
		return s.join(ctx, tx, actor, household, who.ID, relation, since)
	})
}

// LeaveHousehold ends that somebody is a member, from a day on; empty: now. The
// head leaves only as the last.
func (s *Service) LeaveHousehold(ctx context.Context, actor identity.Actor, household, member, on string) (err error) {
	defer errs.Wrap(&err, "leave household %s", household)

	if _, err := access.Require(actor, persons.PermRegister); err != nil {
		return err
	}
	var a asked
	left := s.since(&a, "until", on)
	if err := a.err(); err != nil {
		return err
	}
	return s.within(ctx, actor, household, func(tx *db.Tx, now []store.Member) error {
		at := slices.IndexFunc(now, func(m store.Member) bool { return m.ID == member })
		switch {
		case at < 0:
			return persons.ErrNotFound
		case now[at].Relation == Head && len(now) > 1:
			return persons.ErrHead
		case !left.IsZero() && left.Before(now[at].From.Time):
			return errs.BadInput([]errs.Field{{Name: "until", Code: "persons.before_joining"}})
		}
		if now[at].Until = left; left.IsZero() {
			now[at].Until = tx.Now
		}
		if err := s.store.PutMember(ctx, tx, now[at]); err != nil {
			return err
		}
		return s.told(ctx, tx, actor, household, now[at].Person, "left")
	})
}

// ChangeHead makes another member head; who was is what is said to the new one,
// and nobody where the head has died.
func (s *Service) ChangeHead(ctx context.Context, actor identity.Actor, household, member, relation string) (err error) {
	defer errs.Wrap(&err, "change head of household %s", household)

	if _, err := access.Require(actor, persons.PermRegister); err != nil {
		return err
	}
	if !slices.Contains(Relations(), relation) {
		return errs.BadInput([]errs.Field{{Name: "relation", Code: "form.choose"}})
	}
	return s.within(ctx, actor, household, func(tx *db.Tx, now []store.Member) error {
		at := slices.IndexFunc(now, func(m store.Member) bool { return m.ID == member })
		old := slices.IndexFunc(now, func(m store.Member) bool { return m.Relation == Head })
		if at < 0 || at == old {
			return persons.ErrNotFound
		}
		both := []int{at}
		if old >= 0 {
			both = append(both, old)
		}
		for _, i := range both {
			now[i].Until = tx.Now
			if err := s.store.PutMember(ctx, tx, now[i]); err != nil {
				return err
			}
		}
		if err := s.join(ctx, tx, actor, household, now[at].Person, Head, tx.Now); err != nil || old < 0 {
			return err
		}
		return s.join(ctx, tx, actor, household, now[old].Person, relation, tx.Now)
	})
}

// OwnHousehold returns the household of the actor; false where there is none.
func (s *Service) OwnHousehold(ctx context.Context, actor identity.Actor) (h Household, found bool, err error) {
	defer errs.Wrap(&err, "own household")

	if _, err := access.Require(actor, persons.PermAct); err != nil {
		return h, false, err
	}
	return s.householdOf(ctx, actor.Person)
}

func (s *Service) householdOf(ctx context.Context, person string) (h Household, found bool, err error) {
	one, found, err := s.store.HouseholdOf(ctx, s.DB, person)
	if err != nil || !found {
		return h, false, err
	}
	h, err = s.readHousehold(ctx, one)
	return h, err == nil, err
}

// GetHousehold returns a household for officials; that it was read is recorded.
func (s *Service) GetHousehold(ctx context.Context, actor identity.Actor, household string) (h Household, err error) {
	defer errs.Wrap(&err, "get household %s", household)

	if _, err := access.RequireAny(actor, persons.PermFind, persons.PermRegister); err != nil {
		return h, err
	}
	row, err := s.store.GetHousehold(ctx, s.DB, household)
	if err != nil {
		return h, err
	}
	if h, err = s.readHousehold(ctx, household); err != nil {
		return h, err
	}
	about := ""
	if len(h.Members) > 0 {
		about = h.Members[0].Named.ID
	}
	if err := s.DB.Write(ctx, func(tx *db.Tx) error {
		return audit.RecordReadOf(ctx, tx, actor, persons.AuditRead, household, about, access.Handling)
	}); err != nil {
		return Household{}, err
	}
	if scope, err := access.Require(actor, persons.PermRegister); err == nil && row.Unit != "" {
		if h.MayChange, err = scope.Sees(ctx, s.DB, orgs.ID(row.Unit)); err != nil {
			return Household{}, err
		}
	}
	h.Events, err = s.events(ctx, household)
	return h, err
}

func (s *Service) readHousehold(ctx context.Context, one string) (h Household, err error) {
	row, err := s.store.GetHousehold(ctx, s.DB, one)
	if err != nil {
		return h, err
	}
	h = Household{ID: row.ID, Address: row.Address}
	all, err := s.store.Members(ctx, s.DB, one)
	if err != nil {
		return h, err
	}
	slices.SortStableFunc(all, func(a, b store.Member) int {
		rank := func(m store.Member) int {
			switch {
			case !m.Until.IsZero():
				return 2
			case m.Relation == Head:
				return 0
			}
			return 1
		}
		return rank(a) - rank(b)
	})
	for _, m := range all {
		who, err := s.named(ctx, s.DB, m.Person)
		if err != nil {
			return h, err
		}
		h.Members = append(h.Members, HouseholdMember{ID: m.ID, Named: who, Relation: m.Relation, From: m.From, Until: m.Until})
	}
	return h, nil
}
