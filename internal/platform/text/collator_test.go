// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package text_test

import (
	"cmp"
	"testing"

	"tinhso.vn/internal/platform/text"
)

func TestACollatorSortsAsKeysDo(t *testing.T) {
	t.Parallel()
	order := text.Collator()
	words := []string{"", "Đất đai", "Dân tộc", "Đầu  tư", "Ánh", "An", "Ăn", "an", "Bảo trợ", "bảo trợ xã hội", "Zzz", "Ứng", "Ưng"}
	for _, a := range words {
		for _, b := range words {
			if got, want := order(a, b), cmp.Compare(text.CollationKey(a), text.CollationKey(b)); got != want {
				t.Errorf("%q and %q: %d, by their keys %d", a, b, got, want)
			}
		}
	}
}
