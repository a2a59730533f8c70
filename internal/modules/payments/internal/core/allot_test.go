// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// Whatever the sum and the parts: no đồng is lost, none is made, nobody gets less than
// nothing, and nobody a whole đồng more or less than their part.
func TestSharesAreTheWhole(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		sum := rapid.Int64Range(0, maxDong).Draw(t, "sum")
		var parts []int64
		for left := int64(wholeShare); left > 0 && len(parts) < 12 && rapid.Bool().Draw(t, "more"); {
			p := rapid.Int64Range(1, left).Draw(t, "part")
			parts, left = append(parts, p), left-p
		}
		before := slices.Clone(parts)
		got := allot(sum, parts)
		if !slices.Equal(parts, before) || len(got) != len(parts)+1 {
			t.Fatalf("%v became %v, and %d shares", before, parts, len(got))
		}
		total, rest := int64(0), int64(wholeShare)
		for _, p := range parts {
			rest -= p
		}
		for i, p := range append(parts, rest) {
			total += got[i]
			if got[i] < 0 || p == 0 && got[i] != 0 {
				t.Fatalf("who has %d of 10,000 gets %d", p, got[i])
			}
			if over := got[i]*wholeShare - sum*p; over <= -wholeShare || over >= wholeShare {
				t.Fatalf("of %d who has %d of 10,000 gets %d", sum, p, got[i])
			}
		}
		if total != sum {
			t.Fatalf("%v of %v are %d, not %d", got, parts, total, sum)
		}
	})
}

func TestAllot(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		sum         int64
		parts, want []int64
	}{
		{0, []int64{5000}, []int64{0, 0}},
		{1, []int64{5000}, []int64{1, 0}}, // of equal remainders the first
		{10, []int64{3333, 3333}, []int64{3, 3, 4}},
		{100, nil, []int64{100}},
		{7, []int64{10_000}, []int64{7, 0}},
		{8000, []int64{3000}, []int64{2400, 5600}},
	} {
		if got := allot(c.sum, c.parts); !slices.Equal(got, c.want) {
			t.Errorf("%d by %v: %v, want %v", c.sum, c.parts, got, c.want)
		}
	}
}
