// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package registers

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"slices"

	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// Value returns what a field keeps of a value that was given; nil for none. One
// that it does not take is a problem of the field.
func (f Field) Value(given any) (any, error) {
	v, code := f.parse(given)
	if code == "" && v == nil && f.Required {
		code = "required"
	}
	if code != "" {
		return nil, errs.BadInput([]errs.Field{f.problem(code)})
	}
	return v, nil
}

// Alike returns the fields that the actor may give the same value in many
// records: not personal ones, and none that tells records apart.
func (s Standing) Alike() []Field {
	return slices.DeleteFunc(s.Fields(Amend), func(f Field) bool {
		return f.personal() || f.Compute != "" || f.Unique || slices.Contains(s.Definition.Key, f.Key) ||
			f.structured() || f.Type == Place || f.Type == Org || f.Type == Reference
	})
}

// Restore gives fields of a record the values that they had at an earlier
// version, as a new version of the record, if it is still at the version that
// the actor has seen. It needs the right to change them.
func (k *Keeper) Restore(ctx context.Context, tx *db.Tx, s Standing, record string, seen, to int64, fields []string) (version int64, err error) {
	defer errs.Wrap(&err, "restore record %s of register %s", record, s.Definition.ID)

	if _, err := s.reached(ctx, tx, Amend, record); err != nil { // what is out of reach has no past
		return 0, err
	}
	values, err := k.then(ctx, tx, s.Definition, record, to, fields)
	if err != nil {
		return 0, err
	}
	return k.Amend(ctx, tx, s, record, seen, values)
}

// then returns the values that fields of a record had at an earlier version; nil
// for those it had none of.
func (k *Keeper) then(ctx context.Context, q db.Querier, d Definition, record string, version int64, fields []string) (map[string]any, error) {
	var raw string
	var which int
	err := q.QueryRow(ctx, `SELECT definition, before_json FROM `+ident(d.history())+` WHERE id = $1 AND version = $2`, record, version).Scan(&which, &raw)
	if errors.Is(err, db.ErrNoRows) {
		return nil, ErrNotFound
	}
	if err != nil {
		return nil, err
	}
	old, err := at(ctx, q, d.ID, which)
	if err != nil {
		return nil, err
	}
	dec := json.NewDecoder(bytes.NewReader([]byte(raw)))
	dec.UseNumber()
	kept := map[string]any{}
	if err := dec.Decode(&kept); err != nil {
		return nil, err
	}
	values := map[string]any{}
	for _, key := range fields {
		f, ok := old.Field(key)
		if !ok { // there was no such field
			values[key] = nil
			continue
		}
		if values[key], err = value(k.keys, old, f, record, kept); err != nil {
			return nil, err
		}
	}
	return values, nil
}
