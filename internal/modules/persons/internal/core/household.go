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
}

// Household is a household as people read it.
type Household struct {
	ID, Address string
	Members     []HouseholdMember // those of today first
	Events      []Event
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
	if err := a.err(); err != nil {
		return "", err
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		head, err := s.person(ctx, tx, n.Head, "head.")
		if err != nil {
			return err
		}
		made, err = s.household(ctx, tx, actor, n.Address, head.ID)
		return err
	})
	return made, err
}

func (s *Service) household(ctx context.Context, tx *db.Tx, actor identity.Actor, address, head string) (string, error) {
	h := store.Household{ID: id.New(), Unit: actor.Unit, Address: address, By: actor.Account, At: tx.Now}
	if err := s.store.AddHousehold(ctx, tx, h); err != nil {
		return "", err
	}
	return h.ID, s.join(ctx, tx, actor, h.ID, head, Head)
}

func (s *Service) join(ctx context.Context, tx *db.Tx, actor identity.Actor, household, person, relation string) error {
	if err := s.store.PutMember(ctx, tx, store.Member{ID: id.New(), Household: household, Person: person, Relation: relation, From: tx.Now}); err != nil {
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

// AddMember makes somebody a member of a household.
func (s *Service) AddMember(ctx context.Context, actor identity.Actor, household string, w Who, relation string) (err error) {
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
	if err := a.err(); err != nil {
		return err
	}
	return s.within(ctx, actor, household, func(tx *db.Tx, _ []store.Member) error {
		who, err := s.person(ctx, tx, w, "member.")
		if err != nil {
			return err
		}
		return s.join(ctx, tx, actor, household, who.ID, relation)
	})
}

// LeaveHousehold ends that somebody is a member. The head leaves only as the last.
func (s *Service) LeaveHousehold(ctx context.Context, actor identity.Actor, household, member string) (err error) {
	defer errs.Wrap(&err, "leave household %s", household)

	return s.within(ctx, actor, household, func(tx *db.Tx, now []store.Member) error {
		at := slices.IndexFunc(now, func(m store.Member) bool { return m.ID == member })
		switch {
		case at < 0:
			return persons.ErrNotFound
		case now[at].Relation == Head && len(now) > 1:
			return persons.ErrHead
		}
		now[at].Until = tx.Now
		if err := s.store.PutMember(ctx, tx, now[at]); err != nil {
			return err
		}
		return s.told(ctx, tx, actor, household, now[at].Person, "left")
	})
}

// ChangeHead makes another member head; who was is what is said to the new one.
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
		if at < 0 || old < 0 || at == old {
			return persons.ErrNotFound
		}
		for _, i := range []int{old, at} {
			now[i].Until = tx.Now
			if err := s.store.PutMember(ctx, tx, now[i]); err != nil {
				return err
			}
		}
		if err := s.join(ctx, tx, actor, household, now[at].Person, Head); err != nil {
			return err
		}
		return s.join(ctx, tx, actor, household, now[old].Person, relation)
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
