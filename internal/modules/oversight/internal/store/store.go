// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package store keeps the rules of oversight, what they remember, and alerts.
package store

import (
	"context"
	"embed"
	"errors"

	"tinhso.vn/internal/modules/oversight"
	"tinhso.vn/internal/platform/db"
)

//go:embed migrations
var files embed.FS

// Migrations creates the tables of oversight.
func Migrations() db.Migrations { return db.Migrations{Namespace: "oversight", Files: files} }

// Store has no state. Alerts are of the whole installation, as the log is: who
// may see them sees all, and an official those about the own account.
type Store struct{}

const alertColumns = `id, rule, kind, subject, day, state, n, threshold, first_at, last_at, raised_at`

func scanAlert(r db.Row) (a oversight.Alert, err error) {
	err = r.Scan(&a.ID, &a.Rule, &a.Kind, &a.Subject, &a.Day, &a.State, &a.Count, &a.Threshold, &a.First, &a.Last, &a.Raised)
	return a, err
}

// Get returns an alert; ErrNotFound where there is none.
func (Store) Get(ctx context.Context, q db.Querier, id oversight.ID) (oversight.Alert, error) {
	return get(ctx, q, id, "")
}

// Lock is Get for a transaction that decides on the alert.
func (Store) Lock(ctx context.Context, tx *db.Tx, id oversight.ID) (oversight.Alert, error) {
	return get(ctx, tx, id, tx.ForUpdate())
}

func get(ctx context.Context, q db.Querier, id oversight.ID, lock string) (oversight.Alert, error) {
	a, err := scanAlert(q.QueryRow(ctx, `SELECT `+alertColumns+` FROM oversight_alerts WHERE id = $1`+lock, string(id)))
	if errors.Is(err, db.ErrNoRows) {
		return a, oversight.ErrNotFound
	}
	return a, err
}

// List returns at most limit alerts in a state, the newest first, before one
// ("" for the newest).
func (Store) List(ctx context.Context, q db.Querier, state oversight.State, before string, limit int) ([]oversight.Alert, error) {
	query, args := listQuery(state, before, limit)
	return db.All(ctx, q, scanAlert, query, args...)
}

func listQuery(state oversight.State, before string, limit int) (string, []any) {
	return `SELECT ` + alertColumns + ` FROM oversight_alerts WHERE state = $1 AND id < $2 ORDER BY id DESC LIMIT $3`,
		[]any{string(state), from(before), limit}
}

// ListAbout returns at most limit alerts about an account that was asked to
// explain them, the newest first, before one.
func (Store) ListAbout(ctx context.Context, q db.Querier, account, before string, limit int) ([]oversight.Alert, error) {
	query, args := aboutQuery(account, before, limit)
	return db.All(ctx, q, scanAlert, query, args...)
}

func aboutQuery(account, before string, limit int) (string, []any) {
	return `SELECT ` + alertColumns + ` FROM oversight_alerts WHERE subject = $1 AND id < $2 AND kind <> 'many_readers'
		AND EXISTS (SELECT 1 FROM oversight_notes o WHERE o.alert = oversight_alerts.id AND o.state = 'asked') ORDER BY id DESC LIMIT $3`,
		[]any{account, from(before), limit}
}

func from(before string) string {
	if before == "" {
		return "~" // after every id
	}
	return before
}

// Counts returns how many alerts are in each state.
func (Store) Counts(ctx context.Context, q db.Querier) (map[oversight.State]int64, error) {
	counts := make(map[oversight.State]int64, len(oversight.States()))
	_, err := db.All(ctx, q, func(r db.Row) (struct{}, error) {
		var s oversight.State
		var n int64
		err := r.Scan(&s, &n)
		counts[s] = n
		return struct{}{}, err
	}, `SELECT state, COUNT(*) FROM oversight_alerts GROUP BY state`)
	return counts, err
}

// CountAsked returns how many explanations an account owes.
func (Store) CountAsked(ctx context.Context, q db.Querier, account string) (n int64, err error) {
	err = q.QueryRow(ctx, `SELECT COUNT(*) FROM oversight_alerts WHERE subject = $1 AND state = 'asked' AND kind <> 'many_readers'`, account).Scan(&n)
	return n, err
}

// SetState moves an alert, with what was said about it.
func (Store) SetState(ctx context.Context, tx *db.Tx, a oversight.ID, n Note) error {
	if _, err := tx.Exec(ctx, `UPDATE oversight_alerts SET state = $1 WHERE id = $2`, string(n.State), string(a)); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `INSERT INTO oversight_notes (id, alert, account, at, state, words) VALUES ($1, $2, $3, $4, $5, $6)`,
		n.ID, string(a), n.Account, n.At, string(n.State), n.Words)
	return err
}

// Note is one thing that was said about an alert.
type Note struct {
	ID, Account, Words string
	At                 db.Time
	State              oversight.State // since then
}

// Notes returns what was said about an alert, in order.
func (Store) Notes(ctx context.Context, q db.Querier, a oversight.ID) ([]Note, error) {
	return db.All(ctx, q, func(r db.Row) (n Note, err error) {
		err = r.Scan(&n.ID, &n.Account, &n.At, &n.State, &n.Words)
		return n, err
	}, `SELECT id, account, at, state, words FROM oversight_notes WHERE alert = $1 ORDER BY id`, string(a))
}

// Evidence returns at most limit of the records behind an alert, the newest first.
func (Store) Evidence(ctx context.Context, q db.Querier, a oversight.ID, before string, limit int) ([]string, error) {
	return db.All(ctx, q, db.Column[string],
		`SELECT record FROM oversight_evidence WHERE alert = $1 AND record < $2 ORDER BY record DESC LIMIT $3`, string(a), from(before), limit)
}
