// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"bytes"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/dossierstest"
	"tinhso.vn/internal/modules/dossiers/internal/core"
	"tinhso.vn/internal/platform/db/dbtest"
	"tinhso.vn/internal/platform/pdf/pdftest"
)

const longer = "Cần xác minh thực địa vì hồ sơ địa chính chưa khớp"

func extending() core.Wish { return core.Wish{Kind: dossiers.Extend, Days: 3, Reason: longer} }

func stopping() core.Wish {
	return core.Wish{Kind: dossiers.Stop, Reason: "Thửa đất đang có tranh chấp được Tòa án thụ lý", Basis: "Điều 9 Nghị định thử nghiệm", Money: dossiers.PayBack}
}

// printed is what a paper says, in one line.
func printed(t *testing.T, paper []byte) string {
	t.Helper()
	return strings.Join(strings.Fields(pdftest.Text(t, paper)), " ")
}

// An officer asks, a leader agrees, the promised day moves, people are told and get
// an apology. What was promised at acceptance and what the law gives stay.
func TestAnotherDayWithAnApology(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *dossierstest.World, c *dbtest.Clock) {
		ctx, sms := t.Context(), &told{}
		w.Deps.Messages = sms
		s, id := core.New(w.Deps), w.Accepted(t) // Monday, 2 March 2026, 9:30, due Thursday
		before := must[core.Full](t)(s.Get(ctx, w.Officer, id, access.Handling))
		if !before.Can.Extend || !before.Can.Stop || before.Can.Decide {
			t.Errorf("the officer can %+v", before.Can)
		}
		for name, a := range map[string]identity.Actor{"citizen": w.Citizen, "clerk": w.Clerk, "other ward": w.OtherOfficer, "leader": w.Leader, "nobody": {}} {
			if _, err := s.Move(ctx, a, id, extending()); err == nil {
				t.Errorf("%s asks for another day", name)
			}
		}
		for _, wrong := range []struct {
			wish core.Wish
			says string
		}{
			{core.Wish{Kind: dossiers.Extend, Days: 3, Reason: "lâu"}, "reason dossiers.reason_needed"},
			{core.Wish{Kind: dossiers.Extend, Days: 0, Reason: longer}, "days dossiers.ask.days"},
			{core.Wish{Kind: dossiers.Extend, Days: 1000, Reason: longer}, "days dossiers.ask.days"},
			{core.Wish{Kind: "hurry", Reason: longer}, "kind form.choose"},
			{core.Wish{Kind: dossiers.Stop, Reason: longer, Money: dossiers.KeepPaid}, "basis form.required"},
			{core.Wish{Kind: dossiers.Stop, Reason: longer, Basis: "Điều 1"}, "money form.choose"},
			{core.Wish{Kind: dossiers.Extend, Days: 1, Reason: longer, Basis: strings.Repeat("a", 501)}, "basis form.too_long"},
		} {
			if _, err := s.Move(ctx, w.Officer, id, wrong.wish); err == nil || !strings.Contains(err.Error(), wrong.says) {
				t.Errorf("%+v: %v", wrong.wish, err)
			}
		}
		motion := must[string](t)(s.Move(ctx, w.Officer, id, extending()))
		_, err := s.Move(ctx, w.Officer, id, stopping())
		refused(t, "another beside it", err, dossiers.ErrMotionOpen)
		_, err = s.ApologySlip(ctx, w.Officer, id, access.Handling)
		refused(t, "an apology that nobody has agreed to", err, dossiers.ErrNoApology)
		if f := must[core.Full](t)(s.Get(ctx, w.Citizen, id, access.Own)); len(f.Motions) != 0 || !f.Due.Equal(before.Due.Time) {
			t.Errorf("the citizen sees %+v", f.Motions)
		}

		list := must[core.Page[core.MotionItem]](t)(s.ListMotions(ctx, w.Leader, ""))
		if n := must[int64](t)(s.CountMotions(ctx, w.Leader)); n != 1 || len(list.Items) != 1 || list.Items[0].Reason != longer || list.Items[0].Dossier.Code != before.Code ||
			list.Items[0].NewDue.Sub(before.Due.Time) != 5*24*time.Hour { // Thursday, then three working days
			t.Errorf("the leader sees %d, %+v", n, list.Items)
		}
		if n := must[int64](t)(s.CountMotions(ctx, w.OtherLeader)); n != 0 || len(must[core.Page[core.MotionItem]](t)(s.ListMotions(ctx, w.OtherLeader, "")).Items) != 0 {
			t.Error("the other ward sees it")
		}
		if f := must[core.Full](t)(s.Get(ctx, w.Leader, id, access.Handling)); !f.Can.Decide {
			t.Errorf("the leader can %+v", f.Can)
		}
		both := w.Officer.Grant(dossiers.PermSign, identity.Place{Unit: dossierstest.Ward, Subtree: true})
		refused(t, "one's own", s.DecideMotion(ctx, both, id, motion, core.Verdict{Agree: true}), dossiers.ErrOwnMotion)
		refused(t, "from elsewhere", s.DecideMotion(ctx, w.OtherLeader, id, motion, core.Verdict{Agree: true}), dossiers.ErrNotFound)
		refused(t, "by an officer", s.DecideMotion(ctx, w.Officer, id, motion, core.Verdict{Agree: true}), access.ErrNotAllowed)
		refused(t, "no without a word", s.DecideMotion(ctx, w.Leader, id, motion, core.Verdict{}), dossiers.ErrReasonNeeded)
		refused(t, "of another dossier", s.DecideMotion(ctx, w.Leader, w.Accepted(t), motion, core.Verdict{Agree: true}), dossiers.ErrNoMotion)
		c.Advance(time.Hour)
		ok(t, s.DecideMotion(ctx, w.Leader, id, motion, core.Verdict{Agree: true}))
		refused(t, "twice", s.DecideMotion(ctx, w.Leader, id, motion, core.Verdict{Agree: true}), dossiers.ErrMotionOver)

		after := must[core.Full](t)(s.Get(ctx, w.Citizen, id, access.Own))
		if after.Due.Sub(before.Due.Time) != 5*24*time.Hour || !after.Original.Equal(before.Original.Time) || !after.Statutory.Equal(before.Statutory.Time) ||
			len(after.Motions) != 1 || !after.Motions[0].OldDue.Equal(before.Due.Time) || !after.Motions[0].NewDue.Equal(after.Due.Time) {
			t.Errorf("due %v, at first %v, by law %v, %+v", after.Due, after.Original, after.Statutory, after.Motions)
		}
		if last := after.Timeline[len(after.Timeline)-1]; last.Kind != core.KindExtended {
			t.Errorf("the timeline ends with %+v", last)
		}
		if len(sms.words) == 0 || sms.words[len(sms.words)-1] != dossiers.NoticeExtended {
			t.Errorf("told %q", sms.words)
		}
		slip := must[[]byte](t)(s.ApologySlip(ctx, w.Citizen, id, access.Own))
		words := printed(t, slip)
		for _, part := range []string{"PHIẾU XIN LỖI", longer, "ngày 05 tháng 3 năm 2026", "ngày 10 tháng 3 năm 2026", "PHÓ CHỦ TỊCH"} {
			if !strings.Contains(words, part) {
				t.Errorf("the apology does not say %q: %s", part, words)
			}
		}
		if again := must[[]byte](t)(s.ApologySlip(ctx, w.Citizen, id, access.Own)); !bytes.Equal(again, slip) {
			t.Error("the apology is another each time")
		}
		_, err = s.Move(ctx, w.Officer, id, extending())
		refused(t, "a second time", err, dossiers.ErrExtended)
		if f := must[core.Full](t)(s.Get(ctx, w.Officer, id, access.Handling)); f.Can.Extend || !f.Can.Stop {
			t.Errorf("after it the officer can %+v", f.Can)
		}
		for event, want := range map[string]int{"motion_made": 1, "extended": 1} {
			if n := w.Count(t, `SELECT COUNT(*) FROM audit_records WHERE event = $1 AND subject LIKE $2`, "dossiers."+event, string(id)+"%"); n != want {
				t.Errorf("%s was recorded %d times", event, n)
			}
		}
	})
}

// A stop ends the case, with what becomes of the money; a result that is signed is
// not stopped, and what was declined or dropped can be asked for again.
func TestADossierIsStopped(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *dossierstest.World, c *dbtest.Clock) {
		ctx, s, id := t.Context(), w.Service, w.Accepted(t)
		first := must[string](t)(s.Move(ctx, w.Officer, id, stopping()))
		refused(t, "somebody else's", s.DropMotion(ctx, w.Second, id, first), dossiers.ErrNoMotion)
		ok(t, s.DropMotion(ctx, w.Officer, id, first))
		refused(t, "dropped twice", s.DropMotion(ctx, w.Officer, id, first), dossiers.ErrMotionOver)
		second := must[string](t)(s.Move(ctx, w.Officer, id, stopping()))
		ok(t, s.DecideMotion(ctx, w.Leader, id, second, core.Verdict{Words: "Chưa có văn bản của Tòa án trong hồ sơ"}))
		f := must[core.Full](t)(s.Get(ctx, w.Officer, id, access.Handling))
		if f.Status != dossiers.Accepted || len(f.Motions) != 2 || f.Motions[1].State != dossiers.MotionDeclined || f.Motions[1].Words == "" || !f.Can.Stop {
			t.Errorf("after a no: %d, %+v", f.Status, f.Motions)
		}
		_, err := s.StopSlip(ctx, w.Officer, id, access.Handling)
		refused(t, "a notice of what goes on", err, dossiers.ErrNotStopped)
		third := must[string](t)(s.Move(ctx, w.Officer, id, stopping()))
		c.Advance(time.Hour)
		ok(t, s.DecideMotion(ctx, w.Leader, id, third, core.Verdict{Agree: true}))
		f = must[core.Full](t)(s.Get(ctx, w.Citizen, id, access.Own))
		if f.Status != dossiers.Stopped || f.Reason != stopping().Reason || f.FinishedAt.IsZero() || len(f.Motions) != 1 {
			t.Errorf("stopped: %d, %+v", f.Status, f.Motions)
		}
		refused(t, "work on it", s.Finish(ctx, w.Officer, id, core.Done{}), dossiers.ErrTooLate)
		if n := w.Count(t, `SELECT COUNT(*) FROM workflow_tasks WHERE state = 'open'`); n != 0 {
			t.Errorf("%d steps are open", n)
		}
		words := printed(t, must[[]byte](t)(s.StopSlip(ctx, w.Citizen, id, access.Own)))
		for _, part := range []string{"THÔNG BÁO DỪNG", "Tòa án thụ lý", "được hoàn lại", "Điều 9"} {
			if !strings.Contains(words, part) {
				t.Errorf("the notice does not say %q: %s", part, words)
			}
		}

		signed := w.ToSign(t)
		_, err = s.Move(ctx, w.Officer, signed, stopping())
		if err == nil {
			t.Error("stopped from a step that is not theirs")
		}
		taken := w.Accepted(t)
		must[string](t)(s.Move(ctx, w.Officer, taken, extending()))
		ok(t, s.Withdraw(ctx, w.Citizen, taken, "không cần nữa, xin rút"))
		if n := must[int64](t)(s.CountMotions(ctx, w.Leader)); n != 0 {
			t.Error("a leader is asked about a dossier that was taken back")
		}
		if words := printed(t, must[[]byte](t)(s.StopSlip(ctx, w.Citizen, taken, access.Own))); !strings.Contains(words, "Theo đề nghị của Ông/Bà") {
			t.Errorf("of a withdrawal: %s", words)
		}

		late := w.Accepted(t)
		motion := must[string](t)(s.Move(ctx, w.Officer, late, stopping()))
		w.Send(t, late)
		must[core.Signing](t)(s.Sign(ctx, w.Leader, late))
		refused(t, "a signed one", s.DecideMotion(ctx, w.Leader, late, motion, core.Verdict{Agree: true}), dossiers.ErrTooLate)
	})
}

// Two leaders at once: one has decided, the other is told who.
func TestTwoLeadersDecide(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *dossierstest.World, _ *dbtest.Clock) {
		ctx, s, id := t.Context(), w.Service, w.Accepted(t)
		motion := must[string](t)(s.Move(ctx, w.Officer, id, extending()))
		var all sync.WaitGroup
		errs := make([]error, 4)
		for i := range errs {
			all.Go(func() {
				v := core.Verdict{Agree: i%2 == 0, Words: "Còn đủ thời gian giải quyết"}
				errs[i] = s.DecideMotion(ctx, w.Leader, id, motion, v)
			})
		}
		all.Wait()
		won := 0
		for _, err := range errs {
			switch {
			case err == nil:
				won++
			case !errors.Is(err, dossiers.ErrMotionOver):
				t.Error(err)
			}
		}
		if won != 1 {
			t.Errorf("%d have decided", won)
		}
	})
}

// The control slip says who had it in hand, and what moved the day.
func TestTheControlSlip(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *dossierstest.World, c *dbtest.Clock) {
		ctx, s, id := t.Context(), w.Service, w.Accepted(t)
		ok(t, s.AskSupplement(ctx, w.Officer, id, lacking()))
		c.Advance(24 * time.Hour)
		ok(t, s.SupplyMissing(ctx, w.Clerk, id, core.Supply{Message: "Đã nộp bản rõ tại quầy"}))
		motion := must[string](t)(s.Move(ctx, w.Officer, id, extending()))
		ok(t, s.DecideMotion(ctx, w.Leader, id, motion, core.Verdict{Agree: true}))
		c.Advance(30 * time.Minute)
		ok(t, s.Finish(ctx, w.Officer, id, core.Done{}))
		words := printed(t, must[[]byte](t)(s.ControlSlip(ctx, w.Officer, id, access.Handling)))
		for _, part := range []string{"PHIẾU KIỂM SOÁT", "Chờ bổ sung lần 1", "Gia hạn, xin lỗi", "Trước hạn", "Đang làm"} {
			if !strings.Contains(words, part) {
				t.Errorf("the slip does not say %q: %s", part, words)
			}
		}
		if _, err := s.ControlSlip(ctx, w.Citizen, id, access.Own); err == nil {
			t.Error("people outside the office get it")
		}
	})
}
