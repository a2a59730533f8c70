// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package keystore

import "tinhso.vn/internal/platform/crypt"

// Sealed returns the columns of this package that hold sealed texts.
func Sealed() []crypt.Sealed {
	id := []string{"id"}
	return []crypt.Sealed{
		{Table: table, Column: "certificate", Key: id},
		{Table: table, Column: "key_sealed", Key: id},
		{Table: imports, Column: "certificate", Key: id},
		{Table: imports, Column: "key_sealed", Key: id},
	}
}
