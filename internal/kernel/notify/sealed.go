// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package notify

import "tinhso.vn/internal/platform/crypt"

// Sealed names the columns of this package that hold sealed texts.
func Sealed() []crypt.Sealed {
	return []crypt.Sealed{
		{Table: table, Column: "recipient", Key: []string{"id"}},
		{Table: table, Column: "text", Key: []string{"id"}},
	}
}
