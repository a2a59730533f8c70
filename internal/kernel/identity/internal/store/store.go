// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package store keeps persons, accounts and sessions.
package store

import (
	"context"
	"embed"
	"strconv"
	"strings"

	"tinhso.vn/internal/platform/db"
)

//go:embed migrations
var files embed.FS

// Migrations creates the tables of identity.
func Migrations() db.Migrations { return db.Migrations{Namespace: "identity", Files: files} }

// Person is one row of identity_persons; identifiers are sealed.
type Person struct {
	ID, Kind, Name, Folded, Key                               string
	Number, NumberIndex, Phone, PhoneIndex, Email, EmailIndex string
	Born, BornIndex, Merged                                   string
}

const personColumns = `id, kind, name, name_folded, name_key, number_sealed, number_index, phone_sealed, phone_index, email_sealed, email_index, born_sealed, born_index, merged_into`

func scanPerson(r db.Row) (p Person, err error) {
	err = r.Scan(&p.ID, &p.Kind, &p.Name, &p.Folded, &p.Key, &p.Number, &p.NumberIndex, &p.Phone, &p.PhoneIndex, &p.Email, &p.EmailIndex, &p.Born, &p.BornIndex, &p.Merged)
	return p, err
}

// PutPerson adds or changes a person.
func PutPerson(ctx context.Context, tx *db.Tx, p Person) error {
	_, err := tx.Exec(ctx, `INSERT INTO identity_persons (`+personColumns+`, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
		ON CONFLICT (id) DO UPDATE SET name = excluded.name, name_folded = excluded.name_folded, name_key = excluded.name_key,
		number_sealed = excluded.number_sealed, number_index = excluded.number_index, phone_sealed = excluded.phone_sealed,
		phone_index = excluded.phone_index, email_sealed = excluded.email_sealed, email_index = excluded.email_index,
		born_sealed = excluded.born_sealed, born_index = excluded.born_index`,
		p.ID, p.Kind, p.Name, p.Folded, p.Key, p.Number, p.NumberIndex, p.Phone, p.PhoneIndex, p.Email, p.EmailIndex, p.Born, p.BornIndex, p.Merged, tx.Now)
	return err
}

// AddPersons adds persons; db.IsDuplicate where one of a number is there.
func AddPersons(ctx context.Context, tx *db.Tx, all []Person) error {
	rows := make([][]any, len(all))
	for i, p := range all {
		rows[i] = []any{p.ID, p.Kind, p.Name, p.Folded, p.Key, p.Number, p.NumberIndex, p.Phone, p.PhoneIndex, p.Email, p.EmailIndex, p.Born, p.BornIndex, p.Merged, tx.Now}
	}
	return tx.InsertAll(ctx, `INSERT INTO identity_persons (`+personColumns+`, created_at)`, "", rows)
}

// PersonsByNumber finds persons by the indexes of their numbers.
func PersonsByNumber(ctx context.Context, q db.Querier, kind string, indexes []string) ([]Person, error) {
	if len(indexes) == 0 {
		return nil, nil
	}
	indexes = db.Padded(indexes)
	in, args := make([]string, len(indexes)), []any{kind}
	for i, index := range indexes {
		args = append(args, index)
		in[i] = "$" + strconv.Itoa(len(args))
	}
	return db.All(ctx, q, scanPerson, `SELECT `+personColumns+` FROM identity_persons WHERE kind = $1 AND number_index <> '' AND number_index IN (`+strings.Join(in, ", ")+`)`, args...)
}

// GetPerson returns a person; db.ErrNoRows where there is none.
func GetPerson(ctx context.Context, q db.Querier, id string) (Person, error) {
	return scanPerson(q.QueryRow(ctx, `SELECT `+personColumns+` FROM identity_persons WHERE id = $1`, id))
}

// PersonByNumber finds a person by the index of the personal number or tax code.
func PersonByNumber(ctx context.Context, q db.Querier, kind, index string) (Person, error) {
	return scanPerson(q.QueryRow(ctx, `SELECT `+personColumns+` FROM identity_persons WHERE kind = $1 AND number_index = $2 AND number_index <> ''`, kind, index))
}

// Account is one row of identity_accounts with the person's name.
type Account struct {
	ID, Person, Login, Hash, Note, Name, Kind string
	Disabled                                  bool
	PasswordAt                                db.Time
}

const accountColumns = `a.id, a.person_id, a.login, a.password_hash, a.disabled, a.note, p.name, p.kind, a.password_at
	FROM identity_accounts a JOIN identity_persons p ON p.id = a.person_id`

func scanAccount(r db.Row) (a Account, err error) {
	var disabled int
	err = r.Scan(&a.ID, &a.Person, &a.Login, &a.Hash, &disabled, &a.Note, &a.Name, &a.Kind, &a.PasswordAt)
	a.Disabled = disabled == 1
	return a, err
}

// AccountsOf returns the ids of a person's accounts.
func AccountsOf(ctx context.Context, q db.Querier, person string) ([]string, error) {
	return db.All(ctx, q, db.Column[string], `SELECT id FROM identity_accounts WHERE person_id = $1 ORDER BY id`, person)
}

// PutAccount adds or changes an account.
func PutAccount(ctx context.Context, tx *db.Tx, a Account) error {
	disabled := 0
	if a.Disabled {
		disabled = 1
	}
	_, err := tx.Exec(ctx, `INSERT INTO identity_accounts (id, person_id, login, password_hash, disabled, note, created_at, password_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $7) ON CONFLICT (id) DO UPDATE SET login = excluded.login,
		password_at = CASE WHEN excluded.password_hash = identity_accounts.password_hash THEN identity_accounts.password_at ELSE excluded.password_at END,
		password_hash = excluded.password_hash, disabled = excluded.disabled, note = excluded.note`,
		a.ID, a.Person, a.Login, a.Hash, disabled, a.Note, tx.Now)
	return err
}

// AccountByLogin returns an account; db.ErrNoRows where there is none.
func AccountByLogin(ctx context.Context, q db.Querier, login string) (Account, error) {
	return scanAccount(q.QueryRow(ctx, `SELECT `+accountColumns+` WHERE a.login = $1`, login))
}

// GetAccount returns an account; db.ErrNoRows where there is none.
func GetAccount(ctx context.Context, q db.Querier, id string) (Account, error) {
	return scanAccount(q.QueryRow(ctx, `SELECT `+accountColumns+` WHERE a.id = $1`, id))
}
