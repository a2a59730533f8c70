// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"encoding/json"
	"errors"
	"strconv"
	"strings"

	"tinhso.vn/internal/modules/authoring"
	"tinhso.vn/internal/platform/db"
)

const tableColumns = `id, name, file, state, way, matched, place, report, change_id, brought_by, brought_at, failure`

func scanTable(r db.Row) (t authoring.Table, err error) {
	var report string
	if err := r.Scan(&t.ID, &t.Name, &t.File, &t.State, &t.Way, &t.Matched, &t.Place, &report, &t.Change, &t.Brought.Account, &t.Brought.At, &t.Failure); err != nil {
		return t, err
	}
	return t, json.Unmarshal([]byte(report), &t.Report)
}

// GetTable returns a table; ErrNoTable.
func GetTable(ctx context.Context, q db.Querier, table authoring.TableID) (authoring.Table, error) {
	return getTable(ctx, q, table, "")
}

// LockTable returns a table that nobody else changes until the transaction ends.
func LockTable(ctx context.Context, tx *db.Tx, table authoring.TableID) (authoring.Table, error) {
	return getTable(ctx, tx, table, tx.ForUpdate())
}

func getTable(ctx context.Context, q db.Querier, table authoring.TableID, lock string) (authoring.Table, error) {
	t, err := scanTable(q.QueryRow(ctx, `SELECT `+tableColumns+` FROM authoring_tables WHERE id = $1`+lock, string(table)))
	if errors.Is(err, db.ErrNoRows) {
		return t, authoring.ErrNoTable
	}
	return t, err
}

// PutTable keeps a table, new or changed.
func PutTable(ctx context.Context, tx *db.Tx, t authoring.Table) error {
	report, err := json.Marshal(t.Report)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `INSERT INTO authoring_tables (`+tableColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
		ON CONFLICT (id) DO UPDATE SET file = excluded.file, state = excluded.state, way = excluded.way, matched = excluded.matched,
		place = excluded.place, report = excluded.report, change_id = excluded.change_id, failure = excluded.failure`,
		string(t.ID), t.Name, t.File, string(t.State), t.Way, t.Matched, t.Place, string(report), string(t.Change), t.Brought.Account, t.Brought.At, t.Failure)
	return err
}

// Tables returns at most limit tables, the newest first, before the given one
// ("~": from the newest).
func Tables(ctx context.Context, q db.Querier, before string, limit int) ([]authoring.Table, error) {
	return db.All(ctx, q, scanTable, `SELECT `+tableColumns+` FROM authoring_tables WHERE id < $1 ORDER BY id DESC LIMIT $2`, before, limit)
}

// TableOf returns the table of which a change was made; false where there is none.
func TableOf(ctx context.Context, q db.Querier, change authoring.ID) (authoring.Table, bool, error) {
	found, err := db.All(ctx, q, scanTable, `SELECT `+tableColumns+` FROM authoring_tables WHERE change_id = $1`, string(change))
	if err != nil || len(found) == 0 {
		return authoring.Table{}, false, err
	}
	return found[0], true, nil
}

// rowsAtOnce is how many rows go into one statement.
const rowsAtOnce = 200

// AddRows keeps rows of the report of a table.
func AddRows(ctx context.Context, tx *db.Tx, table authoring.TableID, rows []authoring.TableRow) error {
	for len(rows) > 0 {
		some := rows[:min(len(rows), rowsAtOnce)]
		rows = rows[len(some):]
		var values []string
		var args []any
		for _, r := range some {
			body, err := json.Marshal(r)
			if err != nil {
				return err
			}
			n := len(args)
			values = append(values, "($"+strconv.Itoa(n+1)+", $"+strconv.Itoa(n+2)+", $"+strconv.Itoa(n+3)+", $"+strconv.Itoa(n+4)+")")
			args = append(args, string(table), string(r.Kind), r.N, string(body))
		}
		if _, err := tx.Exec(ctx, `INSERT INTO authoring_table_rows (table_id, kind, n, body) VALUES `+strings.Join(values, ", "), args...); err != nil {
			return err
		}
	}
	return nil
}

// DropRows forgets the report of a table.
func DropRows(ctx context.Context, tx *db.Tx, table authoring.TableID) error {
	_, err := tx.Exec(ctx, `DELETE FROM authoring_table_rows WHERE table_id = $1`, string(table))
	return err
}

// Rows returns at most limit rows of a kind behind the n-th.
func Rows(ctx context.Context, q db.Querier, table authoring.TableID, kind authoring.RowKind, after, limit int) ([]authoring.TableRow, error) {
	return db.All(ctx, q, func(r db.Row) (row authoring.TableRow, err error) {
		var body string
		if err := r.Scan(&body); err != nil {
			return row, err
		}
		return row, json.Unmarshal([]byte(body), &row)
	}, `SELECT body FROM authoring_table_rows WHERE table_id = $1 AND kind = $2 AND n > $3 ORDER BY n LIMIT $4`, string(table), string(kind), after, limit)
}

// KnowColumns remembers how a table with these headings is read.
func KnowColumns(ctx context.Context, tx *db.Tx, headings, matched string) error {
	_, err := tx.Exec(ctx, `INSERT INTO authoring_table_columns (headings, matched) VALUES ($1, $2) ON CONFLICT (headings) DO UPDATE SET matched = excluded.matched`, headings, matched)
	return err
}

// KnownColumns returns how a table with these headings was read before; empty: never.
func KnownColumns(ctx context.Context, q db.Querier, headings string) (string, error) {
	found, err := db.All(ctx, q, db.Column[string], `SELECT matched FROM authoring_table_columns WHERE headings = $1`, headings)
	if err != nil || len(found) == 0 {
		return "", err
	}
	return found[0], nil
}

// PutItems keeps many items of a change, all of them new to it.
func PutItems(ctx context.Context, tx *db.Tx, change authoring.ID, all []authoring.Item) error {
	for len(all) > 0 {
		some := all[:min(len(all), rowsAtOnce)]
		all = all[len(some):]
		var values []string
		var args []any
		for _, i := range some {
			marks := make([]string, 8)
			for n := range marks {
				marks[n] = "$" + strconv.Itoa(len(args)+n+1)
			}
			values = append(values, "("+strings.Join(marks, ", ")+")")
			args = append(args, string(change), string(i.List), i.ID, string(i.Whole), string(i.Base), i.Rev, i.Saved.Account, i.Saved.At)
		}
		if _, err := tx.Exec(ctx, `INSERT INTO authoring_items (change_id, `+itemColumns+`) VALUES `+strings.Join(values, ", "), args...); err != nil {
			return err
		}
	}
	return nil
}

// Passed returns the published changes that touched an item, the newest first, at most limit.
func Passed(ctx context.Context, q db.Querier, list authoring.List, item string, limit int) ([]authoring.Change, error) {
	return db.All(ctx, q, scan, `SELECT `+columns+` FROM authoring_changes WHERE state = 'published' AND id IN
		(SELECT change_id FROM authoring_items WHERE list = $1 AND item_id = $2) ORDER BY id DESC LIMIT $3`, string(list), item, limit)
}
