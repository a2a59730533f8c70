// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"tinhso.vn/internal/modules/satisfaction/internal/core"
)

// shownOf writes what is published of a month, to compare it: UNIT answers/satisfied (PROCEDURES; others).
func shownOf(p core.Public) string {
	var all []string
	for _, u := range p.Units {
		var within []string
		for _, c := range u.Procedures {
			within = append(within, fmt.Sprintf("%s %d", c.ID, c.Answers))
		}
		all = append(all, fmt.Sprintf("%s %d/%d %d (%s; %d)", u.ID, u.Answers, u.Satisfied, u.Tenths(), strings.Join(within, ", "), u.Others.Answers))
	}
	return fmt.Sprintf("%s; %d", strings.Join(all, ", "), p.Rest.Answers)
}

// Everybody reads figures of months that are over, and never of a few: a small unit is
// joined with others, and so is a small procedure; what cannot be joined is not there.
func TestWhatIsPublished(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.said(t, ward, "khai-sinh", 5, 5, 4, 4, 4, 1)
		w.said(t, ward, "xac-nhan-cu-tru", 5, 5, 5, 5, 5, 5, 5)
		w.said(t, ward, "thu-tuc-hiem", 1, 2) // two people: with the smaller of the others
		w.said(t, other, "khai-sinh", 5, 5, 5)
		w.said(t, "phuong-c", "khai-sinh", 1, 1)
		w.evening(t)
		p, err := w.Publish(ctx, "")
		if err != nil || p.Month != "2026-02" || len(p.Months) != 13 || p.Fewest != 5 || shownOf(p) != "; 0" {
			t.Errorf("in the month itself: %s %s, %v", p.Month, shownOf(p), err)
		}
		_, err = w.Publish(ctx, "2026-03")
		wrongField(t, err, "month")
		_, err = w.Publish(ctx, "hôm qua")
		wrongField(t, err, "month")

		w.clock.Advance(29 * 24 * time.Hour) // 1 April: the last box of March is not emptied yet
		if p, err := w.Publish(ctx, ""); err != nil || p.Month != "2026-02" {
			t.Errorf("on the first of the month %s is published, %v", p.Month, err)
		}
		w.clock.Advance(24 * time.Hour)
		p, err = w.Publish(ctx, "")
		if want := "phuong-a 15/12 41 (xac-nhan-cu-tru 7; 8); 5"; err != nil || p.Month != "2026-03" || shownOf(p) != want {
			t.Errorf("got %s, %v, want %s", shownOf(p), err, want)
		}
		if _, shown := p.Unit(other); shown {
			t.Error("a unit with three answers is shown")
		}
		rows, _, err := w.PublicRows(ctx, "2026-03")
		if err != nil || len(rows) != 5 {
			t.Fatalf("%d rows, %v", len(rows), err)
		}
		for _, row := range rows {
			for _, cell := range row {
				if cell == other || cell == "phuong-c" || cell == "thu-tuc-hiem" {
					t.Errorf("the file names what is hidden: %v", row)
				}
			}
		}

		strict := w.Deps
		strict.Fewest = 16
		if p, err := core.New(strict).Publish(ctx, ""); err != nil || shownOf(p) != "; 20" || p.Fewest != 16 {
			t.Errorf("at least 16: %s, %v", shownOf(p), err)
		}
		strict.Fewest = 21
		if p, err := core.New(strict).Publish(ctx, ""); err != nil || shownOf(p) != "; 0" {
			t.Errorf("at least 21: %s, %v", shownOf(p), err)
		}
		strict.Fewest = 1 // never fewer than what officials see
		if p, err := core.New(strict).Publish(ctx, ""); err != nil || p.Fewest != 5 {
			t.Errorf("at least %d, %v", p.Fewest, err)
		}
	})
}
