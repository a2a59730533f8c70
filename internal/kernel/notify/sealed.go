// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package notify

import (
	"encoding/json"

	"tinhso.vn/internal/platform/crypt"
)

// Sealed names the columns of this package that hold sealed texts.
func Sealed() []crypt.Sealed {
	return []crypt.Sealed{
		{Table: table, Column: "recipient", Key: []string{"id"}},
		{Table: table, Column: "text", Key: []string{"id"}},
		{Table: table, Column: "letter", Key: []string{"id"}},
		{Table: inbox, Column: "words", Key: []string{"id"}},
		{Table: contacts, Column: "address", Key: []string{"account_id", "kind"}, Indexes: []crypt.IndexOf{{Column: "address_ix", Domain: "contact"}}},
		{Table: contacts, Column: "pending", Key: []string{"account_id", "kind"}},
		{Table: devices, Column: "subscription", Key: []string{"id"}, Indexes: []crypt.IndexOf{{Column: "endpoint_ix", Domain: "push endpoint", Part: endpointOf}}},
		{Table: "notify_keys", Column: "secret", Key: []string{"id"}},
	}
}

// endpointOf is the part of a subscription by which it is found.
func endpointOf(subscription string) string {
	var s Subscription
	if json.Unmarshal([]byte(subscription), &s) != nil {
		return ""
	}
	return s.Endpoint
}
