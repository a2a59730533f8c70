// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"io"
	"slices"
	"strings"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/files"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/holdings"
	"tinhso.vn/internal/modules/holdings/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/text"
)

// Filter narrows the list of one's papers.
type Filter struct {
	Type  string
	State holdings.State
	Words string // in number, issuer, type or summary; marks do not matter
}

// Counted is a type with how many papers of it somebody has.
type Counted struct {
	holdings.Type
	N int
}

// Vault is the papers of somebody.
type Vault struct {
	Page[Paper]
	Types []Counted
}

// maxSearched is how many papers are looked through for words.
const maxSearched = 500

// ListOwn returns the papers of the actor, or of whom the actor represents, the
// newest first.
func (s *Service) ListOwn(ctx context.Context, actor identity.Actor, f Filter, after string) (v Vault, err error) {
	defer errs.Wrap(&err, "list papers")

	scope, err := s.own(ctx, s.DB, actor, access.See)
	if err != nil {
		return v, err
	}
	if f.State != "" && !slices.Contains([]holdings.State{holdings.Valid, holdings.Revoked, holdings.Replaced}, f.State) {
		return v, errs.BadInput([]errs.Field{{Name: "state", Code: "form.choose"}})
	}
	types, err := s.types(ctx, s.DB)
	if err != nil {
		return v, err
	}
	counts, err := s.store.CountTypes(ctx, s.DB, scope)
	if err != nil {
		return v, err
	}
	for kind, n := range counts {
		v.Types = append(v.Types, Counted{typeOf(types, kind), n})
	}
	slices.SortFunc(v.Types, func(a, b Counted) int { return strings.Compare(a.Name.VI, b.Name.VI) })
	words, looked := text.Fold(text.Line(f.Words)), 0
	for {
		rows, err := s.store.List(ctx, s.DB, scope, store.Filter{Type: f.Type, State: f.State}, after, PageSize+1)
		if err != nil {
			return v, err
		}
		for i, r := range rows {
			if i == PageSize {
				break
			}
			if len(v.Items) == PageSize {
				v.Next = after
				return v, nil
			}
			after, looked = r.ID, looked+1
			if words != "" && !strings.Contains(text.Fold(strings.Join([]string{r.Facts.Number, r.Facts.Issuer, r.Facts.Summary, typeOf(types, r.Type).Name.VI}, " ")), words) {
				continue
			}
			p, err := s.shown(ctx, s.DB, types, r)
			if err != nil {
				return v, err
			}
			v.Items = append(v.Items, p)
		}
		if len(rows) <= PageSize {
			return v, nil
		}
		if words == "" || looked >= maxSearched {
			v.Next = after
			return v, nil
		}
	}
}

// Served is a dossier that a paper served.
type Served struct {
	Dossier string
	Code    string
	At      db.Time
}

// Reading is one time an official looked at a paper.
type Reading struct {
	Who     string
	Unit    i18n.Text
	At      time.Time
	Event   audit.Event
	Purpose access.Purpose
}

// Detail is a paper with everything its owner may know of it.
type Detail struct {
	Paper
	Uses     []Served
	Readings Page[Reading]
	Shares   []Share
	Versions []Paper // the others of its chain, the oldest first
	MayShare bool
	Shown    files.Shown // pictures of its pages
}

// maxShown bounds uses and links on the page of a paper.
const maxShown = 50

// GetOwn returns a paper of the actor with who has looked at it, what it served
// for and by which links it is shared. After goes on with the readings.
func (s *Service) GetOwn(ctx context.Context, actor identity.Actor, paper, after string) (d Detail, err error) {
	defer errs.Wrap(&err, "get paper %s", paper)

	scope, err := s.own(ctx, s.DB, actor, access.See)
	if err != nil {
		return d, err
	}
	r, err := s.store.Get(ctx, s.DB, scope, store.Owned(), paper)
	if err != nil {
		return d, err
	}
	types, err := s.types(ctx, s.DB)
	if err != nil {
		return d, err
	}
	if d.Paper, err = s.shown(ctx, s.DB, types, r); err != nil {
		return d, err
	}
	if d.Shown, err = files.GetShown(ctx, s.DB, files.ID(r.File)); err != nil {
		return d, err
	}
	if d.Uses, err = s.served(ctx, paper); err != nil {
		return d, err
	}
	if d.Readings, err = s.readings(ctx, actor, paper, after); err != nil {
		return d, err
	}
	if d.Shares, err = s.sharesOf(ctx, r); err != nil {
		return d, err
	}
	if d.Versions, err = s.versions(ctx, scope, types, r); err != nil {
		return d, err
	}
	_, err = s.own(ctx, s.DB, actor, access.Send)
	d.MayShare = err == nil && d.Why == nil
	return d, nil
}

func (s *Service) served(ctx context.Context, paper string) (all []Served, err error) {
	uses, err := s.store.Uses(ctx, s.DB, paper, maxShown)
	if err != nil || len(uses) == 0 {
		return nil, err
	}
	ids := make([]string, len(uses))
	for i, u := range uses {
		ids[i] = u.Dossier
	}
	codes, err := s.Codes.Codes(ctx, s.DB, ids)
	for _, u := range uses {
		all = append(all, Served{Dossier: u.Dossier, Code: codes[u.Dossier], At: u.Sent})
	}
	return all, err
}

func (s *Service) readings(ctx context.Context, actor identity.Actor, paper, after string) (page Page[Reading], err error) {
	entries, err := audit.List(ctx, s.DB, audit.Filter{Subject: paper, Readers: true, Not: actor.Account}, after, PageSize+1)
	if err != nil {
		return page, err
	}
	if len(entries) > PageSize {
		entries = entries[:PageSize]
		page.Next = entries[PageSize-1].ID
	}
	units := s.unitNames(ctx)
	for _, e := range entries {
		page.Items = append(page.Items, Reading{Who: s.Name(ctx, e.Actor), Unit: units(e.Unit), At: e.At, Event: e.Event, Purpose: access.Purpose(e.Purpose)})
	}
	return page, nil
}

// maxVersions bounds a chain: nobody digitises a paper more often.
const maxVersions = 20

// versions returns the other papers of a chain.
func (s *Service) versions(ctx context.Context, scope access.Scope, types map[string]store.Row, r store.Paper) (all []Paper, err error) {
	var rows []store.Paper
	for at := r; at.Replaces != "" && len(rows) < maxVersions; {
		if at, err = s.store.Get(ctx, s.DB, scope, store.Owned(), at.Replaces); err != nil {
			return nil, err
		}
		rows = append([]store.Paper{at}, rows...)
	}
	for at := r; at.ReplacedBy != "" && len(rows) < 2*maxVersions; {
		if at, err = s.store.Get(ctx, s.DB, scope, store.Owned(), at.ReplacedBy); err != nil {
			return nil, err
		}
		rows = append(rows, at)
	}
	for _, one := range rows {
		p, err := s.shown(ctx, s.DB, types, one)
		if err != nil {
			return nil, err
		}
		all = append(all, p)
	}
	return all, nil
}

// OpenOwn opens the file of a paper of the actor. That it was read is recorded.
// The caller closes it.
func (s *Service) OpenOwn(ctx context.Context, actor identity.Actor, paper string) (_ files.Content, _ files.File, err error) {
	defer errs.Wrap(&err, "open paper %s", paper)

	r, err := s.owned(ctx, actor, paper)
	if err != nil {
		return nil, files.File{}, err
	}
	return s.Files.Open(ctx, s.DB, subject(paper), files.ID(r.File))
}

// OpenOwnPicture opens the picture of a page of it, a JPEG; page 0 is the
// thumbnail. The caller closes it.
func (s *Service) OpenOwnPicture(ctx context.Context, actor identity.Actor, paper string, page int) (_ io.ReadCloser, _ files.Picture, err error) {
	defer errs.Wrap(&err, "open page %d of paper %s", page, paper)

	scope, err := s.own(ctx, s.DB, actor, access.See)
	if err != nil {
		return nil, files.Picture{}, err
	}
	r, err := s.store.Get(ctx, s.DB, scope, store.Owned(), paper)
	if err != nil {
		return nil, files.Picture{}, err
	}
	return s.Files.OpenPicture(ctx, s.DB, subject(paper), files.ID(r.File), page)
}

// owned returns a paper of the actor after it was recorded that it is read.
func (s *Service) owned(ctx context.Context, actor identity.Actor, paper string) (r store.Paper, err error) {
	scope, err := s.own(ctx, s.DB, actor, access.See)
	if err != nil {
		return r, err
	}
	if r, err = s.store.Get(ctx, s.DB, scope, store.Owned(), paper); err != nil {
		return r, err
	}
	return r, s.DB.Write(ctx, func(tx *db.Tx) error {
		return audit.RecordReadOf(ctx, tx, actor, holdings.AuditOpened, paper, r.Owner, access.Own)
	})
}

// ListMade returns the papers that the actor's unit has made from a dossier: its
// result and what was digitised of it. That each was read is recorded.
func (s *Service) ListMade(ctx context.Context, actor identity.Actor, dossier string) (all []Paper, err error) {
	defer errs.Wrap(&err, "list papers made from dossier %s", dossier)

	scope, err := access.Require(actor, holdings.PermRevoke)
	if err != nil {
		return nil, err
	}
	rows, err := s.store.OfDossier(ctx, s.DB, scope, dossier, maxShown)
	if err != nil {
		return nil, err
	}
	types, err := s.types(ctx, s.DB)
	if err != nil {
		return nil, err
	}
	if err := s.DB.Write(ctx, func(tx *db.Tx) error {
		for _, r := range rows {
			if err := audit.RecordReadOf(ctx, tx, actor, holdings.AuditLooked, r.ID, r.Owner, access.Handling); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		return nil, err
	}
	for _, r := range rows {
		p, err := s.shown(ctx, s.DB, types, r)
		if err != nil {
			return nil, err
		}
		all = append(all, p)
	}
	return all, nil
}

// GetMade returns a paper that the actor's unit issued or digitised: personal
// data, so that it was read is recorded.
func (s *Service) GetMade(ctx context.Context, actor identity.Actor, paper string) (p Paper, err error) {
	defer errs.Wrap(&err, "get paper %s", paper)

	scope, err := access.Require(actor, holdings.PermRevoke)
	if err != nil {
		return p, err
	}
	r, err := s.store.Get(ctx, s.DB, scope, store.Made(), paper)
	if err != nil {
		return p, err
	}
	types, err := s.types(ctx, s.DB)
	if err != nil {
		return p, err
	}
	if err := s.DB.Write(ctx, func(tx *db.Tx) error {
		return audit.RecordReadOf(ctx, tx, actor, holdings.AuditLooked, paper, r.Owner, access.Handling)
	}); err != nil {
		return p, err
	}
	return s.shown(ctx, s.DB, types, r)
}
