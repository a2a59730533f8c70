// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package store keeps the clients of the sign-on, what was granted to them, and
// what other providers have said of people.
package store

import (
	"context"
	"embed"
	"errors"
	"slices"
	"strings"

	"tinhso.vn/internal/kernel/openid"
	"tinhso.vn/internal/platform/crypt"
	"tinhso.vn/internal/platform/db"
)

//go:embed migrations
var files embed.FS

// Migrations creates the tables of this module.
func Migrations() db.Migrations { return db.Migrations{Namespace: "signon", Files: files} }

// Store has no state but the keys that seal: the caller says on which DB or Tx a
// method works.
type Store struct{ keys *crypt.Keys }

// New returns a store.
func New(k *crypt.Keys) Store { return Store{k} }

const (
	keysTable        = "signon_keys"
	differencesTable = "signon_differences"
	answersTable     = "signon_answers"
)

// Sealed names the columns of this module that hold sealed texts.
func Sealed() []crypt.Sealed {
	return []crypt.Sealed{
		{Table: keysTable, Column: "secret_sealed", Bound: "secret", Key: []string{"id"}},
		{Table: differencesTable, Column: "theirs_sealed", Bound: "theirs", Key: []string{"id"}},
		{Table: answersTable, Column: "said_sealed", Bound: "said", Key: []string{"hash"}},
		{Table: samlKeysTable, Column: "secret_sealed", Bound: "secret", Key: []string{"id"}},
		{Table: outsideTable, Column: "there_sealed", Bound: "there", Key: []string{"session_id"}},
	}
}

// hash is how a handle is kept. What people type is short, and would be found by
// trying: its hash is keyed.
func (s Store) hash(h openid.Handle, value string) string {
	if h == openid.ByUserCode {
		return s.keys.Index("sign-on user code", value)
	}
	return openid.Digest(string(h) + "\x00" + value)
}

func one(b bool) int {
	if b {
		return 1
	}
	return 0
}

const keptColumns = `kind, id, client_id, account_id, session_id, scopes, body, revoked, version`

func scanKept(r db.Row) (k openid.Kept, err error) {
	var scopes, body string
	var revoked int
	err = r.Scan(&k.Kind, &k.ID, &k.Client, &k.Account, &k.Session, &scopes, &body, &revoked, &k.Version)
	k.Scopes, k.Body, k.Revoked = strings.Fields(scopes), []byte(body), revoked == 1
	return k, err
}

// Save implements the rules of openid.Store in a transaction.
func (s Store) Save(ctx context.Context, tx *db.Tx, k openid.Kept) error {
	ends := db.At(tx.Now.Add(k.Life))
	scopes := strings.Join(k.Scopes, " ")
	var n int64
	var err error
	switch {
	case k.Version == 0:
		n, err = tx.Exec(ctx, `INSERT INTO signon_kept (`+keptColumns+`, offline, made_at, ends_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1, $9, $10, $11) ON CONFLICT (kind, id) DO NOTHING`,
			string(k.Kind), k.ID, k.Client, k.Account, k.Session, scopes, string(k.Body), one(k.Revoked), one(slices.Contains(k.Scopes, openid.ScopeOffline)), tx.Now, ends)
	case k.Revoked:
		_, err := tx.Exec(ctx, `UPDATE signon_kept SET revoked = 1, version = version + 1 WHERE kind = $1 AND id = $2`, string(k.Kind), k.ID)
		return err
	default:
		n, err = tx.Exec(ctx, `UPDATE signon_kept SET body = $4, version = version + 1, ends_at = $5, account_id = $6, session_id = $7
			WHERE kind = $1 AND id = $2 AND version = $3 AND revoked = 0`, string(k.Kind), k.ID, k.Version, string(k.Body), ends, k.Account, k.Session)
	}
	if err != nil {
		return err
	}
	if n == 0 {
		return openid.ErrStale
	}
	for h, value := range k.Found {
		if h == openid.ByRefresh {
			if _, err := tx.Exec(ctx, `UPDATE signon_handles SET used = 1 WHERE kind = $1 AND id = $2 AND handle = $3`, string(k.Kind), k.ID, string(h)); err != nil {
				return err
			}
		}
		if _, err := tx.Exec(ctx, `INSERT INTO signon_handles (handle, hash, kind, id, used) VALUES ($1, $2, $3, $4, 0)`,
			string(h), s.hash(h, value), string(k.Kind), k.ID); err != nil {
			return err
		}
	}
	return nil
}

// Get returns what has an id and is not over; openid.ErrNone.
func (s Store) Get(ctx context.Context, q db.Querier, kind openid.Kind, id string, now db.Time) (openid.Kept, error) {
	k, err := scanKept(q.QueryRow(ctx, `SELECT `+keptColumns+` FROM signon_kept WHERE kind = $1 AND id = $2 AND ends_at > $3`, string(kind), id, now))
	return k, none(err)
}

// Find returns what has a handle and is not over; openid.ErrNone. One statement, so
// that used and the version are of the same moment: who read a handle as unused
// cannot save over the exchange that used it.
func (s Store) Find(ctx context.Context, q db.Querier, h openid.Handle, value string, now db.Time) (k openid.Kept, used bool, err error) {
	var revoked, taken int
	var scopes, body string
	err = q.QueryRow(ctx, `SELECT k.kind, k.id, k.client_id, k.account_id, k.session_id, k.scopes, k.body, k.revoked, k.version, h.used
		FROM signon_handles h JOIN signon_kept k ON k.kind = h.kind AND k.id = h.id
		WHERE h.handle = $1 AND h.hash = $2 AND k.ends_at > $3`, string(h), s.hash(h, value), now).
		Scan(&k.Kind, &k.ID, &k.Client, &k.Account, &k.Session, &scopes, &body, &revoked, &k.Version, &taken)
	k.Scopes, k.Body, k.Revoked = strings.Fields(scopes), []byte(body), revoked == 1
	return k, taken == 1, none(err)
}

func none(err error) error {
	if errors.Is(err, db.ErrNoRows) {
		return openid.ErrNone
	}
	return err
}

// Consume takes what may be seen once; openid.ErrStale where it was seen.
func (s Store) Consume(ctx context.Context, tx *db.Tx, once string, ends db.Time) error {
	n, err := tx.Exec(ctx, `INSERT INTO signon_once (hash, ends_at) VALUES ($1, $2) ON CONFLICT (hash) DO NOTHING`, openid.Digest(once), ends)
	if err == nil && n == 0 {
		return openid.ErrStale
	}
	return err
}

// Ending is a client to be told that a session is over.
type Ending struct{ Client, Account string }

// EndSession takes back what was granted in a session, and returns the clients
// that had something of it. What outlives its session stays, unless all is to go.
func (s Store) EndSession(ctx context.Context, tx *db.Tx, session string, all bool) ([]Ending, error) {
	told, err := db.All(ctx, tx, func(r db.Row) (e Ending, err error) {
		err = r.Scan(&e.Client, &e.Account)
		return e, err
	}, `SELECT DISTINCT client_id, account_id FROM signon_kept WHERE session_id = $1 AND session_id <> '' AND kind = 'grant' ORDER BY client_id`, session)
	if err != nil || len(told) == 0 {
		return nil, err
	}
	_, err = tx.Exec(ctx, `UPDATE signon_kept SET revoked = 1, version = version + 1
		WHERE session_id = $1 AND session_id <> '' AND kind = 'grant' AND revoked = 0 AND (offline = 0 OR $2 = 1)`, session, one(all))
	return told, err
}

// EndAccount takes back everything an account has granted, also what outlives
// its session.
func (s Store) EndAccount(ctx context.Context, tx *db.Tx, account string) error {
	_, err := tx.Exec(ctx, `UPDATE signon_kept SET revoked = 1, version = version + 1 WHERE account_id = $1 AND account_id <> '' AND kind = 'grant' AND revoked = 0`, account)
	return err
}

// EndClient takes back everything that was granted to a client, by one account or
// ("") by all.
func (s Store) EndClient(ctx context.Context, tx *db.Tx, client, account string) (int64, error) {
	if account == "" {
		return tx.Exec(ctx, `UPDATE signon_kept SET revoked = 1, version = version + 1 WHERE client_id = $1 AND revoked = 0`, client)
	}
	return tx.Exec(ctx, `UPDATE signon_kept SET revoked = 1, version = version + 1
		WHERE account_id = $2 AND account_id <> '' AND client_id = $1 AND revoked = 0`, client, account)
}

// sweepAtOnce is how much is removed in one transaction.
const sweepAtOnce = 2000

// Sweep removes what is over, and reports whether there may be more.
func (s Store) Sweep(ctx context.Context, tx *db.Tx, forgiven db.Time) (bool, error) {
	over, err := db.All(ctx, tx, func(r db.Row) (at [2]string, err error) {
		err = r.Scan(&at[0], &at[1])
		return at, err
	}, `SELECT kind, id FROM signon_kept WHERE ends_at <= $1 ORDER BY ends_at LIMIT $2`, tx.Now, sweepAtOnce)
	if err != nil {
		return false, err
	}
	for _, at := range over {
		if _, err := tx.Exec(ctx, `DELETE FROM signon_handles WHERE kind = $1 AND id = $2`, at[0], at[1]); err != nil {
			return false, err
		}
		if _, err := tx.Exec(ctx, `DELETE FROM signon_kept WHERE kind = $1 AND id = $2`, at[0], at[1]); err != nil {
			return false, err
		}
	}
	for _, q := range []string{
		`DELETE FROM signon_once WHERE ends_at <= $1`, `DELETE FROM signon_secrets WHERE ends_at <= $1`, `DELETE FROM signon_keys WHERE ends_at <= $1`,
		`DELETE FROM signon_answers WHERE ends_at <= $1`, `DELETE FROM signon_polls WHERE ends_at <= $1`,
	} {
		if _, err := tx.Exec(ctx, q, tx.Now); err != nil {
			return false, err
		}
	}
	_, err = tx.Exec(ctx, `DELETE FROM signon_guesses WHERE last_at <= $1`, forgiven)
	return len(over) == sweepAtOnce, err
}

// Guesses returns how many wrong secrets a bucket has seen, and when the last.
func (s Store) Guesses(ctx context.Context, q db.Querier, bucket string) (fails int64, last db.Time, err error) {
	err = q.QueryRow(ctx, `SELECT fails, last_at FROM signon_guesses WHERE bucket = $1`, bucket).Scan(&fails, &last)
	if errors.Is(err, db.ErrNoRows) {
		return 0, db.Time{}, nil
	}
	return fails, last, err
}

// Guessed counts one more.
func (s Store) Guessed(ctx context.Context, tx *db.Tx, bucket string) error {
	_, err := tx.Exec(ctx, `INSERT INTO signon_guesses (bucket, fails, last_at) VALUES ($1, 1, $2)
		ON CONFLICT (bucket) DO UPDATE SET fails = signon_guesses.fails + 1, last_at = excluded.last_at`, bucket, tx.Now)
	return err
}

// Forgive forgets them.
func (s Store) Forgive(ctx context.Context, tx *db.Tx, bucket string) error {
	_, err := tx.Exec(ctx, `DELETE FROM signon_guesses WHERE bucket = $1`, bucket)
	return err
}

// Live reports whether somebody has granted a client something that still holds.
func (s Store) Live(ctx context.Context, q db.Querier, account, client string, now db.Time) (n int64, err error) {
	err = q.QueryRow(ctx, `SELECT COUNT(*) FROM signon_kept WHERE account_id = $1 AND account_id <> '' AND client_id = $2 AND kind = 'grant' AND revoked = 0 AND ends_at > $3`,
		account, client, now).Scan(&n)
	return n, err
}
