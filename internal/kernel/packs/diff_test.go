// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package packs_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"tinhso.vn/internal/kernel/packs"
)

const compared = `procedures:
  - id: x
    name: Thủ tục
    field: Lĩnh vực
    route: MINISTRY:G01
    online: none
    result_name: {vi: Kết quả}
    durations: {statutory: {days: 5, count: working}}
    fee: none
    papers:
      - {id: a, name: Đơn, original: 1}
      - {id: b, name: Bản sao, copy: 1}
    keywords: [một, hai]
`

func set(t *testing.T, text string) *packs.Set {
	t.Helper()
	got, err := packs.Load(small(map[string]string{"p/procedures/x.yaml": text}), "p")
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestDifferencesAreNamedByItemAndField(t *testing.T) {
	t.Parallel()
	a := set(t, compared)
	for _, tt := range []struct {
		old, now string
		want     []string // field: from → to
	}{
		{"name: Thủ tục", "name: {vi: Thủ tục, en: Procedure}", []string{"changed name: Thủ tục → {en: Procedure, vi: Thủ tục}"}},
		{"{vi: Kết quả}", "Kết quả", nil}, // another way to write the same
		{"fee: none", "fee: {amount: 5000, source: s}", []string{"changed fee: none → {amount: 5000, source: s}"}},
		{"days: 5", "days: 4", []string{"changed durations.statutory.days: 5 → 4"}},
		{"statutory: {days: 5, count: working}", "statutory: {days: 5, count: working}, reduced: {hours: 8}", []string{"added durations.reduced.hours:  → 8"}},
		{"copy: 1", "copy: 2", []string{"changed papers[b].copy: 1 → 2"}},
		{"copy: 1", "copy: 1, required: false", nil}, // not said is no
		{"      - {id: b, name: Bản sao, copy: 1}\n", "", []string{"removed papers[b]: {copy: 1, id: b, name: Bản sao} → "}},
		{"      - {id: a, name: Đơn, original: 1}\n      - {id: b, name: Bản sao, copy: 1}\n", "      - {id: b, name: Bản sao, copy: 1}\n      - {id: a, name: Đơn, original: 1}\n", []string{"changed papers: a, b → b, a"}},
		{"[một, hai]", "[hai, một]", []string{"changed keywords: [một, hai] → [hai, một]"}},
		{"fee: none\n", "fee: none\n    # chỉ là chú thích\n", nil},
		{"- id: x\n", "- id: y\n", []string{"added :  → ", "removed :  → "}},
	} {
		b := set(t, strings.Replace(compared, tt.old, tt.now, 1))
		var got []string
		for _, d := range packs.Diff(a, b) {
			if d.Field != "" && (d.Item != "x" || d.List != "procedures" || d.Name.VI != "Thủ tục" || d.Label.VI == "" || d.Label.EN == "") {
				t.Errorf("%+v", d)
			}
			got = append(got, fmt.Sprintf("%s %s: %s → %s", d.Kind, d.Field, d.From, d.To))
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("%s\ngot  %q\nwant %q", tt.now, got, tt.want)
		}
		if back := packs.Diff(b, a); len(back) != len(got) {
			t.Errorf("%s: %d there, %d back", tt.now, len(got), len(back))
		}
	}
}

func TestAPackIsNoDifferentFromItself(t *testing.T) {
	t.Parallel()
	if d := packs.Diff(set(t, compared), set(t, compared)); len(d) > 0 {
		t.Errorf("%+v", d)
	}
}
