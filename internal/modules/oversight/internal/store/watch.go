// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"

	"tinhso.vn/internal/modules/oversight"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/id"
)

// Place returns the first leaf nobody has looked at. Until the transaction
// ends, nobody else looks.
func (Store) Place(ctx context.Context, tx *db.Tx) (next int64, err error) {
	err = tx.QueryRow(ctx, `SELECT next FROM oversight_place WHERE one = 1`+tx.ForUpdate()).Scan(&next)
	return next, err
}

// Peek is Place without holding it.
func (Store) Peek(ctx context.Context, q db.Querier) (next int64, err error) {
	err = q.QueryRow(ctx, `SELECT next FROM oversight_place WHERE one = 1`).Scan(&next)
	return next, err
}

// Move says that the leaves before next have been looked at.
func (Store) Move(ctx context.Context, tx *db.Tx, next int64) error {
	_, err := tx.Exec(ctx, `UPDATE oversight_place SET next = $1 WHERE one = 1`, next)
	return err
}

// Rules returns all rules, sorted by id: there are few.
func (Store) Rules(ctx context.Context, q db.Querier) ([]oversight.Rule, error) {
	return db.All(ctx, q, func(r db.Row) (v oversight.Rule, err error) {
		err = r.Scan(&v.ID, &v.Kind, &v.Name.VI, &v.Name.EN, &v.Threshold, &v.Minutes, &v.From, &v.To)
		return v, err
	}, `SELECT id, kind, name_vi, name_en, threshold, minutes, from_min, to_min FROM oversight_rules ORDER BY id`)
}

// PutRule adds or changes a rule.
func (Store) PutRule(ctx context.Context, tx *db.Tx, r oversight.Rule) error {
	_, err := tx.Exec(ctx, `INSERT INTO oversight_rules (id, kind, name_vi, name_en, threshold, minutes, from_min, to_min)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, name_vi = excluded.name_vi,
		name_en = excluded.name_en, threshold = excluded.threshold, minutes = excluded.minutes, from_min = excluded.from_min, to_min = excluded.to_min`,
		r.ID, string(r.Kind), r.Name.VI, r.Name.EN, r.Threshold, r.Minutes, r.From, r.To)
	return err
}

// DropRule removes a rule; its alerts stay.
func (Store) DropRule(ctx context.Context, tx *db.Tx, rule string) error {
	_, err := tx.Exec(ctx, `DELETE FROM oversight_rules WHERE id = $1`, rule)
	return err
}

// Touch remembers that a reading counts for a rule.
func (Store) Touch(ctx context.Context, tx *db.Tx, rule, subject, other, record string, at db.Time) error {
	_, err := tx.Exec(ctx, `INSERT INTO oversight_touches (rule, subject, other, at, record) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (rule, subject, other) DO UPDATE SET at = excluded.at, record = excluded.record`, rule, subject, other, at, record)
	return err
}

// CountTouches returns how many different ones a rule remembers of a subject
// since a time, and when the first of them was.
func (Store) CountTouches(ctx context.Context, tx *db.Tx, rule, subject string, since db.Time) (n int, first db.Time, err error) {
	err = tx.QueryRow(ctx, `SELECT COUNT(*), MIN(at) FROM oversight_touches WHERE rule = $1 AND subject = $2 AND at > $3`, rule, subject, since).Scan(&n, &first)
	return n, first, err
}

// Forget drops what a rule remembers from before a time.
func (Store) Forget(ctx context.Context, tx *db.Tx, rule string, before db.Time) error {
	_, err := tx.Exec(ctx, `DELETE FROM oversight_touches WHERE rule = $1 AND at <= $2`, rule, before)
	return err
}

// Raise adds an alert, or brings the one of the same rule, subject and day up to
// date; fresh reports which.
func (Store) Raise(ctx context.Context, tx *db.Tx, a oversight.Alert) (alert oversight.ID, fresh bool, err error) {
	added, err := tx.Exec(ctx, `INSERT INTO oversight_alerts (id, rule, kind, subject, day, state, n, threshold, first_at, last_at, raised_at)
		VALUES ($1, $2, $3, $4, $5, 'new', $6, $7, $8, $9, $10) ON CONFLICT (rule, subject, day) DO NOTHING`,
		id.New(), a.Rule, string(a.Kind), a.Subject, a.Day, a.Count, a.Threshold, a.First, a.Last, tx.Now)
	if err != nil {
		return "", false, err
	}
	if err := tx.QueryRow(ctx, `SELECT id FROM oversight_alerts WHERE rule = $1 AND subject = $2 AND day = $3`, a.Rule, a.Subject, a.Day).Scan(&alert); err != nil {
		return "", false, err
	}
	if added == 0 {
		_, err = tx.Exec(ctx, `UPDATE oversight_alerts SET n = CASE WHEN n < $1 THEN $1 ELSE n END, last_at = $2 WHERE id = $3`, a.Count, a.Last, string(alert))
	}
	return alert, added == 1, err
}

// maxEvidence bounds what is kept of one alert; the log has the rest.
const maxEvidence = 500

// Prove adds a record to those behind an alert.
func (Store) Prove(ctx context.Context, tx *db.Tx, alert oversight.ID, record string) error {
	_, err := tx.Exec(ctx, `INSERT INTO oversight_evidence (alert, record) SELECT CAST($1 AS TEXT), CAST($2 AS TEXT)
		WHERE (SELECT COUNT(*) FROM oversight_evidence WHERE alert = $1) < $3 ON CONFLICT DO NOTHING`, string(alert), record, maxEvidence)
	return err
}

// ProveAll adds what a rule remembers of a subject to the records behind an alert.
func (Store) ProveAll(ctx context.Context, tx *db.Tx, alert oversight.ID, rule, subject string, since db.Time) error {
	_, err := tx.Exec(ctx, `INSERT INTO oversight_evidence (alert, record) SELECT DISTINCT CAST($1 AS TEXT), record FROM oversight_touches
		WHERE rule = $2 AND subject = $3 AND at > $4 ON CONFLICT DO NOTHING`, string(alert), rule, subject, since)
	return err
}
