// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"fmt"
	"strings"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/modules/payments"
	"tinhso.vn/internal/platform/db"
)

// Statement is a statement of a bank that was read.
type Statement struct {
	ID, Unit, Source, Name, SHA string
	Lines, Matched              int
	Total                       int64
	By                          string
	At                          db.Time
	Done                        int     // lines that were read
	Ended                       db.Time // zero: it is being read, or was broken off
}

const statementColumns = `id, unit, source, name, sha, lines, matched, total, by_id, at, done, ended_at`

func scanStatement(r db.Row) (s Statement, err error) {
	return s, r.Scan(&s.ID, &s.Unit, &s.Source, &s.Name, &s.SHA, &s.Lines, &s.Matched, &s.Total, &s.By, &s.At, &s.Done, &s.Ended)
}

// AddStatement adds a statement; false where the same file was read.
func (Store) AddStatement(ctx context.Context, tx *db.Tx, s Statement) (bool, error) {
	n, err := tx.Exec(ctx, `INSERT INTO payments_statements (`+statementColumns+`) VALUES (`+marks(12)+`) ON CONFLICT (unit, sha) DO NOTHING`,
		s.ID, s.Unit, s.Source, s.Name, s.SHA, s.Lines, s.Matched, s.Total, s.By, s.At, s.Done, s.Ended)
	return n == 1, err
}

// FindStatement returns the statement of a unit whose file is known, locked.
func (Store) FindStatement(ctx context.Context, tx *db.Tx, unit, sha string) (Statement, error) {
	return found(scanStatement(tx.QueryRow(ctx, `SELECT `+statementColumns+` FROM payments_statements WHERE unit = $1 AND sha = $2`+tx.ForUpdate(), unit, sha)))
}

// Matched says that lines of a statement were read after those that were, and how many
// of them fit; false where somebody else has read them.
func (Store) Matched(ctx context.Context, tx *db.Tx, statement string, done, lines, fit int) (bool, error) {
	n, err := tx.Exec(ctx, `UPDATE payments_statements SET matched = matched + $2, done = done + $3 WHERE id = $1 AND done = $4`, statement, fit, lines, done)
	return n == 1, err
}

// EndStatement says that a statement was read to its end; false where it was before.
func (Store) EndStatement(ctx context.Context, tx *db.Tx, statement string) (bool, error) {
	n, err := tx.Exec(ctx, `UPDATE payments_statements SET ended_at = $2 WHERE id = $1 AND ended_at IS NULL`, statement, tx.Now)
	return n == 1, err
}

// GetStatement returns a statement in scope.
func (Store) GetStatement(ctx context.Context, q db.Querier, scope access.Scope, id string) (Statement, error) {
	in, args := scope.Where(ofUnit(), id)
	return found(scanStatement(q.QueryRow(ctx, `SELECT `+statementColumns+` FROM payments_statements WHERE id = $1 AND `+in, args...)))
}

// ListStatements returns at most limit statements in scope, the newest first, before one.
func (Store) ListStatements(ctx context.Context, q db.Querier, scope access.Scope, before string, limit int) ([]Statement, error) {
	text, args := statementsQuery(scope, before, limit)
	return db.All(ctx, q, scanStatement, text, args...)
}

func statementsQuery(scope access.Scope, before string, limit int) (string, []any) {
	return newest("payments_statements", statementColumns, scope, ofUnit(), before, limit, "")
}

// Payable is an order as a statement is matched with it.
type Payable struct {
	ID, Code, Unit string
	State          payments.State
	Amount         int64
	Way            string
	Dossier        string
	Booked         string // by what the bank knows the line that paid it; empty: no statement had one
}

// LockPayable returns orders by their codes, locked, with what statements of a source
// have said of them. That is read when they are locked: who reads another statement of
// the same account has ended by then.
func (Store) LockPayable(ctx context.Context, tx *db.Tx, source string, codes []string) (map[string]Payable, error) {
	all := make(map[string]Payable, len(codes))
	if len(codes) == 0 {
		return all, nil
	}
	in, args := db.In(1, codes)
	rows, err := db.All(ctx, tx, func(r db.Row) (p Payable, err error) {
		return p, r.Scan(&p.ID, &p.Code, &p.Unit, &p.State, &p.Amount, &p.Way, &p.Dossier)
	}, `SELECT id, code, unit, state, amount, way, dossier_id FROM payments_orders WHERE code IN `+in+` ORDER BY id`+tx.ForUpdate(), args...)
	if err != nil || len(rows) == 0 {
		return all, err
	}
	ids := make([]string, len(rows))
	for i, p := range rows {
		ids[i] = p.ID
	}
	in, args = db.In(2, ids)
	said, err := db.All(ctx, tx, func(r db.Row) (p [2]string, err error) { return p, r.Scan(&p[0], &p[1]) },
		`SELECT order_id, MIN(their_id) FROM payments_reports WHERE source || '' = $1 AND order_id IN `+in+` GROUP BY order_id`, append([]any{source}, args...)...)
	booked := make(map[string]string, len(said))
	for _, p := range said {
		booked[p[0]] = p[1]
	}
	for _, p := range rows {
		p.Booked = booked[p.ID]
		all[p.Code] = p
	}
	return all, err
}

// Heard returns which of the lines of a source were heard of before, by what the bank
// knows them.
func (Store) Heard(ctx context.Context, q db.Querier, source string, lines []string) (map[string]bool, error) {
	if len(lines) == 0 {
		return map[string]bool{}, nil
	}
	text, args := heardQuery(source, lines)
	all, err := db.All(ctx, q, db.Column[string], text, args...)
	known := make(map[string]bool, len(all))
	for _, one := range all {
		known[one] = true
	}
	return known, err
}

// heardQuery looks each line up: as a list behind IN, a database that knows little about
// the table yet reads all of the source instead.
func heardQuery(source string, lines []string) (string, []any) {
	in, args := db.In(2, lines)
	in = strings.ReplaceAll(strings.Trim(in, "()"), ", ", "), (")
	return `WITH asked(line) AS (VALUES (` + in + `))
		SELECT DISTINCT r.their_id FROM asked CROSS JOIN payments_reports r WHERE r.source = $1 AND r.their_id = asked.line`, append([]any{source}, args...)
}

// PayAll says of orders that wait, and are locked, that they were paid.
func (Store) PayAll(ctx context.Context, tx *db.Tx, orders []string, way string) error {
	in, args := db.In(3, orders)
	n, err := tx.Exec(ctx, `UPDATE payments_orders SET version = version + 1, state = 'paid', way = $1, paid_at = $2 WHERE state = 'waiting' AND id IN `+in, append([]any{way, tx.Now}, args...)...)
	if err == nil && n != int64(len(orders)) {
		err = fmt.Errorf("of %d orders %d were paid", len(orders), n)
	}
	return err
}

// AddReports adds news that nobody has heard of; false where some have come meanwhile.
func (Store) AddReports(ctx context.Context, tx *db.Tx, all []Report) (bool, error) {
	if len(all) == 0 {
		return true, nil
	}
	rows, ids := make([][]any, len(all)), make([]string, len(all))
	for i, p := range all {
		rows[i] = []any{p.ID, p.Source, p.TheirID, p.Try, p.Order, p.Unit, p.Amount, p.Outcome, one(p.Open), p.Note, p.By, p.At}
		ids[i] = p.ID
	}
	if err := tx.InsertAll(ctx, `INSERT INTO payments_reports (`+reportColumns+`)`, "ON CONFLICT (source, their_id) DO NOTHING", rows); err != nil {
		return false, err
	}
	in, args := db.In(1, ids)
	n := 0
	err := tx.QueryRow(ctx, `SELECT COUNT(*) FROM payments_reports WHERE id IN `+in, args...).Scan(&n)
	return n == len(all), err
}

// AddEntries adds what happened to orders.
func (Store) AddEntries(ctx context.Context, tx *db.Tx, all []Entry) error {
	rows := make([][]any, len(all))
	for i, e := range all {
		rows[i] = []any{e.ID, e.Order, e.What, string(e.State), e.Amount, e.Note, e.By, e.At}
	}
	return tx.InsertAll(ctx, `INSERT INTO payments_history (`+historyColumns+`)`, "", rows)
}

// Unbooked returns orders of a unit that were paid over the gateway in a time, and
// of which no statement of a source says anything.
func (Store) Unbooked(ctx context.Context, q db.Querier, unit, source string, from, to db.Time, limit int) ([]Payable, error) {
	return db.All(ctx, q, func(r db.Row) (p Payable, err error) { return p, r.Scan(&p.ID, &p.Code, &p.Amount) },
		`SELECT id, code, amount FROM payments_orders WHERE unit = $1 AND state = 'paid' AND way IN ('gateway', 'portal') AND paid_at >= $3 AND paid_at < $4
		AND NOT EXISTS (SELECT 1 FROM payments_reports r WHERE r.order_id = payments_orders.id AND r.source || '' = $2) ORDER BY id LIMIT $5`, unit, source, from, to, limit)
}

// Difference is what does not fit.
type Difference struct {
	ID, Statement, Unit string
	Line                int
	Kind                string
	Amount              int64
	Said                string // personal data
	Order               string
	Open                bool
	Action, Note, By    string
	At                  db.Time
}

const differenceColumns = `id, statement_id, unit, line, kind, amount, said_sealed, order_id, open, action, note, by_id, at`

func (s Store) scanDifference(r db.Row) (d Difference, err error) {
	var open int
	if err = r.Scan(&d.ID, &d.Statement, &d.Unit, &d.Line, &d.Kind, &d.Amount, &d.Said, &d.Order, &open, &d.Action, &d.Note, &d.By, &d.At); err != nil {
		return d, err
	}
	d.Open = open == 1
	d.Said, err = s.keys.OpenText("payments_differences", "said_sealed", d.ID, d.Said)
	return d, err
}

// AddDifferences adds differences.
func (s Store) AddDifferences(ctx context.Context, tx *db.Tx, all []Difference) error {
	rows := make([][]any, len(all))
	for i, d := range all {
		rows[i] = []any{d.ID, d.Statement, d.Unit, d.Line, d.Kind, d.Amount, s.keys.SealText("payments_differences", "said_sealed", d.ID, d.Said), d.Order, one(d.Open), d.Action, d.Note, d.By, d.At}
	}
	return tx.InsertAll(ctx, `INSERT INTO payments_differences (`+differenceColumns+`)`, "", rows)
}

// PutDifference writes how a difference was settled.
func (Store) PutDifference(ctx context.Context, tx *db.Tx, d Difference) error {
	_, err := tx.Exec(ctx, `UPDATE payments_differences SET order_id = $2, open = $3, action = $4, note = $5, by_id = $6, at = $7 WHERE id = $1`, d.ID, d.Order, one(d.Open), d.Action, d.Note, d.By, d.At)
	return err
}

// GetDifference returns a difference in scope, locked in a transaction.
func (s Store) GetDifference(ctx context.Context, q db.Querier, scope access.Scope, id string) (Difference, error) {
	in, args := scope.Where(ofUnit(), id)
	return found(s.scanDifference(q.QueryRow(ctx, `SELECT `+differenceColumns+` FROM payments_differences WHERE id = $1 AND `+in+lock(q), args...)))
}

const differencesQuery = `SELECT ` + differenceColumns + ` FROM payments_differences WHERE statement_id = $1 AND id > $2 ORDER BY id LIMIT $3`

// ListDifferences returns at most limit differences of a statement after one.
func (s Store) ListDifferences(ctx context.Context, q db.Querier, statement, after string, limit int) ([]Difference, error) {
	return db.All(ctx, q, s.scanDifference, differencesQuery, statement, after, limit)
}

// CountOpen counts the differences of a statement that nobody has settled.
func (Store) CountOpen(ctx context.Context, q db.Querier, statement string) (n int, err error) {
	err = q.QueryRow(ctx, `SELECT COUNT(*) FROM payments_differences WHERE statement_id = $1 AND open = 1`, statement).Scan(&n)
	return n, err
}
