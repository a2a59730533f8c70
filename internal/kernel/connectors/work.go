// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package connectors

import (
	"context"
	"errors"
	"fmt"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
)

// spare is how much longer than its time limit a call is leased.
const spare = 10 * time.Second

// program is who sends.
const program = "connectors"

// Work sends one message that is due to any partner, and reports whether there was
// one. Several servers may call it, several times at once: the messages of one lane
// are still sent one after another.
func (h *Hub) Work(ctx context.Context) (did bool, err error) {
	var all []error
	for _, p := range h.partners {
		sent, err := h.work(ctx, p)
		did, all = did || sent, append(all, err)
	}
	return did, errors.Join(all...)
}

func (h *Hub) work(ctx context.Context, p Partner) (did bool, err error) {
	defer errs.Wrap(&err, "work for partner %s", p.ID)

	now := h.db.Now()
	due, err := db.All(ctx, h.db, db.Column[int], `SELECT 1 FROM connectors_outbox WHERE partner = $1 AND state = 'waiting' AND due_at <= $2 LIMIT 1`, p.ID, now)
	if err != nil || len(due) == 0 {
		return false, err // an idle server does not write
	}
	if s, err := GetState(ctx, h.db, p.ID); err != nil || !s.Paused.IsZero() || s.closedAt(now) {
		return false, err
	}
	c, found, err := h.claim(ctx, p)
	if err != nil || !found {
		return false, err
	}
	answer := h.call(ctx, p, Saying{Operation: c.Operation, Key: c.Key, Body: c.body})
	if ctx.Err() != nil {
		return true, ctx.Err() // the server stops: the lease brings it back
	}
	return true, h.settle(ctx, p, c, answer)
}

// claimed is a message that a worker has.
type claimed struct {
	Sent
	body  []byte
	call  string
	probe bool
	lease db.Time
}

// claim takes the message that has waited longest and writes down that it is about to be sent.
func (h *Hub) claim(ctx context.Context, p Partner) (c claimed, found bool, err error) {
	err = h.db.Write(ctx, func(tx *db.Tx) error {
		c, found = claimed{}, false
		s, err := lockState(ctx, tx, p.ID)
		if err != nil || !s.Paused.IsZero() || s.closedAt(tx.Now) {
			return err
		}
		some, err := db.All(ctx, tx, scanSent, `SELECT `+sentColumns+` FROM connectors_outbox WHERE partner = $1 AND state = 'waiting' AND due_at <= $2 ORDER BY due_at, id LIMIT 1`, p.ID, tx.Now)
		if err != nil || len(some) == 0 {
			return err
		}
		c.Sent, c.lease = some[0], db.At(tx.Now.Add(p.Timeout+spare))
		body, err := h.openBody(ctx, tx, c.ID)
		if err != nil {
			return err
		}
		c.body = body
		if c.probe = s.begin(tx.Now, p.Timeout+spare); !c.probe { // a message is not to blame for a partner that is down
			c.Attempt++
		}
		if err := putState(ctx, tx, s); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `UPDATE connectors_outbox SET attempt = $2, due_at = $3 WHERE id = $1`, c.ID, c.Attempt, c.lease); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `UPDATE connectors_calls SET outcome = 'interrupted' WHERE message = $1 AND outcome = 'begun'`, c.ID); err != nil {
			return err
		}
		c.call, found = id.New(), true
		return h.begun(ctx, tx, Call{
			ID: c.call, Partner: p.ID, Direction: Out, Operation: c.Operation, Dossier: c.Dossier, Purpose: c.Purpose, Message: c.ID, Key: c.Key, Attempt: c.Attempt, Sent: int64(len(body)),
		}, nil)
	})
	return c, found, err
}

// begun writes down a call before it is made, and that it is made in the audit log.
func (h *Hub) begun(ctx context.Context, tx *db.Tx, c Call, request []byte) error {
	sealed := ""
	if len(request) > 0 {
		sealed = h.keys.SealText(callsTable, requestColumn, c.ID, string(request))
	}
	if _, err := tx.Exec(ctx, `INSERT INTO connectors_calls (id, partner, direction, operation, dossier, purpose, message, key, attempt, started_at, took, outcome, error, sent, got, reference, request_sealed, answer_sealed)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0, 'begun', '', $11, 0, '', $12, '')`,
		c.ID, c.Partner, c.Direction, c.Operation, c.Dossier, c.Purpose, c.Message, c.Key, c.Attempt, tx.Now, c.Sent, sealed); err != nil {
		return err
	}
	return audit.RecordRead(ctx, tx, identity.Program(program), AuditCalled, c.Partner+"/"+c.Operation+" "+c.Dossier, access.Handling)
}

// call makes the call within its time; what panics has failed.
func (h *Hub) call(ctx context.Context, p Partner, s Saying) (a Answer) {
	ctx, cancel := context.WithTimeout(ctx, p.Timeout)
	defer cancel()
	defer func() {
		if wrong := recover(); wrong != nil {
			a = Answer{Outcome: Failed, Error: fmt.Sprintf("panic: %T", wrong)}
		}
	}()
	if p.Call == nil {
		return Answer{Outcome: Failed, Error: "unset"}
	}
	return p.Call(ctx, s)
}

// settle keeps what became of a message, unless the lease is lost.
func (h *Hub) settle(ctx context.Context, p Partner, c claimed, a Answer) error {
	return h.db.Write(ctx, func(tx *db.Tx) error {
		if c.Lane != "" { // whoever takes both takes the lane before its messages
			if _, _, err := lockLane(ctx, tx, p.ID, c.Lane); err != nil {
				return err
			}
		}
		if err := h.ended(ctx, tx, p, c.call, a); err != nil {
			return err
		}
		state, due, ended := "sent", tx.Now, &tx.Now
		switch {
		case a.Outcome == OK:
		case a.Outcome == Refused || c.Attempt >= p.Attempts:
			state, ended = "dead", nil
		default:
			state, due, ended = "waiting", db.At(tx.Now.Add(p.pause(c.Attempt))), nil
		}
		n, err := tx.Exec(ctx, `UPDATE connectors_outbox SET state = $3, due_at = $4, error = $5, ended_at = $6 WHERE id = $1 AND state = 'waiting' AND due_at = $2`,
			c.ID, c.lease, state, due, a.Error, ended)
		switch {
		case err != nil || n == 0:
			return err
		case state == "dead":
			err = h.alarm(ctx, tx, p, Dead)
		case state == "sent":
			err = advance(ctx, tx, p.ID, c.Lane, -1)
		}
		if err != nil || p.Settled == nil {
			return err
		}
		m := c.Sent
		m.State, m.Due, m.Error = state, due, a.Error
		return p.Settled(ctx, tx, m, a)
	})
}

// ended keeps what became of a call, and of its partner.
func (h *Hub) ended(ctx context.Context, tx *db.Tx, p Partner, call string, a Answer) error {
	s, err := lockState(ctx, tx, p.ID)
	if err != nil {
		return err
	}
	var started db.Time
	if err := tx.QueryRow(ctx, `SELECT started_at FROM connectors_calls WHERE id = $1`, call).Scan(&started); err != nil {
		return err
	}
	took := tx.Now.Sub(started.Time).Milliseconds()
	s.end(p, a.Outcome, a.Error, tx.Now, took)
	if err := putState(ctx, tx, s); err != nil {
		return err
	}
	if s.Breaker == Open && s.Trips == 1 { // the next times it is known to be down
		if err := h.alarm(ctx, tx, p, Down); err != nil {
			return err
		}
	}
	sealed := ""
	if len(a.Body) > 0 {
		sealed = h.keys.SealText(callsTable, answerColumn, call, string(a.Body))
	}
	_, err = tx.Exec(ctx, `UPDATE connectors_calls SET took = $2, outcome = $3, error = $4, got = $5, reference = $6, answer_sealed = $7 WHERE id = $1`,
		call, took, string(a.Outcome), a.Error, len(a.Body), a.Reference, sealed)
	return err
}

// Question is asked at once, outside the outbox: a look-up whose answer somebody waits for.
type Question struct {
	Partner, Operation string
	Dossier, Purpose   string
	Body               []byte
}

// Ask asks a partner, and writes the call down before and after. ErrPaused and
// ErrDown say that nobody was asked; what the partner says is in the answer.
func (h *Hub) Ask(ctx context.Context, q Question) (a Answer, err error) {
	defer errs.Wrap(&err, "ask %s of %s", q.Operation, q.Partner)

	p, err := h.Partner(q.Partner)
	if err != nil {
		return a, err
	}
	call := id.New()
	if err := h.db.Write(ctx, func(tx *db.Tx) error {
		s, err := lockState(ctx, tx, p.ID)
		switch {
		case err != nil:
			return err
		case !s.Paused.IsZero():
			return ErrPaused
		case s.closedAt(tx.Now):
			return ErrDown
		}
		s.begin(tx.Now, p.Timeout+spare)
		if err := putState(ctx, tx, s); err != nil {
			return err
		}
		return h.begun(ctx, tx, Call{ID: call, Partner: p.ID, Direction: Out, Operation: q.Operation, Dossier: q.Dossier, Purpose: q.Purpose, Key: call, Attempt: 1, Sent: int64(len(q.Body))}, q.Body)
	}); err != nil {
		return a, err
	}
	a = h.call(ctx, p, Saying{Operation: q.Operation, Key: call, Body: q.Body})
	err = h.db.Write(context.WithoutCancel(ctx), func(tx *db.Tx) error { return h.ended(ctx, tx, p, call, a) })
	return a, err
}
