// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/dossierstest"
	"tinhso.vn/internal/modules/dossiers/internal/core"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/modules/procedures/procedurestest"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
)

func toOther() core.TransferWish {
	return core.TransferWish{To: dossierstest.Other, Reason: "Thửa đất thuộc địa bàn phường Châu Đốc", Basis: "Điều 5 Nghị định thử nghiệm", Sheets: 4}
}

// A dossier that was accepted by the wrong ward goes to the right one: code and
// days stay, its process begins there, people are told, and both sides stand on the slip.
func TestADossierGoesToWhoDecides(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *dossierstest.World, _ *dbtest.Clock) {
		ctx, sms := t.Context(), &told{}
		w.Deps.Messages = sms
		s, id := core.New(w.Deps), w.Accepted(t)
		before := must[core.Full](t)(s.Get(ctx, w.Officer, id, access.Handling))
		if !before.Can.Transfer {
			t.Error("the officer cannot send it on")
		}
		for name, a := range map[string]identity.Actor{"citizen": w.Citizen, "clerk": w.Clerk, "other ward": w.OtherOfficer, "leader": w.Leader, "nobody": {}} {
			if _, err := s.Transfer(ctx, a, id, toOther()); err == nil {
				t.Errorf("%s sends it on", name)
			}
		}
		for _, wrong := range []struct {
			wish core.TransferWish
			says string
		}{
			{core.TransferWish{}, "to form.choose"},
			{core.TransferWish{To: dossierstest.Other, Reason: "sai", Basis: "x"}, "reason dossiers.reason_needed"},
			{core.TransferWish{To: dossierstest.Other, Reason: longer}, "basis form.required"},
			{core.TransferWish{To: dossierstest.Other, Reason: longer, Basis: "x", Sheets: -1}, "sheets dossiers.transfer_sheets"},
			{core.TransferWish{To: dossierstest.Ward, Reason: longer, Basis: "x"}, "to dossiers.transfer_here"},
			{core.TransferWish{To: "khong-co", Reason: longer, Basis: "x"}, "dossiers.wrong_unit"},
			{core.TransferWish{To: dossierstest.Dept, Reason: longer, Basis: "x"}, "dossiers.not_theirs"},
		} {
			if _, err := s.Transfer(ctx, w.Officer, id, wrong.wish); err == nil || !strings.Contains(err.Error(), wrong.says) {
				t.Errorf("%+v: %v", wrong.wish, err)
			}
		}
		transfer := must[string](t)(s.Transfer(ctx, w.Officer, id, toOther()))
		_, err := s.Transfer(ctx, w.Officer, id, toOther())
		refused(t, "a second on its way", err, dossiers.ErrTransferOpen)
		if in := must[core.Page[core.Transferred]](t)(s.ListTransfers(ctx, w.OtherClerk, true, "")); len(in.Items) != 1 || in.Items[0].Dossier.Code != before.Code {
			t.Errorf("to receive: %+v", in.Items)
		}
		if out := must[core.Page[core.Transferred]](t)(s.ListTransfers(ctx, w.Officer, false, "")); len(out.Items) != 1 || !out.Items[0].Open() {
			t.Errorf("sent: %+v", out.Items)
		}
		if n := must[int64](t)(s.CountTransfers(ctx, w.OtherClerk)); n != 1 || must[int64](t)(s.CountTransfers(ctx, w.Clerk)) != 0 {
			t.Errorf("%d wait", n)
		}
		one := must[core.TransferPage](t)(s.GetTransfer(ctx, w.OtherClerk, transfer))
		if !one.Incoming || one.Mine || one.Owner != "Nguyễn Văn Bảy" || len(one.Papers) != 1 {
			t.Errorf("the receiver sees %+v", one)
		}
		_, err = s.GetTransfer(ctx, w.DeptOfficer, transfer)
		refused(t, "neither side", err, dossiers.ErrNoTransfer)
		_, err = s.ReceiveTransfer(ctx, w.Clerk, transfer)
		refused(t, "whoever sent it receives it", err, dossiers.ErrNoTransfer)
		refused(t, "back without a word", s.SendTransferBack(ctx, w.OtherClerk, transfer, "x"), dossiers.ErrReasonNeeded)
		if words := printed(t, must[[]byte](t)(s.TransferSlip(ctx, w.Officer, transfer))); !strings.Contains(words, "PHIẾU GIAO NHẬN") || !strings.Contains(words, w.Officer.Name) || strings.Contains(words, w.OtherClerk.Name) {
			t.Errorf("the slip before it is received: %s", words)
		}
		var group sync.WaitGroup
		results := make([]error, 4)
		for i := range results { // two clerks, two tabs each
			group.Go(func() { _, results[i] = s.ReceiveTransfer(ctx, w.OtherClerk, transfer) })
		}
		group.Wait()
		done := 0
		for _, err := range results {
			if err == nil {
				done++
			} else if !errors.Is(err, dossiers.ErrTransferOver) {
				t.Errorf("at once: %v", err)
			}
		}
		if done != 1 {
			t.Errorf("received %d times", done)
		}
		refused(t, "taken back too late", s.DropTransfer(ctx, w.Officer, transfer), dossiers.ErrTransferOver)
		after := must[core.Full](t)(s.Get(ctx, w.OtherOfficer, id, access.Handling))
		if after.Code != before.Code || !after.Due.Equal(before.Due.Time) || !after.Statutory.Equal(before.Statutory.Time) || after.Received != dossierstest.Other ||
			after.Authority != dossierstest.Other || after.Handler != dossierstest.Other || after.Status != dossiers.Accepted {
			t.Errorf("it is %+v", after.Summary)
		}
		if last := after.Timeline[len(after.Timeline)-1]; last.Kind != core.KindTransferred {
			t.Errorf("the timeline ends with %+v", last)
		}
		if len(sms.words) == 0 || sms.words[len(sms.words)-1] != dossiers.NoticeTransferred {
			t.Errorf("told %q", sms.words)
		}
		for _, word := range []string{w.Officer.Name, w.OtherClerk.Name, "Phường Long Xuyên", "Phường Châu Đốc", "Tờ khai", before.Code} {
			if words := printed(t, must[[]byte](t)(s.TransferSlip(ctx, w.OtherClerk, transfer))); !strings.Contains(words, word) {
				t.Errorf("the slip does not say %q: %s", word, words)
			}
		}
		refused(t, "the old ward works on", s.Finish(ctx, w.Officer, id, core.Done{}), dossiers.ErrNotYourTurn)
		ok(t, s.Finish(ctx, w.OtherOfficer, id, core.Done{}))
		for e, want := range map[string]int{"dossiers.transfer_sent": 1, "dossiers.transferred": 1} {
			if n := w.Count(t, `SELECT COUNT(*) FROM audit_records WHERE event = $1 AND subject LIKE $2`, e, string(id)+"%"); n != want {
				t.Errorf("%s is recorded %d times", e, n)
			}
		}
	})
}

// What was not accepted yet goes on too: it waits in the list of the other unit,
// which is of the other tier here; it may be sent back, or taken back.
func TestATransferBeforeAcceptance(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *dossierstest.World, _ *dbtest.Clock) {
		ctx, s := t.Context(), w.Service
		_, err := s.Transfer(ctx, w.Officer, w.Waiting(t), toOther())
		refused(t, "while people are asked", err, dossiers.ErrWaiting)
		w.Procedures.Add(procedurestest.Version(t, func(v *procedures.Version) { v.AuthorityUnit = dossierstest.Dept }))
		id := w.Submit(t)
		up := toOther()
		up.To = dossierstest.Dept
		dept := w.DeptOfficer.Grant(dossiers.PermAccept, identity.Place{Unit: dossierstest.Dept, Subtree: true})
		first := must[string](t)(s.Transfer(ctx, w.Clerk, id, up))
		ok(t, s.SendTransferBack(ctx, dept, first, "Không thuộc thẩm quyền của Sở"))
		refused(t, "received after that", only(s.ReceiveTransfer(ctx, dept, first)), dossiers.ErrTransferOver)
		second := must[string](t)(s.Transfer(ctx, w.Clerk, id, up))
		ok(t, s.DropTransfer(ctx, w.Colleague, second))
		third := must[string](t)(s.Transfer(ctx, w.Clerk, id, up))
		if got := must[dossiers.ID](t)(s.ReceiveTransfer(ctx, dept, third)); got != id {
			t.Errorf("it is %s", got)
		}
		_, err = s.Accept(ctx, w.Clerk, id)
		refused(t, "the old ward accepts it", err, dossiers.ErrNotFound)
		if inbox := must[core.Page[core.Item]](t)(s.Inbox(ctx, dept, "")); len(inbox.Items) != 1 || inbox.Items[0].Status != dossiers.Submitted || inbox.Items[0].Code != "" {
			t.Errorf("the department has %+v", inbox.Items)
		}
		info := must[core.AcceptedInfo](t)(s.Accept(ctx, dept, id))
		if !strings.HasPrefix(info.Code, "Z01.12-") {
			t.Errorf("accepted as %s", info.Code)
		}
	})
}

// The page of the clerk was open over night, and the unit is no more in the morning.
func TestTheOtherUnitWasMergedOverNight(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *dossierstest.World, c *dbtest.Clock) {
		ctx, s, id := t.Context(), w.Service, w.Accepted(t)
		waiting := w.Accepted(t)
		transfer := must[string](t)(s.Transfer(ctx, w.Officer, waiting, toOther()))
		ok(t, w.DB.Write(ctx, func(tx *db.Tx) error {
			return orgs.Merge(ctx, tx, []orgs.ID{dossierstest.Other}, dossierstest.Ward, orgs.Decision{From: "2026-03-03", Number: "12/NQ-HĐND", Date: "2026-02-20", By: "it"})
		}))
		c.Advance(24 * time.Hour)
		ok(t, w.DB.Write(ctx, func(tx *db.Tx) error { return only(orgs.ApplyDue(ctx, tx)) }))
		_, err := s.Transfer(ctx, w.Officer, id, toOther())
		refused(t, "sent to what is no more", err, dossiers.ErrUnitMerged)
		_, err = s.ReceiveTransfer(ctx, w.OtherClerk, transfer)
		if err == nil {
			t.Error("what is no more receives it")
		}
		ok(t, s.DropTransfer(ctx, w.Officer, transfer))
	})
}
