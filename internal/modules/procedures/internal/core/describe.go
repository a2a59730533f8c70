// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"errors"
	"slices"

	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/law"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/platform/errs"
)

// Basis is a legal document that a procedure rests on.
type Basis struct {
	law.Doc
	Known   bool // false: only its id is known here
	InForce bool // today
}

// Description is a procedure with what it refers to.
type Description struct {
	procedures.Version
	Unit  i18n.Text // the one unit that decides, where the province names it
	Bases []Basis
}

// Describe returns the version of today with the names of what it refers to.
func (s *Service) Describe(ctx context.Context, id procedures.ID) (d Description, err error) {
	defer errs.Wrap(&err, "describe procedure %s", id)

	v, err := s.Get(ctx, id)
	if err != nil {
		return d, err
	}
	return s.describe(ctx, v)
}

func (s *Service) describe(ctx context.Context, v procedures.Version) (d Description, err error) {
	d.Version = v
	if d.AuthorityUnit != "" {
		unit, err := orgs.Get(ctx, s.db, d.AuthorityUnit)
		if err != nil && !errors.Is(err, orgs.ErrNotFound) {
			return d, err
		}
		d.Unit = unit.Name
	}
	if len(d.LegalBases) == 0 {
		return d, nil
	}
	docs, err := law.All(ctx, s.db)
	if err != nil {
		return d, err
	}
	inForce := law.InForce(docs, calendar.On(s.db.Now().Time))
	is := func(id string) func(law.Doc) bool { return func(doc law.Doc) bool { return string(doc.ID) == id } }
	for _, id := range d.LegalBases {
		b := Basis{Doc: law.Doc{ID: law.ID(id)}}
		if i := slices.IndexFunc(docs, is(id)); i >= 0 {
			b = Basis{Doc: docs[i], Known: true, InForce: slices.ContainsFunc(inForce, is(id))}
		}
		d.Bases = append(d.Bases, b)
	}
	return d, nil
}
