// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package registers

import (
	"context"
	"slices"
	"strings"

	"tinhso.vn/internal/platform/db"
)

// downOrder says whether a list on SQLite is read down its order rather than by the
// index of a value that it is held to. SQLite does not know how many records have
// a value: it takes them all and sorts them, which of an eighth of a million is a
// third of a second. A glance at the first records decides: where enough of them
// have the values, the order is the shorter way. PostgreSQL counts for itself.
func (k *Keeper) downOrder(ctx context.Context, q db.Querier, s Standing, ask Ask, order string, enough int64) (Ask, error) {
	if q.Dialect() != db.SQLite || ask.By == "" || s.found != "" {
		return ask, nil
	}
	d := s.Definition
	held := func(c Condition) bool {
		f, ok := d.Field(c.Field)
		return c.Op == Is && ok && f.Type != Choices && !f.Unique && !f.personal() && slices.Contains(d.List.Filters, c.Field) && s.Reaches(ask.act(), c.Field)
	}
	rest := ask
	rest.Where = slices.DeleteFunc(slices.Clone(ask.Where), held)
	if len(rest.Where) == len(ask.Where) {
		return ask, nil
	}
	conds, args, err := k.conditions(s, rest)
	if err != nil {
		return ask, err
	}
	among := ` FROM ` + s.table() + ` WHERE ` + strings.Join(conds, ` AND `) + order
	var columns, having []string
	for _, c := range ask.Where {
		if !held(c) {
			continue
		}
		f, _ := d.Field(c.Field)
		var cond, code string
		if cond, args, code = k.condition(d, f, c, args); code != "" {
			return ask, nil // conditions says what is wrong with it
		}
		columns, having = append(columns, ident(f.filtered())), append(having, cond)
	}
	slices.Sort(columns)
	args = append(args, k.glance)
	var n int64
	if err := q.QueryRow(ctx, `SELECT COUNT(*) FROM (SELECT `+strings.Join(slices.Compact(columns), ", ")+among+` LIMIT `+mark(args)+`) first WHERE `+
		strings.Join(having, ` AND `), args...).Scan(&n); err != nil {
		return ask, err
	}
	if n < enough {
		return ask, nil
	}
	ask.Where = slices.Clone(ask.Where)
	for i, c := range ask.Where {
		if held(c) {
			ask.Where[i].way = downTheOrder
		}
	}
	return ask, nil
}
