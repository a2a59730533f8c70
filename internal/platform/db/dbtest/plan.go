// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package dbtest

import (
	"strings"
	"testing"

	"tinhso.vn/internal/platform/db"
)

// Query is a question of a store, as the store asks it.
type Query struct {
	Text string
	Args []any
}

// Ask is the query that a function of a store writes.
func Ask(text string, args []any) Query { return Query{text, args} }

// Of is a query in so many words.
func Of(text string, args ...any) Query { return Query{text, args} }

// Fill runs statements in one transaction: rows for a test, and ANALYZE.
func Fill(t *testing.T, d *db.DB, statements ...string) {
	t.Helper()
	check(t, d.Write(t.Context(), func(tx *db.Tx) error {
		for _, q := range statements {
			if _, err := tx.Exec(t.Context(), q); err != nil {
				return err
			}
		}
		return nil
	}))
}

// Plan returns, line by line, how the database would answer a query.
func Plan(t *testing.T, d *db.DB, text string, args ...any) []string {
	t.Helper()
	lines, err := db.All(t.Context(), d, func(r db.Row) (line string, err error) {
		if d.Dialect() == db.Postgres {
			return line, r.Scan(&line)
		}
		var id, parent, unused int
		err = r.Scan(&id, &parent, &unused, &line)
		return line, err
	}, d.Dialect().Pick("EXPLAIN QUERY PLAN ", "EXPLAIN (COSTS OFF) ")+text, args...)
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return lines
}

// Indexed fails for each query that reads the whole of a table whose name begins with
// prefix. The tables must hold as many rows as make a database choose an index.
func Indexed(t *testing.T, d *db.DB, prefix string, queries map[string]Query) {
	t.Helper()
	for name, q := range queries {
		plan := Plan(t, d, q.Text, q.Args...)
		for _, line := range plan {
			if strings.Contains(line, "SCAN "+prefix) && !strings.Contains(line, "USING") || strings.Contains(line, "Seq Scan on "+prefix) {
				t.Errorf("%s reads the whole table:\n%s", name, strings.Join(plan, "\n"))
				break
			}
		}
	}
}
