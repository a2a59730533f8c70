// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package cel

import (
	"math"
	"testing"
)

func TestFunctions(t *testing.T) {
	t.Parallel()
	env, err := NewEnv(map[string]Type{"n": Ints, "d": Doubles, "a": String, "b": String})
	if err != nil {
		t.Fatal(err)
	}
	number := func(text string, vars map[string]any) (int64, error) {
		p, err := env.Compile(text, Int)
		if err != nil {
			t.Fatal(err)
		}
		return p.Number(vars)
	}
	vars := map[string]any{"n": []int64{2, 3, -1}, "d": []float64{0.5, 1}, "a": "2006-11-24", "b": "2026-11-23"}
	for text, want := range map[string]int64{"sum(n)": 4, "sum(n) * size(n)": 12, "years(a, b)": 19, `years(a, "2026-11-24")`: 20} {
		if got, err := number(text, vars); got != want || err != nil {
			t.Errorf("%s = %d, %v", text, got, err)
		}
	}
	p, err := env.Compile("sum(d)", Double)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := p.Double(vars); got != 1.5 || err != nil {
		t.Errorf("%v %v", got, err)
	}
	if p, err = env.Compile("sum(d) / 0.0", Double); err != nil {
		t.Fatal(err)
	}
	if _, err := p.Double(vars); err == nil {
		t.Error("a division by zero has an answer")
	}
	vars["n"], vars["a"] = []int64{math.MaxInt64, 1}, "1956"
	for _, text := range []string{"sum(n)", "years(a, b)"} {
		if got, err := number(text, vars); err == nil {
			t.Errorf("%s = %d", text, got)
		}
	}
}
