// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"errors"
	"io"
	"regexp"
	"time"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/holdings"
	"tinhso.vn/internal/modules/holdings/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
	"tinhso.vn/internal/platform/text"
)

var _ holdings.Backfile = (*Service)(nil)

// AddBackfile implements holdings.Backfile. Who asks has the right to: it is asked
// after a seal.
func (s *Service) AddBackfile(ctx context.Context, actor identity.Actor, b holdings.CabinetPaper, content io.Reader) (paper string, err error) {
	defer errs.Wrap(&err, "add a paper from a cabinet")

	key := string(holdings.FromBackfile) + ":" + b.Key
	if there, found, err := s.store.FindSource(ctx, s.DB, key); err != nil || found {
		return there.ID, err
	}
	types, err := s.types(ctx, s.DB)
	if err != nil {
		return "", err
	}
	if _, known := types[b.Type]; !known {
		return "", holdings.ErrNoType
	}
	issued, err := time.Parse(time.DateOnly, b.Issued)
	if err != nil {
		return "", err
	}
	owner, err := s.ownerOf(ctx, b)
	if err != nil {
		return "", err
	}
	p := store.Paper{
		ID: id.New(), Owner: owner, Type: b.Type, Issued: b.Issued, Unit: b.Unit, Source: holdings.FromBackfile, SourceKey: key,
		Facts: store.Facts{Number: b.Number, Issuer: b.Issuer, Officer: b.Officer, Checked: b.Against, Batch: b.Batch},
	}
	p.Until, p.Perpetual = until(types[b.Type].Type, issued, nil)
	before, err := s.same(ctx, s.DB, p)
	if err != nil {
		return "", err
	}
	p.Replaces = before.ID
	err = s.add(ctx, actor, p, b.Name, content, holdings.AuditDigitised, func(tx *db.Tx) error { return s.replace(ctx, tx, actor, p) })
	if errors.Is(err, holdings.ErrThere) { // another worker was faster
		there, found, again := s.store.FindSource(ctx, s.DB, key)
		if again == nil && found {
			return there.ID, nil
		}
	}
	return p.ID, err
}

// ownerOf finds whose paper it is, by number and name; somebody who was not known
// becomes so.
func (s *Service) ownerOf(ctx context.Context, b holdings.CabinetPaper) (person string, err error) {
	kind := identity.Individual
	if taxCode().MatchString(b.OwnerNumber) {
		kind = identity.Organisation
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		p, found, err := s.People.FindByNumber(ctx, tx, kind, b.OwnerNumber)
		switch {
		case err != nil:
			return err
		case found && text.Fold(p.Name) != text.Fold(b.OwnerName):
			return holdings.ErrOtherOwner
		case found:
			person = p.ID
			return nil
		}
		person, err = s.People.SavePerson(ctx, tx, identity.Person{Kind: kind, Name: b.OwnerName, Number: b.OwnerNumber})
		return err
	})
	return person, err
}

// taxCode matches the number of an organisation; people's have nine or twelve digits.
func taxCode() *regexp.Regexp { return regexp.MustCompile(`^\d{10}(-\d{3})?$`) }
