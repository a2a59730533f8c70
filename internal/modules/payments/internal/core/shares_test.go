// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/dossiers/dossierstest"
	"tinhso.vn/internal/modules/payments"
	"tinhso.vn/internal/modules/payments/internal/core"
	"tinhso.vn/internal/modules/procedures"
)

// shared is an order of 8.001 đồng of which the province gets three tenths and another
// ward a third of a tenth.
func (w *world) shared(t *testing.T) core.Order {
	t.Helper()
	w.costly(t, procedures.Fee{Kind: "amount", Amount: 8001, Legal: "tt-85-2019-btc", Verified: true, Shares: []procedures.Share{
		{To: "province", Part: 3000, Legal: "nq-thu"},
		{To: "unit:" + dossierstest.Other, Part: 333},
		{To: "province", Part: 1000, From: "2999-01-01"},
		{To: "province", Part: 1000, Until: "2000-01-01"}, // of other days
		{To: "authority", Part: 100},                      // the ward itself: it stays there
	}})
	d := w.Accepted(t)
	w.work(t)
	id, err := w.svc.OwnOf(t.Context(), w.Citizen, string(d))
	ok(t, err)
	return w.order(t, id)
}

// closed takes cash for an order and has the day closed.
func (w *world) closed(t *testing.T, o core.Order) {
	t.Helper()
	ctx := t.Context()
	ok(t, w.svc.Take(ctx, w.Clerk, o.ID, o.Amount))
	id, err := w.svc.Close(ctx, w.Clerk, core.Count{Expected: o.Amount, Counted: o.Amount})
	ok(t, err)
	ok(t, w.svc.DecideClosing(ctx, w.accountant, id, true, ""))
}

// booked is what was booked, by who gets it.
func (w *world) booked(t *testing.T) string {
	t.Helper()
	sh, err := w.svc.ListShares(t.Context(), w.accountant, "", "")
	ok(t, err)
	var all []string
	for _, r := range sh.Rows {
		all = append(all, fmt.Sprintf("%s %d%+d", r.To, r.Taken, r.Returned))
	}
	return strings.Join(all, ", ")
}

// A fee is shared out when its cash was closed and confirmed, once; what goes back comes
// back from all who got of it. All shares together are what is left of the fee.
func TestAFeeIsShared(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.payee(t)
		o := w.shared(t)
		ok(t, w.svc.Take(ctx, w.Clerk, o.ID, o.Amount))
		if n, err := w.svc.ShareOut(ctx, w.accountant); err != nil || n != 0 {
			t.Errorf("cash in a drawer: %d were shared out, %v", n, err)
		}
		id, err := w.svc.Close(ctx, w.Clerk, core.Count{Expected: o.Amount, Counted: o.Amount})
		ok(t, err)
		if n, err := w.svc.ShareOut(ctx, w.accountant); err != nil || n != 0 {
			t.Errorf("a closing that nobody has confirmed: %d were shared out, %v", n, err)
		}
		ok(t, w.svc.DecideClosing(ctx, w.accountant, id, true, ""))
		ok(t, w.svc.ShareJob(ctx, []byte(`{"unit":"`+dossierstest.Ward+`"}`)))
		ok(t, w.svc.ShareJob(ctx, []byte(`{"unit":"`+dossierstest.Ward+`"}`))) // a job comes twice
		if got, want := w.booked(t), "phuong-chau-doc 267+0, phuong-long-xuyen 5334+0, tinh 2400+0"; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
		if n := w.Count(t, `SELECT COUNT(*) FROM payments_share_rules WHERE to_unit = 'tinh' AND basis = 'nq-thu' OR to_unit <> 'tinh' AND basis = ''`); n != 2 {
			t.Errorf("%d rules were kept", n)
		}

		f, err := w.svc.AskRefund(ctx, w.Clerk, o.ID, core.NewRefund{Amount: 3001, Reason: "Thu thừa", Basis: "x"})
		ok(t, err)
		ok(t, w.svc.DecideRefund(ctx, w.second, o.ID, f, true, ""))
		ok(t, w.svc.FinishRefund(ctx, w.Clerk, o.ID, f, "UNC 12"))
		if n, err := w.svc.ShareOut(ctx, w.accountant); err != nil || n != 1 {
			t.Errorf("after a refund %d were shared out, %v", n, err)
		}
		if got, want := w.booked(t), "phuong-chau-doc 267-100, phuong-long-xuyen 5334-2001, tinh 2400-900"; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
		sh, err := w.svc.ListShares(ctx, w.accountant, "", "")
		if err != nil || sh.Total() != 5000 {
			t.Errorf("all together are %d, %v", sh.Total(), err)
		}
		rows, err := w.svc.ShareRows(ctx, w.accountant, "", "")
		if err != nil || len(rows) != 5 || rows[4][5] != int64(5000) {
			t.Errorf("the file says %v, %v", rows, err)
		}
		if w.Audited(t, payments.AuditShared, dossierstest.Ward+" "+sh.Until) != 2 {
			t.Error("the log does not say that it was shared")
		}
	})
}

// Who may not see it: who only collects; another ward sees what it got and nothing else;
// days that are none are refused; two who do it at once book it once.
func TestWhoSharesWhat(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.payee(t)
		for range 3 {
			w.closed(t, w.shared(t))
		}
		var wg sync.WaitGroup
		for i := range 6 {
			wg.Go(func() {
				if _, err := w.svc.ShareOut(ctx, []identity.Actor{w.accountant, w.second}[i%2]); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if got, want := w.booked(t), "phuong-chau-doc 801+0, phuong-long-xuyen 16002+0, tinh 7200+0"; got != want {
			t.Errorf("shared by six at once: %s, want %s", got, want)
		}
		_, err := w.svc.ShareOut(ctx, w.Clerk)
		refused(t, "a clerk shares out", err, access.ErrNotAllowed)
		_, err = w.svc.ListShares(ctx, w.Clerk, "", "")
		refused(t, "a clerk looks", err, access.ErrNotAllowed)
		other := w.OtherOfficer.Grant(payments.PermAccount, identity.Place{Unit: dossierstest.Other})
		other.Unit = dossierstest.Other
		sh, err := w.svc.ListShares(ctx, other, "", "")
		if err != nil || len(sh.Rows) != 1 || sh.Rows[0].To != dossierstest.Other || sh.Total() != 801 {
			t.Errorf("the other ward sees %+v, %v", sh.Rows, err)
		}
		if n, err := w.svc.ShareOut(ctx, other); err != nil || n != 0 {
			t.Errorf("the other ward shares out %d, %v", n, err)
		}
		for field, days := range map[string][2]string{"from": {"hôm qua", "2026-03-02"}, "until": {"2026-03-02", "2026-03-01"}} {
			_, err := w.svc.ListShares(ctx, w.accountant, days[0], days[1])
			wrongField(t, err, field)
		}
		if sh, err := w.svc.ListShares(ctx, w.accountant, "2025-01-01", "2025-12-31"); err != nil || len(sh.Rows) != 0 {
			t.Errorf("of another year %+v, %v", sh.Rows, err)
		}
	})
}
