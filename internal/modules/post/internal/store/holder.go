// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"fmt"

	"tinhso.vn/internal/modules/post"
	"tinhso.vn/internal/platform/db"
)

// pointsTo are the columns that point to persons, by what a merge calls them.
func pointsTo() map[string][2]string {
	return map[string][2]string{
		"post.wish.owner": {wishTable, "owner_id"}, "post.wish.bringer": {wishTable, "bringer_id"},
		"post.parcel.owner": {parcelTable, "owner_id"}, "post.parcel.bringer": {parcelTable, "bringer_id"},
	}
}

// Pointers returns what wishes and parcels point to a person.
func (Store) Pointers(ctx context.Context, q db.Querier, person string) (all []post.Pointer, err error) {
	for _, kind := range []string{"post.wish.owner", "post.wish.bringer", "post.parcel.owner", "post.parcel.bringer"} {
		at := pointsTo()[kind]
		ids, err := db.All(ctx, q, db.Column[string], `SELECT id FROM `+at[0]+` WHERE `+at[1]+` = $1 ORDER BY id`, person)
		if err != nil {
			return nil, err
		}
		for _, id := range ids {
			all = append(all, post.Pointer{Kind: kind, ID: id})
		}
	}
	return all, nil
}

// Repoint gives a wish or a parcel to another person; false where it is not the first's.
func (Store) Repoint(ctx context.Context, tx *db.Tx, p post.Pointer, from, to string) (bool, error) {
	at, ok := pointsTo()[p.Kind]
	if !ok {
		return false, fmt.Errorf("nothing is called %s", p.Kind)
	}
	n, err := tx.Exec(ctx, `UPDATE `+at[0]+` SET `+at[1]+` = $3 WHERE id = $1 AND `+at[1]+` = $2`, p.ID, from, to)
	return n == 1, err
}

// WishesFor returns the wishes of a person.
func (s Store) WishesFor(ctx context.Context, q db.Querier, person string) ([]Wish, error) {
	return db.All(ctx, q, s.scanWish, `SELECT `+wishColumns+` FROM post_wishes WHERE owner_id = $1 ORDER BY id`, person)
}

// ParcelsFor returns the parcels of a person.
func (s Store) ParcelsFor(ctx context.Context, q db.Querier, person string) ([]Parcel, error) {
	return db.All(ctx, q, s.scanParcel, `SELECT `+parcelColumns+` FROM post_parcels WHERE owner_id = $1 ORDER BY id`, person)
}
