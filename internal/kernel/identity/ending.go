// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"context"
	"errors"
	"time"

	"tinhso.vn/internal/kernel/identity/internal/store"
	"tinhso.vn/internal/platform/db"
)

// EndReason says why sessions end.
type EndReason string

// The reasons.
const (
	EndedByOwner    EndReason = "owner"    // signed out, here or from elsewhere
	EndedByAdmin    EndReason = "admin"    // somebody who looks after accounts
	EndedByPassword EndReason = "password" // password or factors were set anew
	EndedByLimit    EndReason = "limit"    // too many at once: the oldest
	EndedByTime     EndReason = "time"     // its time was over
)

// SessionsEnded is told which sessions of an account have just ended, in the
// transaction in which they did: it may write and enqueue, and nothing slow.
type SessionsEnded func(ctx context.Context, tx *db.Tx, why EndReason, ended []Session) error

// WhenSessionsEnd adds somebody who is told. Call it while the program is put
// together: it is not safe beside requests.
func (d *Directory) WhenSessionsEnd(f SessionsEnded) { d.ended = append(d.ended, f) }

// EndSession ends one session of an account, if it is there: its owner wished so.
func (d *Directory) EndSession(ctx context.Context, tx *db.Tx, account, session string) (bool, error) {
	return d.EndOne(ctx, tx, account, session, EndedByOwner)
}

// EndOne ends one session of an account and reports whether it was there.
func (d *Directory) EndOne(ctx context.Context, tx *db.Tx, account, session string, why EndReason) (bool, error) {
	row, err := store.GetSession(ctx, tx, account, session)
	if errors.Is(err, db.ErrNoRows) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return true, d.end(ctx, tx, why, []store.Session{row})
}

// EndOthers ends every session of an account but one ("": none stays) and
// returns how many ended.
func (d *Directory) EndOthers(ctx context.Context, tx *db.Tx, account, keep string, why EndReason) (int, error) {
	n := 0
	for {
		rows, err := store.SessionsOf(ctx, tx, account, db.At(time.UnixMicro(1)))
		if err != nil {
			return n, err
		}
		var ending []store.Session
		for _, row := range rows {
			if row.ID != keep {
				ending = append(ending, row)
			}
		}
		if len(ending) == 0 {
			return n, nil
		}
		n += len(ending)
		if err := d.end(ctx, tx, why, ending); err != nil {
			return n, err
		}
	}
}

// EndAllSessions ends every session of an account: whoever has taken one is out
// when the password changes.
func (d *Directory) EndAllSessions(ctx context.Context, tx *db.Tx, account string) error {
	_, err := d.EndOthers(ctx, tx, account, "", EndedByPassword)
	return err
}

// endAtOnce is how many old sessions are removed in one transaction.
const endAtOnce = 5000

// EndOldSessions removes sessions whose time is over, at most some thousands at
// once, and returns how many.
func (d *Directory) EndOldSessions(ctx context.Context, tx *db.Tx) (int64, error) {
	rows, err := store.OldSessions(ctx, tx, endAtOnce)
	if err != nil {
		return 0, err
	}
	return int64(len(rows)), d.end(ctx, tx, EndedByTime, rows)
}

// end removes sessions and tells of it.
func (d *Directory) end(ctx context.Context, tx *db.Tx, why EndReason, rows []store.Session) error {
	ended := make([]Session, 0, len(rows))
	for _, row := range rows {
		gone, err := store.DropSession(ctx, tx, row.ID)
		if err != nil {
			return err
		}
		if !gone {
			continue
		}
		s, err := d.session(row)
		if err != nil {
			return err
		}
		ended = append(ended, s)
	}
	if len(ended) == 0 {
		return nil
	}
	for _, tell := range d.ended {
		if err := tell(ctx, tx, why, ended); err != nil {
			return err
		}
	}
	return nil
}
