// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"testing"
	"time"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/modules/dossiers/internal/core"
	"tinhso.vn/internal/platform/db"
)

// A step that ended with the result at the same moment is no line of its own; one
// that ended before, or elsewhere, is.
func TestALineForAMoment(t *testing.T) {
	t.Parallel()
	at := func(minute int) db.Time { return db.At(time.Date(2026, 3, 2, 9, minute, 0, 0, time.UTC)) }
	here, there := i18n.Text{VI: "Phường Một"}, i18n.Text{VI: "Sở Hai"}
	step := func(name string, minute int, unit i18n.Text) core.Event {
		return core.Event{Kind: core.KindStep, At: at(minute), Unit: unit, Step: i18n.Text{VI: name}}
	}
	all := []core.Event{
		{Kind: core.KindSubmitted, At: at(0), Unit: here},
		step("Thẩm định", 1, here),
		step("Ký", 2, here),
		step("Đóng dấu", 3, here),
		{Kind: core.KindIssued, At: at(3), Unit: here},
		step("Chuyển", 4, there),
		{Kind: core.KindDelivered, At: at(4), Unit: here},
	}
	var kept []string
	for _, e := range once(all) {
		kept = append(kept, e.Kind+e.Step.VI)
	}
	want := []string{"submitted", "stepThẩm định", "stepKý", "issued", "stepChuyển", "delivered"}
	if len(kept) != len(want) {
		t.Fatalf("%v", kept)
	}
	for i := range want {
		if kept[i] != want[i] {
			t.Errorf("%v, want %v", kept, want)
			break
		}
	}
}
