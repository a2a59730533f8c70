// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package forms_test

import (
	"net/url"
	"testing"

	"tinhso.vn/internal/kernel/forms"
	"tinhso.vn/internal/kernel/i18n"
)

// The whole form asks everything at once, and what does not belong to the
// answers counts as none.
func TestTheWholeForm(t *testing.T) {
	t.Parallel()
	f, err := forms.New(forms.Definition{ID: "a", Version: 1, Title: forms.Text{VI: "A"}, Steps: []forms.Step{
		{ID: "one", Title: forms.Text{VI: "Một"}, Fields: []forms.Field{
			{Key: "other", Type: forms.YesNo, Label: forms.Text{VI: "Có người khác?"}, Required: true},
			{Key: "rows", Type: forms.Group, Label: forms.Text{VI: "Dòng"}, Fields: []forms.Field{{Key: "cell", Type: forms.Line, Label: forms.Text{VI: "Ô"}}}},
		}},
		{ID: "two", Title: forms.Text{VI: "Hai"}, ShowWhen: "other == 'yes'", Fields: []forms.Field{{Key: "who", Type: forms.Line, Label: forms.Text{VI: "Ai?"}, Required: true}}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	all := f.Whole(i18n.VI, forms.World{})
	if len(all) != 2 || len(all[0].Fields) != 2 || all[0].Fields[0].Key != "other" || len(all[1].Fields) != 0 || len(all[1].Sometimes) != 1 {
		t.Fatalf("it asks %+v", all)
	}
	for answer, want := range map[string]int{"yes": 2, "no": 1} {
		sent, _ := f.Submit(f.ApplyWhole(url.Values{"other": {answer}, "who": {"Bà Tám"}}), forms.World{})
		if len(sent) != want {
			t.Errorf("%s: %v", answer, sent)
		}
	}
	if _, r := f.Submit(f.ApplyWhole(url.Values{"other": {"yes"}}), forms.World{}); len(r.Errors) != 1 || r.Errors[0].Name != "who" {
		t.Errorf("what is missing: %+v", r.Errors)
	}
}

// Rows stand empty on the page; only those in which something was written count, in
// their order.
func TestRowsOfTheWholeForm(t *testing.T) {
	t.Parallel()
	f, err := forms.New(forms.Definition{ID: "a", Version: 1, Title: forms.Text{VI: "A"}, Steps: []forms.Step{
		{ID: "one", Title: forms.Text{VI: "Một"}, Fields: []forms.Field{
			{Key: "alone", Type: forms.YesNo, Label: forms.Text{VI: "Ở một mình?"}},
			{Key: "people", Type: forms.Group, Label: forms.Text{VI: "Người cùng ở"}, Max: "4", ShowWhen: "alone != 'yes'", Fields: []forms.Field{
				{Key: "name", Type: forms.Line, Label: forms.Text{VI: "Tên"}, Required: true},
				{Key: "works", Type: forms.YesNo, Label: forms.Text{VI: "Đi làm?"}},
				{Key: "where", Type: forms.Line, Label: forms.Text{VI: "Ở đâu?"}, ShowWhen: "works == 'yes'"},
			}},
			{Key: "count", Type: forms.Number, Label: forms.Text{VI: "Số người"}, Compute: "people", Why: forms.Text{VI: "đếm dòng"}},
		}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	group := f.Whole(i18n.VI, forms.World{})[0].Fields[1]
	if len(group.Rows) != 4 || len(group.Rows[3].Fields) != 3 || group.Rows[3].Fields[2].Key != "people-4-where" {
		t.Fatalf("the rows are %+v", group.Rows)
	}
	sent := url.Values{"people-rows": {"4"}, "people-1-name": {"Bà Tám"}, "people-3-name": {"Chú Chín"}, "people-3-works": {"no"}, "people-3-where": {"Chợ"}}
	answers, r := f.Submit(f.ApplyWhole(sent), forms.World{})
	rows, _ := answers["people"].([]forms.Answers)
	if len(r.Errors) > 0 || len(rows) != 2 || rows[0]["name"] != "Bà Tám" || rows[1]["name"] != "Chú Chín" || rows[1]["where"] != nil {
		t.Errorf("kept %+v, wrong %+v", answers, r.Errors)
	}
	if answers = f.ApplyWhole(url.Values{"people-rows": {"4"}}); answers["people"] != nil {
		t.Errorf("of empty rows %+v are kept", answers)
	}
	if _, r := f.Submit(f.ApplyWhole(url.Values{"people-rows": {"4"}, "people-2-works": {"yes"}}), forms.World{}); len(r.Errors) != 1 || r.Errors[0].Name != "people-1-name" {
		t.Errorf("what is missing in a row: %+v", r.Errors)
	}
}
