// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"encoding/json"

	"tinhso.vn/internal/kernel/saml"
	"tinhso.vn/internal/platform/db"
)

const (
	samlKeysTable = "signon_saml_keys"
	outsideTable  = "signon_outside"
)

// SAMLKey is our key towards providers that speak SAML.
type SAMLKey struct {
	saml.Key

	ID                string
	Made, Signs, Ends db.Time // Signs is zero for one that is prepared, Ends for one without an end
}

// AddSAMLKey keeps a key: prepared, or one that signs from now on and takes the
// place of those before.
func (s Store) AddSAMLKey(ctx context.Context, tx *db.Tx, id string, k saml.Key, prepared bool) error {
	secret, err := k.Secret()
	if err != nil {
		return err
	}
	signs := tx.Now
	if prepared {
		signs = db.Time{}
	}
	_, err = tx.Exec(ctx, `INSERT INTO signon_saml_keys (id, secret_sealed, made_at, signs_at) VALUES ($1, $2, $3, $4)`,
		id, s.keys.SealText(samlKeysTable, "secret", id, string(secret)), tx.Now, signs)
	return err
}

// SAMLKeys returns the keys that are not over: the one that signs first, then
// those before it and one that is prepared. There are few.
func (s Store) SAMLKeys(ctx context.Context, q db.Querier, now db.Time) ([]SAMLKey, error) {
	return db.All(ctx, q, func(r db.Row) (k SAMLKey, err error) {
		var sealed string
		if err := r.Scan(&k.ID, &sealed, &k.Made, &k.Signs, &k.Ends); err != nil {
			return k, err
		}
		secret, err := s.keys.OpenText(samlKeysTable, "secret", k.ID, sealed)
		if err != nil {
			return k, err
		}
		k.Key, err = saml.ParseKey([]byte(secret))
		return k, err
	}, `SELECT id, secret_sealed, made_at, signs_at, ends_at FROM signon_saml_keys WHERE ends_at IS NULL OR ends_at > $1
		ORDER BY COALESCE(signs_at, 0) DESC, id DESC LIMIT 20`, now)
}

// UseSAMLKey lets a prepared key sign from now on; those before it open until ends.
func (Store) UseSAMLKey(ctx context.Context, tx *db.Tx, id string, ends db.Time) error {
	if _, err := tx.Exec(ctx, `UPDATE signon_saml_keys SET signs_at = $1 WHERE id = $2`, tx.Now, id); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `UPDATE signon_saml_keys SET ends_at = $1 WHERE id <> $2 AND (ends_at IS NULL OR ends_at > $1)`, ends, id)
	return err
}

// There is a session that began with another provider.
type There struct {
	Session, Account, Source string
	Subject                  saml.Subject
}

// PutThere keeps it.
func (s Store) PutThere(ctx context.Context, tx *db.Tx, t There) error {
	words, err := json.Marshal(t.Subject)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `INSERT INTO signon_outside (session_id, account_id, source, subject_index, there_sealed, made_at) VALUES ($1, $2, $3, $4, $5, $6)`,
		t.Session, t.Account, t.Source, s.subject(t.Source, t.Subject.Value), s.keys.SealText(outsideTable, "there", t.Session, string(words)), tx.Now)
	return err
}

func (s Store) scanThere(r db.Row) (t There, err error) {
	var sealed string
	if err := r.Scan(&t.Session, &t.Account, &t.Source, &sealed); err != nil {
		return t, err
	}
	words, err := s.keys.OpenText(outsideTable, "there", t.Session, sealed)
	if err != nil {
		return t, err
	}
	return t, json.Unmarshal([]byte(words), &t.Subject)
}

// ThereOf returns where a session began; false where it began here.
func (s Store) ThereOf(ctx context.Context, q db.Querier, session string) (There, bool, error) {
	all, err := db.All(ctx, q, s.scanThere, `SELECT session_id, account_id, source, there_sealed FROM signon_outside WHERE session_id = $1`, session)
	if err != nil || len(all) == 0 {
		return There{}, false, err
	}
	return all[0], true, nil
}

// TheresOf returns the sessions that began with a provider for a subject: few.
func (s Store) TheresOf(ctx context.Context, q db.Querier, source, subject string) ([]There, error) {
	return db.All(ctx, q, s.scanThere, `SELECT session_id, account_id, source, there_sealed FROM signon_outside WHERE source = $1 AND subject_index = $2 ORDER BY session_id`,
		source, s.subject(source, subject))
}

// DropThere forgets where a session began that has ended.
func (Store) DropThere(ctx context.Context, tx *db.Tx, session string) error {
	_, err := tx.Exec(ctx, `DELETE FROM signon_outside WHERE session_id = $1`, session)
	return err
}
