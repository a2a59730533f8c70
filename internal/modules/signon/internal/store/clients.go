// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"errors"
	"strings"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/modules/signon"
	"tinhso.vn/internal/platform/db"
)

const clientColumns = `id, kind, name_vi, name_en, purpose_vi, purpose_en, unit, redirects, logout_redirects, back_channel, scopes, account_id, pushed, disabled, made_at, changed_at`

func scanClient(r db.Row) (c signon.Client, err error) {
	var redirects, logout, scopes string
	var pushed, disabled int
	err = r.Scan(&c.ID, &c.Kind, &c.Name.VI, &c.Name.EN, &c.Purpose.VI, &c.Purpose.EN, &c.Unit, &redirects, &logout, &c.BackChannel, &scopes, &c.Account,
		&pushed, &disabled, &c.Made, &c.Changed)
	c.Redirects, c.LogoutRedirects, c.Scopes = strings.Fields(redirects), strings.Fields(logout), strings.Fields(scopes)
	c.Pushed, c.Disabled = pushed == 1, disabled == 1
	return c, err
}

// PutClient adds or changes a client.
func (s Store) PutClient(ctx context.Context, tx *db.Tx, c signon.Client) error {
	_, err := tx.Exec(ctx, `INSERT INTO signon_clients (`+clientColumns+`)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $15)
		ON CONFLICT (id) DO UPDATE SET name_vi = excluded.name_vi, name_en = excluded.name_en, purpose_vi = excluded.purpose_vi, purpose_en = excluded.purpose_en,
		unit = excluded.unit, redirects = excluded.redirects, logout_redirects = excluded.logout_redirects, back_channel = excluded.back_channel,
		scopes = excluded.scopes, account_id = excluded.account_id, pushed = excluded.pushed, disabled = excluded.disabled, changed_at = excluded.changed_at`,
		c.ID, string(c.Kind), c.Name.VI, c.Name.EN, c.Purpose.VI, c.Purpose.EN, string(c.Unit), strings.Join(c.Redirects, "\n"), strings.Join(c.LogoutRedirects, "\n"),
		c.BackChannel, strings.Join(c.Scopes, " "), c.Account, one(c.Pushed), one(c.Disabled), tx.Now)
	return err
}

// Client returns a client; signon.ErrClient.
func (s Store) Client(ctx context.Context, q db.Querier, id string) (signon.Client, error) {
	return client(q.QueryRow(ctx, `SELECT `+clientColumns+` FROM signon_clients WHERE id = $1`, id))
}

// ClientIn returns a client of a unit in scope, for a transaction that changes it
// where one is given; signon.ErrClient.
func (s Store) ClientIn(ctx context.Context, q db.Querier, scope access.Scope, id string) (signon.Client, error) {
	lock := ""
	if tx, ok := q.(*db.Tx); ok {
		lock = tx.ForUpdate()
	}
	in, args := scope.Where(access.Columns{Units: []string{"unit"}}, id)
	return client(q.QueryRow(ctx, `SELECT `+clientColumns+` FROM signon_clients WHERE id = $1 AND `+in+lock, args...))
}

func client(r db.Row) (signon.Client, error) {
	c, err := scanClient(r)
	if errors.Is(err, db.ErrNoRows) {
		return c, signon.ErrClient
	}
	return c, err
}

// Clients returns at most limit clients of units in scope, the oldest first,
// after the given one.
func (s Store) Clients(ctx context.Context, q db.Querier, scope access.Scope, after string, limit int) ([]signon.Client, error) {
	in, args := scope.Where(access.Columns{Units: []string{"unit"}}, after, limit)
	return db.All(ctx, q, scanClient, `SELECT `+clientColumns+` FROM signon_clients WHERE id > $1 AND `+in+` ORDER BY id LIMIT $2`, args...)
}

// Secrets returns the secrets of a client that are in force, the newest first,
// and their digests.
func (s Store) Secrets(ctx context.Context, q db.Querier, client string, now db.Time) (all []signon.Secret, digests []string, err error) {
	all, err = db.All(ctx, q, func(r db.Row) (k signon.Secret, err error) {
		var digest string
		err = r.Scan(&digest, &k.Made, &k.Ends)
		k.ID = digest[:min(len(digest), 8)]
		digests = append(digests, digest)
		return k, err
	}, `SELECT digest, made_at, ends_at FROM signon_secrets WHERE client_id = $1 AND (ends_at IS NULL OR ends_at > $2) ORDER BY made_at DESC, digest`, client, now)
	return all, digests, err
}

// AddSecret keeps the digest of a new secret; those before it end at the given time.
func (s Store) AddSecret(ctx context.Context, tx *db.Tx, client, digest string, others db.Time) error {
	if _, err := tx.Exec(ctx, `UPDATE signon_secrets SET ends_at = $2 WHERE client_id = $1 AND (ends_at IS NULL OR ends_at > $2)`, client, others); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `INSERT INTO signon_secrets (client_id, digest, made_at, ends_at) VALUES ($1, $2, $3, NULL)`, client, digest, tx.Now)
	return err
}

// DropSecret removes a secret.
func (s Store) DropSecret(ctx context.Context, tx *db.Tx, client, digest string) error {
	_, err := tx.Exec(ctx, `DELETE FROM signon_secrets WHERE client_id = $1 AND digest = $2`, client, digest)
	return err
}

// Consent returns the scopes that somebody has agreed to give a client.
func (s Store) Consent(ctx context.Context, q db.Querier, account, client string) ([]string, error) {
	var scopes string
	err := q.QueryRow(ctx, `SELECT scopes FROM signon_consents WHERE account_id = $1 AND client_id = $2`, account, client).Scan(&scopes)
	if errors.Is(err, db.ErrNoRows) {
		return nil, nil
	}
	return strings.Fields(scopes), err
}

// PutConsent keeps what somebody has agreed to.
func (s Store) PutConsent(ctx context.Context, tx *db.Tx, account, client string, scopes []string) error {
	_, err := tx.Exec(ctx, `INSERT INTO signon_consents (account_id, client_id, scopes, given_at) VALUES ($1, $2, $3, $4)
		ON CONFLICT (account_id, client_id) DO UPDATE SET scopes = excluded.scopes, given_at = excluded.given_at`, account, client, strings.Join(scopes, " "), tx.Now)
	return err
}

// DropConsent forgets it, and reports whether there was any.
func (s Store) DropConsent(ctx context.Context, tx *db.Tx, account, client string) (bool, error) {
	n, err := tx.Exec(ctx, `DELETE FROM signon_consents WHERE account_id = $1 AND client_id = $2`, account, client)
	return n > 0, err
}

// Consents returns at most limit things somebody has agreed to, by client, after
// the given one.
func (s Store) Consents(ctx context.Context, q db.Querier, account, after string, now db.Time, limit int) ([]signon.Agreement, error) {
	return db.All(ctx, q, func(r db.Row) (a signon.Agreement, err error) {
		var scopes string
		err = r.Scan(&a.Client, &scopes, &a.Given, &a.Name.VI, &a.Name.EN, &a.Purpose.VI, &a.Purpose.EN, &a.Live)
		a.Scopes = strings.Fields(scopes)
		return a, err
	}, `SELECT n.client_id, n.scopes, n.given_at, c.name_vi, c.name_en, c.purpose_vi, c.purpose_en,
		(SELECT COUNT(*) FROM signon_kept k WHERE k.account_id = n.account_id AND k.account_id <> '' AND k.client_id = n.client_id
			AND k.kind = 'grant' AND k.revoked = 0 AND k.ends_at > $3)
		FROM signon_consents n JOIN signon_clients c ON c.id = n.client_id
		WHERE n.account_id = $1 AND n.client_id > $2 ORDER BY n.client_id LIMIT $4`, account, after, now, limit)
}
