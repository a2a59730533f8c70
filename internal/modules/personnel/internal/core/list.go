// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"errors"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/personnel"
	"tinhso.vn/internal/modules/personnel/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/text"
)

// TryList says what each row of a list would do, with all mistakes at once. It writes nothing.
func (s *Service) TryList(ctx context.Context, actor identity.Actor, f File) (lines []Line, err error) {
	defer errs.Wrap(&err, "try a list")

	if _, err := access.Everywhere(actor, personnel.PermAll); err != nil {
		return nil, err
	}
	i, err := s.read(actor, f)
	if err != nil {
		return nil, err
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		r, err := s.run(ctx, tx, actor, i)
		if err != nil {
			return err
		}
		lines = r.lines
		return errPreview
	})
	if errors.Is(err, errPreview) {
		err = nil
	}
	return lines, err
}

// BringList reads a list and does all of it, or nothing where a row is wrong. One of the same
// name that was read by the actor and not applied is gone on with.
func (s *Service) BringList(ctx context.Context, actor identity.Actor, f File) (imported string, err error) {
	defer errs.Wrap(&err, "bring a list")

	if _, err := access.Everywhere(actor, personnel.PermAll); err != nil {
		return "", err
	}
	left, err := store.Imports(ctx, s.DB, "", PageSize)
	if err != nil {
		return "", err
	}
	for _, i := range left {
		if i.State == Read && i.Name == text.Line(f.Name) && i.ReadBy == actor.Account && i.From == f.From && i.Decision == text.Line(f.Number) {
			return i.ID, s.ApplyImport(ctx, actor, i.ID)
		}
	}
	if imported, err = s.ReadImport(ctx, actor, f); err != nil {
		return "", err
	}
	return imported, s.ApplyImport(ctx, actor, imported)
}
