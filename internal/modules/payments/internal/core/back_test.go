// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/payments"
	"tinhso.vn/internal/modules/payments/internal/core"
	"tinhso.vn/internal/platform/errs"
)

// Money goes back when a second person agrees; the dossier follows.
func TestMoneyGoesBack(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.payee(t)
		d, o := w.ordered(t)
		_, err := w.svc.AskRefund(ctx, w.Clerk, o.ID, core.NewRefund{Amount: 8000, Reason: "Rút hồ sơ", Basis: "x"})
		refused(t, "before it is paid", err, payments.ErrNotPaid)
		ok(t, w.svc.Take(ctx, w.Clerk, o.ID, 8000))
		w.work(t)
		_, err = w.svc.AskRefund(ctx, w.Clerk, o.ID, core.NewRefund{Amount: 8001, Reason: "Rút hồ sơ", Basis: "x"})
		wrongField(t, err, "amount")
		f, err := w.svc.AskRefund(ctx, w.accountant, o.ID, core.NewRefund{Amount: 3000, Reason: "Rút hồ sơ", Basis: "Thông tư thử nghiệm"})
		ok(t, err)
		w.work(t)
		if w.finance(t, d) != dossiers.Refunding {
			t.Errorf("finance %s", w.finance(t, d))
		}
		refused(t, "by who has asked", w.svc.DecideRefund(ctx, w.accountant, o.ID, f, true, ""), payments.ErrSame)
		refused(t, "before it is approved", w.svc.FinishRefund(ctx, w.Clerk, o.ID, f, "UNC 12"), payments.ErrDecided)
		ok(t, w.svc.DecideRefund(ctx, w.second, o.ID, f, true, ""))
		ok(t, w.svc.FinishRefund(ctx, w.Clerk, o.ID, f, "UNC 12"))
		if got := w.order(t, o.ID); got.State != payments.Paid || got.Refunded != 3000 {
			t.Errorf("after a part %+v", got)
		}
		f, err = w.svc.AskRefund(ctx, w.Clerk, o.ID, core.NewRefund{Amount: 5000, Reason: "Rút hồ sơ", Basis: "x"})
		ok(t, err)
		ok(t, w.svc.DecideRefund(ctx, w.second, o.ID, f, false, "Không có căn cứ"))
		f, err = w.svc.AskRefund(ctx, w.Clerk, o.ID, core.NewRefund{Amount: 5000, Reason: "Rút hồ sơ", Basis: "x"})
		ok(t, err)
		ok(t, w.svc.DecideRefund(ctx, w.second, o.ID, f, true, ""))
		ok(t, w.svc.FinishRefund(ctx, w.Clerk, o.ID, f, "UNC 13"))
		w.work(t)
		if got := w.order(t, o.ID); got.State != payments.Refunded || w.finance(t, d) != dossiers.Refunded {
			t.Errorf("after the rest %+v, finance %s", got, w.finance(t, d))
		}
		if w.Count(t, `SELECT COUNT(*) FROM payments_receipts WHERE state = 'cancelled'`) != 1 {
			t.Error("the receipt still counts")
		}
	})
}

// An accountant lowers what is to be paid; what is left is nothing ends the order.
func TestAReduction(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		d, o := w.ordered(t)
		refused(t, "an old page", w.svc.Reduce(ctx, w.accountant, o.ID, core.Reduction{Version: 7, Name: "Hộ nghèo", Amount: 4000, Basis: "NQ 1"}), payments.ErrChanged)
		refused(t, "a cashier", w.svc.Reduce(ctx, w.Clerk, o.ID, core.Reduction{Version: 1, Name: "Hộ nghèo", Amount: 4000, Basis: "NQ 1"}), access.ErrNotAllowed)
		wrongField(t, w.svc.Reduce(ctx, w.accountant, o.ID, core.Reduction{Version: 1, Name: "Hộ nghèo", Amount: 9000, Basis: "NQ 1"}), "amount")
		ok(t, w.svc.Reduce(ctx, w.accountant, o.ID, core.Reduction{Version: 1, Name: "Nộp trực tuyến", Amount: 4000, Basis: "NQ 1"}))
		ok(t, w.svc.Reduce(ctx, w.accountant, o.ID, core.Reduction{Version: 2, Name: "Hộ nghèo", Amount: 4000, Basis: "NQ 2"}))
		w.work(t)
		if got := w.order(t, o.ID); got.State != payments.Cancelled || w.finance(t, d) != dossiers.None {
			t.Errorf("got %+v, finance %s", got, w.finance(t, d))
		}
	})
}

// A statement pays what was transferred and says of every other line why it does
// not fit; read again it changes nothing.
func TestAStatementIsReconciled(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.payee(t)
		day := w.DB.Now().In(calendar.Zone()).Format("02/01/2006")
		_, fits := w.ordered(t)
		_, less := w.ordered(t)
		_, cash := w.ordered(t)
		_, ended := w.ordered(t)
		_, known := w.ordered(t)
		_, lost := w.ordered(t)
		_, other := w.ordered(t)
		ok(t, w.svc.Take(ctx, w.Clerk, cash.ID, 8000))
		ok(t, w.svc.Cancel(ctx, w.accountant, ended.ID, "Rút"))
		for _, o := range []core.Order{known, lost} {
			ok(t, w.svc.Begin(ctx, w.Citizen, o.ID))
			w.work(t)
			if _, err := w.svc.Call(ctx, call(o.Code+"-01", "GD-"+o.Code, "8000", "1")); err != nil {
				t.Fatal(err)
			}
		}
		text := strings.ReplaceAll("NGÂN HÀNG THỬ NGHIỆM\nNgày giao dịch,Số tham chiếu,Ghi nợ,Ghi có,Nội dung\n"+
			"{day},FT1,,8.000,MBVCB.123 "+strings.ToLower(fits.Code)+" nop le phi\n{day},FT2,,7.500,"+less.Code+"\n{day},FT3,,8.000,CT "+cash.Code[:5]+" "+cash.Code[5:]+"\n"+
			"{day},FT4,,8.000,"+ended.Code+"\n{day},FT5,,\"8,000.00\","+known.Code+"-01\n{day},FT6,500.000,,Phi dich vu\n{day},FT7,,8.000,chuyen tien\n{day},FT8,,8.000,"+fits.Code+"\n", "{day}", day)
		st, err := w.svc.Reconcile(ctx, w.accountant, "sao-ke.csv", strings.NewReader(text))
		ok(t, err)
		sh, err := w.svc.GetStatement(ctx, w.accountant, st, "")
		ok(t, err)
		kinds := map[string]int{}
		var unknown core.Difference
		for _, d := range sh.Differences {
			kinds[d.Kind]++
			if d.Kind == core.DiffUnknown {
				unknown = d
			}
		}
		if sh.Lines != 7 || sh.Matched != 2 || fmt.Sprint(kinds) != "map[ended:1 missing:1 other_amount:1 twice:2 unknown:1]" {
			t.Errorf("%d lines, %d fit, %v", sh.Lines, sh.Matched, kinds)
		}
		if got := w.order(t, fits.ID); got.State != payments.Paid || got.Way != core.WayTransfer {
			t.Errorf("what was transferred is %+v", got)
		}
		_, err = w.svc.Reconcile(ctx, w.accountant, "again.csv", strings.NewReader(text))
		refused(t, "the same file", err, payments.ErrReconciled)
		again, err := w.svc.Reconcile(ctx, w.accountant, "longer.csv", strings.NewReader(text+"02/03/2026,FT9,,1.000,khac\n"))
		ok(t, err)
		sh, err = w.svc.GetStatement(ctx, w.accountant, again, "")
		if err != nil || sh.Matched != 2 {
			t.Errorf("overlapping: %d fit, %v", sh.Matched, err)
		}
		wrongField(t, w.svc.Settle(ctx, w.accountant, unknown.ID, core.Settling{Action: core.ActBooked, Order: "x"}), "order")
		wrongField(t, w.svc.Settle(ctx, w.accountant, unknown.ID, core.Settling{Action: "x"}), "action")
		ok(t, w.svc.Settle(ctx, w.accountant, unknown.ID, core.Settling{Action: core.ActBooked, Order: other.Code, Note: "Người nộp gọi điện"}))
		refused(t, "settled twice", w.svc.Settle(ctx, w.accountant, unknown.ID, core.Settling{Action: core.ActExplained, Note: "x"}), payments.ErrDecided)
		if got := w.order(t, other.ID); got.State != payments.Paid {
			t.Errorf("what was booked by hand is %s", got.State)
		}
		for bad, want := range map[string]*errs.Error{
			"": payments.ErrStatement, "a,b\n1,2\n": payments.ErrStatement, "Ghi có,Nội dung\n1000,a\nmột,x\n": payments.ErrAmountLine.With("line", 3).With("said", "một"),
		} {
			_, err := w.svc.Reconcile(ctx, w.accountant, "x", strings.NewReader(bad))
			refused(t, fmt.Sprintf("%q", bad), err, want)
			if got, as := errors.AsType[*errs.Error](err); as && fmt.Sprint(got.Args) != fmt.Sprint(want.Args) {
				t.Errorf("%q: %v, want %v", bad, got.Args, want.Args)
			}
		}
	})
}

// A statement in the manner of MT940 says the same.
func TestAStatementOfMessages(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.payee(t)
		_, o := w.ordered(t)
		text := ":20:STMT\r\n:25:113366668888\r\n:28C:1/1\r\n:60F:C260302VND0,\r\n:61:2603020302C8000,00NTRFNONREF//FT1\r\n:86:CHUYEN TIEN " + o.Code[:6] + "\r\n" + o.Code[6:] + " LE PHI\r\n:61:2603020302D500,NCHGX//FT2\r\n:86:PHI\r\n:62F:C260302VND7500,\r\n-\r\n"
		st, err := w.svc.Reconcile(ctx, w.accountant, "mt940.txt", strings.NewReader(text))
		ok(t, err)
		sh, err := w.svc.GetStatement(ctx, w.accountant, st, "")
		if err != nil || sh.Lines != 1 || sh.Matched != 1 || w.order(t, o.ID).State != payments.Paid {
			t.Errorf("got %+v, %v", sh, err)
		}
		_, err = w.svc.Reconcile(ctx, w.accountant, "x", strings.NewReader(":20:X\n:61:rubbish\n"))
		refused(t, "a broken line", err, payments.ErrBookLine)
	})
}
