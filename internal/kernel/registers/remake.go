// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package registers

import (
	"context"
	"strconv"
	"strings"

	"tinhso.vn/internal/platform/db"
)

// remake makes the computed fields of the next records anew, as d says, and returns
// the last of them and how many there were. It is no change of a record: its
// version and history stay.
func (k *Keeper) remake(ctx context.Context, tx *db.Tx, d Definition, after string) (last string, n int, err error) {
	rules, err := k.memory.rules(d)
	if err != nil {
		return "", 0, err
	}
	var read []Field // what expressions can see
	for _, f := range d.Visible() {
		if _, ok := f.variable(); ok {
			read = append(read, f)
		}
	}
	type row struct {
		id  string
		raw map[string]any
	}
	names := []string{"id"}
	for _, f := range read {
		for _, c := range f.stored() {
			names = append(names, c.name)
		}
	}
	table := ident(d.Table())
	rows, err := db.All(ctx, tx, func(r db.Row) (one row, err error) {
		cells := newCells(read)
		err = r.Scan(append([]any{&one.id}, cells.dest...)...)
		one.raw = cells.raw()
		return one, err
	}, `SELECT `+idents(names)+` FROM `+table+` WHERE id > $1 ORDER BY id LIMIT $2`+tx.ForUpdate(), after, batch)
	if err != nil {
		return "", 0, err
	}
	for _, one := range rows {
		values, err := k.values(d, read, one.id, one.raw)
		if err != nil {
			return "", 0, err
		}
		rules.made(values)
		sets, args := []string{}, []any{one.id}
		for _, m := range rules.makers {
			columns := append(m.stored(), d.computed(m.Field)...)
			for i, v := range k.bind(d, m.Field, one.id, values[m.Key]) {
				args = append(args, v)
				sets = append(sets, ident(columns[i].name)+" = $"+strconv.Itoa(len(args)))
			}
		}
		if after = one.id; len(sets) == 0 {
			continue // a later version computes nothing
		}
		if _, err := tx.Exec(ctx, `UPDATE `+table+` SET `+strings.Join(sets, ", ")+` WHERE id = $1`, args...); err != nil {
			return "", 0, err
		}
	}
	return after, len(rows), nil
}
