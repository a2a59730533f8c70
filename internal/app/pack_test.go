// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"tinhso.vn/internal/app"
	"tinhso.vn/internal/kernel/packs"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
)

// installed applies a pack in a fresh installation and returns the flags that name it.
func installed(t *testing.T, pack string, postgres bool) []string {
	t.Helper()
	at := []string{"--data", filepath.Join(t.TempDir(), "data")}
	if postgres {
		if os.Getenv("TINHSO_TEST_SQLITE_ONLY") == "1" {
			t.Skip("TINHSO_TEST_SQLITE_ONLY=1")
		}
		at = append(at, "--database", dbtest.Postgres(t, nil))
	}
	expect(t, "", 0, "changed", append([]string{"apply", pack}, at...)...)
	return at
}

// content is everything a set says, but for demo accounts and where it came from.
func content(s *packs.Set) map[string]any {
	out := map[string]any{}
	v := reflect.ValueOf(*s)
	for f := range v.Type().Fields() {
		if f.IsExported() && f.Name != "Accounts" {
			out[f.Name] = v.FieldByIndex(f.Index).Interface()
		}
	}
	return out
}

// TestAnExportedPackIsThePack: load(export(load(x))) = load(x), file by file.
func TestAnExportedPackIsThePack(t *testing.T) {
	t.Parallel()
	for _, pack := range []string{"an-giang", "hau-giang-2024"} {
		for name, postgres := range map[string]bool{"sqlite": false, "postgres": true} {
			t.Run(pack+" "+name, func(t *testing.T) {
				t.Parallel()
				at := installed(t, pack, postgres)
				folder := filepath.Join(t.TempDir(), "ra")
				expect(t, "", 0, "national", append([]string{"pack", "export", folder}, at...)...)
				was, err := app.LoadPack(pack)
				if err != nil {
					t.Fatal(err)
				}
				is, err := app.LoadPack(filepath.Join(folder, pack))
				if err != nil {
					t.Fatal(err)
				}
				for field, want := range content(was) {
					if !reflect.DeepEqual(content(is)[field], want) {
						t.Errorf("%s is not the same", field)
					}
				}
				if len(is.Accounts) > 0 {
					t.Error("passwords of demo accounts were kept in the database")
				}
				expect(t, "", 0, "No differences", append([]string{"pack", "diff", filepath.Join(folder, pack)}, at...)...)
				expect(t, "", 1, "đã có tệp", append([]string{"pack", "export", folder}, at...)...)
			})
		}
	}
}

func put(t *testing.T, folder, name, text string) {
	t.Helper()
	file := filepath.Join(folder, name)
	if err := os.MkdirAll(filepath.Dir(file), 0o750); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// later is a folder with the pack as it shall become: something of each kind changes.
func later(t *testing.T, at []string) string {
	t.Helper()
	folder := filepath.Join(t.TempDir(), "sau")
	expect(t, "", 0, "", append([]string{"pack", "export", folder}, at...)...)
	put(t, folder, "an-giang/procedures/sau.yaml", "procedures:\n"+
		"  - {id: tro-cap-huu-tri-xa-hoi, durations: {statutory: {days: 9}}}\n")
	put(t, folder, "an-giang/units/sau.yaml", "units:\n  - {id: phong-moi, name: Phòng Mới, kind: division, parent: tinh-an-giang}\n")
	put(t, folder, "an-giang/legal/sau.yaml", "legal:\n  - {id: qd-moi, number: 9/2026/QĐ-UBND, issuer: UBND tỉnh, kind: decision, title: Quyết định mới, mark: seed, source: kế hoạch}\n")
	put(t, folder, "an-giang/roles/sau.yaml", "roles:\n  - {id: auditor, name: Người soát xét}\n")
	put(t, folder, "an-giang/registers/sau.yaml", "registers:\n  - {id: so-moi, title: Sổ mới, version: 1, fields: [{key: ten, label: Tên, type: text}]}\n")
	put(t, folder, "an-giang/calendar/sau.yaml", "calendars:\n  - {id: rieng, title: Lịch riêng, units: [phong-moi], same_day_cut: \"14:00\"}\n")
	return folder
}

func TestThePlanNamesWhatChanges(t *testing.T) {
	t.Parallel()
	at := installed(t, "an-giang", false)
	folder := later(t, at)
	run := func(want int, words string, args ...string) string {
		t.Helper()
		return expect(t, "", want, words, append(args, at...)...)
	}
	said := run(0, "would change", "pack", "plan", filepath.Join(folder, "an-giang"))
	for _, line := range []string{
		"+ phong-moi — Phòng Mới", "+ qd-moi — 9/2026/QĐ-UBND Quyết định mới", "~ auditor — Người soát xét", "+ so-moi — Sổ mới",
		"~ tro-cap-huu-tri-xa-hoi", "(durations.statutory.days): 10 → 9", "Tên (name)", "+ calendars rieng — Lịch riêng",
	} {
		if !strings.Contains(said, line) {
			t.Errorf("the plan does not say %q:\n%s", line, said)
		}
	}
	var plan app.Plan
	if err := json.Unmarshal([]byte(run(0, "", "pack", "plan", filepath.Join(folder, "an-giang"), "--json")), &plan); err != nil || len(plan.Lines) < 5 {
		t.Errorf("%+v %v", plan, err)
	}
	differs := run(1, "khác biệt", "pack", "diff", filepath.Join(folder, "an-giang"))
	for _, line := range []string{"units phong-moi — Phòng Mới", "thêm mới / added", "số ngày", "10 → 9"} {
		if !strings.Contains(strings.ToLower(differs), strings.ToLower(line)) {
			t.Errorf("the comparison does not say %q:\n%s", line, differs)
		}
	}
	if two := run(1, "", "pack", "diff", "an-giang", filepath.Join(folder, "an-giang")); two != differs {
		t.Errorf("two packs, and the database with one, differ differently:\n%s\n%s", two, differs)
	}
	var all []packs.Difference
	if err := json.Unmarshal([]byte(run(1, "", "pack", "diff", filepath.Join(folder, "an-giang"), "--json")), &all); err != nil || len(all) != strings.Count(differs, "\n    ") {
		t.Errorf("%d differences: %v", len(all), err)
	}
	run(0, "changed", "pack", "apply", filepath.Join(folder, "an-giang"))
	run(0, "Nothing changes", "pack", "plan", filepath.Join(folder, "an-giang"))
	run(0, "No differences", "pack", "diff", filepath.Join(folder, "an-giang"))

	// back again: what leaves the pack is named, and the procedure is as it was
	back := run(0, "", "pack", "plan", "an-giang")
	for _, line := range []string{"- units phong-moi", "- legal qd-moi", "(durations.statutory.days): 9 → 10"} {
		if !strings.Contains(back, line) {
			t.Errorf("the plan back does not say %q:\n%s", line, back)
		}
	}
}

func TestThePlanCountsOpenDossiers(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		filed := w.send(t, counter, http.MethodPost, "/api/v1/dossiers", filing(t, nil), "Idempotency-Key", "mot-ho-so")
		changed := *w.set
		changed.Procedures = nil
		for _, p := range w.set.Procedures {
			if p.ID != procedure {
				changed.Procedures = append(changed.Procedures, p)
			}
		}
		plan, err := w.Preview(t.Context(), &changed, true)
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range plan.Lines {
			for _, item := range line.Items {
				if line.List == "procedures" && item.ID == procedure {
					if item.Kind != "closed" || item.Open+item.Waiting != 1 {
						t.Errorf("%+v, filed with %d %s", item, filed.status, filed.body)
					}
					return
				}
			}
		}
		t.Errorf("the plan does not name the procedure: %+v", plan)
	})
}

func TestLintOnTheCommandLine(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	put(t, folder, "p/pack.yaml", "name: p\ntitle: Gói\nkind: province\nuses: [national]\n")
	clean := expect(t, "", 0, "Không có lỗi", "pack", "lint", filepath.Join(folder, "p"))
	if !strings.Contains(clean, "chưa có tiếng Anh") {
		t.Errorf("no note on texts without English: %s", clean)
	}
	put(t, folder, "p/units/u.yaml", "units:\n  - {id: u, naem: U, kind: castle}\n")
	put(t, folder, "p/procedures/p.yaml", "procedures:\n  - {id: tro-cap-huu-tri-xa-hoi, life_events: [khong-co]}\n")
	put(t, folder, "p/forms/f.yaml", "forms:\n  - {id: f, title: F, version: 1, steps: [{id: s, title: S, fields: [{key: a, type: text, label: A, show_when: b}]}]}\n")
	wrong := expect(t, "", 3, "Gói có 6 lỗi, chưa áp dụng được. / The pack has 6 mistakes and cannot be applied.", "pack", "lint", filepath.Join(folder, "p"))
	for _, line := range []string{"p/units/u.yaml:2:", "có phải là “name”?", "is “name” meant?", "value.choice", "field.required", "procedure.life_event", "form.bad_condition", "legal.none"} {
		if !strings.Contains(wrong, line) {
			t.Errorf("lint does not say %q:\n%s", line, wrong)
		}
	}
	var report struct{ Problems []packs.Problem }
	if err := json.Unmarshal([]byte(expect(t, "", 3, "", "pack", "lint", "--json", filepath.Join(folder, "p"))), &report); err != nil || len(report.Problems) != 6 {
		t.Errorf("%+v %v", report, err)
	}
	// a table that asks for what the form does not is found before anything is applied
	put(t, folder, "q/pack.yaml", "name: q\ntitle: Gói\nkind: province\nuses: [national]\n")
	put(t, folder, "q/procedures/p.yaml", "procedures:\n  - {id: tro-cap-huu-tri-xa-hoi, fee: {table: bang-la, source: s}}\n")
	put(t, folder, "q/decisions/d.yaml", "decisions:\n  - {id: bang-la, title: D, version: 1, hit: first, inputs: [{key: la, label: L, type: number, least: 0, most: 9}],"+
		" outputs: [{key: fee, label: F, type: money}], rows: [{when: [\"-\"], then: [\"0\"]}]}\n")
	expect(t, "", 3, "procedure.unusable", "pack", "lint", filepath.Join(folder, "q"))
	expect(t, "", 3, "pack.missing", "pack", "lint", "khong-co")
}

func TestSchemasOnTheCommandLine(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "schemas")
	for range 2 {
		expect(t, "", 0, "procedures.schema.json", "pack", "schema", folder)
	}
	all, err := packs.Schemas()
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range all {
		if got, err := os.ReadFile(filepath.Join(folder, name)); err != nil || string(got) != string(want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestAnExportSaysWhatItDoesNotHold: a procedure that somebody else than apply changed.
func TestAnExportSaysWhatItDoesNotHold(t *testing.T) {
	t.Parallel()
	at := installed(t, "an-giang", false)
	p := bare(t, at[1], "")
	if err := p.DB.Write(t.Context(), func(tx *db.Tx) error {
		_, err := tx.Exec(t.Context(), `UPDATE procedures_versions SET is_current = 0 WHERE id = $1`, procedure)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	folder := filepath.Join(t.TempDir(), "ra")
	said := expect(t, "", 3, "KHÁC: thủ tục "+procedure, append([]string{"pack", "export", folder}, at...)...)
	if strings.Count(said, "KHÁC") != 1 {
		t.Error(said)
	}
}
