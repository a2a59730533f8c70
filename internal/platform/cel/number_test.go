// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package cel

import (
	"math"
	"testing"
)

func TestNumbersAreWhole(t *testing.T) {
	t.Parallel()
	env, err := NewEnv(map[string]Type{"n": Int})
	if err != nil {
		t.Fatal(err)
	}
	p, err := env.Compile("n <= 2 ? 2000 * n : 4000 + 1000 * (n - 2)", Int)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := p.Number(map[string]any{"n": int64(5)}); got != 7000 || err != nil {
		t.Errorf("%d %v", got, err)
	}
	if _, err := p.Number(map[string]any{"n": int64(math.MaxInt64)}); err == nil {
		t.Error("an overflow has an answer")
	}
	if _, err := env.Compile("1.5", Int); err == nil {
		t.Error("a fraction is no whole number")
	}
}
