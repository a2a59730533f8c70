// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package notify

import (
	"context"
	"encoding/json"
	"errors"
	"strconv"
	"strings"

	"tinhso.vn/internal/kernel/jobs"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/id"
)

// State is where a message stands.
type State string

// The states. Waiting is the only one from which a message is sent.
const (
	Waiting    State = "waiting"
	Sent       State = "sent"      // the gateway has taken it
	Delivered  State = "delivered" // the gateway says that it arrived
	Failed     State = "failed"
	Bounced    State = "bounced"
	Suppressed State = "suppressed"
)

// States lists them in the order of pages.
func States() []State { return []State{Waiting, Sent, Delivered, Failed, Bounced, Suppressed} }

// step is one way to say something; those that follow are tried when it fails.
type step struct {
	Channel ChannelID         `json:"channel"`
	To      string            `json:"to,omitempty"`
	Title   string            `json:"title,omitempty"`
	Text    string            `json:"text,omitempty"`
	Params  map[string]string `json:"params,omitempty"`
}

// message is a row of notify_messages.
type message struct {
	id, event, account, about string
	unit                      string // that caused it; empty: none
	once                      string // empty: always another
	step                      step
	rest                      []step // tried when this one fails
	link, lang                string
	state                     State
	reason                    Reason
	attempts                  int
	due, expires              db.Time
}

// letter is what is sealed of a message beside address and text.
type letter struct {
	Title  string            `json:"title,omitempty"`
	Link   string            `json:"link,omitempty"`
	Lang   string            `json:"lang,omitempty"`
	Params map[string]string `json:"params,omitempty"`
	Rest   []step            `json:"rest,omitempty"`
}

// put writes a message and, when it waits, the job that sends it. One that was
// written before stays as it is.
func (n *Notifier) put(ctx context.Context, tx *db.Tx, m message) error {
	if m.id == "" {
		m.id = id.New()
	}
	sealed, err := json.Marshal(letter{m.step.Title, m.link, m.lang, m.step.Params, m.rest})
	if err != nil {
		return err
	}
	if m.due.IsZero() {
		m.due = tx.Now
	}
	var once any // NULL where it may be said again
	if m.once != "" {
		once = m.once
	}
	ended := db.Time{}
	if m.state != Waiting {
		ended = tx.Now
	}
	done, err := tx.Exec(ctx, `INSERT INTO notify_messages (id, channel, event, account_id, about, once, recipient, text, letter, state, reason, attempts, created_at, due_at, expires_at, ended_at, unit_id)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 0, $12, $13, $14, $15, $16) ON CONFLICT (once) DO NOTHING`,
		m.id, string(m.step.Channel), m.event, m.account, m.about, once, n.keys.SealText(table, "recipient", m.id, m.step.To),
		n.keys.SealText(table, "text", m.id, m.step.Text), n.keys.SealText(table, "letter", m.id, string(sealed)), string(m.state), string(m.reason),
		tx.Now, m.due, m.expires, ended, m.unit)
	if err != nil || done == 0 || m.state != Waiting {
		return err
	}
	return jobs.EnqueueAt(ctx, tx, JobSend, m.id, m.due)
}

const messageColumns = `id, channel, event, account_id, about, COALESCE(once, ''), recipient, text, letter, state, reason, attempts, due_at, expires_at, unit_id`

func (n *Notifier) get(ctx context.Context, q db.Querier, where string, args ...any) (m message, found bool, err error) {
	var to, words, sealed string
	err = q.QueryRow(ctx, `SELECT `+messageColumns+` FROM notify_messages WHERE `+where, args...).Scan(
		&m.id, &m.step.Channel, &m.event, &m.account, &m.about, &m.once, &to, &words, &sealed, &m.state, &m.reason, &m.attempts, &m.due, &m.expires, &m.unit)
	if errors.Is(err, db.ErrNoRows) {
		return m, false, nil
	}
	if err != nil {
		return m, false, err
	}
	if m.step.To, err = n.keys.OpenText(table, "recipient", m.id, to); err != nil {
		return m, false, err
	}
	if m.step.Text, err = n.keys.OpenText(table, "text", m.id, words); err != nil {
		return m, false, err
	}
	more, err := n.keys.OpenText(table, "letter", m.id, sealed)
	if err != nil || more == "" {
		return m, err == nil, err
	}
	var l letter
	if err := json.Unmarshal([]byte(more), &l); err != nil {
		return m, false, err
	}
	m.step.Title, m.step.Params, m.rest, m.link, m.lang = l.Title, l.Params, l.Rest, l.Link, l.Lang
	return m, true, nil
}

// end brings a message into a state in which it stays, from one of those given;
// false where it is elsewhere.
func end(ctx context.Context, tx *db.Tx, message string, to State, why Reason, from ...State) (bool, error) {
	args := []any{message, string(to), string(why), tx.Now}
	in := make([]string, len(from))
	for i, f := range from {
		args = append(args, string(f))
		in[i] = "$" + strconv.Itoa(len(args))
	}
	done, err := tx.Exec(ctx, `UPDATE notify_messages SET state = $2, reason = $3, ended_at = $4 WHERE id = $1 AND state IN (`+strings.Join(in, ", ")+`)`, args...)
	return done > 0, err
}
