// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package registers

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"log/slog"
	"slices"
	"strconv"
	"strings"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// The states of a record.
const (
	StateActive = "active"
	StateHidden = "hidden"
)

// Record is one record of a register.
type Record struct {
	ID, Unit             string
	Version              int64 // what Update expects
	State                string
	Created, Updated     db.Time
	CreatedBy, UpdatedBy string         // accounts
	Values               map[string]any // by key of the field; fields without a value are not in it
	Withheld             []string       // personal fields, which are read for a purpose only
	Warnings             []Warning      // of a record that was just written
}

// LogValue keeps values out of logs.
func (r Record) LogValue() slog.Value { return slog.StringValue(r.ID) }

// Order is how a list stands.
type Order uint8

// The orders of a list.
const (
	Added  Order = iota // oldest first
	Sorted              // as the definition's list.sort says; as added where it says nothing
)

// Query is which records of a register a list returns.
type Query struct {
	Order Order
	After string         // Page.Next of the page before; empty for the first
	Limit int            // at most 200; 0: 50
	Equal map[string]any // values of unique fields and of identifiers, to find a record by
}

// Page is one page of a list.
type Page struct {
	Records []Record
	Next    string // empty: this is the last page
}

// The size of a page.
const (
	defaultLimit = 50
	maxLimit     = 200
)

// loaded is a record as it is stored.
type loaded struct {
	Record
	definition int // version of the definition in force when it was read
	raw        map[string]any
	sort       string
	which      through // the rights that reach it
}

const head = `id, unit_id, version, state, created_at, updated_at, created_by, updated_by`

// selected names the columns of fields after those of every record. The version
// of the definition is read in the same statement: a column that is rescaled
// meanwhile is not read with the old scale.
func selected(d Definition, fields []Field) string {
	cols := []string{`(SELECT MAX(version) FROM registers_definitions WHERE id = '` + d.ID + `')`, head}
	for _, f := range fields {
		for _, c := range f.stored() {
			cols = append(cols, ident(c.name))
		}
	}
	return strings.Join(cols, ", ")
}

func scan(r db.Row, fields []Field, more ...any) (l loaded, err error) {
	c := newCells(fields)
	dest := []any{&l.definition, &l.ID, &l.Unit, &l.Version, &l.State, &l.Created, &l.Updated, &l.CreatedBy, &l.UpdatedBy}
	err = r.Scan(append(append(dest, c.dest...), more...)...)
	l.raw = c.raw()
	return l, err
}

// Get returns a record without its personal fields. Out of scope it is ErrNotFound.
func (k *Keeper) Get(ctx context.Context, q db.Querier, scope access.Scope, register, record string) (rec Record, err error) {
	defer errs.Wrap(&err, "get record %s of register %s", record, register)
	return k.get(ctx, q, scope, register, record, false)
}

// GetPersonal returns a record with its personal fields and records why they
// are read. The answer may leave only after the transaction has committed.
func (k *Keeper) GetPersonal(ctx context.Context, tx *db.Tx, actor identity.Actor, scope access.Scope, why access.Purpose, register, record string) (rec Record, err error) {
	defer errs.Wrap(&err, "get record %s of register %s", record, register)
	if err := why.Check(); err != nil {
		return Record{}, err
	}
	if rec, err = k.get(ctx, tx, scope, register, record, true); err != nil {
		return Record{}, err
	}
	return rec, audit.RecordRead(ctx, tx, actor, AuditRead, register+"/"+record, why)
}

func (k *Keeper) get(ctx context.Context, q db.Querier, scope access.Scope, register, record string, personal bool) (Record, error) {
	var found []Record
	err := k.steady(ctx, q, register, func(d Definition) ([]loaded, error) {
		where, args := scope.Where(access.Columns{Units: []string{"unit_id"}}, record, StateActive)
		fields := readable(d, personal)
		one, err := scan(q.QueryRow(ctx, `SELECT `+selected(d, fields)+` FROM `+ident(d.Table())+` WHERE id = $1 AND state = $2 AND `+where, args...), fields)
		if errors.Is(err, db.ErrNoRows) {
			return nil, ErrNotFound
		}
		return []loaded{one}, err
	}, func(d Definition, rows []loaded) (err error) {
		found, err = k.finish(d, rows, personal)
		return err
	})
	if err != nil {
		return Record{}, err
	}
	return found[0], nil
}

// List returns a page of records without their personal fields. In the order of
// a personal field, or found by one, they are listed with ListPersonal only.
func (k *Keeper) List(ctx context.Context, q db.Querier, scope access.Scope, register string, query Query) (p Page, err error) {
	defer errs.Wrap(&err, "list register %s", register)
	return k.list(ctx, q, scope, register, query, false)
}

// ListPersonal is List with personal fields. Each record that is shown is
// recorded as read; the answer may leave only after the transaction has committed.
func (k *Keeper) ListPersonal(ctx context.Context, tx *db.Tx, actor identity.Actor, scope access.Scope, why access.Purpose, register string, query Query) (p Page, err error) {
	defer errs.Wrap(&err, "list register %s", register)
	if err := why.Check(); err != nil {
		return Page{}, err
	}
	if p, err = k.list(ctx, tx, scope, register, query, true); err != nil {
		return Page{}, err
	}
	if err := audit.RecordRead(ctx, tx, actor, AuditListed, register, why); err != nil {
		return Page{}, err
	}
	for _, r := range p.Records {
		if err := audit.RecordRead(ctx, tx, actor, AuditRead, register+"/"+r.ID, why); err != nil {
			return Page{}, err
		}
	}
	return p, nil
}

func (k *Keeper) list(ctx context.Context, q db.Querier, scope access.Scope, register string, query Query, personal bool) (p Page, err error) {
	if query.Limit < 1 || query.Limit > maxLimit {
		query.Limit = defaultLimit
	}
	err = k.steady(ctx, q, register, func(d Definition) ([]loaded, error) {
		statement, args, err := k.listing(d, scope, query, personal)
		if err != nil {
			return nil, err
		}
		fields := readable(d, personal)
		return db.All(ctx, q, func(r db.Row) (loaded, error) {
			var sort string
			l, err := scan(r, fields, &sort)
			l.sort = sort
			return l, err
		}, statement, args...)
	}, func(d Definition, rows []loaded) (err error) {
		p.Next = ""
		if len(rows) > query.Limit {
			rows = rows[:query.Limit]
			last := rows[len(rows)-1]
			if p.Next, err = (cursor{By: d.by(query.Order), Sort: last.sort, ID: last.ID}).encode(); err != nil {
				return err
			}
		}
		p.Records, err = k.finish(d, rows, personal)
		return err
	})
	return p, err
}

// by is the field that an order goes by; empty for the order of adding.
func (d Definition) by(o Order) string {
	if o == Sorted {
		return d.List.Sort
	}
	return ""
}

// listing makes the statement of a page. Names are those of validated fields;
// values are parameters.
func (k *Keeper) listing(d Definition, scope access.Scope, query Query, personal bool) (string, []any, error) {
	where, args := scope.Where(access.Columns{Units: []string{"unit_id"}}, StateActive)
	bind := func(v any) string {
		args = append(args, v)
		return "$" + strconv.Itoa(len(args))
	}
	conds := []string{`state = $1`, where}
	for _, f := range d.Visible() {
		v, asked := query.Equal[f.Key]
		if !asked {
			continue
		}
		parsed, code := f.parse(v)
		switch {
		case !f.Unique && !f.sealed():
			return "", nil, errs.BadInput([]errs.Field{f.problem("not_indexed")})
		case f.personal() && !personal:
			return "", nil, access.ErrPurposeNeeded
		case code != "" || parsed == nil:
			return "", nil, errs.BadInput([]errs.Field{f.problem("shape")})
		}
		conds = append(conds, ident(f.exact())+" = "+bind(k.exact(f, parsed)))
	}
	for key := range query.Equal {
		if f, ok := d.Field(key); !ok || f.Hidden {
			return "", nil, errs.BadInput([]errs.Field{{Name: key, Code: "registers.value.unknown"}})
		}
	}
	by, sort := d.by(query.Order), `''`
	if by != "" {
		if f, _ := d.Field(by); f.personal() && !personal { // the order, and the cursor, would tell it
			return "", nil, access.ErrPurposeNeeded
		}
		sort = ident("f_" + by + "_sort")
	}
	if query.After != "" {
		after, err := decode(query.After)
		if err != nil || after.By != by {
			return "", nil, ErrCursor.Because(err)
		}
		if by == "" {
			conds = append(conds, `id > `+bind(after.ID))
		} else {
			conds = append(conds, `(`+sort+`, id) > (`+bind(after.Sort)+`, `+bind(after.ID)+`)`)
		}
	}
	order := `id`
	if by != "" {
		order = sort + `, id`
	}
	return `SELECT ` + selected(d, readable(d, personal)) + `, ` + sort + ` FROM ` + ident(d.Table()) +
		` WHERE ` + strings.Join(conds, ` AND `) + ` ORDER BY ` + order + ` LIMIT ` + bind(query.Limit+1), args, nil
}

// Count returns how many records of a register are in scope.
func (k *Keeper) Count(ctx context.Context, q db.Querier, scope access.Scope, register string) (n int64, err error) {
	defer errs.Wrap(&err, "count register %s", register)
	d, err := k.Definition(ctx, q, register)
	if err != nil {
		return 0, err
	}
	where, args := scope.Where(access.Columns{Units: []string{"unit_id"}}, StateActive)
	err = q.QueryRow(ctx, `SELECT COUNT(*) FROM `+ident(d.Table())+` WHERE state = $1 AND `+where, args...).Scan(&n)
	return n, err
}

// steady reads with the definition in force, and again where another came into
// force between reading it and reading the records.
func (k *Keeper) steady(ctx context.Context, q db.Querier, register string, read func(Definition) ([]loaded, error), use func(Definition, []loaded) error) error {
	for range 3 {
		d, err := k.Definition(ctx, q, register)
		if err != nil {
			return err
		}
		rows, err := read(d)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(rows, func(l loaded) bool { return l.definition != d.Version }) {
			return use(d, rows)
		}
	}
	return db.ErrUnavailable
}

// readable returns the fields that are read.
func readable(d Definition, personal bool) []Field {
	return slices.DeleteFunc(d.Visible(), func(f Field) bool { return f.personal() && !personal })
}

// finish makes values of columns.
func (k *Keeper) finish(d Definition, rows []loaded, personal bool) ([]Record, error) {
	var withheld []string
	for _, f := range d.Visible() {
		if f.personal() && !personal {
			withheld = append(withheld, f.Key)
		}
	}
	records := make([]Record, len(rows))
	for i, l := range rows {
		values, err := k.values(d, readable(d, personal), l.ID, l.raw)
		if err != nil {
			return nil, err
		}
		records[i] = l.Record
		records[i].Values, records[i].Withheld = values, withheld
	}
	return records, nil
}

func (k *Keeper) values(d Definition, fields []Field, row string, raw map[string]any) (map[string]any, error) {
	values := map[string]any{}
	for _, f := range fields {
		v, err := value(k.keys, d, f, row, raw)
		if err != nil {
			return nil, err
		}
		if v != nil {
			values[f.Key] = v
		}
	}
	return values, nil
}

// cursor is where a list goes on.
type cursor struct {
	By   string `json:"b,omitempty"`
	Sort string `json:"s,omitempty"`
	ID   string `json:"i"`
}

func (c cursor) encode() (string, error) {
	raw, err := json.Marshal(c)
	return base64.RawURLEncoding.EncodeToString(raw), err
}

func decode(s string) (c cursor, err error) {
	raw, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil {
		return cursor{}, err
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.DisallowUnknownFields()
	err = dec.Decode(&c)
	return c, err
}
