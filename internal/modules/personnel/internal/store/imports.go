// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"

	"tinhso.vn/internal/platform/crypt"
	"tinhso.vn/internal/platform/db"
)

const importsTable = "personnel_imports"

// Sealed says where sealed texts are kept.
func Sealed() []crypt.Sealed {
	one := []string{"id"}
	return []crypt.Sealed{
		{Table: importsTable, Column: "body_sealed", Key: one}, {Table: shiftsTable, Column: "phone_sealed", Key: one}, {Table: dutyFilesTable, Column: "body_sealed", Key: one},
	}
}

// SealBody seals the rows of an import.
func SealBody(k *crypt.Keys, id, body string) string {
	return k.SealText(importsTable, "body_sealed", id, body)
}

// OpenBody opens what SealBody made.
func OpenBody(k *crypt.Keys, id, sealed string) (string, error) {
	return k.OpenText(importsTable, "body_sealed", id, sealed)
}

// Import is one row of personnel_imports.
type Import struct {
	ID, Name, State, Body, Decision, DecidedOn, From, ReadBy string
	ReadAt                                                   db.Time
	AppliedBy                                                string
	AppliedAt                                                db.Time
	Added, Changed                                           int
}

const importColumns = `id, name, state, body_sealed, decision, decided_on, from_day, read_by, read_at, applied_by, applied_at, added, changed`

func scanImport(r db.Row) (i Import, err error) {
	err = r.Scan(&i.ID, &i.Name, &i.State, &i.Body, &i.Decision, &i.DecidedOn, &i.From, &i.ReadBy, &i.ReadAt, &i.AppliedBy, &i.AppliedAt, &i.Added, &i.Changed)
	return i, err
}

// PutImport keeps an import, new or changed.
func PutImport(ctx context.Context, tx *db.Tx, i Import) error {
	_, err := tx.Exec(ctx, `INSERT INTO personnel_imports (`+importColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
		ON CONFLICT (id) DO UPDATE SET state = excluded.state, body_sealed = excluded.body_sealed, applied_by = excluded.applied_by, applied_at = excluded.applied_at,
		added = excluded.added, changed = excluded.changed`,
		i.ID, i.Name, i.State, i.Body, i.Decision, i.DecidedOn, i.From, i.ReadBy, i.ReadAt, i.AppliedBy, i.AppliedAt, i.Added, i.Changed)
	return err
}

// GetImport returns an import; lock keeps it for the transaction.
func GetImport(ctx context.Context, q db.Querier, id, lock string) (Import, error) {
	i, err := scanImport(q.QueryRow(ctx, `SELECT `+importColumns+` FROM personnel_imports WHERE id = $1`+lock, id))
	return i, orNotFound(err)
}

// Imports returns at most limit imports, the newest first, before the given one.
func Imports(ctx context.Context, q db.Querier, before string, limit int) ([]Import, error) {
	if before == "" {
		before = latest
	}
	return db.All(ctx, q, scanImport, `SELECT `+importColumns+` FROM personnel_imports WHERE id < $1 ORDER BY id DESC LIMIT $2`, before, limit)
}

// Item is what an import has made.
type Item struct{ Kind, Ref string }

// PutItem keeps what an import has made.
func PutItem(ctx context.Context, tx *db.Tx, of string, n int, i Item) error {
	_, err := tx.Exec(ctx, `INSERT INTO personnel_import_items (import_id, n, kind, ref) VALUES ($1, $2, $3, $4)`, of, n, i.Kind, i.Ref)
	return err
}

// Items returns what an import has made, in the order in which it did.
func Items(ctx context.Context, q db.Querier, of string) ([]Item, error) {
	return db.All(ctx, q, func(r db.Row) (i Item, err error) {
		err = r.Scan(&i.Kind, &i.Ref)
		return i, err
	}, `SELECT kind, ref FROM personnel_import_items WHERE import_id = $1 ORDER BY n`, of)
}
