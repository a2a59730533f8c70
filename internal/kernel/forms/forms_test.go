// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package forms

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/yaml"
)

const disability = `
id: disability
title: {vi: Đề nghị xác nhận khuyết tật, en: Application}
version: 1
source: TT
steps:
  - id: person
    title: Người đề nghị
    fields:
      - {key: full_name, type: text, label: {vi: Họ và tên, en: Full name}, required: true, max: 60, personal: identity}
      - {key: sex, type: radios, label: Giới tính, required: true, options: [{value: male, label: Nam}, {value: female, label: {vi: Nữ, en: Female}}]}
      - {key: born, type: date_partial, label: Ngày sinh, max: today, required: true}
      - {key: number, type: person_number, label: Số định danh, sex: sex, birth: born}
      - {key: phone, type: phone, label: Điện thoại}
      - {key: email, type: email, label: Thư điện tử}
      - {key: home, type: address, label: Nơi ở, required: true}
  - id: kind
    title: Dạng khuyết tật
    fields:
      - {key: kinds, type: checkboxes, label: Dạng, required: true, options: [{value: move, label: Vận động}, {value: see, label: Nhìn}, {value: other, label: Khác}]}
      - {key: other_kind, type: textarea, label: Dạng khác, required: true, show_when: '"other" in kinds', min: 3}
      - {key: since, type: date, label: Từ ngày, min: 1950-01-01, show_when: other_kind != ""}
      - {key: income, type: money, label: Thu nhập, min: 0, max: 1000000000}
      - {key: area, type: number, label: Diện tích, decimals: 2, max: 500}
      - {key: children, type: number, label: Số con, min: 0, max: 20}
      - {key: papers, type: file, label: Giấy tờ, max: 2}
  - id: child
    title: Con
    show_when: children > 0 && born < "2010"
    fields:
      - {key: school, type: select, label: Trường, required: true, options: [{value: a, label: A}, {value: b, label: B}]}
      - {key: code, type: text, label: Mã, pattern: '[A-Z]{2}\d+'}
      - {key: tax, type: tax_code, label: Mã số thuế}
      - {key: office, type: unit, label: Cơ quan}
`

func define(tb testing.TB, text string) Definition {
	tb.Helper()
	var d Definition
	if err := yaml.Unmarshal([]byte(text), &d); err != nil {
		tb.Fatal(err)
	}
	return d
}

func form(tb testing.TB) *Form {
	tb.Helper()
	f, err := New(define(tb, disability))
	if err != nil {
		tb.Fatal(err)
	}
	return f
}

const file1 = "019aa000-0000-7000-8000-000000000001"

func world() World {
	return World{
		Today: calendar.Date{Year: 2026, Month: 11, Day: 21},
		Unit: func(id string) (Text, bool) {
			return Text{VI: "Phường Long Xuyên", EN: "Long Xuyen Ward"}, id == "long-xuyen"
		},
		Units: []Option{{Value: "long-xuyen", Label: Text{VI: "Phường Long Xuyên"}}},
		File:  func(id string) (string, bool) { return "giấy ra viện.pdf", id == file1 },
	}
}

func list(fields []errs.Field) string {
	var all []string
	for _, f := range fields {
		all = append(all, f.Name+" "+f.Code)
	}
	return strings.Join(all, "\n")
}

func TestCheckFindsAllMistakesOfADefinition(t *testing.T) {
	t.Parallel()
	d := define(t, `
title: ""
steps:
  - id: One
    title: A
    show_when: later == "x"
    fields:
      - {key: Bad, type: text, label: a}
      - {key: a, type: text, label: a, show_when: nobody == "x"}
      - {key: a, type: poem, label: ""}
      - {key: in, type: text, label: a}
      - {key: b, type: radios, label: a}
      - {key: c, type: text, label: a, options: [{value: x, label: ""}, {value: x, label: b}], pattern: "["}
      - {key: d, type: money, label: a, min: 10, max: 5, decimals: 2, show_when: d2 + 1}
      - {key: d2, type: date, label: a, min: soon}
      - {key: e, type: person_number, label: a, sex: a, birth: nobody}
      - {key: f, type: text, label: a, show_when: later == "x"}
      - {key: g, type: text, label: a, show_when: '[1,2].all(x, [1,2].all(y, x == y))'}
  - id: One
    title: ""
  - id: three
    title: C
    fields: [{key: later, type: text, label: a}]
`)
	d.Steps[2].Fields = append(d.Steps[2].Fields, Field{Key: "long", Type: Line, Label: Text{VI: "x"}, ShowWhen: strings.Repeat(`a == "" || `, 200) + "true"})
	want := `id form.no_id
title form.no_text
steps[0].id form.bad_key
steps[0].show_when form.condition_ahead
steps[0].fields[0].key form.bad_key
steps[0].fields[1].show_when form.bad_condition
steps[0].fields[2].key form.twice
steps[0].fields[2].label form.no_text
steps[0].fields[2].type form.unknown_type
steps[0].fields[3].key form.bad_key
steps[0].fields[4].options form.bad_options
steps[0].fields[5].options form.bad_options
steps[0].fields[5].options[0].label form.no_text
steps[0].fields[5].options[1].value form.twice
steps[0].fields[5].pattern form.bad_pattern
steps[0].fields[6].max form.bad_bound
steps[0].fields[6].decimals form.bad_bound
steps[0].fields[6].show_when form.bad_condition
steps[0].fields[7].min form.bad_bound
steps[0].fields[8].sex form.unknown_field
steps[0].fields[8].birth form.unknown_field
steps[0].fields[9].show_when form.condition_ahead
steps[0].fields[10].show_when form.bad_condition
steps[1].id form.bad_key
steps[1].title form.no_text
steps[1].fields form.no_fields
steps[2].fields[1].show_when form.condition_too_long`
	if got := list(d.Check()); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if _, err := New(d); errs.KindOf(err) != errs.Invalid {
		t.Errorf("New = %v", err)
	}
}

func TestCheckFindsLoops(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"two": `[{id: s, title: S, fields: [{key: a, type: text, label: a, show_when: 'b == "x"'}, {key: b, type: text, label: b, show_when: 'a == "x"'}]}]`,
		"one": `[{id: s, title: S, fields: [{key: a, type: text, label: a, show_when: 'a == "x"'}]}]`,
	} {
		d := define(t, "{id: x, title: X, version: 1, steps: "+text+"}")
		if got := list(d.Check()); !strings.Contains(got, "steps[0].fields[0].show_when form.loop") {
			t.Errorf("%s: %q", name, got)
		}
	}
}

func TestCanonicalDoesNotDependOnHowItWasWritten(t *testing.T) {
	t.Parallel()
	d := define(t, disability)
	text, sum, err := d.Canonical()
	if err != nil {
		t.Fatal(err)
	}
	back, err := DecodeDefinition(text)
	if err != nil {
		t.Fatal(err)
	}
	again, sum2, err := back.Canonical()
	if err != nil || string(again) != string(text) || sum != sum2 || len(sum) != 64 {
		t.Errorf("%v\n%s\n%s", err, text, again)
	}
	d.Steps[0].Fields[0].Required = false
	if _, other, _ := d.Canonical(); other == sum {
		t.Error("a changed definition has the same sum")
	}
	if f, err := New(back); err != nil || f.def.Steps[1].Fields[3].Max != "1000000000" {
		t.Errorf("%v", err)
	}
	if _, err := DecodeDefinition([]byte(`{"id":"x","surprise":1}`)); !errors.Is(err, errs.New(errs.Malformed, "form.malformed")) {
		t.Errorf("an unknown field of the definition: %v", err)
	}
}

func TestVisible(t *testing.T) {
	t.Parallel()
	f := form(t)
	a := Answers{"kinds": []string{"move"}, "other_kind": "left over", "since": "2020-01-01", "born": "1956", "children": int64(2)}
	shown := f.Visible(a)
	if shown["other_kind"] || shown["since"] {
		t.Error("an answer that is not asked for keeps another question open")
	}
	if got := f.Steps(a); !slices.Equal(got, []string{"person", "kind", "child"}) {
		t.Errorf("steps %v", got)
	}
	a["kinds"], a["children"] = []string{"other"}, int64(0)
	shown = f.Visible(a)
	if !shown["other_kind"] || !shown["since"] || shown["school"] {
		t.Errorf("%v", shown)
	}
	if got := f.Steps(Answers{}); !slices.Equal(got, []string{"person", "kind"}) {
		t.Errorf("steps without answers %v", got)
	}
}

// What is asked on a later page cannot decide what is asked now; on the same
// page it can, but a page is not opened by its own answers.
func TestConditionsReadWhatWasAskedBefore(t *testing.T) {
	t.Parallel()
	good := `{id: x, title: X, version: 1, steps: [
		{id: one, title: S, fields: [{key: a, type: text, label: a, show_when: 'b != ""'}, {key: b, type: text, label: b}]},
		{id: two, title: S, show_when: 'a == "x"', fields: [{key: c, type: text, label: c, show_when: 'a == b'}]}]}`
	if got := list(define(t, good).Check()); got != "" {
		t.Errorf("refused: %s", got)
	}
	for from, to := range map[string]string{`'b != ""'`: `'c != ""'`, `'a == "x"'`: `'c == "x"'`} {
		if got := list(define(t, strings.Replace(good, from, to, 1)).Check()); !strings.HasSuffix(got, "show_when form.condition_ahead") {
			t.Errorf("%s: %q", to, got)
		}
	}
}
