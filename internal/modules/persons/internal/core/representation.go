// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"slices"
	"strings"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/files"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/persons"
	"tinhso.vn/internal/modules/persons/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
)

// The states of a representation.
const (
	Checking = "checking" // waits for a second official
	Offered  = "offered"  // waits for the agent
	Active   = "active"   // holds on its days
	Refused  = "refused"  // by the agent, or by the second official
	Ended    = "ended"    // before its last day
)

// How a representation came.
const (
	Online  = "online"
	Counter = "counter"
)

// Paper is what gives a right: number, date (YYYY-MM-DD) and issuer.
type Paper = store.Paper

// Limits are what a right is about.
type Limits struct {
	Every      bool     // all procedures
	Procedures []string // ids
	Fields     []string // slugs of fields: all their procedures
	Acts       []access.Act
}

// Grant is a right to act as somebody asks for it to be kept.
type Grant struct {
	Agent  Who // an individual
	Basis  persons.Basis
	Paper  Paper
	Limits Limits
	From   string // days, YYYY-MM-DD; empty From: today
	Until  string // the last day, which ends at midnight; empty: until it is ended, for Law alone
}

// Registration is a Grant as it comes to a counter, with the paper.
type Registration struct {
	Represented Who
	Grant
	Accepted bool // the agent stood there too and took it on
	Scan     Scan // of the paper
}

// maxLimits is how many procedures or fields a right can name.
const maxLimits = 200

func (l *Limits) check(ctx context.Context, a *asked, c Catalogue) error {
	if len(l.Procedures)+len(l.Fields) > maxLimits {
		a.fields = append(a.fields, errs.Field{Name: "procedures", Code: "persons.too_many", Args: map[string]any{"max": maxLimits}})
		return nil
	}
	if l.Every {
		l.Procedures, l.Fields = nil, nil
	} else if len(l.Procedures)+len(l.Fields) == 0 {
		a.add("procedures", "persons.limits_missing")
	}
	known, err := c.Known(ctx, l.Procedures)
	if err != nil {
		return err
	}
	fields, err := c.Fields(ctx)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(l.Procedures, func(id string) bool { _, ok := known[id]; return !ok }) {
		a.add("procedures", "persons.procedure_unknown")
	}
	if slices.ContainsFunc(l.Fields, func(id string) bool { _, ok := fields[id]; return !ok }) {
		a.add("fields", "persons.field_unknown")
	}
	slices.Sort(l.Procedures)
	slices.Sort(l.Fields)
	l.Procedures, l.Fields = slices.Compact(l.Procedures), slices.Compact(l.Fields)
	if len(l.Acts) == 0 {
		a.add("acts", "persons.acts_missing")
	}
	if slices.ContainsFunc(l.Acts, func(x access.Act) bool { return !slices.Contains(access.Acts(), x) }) {
		a.add("acts", "form.choose")
	}
	l.Acts = slices.DeleteFunc(access.Acts(), func(x access.Act) bool { return !slices.Contains(l.Acts, x) })
	return nil
}

// check reports everything wrong with a grant, in the order of the form, and
// returns when it begins and ends.
func (s *Service) check(ctx context.Context, a *asked, g *Grant, bases ...persons.Basis) (from, until db.Time, err error) {
	g.Agent.Kind = identity.Individual
	g.Agent.check(a, "agent.", true)
	if !slices.Contains(bases, g.Basis) {
		a.add("basis", "form.choose")
	}
	wanted := g.Basis == persons.Authorisation || g.Basis == persons.Contract
	g.Paper.Number = a.line("paper.number", g.Paper.Number, 100, wanted)
	if day, ok := a.day("paper.date", g.Paper.Date, wanted); ok && day.Format("2006-01-02") > orgs.Day(s.DB.Now()) {
		a.add("paper.date", "persons.paper_future")
	}
	g.Paper.Issuer = a.line("paper.issuer", g.Paper.Issuer, 200, false)
	if err := g.Limits.check(ctx, a, s.Catalogue); err != nil {
		return from, until, err
	}
	today := orgs.Day(s.DB.Now())
	if g.From == "" {
		g.From = today
	}
	begin, ok := a.day("from", g.From, true)
	if ok && g.Basis != persons.Law && g.From < today {
		a.add("from", "persons.past")
	}
	end, ended := a.day("until", g.Until, g.Basis != persons.Law)
	switch {
	case !ok || !ended:
	case end.Before(begin):
		a.add("until", "persons.period")
	case g.Until < today:
		a.add("until", "persons.past")
	}
	if len(a.fields) > 0 {
		return from, until, nil
	}
	if from, err = orgs.Start(g.From); err != nil {
		return from, until, err
	}
	if ended {
		until, err = nextDay(end)
	}
	return from, until, err
}

// OfferRepresentation lets somebody act for the actor, or for the organisation
// that the actor represents by law. It holds when the agent has accepted.
func (s *Service) OfferRepresentation(ctx context.Context, actor identity.Actor, g Grant) (made string, err error) {
	defer errs.Wrap(&err, "offer representation")

	if _, err := access.Require(actor, persons.PermAct); err != nil {
		return "", err
	}
	if actor.Official() {
		return "", persons.ErrOfficials
	}
	var a asked
	if g.Basis == "" {
		g.Basis = persons.Authorisation
	}
	from, until, err := s.check(ctx, &a, &g, persons.Authorisation, persons.Contract)
	if err == nil {
		err = a.err()
	}
	if err != nil {
		return "", err
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		of, err := s.grantor(ctx, tx, actor)
		if err != nil {
			return err
		}
		agent, err := s.person(ctx, tx, g.Agent, "agent.")
		if err != nil {
			return err
		}
		made, err = s.add(ctx, tx, actor, store.Representation{
			Represented: of, Agent: agent.ID, Basis: g.Basis, Paper: g.Paper, From: from, Until: until, State: Offered, How: Online,
		}, g.Limits)
		if err != nil {
			return err
		}
		return audit.RecordReadOf(ctx, tx, actor, persons.AuditOffered, made, of, "")
	})
	return made, err
}

// grantor is on whose behalf an actor lets others act: the own, or the
// organisation that the actor represents by law at this moment.
func (s *Service) grantor(ctx context.Context, q db.Querier, actor identity.Actor) (string, error) {
	if !actor.Acts() {
		return actor.Person, nil
	}
	rows, err := s.holding(ctx, q, actor)
	if err != nil {
		return "", err
	}
	if !slices.ContainsFunc(rows, func(r store.Representation) bool { return r.Basis == persons.Law }) {
		return "", persons.ErrNotGiven
	}
	return actor.For.Person, nil
}

// add keeps a right, unless the same one is there at the same time.
func (s *Service) add(ctx context.Context, tx *db.Tx, actor identity.Actor, v store.Representation, l Limits) (string, error) {
	if v.Represented == v.Agent {
		return "", persons.ErrOwn
	}
	for _, one := range []string{min(v.Agent, v.Represented), max(v.Agent, v.Represented)} { // whoever merges or buries them waits
		p, err := s.lockPerson(ctx, tx, one)
		if err != nil {
			return "", err
		}
		if one == v.Agent && p.Kind != identity.Individual {
			return "", persons.ErrNotPerson
		}
		if gone, err := s.dead(ctx, tx, one); err != nil || gone {
			if gone {
				err = persons.ErrDead
			}
			return "", err
		}
	}
	v.Every, v.Procedures, v.Fields, v.Acts = l.Every, l.Procedures, l.Fields, l.Acts
	there, err := s.store.Between(ctx, tx, v.Agent, v.Represented)
	if err != nil {
		return "", err
	}
	for _, old := range there {
		if live(old) && meet(old, v) && (v.Basis == persons.Law && old.Basis == persons.Law || same(old, v)) {
			return "", persons.ErrOverlap.With("since", old.From.Time)
		}
	}
	if v.ID == "" {
		v.ID = id.New()
	}
	v.By, v.At = actor.Account, tx.Now
	if err := s.store.Put(ctx, tx, v); err != nil {
		return "", err
	}
	return v.ID, s.store.AddEvent(ctx, tx, store.Event{About: v.ID, What: v.State, By: actor.Account})
}

// live reports whether a right is, or may still become, one that holds.
func live(r store.Representation) bool {
	return r.State == Active || r.State == Offered || r.State == Checking
}

func meet(a, b store.Representation) bool {
	return (a.Until.IsZero() || a.Until.After(b.From.Time)) && (b.Until.IsZero() || b.Until.After(a.From.Time))
}

func same(a, b store.Representation) bool {
	return a.Basis == b.Basis && a.Every == b.Every && slices.Equal(a.Procedures, b.Procedures) && slices.Equal(a.Fields, b.Fields) && slices.Equal(a.Acts, b.Acts)
}

// AllowedFiles are what the paper of a right may be.
func AllowedFiles() []files.Type { return []files.Type{files.PDF, files.JPEG, files.PNG} }

// MaxFile is how many bytes the scan of a paper may have.
const MaxFile = 10 << 20

func subject(representation string) files.Subject {
	return files.Subject{Kind: "representation", ID: representation}
}

// RegisterRepresentation keeps what was brought to the counter with its paper.
// Who represents an organisation by law is looked at by a second official; any
// other right holds when the agent has accepted, at the counter or later.
func (s *Service) RegisterRepresentation(ctx context.Context, actor identity.Actor, r Registration) (made string, err error) {
	defer errs.Wrap(&err, "register representation")

	if _, err := access.Require(actor, persons.PermRegister); err != nil {
		return "", err
	}
	var a asked
	r.Represented.check(&a, "represented.", true)
	if r.Basis == persons.Law {
		r.Limits = Limits{Every: true, Acts: access.Acts()}
	}
	from, until, err := s.check(ctx, &a, &r.Grant, persons.Law, persons.Contract, persons.Authorisation)
	if r.Basis == persons.Law && r.Represented.Kind != identity.Organisation {
		a.add("basis", "persons.law_organisation")
	}
	if err == nil {
		err = a.err()
	}
	if err != nil {
		return "", err
	}
	var staged files.Staged
	if !r.Scan.none() {
		if staged, err = s.receive(ctx, actor, r.Scan); err != nil {
			return "", err
		}
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		of, err := s.person(ctx, tx, r.Represented, "represented.")
		if err != nil {
			return err
		}
		agent, err := s.person(ctx, tx, r.Agent, "agent.")
		if err != nil {
			return err
		}
		if actor.Person == agent.ID || actor.Person == of.ID {
			return persons.ErrOwn
		}
		v := store.Representation{
			Represented: of.ID, Agent: agent.ID, Basis: r.Basis, Paper: r.Paper, From: from, Until: until, State: Offered, How: Counter, Unit: actor.Unit,
		}
		switch {
		case r.Basis == persons.Law:
			v.State = Checking
		case r.Accepted:
			v.State = Active
		}
		if made, err = s.add(ctx, tx, actor, v, r.Limits); err != nil {
			return err
		}
		if !r.Scan.none() {
			kept, err := s.Files.Keep(ctx, tx, staged, subject(made), actor.Account)
			if err != nil {
				return err
			}
			if v, err = s.store.Lock(ctx, tx, made); err != nil {
				return err
			}
			v.File = string(kept.ID)
			if err := s.store.Put(ctx, tx, v); err != nil {
				return err
			}
		}
		return audit.RecordReadOf(ctx, tx, actor, persons.AuditRegistered, made, of.ID, "")
	})
	return made, err
}

// words writes the paper of a right as papers cite it.
func words(r store.Representation) string {
	name := map[persons.Basis]string{
		persons.Law: "Người đại diện theo pháp luật", persons.Contract: "Hợp đồng", persons.Authorisation: "Văn bản ủy quyền",
		persons.Parent: "Cha, mẹ của người chưa thành niên", persons.Guardian: "Người giám hộ",
	}[r.Basis]
	var b strings.Builder
	b.WriteString(name)
	if r.Paper.Number != "" {
		b.WriteString(" số " + r.Paper.Number)
	}
	if d := r.Paper.Date; len(d) == len("2026-11-21") {
		b.WriteString(" ngày " + d[8:] + "/" + d[5:7] + "/" + d[:4])
	}
	if r.Paper.Issuer != "" {
		b.WriteString(", " + r.Paper.Issuer)
	}
	return b.String()
}
