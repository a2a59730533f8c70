// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package registers

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// Past is what a record was until somebody changed it.
type Past struct {
	Version   int64
	State     string
	Until     db.Time // when it ceased to be so
	ChangedBy string  // the account that changed it
	Values    map[string]any
	Withheld  []string
}

// pastLimit bounds how far back one reading of the history goes.
const pastLimit = 200

// History returns what a record was, the latest first, as the definitions of
// the time read it. Fields that were or have become personal are left out.
func (k *Keeper) History(ctx context.Context, q db.Querier, scope access.Scope, register, record string) (past []Past, err error) {
	defer errs.Wrap(&err, "history of record %s of register %s", record, register)

	d, err := k.Definition(ctx, q, register)
	if err != nil {
		return nil, err
	}
	where, args := scope.Where(access.Columns{Units: []string{"unit_id"}}, record)
	var version int64
	err = q.QueryRow(ctx, `SELECT version FROM `+ident(d.Table())+` WHERE id = $1 AND `+where, args...).Scan(&version)
	if errors.Is(err, db.ErrNoRows) {
		return nil, ErrNotFound
	}
	if err != nil {
		return nil, err
	}
	type row struct {
		Past
		definition int
		raw        string
	}
	rows, err := db.All(ctx, q, func(r db.Row) (x row, err error) {
		err = r.Scan(&x.Version, &x.State, &x.Until, &x.ChangedBy, &x.definition, &x.raw)
		return x, err
	}, `SELECT version, state, at, changed_by, definition, before_json FROM `+ident(d.history())+
		` WHERE id = $1 AND version < $2 ORDER BY version DESC LIMIT $3`, record, version, pastLimit)
	if err != nil {
		return nil, err
	}
	then := map[int]Definition{}
	for _, x := range rows {
		if _, ok := then[x.definition]; !ok {
			if then[x.definition], err = at(ctx, q, register, x.definition); err != nil {
				return nil, err
			}
		}
		old := then[x.definition]
		dec := json.NewDecoder(bytes.NewReader([]byte(x.raw)))
		dec.UseNumber()
		raw := map[string]any{}
		if err := dec.Decode(&raw); err != nil {
			return nil, err
		}
		var fields []Field
		for _, f := range old.Visible() {
			if now, _ := d.Field(f.Key); f.personal() || now.personal() {
				x.Withheld = append(x.Withheld, f.Key)
				continue
			}
			fields = append(fields, f)
		}
		if x.Values, err = k.values(old, fields, record, raw); err != nil {
			return nil, err
		}
		past = append(past, x.Past)
	}
	return past, nil
}

// at returns the definition that a version brought into force.
func at(ctx context.Context, q db.Querier, register string, version int) (d Definition, err error) {
	var raw string
	if err := q.QueryRow(ctx, `SELECT definition FROM registers_definitions WHERE id = $1 AND version = $2`,
		register, version).Scan(&raw); err != nil {
		return Definition{}, err
	}
	err = json.Unmarshal([]byte(raw), &d)
	return d, err
}
