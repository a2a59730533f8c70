// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"io"
	"slices"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/files"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/holdings"
	"tinhso.vn/internal/modules/holdings/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

var _ dossiers.Vault = (*Service)(nil)

// maxOffered is how many papers of a type are shown for one paper of a dossier.
const maxOffered = 10

// may refuses who may not look into the vault of an owner for a draft, and says
// why the look is recorded.
func (s *Service) may(ctx context.Context, q db.Querier, actor identity.Actor) (access.Scope, access.Purpose, error) {
	if actor.Official() {
		if _, err := access.Require(actor, holdings.PermReuse); err != nil {
			return access.Scope{}, "", err
		}
		return access.All(), access.Handling, nil // narrowed below to the owner and the types of this draft
	}
	scope, err := s.own(ctx, q, actor, access.Prepare)
	return scope, access.Own, err
}

// fits says why a paper is not what a draft wants.
func fits(r store.Paper, w dossiers.Wanted) error {
	switch {
	case r.Owner != w.Owner:
		return holdings.ErrOtherOwner
	case !slices.Contains(w.Types, r.Type):
		return holdings.ErrOtherType
	}
	return nil
}

// ListFor implements dossiers.Vault.
func (s *Service) ListFor(ctx context.Context, actor identity.Actor, w dossiers.Wanted) (all []dossiers.Holding, err error) {
	defer errs.Wrap(&err, "list papers for draft %s", w.Dossier)

	if w.Owner == "" || len(w.Types) == 0 {
		return nil, nil
	}
	scope, why, err := s.may(ctx, s.DB, actor)
	if errs.KindOf(err) == errs.Forbidden || errs.KindOf(err) == errs.NotFound {
		return nil, nil // who may not look is asked for the paper itself
	}
	if err != nil {
		return nil, err
	}
	types, err := s.types(ctx, s.DB)
	if err != nil {
		return nil, err
	}
	var rows []store.Paper
	for _, kind := range w.Types {
		found, err := s.store.OfOwner(ctx, s.DB, scope, w.Owner, kind, maxOffered)
		if err != nil {
			return nil, err
		}
		rows = append(rows, slices.DeleteFunc(found, func(r store.Paper) bool { return r.State == holdings.Replaced })...)
	}
	if why == access.Handling {
		if err := s.looked(ctx, actor, w, rows); err != nil {
			return nil, err
		}
	}
	for _, r := range rows {
		h, err := s.holding(ctx, s.DB, types, r)
		if err != nil {
			return nil, err
		}
		all = append(all, h)
	}
	return all, nil
}

// looked records what an official is about to see; where there is nothing, that
// somebody asked.
func (s *Service) looked(ctx context.Context, actor identity.Actor, w dossiers.Wanted, rows []store.Paper) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		if len(rows) == 0 {
			return audit.RecordReadOf(ctx, tx, actor, holdings.AuditLooked, string(w.Dossier), w.Owner, access.Handling)
		}
		for _, r := range rows {
			if err := audit.RecordReadOf(ctx, tx, actor, holdings.AuditLooked, r.ID, w.Owner, access.Handling); err != nil {
				return err
			}
		}
		return nil
	})
}

func (s *Service) holding(ctx context.Context, q db.Querier, types map[string]store.Row, r store.Paper) (h dossiers.Holding, err error) {
	f, err := files.Get(ctx, q, subject(r.ID), files.ID(r.File))
	h = dossiers.Holding{
		ID: r.ID, Type: r.Type, Name: typeOf(types, r.Type).Name, Number: r.Facts.Number, Issuer: r.Facts.Issuer, Issued: r.Issued, Until: r.Until, Perpetual: r.Perpetual,
		SHA256: r.SHA, FileName: f.Name,
	}
	if why := s.why(r, s.now(q)); why != nil {
		h.Why = why
	}
	return h, err
}

// usable returns a paper that a draft may hold now, locked in a transaction.
func (s *Service) usable(ctx context.Context, q db.Querier, scope access.Scope, w dossiers.Wanted, paper string) (store.Paper, error) {
	r, err := s.store.Lock(ctx, q, scope, store.Owned(), paper)
	if err != nil {
		return r, err
	}
	if err := fits(r, w); err != nil {
		return r, err
	}
	if why := s.why(r, s.now(q)); why != nil {
		return r, why
	}
	return r, nil
}

// OpenFor implements dossiers.Vault. What is somebody else's does not exist.
func (s *Service) OpenFor(ctx context.Context, actor identity.Actor, w dossiers.Wanted, paper string) (_ io.ReadCloser, h dossiers.Holding, err error) {
	defer errs.Wrap(&err, "open paper %s for draft %s", paper, w.Dossier)

	scope, why, err := s.may(ctx, s.DB, actor)
	if err != nil {
		return nil, h, err
	}
	types, err := s.types(ctx, s.DB)
	if err != nil {
		return nil, h, err
	}
	r, err := s.store.Get(ctx, s.DB, scope, store.Owned(), paper)
	if err == nil && fits(r, w) != nil {
		err = holdings.ErrNotFound
	}
	if err != nil {
		return nil, h, err
	}
	if not := s.why(r, s.DB.Now()); not != nil {
		return nil, h, not
	}
	if err := s.DB.Write(ctx, func(tx *db.Tx) error {
		return audit.RecordReadOf(ctx, tx, actor, holdings.AuditOpened, r.ID, r.Owner, why)
	}); err != nil {
		return nil, h, err
	}
	if h, err = s.holding(ctx, s.DB, types, r); err != nil {
		return nil, h, err
	}
	content, _, err := s.Files.Open(ctx, s.DB, subject(r.ID), files.ID(r.File))
	return content, h, err
}

// Use implements dossiers.Vault.
func (s *Service) Use(ctx context.Context, tx *db.Tx, actor identity.Actor, w dossiers.Wanted, part, paper, sha string) error {
	scope, _, err := s.may(ctx, tx, actor)
	if err != nil {
		return err
	}
	r, err := s.usable(ctx, tx, scope, w, paper)
	if err != nil {
		return err
	}
	if r.SHA != sha {
		return holdings.ErrChanged
	}
	return s.store.AddUse(ctx, tx, store.Use{
		Paper: paper, Dossier: string(w.Dossier), Procedure: string(w.Procedure), Part: part, SHA: sha, Unit: string(w.Unit), By: actor.Account,
	})
}

// Unuse implements dossiers.Vault.
func (s *Service) Unuse(ctx context.Context, tx *db.Tx, dossier dossiers.ID, part, paper string) error {
	return s.store.DropUse(ctx, tx, string(dossier), part, paper)
}

// Check implements dossiers.Vault.
func (s *Service) Check(ctx context.Context, q db.Querier, w dossiers.Wanted, paper, sha string) error {
	r, err := s.usable(ctx, q, access.All(), w, paper)
	if err == nil && r.SHA != sha {
		err = holdings.ErrChanged
	}
	return err
}

// Confirm implements dossiers.Vault.
func (s *Service) Confirm(ctx context.Context, tx *db.Tx, actor identity.Actor, w dossiers.Wanted, part, paper, sha string) error {
	if err := s.Check(ctx, tx, w, paper, sha); err != nil {
		return err
	}
	first, err := s.store.SendUse(ctx, tx, string(w.Dossier), part, paper)
	if err != nil || !first {
		return err
	}
	return audit.RecordReadOf(ctx, tx, actor, holdings.AuditUsed, paper, w.Owner, "")
}
