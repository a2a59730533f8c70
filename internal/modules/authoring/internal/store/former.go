// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"

	"tinhso.vn/internal/modules/authoring"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/id"
)

// Former is an item as it was before an edit.
type Former struct {
	ID    string
	List  authoring.List
	Item  string
	Step  int    // of one edit, which may touch several items
	Whole string // YAML
	After string // SHA-256 of what the edit made of it, in hex
}

// keptFormers is how many edits of an item can be taken back.
const keptFormers = 50

const formerColumns = `id, list, item_id, step, whole, after`

func scanFormer(r db.Row) (f Former, err error) {
	err = r.Scan(&f.ID, &f.List, &f.Item, &f.Step, &f.Whole, &f.After)
	return f, err
}

// PutFormer keeps an item as it was, and forgets what is too long ago.
func PutFormer(ctx context.Context, tx *db.Tx, change authoring.ID, f Former) error {
	if _, err := tx.Exec(ctx, `INSERT INTO authoring_former (change_id, `+formerColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		string(change), id.New(), string(f.List), f.Item, f.Step, f.Whole, f.After); err != nil {
		return err
	}
	all, err := formers(ctx, tx, change, f.List, f.Item, keptFormers+10)
	if err != nil || len(all) <= keptFormers {
		return err
	}
	for _, old := range all[keptFormers:] {
		if err := DropFormer(ctx, tx, old.ID); err != nil {
			return err
		}
	}
	return nil
}

func formers(ctx context.Context, q db.Querier, change authoring.ID, list authoring.List, item string, limit int) ([]Former, error) {
	return db.All(ctx, q, scanFormer, `SELECT `+formerColumns+` FROM authoring_former
		WHERE change_id = $1 AND list = $2 AND item_id = $3 ORDER BY id DESC LIMIT $4`, string(change), string(list), item, limit)
}

// LastFormer returns an item as it was before the last edit; false where none is kept.
func LastFormer(ctx context.Context, q db.Querier, change authoring.ID, list authoring.List, item string) (Former, bool, error) {
	all, err := formers(ctx, q, change, list, item, 1)
	if err != nil || len(all) == 0 {
		return Former{}, false, err
	}
	return all[0], true, nil
}

// FormersOfStep returns what one edit did to all items.
func FormersOfStep(ctx context.Context, q db.Querier, change authoring.ID, step int) ([]Former, error) {
	return db.All(ctx, q, scanFormer, `SELECT `+formerColumns+` FROM authoring_former WHERE change_id = $1 AND step = $2 ORDER BY id`, string(change), step)
}

// DropFormer forgets one.
func DropFormer(ctx context.Context, tx *db.Tx, former string) error {
	_, err := tx.Exec(ctx, `DELETE FROM authoring_former WHERE id = $1`, former)
	return err
}
