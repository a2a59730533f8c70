// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package events carries facts from one module to others: written to an outbox
// in the transaction that makes them true, handed on after the commit, at least
// once. Commands do not travel here.
package events

import (
	"context"
	"embed"
	"encoding/json"

	"tinhso.vn/internal/kernel/jobs"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
)

//go:embed migrations
var files embed.FS

// Migrations creates the tables of this package.
func Migrations() db.Migrations { return db.Migrations{Namespace: "events", Files: files} }

// Name names a kind of event, in the past tense: "permits.issued.v1".
type Name string

// Event is what a consumer's job gets. It may get it twice: the ID tells.
type Event struct {
	ID   string          `json:"id"`
	Name Name            `json:"name"`
	Body json.RawMessage `json:"body"`
}

// Publish adds an event to the outbox. Body holds ids and few fields, no
// personal data.
func Publish(ctx context.Context, tx *db.Tx, n Name, body any) error {
	text, err := json.Marshal(body)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `INSERT INTO events_outbox (id, name, body, at) VALUES ($1, $2, $3, $4)`,
		id.New(), string(n), string(text), tx.Now)
	return err
}

// PublishAll is Publish of many events of a name.
func PublishAll[T any](ctx context.Context, tx *db.Tx, n Name, bodies []T) error {
	rows := make([][]any, len(bodies))
	for i, one := range bodies {
		text, err := json.Marshal(one)
		if err != nil {
			return err
		}
		rows[i] = []any{id.New(), string(n), string(text), tx.Now}
	}
	return tx.InsertAll(ctx, `INSERT INTO events_outbox (id, name, body, at)`, "", rows)
}

// The two databases differ as in package jobs.
const (
	nextSQLite   = `SELECT id, name, body FROM events_outbox ORDER BY id LIMIT 100`
	nextPostgres = `SELECT id, name, body FROM events_outbox ORDER BY id LIMIT 100 FOR UPDATE SKIP LOCKED`
)

// Dispatch turns waiting events into one job for each consumer, and returns how
// many events there were.
func Dispatch(ctx context.Context, d *db.DB, consumers map[Name][]jobs.Kind) (n int, err error) {
	defer errs.Wrap(&err, "dispatch events")
	if waiting, err := Count(ctx, d); err != nil || waiting == 0 {
		return 0, err // an idle server does not write
	}
	err = d.Write(ctx, func(tx *db.Tx) error {
		waiting, err := db.All(ctx, tx, func(r db.Row) (e Event, err error) {
			var body string
			err = r.Scan(&e.ID, &e.Name, &body)
			e.Body = json.RawMessage(body)
			return e, err
		}, tx.Dialect().Pick(nextSQLite, nextPostgres))
		if err != nil {
			return err
		}
		for _, e := range waiting {
			for _, k := range consumers[e.Name] {
				if err := jobs.Enqueue(ctx, tx, k, e); err != nil {
					return err
				}
			}
			if _, err := tx.Exec(ctx, `DELETE FROM events_outbox WHERE id = $1`, e.ID); err != nil {
				return err
			}
		}
		n = len(waiting)
		return nil
	})
	return n, err
}

// Count returns how many events wait.
func Count(ctx context.Context, q db.Querier) (n int64, err error) {
	err = q.QueryRow(ctx, `SELECT COUNT(*) FROM events_outbox`).Scan(&n)
	return n, err
}

// Oldest returns when the event that has waited longest was published; zero when none waits.
func Oldest(ctx context.Context, q db.Querier) (at db.Time, err error) {
	err = q.QueryRow(ctx, `SELECT MIN(at) FROM events_outbox`).Scan(&at)
	return at, err
}
