// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"

	"tinhso.vn/internal/platform/db"
)

// Session is one row of identity_sessions. Idle and FreshFor are microseconds.
type Session struct {
	Hash, ID, Account, Kind, Way, Device, Address, Must string
	Started, Ends, Seen, Fresh                          db.Time
	Idle, FreshFor                                      int64
}

const sessionColumns = `s.token_hash, s.id, s.account_id, s.kind, s.way, s.device, s.address_sealed, s.must,
	s.started_at, s.ends_at, s.seen_at, s.fresh_at, s.idle, s.fresh_for`

func (s *Session) fields() []any {
	return []any{
		&s.Hash, &s.ID, &s.Account, &s.Kind, &s.Way, &s.Device, &s.Address, &s.Must,
		&s.Started, &s.Ends, &s.Seen, &s.Fresh, &s.Idle, &s.FreshFor,
	}
}

func scanSession(r db.Row) (s Session, err error) {
	err = r.Scan(s.fields()...)
	return s, err
}

// AddSession keeps a session under the hash of its token.
func AddSession(ctx context.Context, tx *db.Tx, s Session) error {
	_, err := tx.Exec(ctx, `INSERT INTO identity_sessions (token_hash, id, account_id, kind, way, device, address_sealed, must,
		started_at, ends_at, seen_at, fresh_at, idle, fresh_for) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
		s.Hash, s.ID, s.Account, s.Kind, s.Way, s.Device, s.Address, s.Must, s.Started, s.Ends, s.Seen, s.Fresh, s.Idle, s.FreshFor)
	return err
}

// LiveSession returns the session of a token and its account, unless it has ended.
func LiveSession(ctx context.Context, q db.Querier, hash, kind string, now db.Time) (s Session, a Account, err error) {
	var disabled int
	err = q.QueryRow(ctx, `SELECT `+sessionColumns+`, `+accountColumns+`
		JOIN identity_sessions s ON s.account_id = a.id
		WHERE s.token_hash = $1 AND s.kind = $2 AND s.ends_at > $3 AND a.disabled = 0`, hash, kind, now).
		Scan(append(s.fields(), &a.ID, &a.Person, &a.Login, &a.Hash, &disabled, &a.Note, &a.Name, &a.Kind, &a.PasswordAt)...)
	return s, a, err
}

// SessionsOf returns the sessions of an account that have not ended, the newest
// first. There are few: their number is bounded.
func SessionsOf(ctx context.Context, q db.Querier, account string, now db.Time) ([]Session, error) {
	return db.All(ctx, q, scanSession, `SELECT `+sessionColumns+` FROM identity_sessions s
		WHERE s.account_id = $1 AND s.ends_at > $2 ORDER BY s.started_at DESC, s.id DESC LIMIT 200`, account, now)
}

// GetSession returns one session of an account; db.ErrNoRows where it is not there.
func GetSession(ctx context.Context, tx *db.Tx, account, id string) (Session, error) {
	return scanSession(tx.QueryRow(ctx, `SELECT `+sessionColumns+` FROM identity_sessions s WHERE s.account_id = $1 AND s.id = $2`+tx.ForUpdate(), account, id))
}

// OldSessions returns at most limit sessions that have ended.
func OldSessions(ctx context.Context, tx *db.Tx, limit int) ([]Session, error) {
	return db.All(ctx, tx, scanSession, `SELECT `+sessionColumns+` FROM identity_sessions s WHERE s.ends_at <= $1 ORDER BY s.ends_at LIMIT $2`, tx.Now, limit)
}

// DropSession removes a session and reports whether it was there.
func DropSession(ctx context.Context, tx *db.Tx, id string) (bool, error) {
	n, err := tx.Exec(ctx, `DELETE FROM identity_sessions WHERE id = $1`, id)
	return n == 1, err
}

// SeenSession notes that a session was used.
func SeenSession(ctx context.Context, tx *db.Tx, id string) error {
	_, err := tx.Exec(ctx, `UPDATE identity_sessions SET seen_at = $2 WHERE id = $1 AND seen_at < $2`, id, tx.Now)
	return err
}

// PutSession changes what may change of a session: its token and what is sealed
// for it, how fresh the proof is, what must be done first.
func PutSession(ctx context.Context, tx *db.Tx, s Session) error {
	_, err := tx.Exec(ctx, `UPDATE identity_sessions SET token_hash = $2, address_sealed = $3, way = $4, must = $5, seen_at = $6,
		fresh_at = $7, device = $8 WHERE id = $1`, s.ID, s.Hash, s.Address, s.Way, s.Must, s.Seen, s.Fresh, s.Device)
	return err
}
