// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package events

import (
	"context"

	"tinhso.vn/internal/platform/db"
)

// Waiting is an event that has not been handed on yet.
type Waiting struct {
	ID   string
	Name Name
	At   db.Time
}

// List returns at most limit events that wait, the oldest first.
func List(ctx context.Context, q db.Querier, limit int) ([]Waiting, error) {
	return db.All(ctx, q, func(r db.Row) (w Waiting, err error) {
		err = r.Scan(&w.ID, &w.Name, &w.At)
		return w, err
	}, `SELECT id, name, at FROM events_outbox ORDER BY id LIMIT $1`, limit)
}
