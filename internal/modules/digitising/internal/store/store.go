// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package store keeps batches, scans, their pages and the papers they make.
package store

import (
	"context"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/modules/digitising"
	"tinhso.vn/internal/platform/crypt"
	"tinhso.vn/internal/platform/db"
)

//go:embed migrations
var files embed.FS

// Migrations creates the tables.
func Migrations() db.Migrations { return db.Migrations{Namespace: "digitising", Files: files} }

// Store has no state but the keys that seal personal data.
type Store struct{ keys *crypt.Keys }

// New returns a store.
func New(k *crypt.Keys) Store { return Store{k} }

const papers = "digitising_papers"

// Sealed names the columns that hold sealed texts.
func Sealed() []crypt.Sealed {
	return []crypt.Sealed{{Table: papers, Column: "facts_sealed", Key: []string{"id"}, Indexes: []crypt.IndexOf{{Column: "key_index", Domain: keyDomain, Part: keyOf}}}}
}

// columns decide whose batch it is.
func columns() access.Columns { return access.Columns{Units: []string{"unit"}} }

// Batch is a pile of papers that is digitised together.
type Batch struct {
	ID, Unit, Type, Against, Box, Shelf, Years, By string
	At                                             db.Time
}

const batchColumns = `id, unit, type, against, box, shelf, years, opened_by, opened_at`

func scanBatch(r db.Row) (b Batch, err error) {
	err = r.Scan(&b.ID, &b.Unit, &b.Type, &b.Against, &b.Box, &b.Shelf, &b.Years, &b.By, &b.At)
	return b, err
}

// AddBatch adds a batch.
func (Store) AddBatch(ctx context.Context, tx *db.Tx, b Batch) error {
	_, err := tx.Exec(ctx, `INSERT INTO digitising_batches (`+batchColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		b.ID, b.Unit, b.Type, b.Against, b.Box, b.Shelf, b.Years, b.By, b.At)
	return err
}

// GetBatch returns a batch in scope; ErrNotFound where there is none.
func (Store) GetBatch(ctx context.Context, q db.Querier, scope access.Scope, id string) (Batch, error) {
	in, args := scope.Where(columns(), id)
	b, err := scanBatch(q.QueryRow(ctx, `SELECT `+batchColumns+` FROM digitising_batches WHERE id = $1 AND `+in, args...))
	if errors.Is(err, db.ErrNoRows) {
		return b, digitising.ErrNotFound
	}
	return b, err
}

// ListBatches returns at most limit batches in scope, the newest first, before one.
func (Store) ListBatches(ctx context.Context, q db.Querier, scope access.Scope, before string, limit int) ([]Batch, error) {
	text, args := batchesQuery(scope, before, limit)
	return db.All(ctx, q, scanBatch, text, args...)
}

func batchesQuery(scope access.Scope, before string, limit int) (string, []any) {
	if before == "" {
		before = "~" // after every id
	}
	in, args := scope.Where(columns(), before, limit)
	return `SELECT ` + batchColumns + ` FROM digitising_batches WHERE id < $1 AND ` + in + ` ORDER BY id DESC LIMIT $2`, args
}

// Count is how many papers of a batch are in a state.
type Count struct {
	Batch string
	State digitising.State
	N     int
}

// Counts counts the papers of batches by state, all batches in one query.
func (Store) Counts(ctx context.Context, q db.Querier, batches ...string) ([]Count, error) {
	if len(batches) == 0 {
		return nil, nil
	}
	marks, args := make([]string, len(batches)), make([]any, len(batches))
	for i, b := range batches {
		marks[i], args[i] = fmt.Sprintf("$%d", i+1), b
	}
	return db.All(ctx, q, func(r db.Row) (c Count, err error) {
		err = r.Scan(&c.Batch, &c.State, &c.N)
		return c, err
	}, `SELECT batch_id, state, COUNT(*) FROM digitising_papers WHERE batch_id IN (`+strings.Join(marks, ", ")+`) GROUP BY batch_id, state ORDER BY batch_id, state`, args...)
}

// Scan is a file as it came from the scanner.
type Scan struct {
	ID, Batch, File, SHA, Name string
	Pages, Done                int
	State, Reason              string
}

// The states of a scan.
const (
	Reading = "reading"
	Read    = "read"
	Failed  = "failed"
)

const scanColumns = `id, batch_id, file_id, file_sha, name, pages, done, state, reason`

func scanScan(r db.Row) (s Scan, err error) {
	err = r.Scan(&s.ID, &s.Batch, &s.File, &s.SHA, &s.Name, &s.Pages, &s.Done, &s.State, &s.Reason)
	return s, err
}

// AddScan adds a scan; false where the same file is there.
func (Store) AddScan(ctx context.Context, tx *db.Tx, s Scan) (bool, error) {
	n, err := tx.Exec(ctx, `INSERT INTO digitising_scans (`+scanColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (file_sha) DO NOTHING`,
		s.ID, s.Batch, s.File, s.SHA, s.Name, s.Pages, s.Done, s.State, s.Reason)
	return n == 1, err
}

// GetScan returns a scan, locked in a transaction.
func (Store) GetScan(ctx context.Context, q db.Querier, id string) (Scan, error) {
	s, err := scanScan(q.QueryRow(ctx, `SELECT `+scanColumns+` FROM digitising_scans WHERE id = $1`+lock(q), id))
	if errors.Is(err, db.ErrNoRows) {
		return s, digitising.ErrNotFound
	}
	return s, err
}

func lock(q db.Querier) string {
	if tx, ok := q.(*db.Tx); ok {
		return tx.ForUpdate()
	}
	return ""
}

// PutScan says how far a scan was read.
func (Store) PutScan(ctx context.Context, tx *db.Tx, s Scan) error {
	_, err := tx.Exec(ctx, `UPDATE digitising_scans SET pages = $2, done = $3, state = $4, reason = $5 WHERE id = $1`, s.ID, s.Pages, s.Done, s.State, s.Reason)
	return err
}

// ListScans returns at most limit scans of a batch.
func (Store) ListScans(ctx context.Context, q db.Querier, batch string, limit int) ([]Scan, error) {
	return db.All(ctx, q, scanScan, scansOf, batch, limit)
}

const scansOf = `SELECT ` + scanColumns + ` FROM digitising_scans WHERE batch_id = $1 ORDER BY id LIMIT $2`

// Page is a page of a scan.
type Page struct {
	ID, Batch, Scan       string
	Number                int
	Paper, File           string
	Width, Height, Turned int
	Dropped               bool
	Flags                 []string
}

const pageColumns = `id, batch_id, scan_id, number, paper_id, file_id, width, height, turned, dropped, flags`

func scanPage(r db.Row) (p Page, err error) {
	var dropped int
	var flags string
	err = r.Scan(&p.ID, &p.Batch, &p.Scan, &p.Number, &p.Paper, &p.File, &p.Width, &p.Height, &p.Turned, &dropped, &flags)
	p.Dropped, p.Flags = dropped == 1, strings.Fields(flags)
	return p, err
}

// AddPage adds a page.
func (Store) AddPage(ctx context.Context, tx *db.Tx, p Page) error {
	_, err := tx.Exec(ctx, `INSERT INTO digitising_pages (`+pageColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		p.ID, p.Batch, p.Scan, p.Number, p.Paper, p.File, p.Width, p.Height, p.Turned, one(p.Dropped), strings.Join(p.Flags, " "))
	return err
}

func one(b bool) int {
	if b {
		return 1
	}
	return 0
}

// GetPage returns a page of a batch.
func (Store) GetPage(ctx context.Context, q db.Querier, batch, id string) (Page, error) {
	p, err := scanPage(q.QueryRow(ctx, `SELECT `+pageColumns+` FROM digitising_pages WHERE id = $1 AND batch_id = $2`, id, batch))
	if errors.Is(err, db.ErrNoRows) {
		return p, digitising.ErrNotFound
	}
	return p, err
}

// DropPage leaves a page out of its paper, or takes it back.
func (Store) DropPage(ctx context.Context, tx *db.Tx, id string, dropped bool) error {
	_, err := tx.Exec(ctx, `UPDATE digitising_pages SET dropped = $2 WHERE id = $1`, id, one(dropped))
	return err
}

// PagesOf returns the pages of a paper, at most limit.
func (Store) PagesOf(ctx context.Context, q db.Querier, paper string, limit int) ([]Page, error) {
	return db.All(ctx, q, scanPage, pagesOf, paper, limit)
}

const pagesOf = `SELECT ` + pageColumns + ` FROM digitising_pages WHERE paper_id = $1 ORDER BY number LIMIT $2`

// Field is what stands in a field, and how sure the program is of it, of 100.
type Field struct {
	Value string `json:"v"`
	Sure  int    `json:"s"`
}

// Facts is what a paper says: personal data.
type Facts struct {
	Fields  map[string]Field `json:"fields"`
	Officer string           `json:"officer,omitempty"` // who sealed it
	Key     string           `json:"key,omitempty"`     // by which another that says the same is found
}

// Paper is a paper of a batch.
type Paper struct {
	ID, Batch, Scan string
	State           digitising.State
	Version         int
	Facts           Facts
	CheckedBy       string
	CheckedAt       db.Time
	SignedBy, File  string
	Vault, Reason   string
}

const paperColumns = `id, batch_id, scan_id, state, version, facts_sealed, checked_by, checked_at, signed_by, signed_file, vault_id, reason`

func (s Store) scanPaper(r db.Row) (p Paper, err error) {
	var facts string
	if err = r.Scan(&p.ID, &p.Batch, &p.Scan, &p.State, &p.Version, &facts, &p.CheckedBy, &p.CheckedAt, &p.SignedBy, &p.File, &p.Vault, &p.Reason); err != nil {
		return p, err
	}
	if facts, err = s.keys.OpenText(papers, "facts_sealed", p.ID, facts); err != nil {
		return p, err
	}
	return p, json.Unmarshal([]byte(facts), &p.Facts)
}

func (s Store) seal(p Paper) (string, error) {
	facts, err := json.Marshal(p.Facts)
	return s.keys.SealText(papers, "facts_sealed", p.ID, string(facts)), err
}

// AddPaper adds a paper.
func (s Store) AddPaper(ctx context.Context, tx *db.Tx, p Paper) error {
	facts, err := s.seal(p)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `INSERT INTO digitising_papers (`+paperColumns+`) VALUES ($1, $2, $3, $4, 1, $5, '', NULL, '', '', '', '')`, p.ID, p.Batch, p.Scan, string(p.State), facts)
	return err
}

// PutPaper changes a paper that was locked.
func (s Store) PutPaper(ctx context.Context, tx *db.Tx, p Paper) error {
	facts, err := s.seal(p)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `UPDATE digitising_papers SET state = $2, version = version + 1, facts_sealed = $3, checked_by = $4, checked_at = $5, signed_by = $6, signed_file = $7, vault_id = $8, reason = $9, key_index = $10 WHERE id = $1`,
		p.ID, string(p.State), facts, p.CheckedBy, p.CheckedAt, p.SignedBy, p.File, p.Vault, p.Reason, s.keys.Index(keyDomain, p.Facts.Key))
	return err
}

// GetPaper returns a paper, locked in a transaction.
func (s Store) GetPaper(ctx context.Context, q db.Querier, id string) (Paper, error) {
	p, err := s.scanPaper(q.QueryRow(ctx, `SELECT `+paperColumns+` FROM digitising_papers WHERE id = $1`+lock(q), id))
	if errors.Is(err, db.ErrNoRows) {
		return p, digitising.ErrNotFound
	}
	return p, err
}

// LastPaper returns the paper of the page of a scan that was read last, locked;
// false where that was a separator, or nothing was read.
func (s Store) LastPaper(ctx context.Context, tx *db.Tx, scan Scan) (Paper, bool, error) {
	all, err := db.All(ctx, tx, db.Column[string], `SELECT paper_id FROM digitising_pages WHERE scan_id = $1 AND number = $2`, scan.ID, scan.Done)
	if err != nil || len(all) == 0 || all[0] == "" {
		return Paper{}, false, err
	}
	p, err := s.GetPaper(ctx, tx, all[0])
	return p, err == nil, err
}

// ListPapers returns at most limit papers of a batch after one; of a state, or of all.
func (s Store) ListPapers(ctx context.Context, q db.Querier, batch string, state digitising.State, after string, limit int) ([]Paper, error) {
	if state != "" {
		return db.All(ctx, q, s.scanPaper, papersIn, batch, after, limit, string(state))
	}
	return db.All(ctx, q, s.scanPaper, papersOf, batch, after, limit)
}

const (
	papersOf = `SELECT ` + paperColumns + ` FROM digitising_papers WHERE batch_id = $1 AND id > $2 ORDER BY id LIMIT $3`
	papersIn = `SELECT ` + paperColumns + ` FROM digitising_papers WHERE batch_id = $1 AND id > $2 AND state = $4 ORDER BY id LIMIT $3`
)
