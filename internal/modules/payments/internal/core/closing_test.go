// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"tinhso.vn/internal/modules/payments"
	"tinhso.vn/internal/modules/payments/internal/core"
)

// A day with three differences is explained one by one, and a second person signs it.
func TestADayWithThreeDifferences(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		for range 3 {
			_, o := w.ordered(t)
			ok(t, w.svc.Take(ctx, w.Clerk, o.ID, 8000))
		}
		gaps := []core.Gap{
			{Direction: core.DifferenceShort, Cause: core.CauseChange, Amount: 5000, Reason: "Trả thừa cho người nộp"},
			{Direction: core.DifferenceOver, Cause: core.CauseLater, Amount: 2000, Reason: "Tiền lẻ đầu ngày"},
			{Direction: core.DifferenceShort, Cause: core.CauseUnfit, Amount: 1000, Reason: "Tờ tiền rách"},
		}
		for what, c := range map[string]struct {
			change func(g []core.Gap) []core.Gap
			field  string
		}{
			"they do not add up":  {func(g []core.Gap) []core.Gap { return g[:2] }, "amount-1"},
			"one of nothing":      {func(g []core.Gap) []core.Gap { g[1].Amount = 0; return g }, "amount-2"},
			"one below nothing":   {func(g []core.Gap) []core.Gap { g[1].Amount = -2000; return g }, "amount-2"},
			"one without a cause": {func(g []core.Gap) []core.Gap { g[2].Cause = "x"; return g }, "cause-3"},
			"one without words":   {func(g []core.Gap) []core.Gap { g[0].Reason = " "; return g }, "reason-1"},
			"one without a way":   {func(g []core.Gap) []core.Gap { g[0].Direction = ""; return g }, "direction-1"},
			"eleven":              {func(g []core.Gap) []core.Gap { return slices.Repeat(g[:1], 11) }, "counted"},
		} {
			_, err := w.svc.Close(ctx, w.Clerk, core.Count{Expected: 24000, Counted: 20000, Gaps: c.change(slices.Clone(gaps))})
			if err == nil {
				t.Fatalf("%s: it is closed", what)
			}
			wrongField(t, err, c.field)
		}
		id, err := w.svc.Close(ctx, w.Clerk, core.Count{Expected: 24000, Counted: 20000, Gaps: gaps})
		ok(t, err)
		ok(t, w.svc.DecideClosing(ctx, w.accountant, id, true, ""))
		day, err := w.svc.GetClosing(ctx, w.accountant, id)
		ok(t, err)
		if day.Difference != core.DifferenceShort || fmt.Sprint(day.Gaps) != fmt.Sprint(gaps) || day.Names[day.Cashier] == "" || day.Names[day.DecidedBy] == "" {
			t.Errorf("got %+v", day)
		}
		rows, err := w.svc.ClosingRows(ctx, w.accountant, id)
		if err != nil || !strings.Contains(fmt.Sprint(rows[len(rows)-1]), "Tờ tiền rách") || len(rows) != 1+3+2+3 {
			t.Errorf("rows %v, %v", rows, err)
		}
		_, o := w.ordered(t)
		ok(t, w.svc.Take(ctx, w.Clerk, o.ID, 8000))
		even := []core.Gap{{Direction: core.DifferenceShort, Cause: core.CauseEntry, Amount: 500, Reason: "a"}, {Direction: core.DifferenceOver, Cause: core.CauseEntry, Amount: 500, Reason: "b"}}
		id, err = w.svc.Close(ctx, w.Clerk, core.Count{Expected: 8000, Counted: 8000, Gaps: even})
		ok(t, err)
		if day, err := w.svc.GetClosing(ctx, w.Clerk, id); err != nil || day.Difference != core.DifferenceNone || len(day.Gaps) != 2 {
			t.Errorf("what evens out: %+v, %v", day, err)
		}
	})
}

// Who keeps the account tells of a transfer by its text; the statement of the day
// after knows it already.
func TestATransferIsToldByItsText(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.payee(t)
		_, o := w.ordered(t)
		for _, c := range []struct {
			text, id string
			amount   string
			want     core.Outcome
		}{
			{"chuyen tien", "FT-1", "8000", core.OutcomeNobody},
			{"nop le phi " + o.Code + " H01", "FT-2", "7000", core.OutcomeAmount},
			{"nop le phi " + o.Code + " H01", "FT-3", "8000", core.OutcomePaid},
			{"nop le phi " + o.Code + " H01", "FT-3", "8000", core.OutcomeAgain},
			{o.Code, "FT-4", "8000", core.OutcomeTwice},
		} {
			if got, err := w.svc.Call(ctx, call(c.text, c.id, c.amount, "1")); err != nil || got != c.want {
				t.Errorf("%s %s: %s, %v, want %s", c.text, c.id, got, err, c.want)
			}
		}
		w.work(t)
		if got := w.order(t, o.ID); got.State != payments.Paid {
			t.Errorf("the order is %s", got.State)
		}
		_, err := w.svc.Reconcile(ctx, w.accountant, "sao-ke.csv", strings.NewReader("so tham chieu,ghi co,noi dung\nFT-3,8000,"+o.Code+"\n"))
		ok(t, err)
		all, _, err := w.svc.ListStatements(ctx, w.accountant, "")
		if err != nil || len(all) != 1 || all[0].Matched != 1 {
			t.Errorf("the statement: %+v, %v", all, err)
		}
	})
}
