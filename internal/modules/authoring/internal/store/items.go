// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"errors"

	"tinhso.vn/internal/modules/authoring"
	"tinhso.vn/internal/platform/db"
)

const itemColumns = `list, item_id, whole, base, rev, saved_by, saved_at`

func scanItem(r db.Row) (i authoring.Item, err error) {
	var whole, base string
	err = r.Scan(&i.List, &i.ID, &whole, &base, &i.Rev, &i.Saved.Account, &i.Saved.At)
	i.Whole, i.Base = []byte(whole), []byte(base)
	return i, err
}

// Items returns what a change touches, by list and id.
func Items(ctx context.Context, q db.Querier, change authoring.ID) ([]authoring.Item, error) {
	return db.All(ctx, q, scanItem, `SELECT `+itemColumns+` FROM authoring_items WHERE change_id = $1 ORDER BY list, item_id`, string(change))
}

// FindItem returns an item of a change; false where the change does not touch it.
func FindItem(ctx context.Context, q db.Querier, change authoring.ID, list authoring.List, item string) (authoring.Item, bool, error) {
	i, err := scanItem(q.QueryRow(ctx, `SELECT `+itemColumns+` FROM authoring_items WHERE change_id = $1 AND list = $2 AND item_id = $3`,
		string(change), string(list), item))
	if errors.Is(err, db.ErrNoRows) {
		return authoring.Item{}, false, nil
	}
	return i, err == nil, err
}

// PutItem keeps an item of a change, new or changed.
func PutItem(ctx context.Context, tx *db.Tx, change authoring.ID, i authoring.Item) error {
	_, err := tx.Exec(ctx, `INSERT INTO authoring_items (change_id, `+itemColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
		ON CONFLICT (change_id, list, item_id) DO UPDATE SET whole = excluded.whole, base = excluded.base, rev = excluded.rev,
		saved_by = excluded.saved_by, saved_at = excluded.saved_at`,
		string(change), string(i.List), i.ID, string(i.Whole), string(i.Base), i.Rev, i.Saved.Account, i.Saved.At)
	return err
}

// DropItem lets a change no longer touch an item.
func DropItem(ctx context.Context, tx *db.Tx, change authoring.ID, list authoring.List, item string) error {
	_, err := tx.Exec(ctx, `DELETE FROM authoring_items WHERE change_id = $1 AND list = $2 AND item_id = $3`, string(change), string(list), item)
	return err
}

// Writing is an item that an open change touches.
type Writing struct {
	Change authoring.ID
	Item   string
	Whole  []byte
	Base   []byte // as it was in force; none of what is new
}

// Written returns at most limit items of a list that changes which are not over
// touch, the newest change first.
func Written(ctx context.Context, q db.Querier, list authoring.List, limit int) ([]Writing, error) {
	return WrittenAbout(ctx, q, list, "", limit)
}

// WrittenAbout is Written for the items in which a word stands as it is written.
func WrittenAbout(ctx context.Context, q db.Querier, list authoring.List, word string, limit int) ([]Writing, error) {
	return db.All(ctx, q, func(r db.Row) (w Writing, err error) {
		var whole, base string
		err = r.Scan(&w.Change, &w.Item, &whole, &base)
		w.Whole, w.Base = []byte(whole), []byte(base)
		return w, err
	}, `SELECT change_id, item_id, whole, base FROM authoring_items WHERE list = $1 AND whole <> '' AND whole LIKE '%' || $3 || '%' AND change_id IN
		(SELECT id FROM authoring_changes WHERE state IN ('draft', 'submitted', 'returned', 'approved')) ORDER BY change_id DESC LIMIT $2`, string(list), limit, word)
}

// Untouched returns the newest draft that somebody began with a title and has
// written nothing in yet; false where there is none.
func Untouched(ctx context.Context, q db.Querier, account, title string) (authoring.ID, bool, error) {
	found, err := db.All(ctx, q, db.Column[string], `SELECT id FROM authoring_changes WHERE state = 'draft' AND created_by = $1 AND title = $2
		AND NOT EXISTS (SELECT 1 FROM authoring_items WHERE change_id = authoring_changes.id) ORDER BY id DESC LIMIT 1`, account, title)
	if err != nil || len(found) == 0 {
		return "", false, err
	}
	return authoring.ID(found[0]), true, nil
}
