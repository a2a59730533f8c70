// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/notify"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/dossierstest"
	"tinhso.vn/internal/modules/dossiers/internal/core"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/modules/procedures/procedurestest"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
)

// told keeps the messages that were sent.
type told struct{ words []string }

// Tell implements core.Messenger.
func (m *told) Tell(_ context.Context, _ *db.Tx, n notify.Notice) error {
	m.words = append(m.words, n.Event)
	return nil
}

func lacking() core.Ask {
	return core.Ask{Missing: []core.Missing{
		{Paper: "giay-to", Why: "Bản chụp bị mờ, không đọc được số", Basis: "khoản 1 Điều 9"},
		{What: "Ghi rõ nơi ở hiện nay", Why: "Tờ khai bỏ trống"},
	}}
}

// The clerk asks before acceptance: no time is running yet.
func TestASupplementBeforeAcceptance(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *dossierstest.World, _ *dbtest.Clock) {
		ctx, sms := t.Context(), &told{}
		w.Deps.Messages = sms
		s, id := core.New(w.Deps), w.Submit(t)
		for name, a := range map[string]identity.Actor{"citizen": w.Citizen, "officer": w.Officer, "other ward": w.OtherClerk, "nobody": {}} {
			if err := s.AskSupplement(ctx, a, id, lacking()); err == nil {
				t.Errorf("%s asks for a supplement", name)
			}
		}
		refused(t, "not asked yet", s.SupplyMissing(ctx, w.Citizen, id, core.Supply{Message: "đã có"}), dossiers.ErrNotAsked)
		if f := must[core.Full](t)(s.Get(ctx, w.Clerk, id, access.Handling)); !f.Can.Ask || f.Can.Supply {
			t.Errorf("the clerk can %+v", f.Can)
		}
		preview := must[[]byte](t)(s.PreviewSupplement(ctx, w.Clerk, id, lacking()))
		if !bytes.HasPrefix(preview, []byte("%PDF")) || w.Count(t, `SELECT COUNT(*) FROM dossiers_supplements`) != 0 {
			t.Error("the preview is no document, or keeps something")
		}
		ok(t, s.AskSupplement(ctx, w.Clerk, id, lacking()))
		if len(sms.words) != 1 || sms.words[0] != dossiers.NoticeAsked {
			t.Errorf("told %q", sms.words)
		}
		_, err := s.Accept(ctx, w.Clerk, id)
		refused(t, "accept", err, dossiers.ErrWaiting)
		refused(t, "ask again", s.AskSupplement(ctx, w.Clerk, id, lacking()), dossiers.ErrWaiting)
		f := must[core.Full](t)(s.Get(ctx, w.Citizen, id, access.Own))
		if f.Status != dossiers.Supplement || !f.Can.Supply || f.Can.Refuse || len(f.Supplements) != 1 || f.Supplements[0].Missing[0].What != "Giấy tờ kèm theo" ||
			!f.Supplements[0].Open() || f.Supplements[0].Until.Sub(f.Supplements[0].AskedAt.Time) != 14*24*time.Hour { // ten working days
			t.Errorf("the citizen sees %+v, can %+v", f.Supplements, f.Can)
		}
		if slip := must[[]byte](t)(s.SupplementSlip(ctx, w.Citizen, id, access.Own)); !bytes.HasPrefix(slip, []byte("%PDF")) {
			t.Error("the slip is no document")
		}
		refused(t, "nothing", s.SupplyMissing(ctx, w.Citizen, id, core.Supply{Message: " "}), dossiers.ErrNothingAdded)
		refused(t, "sheets on the web", s.SupplyMissing(ctx, w.Citizen, id, core.Supply{Handed: map[string]core.Handed{"giay-to": {Copy: 1}}}), access.ErrNotAllowed)
		refused(t, "the neighbour", s.SupplyMissing(ctx, w.Neighbour, id, core.Supply{Message: "x"}), dossiers.ErrNotFound)
		_, err = s.AttachSupplement(ctx, w.Neighbour, id, "giay-to", "x.pdf", strings.NewReader(dossierstest.PDF))
		refused(t, "the neighbour's file", err, dossiers.ErrNotFound)
		_, err = s.AttachSupplement(ctx, w.Citizen, id, "khong-co", "x.pdf", strings.NewReader(dossierstest.PDF))
		refused(t, "no such paper", err, dossiers.ErrNoPaper)
		must[core.Attachment](t)(s.AttachSupplement(ctx, w.Citizen, id, "giay-to", "rõ.pdf", strings.NewReader(dossierstest.PDF)))
		must[core.Attachment](t)(s.AttachSupplement(ctx, w.Citizen, id, core.ExtraPaper, "khác.pdf", strings.NewReader(dossierstest.PDF)))
		ok(t, s.SupplyMissing(ctx, w.Citizen, id, core.Supply{}))
		_, err = s.AttachSupplement(ctx, w.Citizen, id, "giay-to", "muộn.pdf", strings.NewReader(dossierstest.PDF))
		refused(t, "too late", err, dossiers.ErrNotAsked)
		if f := must[core.Full](t)(s.Get(ctx, w.Clerk, id, access.Handling)); f.Status != dossiers.Submitted || len(f.Papers) != 3 || !f.Can.Accept {
			t.Errorf("back at the clerk: %d, %d papers", f.Status, len(f.Papers))
		}
		if err := s.AskSupplement(ctx, w.Clerk, id, core.Ask{Missing: lacking().Missing, Days: 5}); err == nil || !strings.Contains(err.Error(), "again dossiers.ask.again") {
			t.Errorf("a second time unasked: %v", err)
		}
		again := lacking()
		again.Again, again.Reason = true, "Phát hiện thêm khi đối chiếu bản gốc"
		ok(t, s.AskSupplement(ctx, w.Clerk, id, again))
		ok(t, s.Refuse(ctx, w.Clerk, id, "Quá hạn bổ sung, không nhận được giấy tờ"))
		if n := w.Count(t, `SELECT COUNT(*) FROM dossiers_supplements WHERE ended_at IS NULL`); n != 0 {
			t.Error("a refused dossier still waits")
		}
		for event, want := range map[string]int{"supplement_asked": 2, "supplement_paper_added": 2, "supplemented": 1} {
			if n := w.Count(t, `SELECT COUNT(*) FROM audit_records WHERE event = $1 AND subject = $2`, "dossiers."+event, string(id)); n != want {
				t.Errorf("%s was recorded %d times, want %d", event, n, want)
			}
		}
	})
}

// The officer asks: the clock stands still, nothing else can be done, and the
// deadlines move by what was waited.
func TestASupplementStopsTheClock(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *dossierstest.World, c *dbtest.Clock) {
		ctx, s, id := t.Context(), w.Service, w.Accepted(t) // Monday, 2 March 2026, 9:30, due Thursday
		before := must[core.Full](t)(s.Get(ctx, w.Officer, id, access.Handling))
		c.Advance(time.Hour)
		wrong := core.Ask{Days: 1000, Missing: []core.Missing{{Paper: "khong-co", Why: "x"}, {What: "y"}, {Why: strings.Repeat("a", 501)}}}
		err := s.AskSupplement(ctx, w.Officer, id, wrong)
		for _, part := range []string{"missing[0].paper dossiers.no_such_paper", "missing[1].why form.required", "missing[2].what form.required", "missing[2].why form.too_long", "days dossiers.ask.days"} {
			if err == nil || !strings.Contains(err.Error(), part) {
				t.Errorf("%v does not say %s", err, part)
			}
		}
		if err := s.AskSupplement(ctx, w.Officer, id, core.Ask{}); err == nil || !strings.Contains(err.Error(), "missing dossiers.ask.nothing") {
			t.Errorf("nothing asked for: %v", err)
		}
		ok(t, s.AskSupplement(ctx, w.Officer, id, lacking()))
		refused(t, "claim", s.Claim(ctx, w.Officer, id, ""), dossiers.ErrWaiting)
		refused(t, "finish", s.Finish(ctx, w.Officer, id, core.Done{}), dossiers.ErrWaiting)
		_, err = s.SaveResultDraft(ctx, w.Officer, id, map[string]string{"finding": "x"})
		refused(t, "draft", err, dossiers.ErrWaiting)
		_, err = s.Accept(ctx, w.Clerk, id)
		refused(t, "accept", err, dossiers.ErrAlreadyAccepted)
		refused(t, "refuse", s.Refuse(ctx, w.Clerk, id, "không đủ thành phần hồ sơ"), dossiers.ErrAlreadyAccepted)
		if desk := must[core.Desk](t)(s.Desk(ctx, w.Officer, core.DeskFilter{}, "")); desk.Counts.Waiting != 1 || desk.Counts.Total() != 1 {
			t.Errorf("the desk counts %+v", desk.Counts)
		}
		c.Advance(7 * 24 * time.Hour) // long past the day it was due
		track := must[core.Tracking](t)(s.Track(ctx, before.Code))
		if track.Overdue || track.Status != dossiers.Supplement {
			t.Errorf("while it waits: %+v", track)
		}
		ok(t, s.SupplyMissing(ctx, w.Clerk, id, core.Supply{Message: "Đã nộp bản rõ tại quầy", Handed: map[string]core.Handed{"giay-to": {Copy: 2}}}))
		refused(t, "twice", s.SupplyMissing(ctx, w.Clerk, id, core.Supply{Message: "lần nữa"}), dossiers.ErrNotAsked)
		after := must[core.Full](t)(s.Get(ctx, w.Officer, id, access.Handling))
		week := 7 * 24 * time.Hour
		if after.Status != dossiers.Accepted || after.Due.Sub(before.Due.Time) != week || after.Statutory.Sub(before.Statutory.Time) != week ||
			after.Step.Due.Sub(before.Step.Due.Time) != week || !after.Original.Equal(before.Original.Time) {
			t.Errorf("due %v, by law %v, step %v; before %v, %v, %v", after.Due, after.Statutory, after.Step.Due, before.Due, before.Statutory, before.Step.Due)
		}
		u := after.Supplements[0]
		if !u.OldDue.Equal(before.Due.Time) || !u.NewDue.Equal(after.Due.Time) || !strings.Contains(u.Basis, "ngày 02/03/2026") || u.Answer != "Đã nộp bản rõ tại quầy" {
			t.Errorf("kept: %+v", u)
		}
		ok(t, s.Finish(ctx, w.Officer, id, core.Done{})) // the way goes on
		if err := s.AskSupplement(ctx, w.Officer, id, lacking()); err == nil || !strings.Contains(err.Error(), "again dossiers.ask.again") {
			t.Errorf("a second time unasked: %v", err)
		}
		again := lacking()
		again.Again, again.Reason = true, "Phát hiện thêm khi đối chiếu bản gốc"
		ok(t, s.AskSupplement(ctx, w.Officer, id, again))
		ok(t, s.Withdraw(ctx, w.Citizen, id, "không cần nữa, xin rút"))
		if n := w.Count(t, `SELECT COUNT(*) FROM dossiers_supplements WHERE ended_at IS NULL`); n != 0 {
			t.Error("a withdrawn dossier still waits")
		}

		w.Procedures.Add(procedurestest.Version(t, func(v *procedures.Version) { v.SameDay = true }))
		id = w.Accepted(t)
		refused(t, "same day", s.AskSupplement(ctx, w.Officer, id, lacking()), dossiers.ErrSameDay)
		if f := must[core.Full](t)(s.Get(ctx, w.Officer, id, access.Handling)); f.Can.Ask {
			t.Error("a same-day procedure offers a supplement")
		}
	})
}

// However long people take, and whenever they are asked, nobody has less time after it.
func TestASuspensionNeverShortens(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *dossierstest.World, c *dbtest.Clock) {
		ctx, s := t.Context(), w.Service
		id := w.Accepted(t)
		rapid.Check(t, func(rt *rapid.T) {
			c.Advance(time.Duration(rapid.IntRange(0, 3000).Draw(rt, "worked")) * time.Minute)
			before := must[core.Full](t)(s.Get(ctx, w.Officer, id, access.Handling))
			a := lacking()
			a.Again, a.Reason = true, "Phát hiện thêm khi đối chiếu bản gốc"
			ok(t, s.AskSupplement(ctx, w.Officer, id, a))
			waited := time.Duration(rapid.IntRange(0, 40_000).Draw(rt, "waited")) * time.Minute
			c.Advance(waited)
			ok(t, s.SupplyMissing(ctx, w.Citizen, id, core.Supply{Message: "đã có"}))
			after := must[core.Full](t)(s.Get(ctx, w.Officer, id, access.Handling))
			for what, pair := range map[string][2]db.Time{
				"due": {before.Due, after.Due}, "by law": {before.Statutory, after.Statutory}, "step": {before.Step.Due, after.Step.Due},
			} {
				if moved := pair[1].Sub(pair[0].Time); moved < waited {
					rt.Fatalf("%s moved by %v after waiting %v", what, moved, waited)
				}
			}
		})
	})
}
