// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"

	"tinhso.vn/internal/kernel/packs"
	"tinhso.vn/internal/modules/authoring"
	"tinhso.vn/internal/modules/authoring/internal/store"
	"tinhso.vn/internal/platform/db"
)

// tryoutPoint is what made-up cases say of a change, for its check list: each
// test that does not come out stops it, and a procedure without one is noted.
// A change that was decided is not tried again.
func (s *Service) tryoutPoint(ctx context.Context, q db.Querier, c authoring.Change, set *packs.Set) ([]Point, error) {
	if c.State == authoring.Published || c.State == authoring.Withdrawn || set == nil {
		return nil, nil
	}
	items, err := store.Items(ctx, q, c.ID)
	if err != nil {
		return nil, err
	}
	p := Point{Code: "tryout", Mark: Fine}
	for _, of := range proceduresOf(set, items) {
		all, err := s.Trials(ctx, set, of.ID)
		if err != nil {
			return nil, err
		}
		line := Line{List: authoring.Procedures, ID: of.ID, Code: "authoring.try.check_fine", Args: map[string]any{"count": len(all)}}
		if len(all) == 0 {
			line.Code, line.Args = "authoring.try.check_none", nil
			if p.Mark == Fine {
				p.Mark = Note
			}
		}
		wrong := 0
		for _, o := range all {
			for _, d := range o.Wrong {
				wrong++
				p.Mark = Stop
				p.Lines = append(p.Lines, Line{
					List: authoring.Procedures, ID: of.ID, Code: "authoring.try.check_" + d.What, Args: map[string]any{"name": o.Name, "want": d.Want, "got": d.Got},
				})
			}
		}
		if wrong == 0 {
			p.Lines = append(p.Lines, line)
		}
	}
	return []Point{p}, nil
}
