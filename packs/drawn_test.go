// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package packs_test

import (
	"slices"
	"testing"

	"tinhso.vn/internal/kernel/workflow/bpmn"
)

// The environmental permit runs on a drawing: the commune of the place and,
// where it is one, the zone are asked at the same time.
func TestTheEnvironmentalPermitAsksSideBySide(t *testing.T) {
	t.Parallel()
	set := load(t, "an-giang")
	p, _ := set.Procedure("giay-phep-moi-truong")
	d, drawn := set.Drawing(p.Flow)
	if !drawn {
		t.Fatalf("the permit runs on %q", p.Flow)
	}
	var asked []string
	for _, n := range d.Model.Following("kiem-tra") {
		asked = append(asked, n.Unit)
	}
	if !slices.Equal(asked, []string{"form.project_place", "unit:ban-quan-ly-khu-kinh-te"}) && !slices.Equal(asked, []string{"form.project_place", "unit:ban-quan-ly-khu-kinh-te", "authority"}) {
		t.Errorf("asked are %v", asked)
	}
	alone := d.Model.Alone()
	for _, n := range d.Model.Users() {
		if together := n.ID == "y-kien-xa" || n.ID == "y-kien-khu"; alone[n.ID] == together {
			t.Errorf("%s alone: %v", n.ID, alone[n.ID])
		}
	}
	if wrong := d.Model.Check(bpmn.Known{}); len(wrong) > 0 {
		t.Error(wrong)
	}
}
