// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"fmt"

	"tinhso.vn/internal/modules/holdings"
	"tinhso.vn/internal/platform/db"
)

// pointsTo are the tables that point to persons, by what a merge calls them.
func pointsTo() map[string]string {
	return map[string]string{"holding.paper": papers, "holding.share": shares}
}

// Pointers returns the papers and links of a person.
func (Store) Pointers(ctx context.Context, q db.Querier, person string) (all []holdings.Pointer, err error) {
	for _, kind := range []string{"holding.paper", "holding.share"} {
		ids, err := db.All(ctx, q, db.Column[string], `SELECT id FROM `+pointsTo()[kind]+` WHERE owner_id = $1 ORDER BY id`, person)
		if err != nil {
			return nil, err
		}
		for _, id := range ids {
			all = append(all, holdings.Pointer{Kind: kind, ID: id})
		}
	}
	return all, nil
}

// Repoint gives a paper or link to another person; false where it is not the first's.
func (Store) Repoint(ctx context.Context, tx *db.Tx, p holdings.Pointer, from, to string) (bool, error) {
	table, ok := pointsTo()[p.Kind]
	if !ok {
		return false, fmt.Errorf("nothing is called %s", p.Kind)
	}
	n, err := tx.Exec(ctx, `UPDATE `+table+` SET owner_id = $3 WHERE id = $1 AND owner_id = $2`, p.ID, from, to)
	return n == 1, err
}
