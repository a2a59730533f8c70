// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"errors"
	"testing"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/modules/console/internal/core"
	"tinhso.vn/internal/platform/db"
)

// A register with rights of its own is not there for whoever may see all registers.
func TestRegistersWithRightsAreNotShown(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		before, err := w.svc.Registers(t.Context(), w.east)
		must(t, err)
		d := registers.Definition{
			ID: "kin", Title: i18n.Text{VI: "Sổ kín"}, Version: 1, Fields: []registers.Field{{Key: "name", Label: i18n.Text{VI: "Tên"}, Type: registers.Line}},
			Rights: []registers.Right{{ID: "all", Name: i18n.Text{VI: "Mọi người"}, Public: true, May: []registers.Act{registers.View}}},
		}
		must(t, w.d.Write(t.Context(), func(tx *db.Tx) error {
			plan, err := w.keeper.Plan(t.Context(), tx, d)
			if err != nil {
				return err
			}
			return w.keeper.Apply(t.Context(), tx, w.it, plan)
		}))
		after, err := w.svc.Registers(t.Context(), w.east)
		must(t, err)
		if len(before) == 0 || len(after) != len(before) {
			t.Errorf("%d registers before, %d after", len(before), len(after))
		}
		_, list := w.svc.Records(t.Context(), w.east, "kin", core.RecordQuery{})
		_, form := w.svc.Form(t.Context(), w.east, "kin")
		_, add := w.svc.CreateRecord(t.Context(), w.east, "kin", "east", map[string]any{"name": "A"})
		for door, err := range map[string]error{"list": list, "form": form, "add": add} {
			if !errors.Is(err, registers.ErrUnknown) {
				t.Errorf("%s: %v", door, err)
			}
		}
	})
}
