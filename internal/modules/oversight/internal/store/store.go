// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package store keeps the entries of oversight.
package store

import (
	"context"
	"embed"
	"errors"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/modules/oversight"
	"tinhso.vn/internal/platform/db"
)

//go:embed migrations
var files embed.FS

// Migrations creates the tables of oversight.
func Migrations() db.Migrations { return db.Migrations{Namespace: "oversight", Files: files} }

// Store reads and writes entries. Every read takes a scope.
type Store struct{}

// columns decide who sees an entry: those who work for its unit.
func columns() access.Columns { return access.Columns{Units: []string{"unit_id"}} }

func scan(r db.Row) (e oversight.Entry, err error) {
	err = r.Scan(&e.ID, &e.Unit, &e.Title, &e.At)
	return e, err
}

// Insert adds an entry.
func (Store) Insert(ctx context.Context, tx *db.Tx, e oversight.Entry) error {
	_, err := tx.Exec(ctx, `INSERT INTO oversight_entries (id, unit_id, title, created_at) VALUES ($1, $2, $3, $4)`,
		string(e.ID), e.Unit, e.Title, e.At)
	return err
}

// Get returns an entry in scope; oversight.ErrNotFound where there is none.
func (Store) Get(ctx context.Context, q db.Querier, s access.Scope, id oversight.ID) (oversight.Entry, error) {
	in, args := s.Where(columns(), string(id))
	e, err := scan(q.QueryRow(ctx, `SELECT id, unit_id, title, created_at FROM oversight_entries WHERE id = $1 AND `+in, args...))
	if errors.Is(err, db.ErrNoRows) {
		return e, oversight.ErrNotFound.Because(err)
	}
	return e, err
}

// List returns at most limit entries in scope, in the order they were added,
// beginning after the given one ("" for the first).
func (Store) List(ctx context.Context, q db.Querier, s access.Scope, after oversight.ID, limit int) ([]oversight.Entry, error) {
	in, args := s.Where(columns(), string(after), limit)
	return db.All(ctx, q, scan, `SELECT id, unit_id, title, created_at FROM oversight_entries
		WHERE id > $1 AND `+in+` ORDER BY id LIMIT $2`, args...)
}
