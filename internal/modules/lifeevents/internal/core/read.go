// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"errors"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/lifeevents"
	"tinhso.vn/internal/modules/lifeevents/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

type (
	// Bundle is a linked dossier.
	Bundle = store.Bundle
	// Standing is where a leg stands.
	Standing = store.Leg
	// Entry is one thing that happened.
	Entry = store.Entry
)

// Part is a leg with its rules.
type Part struct {
	lifeevents.Leg
	At Standing
}

// Progress is how far a declaration has come. What the partners gave is personal data.
type Progress struct {
	Bundle
	Parts []Part // of the declaration: those that it does not ask for are left out
}

func progressOf(b Bundle, all []Standing) Progress {
	p := Progress{Bundle: b}
	for _, l := range all {
		if def, known := b.Definition.Leg(l.Leg); known && l.State != lifeevents.Skipped {
			p.Parts = append(p.Parts, Part{def, l})
		}
	}
	return p
}

// Own returns how far a declaration of the actor has come, or of whom the actor acts for.
func (s *Service) Own(ctx context.Context, actor identity.Actor, dossier string) (p Progress, err error) {
	defer errs.Wrap(&err, "own linked dossier %s", dossier)

	sc, err := s.own(ctx, actor)
	if err != nil {
		return p, err
	}
	return s.progress(ctx, sc, dossier)
}

func (s *Service) progress(ctx context.Context, sc access.Scope, dossier string) (p Progress, err error) {
	b, err := s.store.Get(ctx, s.DB, sc, dossier)
	if err != nil {
		return p, err
	}
	legs, err := s.store.LegsOf(ctx, s.DB, dossier)
	return progressOf(b, legs[dossier]), err
}

// Beside returns how far a dossier has come for who looks at the dossier; false where
// it is none of a bundle, or not in the actor's sight.
func (s *Service) Beside(ctx context.Context, actor identity.Actor, dossier string) (p Progress, found bool, err error) {
	defer errs.Wrap(&err, "linked dossier %s", dossier)

	sc, err := s.own(ctx, actor)
	if err != nil {
		if sc, err = office(actor); err != nil {
			return p, false, nil // it is not for the actor: the page of the dossier says nothing of it
		}
	}
	p, err = s.progress(ctx, sc, dossier)
	if errors.Is(err, lifeevents.ErrNotFound) {
		return p, false, nil
	}
	return p, err == nil, err
}

// Told is one thing that a partner is told, as a clerk sees it.
type Told struct {
	lifeevents.Field
	Words  string // what is known, for people
	Value  string // what is sent
	Mended bool   // a clerk has put it in the place of what is known
}

// Detail is a linked dossier as officials see it. It is personal data.
type Detail struct {
	Progress
	Told    map[string][]Told // by leg
	History []Entry
	Names   map[string]string // of accounts
}

// Get returns a linked dossier of the actor's units; that it was looked at is recorded.
func (s *Service) Get(ctx context.Context, actor identity.Actor, dossier string) (d Detail, err error) {
	defer errs.Wrap(&err, "linked dossier %s", dossier)

	sc, err := office(actor)
	if err != nil {
		return d, err
	}
	b, err := s.store.Get(ctx, s.DB, sc, dossier)
	if err != nil {
		return d, err
	}
	if err := s.DB.Write(ctx, func(tx *db.Tx) error {
		return audit.RecordReadOf(ctx, tx, actor, lifeevents.AuditLooked, dossier, b.Owner, access.Handling)
	}); err != nil {
		return d, err // nothing leaves when the record failed
	}
	legs, err := s.store.LegsOf(ctx, s.DB, dossier)
	if err != nil {
		return d, err
	}
	declared, err := s.Dossiers.DeclarationOf(ctx, s.DB, dossiers.ID(dossier))
	if err != nil {
		return d, err
	}
	d.Progress, d.Told, d.Names = progressOf(b, legs[dossier]), map[string][]Told{}, map[string]string{}
	for _, p := range d.Parts {
		now := told(p.Leg, p.At, declared, legs[dossier])
		for _, f := range p.Fields {
			_, words := known(f.From, declared, legs[dossier])
			_, mended := p.At.Mended[f.Name]
			d.Told[p.ID] = append(d.Told[p.ID], Told{Field: f, Words: words, Value: now[f.Name], Mended: mended})
		}
	}
	if d.History, err = s.store.Entries(ctx, s.DB, dossier); err != nil {
		return d, err
	}
	for _, e := range d.History {
		if _, seen := d.Names[e.By]; !seen && e.By != program().Account {
			d.Names[e.By] = s.Name(ctx, e.By)
		}
	}
	return d, nil
}

// List returns the linked dossiers of the actor's units in a state, the newest first,
// before one. It names nobody.
func (s *Service) List(ctx context.Context, actor identity.Actor, state lifeevents.Standing, before string) (all []Progress, next string, err error) {
	defer errs.Wrap(&err, "list linked dossiers")

	sc, err := office(actor)
	if err != nil {
		return nil, "", err
	}
	rows, err := s.store.List(ctx, s.DB, sc, state, before, PageSize+1)
	if err != nil {
		return nil, "", err
	}
	if len(rows) > PageSize {
		rows = rows[:PageSize]
		next = rows[PageSize-1].Dossier
	}
	ids := make([]string, len(rows))
	for i, b := range rows {
		ids[i] = b.Dossier
	}
	legs, err := s.store.LegsOf(ctx, s.DB, ids...)
	for _, b := range rows {
		all = append(all, progressOf(b, legs[b.Dossier]))
	}
	return all, next, err
}

// CountStuck counts what waits for a clerk in the actor's units: for the menu.
func (s *Service) CountStuck(ctx context.Context, actor identity.Actor) (int64, error) {
	sc, err := access.Require(actor, lifeevents.PermMend)
	if err != nil {
		return 0, nil //nolint:nilerr // nothing waits for who may not mend
	}
	return s.store.CountStuck(ctx, s.DB, sc)
}
