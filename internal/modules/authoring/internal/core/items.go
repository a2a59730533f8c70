// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"errors"
	"slices"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/packs"
	"tinhso.vn/internal/modules/authoring"
	"tinhso.vn/internal/modules/authoring/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/text"
)

// maxItems is how many items one change may touch.
const maxItems = 200

// Items returns what a change touches, by list and id.
func (s *Service) Items(ctx context.Context, actor identity.Actor, change authoring.ID) (all []authoring.Item, err error) {
	defer errs.Wrap(&err, "items of change %s", change)

	if err := mayRead(actor); err != nil {
		return nil, err
	}
	if _, err := store.Get(ctx, s.DB, change); err != nil {
		return nil, err
	}
	return store.Items(ctx, s.DB, change)
}

// GetItem returns an item as the change has it, else as it is in force (Rev 0);
// ErrNoItem where there is neither.
func (s *Service) GetItem(ctx context.Context, actor identity.Actor, change authoring.ID, list authoring.List, id string) (i authoring.Item, err error) {
	defer errs.Wrap(&err, "get %s %s of change %s", list, id, change)

	if err := mayRead(actor); err != nil {
		return i, err
	}
	if _, err := store.Get(ctx, s.DB, change); err != nil {
		return i, err
	}
	return s.item(ctx, s.DB, change, list, id)
}

func (s *Service) item(ctx context.Context, q db.Querier, change authoring.ID, list authoring.List, id string) (authoring.Item, error) {
	if !slices.Contains(authoring.Lists(), list) || !packs.ValidID(id) {
		return authoring.Item{}, authoring.ErrNoItem
	}
	i, there, err := store.FindItem(ctx, q, change, list, id)
	if err != nil || there {
		return i, err
	}
	g, err := s.inForce(ctx, q)
	if err != nil {
		return i, err
	}
	whole, there := g.Set.ItemText(string(list), id)
	if !there {
		return i, authoring.ErrNoItem
	}
	return authoring.Item{List: list, ID: id, Whole: whole, Base: whole}, nil
}

// SaveItem keeps an item as somebody would have it, mistakes and all, and
// returns its new revision. Rev is that of the item which they changed: 0 for
// one that the change did not touch. Who saved meanwhile is named
// (ErrMeanwhile); what is no item is refused (packs.ErrItem).
func (s *Service) SaveItem(ctx context.Context, actor identity.Actor, change authoring.ID, list authoring.List, id string, whole []byte, rev int) (now int, err error) {
	defer errs.Wrap(&err, "save %s %s of change %s", list, id, change)

	if !slices.Contains(authoring.Lists(), list) || !packs.ValidID(id) {
		return 0, authoring.ErrNoItem
	}
	whole = []byte(text.NFC(string(whole)))
	if _, err := packs.ParseItem(id, whole); err != nil {
		return 0, err
	}
	return s.put(ctx, actor, change, list, id, whole, rev)
}

// RemoveItem takes an item away: one that is new in the change is forgotten,
// one that is in force will be no more when the change is published.
func (s *Service) RemoveItem(ctx context.Context, actor identity.Actor, change authoring.ID, list authoring.List, id string, rev int) (err error) {
	defer errs.Wrap(&err, "remove %s %s of change %s", list, id, change)

	_, err = s.put(ctx, actor, change, list, id, nil, rev)
	return err
}

// put keeps an item; without whole it is taken away.
func (s *Service) put(ctx context.Context, actor identity.Actor, change authoring.ID, list authoring.List, id string, whole []byte, rev int) (now int, err error) {
	err = s.write(ctx, actor, change, func(tx *db.Tx, _ *authoring.Change) error {
		old, err := s.item(ctx, tx, change, list, id)
		switch {
		case errors.Is(err, authoring.ErrNoItem) && len(whole) > 0:
			old = authoring.Item{List: list, ID: id}
		case err != nil:
			return err
		}
		if old.Rev != rev {
			return authoring.ErrMeanwhile.With("who", s.Name(ctx, old.Saved.Account))
		}
		if len(whole) == 0 && !old.New() && list == authoring.Registers {
			return authoring.ErrStays
		}
		if len(whole) == 0 && old.New() {
			return store.DropItem(ctx, tx, change, list, id)
		}
		if rev == 0 {
			all, err := store.Items(ctx, tx, change)
			if err != nil {
				return err
			}
			if len(all) >= maxItems {
				return authoring.ErrMany
			}
		}
		old.Whole, old.Rev, old.Saved = whole, rev+1, authoring.Hand{Account: actor.Account, At: tx.Now}
		now = old.Rev
		return store.PutItem(ctx, tx, change, old)
	})
	return now, err
}

// Forget lets a change no longer touch an item: it stays as it is in force.
func (s *Service) Forget(ctx context.Context, actor identity.Actor, change authoring.ID, list authoring.List, id string) (err error) {
	defer errs.Wrap(&err, "forget %s %s of change %s", list, id, change)

	return s.write(ctx, actor, change, func(tx *db.Tx, _ *authoring.Change) error {
		return store.DropItem(ctx, tx, change, list, id)
	})
}
