// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package registers_test

import (
	"slices"
	"strings"
	"testing"

	"tinhso.vn/internal/kernel/registers"
)

const parking = `registers:
  - id: giu-xe
    title: Điểm giữ xe
    version: 1
    fields:
      - {key: code, label: Số, type: text, required: true, unique: true}
      - {key: keeper, label: Người giữ, type: text, personal: basic}
      - {key: guard, label: Bảo vệ, type: person}
      - {key: inner, label: Nội bộ, type: text}
      - {key: scan, label: Ảnh, type: file}
      - {key: crew, label: Tổ, type: group, fields: [{key: who, label: Ai, type: text, personal: basic}]}
      - {key: kind, label: Loại, type: choice, options: [{value: car, label: Ô tô}, {value: bike, label: Xe máy}]}
    list: {columns: [code], sort: code, filters: [kind]}
    open_data: {title: {vi: A, en: A}, about: {vi: B, en: B}, licence: CC-BY-4.0, refreshed: daily, fields: [code], where: [{field: kind, op: is, values: [car]}]}
    rights:
      - {id: desk, name: Ghi, roles: [officer], may: [view, add]}
      - {id: public, name: Công khai, public: true, may: [view], except: [inner, keeper, guard, crew]}
`

// What a file would publish wrongly is told by line: a personal field, or one that
// everybody does not see, in whatever way it is named.
func TestMistakesOfOpenData(t *testing.T) {
	t.Parallel()
	if _, problems := decode(t, parking); len(problems) > 0 {
		t.Fatal(problems)
	}
	for replaced, want := range map[string]string{
		"fields: [code],=>fields: [code, keeper],":    "open_personal",
		"fields: [code],=>fields: [code, guard],":     "open_personal",
		"fields: [code],=>fields: [code, crew],":      "open_personal",
		"fields: [code],=>fields: [code, inner],":     "open_hidden",
		"fields: [code],=>fields: [code, scan],":      "open_files",
		"fields: [code],=>fields: [code, nothing],":   "unknown_field",
		"fields: [code],=>fields: [code, code],":      "twice",
		"fields: [code],=>fields: [],":                "open_fields",
		"{field: kind, op: is=>{field: inner, op: is": "open_hidden",
		"{field: kind, op: is=>{field: guard, op: is": "open_personal",
		"{field: kind, op: is=>{field: kind, op: has": "open_where",
		"values: [car]=>values: [ship]":               "open_where",
		"licence: CC-BY-4.0, =>":                      "open_licence",
		"refreshed: daily=>refreshed: soon":           "open_refreshed",
		"about: {vi: B, en: B}=>about: B":             "open_words",
		"refreshed: daily=>refreshes: daily":          "unknown",
	} {
		from, to, _ := strings.Cut(replaced, "=>")
		text := strings.Replace(parking, from, to, 1)
		line := 1 + strings.Count(text[:strings.Index(text, "open_data:")], "\n")
		_, problems := decode(t, text)
		if !slices.ContainsFunc(problems, func(p registers.Problem) bool { return p.Code == "registers.definition."+want && p.Line == line }) {
			t.Errorf("%s: %v", replaced, problems)
		}
	}
}
