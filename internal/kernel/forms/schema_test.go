// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package forms

import (
	"bytes"
	"encoding/json"
	"slices"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"pgregory.net/rapid"

	"tinhso.vn/internal/kernel/calendar"
)

const plain = `
id: plain
title: Mọi kiểu
version: 1
steps:
  - id: one
    title: Một
    fields:
      - {key: line, type: text, label: A, required: true, min: 2, max: 5}
      - {key: kind, type: radios, label: A, options: [{value: x, label: X}, {value: y, label: Y}]}
      - {key: marks, type: checkboxes, label: A, min: 2, max: 2, options: [{value: x, label: X}, {value: y, label: Y}, {value: z, label: Z}]}
      - {key: sure, type: yes_no, label: A}
      - {key: nation, type: code, label: A, options: [{value: '01', label: Kinh}, {value: '02', label: Khmer}]}
      - {key: day, type: date, label: A}
      - {key: part, type: date_partial, label: A}
      - {key: year, type: year, label: A}
      - {key: number, type: person_number, label: A}
      - {key: phone, type: phone, label: A}
      - {key: mail, type: email, label: A}
      - {key: money, type: money, label: A, min: 0, max: 500}
      - {key: area, type: number, decimals: 2, label: A}
      - {key: insurance, type: insurance_number, label: A}
      - {key: card, type: health_card, label: A}
      - {key: who, type: person, label: A, required: true, optional: [number, born]}
      - {key: firm, type: organisation, label: A}
      - {key: paper, type: identity_document, label: A}
      - {key: rows, type: group, label: A, min: 2, max: 3, fields: [{key: name, type: text, label: A, required: true, max: 3}, {key: worth, type: money, label: A}, {key: twice, type: money, label: A, compute: worth * 2, why: W}]}
      - {key: total, type: money, label: A, compute: sum(worth), why: W}
`

// draw makes answers of which most are right, and some are nearly.
func draw(t *rapid.T) map[string]any {
	keys := []string{
		"line", "kind", "marks", "sure", "nation", "day", "part", "year", "number", "phone", "mail", "money", "area", "insurance", "card", "who", "firm", "paper",
		"name", "worth", "twice", "total", "sex", "born", "tax_code", "issued", "issuer", SureKey,
	}
	odd := rapid.SliceOfN(rapid.SampledFrom(keys), 0, 2).Draw(t, "odd")
	left := rapid.SliceOfN(rapid.SampledFrom(keys), 0, 3).Draw(t, "left")
	some := func(name string, values ...any) any { return rapid.SampledFrom(values).Draw(t, name) }
	date := []any{"2020-02-29", "2021-02-29", "1956-13", "1956-12", "1956", "0956", "29/2/2020", "x", 7}
	year := []any{"1956", "1956-12", "95", 1956, "x"}
	amount := []any{0, 1, 500, 501, -1, 1.5, "5", "1.000", "x", int64(1e16)}
	a := map[string]any{}
	put := func(into map[string]any, key string, values ...any) {
		if slices.Contains(odd, key) {
			into[key] = some(key+" is", values...)
		} else if !slices.Contains(left, key) {
			into[key] = values[0]
		}
	}
	put(a, "line", "ab", "a", "ẩnữấ", "abcdef", " ab ", "", "a\nb")
	put(a, "kind", "x", "z", "")
	put(a, "marks", []any{"x", "y"}, []any{"x"}, []any{"x", "x"}, []any{"x", "y", "z"}, []any{"x", "w"}, []any{})
	put(a, "sure", "yes", "no", "maybe")
	put(a, "nation", "01", "khmer", "03")
	put(a, "day", date...)
	put(a, "part", date...)
	put(a, "year", year...)
	put(a, "number", "089156001234", "089 156 001 234", "1")
	put(a, "phone", "0912345678", "+84912345678", "0112345678")
	put(a, "mail", "a@b.vn", "a@b", "A <a@b.vn>", "a b@c.vn")
	put(a, "money", amount...)
	put(a, "area", "85.5", "85,55", "85.555", "-1", 2.5, "x")
	put(a, "insurance", "8912345678", "891234567")
	put(a, "card", "HN4010123456789", "8912345678", "hn401")
	who := map[string]any{}
	put(who, PartName, "An", "", "B")
	put(who, PartNumber, "089156001234", "1")
	put(who, PartBorn, "1956", "1956-02", "x")
	put(who, PartSex, "male", "female", "?")
	put(a, "who", who)
	firm := map[string]any{}
	put(firm, PartTax, "0300588569", "0101248141-001", "12", "089156001234")
	put(firm, PartName, "Công ty", "")
	put(a, "firm", firm)
	paper := map[string]any{}
	put(paper, PartKind, KindCard, KindOldCard, KindPassport, "library")
	put(paper, PartNumber, "089156001234", "123456789", "b1234567", "1", "Ấ12345")
	put(paper, PartIssued, "2020-01-01", "2020")
	put(paper, PartIssuer, "Công an")
	put(a, "paper", paper)
	var rows []any
	for range rapid.SampledFrom([]int{0, 2, 2, 3, 2, 1, 4}).Draw(t, "rows") {
		row := map[string]any{}
		put(row, "name", "A", "ABCD", "")
		put(row, "worth", amount...)
		put(row, "twice", 7)
		rows = append(rows, row)
	}
	if rows != nil {
		a["rows"] = rows
	}
	put(a, "total", 5)
	put(a, SureKey, []any{"a"}, []any{})
	return a
}

// What the schema takes is what the form takes.
func TestSchemaAndFormAgree(t *testing.T) {
	t.Parallel()
	f, err := New(define(t, plain))
	if err != nil {
		t.Fatal(err)
	}
	text, err := f.Schema()
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("form.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("form.json")
	if err != nil {
		t.Fatal(err)
	}
	w := World{Today: calendar.Date{Year: 2026, Month: 11, Day: 24}}
	taken, refused := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		raw, err := json.Marshal(draw(t))
		if err != nil {
			t.Fatal(err)
		}
		a, err := f.DecodeJSON(raw)
		if err != nil {
			return // of the wrong shape: the schema is about answers that were read
		}
		kept, r := f.Submit(a, w)
		again, err := kept.Canonical()
		if err != nil {
			t.Fatal(err)
		}
		v, err := jsonschema.UnmarshalJSON(bytes.NewReader(again))
		if err != nil {
			t.Fatal(err)
		}
		says := s.Validate(v)
		if (says == nil) != (len(r.Errors) == 0) {
			t.Fatalf("the form says %q, the schema %v\n%s", list(r.Errors), says, again)
		}
		if says == nil {
			taken++
		} else {
			refused++
		}
	})
	if taken == 0 || refused == 0 {
		t.Errorf("%d taken, %d refused: the answers are no test", taken, refused)
	}
}
