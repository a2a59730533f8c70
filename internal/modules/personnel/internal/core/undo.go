// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"slices"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/personnel"
	"tinhso.vn/internal/modules/personnel/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// UndoImport takes a whole import back on the day it was applied, where nothing
// rests on it: nobody of it has acted, nothing was entered about its units.
func (s *Service) UndoImport(ctx context.Context, actor identity.Actor, imported string) (err error) {
	defer errs.Wrap(&err, "undo import %s", imported)

	if _, err := access.Everywhere(actor, personnel.PermAll); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		i, err := store.GetImport(ctx, tx, imported, tx.ForUpdate())
		switch {
		case err != nil:
			return err
		case i.State != Applied:
			return personnel.ErrDecided
		case orgs.Day(i.AppliedAt) != orgs.Day(tx.Now):
			return personnel.ErrLate
		}
		items, err := store.Items(ctx, tx, i.ID)
		if err != nil {
			return err
		}
		for _, item := range slices.Backward(items) {
			if err := s.undo(ctx, tx, actor, items, item, i.Decision); err != nil {
				return err
			}
		}
		i.State = Undone
		if err := store.PutImport(ctx, tx, i); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, personnel.AuditUndone, i.ID)
	})
}

func (s *Service) undo(ctx context.Context, tx *db.Tx, actor identity.Actor, items []store.Item, item store.Item, decision string) error {
	own := func(kind, ref string) bool { return slices.Contains(items, store.Item{Kind: kind, Ref: ref}) }
	switch item.Kind {
	case "holding":
		if err := access.End(ctx, tx, item.Ref, tx.Now, actor.Account, decision); err != nil {
			return personnel.ErrBuilt.Because(err) // somebody has ended it
		}
	case "account":
		acts, err := audit.List(ctx, tx, audit.Filter{Actor: item.Ref}, "", 1)
		if err != nil {
			return err
		}
		held, err := access.ListHoldings(ctx, tx, item.Ref)
		if err != nil {
			return err
		}
		if len(acts) > 0 || slices.ContainsFunc(held, func(h access.Holding) bool { return !own("holding", h.ID) && h.Standing(tx.Now) }) {
			return personnel.ErrBuilt
		}
		a, err := s.People.GetAccount(ctx, tx, item.Ref)
		if err != nil {
			return err
		}
		a.Disabled, a.Note = true, undoneNote
		_, err = s.People.SaveAccount(ctx, tx, a, "")
		return err
	case "unit", "version":
		held, err := access.ListInUnits(ctx, tx, tx.Now, "", 1, orgs.ID(item.Ref))
		if err != nil {
			return err
		}
		if item.Kind == "version" {
			return orgs.Revert(ctx, tx, orgs.ID(item.Ref))
		}
		if len(held) > 0 {
			return personnel.ErrBuilt
		}
		if err := orgs.Undo(ctx, tx, []orgs.ID{orgs.ID(item.Ref)}); err != nil {
			return personnel.ErrBuilt.Because(err)
		}
	}
	return nil
}
