// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package identity_test

import (
	"slices"
	"strings"
	"testing"

	"tinhso.vn/internal/kernel/identity"
)

func TestThePolicyOfPasswords(t *testing.T) {
	t.Parallel()
	rule := identity.PasswordRule{Min: 14, MinWithFactor: 8, Classes: 4}
	for _, tt := range []struct {
		password string
		factor   bool
		want     string
	}{
		{"Ca-loc_nuong.trui7", false, ""},
		{"Ruộng lúa 9 bông vàng", false, ""},
		{"ruong lua 9 bong vang", false, "identity.password_classes"},
		{"Ngan-7", false, "identity.password_short"},
		{"chin-gio-hai", true, ""},
		{"ngan-7", true, "identity.password_short"},
		{"MatKhau@123456789", false, "identity.password_common"},
		{"Password-20262026", false, "identity.password_common"},
		{"Qwertyuiop-12345", false, "identity.password_common"},
		{"Aaaaaaaaaaaaaaa-1", false, "identity.password_common"},
		{"Abcdefgh-12345678", false, "identity.password_common"},
		{"P@ssw0rd-Admin-1", false, "identity.password_common"},
		{"12345678", true, "identity.password_common"},
		{"Nguyen.Van.Bay-cau-ca-7", false, "identity.password_personal"},
		{"dan.NGUYENVANBAY+rach-9", false, "identity.password_personal"},
		{"So-dien-thoai0900000001", false, "identity.password_personal"},
	} {
		var got []string
		for _, f := range rule.CheckPasswordRule("password", tt.password, tt.factor, "dan.nguyenvanbay", "Nguyễn Văn Bảy", "0900000001") {
			got = append(got, f.Code)
		}
		slices.Sort(got)
		if strings.Join(got, " ") != tt.want {
			t.Errorf("%q: %v, want %q", tt.password, got, tt.want)
		}
	}
}

func TestStrengthInWords(t *testing.T) {
	t.Parallel()
	for password, want := range map[string]identity.Strength{
		"MatKhau-123456": identity.Weak, "ca-loc-nuong": identity.Fair, "ca loc nuong trui ngoai dong": identity.Strong,
	} {
		if got := identity.StrengthOf(password); got != want {
			t.Errorf("%q is %s, want %s", password, got, want)
		}
	}
}
