// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package registers

import (
	"context"
	"strings"

	"tinhso.vn/internal/platform/db"
)

// asking collects questions that a number answers each, so that they are one
// statement: what is asked one by one costs PostgreSQL a message there and back each.
type asking struct {
	columns []string
	args    []any
	dest    []any
}

// mark is the parameter of a value.
func (a *asking) mark(v any) string {
	a.args = append(a.args, v)
	return mark(a.args)
}

// put adds a question, a column of the statement, and returns where its answer will stand.
func (a *asking) put(column string) *int64 {
	n := new(int64)
	a.columns, a.dest = append(a.columns, column), append(a.dest, n)
	return n
}

// ask puts all questions; without any it does nothing.
func (a *asking) ask(ctx context.Context, q db.Querier) error {
	if len(a.columns) == 0 {
		return nil
	}
	return q.QueryRow(ctx, `SELECT `+strings.Join(a.columns, ", "), a.args...).Scan(a.dest...)
}
