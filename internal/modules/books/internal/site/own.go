// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import "tinhso.vn/internal/kernel/registers"

// ownWords is the key of a text for whoever writes in a register: people who write
// about themselves send something, officials add a record.
func ownWords(st registers.Standing, key string) string {
	if st.AddsOwn() {
		return key + "_own"
	}
	return key
}
