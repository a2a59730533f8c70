// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package registers_test

import (
	"slices"
	"testing"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/platform/db"
)

// TestWhoMayDoMore says of each new right who has it, for what and with which
// fields; what was allowed already and what only narrows is not told.
func TestWhoMayDoMore(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w world) {
		w.write(t, func(tx *db.Tx) error {
			_, err := access.ApplyRoles(t.Context(), tx, []access.Role{{ID: "officer"}}, nil)
			return err
		})
		def := registers.Definition{
			ID: "so-cho", Title: i18n.Text{VI: "Chó"}, Version: 1,
			Fields: []registers.Field{
				{Key: "code", Label: i18n.Text{VI: "Số"}, Type: registers.Line, Required: true},
				{Key: "name", Label: i18n.Text{VI: "Tên"}, Type: registers.Line},
				{Key: "note", Label: i18n.Text{VI: "Ghi chú"}, Type: registers.LongText},
			},
			Rights: []registers.Right{
				{ID: "public", Name: i18n.Text{VI: "Công khai"}, Public: true, May: []registers.Act{registers.View}, Only: []string{"code"}},
				{ID: "desk", Name: i18n.Text{VI: "Ghi"}, Roles: []access.RoleID{"officer"}, May: []registers.Act{registers.View, registers.Add}},
			},
		}
		plan := func(def registers.Definition) registers.Plan {
			t.Helper()
			p, err := w.keeper.Plan(t.Context(), w.d, def)
			if err != nil {
				t.Fatal(err)
			}
			return p
		}
		first := plan(def)
		if all := first.Widenings(); len(all) != 3 || !all[0].Public || !slices.Equal(all[0].Fields, []string{"code"}) || len(all[1].Fields) != 3 {
			t.Errorf("a new register: %+v", all)
		}
		w.write(t, func(tx *db.Tx) error { return w.keeper.Apply(t.Context(), tx, identity.Program("test"), first) })
		def.Version, def.Rights = 2, slices.Clone(def.Rights)
		def.Rights[0].Only = []string{"code", "name"}
		def.Rights[1].May, def.Rights[1].Except = []registers.Act{registers.View, registers.Amend}, []string{"note"}
		all := plan(def).Widenings()
		if len(all) != 2 || !all[0].Public || all[0].Act != registers.View || !slices.Equal(all[0].Fields, []string{"name"}) ||
			all[1].Role != "officer" || all[1].Act != registers.Amend || !slices.Equal(all[1].Fields, []string{"code", "name"}) {
			t.Errorf("%+v", all)
		}
		def.Rights[1].Everywhere = true
		if all = plan(def).Widenings(); !slices.ContainsFunc(all, func(w registers.Widening) bool { return w.Everywhere && w.Role == "officer" }) {
			t.Errorf("a right that reaches every unit is not told: %+v", all)
		}
	})
}

// TestAKeyThatIsUniqueHasOneIndex makes a register whose only key field may stand
// once as well: both would be the same index.
func TestAKeyThatIsUniqueHasOneIndex(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w world) {
		def := registers.Definition{
			ID: "so-khoa", Title: i18n.Text{VI: "Sổ"}, Version: 1, Key: []string{"code"},
			Fields: []registers.Field{
				{Key: "code", Label: i18n.Text{VI: "Số"}, Type: registers.Line, Required: true, Unique: true},
				{Key: "name", Label: i18n.Text{VI: "Tên"}, Type: registers.Line},
			},
		}
		apply := func() registers.Plan {
			t.Helper()
			p, err := w.keeper.Plan(t.Context(), w.d, def)
			ok(t, err)
			w.write(t, func(tx *db.Tx) error { return w.keeper.Apply(t.Context(), tx, identity.Program("test"), p) })
			return p
		}
		apply()
		def.Version, def.Fields = 2, []registers.Field{def.Fields[0], {Key: "called", Label: i18n.Text{VI: "Tên gọi"}, Type: registers.Line}}
		if asked := apply().Renames(); len(asked) != 1 || asked[0] != (registers.Rename{From: "name", To: "called"}) {
			t.Errorf("a field that is gone beside a new one is not asked about: %+v", asked)
		}
		def.Version = 3
		def.Fields = append(def.Fields, registers.Field{Key: "name", Label: i18n.Text{VI: "Tên"}, Type: registers.Line, Hidden: true})
		if asked := apply().Renames(); len(asked) != 0 {
			t.Errorf("what is hidden on purpose is asked about: %+v", asked)
		}
	})
}
