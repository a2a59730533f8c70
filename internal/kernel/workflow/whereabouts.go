// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package workflow

import (
	"context"
	"errors"

	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// Whereabouts is where a case stands and what could move it on.
type Whereabouts struct {
	Case     ID
	State    string // running, undoing, done, cancelled
	Paused   db.Time
	At       []Stay    // tokens that stand, in the order in which they came
	Timers   []Timer   // drawn ones that wait, the next first
	Messages []Waiting // that it waits for
}

// Stay is a token at a node. Key is what a service task there is called by.
type Stay struct{ Key, Node string }

// Timer is a timer that waits to ring.
type Timer struct {
	Node  string // the event
	Fires db.Time
}

// Waiting is a message that a case waits for.
type Waiting struct{ Node, Message, Key string }

// Where returns where the youngest case of a subject stands.
func Where(ctx context.Context, q db.Querier, s Subject) (p Whereabouts, err error) {
	defer errs.Wrap(&err, "where %s %s stands", s.Kind, s.ID)
	err = q.QueryRow(ctx, `SELECT id, state, paused_at FROM workflow_instances WHERE subject_kind = $1 AND subject_id = $2 ORDER BY id DESC LIMIT 1`,
		s.Kind, s.ID).Scan(&p.Case, &p.State, &p.Paused)
	if errors.Is(err, db.ErrNoRows) {
		return Whereabouts{}, ErrNotFound
	}
	if err != nil {
		return Whereabouts{}, err
	}
	if p.At, err = db.All(ctx, q, func(r db.Row) (at Stay, err error) {
		err = r.Scan(&at.Key, &at.Node)
		return at, err
	}, `SELECT id, step FROM workflow_tokens WHERE instance_id = $1 AND state = 'active' ORDER BY id`, string(p.Case)); err != nil {
		return Whereabouts{}, err
	}
	if p.Timers, err = db.All(ctx, q, func(r db.Row) (w Timer, err error) {
		err = r.Scan(&w.Node, &w.Fires)
		return w, err
	}, `SELECT node, fires_at FROM workflow_timers WHERE instance_id = $1 AND state = 'waiting' AND kind <> 'due' ORDER BY fires_at, id`, string(p.Case)); err != nil {
		return Whereabouts{}, err
	}
	p.Messages, err = db.All(ctx, q, func(r db.Row) (w Waiting, err error) {
		err = r.Scan(&w.Node, &w.Message, &w.Key)
		return w, err
	}, `SELECT node, message, corr_key FROM workflow_waits WHERE instance_id = $1 AND state = 'waiting' ORDER BY id`, string(p.Case))
	return p, err
}
