// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package registers

import (
	"context"
	"strconv"
	"strings"

	"tinhso.vn/internal/platform/db"
)

// remake makes the computed fields of all records anew, as d says. It is no change
// of a record: its version and history stay.
func (k *Keeper) remake(ctx context.Context, tx *db.Tx, d Definition) error {
	rules, err := d.compile()
	if err != nil {
		return err
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
	for after := ""; ; {
		rows, err := db.All(ctx, tx, func(r db.Row) (one row, err error) {
			cells := newCells(read)
			err = r.Scan(append([]any{&one.id}, cells.dest...)...)
			one.raw = cells.raw()
			return one, err
		}, `SELECT `+idents(names)+` FROM `+table+` WHERE id > $1 ORDER BY id LIMIT $2`, after, batch)
		if err != nil {
			return err
		}
		for _, one := range rows {
			values, err := k.values(d, read, one.id, one.raw)
			if err != nil {
				return err
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
			if _, err := tx.Exec(ctx, `UPDATE `+table+` SET `+strings.Join(sets, ", ")+` WHERE id = $1`, args...); err != nil {
				return err
			}
			after = one.id
		}
		if len(rows) < batch {
			return nil
		}
	}
}
