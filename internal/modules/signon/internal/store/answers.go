// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"errors"
	"time"

	"tinhso.vn/internal/kernel/openid"
	"tinhso.vn/internal/platform/db"
)

// Posted is what another provider has posted: personal data, as JSON.
type Posted struct{ Source, Asked, Said string }

// PutPosted keeps it under a handle until a time.
func (s Store) PutPosted(ctx context.Context, tx *db.Tx, handle string, p Posted, ends db.Time) error {
	hash := openid.Digest(handle)
	_, err := tx.Exec(ctx, `INSERT INTO signon_answers (hash, source, asked, said_sealed, ends_at) VALUES ($1, $2, $3, $4, $5)`,
		hash, p.Source, p.Asked, s.keys.SealText(answersTable, "said", hash, p.Said), ends)
	return err
}

// TakePosted takes what was kept under a handle for a source, once; false where
// there is nothing (any more).
func (s Store) TakePosted(ctx context.Context, tx *db.Tx, source, handle string) (p Posted, ok bool, err error) {
	hash := openid.Digest(handle)
	all, err := db.All(ctx, tx, func(r db.Row) (p Posted, err error) {
		err = r.Scan(&p.Source, &p.Asked, &p.Said)
		return p, err
	}, `DELETE FROM signon_answers WHERE hash = $1 AND source = $2 AND ends_at > $3 RETURNING source, asked, said_sealed`, hash, source, tx.Now)
	if err != nil || len(all) == 0 {
		return p, false, err
	}
	p = all[0]
	p.Said, err = s.keys.OpenText(answersTable, "said", hash, p.Said)
	return p, err == nil, err
}

// Poll implements openid.Store for one transaction.
func (s Store) Poll(ctx context.Context, tx *db.Tx, device string, every time.Duration, ends db.Time) (ok bool, err error) {
	hash := s.hash(openid.ByDevice, device)
	var last db.Time
	var waits int64
	err = tx.QueryRow(ctx, `SELECT last_at, every FROM signon_polls WHERE hash = $1`+tx.ForUpdate(), hash).Scan(&last, &waits)
	if errors.Is(err, db.ErrNoRows) {
		_, err = tx.Exec(ctx, `INSERT INTO signon_polls (hash, last_at, every, ends_at) VALUES ($1, $2, $3, $4) ON CONFLICT (hash) DO NOTHING`,
			hash, tx.Now, every.Microseconds(), ends)
		return true, err
	}
	if err != nil {
		return false, err
	}
	if ok = openid.Timely(tx.Now.Sub(last.Time), time.Duration(waits)*time.Microsecond); !ok {
		waits += every.Microseconds()
	}
	_, err = tx.Exec(ctx, `UPDATE signon_polls SET last_at = $2, every = $3 WHERE hash = $1`, hash, tx.Now, waits)
	return ok, err
}
