// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	newid "tinhso.vn/internal/platform/id"
	"tinhso.vn/internal/platform/text"
)

// Note is what an official writes to colleagues about a dossier. Its owner, and
// who brought it, never see it: not as officials either.
type Note struct {
	Who      string // name
	Unit     i18n.Text
	At       db.Time
	Words    string
	Mentions []string // names of those who were told
}

// Bounds of notes.
const (
	maxNotes    = 200 // that are shown
	maxMentions = 10
)

// insiders are the rights by which officials see dossiers from inside.
func insiders() []identity.Permission {
	return []identity.Permission{dossiers.PermView, dossiers.PermAccept, dossiers.PermProcess, dossiers.PermSign, dossiers.PermIssue, dossiers.PermDeliver}
}

// inside returns a dossier for those who may write notes about it; for all
// others, and for whom it is about, there is none.
func (s *Service) inside(ctx context.Context, q db.Querier, actor identity.Actor, id dossiers.ID) (store.Dossier, error) {
	scope, err := access.RequireAny(actor, insiders()...)
	if err != nil {
		return store.Dossier{}, err
	}
	d, err := s.store.Get(ctx, q, scope, store.Involved(), id)
	if err == nil && party(actor, d) {
		err = dossiers.ErrNotFound
	}
	return d, err
}

// party reports whether a dossier is the actor's own, whatever they may see as an official.
func party(actor identity.Actor, d store.Dossier) bool {
	return isFor(actor, d) || actor.Person != "" && slices.Contains([]string{d.OwnerID, d.SubmitterID, d.BringerID}, actor.Person)
}

// ListNotes returns what colleagues wrote about a dossier, the newest first.
// That it was read, by whom and why, is recorded before.
func (s *Service) ListNotes(ctx context.Context, actor identity.Actor, id dossiers.ID, why access.Purpose) (all []Note, err error) {
	defer errs.Wrap(&err, "list notes of dossier %s", id)

	if _, err := s.inside(ctx, s.DB, actor, id); err != nil {
		return nil, err
	}
	if _, _, err := s.read(ctx, actor, id, why, dossiers.AuditPersonRead); err != nil {
		return nil, err
	}
	return s.notes(ctx, id)
}

func (s *Service) notes(ctx context.Context, id dossiers.ID) (all []Note, err error) {
	rows, err := s.store.Notes(ctx, s.DB, id, maxNotes)
	if err != nil {
		return nil, err
	}
	names := s.unitNames(ctx)
	for _, n := range rows {
		all = append(all, Note{Who: n.Name, Unit: names(n.Unit), At: n.WrittenAt, Words: n.Words, Mentions: n.Mentions})
	}
	return all, nil
}

// AddNote writes a note, and tells the colleagues whom it mentions: those who
// see the dossier too.
func (s *Service) AddNote(ctx context.Context, actor identity.Actor, id dossiers.ID, words string, mentions []string) (err error) {
	defer errs.Wrap(&err, "add a note to dossier %s", id)

	if _, err := access.RequireAny(actor, insiders()...); err != nil {
		return err
	}
	words = text.NFC(words)
	switch n := utf8.RuneCountInString(words); {
	case n == 0:
		return errs.BadInput([]errs.Field{{Name: "words", Code: "form.required"}})
	case n > maxWords:
		return errs.BadInput([]errs.Field{{Name: "words", Code: "form.too_long", Args: map[string]any{"max": maxWords, "over": n - maxWords}}})
	case len(mentions) > maxMentions:
		return errs.BadInput([]errs.Field{{Name: "mention", Code: "dossiers.too_many_mentions", Args: map[string]any{"max": maxMentions}}})
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		d, err := s.inside(ctx, tx, actor, id)
		if err != nil {
			return err
		}
		if d.Keeper.Code != "" {
			return store.Mirrored(d)
		}
		n := store.Note{ID: newid.New(), Dossier: id, Account: actor.Account, Name: actor.Name, Unit: orgs.ID(actor.Unit), Words: words, Mentions: []string{}}
		slices.Sort(mentions)
		for _, account := range slices.Compact(mentions) {
			colleague, err := s.actor(ctx, tx, account)
			if err != nil {
				return dossiers.ErrNotInside.Because(err)
			}
			if _, err := s.inside(ctx, tx, colleague, id); err != nil {
				if !definite(err) {
					return err
				}
				return dossiers.ErrNotInside.With("who", colleague.Name)
			}
			n.Mentions = append(n.Mentions, colleague.Name)
			if err := s.tellOfficial(ctx, tx, actor, d, dossiers.NoticeNote, n.ID, account, db.Time{}); err != nil {
				return err
			}
		}
		if err := s.store.AddNote(ctx, tx, n); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, dossiers.AuditNoted, string(id))
	})
}

// ListMentionable returns the colleagues who see a dossier, for a note that
// mentions them: of the unit whose turn it is, and of the one that received it.
func (s *Service) ListMentionable(ctx context.Context, actor identity.Actor, id dossiers.ID) (all []Colleague, err error) {
	defer errs.Wrap(&err, "list whom a note can mention")

	d, err := s.inside(ctx, s.DB, actor, id)
	if err != nil {
		return nil, err
	}
	units := []orgs.ID{d.Handler, d.Received}
	slices.Sort(units)
	for _, unit := range slices.Compact(units) {
		for _, p := range []identity.Permission{dossiers.PermProcess, dossiers.PermSign, dossiers.PermAccept, dossiers.PermIssue} {
			holders, err := s.allowedIn(ctx, unit, p)
			if err != nil {
				return nil, err
			}
			for _, h := range holders {
				if h.Account != actor.Account && !slices.ContainsFunc(all, func(c Colleague) bool { return c.Account == h.Account }) {
					all = append(all, Colleague{Account: h.Account, Name: h.Name})
				}
			}
		}
	}
	slices.SortStableFunc(all, func(a, b Colleague) int { return strings.Compare(text.PersonKey(a.Name), text.PersonKey(b.Name)) })
	return all, nil
}
