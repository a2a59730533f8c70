// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package notify tells people that something has happened. A message is written
// in the transaction of what it tells of and sent by a job, again and again until
// the gateway has taken it. It never carries personal data but the number it goes to.
package notify

import (
	"context"
	"embed"
	"encoding/json"
	"errors"
	"fmt"

	"tinhso.vn/internal/kernel/jobs"
	"tinhso.vn/internal/platform/crypt"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
	"tinhso.vn/internal/platform/text"
)

//go:embed migrations
var files embed.FS

// Migrations creates the table of this package.
func Migrations() db.Migrations { return db.Migrations{Namespace: "notify", Files: files} }

// JobSend sends a message. Its body is the id.
const JobSend jobs.Kind = "notify.send"

// MaxSMS is how long a short message is at most: longer ones cost twice.
const MaxSMS = 160

// Gateway takes messages. Sent again under the same key, a message is taken once.
type Gateway interface {
	Send(ctx context.Context, key, to, text string) error
}

// Notifier writes and sends messages.
type Notifier struct {
	db      *db.DB
	keys    *crypt.Keys
	gateway Gateway // nil: nothing leaves the machine
}

// New returns a notifier. Without a gateway, messages are written and not sent.
func New(d *db.DB, k *crypt.Keys, g Gateway) *Notifier { return &Notifier{db: d, keys: k, gateway: g} }

const table = "notify_messages"

// SMS writes a short message about something (an id) to a phone number, without
// marks and cut to MaxSMS. Without a number there is nobody to tell.
func (n *Notifier) SMS(ctx context.Context, tx *db.Tx, about, phone, words string) (err error) {
	defer errs.Wrap(&err, "notify about %s", about)

	if phone == "" || n.gateway == nil {
		return nil
	}
	message := id.New()
	_, err = tx.Exec(ctx, `INSERT INTO notify_messages (id, channel, about, recipient, text, state, created_at)
		VALUES ($1, 'sms', $2, $3, $4, 'waiting', $5)`,
		message, about, n.keys.SealText(table, "recipient", message, phone), n.keys.SealText(table, "text", message, short(words)), tx.Now)
	if err != nil {
		return err
	}
	return jobs.Enqueue(ctx, tx, JobSend, message)
}

// short makes a text fit one message: plain letters only.
func short(words string) string {
	plain := []byte(text.ASCII(text.Line(words)))
	for i, c := range plain {
		if c < ' ' || c > '~' {
			plain[i] = '?'
		}
	}
	return string(plain[:min(len(plain), MaxSMS)])
}

// Send does JobSend. Done again, it does nothing.
func (n *Notifier) Send(ctx context.Context, body []byte) (err error) {
	defer errs.Wrap(&err, "send message")

	var message string
	if err := json.Unmarshal(body, &message); err != nil {
		return err
	}
	var to, words, state string
	err = n.db.QueryRow(ctx, `SELECT recipient, text, state FROM notify_messages WHERE id = $1`, message).Scan(&to, &words, &state)
	if errors.Is(err, db.ErrNoRows) || state == "sent" {
		return nil
	}
	if err != nil {
		return err
	}
	if n.gateway == nil {
		return fmt.Errorf("there is no gateway")
	}
	if to, err = n.keys.OpenText(table, "recipient", message, to); err != nil {
		return err
	}
	if words, err = n.keys.OpenText(table, "text", message, words); err != nil {
		return err
	}
	if err := n.gateway.Send(ctx, message, to, words); err != nil {
		return err
	}
	return n.db.Write(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE notify_messages SET state = 'sent', sent_at = $2 WHERE id = $1`, message, tx.Now)
		return err
	})
}
