// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"errors"
	"sync"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/privacy"
	"tinhso.vn/internal/modules/privacy/internal/core"
	"tinhso.vn/internal/platform/errs"
)

func decision(o privacy.Outcome) core.Decision {
	return core.Decision{Outcome: o, Reason: "Đúng như Ông/Bà nêu", Legal: "NĐ 356/2025/NĐ-CP"}
}

// One request goes all the way: filed online, decided, answered, each step with
// its record.
func TestARequestIsAnswered(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		id, err := w.svc.FileRequest(ctx, w.citizen, core.Ask{Kind: privacy.Correct, Words: "Ngày sinh của tôi là 08/10/1986"})
		must(t, err)
		_, err = w.svc.FileRequest(ctx, w.citizen, core.Ask{Kind: privacy.Correct, Words: "Lần nữa"})
		refused(t, "a second of the kind", err, privacy.ErrOpenByKind)
		f, err := w.svc.GetRequest(ctx, w.citizen, id)
		must(t, err)
		if f.State != privacy.Checked || f.CheckedHow != "session" || !f.Mine || f.Code[:5] != "DLCN-" || f.Words == "" {
			t.Errorf("as filed: %+v", f)
		}
		want, err := workingTime(t).Due(w.db.Now().Time, calendar.Duration{Amount: 10, Unit: calendar.CalendarDay})
		must(t, err)
		if !f.Due.Equal(want) {
			t.Errorf("due %v, want %v", f.Due, want)
		}
		_, err = w.svc.GetRequest(ctx, w.other, id)
		refused(t, "somebody else's", err, privacy.ErrNotFound)
		if n := w.audited(t, privacy.AuditRead, id); n != 0 {
			t.Errorf("%d readings, of the own", n)
		}
		list, counts, err := w.svc.ListRequests(ctx, w.one, false, "")
		must(t, err)
		if len(list.Items) != 1 || counts.Open != 1 || counts.Late != 0 || list.Items[0].ID != id {
			t.Errorf("the desk: %+v %+v", list, counts)
		}
		if _, err = w.svc.GetRequest(ctx, w.one, id); err != nil || w.audited(t, privacy.AuditRead, id) != 1 {
			t.Errorf("an official's reading: %v", err)
		}
		refused(t, "answer before a decision", w.svc.AnswerRequest(ctx, w.one, id, "online"), privacy.ErrState)
		must(t, w.svc.DecideRequest(ctx, w.one, id, decision(privacy.Granted)))
		refused(t, "decide twice", w.svc.DecideRequest(ctx, w.second, id, decision(privacy.Refused)), privacy.ErrState)
		must(t, w.svc.AnswerRequest(ctx, w.one, id, "online"))
		f, err = w.svc.GetRequest(ctx, w.citizen, id)
		must(t, err)
		if f.State != privacy.Answered || f.Outcome != privacy.Granted || f.Reason == "" || f.Legal == "" || len(f.Steps) != 3 {
			t.Errorf("in the end: %+v", f)
		}
		done, counts, err := w.svc.ListRequests(ctx, w.one, true, "")
		must(t, err)
		if len(done.Items) != 1 || counts.Open != 0 {
			t.Errorf("answered: %+v %+v", done, counts)
		}
		_, err = w.svc.FileRequest(ctx, w.citizen, core.Ask{Kind: privacy.Correct, Words: "Việc khác"})
		must(t, err)
	})
}

func TestWhoMayDoWhat(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		id, err := w.svc.FileRequest(ctx, w.citizen, core.Ask{Kind: privacy.Restrict})
		must(t, err)
		for name, a := range map[string]identity.Actor{"citizen": w.citizen, "other": w.other, "clerk": w.clerk, "nobody": w.nobody, "anonymous": {}} {
			_, _, err1 := w.svc.ListRequests(ctx, a, false, "")
			for i, err := range []error{
				err1, w.svc.DecideRequest(ctx, a, id, decision(privacy.Granted)), w.svc.ExtendRequest(ctx, a, id, "Phức tạp"), w.svc.CheckIdentity(ctx, a, id, "card"),
				w.svc.AnswerRequest(ctx, a, id, "online"), w.svc.ConfirmDeletion(ctx, a, id, true, ""),
			} {
				if k := errs.KindOf(err); k != errs.Forbidden && k != errs.Unauthenticated {
					t.Errorf("%s, %d: %v", name, i, err)
				}
			}
		}
		_, err = w.svc.FileRequest(ctx, w.clerk, core.Ask{Kind: privacy.See})
		refused(t, "a clerk's own", err, access.ErrNotAllowed)
		_, err = w.svc.TakeRequest(ctx, w.citizen, core.AtCounter{Number: number})
		refused(t, "a citizen at the counter", err, access.ErrNotAllowed)

		both := w.one.Grant(privacy.PermOwn, identity.Place{})
		mine, err := w.svc.FileRequest(ctx, both, core.Ask{Kind: privacy.See})
		must(t, err)
		refused(t, "one's own case", w.svc.DecideRequest(ctx, both, mine, decision(privacy.Granted)), privacy.ErrOwnCase)
	})
}

func TestWrongInputIsToldAtOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		fields := func(err error) (names []string) {
			if wrong, ok := errors.AsType[*errs.Error](err); ok {
				for _, f := range wrong.Fields {
					names = append(names, f.Name)
				}
			}
			return names
		}
		_, err := w.svc.FileRequest(ctx, w.citizen, core.Ask{Kind: "eat", Purpose: "none", Words: string(make([]rune, 5000))})
		if got := fields(err); len(got) < 2 || got[0] != "kind" || got[1] != "purpose" {
			t.Errorf("%v %v", got, err)
		}
		_, err = w.svc.FileRequest(ctx, w.citizen, core.Ask{Kind: privacy.Withdraw, Purpose: "viec"})
		if got := fields(err); len(got) != 1 || got[0] != "purpose" {
			t.Errorf("nobody consents to the law: %v %v", got, err)
		}
		_, err = w.svc.FileRequest(ctx, w.citizen, core.Ask{Kind: privacy.Complain, Words: "  "})
		if got := fields(err); len(got) != 1 || got[0] != "words" {
			t.Errorf("%v %v", got, err)
		}
		for _, n := range []string{"", "12", "999999999999"} {
			_, err = w.svc.TakeRequest(ctx, w.clerk, core.AtCounter{Number: n, Ask: core.Ask{Kind: privacy.See}})
			if got := fields(err); len(got) != 1 || got[0] != "number" {
				t.Errorf("%q: %v %v", n, got, err)
			}
		}
		err = w.svc.DecideRequest(ctx, w.one, "x", core.Decision{})
		if got := fields(err); len(got) != 3 {
			t.Errorf("%v %v", got, err)
		}
		refused(t, "no request", w.svc.DecideRequest(ctx, w.one, "x", decision(privacy.Granted)), privacy.ErrNotFound)
	})
}

// At the counter the identity is checked apart; the deadline moves once.
func TestCounterAndClock(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		id, err := w.svc.TakeRequest(ctx, w.clerk, core.AtCounter{Number: "089 090 000 001", Ask: core.Ask{Kind: privacy.Restrict}})
		must(t, err)
		f, err := w.svc.GetRequest(ctx, w.one, id)
		must(t, err)
		if f.State != privacy.Received || f.AckDue.IsZero() || f.Who.Number != number {
			t.Errorf("at the counter: %+v", f)
		}
		// Two working days are counted in the working time of the office: nights and weekends are none.
		want, err := workingTime(t).Due(w.db.Now().Time, calendar.Duration{Amount: 2, Unit: calendar.WorkingDay})
		must(t, err)
		if !f.AckDue.Equal(want) || f.AckDue.Weekday() == time.Saturday || f.AckDue.Weekday() == time.Sunday {
			t.Errorf("acknowledged until %v, want %v", f.AckDue, want)
		}
		refused(t, "decide before it is known who asks", w.svc.DecideRequest(ctx, w.one, id, decision(privacy.Granted)), privacy.ErrState)
		must(t, w.svc.CheckIdentity(ctx, w.one, id, "card"))
		refused(t, "twice", w.svc.CheckIdentity(ctx, w.one, id, "card"), privacy.ErrState)
		must(t, w.svc.ExtendRequest(ctx, w.one, id, "Dữ liệu ở nhiều nơi"))
		refused(t, "a second extension", w.svc.ExtendRequest(ctx, w.one, id, "Vẫn chưa xong"), privacy.ErrExtended)
		g, err := w.svc.GetRequest(ctx, w.citizen, id)
		must(t, err)
		if !g.Due.After(f.Due.Time) || !g.Original.Equal(f.Due.Time) || g.ExtendedWhy == "" {
			t.Errorf("extended: %v from %v", g.Due, f.Due)
		}
		w.clock.Advance(40 * 24 * time.Hour)
		list, counts, err := w.svc.ListRequests(ctx, w.one, false, "")
		must(t, err)
		if !list.Items[0].Late || counts.Late != 1 {
			t.Errorf("late: %+v", list)
		}
		must(t, w.svc.DecideRequest(ctx, w.one, id, decision(privacy.Granted))) // late is no reason to say nothing
		since, err := w.svc.Restricted(ctx, w.db, w.citizen.Person)
		if err != nil || since.IsZero() {
			t.Errorf("restricted since %v, %v", since, err)
		}
		if since, err = w.svc.Restricted(ctx, w.db, w.other.Person); err != nil || !since.IsZero() {
			t.Errorf("the other: %v %v", since, err)
		}
		complaint, err := w.svc.FileRequest(ctx, w.citizen, core.Ask{Kind: privacy.Complain, Words: "Chậm"})
		must(t, err)
		refused(t, "no extension in the term", w.svc.ExtendRequest(ctx, w.one, complaint, "Bận"), privacy.ErrNoExtend)
	})
}

// A deletion needs two; what is held stays and is told.
func TestDeletionNeedsTwo(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.shelf.kept = []privacy.Kept{{What: "H01-1", Rule: "quy-tac", Reason: i18n.Text{VI: "Giữ 10 năm"}}}
		id, err := w.svc.FileRequest(ctx, w.citizen, core.Ask{Kind: privacy.Delete})
		must(t, err)
		must(t, w.svc.DecideRequest(ctx, w.one, id, decision(privacy.Granted)))
		f, err := w.svc.GetRequest(ctx, w.citizen, id)
		must(t, err)
		if f.State != privacy.Proposed || f.Outcome != "" || f.Reason != "" {
			t.Errorf("a proposal is between officials: %+v", f)
		}
		refused(t, "alone", w.svc.ConfirmDeletion(ctx, w.one, id, true, ""), privacy.ErrSame)
		w.work(t)
		if len(w.shelf.erased) > 0 {
			t.Fatal("erased before anybody confirmed")
		}
		must(t, w.svc.ConfirmDeletion(ctx, w.second, id, false, "Chưa nêu căn cứ"))
		must(t, w.svc.DecideRequest(ctx, w.second, id, decision(privacy.Granted)))
		must(t, w.svc.ConfirmDeletion(ctx, w.one, id, true, ""))
		refused(t, "twice", w.svc.ConfirmDeletion(ctx, w.one, id, true, ""), privacy.ErrState)
		refused(t, "told before it is done", w.svc.AnswerRequest(ctx, w.one, id, "online"), privacy.ErrState)
		w.work(t)
		f, err = w.svc.GetRequest(ctx, w.one, id)
		must(t, err)
		if f.Erased != 3 || f.Outcome != privacy.Partly || len(w.shelf.erased) != 1 || w.audited(t, privacy.AuditErased, id) != 1 {
			t.Errorf("erased: %+v", f)
		}
		kept := false
		for _, s := range f.Steps {
			kept = kept || (s.What == "kept" && s.Words == "H01-1: Giữ 10 năm")
		}
		if !kept {
			t.Errorf("nobody is told what stays: %+v", f.Steps)
		}
		must(t, w.svc.AnswerRequest(ctx, w.second, id, "paper"))
	})
}

// Of two officials who decide at once one does.
func TestTwoDecideAtOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		id, err := w.svc.FileRequest(ctx, w.citizen, core.Ask{Kind: privacy.Object, Words: "Không đồng ý"})
		must(t, err)
		results := make([]error, 2)
		var wg sync.WaitGroup
		for i, a := range []identity.Actor{w.one, w.second} {
			wg.Go(func() {
				results[i] = w.svc.DecideRequest(ctx, a, id, decision([]privacy.Outcome{privacy.Granted, privacy.Refused}[i]))
			})
		}
		wg.Wait()
		if (results[0] == nil) == (results[1] == nil) {
			t.Fatalf("%v and %v", results[0], results[1])
		}
		if err := errors.Join(results...); !errors.Is(err, privacy.ErrState) {
			t.Errorf("the other: %v", err)
		}
		f, err := w.svc.GetRequest(ctx, w.citizen, id)
		must(t, err)
		want := privacy.Granted
		if results[0] != nil {
			want = privacy.Refused
		}
		if f.Outcome != want || w.audited(t, privacy.AuditDecided, id) != 1 {
			t.Errorf("%+v", f)
		}
	})
}
