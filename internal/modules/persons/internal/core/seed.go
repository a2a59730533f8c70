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
	return nil
}
