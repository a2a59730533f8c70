// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package store keeps representations, guardianships, households, merges and
// claims, and for whom people have chosen to work.
package store

import (
	"context"
	"embed"
	"encoding/json"
	"errors"
	"fmt"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/modules/persons"
	"tinhso.vn/internal/platform/crypt"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/id"
)

//go:embed migrations
var files embed.FS

// Migrations creates the tables of persons.
func Migrations() db.Migrations { return db.Migrations{Namespace: "persons", Files: files} }

// Store has no state but the keys that seal personal data.
type Store struct{ keys *crypt.Keys }

// New returns a store.
func New(k *crypt.Keys) Store { return Store{k} }

// Sealed names the columns that hold sealed texts.
func Sealed() []crypt.Sealed {
	return []crypt.Sealed{
		{Table: representations, Column: "paper_sealed", Bound: "paper_sealed", Key: []string{"id"}},
		{Table: households, Column: "address_sealed", Bound: "address_sealed", Key: []string{"id"}},
		{Table: history, Column: "words_sealed", Bound: "words_sealed", Key: []string{"id"}},
		{Table: requests, Column: "asked_sealed", Bound: "asked_sealed", Key: []string{"id"}},
		{Table: deaths, Column: "sealed", Bound: "sealed", Key: []string{"id"}},
	}
}

const (
	representations = "persons_representations"
	history         = "persons_history"
	latest          = "~" // after every id
)

// Paper is what gives a right.
type Paper struct {
	Number string `json:"number,omitempty"`
	Date   string `json:"date,omitempty"` // YYYY-MM-DD
	Issuer string `json:"issuer,omitempty"`
}

// Representation is one row of persons_representations.
type Representation struct {
	ID, Represented, Agent string
	Basis                  persons.Basis
	Paper                  Paper
	File                   string
	Every                  bool
	Procedures, Fields     []string
	Acts                   []access.Act
	From, Until            db.Time
	State, How, Unit, By   string
	At, Ended              db.Time
}

const columns = `id, represented, agent, basis, paper_sealed, file_id, every, procedures, fields, acts, from_at, until_at, state, how, unit, made_by, made_at, ended_at`

func (s Store) scan(r db.Row) (v Representation, err error) {
	var paper, procedures, fields, acts string
	var every int
	if err = r.Scan(&v.ID, &v.Represented, &v.Agent, &v.Basis, &paper, &v.File, &every, &procedures, &fields, &acts, &v.From, &v.Until, &v.State, &v.How, &v.Unit, &v.By, &v.At, &v.Ended); err != nil {
		return v, err
	}
	v.Every = every == 1
	if paper, err = s.keys.OpenText(representations, "paper_sealed", v.ID, paper); err != nil {
		return v, err
	}
	return v, errors.Join(json.Unmarshal([]byte(paper), &v.Paper), json.Unmarshal([]byte(procedures), &v.Procedures), json.Unmarshal([]byte(fields), &v.Fields), json.Unmarshal([]byte(acts), &v.Acts))
}

// Put keeps a representation, new or changed. What it says stays as it was
// granted; its end and its state change.
func (s Store) Put(ctx context.Context, tx *db.Tx, v Representation) error {
	text := func(x any) string {
		raw, err := json.Marshal(x)
		if err != nil {
			panic(fmt.Sprintf("persons: %v", err)) // lists of strings
		}
		return string(raw)
	}
	every := 0
	if v.Every {
		every = 1
	}
	_, err := tx.Exec(ctx, `INSERT INTO persons_representations (`+columns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
		ON CONFLICT (id) DO UPDATE SET file_id = excluded.file_id, until_at = excluded.until_at, state = excluded.state, ended_at = excluded.ended_at`,
		v.ID, v.Represented, v.Agent, string(v.Basis), s.keys.SealText(representations, "paper_sealed", v.ID, text(v.Paper)), v.File, every, text(v.Procedures), text(v.Fields), text(v.Acts),
		v.From, v.Until, v.State, v.How, v.Unit, v.By, v.At, v.Ended)
	return err
}

// Get returns a representation; ErrNotFound where there is none.
func (s Store) Get(ctx context.Context, q db.Querier, id string) (Representation, error) {
	v, err := s.scan(q.QueryRow(ctx, `SELECT `+columns+` FROM persons_representations WHERE id = $1`, id))
	return v, orNotFound(err)
}

// Lock is Get for a transaction that decides on it.
func (s Store) Lock(ctx context.Context, tx *db.Tx, id string) (Representation, error) {
	v, err := s.scan(tx.QueryRow(ctx, `SELECT `+columns+` FROM persons_representations WHERE id = $1`+tx.ForUpdate(), id))
	return v, orNotFound(err)
}

// Between returns everything there ever was between an agent and whom the agent
// represents, the oldest first: few. In a transaction the rows are kept.
func (s Store) Between(ctx context.Context, q db.Querier, agent, represented string) ([]Representation, error) {
	return db.All(ctx, q, s.scan, between+lockIn(q), agent, represented)
}

const between = `SELECT ` + columns + ` FROM persons_representations WHERE agent = $1 AND represented = $2 ORDER BY id`

// OfAgent returns at most limit representations of an agent, the newest first, before the given one.
func (s Store) OfAgent(ctx context.Context, q db.Querier, agent, before string, limit int) ([]Representation, error) {
	if before == "" {
		before = latest
	}
	return db.All(ctx, q, s.scan, ofAgent, agent, before, limit)
}

const ofAgent = `SELECT ` + columns + ` FROM persons_representations WHERE agent = $1 AND id < $2 ORDER BY id DESC LIMIT $3`

// OfRepresented returns at most limit representations of somebody, as OfAgent.
func (s Store) OfRepresented(ctx context.Context, q db.Querier, represented, before string, limit int) ([]Representation, error) {
	if before == "" {
		before = latest
	}
	return db.All(ctx, q, s.scan, ofRepresented, represented, before, limit)
}

const ofRepresented = `SELECT ` + columns + ` FROM persons_representations WHERE represented = $1 AND id < $2 ORDER BY id DESC LIMIT $3`

// Choices returns whom an agent may act for at a moment, at most limit.
func (s Store) Choices(ctx context.Context, q db.Querier, agent string, now db.Time, limit int) ([]string, error) {
	return db.All(ctx, q, db.Column[string], choices, agent, now, limit)
}

const choices = `SELECT DISTINCT represented FROM persons_representations WHERE agent = $1 AND state = 'active' AND from_at <= $2 AND (until_at IS NULL OR until_at > $2) ORDER BY represented LIMIT $3`

// Checking returns at most limit representations in scope that wait for a second
// person, by id, after the given one.
func (s Store) Checking(ctx context.Context, q db.Querier, scope access.Scope, after string, limit int) ([]Representation, error) {
	text, args := checkingQuery(scope, after, limit)
	return db.All(ctx, q, s.scan, text, args...)
}

func checkingQuery(scope access.Scope, after string, limit int) (string, []any) {
	in, args := scope.Where(access.Columns{Units: []string{"unit"}}, after, limit)
	return `SELECT ` + columns + ` FROM persons_representations WHERE state = 'checking' AND id > $1 AND ` + in + ` ORDER BY id LIMIT $2`, args
}

// CountChecking counts them.
func (Store) CountChecking(ctx context.Context, q db.Querier, scope access.Scope) (n int64, err error) {
	in, args := scope.Where(access.Columns{Units: []string{"unit"}})
	err = q.QueryRow(ctx, `SELECT COUNT(*) FROM persons_representations WHERE state = 'checking' AND `+in, args...).Scan(&n)
	return n, err
}

// Event is one line of history.
type Event struct {
	About, What, By, Words string
	At                     db.Time
}

// AddEvent adds a line of history.
func (s Store) AddEvent(ctx context.Context, tx *db.Tx, e Event) error {
	one := id.New()
	_, err := tx.Exec(ctx, `INSERT INTO persons_history (id, about, at, what, actor, words_sealed) VALUES ($1, $2, $3, $4, $5, $6)`,
		one, e.About, tx.Now, e.What, e.By, s.keys.SealText(history, "words_sealed", one, e.Words))
	return err
}

// Events returns the history of something, the oldest first: few lines.
func (s Store) Events(ctx context.Context, q db.Querier, about string) ([]Event, error) {
	return db.All(ctx, q, func(r db.Row) (e Event, err error) {
		var one, words string
		if err = r.Scan(&one, &e.About, &e.At, &e.What, &e.By, &words); err == nil {
			e.Words, err = s.keys.OpenText(history, "words_sealed", one, words)
		}
		return e, err
	}, historyOf, about)
}

const historyOf = `SELECT id, about, at, what, actor, words_sealed FROM persons_history WHERE about = $1 ORDER BY id`

// Choose keeps for whom a session works; nobody: for oneself.
func (Store) Choose(ctx context.Context, tx *db.Tx, session, person string) error {
	if person == "" {
		_, err := tx.Exec(ctx, `DELETE FROM persons_acting WHERE session_id = $1`, session)
		return err
	}
	_, err := tx.Exec(ctx, `INSERT INTO persons_acting (session_id, person, at) VALUES ($1, $2, $3)
		ON CONFLICT (session_id) DO UPDATE SET person = excluded.person, at = excluded.at`, session, person, tx.Now)
	return err
}

// Chosen returns for whom a session works; empty: for oneself.
func (Store) Chosen(ctx context.Context, q db.Querier, session string) (person string, err error) {
	err = q.QueryRow(ctx, `SELECT person FROM persons_acting WHERE session_id = $1`, session).Scan(&person)
	if errors.Is(err, db.ErrNoRows) {
		return "", nil
	}
	return person, err
}

// ForgetChoices forgets choices of before.
func (Store) ForgetChoices(ctx context.Context, tx *db.Tx, before db.Time) error {
	_, err := tx.Exec(ctx, `DELETE FROM persons_acting WHERE at < $1`, before)
	return err
}

func orNotFound(err error) error {
	if errors.Is(err, db.ErrNoRows) {
		return persons.ErrNotFound
	}
	return err
}
