// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"slices"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/persons"
	"tinhso.vn/internal/modules/persons/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/text"
)

var _ access.Stands = (*Service)(nil)

// holds reports whether a right gives something at a moment.
func holds(r store.Representation, now db.Time) bool {
	return r.State == Active && !r.From.After(now.Time) && (r.Until.IsZero() || r.Until.After(now.Time))
}

// over returns when a right that held has ended; zero where it never held.
func over(r store.Representation, now db.Time) (at db.Time) {
	switch {
	case r.State == Ended:
		return r.Ended
	case r.State == Active && !r.Until.IsZero() && !r.Until.After(now.Time):
		return r.Until
	}
	return at
}

// now is the moment of an act: that of its transaction where there is one.
func (s *Service) now(q db.Querier) db.Time {
	if tx, ok := q.(*db.Tx); ok {
		return tx.Now
	}
	return s.DB.Now()
}

// holding returns the rights by which the actor acts for actor.For now: one at
// least, or the error that says why there is none.
func (s *Service) holding(ctx context.Context, q db.Querier, actor identity.Actor) ([]store.Representation, error) {
	all, err := s.store.Between(ctx, q, actor.Person, actor.For.Person)
	if err != nil {
		return nil, err
	}
	now := s.now(q)
	var last db.Time
	for _, r := range all {
		if at := over(r, now); at.After(last.Time) {
			last = at
		}
	}
	all = slices.DeleteFunc(all, func(r store.Representation) bool { return !holds(r, now) })
	switch {
	case len(all) > 0:
		return all, nil
	case !last.IsZero():
		return nil, persons.ErrOver.With("at", last.Time)
	}
	return nil, persons.ErrNotFound
}

// Standing implements access.Stands.
func (s *Service) Standing(ctx context.Context, q db.Querier, actor identity.Actor, act access.Act) (stands []access.Stand, err error) {
	defer errs.Wrap(&err, "standing of %s", actor.Account)

	rows, err := s.holding(ctx, q, actor)
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		if !slices.Contains(r.Acts, act) {
			continue
		}
		stand := access.Stand{ID: r.ID, Person: r.Represented, Basis: string(r.Basis), Note: words(r), Every: r.Every, Kinds: r.Procedures}
		if len(r.Fields) > 0 {
			more, err := s.Catalogue.InFields(ctx, q, r.Fields)
			if err != nil {
				return nil, err
			}
			stand.Kinds = append(slices.Clone(stand.Kinds), more...)
		}
		stands = append(stands, stand)
	}
	if len(stands) == 0 {
		return nil, persons.ErrNotGiven.With("act", string(act))
	}
	return stands, nil
}

// MaxChoices is for how many others people choose from at most.
const MaxChoices = 30

// Choice is somebody for whom the actor may work.
type Choice struct {
	Named
	Chosen bool
	Over   bool // chosen, and the right has ended since
}

// ListChoices returns for whom the actor may work now, sorted by name, and whom
// the actor has chosen even where that right has ended.
func (s *Service) ListChoices(ctx context.Context, actor identity.Actor) (all []Choice, err error) {
	defer errs.Wrap(&err, "list choices")

	if _, err := access.Require(actor, persons.PermAct); err != nil {
		return nil, err
	}
	ids, err := s.store.Choices(ctx, s.DB, actor.Person, s.DB.Now(), MaxChoices)
	if err != nil {
		return nil, err
	}
	over := actor.Acts() && !slices.Contains(ids, actor.For.Person)
	if over {
		ids = append(ids, actor.For.Person)
	}
	for _, person := range ids {
		who, err := s.named(ctx, s.DB, person)
		if err != nil {
			return nil, err
		}
		chosen := person == actor.For.Person
		all = append(all, Choice{Named: who, Chosen: chosen, Over: chosen && over})
	}
	slices.SortStableFunc(all, func(a, b Choice) int { return slices.Compare([]byte(key(a.Named)), []byte(key(b.Named))) })
	return all, nil
}

func key(n Named) string {
	if n.Kind == identity.Organisation {
		return text.CollationKey(n.Name)
	}
	return text.PersonKey(n.Name)
}

// ChooseFor says for whom the actor's session works from now on; empty: for
// oneself.
func (s *Service) ChooseFor(ctx context.Context, actor identity.Actor, person string) (err error) {
	defer errs.Wrap(&err, "choose for whom to act")

	if _, err := access.Require(actor, persons.PermAct); err != nil {
		return err
	}
	switch {
	case actor.Session == "":
		return persons.ErrNoSession
	case actor.Official():
		return persons.ErrOfficials
	case person == actor.Person:
		person = ""
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		if person != "" {
			actor.For = identity.Behalf{Person: person}
			if _, err := s.holding(ctx, tx, actor); err != nil {
				return err
			}
		}
		if err := s.store.Choose(ctx, tx, actor.Session, person); err != nil {
			return err
		}
		return audit.RecordReadOf(ctx, tx, actor, persons.AuditChosen, actor.Account, person, "")
	})
}

// For returns for whom a session works; the zero Behalf for oneself. Whether it
// still may is asked at every act.
func (s *Service) For(ctx context.Context, session string) (b identity.Behalf, err error) {
	defer errs.Wrap(&err, "for whom a session works")

	person, err := s.store.Chosen(ctx, s.DB, session)
	if err != nil || person == "" {
		return b, err
	}
	who, err := s.People.GetPerson(ctx, s.DB, person)
	for err == nil && who.Merged != "" { // since the choice: the rights are the other's now
		who, err = s.People.GetPerson(ctx, s.DB, who.Merged)
	}
	return identity.Behalf{Person: who.ID, Name: who.Name}, err
}
