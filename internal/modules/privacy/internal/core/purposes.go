// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"reflect"
	"slices"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/privacy"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// ApplyPurposes makes the purposes of a pack the register of the province and
// returns how many changed.
func (s *Service) ApplyPurposes(ctx context.Context, tx *db.Tx, purposes []privacy.Purpose) (changed int, err error) {
	defer errs.Wrap(&err, "apply purposes")

	old, err := s.store.Purposes(ctx, tx)
	if err != nil {
		return 0, err
	}
	for i, p := range purposes {
		at := slices.IndexFunc(old, func(o privacy.Purpose) bool { return o.ID == p.ID })
		if at >= 0 && same(old[at], p) {
			if at != i {
				changed++
				err = s.store.MovePurpose(ctx, tx, p.ID, i)
			}
		} else {
			changed++
			err = s.store.PutPurpose(ctx, tx, i, p)
		}
		if err != nil {
			return 0, err
		}
	}
	for _, o := range old {
		if slices.ContainsFunc(purposes, func(p privacy.Purpose) bool { return p.ID == o.ID }) {
			continue
		}
		changed++
		if err := s.store.DropPurpose(ctx, tx, o.ID); err != nil {
			return 0, err
		}
	}
	return changed, nil
}

// same compares purposes; an empty list is none.
func same(a, b privacy.Purpose) bool {
	for _, p := range []*privacy.Purpose{&a, &b} {
		p.Basis, p.Reads, p.Holders = append([]string{}, p.Basis...), append([]string{}, p.Reads...), append([]string{}, p.Holders...)
		p.Data = append([]privacy.Category{}, p.Data...)
	}
	return reflect.DeepEqual(a, b)
}

// ApplyTerms makes the terms of a pack those of the province and returns how
// many changed.
func (s *Service) ApplyTerms(ctx context.Context, tx *db.Tx, terms []privacy.Term) (changed int, err error) {
	defer errs.Wrap(&err, "apply terms of privacy")

	old, err := s.store.Terms(ctx, tx)
	if err != nil {
		return 0, err
	}
	for _, t := range terms {
		if slices.Contains(old, t) {
			continue
		}
		changed++
		if err := s.store.PutTerm(ctx, tx, t); err != nil {
			return 0, err
		}
	}
	for _, o := range old {
		if slices.ContainsFunc(terms, func(t privacy.Term) bool { return t.What == o.What }) {
			continue
		}
		changed++
		if err := s.store.DropTerm(ctx, tx, o.What); err != nil {
			return 0, err
		}
	}
	return changed, nil
}

// Registered is a purpose with what its names mean.
type Registered struct {
	privacy.Purpose
	Holders []privacy.Description
	Laws    []string  // "356/2025/NĐ-CP"
	Rule    i18n.Text // of retention; empty: none
}

// ListPurposes returns the register of purposes. It is public: people read why
// data about them is processed before they give any.
func (s *Service) ListPurposes(ctx context.Context) (all []Registered, err error) {
	defer errs.Wrap(&err, "list purposes")

	purposes, err := s.store.Purposes(ctx, s.DB)
	if err != nil {
		return nil, err
	}
	rules, err := s.Rules(ctx)
	if err != nil {
		return nil, err
	}
	for _, p := range purposes {
		r := Registered{Purpose: p, Rule: rules[p.Retention]}
		for _, h := range p.Holders {
			r.Holders = append(r.Holders, s.holder(h))
		}
		for _, id := range p.Basis {
			r.Laws = append(r.Laws, s.LawName(ctx, id))
		}
		all = append(all, r)
	}
	return all, nil
}

// Book is what a register has personal data for, in words.
type Book struct {
	privacy.OfRegister
	Laws []string // "356/2025/NĐ-CP"
}

// ListBooks returns what the registers of the province have personal data for. It is
// public, as the register of purposes is.
func (s *Service) ListBooks(ctx context.Context) (all []Book, err error) {
	defer errs.Wrap(&err, "list purposes of registers")

	found, err := s.Registers(ctx)
	if err != nil {
		return nil, err
	}
	for _, r := range found {
		b := Book{OfRegister: r}
		for _, id := range r.Basis {
			b.Laws = append(b.Laws, s.LawName(ctx, id))
		}
		all = append(all, b)
	}
	return all, nil
}

// Place is who keeps one category of data for one purpose, and how long.
type Place struct {
	Holder   privacy.Description
	Category privacy.Category
	Purpose  privacy.Purpose
	Laws     []string
	Rule     i18n.Text
}

// MapData returns the map of data: each holder with each category it keeps.
func (s *Service) MapData(ctx context.Context, actor identity.Actor) (all []Place, terms []privacy.Term, err error) {
	defer errs.Wrap(&err, "map data")

	if _, err := access.Everywhere(actor, privacy.PermHandle); err != nil {
		return nil, nil, err
	}
	purposes, err := s.ListPurposes(ctx)
	if err != nil {
		return nil, nil, err
	}
	names := []string{}
	for _, p := range purposes {
		for _, h := range p.Purpose.Holders {
			if !slices.Contains(names, h) {
				names = append(names, h)
			}
		}
	}
	for _, h := range names {
		for _, p := range purposes {
			if !slices.Contains(p.Purpose.Holders, h) {
				continue
			}
			for _, c := range p.Data {
				all = append(all, Place{Holder: s.holder(h), Category: c, Purpose: p.Purpose, Laws: p.Laws, Rule: p.Rule})
			}
		}
	}
	terms, err = s.store.Terms(ctx, s.DB)
	return all, terms, err
}
