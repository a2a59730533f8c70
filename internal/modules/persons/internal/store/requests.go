// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"encoding/json"
	"errors"
	"strconv"
	"strings"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/modules/persons"
	"tinhso.vn/internal/platform/db"
)

const (
	requests = "persons_requests"
	deaths   = "persons_deaths"
)

// Request is one row of persons_requests. Asked is JSON.
type Request struct {
	ID, Agent, Asked, File, Unit, State, By, Decider string
	At, Decided                                      db.Time
}

const requestColumns = `id, agent, asked_sealed, file_id, unit, state, made_by, made_at, decided_by, decided_at`

func (s Store) scanRequest(r db.Row) (v Request, err error) {
	if err = r.Scan(&v.ID, &v.Agent, &v.Asked, &v.File, &v.Unit, &v.State, &v.By, &v.At, &v.Decider, &v.Decided); err == nil {
		v.Asked, err = s.keys.OpenText(requests, "asked_sealed", v.ID, v.Asked)
	}
	return v, err
}

// PutRequest keeps a request, new or decided.
func (s Store) PutRequest(ctx context.Context, tx *db.Tx, v Request) error {
	_, err := tx.Exec(ctx, `INSERT INTO persons_requests (`+requestColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
		ON CONFLICT (id) DO UPDATE SET state = excluded.state, decided_by = excluded.decided_by, decided_at = excluded.decided_at`,
		v.ID, v.Agent, s.keys.SealText(requests, "asked_sealed", v.ID, v.Asked), v.File, v.Unit, v.State, v.By, v.At, v.Decider, v.Decided)
	return err
}

// GetRequest returns a request, and keeps it for a transaction that asks;
// ErrNotFound where there is none.
func (s Store) GetRequest(ctx context.Context, q db.Querier, id string) (Request, error) {
	v, err := s.scanRequest(q.QueryRow(ctx, `SELECT `+requestColumns+` FROM persons_requests WHERE id = $1`+lockIn(q), id))
	return v, orNotFound(err)
}

// RequestsWaiting returns at most limit requests in scope that nobody has looked
// at, by id, after the given one.
func (s Store) RequestsWaiting(ctx context.Context, q db.Querier, scope access.Scope, after string, limit int) ([]Request, error) {
	text, args := waitingQuery(scope, after, limit)
	return db.All(ctx, q, s.scanRequest, text, args...)
}

func waitingQuery(scope access.Scope, after string, limit int) (string, []any) {
	in, args := scope.Where(access.Columns{Units: []string{"unit"}}, after, limit)
	return `SELECT ` + requestColumns + ` FROM persons_requests WHERE state = 'waiting' AND id > $1 AND ` + in + ` ORDER BY id LIMIT $2`, args
}

// CountRequests counts them.
func (Store) CountRequests(ctx context.Context, q db.Querier, scope access.Scope) (n int64, err error) {
	in, args := scope.Where(access.Columns{Units: []string{"unit"}})
	err = q.QueryRow(ctx, `SELECT COUNT(*) FROM persons_requests WHERE state = 'waiting' AND `+in, args...).Scan(&n)
	return n, err
}

// RequestsOf returns at most limit requests of an agent, the newest first, before the given one.
func (s Store) RequestsOf(ctx context.Context, q db.Querier, agent, before string, limit int) ([]Request, error) {
	if before == "" {
		before = latest
	}
	return db.All(ctx, q, s.scanRequest, requestsOf, agent, before, limit)
}

const requestsOf = `SELECT ` + requestColumns + ` FROM persons_requests WHERE agent = $1 AND id < $2 ORDER BY id DESC LIMIT $3`

// Death is one row of persons_deaths.
type Death struct {
	ID, Person               string
	Day                      string // YYYY-MM-DD
	Paper                    Paper
	State, Unit, By, Decider string
	Accounts                 []string // that it has closed
	At, Decided              db.Time
}

const deathColumns = `id, person, sealed, state, accounts, unit, made_by, made_at, decided_by, decided_at`

type deathSealed struct {
	Day   string `json:"day"`
	Paper Paper  `json:"paper"`
}

func (s Store) scanDeath(r db.Row) (d Death, err error) {
	var sealed, accounts string
	if err = r.Scan(&d.ID, &d.Person, &sealed, &d.State, &accounts, &d.Unit, &d.By, &d.At, &d.Decider, &d.Decided); err != nil {
		return d, err
	}
	if sealed, err = s.keys.OpenText(deaths, "sealed", d.ID, sealed); err != nil {
		return d, err
	}
	var said deathSealed
	err = errors.Join(json.Unmarshal([]byte(sealed), &said), json.Unmarshal([]byte(accounts), &d.Accounts))
	d.Day, d.Paper = said.Day, said.Paper
	return d, err
}

// PutDeath keeps that somebody has died, new or decided. What is not refused nor
// withdrawn is there once: ErrOverlap.
func (s Store) PutDeath(ctx context.Context, tx *db.Tx, d Death) error {
	sealed, err := json.Marshal(deathSealed{d.Day, d.Paper})
	if err != nil {
		return err
	}
	accounts, err := json.Marshal(d.Accounts)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `INSERT INTO persons_deaths (`+deathColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
		ON CONFLICT (id) DO UPDATE SET state = excluded.state, accounts = excluded.accounts, decided_by = excluded.decided_by, decided_at = excluded.decided_at`,
		d.ID, d.Person, s.keys.SealText(deaths, "sealed", d.ID, string(sealed)), d.State, string(accounts), d.Unit, d.By, d.At, d.Decider, d.Decided)
	if db.IsDuplicate(err) {
		return persons.ErrOverlap.Because(err)
	}
	return err
}

// GetDeath returns a death and keeps it for a transaction that asks.
func (s Store) GetDeath(ctx context.Context, q db.Querier, id string) (Death, error) {
	d, err := s.scanDeath(q.QueryRow(ctx, `SELECT `+deathColumns+` FROM persons_deaths WHERE id = $1`+lockIn(q), id))
	return d, orNotFound(err)
}

// DeathOf returns the death of a person that holds or waits; false where there is none.
func (s Store) DeathOf(ctx context.Context, q db.Querier, person string) (d Death, found bool, err error) {
	d, err = s.scanDeath(q.QueryRow(ctx, deathOf, person))
	if errors.Is(err, db.ErrNoRows) {
		return d, false, nil
	}
	return d, err == nil, err
}

const deathOf = `SELECT ` + deathColumns + ` FROM persons_deaths WHERE person = $1 AND state IN ('checking', 'confirmed')`

// DeathsOf returns the confirmed deaths of some people: a page of a list asks for.
func (s Store) DeathsOf(ctx context.Context, q db.Querier, people []string) ([]Death, error) {
	if len(people) == 0 {
		return nil, nil
	}
	text, args := deathsOfQuery(people)
	return db.All(ctx, q, s.scanDeath, text, args...)
}

func deathsOfQuery(people []string) (string, []any) {
	marks, args := make([]string, len(people)), make([]any, len(people))
	for i, p := range people {
		marks[i], args[i] = "$"+strconv.Itoa(i+1), p
	}
	return `SELECT ` + deathColumns + ` FROM persons_deaths WHERE person IN (` + strings.Join(marks, ", ") + `) AND state = 'confirmed'`, args
}

// DeathsChecking returns at most limit deaths in scope that wait for a second
// official, by id, after the given one.
func (s Store) DeathsChecking(ctx context.Context, q db.Querier, scope access.Scope, after string, limit int) ([]Death, error) {
	text, args := deathsQuery(scope, after, limit)
	return db.All(ctx, q, s.scanDeath, text, args...)
}

func deathsQuery(scope access.Scope, after string, limit int) (string, []any) {
	in, args := scope.Where(access.Columns{Units: []string{"unit"}}, after, limit)
	return `SELECT ` + deathColumns + ` FROM persons_deaths WHERE state = 'checking' AND id > $1 AND ` + in + ` ORDER BY id LIMIT $2`, args
}

// LiveOf returns the rights by or for a person that hold or may still come to
// hold, and keeps them: few.
func (s Store) LiveOf(ctx context.Context, tx *db.Tx, person string) ([]Representation, error) {
	return db.All(ctx, tx, s.scan, liveOf+tx.ForUpdate(), person)
}

const liveOf = `SELECT ` + columns + ` FROM persons_representations WHERE (agent = $1 OR represented = $1) AND state IN ('active', 'offered', 'checking') ORDER BY id`

// lockIn keeps what a transaction reads.
func lockIn(q db.Querier) string {
	if tx, ok := q.(*db.Tx); ok {
		return tx.ForUpdate()
	}
	return ""
}
