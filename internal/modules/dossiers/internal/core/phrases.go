// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"errors"
	"slices"
	"unicode/utf8"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/store"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	newid "tinhso.vn/internal/platform/id"
	"tinhso.vn/internal/platform/text"
)

// maxPhrases of one unit, and of those above it, are offered.
const maxPhrases = 500

// maxPackPhrases of a pack are kept.
const maxPackPhrases = 5000

// Phrase is what a unit asks of people again and again, with the rule that asks for it.
type Phrase struct {
	ID        string // empty: a new one
	Version   int    // as it was read; another since then is a conflict
	Unit      i18n.Text
	Mine      bool // of the actor's own unit: it can be changed
	Kind      dossiers.PhraseKind
	Procedure procedures.ID // empty: every one
	Paper     string        // empty: every one
	Words     string
	Basis     string
	By        string // name of who changed it last
	At        db.Time
	Replaces  string // the phrase of the pack in whose place it stands; empty: in none
	Pack      string // of one that comes with the pack: its id there
	Verified  bool   // of one of the pack: compared with its source
}

// Fits reports whether a phrase serves for a paper (empty: something else) of a procedure.
func (p Phrase) Fits(kind dossiers.PhraseKind, procedure procedures.ID, paper string) bool {
	return p.Kind == kind && p.Words != "" && (p.Procedure == "" || p.Procedure == procedure) && (p.Paper == "" || p.Paper == paper)
}

// writers may use and change the phrases of their units.
func writers(actor identity.Actor) (access.Scope, error) {
	return access.RequireAny(actor, dossiers.PermAccept, dossiers.PermProcess)
}

// ListPhrases returns the phrases of the actor's unit, and of those above it whose
// phrases serve everybody below; then those of the pack in whose place none of these stands.
func (s *Service) ListPhrases(ctx context.Context, actor identity.Actor) (all []Phrase, err error) {
	defer errs.Wrap(&err, "list phrases")

	scope, err := writers(actor)
	if err != nil {
		return nil, err
	}
	above, err := orgs.Above(ctx, s.DB, orgs.ID(actor.Unit)) // none of who works in no unit
	if err != nil && !errors.Is(err, orgs.ErrNotFound) {
		return nil, err
	}
	units := make([]orgs.ID, len(above))
	for i, u := range above {
		units[i] = u.ID
	}
	rows, err := s.store.Phrases(ctx, s.DB, units, maxPhrases)
	if err != nil {
		return nil, err
	}
	names := s.unitNames(ctx)
	for _, r := range rows {
		mine, err := scope.Sees(ctx, s.DB, r.Unit)
		if err != nil {
			return nil, err
		}
		all = append(all, Phrase{
			ID: r.ID, Version: r.Version, Unit: names(r.Unit), Mine: mine, Kind: r.Kind, Procedure: r.Procedure, Paper: r.Paper, Words: r.Words, Basis: r.Basis, By: r.Name, At: r.At,
			Replaces: r.Replaces,
		})
	}
	shipped, err := s.store.PackPhrases(ctx, s.DB, maxPackPhrases)
	if err != nil {
		return nil, err
	}
	for _, p := range shipped {
		if slices.ContainsFunc(rows, func(r store.Phrase) bool { return r.Replaces == p.ID }) {
			continue
		}
		all = append(all, Phrase{Kind: p.Kind, Procedure: p.Procedure, Paper: p.Paper, Words: p.Words, Basis: p.Basis, Pack: p.ID, Verified: p.Verified})
	}
	return all, nil
}

// ApplyPhrases makes the phrases of a pack the province's, and says how many are new or other than before.
func (s *Service) ApplyPhrases(ctx context.Context, tx *db.Tx, all []dossiers.PackPhrase) (changed int, err error) {
	before, err := s.store.PackPhrases(ctx, tx, maxPackPhrases)
	if err != nil {
		return 0, err
	}
	if slices.Equal(before, all) {
		return 0, nil
	}
	for _, p := range all {
		if !slices.Contains(before, p) {
			changed++
		}
	}
	for _, p := range before {
		if !slices.ContainsFunc(all, func(one dossiers.PackPhrase) bool { return one.ID == p.ID }) {
			changed++
		}
	}
	return max(changed, 1), s.store.PutPackPhrases(ctx, tx, all)
}

func (s *Service) checkPhrase(ctx context.Context, p Phrase) (Phrase, error) {
	var found []errs.Field
	add := func(name, code string, args map[string]any) {
		found = append(found, errs.Field{Name: name, Code: code, Args: args})
	}
	p.Words, p.Basis = text.Line(p.Words), text.Line(p.Basis)
	if !slices.Contains(dossiers.PhraseKinds(), p.Kind) {
		add("kind", "form.choose", nil)
	}
	if n := utf8.RuneCountInString(p.Words); n < minReason {
		add("words", "dossiers.reason_needed", map[string]any{"min": minReason})
	} else if n > maxLine {
		add("words", "form.too_long", map[string]any{"max": maxLine, "over": n - maxLine})
	}
	if n := utf8.RuneCountInString(p.Basis); n > maxLine {
		add("basis", "form.too_long", map[string]any{"max": maxLine, "over": n - maxLine})
	}
	if p.Procedure == "" && p.Paper != "" {
		add("procedure", "form.required", nil)
	}
	if p.Procedure != "" {
		v, err := s.Procedures.Get(ctx, p.Procedure)
		if errors.Is(err, procedures.ErrNotFound) {
			add("procedure", "dossiers.phrase_procedure", nil)
		} else if err != nil {
			return p, err
		} else if p.Paper != "" && !slices.ContainsFunc(EveryPaper(v), func(one procedures.Paper) bool { return one.ID == p.Paper }) {
			add("paper", "dossiers.no_such_paper", nil)
		}
	}
	return p, errs.BadInput(found)
}

// SavePhrase adds a phrase to the actor's unit, or changes one of it. Of two who
// change the same the second is told who was faster.
func (s *Service) SavePhrase(ctx context.Context, actor identity.Actor, p Phrase) (id string, err error) {
	defer errs.Wrap(&err, "save phrase")

	scope, err := writers(actor)
	if err != nil {
		return "", err
	}
	if actor.Unit == "" {
		return "", access.ErrNotAllowed
	}
	if p, err = s.checkPhrase(ctx, p); err != nil {
		return "", err
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		row := store.Phrase{
			ID: p.ID, Unit: orgs.ID(actor.Unit), Kind: p.Kind, Procedure: p.Procedure, Paper: p.Paper, Words: p.Words, Basis: p.Basis, By: actor.Account, Name: actor.Name, Replaces: p.Replaces,
		}
		if row.ID == "" {
			row.ID = newid.New()
			there, err := s.store.Phrases(ctx, tx, []orgs.ID{row.Unit}, maxPhrases)
			if err != nil {
				return err
			}
			if len(there) >= maxPhrases {
				return dossiers.ErrTooManyPhrases.With("max", maxPhrases)
			}
			if p.Replaces != "" {
				if err := s.mayReplace(ctx, tx, there, p.Replaces); err != nil {
					return err
				}
			}
			err = s.store.AddPhrase(ctx, tx, row)
			if err != nil {
				return err
			}
		} else {
			now, err := s.store.LockPhrase(ctx, tx, scope, row.ID)
			if err != nil {
				return err
			}
			if now.Version != p.Version {
				return dossiers.ErrPhraseMeanwhile.With("who", now.Name).With("when", when(now.At))
			}
			if err := s.store.ChangePhrase(ctx, tx, row); err != nil {
				return err
			}
		}
		id = row.ID
		return audit.Record(ctx, tx, actor, dossiers.AuditPhraseSaved, row.ID)
	})
	return id, err
}

// mayReplace refuses to stand in the place of what the pack does not have, or where another
// phrase of the unit stands already.
func (s *Service) mayReplace(ctx context.Context, tx *db.Tx, there []store.Phrase, pack string) error {
	shipped, err := s.store.PackPhrases(ctx, tx, maxPackPhrases)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(shipped, func(p dossiers.PackPhrase) bool { return p.ID == pack }) {
		return dossiers.ErrNoPhrase
	}
	if i := slices.IndexFunc(there, func(p store.Phrase) bool { return p.Replaces == pack }); i >= 0 {
		return dossiers.ErrPhraseMeanwhile.With("who", there[i].Name).With("when", when(there[i].At))
	}
	return nil
}

// RemovePhrase takes a phrase of the actor's unit away, and what it stood in the place of is
// there again. What was written with it stays.
func (s *Service) RemovePhrase(ctx context.Context, actor identity.Actor, phrase string) (err error) {
	defer errs.Wrap(&err, "remove phrase %s", phrase)

	scope, err := writers(actor)
	if err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		if _, err := s.store.LockPhrase(ctx, tx, scope, phrase); err != nil {
			return err
		}
		if err := s.store.RemovePhrase(ctx, tx, phrase); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, dossiers.AuditPhraseRemoved, phrase)
	})
}

// founded puts the basis of a phrase to each line that says it without one.
func (s *Service) founded(ctx context.Context, actor identity.Actor, procedure procedures.ID, all []Missing) ([]Missing, error) {
	if !slices.ContainsFunc(all, func(m Missing) bool { return m.Basis == "" && m.Why != "" }) {
		return all, nil
	}
	phrases, err := s.ListPhrases(ctx, actor)
	if err != nil || len(phrases) == 0 {
		return all, err
	}
	all = slices.Clone(all)
	for i, m := range all {
		why := text.Line(m.Why)
		at := slices.IndexFunc(phrases, func(p Phrase) bool { return p.Words == why && p.Fits(dossiers.ForSupplement, procedure, m.Paper) })
		if m.Basis == "" && at >= 0 {
			all[i].Basis = phrases[at].Basis
		}
	}
	return all, nil
}
