// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/persons"
	"tinhso.vn/internal/modules/persons/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// Family is whom somebody of a demonstration acts for, and who is at home.
type Family struct {
	Person, Account       string // ids
	Organisation, TaxCode string // for which the person acts; empty: none
	Basis                 persons.Basis
	Paper                 string
	Procedures            []string // none: all
	Address               string
	Children, Household   []Member
}

// Member is somebody of a family without an account.
type Member struct{ Name, Number, Born, Relation string }

// Seed makes a family of a demonstration, in the caller's transaction. It is no
// use case: packs are applied by who operates the program.
func (s *Service) Seed(ctx context.Context, tx *db.Tx, f Family) (err error) {
	defer errs.Wrap(&err, "make a family")

	by := identity.Actor{Account: f.Account, Person: f.Person}
	always := db.At(time.Unix(0, 0)) // a demonstration lives through weeks before today
	if f.Organisation != "" {
		of, err := s.person(ctx, tx, Who{Kind: identity.Organisation, Name: f.Organisation, Number: f.TaxCode}, "")
		if err != nil {
			return err
		}
		v := store.Representation{Represented: of.ID, Agent: f.Person, Basis: f.Basis, Paper: Paper{Number: f.Paper}, From: always, State: Active, How: Counter}
		if v.Basis == "" {
			v.Basis = persons.Law
		}
		if v.Basis != persons.Law {
			v.Until = db.At(tx.Now.AddDate(1, 0, 0))
		}
		if _, err := s.add(ctx, tx, by, v, Limits{Every: len(f.Procedures) == 0, Procedures: f.Procedures, Acts: access.Acts()}); err != nil {
			return err
		}
	}
	mother, err := s.People.GetPerson(ctx, tx, f.Person)
	if err != nil {
		return err
	}
	for _, c := range f.Children {
		if _, err := s.care(ctx, tx, by, Care{
			Ward: Who{Kind: identity.Individual, Name: c.Name, Number: c.Number, Born: c.Born}, Basis: persons.Parent, Reason: Minor,
			Guardian: Who{Kind: identity.Individual, Name: mother.Name, Number: mother.Number},
		}, db.Time{}); err != nil {
			return err
		}
	}
	if len(f.Household) == 0 {
		return nil
	}
	home, err := s.household(ctx, tx, by, f.Address, f.Person, db.Time{})
	if err != nil {
		return err
	}
	for _, m := range f.Household {
		who, err := s.person(ctx, tx, Who{Kind: identity.Individual, Name: m.Name, Number: m.Number, Born: m.Born}, "")
		if err != nil {
			return err
		}
		if err := s.join(ctx, tx, by, home, who.ID, m.Relation, db.Time{}); err != nil {
			return err
		}
	}
	return nil
}
