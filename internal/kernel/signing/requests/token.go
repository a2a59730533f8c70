// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package requests

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"time"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// Limits of what the program of a card may do with one token.
const (
	tokenLife   = 10 * time.Minute
	tokenBytes  = 32
	maxTokens   = 50 // of one document: a page that is opened again gets new ones
	maxFetched  = 10
	maxBrought  = 10
	forgetToken = 24 * time.Hour // after its time is over
)

// Pass lets the program of a card fetch one document and bring it back signed,
// without being signed in. The token is not kept, only its hash.
type Pass struct {
	Item    Item
	Token   string
	Expires db.Time
}

// Passes makes a pass for every document of the actor's request that waits for a
// card: good for one document, ten minutes, and no longer than the request.
func (s *Service) Passes(ctx context.Context, tx *db.Tx, actor identity.Actor, id ID) (all []Pass, err error) {
	defer errs.Wrap(&err, "passes of signature request %s", id)

	q, err := s.lock(ctx, tx, id)
	switch {
	case err != nil:
		return nil, err
	case q.Provider != Card || q.Account != actor.Account:
		return nil, ErrNotFound
	case !q.State.Open() || !tx.Now.Before(q.ExpiresAt.Time):
		return nil, ErrOver
	}
	items, err := s.Items(ctx, tx, id)
	if err != nil {
		return nil, err
	}
	until := db.At(tx.Now.Add(tokenLife))
	if until.After(q.ExpiresAt.Time) {
		until = q.ExpiresAt
	}
	for _, i := range items {
		if i.State != ItemWaiting {
			continue
		}
		var n int
		if err := tx.QueryRow(ctx, `SELECT COUNT(*) FROM requests_tokens WHERE item_id = $1`, i.ID).Scan(&n); err != nil {
			return nil, err
		}
		if n >= maxTokens {
			return nil, ErrPasses
		}
		secret := make([]byte, tokenBytes)
		if _, err := rand.Read(secret); err != nil {
			return nil, err
		}
		p := Pass{Item: i, Token: base64.RawURLEncoding.EncodeToString(secret), Expires: until}
		if _, err := tx.Exec(ctx, `INSERT INTO requests_tokens (id, item_id, account, created_at, expires_at, fetched, brought) VALUES ($1, $2, $3, $4, $5, 0, 0)`,
			hashOf(p.Token), i.ID, actor.Account, tx.Now, until); err != nil {
			return nil, err
		}
		all = append(all, p)
	}
	return all, nil
}

func hashOf(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// spend counts one use of a token and returns what it is for. Unknown, over and
// used too often are the same to whoever shows it.
func (s *Service) spend(ctx context.Context, tx *db.Tx, token, column string, most int) (q Request, i Item, err error) {
	var item, account string
	n, err := tx.Exec(ctx, `UPDATE requests_tokens SET `+column+` = `+column+` + 1 WHERE id = $1 AND expires_at > $2 AND `+column+` < $3`, hashOf(token), tx.Now, most)
	if err != nil {
		return q, i, err
	}
	if n == 0 {
		return q, i, ErrPass
	}
	if err := tx.QueryRow(ctx, `SELECT item_id, account FROM requests_tokens WHERE id = $1`, hashOf(token)).Scan(&item, &account); err != nil {
		return q, i, err
	}
	if i, err = scanItem(tx.QueryRow(ctx, `SELECT `+itemColumns+` FROM requests_items WHERE id = $1`, item)); err != nil {
		return q, i, err
	}
	if q, err = s.Get(ctx, tx, i.Request); err != nil {
		return q, i, err
	}
	if q.Account != account {
		return q, i, errors.New("a pass of somebody else's request")
	}
	return q, i, nil
}

// forgetTokens takes away those whose time has long been over.
func forgetTokens(ctx context.Context, tx *db.Tx) error {
	_, err := tx.Exec(ctx, `DELETE FROM requests_tokens WHERE expires_at < $1`, db.At(tx.Now.Add(-forgetToken)))
	return err
}

// Belongs reports whether a token is of a document of a request. It says nothing
// about whether it can still be used.
func (s *Service) Belongs(ctx context.Context, q db.Querier, token string, id ID) (bool, error) {
	var n int
	err := q.QueryRow(ctx, `SELECT COUNT(*) FROM requests_tokens t JOIN requests_items i ON i.id = t.item_id WHERE t.id = $1 AND i.request_id = $2`,
		hashOf(token), string(id)).Scan(&n)
	return n == 1, err
}
