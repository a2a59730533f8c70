// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package registers

import (
	"context"
	"strconv"
	"strings"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/platform/db"
)

// shown is how many of the records in the way a plan names.
const shown = 5

// blocked is which records stand in the way.
type blocked struct {
	Rows     []string
	RowCount int64
}

// blocking finds the records for which a condition holds. The condition is made
// of names of this package and of numbers; values are parameters.
func (p *Plan) blocking(ctx context.Context, q db.Querier, condition string, args ...any) (b blocked, err error) {
	table := ident(p.def.Table())
	if err := q.QueryRow(ctx, `SELECT COUNT(*) FROM `+table+` WHERE `+condition, args...).Scan(&b.RowCount); err != nil || b.RowCount == 0 {
		return b, err
	}
	b.Rows, err = db.All(ctx, q, db.Column[string],
		`SELECT id FROM `+table+` WHERE `+condition+` ORDER BY id LIMIT `+strconv.Itoa(shown), args...)
	return b, err
}

// inTheWay names the records that would have to change before a refused change
// made sense.
func (p *Plan) inTheWay(ctx context.Context, q db.Querier, c *Change, condition string, args ...any) error {
	b, err := p.blocking(ctx, q, condition, args...)
	c.Rows, c.RowCount = b.Rows, b.RowCount
	return err
}

// duplicates finds the records that a unique index would refuse. A field that
// is only being added has none.
func (p *Plan) duplicates(ctx context.Context, q db.Querier, x index) (blocked, error) {
	if !x.unique {
		return blocked{}, nil
	}
	old := map[string]bool{}
	for _, c := range p.old.columns() {
		old[c.name] = true
	}
	same := make([]string, len(x.columns))
	for i, c := range x.columns {
		if !old[c] {
			return blocked{}, nil
		}
		same[i] = `d.` + ident(c) + ` = t.` + ident(c)
	}
	table, cols := ident(p.def.Table()), idents(x.columns)
	return p.blocking(ctx, q, `id IN (SELECT t.id FROM `+table+` t JOIN (SELECT `+cols+` FROM `+table+
		` GROUP BY `+cols+` HAVING COUNT(*) > 1) d ON `+strings.Join(same, ` AND `)+`)`)
}

func (p *Plan) label(f Field) i18n.Text {
	if f.Key == "" {
		return p.Title
	}
	return f.Label
}

// power is 10 to the n, for the few n that scales have.
func power(n int) int64 {
	v := int64(1)
	for range n {
		v *= 10
	}
	return v
}

// describe says the limit of a new field.
func describe(f Field) string {
	switch {
	case f.textual():
		return strconv.FormatInt(f.limit(), 10)
	case f.Type == Decimal:
		return strconv.Itoa(f.Scale)
	}
	return ""
}
