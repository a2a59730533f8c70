// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import "tinhso.vn/internal/modules/scores"

// Why a criterion gives points or is left out.
const (
	Counted = "counted"
	Empty   = "empty"   // nothing there to count
	Missing = "missing" // no source
)

// CriterionScore is what a unit has of a criterion. Points are hundredths.
type CriterionScore struct {
	Criterion scores.Criterion
	State     string
	Count, Of int64
	Points    int64
}

// GroupScore is what a unit has of a group. Points are hundredths of what Of,
// whole points, could give; of Max nothing more could be counted.
type GroupScore struct {
	Group           scores.Group
	Criteria        []CriterionScore
	Points, Of, Max int64
}

// Score is what a unit has.
type Score struct {
	Groups          []GroupScore
	Points, Of, Max int64
}

// Share is Points of Of, in hundredths of a percent; -1 where nothing was counted.
func (s Score) Share() int64 {
	if s.Of == 0 {
		return -1
	}
	return scores.Half(s.Points*100, s.Of)
}

// Work out what counts give by a set. Each criterion is rounded to hundredths,
// half upwards; what has no source or nothing to count is in neither sum, unless
// the set says that nothing is no points.
func workOut(set scores.Set, counts map[string]int64) (s Score) {
	sum := func(names []string) (n int64) {
		for _, name := range names {
			n += counts[name]
		}
		return n
	}
	worked := works(set, counts)
	for _, g := range set.Groups {
		group := GroupScore{Group: g}
		for _, c := range g.Criteria {
			one := CriterionScore{Criterion: c, State: Missing}
			group.Max += c.Points
			if c.Missing.VI == "" {
				one.Count, one.Of, one.State = sum(c.Count), sum(c.Of), Empty
			}
			if one.Of > 0 {
				one.State = Counted
				one.Points = scores.Points(c.Points, one.Count, one.Of, c.FullAt)
				group.Points, group.Of = group.Points+one.Points, group.Of+c.Points
			} else if one.State == Empty && c.Empty == scores.EmptyZero && worked {
				one.State = Counted
				group.Of += c.Points
			}
			group.Criteria = append(group.Criteria, one)
		}
		s.Groups = append(s.Groups, group)
		s.Points, s.Of, s.Max = s.Points+group.Points, s.Of+group.Of, s.Max+group.Max
	}
	return s
}

// works reports whether a unit has something to count besides what is no points.
func works(set scores.Set, counts map[string]int64) bool {
	for _, g := range set.Groups {
		for _, c := range g.Criteria {
			if c.Missing.VI != "" || c.Empty == scores.EmptyZero {
				continue
			}
			for _, name := range c.Of {
				if counts[name] > 0 {
					return true
				}
			}
		}
	}
	return false
}
