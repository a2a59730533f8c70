// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/payments"
	"tinhso.vn/internal/modules/payments/internal/core"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/platform/errs"
)

func (w *world) summary(t *testing.T, d dossiers.ID) dossiers.Summary {
	t.Helper()
	f, err := w.Service.Get(t.Context(), w.Officer, d, access.Handling)
	ok(t, err)
	return f.Summary
}

// Where the rules say so a dossier waits for the money and its clock stands; late
// money frees it. What is free, and what waits for nothing, goes on.
func TestADossierWaitsForItsMoney(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		for name, fee := range map[string]procedures.Fee{
			"free":              {Kind: "none", Before: procedures.BeforeDecision, Verified: true},
			"waits for nothing": {Kind: "amount", Amount: 8000, Verified: true},
		} {
			w.costly(t, fee)
			d := w.Accepted(t)
			w.work(t)
			if got := w.summary(t, d); got.Status != dossiers.Accepted {
				t.Errorf("%s: it is %d", name, got.Status)
			}
		}
		w.costly(t, procedures.Fee{Kind: "amount", Amount: 8000, Before: procedures.BeforeDecision, Verified: true})
		d := w.Accepted(t)
		due := w.summary(t, d).Due
		w.work(t)
		if got := w.summary(t, d); got.Status != dossiers.Paying || w.Count(t, `SELECT COUNT(*) FROM dossiers_payings WHERE ended_at IS NULL`) != 1 {
			t.Fatalf("it is %d", got.Status)
		}
		if err := w.Service.Claim(ctx, w.Officer, d, ""); err == nil {
			t.Error("it is worked on before it is paid")
		}
		id, err := w.svc.OwnOf(ctx, w.Citizen, string(d))
		ok(t, err)
		if v, err := w.svc.Own(ctx, w.Citizen, id); err != nil || !v.Blocks {
			t.Errorf("its owner is not told: %+v, %v", v, err)
		}
		w.clock.Advance(72 * time.Hour)
		ok(t, w.svc.Take(ctx, w.Clerk, id, 8000))
		w.work(t)
		got := w.summary(t, d)
		if got.Status != dossiers.Accepted || !got.Due.After(due.Time) || w.finance(t, d) != dossiers.Paid {
			t.Errorf("paid late it is %d, due %v and before %v", got.Status, got.Due, due)
		}
		ok(t, w.Service.Claim(ctx, w.Officer, d, ""))
		ok(t, w.svc.Undo(ctx, w.Clerk, id, "Thu nhầm"))
		w.work(t)
		if got := w.summary(t, d); got.Status != dossiers.Paying {
			t.Errorf("undone it is %d", got.Status)
		}
		ok(t, w.svc.Cancel(ctx, w.accountant, id, "Được miễn"))
		w.work(t)
		if got := w.summary(t, d); got.Status != dossiers.Processing {
			t.Errorf("asked for nothing any more it is %d", got.Status)
		}
	})
}

// Of a dossier that ends without a result nothing is asked for any more, and what was
// paid is proposed to go back: once, by two persons.
func TestMoneyOfADossierThatEnded(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		d, unpaid := w.ordered(t)
		ok(t, w.Service.Withdraw(ctx, w.Citizen, d, "Không cần nữa"))
		w.work(t)
		if got := w.order(t, unpaid.ID); got.State != payments.Cancelled {
			t.Errorf("what nobody paid is %s", got.State)
		}
		d, paid := w.ordered(t)
		ok(t, w.svc.Take(ctx, w.Clerk, paid.ID, 8000))
		w.work(t)
		ok(t, w.Service.Withdraw(ctx, w.Citizen, d, "Không cần nữa"))
		w.work(t)
		ok(t, w.svc.FollowEnd(ctx, []byte(`{"id":"again","name":"dossiers.ended.v1","body":{"dossier":"`+string(d)+`"}}`)))
		full, err := w.svc.Get(ctx, w.Clerk, paid.ID)
		ok(t, err)
		if full.State != payments.Refunding || len(full.Refunds) != 1 || full.Refunds[0].Amount != 8000 {
			t.Fatalf("got %+v", full.Refunds)
		}
		f := full.Refunds[0].ID
		ok(t, w.svc.DecideRefund(ctx, w.accountant, paid.ID, f, true, ""))
		refused(t, "paid out by who has decided", w.svc.FinishRefund(ctx, w.accountant, paid.ID, f, "UNC 1"), payments.ErrSame)
		ok(t, w.svc.FinishRefund(ctx, w.Clerk, paid.ID, f, "UNC 1"))
		w.work(t)
		if w.finance(t, d) != dossiers.Refunded {
			t.Errorf("finance %s", w.finance(t, d))
		}
		d, kept := w.ordered(t)
		ok(t, w.svc.Take(ctx, w.Clerk, kept.ID, 8000))
		w.work(t)
		ok(t, w.Service.Withdraw(ctx, w.Citizen, d, "Không cần nữa"))
		w.work(t)
		full, err = w.svc.Get(ctx, w.Clerk, kept.ID)
		ok(t, err)
		ok(t, w.svc.DecideRefund(ctx, w.accountant, kept.ID, full.Refunds[0].ID, false, "Đã thẩm định xong"))
		ok(t, w.svc.FollowEnd(ctx, []byte(`{"id":"again","name":"dossiers.ended.v1","body":{"dossier":"`+string(d)+`"}}`)))
		if got := w.order(t, kept.ID); got.State != payments.Paid {
			t.Errorf("what was declined is asked again: %s", got.State)
		}
	})
}

// Money that names nothing is found by what only its payer knows, once, and pays what
// it was for.
func TestMoneyOfNobody(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		_, o := w.ordered(t)
		if got, err := w.svc.Call(ctx, call("chuyen tien", "FT-9", "8000", "1")); err != nil || got != core.OutcomeNobody {
			t.Fatalf("%s, %v", got, err)
		}
		_, err := w.svc.FindNobodys(ctx, w.Clerk, "FT-9", 8000)
		refused(t, "a cashier", err, access.ErrNotAllowed)
		_, err = w.svc.FindNobodys(ctx, w.accountant, "FT-9", 9000)
		wrongField(t, err, "reference")
		_, err = w.svc.FindNobodys(ctx, w.accountant, "", 0)
		wrongField(t, err, "amount")
		var wg sync.WaitGroup
		var mu sync.Mutex
		found := []string{}
		for range 4 {
			wg.Go(func() {
				if id, err := w.svc.FindNobodys(context.WithoutCancel(ctx), w.accountant, "FT-9", 8000); err == nil {
					mu.Lock()
					found = append(found, id)
					mu.Unlock()
				} else if e, is := errors.AsType[*errs.Error](err); !is || e.Kind != errs.Invalid {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if len(found) != 1 {
			t.Fatalf("it was found by %d", len(found))
		}
		wrongField(t, w.svc.Assign(ctx, w.accountant, found[0], "TP1", "x"), "order")
		wrongField(t, w.svc.Assign(ctx, w.accountant, found[0], o.Code, " "), "note")
		ok(t, w.svc.Assign(ctx, w.accountant, found[0], o.Code, "Người nộp quên ghi mã"))
		refused(t, "twice", w.svc.Assign(ctx, w.accountant, found[0], o.Code, "x"), payments.ErrDecided)
		w.work(t)
		if got := w.order(t, o.ID); got.State != payments.Paid || got.Way != core.WayGateway {
			t.Errorf("got %+v", got)
		}
	})
}
