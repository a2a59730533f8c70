// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package store keeps the index of the search in two halves, a and b: one
// answers, the other is built anew beside it. It is not where a question is
// understood or a hit is ranked.
package store

import (
	"context"
	"embed"
	"fmt"
	"strings"

	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/id"
)

//go:embed migrations
var files embed.FS

// Migrations creates the tables of this package.
func Migrations() db.Migrations { return db.Migrations{Namespace: "search", Files: files} }

// Half names one half of the index.
type Half string

// The halves.
const (
	A Half = "a"
	B Half = "b"
)

// Other returns the other half.
func (h Half) Other() Half {
	if h == A {
		return B
	}
	return A
}

// name makes the name of a table: a half is never input.
func (h Half) name(table string) string {
	if h == B {
		return "search_" + table + "_b"
	}
	return "search_" + table + "_a"
}

// args numbers the values of a query as they come.
type args []any

func (a *args) add(v any) string {
	*a = append(*a, v)
	return fmt.Sprintf("$%d", len(*a))
}

func (a *args) list(all []string) string {
	in := make([]string, len(all))
	for i, v := range all {
		in[i] = a.add(v)
	}
	return "(" + strings.Join(in, ", ") + ")"
}

// State is where the index stands.
type State struct {
	Active    Half
	BuiltWith string
	Building  Half // empty: nothing is built
	With      string
	Kind      string
	After     string
	Done      int64
	Total     int64
	Started   db.Time
	Finished  db.Time
	Synonyms  int64
}

const stateColumns = `SELECT active, built_with, building, building_with, kind, after, done, total, started_at, finished_at, synonyms FROM search_state WHERE id = 1`

func scanState(r db.Row) (s State, err error) {
	err = r.Scan(&s.Active, &s.BuiltWith, &s.Building, &s.With, &s.Kind, &s.After, &s.Done, &s.Total, &s.Started, &s.Finished, &s.Synonyms)
	return s, err
}

// GetState returns where the index stands.
func GetState(ctx context.Context, q db.Querier) (State, error) {
	return scanState(q.QueryRow(ctx, stateColumns))
}

// Lock is GetState for who writes the index: one at a time.
func Lock(ctx context.Context, tx *db.Tx) (State, error) {
	return scanState(tx.QueryRow(ctx, stateColumns+tx.ForUpdate()))
}

// SetState writes where the index stands; the caller holds Lock.
func SetState(ctx context.Context, tx *db.Tx, s State) error {
	_, err := tx.Exec(ctx, `UPDATE search_state SET active = $1, built_with = $2, building = $3, building_with = $4, kind = $5, after = $6,
		done = $7, total = $8, started_at = $9, finished_at = $10, synonyms = $11 WHERE id = 1`,
		string(s.Active), s.BuiltWith, string(s.Building), s.With, s.Kind, s.After, s.Done, s.Total, s.Started, s.Finished, s.Synonyms)
	return err
}

// Stamp returns what the source of a kind was when it was read; empty: never.
func Stamp(ctx context.Context, q db.Querier, kind string) (string, error) {
	found, err := db.All(ctx, q, db.Column[string], `SELECT stamp FROM search_kinds WHERE kind = $1`, kind)
	if err != nil || len(found) == 0 {
		return "", err
	}
	return found[0], nil
}

// SetStamp notes what the source of a kind was.
func SetStamp(ctx context.Context, tx *db.Tx, kind, stamp string) error {
	_, err := tx.Exec(ctx, `INSERT INTO search_kinds (kind, stamp) VALUES ($1, $2) ON CONFLICT (kind) DO UPDATE SET stamp = excluded.stamp`, kind, stamp)
	return err
}

// placed marks a stamp as a place in a feed, which is not compared.
const placed = "@"

// Place returns how far the feed of a kind was followed; empty: nowhere yet.
func Place(ctx context.Context, q db.Querier, kind string) (string, error) {
	stamp, err := Stamp(ctx, q, kind)
	return strings.TrimPrefix(stamp, placed), err
}

// SetPlace notes how far the feed of a kind was followed.
func SetPlace(ctx context.Context, tx *db.Tx, kind, place string) error {
	return SetStamp(ctx, tx, kind, placed+place)
}

// ForgetStamps has every kind with a stamp compared again.
func ForgetStamps(ctx context.Context, tx *db.Tx) error {
	_, err := tx.Exec(ctx, `DELETE FROM search_kinds WHERE stamp NOT LIKE '@%'`)
	return err
}

// Mark is a document that has changed.
type Mark struct {
	ID, Kind, Doc string
	Tries         int
}

// AddMark notes that a document has changed or is gone.
func AddMark(ctx context.Context, tx *db.Tx, kind, doc string) error {
	_, err := tx.Exec(ctx, `INSERT INTO search_marks (id, kind, doc, tries) VALUES ($1, $2, $3, 0)`, id.New(), kind, doc)
	return err
}

// AddMarks notes it of many documents of a kind.
func AddMarks(ctx context.Context, tx *db.Tx, kind string, docs []string) error {
	rows := make([][]any, len(docs))
	for i, doc := range docs {
		rows[i] = []any{id.New(), kind, doc, 0}
	}
	return tx.InsertAll(ctx, `INSERT INTO search_marks (id, kind, doc, tries)`, "", rows)
}

// MaxTries is how often a document is read that makes its module fail.
const MaxTries = 5

// Marks returns at most limit marks, those that never failed first.
func Marks(ctx context.Context, q db.Querier, limit int) ([]Mark, error) {
	return db.All(ctx, q, func(r db.Row) (m Mark, err error) {
		err = r.Scan(&m.ID, &m.Kind, &m.Doc, &m.Tries)
		return m, err
	}, `SELECT id, kind, doc, tries FROM search_marks WHERE tries < 5 ORDER BY tries, id LIMIT $1`, limit)
}

// DropMarks forgets marks that have been dealt with.
func DropMarks(ctx context.Context, tx *db.Tx, marks []Mark) error {
	if len(marks) == 0 {
		return nil
	}
	var a args
	ids := make([]string, len(marks))
	for i, m := range marks {
		ids[i] = m.ID
	}
	_, err := tx.Exec(ctx, `DELETE FROM search_marks WHERE id IN `+a.list(ids), a...)
	return err
}

// FailMark counts a failure.
func FailMark(ctx context.Context, tx *db.Tx, mark string) error {
	_, err := tx.Exec(ctx, `UPDATE search_marks SET tries = tries + 1 WHERE id = $1`, mark)
	return err
}

// CountMarks returns how many documents wait, and how many could not be read.
func CountMarks(ctx context.Context, q db.Querier) (waiting, failed int64, err error) {
	err = q.QueryRow(ctx, `SELECT COALESCE(SUM(CASE WHEN tries < 5 THEN 1 ELSE 0 END), 0), COALESCE(SUM(CASE WHEN tries < 5 THEN 0 ELSE 1 END), 0) FROM search_marks`).Scan(&waiting, &failed)
	return waiting, failed, err
}

// RetryMarks lets documents be read again that could not be.
func RetryMarks(ctx context.Context, tx *db.Tx) error {
	_, err := tx.Exec(ctx, `UPDATE search_marks SET tries = 0 WHERE tries >= 5`)
	return err
}
