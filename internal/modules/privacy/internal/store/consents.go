// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/platform/db"
)

// Consent is a row of privacy_consents with the text it was given to.
type Consent struct {
	ID, Person, Purpose, SHA, Lang string
	Version                        int
	Name, Text                     i18n.Text // as they were shown
	Given                          db.Time
	By, Channel                    string
	Withdrawn                      db.Time
	WithdrawnBy, WithdrawnChannel  string
}

const consentColumns = `c.id, c.person_id, c.purpose, c.sha, c.lang, t.version, t.name_vi, t.name_en, t.vi, t.en, c.given_at, c.given_by, c.given_channel,
	c.withdrawn_at, c.withdrawn_by, c.withdrawn_channel`

func scanConsent(r db.Row) (c Consent, err error) {
	err = r.Scan(&c.ID, &c.Person, &c.Purpose, &c.SHA, &c.Lang, &c.Version, &c.Name.VI, &c.Name.EN, &c.Text.VI, &c.Text.EN, &c.Given, &c.By, &c.Channel,
		&c.Withdrawn, &c.WithdrawnBy, &c.WithdrawnChannel)
	return c, err
}

// PutText keeps a text that people agree to; one that is there stays as it is.
func (Store) PutText(ctx context.Context, tx *db.Tx, c Consent) error {
	_, err := tx.Exec(ctx, `INSERT INTO privacy_texts (sha, purpose, version, name_vi, name_en, vi, en) VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (sha) DO NOTHING`,
		c.SHA, c.Purpose, c.Version, c.Name.VI, c.Name.EN, c.Text.VI, c.Text.EN)
	return err
}

// AddConsent notes that a person agrees. False: the person agreed already.
func (Store) AddConsent(ctx context.Context, tx *db.Tx, c Consent) (bool, error) {
	n, err := tx.Exec(ctx, `INSERT INTO privacy_consents (id, person_id, purpose, sha, lang, given_at, given_by, given_channel, withdrawn_by, withdrawn_channel)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, '', '') ON CONFLICT (person_id, purpose) WHERE withdrawn_at IS NULL DO NOTHING`,
		c.ID, c.Person, c.Purpose, c.SHA, c.Lang, tx.Now, c.By, c.Channel)
	return n == 1, err
}

// OpenConsent returns the id of what a person agrees to now; empty: nothing.
func (Store) OpenConsent(ctx context.Context, q db.Querier, person, purpose string) (string, error) {
	found, err := db.All(ctx, q, db.Column[string], `SELECT id FROM privacy_consents WHERE person_id = $1 AND purpose = $2 AND withdrawn_at IS NULL`, person, purpose)
	if err != nil || len(found) == 0 {
		return "", err
	}
	return found[0], nil
}

// WithdrawConsent ends a consent. False: it was ended before.
func (Store) WithdrawConsent(ctx context.Context, tx *db.Tx, id, by, channel string) (bool, error) {
	n, err := tx.Exec(ctx, `UPDATE privacy_consents SET withdrawn_at = $2, withdrawn_by = $3, withdrawn_channel = $4 WHERE id = $1 AND withdrawn_at IS NULL`,
		id, tx.Now, by, channel)
	return n == 1, err
}

// GetConsent returns a consent of a person.
func (Store) GetConsent(ctx context.Context, q db.Querier, person, id string) (Consent, error) {
	c, err := scanConsent(q.QueryRow(ctx, `SELECT `+consentColumns+` FROM privacy_consents c JOIN privacy_texts t ON t.sha = c.sha
		WHERE c.id = $1 AND c.person_id = $2`, id, person))
	return c, orNotFound(err)
}

// Consents returns at most limit consents of a person, the newest first, before one.
func (Store) Consents(ctx context.Context, q db.Querier, person, before string, limit int) ([]Consent, error) {
	query, args := consentsQuery(person, before, limit)
	return db.All(ctx, q, scanConsent, query, args...)
}

func consentsQuery(person, before string, limit int) (string, []any) {
	return `SELECT ` + consentColumns + ` FROM privacy_consents c JOIN privacy_texts t ON t.sha = c.sha
		WHERE c.person_id = $1 AND c.id < $2 ORDER BY c.id DESC LIMIT $3`, []any{person, upTo(before), limit}
}
