// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/files"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/persons"
	"tinhso.vn/internal/modules/persons/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// Over is the state of a right whose last day has passed; Coming of one whose
// first day is to come. Both are kept as Active.
const (
	Over   = "over"
	Coming = "coming"
)

// Right is a representation as people read it.
type Right struct {
	ID                 string
	Represented, Agent Named
	Basis              persons.Basis
	Paper              Paper
	File               files.ID // empty: none
	Every              bool
	Procedures, Fields []i18n.Text
	Acts               []access.Act
	From, Until        db.Time // Until is the first moment after
	State, How         string
	Made, Ended        db.Time
	Events             []Event
	MayAnswer, MayEnd  bool
	MayConfirm         bool
}

// Event is one line of history. Words are those of an end or a refusal.
type Event struct {
	What, Who, Words string
	At               db.Time
}

// state says where a right stands at a moment.
func state(r store.Representation, now db.Time) string {
	switch {
	case r.State != Active && r.State != Offered && r.State != Checking:
		return r.State
	case !r.Until.IsZero() && !r.Until.After(now.Time):
		return Over
	case r.State == Active && r.From.After(now.Time):
		return Coming
	}
	return r.State
}

// namer reads names once for a list.
type namer struct {
	s      *Service
	known  map[string]Named
	fields map[string]i18n.Text
}

func (s *Service) namer() *namer { return &namer{s: s, known: map[string]Named{}} }

func (n *namer) person(ctx context.Context, q db.Querier, id string) (who Named, err error) {
	if who, ok := n.known[id]; ok {
		return who, nil
	}
	who, err = n.s.named(ctx, q, id)
	n.known[id] = who
	return who, err
}

func (n *namer) limits(ctx context.Context, r store.Representation) (procedures, fields []i18n.Text, err error) {
	known, err := n.s.Catalogue.Known(ctx, r.Procedures)
	if err != nil {
		return nil, nil, err
	}
	for _, id := range r.Procedures {
		name, ok := known[id]
		if !ok {
			name = i18n.Text{VI: id} // closed since
		}
		procedures = append(procedures, name)
	}
	if len(r.Fields) == 0 {
		return procedures, nil, nil
	}
	if n.fields == nil {
		if n.fields, err = n.s.Catalogue.Fields(ctx); err != nil {
			return nil, nil, err
		}
	}
	for _, slug := range r.Fields {
		name, ok := n.fields[slug]
		if !ok {
			name = i18n.Text{VI: slug}
		}
		fields = append(fields, name)
	}
	return procedures, fields, nil
}

func (n *namer) right(ctx context.Context, q db.Querier, actor identity.Actor, r store.Representation) (out Right, err error) {
	now := n.s.now(q)
	out = Right{
		ID: r.ID, Basis: r.Basis, Paper: r.Paper, File: files.ID(r.File), Every: r.Every, Acts: r.Acts, From: r.From, Until: r.Until, State: state(r, now), How: r.How, Made: r.At, Ended: r.Ended,
	}
	if out.Represented, err = n.person(ctx, q, r.Represented); err != nil {
		return out, err
	}
	if out.Agent, err = n.person(ctx, q, r.Agent); err != nil {
		return out, err
	}
	if out.Procedures, out.Fields, err = n.limits(ctx, r); err != nil {
		return out, err
	}
	going := live(r) && out.State != Over
	own := r.Basis != persons.Parent && r.Basis != persons.Guardian
	out.MayAnswer = actor.Person == r.Agent && out.State == Offered
	out.MayEnd = going && (actor.May(persons.PermRegister) || own && (actor.Person == r.Agent || actor.Person == r.Represented || actor.Acts() && actor.For.Person == r.Represented))
	out.MayConfirm = r.State == Checking && actor.May(persons.PermConfirm) && r.By != actor.Account && r.Agent != actor.Person
	return out, nil
}

// ListMine returns the rights by which the actor acts, or may act, for others:
// the newest first. ListGranted is those by which others act for the actor, or
// for whom the actor represents by law now.
func (s *Service) ListMine(ctx context.Context, actor identity.Actor, before string) (p Page[Right], err error) {
	defer errs.Wrap(&err, "list own rights to act")

	if _, err := access.Require(actor, persons.PermAct); err != nil {
		return p, err
	}
	return s.rights(ctx, actor, before, actor.Person, s.store.OfAgent)
}

// ListGranted is described at ListMine.
func (s *Service) ListGranted(ctx context.Context, actor identity.Actor, before string) (p Page[Right], err error) {
	defer errs.Wrap(&err, "list granted rights to act")

	if _, err := access.Require(actor, persons.PermAct); err != nil {
		return p, err
	}
	of := actor.Person
	if actor.Acts() {
		ok, err := s.byLaw(ctx, s.DB, actor)
		if err != nil {
			return p, err
		}
		if !ok {
			return p, nil // who else acts for somebody is not for every agent to know
		}
		of = actor.For.Person
	}
	return s.rights(ctx, actor, before, of, s.store.OfRepresented)
}

// MayGrant reports whether the actor can let others act: for oneself always, for
// another as who represents by law.
func (s *Service) MayGrant(ctx context.Context, actor identity.Actor) (bool, error) {
	if !actor.May(persons.PermAct) || actor.Official() {
		return false, nil
	}
	return s.byLaw(ctx, s.DB, actor)
}

func (s *Service) byLaw(ctx context.Context, q db.Querier, actor identity.Actor) (bool, error) {
	_, err := s.grantor(ctx, q, actor)
	if k := errs.KindOf(err); k == errs.NotFound || k == errs.Forbidden {
		return false, nil
	}
	return err == nil, err
}

func (s *Service) rights(ctx context.Context, actor identity.Actor, before, person string, list func(context.Context, db.Querier, string, string, int) ([]store.Representation, error)) (p Page[Right], err error) {
	rows, err := list(ctx, s.DB, person, before, PageSize+1)
	if err != nil {
		return p, err
	}
	part, names := cut(rows, PageSize, func(r store.Representation) string { return r.ID }), s.namer()
	p.Next = part.Next
	for _, r := range part.Items {
		one, err := names.right(ctx, s.DB, actor, r)
		if err != nil {
			return p, err
		}
		p.Items = append(p.Items, one)
	}
	return p, nil
}
