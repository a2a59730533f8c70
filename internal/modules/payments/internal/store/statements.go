// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"

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
}

const statementColumns = `id, unit, source, name, sha, lines, matched, total, by_id, at`

func scanStatement(r db.Row) (s Statement, err error) {
	return s, r.Scan(&s.ID, &s.Unit, &s.Source, &s.Name, &s.SHA, &s.Lines, &s.Matched, &s.Total, &s.By, &s.At)
}

// AddStatement adds a statement; false where the same file was read.
func (Store) AddStatement(ctx context.Context, tx *db.Tx, s Statement) (bool, error) {
	n, err := tx.Exec(ctx, `INSERT INTO payments_statements (`+statementColumns+`) VALUES (`+marks(10)+`) ON CONFLICT (unit, sha) DO NOTHING`,
		s.ID, s.Unit, s.Source, s.Name, s.SHA, s.Lines, s.Matched, s.Total, s.By, s.At)
	return n == 1, err
}

// Matched adds to how many lines of a statement fit.
func (Store) Matched(ctx context.Context, tx *db.Tx, statement string, n int) error {
	_, err := tx.Exec(ctx, `UPDATE payments_statements SET matched = matched + $2 WHERE id = $1`, statement, n)
	return err
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
	Booked         string // by what the bank knows the line that paid it; empty: no statement had one
}

// Payable returns orders by their codes, with what statements of a source have said
// of them.
func (Store) Payable(ctx context.Context, q db.Querier, source string, codes []string) (map[string]Payable, error) {
	all := make(map[string]Payable, len(codes))
	if len(codes) == 0 {
		return all, nil
	}
	args := make([]any, 0, len(codes)+1)
	for _, c := range codes {
		args = append(args, c)
	}
	in := marks(len(codes))
	args = append(args, source)
	rows, err := db.All(ctx, q, func(r db.Row) (p Payable, err error) {
		return p, r.Scan(&p.ID, &p.Code, &p.Unit, &p.State, &p.Amount, &p.Way, &p.Booked)
	}, `SELECT o.id, o.code, o.unit, o.state, o.amount, o.way,
		COALESCE((SELECT MIN(r.their_id) FROM payments_reports r WHERE r.order_id = o.id AND r.source || '' = $`+number(len(codes)+1)+`), '')
		FROM payments_orders o WHERE o.code IN (`+in+`)`, args...)
	for _, p := range rows {
		all[p.Code] = p
	}
	return all, err
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

// AddDifference adds a difference.
func (s Store) AddDifference(ctx context.Context, tx *db.Tx, d Difference) error {
	return insert(ctx, tx, "payments_differences", differenceColumns, d.ID, d.Statement, d.Unit, d.Line, d.Kind, d.Amount,
		s.keys.SealText("payments_differences", "said_sealed", d.ID, d.Said), d.Order, one(d.Open), d.Action, d.Note, d.By, d.At)
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
