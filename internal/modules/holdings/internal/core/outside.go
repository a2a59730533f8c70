// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"io"
	"slices"
	"strings"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/files"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/holdings"
	"tinhso.vn/internal/modules/holdings/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/text"
)

var _ holdings.Outside = (*Service)(nil)

// ListOutside implements holdings.Outside. What was given is recorded about the owner
// paper by paper, and that somebody asked in vain as well: before the answer leaves.
func (s *Service) ListOutside(ctx context.Context, actor identity.Actor, number string, wants []holdings.Want) (given []holdings.Given, err error) {
	defer errs.Wrap(&err, "look into a vault from outside")

	if _, err := access.Require(actor, holdings.PermOutside); err != nil {
		return nil, err
	}
	owner, found, err := s.whoseNumber(ctx, number)
	if err != nil || !found {
		return nil, err
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		given = nil
		types, err := s.types(ctx, tx)
		if err != nil {
			return err
		}
		agreed, err := s.agreed(ctx, tx, owner)
		if err != nil {
			return err
		}
		for _, want := range wants {
			for _, kind := range typesOf(types, want.Code) {
				if !agreed && types[kind].Outside == "" {
					continue
				}
				rows, err := s.store.OfOwner(ctx, tx, access.All(), owner, kind, maxOffered)
				if err != nil {
					return err
				}
				for _, r := range rows {
					if s.why(r, tx.Now) != nil || !numbered(r, want.Number) || slices.ContainsFunc(given, func(g holdings.Given) bool { return g.ID == r.ID }) {
						continue
					}
					one, err := s.given(ctx, tx, types, r)
					if err != nil {
						return err
					}
					given = append(given, one)
					if err := audit.RecordReadOf(ctx, tx, actor, holdings.AuditOutside, r.ID, owner, access.Handling); err != nil {
						return err
					}
				}
			}
		}
		if len(given) > 0 {
			return nil
		}
		return audit.RecordReadOf(ctx, tx, actor, holdings.AuditOutsideNone, actor.Account, owner, access.Handling)
	})
	return given, err
}

// OpenOutside implements holdings.Outside. Whether it may leave is asked anew: the
// owner may have taken the consent back since it was listed.
func (s *Service) OpenOutside(ctx context.Context, actor identity.Actor, paper string) (given holdings.Given, content io.ReadCloser, err error) {
	defer errs.Wrap(&err, "open paper %s for a system outside", paper)

	if _, err := access.Require(actor, holdings.PermOutside); err != nil {
		return given, nil, err
	}
	var file files.ID
	if err := s.DB.Write(ctx, func(tx *db.Tx) error {
		r, err := s.store.Lock(ctx, tx, access.All(), store.Owned(), paper)
		if err != nil {
			return err
		}
		types, err := s.types(ctx, tx)
		if err != nil {
			return err
		}
		agreed, err := s.agreed(ctx, tx, r.Owner)
		if err != nil {
			return err
		}
		if s.why(r, tx.Now) != nil || !agreed && types[r.Type].Outside == "" {
			return holdings.ErrNotFound
		}
		if given, err = s.given(ctx, tx, types, r); err != nil {
			return err
		}
		file = files.ID(r.File)
		return audit.RecordReadOf(ctx, tx, actor, holdings.AuditOpened, r.ID, r.Owner, access.Handling)
	}); err != nil {
		return given, nil, err
	}
	content, _, err = s.Files.Open(ctx, s.DB, subject(paper), file)
	return given, content, err
}

// whoseNumber finds the person or organisation of a number.
func (s *Service) whoseNumber(ctx context.Context, number string) (id string, found bool, err error) {
	for _, kind := range []identity.PersonKind{identity.Individual, identity.Organisation} {
		p, found, err := s.People.FindByNumber(ctx, s.DB, kind, text.Line(number))
		if err != nil || found {
			return p.ID, found, err
		}
	}
	return "", false, nil
}

// agreed reports whether an owner lets systems outside see the papers of the vault.
func (s *Service) agreed(ctx context.Context, q db.Querier, owner string) (bool, error) {
	if s.Agreed == nil {
		return false, nil
	}
	return s.Agreed(ctx, q, owner)
}

// typesOf are the types that a code of the national list names; one without a code is
// known by our own name for it.
func typesOf(all map[string]store.Row, code string) (ids []string) {
	for id, t := range all {
		if t.Code != "" && t.Code == code || id == code {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}

// numbered reports whether a paper has a number; any has none that was asked for.
func numbered(r store.Paper, number string) bool {
	return number == "" || strings.EqualFold(text.Line(r.Facts.Number), text.Line(number))
}

func (s *Service) given(ctx context.Context, q db.Querier, types map[string]store.Row, r store.Paper) (g holdings.Given, err error) {
	f, err := files.Get(ctx, q, subject(r.ID), files.ID(r.File))
	if err != nil {
		return g, err
	}
	g = holdings.Given{ID: r.ID, Type: typeOf(types, r.Type), Number: r.Facts.Number, Issuer: r.Facts.Issuer, FileName: f.Name, FileType: string(f.Type), SHA256: r.SHA}
	if r.Issuer != "" {
		if u, err := orgs.Get(ctx, q, orgs.ID(r.Issuer)); err == nil && u.Code != "" {
			g.Issuer = u.Code
		}
	}
	return g, nil
}
