// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package registers

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"tinhso.vn/internal/platform/db"
)

// match finds the records that the keys name, and what the actor may do with them.
func (b *Bulk) match(ctx context.Context, q db.Querier, all []*Weighed) error {
	if len(b.key) == 0 {
		return nil
	}
	asked := map[*Weighed][]any{}
	for _, w := range all {
		var key []any
		for _, f := range b.key {
			if v, code := f.parse(w.Values[f.Key]); v != nil && code == "" {
				key = append(key, b.keeper.exact(f, v))
			}
		}
		if len(key) == len(b.key) {
			asked[w] = key
		}
	}
	there, err := b.find(ctx, q, b.key, slices.Collect(maps.Values(asked)))
	if err != nil {
		return err
	}
	wanted := map[string][]*Weighed{}
	for _, w := range all {
		key, ok := asked[w]
		if !ok {
			continue
		}
		one, ok := there[fmt.Sprint(key...)]
		switch {
		case !ok:
		case one.state != StateActive:
			w.Problems = append(w.Problems, b.key[0].problem("taken"))
		default:
			wanted[one.id] = append(wanted[one.id], w)
		}
	}
	return b.load(ctx, q, wanted)
}

// there is a record that a key names.
type there struct{ id, state string }

// find returns the records that have one of the keys, by the key as it prints.
func (b *Bulk) find(ctx context.Context, q db.Querier, fields []Field, keys [][]any) (map[string]there, error) {
	found := map[string]there{}
	names, whole := make([]string, len(fields)), make([]bool, len(fields))
	for i, f := range fields {
		names[i] = ident(f.exact())
		whole[i] = slices.ContainsFunc(f.stored(), func(c column) bool { return c.name == f.exact() && c.typeName() == "bigint" })
	}
	for some := range slices.Chunk(keys, maxAsked) {
		var conds []string
		var args []any
		for _, key := range some {
			var one []string
			for i, v := range key {
				args = append(args, v)
				one = append(one, names[i]+" = "+mark(args))
			}
			conds = append(conds, "("+strings.Join(one, " AND ")+")")
		}
		where := strings.Join(conds, " OR ")
		if len(fields) == 1 {
			marks := make([]string, len(args))
			for i := range args {
				marks[i] = "$" + strconv.Itoa(i+1)
			}
			where = names[0] + " IN (" + strings.Join(marks, ", ") + ")"
		}
		rows, err := q.Query(ctx, `SELECT id, state, `+strings.Join(names, ", ")+` FROM `+ident(b.s.Definition.Table())+` WHERE `+where, args...)
		if err != nil {
			return nil, err
		}
		for rows.Next() {
			var one there
			dest := []any{&one.id, &one.state}
			for _, is := range whole {
				if is {
					dest = append(dest, new(int64))
				} else {
					dest = append(dest, new(string))
				}
			}
			if err := rows.Scan(dest...); err != nil {
				return nil, errors.Join(err, rows.Close())
			}
			key := make([]any, len(fields))
			for i, d := range dest[2:] {
				switch v := d.(type) {
				case *int64:
					key[i] = *v
				case *string:
					key[i] = *v
				}
			}
			found[fmt.Sprint(key...)] = one
		}
		if err := errors.Join(rows.Err(), rows.Close()); err != nil {
			return nil, err
		}
	}
	return found, nil
}

// load reads the records that lines are about.
func (b *Bulk) load(ctx context.Context, q db.Querier, wanted map[string][]*Weighed) error {
	d := b.s.Definition
	lock := ""
	if tx, ok := q.(*db.Tx); ok {
		lock = tx.ForUpdate()
	}
	for some := range slices.Chunk(slices.Sorted(maps.Keys(wanted)), maxAsked) {
		var args []any
		marks := make([]string, len(some))
		for i, one := range some {
			args = append(args, one)
			marks[i] = mark(args)
		}
		var view, amend, bring string
		view, args = b.s.marks(View, args)
		amend, args = b.s.marks(Amend, args)
		bring, args = b.s.marks(Import, args)
		rows, err := db.All(ctx, q, func(r db.Row) (one struct {
			loaded

			view, amend, bring int64
		}, err error,
		) {
			one.loaded, err = scan(r, d.Fields, &one.view, &one.amend, &one.bring)
			return one, err
		}, `SELECT `+selected(d, d.Fields)+`, `+view+`, `+amend+`, `+bring+` FROM `+ident(d.Table())+` WHERE id IN (`+strings.Join(marks, ", ")+`)`+lock, args...)
		if err != nil {
			return err
		}
		for _, one := range rows {
			if one.definition != d.Version {
				return errOther
			}
			for _, w := range wanted[one.ID] {
				switch {
				case one.view == 0: // as one by one: the key is taken, by nobody knows whom
					w.Problems = append(w.Problems, b.key[0].problem("taken"))
				case one.amend == 0 || one.bring == 0:
					w.Problems = append(w.Problems, b.key[0].problem("unreachable"))
				default:
					w.old, w.Record, w.Version = &one.loaded, one.ID, one.Version
					w.Problems = append(w.Problems, b.strange(w.Values, through(one.amend), through(one.bring))...) //nolint:gosec // eight rights at most
				}
			}
		}
	}
	return nil
}

// unique finds values that another record has.
func (b *Bulk) unique(ctx context.Context, q db.Querier, all []*Weighed) error {
	for _, w := range all {
		if len(w.Problems) > 0 {
			continue
		}
		b.rules.made(w.merged)
		for _, m := range b.rules.makers {
			w.parsed[m.Key] = w.merged[m.Key]
		}
	}
	naming := func(f Field) bool { return len(b.key) == 1 && b.key[0].Key == f.Key }
	for _, f := range b.s.Definition.Visible() {
		if !f.Unique || naming(f) {
			continue
		}
		asked := map[*Weighed][]any{}
		for _, w := range all {
			if v := w.parsed[f.Key]; v != nil && !w.wrong(f.Key) {
				asked[w] = []any{b.keeper.exact(f, v)}
			}
		}
		found, err := b.find(ctx, q, []Field{f}, slices.Collect(maps.Values(asked)))
		if err != nil {
			return err
		}
		for w, key := range asked {
			if one, ok := found[fmt.Sprint(key...)]; ok && one.id != w.Record {
				w.add(f.problem("taken"))
			}
		}
	}
	return b.taken(ctx, q, all)
}

// taken finds records of the register's key where lines name them by another field.
func (b *Bulk) taken(ctx context.Context, q db.Querier, all []*Weighed) error {
	d := b.s.Definition
	if len(d.Key) == 0 || len(b.key) == len(d.Key) && b.key[0].Key == d.Key[0] {
		return nil
	}
	asked := map[*Weighed][]any{}
	var fields []Field
	for _, w := range all {
		if key, complete := d.keyFields(w.merged, nil); complete && len(w.Problems) == 0 {
			fields = key
			for _, f := range key {
				asked[w] = append(asked[w], b.keeper.exact(f, w.merged[f.Key]))
			}
		}
	}
	found, err := b.find(ctx, q, fields, slices.Collect(maps.Values(asked)))
	for w, key := range asked {
		if one, ok := found[fmt.Sprint(key...)]; ok && one.id != w.Record {
			w.add(fields[0].problem("taken"))
		}
	}
	return err
}
