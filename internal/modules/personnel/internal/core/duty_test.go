// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/personnel"
	"tinhso.vn/internal/modules/personnel/internal/core"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// The clock of tests begins at 2 March 2026, 9:30 in Vietnam, a Monday.
func (w *world) shift(login, from, to string) core.NewShift {
	return core.NewShift{Unit: "phuong-a", Kind: "truc-co-quan", Login: login, From: from, To: to}
}

func (w *world) enter(n core.NewShift) string {
	w.t.Helper()
	id, err := w.svc.EnterShift(w.t.Context(), w.as("sep-a"), n)
	if err != nil {
		w.t.Fatal(err)
	}
	return id
}

// onDuty returns the logins of those on duty at a moment, as somebody sees it.
func (w *world) onDuty(as, at string) (logins []string) {
	w.t.Helper()
	d, err := w.svc.ListOnDuty(w.t.Context(), w.as(as), core.DutyQuery{At: at})
	if err != nil {
		w.t.Fatal(err)
	}
	for _, i := range d.Items {
		logins = append(logins, i.Who.Login)
	}
	return logins
}

// roster is absences, kept in memory.
type roster []personnel.Absence

func (r roster) ListAbsences(_ context.Context, _ db.Querier, from, until db.Time, accounts ...string) (all []personnel.Absence, err error) {
	for _, a := range r {
		if slices.Contains(accounts, a.Account) && a.Since.Before(until.Time) && from.Before(a.Until.Time) {
			all = append(all, a)
		}
	}
	return all, nil
}

func (roster) ListDeputies(context.Context, identity.Actor, string) ([]personnel.Deputy, error) {
	return nil, nil
}

func (roster) Declare(context.Context, identity.Actor, personnel.NewAbsence) (string, error) {
	return "", nil
}
func (roster) End(context.Context, identity.Actor, string) error { return nil }

func TestWhoIsOnDuty(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		ctx := w.t.Context()
		night := w.shift("an", "2026-03-02T17:00", "2026-03-03T07:00")
		night.Phone, night.Note = "0296 3852 576", "Cổng chính"
		id := w.enter(night)
		w.enter(w.shift("sep-a", "2026-03-03T07:00", "2026-03-03T17:00"))
		for at, want := range map[string]string{
			"2026-03-02T16:59": "", "2026-03-02T17:00": "an", "2026-03-03T06:59": "an", "2026-03-03T07:00": "sep-a", "2026-03-03T17:00": "", "2026-04-01T17:00": "", "": "",
		} {
			if got := strings.Join(w.onDuty("binh", at), " "); got != want {
				w.t.Errorf("at %q: %q, want %q", at, got, want)
			}
		}
		if got := w.onDuty("sep-b", "2026-03-02T18:00"); len(got) != 0 {
			w.t.Errorf("another unit sees %v", got)
		}
		if got := w.onDuty("cntt", "2026-03-02T18:00"); len(got) != 1 {
			w.t.Errorf("the province sees %v", got)
		}
		if _, err := w.svc.ListOnDuty(ctx, w.as("kiem"), core.DutyQuery{}); !errors.Is(err, access.ErrNotAllowed) {
			w.t.Errorf("without the right: %v", err)
		}
		if _, err := w.svc.ListOnDuty(ctx, w.as("sep-a"), core.DutyQuery{Unit: "phuong-b"}); !errors.Is(err, orgs.ErrNotFound) {
			w.t.Errorf("a unit out of scope: %v", err)
		}
		r, err := w.svc.GetRoster(ctx, w.as("binh"), "phuong-a", "2026-03", "")
		if err != nil || len(r.Items) != 2 || r.May || r.Items[0].Phone != "0296 3852 576" || r.Items[0].KindName.VI != "Trực cơ quan" || r.Items[0].Left {
			w.t.Errorf("the plan: %+v, %v", r, err)
		}
		if r, err := w.svc.GetRoster(ctx, w.as("sep-a"), "phuong-a", "2026-04", ""); err != nil || len(r.Items) != 0 || !r.May {
			w.t.Errorf("another month: %+v, %v", r, err)
		}
		if m, err := w.svc.GetMyDuty(ctx, w.as("an")); err != nil || len(m.Shifts) != 1 || m.Shifts[0].ID != id {
			w.t.Errorf("the own shifts: %+v, %v", m, err)
		}
		if _, err := w.svc.GetShift(ctx, w.as("cuc"), id); !errors.Is(err, personnel.ErrNotFound) {
			w.t.Errorf("out of scope: %v", err)
		}
	})
}

func TestAShiftIsRefused(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		ctx := w.t.Context()
		w.enter(w.shift("an", "2026-03-02T17:00", "2026-03-03T07:00"))
		w.write(func(tx *db.Tx) error { // one person, two wards
			_, err := access.Give(ctx, tx, access.Holding{Account: w.ids["cuc"], Role: "officer", Unit: "phuong-a", Kind: access.Concurrent})
			return err
		})
		if _, err := w.svc.EnterShift(ctx, w.as("cntt"), core.NewShift{Unit: "phuong-b", Kind: "truc-co-quan", Login: "cuc", From: "2026-03-04T17:00", To: "2026-03-05T07:00"}); err != nil {
			w.t.Fatal(err)
		}
		for _, tt := range []struct {
			name, as string
			n        core.NewShift
			want     error
			field    string
		}{
			{"an officer writes", "an", w.shift("binh", "2026-03-05T07:00", "2026-03-05T17:00"), access.ErrNotAllowed, ""},
			{"another unit", "sep-b", w.shift("cuc", "2026-03-05T07:00", "2026-03-05T17:00"), orgs.ErrNotFound, ""},
			{"the same time", "sep-a", w.shift("an", "2026-03-02T17:00", "2026-03-03T07:00"), personnel.ErrTwoPlaces, ""},
			{"a minute in common", "sep-a", w.shift("an", "2026-03-03T06:59", "2026-03-03T12:00"), personnel.ErrTwoPlaces, ""},
			{"around it", "sep-a", w.shift("an", "2026-03-02T12:00", "2026-03-03T12:00"), personnel.ErrTwoPlaces, ""},
			{"in two places", "sep-a", w.shift("cuc", "2026-03-05T06:00", "2026-03-05T17:00"), personnel.ErrElsewhere, ""},
			{"in two places, seen", "cntt", w.shift("cuc", "2026-03-05T06:00", "2026-03-05T17:00"), personnel.ErrTwoPlaces, ""},
			{"right after it", "sep-a", w.shift("an", "2026-03-03T07:00", "2026-03-03T12:00"), nil, ""},
			{"no post here", "sep-a", w.shift("sep-b", "2026-03-05T07:00", "2026-03-05T17:00"), nil, "login"},
			{"nobody", "sep-a", w.shift("ai-do", "2026-03-05T07:00", "2026-03-05T17:00"), nil, "login"},
			{"past", "sep-a", w.shift("an", "2026-03-01T07:00", "2026-03-01T17:00"), nil, "to"},
			{"backwards", "sep-a", w.shift("an", "2026-03-05T07:00", "2026-03-05T07:00"), nil, "to"},
			{"too long", "sep-a", w.shift("an", "2026-03-05T07:00", "2026-03-15T07:00"), nil, "to"},
			{"no time", "sep-a", w.shift("an", "5/3", "2026-03-15T07:00"), nil, "from"},
			{"no such kind", "sep-a", core.NewShift{Unit: "phuong-a", Kind: "x", Login: "an", From: "2026-03-05T07:00", To: "2026-03-05T08:00"}, nil, "kind"},
			{"no phone", "sep-a", core.NewShift{Unit: "phuong-a", Kind: "truc-co-quan", Login: "an", From: "2026-03-05T07:00", To: "2026-03-05T08:00", Phone: "gọi bảo vệ"}, nil, "phone"},
		} {
			_, err := w.svc.EnterShift(ctx, w.as(tt.as), tt.n)
			if wrong, ok := errors.AsType[*errs.Error](err); tt.field != "" && (!ok || len(wrong.Fields) != 1 || wrong.Fields[0].Name != tt.field) {
				w.t.Errorf("%s: %v, want a problem with %s", tt.name, err, tt.field)
			} else if tt.field == "" && !errors.Is(err, tt.want) {
				w.t.Errorf("%s: %v, want %v", tt.name, err, tt.want)
			}
		}
		if _, err := w.svc.EnterShift(ctx, w.as("sep-a"), core.NewShift{Phone: "x", From: "y", To: "z"}); err == nil {
			w.t.Error("nothing is enough")
		} else if wrong, ok := errors.AsType[*errs.Error](err); !ok || len(wrong.Fields) != 6 {
			w.t.Errorf("all problems at once: %v", err)
		}
	})
}

// Of eight who enter the same person at once, one does.
func TestOneOfManyEntersAShift(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		sep, ctx := w.as("sep-a"), w.t.Context()
		done, wg := make(chan error, 8), sync.WaitGroup{}
		for range 8 {
			wg.Go(func() {
				_, err := w.svc.EnterShift(ctx, sep, w.shift("an", "2026-03-02T17:00", "2026-03-03T07:00"))
				done <- err
			})
		}
		wg.Wait()
		close(done)
		entered := 0
		for err := range done {
			switch {
			case err == nil:
				entered++
			case !errors.Is(err, personnel.ErrTwoPlaces):
				w.t.Error(err)
			}
		}
		if entered != 1 {
			w.t.Errorf("entered %d times", entered)
		}
	})
}

func TestAShiftChanges(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		ctx := w.t.Context()
		id := w.enter(w.shift("an", "2026-03-02T17:00", "2026-03-03T07:00"))
		other := w.enter(w.shift("binh", "2026-03-03T17:00", "2026-03-04T07:00"))
		if err := w.svc.ChangeShift(ctx, w.as("binh"), id, w.shift("binh", "2026-03-02T17:00", "2026-03-03T07:00")); !errors.Is(err, access.ErrNotAllowed) {
			w.t.Errorf("an officer: %v", err)
		}
		if err := w.svc.ChangeShift(ctx, w.as("sep-a"), id, w.shift("an", "2026-03-02T18:00", "2026-03-03T07:00")); err != nil {
			w.t.Errorf("an hour later: %v", err)
		}
		if err := w.svc.ChangeShift(ctx, w.as("sep-a"), id, w.shift("binh", "2026-03-03T18:00", "2026-03-03T19:00")); !errors.Is(err, personnel.ErrTwoPlaces) {
			w.t.Errorf("onto another: %v", err)
		}
		if err := w.svc.RemoveShift(ctx, w.as("sep-b"), other); !errors.Is(err, personnel.ErrNotFound) {
			w.t.Errorf("another unit removes it: %v", err)
		}
		if err := w.svc.RemoveShift(ctx, w.as("sep-a"), other); err != nil {
			w.t.Error(err)
		}
		if got := w.onDuty("sep-a", "2026-03-03T18:00"); len(got) != 0 {
			w.t.Errorf("removed, and %v", got)
		}
		w.clock.Advance(10 * time.Hour) // 19:30
		if err := w.svc.ChangeShift(ctx, w.as("sep-a"), id, w.shift("binh", "2026-03-02T18:00", "2026-03-03T07:00")); !errors.Is(err, personnel.ErrBegun) {
			w.t.Errorf("another person while it goes on: %v", err)
		}
		if err := w.svc.ChangeShift(ctx, w.as("sep-a"), id, w.shift("an", "2026-03-02T18:00", "2026-03-02T22:00")); err != nil {
			w.t.Errorf("a new end while it goes on: %v", err)
		}
		if err := w.svc.RemoveShift(ctx, w.as("sep-a"), id); !errors.Is(err, personnel.ErrBegun) {
			w.t.Errorf("removed while it goes on: %v", err)
		}
		w.clock.Advance(3 * time.Hour)
		if err := w.svc.RemoveShift(ctx, w.as("sep-a"), id); !errors.Is(err, personnel.ErrShiftOver) {
			w.t.Errorf("history is removed: %v", err)
		}
		if n := w.events(personnel.AuditDutyEntered) + 10*w.events(personnel.AuditDutyChanged) + 100*w.events(personnel.AuditDutyRemoved); n != 122 {
			w.t.Errorf("the log: %d", n)
		}
	})
}

func TestShiftsNobodyComesTo(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		ctx := w.t.Context()
		w.enter(w.shift("an", "2026-03-04T17:00", "2026-03-05T07:00"))
		w.enter(w.shift("binh", "2026-03-05T17:00", "2026-03-06T07:00"))
		flags := func() (all []string) {
			r, err := w.svc.GetRoster(ctx, w.as("sep-a"), "phuong-a", "2026-03", "")
			if err != nil {
				w.t.Fatal(err)
			}
			for _, i := range r.Items {
				switch {
				case i.Left:
					all = append(all, "left")
				case i.Away != "":
					all = append(all, i.Away)
				default:
					all = append(all, "-")
				}
			}
			return all
		}
		if got := strings.Join(flags(), " "); got != "- -" {
			w.t.Errorf("at first: %s", got)
		}
		start := func(day string) db.Time {
			at, err := orgs.Start(day)
			if err != nil {
				w.t.Fatal(err)
			}
			return at
		}
		w.svc.Absences = roster{
			{Account: w.ids["an"], From: "2026-03-05", To: "2026-03-05", Since: start("2026-03-05"), Until: start("2026-03-06")},
			{Account: w.ids["binh"], From: "2026-03-04", To: "2026-03-04", Since: start("2026-03-04"), Until: start("2026-03-05")},
		}
		if got := strings.Join(flags(), " "); got != "2026-03-05 -" {
			w.t.Errorf("away: %s", got)
		}
		w.svc.Absences = nil
		if _, err := w.svc.EnterMove(ctx, w.as("cntt"), transfer("binh", "2026-03-05")); err != nil {
			w.t.Fatal(err)
		}
		if got := strings.Join(flags(), " "); got != "- left" {
			w.t.Errorf("moved before the shift: %s", got)
		}
	})
}

func TestASwap(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		ctx := w.t.Context()
		n := w.shift("an", "2026-03-04T17:00", "2026-03-05T07:00")
		n.Phone = "0911111111"
		mine := w.enter(n)
		n = w.shift("binh", "2026-03-06T17:00", "2026-03-07T07:00")
		n.Phone = "0922222222"
		theirs := w.enter(n)
		ask := func(as, shift string, s core.NewSwap) (string, error) {
			s.Reason = "Con ốm"
			return w.svc.AskSwap(ctx, w.as(as), shift, s)
		}
		if _, err := ask("binh", mine, core.NewSwap{Login: "binh"}); !errors.Is(err, personnel.ErrNotFound) && err == nil {
			w.t.Errorf("what is not one's own is given away: %v", err)
		}
		if _, err := ask("an", mine, core.NewSwap{Login: "cuc"}); errs.KindOf(err) != errs.Invalid {
			w.t.Errorf("to another unit: %v", err)
		}
		if _, err := ask("an", mine, core.NewSwap{Login: "an"}); errs.KindOf(err) != errs.Invalid {
			w.t.Errorf("to oneself: %v", err)
		}
		swap, err := ask("an", mine, core.NewSwap{Login: "binh", Other: theirs})
		if err != nil {
			w.t.Fatal(err)
		}
		if _, err := ask("an", mine, core.NewSwap{Login: "sep-a"}); !errors.Is(err, personnel.ErrSwapOpen) {
			w.t.Errorf("two at once: %v", err)
		}
		if err := w.svc.AnswerSwap(ctx, w.as("an"), swap, true, ""); !errors.Is(err, personnel.ErrNotFound) {
			w.t.Errorf("who asks answers: %v", err)
		}
		if got := w.onDuty("an", "2026-03-04T18:00"); got[0] != "an" {
			w.t.Errorf("before the answer: %v", got)
		}
		if m, err := w.svc.GetMyDuty(ctx, w.as("binh")); err != nil || len(m.Asked) != 1 || m.Asked[0].Other == nil || m.Asked[0].Shift.ID != mine {
			w.t.Errorf("who is asked: %+v, %v", m, err)
		}
		if got, err := w.svc.CountSwaps(ctx, w.as("binh")); err != nil || got != 1 {
			w.t.Errorf("%d wait, %v", got, err)
		}
		if err := w.svc.AnswerSwap(ctx, w.as("binh"), swap, true, ""); err != nil {
			w.t.Fatal(err)
		}
		if err := w.svc.AnswerSwap(ctx, w.as("binh"), swap, false, ""); !errors.Is(err, personnel.ErrDecided) {
			w.t.Errorf("twice: %v", err)
		}
		r, err := w.svc.GetRoster(ctx, w.as("an"), "phuong-a", "2026-03", "")
		if err != nil || r.Items[0].Who.Login != "binh" || r.Items[0].Phone != "0922222222" || r.Items[1].Who.Login != "an" || r.Items[1].Phone != "0911111111" {
			w.t.Errorf("after: %+v, %v", r.Items, err)
		}
		p, err := w.svc.ListSwaps(ctx, w.as("sep-a"), "")
		if err != nil || len(p.Items) != 1 || p.Items[0].State != core.Accepted {
			w.t.Errorf("the leader sees %+v, %v", p, err)
		}
		if p, err := w.svc.ListSwaps(ctx, w.as("sep-b"), ""); err != nil || len(p.Items) != 0 {
			w.t.Errorf("another leader sees %+v, %v", p, err)
		}
		if _, err := w.svc.ListSwaps(ctx, w.as("an"), ""); !errors.Is(err, access.ErrNotAllowed) {
			w.t.Errorf("an officer lists all: %v", err)
		}
		if w.events(personnel.AuditSwapAsked) != 1 || w.events(personnel.AuditSwapped) != 1 {
			w.t.Error("the log does not tell of it")
		}
	})
}

// A shift that was asked for and changes meanwhile is no longer asked for, and
// what would put somebody in two places is refused when it is accepted.
func TestASwapThatCannotBe(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		ctx := w.t.Context()
		mine := w.enter(w.shift("an", "2026-03-04T17:00", "2026-03-05T07:00"))
		ask := func() string {
			w.t.Helper()
			swap, err := w.svc.AskSwap(ctx, w.as("an"), mine, core.NewSwap{Login: "binh", Reason: "x"})
			if err != nil {
				w.t.Fatal(err)
			}
			return swap
		}
		swap := ask()
		w.enter(w.shift("binh", "2026-03-05T06:00", "2026-03-05T12:00"))
		if err := w.svc.AnswerSwap(ctx, w.as("binh"), swap, true, ""); !errors.Is(err, personnel.ErrTwoPlaces) {
			w.t.Errorf("in two places: %v", err)
		}
		if err := w.svc.AnswerSwap(ctx, w.as("binh"), swap, false, ""); err != nil {
			w.t.Error(err)
		}
		if err := w.svc.ChangeShift(ctx, w.as("sep-a"), mine, w.shift("an", "2026-03-04T16:00", "2026-03-05T05:00")); err != nil {
			w.t.Fatal(err)
		}
		swap = ask()
		if err := w.svc.WithdrawSwap(ctx, w.as("binh"), swap); !errors.Is(err, personnel.ErrNotFound) {
			w.t.Errorf("who is asked withdraws: %v", err)
		}
		if err := w.svc.WithdrawSwap(ctx, w.as("an"), swap); err != nil {
			w.t.Error(err)
		}
		swap = ask()
		if err := w.svc.RemoveShift(ctx, w.as("sep-a"), mine); err != nil {
			w.t.Fatal(err)
		}
		if err := w.svc.AnswerSwap(ctx, w.as("binh"), swap, true, ""); !errors.Is(err, personnel.ErrDecided) {
			w.t.Errorf("it is no more: %v", err)
		}
		if w.events(personnel.AuditSwapDeclined) != 1 || w.events(personnel.AuditSwapBack) != 1 {
			w.t.Error("the log does not tell of it")
		}
	})
}
