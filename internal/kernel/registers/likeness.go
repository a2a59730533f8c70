// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package registers

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"tinhso.vn/internal/platform/text"
)

// Two records that match under a rule share a key of it. So nobody compares every
// record with every other: those with the same key are looked at, and no others.
// What is compared as it sounds, and places, have several keys each.

// stored are the keys under which a record is kept for a rule; none where a field
// has no value.
func (l Likeness) stored(d Definition, values map[string]any) []string {
	return l.spread(d, values, false)
}

// asked are the keys under which those are kept that match a record.
func (l Likeness) asked(d Definition, values map[string]any) []string {
	return l.spread(d, values, true)
}

func (l Likeness) spread(d Definition, values map[string]any, around bool) []string {
	keys := []string{""}
	for _, m := range l.Fields {
		f, _ := d.Field(m.Field) // Check has seen it
		some := m.texts(f, values[m.Field], around)
		if len(some) == 0 {
			return nil
		}
		var next []string
		for _, key := range keys {
			for _, one := range some {
				next = append(next, key+"\x00"+one)
			}
		}
		keys = next
	}
	return keys
}

// texts are what a value is found by.
func (m Match) texts(f Field, v any, around bool) []string {
	if v == nil {
		return nil
	}
	switch m.as() {
	case Near:
		p, ok := v.(Point)
		if !ok {
			return nil
		}
		return p.cells(m.Within, around)
	case SameDay:
		day := dayOf(v)
		if f.Type != Date && len(day) > 4 { // of another only the year may be known
			day = day[:4]
		}
		return known(day)
	case Folded:
		return known(text.Fold(nameOf(v)))
	case Alike:
		return soundKeys(sounds(nameOf(v)))
	case Exactly:
	}
	return known(exactText(v))
}

func known(s string) []string {
	if s == "" {
		return nil
	}
	return []string{s}
}

// exactText is a value as it is compared exactly; empty: it has nothing by which
// it would be.
func exactText(v any) string {
	switch v := v.(type) {
	case string:
		return strings.ToLower(text.Line(v))
	case Human:
		return v.Number
	case Organisation:
		return v.TaxCode
	case Location:
		if v.Line == "" {
			return ""
		}
		return v.Commune + " " + text.Fold(v.Line)
	case []string:
		return strings.Join(v, "|")
	}
	return fmt.Sprint(v)
}

// nameOf is the text of a value that is compared as people say it.
func nameOf(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case Human:
		return v.Name
	case Organisation:
		return v.Name
	case Location:
		return v.Line
	}
	return ""
}

func dayOf(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case Human:
		return v.Born
	}
	return ""
}

// matches reports whether two values are the same in the way of the rule.
func (m Match) matches(a, b any) bool {
	if a == nil || b == nil {
		return false
	}
	switch m.as() {
	case Near:
		p, ok := a.(Point)
		q, both := b.(Point)
		return ok && both && p.metres(q) <= float64(m.Within)
	case SameDay:
		x, y := dayOf(a), dayOf(b)
		return x != "" && y != "" && (strings.HasPrefix(x, y) || strings.HasPrefix(y, x))
	case Folded:
		x := text.Fold(nameOf(a))
		return x != "" && x == text.Fold(nameOf(b))
	case Alike:
		return alike(sounds(nameOf(a)), sounds(nameOf(b)))
	case Exactly:
	}
	x := exactText(a)
	return x != "" && x == exactText(b)
}

// matches reports whether two records match in all fields of the rule.
func (l Likeness) matches(a, b map[string]any) bool {
	return !slices.ContainsFunc(l.Fields, func(m Match) bool { return !m.matches(a[m.Field], b[m.Field]) })
}

// The size of the earth: metres of a millionth of a degree of latitude.
const perMicro = 40_007_863.0 / 360 / 1e6

// metres is how far two places are apart, for those that are near.
func (p Point) metres(q Point) float64 {
	north := float64(p.Lat-q.Lat) * perMicro
	east := float64(p.Lon-q.Lon) * perMicro * math.Cos(float64(p.Lat+q.Lat)/2e6*math.Pi/180)
	return math.Hypot(north, east)
}

// cells are the squares, as wide as within is far, in which a place is or, around
// it, in which one can be that is near.
func (p Point) cells(within int64, around bool) (all []string) {
	wide := float64(within) / perMicro // of a row, in millionths of a degree
	row := int64(math.Floor(float64(p.Lat) / wide))
	reach := int64(0)
	if around {
		reach = 1
	}
	for r := row - reach; r <= row+reach; r++ {
		// The cells of a row are as wide as they are at its side that is nearer to a pole.
		side := math.Max(math.Abs(float64(r)), math.Abs(float64(r+1))) * wide / 1e6
		broad := wide / math.Max(math.Cos(math.Min(side, 89)*math.Pi/180), 0.01)
		from, to := float64(p.Lon), float64(p.Lon)
		if around {
			far := wide / math.Max(math.Cos(math.Min(math.Max(side, math.Abs(float64(p.Lat))/1e6), 89)*math.Pi/180), 0.01)
			from, to = from-far, to+far
		}
		for c := int64(math.Floor(from / broad)); c <= int64(math.Floor(to/broad)); c++ {
			all = append(all, strconv.FormatInt(r, 10)+","+strconv.FormatInt(c, 10))
		}
	}
	return all
}
