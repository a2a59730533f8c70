// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"errors"

	"tinhso.vn/internal/modules/holdings"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/id"
)

// Share is a link by which an owner shows a paper to somebody.
type Share struct {
	ID, Paper, Owner, Hash, Purpose string
	Until                           db.Time
	Most, Opened                    int // Most 0: as often as one likes
	By                              string
	At, Withdrawn                   db.Time
}

const shareColumns = `id, paper_id, owner_id, token_hash, purpose_sealed, until_at, most, opened, made_by, made_at, withdrawn_at`

func (s Store) scanShare(r db.Row) (v Share, err error) {
	if err = r.Scan(&v.ID, &v.Paper, &v.Owner, &v.Hash, &v.Purpose, &v.Until, &v.Most, &v.Opened, &v.By, &v.At, &v.Withdrawn); err != nil {
		return v, err
	}
	v.Purpose, err = s.keys.OpenText(shares, "purpose_sealed", v.ID, v.Purpose)
	return v, err
}

// AddShare adds a link.
func (s Store) AddShare(ctx context.Context, tx *db.Tx, v Share) error {
	_, err := tx.Exec(ctx, `INSERT INTO holdings_shares (`+shareColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, 0, $8, $9, $10)`,
		v.ID, v.Paper, v.Owner, v.Hash, s.keys.SealText(shares, "purpose_sealed", v.ID, v.Purpose), v.Until, v.Most, v.By, tx.Now, db.Time{})
	return err
}

// FindShare finds a link by the hash of what stands in it; in a transaction it
// stays as it is.
func (s Store) FindShare(ctx context.Context, q db.Querier, hash string) (Share, error) {
	lock := ""
	if tx, ok := q.(*db.Tx); ok {
		lock = tx.ForUpdate()
	}
	v, err := s.scanShare(q.QueryRow(ctx, `SELECT `+shareColumns+` FROM holdings_shares WHERE token_hash = $1`+lock, hash))
	if errors.Is(err, db.ErrNoRows) {
		return v, holdings.ErrNoShare
	}
	return v, err
}

// SharesOf returns at most limit links of a paper, the newest first.
func (s Store) SharesOf(ctx context.Context, q db.Querier, paper string, limit int) ([]Share, error) {
	return db.All(ctx, q, s.scanShare, sharesOf, paper, limit)
}

const sharesOf = `SELECT ` + shareColumns + ` FROM holdings_shares WHERE paper_id = $1 ORDER BY id DESC LIMIT $2`

// CountShares counts the links of a paper that work.
func (Store) CountShares(ctx context.Context, q db.Querier, paper string, now db.Time) (n int, err error) {
	err = q.QueryRow(ctx, `SELECT COUNT(*) FROM holdings_shares WHERE paper_id = $1 AND withdrawn_at IS NULL AND until_at > $2`, paper, now).Scan(&n)
	return n, err
}

// WithdrawShare ends a link of a paper; false where it had ended.
func (Store) WithdrawShare(ctx context.Context, tx *db.Tx, paper, share string) (bool, error) {
	n, err := tx.Exec(ctx, `UPDATE holdings_shares SET withdrawn_at = $3 WHERE paper_id = $1 AND id = $2 AND withdrawn_at IS NULL`, paper, share, tx.Now)
	return n == 1, err
}

// WithdrawAll ends all links of somebody and says how many.
func (Store) WithdrawAll(ctx context.Context, tx *db.Tx, owner string) (int, error) {
	n, err := tx.Exec(ctx, `UPDATE holdings_shares SET withdrawn_at = $2 WHERE owner_id = $1 AND withdrawn_at IS NULL AND until_at > $2`, owner, tx.Now)
	return int(n), err
}

// CountOpened counts that the file was opened once more.
func (Store) CountOpened(ctx context.Context, tx *db.Tx, share string) error {
	_, err := tx.Exec(ctx, `UPDATE holdings_shares SET opened = opened + 1 WHERE id = $1`, share)
	return err
}

// Look is one look through a link.
type Look struct {
	Share, What, Address string // What: page, file, refused
	At                   db.Time
}

// AddLook notes a look.
func (s Store) AddLook(ctx context.Context, tx *db.Tx, l Look) error {
	one := id.New()
	_, err := tx.Exec(ctx, `INSERT INTO holdings_looks (id, share_id, at, what, address_sealed) VALUES ($1, $2, $3, $4, $5)`,
		one, l.Share, tx.Now, l.What, s.keys.SealText(looks, "address_sealed", one, l.Address))
	return err
}

// Looks returns at most limit looks through a link, the newest first.
func (s Store) Looks(ctx context.Context, q db.Querier, share string, limit int) ([]Look, error) {
	return db.All(ctx, q, func(r db.Row) (l Look, err error) {
		var one string
		if err = r.Scan(&one, &l.Share, &l.At, &l.What, &l.Address); err != nil {
			return l, err
		}
		l.Address, err = s.keys.OpenText(looks, "address_sealed", one, l.Address)
		return l, err
	}, looksOf, share, limit)
}

const looksOf = `SELECT id, share_id, at, what, address_sealed FROM holdings_looks WHERE share_id = $1 ORDER BY id DESC LIMIT $2`
