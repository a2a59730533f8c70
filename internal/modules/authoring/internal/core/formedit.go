// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/packs"
	"tinhso.vn/internal/modules/authoring"
	"tinhso.vn/internal/modules/authoring/internal/core/decisionedit"
	"tinhso.vn/internal/modules/authoring/internal/core/formedit"
	"tinhso.vn/internal/modules/authoring/internal/core/registeredit"
	"tinhso.vn/internal/modules/authoring/internal/core/stepedit"
	"tinhso.vn/internal/modules/authoring/internal/core/templateedit"
	"tinhso.vn/internal/modules/authoring/internal/core/tree"
	"tinhso.vn/internal/modules/authoring/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/yaml"
)

// Edited is what an edit came to.
type Edited struct {
	Rev    int      // of the item
	At     string   // where the edited part is now
	Also   []string // ids of other items in which a key was renamed as well
	Breaks []string // ids of items that still name the former key: procedures with another form use them
}

// EditItem makes one edit of a form, a flow, a decision, a template or a register
// and keeps the item. Rev is that of the item which the person saw. Who saved meanwhile
// is named (authoring.ErrMeanwhile); what is wrong with the inputs comes as
// fields of an *errs.Error.
func (s *Service) EditItem(ctx context.Context, actor identity.Actor, change authoring.ID, list authoring.List, id string, rev int, op tree.Op) (out Edited, err error) {
	defer errs.Wrap(&err, "edit %s %s of change %s", list, id, change)

	var renamed *formedit.Renamed
	out, err = s.alter(ctx, actor, change, list, id, rev, func(item, base tree.Item) (tree.Item, string, error) {
		switch list {
		case authoring.Forms:
			done, err := formedit.Apply(item, op)
			renamed = done.Renamed
			return done.Item, done.At, err
		case authoring.Flows:
			done, err := stepedit.Apply(item, op)
			return done.Item, row(done.Row), err
		case authoring.Decisions:
			done, err := decisionedit.Apply(item, op)
			return done.Item, done.At, err
		case authoring.Templates:
			done, err := templateedit.Apply(item, op)
			return done.Item, done.At, err
		case authoring.Registers:
			done, err := registeredit.Apply(item, base, op)
			return done.Item, done.At, err
		case authoring.Procedures:
		}
		return tree.Item{}, "", authoring.ErrNoItem
	}, func(tx *db.Tx, step int, out *Edited) error {
		if renamed == nil || renamed.From == "" {
			return nil
		}
		return s.renameBeside(ctx, tx, actor, change, id, *renamed, step, out)
	})
	return out, err
}

// alter changes an item in one transaction, keeps how it was, and lets then
// change others. It is given the item as it stands and as it was in force, which
// has no root where the item is new.
func (s *Service) alter(ctx context.Context, actor identity.Actor, change authoring.ID, list authoring.List, id string, rev int,
	do func(now, base tree.Item) (tree.Item, string, error), then func(*db.Tx, int, *Edited) error,
) (out Edited, err error) {
	err = s.write(ctx, actor, change, func(tx *db.Tx, c *authoring.Change) error {
		old, err := s.item(ctx, tx, change, list, id)
		if err != nil {
			return err
		}
		if old.Rev != rev {
			return authoring.ErrMeanwhile.With("who", s.Name(ctx, old.Saved.Account))
		}
		item, err := tree.Parse(old.Whole)
		if err != nil {
			return packs.ErrItem.Because(err)
		}
		var base tree.Item
		if !old.New() {
			if base, err = tree.Parse(old.Base); err != nil {
				return packs.ErrItem.Because(err)
			}
		}
		now, at, err := do(item, base)
		if err != nil {
			return err
		}
		made := Edited{Rev: rev, At: at}
		if made.Rev, err = s.keep(ctx, tx, actor, change, old, now, c.Rev); err != nil {
			return err
		}
		if then != nil {
			if err := then(tx, c.Rev, &made); err != nil {
				return err
			}
		}
		out = made
		return nil
	})
	return out, err
}

// keep saves an item and how it was. What says the same is not saved again.
func (s *Service) keep(ctx context.Context, tx *db.Tx, actor identity.Actor, change authoring.ID, old authoring.Item, now tree.Item, step int) (rev int, err error) {
	whole, err := yaml.Text(now.Root())
	if err != nil {
		return 0, err
	}
	if string(whole) == string(old.Whole) && old.Rev > 0 {
		return old.Rev, nil
	}
	if _, err := packs.ParseItem(old.ID, whole); err != nil {
		return 0, err
	}
	if old.Rev == 0 {
		all, err := store.Items(ctx, tx, change)
		if err != nil {
			return 0, err
		}
		if len(all) >= maxItems {
			return 0, authoring.ErrMany
		}
	}
	if err := store.PutFormer(ctx, tx, change, store.Former{List: old.List, Item: old.ID, Step: step, Whole: string(old.Whole), After: sum(whole)}); err != nil {
		return 0, err
	}
	old.Whole, old.Rev, old.Saved = whole, old.Rev+1, authoring.Hand{Account: actor.Account, At: tx.Now}
	return old.Rev, store.PutItem(ctx, tx, change, old)
}

func sum(text []byte) string {
	h := sha256.Sum256(text)
	return hex.EncodeToString(h[:])
}

// renameBeside renames the key of a question where results and tables of the
// same procedures name it. What procedures with other forms use as well is left
// alone and named.
func (s *Service) renameBeside(ctx context.Context, tx *db.Tx, actor identity.Actor, change authoring.ID, form string, key formedit.Renamed, step int, out *Edited) error {
	set, _, err := s.set(ctx, tx, change)
	if err != nil {
		return err
	}
	type beside struct {
		list   authoring.List
		id     string
		rename func(tree.Item) bool
	}
	var all []beside
	seen := map[string]bool{}
	for _, p := range set.Procedures {
		if p.Form != form {
			continue
		}
		for _, one := range []beside{
			{authoring.Templates, p.ResultTemplate, func(i tree.Item) bool { return templateedit.RenamePlaceholder(i, "form."+key.From, "form."+key.To) }},
			{authoring.Decisions, p.Fee.Table, func(i tree.Item) bool { return decisionedit.RenameColumn(i, key.From, key.To) }},
		} {
			if one.id != "" && !seen[string(one.list)+one.id] {
				seen[string(one.list)+one.id] = true
				all = append(all, one)
			}
		}
	}
	for _, one := range all {
		old, err := s.item(ctx, tx, change, one.list, one.id)
		if errors.Is(err, authoring.ErrNoItem) || err == nil && old.Gone() {
			continue
		}
		if err != nil {
			return err
		}
		item, err := tree.Parse(old.Whole)
		if err != nil || !one.rename(item) {
			continue // what cannot be read is in the list of problems already
		}
		if sharedWithOtherForm(set, form, one.id) {
			out.Breaks = append(out.Breaks, one.id)
			continue
		}
		if _, err := s.keep(ctx, tx, actor, change, old, item, step); err != nil {
			return err
		}
		out.Also = append(out.Also, one.id)
	}
	return nil
}

func sharedWithOtherForm(set *packs.Set, form, id string) bool {
	for _, p := range set.Procedures {
		if (p.ResultTemplate == id || p.Fee.Table == id) && p.Form != form {
			return true
		}
	}
	return false
}

// UndoItem takes the last edit of an item back, with what it did to others. It
// refuses where there is none, or where the item was written otherwise since.
func (s *Service) UndoItem(ctx context.Context, actor identity.Actor, change authoring.ID, list authoring.List, id string, rev int) (now int, err error) {
	defer errs.Wrap(&err, "undo %s %s of change %s", list, id, change)

	err = s.write(ctx, actor, change, func(tx *db.Tx, _ *authoring.Change) error {
		item, err := s.item(ctx, tx, change, list, id)
		if err != nil {
			return err
		}
		if item.Rev != rev {
			return authoring.ErrMeanwhile.With("who", s.Name(ctx, item.Saved.Account))
		}
		last, there, err := store.LastFormer(ctx, tx, change, list, id)
		if err != nil {
			return err
		}
		if !there || last.After != sum(item.Whole) {
			return authoring.ErrNoUndo
		}
		all, err := store.FormersOfStep(ctx, tx, change, last.Step)
		if err != nil {
			return err
		}
		for _, f := range all {
			one, err := s.item(ctx, tx, change, f.List, f.Item)
			if err != nil && !errors.Is(err, authoring.ErrNoItem) {
				return err
			}
			if err != nil || f.After != sum(one.Whole) {
				continue // written otherwise since
			}
			one.Whole, one.Rev, one.Saved = []byte(f.Whole), one.Rev+1, authoring.Hand{Account: actor.Account, At: tx.Now}
			if err := store.PutItem(ctx, tx, change, one); err != nil {
				return err
			}
			if err := store.DropFormer(ctx, tx, f.ID); err != nil {
				return err
			}
			if f.List == list && f.Item == id {
				now = one.Rev
			}
		}
		return nil
	})
	return now, err
}

// CanUndo reports whether the last edit of an item can be taken back.
func (s *Service) canUndo(ctx context.Context, change authoring.ID, item authoring.Item) (bool, error) {
	last, there, err := store.LastFormer(ctx, s.DB, change, item.List, item.ID)
	return there && last.After == sum(item.Whole), err
}
