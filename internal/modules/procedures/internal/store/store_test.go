// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"strings"
	"testing"

	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
)

// TestListsWalkTheirIndex looks at the plans for a catalogue of 20,000 procedures.
func TestListsWalkTheirIndex(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, []db.Migrations{Migrations()}, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		ctx := t.Context()
		err := d.Write(ctx, func(tx *db.Tx) error {
			numbers := tx.Dialect().Pick(
				`WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)`,
				`WITH n (i) AS (SELECT generate_series(1, 20000))`)
			padded := tx.Dialect().Pick(`printf('%05d', i)`, `lpad(i::text, 5, '0')`)
			if _, err := tx.Exec(ctx, numbers+` INSERT INTO procedures_versions
				(id, sha, name_key, field, valid_from, valid_to, is_current, applied_at, name_folded, keywords_folded, body)
				SELECT 'p-' || `+padded+`, 's-' || `+padded+`, `+padded+`, 'f-' || (i % 100), '', '9999-12-31', 1, 0,
				'thu tuc ' || `+padded+`, '| tu '|| i ||' |', '{}' FROM n`); err != nil {
				return err
			}
			for _, facet := range []string{`'field', 'f-' || (i % 100)`, `'audience', 'individual'`, `'level', 'commune'`, `'keyword', 'tu ' || i`} {
				if _, err := tx.Exec(ctx, numbers+` INSERT INTO procedures_facets (kind, value, name_key, id, sha)
					SELECT `+facet+`, `+padded+`, 'p-' || `+padded+`, 's-' || `+padded+` FROM n`); err != nil {
					return err
				}
			}
			_, err := tx.Exec(ctx, `ANALYZE`)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, tt := range []struct {
			name   string
			facets []Facet
			index  string
		}{
			{"all", nil, "procedures_versions_listed"},
			{"field", []Facet{{Field, "f-7"}}, "procedures_facets"},
			{"field and level", []Facet{{Field, "f-7"}, {Level, "commune"}}, "procedures_facets"},
			{"wide", []Facet{{Audience, "individual"}}, "procedures_facets"},
		} {
			query, args := listQuery("2026-03-02", tt.facets, "10000", "p-10000", 21)
			plan := explain(t, d, query, args)
			if !strings.Contains(plan, tt.index) || strings.Contains(plan, "Seq Scan") || strings.Contains(plan, "SCAN") ||
				strings.Contains(plan, "Sort") || strings.Contains(plan, "TEMP B-TREE") {
				t.Errorf("%s: %s", tt.name, plan)
			}
			found, err := List(ctx, d, "2026-03-02", tt.facets, "10000", "p-10000", 21)
			if err != nil || len(found) != 21 || found[0].ID <= "p-10000" {
				t.Errorf("%s: %d %v", tt.name, len(found), err)
			}
		}
		if found, err := Search(ctx, d, "2026-03-02", "tu 777", []string{"tu", "777"}, 50); err != nil || len(found) == 0 || found[0].ID != "p-00777" {
			t.Errorf("%v %v", found, err)
		}
		if found, err := SearchKeywords(ctx, d, "2026-03-02", []string{"tu 777", "tu 12000", "nothing"}, 50); err != nil || len(found) != 2 || found[0].ID != "p-12000" {
			t.Errorf("%v %v", found, err)
		}
	})
}

func explain(t *testing.T, d *db.DB, query string, args []any) string {
	t.Helper()
	return strings.Join(dbtest.Plan(t, d, query, args...), "\n")
}
