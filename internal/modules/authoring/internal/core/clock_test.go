// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"context"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/modules/authoring"
	"tinhso.vn/internal/modules/authoring/internal/core"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/platform/db"
)

// Decisions are on time by what was applied when: five working days to be
// public, five before they come into force; what waits in a change is seen.
func TestThePublicationClock(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) { // Monday, 2 March 2026
		ctx := t.Context()
		day := func(s string) calendar.Date {
			d, err := calendar.ParseDate(s)
			if err != nil {
				t.Fatal(err)
			}
			return d
		}
		at := func(s string) db.Time { return db.At(day(s).At(9 * 60)) }
		week := calendar.Week{Days: map[time.Weekday][]calendar.Span{}}
		for d := time.Monday; d <= time.Friday; d++ {
			week.Days[d] = []calendar.Span{{From: 7 * 60, To: 17 * 60}}
		}
		cal, err := calendar.New(calendar.Config{Weeks: []calendar.Week{week}, Supplement: calendar.Duration{Amount: 10, Unit: calendar.WorkingDay}})
		if err != nil {
			t.Fatal(err)
		}
		w.Calendar = func(string) *calendar.Calendar { return cal }
		w.Published = func(context.Context, string, string, int) ([]procedures.Publication, error) {
			return []procedures.Publication{
				{Number: "1", Signed: "2026-02-13", Effective: "2026-02-23", Procedures: 3, First: at("2026-02-16"), Last: at("2026-02-20")}, // six working days before, public on the last day
				{Number: "2", Signed: "2026-02-13", Effective: "2026-02-19", Procedures: 1, First: at("2026-02-23"), Last: at("2026-02-23")}, // both late by a day
			}, nil
		}
		change := w.begin(t, writer("an"), 1)
		w.save(t, writer("an"), change, authoring.Procedures, "mot", procText+"decision: {number: \"3\", signed: 2026-02-20, effective: 2026-03-20}\n")
		got, err := w.ShowPublication(ctx, leader("x"), day("2026-01-01"), day("2026-12-31"))
		if err != nil || len(got.Decisions) != 3 {
			t.Fatalf("%+v %v", got, err)
		}
		want := map[string][2]bool{"1": {false, false}, "2": {true, true}, "3": {false, true}}
		due := map[string][2]string{"1": {"2026-02-16", "2026-02-20"}, "2": {"2026-02-12", "2026-02-20"}, "3": {"2026-03-13", "2026-02-27"}}
		for _, d := range got.Decisions {
			for i, one := range d.Deadlines {
				if one.Late != want[d.Number][i] || one.Due.String() != due[d.Number][i] {
					t.Errorf("%s: %+v", d.Number, one)
				}
			}
		}
		if d := got.Decisions[0]; d.Number != "3" || d.Waits != 1 || d.Change != change {
			t.Errorf("what waits: %+v", d)
		}
		if r := got.Ratios; r[0].OnTime != 2 || r[0].All != 3 || r[0].Points != 4 || r[1].OnTime != 1 || r[1].All != 3 || r[1].Points != 1.33 {
			t.Errorf("%+v", r)
		}
		rules, err := core.ClockRules()
		if err != nil || len(rules) != 2 || rules[0].Basis == "" || rules[1].Basis == "" {
			t.Errorf("%+v %v", rules, err)
		}
		w.Published = nil
		none, err := w.Publication(ctx, day("2025-01-01"), day("2025-12-31"))
		if err != nil || none.Ratios[0].Points != 6 || none.Ratios[1].Points != 4 {
			t.Errorf("nothing to count: %+v %v", none.Ratios, err)
		}
	})
}
