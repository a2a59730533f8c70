// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package vault

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"tinhso.vn/internal/platform/crypt"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// Reindex computes all search hashes anew under another index key, in one
// transaction: before it the database is found by the old key and after it by the
// new one, and it says itself by which. No other process may run meanwhile, for
// it would look for people by the old hashes: ErrOthersRun names those that do.
func (v *Vault) Reindex(ctx context.Context, server string, progress func(place string, rows int64)) (rows int64, err error) {
	defer errs.Wrap(&err, "compute search hashes anew")

	alone := func(q db.Querier) error {
		all, err := v.Processes(ctx, q)
		var others []string
		for _, p := range all {
			if p.Server != server {
				others = append(others, p.Server)
			}
		}
		if err == nil && len(others) > 0 {
			return ErrOthersRun.With("servers", strings.Join(others, ", "))
		}
		return err
	}
	if err := alone(v.db); err != nil {
		return 0, err
	}
	name, err := v.keys.PrepareIndex()
	if err != nil {
		return 0, err
	}
	err = v.db.Write(ctx, func(tx *db.Tx) error {
		if err := alone(tx); err != nil {
			return err
		}
		columns, err := v.columns(ctx, tx)
		if err != nil {
			return err
		}
		sum := int64(0)
		for _, s := range columns {
			if len(s.Indexes) == 0 {
				continue
			}
			n, err := v.reindex(ctx, tx, s, name)
			if err != nil {
				return fmt.Errorf("%s: %w", s.Name(), err)
			}
			if sum += n; progress != nil {
				progress(s.Name(), n)
			}
		}
		rows = sum
		_, err = tx.Exec(ctx, `INSERT INTO vault_state (name, value) VALUES ('index', $1) ON CONFLICT (name) DO UPDATE SET value = excluded.value`, name)
		return err
	})
	if err != nil {
		return 0, err
	}
	return rows, v.keys.UseIndex(name)
}

// reindex computes the hashes of one column. It is walked by its key, whatever
// key its texts are sealed with.
func (v *Vault) reindex(ctx context.Context, tx *db.Tx, s crypt.Sealed, key string) (n int64, err error) {
	var after []any
	for {
		rows, err := next(ctx, tx, s, "", after, batch)
		if err != nil || len(rows) == 0 {
			return n, err
		}
		for _, f := range rows {
			sealed, err := property(s, f.text)
			if err != nil {
				return n, v.at(s, f, err)
			}
			if sealed == "" {
				continue
			}
			_, plain, err := v.keys.Again(s, row(s, f), sealed)
			if err != nil {
				return n, v.at(s, f, err)
			}
			if err := hash(ctx, tx, v.keys, s, f, key, plain); err != nil {
				return n, v.at(s, f, err)
			}
			n++
		}
		after = rows[len(rows)-1].key
	}
}

func hash(ctx context.Context, tx *db.Tx, keys *crypt.Keys, s crypt.Sealed, f found, key, plain string) error {
	var set []string
	var args []any
	for _, x := range s.Indexes {
		value := plain
		if x.Part != nil {
			value = x.Part(plain)
		}
		args = append(args, keys.IndexWith(key, x.Domain, value))
		set = append(set, ident(x.Column)+" = $"+strconv.Itoa(len(args)))
	}
	if s.Property != "" { // the hash stands in the same object
		var object map[string]json.RawMessage
		if err := json.Unmarshal([]byte(f.text), &object); err != nil {
			return err
		}
		for i, x := range s.Indexes {
			raw, err := json.Marshal(args[i])
			if err != nil {
				return err
			}
			object[x.Column] = raw
		}
		raw, err := json.Marshal(object)
		if err != nil {
			return err
		}
		set, args = []string{ident(s.Column) + " = $1"}, []any{string(raw)}
	}
	conds := make([]string, len(s.Key))
	for i, k := range s.Key {
		args = append(args, f.key[i])
		conds[i] = ident(k) + " = $" + strconv.Itoa(len(args))
	}
	_, err := tx.Exec(ctx, `UPDATE `+ident(s.Table)+` SET `+strings.Join(set, ", ")+` WHERE `+strings.Join(conds, " AND "), args...)
	return err
}
