// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"

	"tinhso.vn/internal/modules/holdings"
	"tinhso.vn/internal/platform/db"
)

// Row is a type of papers; Closed ones left the pack.
type Row struct {
	holdings.Type
	Closed bool
}

const typeColumns = `id, name_vi, name_en, code, valid, months, field, scope_vi, scope_en, source, unverified, closed, outside_law`

// Types returns all types, those that left the pack too: some dozens.
func (Store) Types(ctx context.Context, q db.Querier) ([]Row, error) {
	return db.All(ctx, q, func(r db.Row) (t Row, err error) {
		err = r.Scan(&t.ID, &t.Name.VI, &t.Name.EN, &t.Code, &t.Valid, &t.Months, &t.Field, &t.Scope.VI, &t.Scope.EN, &t.Source, &t.Unverified, &t.Closed, &t.Outside)
		return t, err
	}, `SELECT `+typeColumns+` FROM holdings_types ORDER BY id`)
}

// PutType keeps a type, new or changed.
func (Store) PutType(ctx context.Context, tx *db.Tx, t Row) error {
	bit := map[bool]int{true: 1}
	_, err := tx.Exec(ctx, `INSERT INTO holdings_types (`+typeColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
		ON CONFLICT (id) DO UPDATE SET name_vi = excluded.name_vi, name_en = excluded.name_en, code = excluded.code, valid = excluded.valid, months = excluded.months,
		field = excluded.field, scope_vi = excluded.scope_vi, scope_en = excluded.scope_en, source = excluded.source, unverified = excluded.unverified, closed = excluded.closed, outside_law = excluded.outside_law`,
		t.ID, t.Name.VI, t.Name.EN, t.Code, string(t.Valid), t.Months, t.Field, t.Scope.VI, t.Scope.EN, t.Source, bit[t.Unverified], bit[t.Closed], t.Outside)
	return err
}
