// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package identity

import "tinhso.vn/internal/platform/crypt"

// Sealed names the columns of this package that hold sealed texts.
func Sealed() (all []crypt.Sealed) {
	for _, c := range []struct{ bound, domain string }{{"number", numberDomain}, {"phone", "phone"}, {"email", "email"}} {
		all = append(all, crypt.Sealed{
			Table: persons, Column: c.bound + "_sealed", Bound: c.bound, Key: []string{"id"},
			Indexes: []crypt.IndexOf{{Column: c.bound + "_index", Domain: c.domain}},
		})
	}
	return all
}
