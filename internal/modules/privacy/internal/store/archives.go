// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"

	"tinhso.vn/internal/platform/db"
)

// The states of an archive.
const (
	Making = "making"
	Ready  = "ready"
	Gone   = "gone"
)

// Archive is a row of privacy_archives.
type Archive struct {
	ID, Person, Account string
	State, Holder       string // Holder is the one being asked
	Done, Total         int
	Attempts            int
	File                string
	Size                int64
	SHA                 string
	Asked, Made, Ends   db.Time
	Downloads           int
}

const archiveColumns = `id, person_id, account, state, holder, done, total, attempts, file_id, size, sha, asked_at, made_at, ends_at, downloads`

func scanArchive(r db.Row) (a Archive, err error) {
	err = r.Scan(&a.ID, &a.Person, &a.Account, &a.State, &a.Holder, &a.Done, &a.Total, &a.Attempts, &a.File, &a.Size, &a.SHA, &a.Asked, &a.Made, &a.Ends, &a.Downloads)
	return a, err
}

// AddArchive begins an archive. False: one of the person is being made already.
func (Store) AddArchive(ctx context.Context, tx *db.Tx, a Archive) (bool, error) {
	n, err := tx.Exec(ctx, `INSERT INTO privacy_archives (`+archiveColumns+`) VALUES ($1, $2, $3, 'making', '', 0, $4, 0, '', 0, '', $5, NULL, NULL, 0)
		ON CONFLICT (person_id) WHERE state = 'making' DO NOTHING`, a.ID, a.Person, a.Account, a.Total, tx.Now)
	return n == 1, err
}

// MakingOf returns the id of the archive of a person that is being made; empty: none.
func (Store) MakingOf(ctx context.Context, q db.Querier, person string) (string, error) {
	found, err := db.All(ctx, q, db.Column[string], `SELECT id FROM privacy_archives WHERE person_id = $1 AND state = 'making'`, person)
	if err != nil || len(found) == 0 {
		return "", err
	}
	return found[0], nil
}

// GetArchive returns an archive.
func (Store) GetArchive(ctx context.Context, q db.Querier, id string) (Archive, error) {
	a, err := scanArchive(q.QueryRow(ctx, `SELECT `+archiveColumns+` FROM privacy_archives WHERE id = $1`, id))
	return a, orNotFound(err)
}

// LockArchive is GetArchive for a transaction that changes it.
func (Store) LockArchive(ctx context.Context, tx *db.Tx, id string) (Archive, error) {
	a, err := scanArchive(tx.QueryRow(ctx, `SELECT `+archiveColumns+` FROM privacy_archives WHERE id = $1`+tx.ForUpdate(), id))
	return a, orNotFound(err)
}

// SaveArchive writes what changes of an archive.
func (Store) SaveArchive(ctx context.Context, tx *db.Tx, a Archive) error {
	_, err := tx.Exec(ctx, `UPDATE privacy_archives SET state = $2, holder = $3, done = $4, attempts = $5, file_id = $6, size = $7, sha = $8, made_at = $9,
		ends_at = $10, downloads = $11 WHERE id = $1`, a.ID, a.State, a.Holder, a.Done, a.Attempts, a.File, a.Size, a.SHA, a.Made, a.Ends, a.Downloads)
	return err
}

// ArchivesOf returns at most limit archives of a person, the newest first.
func (Store) ArchivesOf(ctx context.Context, q db.Querier, person string, limit int) ([]Archive, error) {
	return db.All(ctx, q, scanArchive, `SELECT `+archiveColumns+` FROM privacy_archives WHERE person_id = $1 ORDER BY id DESC LIMIT $2`, person, limit)
}

// Expired returns at most limit archives that have been kept long enough.
func (Store) Expired(ctx context.Context, q db.Querier, now db.Time, limit int) ([]string, error) {
	query, args := expiredQuery(now, limit)
	return db.All(ctx, q, db.Column[string], query, args...)
}

func expiredQuery(now db.Time, limit int) (string, []any) {
	return `SELECT id FROM privacy_archives WHERE state = 'ready' AND ends_at <= $1 ORDER BY ends_at LIMIT $2`, []any{now, limit}
}

// AskedAtCounter reports whether an archive belongs to a request that came at the counter.
func (Store) AskedAtCounter(ctx context.Context, q db.Querier, person, archive string) (bool, error) {
	found, err := db.All(ctx, q, db.Column[int], `SELECT 1 FROM privacy_requests WHERE person_id = $1 AND archive = $2 AND channel = 'counter'`, person, archive)
	return len(found) > 0, err
}
