// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package forms_test

import (
	"os"
	"reflect"
	"testing"

	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/forms"
	"tinhso.vn/internal/kernel/packs"
)

// Every form of the packs is filled in without a mistake, twice the same.
func TestMadeUp(t *testing.T) {
	t.Parallel()
	w := forms.World{
		Today: calendar.Date{Year: 2026, Month: 11, Day: 22},
		Unit:  func(id string) (forms.Text, bool) { return forms.Text{VI: "Xã Mẫu"}, id == "xa-mau" },
		Units: []forms.Option{{Value: "xa-mau", Label: forms.Text{VI: "Xã Mẫu"}}},
		File:  func(id string) (string, bool) { return "mau.pdf", id == forms.MadeUpFile },
	}
	set, err := packs.Load(os.DirFS("../../../packs"), "an-giang")
	if err != nil {
		t.Fatal(err)
	}
	tried := 0
	for _, f := range set.Forms {
		var d forms.Definition
		if f.Definition == nil || f.Definition.Decode(&d) != nil {
			continue
		}
		options(set, d)
		form, err := forms.New(d)
		if err != nil {
			continue
		}
		tried++
		a := form.MadeUp(w)
		if kept, r := form.Submit(a, w); len(r.Errors) > 0 || len(kept) == 0 {
			t.Errorf("%s: %v in %v", f.ID, r.Errors, a)
		}
		if again := form.MadeUp(w); !reflect.DeepEqual(a, again) {
			t.Errorf("%s: another time other answers", f.ID)
		}
	}
	if tried < 10 {
		t.Errorf("only %d forms", tried)
	}
}

// options writes some entries into the fields that take codes.
func options(set *packs.Set, d forms.Definition) {
	for _, step := range d.Steps {
		for i, f := range step.Fields {
			if list, ok := set.Catalogue(f.Catalogue); ok && len(f.Options) == 0 {
				for _, e := range list.Entries {
					step.Fields[i].Options = append(step.Fields[i].Options, forms.Option{Value: e.Code + e.ID, Label: forms.Text{VI: e.Name.VI}})
				}
			}
		}
	}
}
