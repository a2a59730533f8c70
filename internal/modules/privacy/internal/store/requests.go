// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"

	"tinhso.vn/internal/modules/privacy"
	"tinhso.vn/internal/platform/db"
)

// Request is a row of privacy_requests.
type Request struct {
	ID, Code, Person          string
	Kind                      privacy.Kind
	State                     privacy.State
	Channel, FiledBy, Unit    string
	Purpose, Words            string
	Received, AckDue          db.Time
	Due, Original             db.Time
	Extend                    privacy.Span
	Basis                     string
	Extended                  db.Time
	ExtendedWhy               string
	Checked                   db.Time
	CheckedBy, CheckedHow     string
	Outcome                   privacy.Outcome
	Reason, Legal             string
	ProposedBy, DecidedBy     string
	Decided, Answered         db.Time
	AnsweredHow               string
	Erased                    int
	Archive                   string
	wordsSealed, reasonSealed string
}

const requestColumns = `id, code, person_id, kind, state, channel, filed_by, unit, purpose, words_sealed, received_at, ack_due, due_at, original_due,
	extend_amount, extend_unit, basis, extended_at, extended_why, checked_at, checked_by, checked_how, outcome, reason_sealed, legal, proposed_by,
	decided_by, decided_at, answered_at, answered_how, erased, archive`

func (s Store) scanRequest(r db.Row) (q Request, err error) {
	if err = r.Scan(&q.ID, &q.Code, &q.Person, &q.Kind, &q.State, &q.Channel, &q.FiledBy, &q.Unit, &q.Purpose, &q.wordsSealed, &q.Received, &q.AckDue, &q.Due,
		&q.Original, &q.Extend.Amount, &q.Extend.Unit, &q.Basis, &q.Extended, &q.ExtendedWhy, &q.Checked, &q.CheckedBy, &q.CheckedHow, &q.Outcome,
		&q.reasonSealed, &q.Legal, &q.ProposedBy, &q.DecidedBy, &q.Decided, &q.Answered, &q.AnsweredHow, &q.Erased, &q.Archive); err != nil {
		return q, err
	}
	return q, s.open(requestsTable, q.ID, opened{"words_sealed", q.wordsSealed, &q.Words}, opened{"reason_sealed", q.reasonSealed, &q.Reason})
}

// AddRequest keeps a new request. False: one of the kind is open already.
func (s Store) AddRequest(ctx context.Context, tx *db.Tx, q Request) (bool, error) {
	n, err := tx.Exec(ctx, `INSERT INTO privacy_requests (`+requestColumns+`)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32)
		ON CONFLICT (person_id, kind, purpose) WHERE state <> 'answered' AND kind <> 'complain' DO NOTHING`, s.requestValues(q)...)
	return n == 1, err
}

func (s Store) requestValues(q Request) []any {
	return []any{
		q.ID, q.Code, q.Person, string(q.Kind), string(q.State), q.Channel, q.FiledBy, q.Unit, q.Purpose, s.keys.SealText(requestsTable, "words_sealed", q.ID, q.Words),
		q.Received, q.AckDue, q.Due, q.Original, q.Extend.Amount, q.Extend.Unit, q.Basis, q.Extended, q.ExtendedWhy, q.Checked, q.CheckedBy, q.CheckedHow,
		string(q.Outcome), s.keys.SealText(requestsTable, "reason_sealed", q.ID, q.Reason), q.Legal, q.ProposedBy, q.DecidedBy, q.Decided, q.Answered,
		q.AnsweredHow, q.Erased, q.Archive,
	}
}

// SaveRequest writes what changes of a request that the transaction has locked.
func (s Store) SaveRequest(ctx context.Context, tx *db.Tx, q Request) error {
	_, err := tx.Exec(ctx, `UPDATE privacy_requests SET state = $2, due_at = $3, extended_at = $4, extended_why = $5, checked_at = $6, checked_by = $7,
		checked_how = $8, outcome = $9, reason_sealed = $10, legal = $11, proposed_by = $12, decided_by = $13, decided_at = $14, answered_at = $15,
		answered_how = $16, erased = $17, archive = $18 WHERE id = $1`,
		q.ID, string(q.State), q.Due, q.Extended, q.ExtendedWhy, q.Checked, q.CheckedBy, q.CheckedHow, string(q.Outcome),
		s.keys.SealText(requestsTable, "reason_sealed", q.ID, q.Reason), q.Legal, q.ProposedBy, q.DecidedBy, q.Decided, q.Answered, q.AnsweredHow, q.Erased, q.Archive)
	return err
}

// GetRequest returns a request.
func (s Store) GetRequest(ctx context.Context, q db.Querier, id string) (Request, error) {
	found, err := s.scanRequest(q.QueryRow(ctx, `SELECT `+requestColumns+` FROM privacy_requests WHERE id = $1`, id))
	return found, orNotFound(err)
}

// LockRequest is GetRequest for a transaction that changes it.
func (s Store) LockRequest(ctx context.Context, tx *db.Tx, id string) (Request, error) {
	found, err := s.scanRequest(tx.QueryRow(ctx, `SELECT `+requestColumns+` FROM privacy_requests WHERE id = $1`+tx.ForUpdate(), id))
	return found, orNotFound(err)
}

// ListOpen returns at most limit open requests by deadline, after a key.
func (s Store) ListOpen(ctx context.Context, q db.Querier, afterDue db.Time, afterID string, limit int) ([]Request, error) {
	query, args := openQuery(afterDue, afterID, limit)
	return db.All(ctx, q, s.scanRequest, query, args...)
}

func openQuery(afterDue db.Time, afterID string, limit int) (string, []any) {
	due := int64(0)
	if !afterDue.IsZero() {
		due = afterDue.UnixMicro()
	}
	return `SELECT ` + requestColumns + ` FROM privacy_requests WHERE state <> 'answered' AND (due_at, id) > ($1, $2) ORDER BY due_at, id LIMIT $3`,
		[]any{due, afterID, limit}
}

// ListAnswered returns at most limit answered requests, the newest first, before one.
func (s Store) ListAnswered(ctx context.Context, q db.Querier, before string, limit int) ([]Request, error) {
	query, args := answeredQuery(before, limit)
	return db.All(ctx, q, s.scanRequest, query, args...)
}

func answeredQuery(before string, limit int) (string, []any) {
	return `SELECT ` + requestColumns + ` FROM privacy_requests WHERE state = 'answered' AND id < $1 ORDER BY id DESC LIMIT $2`, []any{upTo(before), limit}
}

// ListOf returns at most limit requests of a person, the newest first, before one.
func (s Store) ListOf(ctx context.Context, q db.Querier, person, before string, limit int) ([]Request, error) {
	query, args := ofQuery(person, before, limit)
	return db.All(ctx, q, s.scanRequest, query, args...)
}

func ofQuery(person, before string, limit int) (string, []any) {
	return `SELECT ` + requestColumns + ` FROM privacy_requests WHERE person_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3`, []any{person, upTo(before), limit}
}

// CountOpen returns how many requests are open, and how many of them are late.
func (Store) CountOpen(ctx context.Context, q db.Querier, now db.Time) (open, late int64, err error) {
	err = q.QueryRow(ctx, `SELECT COUNT(*), CAST(COALESCE(SUM(CASE WHEN due_at < $1 THEN 1 ELSE 0 END), 0) AS BIGINT) FROM privacy_requests WHERE state <> 'answered'`,
		now).Scan(&open, &late)
	return open, late, err
}

// Step is what was done about a request.
type Step struct {
	ID, Request, Account, What, Words string
	At                                db.Time
}

// AddStep notes what was done.
func (s Store) AddStep(ctx context.Context, tx *db.Tx, v Step) error {
	_, err := tx.Exec(ctx, `INSERT INTO privacy_steps (id, request, at, account, what, words_sealed) VALUES ($1, $2, $3, $4, $5, $6)`,
		v.ID, v.Request, tx.Now, v.Account, v.What, s.keys.SealText(stepsTable, "words_sealed", v.ID, v.Words))
	return err
}

// Steps returns what was done about a request, in order.
func (s Store) Steps(ctx context.Context, q db.Querier, request string) ([]Step, error) {
	return db.All(ctx, q, func(r db.Row) (v Step, err error) {
		var sealed string
		if err = r.Scan(&v.ID, &v.Request, &v.At, &v.Account, &v.What, &sealed); err != nil {
			return v, err
		}
		return v, s.open(stepsTable, v.ID, opened{"words_sealed", sealed, &v.Words})
	}, `SELECT id, request, at, account, what, words_sealed FROM privacy_steps WHERE request = $1 ORDER BY id`, request)
}
