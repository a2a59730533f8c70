// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package registers_test

import (
	"slices"
	"testing"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/platform/db"
)

// Nobody points to a record that they may not see, and the answer is that of a
// record that is not there. What points already stays when its target is taken out.
func TestNobodyPointsToWhatTheyDoNotSee(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w world) {
		w.write(t, func(tx *db.Tx) error {
			_, err := access.ApplyRoles(t.Context(), tx, []access.Role{{ID: "officer"}, {ID: "leader"}}, nil)
			return err
		})
		var defs []registers.Definition
		for _, text := range []string{`registers:
  - id: kin
    title: Sổ kín
    version: 1
    fields: [{key: name, label: Tên, type: text}]
    rights: [{id: keep, name: Giữ, roles: [leader], may: [view, add]}]
`, `registers:
  - id: mo
    title: Sổ mở
    version: 1
    fields: [{key: of, label: Thuộc, type: reference, register: kin}, {key: note, label: Ghi chú, type: text}]
    rights: [{id: keep, name: Giữ, roles: [leader, officer], may: [view, add, change]}]
`} {
			d, problems := decode(t, text)
			if len(problems) > 0 {
				t.Fatal(problems)
			}
			w.apply(t, d)
			defs = append(defs, d)
		}
		place := identity.Place{Unit: "east", Subtree: true}
		officer := identity.NewActor("o", "").Grant(defs[1].Permission(defs[1].Rights[0]), place)
		leader := identity.NewActor("l", "").Grant(defs[1].Permission(defs[1].Rights[0]), place).Grant(defs[0].Permission(defs[0].Rights[0]), place)
		enter := func(a identity.Actor, register string, values map[string]any) (rec registers.Record, err error) {
			err = w.d.Write(t.Context(), func(tx *db.Tx) error {
				s, err := w.keeper.Stand(t.Context(), tx, a, register)
				if err != nil {
					return err
				}
				rec, err = w.keeper.Enter(t.Context(), tx, s, "east", values)
				return err
			})
			return rec, err
		}
		secret, err := enter(leader, "kin", map[string]any{"name": "Kín"})
		ok(t, err)
		for _, id := range []string{secret.ID, "0"} {
			if _, err := enter(officer, "mo", map[string]any{"of": id}); !slices.Equal(fields(t, err), []string{"of:reference"}) {
				t.Errorf("the officer points to %s: %v", id, err)
			}
		}
		points, err := enter(leader, "mo", map[string]any{"of": secret.ID})
		ok(t, err)
		w.write(t, func(tx *db.Tx) error {
			return w.keeper.Hide(t.Context(), tx, w.actor, w.all, "kin", secret.ID, 1)
		})
		w.write(t, func(tx *db.Tx) error {
			s, err := w.keeper.Stand(t.Context(), tx, officer, "mo")
			if err != nil {
				return err
			}
			_, err = w.keeper.Amend(t.Context(), tx, s, points.ID, 1, map[string]any{"note": "vẫn ghi được"})
			return err
		})
	})
}
