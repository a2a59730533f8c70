// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package registers_test

import (
	"fmt"
	"slices"
	"testing"

	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/platform/db"
)

const fields4 = `
      - {key: area, label: Diện tích, type: decimal(2), measure: ha}
      - {key: yield, label: Sản lượng, type: integer}
      - {key: sold, label: Đã bán, type: integer}
`

func farm(version int, rest string) string {
	return fmt.Sprintf("registers:\n  - id: ruong\n    title: Sổ ruộng\n    version: %d\n    fields:%s%s", version, fields4, rest)
}

// Computed fields are made with every writing, and rules stand in the way of what
// does not hold, or only say so.
func TestRulesOfARecord(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w world) {
		d, problems := decode(t, farm(1, `      - {key: rate, label: Năng suất, type: decimal(1), compute: "double(yield) / area"}
      - {key: left, label: Còn lại, type: integer, compute: "yield - sold"}
      - {key: stock, label: Tình trạng, type: text, compute: "left == 0 ? 'hết' : 'còn'", searchable: true}
    list: {sort: left}
    checks:
      - {field: sold, holds: "sold <= yield", message: {vi: "Bán nhiều hơn làm ra", en: "More sold than made"}}
      - {field: area, holds: "!has_area || area < 100.0", message: "Ruộng rất lớn", level: warn}
`))
		if len(problems) > 0 {
			t.Fatal(problems)
		}
		w.apply(t, d)
		one := w.insert(t, d.ID, map[string]any{"area": "2.5", "yield": 12, "sold": 5})
		if got := fmt.Sprintf("%v %v %v %v", one.Values["rate"], one.Values["left"], one.Values["stock"], len(one.Warnings)); got != "4.8 7 còn 0" {
			t.Errorf("made %s", got)
		}
		ok(t, w.update(t, d.ID, one.ID, 1, map[string]any{"sold": 12}))
		if now := w.personal(t, d.ID, one.ID); fmt.Sprintf("%v %v", now.Values["left"], now.Values["stock"]) != "0 hết" {
			t.Errorf("after a change %v", now.Values)
		}
		big := w.insert(t, d.ID, map[string]any{"area": "150", "yield": 1, "sold": 0})
		if len(big.Warnings) != 1 || big.Warnings[0].Field != "area" {
			t.Errorf("warned %v", big.Warnings)
		}
		nothing := w.insert(t, d.ID, map[string]any{"yield": 3})
		if _, there := nothing.Values["rate"]; there && nothing.Values["rate"] != nil {
			t.Errorf("divided by nothing: %v", nothing.Values["rate"])
		}
		for _, tt := range []struct {
			values map[string]any
			want   []string
		}{
			{map[string]any{"yield": 1, "sold": 2}, []string{"sold:rule"}},
			{map[string]any{"left": 4}, []string{"left:computed"}},
			{map[string]any{"area": "x", "yield": 1, "sold": 2}, []string{"area:decimal"}},
		} {
			err := w.d.Write(t.Context(), func(tx *db.Tx) error {
				_, err := w.keeper.Insert(t.Context(), tx, w.actor, w.all, d.ID, "east", tt.values)
				return err
			})
			if got := fields(t, err); !slices.Equal(got, tt.want) {
				t.Errorf("%v: %v, want %v", tt.values, got, tt.want)
			}
		}
	})
}

// A field that is computed later, or in another way, is made anew for every record.
func TestComputingIsChanged(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w world) {
		d, _ := decode(t, farm(1, ""))
		w.apply(t, d)
		rec := w.insert(t, d.ID, map[string]any{"yield": 12, "sold": 5})
		for version, tt := range []struct {
			compute string
			want    string
		}{{"yield - sold", "7"}, {"yield + sold", "17"}} {
			d, problems := decode(t, farm(version+2, `      - {key: left, label: Còn lại, type: integer, compute: "`+tt.compute+`"}
    list: {sort: left}
`))
			if len(problems) > 0 {
				t.Fatal(problems)
			}
			w.apply(t, d)
			now := w.personal(t, d.ID, rec.ID)
			if fmt.Sprint(now.Values["left"]) != tt.want || now.Version != 1 {
				t.Errorf("%s: %v at version %d, want %s", tt.compute, now.Values["left"], now.Version, tt.want)
			}
			if n := w.count(t, `SELECT COUNT(*) FROM reg_ruong WHERE f_left_sort <> ''`); n != 1 {
				t.Error("the order does not know the new value")
			}
		}
	})
}

// Mistakes of rules are told with their lines.
func TestMistakesOfRules(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ rest, want string }{
		{"      - {key: a, label: A, type: integer, compute: \"yield +\"}\n", "registers.definition.rule"},
		{"      - {key: a, label: A, type: text, compute: \"yield\"}\n", "registers.definition.rule"},
		{"      - {key: a, label: A, type: file, compute: \"yield\"}\n", "registers.definition.compute_type"},
		{"      - {key: a, label: A, type: integer, compute: \"b\"}\n      - {key: b, label: B, type: integer, compute: \"a\"}\n", "registers.definition.compute_circle"},
		{"      - {key: a, label: A, type: text, personal: sensitive}\n      - {key: b, label: B, type: text, compute: \"a\"}\n", "registers.definition.compute_personal"},
		{"      - {key: a, label: A, type: text, personal: sensitive}\n      - {key: b, label: B, type: boolean, personal: basic, compute: \"has_a\"}\n", "registers.definition.compute_personal"},
		{"      - {key: a, label: A, type: text, personal: basic}\n      - {key: b, label: B, type: text, compute: \"a\"}\n", "registers.definition.compute_personal"},
		{"      - {key: has_area, label: A, type: boolean}\n", "registers.definition.reserved"},
		{"    checks: [{field: nope, holds: \"true\", message: M}]\n", "registers.definition.unknown_field"},
		{"    checks: [{field: area, holds: \"true\"}]\n", "registers.definition.rule_message"},
		{"    checks: [{field: area, holds: \"area\", message: M}]\n", "registers.definition.rule"},
		{"    checks: [{field: area, holds: \"true\", message: M, level: stop}]\n", "registers.definition.rule_level"},
	} {
		_, problems := decode(t, farm(1, tt.rest))
		if !slices.ContainsFunc(problems, func(p registers.Problem) bool { return p.Code == tt.want }) {
			t.Errorf("%s: %v, want %s", tt.rest, problems, tt.want)
		}
	}
}
