// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package forms

import (
	"net/url"
	"reflect"
	"strings"
	"testing"

	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/i18n"
)

func TestBlocks(t *testing.T) {
	t.Parallel()
	f := household3(t)
	a := f.Apply(nil, "head", url.Values{
		"head-name": {" Trần Thị  Ánh"}, "head-born-day": {""}, "head-born-month": {"3"}, "head-born-year": {"1956"}, "head-sex": {"female"},
		"firm-tax_code": {"0300588569"}, "firm-name": {"Công ty A"}, "paper-kind": {"passport"}, "paper-number": {"b 1234567"},
		"settled": {"yes"}, "since": {"1990"}, "nation": {"khmer"}, "insurance": {"89 1234 5678"}, "card": {"hn 4 01 0123456789"},
	})
	want := Answers{
		"head": map[string]string{"name": "Trần Thị Ánh", "born": "1956-03", "sex": "female"},
		"firm": map[string]string{"tax_code": "0300588569", "name": "Công ty A"}, "paper": map[string]string{"kind": "passport", "number": "B1234567"},
		"settled": "yes", "since": "1990", "nation": "02", "insurance": "8912345678", "card": "HN4010123456789", "count": int64(0), "poor": "không",
	}
	if !reflect.DeepEqual(a, want) {
		t.Errorf("got  %v\nwant %v", a, want)
	}
}

func TestBlocksAreChecked(t *testing.T) {
	t.Parallel()
	f := household3(t)
	w := World{Today: calendar.Date{Year: 2026, Month: 11, Day: 24}}
	for _, v := range []struct {
		key  string
		to   any
		want string
	}{
		{"head", nil, "head-name form.required\nhead-born form.required\nhead-sex form.choose"},
		{"head", map[string]string{"name": "A", "born": "2027", "sex": "x"}, "head-born form.in_future\nhead-sex form.choose"},
		{"head", map[string]string{"name": "A", "born": "1956", "sex": "male", "number": "089156001234"}, "head-number form.person_number_sex"},
		{"head", map[string]string{"name": "A", "born": "1957", "sex": "female", "number": "089156001234"}, "head-number form.person_number_year"},
		{"head", map[string]string{"name": "A", "born": "1900", "sex": "female"}, "head-born form.born_long_ago"},
		{"head", "A", "head form.wrong_shape"},
		{"firm", map[string]string{"tax_code": "0300588568", "name": "B"}, "firm-tax_code form.tax_code"},
		{"firm", map[string]string{"tax_code": "0101248141-001"}, "firm-name form.required"},
		{"firm", map[string]string{"name": "B"}, "firm-tax_code form.required"},
		{"paper", map[string]string{"number": "1"}, "paper-kind form.choose\npaper-number form.document_number"},
		{"paper", map[string]string{"kind": KindCard, "number": "08915600123"}, "paper-number form.document_number"},
		{"paper", map[string]string{"kind": KindCard, "number": "089156001234"}, ""},
		{"paper", map[string]string{"kind": KindOldCard, "number": "123456789"}, ""},
		{"settled", "maybe", "settled form.choose"},
		{"since", "2027", "since form.in_future"},
		{"since", "90", "since form.not_a_year"},
		{"nation", "Việt", "nation form.not_in_catalogue"},
		{"insurance", "123", "insurance form.insurance_number"},
		{"card", "HN123", "card form.health_card"},
		{"card", "8912345678", ""},
	} {
		a := Answers{"head": map[string]string{"name": "A", "born": "1956", "sex": "female"}, "settled": "yes", v.key: v.to}
		r := f.Validate(a, "head", w)
		if got := list(append(r.Errors, r.Warnings...)); got != v.want {
			t.Errorf("%s %v: %q, not %q", v.key, v.to, got, v.want)
		}
	}
}

func TestAQuestionIsAnsweredOnce(t *testing.T) {
	t.Parallel()
	f := household3(t)
	w := World{Today: calendar.Date{Year: 2026, Month: 11, Day: 24}}
	a := Answers{"head": map[string]string{"name": "A", "born": "1957", "sex": "male", "number": "089156001234"}, "settled": "no"}
	open := f.Validate(a, "head", w).Open()
	if len(open) != 2 || strings.Contains(open[0].ID, "089156001234") {
		t.Fatalf("%v", open)
	}
	a = a.sure(url.Values{AskedInput: {open[0].ID, open[1].ID}, SureKey: {open[0].ID, "made up"}})
	text, err := a.Canonical()
	if err != nil {
		t.Fatal(err)
	}
	if a, err = f.DecodeJSON(text); err != nil {
		t.Fatal(err)
	}
	if left := f.Validate(a, "head", w).Open(); len(left) != 1 || left[0].ID != open[1].ID {
		t.Errorf("%v", left)
	}
	v, _ := f.View(a, "head", i18n.VI, w, new(f.Validate(a, "head", w)))
	if ask := v.Fields[0].Parts[1].Ask; ask == nil || ask.Sure {
		t.Errorf("the question that is open comes first: %+v", ask)
	}
	if kept, _ := f.Submit(a, w); !reflect.DeepEqual(kept[SureKey], []string{open[0].ID}) {
		t.Errorf("sent %v", kept[SureKey])
	}
	if b := a.sure(url.Values{AskedInput: {open[0].ID}}); b[SureKey] != nil {
		t.Error("a box that was emptied stays")
	}
	a["head"] = map[string]string{"name": "A", "born": "1957", "sex": "male", "number": "089156001235"}
	if left := f.Validate(a, "head", w).Open(); len(left) != 2 {
		t.Errorf("what was said of one number is believed of another: %v", left)
	}
	a["head"] = map[string]string{"name": "A", "born": "1957", "sex": "female", "number": "089156001234"} // the doubt is gone, and the next number is another question
	if kept, _ := f.Submit(a, w); kept[SureKey] != nil {
		t.Errorf("%v is remembered", kept[SureKey])
	}
}

func TestCheckRefusesWhatCannotWork(t *testing.T) {
	t.Parallel()
	group := func(rest string) string {
		return `{key: g, type: group, label: G, fields: [{key: a, type: money, label: A}, {key: b, type: text, label: B}` + rest
	}
	many := strings.Repeat("{key: x, type: text, label: X},", 10_000)
	for fields, want := range map[string]string{
		group("]}"): "",
		group("]}, {key: c, type: money, label: C, compute: d, why: W}, {key: d, type: money, label: D, compute: c + 1, why: W}"):              "steps[0].fields[1].compute form.loop c → d → c",
		group(", {key: t, type: money, label: T, compute: sum_all, why: W}]}, {key: sum_all, type: money, label: S, compute: sum(t), why: W}"): "steps[0].fields[0].fields[2].compute form.loop t → sum_all → g → t",
		group(", {key: n, type: number, label: N, compute: g, why: W}]}"):                                                                      "steps[0].fields[0].fields[2].compute form.loop n → g → n",
		group("]}, {key: c, type: money, label: C, compute: a, why: W}"):                                                                       "steps[0].fields[1].compute form.bad_condition",
		group("]}, {key: c, type: money, label: C, compute: '1.5', why: W}"):                                                                   "steps[0].fields[1].compute form.bad_condition",
		group("]}, {key: c, type: date, label: C, compute: b, why: W}"):                                                                        "steps[0].fields[1].compute form.bad_computed",
		group("]}, {key: c, type: money, label: C, compute: sum(a)}"):                                                                          "steps[0].fields[1].why form.no_text",
		group("]}, {key: a, type: text, label: A}"):                                                                                            "steps[0].fields[1].key form.twice",
		group(", {key: h, type: group, label: H, fields: [{key: z, type: text, label: Z}]}]}"):                                                 "steps[0].fields[0].fields[2].type form.not_in_rows",
		group(", {key: h, type: file, label: H}]}"):                                                                                            "steps[0].fields[0].fields[2].type form.not_in_rows",
		group(", {key: h, type: person_number, label: H, sex: s}]}, {key: s, type: yes_no, label: S}"):                                         "steps[0].fields[0].fields[2].sex form.unknown_field",
		group("], max: 101}"): "steps[0].fields[0].max form.bad_bound",
		"{key: a, type: text, label: A, fields: [{key: b, type: text, label: B}]}": "steps[0].fields[0].fields form.not_a_group",
		"{key: g, type: group, label: G}":                                          "steps[0].fields[0].fields form.no_fields",
		"{key: g, type: group, label: G, fields: [" + strings.TrimSuffix(strings.Repeat("{key: x, type: text, label: X},", 31), ",") + "]}": "steps[0].fields[0].fields form.too_many",
		strings.TrimSuffix(many, ","):                        "steps form.too_many",
		"{key: p, type: person, label: P, optional: [shoe]}": "steps[0].fields[0].optional form.unknown_field",
		"{key: p, type: planet, label: P}":                   "steps[0].fields[0].type form.unknown_type",
		"{key: p, type: text, label: P, catalogue: nations}": "steps[0].fields[0].catalogue form.bad_options",
		"{key: p, type: code, label: P}":                     "steps[0].fields[0].options form.bad_options",
		"{key: p, type: code, label: P, catalogue: nations}": "",
		"{key: p, type: yes_no, label: P}":                   "",
		"{key: p, type: money, label: P, compute: '" + strings.Repeat("(", 400) + "1" + strings.Repeat(")", 400) + "', why: W}": "steps[0].fields[0].compute form.bad_condition",
		"{key: p, type: money, label: P, compute: '" + strings.Repeat("1 + ", 300) + "1', why: W}":                              "steps[0].fields[0].compute form.condition_too_long",
		"{key: p, type: money, label: P, compute: '[1, 2].map(x, x * 2)[0]', why: W}":                                           "steps[0].fields[0].compute form.bad_condition",
	} {
		d := define(t, "{id: x, title: X, version: 1, steps: [{id: s, title: S, fields: ["+fields+"]}]}")
		var got []string
		for _, m := range d.Check() {
			line := m.Name + " " + m.Code
			if keys, ok := m.Args["keys"].(string); ok {
				line += " " + keys
			}
			got = append(got, line)
		}
		if all := strings.Join(got, "\n"); (want == "") != (all == "") || !strings.HasPrefix(all, want) {
			t.Errorf("%.200s:\n%q, not %q", fields, all, want)
		}
	}
	d := define(t, household)
	d.Checks = append(d.Checks, Rule{Field: "nobody"}, Rule{Field: "count", Holds: "count", Message: Text{VI: "x"}, Level: "shout"}, Rule{Field: "settled", Holds: "count > 1", Message: Text{VI: "x"}})
	if got := list(d.Check()); got != "checks[3].field form.unknown_field\nchecks[4].level form.bad_level\nchecks[4].holds form.bad_condition\nchecks[5].holds form.condition_ahead" {
		t.Error(got)
	}
}

// What is built up from strings doubles with each field; the cost of each is
// bounded, and what is too long is no answer.
func TestABombInAComputedAnswerIsStopped(t *testing.T) {
	t.Parallel()
	var fields strings.Builder
	fields.WriteString("{key: f0, type: text, label: F}")
	for i := 1; i < 40; i++ {
		key, before := "f"+string(rune('a'+i/10))+string(rune('0'+i%10)), "f"+string(rune('a'+(i-1)/10))+string(rune('0'+(i-1)%10))
		if i == 1 {
			before = "f0"
		}
		fields.WriteString(", {key: " + key + ", type: text, label: F, compute: '" + before + strings.Repeat(" + "+before, 9) + "', why: W}")
	}
	f, err := New(define(t, "{id: x, title: X, version: 1, steps: [{id: s, title: S, fields: ["+fields.String()+"]}]}"))
	if err != nil {
		t.Fatal(err)
	}
	total := 0
	for _, v := range f.Compute(Answers{"f0": strings.Repeat("a", 200)}) {
		if s, ok := v.(string); ok {
			total += len(s)
		}
	}
	if total > 1_000_000 {
		t.Errorf("%d bytes were worked out", total)
	}
}
