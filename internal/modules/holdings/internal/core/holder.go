// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"errors"
	"io"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/files"
	"tinhso.vn/internal/modules/holdings"
	"tinhso.vn/internal/modules/holdings/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// Pointers returns what of the vault points to a person.
func (s *Service) Pointers(ctx context.Context, q db.Querier, person string) (_ []holdings.Pointer, err error) {
	defer errs.Wrap(&err, "papers of person %s", person)

	return s.store.Pointers(ctx, q, person)
}

// Repoint gives a paper or a link to another person, when two are found to be one.
func (s *Service) Repoint(ctx context.Context, tx *db.Tx, p holdings.Pointer, from, to string) (_ bool, err error) {
	defer errs.Wrap(&err, "give %s to another person", p.ID)

	return s.store.Repoint(ctx, tx, p, from, to)
}

// ExportPerson hands over the papers of somebody with their links, and then the
// files. Who calls decides who may ask.
func (s *Service) ExportPerson(ctx context.Context, person string, each func(Paper, []Share) error, file func(name string, content io.Reader) error) (err error) {
	defer errs.Wrap(&err, "export the vault of a person")

	types, err := s.types(ctx, s.DB)
	if err != nil {
		return err
	}
	if err := s.eachPaper(ctx, person, func(r store.Paper) error {
		p, err := s.shown(ctx, s.DB, types, r)
		if err != nil {
			return err
		}
		shares, err := s.sharesOf(ctx, r)
		if err != nil {
			return err
		}
		return each(p, shares)
	}); err != nil {
		return err
	}
	return s.eachPaper(ctx, person, func(r store.Paper) error {
		content, f, err := s.Files.Open(ctx, s.DB, subject(r.ID), files.ID(r.File))
		if err != nil {
			return err
		}
		return errors.Join(file(typeOf(types, r.Type).Name.VI+" "+f.Name, content), content.Close())
	})
}

func (s *Service) eachPaper(ctx context.Context, person string, do func(store.Paper) error) error {
	if person == "" {
		return access.ErrNotAllowed
	}
	for after := ""; ; {
		rows, err := s.store.EachOf(ctx, s.DB, person, after, PageSize)
		if err != nil {
			return err
		}
		for _, r := range rows {
			after = r.ID
			if err := do(r); err != nil {
				return err
			}
		}
		if len(rows) < PageSize {
			return nil
		}
	}
}

// ListKept returns at most limit papers of somebody that the law of archives keeps.
func (s *Service) ListKept(ctx context.Context, q db.Querier, person string, limit int) (all []Paper, err error) {
	defer errs.Wrap(&err, "list what the vault keeps")

	rows, err := s.store.EachOf(ctx, q, person, "", limit)
	if err != nil {
		return nil, err
	}
	types, err := s.types(ctx, q)
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		p, err := s.shown(ctx, q, types, r)
		if err != nil {
			return nil, err
		}
		all = append(all, p)
	}
	return all, nil
}

// ForgetPerson ends all links of somebody and says how many. Papers are of the
// archive, and stay.
func (s *Service) ForgetPerson(ctx context.Context, tx *db.Tx, person string) (n int, err error) {
	defer errs.Wrap(&err, "forget links of a person")

	return s.store.WithdrawAll(ctx, tx, person)
}
