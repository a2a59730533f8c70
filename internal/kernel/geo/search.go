// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package geo

import (
	"cmp"
	"slices"
	"strings"

	"tinhso.vn/internal/platform/text"
)

// Query asks for communes while somebody types.
type Query struct {
	Text     string // "mỹ bình", "my binh", "mb", "p. mỹ bình, long xuyên"
	Province string // code of the one that comes first; empty: none
	Only     bool   // nothing from other provinces
	Day      string // YYYY-MM-DD on which the communes exist
	Limit    int
}

// Found is a commune of the day. Was is the old unit through which it was found,
// and Kind what became of that; nil where the name is that of today.
type Found struct {
	Unit     Unit
	Was      *Unit
	Kind     Kind
	Main     bool
	Verified bool
}

// shortest is how many letters a search needs.
const shortest = 2

// most bounds what a search looks at closely.
const most = 400

// Search finds communes by the beginning of their name, of a word in it, by its
// initials, or by an old name. Words after a comma, or after the name, say where.
func (x *Index) Search(q Query) []Found {
	if x == nil {
		return nil
	}
	head, tail, _ := strings.Cut(q.Text, ",")
	asked, where := expand(text.Fold(head)), text.Fold(tail)
	if len(asked) < shortest || slices.Contains([]string{"xa", "phuong", "dac khu", "thi tran"}, asked) { // half the country
		return nil
	}
	found := x.prefixed(asked, where, q)
	words := strings.Fields(asked)
	for n := len(words) - 1; len(found) == 0 && n > 0; n-- {
		found = x.named(strings.Join(words[:n], " "), strings.Join(words[n:], " ")+" "+where, q)
	}
	return found[:min(len(found), q.Limit)]
}

// expand writes out what people shorten before a name: p → phuong, tx → thi xa.
func expand(folded string) string {
	word, rest, more := strings.Cut(folded, " ")
	if !more {
		cut := strings.IndexAny(word, "0123456789") // p1, q10
		if cut <= 0 || strings.Trim(word[cut:], "0123456789") != "" {
			return folded
		}
		word, rest = word[:cut], word[cut:]
	}
	long, ok := map[string]string{
		"p": "phuong", "f": "phuong", "x": "xa", "tt": "thi tran", "q": "quan", "h": "huyen", "tx": "thi xa", "tp": "thanh pho", "t": "tinh", "dk": "dac khu",
		"phuong": "phuong", "quan": "quan",
	}[word]
	if !ok {
		return folded
	}
	if number := strings.TrimLeft(rest, "0"); number != "" && strings.Trim(number, "0123456789") == "" {
		rest = number // phường 01
	}
	return long + " " + rest
}

type hit struct {
	unit  int32
	worth int
}

func (x *Index) prefixed(asked, where string, q Query) []Found {
	start, _ := slices.BinarySearchFunc(x.keys, asked, func(k key, s string) int { return cmp.Compare(k.folded, s) })
	best := map[int32]int{}
	for _, k := range x.keys[start:] {
		if !strings.HasPrefix(k.folded, asked) {
			break
		}
		worth := 3 * int(k.worth)
		if k.folded != asked {
			worth += 4
		}
		if had, ok := best[k.unit]; !ok || worth < had {
			best[k.unit] = worth
		}
	}
	return x.rank(best, where, q)
}

// named finds units that are called exactly so.
func (x *Index) named(name, where string, q Query) []Found {
	best := map[int32]int{}
	for _, i := range x.exact[name] {
		if x.units[i].Level == Commune {
			best[i] = 0
		}
	}
	return x.rank(best, where, q)
}

func (x *Index) rank(best map[int32]int, where string, q Query) []Found {
	hits := make([]hit, 0, len(best))
	head, _, _ := strings.Cut(q.Text, ",")
	typed := strings.ToLower(text.Line(head))
	marked := typed != text.ASCII(typed)
	for i, worth := range best {
		u := &x.units[i]
		if marked && !strings.Contains(strings.ToLower(u.Name), typed) {
			worth += 3 // who types marks means them
		}
		if u.From > q.Day || where != "" && !x.lies(*u, where) {
			continue
		}
		if !u.ValidOn(q.Day) {
			worth += 2
		}
		home := x.home(i, q)
		if !home && q.Only {
			continue
		}
		if !home && q.Province != "" {
			worth += 8
		}
		hits = append(hits, hit{i, worth})
	}
	slices.SortFunc(hits, func(a, b hit) int {
		return cmp.Or(cmp.Compare(a.worth, b.worth), cmp.Compare(len(x.units[a.unit].Name), len(x.units[b.unit].Name)), cmp.Compare(a.unit, b.unit))
	})
	return x.expandHits(hits[:min(len(hits), most)], where != "", q)
}

// lies reports whether every word of where stands in the names above a unit, of
// its own time or of today.
func (x *Index) lies(u Unit, where string) bool {
	var b strings.Builder
	for _, one := range x.Above(u)[1:] {
		b.WriteString(" " + text.Fold(one.Name))
	}
	for _, at := range x.into[u.id] {
		b.WriteString(" " + text.Fold(x.Province(x.units[x.links[at].new]).Name))
	}
	names := b.String() + " "
	for word := range strings.FieldsSeq(where) {
		if !strings.Contains(names, " "+word) && word != "tp" && word != "tx" && word != "q" && word != "h" && word != "t" {
			return false
		}
	}
	return true
}

// home reports whether a unit lies, or has gone, into the province of the query.
func (x *Index) home(i int32, q Query) bool {
	if x.units[i].ValidOn(q.Day) {
		return x.units[x.top[i]].Code == q.Province
	}
	return slices.ContainsFunc(x.into[i], func(at int32) bool { return x.units[x.top[x.links[at].new]].Code == q.Province })
}

// expandHits turns old units into those of today. One that was merged into
// another of the same name is not named twice, unless somebody asked for it by
// where it lay.
func (x *Index) expandHits(hits []hit, placed bool, q Query) (all []Found) {
	today := map[int32]bool{}
	for _, h := range hits {
		if x.units[h.unit].ValidOn(q.Day) {
			today[h.unit] = true
		}
	}
	for _, h := range hits {
		if len(all) >= q.Limit {
			break
		}
		if u := x.units[h.unit]; u.ValidOn(q.Day) {
			all = append(all, Found{Unit: u, Verified: u.Verified})
			continue
		}
		all = append(all, x.heirs(h.unit, q.Day, func(heir Unit) bool {
			return !placed && today[heir.id] && heir.Name == x.units[h.unit].Name
		})...)
	}
	return all
}

// heirs follows what became of a unit until the day.
func (x *Index) heirs(i int32, day string, skip func(Unit) bool) (all []Found) {
	was := x.units[i]
	for _, l := range x.Into(was) {
		switch {
		case skip != nil && skip(l.New):
		case l.New.ValidOn(day):
			all = append(all, Found{Unit: l.New, Was: &was, Kind: l.Kind, Main: l.Main, Verified: l.Verified})
		case l.New.To != "" && l.New.To < day:
			for _, f := range x.heirs(l.New.id, day, skip) {
				f.Was, f.Verified = &was, f.Verified && l.Verified
				if f.Kind == Keep {
					f.Kind = l.Kind
				}
				all = append(all, f)
			}
		}
	}
	return all
}
