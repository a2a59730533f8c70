// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package cel

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

func TestExpressions(t *testing.T) {
	t.Parallel()
	env, err := NewEnv(map[string]Type{"a": Int, "s": String, "l": Strings, "m": Texts, "d": Double, "b": Bool})
	if err != nil {
		t.Fatal(err)
	}
	vars := map[string]any{"a": int64(0), "s": "x", "l": []string{"y"}, "m": map[string]string{"k": "v"}, "d": 1.5, "b": true}
	p, err := env.Compile(`a == 0 && s == "x" && "y" in l && m["k"] == "v" && d > 1.0 && b`, Bool)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(p.Reads(), []string{"a", "b", "d", "l", "m", "s"}) {
		t.Errorf("%v", p.Reads())
	}
	if ok, err := p.True(vars); !ok || err != nil {
		t.Errorf("%v %v", ok, err)
	}
	p, err = env.Compile(`s + "1"`, String)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := p.Text(vars); got != "x1" || err != nil {
		t.Errorf("%q %v", got, err)
	}
	p, err = env.Compile(`1 / a == 1`, Bool)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.True(vars); err == nil {
		t.Error("a division by zero has an answer")
	}
	for text, want := range map[string]error{
		`nobody == 1`: ErrBad, `a`: ErrBad, `a ==`: ErrBad, `[1,2].all(x, x > 0)`: ErrBad,
		strings.Repeat("(", 400) + "a == 1" + strings.Repeat(")", 400): ErrBad,
		strings.Repeat("b || ", 300) + "b":                             ErrLong,
	} {
		if _, err := env.Compile(text, Bool); !errors.Is(err, want) {
			t.Errorf("%.30s: %v", text, err)
		}
	}
	if _, err := NewEnv(map[string]Type{"x": "money"}); err == nil {
		t.Error("an unknown type was declared")
	}
}

// What is built up from strings doubles with each step; the limit of cost ends it.
func TestABombIsStopped(t *testing.T) {
	t.Parallel()
	env, err := NewEnv(map[string]Type{"s": String})
	if err != nil {
		t.Fatal(err)
	}
	p, err := env.Compile(`(`+strings.Repeat("s + ", 40)+`s).contains(s + "x")`, Bool)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.True(map[string]any{"s": strings.Repeat("a", 10_000)}); err == nil {
		t.Error("the bomb went off")
	}
}
