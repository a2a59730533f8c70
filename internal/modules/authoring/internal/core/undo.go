// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/packs"
	"tinhso.vn/internal/modules/authoring"
	"tinhso.vn/internal/modules/authoring/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
)

// Undo begins a change that puts back what was before a published one. What
// others have changed since then stays. A register goes forward to a version that
// says what the former one said; a new one stays, for its records are there.
func (s *Service) Undo(ctx context.Context, actor identity.Actor, change authoring.ID) (_ authoring.ID, err error) {
	defer errs.Wrap(&err, "undo change %s", change)

	if _, err := access.Everywhere(actor, authoring.PermEdit); err != nil {
		return "", err
	}
	c, err := store.Get(ctx, s.DB, change)
	if err != nil {
		return "", err
	}
	if c.State != authoring.Published {
		return "", authoring.ErrClosed.With("state", string(c.State))
	}
	items, err := store.Items(ctx, s.DB, change)
	if err != nil {
		return "", err
	}
	g, err := s.inForce(ctx, s.DB)
	if err != nil {
		return "", err
	}
	stays := false
	back := make([]authoring.Item, 0, len(items))
	for _, i := range items {
		now, there := g.Set.ItemText(string(i.List), i.ID)
		was := authoring.Item{List: i.List, ID: i.ID, Whole: i.Base, Base: now, Rev: 1}
		switch {
		case !there && i.New(): // it has gone already
			continue
		case i.New() && i.List == authoring.Registers: // its records are there
			stays = true
			continue
		case there && !i.New() && !i.Gone():
			if was.Whole, err = packs.Rebase(i.ID, i.Whole, i.Base, now); err != nil {
				return "", err
			}
		}
		if there && len(was.Whole) > 0 && packs.SameItem(i.ID, was.Whole, now) {
			continue
		}
		if i.List == authoring.Registers {
			if was.Whole, err = nextVersion(was.Whole, now); err != nil {
				return "", err
			}
		}
		back = append(back, was)
	}
	if len(back) == 0 {
		if stays {
			return "", authoring.ErrStays
		}
		return "", authoring.ErrEmpty
	}
	added := authoring.ID(id.New())
	return added, s.DB.Write(ctx, func(tx *db.Tx) error {
		if err := create(ctx, tx, actor, authoring.Change{ID: added, Title: "Hoàn tác: " + c.Title, Basis: c.Basis, Day: s.Today(), Undoes: change}); err != nil {
			return err
		}
		for _, i := range back {
			i.Saved = authoring.Hand{Account: actor.Account, At: tx.Now}
			if err := store.PutItem(ctx, tx, added, i); err != nil {
				return err
			}
		}
		return nil
	})
}
