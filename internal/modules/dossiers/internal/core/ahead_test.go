// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"strings"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/modules/dossiers/dossierstest"
	"tinhso.vn/internal/modules/dossiers/internal/core"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/modules/procedures/procedurestest"
	"tinhso.vn/internal/platform/db/dbtest"
)

// expected writes the steps to come with their days, as "Ký duyệt 4/3".
func expected(all []core.Ahead) string {
	var lines []string
	for _, a := range all {
		line := a.Step.VI
		if !a.By.IsZero() {
			line += a.By.In(time.FixedZone("", 7*3600)).Format(" 2/1")
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, ", ")
}

func TestWhatIsStillToCome(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *dossierstest.World, c *dbtest.Clock) {
		ctx, s := t.Context(), w.Service
		id := w.Submit(t)
		look := func(when, want string) core.Full {
			t.Helper()
			full := must[core.Full](t)(s.Get(ctx, w.Citizen, id, access.Own))
			track := must[core.Tracking](t)(s.Track(ctx, full.Reference))
			if got := expected(track.Ahead); got != want || expected(full.Ahead) != want {
				t.Errorf("%s: %q and %q, want %q", when, got, expected(full.Ahead), want)
			}
			return full
		}
		look("submitted", "Thẩm định, Dự thảo kết quả, Ký duyệt, Vào sổ, đóng dấu")
		must[core.AcceptedInfo](t)(s.Accept(ctx, w.Clerk, id)) // Monday, 2 March 2026, 9:30
		look("accepted", "Dự thảo kết quả 3/3, Ký duyệt 4/3, Vào sổ, đóng dấu 4/3")
		if own := must[core.Page[core.Own]](t)(s.Mine(ctx, w.Citizen, "")); own.Items[0].DaysLeft != 3 || own.Items[0].Overdue {
			t.Errorf("own: %+v", own.Items[0])
		}
		c.Advance(2 * 24 * time.Hour) // the open step is late: nobody can say
		look("late", "Dự thảo kết quả, Ký duyệt, Vào sổ, đóng dấu")
		if own := must[core.Page[core.Own]](t)(s.Mine(ctx, w.Citizen, "")); own.Items[0].DaysLeft != 1 {
			t.Errorf("own: %+v", own.Items[0])
		}
		ok(t, s.Finish(ctx, w.Officer, id, core.Done{})) // Wednesday 9:30; due Thursday 9:30
		look("drafting", "Ký duyệt 5/3, Vào sổ, đóng dấu")
		ok(t, s.Withdraw(ctx, w.Citizen, id, "không cần nữa, xin rút"))
		look("withdrawn", "")

		w.Procedures.Add(procedurestest.Version(t, func(v *procedures.Version) { v.Flow.Steps[1].Next = []string{"draft", "sign"} }))
		id = w.Accepted(t)
		look("a choice", "")
	})
}
