// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package refusals

import (
	"context"
	"strconv"
	"strings"

	"tinhso.vn/internal/platform/db"
)

// Entry is one row: one refusal, or Count of them between At and Until.
type Entry struct {
	ID                                        string
	At, Until                                 db.Time
	Kind                                      Kind
	Account, Login, Permission, Route, Object string
	Network                                   string // first part of the address
	Address                                   string // keyed hash of the whole
	Count                                     int64
}

const columns = `id, at, until, kind, account, login, permission, route, object, network, address, count`

func scan(r db.Row) (e Entry, err error) {
	err = r.Scan(&e.ID, &e.At, &e.Until, &e.Kind, &e.Account, &e.Login, &e.Permission, &e.Route, &e.Object, &e.Network, &e.Address, &e.Count)
	return e, err
}

// Filter chooses entries; empty fields choose all.
type Filter struct {
	Kind             Kind
	Account, Address string
}

// List returns at most limit entries, the newest first, before one ("" for the newest).
func List(ctx context.Context, q db.Querier, f Filter, before string, limit int) ([]Entry, error) {
	query, args := listing(f, before, limit)
	return db.All(ctx, q, scan, query, args...)
}

func listing(f Filter, before string, limit int) (query string, args []any) {
	if before == "" {
		before = "~" // after every id
	}
	args = []any{before, limit}
	where := []string{`id < $1`}
	for _, c := range []struct{ column, value string }{{"kind", string(f.Kind)}, {"account", f.Account}, {"address", f.Address}} {
		if c.value != "" {
			args = append(args, c.value)
			where = append(where, c.column+` = $`+strconv.Itoa(len(args)))
		}
	}
	return `SELECT ` + columns + ` FROM refusals_entries WHERE ` + strings.Join(where, ` AND `) + ` ORDER BY id DESC LIMIT $2`, args
}
