// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package store keeps types of papers, papers, what they served for, and links
// by which owners share them.
package store

import (
	"context"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/modules/holdings"
	"tinhso.vn/internal/platform/crypt"
	"tinhso.vn/internal/platform/db"
)

//go:embed migrations
var files embed.FS

// Migrations creates the tables of the vault.
func Migrations() db.Migrations { return db.Migrations{Namespace: "holdings", Files: files} }

// Store has no state but the keys that seal personal data.
type Store struct{ keys *crypt.Keys }

// New returns a store.
func New(k *crypt.Keys) Store { return Store{k} }

const (
	papers = "holdings_papers"
	shares = "holdings_shares"
	looks  = "holdings_looks"
	latest = "~" // after every id
)

// Sealed names the columns that hold sealed texts.
func Sealed() []crypt.Sealed {
	return []crypt.Sealed{
		{Table: papers, Column: "facts_sealed", Key: []string{"id"}},
		{Table: papers, Column: "reason_sealed", Key: []string{"id"}},
		{Table: shares, Column: "purpose_sealed", Key: []string{"id"}},
		{Table: looks, Column: "address_sealed", Key: []string{"id"}},
	}
}

// Owned are those whose paper it is, and those who act for them.
func Owned() access.Columns {
	return access.Columns{Persons: []string{"owner_id"}, Owner: "owner_id", Kind: "procedure_id"}
}

// Made are those whose unit issued or digitised it.
func Made() access.Columns { return access.Columns{Units: []string{"unit"}} }

// Facts is what a paper says, besides its dates: personal data.
type Facts struct {
	Number  string `json:"number,omitempty"`
	Issuer  string `json:"issuer"`
	Summary string `json:"summary,omitempty"`
	Officer string `json:"officer,omitempty"` // who signed it, or checked the copy against the original
	Checked string `json:"checked,omitempty"` // against what: original, certified
	Batch   string `json:"batch,omitempty"`   // with which it was digitised from a cabinet
}

// Paper is one row of holdings_papers.
type Paper struct {
	ID, Owner, Type      string
	Facts                Facts
	Procedure, Issuer    string // Issuer is a unit
	Issued, Until        string // YYYY-MM-DD
	Perpetual            bool
	Signed               holdings.Signed
	File, SHA            string
	Source               holdings.Source
	SourceKey            string
	Dossier, Unit, By    string
	At                   db.Time
	State                holdings.State
	Replaces, ReplacedBy string
	Ended                db.Time
	EndedBy, Reason      string
}

const columns = `id, owner_id, type, facts_sealed, procedure_id, issuer_unit, issued_on, until_on, perpetual, signature, file_id, file_sha, source, source_key,
	dossier_id, unit, made_by, made_at, state, replaces, replaced_by, ended_at, ended_by, reason_sealed`

func (s Store) scan(r db.Row) (p Paper, err error) {
	var facts string
	var perpetual int
	if err = r.Scan(&p.ID, &p.Owner, &p.Type, &facts, &p.Procedure, &p.Issuer, &p.Issued, &p.Until, &perpetual, &p.Signed, &p.File, &p.SHA, &p.Source, &p.SourceKey,
		&p.Dossier, &p.Unit, &p.By, &p.At, &p.State, &p.Replaces, &p.ReplacedBy, &p.Ended, &p.EndedBy, &p.Reason); err != nil {
		return p, err
	}
	p.Perpetual = perpetual == 1
	if facts, err = s.keys.OpenText(papers, "facts_sealed", p.ID, facts); err != nil {
		return p, err
	}
	if p.Reason, err = s.keys.OpenText(papers, "reason_sealed", p.ID, p.Reason); err != nil {
		return p, err
	}
	return p, json.Unmarshal([]byte(facts), &p.Facts)
}

// Add adds a paper; false where one was made from the same thing before.
func (s Store) Add(ctx context.Context, tx *db.Tx, p Paper) (bool, error) {
	facts, err := json.Marshal(p.Facts)
	if err != nil {
		return false, err
	}
	perpetual := 0
	if p.Perpetual {
		perpetual = 1
	}
	n, err := tx.Exec(ctx, `INSERT INTO holdings_papers (`+columns+`)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24)
		ON CONFLICT (source_key) DO NOTHING`,
		p.ID, p.Owner, p.Type, s.keys.SealText(papers, "facts_sealed", p.ID, string(facts)), p.Procedure, p.Issuer, p.Issued, p.Until, perpetual, string(p.Signed), p.File, p.SHA,
		string(p.Source), p.SourceKey, p.Dossier, p.Unit, p.By, tx.Now, string(holdings.Valid), p.Replaces, "", db.Time{}, "", s.keys.SealText(papers, "reason_sealed", p.ID, ""))
	return n == 1, err
}

// End says that a paper counts no more: it was revoked, or replaced by another.
func (s Store) End(ctx context.Context, tx *db.Tx, id string, to holdings.State, by, reason, replacedBy string) error {
	n, err := tx.Exec(ctx, `UPDATE holdings_papers SET state = $2, ended_at = $3, ended_by = $4, reason_sealed = $5, replaced_by = $6 WHERE id = $1 AND state = 'valid'`,
		id, string(to), tx.Now, by, s.keys.SealText(papers, "reason_sealed", id, reason), replacedBy)
	if err == nil && n == 0 {
		return holdings.ErrOver
	}
	return err
}

// Succeed says by which paper one was replaced that was taken back for it.
func (Store) Succeed(ctx context.Context, tx *db.Tx, id, by string) error {
	_, err := tx.Exec(ctx, `UPDATE holdings_papers SET replaced_by = $2 WHERE id = $1`, id, by)
	return err
}

// Get returns a paper in scope; ErrNotFound where there is none.
func (s Store) Get(ctx context.Context, q db.Querier, scope access.Scope, c access.Columns, id string) (Paper, error) {
	return s.one(ctx, q, scope, c, id, "")
}

// Lock is Get for a transaction that decides on it.
func (s Store) Lock(ctx context.Context, q db.Querier, scope access.Scope, c access.Columns, id string) (Paper, error) {
	lock := ""
	if tx, ok := q.(*db.Tx); ok {
		lock = tx.ForUpdate()
	}
	return s.one(ctx, q, scope, c, id, lock)
}

func (s Store) one(ctx context.Context, q db.Querier, scope access.Scope, c access.Columns, id, lock string) (Paper, error) {
	in, args := scope.Where(c, id)
	p, err := s.scan(q.QueryRow(ctx, `SELECT `+columns+` FROM holdings_papers WHERE id = $1 AND `+in+lock, args...))
	if errors.Is(err, db.ErrNoRows) {
		return p, holdings.ErrNotFound
	}
	return p, err
}

// FindSource returns the paper that was made from something.
func (s Store) FindSource(ctx context.Context, q db.Querier, key string) (Paper, bool, error) {
	p, err := s.scan(q.QueryRow(ctx, `SELECT `+columns+` FROM holdings_papers WHERE source_key = $1`, key))
	if errors.Is(err, db.ErrNoRows) {
		return p, false, nil
	}
	return p, err == nil, err
}

// Filter narrows a list of papers; empty takes all.
type Filter struct {
	Type  string
	State holdings.State
}

// List returns at most limit papers in scope, the newest first, before one.
func (s Store) List(ctx context.Context, q db.Querier, scope access.Scope, f Filter, before string, limit int) ([]Paper, error) {
	text, args := listQuery(scope, f, before, limit)
	return db.All(ctx, q, s.scan, text, args...)
}

func listQuery(scope access.Scope, f Filter, before string, limit int) (string, []any) {
	if before == "" {
		before = latest
	}
	in, args := scope.Where(Owned(), before, limit)
	conds := []string{"id < $1", in}
	for _, c := range []struct{ column, value string }{{"type", f.Type}, {"state", string(f.State)}} {
		if c.value != "" {
			args = append(args, c.value)
			conds = append(conds, fmt.Sprintf("%s = $%d", c.column, len(args)))
		}
	}
	return `SELECT ` + columns + ` FROM holdings_papers WHERE ` + strings.Join(conds, " AND ") + ` ORDER BY id DESC LIMIT $2`, args
}

// CountTypes counts the papers in scope by type.
func (Store) CountTypes(ctx context.Context, q db.Querier, scope access.Scope) (map[string]int, error) {
	in, args := scope.Where(Owned())
	type count struct {
		of string
		n  int
	}
	all, err := db.All(ctx, q, func(r db.Row) (c count, err error) {
		err = r.Scan(&c.of, &c.n)
		return c, err
	}, `SELECT type, COUNT(*) FROM holdings_papers WHERE `+in+` GROUP BY type`, args...)
	out := map[string]int{}
	for _, c := range all {
		out[c.of] = c.n
	}
	return out, err
}

// OfOwner returns at most limit papers of somebody of one type that are in scope,
// the newest first.
func (s Store) OfOwner(ctx context.Context, q db.Querier, scope access.Scope, owner, kind string, limit int) ([]Paper, error) {
	text, args := ofOwnerQuery(scope, owner, kind, limit)
	return db.All(ctx, q, s.scan, text, args...)
}

func ofOwnerQuery(scope access.Scope, owner, kind string, limit int) (string, []any) {
	in, args := scope.Where(Owned(), owner, kind, limit)
	return `SELECT ` + columns + ` FROM holdings_papers WHERE owner_id = $1 AND type = $2 AND ` + in + ` ORDER BY id DESC LIMIT $3`, args
}

// OfDossier returns at most limit papers in scope that were made from a dossier.
func (s Store) OfDossier(ctx context.Context, q db.Querier, scope access.Scope, dossier string, limit int) ([]Paper, error) {
	text, args := ofDossierQuery(scope, dossier, limit)
	return db.All(ctx, q, s.scan, text, args...)
}

func ofDossierQuery(scope access.Scope, dossier string, limit int) (string, []any) {
	in, args := scope.Where(Made(), dossier, limit)
	return `SELECT ` + columns + ` FROM holdings_papers WHERE dossier_id = $1 AND ` + in + ` ORDER BY id LIMIT $2`, args
}

// EachOf returns at most limit papers of somebody, the oldest first, after one.
func (s Store) EachOf(ctx context.Context, q db.Querier, owner, after string, limit int) ([]Paper, error) {
	return db.All(ctx, q, s.scan, eachOf, owner, after, limit)
}

const eachOf = `SELECT ` + columns + ` FROM holdings_papers WHERE owner_id = $1 AND id > $2 ORDER BY id LIMIT $3`
