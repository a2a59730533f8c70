// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package workflow

import (
	"context"
	"encoding/json"
	"errors"

	"tinhso.vn/internal/kernel/jobs"
	"tinhso.vn/internal/kernel/workflow/bpmn"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
)

// Publish hands a message to the case that waits for this name and key, after
// the commit. One that nobody waits for yet is kept until somebody does. The id
// is the sender's: a message published twice arrives once.
func Publish(ctx context.Context, tx *db.Tx, messageID, name, key string, vars map[string]any) (err error) {
	defer errs.Wrap(&err, "publish message %s", name)
	text, err := json.Marshal(vars)
	if err != nil {
		return err
	}
	n, err := tx.Exec(ctx, `INSERT INTO workflow_messages (id, name, corr_key, vars, at, taken_by) VALUES ($1, $2, $3, $4, $5, '') ON CONFLICT (id) DO NOTHING`,
		messageID, name, key, string(text), tx.Now)
	if err != nil || n == 0 {
		return err
	}
	return jobs.Enqueue(ctx, tx, JobDeliver, messageID)
}

// send publishes the message of a throwing event.
func (r *run) send(ctx context.Context, n bpmn.Node, outcome string) error {
	key, err := r.key(n, outcome)
	if err != nil {
		return err
	}
	vars := r.c.vars
	if err := note(ctx, r.tx, Task{Case: r.c.id, Step: n.ID}, "sent", r.actor, n.Message); err != nil {
		return err
	}
	return Publish(ctx, r.tx, id.New(), n.Message, key, vars)
}

func (r *run) key(n bpmn.Node, outcome string) (string, error) {
	key, err := r.d.rules.Keys[n.ID].Text(r.values(outcome))
	if err != nil {
		return "", ErrCondition.With("name", n.Name).Because(err)
	}
	return key, nil
}

// meet makes those who begin to wait and those who look for them take turns:
// without it a message and its waiter could miss each other on PostgreSQL.
func meet(ctx context.Context, tx *db.Tx, name, key string) error {
	if tx.Dialect() == db.SQLite {
		return nil // there is one writer
	}
	_, err := tx.Exec(ctx, `SELECT pg_advisory_xact_lock(7101, hashtext($1))`, name+"\x01"+key)
	return err
}

// await lets a token wait for a message, or takes one that has come before.
func (r *run) await(ctx context.Context, t token, e bpmn.Node) (met bool, err error) {
	key, err := r.key(e, t.outcome)
	if err != nil {
		return false, err
	}
	if _, err := r.tx.Exec(ctx, `INSERT INTO workflow_waits (id, instance_id, token_id, node, message, corr_key, state) VALUES ($1, $2, $3, $4, $5, $6, 'waiting')`,
		id.New(), string(r.c.id), t.id, e.ID, e.Message, key); err != nil {
		return false, err
	}
	if err := meet(ctx, r.tx, e.Message, key); err != nil {
		return false, err
	}
	early, err := db.All(ctx, r.tx, db.Column[string], `SELECT id FROM workflow_messages WHERE name = $1 AND corr_key = $2 AND taken_by = '' ORDER BY id LIMIT 1`,
		e.Message, key)
	if err != nil || len(early) == 0 {
		return false, err
	}
	return r.take(ctx, t, e.ID, early[0])
}

// take gives a message to a token, unless another has it.
func (r *run) take(ctx context.Context, t token, event, messageID string) (taken bool, err error) {
	n, err := r.tx.Exec(ctx, `UPDATE workflow_messages SET taken_by = $1 WHERE id = $2 AND taken_by = ''`, t.id, messageID)
	if err != nil || n == 0 {
		return false, err
	}
	var text, name string
	if err := r.tx.QueryRow(ctx, `SELECT vars, name FROM workflow_messages WHERE id = $1`, messageID).Scan(&text, &name); err != nil {
		return false, err
	}
	var vars map[string]any
	if err := json.Unmarshal([]byte(text), &vars); err != nil {
		return false, err
	}
	for k, v := range vars { // what this process does not declare is no business of its
		if err := r.set(map[string]any{k: v}); err != nil && !errors.Is(err, ErrVariable) {
			return false, err
		}
	}
	if _, err := r.tx.Exec(ctx, `UPDATE workflow_waits SET state = 'met' WHERE token_id = $1 AND node = $2 AND state = 'waiting'`, t.id, event); err != nil {
		return false, err
	}
	return true, r.happened(ctx, t, event, "received", name)
}

// deliver looks for the case that waits for a message. It looks first and locks
// the case afterwards, for those who begin to wait have locked theirs before.
func (e *Engine) deliver(ctx context.Context, d *db.DB, messageID string) (err error) {
	defer errs.Wrap(&err, "deliver message %s", messageID)
	type wait struct{ id, token, node string }
	var waits []wait
	if err := d.Write(ctx, func(tx *db.Tx) error {
		var name, key, taken string
		err := tx.QueryRow(ctx, `SELECT name, corr_key, taken_by FROM workflow_messages WHERE id = $1`, messageID).Scan(&name, &key, &taken)
		if err != nil || taken != "" {
			return err
		}
		if err := meet(ctx, tx, name, key); err != nil {
			return err
		}
		waits, err = db.All(ctx, tx, func(r db.Row) (w wait, err error) {
			err = r.Scan(&w.id, &w.token, &w.node)
			return w, err
		}, `SELECT id, token_id, node FROM workflow_waits WHERE message = $1 AND corr_key = $2 AND state = 'waiting' ORDER BY id LIMIT 10`, name, key)
		return err
	}); err != nil {
		return err
	}
	for _, w := range waits {
		taken := false
		if err := d.Write(ctx, func(tx *db.Tx) error {
			taken = false
			r, t, err := e.standing(ctx, tx, w.token)
			if err != nil || r == nil {
				return err
			}
			var open int
			if err := tx.QueryRow(ctx, `SELECT COUNT(*) FROM workflow_waits WHERE id = $1 AND state = 'waiting'`, w.id).Scan(&open); err != nil || open == 0 {
				return err
			}
			ok, err := r.take(ctx, t, w.node, messageID)
			if err != nil || !ok {
				return err
			}
			if err := e.told(ctx, r); err != nil {
				return err
			}
			taken = true
			return nil
		}); err != nil {
			return err
		}
		if taken {
			return e.pull("behind the message")
		}
	}
	return nil
}
