// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package geo

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"tinhso.vn/internal/platform/text"
)

// Index answers questions about a table. It never changes and is safe for
// concurrent use; a nil one knows nothing.
type Index struct {
	units  []Unit
	byCode map[string][]int32 // by code, the latest first
	links  []link
	into   map[int32][]int32 // links that lead away from a unit
	from   map[int32][]int32 // links that lead to it
	keys   []key             // sorted
	exact  map[string][]int32
	under  map[string][]int32 // units by the code of what they stand under, sorted by name
	tops   []int32
	top    []int32 // the province of each unit
}

type link struct {
	old, new int32
	raw      rawLink
}

// key is something a unit is found by.
type key struct {
	folded string
	unit   int32
	worth  uint8 // 0 whole name, 1 initials, 2 a later word of it
}

// New builds an index; the mistakes are rows that name units there are not.
func New(t Table) (*Index, []Mistake) {
	x := &Index{
		units: slices.Clone(t.units), byCode: map[string][]int32{}, into: map[int32][]int32{}, from: map[int32][]int32{},
		exact: map[string][]int32{}, under: map[string][]int32{},
	}
	var wrong []Mistake
	for i := range x.units {
		x.units[i].id = int32(i) // a country has fewer units
		if code := x.units[i].Code; code != "" {
			x.byCode[code] = append(x.byCode[code], int32(i))
		}
	}
	for _, same := range x.byCode {
		slices.SortStableFunc(same, func(a, b int32) int { return cmp.Compare(x.units[b].From, x.units[a].From) })
	}
	for i := range x.units {
		u := &x.units[i]
		if u.parent = -1; u.Level == Province {
			x.tops = append(x.tops, u.id)
			continue
		}
		above, ok := x.parentOf(*u)
		if !ok {
			wrong = append(wrong, Mistake{Why: fmt.Sprintf("%s %s stands under %s, which there is not", u.Code, u.Name, u.Parent)})
			continue
		}
		u.parent = above
		x.under[u.Parent] = append(x.under[u.Parent], u.id)
	}
	x.top = make([]int32, len(x.units))
	for i, u := range x.units {
		for u.parent >= 0 {
			u = x.units[u.parent]
		}
		x.top[i] = u.id
	}
	for _, raw := range t.links {
		old, heir, ok := x.ends(raw)
		if !ok {
			wrong = append(wrong, Mistake{Why: fmt.Sprintf("%s → %s: one of them there is not", raw.old, raw.new)})
			continue
		}
		at := int32(len(x.links)) //nolint:gosec // as above
		x.links = append(x.links, link{old, heir, raw})
		x.into[old], x.from[heir] = append(x.into[old], at), append(x.from[heir], at)
	}
	x.sort()
	return x, wrong
}

// parentOf finds the unit above one: as it is called today, or was on the last
// day of the lower one.
func (x *Index) parentOf(u Unit) (int32, bool) {
	for _, i := range x.byCode[u.Parent] {
		if above := x.units[i]; above.Level < u.Level && (u.To == "" && above.To == "" || u.To != "" && above.ValidOn(u.To)) {
			return i, true
		}
	}
	return -1, false
}

// ends finds what a link joins: what ended before its day, and what began on it.
func (x *Index) ends(raw rawLink) (old, heir int32, ok bool) {
	old, heir = -1, -1
	if raw.older > 0 {
		old = int32(raw.older - 1) //nolint:gosec // an index of units
	} else {
		for _, i := range x.byCode[raw.old] {
			if u := x.units[i]; u.Level == raw.level && u.To != "" && u.To < raw.day {
				old = i
				break
			}
		}
	}
	for _, i := range x.byCode[raw.new] {
		if x.units[i].From == raw.day {
			heir = i
		}
	}
	return old, heir, old >= 0 && heir >= 0
}

func (x *Index) sort() {
	order := make([]string, len(x.units))
	for i, u := range x.units {
		_, order[i] = u.Parted()
	}
	order = text.CollationKeys(order)
	byName := func(a, b int32) int {
		return cmp.Or(cmp.Compare(order[a], order[b]), cmp.Compare(x.units[a].Code, x.units[b].Code))
	}
	for _, list := range x.under {
		slices.SortFunc(list, byName)
	}
	slices.SortFunc(x.tops, byName)
	for i, u := range x.units {
		whole := text.Fold(u.Name)
		_, bare := u.Parted()
		short := text.Fold(bare)
		x.exact[whole] = append(x.exact[whole], int32(i))
		if short != whole {
			x.exact[short] = append(x.exact[short], int32(i))
		}
		if u.Level == Commune {
			x.keys = append(x.keys, keysOf(whole, short, int32(i))...)
		}
	}
	slices.SortFunc(x.keys, func(a, b key) int { return cmp.Or(cmp.Compare(a.folded, b.folded), cmp.Compare(a.unit, b.unit)) })
}

// keysOf lists what a commune is found by while one types: "my binh", "phuong my
// binh", "mb", "binh".
func keysOf(whole, short string, unit int32) []key {
	all := []key{{short, unit, 0}}
	if whole != short {
		all = append(all, key{whole, unit, 0})
	}
	first := []byte(short[:min(1, len(short))])
	for i := range len(short) {
		if short[i] == ' ' {
			all = append(all, key{short[i+1:], unit, 2})
			first = append(first, short[i+1])
		}
	}
	if len(first) > 1 {
		all = append(all, key{string(first), unit, 1})
	}
	return all
}

// Provinces returns those of a day (YYYY-MM-DD), sorted by name.
func (x *Index) Provinces(day string) []Unit {
	if x == nil {
		return nil
	}
	return x.on(x.tops, day)
}

// Under returns the units right under one on a day, sorted by name.
func (x *Index) Under(u Unit, day string) []Unit {
	if x == nil {
		return nil
	}
	if !u.ValidOn(day) {
		return nil
	}
	return x.on(x.under[u.Code], day)
}

// Communes returns those of a province on a day, whatever stands between.
func (x *Index) Communes(province Unit, day string) (all []Unit) {
	for _, u := range x.Under(province, day) {
		if u.Level == Commune {
			all = append(all, u)
			continue
		}
		all = append(all, x.Under(u, day)...)
	}
	return all
}

func (x *Index) on(list []int32, day string) (all []Unit) {
	for _, i := range list {
		if x.units[i].ValidOn(day) {
			all = append(all, x.units[i])
		}
	}
	return all
}

// Get returns the unit with a code on a day; where there was none, the latest
// that had the code, so that what was once chosen stays readable.
func (x *Index) Get(code, day string) (Unit, bool) {
	if x == nil || len(x.byCode[code]) == 0 {
		return Unit{}, false
	}
	for _, i := range x.byCode[code] {
		if x.units[i].ValidOn(day) {
			return x.units[i], true
		}
	}
	return x.units[x.byCode[code][0]], true
}

// Above returns the unit and those above it, the nearest first.
func (x *Index) Above(u Unit) []Unit {
	all := []Unit{u}
	for at := u.parent; at >= 0; at = x.units[at].parent {
		all = append(all, x.units[at])
	}
	return all
}

// Full returns the name with those above: "Phường A, Thành phố B, Tỉnh C".
func (x *Index) Full(u Unit) string {
	above := x.Above(u)
	names := make([]string, len(above))
	for i, one := range above {
		names[i] = one.Name
	}
	return strings.Join(names, ", ")
}

// Province returns the province in which a unit lies.
func (x *Index) Province(u Unit) Unit { return x.units[x.top[u.id]] }

// Into returns what became of a unit, the main part first.
func (x *Index) Into(u Unit) []Link { return x.linked(x.into[u.id], true) }

// From returns what a unit came from.
func (x *Index) From(u Unit) []Link { return x.linked(x.from[u.id], false) }

func (x *Index) linked(list []int32, into bool) []Link {
	all := make([]Link, len(list))
	for i, at := range list {
		l := x.links[at]
		all[i] = Link{
			Old: x.units[l.old], New: x.units[l.new], Kind: l.raw.kind, Main: l.raw.main, Verified: l.raw.verified, Day: l.raw.day, Basis: l.raw.basis,
		}
	}
	slices.SortStableFunc(all, func(a, b Link) int {
		if into && a.Main != b.Main {
			if a.Main {
				return -1
			}
			return 1
		}
		return 0
	})
	return all
}

// Count says how many communes each province has on a day, by its code.
func (x *Index) Count(day string) map[string]int {
	n := map[string]int{}
	for _, p := range x.Provinces(day) {
		n[p.Code] = 0
	}
	for _, u := range x.units {
		if u.Level == Commune && u.ValidOn(day) {
			n[x.Province(u).Code]++
		}
	}
	return n
}
