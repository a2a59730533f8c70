// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package registers_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
	"tinhso.vn/internal/platform/id"
)

// crowd fills a register of one sorted name with n records, a tenth of them in
// "east": by SQL, because it is the lists that are tested.
func (w world) crowd(t *testing.T, n int) {
	t.Helper()
	d := def(t, "r", 1, "list: {sort: name}", "key: name, type: text", "key: code, type: text, unique: true")
	w.apply(t, d)
	name, _ := d.Field("name")
	w.write(t, func(tx *db.Tx) error {
		for start := 0; start < n; start += 500 {
			var rows []string
			var args []any
			for i := start; i < min(start+500, n); i++ {
				said := fmt.Sprintf("Hộ %d", (i*7919)%n)
				unit := "west"
				if i%10 == 0 {
					unit = "east"
				}
				p := len(args)
				rows = append(rows, fmt.Sprintf("($%d, $%d, 1, 'active', 1, 1, 'x', 'x', $%d, $%d, $%d)", p+1, p+2, p+3, p+4, p+5))
				args = append(args, id.New(), unit, said, registers.SortKey(name, said), fmt.Sprintf("C%d", i))
			}
			if _, err := tx.Exec(t.Context(), `INSERT INTO reg_r (id, unit_id, version, state, created_at, updated_at, created_by, updated_by,
				f_name, f_name_sort, f_code) VALUES `+strings.Join(rows, ", "), args...); err != nil {
				return err
			}
		}
		_, err := tx.Exec(t.Context(), `ANALYZE`)
		return err
	})
}

// No list reads a table of 20,000 rows from end to end, or sorts it.
func TestListsUseAnIndex(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w world) {
		w.crowd(t, 20_000)
		d, err := w.keeper.Definition(t.Context(), w.d, "r")
		ok(t, err)
		for name, scope := range map[string]access.Scope{"all": w.all, "one unit": w.east, "subtree": w.sub} {
			for _, q := range []registers.Query{{Limit: 50}, {Limit: 50, Order: registers.Sorted}, {Limit: 50, Equal: map[string]any{"code": "C77"}}} {
				if q.Equal == nil {
					first, err := w.keeper.List(t.Context(), w.d, scope, "r", q)
					ok(t, err)
					q.After = first.Next
				}
				statement, args, err := w.keeper.Listing(d, scope, q)
				ok(t, err)
				plan := dbtest.Plan(t, w.d, statement, args...)
				said := strings.Join(plan, "\n")
				bad := strings.Contains(said, "SCAN reg_r") && !strings.Contains(said, "SCAN reg_r USING INDEX") || strings.Contains(said, "Seq Scan on reg_r") ||
					q.Equal == nil && (strings.Contains(said, "TEMP B-TREE") || strings.Contains(said, "Sort"))
				if w.d.Dialect() == db.Postgres && name == "one unit" && q.Equal == nil && !strings.Contains(said, "Index Cond: ((unit_id = ") {
					t.Errorf("%+v goes through other units:\n%s", q, said)
				}
				if good := strings.Contains(said, "regx_r_") || strings.Contains(said, "reg_r_pkey") || strings.Contains(said, "sqlite_autoindex_reg_r"); bad || !good {
					t.Errorf("%s, %+v:\n%s\n%s", name, q, statement, said)
				}
			}
		}
	})
}

// Page after page, every record of the scope comes once, in Vietnamese order,
// those without a name first.
func TestPages(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w world) {
		w.apply(t, def(t, "r", 1, "list: {sort: name}", "key: name, type: text"))
		for _, name := range []string{"Đông", "Dương", "Ấp", "An", "Ân", "", "An", "Ăn", "Xã", "ất", ""} {
			w.insert(t, "r", map[string]any{"name": name})
		}
		walk := func(q registers.Query) (names []string) {
			seen := map[string]bool{}
			for q.Limit = 2; ; {
				p, err := w.keeper.List(t.Context(), w.d, w.east, "r", q)
				ok(t, err)
				for _, r := range p.Records {
					if seen[r.ID] {
						t.Errorf("%s came twice", r.ID)
					}
					seen[r.ID] = true
					said, _ := r.Values["name"].(string)
					names = append(names, said)
				}
				if p.Next == "" {
					return names
				}
				q.After = p.Next
			}
		}
		if got, want := walk(registers.Query{Order: registers.Sorted}), []string{"", "", "An", "An", "Ăn", "Ân", "Ấp", "ất", "Dương", "Đông", "Xã"}; !slices.Equal(got, want) {
			t.Errorf("sorted: %q", got)
		}
		if got := walk(registers.Query{}); len(got) != 11 || got[0] != "Đông" || got[8] != "Xã" {
			t.Errorf("as added: %q", got)
		}
		first, err := w.keeper.List(t.Context(), w.d, w.east, "r", registers.Query{Limit: 2})
		ok(t, err)
		for _, after := range []string{"nonsense", "e30x", first.Next} {
			q := registers.Query{After: after, Order: registers.Sorted}
			if _, err := w.keeper.List(t.Context(), w.d, w.east, "r", q); !errors.Is(err, registers.ErrCursor) {
				t.Errorf("a list went on after %q: %v", after, err)
			}
		}
		for _, equal := range []map[string]any{{"name": "An"}, {`a" OR 1=1 --`: "x"}} {
			if _, err := w.keeper.List(t.Context(), w.d, w.all, "r", registers.Query{Equal: equal}); len(fields(t, err)) != 1 {
				t.Errorf("%v: %v", equal, err)
			}
		}
	})
}
