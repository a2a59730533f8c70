// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package core holds the rules of looking things up: one file per use case. It knows
// no HTTP, no SQL and no pages.
package core

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/axis"
	"tinhso.vn/internal/kernel/connectors"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/lookups"
	"tinhso.vn/internal/modules/lookups/internal/store"
	"tinhso.vn/internal/platform/crypt"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
	"tinhso.vn/internal/platform/text"
)

// Dossiers is what is needed of dossiers: who may see one, and what it declares.
type Dossiers interface {
	dossiers.Finder
	dossiers.Declarer
}

// Deps is everything the use cases need, by name.
type Deps struct {
	DB       *db.DB
	Keys     *crypt.Keys
	Hub      *connectors.Hub
	Dossiers Dossiers
	Name     func(ctx context.Context, account string) string
	PerHour  int // how many questions one official has in an hour
}

// Service runs the use cases.
type Service struct {
	Deps
	store store.Store
}

// New returns a service.
func New(d Deps) *Service { return &Service{Deps: d, store: store.New(d.Keys)} }

// ApplySources makes the databases those of a pack and returns how many differ. It is
// for whoever applies packs.
func (s *Service) ApplySources(ctx context.Context, tx *db.Tx, all []lookups.Source) (int, error) {
	return store.PutSources(ctx, tx, all)
}

// Line is one field of an answer beside what was declared: personal data.
type Line struct {
	Field    lookups.Field
	Form     string // key of the question; empty: it is compared with nothing
	Value    string // what the database says
	Declared string // in words
	Differs  bool
	Taken    bool // the value of the database stands beside what was declared
	TakenBy  string
	TakenAt  db.Time
}

// Question is what may be asked about a dossier, and what was answered last.
type Question struct {
	Source  lookups.Source
	Use     lookups.Use
	ID      string // of the last time it was asked; empty: never
	By      string // who, by name
	At      db.Time
	Outcome lookups.Outcome
	Lines   []Line // empty: there is no answer, or it is kept no more
}

// sees finds a dossier that the actor sees and may look up for, and the databases that
// its procedure needs, each with the uses for it.
func (s *Service) sees(ctx context.Context, actor identity.Actor, dossier string) (id dossiers.ID, sources []lookups.Source, err error) {
	if _, err := access.Require(actor, lookups.PermAsk); err != nil {
		return "", nil, err
	}
	found, ok, err := s.Dossiers.Find(ctx, actor, dossiers.ID(dossier))
	if err != nil {
		return "", nil, err
	}
	if !ok {
		return "", nil, lookups.ErrNotFound
	}
	all, err := store.Sources(ctx, s.DB)
	for _, one := range all {
		one.Uses = slices.DeleteFunc(one.Uses, func(u lookups.Use) bool { return u.Procedure != string(found.Procedure) })
		if len(one.Uses) > 0 {
			sources = append(sources, one)
		}
	}
	return found.ID, sources, err
}

// List returns what may be asked about a dossier and what was answered; that kept
// answers were read is recorded before they leave.
func (s *Service) List(ctx context.Context, actor identity.Actor, dossier string) (all []Question, err error) {
	defer errs.Wrap(&err, "look-ups of dossier %s", dossier)

	found, sources, err := s.sees(ctx, actor, dossier)
	if err != nil || len(sources) == 0 { // most procedures need none: nothing of the dossier is read
		return nil, err
	}
	d, err := s.Dossiers.DeclarationOf(ctx, s.DB, found)
	if err != nil {
		return nil, err
	}
	return s.list(ctx, actor, d, sources)
}

func (s *Service) list(ctx context.Context, actor identity.Actor, d dossiers.Declaration, sources []lookups.Source) (all []Question, err error) {
	asked, err := s.store.ListAsked(ctx, s.DB, string(d.ID))
	if err != nil {
		return nil, err
	}
	taken, err := s.store.ListTaken(ctx, s.DB, string(d.ID))
	if err != nil {
		return nil, err
	}
	names, now, read := map[string]string{}, s.DB.Now(), false
	name := func(account string) string {
		if _, known := names[account]; !known {
			names[account] = s.Name(ctx, account)
		}
		return names[account]
	}
	for _, source := range sources {
		for _, use := range source.Uses {
			q := Question{Source: source, Use: use}
			if i := slices.IndexFunc(asked, func(a store.Asked) bool { return a.Source == source.ID && a.Use == use.ID }); i >= 0 {
				a := asked[i]
				q.ID, q.By, q.At, q.Outcome = a.ID, name(a.By), a.At, a.Outcome
				if a.Answer != nil && now.Before(a.Until.Time) {
					q.Lines, read = compare(source, use, a.Answer, d), true
				}
			}
			for i := range q.Lines {
				for _, t := range taken {
					if t.Form == q.Lines[i].Form && t.Form != "" && t.Value == q.Lines[i].Value {
						q.Lines[i].Taken, q.Lines[i].TakenBy, q.Lines[i].TakenAt = true, name(t.By), t.At
					}
				}
			}
			all = append(all, q)
		}
	}
	if !read {
		return all, nil
	}
	return all, s.DB.Write(ctx, func(tx *db.Tx) error {
		return audit.RecordReadOf(ctx, tx, actor, lookups.AuditSeen, string(d.ID), d.OwnerID, access.Handling)
	})
}

// compare lays an answer beside what was declared: only the fields that are needed.
func compare(source lookups.Source, use lookups.Use, answer map[string]string, d dossiers.Declaration) (lines []Line) {
	for _, show := range use.Shows {
		f, known := source.Field(show.Field)
		if !known {
			continue
		}
		l := Line{Field: f, Form: show.Form, Value: answer[f.ID]}
		if said, declared := d.Answers[show.Form]; declared {
			l.Declared = said.Words
			l.Differs = !same(l.Value, said.Value) && !same(l.Value, said.Words)
		}
		lines = append(lines, l)
	}
	return lines
}

// same compares as people read: without marks, case and further blanks.
func same(a, b string) bool { return text.Fold(text.Line(a)) == text.Fold(text.Line(b)) }

// Ask asks a database about a dossier. An answer that still stands is not asked for
// again. A database that is down is an outcome and no error: the work goes on by paper.
func (s *Service) Ask(ctx context.Context, actor identity.Actor, dossier, source, use string) (q Question, err error) {
	defer errs.Wrap(&err, "look dossier %s up in %s", dossier, source)

	found, sources, err := s.sees(ctx, actor, dossier)
	if err != nil {
		return q, err
	}
	d, err := s.Dossiers.DeclarationOf(ctx, s.DB, found)
	if err != nil {
		return q, err
	}
	if d.Status.Ended() {
		return q, lookups.ErrEnded
	}
	all, err := s.list(ctx, actor, d, sources)
	if err != nil {
		return q, err
	}
	i := slices.IndexFunc(all, func(q Question) bool { return q.Source.ID == source && q.Use.ID == use })
	if i < 0 {
		return q, lookups.ErrNotHere
	}
	if q = all[i]; len(q.Lines) > 0 {
		return q, nil
	}
	said, err := question(q.Use, d)
	if err != nil {
		return q, err
	}
	if err := s.mayAsk(ctx, actor, d); err != nil {
		return q, err
	}
	answer, outcome, err := s.ask(ctx, q, d, said)
	if err != nil {
		return q, err
	}
	a := store.Asked{
		ID: id.New(), Dossier: dossier, Source: source, Use: use, Purpose: q.Source.Purpose, Person: d.OwnerID, By: actor.Account, Outcome: outcome, Answer: answer,
		Until: db.At(s.DB.Now().Add(time.Duration(q.Source.KeepHours) * time.Hour)),
	}
	if err := s.DB.Write(ctx, func(tx *db.Tx) error {
		if err := store.Erase(ctx, tx); err != nil {
			return err
		}
		return s.store.AddAsked(ctx, tx, a)
	}); err != nil {
		return q, err
	}
	q.ID, q.By, q.At, q.Outcome = a.ID, s.Name(ctx, actor.Account), s.DB.Now(), outcome
	if outcome == lookups.Found {
		q.Lines = compare(q.Source, q.Use, answer, d)
	}
	return q, nil
}

// mayAsk records who is about to ask, before anything leaves, unless they ask too often.
func (s *Service) mayAsk(ctx context.Context, actor identity.Actor, d dossiers.Declaration) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		n, err := store.CountSince(ctx, tx, actor.Account, db.At(tx.Now.Add(-time.Hour)))
		if err != nil {
			return err
		}
		if n >= int64(s.PerHour) {
			return lookups.ErrOften.With("max", s.PerHour)
		}
		return audit.RecordReadOf(ctx, tx, actor, lookups.AuditAsked, string(d.ID), d.OwnerID, access.Handling)
	})
}

// question is what a database is asked by; what was not declared cannot be asked.
func question(use lookups.Use, d dossiers.Declaration) (map[string]string, error) {
	said := map[string]string{}
	for _, a := range use.Asks {
		key, ofForm := strings.CutPrefix(a.From, "form.")
		value := map[string]string{"owner.number": d.Owner.Number, "owner.name": d.Owner.Name, "owner.born": d.Owner.Born}[a.From]
		if ofForm {
			value = d.Answers[key].Value
		}
		if value == "" {
			return nil, errs.BadInput([]errs.Field{{Name: use.ID, Code: "lookups.nothing_to_ask"}})
		}
		said[a.Name] = value
	}
	return said, nil
}

// ask asks, and keeps of the answer what the procedure needs.
func (s *Service) ask(ctx context.Context, q Question, d dossiers.Declaration, said map[string]string) (map[string]string, lookups.Outcome, error) {
	body, err := json.Marshal(said)
	if err != nil {
		return nil, "", err
	}
	a, err := s.Hub.Ask(ctx, connectors.Question{Partner: q.Source.Partner, Operation: q.Source.Service, Dossier: string(d.ID), Purpose: q.Source.Purpose, Body: body})
	if errors.Is(err, connectors.ErrDown) || errors.Is(err, connectors.ErrPaused) {
		return nil, lookups.Down, nil
	}
	switch {
	case err != nil:
		return nil, "", err
	case a.Outcome == connectors.Refused && axis.Read(a).Code == axis.NotFound:
		return nil, lookups.None, nil
	case a.Outcome == connectors.Refused:
		return nil, lookups.Refused, nil
	case a.Outcome != connectors.OK:
		return nil, lookups.Down, nil
	}
	var data map[string]string
	if err := json.Unmarshal(axis.Read(a).Data, &data); err != nil {
		return nil, lookups.Down, nil //nolint:nilerr // nonsense is no answer
	}
	answer := map[string]string{}
	for _, show := range q.Use.Shows {
		if f, known := q.Source.Field(show.Field); known {
			answer[f.ID] = text.Line(data[f.Name])
		}
	}
	return answer, lookups.Found, nil
}

// Take puts what a database says beside what was declared. Both stay, with who said so.
func (s *Service) Take(ctx context.Context, actor identity.Actor, dossier, asked, field string) (err error) {
	defer errs.Wrap(&err, "take %s of a look-up", field)

	found, sources, err := s.sees(ctx, actor, dossier)
	if err != nil {
		return err
	}
	d, err := s.Dossiers.DeclarationOf(ctx, s.DB, found)
	if err != nil {
		return err
	}
	if d.Status.Ended() {
		return lookups.ErrEnded
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		a, err := s.store.GetAsked(ctx, tx, asked)
		if err != nil {
			return err
		}
		if a.Dossier != dossier {
			return lookups.ErrNotFound
		}
		if a.Answer == nil || !tx.Now.Before(a.Until.Time) {
			return lookups.ErrGone
		}
		for _, source := range sources {
			for _, use := range source.Uses {
				if source.ID != a.Source || use.ID != a.Use {
					continue
				}
				for _, l := range compare(source, use, a.Answer, d) {
					if l.Field.ID != field || !l.Differs {
						continue
					}
					if err := s.store.PutTaken(ctx, tx, store.Taken{ID: id.New(), Dossier: dossier, Asked: asked, Field: field, Form: l.Form, Declared: l.Declared, Value: l.Value, By: actor.Account}); err != nil {
						return err
					}
					return audit.Record(ctx, tx, actor, lookups.AuditTaken, dossier)
				}
			}
		}
		return lookups.ErrSame
	})
}
