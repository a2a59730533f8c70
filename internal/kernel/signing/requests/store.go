// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package requests

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"

	"tinhso.vn/internal/platform/db"
)

// Request is one approval by one person.
type Request struct {
	ID          ID
	Provider    string
	Certificate string // id in the register
	Serial      string
	Account     string // who approves
	Unit        string
	Compare     string // six figures, on the page and on the phone
	State       State
	Code        string // why it failed: the code of an error
	CreatedAt   db.Time
	ExpiresAt   db.Time
	EndedAt     db.Time
	Late        string // what the provider said after the end; empty: nothing

	reference, user string
	tick            int64
	tries           int
	chain           chain
}

// Item is one document of a request.
type Item struct {
	ID      string
	Request ID
	Kind    string // of the owner's subject
	Subject string
	Step    string
	Name    string
	State   ItemState
	Code    string // why it failed

	file, result string
	hash, attrs  []byte
	start, end   int
	field        string
	place        int
}

// chain is a certificate and those above it, DER.
type chain struct {
	Cert  []byte   `json:"cert"`
	Above [][]byte `json:"above"`
}

const (
	requestsTable  = "requests_requests"
	requestColumns = `id, provider, certificate, serial, cert, user_sealed, account, unit, compare, state, code, reference, tick, tries,
	created_at, expires_at, ended_at, late`
	itemColumns = `id, request_id, place, kind, subject, step, name, file, hash, place_start, place_end, field, attrs, state, code, result`
)

func (s *Service) scan(r db.Row) (q Request, err error) {
	var cert, sealed string
	err = r.Scan(&q.ID, &q.Provider, &q.Certificate, &q.Serial, &cert, &sealed, &q.Account, &q.Unit, &q.Compare, &q.State, &q.Code, &q.reference,
		&q.tick, &q.tries, &q.CreatedAt, &q.ExpiresAt, &q.EndedAt, &q.Late)
	if errors.Is(err, db.ErrNoRows) {
		return q, ErrNotFound
	}
	if err != nil {
		return q, err
	}
	if q.user, err = s.Keys.OpenText(requestsTable, "user_sealed", string(q.ID), sealed); err != nil {
		return q, err
	}
	return q, json.Unmarshal([]byte(cert), &q.chain)
}

// Get returns a request; ErrNotFound where there is none. Who may see it is the
// caller's to decide.
func (s *Service) Get(ctx context.Context, q db.Querier, id ID) (Request, error) {
	return s.scan(q.QueryRow(ctx, `SELECT `+requestColumns+` FROM requests_requests WHERE id = $1`, string(id)))
}

func (s *Service) lock(ctx context.Context, tx *db.Tx, id ID) (Request, error) {
	return s.scan(tx.QueryRow(ctx, `SELECT `+requestColumns+` FROM requests_requests WHERE id = $1`+tx.ForUpdate(), string(id)))
}

// Items returns the documents of a request in its order.
func (s *Service) Items(ctx context.Context, q db.Querier, id ID) ([]Item, error) {
	return db.All(ctx, q, scanItem, `SELECT `+itemColumns+` FROM requests_items WHERE request_id = $1 ORDER BY place`, string(id))
}

func scanItem(r db.Row) (i Item, err error) {
	var hash, attrs string
	err = r.Scan(&i.ID, &i.Request, &i.place, &i.Kind, &i.Subject, &i.Step, &i.Name, &i.file, &hash, &i.start, &i.end, &i.field, &attrs,
		&i.State, &i.Code, &i.result)
	if err != nil {
		return i, err
	}
	if i.hash, err = hex.DecodeString(hash); err != nil {
		return i, err
	}
	i.attrs, err = base64.StdEncoding.DecodeString(attrs)
	return i, err
}

func (s *Service) insert(ctx context.Context, tx *db.Tx, q Request) error {
	cert, err := json.Marshal(q.chain)
	if err != nil {
		return err
	}
	next := q.CreatedAt
	if q.Provider == Card {
		next = q.ExpiresAt
	}
	_, err = tx.Exec(ctx, `INSERT INTO requests_requests (`+requestColumns+`, next_at, swept)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, '', '', 0, 0, $11, $12, $13, '', $14, 0)`,
		string(q.ID), q.Provider, q.Certificate, q.Serial, string(cert), s.Keys.SealText(requestsTable, "user_sealed", string(q.ID), q.user),
		q.Account, q.Unit, q.Compare, string(q.State), q.CreatedAt, q.ExpiresAt, db.Time{}, next)
	return err
}

func insertItem(ctx context.Context, tx *db.Tx, i Item) error {
	n, err := tx.Exec(ctx, `INSERT INTO requests_items (`+itemColumns+`)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, '', '') ON CONFLICT DO NOTHING`,
		i.ID, string(i.Request), i.place, i.Kind, i.Subject, i.Step, i.Name, i.file, hex.EncodeToString(i.hash), i.start, i.end, i.field,
		base64.StdEncoding.EncodeToString(i.attrs), string(ItemWaiting))
	if err == nil && n == 0 {
		return ErrOpen
	}
	return err
}

// errPath would be a mistake of ours: the row was locked and looked at.
var errPath = errors.New("a request cannot go that way")

// to takes a locked request to another state.
func (s *Service) to(ctx context.Context, tx *db.Tx, q *Request, state State) error {
	if !q.State.may(state) {
		return errPath
	}
	q.State = state
	if !state.Open() {
		q.EndedAt = tx.Now
	}
	_, err := tx.Exec(ctx, `UPDATE requests_requests SET state = $2, code = $3, reference = $4, ended_at = $5 WHERE id = $1`,
		string(q.ID), string(q.State), q.Code, q.reference, q.EndedAt)
	return err
}
