// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package orgs

import (
	"context"

	"tinhso.vn/internal/kernel/orgs/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// Splitting is what becomes of a unit that is split.
type Splitting struct {
	Unit     ID
	Parts    []Unit    // that begin, at least one; the first inherits what nobody names, and files
	Children map[ID]ID // units right under it → the part they go to
	Keep     bool      // the unit goes on: parts are only taken from it
}

// Split makes units out of one from a day on. A unit that does not go on ends
// the day before; what stands under it must have been given a place.
func Split(ctx context.Context, tx *db.Tx, s Splitting, d Decision) (err error) {
	defer errs.Wrap(&err, "split unit %s", s.Unit)

	if err := store.Lock(ctx, tx); err != nil {
		return err
	}
	old, err := last(ctx, tx, s.Unit)
	switch {
	case err != nil:
		return err
	case old.From >= d.From || d.From <= old.ValidFrom:
		return ErrLater.With("day", old.From)
	case old.ValidTo != "":
		return ErrOver.With("unit", old.NameVI)
	case len(s.Parts) == 0:
		return ErrNotFound.With("unit", string(s.Unit))
	}
	for _, part := range s.Parts {
		if part.ID == s.Unit {
			return ErrCircle.With("unit", string(s.Unit))
		}
		if part.Parent == s.Unit && !s.Keep { // it would stand under a unit that is no more
			return ErrCircle.With("unit", part.Name.VI)
		}
		if err := Create(ctx, tx, part, d); err != nil {
			return err
		}
		if err := store.LinkOn(ctx, tx, string(s.Unit), string(part.ID), "split", d.From, d.Number); err != nil {
			return err
		}
	}
	for child, part := range s.Children {
		u, found, err := AsOf(ctx, tx, child, d.From)
		if err != nil {
			return err
		}
		if !found || u.Parent != s.Unit {
			return ErrNotFound.With("unit", string(child))
		}
		u.Parent = part
		if err := Alter(ctx, tx, u, d); err != nil {
			return err
		}
	}
	if s.Keep {
		return nil
	}
	return end(ctx, tx, s.Unit, s.Parts[0].ID, d)
}

// Unsplit takes back a split whose day has not come. Nothing may have been
// entered since about any of its units.
func Unsplit(ctx context.Context, tx *db.Tx, s Splitting, d Decision) (err error) {
	defer errs.Wrap(&err, "take back the split of unit %s", s.Unit)

	if d.From <= Day(tx.Now) {
		return ErrUsed.With("unit", string(s.Unit))
	}
	changed := []ID{}
	for child := range s.Children {
		changed = append(changed, child)
	}
	if !s.Keep {
		changed = append(changed, s.Unit)
	}
	for _, id := range changed {
		now, err := last(ctx, tx, id)
		if err != nil {
			return err
		}
		if now.From != d.From || now.Decision != d.Number {
			return ErrUsed.With("unit", now.NameVI)
		}
		if err := Revert(ctx, tx, id); err != nil {
			return err
		}
	}
	parts := make([]ID, len(s.Parts))
	for i, p := range s.Parts {
		parts[i] = p.ID
	}
	if err := Undo(ctx, tx, parts); err != nil {
		return err
	}
	return store.Rebuild(ctx, tx)
}
