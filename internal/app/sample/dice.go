// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package sample

import "hash/fnv"

// dice is chance that can be repeated: the same words throw the same.
type dice struct{ state uint64 }

func throw(words ...string) *dice {
	h := fnv.New64a()
	for _, w := range words {
		_, _ = h.Write([]byte(w + "\x00")) // never fails
	}
	return &dice{seed ^ h.Sum64()}
}

// part returns a number from 0 up to 1 (splitmix64).
func (d *dice) part() float64 {
	d.state += 0x9e3779b97f4a7c15
	z := d.state
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return float64((z^z>>31)>>11) / (1 << 53)
}

// under returns a number from 0 to n-1.
func (d *dice) under(n int) int { return int(d.part() * float64(n)) }
