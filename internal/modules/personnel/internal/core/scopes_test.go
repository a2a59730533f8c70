// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/personnel/internal/core"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
)

// permit is what an act says that it gives: a right that is new after it is either
// permitted by an act of that day, or was given silently.
type permit struct {
	day    string // on which it counts
	allows func(r access.Right, before map[access.Right]bool) bool
}

// silent returns the rights of after that are not in before and that no permit of
// the day allows.
func silent(before, after map[access.Right]bool, today string, permits []permit) (out []access.Right) {
	for r := range after {
		allowed := func(p permit) bool { return p.day <= today && p.allows(r, before) }
		if !before[r] && !slices.ContainsFunc(permits, allowed) {
			out = append(out, r)
		}
	}
	return out
}

// part is a small part of a province, made anew for each sequence of acts.
type part struct {
	*world
	rt      *rapid.T
	n       int
	units   []string            // x, y, and x-mc under x
	parts   []string            // of units that were split
	next    map[string][]string // where the people of a unit go with a split or a merger
	people  []string            // who is moved
	permits []permit
}

func (w *world) part(rt *rapid.T, n int) *part {
	p := &part{world: w, rt: rt, n: n, next: map[string][]string{}}
	x, y := fmt.Sprintf("x%d", n), fmt.Sprintf("y%d", n)
	p.units = []string{x, y, x + "-mc"}
	ctx := w.t.Context()
	w.write(func(tx *db.Tx) error {
		for i, u := range p.units {
			parent := orgs.ID("tinh")
			if i == 2 {
				parent = orgs.ID(x)
			}
			by := orgs.Decision{Number: "0/NQ", Date: "2026-03-01", From: w.today(), By: w.ids["cntt"]}
			if err := orgs.Create(ctx, tx, orgs.Unit{ID: orgs.ID(u), Parent: parent, Kind: "ward", Name: i18n.Text{VI: u}, Verified: true}, by); err != nil {
				return err
			}
		}
		return nil
	})
	for i, post := range [][2]string{{"leader", x}, {"officer", x}, {"officer", y}, {"leader", y}, {"officer", x + "-mc"}} {
		login := fmt.Sprintf("n%d-%d", n, i)
		p.people = append(p.people, login)
		w.account(login)
		w.write(func(tx *db.Tx) error {
			return access.Assign(ctx, tx, access.Assignment{Account: w.ids[login], Role: access.RoleID(post[0]), Unit: orgs.ID(post[1]), Subtree: i%2 == 0, Title: i18n.Text{VI: "Chức danh"}})
		})
	}
	return p
}

// reach returns a unit and, with subtree, those under it, now.
func (p *part) reach(unit string, subtree bool) (all []orgs.ID) {
	for _, u := range slices.Concat(p.units, p.parts) {
		above, err := orgs.Above(p.t.Context(), p.db, orgs.ID(u))
		if err != nil {
			p.rt.Fatal(err)
		}
		if i := slices.IndexFunc(above, func(o orgs.Unit) bool { return string(o.ID) == unit }); i == 0 || i > 0 && subtree {
			all = append(all, orgs.ID(u))
		}
	}
	return all
}

// to permits what somebody gets at a unit by name; where the unit is split or merged
// before that day, at what it has become.
func (p *part) to(login, unit string, subtree bool, day string) permit {
	return permit{day, func(r access.Right, _ map[access.Right]bool) bool {
		return r.Account == p.ids[login] && slices.ContainsFunc(p.became(unit), func(u string) bool { return slices.Contains(p.reach(u, subtree), r.Unit) })
	}}
}

// became returns a unit and all that it has become by mergers that carry and splits.
func (p *part) became(unit string) []string {
	named := []string{unit}
	for i := 0; i < len(named) && len(named) < 50; i++ {
		for _, n := range p.next[named[i]] {
			if !slices.Contains(named, n) {
				named = append(named, n)
			}
		}
	}
	return named
}

// carried permits, to whoever had rights at a unit, the same at what the unit that
// took it over has become by then: both may fall on one day.
func (p *part) carried(unit, into, day string) permit {
	return permit{day, func(r access.Right, before map[access.Right]bool) bool {
		return before[access.Right{Account: r.Account, Permission: r.Permission, Unit: orgs.ID(unit)}] &&
			slices.ContainsFunc(p.became(into), func(u string) bool { return slices.Contains(p.reach(u, true), r.Unit) })
	}}
}

// like permits rights at a unit to whoever had the same at another.
func like(old, now orgs.ID, day string) permit {
	return permit{day, func(r access.Right, before map[access.Right]bool) bool {
		return r.Unit == now && before[access.Right{Account: r.Account, Permission: r.Permission, Unit: old}]
	}}
}

// act does one thing that can happen to people and units; what is refused changes
// nothing. It returns what the act says that it gives.
func (p *part) act(step int) (name string, gives []permit) {
	ctx, today := p.t.Context(), p.today()
	who, unit := rapid.SampledFrom(p.people).Draw(p.rt, "who"), rapid.SampledFrom(p.units).Draw(p.rt, "unit")
	later := p.inDays(rapid.IntRange(0, 2).Draw(p.rt, "later"))
	subtree := rapid.Bool().Draw(p.rt, "subtree")
	number := fmt.Sprintf("%d.%d/QĐ", p.n, step)
	name = rapid.SampledFrom([]string{"transfer", "second", "leave", "merge", "split", "grant", "delegate", "rename", "rest"}).Draw(p.rt, "act")
	var err error
	switch name {
	case "transfer", "second", "leave":
		d := core.Decision{Login: who, Kind: name, Number: number, Date: today, From: later, Unit: unit, Role: rapid.SampledFrom([]string{"officer", "leader"}).Draw(p.rt, "role"), Title: "Chức danh", Subtree: subtree}
		d.Kind = map[string]string{"transfer": core.Transfer, "second": core.Second, "leave": core.Leave}[name]
		if name == "second" {
			d.Until = p.inDays(3)
		}
		if name == "leave" {
			d.Unit, d.Role, d.Title = "", "", ""
		}
		_, err = p.svc.EnterMove(ctx, p.as("cntt"), d)
		if name != "leave" {
			gives = []permit{p.to(who, unit, subtree, later)}
		}
	case "merge":
		into := rapid.SampledFrom(p.units[:2]).Draw(p.rt, "into")
		carry := rapid.Bool().Draw(p.rt, "carry")
		err = p.svc.EnterUnit(ctx, p.as("cntt"), core.UnitDecision{Kind: core.MergeUnits, Number: number, Date: today, From: later, Unit: unit, Into: into, Carry: carry})
		if carry && err == nil {
			p.next[unit] = append(p.next[unit], into)
		}
		if carry { // the same posts, as the decision says: no more than was held, and below it what stands there
			gives = append(gives, p.carried(unit, into, later))
			for _, u := range append(p.reach(into, true), p.reach(unit, true)...) {
				gives = append(gives, like(orgs.ID(unit), u, later))
			}
		}
		for _, child := range p.reach(unit, true) { // what stood under it stands under the other
			gives = append(gives, like(orgs.ID(into), child, later))
		}
	case "split":
		later = p.inDays(1)
		parts := []string{fmt.Sprintf("%s-m%d", unit, step), fmt.Sprintf("%s-n%d", unit, step)}
		_, err = p.svc.EnterSplit(ctx, p.as("cntt"), core.SplitDecision{Unit: unit, Number: number, Date: today, Basis: "x", From: later, Keep: subtree, Parts: []core.SplitPart{{Name: parts[0]}, {Name: parts[1]}}})
		for _, part := range parts { // who had something in the whole has it in a part at most; until its day a part is empty
			gives = append(gives, like(orgs.ID(unit), orgs.ID(part), today))
		}
		if err == nil {
			p.parts = append(p.parts, parts...)
			p.next[unit] = append(p.next[unit], parts...)
		}
	case "grant":
		var id string
		until := p.inDays(1)
		id, err = p.svc.RequestGrant(ctx, p.as("cntt"), core.Request{Login: who, Role: "leader", Unit: unit, Subtree: subtree, From: today, Until: until, Reason: "x"})
		if err == nil {
			err = p.svc.DecideGrant(ctx, p.as("cntt2"), id, true, "")
		}
		gives = []permit{p.to(who, unit, subtree, today)}
	case "delegate":
		held, listErr := access.ListHoldings(ctx, p.db, p.ids[who])
		if listErr != nil {
			p.rt.Fatal(listErr)
		}
		to := rapid.SampledFrom(p.people).Draw(p.rt, "to")
		for _, h := range held {
			if h.In(p.db.Now()) && h.Unit != "" && h.Kind != access.Delegation {
				_, err = p.svc.EnterMove(ctx, p.as("cntt"), core.Decision{Login: to, Kind: core.Delegate, Number: number, Date: today, From: today, Until: p.inDays(1), Holding: h.ID})
				gives = []permit{p.to(to, string(h.Unit), h.Subtree, today)}
				break
			}
		}
	case "rename":
		u, getErr := orgs.Get(ctx, p.db, orgs.ID(unit))
		if getErr == nil {
			err = p.svc.EnterUnit(ctx, p.as("cntt"), core.UnitDecision{Kind: core.AlterUnit, Number: number, Date: today, From: later, Unit: unit, Parent: string(u.Parent), UnitKind: "ward", Name: unit + " mới"})
		}
	}
	if err != nil {
		return name + " (refused)", nil
	}
	return name, gives
}

// Whatever sequence of moves, mergers, splits, roles that are lent and their ends:
// nobody's scope grows but by an act that says so, and never by the end of
// anything.
func TestNoScopeGrowsSilently(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, migrations(), func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		t.Helper()
		w := newWorld(t, d, c)
		n, grown, done := 0, 0, map[string]int{}
		rapid.Check(t, func(rt *rapid.T) {
			if d.Dialect() == db.Postgres && rapid.IntRange(0, 9).Draw(rt, "sample") != 0 {
				return // one of ten: the rules are the same
			}
			n++
			p := w.part(rt, n)
			before := w.rights()
			look := func(what string) {
				after := w.rights()
				for _, r := range silent(before, after, w.today(), p.permits) {
					rt.Fatalf("%s gives silently: %s %s at %s", what, r.Account, r.Permission, r.Unit)
				}
				for r := range after {
					if !before[r] {
						grown++
					}
				}
				before = after
			}
			for step := range rapid.IntRange(1, 5).Draw(rt, "steps") {
				name, gives := p.act(step)
				done[name]++
				p.permits = append(p.permits, gives...)
				w.clock.Advance(time.Second)
				look(name)
				w.clock.Advance(24 * time.Hour)
				w.tick()
				look("a day after " + name)
			}
			today := w.today() // what is to come still comes; then everything that was for a time is over
			p.permits = slices.DeleteFunc(p.permits, func(one permit) bool { return one.day < today })
			w.clock.Advance(3 * 24 * time.Hour)
			w.tick()
			look("what was to come")
			p.permits = nil
			w.clock.Advance(5 * 24 * time.Hour)
			w.tick()
			look("the end of what was for a time")
		})
		if d.Dialect() == db.SQLite {
			for _, name := range []string{"transfer", "second", "leave", "merge", "split", "grant", "delegate", "rename"} {
				if done[name] == 0 {
					t.Errorf("%s was never done: %v", name, done)
				}
			}
			if grown == 0 {
				t.Error("no act has given anything")
			}
		}
	})
}

// The judge is tried on what it has to see: a right that nobody has said.
func TestASilentRightIsSeen(t *testing.T) {
	t.Parallel()
	old, said, unsaid := access.Right{Account: "a", Permission: "p", Unit: "x"}, access.Right{Account: "a", Permission: "p", Unit: "y"}, access.Right{Account: "b", Permission: "p", Unit: "y"}
	before := map[access.Right]bool{old: true}
	after := map[access.Right]bool{old: true, said: true, unsaid: true}
	if got := silent(before, after, "2026-03-02", []permit{like("x", "y", "2026-03-02")}); len(got) != 1 || got[0] != unsaid {
		t.Errorf("%v", got)
	}
	if got := silent(before, after, "2026-03-01", []permit{like("x", "y", "2026-03-02")}); len(got) != 2 {
		t.Errorf("before its day: %v", got)
	}
	if got := silent(after, before, "2026-03-02", nil); len(got) != 0 {
		t.Errorf("what ends is no gain: %v", got)
	}
}
