// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package store keeps the versions of procedures. It is not where they are
// read or judged: a body is a text here.
package store

import (
	"context"
	"embed"

	"tinhso.vn/internal/platform/db"
)

//go:embed migrations
var files embed.FS

// Migrations creates the tables of this module.
func Migrations() db.Migrations { return db.Migrations{Namespace: "procedures", Files: files} }

// Forever is the last day of what has no end.
const Forever = "9999-12-31"

// Kinds of facets.
const (
	Field    = "field"
	Audience = "audience"
	Life     = "life"
	Level    = "level"
	Online   = "online"
	Agency   = "agency"
	Keyword  = "keyword"
	Code     = "code" // of the national catalogue

	Paperless = "paperless"
)

// Yes is the one value of a facet that a version has or has not.
const Yes = "yes"

// Facet is one thing by which a version is found.
type Facet struct{ Kind, Value string }

// Row is a version as it is kept.
type Row struct {
	ID, SHA, NameKey, Field string
	ValidFrom, ValidTo      string // ValidTo is Forever where no end is known
	Name, Keywords          string // folded
	Body                    string
	Facets                  []Facet
}

// Current is a version that is listed on its days.
type Current struct{ ID, SHA, ValidFrom, ValidTo string }

// ListCurrent returns all current versions: of each procedure one, or two where
// the next one is announced, in the order of their first days.
func ListCurrent(ctx context.Context, q db.Querier) ([]Current, error) {
	return db.All(ctx, q, func(r db.Row) (c Current, err error) {
		err = r.Scan(&c.ID, &c.SHA, &c.ValidFrom, &c.ValidTo)
		return c, err
	}, `SELECT id, sha, valid_from, valid_to FROM procedures_versions WHERE is_current = 1 ORDER BY id, valid_from, sha`)
}

// Put adds a version, or lists one again that was closed.
func Put(ctx context.Context, tx *db.Tx, v Row) error {
	_, err := tx.Exec(ctx, `INSERT INTO procedures_versions
		(id, sha, name_key, field, valid_from, valid_to, is_current, applied_at, name_folded, keywords_folded, body)
		VALUES ($1, $2, $3, $4, $5, $6, 1, $7, $8, $9, $10)
		ON CONFLICT (id, sha) DO UPDATE SET is_current = 1, valid_from = excluded.valid_from, valid_to = excluded.valid_to,
		applied_at = excluded.applied_at`,
		v.ID, v.SHA, v.NameKey, v.Field, v.ValidFrom, v.ValidTo, tx.Now, v.Name, v.Keywords, v.Body)
	if err != nil {
		return err
	}
	for _, f := range v.Facets {
		if _, err := tx.Exec(ctx, `INSERT INTO procedures_facets (kind, value, name_key, id, sha)
			VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`, f.Kind, f.Value, v.NameKey, v.ID, v.SHA); err != nil {
			return err
		}
	}
	return nil
}

// Close takes a version out of the lists. It stays readable.
func Close(ctx context.Context, tx *db.Tx, id, sha string) error {
	if _, err := tx.Exec(ctx, `DELETE FROM procedures_facets WHERE id = $1 AND sha = $2`, id, sha); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `UPDATE procedures_versions SET is_current = 0 WHERE id = $1 AND sha = $2`, id, sha)
	return err
}

// End says the last day on which a version is listed.
func End(ctx context.Context, tx *db.Tx, id, sha, day string) error {
	_, err := tx.Exec(ctx, `UPDATE procedures_versions SET valid_to = $1 WHERE id = $2 AND sha = $3`, day, id, sha)
	return err
}

// Bump counts a change of the catalogue.
func Bump(ctx context.Context, tx *db.Tx) error {
	_, err := tx.Exec(ctx, `UPDATE procedures_revision SET revision = revision + 1 WHERE id = 1`)
	return err
}

// Lock makes those who apply packs wait for each other.
func Lock(ctx context.Context, tx *db.Tx) error {
	var n int64
	return tx.QueryRow(ctx, `SELECT revision FROM procedures_revision WHERE id = 1`+tx.ForUpdate()).Scan(&n)
}

// Revision returns the number that grows whenever the catalogue changes.
func Revision(ctx context.Context, q db.Querier) (n int64, err error) {
	err = q.QueryRow(ctx, `SELECT revision FROM procedures_revision WHERE id = 1`).Scan(&n)
	return n, err
}
