// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package notify

import (
	"context"

	"tinhso.vn/internal/platform/db"
)

// Unsent is a message that has not left yet, without what it says or to whom.
type Unsent struct {
	ID, Channel, About string
	At                 db.Time
}

// ListUnsent returns at most limit messages that have not left, the oldest first,
// and how many there are.
func ListUnsent(ctx context.Context, q db.Querier, limit int) (all []Unsent, n int64, err error) {
	if err := q.QueryRow(ctx, `SELECT COUNT(*) FROM notify_messages WHERE state = 'waiting'`).Scan(&n); err != nil || n == 0 {
		return nil, 0, err
	}
	all, err = db.All(ctx, q, func(r db.Row) (u Unsent, err error) {
		err = r.Scan(&u.ID, &u.Channel, &u.About, &u.At)
		return u, err
	}, `SELECT id, channel, about, created_at FROM notify_messages WHERE state = 'waiting' ORDER BY created_at, id LIMIT $1`, limit)
	return all, n, err
}
