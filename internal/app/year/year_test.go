// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package year

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/packs"
	shipped "tinhso.vn/packs"
)

// province returns a world that only plans: nobody is asked to do anything.
func province(t *testing.T, o Options) *World {
	t.Helper()
	set, err := packs.Load(shipped.Files, "an-giang")
	if err != nil {
		t.Fatal(err)
	}
	w := &World{Options: o, Set: set, byUnit: map[string]*office{}}
	if w.Calendar, err = calendar.New(holidays()); err != nil {
		t.Fatal(err)
	}
	w.offices = offices(set, o.Seed, o.Dossiers)
	for _, f := range w.offices {
		w.byUnit[f.unit.ID] = f
	}
	return w
}

// holidays is a calendar of five days a week with Tết and 30/4 of 2026.
func holidays() calendar.Config {
	week := calendar.Week{Days: map[time.Weekday][]calendar.Span{}}
	for d := time.Monday; d <= time.Friday; d++ {
		week.Days[d] = []calendar.Span{{From: 7 * 60, To: 690}, {From: 810, To: 17 * 60}}
	}
	c := calendar.Config{Weeks: []calendar.Week{week}, SameDayCut: 15 * 60}
	for _, d := range []calendar.Date{
		{Year: 2026, Month: 2, Day: 16},
		{Year: 2026, Month: 2, Day: 17},
		{Year: 2026, Month: 2, Day: 18},
		{Year: 2026, Month: 2, Day: 19},
		{Year: 2026, Month: 2, Day: 20},
		{Year: 2026, Month: 4, Day: 30},
		{Year: 2026, Month: 5, Day: 1},
	} {
		c.Overrides = append(c.Overrides, calendar.Override{Date: d, Kind: calendar.Off, Basis: "test"})
	}
	return c
}

// Nobody of a year can be taken for somebody: numbers and phones are of their own
// blocks and no account of a pack has them; two accounts share none.
func TestNobodyIsReal(t *testing.T) {
	t.Parallel()
	o := Options{Dossiers: 3000, Seed: 5}
	w := province(t, o)
	all := Accounts(w.Set, o)
	number, phone := regexp.MustCompile(`^0(89|91|92|87)[0-3]\d\d[89]\d{5}$`), regexp.MustCompile(`^09000\d{5}$`)
	seen := map[string]string{}
	for _, a := range w.Set.Accounts {
		seen[a.ID], seen[a.Person.Number] = a.ID, a.ID
	}
	for _, a := range all {
		if !number.MatchString(a.Person.Number) || !phone.MatchString(a.Person.Phone) {
			t.Errorf("%s has the number %s, the phone %s", a.ID, a.Person.Number, a.Person.Phone)
		}
		for _, key := range []string{a.ID, a.Person.Number} {
			if other, taken := seen[key]; taken {
				t.Errorf("%s and %s share %s", a.ID, other, key)
			}
			seen[key] = a.ID
		}
	}
	if len(all) < 500 {
		t.Errorf("%d accounts", len(all))
	}
}

// A year has calm and busy days, the shape of a small one is that of a big one,
// and another seed is another year.
func TestDaysAndSeeds(t *testing.T) {
	t.Parallel()
	w := province(t, Options{Dossiers: 5000, Seed: 1})
	day := func(m time.Month, d int) float64 {
		return w.busy(calendar.Date{Year: 2026, Month: m, Day: d})
	}
	for _, pair := range []struct {
		what       string
		less, more float64
	}{
		{"the week behind Tết and a Monday in March", day(2, 23), day(3, 9)},
		{"a Friday and a Monday", day(3, 13), day(3, 9)},
		{"a Sunday and a Friday", day(3, 15), day(3, 13)},
		{"a holiday and the day before", day(4, 30), day(4, 29)},
		{"a Wednesday in March and in July", day(3, 25), day(7, 15)},
	} {
		if pair.less >= pair.more {
			t.Errorf("%s: %v is not less than %v", pair.what, pair.less, pair.more)
		}
	}
	filed := 0
	for d := (calendar.Date{Year: 2026, Month: 1, Day: 1}); d.Year == 2026; d = d.AddDays(1) {
		filed += len(w.arrivals(d))
	}
	if filed < 4500 || filed > 5700 {
		t.Errorf("%d dossiers in a year of 5,000", filed)
	}
	last := calendar.Date{Year: 2026, Month: 3, Day: 20}
	rushed := &World{Options: Options{Dossiers: 5000, Seed: 1, Rush: last.String()}, Calendar: w.Calendar}
	for day, more := range map[int]bool{6: false, 9: true, 20: true, 23: false} {
		d := calendar.Date{Year: 2026, Month: 3, Day: day}
		if a, b := float64(len(w.arrivals(d))), float64(len(rushed.arrivals(d))); (b > 1.7*a) != more || b < 0.7*a {
			t.Errorf("%s: %v, in a rush %v", d, a, b)
		}
	}
	filed = 0
	for i := range yearDays {
		filed += len(rushed.arrivals(last.AddDays(-i)))
	}
	if filed < 4900 || filed > 5100 {
		t.Errorf("%d dossiers in a year of 5,000 that ends with a rush", filed)
	}
	one, two := resident(1, 7), resident(2, 7)
	if one != resident(1, 7) || one == two {
		t.Errorf("%v and %v", one, two)
	}
}

// What happens beside dossiers follows from the seed, and begins late in a year that has an end.
func TestErrands(t *testing.T) {
	t.Parallel()
	last := calendar.Date{Year: 2026, Month: 3, Day: 20}
	of := func(o Options) (names []string) {
		w := province(t, o)
		w.cast = castOf(w.Set)
		for i := lateDays + 20; i >= 0; i-- {
			for _, e := range w.errands(last.AddDays(-i)) {
				if i > lateDays {
					t.Errorf("%s happens %d days before the end", e.of, i)
				}
				names = append(names, e.at.String()+" "+e.of)
			}
		}
		return names
	}
	o := Options{Dossiers: 500, Seed: 3, Rush: last.String()}
	all := of(o)
	for _, want := range []string{"notices of ", "feedback", "answers to feedback", "announcement", "duty of ", "reading at night", "alerts", "question about data", "requests about data", "representation", "work in hand", "absence in ", "role in "} {
		if !slices.ContainsFunc(all, func(name string) bool { return strings.Contains(name, want) }) {
			t.Errorf("no %q in a year", want)
		}
	}
	if !slices.Equal(all, of(o)) {
		t.Error("the same seed makes other errands")
	}
	if o.Seed = 4; slices.Equal(all, of(o)) {
		t.Error("another seed makes the same errands")
	}
	if o.Rush = ""; len(of(o)) > 0 {
		t.Error("errands in a year without an end")
	}
}

// Who is away has a colleague of the same role, and both are not away in the same week.
func TestAbsences(t *testing.T) {
	t.Parallel()
	w := province(t, Options{Dossiers: 2000, Seed: 3})
	for _, o := range w.offices {
		staff := map[string][]string{}
		for role, n := range posts() {
			for i := range n {
				staff[role] = append(staff[role], fmt.Sprint(role, i))
			}
		}
		o.staff = staff
	}
	declared := 0
	for d := (calendar.Date{Year: 2026, Month: 3, Day: 2}); d.Month < time.June; d = d.AddDays(1) {
		for _, a := range w.absences(d) {
			declared++
			if a.away == a.deputy || a.last.Before(a.first) || calendar.On(a.at) != d || !a.at.Before(a.first.At(0)) {
				t.Errorf("%+v", a)
			}
			if monday := a.first.AddDays(-(int(a.first.Weekday()) + 6) % 7); a.last.Weekday() == time.Saturday || monday.AddDays(6).Before(a.last) {
				t.Errorf("from %s to %s leaves the week", a.first, a.last)
			}
		}
	}
	if declared < 50 {
		t.Errorf("%d absences in three months", declared)
	}
}

// What a tax code is checked by holds for those of a year.
func TestTaxCodes(t *testing.T) {
	t.Parallel()
	d := throw(1, "tax")
	for range 200 {
		code, sum := taxCode(d), 0
		for i, weight := range []int{31, 29, 23, 19, 17, 13, 7, 5, 3} {
			sum += weight * int(code[i]-'0')
		}
		if len(code) != 10 || code[:2] != "99" || int(code[9]-'0') != 10-sum%11 {
			t.Errorf("%s", code)
		}
	}
}

// Dice fall the same again, and fall on everything.
func TestDice(t *testing.T) {
	t.Parallel()
	a, b := throw(1, "x", "y"), throw(1, "x", "y")
	var seen []int
	for range 200 {
		n := a.under(6)
		if m := b.under(6); n != m {
			t.Fatal("the same dice fall differently")
		}
		if n < 0 || n > 5 {
			t.Fatalf("a throw of %d", n)
		}
		if !slices.Contains(seen, n) {
			seen = append(seen, n)
		}
	}
	if len(seen) != 6 || throw(1, "xy").next() == throw(1, "x", "y").next() {
		t.Errorf("only %v", seen)
	}
}
