// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"testing"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/platform/db"
)

// What a record points to is called by its name, to those who may see it.
func TestNamesOfWhatIsPointedTo(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		t.Helper()
		ctx := t.Context()
		text := func(key string, unique bool) registers.Field {
			return registers.Field{Key: key, Label: i18n.Text{VI: key}, Type: registers.Line, Required: true, Unique: unique, Max: 50}
		}
		list := registers.Definition{
			ID: "dm", Title: i18n.Text{VI: "Danh mục"}, Version: 1, Fields: []registers.Field{text("code", true), text("name", false)},
			Codes: &registers.Codes{Code: "code", Name: "name"}, List: registers.List{Columns: []string{"code", "name"}, Sort: "code"},
		}
		w.write(t, func(tx *db.Tx) error {
			plan, err := w.keeper.Plan(ctx, tx, list)
			if err != nil {
				return err
			}
			return w.keeper.Apply(ctx, tx, identity.Program("apply"), plan)
		})
		_, err := w.svc.CreateRecord(ctx, w.east, "dm", "east", map[string]any{"code": "A1", "name": "Hạng một"})
		must(t, err)
		market, err := w.svc.CreateRecord(ctx, w.east, "cho", "east", map[string]any{"code": "C1", "name": "Chợ Đông", "keeper": "Ông Tư"})
		must(t, err)
		code, reference := registers.Field{Type: registers.Code, Catalogue: "dm"}, registers.Field{Type: registers.Reference, Register: "cho"}
		for _, tt := range []struct {
			who             string
			actor           identity.Actor
			entry, record   string
			entries, others int
		}{
			{"of the commune", w.east, "Hạng một", "C1 – Chợ Đông", 1, 1},
			{"of another commune", w.west, "", "", 0, 0},
			{"without rights", w.auditor, "", "", 0, 0},
		} {
			entry, err := w.svc.NameOf(ctx, tt.actor, "dm", "A1")
			must(t, err)
			record, err := w.svc.NameOf(ctx, tt.actor, "cho", market.ID)
			must(t, err)
			if entry != tt.entry || record != tt.record {
				t.Errorf("%s: %q, %q", tt.who, entry, record)
			}
			entries, err := w.svc.Picks(ctx, tt.actor, code)
			must(t, err)
			others, err := w.svc.Picks(ctx, tt.actor, reference)
			must(t, err)
			if len(entries) != tt.entries || len(others) != tt.others {
				t.Errorf("%s: picks %v, %v", tt.who, entries, others)
			}
			found, err := w.svc.Pointed(ctx, tt.actor, "cho", "C1")
			must(t, err)
			if (found == market.ID) != (tt.others == 1) {
				t.Errorf("%s: C1 is %q", tt.who, found)
			}
		}
		if name, err := w.svc.NameOf(ctx, w.east, "cho", "gone"); name != "" || err != nil {
			t.Errorf("a record that is none: %q, %v", name, err)
		}
	})
}
