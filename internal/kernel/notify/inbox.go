// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package notify

import (
	"context"
	"encoding/json"
	"errors"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/platform/db"
)

const inbox = "notify_inbox"

// entry is what is sealed of a notice.
type entry struct {
	Title i18n.Text `json:"title"`
	Text  i18n.Text `json:"text"`
}

// Item is a notice in somebody's list.
type Item struct {
	ID, Event, Topic, About, Link string
	Title, Text                   i18n.Text
	At, Read                      db.Time
}

// Shelf narrows a list of notices.
type Shelf struct {
	Unread bool
	Topic  string // empty: all
}

const itemColumns = `id, event, topic, about, link, words, created_at, read_at`

func (n *Notifier) item(r db.Row) (i Item, err error) {
	var sealed string
	if err := r.Scan(&i.ID, &i.Event, &i.Topic, &i.About, &i.Link, &sealed, &i.At, &i.Read); err != nil {
		return i, err
	}
	words, err := n.keys.OpenText(inbox, "words", i.ID, sealed)
	if err != nil {
		return i, err
	}
	var e entry
	if err := json.Unmarshal([]byte(words), &e); err != nil {
		return i, err
	}
	i.Title, i.Text = e.Title, e.Text
	return i, nil
}

// ListItems returns at most limit notices of an account, the newest first, before the given id.
func (n *Notifier) ListItems(ctx context.Context, q db.Querier, account string, s Shelf, before string, limit int) ([]Item, error) {
	text, args := itemsQuery(account, s, before, limit)
	return db.All(ctx, q, n.item, text, args...)
}

func itemsQuery(account string, s Shelf, before string, limit int) (string, []any) {
	if before == "" {
		before = "~" // above every id
	}
	text, args := `SELECT `+itemColumns+` FROM notify_inbox WHERE account_id = $1 AND id < $2`, []any{account, before, limit}
	if s.Unread {
		text += ` AND read_at IS NULL`
	}
	if s.Topic != "" {
		text, args = text+` AND topic = $4`, append(args, s.Topic)
	}
	return text + ` ORDER BY id DESC LIMIT $3`, args
}

// MostUnread is how far unread notices are counted: who has more knows enough.
const MostUnread = 100

// CountUnread returns how many notices an account has not read, MostUnread at most.
func CountUnread(ctx context.Context, q db.Querier, account string) (count int64, err error) {
	err = q.QueryRow(ctx, `SELECT COUNT(*) FROM (SELECT 1 FROM notify_inbox WHERE account_id = $1 AND read_at IS NULL LIMIT $2) AS unread`, account, MostUnread).Scan(&count)
	return count, err
}

// GetItem returns a notice of an account; ErrUnknown where it has none of that id.
func (n *Notifier) GetItem(ctx context.Context, q db.Querier, account, id string) (Item, error) {
	i, err := n.item(q.QueryRow(ctx, `SELECT `+itemColumns+` FROM notify_inbox WHERE account_id = $1 AND id = $2`, account, id))
	if errors.Is(err, db.ErrNoRows) {
		return i, ErrUnknown
	}
	return i, err
}

// Mark notes that a notice was read, or not; ErrUnknown where the account has none of that id.
func Mark(ctx context.Context, tx *db.Tx, account, id string, read bool) error {
	at := db.Time{}
	if read {
		at = tx.Now
	}
	done, err := tx.Exec(ctx, `UPDATE notify_inbox SET read_at = $3 WHERE account_id = $1 AND id = $2`, account, id, at)
	if err == nil && done == 0 {
		return ErrUnknown
	}
	return err
}

// MarkAll notes that all notices were read. The time it returns undoes it.
func MarkAll(ctx context.Context, tx *db.Tx, account string) (db.Time, error) {
	_, err := tx.Exec(ctx, `UPDATE notify_inbox SET read_at = $2 WHERE account_id = $1 AND read_at IS NULL`, account, tx.Now)
	return tx.Now, err
}

// UnmarkAll makes those unread again that were marked at a time.
func UnmarkAll(ctx context.Context, tx *db.Tx, account string, at db.Time) error {
	_, err := tx.Exec(ctx, `UPDATE notify_inbox SET read_at = NULL WHERE account_id = $1 AND read_at = $2`, account, at)
	return err
}
