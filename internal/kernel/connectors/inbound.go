// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package connectors

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
)

// taking is how long somebody may be at work on what came in before another may begin.
const taking = 2 * time.Minute

// Inbound is something that a partner says to us.
type Inbound struct {
	Partner, Operation string
	Key                string // the partner knows it by this; the same again gets the same answer
	Purpose            string
	Body               []byte
	Lane               string // words about one thing are taken one after another; empty: in no order
	Place              int64  // of the word in its lane, from 1
}

// Reply is what we answer.
type Reply struct {
	Late      bool // something later had come before: nothing was done
	Refused   bool // what came is wrong: the partner may mend it and send it again under the same key
	Status    int
	Error     string // in a word
	Dossier   string // it became, or is about
	Reference string
	Body      []byte
}

// Receive writes down what came in and answers it by take, which runs outside any
// transaction and must do nothing twice by itself either: we may die after it and
// before its answer is kept. What was taken before is not taken again; the same
// content gets the same answer, other content under the same key is ErrUsed, unless
// the first was refused.
func (h *Hub) Receive(ctx context.Context, actor identity.Actor, in Inbound, take func(context.Context) (Reply, error)) (r Reply, again bool, err error) {
	defer errs.Wrap(&err, "receive %s of %s", in.Operation, in.Partner)

	p, err := h.Partner(in.Partner)
	if err != nil {
		return r, false, err
	}
	digest := sha256.Sum256(in.Body)
	sum, mine, call := hex.EncodeToString(digest[:]), id.New(), id.New()
	var known row
	late := false
	if err := h.db.Write(ctx, func(tx *db.Tx) error {
		again, late = false, false
		if known, err = h.knock(ctx, tx, p.ID, in.Key, sum, mine); err != nil {
			return err
		}
		again = known.id != mine && known.sum == sum && known.state != "begun"
		if known.id != mine && known.state == "begun" && tx.Now.Sub(known.begun.Time) < taking {
			return ErrRunning
		}
		if known.state == "taken" && known.sum != sum {
			return ErrUsed
		}
		if !again && in.Lane != "" {
			if late, err = enter(ctx, tx, in, known.id); err != nil {
				return err
			}
		}
		if !again {
			if _, err := tx.Exec(ctx, `UPDATE connectors_inbound SET sum = $2, state = 'begun', begun_at = $3, answer_sealed = '' WHERE id = $1`, known.id, sum, tx.Now); err != nil {
				return err
			}
		}
		return h.came(ctx, tx, actor, Call{ID: call, Partner: p.ID, Direction: In, Operation: in.Operation, Purpose: in.Purpose, Key: in.Key, Attempt: 1, Got: int64(len(in.Body))}, in.Body)
	}); err != nil {
		return r, false, err
	}
	if again {
		if r, err = h.replied(known); err != nil {
			return r, true, err
		}
		return r, true, h.db.Write(ctx, func(tx *db.Tx) error {
			_, err := tx.Exec(ctx, `UPDATE connectors_calls SET outcome = $2, took = 0 WHERE id = $1`, call, string(Repeated))
			return err
		})
	}
	if late {
		return lateReply(), false, h.db.Write(ctx, func(tx *db.Tx) error { return h.answered(ctx, tx, known.id, call, lateReply()) })
	}
	r, err = take(ctx)
	ctx = context.WithoutCancel(ctx)
	if err != nil {
		return r, false, errors.Join(err, h.db.Write(ctx, func(tx *db.Tx) error {
			_, lost := tx.Exec(ctx, `UPDATE connectors_calls SET outcome = $2, error = 'internal' WHERE id = $1`, call, string(Failed))
			_, dropped := tx.Exec(ctx, `DELETE FROM connectors_inbound WHERE id = $1 AND state = 'begun'`, known.id)
			return errors.Join(lost, dropped, leave(ctx, tx, in, known.id, false))
		}))
	}
	return r, false, h.db.Write(ctx, func(tx *db.Tx) error {
		return errors.Join(leave(ctx, tx, in, known.id, !r.Refused), h.answered(ctx, tx, known.id, call, r))
	})
}

// lateReply is answered to a word after which something later was taken: there is
// nothing for the partner to mend.
func lateReply() Reply { return Reply{Status: 200, Late: true, Body: []byte(`{"result":"late"}`)} }

// row is what came before under a key.
type row struct {
	id, sum, state string
	begun          db.Time
	status         int
	sealed         string
}

// knock finds what came under a key, or notes that it comes for the first time.
func (h *Hub) knock(ctx context.Context, tx *db.Tx, partner, key, sum, mine string) (r row, err error) {
	if _, err := tx.Exec(ctx, `INSERT INTO connectors_inbound (id, partner, key, sum, state, begun_at, status, answer_sealed) VALUES ($1, $2, $3, $4, 'begun', $5, 0, '')
		ON CONFLICT (partner, key) DO NOTHING`, mine, partner, key, sum, tx.Now); err != nil {
		return r, err
	}
	err = tx.QueryRow(ctx, `SELECT id, sum, state, begun_at, status, answer_sealed FROM connectors_inbound WHERE partner = $1 AND key = $2`+tx.ForUpdate(), partner, key).
		Scan(&r.id, &r.sum, &r.state, &r.begun, &r.status, &r.sealed)
	return r, err
}

// came writes down a call that has come in.
func (h *Hub) came(ctx context.Context, tx *db.Tx, actor identity.Actor, c Call, body []byte) error {
	_, err := tx.Exec(ctx, `INSERT INTO connectors_calls (id, partner, direction, operation, dossier, purpose, message, key, attempt, started_at, took, outcome, error, sent, got, reference, request_sealed, answer_sealed)
		VALUES ($1, $2, $3, $4, $5, $6, '', $7, $8, $9, 0, 'begun', '', 0, $10, '', $11, '')`,
		c.ID, c.Partner, c.Direction, c.Operation, c.Dossier, c.Purpose, c.Key, c.Attempt, tx.Now, c.Got, h.keys.SealText(callsTable, requestColumn, c.ID, string(body)))
	if err != nil {
		return err
	}
	return audit.RecordRead(ctx, tx, actor, AuditReceived, c.Partner+"/"+c.Operation, access.Handling)
}

// answered keeps what was answered.
func (h *Hub) answered(ctx context.Context, tx *db.Tx, in, call string, r Reply) error {
	state, outcome := "taken", OK
	if r.Refused {
		state, outcome = "refused", Refused
	}
	if r.Late {
		outcome = Late
	}
	if _, err := tx.Exec(ctx, `UPDATE connectors_inbound SET state = $2, status = $3, answer_sealed = $4 WHERE id = $1`,
		in, state, r.Status, h.keys.SealText(inboundTable, repliedColumn, in, string(r.Body))); err != nil {
		return err
	}
	var started db.Time
	if err := tx.QueryRow(ctx, `SELECT started_at FROM connectors_calls WHERE id = $1`, call).Scan(&started); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `UPDATE connectors_calls SET dossier = $2, outcome = $3, error = $4, sent = $5, reference = $6, took = $7 WHERE id = $1`,
		call, r.Dossier, string(outcome), r.Error, len(r.Body), r.Reference, tx.Now.Sub(started.Time).Milliseconds())
	return err
}

// replied returns the answer of the first time.
func (h *Hub) replied(known row) (r Reply, err error) {
	if known.sealed == "" {
		return r, ErrErased
	}
	body, err := h.keys.OpenText(inboundTable, repliedColumn, known.id, known.sealed)
	return Reply{Refused: known.state == "refused", Status: known.status, Body: []byte(body)}, err
}
