// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package requests

import "tinhso.vn/internal/platform/crypt"

// Sealed returns the columns of this package that hold sealed texts.
func Sealed() []crypt.Sealed {
	return []crypt.Sealed{{Table: requestsTable, Column: "user_sealed", Key: []string{"id"}}}
}
