// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"fmt"

	"tinhso.vn/internal/modules/privacy"
	"tinhso.vn/internal/platform/db"
)

// pointsTo are the tables whose person_id points to persons, and what has to hold
// of a row besides: what the other person has as well stays with its own person, and
// an archive that is being made becomes that of whom it was asked for.
func pointsTo() map[string][2]string {
	return map[string][2]string{
		"privacy.consent": {"privacy_consents", `(withdrawn_at IS NOT NULL OR NOT EXISTS (
			SELECT 1 FROM privacy_consents o WHERE o.person_id = $3 AND o.purpose = privacy_consents.purpose AND o.withdrawn_at IS NULL))`},
		"privacy.request":     {"privacy_requests", "1 = 1"},
		"privacy.restriction": {"privacy_restrictions", "1 = 1"},
		"privacy.archive":     {"privacy_archives", "state <> 'making'"},
	}
}

// Pointers returns what points to a person.
func (Store) Pointers(ctx context.Context, q db.Querier, person string) (all []privacy.Pointer, err error) {
	for kind, at := range pointsTo() {
		ids, err := db.All(ctx, q, db.Column[string], `SELECT id FROM `+at[0]+` WHERE person_id = $1 ORDER BY id`, person)
		if err != nil {
			return nil, err
		}
		for _, id := range ids {
			all = append(all, privacy.Pointer{Kind: kind, ID: id})
		}
	}
	return all, nil
}

// Repoint makes a thing that points to a person point to another; false where it
// does not point to the first, or stays with it.
func (Store) Repoint(ctx context.Context, tx *db.Tx, p privacy.Pointer, from, to string) (bool, error) {
	at, ok := pointsTo()[p.Kind]
	if !ok {
		return false, fmt.Errorf("nothing is called %s", p.Kind)
	}
	n, err := tx.Exec(ctx, `UPDATE `+at[0]+` SET person_id = $3 WHERE id = $1 AND person_id = $2 AND `+at[1], p.ID, from, to)
	if db.IsDuplicate(err) {
		return false, privacy.ErrTwoOpen.Because(err)
	}
	return n == 1, err
}
