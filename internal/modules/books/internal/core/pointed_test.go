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

// An entry of a catalogue is called by its name, to those who may see it.
func TestNamesOfEntries(t *testing.T) {
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
		for _, tt := range []struct {
			who     string
			actor   identity.Actor
			name    string
			entries int
		}{
			{"of the commune", w.east, "Hạng một", 1},
			{"of another commune", w.west, "", 0},
			{"without rights", w.auditor, "", 0},
		} {
			name, err := w.svc.NameOf(ctx, tt.actor, "dm", "A1")
			must(t, err)
			entries, err := w.svc.Picks(ctx, tt.actor, "dm")
			must(t, err)
			many, err := w.svc.NamesOf(ctx, tt.actor, "dm", []string{"A1", "nope"})
			must(t, err)
			if name != tt.name || len(entries) != tt.entries || many["A1"] != tt.name || many["nope"] != "" {
				t.Errorf("%s: %q, picks %v", tt.who, name, entries)
			}
		}
		for _, catalogue := range []string{"cho", "nope"} {
			if name, err := w.svc.NameOf(ctx, w.east, catalogue, "A1"); name != "" || err != nil {
				t.Errorf("%s: %q, %v", catalogue, name, err)
			}
		}
	})
}
