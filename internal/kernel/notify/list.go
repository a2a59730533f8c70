// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package notify

import (
	"context"
	"strconv"

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

// Message is a message as operators see it, without what it says or to whom.
type Message struct {
	ID, Event, About string
	Channel          ChannelID
	State            State
	Reason           Reason
	Attempts         int
	At, Due          db.Time
	Sent, Ended      db.Time
}

// Pile narrows a list of messages.
type Pile struct {
	State   State     // empty: all
	Channel ChannelID // empty: all
}

// ListMessages returns at most limit messages, the newest first, before the given id.
func ListMessages(ctx context.Context, q db.Querier, p Pile, before string, limit int) ([]Message, error) {
	text, args := messagesQuery(p, before, limit)
	return db.All(ctx, q, func(r db.Row) (m Message, err error) {
		err = r.Scan(&m.ID, &m.Event, &m.About, &m.Channel, &m.State, &m.Reason, &m.Attempts, &m.At, &m.Due, &m.Sent, &m.Ended)
		return m, err
	}, text, args...)
}

func messagesQuery(p Pile, before string, limit int) (string, []any) {
	if before == "" {
		before = "~"
	}
	text, args := `SELECT id, event, about, channel, state, reason, attempts, created_at, due_at, sent_at, ended_at FROM notify_messages WHERE id < $1`, []any{before, limit}
	for _, f := range []struct{ column, value string }{{"channel", string(p.Channel)}, {"state", string(p.State)}} {
		if f.value != "" {
			args = append(args, f.value)
			text += ` AND ` + f.column + ` = $` + strconv.Itoa(len(args))
		}
	}
	return text + ` ORDER BY id DESC LIMIT $2`, args
}

// CountFailed returns how many messages have failed and wait for a person, up to limit.
func CountFailed(ctx context.Context, q db.Querier, limit int) (n int64, err error) {
	err = q.QueryRow(ctx, `SELECT COUNT(*) FROM (SELECT 1 FROM notify_messages WHERE state = 'failed' LIMIT $1) AS failed`, limit).Scan(&n)
	return n, err
}
