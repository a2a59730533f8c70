// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"errors"
	"testing"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/modules/books/internal/core"
	"tinhso.vn/internal/platform/db"
)

// A register with rights of its own is open to whom they name, whatever the
// permissions of all registers say.
func TestRightsOfAFile(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		d := registers.Definition{
			ID: "kin", Title: i18n.Text{VI: "Sổ kín"}, Version: 1,
			Fields: []registers.Field{
				{Key: "name", Label: i18n.Text{VI: "Tên"}, Type: registers.Line},
				{Key: "price", Label: i18n.Text{VI: "Giá"}, Type: registers.Money},
			},
			Rights: []registers.Right{
				{ID: "keep", Name: i18n.Text{VI: "Ghi"}, Roles: []access.RoleID{"keeper"}, May: []registers.Act{registers.View, registers.Add, registers.Export}},
				{ID: "all", Name: i18n.Text{VI: "Mọi người"}, Public: true, May: []registers.Act{registers.View}, Only: []string{"name"}},
			},
		}
		w.write(t, func(tx *db.Tx) error {
			if _, err := access.ApplyRoles(t.Context(), tx, []access.Role{{ID: "keeper", Name: i18n.Text{VI: "Giữ sổ"}}}, nil); err != nil {
				return err
			}
			plan, err := w.keeper.Plan(t.Context(), tx, d)
			if err != nil {
				return err
			}
			return w.keeper.Apply(t.Context(), tx, identity.Program("apply"), plan)
		})
		keeper := w.reader.Grant(d.Permission(d.Rights[0]), identity.Place{Unit: "east"})
		added, err := w.svc.CreateRecord(t.Context(), keeper, "kin", "east", map[string]any{"name": "A", "price": 5})
		must(t, err)
		for who, tt := range map[string]struct {
			actor  identity.Actor
			fields int
			take   error
		}{"keeper": {keeper, 2, nil}, "reader of all registers": {w.reader, 1, access.ErrNotAllowed}, "anybody": {identity.Actor{}, 1, access.ErrNotAllowed}} {
			p, err := w.svc.Records(t.Context(), tt.actor, "kin", core.Query{})
			if err != nil || len(p.Records) != 1 || len(p.Records[0].Values) != tt.fields {
				t.Errorf("%s sees %+v, %v", who, p.Records, err)
			}
			if v, err := w.svc.Record(t.Context(), tt.actor, "kin", added.ID); err != nil || len(v.Record.Values) != tt.fields {
				t.Errorf("%s sees of the record %+v, %v", who, v.Record.Values, err)
			}
			if _, err := w.svc.Take(t.Context(), tt.actor, "kin", core.Query{}); !errors.Is(err, tt.take) {
				t.Errorf("%s takes away: %v", who, err)
			}
		}
		if n := w.recorded(t, registers.AuditTaken); n != 1 {
			t.Errorf("%d records of what was taken away", n)
		}
		if _, err := w.svc.CreateRecord(t.Context(), w.east, "kin", "east", map[string]any{"name": "B"}); !errors.Is(err, access.ErrNotAllowed) {
			t.Errorf("who may write in all registers wrote: %v", err)
		}
		open, err := w.svc.Registers(t.Context(), identity.Actor{})
		if err != nil || len(open) != 1 || open[0].Definition.ID != "kin" {
			t.Errorf("anybody sees %+v, %v", open, err)
		}
	})
}
