// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"encoding/json"
	"errors"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/modules/digitising"
	"tinhso.vn/internal/platform/db"
)

// Quality is how a batch is looked at by a second person.
type Quality struct {
	Share     int // per cent of its papers; 0: no sample is asked for
	MostWrong int // per cent of the sample
	Seed      string
	Round     int
	Passed    db.Time // what was checked until then may be sealed; zero: nothing
}

// GetQuality returns how a batch is looked at, locked in a transaction.
func (Store) GetQuality(ctx context.Context, q db.Querier, batch string) (v Quality, err error) {
	err = q.QueryRow(ctx, `SELECT share, most_wrong, seed, round, passed_at FROM digitising_batches WHERE id = $1`+lock(q), batch).Scan(&v.Share, &v.MostWrong, &v.Seed, &v.Round, &v.Passed)
	if errors.Is(err, db.ErrNoRows) {
		return v, digitising.ErrNotFound
	}
	return v, err
}

// PutQuality writes it.
func (Store) PutQuality(ctx context.Context, tx *db.Tx, batch string, v Quality) error {
	_, err := tx.Exec(ctx, `UPDATE digitising_batches SET share = $2, most_wrong = $3, seed = $4, round = $5, passed_at = $6 WHERE id = $1`,
		batch, v.Share, v.MostWrong, v.Seed, v.Round, v.Passed)
	return err
}

// Sample is a paper that a second person looks at.
type Sample struct {
	Paper, Batch, Clerk string
	Round               int
	State, Words, By    string
	At                  db.Time
}

// The states of a sample.
const (
	SampleOpen     = "open"
	SampleAccepted = "accepted"
	SampleRedo     = "redo"
)

// AddSample draws a paper.
func (Store) AddSample(ctx context.Context, tx *db.Tx, s Sample) error {
	_, err := tx.Exec(ctx, `INSERT INTO digitising_samples (paper_id, round, batch_id, clerk, state, words, judged_by) VALUES ($1, $2, $3, $4, 'open', '', '')`, s.Paper, s.Round, s.Batch, s.Clerk)
	return err
}

const samplesOf = `SELECT paper_id, batch_id, clerk, round, state, words, judged_by, judged_at FROM digitising_samples WHERE batch_id = $1 AND round = $2 ORDER BY state, paper_id LIMIT 5000`

// Samples returns those of a round of a batch.
func (Store) Samples(ctx context.Context, q db.Querier, batch string, round int) ([]Sample, error) {
	return db.All(ctx, q, func(r db.Row) (s Sample, err error) {
		err = r.Scan(&s.Paper, &s.Batch, &s.Clerk, &s.Round, &s.State, &s.Words, &s.By, &s.At)
		return s, err
	}, samplesOf, batch, round)
}

// Judge says what a second person found; false where somebody has said it already.
func (Store) Judge(ctx context.Context, tx *db.Tx, s Sample) (bool, error) {
	n, err := tx.Exec(ctx, `UPDATE digitising_samples SET state = $3, words = $4, judged_by = $5, judged_at = $6 WHERE paper_id = $1 AND round = $2 AND state = 'open'`,
		s.Paper, s.Round, s.State, s.Words, s.By, tx.Now)
	return n == 1, err
}

// SendBack makes all checked papers of a batch wait for a check again.
func (Store) SendBack(ctx context.Context, tx *db.Tx, batch, reason string) error {
	_, err := tx.Exec(ctx, `UPDATE digitising_papers SET state = 'ready', version = version + 1, reason = $2 WHERE batch_id = $1 AND state = 'checked'`, batch, reason)
	return err
}

// Twin is another paper that says the same.
type Twin struct{ Paper, Batch, Unit, Box string }

const twinsOf = `SELECT p.id, p.batch_id, b.unit, b.box FROM digitising_papers p JOIN digitising_batches b ON b.id = p.batch_id WHERE p.key_index = $1 AND p.key_index <> '' AND p.id <> $2 ORDER BY p.id LIMIT 5`

// Twins returns papers with the key of another.
func (s Store) Twins(ctx context.Context, q db.Querier, key, paper string) ([]Twin, error) {
	return db.All(ctx, q, func(r db.Row) (t Twin, err error) {
		err = r.Scan(&t.Paper, &t.Batch, &t.Unit, &t.Box)
		return t, err
	}, twinsOf, s.keys.Index(keyDomain, key), paper)
}

const keyDomain = "digitised paper"

// keyOf is what sealed facts are found by.
func keyOf(plain string) string {
	var f Facts
	if err := json.Unmarshal([]byte(plain), &f); err != nil {
		return ""
	}
	return f.Key
}

// MovePages gives the pages of a paper from a number on to another.
func (Store) MovePages(ctx context.Context, tx *db.Tx, from, to string, number int) error {
	_, err := tx.Exec(ctx, `UPDATE digitising_pages SET paper_id = $2 WHERE paper_id = $1 AND number >= $3`, from, to, number)
	return err
}

// WasDrawn reports whether a second person looks at a paper, or has.
func (Store) WasDrawn(ctx context.Context, q db.Querier, paper string) (bool, error) {
	var n int
	err := q.QueryRow(ctx, `SELECT COUNT(*) FROM digitising_samples WHERE paper_id = $1`, paper).Scan(&n)
	return n > 0, err
}

// RemovePaper removes a paper that has no page any more and was never drawn.
func (Store) RemovePaper(ctx context.Context, tx *db.Tx, id string) error {
	_, err := tx.Exec(ctx, `DELETE FROM digitising_papers WHERE id = $1`, id)
	return err
}

// Before returns the paper whose pages stand right before those of another in the
// same scan; empty where there is none.
func (Store) Before(ctx context.Context, q db.Querier, p Paper) (id string, err error) {
	err = q.QueryRow(ctx, `SELECT paper_id FROM digitising_pages WHERE scan_id = $1 AND paper_id <> '' AND paper_id <> $2
		AND number < (SELECT MIN(number) FROM digitising_pages WHERE paper_id = $2) ORDER BY number DESC LIMIT 1`, p.Scan, p.ID).Scan(&id)
	if errors.Is(err, db.ErrNoRows) {
		return "", nil
	}
	return id, err
}

// Rate is what somebody of a unit has checked in a time, and what a second person
// found of it.
type Rate struct {
	Unit, Account    string
	Checked, Entered int
	Looked, Redo     int
}

// Rates counts what was checked, and what was looked at a second time, by unit and
// person, between two moments; the second is not in it.
func (Store) Rates(ctx context.Context, q db.Querier, scope access.Scope, from, until db.Time) ([]Rate, error) {
	text, args := ratesQuery(scope, from, until)
	return db.All(ctx, q, func(r db.Row) (v Rate, err error) {
		err = r.Scan(&v.Unit, &v.Account, &v.Checked, &v.Entered, &v.Looked, &v.Redo)
		return v, err
	}, text, args...)
}

func ratesQuery(scope access.Scope, from, until db.Time) (string, []any) {
	in, args := scope.Where(access.Columns{Units: []string{"b.unit"}}, from, until)
	return `SELECT unit, account, SUM(checked), SUM(entered), SUM(looked), SUM(redo) FROM (
		SELECT b.unit, p.checked_by AS account, 1 AS checked, CASE WHEN p.state = 'entered' THEN 1 ELSE 0 END AS entered, 0 AS looked, 0 AS redo
			FROM digitising_papers p JOIN digitising_batches b ON b.id = p.batch_id WHERE p.checked_at >= $1 AND p.checked_at < $2 AND ` + in + `
		UNION ALL SELECT b.unit, s.clerk, 0, 0, 1, CASE WHEN s.state = 'redo' THEN 1 ELSE 0 END
			FROM digitising_samples s JOIN digitising_batches b ON b.id = s.batch_id WHERE s.judged_at >= $1 AND s.judged_at < $2 AND ` + in + `
		) every GROUP BY unit, account ORDER BY unit, account LIMIT 2000`, args
}
