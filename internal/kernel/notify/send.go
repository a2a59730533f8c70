// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package notify

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// How often a message is tried: seldom where there is another way.
const (
	triesWithOther = 3
	tries          = 9
)

// Send does JobSend. Done again, it does nothing; when the answer of the gateway
// got lost, the message is handed over again under the same key.
func (n *Notifier) Send(ctx context.Context, body []byte) (err error) {
	defer errs.Wrap(&err, "send message")

	var key string
	if err := json.Unmarshal(body, &key); err != nil {
		return err
	}
	m, found, err := n.get(ctx, n.db, `id = $1`, key)
	if err != nil || !found || m.state != Waiting {
		return err
	}
	if !m.expires.IsZero() && !n.db.Now().Before(m.expires.Time) {
		return n.fail(ctx, m, Suppressed, ByTime)
	}
	line, there := n.Lines[m.step.Channel]
	if !there || !line.Carries(m.event) {
		return n.fail(ctx, m, Failed, NoChannel)
	}
	receipt, failure := line.Send(ctx, Letter{
		Key: m.id, Event: m.event, To: m.step.To, Title: m.step.Title, Text: m.step.Text, Link: m.link, Lang: m.lang, Params: m.step.Params,
	})
	if failure == nil {
		return n.sent(ctx, m, receipt)
	}
	if why, ever := refusal(failure); ever {
		state := Failed
		if m.step.Channel == Mail && why == ByAddress {
			state = Bounced
		}
		return n.fail(ctx, m, state, why)
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	most := tries
	if len(m.rest) > 0 {
		most = triesWithOther
	}
	if m.attempts+1 >= most {
		return n.fail(ctx, m, Failed, GivenUp)
	}
	err = n.db.Write(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE notify_messages SET attempts = attempts + 1, reason = $2 WHERE id = $1 AND state = 'waiting'`, m.id, string(Waits))
		return err
	})
	return errors.Join(fmt.Errorf("%s: %w", m.step.Channel, failure), err)
}

func (n *Notifier) sent(ctx context.Context, m message, r Receipt) error {
	return n.db.Write(ctx, func(tx *db.Tx) error {
		var ref any
		if r.Ref != "" {
			ref = r.Ref
		}
		// What the gateway has said meanwhile holds: only a message that waits becomes sent.
		if _, err := tx.Exec(ctx, `UPDATE notify_messages SET ref = $2 WHERE id = $1`, m.id, ref); err != nil {
			return err
		}
		done, err := tx.Exec(ctx, `UPDATE notify_messages SET state = 'sent', reason = '', sent_at = $2, attempts = attempts + 1 WHERE id = $1 AND state = 'waiting'`, m.id, tx.Now)
		if err != nil || done == 0 {
			return err
		}
		return n.count(ctx, tx, m)
	})
}

// fail ends a message and goes on to the next way there is.
func (n *Notifier) fail(ctx context.Context, m message, to State, why Reason) error {
	return n.db.Write(ctx, func(tx *db.Tx) error {
		done, err := end(ctx, tx, m.id, to, why, Waiting)
		if err != nil || !done {
			return err
		}
		return n.after(ctx, tx, m, to, why)
	})
}

// after does what follows from a failure.
func (n *Notifier) after(ctx context.Context, tx *db.Tx, m message, to State, why Reason) error {
	switch {
	case to == Bounced:
		if err := n.bounced(ctx, tx, m); err != nil {
			return err
		}
	case m.step.Channel == Push && why == ByAddress:
		if err := n.forgetDevice(ctx, tx, m.account, m.step.To); err != nil {
			return err
		}
	}
	if len(m.rest) == 0 || why == ByTime {
		return nil
	}
	next := message{
		event: m.event, account: m.account, about: m.about, unit: m.unit, step: m.rest[0], rest: m.rest[1:], link: m.link, lang: m.lang, state: Waiting, due: m.due, expires: m.expires,
	}
	if next.due.Before(tx.Now.Time) {
		next.due = tx.Now
	}
	if m.once != "" {
		next.once = m.once + "/" + string(next.step.Channel)
	}
	err := n.put(ctx, tx, next)
	return err
}

// News is what a gateway says later about a message it has taken.
type News struct {
	Channel   ChannelID
	Key       string // ours; or
	Ref       string // theirs
	Delivered bool
	Reason    Reason // why not
}

// Report notes what a gateway says. The same news again changes nothing, and
// neither does an old failure of what has arrived; ErrUnknown where there is no
// such message.
func (n *Notifier) Report(ctx context.Context, said News) (err error) {
	defer errs.Wrap(&err, "report about a message")

	where, arg := `id = $1`, said.Key
	if said.Key == "" {
		where, arg = `ref = $1`, said.Ref
	}
	return n.db.Write(ctx, func(tx *db.Tx) error {
		m, found, err := n.get(ctx, tx, where+` AND channel = $2`+tx.ForUpdate(), arg, string(said.Channel))
		if err != nil {
			return err
		}
		if !found || arg == "" {
			return ErrUnknown
		}
		if said.Delivered {
			done, err := end(ctx, tx, m.id, Delivered, NoReason, Waiting, Sent)
			if err == nil && done && m.state == Waiting { // it came before our own note
				err = n.count(ctx, tx, m)
			}
			return err
		}
		to := Failed
		if said.Channel == Mail {
			to = Bounced
		}
		why := said.Reason
		if why == NoReason {
			why = ByGateway
		}
		done, err := end(ctx, tx, m.id, to, why, Waiting, Sent)
		if err != nil || !done {
			return err
		}
		return n.after(ctx, tx, m, to, why)
	})
}

// Bounced notes that a mail came back. A report has to name a message and whom
// it went to: ErrUnknown otherwise.
func (n *Notifier) Bounced(ctx context.Context, key, recipient string) error {
	m, found, err := n.get(ctx, n.db, `id = $1 AND channel = $2`, key, string(Mail))
	if err != nil {
		return err
	}
	if !found || !strings.EqualFold(m.step.To, recipient) {
		return ErrUnknown
	}
	return n.Report(ctx, News{Channel: Mail, Key: key, Reason: ByAddress})
}

// Again sends a message once more that has failed, by a wish of somebody.
func (n *Notifier) Again(ctx context.Context, tx *db.Tx, id string) (err error) {
	m, found, err := n.get(ctx, tx, `id = $1`+tx.ForUpdate(), id)
	if err != nil {
		return err
	}
	if !found {
		return ErrUnknown
	}
	if m.state != Failed && m.state != Bounced {
		return ErrNotFailed
	}
	err = n.put(ctx, tx, message{event: m.event, account: m.account, about: m.about, unit: m.unit, step: m.step, link: m.link, lang: m.lang, state: Waiting, once: "again/" + m.id})
	if err != nil {
		return err
	}
	_, err = end(ctx, tx, m.id, Suppressed, Repeated, m.state)
	return err
}

// Repeated is the reason of a message that was sent again as another.
const Repeated Reason = "again"

// ErrNotFailed means that there is no need to send a message again.
var ErrNotFailed = errs.New(errs.Conflict, "notify.not_failed")
