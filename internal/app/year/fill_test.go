// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package year

import (
	"testing"

	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/forms"
	"tinhso.vn/internal/kernel/packs"
	shipped "tinhso.vn/packs"
)

// Every form of a demonstration is filled in for a resident without a mistake, however
// long the name is.
func TestFillInPassesTheRulesOfEveryForm(t *testing.T) {
	t.Parallel()
	set, err := packs.Load(shipped.Files, "an-giang")
	if err != nil {
		t.Fatal(err)
	}
	w := forms.World{
		Today: calendar.Date{Year: 2026, Month: 11, Day: 22},
		Unit:  func(id string) (forms.Text, bool) { return forms.Text{VI: "Xã Mẫu"}, id == "xa-mau" },
		Units: []forms.Option{{Value: "xa-mau", Label: forms.Text{VI: "Xã Mẫu"}}},
	}
	for _, name := range []string{"Lý Ba", "Nguyễn Phan Thị Hoàng Kim Phượng"} {
		who := Resident{Name: name, Number: "089145900000", Phone: "0900000101"}
		for _, p := range local(set) {
			f, _ := set.Form(p.Form)
			var d forms.Definition
			if err := f.Definition.Decode(&d); err != nil {
				t.Fatal(err)
			}
			answers, err := FillIn(d, who, "xa-mau")
			if err != nil {
				t.Fatalf("%s: %v", p.ID, err)
			}
			form, err := forms.New(d)
			if err != nil {
				t.Fatal(err)
			}
			kept, err := asSent(form, answers)
			if err != nil {
				t.Fatalf("%s: %v", p.ID, err)
			}
			if _, found := form.Submit(kept, w); len(found.Errors) > 0 {
				t.Errorf("%s: %v in %v", p.ID, found.Errors, answers)
			}
		}
	}
}
