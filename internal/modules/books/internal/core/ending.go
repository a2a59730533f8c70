// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"slices"
	"time"

	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/platform/clock"
)

// Ending is how many records of a list come to their last day soon, and how many
// are past it: of those alone that their life has not ended.
type Ending struct {
	Field       registers.Field // of the last day
	Days        int             // what soon means
	First, Last string          // the days of soon: today, and the last of them
	Before      string          // the day before today
	States      []string        // in which a record still counts; none: whatever its state
	Soon, Past  int
	More        [2]bool // there are more than that, of each
}

// ending counts what ends, whatever days and states the list is held to. A register
// that does not say, and who does not see the last day, has none.
func (s *Service) ending(ctx context.Context, st registers.Standing, ask registers.Ask) (*Ending, error) {
	v := st.Definition.Valid
	if v == nil || v.Soon == 0 || !st.Reaches(registers.View, v.Until) {
		return nil, nil //nolint:nilnil // there is none
	}
	today := s.db.Now().In(clock.Vietnam())
	day := func(days int) string { return today.AddDate(0, 0, days).Format(time.DateOnly) }
	e := &Ending{Days: v.Soon, First: day(0), Last: day(v.Soon), Before: day(-1)}
	e.Field, _ = st.Definition.Field(v.Until)
	where := slices.DeleteFunc(slices.Clone(ask.Where), func(c registers.Condition) bool {
		return c.Field == v.Until || c.Field == registers.LifeKey || c.Field == registers.ValidKey
	})
	if st.Definition.Life != nil && st.Reaches(registers.View, registers.LifeKey) {
		for _, state := range st.Definition.Life.States {
			if state.Kind == registers.Live || state.Kind == registers.Suspended {
				e.States = append(e.States, state.ID)
			}
		}
		where = append(where, registers.Condition{Field: registers.LifeKey, Op: registers.Is, Values: e.States})
	}
	to := func(day string) registers.Condition {
		return registers.Condition{Field: v.Until, Op: registers.To, Values: []string{day}}
	}
	from := registers.Condition{Field: v.Until, Op: registers.From, Values: []string{e.First}}
	var err error
	if e.Soon, e.More[0], err = s.keeper.Tally(ctx, s.db, st, registers.Ask{Where: append(slices.Clone(where), from, to(e.Last))}, countMost); err != nil {
		return nil, err
	}
	e.Past, e.More[1], err = s.keeper.Tally(ctx, s.db, st, registers.Ask{Where: append(where, to(e.Before))}, countMost)
	return e, err
}
