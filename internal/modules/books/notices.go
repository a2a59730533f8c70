// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package books

import "tinhso.vn/internal/kernel/notify"

// What people are told of, by the rules of packs.
const (
	NoticeProposed = "books.proposed" // to who may decide
	NoticeDecided  = "books.decided"  // to who proposed it
)

// Notices lists them with what each knows.
func Notices() []notify.Kind {
	return []notify.Kind{
		{Event: NoticeProposed, Variables: []string{"register", "what", "by"}},
		{Event: NoticeDecided, Variables: []string{"register", "outcome", "by"}},
	}
}
