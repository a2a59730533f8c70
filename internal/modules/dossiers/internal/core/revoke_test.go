// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strings"
	"sync"
	"testing"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/dossierstest"
	"tinhso.vn/internal/modules/dossiers/internal/core"
	"tinhso.vn/internal/platform/db/dbtest"
)

func retracting(days int) core.Retraction {
	return core.Retraction{Reason: "Ghi sai nơi thường trú của người đề nghị", Decision: "Quyết định số 12/QĐ-UBND ngày 03/3/2026", Renew: days > 0, Days: days}
}

func hexSHA(document []byte) string {
	sum := sha256.Sum256(document)
	return hex.EncodeToString(sum[:])
}

// A wrong result is taken back by a leader who has not asked for it, and a new one
// takes its place with initial, signature, number and seal. The old file stays to the
// byte, and whoever holds it can learn that it counts no more.
func TestAResultIsTakenBackAndReplaced(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *dossierstest.World, _ *dbtest.Clock) {
		ctx, sms := t.Context(), &told{}
		w.Deps.Messages = sms
		s, id := core.New(w.Deps), w.Issued(t)
		ok(t, s.Deliver(ctx, w.Clerk, id, core.Handover{Electronic: true}))
		before := must[core.Full](t)(s.Get(ctx, w.Officer, id, access.Handling))
		old := content(t)(s.ResultFile(ctx, w.Citizen, id, access.Own))
		if !before.Can.Revoke || before.Can.DecideRevocation {
			t.Errorf("the officer can %+v", before.Can)
		}
		for name, a := range map[string]identity.Actor{"citizen": w.Citizen, "clerk": w.Clerk, "other ward": w.OtherOfficer, "nobody": {}} {
			if _, err := s.AskRevocation(ctx, a, id, retracting(3)); err == nil {
				t.Errorf("%s asks for it", name)
			}
		}
		for _, wrong := range []struct {
			wish core.Retraction
			says string
		}{
			{core.Retraction{Reason: "sai", Decision: "QĐ 1"}, "reason dossiers.reason_needed"},
			{core.Retraction{Reason: retracting(0).Reason}, "decision form.required"},
			{core.Retraction{Reason: retracting(0).Reason, Decision: "QĐ 1", Renew: true}, "days dossiers.ask.days"},
		} {
			if _, err := s.AskRevocation(ctx, w.Officer, id, wrong.wish); err == nil || !strings.Contains(err.Error(), wrong.says) {
				t.Errorf("%+v: %v", wrong.wish, err)
			}
		}
		_, err := s.AskRevocation(ctx, w.Officer, w.Signed(t), retracting(3))
		refused(t, "what is not issued", err, dossiers.ErrNotIssued)

		asked := must[string](t)(s.AskRevocation(ctx, w.Officer, id, retracting(3)))
		_, err = s.AskRevocation(ctx, w.Officer, id, retracting(0))
		refused(t, "another beside it", err, dossiers.ErrMotionOpen)
		both := w.Officer.Grant(dossiers.PermSign, identity.Place{Unit: dossierstest.Ward, Subtree: true})
		refused(t, "one's own", s.DecideRevocation(ctx, both, id, asked, core.Verdict{Agree: true}), dossiers.ErrOwnMotion)
		refused(t, "from elsewhere", s.DecideRevocation(ctx, w.OtherLeader, id, asked, core.Verdict{Agree: true}), dossiers.ErrNotFound)
		refused(t, "by an officer", s.DecideRevocation(ctx, w.Second, id, asked, core.Verdict{Agree: true}), access.ErrNotAllowed)
		refused(t, "no without a word", s.DecideRevocation(ctx, w.Leader, id, asked, core.Verdict{}), dossiers.ErrReasonNeeded)
		list := must[core.Page[core.RevocationItem]](t)(s.ListRevocations(ctx, w.Leader, ""))
		if len(list.Items) != 1 || list.Items[0].Dossier.Code != before.Code || len(must[core.Page[core.RevocationItem]](t)(s.ListRevocations(ctx, w.OtherLeader, "")).Items) != 0 {
			t.Errorf("the leader sees %+v", list.Items)
		}
		if f := must[core.Full](t)(s.Get(ctx, w.Leader, id, access.Handling)); !f.Can.DecideRevocation {
			t.Errorf("the leader can %+v", f.Can)
		}
		ok(t, s.DecideRevocation(ctx, w.Leader, id, asked, core.Verdict{Agree: true}))
		refused(t, "twice", s.DecideRevocation(ctx, w.Leader, id, asked, core.Verdict{Agree: true}), dossiers.ErrMotionOver)
		if last := sms.words[len(sms.words)-1]; last != dossiers.NoticeRevoked {
			t.Errorf("told %q", last)
		}
		at, newer, revoked, err := s.IsRevoked(ctx, hexSHA(old))
		if err != nil || !revoked || newer != "" || at.IsZero() {
			t.Errorf("the old document: %v, %q, %v, %v", at, newer, revoked, err)
		}
		number, _, _, found, err := s.IssuedFile(ctx, hexSHA(old))
		if err != nil || !found || number != before.Result.Number {
			t.Errorf("the old document is known as %q, %v, %v", number, found, err)
		}
		if again := content(t)(s.RevokedFile(ctx, w.Citizen, id, asked, access.Own)); !bytes.Equal(again, old) {
			t.Error("the old document has changed")
		}
		tracked := must[core.Tracking](t)(s.Track(ctx, before.Code))
		if len(tracked.Revoked) != 1 || !tracked.Revoked[0].Making || tracked.Revoked[0].Number != number || tracked.Status != dossiers.Delivered {
			t.Errorf("the public sees %d, %+v", tracked.Status, tracked.Revoked)
		}

		// The new one: nobody skips the signature, and the dossier stays decided.
		_, err = s.Sign(ctx, w.Leader, id)
		if err == nil {
			t.Error("a draft is signed")
		}
		if _, err := s.Issue(ctx, w.Records, id); err == nil {
			t.Error("what is not signed is issued")
		}
		refused(t, "asked of people", s.AskSupplement(ctx, w.Officer, id, lacking()), dossiers.ErrTooLate)
		_, err = s.Move(ctx, w.Officer, id, extending())
		refused(t, "another day", err, dossiers.ErrTooLate)
		if f := must[core.Full](t)(s.Get(ctx, w.Officer, id, access.Handling)); !f.Can.Draft || f.Can.Stop || f.Can.Extend || f.Can.Ask || f.Can.Consult || f.Step.Action != "draft" {
			t.Errorf("now the officer can %+v", f.Can)
		}
		ok(t, s.Claim(ctx, w.Officer, id, ""))
		ok(t, s.Release(ctx, w.Officer, id, ""))
		must[core.Result](t)(s.SaveResultDraft(ctx, w.Officer, id, map[string]string{"finding": "Thường trú tại phường Mỹ Xuyên"}))
		must[core.Signing](t)(s.SendToSign(ctx, w.Officer, id, w.Leader.Account))
		ok(t, s.Return(ctx, w.Leader, id, "", "Còn sai chính tả ở dòng cuối"))
		must[core.Signing](t)(s.SendToSign(ctx, w.Officer, id, w.Leader.Account))
		must[core.Signing](t)(s.Sign(ctx, w.Leader, id))
		issued := must[core.IssuedInfo](t)(s.Issue(ctx, w.Records, id))
		if issued.Number == number {
			t.Errorf("the new one has the number %s of the old one", number)
		}
		if last := sms.words[len(sms.words)-1]; last != dossiers.NoticeReplaced {
			t.Errorf("told %q", last)
		}
		ok(t, s.Deliver(ctx, w.Clerk, id, core.Handover{Receiver: "Nguyễn Văn Bảy"}))
		after := must[core.Full](t)(s.Get(ctx, w.Citizen, id, access.Own))
		if after.Status != dossiers.Delivered || !after.FinishedAt.Equal(before.FinishedAt.Time) || !after.DeliveredAt.Equal(before.DeliveredAt.Time) || after.Step.Action != "" ||
			after.Result.Number != issued.Number || after.Revocations[0].NewNumber != issued.Number || after.Revocations[0].Making {
			t.Errorf("in the end %d, %+v, %+v", after.Status, after.Result, after.Revocations)
		}
		fresh := content(t)(s.ResultFile(ctx, w.Citizen, id, access.Own))
		if words := printed(t, fresh); !strings.Contains(words, "Mỹ Xuyên") || !strings.Contains(words, "thay thế văn bản số "+number) {
			t.Errorf("the new one says %s", words)
		}
		if _, newer, revoked, _ := s.IsRevoked(ctx, hexSHA(old)); !revoked || newer != issued.Number {
			t.Errorf("the old one is replaced by %q", newer)
		}
		if _, _, revoked, _ := s.IsRevoked(ctx, hexSHA(fresh)); revoked {
			t.Error("the new one counts as taken back")
		}
		r, file, found, err := s.OpenIssued(ctx, id)
		if err != nil || !found || r.Replaces != hexSHA(old) {
			t.Errorf("the vault gets %+v, %v", r, err)
		}
		ok(t, file.Close())
		must[string](t)(s.AskRevocation(ctx, w.Officer, id, retracting(0))) // the new one can be wrong too
	})
}

// A result that nobody has fetched yet is taken back for good: nothing is left to hand over.
func TestNothingIsLeftToHandOver(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *dossierstest.World, _ *dbtest.Clock) {
		ctx, s, id := t.Context(), w.Service, w.Issued(t)
		first := must[string](t)(s.AskRevocation(ctx, w.Officer, id, retracting(0)))
		refused(t, "somebody else's", s.DropRevocation(ctx, w.Second, id, first), dossiers.ErrNoMotion)
		ok(t, s.DropRevocation(ctx, w.Officer, id, first))
		second := must[string](t)(s.AskRevocation(ctx, w.Officer, id, retracting(0)))
		ok(t, s.DecideRevocation(ctx, w.Leader, id, second, core.Verdict{Words: "Nội dung đúng với hồ sơ đã nộp"}))
		third := must[string](t)(s.AskRevocation(ctx, w.Officer, id, retracting(0)))
		ok(t, s.DecideRevocation(ctx, w.Leader, id, third, core.Verdict{Agree: true}))
		if err := s.Deliver(ctx, w.Clerk, id, core.Handover{Electronic: true}); err == nil {
			t.Error("what counts no more is handed over")
		}
		_, err := s.AskRevocation(ctx, w.Officer, id, retracting(3))
		refused(t, "again", err, dossiers.ErrRevoked)
		if f := must[core.Full](t)(s.Get(ctx, w.Citizen, id, access.Own)); f.Status != dossiers.Finished || f.Step.Action != "" || len(f.Revocations) != 1 {
			t.Errorf("the citizen sees %d, %+v", f.Status, f.Revocations)
		}
	})
}

// Before it is handed over, the new one is handed over by the step that waited.
func TestANewResultBeforeTheOldOneWasFetched(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *dossierstest.World, _ *dbtest.Clock) {
		ctx, s, id := t.Context(), w.Service, w.Issued(t)
		asked := must[string](t)(s.AskRevocation(ctx, w.Officer, id, retracting(2)))
		var all sync.WaitGroup
		errs := make([]error, 4)
		for i := range errs {
			leader := []identity.Actor{w.Leader, w.Deputy}[i%2]
			all.Go(func() { errs[i] = s.DecideRevocation(ctx, leader, id, asked, core.Verdict{Agree: true}) })
		}
		all.Wait()
		won := 0
		for _, err := range errs {
			if err == nil {
				won++
			} else if !errors.Is(err, dossiers.ErrMotionOver) {
				t.Error(err)
			}
		}
		if won != 1 {
			t.Errorf("%d leaders have decided", won)
		}
		if err := s.Deliver(ctx, w.Clerk, id, core.Handover{Electronic: true}); err == nil {
			t.Error("handed over while the new one is made")
		}
		must[core.Signing](t)(s.SendToSign(ctx, w.Officer, id, w.Leader.Account))
		must[core.Signing](t)(s.Sign(ctx, w.Leader, id))
		must[core.IssuedInfo](t)(s.Issue(ctx, w.Records, id))
		ok(t, s.Deliver(ctx, w.Clerk, id, core.Handover{Electronic: true}))
		if n := w.Count(t, `SELECT COUNT(*) FROM dossiers_tasks WHERE dossier_id = $1`, string(id)); n != 0 {
			t.Errorf("%d steps are open in the end", n)
		}
	})
}
