// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"tinhso.vn/internal/app"
	"tinhso.vn/internal/kernel/law"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/kernel/packs"
	"tinhso.vn/internal/platform/config"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/yaml"
)

// raw is every row of every table, and every table, as text.
func raw(t *testing.T, d *db.DB) map[string][]string {
	t.Helper()
	ctx := t.Context()
	tables, err := db.All(ctx, d, db.Column[string], d.Dialect().Pick(
		`SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name`,
		`SELECT tablename FROM pg_catalog.pg_tables WHERE schemaname = current_schema() ORDER BY tablename`))
	if err != nil || len(tables) < 20 {
		t.Fatalf("%d tables, %v", len(tables), err)
	}
	out := map[string][]string{}
	for _, table := range tables {
		out[table] = dump(t, d, table)
	}
	return out
}

func dump(t *testing.T, d *db.DB, table string) (lines []string) {
	t.Helper()
	rows, err := d.Query(t.Context(), `SELECT * FROM "`+table+`"`)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	names, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	for rows.Next() {
		cells, dest := make([]any, len(names)), make([]any, len(names))
		for i := range cells {
			dest[i] = &cells[i]
		}
		if err := rows.Scan(dest...); err != nil {
			t.Fatal(err)
		}
		lines = append(lines, fmt.Sprintf("%v", cells))
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	slices.Sort(lines)
	return lines
}

func sameRaw(t *testing.T, what string, before, after map[string][]string) {
	t.Helper()
	for table, lines := range after {
		if old, there := before[table]; !there || !slices.Equal(old, lines) {
			t.Errorf("%s: %s changed from %d rows to %d (there before: %v)", what, table, len(old), len(lines), there)
		}
	}
	for table := range before {
		if _, there := after[table]; !there {
			t.Errorf("%s: %s is gone", what, table)
		}
	}
}

// bare opens an installation on a database; "" is SQLite.
func bare(t *testing.T, data, database string) *app.Program {
	t.Helper()
	env := config.Environment{"TINHSO_DATA=" + data}
	if database != "" {
		env = append(env, "TINHSO_DATABASE="+database)
	}
	cfg, err := config.Load("", env)
	if err != nil {
		t.Fatal(err)
	}
	p, err := app.OpenBare(t.Context(), cfg, "test")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Close() })
	return p
}

// spoilt is the pack with a change of each kind before its last item, which fails.
func spoilt(t *testing.T, set *packs.Set) *packs.Set {
	t.Helper()
	changed := *set
	changed.Units = slices.Clone(set.Units)
	for i := range changed.Units {
		changed.Units[i].Phone = "0999"
	}
	changed.Legal = slices.Clone(set.Legal)
	changed.Legal[0].Issuer += " khác"
	changed.Roles = slices.Clone(set.Roles)
	changed.Roles[0].Name.VI += " khác"
	changed.Procedures = slices.Clone(set.Procedures)
	changed.Procedures[0].Name.VI += " khác"
	var book yaml.Node
	if err := yaml.Unmarshal([]byte("{id: so-hong, title: Sổ, version: 1, fields: [{key: a, label: A, type: text}]}"), &book); err != nil {
		t.Fatal(err)
	}
	changed.Registers = append(slices.Clone(set.Registers), packs.Register{Item: packs.Item{ID: "so-hong"}, Definition: book.Content[0]})
	changed.Watch = append(slices.Clone(set.Watch), packs.WatchRule{Item: packs.Item{ID: set.Watch[0].ID + "-hai"}, Kind: "none", Threshold: 1, Minutes: 1})
	changed.Accounts = append(slices.Clone(set.Accounts), packs.Account{Item: packs.Item{ID: "hong"}, Name: "H", Role: "khong-co", Password: "mat-khau-rat-dai-1"})
	return &changed
}

// TestNothingIsHalfApplied lets the very last item of a pack fail.
func TestNothingIsHalfApplied(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		bad := spoilt(t, w.set)
		before := raw(t, w.DB)
		if _, err := w.Apply(t.Context(), bad, true, false); err == nil {
			t.Fatal("a pack with an account of no role was applied")
		}
		sameRaw(t, "failed", before, raw(t, w.DB))
		bad.Accounts = w.set.Accounts
		bad.Watch = w.set.Watch
		if plan, err := w.Apply(t.Context(), bad, true, true); err != nil || len(plan.Lines) < 5 {
			t.Fatalf("without its last items it is good: %+v %v", plan, err)
		}
		sameRaw(t, "only shown", before, raw(t, w.DB))
		if _, err := w.Apply(t.Context(), bad, true, false); err != nil {
			t.Fatal(err)
		}
		if after := raw(t, w.DB); slices.Equal(before["orgs_units"], after["orgs_units"]) || after["reg_so_hong"] != nil || len(after) <= len(before) {
			t.Error("the good pack changed nothing: the comparison sees nothing")
		}
	})
}

// TestTwoAppliesAtOnce: on PostgreSQL one waits for the other, and the database
// has the whole of one of them; of a SQLite file the second is told who has it.
func TestTwoAppliesAtOnce(t *testing.T) {
	t.Parallel()
	onPostgres(t, func(t *testing.T, w *world) {
		// One changes only units, the other only a legal document. One after the
		// other, the last one also takes back what the first has changed.
		units, docs := *w.set, *w.set
		units.Units, docs.Legal = slices.Clone(w.set.Units), slices.Clone(w.set.Legal)
		for i := range units.Units {
			units.Units[i].Phone = "0999"
		}
		docs.Legal[0].Issuer = "Nơi khác"
		var done sync.WaitGroup
		for _, set := range []*packs.Set{&units, &docs} {
			other := bare(t, filepath.Dir(w.Config.Keys), w.Config.Database)
			done.Go(func() {
				if _, err := other.Apply(t.Context(), set, true, false); err != nil {
					t.Error(err)
				}
			})
		}
		done.Wait()
		unit, err := orgs.Get(t.Context(), w.DB, orgs.ID(w.set.Units[0].ID))
		if err != nil {
			t.Fatal(err)
		}
		doc, err := law.Get(t.Context(), w.DB, law.ID(w.set.Legal[0].ID))
		if err != nil {
			t.Fatal(err)
		}
		if (unit.Phone == "0999") == (doc.Issuer == "Nơi khác") {
			t.Errorf("a mixture of two packs: %q, %q", unit.Phone, doc.Issuer)
		}
	})
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		at := installed(t, "an-giang", false)
		cfg, err := config.Load("", config.Environment{"TINHSO_DATA=" + at[1]})
		if err != nil {
			t.Fatal(err)
		}
		free := app.Hold(t, cfg.Database)
		said := expect(t, "", 1, "đang do tiến trình khác dùng", append([]string{"pack", "apply", "an-giang"}, at...)...)
		if !strings.Contains(said, "process") {
			t.Errorf("it does not say who: %s", said)
		}
		expect(t, "", 0, "No differences", append([]string{"pack", "diff", "an-giang"}, at...)...) // reading is no harm
		free()
		expect(t, "", 0, "Nothing changes", append([]string{"pack", "apply", "an-giang"}, at...)...)
	})
}

// TestAnOldDatabaseSaysWhatToDo: a pack applied by a program that kept no files.
func TestAnOldDatabaseSaysWhatToDo(t *testing.T) {
	t.Parallel()
	at := installed(t, "an-giang", false)
	p := bare(t, at[1], "")
	if err := p.DB.Write(t.Context(), func(tx *db.Tx) error {
		_, err := tx.Exec(t.Context(), `UPDATE province_settings SET pack_files = ''`)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if _, err := app.InForce(t.Context(), p.DB); err == nil {
		t.Error("there is nothing to read")
	}
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	folder := filepath.Join(t.TempDir(), "ra")
	expect(t, "", 1, "chạy lại lệnh tinhso apply", append([]string{"pack", "export", folder}, at...)...)
	expect(t, "", 0, "Nothing changes", append([]string{"apply", "an-giang"}, at...)...)
	expect(t, "", 0, "an-giang", append([]string{"pack", "export", folder}, at...)...)
}
