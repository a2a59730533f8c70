// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package store keeps drafts, dossiers, their papers, their history and their
// results.
package store

import (
	"context"
	"embed"

	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/platform/crypt"
	"tinhso.vn/internal/platform/db"
)

//go:embed migrations
var files embed.FS

// Migrations creates the tables of this module.
func Migrations() db.Migrations { return db.Migrations{Namespace: "dossiers", Files: files} }

// Told is told in the transaction which dossiers were added or changed.
type Told func(ctx context.Context, tx *db.Tx, ids ...dossiers.ID) error

// Store has no state but the keys that seal personal data: the caller says on
// which DB or Tx a method works.
type Store struct {
	keys    *crypt.Keys
	changed Told // nil: nobody wants to know
}

// New returns a store. Changed, where it is given, is told in the transaction
// which dossier was added or changed.
func New(k *crypt.Keys, changed Told) Store {
	return Store{k, changed}
}

func (s Store) tell(ctx context.Context, tx *db.Tx, id dossiers.ID) error {
	if s.changed == nil {
		return nil
	}
	return s.changed(ctx, tx, id)
}

func (s Store) tellAll(ctx context.Context, tx *db.Tx, ids []dossiers.ID) error {
	if s.changed == nil || len(ids) == 0 {
		return nil
	}
	return s.changed(ctx, tx, ids...)
}
