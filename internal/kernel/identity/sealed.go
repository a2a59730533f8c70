// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package identity

import "tinhso.vn/internal/platform/crypt"

// Sealed names the columns of this package that hold sealed texts.
func Sealed() (all []crypt.Sealed) {
	for _, c := range []struct{ bound, domain string }{{"number", numberDomain}, {"phone", "phone"}, {"email", "email"}, {"born", "born"}} {
		all = append(all, crypt.Sealed{
			Table: persons, Column: c.bound + "_sealed", Bound: c.bound, Key: []string{"id"},
			Indexes: []crypt.IndexOf{{Column: c.bound + "_index", Domain: c.domain}},
		})
	}
	all = append(all,
		crypt.Sealed{Table: sessions, Column: "address_sealed", Bound: "address", Key: []string{"token_hash"}},
		crypt.Sealed{Table: totps, Column: "secret_sealed", Bound: "secret", Key: []string{"account_id"}},
		crypt.Sealed{Table: passkeys, Column: "data_sealed", Bound: "data", Key: []string{"id"}},
		crypt.Sealed{Table: steps, Column: "data_sealed", Bound: "data", Key: []string{"token_hash"}},
		crypt.Sealed{Table: signIns, Column: "address_sealed", Bound: "address", Key: []string{"id"}},
	)
	return all
}

// The tables of this package that hold sealed texts, beside those of persons.
const (
	totps    = "identity_totp"
	passkeys = "identity_passkeys"
	steps    = "identity_steps"
	signIns  = "identity_sign_ins"
)
