// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package access_test

import (
	"slices"
	"testing"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/identity"
)

// Who acts for somebody sees nothing of the own, nor anything of the other's
// that the rights are not about.
func TestWhoActsForSomebody(t *testing.T) {
	t.Parallel()
	a := identity.NewActor("a1", "p1").Grant(read, identity.Place{})
	a.For = identity.Behalf{Person: "firm"}
	s, err := access.Require(a, read)
	if err != nil {
		t.Fatal(err)
	}
	plain := access.Columns{Persons: []string{"brought", "owner"}}
	full := access.Columns{Persons: []string{"brought", "owner"}, Owner: "owner", Kind: "kind"}
	for _, c := range []struct {
		name  string
		scope access.Scope
		cols  access.Columns
		where string
		args  []any
	}{
		{"no right", s, full, "(1 = 0)", nil},
		{"no right of any kind", s.For(access.Stand{Person: "firm"}), full, "(1 = 0)", nil},
		{"a table that knows no owner", s.For(access.Stand{Person: "firm", Every: true}), plain, "(1 = 0)", nil},
		{"every kind", s.For(access.Stand{Person: "firm", Every: true}), full, "(owner = $1)", []any{"firm"}},
		{"a table that knows no kinds", s.For(access.Stand{Person: "firm", Kinds: []string{"k"}}), access.Columns{Owner: "owner"}, "(1 = 0)", nil},
		{"two rights", s.For(access.Stand{Person: "firm", Kinds: []string{"k"}}, access.Stand{Person: "firm", Kinds: []string{"l"}}), full, "((owner = $1 AND kind IN ($2, $3)))", []any{"firm", "k", "l"}},
	} {
		if where, args := c.scope.Where(c.cols); where != c.where || !slices.Equal(args, c.args) {
			t.Errorf("%s: %s %v", c.name, where, args)
		}
	}
	a.For = identity.Behalf{}
	if s, err = access.Require(a, read); err != nil {
		t.Fatal(err)
	}
	if where, args := s.Where(full); where != "(brought = $1 OR owner = $2)" && where != "(brought = $1 OR owner = $1)" || args[0] != "p1" {
		t.Errorf("oneself: %s %v", where, args)
	}
}
