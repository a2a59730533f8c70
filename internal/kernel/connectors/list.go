// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package connectors

import (
	"context"
	"errors"

	"tinhso.vn/internal/platform/db"
)

// Sent is a message of the outbox, without its content.
type Sent struct {
	ID, Partner, Operation string
	Lane                   string
	Place                  int64
	Dossier, Purpose, Key  string
	Size                   int64
	State                  string // waiting, behind (another one of its lane), dead, sent, discarded
	Attempt                int
	Due                    db.Time
	Error, Reason          string
	Made, Ended            db.Time
	Erased                 bool // its content
}

const sentColumns = `id, partner, operation, lane, place, dossier, purpose, key, size, state, attempt, due_at, error, reason, made_at, ended_at, CASE WHEN body_sealed = '' THEN 1 ELSE 0 END`

func scanSent(r db.Row) (s Sent, err error) {
	var ended *db.Time
	var erased int
	err = r.Scan(&s.ID, &s.Partner, &s.Operation, &s.Lane, &s.Place, &s.Dossier, &s.Purpose, &s.Key, &s.Size, &s.State, &s.Attempt, &s.Due, &s.Error, &s.Reason, &s.Made, &ended, &erased)
	if ended != nil {
		s.Ended = *ended
	}
	s.Erased = erased == 1
	return s, err
}

// ListSQL lists the messages of a partner in a state before an id, the newest first.
const ListSQL = `SELECT ` + sentColumns + ` FROM connectors_outbox WHERE partner = $1 AND state = $2 AND id < $3 ORDER BY id DESC LIMIT $4`

// last is behind every id.
const last = "~"

func before(id string) string {
	if id == "" {
		return last
	}
	return id
}

// List returns at most limit messages of a partner in a state, the newest first, before an id.
func List(ctx context.Context, q db.Querier, partner, state, beforeID string, limit int) ([]Sent, error) {
	return db.All(ctx, q, scanSent, ListSQL, partner, state, before(beforeID), limit)
}

// Get returns a message; ErrUnknown where there is none.
func Get(ctx context.Context, q db.Querier, id string) (Sent, error) { return get(ctx, q, id, "") }

func get(ctx context.Context, q db.Querier, id, lock string) (Sent, error) {
	s, err := scanSent(q.QueryRow(ctx, `SELECT `+sentColumns+` FROM connectors_outbox WHERE id = $1`+lock, id))
	if errors.Is(err, db.ErrNoRows) {
		return s, ErrUnknown
	}
	return s, err
}

// Body opens the content of a message. Who may read it, and that it was read, is the caller's to say.
func (h *Hub) Body(ctx context.Context, q db.Querier, id string) ([]byte, error) {
	return h.openBody(ctx, q, id)
}

func (h *Hub) openBody(ctx context.Context, q db.Querier, id string) ([]byte, error) {
	var sealed string
	if err := q.QueryRow(ctx, `SELECT body_sealed FROM connectors_outbox WHERE id = $1`, id).Scan(&sealed); err != nil {
		if errors.Is(err, db.ErrNoRows) {
			return nil, ErrUnknown
		}
		return nil, err
	}
	if sealed == "" {
		return nil, ErrErased
	}
	body, err := h.keys.OpenText(outboxTable, bodyColumn, id, sealed)
	return []byte(body), err
}

// Counts is how many messages of a partner stand where.
type Counts struct{ Waiting, Dead, Sent, Discarded int64 }

// Count counts the messages of a partner; those that were sent only since a moment.
func Count(ctx context.Context, q db.Querier, partner string) (c Counts, err error) {
	err = q.QueryRow(ctx, `SELECT COALESCE(SUM(CASE WHEN state IN ('waiting', 'behind') THEN 1 ELSE 0 END), 0), COALESCE(SUM(CASE WHEN state = 'dead' THEN 1 ELSE 0 END), 0)
		FROM connectors_outbox WHERE partner = $1 AND state IN ('waiting', 'behind', 'dead')`, partner).Scan(&c.Waiting, &c.Dead)
	return c, err
}

// Directions of calls.
const (
	Out = "out"
	In  = "in"
)

// Call is one call to a partner or from one.
type Call struct {
	ID, Partner, Direction, Operation string
	Dossier, Purpose                  string
	Message, Key                      string
	Attempt                           int
	Started                           db.Time
	Took                              int64 // milliseconds
	Outcome                           Outcome
	Error                             string
	Sent, Got                         int64 // bytes
	Reference                         string
	Request, Answer                   bool // whether the content is kept with the call
}

const callColumns = `id, partner, direction, operation, dossier, purpose, message, key, attempt, started_at, took, outcome, error, sent, got, reference,
	CASE WHEN request_sealed = '' THEN 0 ELSE 1 END, CASE WHEN answer_sealed = '' THEN 0 ELSE 1 END`

func scanCall(r db.Row) (c Call, err error) {
	var request, answer int
	err = r.Scan(&c.ID, &c.Partner, &c.Direction, &c.Operation, &c.Dossier, &c.Purpose, &c.Message, &c.Key, &c.Attempt, &c.Started, &c.Took, &c.Outcome, &c.Error, &c.Sent, &c.Got, &c.Reference, &request, &answer)
	c.Request, c.Answer = request == 1, answer == 1
	return c, err
}

// The statements of the lists of calls, the newest first, before an id.
const (
	CallsOfDossierSQL = `SELECT ` + callColumns + ` FROM connectors_calls WHERE dossier = $1 AND dossier <> '' AND id < $2 ORDER BY id DESC LIMIT $3`
	CallsOfPartnerSQL = `SELECT ` + callColumns + ` FROM connectors_calls WHERE partner = $1 AND id < $2 ORDER BY id DESC LIMIT $3`
)

// CallsOf returns at most limit calls about a dossier, the newest first, before an id.
func CallsOf(ctx context.Context, q db.Querier, dossier, beforeID string, limit int) ([]Call, error) {
	return db.All(ctx, q, scanCall, CallsOfDossierSQL, dossier, before(beforeID), limit)
}

// CallsWith returns at most limit calls to and from a partner.
func CallsWith(ctx context.Context, q db.Querier, partner, beforeID string, limit int) ([]Call, error) {
	return db.All(ctx, q, scanCall, CallsOfPartnerSQL, partner, before(beforeID), limit)
}

// CallsFor returns the calls with which a message was sent, the newest first; there are few.
func CallsFor(ctx context.Context, q db.Querier, message string) ([]Call, error) {
	return db.All(ctx, q, scanCall, `SELECT `+callColumns+` FROM connectors_calls WHERE message = $1 AND message <> '' ORDER BY id DESC LIMIT 100`, message)
}

// GetCall returns a call; ErrUnknown where there is none.
func GetCall(ctx context.Context, q db.Querier, id string) (Call, error) {
	c, err := scanCall(q.QueryRow(ctx, `SELECT `+callColumns+` FROM connectors_calls WHERE id = $1`, id))
	if errors.Is(err, db.ErrNoRows) {
		return c, ErrUnknown
	}
	return c, err
}

// Said opens what was asked and what was answered in a call; empty where it is not kept.
func (h *Hub) Said(ctx context.Context, q db.Querier, id string) (request, answer []byte, err error) {
	var sealed [2]string
	if err := q.QueryRow(ctx, `SELECT request_sealed, answer_sealed FROM connectors_calls WHERE id = $1`, id).Scan(&sealed[0], &sealed[1]); err != nil {
		if errors.Is(err, db.ErrNoRows) {
			return nil, nil, ErrUnknown
		}
		return nil, nil, err
	}
	for i, column := range []string{requestColumn, answerColumn} {
		if sealed[i] == "" {
			continue
		}
		if sealed[i], err = h.keys.OpenText(callsTable, column, id, sealed[i]); err != nil {
			return nil, nil, err
		}
	}
	return []byte(sealed[0]), []byte(sealed[1]), nil
}
