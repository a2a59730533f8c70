// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package access

import (
	"context"
	"slices"

	"tinhso.vn/internal/kernel/access/internal/store"
	"tinhso.vn/internal/platform/db"
)

// Parts are what a scope consists of, for an index that finds its rows by them.
// They only narrow: Where decides.
type Parts struct {
	Wide    bool     // more units than were asked for, or everything: nothing to narrow by
	Units   []string // with those under them
	Persons []string
	Things  []string // single things, outside the units
}

// Parts returns the parts of the scope; Wide where it has more than most units.
func (s Scope) Parts(ctx context.Context, q db.Querier, most int) (p Parts, err error) {
	p.Things = slices.Clone(s.single)
	if s.person != "" {
		p.Persons = []string{s.person}
	}
	for _, at := range s.places {
		if at.Unit == everything {
			return Parts{Wide: true}, nil
		}
		p.Units = append(p.Units, at.Unit)
		if !at.Subtree {
			continue
		}
		under, err := store.Under(ctx, q, at.Unit, most+1)
		if err != nil {
			return p, err
		}
		p.Units = append(p.Units, under...)
		if len(under) > most {
			return Parts{Wide: true}, nil
		}
	}
	slices.Sort(p.Units)
	p.Units = slices.Compact(p.Units)
	p.Wide = len(p.Units) > most
	return p, nil
}
