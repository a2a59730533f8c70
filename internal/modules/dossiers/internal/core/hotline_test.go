// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"context"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/notify"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/dossierstest"
	"tinhso.vn/internal/modules/dossiers/internal/core"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
)

// Moment 9: whoever telephones with the code and the number of a dossier hears
// where it stands, and nothing else can be heard.
func TestTheHotlineAnswers(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *dossierstest.World, c *dbtest.Clock) {
		ctx, s := t.Context(), w.Service
		id := w.Accepted(t) // due on 5 March 2026
		full := must[core.Full](t)(s.Get(ctx, w.Clerk, id, access.Handling))
		phone := full.Owner.Phone
		ask := func(code, proof string) core.Call {
			t.Helper()
			return must[core.Call](t)(s.AnswerCall(ctx, w.Clerk, code, proof))
		}
		said := ask(full.Code, phone)
		if want := "còn 3 ngày làm việc"; !strings.Contains(said.Say.VI, want) || !strings.Contains(said.Say.VI, "Số 1 Giả Định") || said.Next != core.NextWait || said.DaysLeft != 3 {
			t.Errorf("it says %q, next %s", said.Say.VI, said.Next)
		}
		for _, secret := range []string{full.Owner.Name, full.Submitter.Name, full.Owner.Number, phone} {
			if secret != "" && (strings.Contains(said.Say.VI, secret) || strings.Contains(said.Say.EN, secret)) {
				t.Errorf("the sentence says %q", secret)
			}
		}
		ask(strings.ToLower(full.Code), phone[:4]+"."+phone[4:7]+" "+phone[7:])
		ask(full.Code, full.Reference)
		ask(full.Reference, full.Code)
		if n := w.Audited(t, dossiers.AuditCallAnswered, string(id)); n != 4 {
			t.Errorf("%d looks are recorded", n)
		}
		seen := must[core.Page[core.Reading]](t)(s.ListReadings(ctx, w.Citizen, id, ""))
		found := 0
		for _, r := range seen.Items {
			if r.Event == dossiers.AuditCallAnswered && r.Purpose == access.Handling && r.Who != "" {
				found++
			}
		}
		if found != 4 {
			t.Errorf("the owner sees %d looks of the hotline", found)
		}
		c.Advance(7 * 24 * time.Hour)
		if late := ask(full.Code, phone); late.Next != core.NextAsk || !strings.Contains(late.Say.VI, "chậm") || late.DaysLeft != 0 {
			t.Errorf("late: %q", late.Say.VI)
		}

		for name, err := range map[string]error{
			"an officer": func() error { _, err := s.AnswerCall(ctx, w.Officer, full.Code, phone); return err }(),
			"a citizen":  func() error { _, err := s.AnswerCall(ctx, w.Citizen, full.Code, phone); return err }(),
			"sending":    s.SendCall(ctx, w.Officer, full.Code, phone),
		} {
			refused(t, name, err, access.ErrNotAllowed)
		}
		for _, pair := range [][2]string{{"", phone}, {full.Code, " "}} {
			_, err := s.AnswerCall(ctx, w.Clerk, pair[0], pair[1])
			fieldRefused(t, err)
		}
	})
}

func fieldRefused(t *testing.T, err error) {
	t.Helper()
	if err == nil || !strings.Contains(err.Error(), "form") && !strings.Contains(err.Error(), "input") {
		t.Errorf("an empty field: %v", err)
	}
}

// A wrong code and a wrong number are one answer, each is recorded, and nobody
// goes on guessing.
func TestTheHotlineIsNotGuessed(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *dossierstest.World, c *dbtest.Clock) {
		ctx, s := t.Context(), w.Service
		id := w.Accepted(t)
		full := must[core.Full](t)(s.Get(ctx, w.Clerk, id, access.Handling))
		wrong := [][2]string{
			{full.Code, "0900000009"},
			{"Z01.103-260302-9999", full.Owner.Phone},
			{full.Code, full.Code},
			{full.Reference, full.Reference},
			{full.Code, "ABCD-EFGH-JKLM"},
			{strings.Repeat("9", 100), full.Owner.Phone},
			{full.Code, full.Owner.Name},
			{full.Code, full.Owner.Number},
		}
		for _, pair := range wrong {
			_, err := s.AnswerCall(ctx, w.Clerk, pair[0], pair[1])
			refused(t, pair[0]+" and "+pair[1], err, dossiers.ErrCallNotFound)
		}
		for range 2 {
			refused(t, "sending to nobody", s.SendCall(ctx, w.Clerk, full.Code, "0900000009"), dossiers.ErrCallNotFound)
		}
		if n := w.Audited(t, dossiers.AuditCallUnknown, w.Clerk.Account); n != len(wrong)+2 {
			t.Errorf("%d wrong ones are recorded", n)
		}
		_, err := s.AnswerCall(ctx, w.Clerk, full.Code, full.Owner.Phone)
		refused(t, "the eleventh", err, dossiers.ErrTooManyCalls)
		if _, err := s.AnswerCall(ctx, w.Colleague, full.Code, full.Owner.Phone); err != nil {
			t.Errorf("a colleague waits too: %v", err)
		}
		c.Advance(11 * time.Minute)
		if _, err := s.AnswerCall(ctx, w.Clerk, full.Code, full.Owner.Phone); err != nil {
			t.Errorf("after the wait: %v", err)
		}
	})
}

// The message goes to the number in the dossier, and says what was said.
func TestTheHotlineSends(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *dossierstest.World, _ *dbtest.Clock) {
		ctx := t.Context()
		said := &kept{}
		w.Deps.Messages = said
		s := core.New(w.Deps)
		id := w.Accepted(t)
		full := must[core.Full](t)(s.Get(ctx, w.Clerk, id, access.Handling))
		ok(t, s.SendCall(ctx, w.Clerk, full.Code, full.Reference))
		ok(t, s.SendCall(ctx, w.Clerk, full.Code, full.Owner.Phone))
		if len(said.all) != 2 || said.all[0].Key != said.all[1].Key {
			t.Fatalf("told %+v", said.all)
		}
		n := said.all[0]
		if n.To.Phone != full.Owner.Phone || n.To.Account != "" || n.Event != dossiers.NoticeCall || n.Words["state"].VI != "đang xử lý, còn 3 ngày làm việc" || n.Words["promise"].VI != ", hẹn trả 05/03/2026" {
			t.Errorf("told %+v", n)
		}
		for _, max := range []struct {
			word string
			n    int
		}{{"state", 36}, {"next", 50}} {
			for _, v := range []string{n.Words[max.word].VI, n.Words[max.word].EN} {
				if utf8.RuneCountInString(v) > max.n {
					t.Errorf("%q is longer than %d", v, max.n)
				}
			}
		}
		if w.Audited(t, dossiers.AuditCallSent, string(id)) != 2 {
			t.Error("that it was sent is not recorded")
		}
	})
}

// kept keeps what was told.
type kept struct{ all []notify.Notice }

// Tell implements core.Messenger.
func (k *kept) Tell(_ context.Context, _ *db.Tx, n notify.Notice) error {
	k.all = append(k.all, n)
	return nil
}
