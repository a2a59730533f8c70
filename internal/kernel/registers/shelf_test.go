// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package registers_test

import (
	"errors"
	"fmt"
	"testing"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/registers"
)

// All registers are counted at once, and each as by itself.
func TestCountsOfAllRegisters(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w world) {
		r := newRights(t, w)
		for i := range 120 {
			r.apply(t, def(t, fmt.Sprintf("so_%03d", i), 1, "", "key: name, type: text"))
		}
		for range 3 {
			r.insert(t, "so_110", map[string]any{"name": "x"})
		}
		for who, actor := range r.people {
			all, err := r.keeper.Standings(t.Context(), r.d, actor)
			ok(t, err)
			counts, err := r.keeper.Tallies(t.Context(), r.d, all, 3)
			ok(t, err)
			if len(all) != 1 || len(counts) != 1 {
				t.Fatalf("%s sees %d registers", who, len(all))
			}
			n, more, err := r.keeper.Tally(t.Context(), r.d, all[0], registers.Ask{}, 3)
			if err != nil || counts[0] != (registers.Count{N: n, More: more}) || n != 3 || !more {
				t.Errorf("%s: %+v at once, %d %v by itself, %v", who, counts[0], n, more, err)
			}
		}
		clerk := identity.NewActor("c", "").Grant(registers.PermView, identity.Place{Unit: "east"})
		all, err := r.keeper.Standings(t.Context(), r.d, clerk)
		ok(t, err)
		counts, err := r.keeper.Tallies(t.Context(), r.d, all, 100)
		ok(t, err)
		sum, place := 0, 0
		for i, c := range counts {
			sum += c.N
			if all[i].Definition.ID == "so_110" {
				place = c.N
			}
		}
		if len(all) != 121 || len(counts) != 121 || place != 3 || sum != 7 { // four dogs by their names
			t.Errorf("%d registers, %d counts, %d and %d", len(all), len(counts), place, sum)
		}
		far := identity.NewActor("f", "").Grant(registers.PermView, identity.Place{Unit: "west"})
		if all, err = r.keeper.Standings(t.Context(), r.d, far); err != nil || len(all) != 121 {
			t.Fatalf("%d registers, %v", len(all), err)
		}
		if counts, err = r.keeper.Tallies(t.Context(), r.d, all, 100); err != nil || counts[111] != (registers.Count{}) || all[111].Definition.ID != "so_110" {
			t.Errorf("another unit counts %+v in %s, %v", counts[111], all[111].Definition.ID, err)
		}
		if _, err := r.keeper.Stand(t.Context(), r.d, identity.Actor{}, "so_110"); !errors.Is(err, access.ErrSignInNeeded) {
			t.Errorf("nobody stands there: %v", err)
		}
	})
}
