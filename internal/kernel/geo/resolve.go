// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package geo

import (
	"slices"
	"strings"

	"tinhso.vn/internal/platform/text"
)

// Address is one line taken apart. Text is what was given, word for word; it is
// kept whatever is chosen.
type Address struct {
	Text       string
	Line       string  // house, street, hamlet: what stands before the commune
	Named      string  // the words that name the commune and what is above it
	Candidates []Found // communes of the day; none: nobody here knows it
	Old        bool    // every candidate was found through a unit that is no more
}

// longestLine bounds what Resolve looks at.
const longestLine = 1000

// Resolve takes an address apart and finds what its commune is on the day:
// "Số 5, Khóm 2, Phường A, TP. B, Tỉnh C". Several candidates
// mean that a person has to choose; province (a code) comes first where the line
// names none.
func (x *Index) Resolve(line, province, day string) Address {
	line = text.Line(line)
	a := Address{Text: line}
	if x == nil || line == "" || len(line) > longestLine {
		a.Line = line
		return a
	}
	part := parts(line)
	if len(part) == 1 && len(x.exact[normal(part[0])]) == 0 {
		part = x.cut(part[0])
	}
	at, found := x.commune(part, province, day)
	if len(found) == 0 {
		a.Line = line
		return a
	}
	a.Candidates = found
	a.Line, a.Named = strings.Join(part[:at], ", "), strings.Join(part[at:], ", ")
	a.Old = !slices.ContainsFunc(found, func(f Found) bool { return f.Was == nil })
	return a
}

func parts(line string) (all []string) {
	for one := range strings.FieldsFuncSeq(line, func(r rune) bool { return r == ',' || r == ';' || r == '|' }) {
		if one = strings.TrimSpace(one); one != "" {
			all = append(all, one)
		}
	}
	return all
}

// cut parts a line without commas where names of units stand at its end.
func (x *Index) cut(line string) []string {
	words := strings.Fields(line)
	var tail []string
	for level := Province; level <= Commune && len(words) > 0; level++ {
		for n := min(len(words), 7); n > 0; n-- {
			name := strings.Join(words[len(words)-n:], " ")
			if slices.ContainsFunc(x.exact[normal(name)], func(i int32) bool { return x.units[i].Level == level }) {
				tail, words = append([]string{name}, tail...), words[:len(words)-n]
				break
			}
		}
	}
	if len(words) > 0 {
		tail = append([]string{strings.Join(words, " ")}, tail...)
	}
	return tail
}

// normal is how a name is looked up: "TP. B" as "thanh pho b".
func normal(name string) string { return expand(text.Fold(name)) }

// commune finds which part names the commune, and what it is on the day.
func (x *Index) commune(part []string, province, day string) (int, []Found) {
	in, last := x.above(part)
	for at := last; at >= 0; at-- {
		if found := x.called(normal(part[at]), in, province, day); len(found) > 0 {
			return at, found
		}
	}
	return 0, nil
}

// above finds the province and the district that the last parts name, and the
// last part that can be the commune.
func (x *Index) above(part []string) (in map[Level][]int32, last int) {
	in, last = map[Level][]int32{}, len(part)-1 //nolint:exhaustive // filled below
	for level := Province; level <= District && last > 0; level++ {
		var hits []int32
		for _, i := range x.exact[normal(part[last])] {
			u := x.units[i]
			if u.Level == level && (level == Province || len(in[Province]) == 0 || slices.Contains(in[Province], u.parent)) {
				hits = append(hits, i)
			}
		}
		if len(hits) > 0 {
			in[level] = hits
			last--
		}
	}
	return in, last
}

// called returns the communes of the day with a name, in the province and the
// district that are named.
func (x *Index) called(name string, in map[Level][]int32, province, day string) (all []Found) {
	var today, before []int32
	for _, i := range x.exact[name] {
		u := x.units[i]
		switch {
		case u.Level != Commune || u.From > day || !x.within(u, in[Province]):
		case u.ValidOn(day):
			today = append(today, i)
		case len(in[District]) == 0 || slices.Contains(in[District], u.parent):
			before = append(before, i)
		}
	}
	if len(in[District]) > 0 { // a district was named, so the address is an old one
		if all = x.followed(before, day); len(all) > 0 {
			return all
		}
	}
	for _, i := range today {
		all = append(all, Found{Unit: x.units[i], Verified: x.units[i].Verified})
	}
	all = append(all, x.followed(before, day)...)
	all = once(all)
	if province == "" || len(in[Province]) > 0 {
		return all
	}
	slices.SortStableFunc(all, func(a, b Found) int { return x.far(a, province) - x.far(b, province) })
	return all
}

func (x *Index) far(f Found, province string) int {
	if x.Province(f.Unit).Code == province {
		return 0
	}
	return 1
}

func (x *Index) followed(list []int32, day string) (all []Found) {
	for _, i := range list {
		all = append(all, x.heirs(i, day, nil)...)
	}
	return once(all)
}

// within reports whether a unit lies in one of the provinces, as it was then or
// as it is now.
func (x *Index) within(u Unit, provinces []int32) bool {
	if len(provinces) == 0 {
		return true
	}
	own := x.Province(u)
	return slices.ContainsFunc(provinces, func(p int32) bool {
		if own.id == p {
			return true
		}
		reaches := func(from, to int32) bool {
			return slices.ContainsFunc(x.into[from], func(at int32) bool { return x.links[at].new == to })
		}
		return reaches(p, own.id) || reaches(own.id, p) || x.units[p].Code == own.Code && x.units[p].Name == own.Name
	})
}

// once drops what is named a second time: a commune of today whose old namesake
// went into it.
func once(all []Found) (out []Found) {
	seen := map[int32]bool{}
	for _, f := range all {
		if !seen[f.Unit.id] {
			seen[f.Unit.id] = true
			out = append(out, f)
		}
	}
	return out
}
