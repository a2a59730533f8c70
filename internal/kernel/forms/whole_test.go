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
	if len(all) != 2 || len(all[0].Fields) != 1 || all[0].Fields[0].Key != "other" || len(all[1].Fields) != 0 || len(all[1].Sometimes) != 1 {
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
