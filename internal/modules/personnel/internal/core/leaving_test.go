// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/personnel"
	"tinhso.vn/internal/modules/personnel/internal/core"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// signIn opens a session and returns its token; the log knows of it.
func (w *world) signIn(login string) (token string) {
	w.t.Helper()
	ctx := w.t.Context()
	w.write(func(tx *db.Tx) (err error) {
		if err = w.people.LogSignIn(ctx, tx, identity.SignIn{Account: w.ids[login], Way: identity.ByPassword, Result: identity.SignedIn}, identity.Source{}); err != nil {
			return err
		}
		token, _, err = w.people.StartSession(ctx, tx, w.ids[login], identity.Browser)
		return err
	})
	return token
}

func (w *world) open(token string) bool {
	w.t.Helper()
	_, _, ok, err := w.people.FindSession(w.t.Context(), w.db, token, identity.Browser, w.db.Now())
	if err != nil {
		w.t.Fatal(err)
	}
	return ok
}

func (w *world) disabled(login string) bool {
	w.t.Helper()
	a, err := w.people.GetAccount(w.t.Context(), w.db, w.ids[login])
	if err != nil {
		w.t.Fatal(err)
	}
	return a.Disabled
}

func leaving(login, from string) core.Decision {
	return core.Decision{Login: login, Kind: core.Leave, Number: "9/QĐ", Date: "2026-02-27", From: from}
}

// Who leaves today is out at once: sessions end and the account cannot be used.
// Who leaves later is out from the first moment of that day. Work waits on a list.
func TestWhoLeavesIsOut(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		ctx := w.t.Context()
		w.hand("an", "phuong-a", 3)
		an, binh := w.signIn("an"), w.signIn("binh")
		if _, err := w.svc.EnterMove(ctx, w.as("cntt"), leaving("an", w.today())); err != nil {
			w.t.Fatal(err)
		}
		if w.open(an) || !w.disabled("an") || w.sees("an", "phuong-a") {
			w.t.Error("who has left today is still in")
		}
		if list, err := w.svc.ListHandovers(ctx, w.as("sep-a"), ""); err != nil || len(list.Items) != 1 || list.Items[0].Count != 3 {
			w.t.Errorf("the work of who left: %+v, %v", list, err)
		}
		later := w.inDays(3)
		if _, err := w.svc.EnterMove(ctx, w.as("cntt"), leaving("binh", later)); err != nil {
			w.t.Fatal(err)
		}
		w.tick()
		if !w.open(binh) || w.disabled("binh") {
			w.t.Error("out before the day")
		}
		w.clock.Advance(3 * 24 * time.Hour)
		w.tick()
		if w.open(binh) || !w.disabled("binh") {
			w.t.Error("the day has come, and the account can be used")
		}
		w.tick() // another look changes nothing
		if n := w.events(personnel.AuditDisabled); n != 2 {
			w.t.Errorf("%d records of disabled accounts", n)
		}
		if err := w.svc.OpenAccount(ctx, w.as("cntt"), w.ids["an"], "nhầm"); !errors.Is(err, personnel.ErrLeft) {
			w.t.Errorf("opened without a decision: %v", err)
		}
		left, err := w.svc.ListClosed(ctx, w.as("cntt"), core.Left, "")
		if err != nil || len(left.Items) != 2 || left.Items[0].May {
			w.t.Errorf("%+v, %v", left, err)
		}
	})
}

// A leaver comes back with a decision: the account opens on its day, and gives
// what the new post gives, not what the old one gave.
func TestALeaverComesBack(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		ctx := w.t.Context()
		if _, err := w.svc.EnterMove(ctx, w.as("cntt"), leaving("an", w.today())); err != nil {
			w.t.Fatal(err)
		}
		w.clock.Advance(time.Hour)
		back := transfer("an", w.inDays(2))
		back.Kind = core.Appoint
		if _, err := w.svc.EnterMove(ctx, w.as("cntt"), back); err != nil {
			w.t.Fatal(err)
		}
		w.tick()
		if !w.disabled("an") {
			w.t.Error("back before the day")
		}
		w.clock.Advance(2 * 24 * time.Hour)
		w.tick()
		if w.disabled("an") || w.sees("an", "phuong-a") || !w.sees("an", "phuong-b") {
			w.t.Error("back, with the rights of the new post only")
		}
		w.tick()
		if w.disabled("an") {
			w.t.Error("the old decision disables it again")
		}
		if n := w.events(personnel.AuditEnabled); n != 1 {
			w.t.Errorf("%d records", n)
		}
	})
}

func (w *world) today() string { return w.inDays(0) }

func (w *world) inDays(n int) string {
	return w.db.Now().Add(7*time.Hour).AddDate(0, 0, n).Format(time.DateOnly)
}

// Accounts that nobody uses are warned of and disabled after the days that the
// rules of signing in give; a sign-in begins anew, and it can be undone.
func TestUnusedAccountsAreDisabled(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		ctx := w.t.Context()
		w.write(func(tx *db.Tx) error {
			_, err := identity.ApplyRules(ctx, tx, identity.Rules{{ID: "x", Roles: []string{"officer", "it"}, UnusedDays: 45, WarnDays: 7}})
			return err
		})
		days := func(n int) {
			w.t.Helper()
			w.clock.Advance(time.Duration(n) * 24 * time.Hour)
			w.tick()
		}
		listed := func(why string) (all []string) {
			w.t.Helper()
			p, err := w.svc.ListClosed(ctx, w.as("cntt"), why, "")
			if err != nil {
				w.t.Fatal(err)
			}
			for _, c := range p.Items {
				all = append(all, c.Who.Login)
			}
			slices.Sort(all)
			return all
		}
		days(20)
		w.signIn("cntt")
		w.signIn("binh")
		if days(17); len(listed(core.ClosedWarned)) != 0 {
			w.t.Errorf("warned after 37 days: %v", listed(core.ClosedWarned))
		}
		days(1)
		if got := listed(core.ClosedWarned); !slices.Equal(got, []string{"an", "cntt2", "cuc"}) {
			w.t.Errorf("warned after 38 days: %v", got)
		}
		w.signIn("cuc")
		if days(6); w.disabled("an") || slices.Contains(listed(core.ClosedWarned), "cuc") {
			w.t.Errorf("after 44 days: %v", listed(core.ClosedWarned))
		}
		days(1)
		if got := listed(core.NobodyIn); !slices.Equal(got, []string{"an", "cntt2"}) {
			w.t.Errorf("disabled after 45 days: %v", got)
		}
		if !w.disabled("an") || w.disabled("binh") || w.disabled("cuc") || w.disabled("sep-a") {
			w.t.Error("the wrong ones are disabled")
		}
		for _, tt := range []struct {
			who, words string
			want       error
		}{
			{"binh", "x", access.ErrNotAllowed},
			{"qt-a", "", nil},
			{"cntt", "đi học về", nil},
			{"cntt", "lần nữa", personnel.ErrDecided},
		} {
			err := w.svc.OpenAccount(ctx, w.as(tt.who), w.ids["an"], tt.words)
			if tt.words == "" && errs.KindOf(err) != errs.Invalid || tt.words != "" && !errors.Is(err, tt.want) {
				w.t.Errorf("%s: %v, want %v", tt.who, err, tt.want)
			}
		}
		if w.disabled("an") {
			w.t.Error("it is not open")
		}
		if days(1); w.disabled("an") {
			w.t.Error("opened, and disabled again the next day")
		}
		days(44)
		if !w.disabled("an") {
			w.t.Error("45 days after it was opened nobody has used it")
		}
		if w.disabled("cntt") {
			w.t.Error("the last who could undo it is disabled")
		}
		if n := w.events(personnel.AuditEnabled); n != 1 {
			w.t.Errorf("%d records", n)
		}
	})
}

// Nobody out of scope opens an account.
func TestAnotherUnitsAccountIsNobodys(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		if err := w.svc.OpenAccount(w.t.Context(), w.as("qt-a"), w.ids["cuc"], "x"); !errors.Is(err, personnel.ErrNobody) {
			w.t.Errorf("%v", err)
		}
	})
}
