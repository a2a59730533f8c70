// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"errors"

	"tinhso.vn/internal/kernel/openid"
	"tinhso.vn/internal/modules/signon"
	"tinhso.vn/internal/platform/db"
)

// AddKey keeps a key that signs from a time on; those before it verify until another.
func (s Store) AddKey(ctx context.Context, tx *db.Tx, k openid.Key, signs, othersEnd db.Time) error {
	secret, err := k.Secret()
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `UPDATE signon_keys SET ends_at = $1 WHERE ends_at IS NULL OR ends_at > $1`, othersEnd); err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `INSERT INTO signon_keys (id, secret_sealed, made_at, signs_at, ends_at) VALUES ($1, $2, $3, $4, NULL)`,
		k.ID, s.keys.SealText(keysTable, "secret", k.ID, string(secret)), tx.Now, signs)
	return err
}

// Keys returns the keys that verify, the one that signs first, and their secrets.
func (s Store) Keys(ctx context.Context, q db.Querier, now db.Time) (all []signon.Key, secrets []openid.Key, err error) {
	var sealed []string
	all, err = db.All(ctx, q, func(r db.Row) (k signon.Key, err error) {
		var secret string
		err = r.Scan(&k.ID, &secret, &k.Made, &k.Signs, &k.Ends)
		sealed = append(sealed, secret)
		return k, err
	}, `SELECT id, secret_sealed, made_at, signs_at, ends_at FROM signon_keys WHERE ends_at IS NULL OR ends_at > $1
		ORDER BY CASE WHEN signs_at <= $1 THEN 0 ELSE 1 END, signs_at DESC, id`, now)
	if err != nil {
		return nil, nil, err
	}
	for i, k := range all {
		secret, err := s.keys.OpenText(keysTable, "secret", k.ID, sealed[i])
		if err != nil {
			return nil, nil, err
		}
		key, err := openid.ParseKey([]byte(secret))
		if err != nil {
			return nil, nil, err
		}
		secrets = append(secrets, key)
	}
	return all, secrets, nil
}

// Link is who another provider has said that somebody is.
type Link struct{ Source, Subject, Account, Person string }

// FindLink returns whom a subject of another provider belongs to.
func (s Store) FindLink(ctx context.Context, q db.Querier, source, subject string) (Link, bool, error) {
	l := Link{Source: source, Subject: subject}
	err := q.QueryRow(ctx, `SELECT account_id, person_id FROM signon_links WHERE source = $1 AND subject_index = $2`, source, s.subject(source, subject)).Scan(&l.Account, &l.Person)
	if errors.Is(err, db.ErrNoRows) {
		return Link{}, false, nil
	}
	return l, err == nil, err
}

func (s Store) subject(source, subject string) string {
	return s.keys.Index("sign-on subject", source+"\x00"+subject)
}

// PutLink keeps it.
func (s Store) PutLink(ctx context.Context, tx *db.Tx, l Link) error {
	_, err := tx.Exec(ctx, `INSERT INTO signon_links (source, subject_index, account_id, person_id, made_at, last_at) VALUES ($1, $2, $3, $4, $5, $5)
		ON CONFLICT (source, subject_index) DO UPDATE SET last_at = excluded.last_at`, l.Source, s.subject(l.Source, l.Subject), l.Account, l.Person, tx.Now)
	return err
}

const differenceColumns = `id, source, person_id, account_id, theirs_sealed, state, seen_at, decider, decided_at, reason`

func (s Store) scanDifference(r db.Row) (d signon.Difference, err error) {
	var sealed string
	if err := r.Scan(&d.ID, &d.Source, &d.Person, &d.Account, &sealed, &d.State, &d.Seen, &d.Decider, &d.Decided, &d.Reason); err != nil {
		return d, err
	}
	d.Theirs, err = s.keys.OpenText(differencesTable, "theirs", d.ID, sealed)
	return d, err
}

// PutDifference adds or changes a difference.
func (s Store) PutDifference(ctx context.Context, tx *db.Tx, d signon.Difference) error {
	_, err := tx.Exec(ctx, `INSERT INTO signon_differences (`+differenceColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
		ON CONFLICT (id) DO UPDATE SET theirs_sealed = excluded.theirs_sealed, state = excluded.state, seen_at = excluded.seen_at, decider = excluded.decider,
		decided_at = excluded.decided_at, reason = excluded.reason`,
		d.ID, d.Source, d.Person, d.Account, s.keys.SealText(differencesTable, "theirs", d.ID, d.Theirs), d.State, d.Seen, d.Decider, d.Decided, d.Reason)
	return err
}

// LastDifference returns the difference of a person and a source that nobody has
// cleared, or the last that was.
func (s Store) LastDifference(ctx context.Context, q db.Querier, person, source string) (signon.Difference, bool, error) {
	d, err := s.scanDifference(q.QueryRow(ctx, `SELECT `+differenceColumns+` FROM signon_differences WHERE person_id = $1 AND source = $2
		ORDER BY CASE WHEN state = 'open' THEN 0 ELSE 1 END, id DESC LIMIT 1`, person, source))
	if errors.Is(err, db.ErrNoRows) {
		return d, false, nil
	}
	return d, err == nil, err
}

// Difference returns one, for a transaction that changes it; signon.ErrDifference.
func (s Store) Difference(ctx context.Context, tx *db.Tx, id string) (signon.Difference, error) {
	d, err := s.scanDifference(tx.QueryRow(ctx, `SELECT `+differenceColumns+` FROM signon_differences WHERE id = $1`+tx.ForUpdate(), id))
	if errors.Is(err, db.ErrNoRows) {
		return d, signon.ErrDifference
	}
	return d, err
}

// Differences returns at most limit of a state after the given one, the oldest first.
func (s Store) Differences(ctx context.Context, q db.Querier, state, after string, limit int) ([]signon.Difference, error) {
	return db.All(ctx, q, s.scanDifference, `SELECT `+differenceColumns+` FROM signon_differences WHERE state = $1 AND id > $2 ORDER BY id LIMIT $3`, state, after, limit)
}
