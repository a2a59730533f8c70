// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"time"

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

// Why somebody is represented by a parent or guardian.
const (
	Minor      = "minor"
	Incapacity = "incapacity"
)

// Care is who cares for a minor or for a person without capacity, as it comes to
// a counter with its paper: the certificate of birth, the decision.
type Care struct {
	Ward, Guardian Who
	Basis          persons.Basis // Parent or Guardian
	Reason         string
	Paper          Paper
	Until          string // the last day; of a minor empty: the day before coming of age
}

// RegisterGuardian keeps who cares for somebody, with the right to act for them
// in everything. For a minor it ends when the ward comes of age.
func (s *Service) RegisterGuardian(ctx context.Context, actor identity.Actor, c Care) (made string, err error) {
	defer errs.Wrap(&err, "register guardian")

	if _, err := access.Require(actor, persons.PermRegister); err != nil {
		return "", err
	}
	var a asked
	c.Ward.check(&a, "ward.", false)
	c.Guardian.check(&a, "guardian.", true)
	if c.Basis != persons.Parent && c.Basis != persons.Guardian {
		a.add("basis", "form.choose")
	}
	if c.Reason != Minor && c.Reason != Incapacity {
		a.add("reason", "form.choose")
	}
	if c.Reason == Minor && c.Ward.Born == "" {
		a.add("ward.born", "form.required")
	}
	c.Paper.Number = a.line("paper.number", c.Paper.Number, 100, true)
	a.day("paper.date", c.Paper.Date, false)
	c.Paper.Issuer = a.line("paper.issuer", c.Paper.Issuer, 200, false)
	end, ended := a.day("until", c.Until, false)
	today := orgs.Day(s.DB.Now())
	if ended && c.Until < today {
		a.add("until", "persons.past")
	}
	if c.Ward.Kind == identity.Organisation {
		a.add("ward.kind", "form.choose")
	}
	c.Guardian.Kind = identity.Individual
	if err := a.err(); err != nil {
		return "", err
	}
	var until db.Time
	if ended {
		if until, err = nextDay(end); err != nil {
			return "", err
		}
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		made, err = s.care(ctx, tx, actor, c, until)
		if err != nil {
			return err
		}
		v, err := s.store.Get(ctx, tx, made)
		if err != nil {
			return err
		}
		if actor.Person == v.Agent || actor.Person == v.Represented {
			return persons.ErrOwn
		}
		return audit.RecordReadOf(ctx, tx, actor, persons.AuditGuardian, made, v.Represented, "")
	})
	return made, err
}

// care adds the guardianship and the right it gives, whose id is returned.
func (s *Service) care(ctx context.Context, tx *db.Tx, actor identity.Actor, c Care, until db.Time) (string, error) {
	rule := ""
	if c.Reason == Minor {
		grown, m, err := s.comesOfAge(ctx, tx, c.Ward.Born)
		switch {
		case err != nil:
			return "", err
		case !grown.After(tx.Now.Time):
			return "", persons.ErrOfAge
		}
		if rule = m.Basis; until.IsZero() || until.After(grown.Time) {
			until = grown
		}
	}
	ward, err := s.person(ctx, tx, c.Ward, "ward.")
	if err != nil {
		return "", err
	}
	guardian, err := s.person(ctx, tx, c.Guardian, "guardian.")
	if err != nil {
		return "", err
	}
	from, err := orgs.Start(orgs.Day(tx.Now))
	if err != nil {
		return "", err
	}
	right, err := s.add(ctx, tx, actor, store.Representation{
		Represented: ward.ID, Agent: guardian.ID, Basis: c.Basis, Paper: c.Paper, From: from, Until: until, State: Active, How: Counter, Unit: actor.Unit,
	}, Limits{Every: true, Acts: access.Acts()})
	if err != nil {
		return "", err
	}
	return right, s.store.AddGuardianship(ctx, tx, store.Guardianship{
		ID: id.New(), Ward: ward.ID, Guardian: guardian.ID, Reason: c.Reason, Representation: right, Rule: rule, At: tx.Now,
	})
}

// comesOfAge returns the first moment at which somebody needs no parent any more,
// by the rule of today.
func (s *Service) comesOfAge(ctx context.Context, q db.Querier, born string) (at db.Time, m store.Majority, err error) {
	if m, err = s.store.MajorityOn(ctx, q, orgs.Day(s.now(q))); err != nil {
		return at, m, err
	}
	day, err := time.Parse(time.DateOnly, born)
	if err != nil {
		return at, m, err
	}
	at, err = orgs.Start(day.AddDate(m.Age, 0, 0).Format(time.DateOnly))
	return at, m, err
}
