// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"

	"tinhso.vn/internal/platform/db"
)

// PersonsNamed returns at most limit persons of a folded name, by id, after the given one.
func PersonsNamed(ctx context.Context, q db.Querier, folded, after string, limit int) ([]Person, error) {
	return db.All(ctx, q, scanPerson, `SELECT `+personColumns+` FROM identity_persons WHERE name_folded = $1 AND id > $2 AND merged_into = '' ORDER BY id LIMIT $3`, folded, after, limit)
}

// PersonsWithPhone returns at most limit persons of a phone, by id, after the given one.
func PersonsWithPhone(ctx context.Context, q db.Querier, index, after string, limit int) ([]Person, error) {
	return db.All(ctx, q, scanPerson, `SELECT `+personColumns+` FROM identity_persons WHERE phone_index = $1 AND phone_index <> '' AND id > $2 AND merged_into = '' ORDER BY id LIMIT $3`, index, after, limit)
}

// PersonsAfter returns at most limit persons by id, after the given one: in the
// order in which they came.
func PersonsAfter(ctx context.Context, q db.Querier, after string, limit int) ([]Person, error) {
	return db.All(ctx, q, scanPerson, `SELECT `+personColumns+` FROM identity_persons WHERE id > $1 AND merged_into = '' ORDER BY id LIMIT $2`, after, limit)
}

// LockPerson is GetPerson for a transaction that decides on the person.
func LockPerson(ctx context.Context, tx *db.Tx, id string) (Person, error) {
	return scanPerson(tx.QueryRow(ctx, `SELECT `+personColumns+` FROM identity_persons WHERE id = $1`+tx.ForUpdate(), id))
}

// SetMerged says which person a person was found to be; empty: itself.
func SetMerged(ctx context.Context, tx *db.Tx, id, into string) error {
	_, err := tx.Exec(ctx, `UPDATE identity_persons SET merged_into = $2 WHERE id = $1`, id, into)
	return err
}

// SetAccountPerson says whose an account is, where it was another's.
func SetAccountPerson(ctx context.Context, tx *db.Tx, account, from, to string) (bool, error) {
	n, err := tx.Exec(ctx, `UPDATE identity_accounts SET person_id = $3 WHERE id = $1 AND person_id = $2`, account, from, to)
	return n == 1, err
}

// MergedInto returns the ids of the persons that were found to be a person.
func MergedInto(ctx context.Context, q db.Querier, person string) ([]string, error) {
	return db.All(ctx, q, db.Column[string], `SELECT id FROM identity_persons WHERE merged_into = $1 AND merged_into <> '' ORDER BY id`, person)
}
