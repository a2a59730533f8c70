// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package accesstest makes a province of the size that pages must bear: units
// and people with posts, in any number. It is for tests.
package accesstest

import (
	"context"
	"fmt"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/platform/db"
)

// The size of a whole province.
const (
	Units  = 3500
	People = 8000
)

// root is the unit above all that Province makes.
const root orgs.ID = "lon"

// UnitOf returns the n-th unit: communes with ten divisions each.
func UnitOf(n int) orgs.ID {
	if n%11 == 0 {
		return orgs.ID(fmt.Sprintf("%s-%04d", root, n))
	}
	return orgs.ID(fmt.Sprintf("%s-%04d.p%d", root, n/11*11, n%11))
}

// Province makes units under a root of their own, and people who hold a role
// there, spread over the units. The role must be there.
func Province(ctx context.Context, d *db.DB, people *identity.Directory, role access.RoleID, units, persons int) error {
	given := []string{"An", "Bình", "Chi", "Dũng", "Đạt", "Giang", "Hà", "Hùng", "Khánh", "Lan", "Mai", "Nam", "Oanh", "Phúc", "Quân", "Sơn", "Thảo", "Uyên", "Vân", "Yến"}
	family := []string{"Nguyễn", "Trần", "Lê", "Phạm", "Huỳnh", "Võ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô"}
	all := []orgs.Unit{{ID: root, Kind: "department", Name: i18n.Text{VI: "Khối thử tải"}, ValidFrom: "2020-01-01"}}
	for i := range units - 1 {
		u := orgs.Unit{ID: UnitOf(i), Parent: root, Kind: orgs.Commune, Name: i18n.Text{VI: fmt.Sprintf("Xã Thử Tải %04d", i)}, ProvisionalCode: fmt.Sprintf("H99.%d", i+1), ValidFrom: "2020-01-01"}
		if i%11 != 0 {
			u.Parent, u.Kind, u.Name = UnitOf(i/11*11), "division", i18n.Text{VI: fmt.Sprintf("Phòng chuyên môn %d, xã Thử Tải %04d", i%11, i/11*11)}
		}
		all = append(all, u)
	}
	if err := d.Write(ctx, func(tx *db.Tx) error { _, err := orgs.Apply(ctx, tx, all); return err }); err != nil {
		return err
	}
	const batch = 500
	for from := 0; from < persons; from += batch {
		if err := d.Write(ctx, func(tx *db.Tx) error {
			for i := from; i < min(from+batch, persons); i++ {
				name := family[i%len(family)] + " Văn " + given[i%len(given)]
				person, err := people.SavePerson(ctx, tx, identity.Person{Kind: identity.Individual, Name: name})
				if err != nil {
					return err
				}
				account, err := people.SaveAccount(ctx, tx, identity.Account{Person: person, Login: fmt.Sprintf("tai.%05d", i)}, "")
				if err != nil {
					return err
				}
				if err := access.Assign(ctx, tx, access.Assignment{Account: account, Role: role, Unit: UnitOf(i % (units - 1)), Title: i18n.Text{VI: "Chuyên viên"}}); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			return err
		}
	}
	return nil
}
