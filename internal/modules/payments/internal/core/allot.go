// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import "slices"

// wholeShare is what all parts are parts of.
const wholeShare = 10_000

// allot shares out a sum by parts of 10,000, exactly: each gets the đồng it has a whole
// right to, and those that are left over go one by one to the largest remainders, of
// equal ones to the first. What the parts leave is the last of the result: together all
// are the sum.
func allot(sum int64, parts []int64) []int64 {
	rest := int64(wholeShare)
	for _, p := range parts {
		rest -= p
	}
	parts = append(slices.Clone(parts), max(rest, 0))
	got, order, left := make([]int64, len(parts)), make([]int, len(parts)), sum
	for i, p := range parts {
		got[i] = sum / wholeShare * p
		got[i] += sum % wholeShare * p / wholeShare
		left -= got[i]
		order[i] = i
	}
	over := func(i int) int64 { return sum % wholeShare * parts[i] % wholeShare }
	slices.SortStableFunc(order, func(a, b int) int { return int(over(b) - over(a)) })
	for _, i := range order {
		if left <= 0 {
			break
		}
		got[i]++
		left--
	}
	return got
}
