// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package store keeps what was asked of databases of other agencies.
package store

import (
	"context"
	"embed"
	"encoding/json"
	"errors"

	"tinhso.vn/internal/modules/lookups"
	"tinhso.vn/internal/platform/crypt"
	"tinhso.vn/internal/platform/db"
)

//go:embed migrations
var files embed.FS

// Migrations creates the tables.
func Migrations() db.Migrations { return db.Migrations{Namespace: "lookups", Files: files} }

const (
	askedTable, answerColumn   = "lookups_asked", "answer_sealed"
	takenTable, declaredColumn = "lookups_taken", "declared_sealed"
	valueColumn                = "value_sealed"
)

// Sealed names the columns that hold sealed texts.
func Sealed() []crypt.Sealed {
	return []crypt.Sealed{
		{Table: askedTable, Column: answerColumn, Key: []string{"id"}},
		{Table: takenTable, Column: declaredColumn, Key: []string{"id"}},
		{Table: takenTable, Column: valueColumn, Key: []string{"id"}},
	}
}

// Store has no state but the keys that seal personal data.
type Store struct{ keys *crypt.Keys }

// New returns a store.
func New(k *crypt.Keys) Store { return Store{k} }

// PutSources makes the databases those of a pack and returns how many differ.
func PutSources(ctx context.Context, tx *db.Tx, all []lookups.Source) (changed int, err error) {
	before := map[string]string{}
	if _, err := db.All(ctx, tx, func(r db.Row) (id string, err error) {
		var body string
		err = r.Scan(&id, &body)
		before[id] = body
		return id, err
	}, `SELECT id, body FROM lookups_sources`); err != nil {
		return 0, err
	}
	for _, s := range all {
		body, err := json.Marshal(s)
		if err != nil {
			return 0, err
		}
		old, there := before[s.ID]
		delete(before, s.ID)
		if there && old == string(body) {
			continue
		}
		changed++
		if _, err := tx.Exec(ctx, `INSERT INTO lookups_sources (id, body) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET body = excluded.body`, s.ID, string(body)); err != nil {
			return 0, err
		}
	}
	for id := range before {
		changed++
		if _, err := tx.Exec(ctx, `DELETE FROM lookups_sources WHERE id = $1`, id); err != nil {
			return 0, err
		}
	}
	return changed, nil
}

// Sources returns the databases of the pack: there are few.
func Sources(ctx context.Context, q db.Querier) ([]lookups.Source, error) {
	return db.All(ctx, q, func(r db.Row) (s lookups.Source, err error) {
		var body string
		if err = r.Scan(&body); err != nil {
			return s, err
		}
		err = json.Unmarshal([]byte(body), &s)
		return s, err
	}, `SELECT body FROM lookups_sources ORDER BY id`)
}

// Asked is a question and what came of it.
type Asked struct {
	ID, Dossier, Source, Use string
	Purpose, Person, By      string
	At                       db.Time
	Outcome                  lookups.Outcome
	Answer                   map[string]string // by field; nil: there is none, or it is kept no more
	Until                    db.Time           // how long the answer stands
}

const askedColumns = `id, dossier_id, source, use_id, purpose, person, by_account, at, outcome, answer_sealed, kept_until`

func (s Store) scanAsked(r db.Row) (a Asked, err error) {
	var sealed string
	if err = r.Scan(&a.ID, &a.Dossier, &a.Source, &a.Use, &a.Purpose, &a.Person, &a.By, &a.At, &a.Outcome, &sealed, &a.Until); err != nil || sealed == "" {
		return a, err
	}
	body, err := s.keys.OpenText(askedTable, answerColumn, a.ID, sealed)
	if err != nil {
		return a, err
	}
	return a, json.Unmarshal([]byte(body), &a.Answer)
}

// AddAsked writes a question down. An answer that is not kept is not written.
func (s Store) AddAsked(ctx context.Context, tx *db.Tx, a Asked) error {
	sealed := ""
	if len(a.Answer) > 0 && tx.Now.Before(a.Until.Time) {
		body, err := json.Marshal(a.Answer)
		if err != nil {
			return err
		}
		sealed = s.keys.SealText(askedTable, answerColumn, a.ID, string(body))
	}
	_, err := tx.Exec(ctx, `INSERT INTO lookups_asked (`+askedColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		a.ID, a.Dossier, a.Source, a.Use, a.Purpose, a.Person, a.By, tx.Now, string(a.Outcome), sealed, a.Until)
	return err
}

// mostAsked is more than is asked about one dossier.
const mostAsked = 200

// ListAsked returns what was asked about a dossier, the newest first.
func (s Store) ListAsked(ctx context.Context, q db.Querier, dossier string) ([]Asked, error) {
	return db.All(ctx, q, s.scanAsked, `SELECT `+askedColumns+` FROM lookups_asked WHERE dossier_id = $1 ORDER BY id DESC LIMIT $2`, dossier, mostAsked)
}

// GetAsked returns a question; ErrNotFound where there is none.
func (s Store) GetAsked(ctx context.Context, q db.Querier, id string) (Asked, error) {
	a, err := s.scanAsked(q.QueryRow(ctx, `SELECT `+askedColumns+` FROM lookups_asked WHERE id = $1`, id))
	if errors.Is(err, db.ErrNoRows) {
		err = lookups.ErrNotFound
	}
	return a, err
}

// CountSince counts the questions of an official since a moment.
func CountSince(ctx context.Context, q db.Querier, account string, since db.Time) (n int64, err error) {
	err = q.QueryRow(ctx, `SELECT COUNT(*) FROM lookups_asked WHERE by_account = $1 AND at > $2`, account, since).Scan(&n)
	return n, err
}

// Erase erases the answers whose time is over.
func Erase(ctx context.Context, tx *db.Tx) error {
	_, err := tx.Exec(ctx, `UPDATE lookups_asked SET answer_sealed = '' WHERE kept_until <= $1 AND answer_sealed <> ''`, tx.Now)
	return err
}

// Taken is a value that stands beside what was declared.
type Taken struct {
	ID, Dossier, Asked, Field, Form string
	Declared, Value, By             string
	At                              db.Time
}

const takenColumns = `id, dossier_id, asked_id, field, form_key, declared_sealed, value_sealed, by_account, at`

// PutTaken keeps both values; what was taken before for the same question is replaced.
func (s Store) PutTaken(ctx context.Context, tx *db.Tx, t Taken) error {
	if _, err := tx.Exec(ctx, `DELETE FROM lookups_taken WHERE dossier_id = $1 AND form_key = $2`, t.Dossier, t.Form); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `INSERT INTO lookups_taken (`+takenColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`, t.ID, t.Dossier, t.Asked, t.Field, t.Form,
		s.keys.SealText(takenTable, declaredColumn, t.ID, t.Declared), s.keys.SealText(takenTable, valueColumn, t.ID, t.Value), t.By, tx.Now)
	return err
}

// ListTaken returns what was taken for a dossier.
func (s Store) ListTaken(ctx context.Context, q db.Querier, dossier string) ([]Taken, error) {
	return db.All(ctx, q, func(r db.Row) (t Taken, err error) {
		var declared, value string
		if err = r.Scan(&t.ID, &t.Dossier, &t.Asked, &t.Field, &t.Form, &declared, &value, &t.By, &t.At); err != nil {
			return t, err
		}
		if t.Declared, err = s.keys.OpenText(takenTable, declaredColumn, t.ID, declared); err != nil {
			return t, err
		}
		t.Value, err = s.keys.OpenText(takenTable, valueColumn, t.ID, value)
		return t, err
	}, `SELECT `+takenColumns+` FROM lookups_taken WHERE dossier_id = $1 ORDER BY id LIMIT $2`, dossier, mostAsked)
}
