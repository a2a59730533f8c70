// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package registers_test

import (
	"slices"
	"strings"
	"testing"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/registers"
)

const ferries = `registers:
  - id: ben-do
    title: Bến đò
    version: 1
    database: {owner: {vi: Sở Xây dựng, en: Department of Construction}, collected: Xã cập nhật, refreshed: monthly, sharing: automatic, class: personal}
    fields:
      - {key: code, label: Số, type: text, unique: true}
      - {key: keeper, label: Chủ bến, type: text, personal: basic}
    rights:
      - {id: all, name: Mọi người, public: true, may: [view], except: [keeper]}
`

// What the catalogue of databases says of a register is what its file says; where the
// file is silent, what its rights and fields show.
func TestTheCatalogueSaysWhatAFileSays(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w world) {
		file := func(text string) registers.Definition {
			t.Helper()
			d, problems := decode(t, text)
			if len(problems) > 0 {
				t.Fatal(problems)
			}
			return d
		}
		w.apply(t, file(ferries))
		one := func() registers.Profile {
			t.Helper()
			all, err := w.keeper.Profiles(t.Context(), w.d)
			ok(t, err)
			if len(all) != 1 {
				t.Fatalf("%+v", all)
			}
			return all[0]
		}
		p := one()
		want := registers.Database{
			Owner: i18n.Text{VI: "Sở Xây dựng", EN: "Department of Construction"}, Collected: i18n.Text{VI: "Xã cập nhật"}, Refreshed: "monthly", Sharing: "automatic", Class: "personal",
		}
		if p.Database != want || p.Sharing != "automatic" || !p.Declared || p.Personal != registers.Basic {
			t.Errorf("%+v", p)
		}
		plan := w.apply(t, file(strings.Replace(strings.Replace(ferries, ", sharing: automatic", "", 1), "version: 1", "version: 2", 1)))
		if !slices.ContainsFunc(plan.Changes, func(c registers.Change) bool { return c.Aspect == "database" }) {
			t.Errorf("the plan is silent: %+v", plan.Changes)
		}
		if p = one(); p.Sharing != "open" || p.Declared || p.Database.Refreshed != "monthly" {
			t.Errorf("by its rights: %+v", p)
		}
	})
}

func TestMistakesOfTheCatalogue(t *testing.T) {
	t.Parallel()
	if _, problems := decode(t, ferries); len(problems) > 0 {
		t.Fatal(problems)
	}
	for _, tt := range []struct{ from, to, code string }{
		{"sharing: automatic", "sharing: sometimes", "database_word"},
		{"refreshed: monthly", "refreshed: often", "database_word"},
		{"class: personal", "class: secret", "database_word"},
		{"sharing: automatic", "sharing: none", "database_open"},
		{"sharing: automatic", "sharing: open, kept: 5", "unknown"},
		{"personal: basic", "max: 100", "database_nobody"},
	} {
		_, problems := decode(t, strings.Replace(ferries, tt.from, tt.to, 1))
		if !slices.ContainsFunc(problems, func(p registers.Problem) bool { return p.Code == "registers.definition."+tt.code && p.Line == 5 }) {
			t.Errorf("%s: %v, want %s", tt.to, problems, tt.code)
		}
	}
	closed := strings.Replace(strings.Replace(ferries, "sharing: automatic", "sharing: open", 1), "public: true", "roles: [officer]", 1)
	if _, problems := decode(t, closed); len(problems) != 1 || problems[0].Code != "registers.definition.database_closed" {
		t.Errorf("open, for nobody: %v", problems)
	}
}
