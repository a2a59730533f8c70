// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"errors"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/modules/post"
	"tinhso.vn/internal/platform/db"
)

const (
	incomingTable, fromColumn = "post_incoming", "from_sealed"
	incomingColumns           = `id, version, unit, consignment, came_on, from_sealed, state, dossier_id, reason, made_by, made_at, ended_by, ended_at`
)

// Incoming is an envelope that the postman brought.
type Incoming struct {
	ID, Unit          string
	Version           int
	Consignment, Came string // Came: YYYY-MM-DD
	From              string // personal data
	State             post.IncomingState
	Dossier, Reason   string
	By                string
	At                db.Time
	EndedBy           string
	EndedAt           db.Time
}

func (s Store) scanIncoming(r db.Row) (v Incoming, err error) {
	var sealed string
	if err = r.Scan(&v.ID, &v.Version, &v.Unit, &v.Consignment, &v.Came, &sealed, &v.State, &v.Dossier, &v.Reason, &v.By, &v.At, &v.EndedBy, &v.EndedAt); err != nil {
		return v, err
	}
	v.From, err = s.keys.OpenText(incomingTable, fromColumn, v.ID, sealed)
	return v, err
}

// AddIncoming notes an envelope; the same of the same day is there once.
func (s Store) AddIncoming(ctx context.Context, tx *db.Tx, v Incoming) error {
	_, err := tx.Exec(ctx, `INSERT INTO post_incoming (`+incomingColumns+`) VALUES ($1, 1, $2, $3, $4, $5, $6, '', '', $7, $8, '', $9)`,
		v.ID, v.Unit, v.Consignment, v.Came, s.keys.SealText(incomingTable, fromColumn, v.ID, v.From), string(post.Waiting), v.By, tx.Now, db.Time{})
	if db.IsDuplicate(err) {
		return post.ErrCame.Because(err)
	}
	return err
}

// GetIncoming returns an envelope in scope, and keeps it for a transaction that asks.
func (s Store) GetIncoming(ctx context.Context, q db.Querier, sc access.Scope, id string) (Incoming, error) {
	in, args := sc.Where(ofUnit(), id)
	v, err := s.scanIncoming(q.QueryRow(ctx, `SELECT `+incomingColumns+` FROM post_incoming WHERE id = $1 AND `+in+lock(q), args...))
	if errors.Is(err, db.ErrNoRows) {
		err = post.ErrNotFound
	}
	return v, err
}

// EndIncoming writes what became of an envelope that waited; false where somebody was faster.
func (Store) EndIncoming(ctx context.Context, tx *db.Tx, v Incoming) (bool, error) {
	n, err := tx.Exec(ctx, `UPDATE post_incoming SET version = version + 1, state = $2, dossier_id = $3, reason = $4, ended_by = $5, ended_at = $6 WHERE id = $1 AND state = 'waiting'`,
		v.ID, string(v.State), v.Dossier, v.Reason, v.EndedBy, tx.Now)
	return n == 1, err
}

// OpenIncoming notes that the envelopes of a unit with a code have become a draft.
func (Store) OpenIncoming(ctx context.Context, tx *db.Tx, unit, consignment, dossier string) error {
	_, err := tx.Exec(ctx, `UPDATE post_incoming SET version = version + 1, state = 'opened', dossier_id = $3, ended_at = $4 WHERE unit = $1 AND consignment = $2 AND state = 'waiting'`,
		unit, consignment, dossier, tx.Now)
	return err
}

// ListIncoming returns at most limit envelopes in scope, the newest first, before an id
// ("" for the newest); state empty: all.
func (s Store) ListIncoming(ctx context.Context, q db.Querier, sc access.Scope, state post.IncomingState, before string, limit int) ([]Incoming, error) {
	text, args := incomingQuery(sc, state, before, limit)
	return db.All(ctx, q, s.scanIncoming, text, args...)
}

func incomingQuery(sc access.Scope, state post.IncomingState, before string, limit int) (string, []any) {
	if before == "" {
		before = "~" // after every id
	}
	given, only := []any{before, limit}, ""
	if state != "" {
		given, only = append(given, string(state)), ` AND state = $3`
	}
	in, args := sc.Where(ofUnit(), given...)
	return `SELECT ` + incomingColumns + ` FROM post_incoming WHERE id < $1` + only + ` AND ` + in + ` ORDER BY id DESC LIMIT $2`, args
}
