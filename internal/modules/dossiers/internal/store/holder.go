// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"fmt"

	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/platform/db"
)

// pointsTo are the columns that point to persons, by what a merge calls them.
func pointsTo() map[string][2]string {
	return map[string][2]string{
		"draft": {"dossiers_drafts", "person_id"}, "dossier.owner": {table, "owner_id"}, "dossier.submitter": {table, "submitter_id"}, "dossier.bringer": {table, "bringer_id"},
	}
}

// Pointers returns the drafts and dossiers that point to a person.
func (Store) Pointers(ctx context.Context, q db.Querier, person string) (all []dossiers.Pointer, err error) {
	for kind, at := range pointsTo() {
		ids, err := db.All(ctx, q, db.Column[string], `SELECT id FROM `+at[0]+` WHERE `+at[1]+` = $1 ORDER BY id`, person)
		if err != nil {
			return nil, err
		}
		for _, id := range ids {
			all = append(all, dossiers.Pointer{Kind: kind, ID: id})
		}
	}
	return all, nil
}

// Repoint makes a draft or dossier point to another person; false where it does
// not point to the first.
func (Store) Repoint(ctx context.Context, tx *db.Tx, p dossiers.Pointer, from, to string) (bool, error) {
	at, ok := pointsTo()[p.Kind]
	if !ok {
		return false, fmt.Errorf("nothing is called %s", p.Kind)
	}
	n, err := tx.Exec(ctx, `UPDATE `+at[0]+` SET `+at[1]+` = $3 WHERE id = $1 AND `+at[1]+` = $2`, p.ID, from, to)
	return n == 1, err
}
