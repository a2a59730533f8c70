// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package store keeps recent and saved questions. They are sealed: a question may
// name somebody.
package store

import (
	"context"
	"embed"

	"tinhso.vn/internal/platform/crypt"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/id"
)

//go:embed migrations
var files embed.FS

// Migrations creates the tables of this module.
func Migrations() db.Migrations { return db.Migrations{Namespace: "finder", Files: files} }

const (
	recentTable = "finder_recent"
	savedTable  = "finder_saved"
)

// Sealed names the columns of this module that hold sealed texts.
func Sealed() []crypt.Sealed {
	return []crypt.Sealed{
		{Table: recentTable, Column: "question", Key: []string{"id"}},
		{Table: savedTable, Column: "name", Key: []string{"id"}},
		{Table: savedTable, Column: "question", Key: []string{"id"}},
	}
}

// Store seals and opens questions.
type Store struct{ keys *crypt.Keys }

// New returns a store.
func New(k *crypt.Keys) Store { return Store{k} }

// Recent is a question that was asked.
type Recent struct {
	ID, Question string
	At           db.Time
}

// ListRecent returns the questions of an account, the latest first.
func (s Store) ListRecent(ctx context.Context, q db.Querier, account string, limit int) ([]Recent, error) {
	return db.All(ctx, q, func(r db.Row) (one Recent, err error) {
		if err := r.Scan(&one.ID, &one.Question, &one.At); err != nil {
			return one, err
		}
		one.Question, err = s.keys.OpenText(recentTable, "question", one.ID, one.Question)
		return one, err
	}, `SELECT id, question, at FROM finder_recent WHERE account = $1 ORDER BY at DESC, id DESC LIMIT $2`, account, limit)
}

// AddRecent adds a question.
func (s Store) AddRecent(ctx context.Context, tx *db.Tx, account, question string) error {
	row := id.New()
	_, err := tx.Exec(ctx, `INSERT INTO finder_recent (id, account, question, at) VALUES ($1, $2, $3, $4)`,
		row, account, s.keys.SealText(recentTable, "question", row, question), tx.Now)
	return err
}

// DropRecent forgets one question.
func (Store) DropRecent(ctx context.Context, tx *db.Tx, row string) error {
	_, err := tx.Exec(ctx, `DELETE FROM finder_recent WHERE id = $1`, row)
	return err
}

// ClearRecent forgets all questions of an account.
func (Store) ClearRecent(ctx context.Context, tx *db.Tx, account string) error {
	_, err := tx.Exec(ctx, `DELETE FROM finder_recent WHERE account = $1`, account)
	return err
}

// ForgetRecent forgets the questions that were asked before a moment.
func (Store) ForgetRecent(ctx context.Context, tx *db.Tx, before db.Time) error {
	_, err := tx.Exec(ctx, `DELETE FROM finder_recent WHERE at < $1`, before)
	return err
}

// Saved is a question under a name. Looked is when somebody looked at what it
// finds, or when it was saved.
type Saved struct {
	ID, Account, Name, Question, Kind, Filters, Sort string
	Unit                                             string // whose officials see it too; empty: the account alone
	Looked                                           db.Time
}

const savedColumns = `SELECT s.id, s.account, s.name, s.question, s.kind, s.filters, s.sorted, s.unit, COALESCE(l.at, s.at)
	FROM finder_saved s LEFT JOIN finder_looks l ON l.saved = s.id AND l.account = $1 WHERE `

func (s Store) saved(r db.Row) (one Saved, err error) {
	if err := r.Scan(&one.ID, &one.Account, &one.Name, &one.Question, &one.Kind, &one.Filters, &one.Sort, &one.Unit, &one.Looked); err != nil {
		return one, err
	}
	if one.Name, err = s.keys.OpenText(savedTable, "name", one.ID, one.Name); err != nil {
		return one, err
	}
	one.Question, err = s.keys.OpenText(savedTable, "question", one.ID, one.Question)
	return one, err
}

// ListSaved returns the saved searches of an account, the oldest first.
func (s Store) ListSaved(ctx context.Context, q db.Querier, account string, limit int) ([]Saved, error) {
	return db.All(ctx, q, s.saved, savedColumns+`s.account = $1 ORDER BY s.id LIMIT $2`, account, limit)
}

// ListShared returns those that others share with a unit, the oldest first.
func (s Store) ListShared(ctx context.Context, q db.Querier, account, unit string, limit int) ([]Saved, error) {
	if unit == "" {
		return nil, nil
	}
	return db.All(ctx, q, s.saved, savedColumns+`s.unit = $2 AND s.unit <> '' AND s.account <> $1 ORDER BY s.id LIMIT $3`, account, unit, limit)
}

// AddSaved adds a saved search and returns its id.
func (s Store) AddSaved(ctx context.Context, tx *db.Tx, one Saved) (string, error) {
	one.ID = id.New()
	_, err := tx.Exec(ctx, `INSERT INTO finder_saved (id, account, name, question, kind, filters, sorted, unit, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		one.ID, one.Account, s.keys.SealText(savedTable, "name", one.ID, one.Name), s.keys.SealText(savedTable, "question", one.ID, one.Question),
		one.Kind, one.Filters, one.Sort, one.Unit, tx.Now)
	return one.ID, err
}

// DropSaved removes a saved search of an account and reports whether it was there.
func (Store) DropSaved(ctx context.Context, tx *db.Tx, account, row string) (bool, error) {
	n, err := tx.Exec(ctx, `DELETE FROM finder_saved WHERE account = $1 AND id = $2`, account, row)
	if err != nil || n == 0 {
		return false, err
	}
	_, err = tx.Exec(ctx, `DELETE FROM finder_looks WHERE saved = $1`, row)
	return true, err
}

// Forget removes all questions of an account, asked and saved, and says how many.
func (Store) Forget(ctx context.Context, tx *db.Tx, account string) (n int, err error) {
	if _, err := tx.Exec(ctx, `DELETE FROM finder_looks WHERE account = $1 OR saved IN (SELECT id FROM finder_saved WHERE account = $1)`, account); err != nil {
		return 0, err
	}
	for _, text := range []string{`DELETE FROM finder_saved WHERE account = $1`, `DELETE FROM finder_recent WHERE account = $1`} {
		gone, err := tx.Exec(ctx, text, account)
		if err != nil {
			return n, err
		}
		n += int(gone)
	}
	return n, nil
}

// Look notes that an account looks at what a saved search finds: its own, or one
// of its unit. It reports whether there is such a one.
func (Store) Look(ctx context.Context, tx *db.Tx, account, unit, row string) (bool, error) {
	n, err := tx.Exec(ctx, `INSERT INTO finder_looks (saved, account, at)
		SELECT id, CAST($1 AS TEXT), CAST($4 AS BIGINT) FROM finder_saved WHERE id = $3 AND (account = $1 OR unit = $2 AND unit <> '')
		ON CONFLICT (saved, account) DO UPDATE SET at = excluded.at`, account, unit, row, tx.Now)
	return n > 0, err
}
