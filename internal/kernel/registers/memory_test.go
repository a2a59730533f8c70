// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package registers_test

import (
	"testing"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/platform/db"
)

// What a keeper remembers is never older than the file in force.
func TestANewVersionIsReadAndCompiledAnew(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w world) {
		t.Helper()
		d := registers.Definition{
			ID: "farm", Title: i18n.Text{VI: "Trại"}, Version: 1,
			Fields: []registers.Field{
				{Key: "heads", Label: i18n.Text{VI: "Số con"}, Type: registers.Integer},
				{Key: "legs", Label: i18n.Text{VI: "Số chân"}, Type: registers.Integer, Compute: "heads * 4"},
			},
			Rules: []registers.Rule{{Field: "heads", Holds: "heads < 100", Say: i18n.Text{VI: "Dưới 100 con"}}},
		}
		w.apply(t, d)
		if got := w.insert(t, "farm", map[string]any{"heads": 3}).Values["legs"]; got != int64(12) {
			t.Errorf("legs = %v", got)
		}
		d.Version, d.Fields = 2, append([]registers.Field{}, d.Fields...)
		d.Fields[1].Compute = "heads * 2"
		w.apply(t, d)
		if got := w.insert(t, "farm", map[string]any{"heads": 3}).Values["legs"]; got != int64(6) {
			t.Errorf("legs = %v after the new version", got)
		}
		d.Version, d.Rules = 3, []registers.Rule{{Field: "heads", Holds: "heads < 10", Say: d.Rules[0].Say}}
		w.apply(t, d)
		err := w.d.Write(t.Context(), func(tx *db.Tx) error {
			_, err := w.keeper.Insert(t.Context(), tx, w.actor, w.all, "farm", "east", map[string]any{"heads": 50})
			return err
		})
		if err == nil {
			t.Error("the old check still holds")
		}
	})
}
