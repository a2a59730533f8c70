// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/platform/errs"
)

// Filter chooses readings; empty fields choose all.
type Filter struct {
	From, To time.Time // To is the first moment after
	Purpose  access.Purpose
}

func (f Filter) check() error {
	if f.Purpose != "" && f.Purpose.Check() != nil {
		return errs.BadInput([]errs.Field{{Name: "purpose", Code: "form.choose"}})
	}
	if !f.From.IsZero() && !f.To.IsZero() && !f.To.After(f.From) {
		return errs.BadInput([]errs.Field{{Name: "to", Code: "oversight.period_reversed"}})
	}
	return nil
}

// maxOwned bounds how many dossiers of a person are looked through for readings
// that do not name the person: those from before records did, and those of
// dossiers that the person has sent for somebody else.
const maxOwned = 1000

// ListReadings tells a citizen who has read the own personal data, in every
// dossier and in none, the newest first.
func (s *Service) ListReadings(ctx context.Context, actor identity.Actor, f Filter, before string) (page Page[About], err error) {
	defer errs.Wrap(&err, "list readings")

	return s.readings(ctx, actor, f, before, PageSize)
}

// maxExport is how many readings an export holds at most; a period goes further
// back.
const maxExport = 10000

// ExportReadings returns what ListReadings does, without pages.
func (s *Service) ExportReadings(ctx context.Context, actor identity.Actor, f Filter) (_ []About, err error) {
	defer errs.Wrap(&err, "export readings")

	page, err := s.readings(ctx, actor, f, "", maxExport)
	return page.Items, err
}

func (s *Service) readings(ctx context.Context, actor identity.Actor, f Filter, before string, size int) (page Page[About], err error) {
	scope, err := access.Require(actor, dossiers.PermOwn)
	if err != nil {
		return page, err
	}
	if err := f.check(); err != nil {
		return page, err
	}
	owned, err := s.Dossiers.ListOwned(ctx, scope, maxOwned)
	if err != nil {
		return page, err
	}
	of := audit.Of{Person: actor.Person}
	for _, d := range owned {
		of.Subjects = append(of.Subjects, string(d.ID))
	}
	entries, err := audit.List(ctx, s.DB, audit.Filter{
		Of: of, Readers: true, Not: actor.Account, Purpose: f.Purpose, From: f.From, To: f.To,
	}, before, size+1)
	if err != nil {
		return page, err
	}
	part := cut(entries, size, func(e audit.Entry) string { return e.ID })
	page.Next = part.Next
	page.Items, err = s.about(ctx, s.names(ctx), part.Items)
	return page, err
}

// Sighting is whose list has shown the name of the actor.
type Sighting struct {
	dossiers.Sighting
	Who Who
}

// ListSightings tells a citizen whose lists have shown a dossier of the own.
func (s *Service) ListSightings(ctx context.Context, actor identity.Actor, after string) (page Page[Sighting], err error) {
	defer errs.Wrap(&err, "list sightings")

	scope, err := access.Require(actor, dossiers.PermOwn)
	if err != nil {
		return page, err
	}
	found, next, err := s.Dossiers.ListSightings(ctx, scope, actor.Account, after, PageSize)
	if err != nil {
		return page, err
	}
	page.Next = next
	who := s.names(ctx)
	for _, v := range found {
		by, err := who.of(v.Account, string(v.Unit))
		if err != nil {
			return page, err
		}
		page.Items = append(page.Items, Sighting{v, by})
	}
	return page, nil
}

// ListMyReadings tells an official what the log says of the own readings: the
// same that the people see.
func (s *Service) ListMyReadings(ctx context.Context, actor identity.Actor, f Filter, before string) (page Page[About], err error) {
	defer errs.Wrap(&err, "list my readings")

	if actor.Anonymous() {
		return page, access.ErrSignInNeeded
	}
	if err := f.check(); err != nil {
		return page, err
	}
	entries, err := audit.List(ctx, s.DB, audit.Filter{Actor: actor.Account, Readers: true, Purpose: f.Purpose, From: f.From, To: f.To}, before, PageSize+1)
	if err != nil {
		return page, err
	}
	part := cut(entries, PageSize, func(e audit.Entry) string { return e.ID })
	page.Next = part.Next
	page.Items, err = s.about(ctx, s.names(ctx), part.Items)
	return page, err
}
