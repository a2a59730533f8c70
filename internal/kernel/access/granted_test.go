// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package access_test

import (
	"errors"
	"testing"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
)

// What a register gives to a role stays when the file of roles is applied again,
// goes with the register, and is never what is another's.
func TestRolesAreGivenMore(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, migrations(), func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		write := func(f func(tx *db.Tx) error) error { return d.Write(t.Context(), f) }
		roles := func(ps ...identity.Permission) func(tx *db.Tx) error {
			return func(tx *db.Tx) error {
				_, err := access.ApplyRoles(t.Context(), tx, []access.Role{{ID: "officer", Name: i18n.Text{VI: "Chuyên viên"}, Permissions: ps}}, []identity.Permission{"a.see", "a.do"})
				return err
			}
		}
		give := func(ps ...identity.Permission) func(tx *db.Tx) error {
			return func(tx *db.Tx) error {
				grants := map[access.RoleID][]identity.Permission{"officer": ps}
				if len(ps) == 0 {
					grants = nil
				}
				return access.GiveRoles(t.Context(), tx, "register:cho", "registers.cho.", grants)
			}
		}
		has := func() int {
			var n int
			if err := d.QueryRow(t.Context(), `SELECT COUNT(*) FROM access_role_permissions WHERE role_id = 'officer'`).Scan(&n); err != nil {
				t.Fatal(err)
			}
			return n
		}
		if err := write(give("registers.cho.keep")); !errors.Is(err, access.ErrRoleUnknown) {
			t.Errorf("a role nobody knows: %v", err)
		}
		for _, step := range []struct {
			do   func(tx *db.Tx) error
			want int
		}{
			{roles("a.see"), 1}, {give("registers.cho.keep"), 2}, {roles("a.see", "a.do"), 3}, {give("registers.cho.keep"), 3}, {roles("a.see"), 2}, {give(), 1},
		} {
			if err := write(step.do); err != nil {
				t.Fatal(err)
			}
			if got := has(); got != step.want {
				t.Errorf("%d permissions, want %d", got, step.want)
			}
		}
		if err := write(give("a.do")); err == nil {
			t.Error("a register gave what is another's")
		}
		all, err := access.ListRoles(t.Context(), d)
		if err != nil || len(all) != 1 || len(all[0].Permissions) != 1 {
			t.Errorf("the file of roles reads %v, %v", all, err)
		}
	})
}
