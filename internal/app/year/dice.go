// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package year

import "hash/fnv"

// dice is chance that can be repeated: the same seed and words throw the same.
// It decides stories, never secrets.
type dice struct{ state uint64 }

// throw returns the dice of something, named by words.
func throw(seed uint64, words ...string) *dice {
	h := fnv.New64a()
	for _, w := range words {
		_, _ = h.Write([]byte(w + "\x00")) // never fails
	}
	return &dice{seed ^ h.Sum64()}
}

// next is splitmix64.
func (d *dice) next() uint64 {
	d.state += 0x9e3779b97f4a7c15
	z := d.state
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// under returns a number from 0 to n-1.
func (d *dice) under(n int) int {
	if n <= 0 {
		return 0
	}
	return int(d.part() * float64(n))
}

// part returns a number from 0 up to 1.
func (d *dice) part() float64 { return float64(d.next()>>11) / (1 << 53) }

// between returns a number from a up to b.
func (d *dice) between(a, b float64) float64 { return a + (b-a)*d.part() }

// chance is true so often.
func (d *dice) chance(p float64) bool { return d.part() < p }

// pick returns one of some; there is at least one.
func pick[T any](d *dice, some []T) T { return some[d.under(len(some))] }

// weigh returns the index of one of some things that weigh differently.
func (d *dice) weigh(weights []float64) int {
	sum := 0.0
	for _, w := range weights {
		sum += w
	}
	at := d.part() * sum
	for i, w := range weights {
		if at < w {
			return i
		}
		at -= w
	}
	return len(weights) - 1
}
