// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"tinhso.vn/internal/platform/crypt"
	"tinhso.vn/internal/platform/db"
)

// column is a column of the schema as it really is.
type schemaColumn struct{ table, name string }

func schema(t *testing.T, d *db.DB) []schemaColumn {
	t.Helper()
	all, err := db.All(t.Context(), d, func(r db.Row) (c schemaColumn, err error) {
		err = r.Scan(&c.table, &c.name)
		return c, err
	}, d.Dialect().Pick(
		`SELECT m.name, c.name FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%'`,
		`SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = current_schema()`))
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// unregistered returns the columns that hold sealed texts, by their name or by
// what stands in them, and that no package has declared. Such a text would be
// lost when its key is retired.
func unregistered(t *testing.T, w *world) (missing []string) {
	t.Helper()
	declared, err := w.SealedColumns(t.Context(), w.DB)
	if err != nil {
		t.Fatal(err)
	}
	known, seen := map[schemaColumn]bool{}, map[schemaColumn]bool{}
	for _, s := range declared {
		known[schemaColumn{s.Table, s.Column}] = true
	}
	for _, c := range schema(t, w.DB) {
		seen[c] = true
		if known[c] {
			continue
		}
		if strings.HasSuffix(c.name, "_sealed") || strings.HasPrefix(c.name, "sealed_") {
			missing = append(missing, c.table+"."+c.name+" is named like one")
		}
		var n int64
		if err := w.DB.QueryRow(t.Context(), fmt.Sprintf(`SELECT COUNT(*) FROM %q WHERE CAST(%q AS TEXT) LIKE $1`, c.table, c.name),
			"%"+crypt.Prefix(w.Keys.Active())+"________________%").Scan(&n); err != nil {
			t.Fatal(err)
		}
		if n > 0 {
			missing = append(missing, fmt.Sprintf("%s.%s holds %d", c.table, c.name, n))
		}
	}
	for c := range known {
		if !seen[c] {
			missing = append(missing, c.table+"."+c.name+" is declared and not there")
		}
	}
	return missing
}

func TestEverySealedColumnIsDeclared(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		name, err := w.Keys.Prepare(w.Clock.Now()) // its name is long enough to be no accident
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Keys.Activate(name); err != nil {
			t.Fatal(err)
		}
		o := objects{t: t, w: w}
		o.file()
		o.draft()
		o.record()
		if got := w.send(t, owner, http.MethodPost, "/api/v1/uploads", `{"name":"a.pdf","length":10}`); got.status >= 500 {
			t.Errorf("%d", got.status)
		}
		for _, problem := range unregistered(t, w) {
			t.Error(problem)
		}
		// Seen to find one that nobody declared.
		must(t, w.DB.Write(t.Context(), func(tx *db.Tx) error {
			if _, err := tx.Exec(t.Context(), `CREATE TABLE forgotten_things (id TEXT, words TEXT, note_sealed TEXT)`); err != nil {
				return err
			}
			_, err := tx.Exec(t.Context(), `INSERT INTO forgotten_things VALUES ('1', $1, '')`, w.Keys.SealText("forgotten_things", "words", "1", "x"))
			return err
		}))
		if found := unregistered(t, w); len(found) != 2 {
			t.Errorf("of two forgotten columns it finds %q", found)
		}
	})
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
