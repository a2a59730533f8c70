// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package store keeps rules of retention and the runs that erase by them.
package store

import (
	"context"
	"embed"
	"errors"

	"tinhso.vn/internal/modules/retention"
	"tinhso.vn/internal/platform/db"
)

//go:embed migrations
var files embed.FS

// Migrations creates the tables of retention.
func Migrations() db.Migrations { return db.Migrations{Namespace: "retention", Files: files} }

const ruleColumns = `what, from_when, action, amount, unit, name_vi, name_en, basis, source, unverified`

func ruleFields(r *retention.Rule) []any {
	return []any{&r.ID, &r.What, &r.From, &r.Action, &r.Amount, &r.Unit, &r.Name.VI, &r.Name.EN, &r.Basis, &r.Source, &r.Unverified}
}

func ruleValues(r retention.Rule) []any {
	unverified := 0
	if r.Unverified {
		unverified = 1
	}
	return []any{r.ID, string(r.What), r.From, string(r.Action), r.Amount, r.Unit, r.Name.VI, r.Name.EN, r.Basis, r.Source, unverified}
}

// Rules returns the rules in force: one for each kind.
func Rules(ctx context.Context, q db.Querier) ([]retention.Rule, error) {
	return db.All(ctx, q, func(row db.Row) (r retention.Rule, err error) {
		err = row.Scan(ruleFields(&r)...)
		return r, err
	}, `SELECT id, `+ruleColumns+` FROM retention_rules ORDER BY what, id`)
}

// PutRule keeps a rule, new or changed.
func PutRule(ctx context.Context, tx *db.Tx, r retention.Rule) error {
	_, err := tx.Exec(ctx, `INSERT INTO retention_rules (id, `+ruleColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
		ON CONFLICT (id) DO UPDATE SET what = excluded.what, from_when = excluded.from_when, action = excluded.action, amount = excluded.amount,
		unit = excluded.unit, name_vi = excluded.name_vi, name_en = excluded.name_en, basis = excluded.basis, source = excluded.source,
		unverified = excluded.unverified`, ruleValues(r)...)
	return err
}

// DropRule removes a rule.
func DropRule(ctx context.Context, tx *db.Tx, id string) error {
	_, err := tx.Exec(ctx, `DELETE FROM retention_rules WHERE id = $1`, id)
	return err
}

const runColumns = `rule, ` + ruleColumns + `, id, before_at, found, bytes, state, proposed_by, proposed_at, decided_by, decided_at, next, held, ended_at`

func scanRun(row db.Row) (r retention.Run, err error) {
	err = row.Scan(append(ruleFields(&r.Rule), &r.ID, &r.Before, &r.Found, &r.Bytes, &r.State, &r.Proposer, &r.Proposed, &r.Decider, &r.Decided,
		&r.Next, &r.Held, &r.Ended)...)
	return r, err
}

// InsertRun adds a run. Where one of the same kind is proposed or going on,
// nothing is added and false returned.
func InsertRun(ctx context.Context, tx *db.Tx, r retention.Run) (bool, error) {
	n, err := tx.Exec(ctx, `INSERT INTO retention_runs (`+runColumns+`)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23)
		ON CONFLICT (what) WHERE state IN ('proposed', 'running') DO NOTHING`,
		append(ruleValues(r.Rule), r.ID, r.Before, r.Found, r.Bytes, string(r.State), r.Proposer, r.Proposed, r.Decider, r.Decided, r.Next, r.Held, r.Ended)...)
	return n == 1, err
}

// GetRun returns a run.
func GetRun(ctx context.Context, q db.Querier, id string) (retention.Run, error) { return run(ctx, q, id, "") }

// LockRun is GetRun for a transaction that changes it.
func LockRun(ctx context.Context, tx *db.Tx, id string) (retention.Run, error) {
	return run(ctx, tx, id, tx.ForUpdate())
}

func run(ctx context.Context, q db.Querier, id, lock string) (retention.Run, error) {
	r, err := scanRun(q.QueryRow(ctx, `SELECT `+runColumns+` FROM retention_runs WHERE id = $1`+lock, id))
	if errors.Is(err, db.ErrNoRows) {
		return r, retention.ErrNotFound
	}
	return r, err
}

// SaveRun writes what changes of a run that the transaction has locked.
func SaveRun(ctx context.Context, tx *db.Tx, r retention.Run) error {
	_, err := tx.Exec(ctx, `UPDATE retention_runs SET state = $2, decided_by = $3, decided_at = $4, next = $5, held = $6, ended_at = $7 WHERE id = $1`,
		r.ID, string(r.State), r.Decider, r.Decided, r.Next, r.Held, r.Ended)
	return err
}

// ListRuns returns at most limit runs, the newest first, before one ("" for the newest).
func ListRuns(ctx context.Context, q db.Querier, before string, limit int) ([]retention.Run, error) {
	if before == "" {
		before = "~" // after every id
	}
	return db.All(ctx, q, scanRun, `SELECT `+runColumns+` FROM retention_runs WHERE id < $1 ORDER BY id DESC LIMIT $2`, before, limit)
}

// AddForgotten counts drafts that were forgotten on a day.
func AddForgotten(ctx context.Context, tx *db.Tx, day string, n int) error {
	_, err := tx.Exec(ctx, `INSERT INTO retention_days (day, n) VALUES ($1, $2) ON CONFLICT (day) DO UPDATE SET n = retention_days.n + excluded.n`, day, n)
	return err
}

// Forgotten returns the last day on which drafts were forgotten, how many on
// it, and how many in all.
func Forgotten(ctx context.Context, q db.Querier) (day string, n, all int, err error) {
	err = q.QueryRow(ctx, `SELECT COALESCE(MAX(day), ''), CAST(COALESCE(SUM(n), 0) AS BIGINT) FROM retention_days`).Scan(&day, &all)
	if err != nil || day == "" {
		return "", 0, 0, err
	}
	err = q.QueryRow(ctx, `SELECT n FROM retention_days WHERE day = $1`, day).Scan(&n)
	return day, n, all, err
}
