// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package db

import (
	"context"
	"strconv"
	"strings"
)

// rowsAtOnce bounds the rows of one statement. Fewer rows go in halves of it, so that
// a connection keeps few texts of one statement.
const rowsAtOnce = 64

// InsertAll adds many rows with few statements: who adds a hundred rows waits for the
// database a few times and not a hundred. Head is the statement up to VALUES, tail what
// stands behind the rows (ON CONFLICT …); neither has parameters.
func (tx *Tx) InsertAll(ctx context.Context, head, tail string, rows [][]any) error {
	for n := rowsAtOnce; len(rows) > 0; n /= 2 {
		for len(rows) >= n {
			text, args := values(rows[:n])
			if _, err := tx.Exec(ctx, head+" VALUES "+text+" "+tail, args...); err != nil {
				return err
			}
			rows = rows[n:]
		}
	}
	return nil
}

// UpdateAll changes many rows with few statements: head is the statement up to FROM,
// where what follows; the values of a row are v.column1, v.column2 … and all of them
// texts, as neither database is told their types.
func (tx *Tx) UpdateAll(ctx context.Context, head, where string, rows [][]string) error {
	for n := rowsAtOnce; len(rows) > 0; n /= 2 {
		for len(rows) >= n {
			some := make([][]any, n)
			for i, row := range rows[:n] {
				for _, cell := range row {
					some[i] = append(some[i], cell)
				}
			}
			text, args := values(some)
			if _, err := tx.Exec(ctx, head+" FROM (VALUES "+text+") AS v WHERE "+where, args...); err != nil {
				return err
			}
			rows = rows[n:]
		}
	}
	return nil
}

// values writes ($1, $2), ($3, $4) … for rows.
func values(rows [][]any) (string, []any) {
	var b strings.Builder
	args := make([]any, 0, len(rows)*len(rows[0]))
	for i, row := range rows {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteByte('(')
		for j, cell := range row {
			if j > 0 {
				b.WriteByte(',')
			}
			args = append(args, cell)
			b.WriteByte('$')
			b.WriteString(strconv.Itoa(len(args)))
		}
		b.WriteByte(')')
	}
	return b.String(), args
}

// Padded repeats the last of some values until their number is a power of two, for a
// list behind IN: a connection then keeps few texts of one statement.
func Padded(all []string) []string {
	if len(all) == 0 {
		return all
	}
	n := 1
	for n < len(all) {
		n *= 2
	}
	out := make([]string, n)
	for i := copy(out, all); i < n; i++ {
		out[i] = all[len(all)-1]
	}
	return out
}
