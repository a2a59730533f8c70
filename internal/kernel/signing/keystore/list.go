// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package keystore

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/text"
)

// Filter is which certificates a list returns; empty fields choose all.
type Filter struct {
	State  State
	Kind   Kind
	Unit   orgs.ID // and the units under it
	After  db.Time // runs out at this time or later
	Before db.Time // runs out before this time
	Words  string  // in the name, or the beginning of the serial number
}

// Key is where a list goes on. The zero Key is the beginning.
type Key struct {
	NotAfter int64
	ID       string
}

// String writes the key for an address.
func (k Key) String() string {
	if k.ID == "" {
		return ""
	}
	return strconv.FormatInt(k.NotAfter, 10) + "_" + k.ID
}

// ParseKey reads what String writes.
func ParseKey(s string) (k Key, err error) {
	if s == "" {
		return Key{}, nil
	}
	at, id, ok := strings.Cut(s, "_")
	n, err := strconv.ParseInt(at, 10, 64)
	if err != nil || !ok || id == "" {
		return Key{}, ErrCursor
	}
	return Key{NotAfter: n, ID: id}, nil
}

// KeyOf is where a list goes on after c.
func KeyOf(c Certificate) Key { return Key{NotAfter: c.NotAfter.UnixMicro(), ID: c.ID} }

// List returns at most limit certificates in scope, those that run out first
// first, after the given key. They come without Cert and Chain.
func (r *Register) List(ctx context.Context, q db.Querier, scope access.Scope, f Filter, after Key, limit int) (_ []Certificate, err error) {
	defer errs.Wrap(&err, "list certificates")
	query, args := listQuery(scope, f, after, limit)
	return db.All(ctx, q, func(row db.Row) (Certificate, error) { return scan(row) }, query, args...)
}

func listQuery(scope access.Scope, f Filter, after Key, limit int) (string, []any) {
	where, args := conditions(scope, f, after)
	args = append(args, limit)
	return fmt.Sprintf(`SELECT `+listed+` FROM keystore_certificates WHERE %s ORDER BY not_after, id LIMIT $%d`, where, len(args)), args
}

func conditions(scope access.Scope, f Filter, after Key) (string, []any) {
	in, args := scope.Where(inScope())
	where := []string{in}
	add := func(cond string, v any) {
		args = append(args, v)
		where = append(where, fmt.Sprintf(cond, len(args)))
	}
	if after.ID != "" {
		args = append(args, after.NotAfter, after.ID)
		where = append(where, fmt.Sprintf(`(not_after > $%d OR (not_after = $%d AND id > $%d))`, len(args)-1, len(args)-1, len(args)))
		add(`not_after >= $%d`, after.NotAfter) // what an index can begin with
	}
	if f.State == Active { // in words of its own: the index is over them
		where = append(where, `state = 'active'`)
	} else if f.State != "" {
		add(`state = $%d`, string(f.State))
	}
	if f.Kind != "" {
		add(`kind = $%d`, string(f.Kind))
	}
	if f.Unit != "" {
		add(`unit_id IN (SELECT unit_id FROM orgs_tree WHERE ancestor_id = $%d)`, string(f.Unit))
	}
	if !f.After.IsZero() {
		add(`not_after >= $%d`, f.After)
	}
	if !f.Before.IsZero() {
		add(`not_after < $%d`, f.Before)
	}
	if words := text.Fold(text.Line(f.Words)); words != "" {
		words = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(words)
		args = append(args, "%"+words+"%", words+"%")
		where = append(where, fmt.Sprintf(`(folded LIKE $%d ESCAPE '\' OR serial LIKE $%d ESCAPE '\')`, len(args)-1, len(args)))
	}
	return strings.Join(where, " AND "), args
}

// Count counts certificates in scope.
func (r *Register) Count(ctx context.Context, q db.Querier, scope access.Scope, f Filter) (n int64, err error) {
	defer errs.Wrap(&err, "count certificates")
	where, args := conditions(scope, f, Key{})
	err = q.QueryRow(ctx, `SELECT COUNT(*) FROM keystore_certificates WHERE `+where, args...).Scan(&n)
	return n, err
}
