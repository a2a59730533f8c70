// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package notify

import (
	"context"
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"time"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/jobs"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// gather lets the notices of an account go out as one mail at the next begin of
// work. Nothing of them is kept but that there are some.
func (n *Notifier) gather(ctx context.Context, tx *db.Tx, account string) error {
	due := tx.Now.Time
	if days := n.days(); days != nil {
		due = DayStart(due, days)
	}
	done, err := tx.Exec(ctx, `INSERT INTO notify_digests (account_id, due_at, since) VALUES ($1, $2, $3) ON CONFLICT (account_id) DO NOTHING`, account, db.At(due), tx.Now)
	if err != nil || done == 0 {
		return err
	}
	return jobs.EnqueueAt(ctx, tx, JobDigest, account, db.At(due))
}

// Digest does JobDigest: one mail that says how many notices of each kind wait.
// It names neither people nor dossiers. Who has read them all gets none.
func (n *Notifier) Digest(ctx context.Context, body []byte) (err error) {
	defer errs.Wrap(&err, "send digest")

	var account string
	if err := json.Unmarshal(body, &account); err != nil {
		return err
	}
	return n.db.Write(ctx, func(tx *db.Tx) error {
		var since db.Time
		err := tx.QueryRow(ctx, `SELECT since FROM notify_digests WHERE account_id = $1`+tx.ForUpdate(), account).Scan(&since)
		if errors.Is(err, db.ErrNoRows) {
			return nil // it was sent
		}
		if err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `DELETE FROM notify_digests WHERE account_id = $1`, account); err != nil {
			return err
		}
		counts, err := db.All(ctx, tx, func(r db.Row) (c counted, err error) {
			err = r.Scan(&c.event, &c.n)
			return c, err
		}, `SELECT event, COUNT(*) FROM notify_inbox WHERE account_id = $1 AND read_at IS NULL AND created_at >= $2 GROUP BY event ORDER BY event`, account, since)
		if err != nil || len(counts) == 0 {
			return err
		}
		rule, found, err := FindRule(ctx, tx, EventDigest)
		if err != nil || !found {
			return err
		}
		p, err := n.reach(ctx, tx, To{Account: account})
		if err != nil {
			return err
		}
		words, err := digestWords(ctx, tx, counts)
		if err != nil {
			return err
		}
		_, there := n.Lines[Mail]
		said, ok := rule.Say(Mail, p.lang, p.mail.proven, words)
		if !there || !ok || p.mail.address == "" || p.mail.bounced {
			return nil
		}
		err = n.put(ctx, tx, message{
			event: EventDigest, account: account, about: account, once: "digest/" + account + "/" + strconv.FormatInt(since.UnixMicro(), 10), state: Waiting,
			lang: string(p.lang), link: n.absolute(InboxPath), step: step{Channel: Mail, To: p.mail.address, Title: said.Title, Text: said.Text},
			expires: db.At(tx.Now.Add(stale)),
		})
		return err
	})
}

// stale is when a digest that could not be sent is worth nothing: the next comes.
const stale = 20 * time.Hour

// InboxPath is where people read their notices.
const InboxPath = "/thong-bao"

type counted struct {
	event string
	n     int64
}

// digestWords counts by kind, in the names of the pack.
func digestWords(ctx context.Context, q db.Querier, counts []counted) (map[string]i18n.Text, error) {
	var total int64
	var vi, en []string
	for _, c := range counts {
		total += c.n
		rule, found, err := FindRule(ctx, q, c.event)
		if err != nil {
			return nil, err
		}
		if !found {
			continue
		}
		name, _ := rule.Name.In(i18n.EN)
		vi, en = append(vi, rule.Name.VI+": "+strconv.FormatInt(c.n, 10)), append(en, name+": "+strconv.FormatInt(c.n, 10))
	}
	return map[string]i18n.Text{"n": Plain(strconv.FormatInt(total, 10)), "list": {VI: strings.Join(vi, "; ") + ".", EN: strings.Join(en, "; ") + "."}}, nil
}
