// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"errors"

	"tinhso.vn/internal/modules/persons"
	"tinhso.vn/internal/modules/persons/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

var _ persons.Archive = (*Service)(nil)

// exportPage is how many rights are read at once.
const exportPage = 100

// ExportPerson implements persons.Archive.
func (s *Service) ExportPerson(ctx context.Context, person string, each func(persons.Held) error) (err error) {
	defer errs.Wrap(&err, "export person %s", person)

	for _, side := range []struct {
		role string
		list func(ctx context.Context, q db.Querier, person, before string, limit int) ([]store.Representation, error)
	}{{"agent", s.store.OfAgent}, {"represented", s.store.OfRepresented}} {
		for before := ""; ; {
			found, err := side.list(ctx, s.DB, person, before, exportPage)
			if err != nil {
				return err
			}
			for _, r := range found {
				before = r.ID
				h, err := s.heldRight(ctx, r, side.role)
				if err == nil {
					err = each(h)
				}
				if err != nil {
					return err
				}
			}
			if len(found) < exportPage {
				break
			}
		}
	}
	homes, err := s.store.MembershipsOf(ctx, s.DB, person)
	if err != nil {
		return err
	}
	for _, m := range homes {
		h, err := s.store.GetHousehold(ctx, s.DB, m.Household)
		if err == nil {
			err = each(persons.Held{Kind: persons.HeldHousehold, ID: m.ID, Role: m.Relation, Address: h.Address, Since: m.From, Until: m.Until})
		}
		if err != nil {
			return err
		}
	}
	return s.exportClaims(ctx, person, each)
}

func (s *Service) exportClaims(ctx context.Context, person string, each func(persons.Held) error) error {
	on, err := s.store.ClaimsOn(ctx, s.DB, person)
	if err != nil {
		return err
	}
	by, err := s.store.ClaimsBy(ctx, s.DB, person)
	if err != nil {
		return err
	}
	for role, rows := range map[string][]store.Claim{OfHolder: on, OfClaimant: by} {
		for _, c := range rows {
			if err := each(persons.Held{Kind: persons.HeldClaim, ID: c.ID, Role: role, State: c.State, Since: c.At}); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *Service) heldRight(ctx context.Context, r store.Representation, role string) (h persons.Held, err error) {
	other := r.Represented
	if role == "represented" {
		other = r.Agent
	}
	named, err := s.named(ctx, s.DB, other)
	if err != nil {
		return h, err
	}
	h = persons.Held{Kind: persons.HeldRight, ID: r.ID, Role: role, Other: named.Name, Basis: r.Basis, Paper: r.Paper.Number, State: state(r, s.DB.Now()), Since: r.From, Until: r.Until}
	if r.Basis == persons.Parent || r.Basis == persons.Guardian {
		care, err := s.store.GuardianOf(ctx, s.DB, r.Agent, r.ID)
		if err != nil && !errors.Is(err, persons.ErrNotFound) {
			return h, err
		}
		h.Reason = care.Reason
	}
	return h, nil
}
