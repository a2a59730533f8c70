// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package registers

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"slices"
	"strings"

	"tinhso.vn/internal/platform/db"
)

// How fields become columns. Every value has a typed column; what is computed
// from it stands beside it:
//
//	f_<key>                        the value; none for identifiers and points
//	f_<key>_folded                 how a searchable text is found
//	f_<key>_sort                   how the list is sorted: text whose byte order is the order
//	f_<key>_sealed, f_<key>_index  an identifier: encrypted, and how it is found
//	f_<key>_lat, f_<key>_lon       a point, in millionths of a degree
//	f_<key>_code                   the tax code of an organisation; f_<key> is its name
//	f_<key>_commune                the commune of an address; f_<key> is its JSON
//	f_<key>_west, _south, …        the box around a shape; f_<key> is its GeoJSON
//
// Rows of a group and files are JSON in f_<key>; several choices stand in it as
// |a|b|.
//
// Decimals are BIGINT, scaled: exact on both databases. There is no CHECK but
// that of booleans, which never changes: SQLite cannot change one.

type kind uint8

const (
	textColumn kind = iota // the database compares it by bytes, never by a language
	keyColumn              // text that is never NULL, so that a list can go on after it
	intColumn
	boolColumn
)

type column struct {
	name string
	kind kind
}

func (c column) ddl(d db.Dialect) string {
	words := d.Pick(`TEXT`, `TEXT COLLATE "C"`)
	switch c.kind {
	case textColumn:
	case keyColumn:
		words += ` NOT NULL DEFAULT ''`
	case intColumn:
		words = `BIGINT`
	case boolColumn:
		words = `BIGINT CHECK (` + ident(c.name) + ` IN (0, 1))`
	}
	return ident(c.name) + " " + words
}

// typeName is what the database calls the column's type.
func (c column) typeName() string {
	if c.kind == intColumn || c.kind == boolColumn {
		return "bigint"
	}
	return "text"
}

// ident quotes a name. Names are made of validated slugs; one that is not would
// be a mistake of this package, and becomes a name that no table has.
func ident(name string) string {
	for _, r := range name {
		if (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '_' {
			return `"invalid"`
		}
	}
	return `"` + name + `"`
}

func idents(names []string) string {
	quoted := make([]string, len(names))
	for i, n := range names {
		quoted[i] = ident(n)
	}
	return strings.Join(quoted, ", ")
}

func (f Field) base() string { return "f_" + f.Key }

// stored returns the columns that hold the value itself.
func (f Field) stored() []column {
	switch {
	case f.sealed():
		return []column{{f.base() + "_sealed", textColumn}, {f.base() + "_index", textColumn}}
	case f.Type == Place:
		return []column{{f.base() + "_lat", intColumn}, {f.base() + "_lon", intColumn}}
	case f.Type == Org:
		return []column{{f.base(), textColumn}, {f.base() + "_code", textColumn}}
	case f.Type == Address:
		return []column{{f.base(), textColumn}, {f.base() + "_commune", textColumn}}
	case f.Type == Shape:
		b := f.base()
		return []column{{b, textColumn}, {b + "_west", intColumn}, {b + "_south", intColumn}, {b + "_east", intColumn}, {b + "_north", intColumn}}
	case f.numeric():
		return []column{{f.base(), intColumn}}
	case f.Type == Boolean:
		return []column{{f.base(), boolColumn}}
	}
	return []column{{f.base(), textColumn}}
}

// presence is the column that is NULL where the field has no value.
func (f Field) presence() string { return f.stored()[0].name }

// exact is the column by which equal values are found.
func (f Field) exact() string {
	if f.sealed() {
		return f.base() + "_index"
	}
	return f.base()
}

// filtered is the column by which records with a value of the field are found.
func (f Field) filtered() string {
	switch f.Type { //nolint:exhaustive // the others have one column
	case Org:
		return f.base() + "_code"
	case Address:
		return f.base() + "_commune"
	case Shape:
		return f.base() + "_west"
	case Place:
		return f.base() + "_lat"
	}
	return f.exact()
}

// computed returns the columns made from the value, as the definition needs them.
func (d Definition) computed(f Field) []column {
	var cols []column
	if f.Searchable && f.textual() {
		cols = append(cols, column{f.base() + "_folded", keyColumn})
	}
	if slices.Contains(d.List.sorts(), f.Key) {
		cols = append(cols, column{f.base() + "_sort", keyColumn})
	}
	return cols
}

// columns returns all columns of fields.
func (d Definition) columns() []column {
	var cols []column
	for _, f := range d.Fields {
		cols = append(append(cols, f.stored()...), d.computed(f)...)
	}
	return cols
}

// index is one index of a register's table.
type index struct {
	unique  bool
	columns []string
	field   string // the field it is for; empty for the register
	aspect  string // unique, key, sort, search, scope
}

// indexes returns the indexes a definition needs.
func (d Definition) indexes() []index {
	all := []index{{columns: []string{"unit_id", "id"}, aspect: "scope"}}
	for _, f := range d.Fields {
		if f.Unique {
			all = append(all, index{unique: true, columns: []string{f.exact()}, field: f.Key, aspect: "unique"})
		} else if f.sealed() {
			all = append(all, index{columns: []string{f.exact()}, field: f.Key, aspect: "search"})
		}
	}
	if len(d.Key) > 0 {
		key := index{unique: true, aspect: "key"}
		for _, k := range d.Key {
			f, _ := d.Field(k) // Check has seen it
			key.columns = append(key.columns, f.exact())
		}
		if f, _ := d.Field(d.Key[0]); len(d.Key) > 1 || !f.Unique { // else there is one already
			all = append(all, key)
		}
	}
	for _, key := range d.List.Filters {
		f, _ := d.Field(key) // Check has seen it
		if f.Unique || f.sealed() {
			continue // there is one already
		}
		by := f.filtered()
		all = append(all, index{columns: []string{by, "id"}, field: key, aspect: "filter"},
			index{columns: []string{"unit_id", by, "id"}, field: key, aspect: "filter"})
	}
	if x, ok := d.mapped(); ok {
		all = append(all, x)
	}
	if x, ok := d.ending(); ok {
		all = append(all, x)
	}
	for _, s := range d.List.sorts() {
		by := "f_" + s + "_sort"
		all = append(all, index{columns: []string{by, "id"}, field: s, aspect: "sort"},
			index{columns: []string{"unit_id", by, "id"}, field: s, aspect: "sort"})
	}
	return all
}

// name is the same for the same index of the same table, and short enough for
// PostgreSQL (63 bytes).
func (x index) name(d Definition) string {
	unique := ""
	if x.unique {
		unique = "unique "
	}
	sum := sha256.Sum256([]byte(unique + strings.Join(x.columns, " ")))
	return "regx_" + d.slug() + "_" + hex.EncodeToString(sum[:4])
}

func (x index) create(d Definition) string {
	unique := ""
	if x.unique {
		unique = "UNIQUE "
	}
	return `CREATE ` + unique + `INDEX ` + ident(x.name(d)) + ` ON ` + ident(d.Table()) + ` (` + idents(x.columns) + `)`
}

func (x index) drop(d Definition) string { return `DROP INDEX ` + ident(x.name(d)) }

// create returns the statements that make the tables of a new register.
func (d Definition) create(dialect db.Dialect) []string {
	text := dialect.Pick(`TEXT`, `TEXT COLLATE "C"`)
	cols := []string{
		`id ` + text + ` PRIMARY KEY`, `unit_id ` + text + ` NOT NULL`, `version BIGINT NOT NULL`, `state TEXT NOT NULL`,
		`created_at BIGINT NOT NULL`, `updated_at BIGINT NOT NULL`, `created_by TEXT NOT NULL`, `updated_by TEXT NOT NULL`,
	}
	for _, c := range d.columns() {
		cols = append(cols, c.ddl(dialect))
	}
	all := []string{
		`CREATE TABLE ` + ident(d.Table()) + ` (` + strings.Join(cols, ", ") + `)`,
		`CREATE TABLE ` + ident(d.history()) + ` (id ` + text + ` NOT NULL, version BIGINT NOT NULL, at BIGINT NOT NULL,
			changed_by TEXT NOT NULL, definition INTEGER NOT NULL, state TEXT NOT NULL, unit_id ` + text + ` NOT NULL,
			before_json TEXT NOT NULL, PRIMARY KEY (id, version))`,
	}
	for _, x := range d.indexes() {
		all = append(all, x.create(d))
	}
	if keys := d.wordFields(); len(keys) > 0 {
		all = append(all, d.wordsDDL(dialect, nil, keys, true)...)
	}
	return all
}

func (d Definition) add(dialect db.Dialect, c column) string {
	return `ALTER TABLE ` + ident(d.Table()) + ` ADD COLUMN ` + c.ddl(dialect)
}

// realColumns returns the columns that a table really has, by type; none where
// there is no such table.
func realColumns(ctx context.Context, q db.Querier, table string) (map[string]string, error) {
	type pair struct{ name, typ string }
	found, err := db.All(ctx, q, func(r db.Row) (p pair, err error) {
		err = r.Scan(&p.name, &p.typ)
		return p, err
	}, q.Dialect().Pick(
		`SELECT name, lower(type) FROM pragma_table_info($1)`,
		`SELECT column_name, lower(data_type) FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = $1`,
	), table)
	cols := make(map[string]string, len(found))
	for _, p := range found {
		cols[p.name] = p.typ
	}
	return cols, err
}

// missing returns the columns that a table should have and has not, or has with
// another type.
func missing(want []column, actual map[string]string) []string {
	gone := map[string]bool{}
	for _, c := range want {
		if actual[c.name] != c.typeName() {
			gone[c.name] = true
		}
	}
	return slices.Sorted(maps.Keys(gone))
}
