// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/personnel/internal/core"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
)

// Whatever sequence of decisions about people and units is entered: nobody gains
// a right at a unit that no decision of the step names, and what was true on a
// day is read the same way later.
func TestNoSequenceWidensSilently(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, migrations(), func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		t.Helper()
		w := newWorld(t, d, c)
		n := 0
		rapid.Check(t, func(rt *rapid.T) {
			past := map[string]string{} // unit on a day → parent
			for range rapid.IntRange(1, 4).Draw(rt, "steps") {
				n++
				before := w.rights()
				names, who := w.step(rt, n)
				w.clock.Advance(time.Second)
				for r := range w.rights() {
					if !before[r] && (!names[r.Unit] || who != "" && r.Account != w.ids[who]) {
						rt.Fatalf("step %d gives silently: %+v", n, r)
					}
				}
				for _, u := range []orgs.ID{"mot-cua", "phuong-a", "phuong-b"} {
					if found, ok, err := orgs.AsOf(t.Context(), w.db, u, w.inDays(-1)); err == nil && ok {
						past[string(u)+" "+w.inDays(-1)] = string(found.Parent)
					}
				}
				w.clock.Advance(24 * time.Hour)
				w.tick()
			}
			for at, parent := range past {
				var unit, day string
				if _, err := fmt.Sscan(at, &unit, &day); err != nil {
					rt.Fatal(err)
				}
				found, _, err := orgs.AsOf(t.Context(), w.db, orgs.ID(unit), day)
				if err != nil || string(found.Parent) != parent {
					rt.Fatalf("%s: %q, was %q, %v", at, found.Parent, parent, err)
				}
			}
		})
	})
}

// step enters one decision, today, and returns the units it names and whose
// rights it is about; what is refused changes nothing.
func (w *world) step(rt *rapid.T, n int) (names map[orgs.ID]bool, who string) {
	ctx, today := w.t.Context(), w.today()
	who = rapid.SampledFrom([]string{"an", "binh", "cuc"}).Draw(rt, "who")
	unit := rapid.SampledFrom([]string{"phuong-a", "phuong-b", "mot-cua"}).Draw(rt, "unit")
	number := fmt.Sprintf("%d/QĐ", n)
	before := w.rights()
	var err error
	switch kind := rapid.SampledFrom([]string{core.Transfer, core.Second, core.Concurrent, core.Leave, core.Appoint, "parent", "rename"}).Draw(rt, "kind"); kind {
	case "parent", "rename":
		parent, to := rapid.SampledFrom([]string{"phuong-a", "phuong-b", "tinh"}).Draw(rt, "parent"), "mot-cua"
		if kind == "rename" {
			to, parent = unit, ""
			if u, err := orgs.Get(ctx, w.db, orgs.ID(unit)); err == nil {
				parent = string(u.Parent)
			}
		}
		err = w.svc.EnterUnit(ctx, w.as("cntt"), core.UnitDecision{Kind: core.AlterUnit, Number: number, Date: today, From: today, Unit: to, Parent: parent, UnitKind: "ward", Name: to})
		who, names = "", map[orgs.ID]bool{orgs.ID(to): true}
		if kind == "rename" {
			names = nil // a name gives nothing
		}
	default:
		d := core.Decision{Login: who, Kind: kind, Number: number, Date: today, From: today, Unit: unit, Role: "officer", Title: "Chuyên viên", Subtree: rapid.Bool().Draw(rt, "subtree")}
		if kind == core.Second {
			d.Until = w.inDays(2)
		}
		_, err = w.svc.EnterMove(ctx, w.as("cntt"), d)
		if err == nil { // named is the unit and, if it says so, what is below: nothing else, not even for this person
			names = map[orgs.ID]bool{}
			for _, below := range []orgs.ID{"phuong-a", "phuong-b", "mot-cua", "so-x", "tinh"} {
				above, aboveErr := orgs.Above(ctx, w.db, below)
				if aboveErr != nil {
					rt.Fatal(aboveErr)
				}
				for i, u := range above {
					if string(u.ID) == unit && (i == 0 || d.Subtree) {
						names[below] = true
					}
				}
			}
		}
	}
	if err != nil {
		for r := range w.rights() {
			if !before[r] {
				rt.Fatalf("what was refused gives %+v", r)
			}
		}
	}
	return names, who
}
