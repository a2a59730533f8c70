// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"errors"
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

func transfer(login, from string) core.Decision {
	return core.Decision{Login: login, Kind: core.Transfer, Number: "45/QĐ-UBND", Date: "2026-02-27", From: from, Unit: "phuong-b", Role: "officer", Title: "Chuyên viên", Subtree: true}
}

// An official with 40 open cases is transferred: the old rights end at the first
// moment of the day, sessions too, and no case is left without somebody who has
// to hand it over.
func TestAnOfficialIsTransferredWithFortyOpenCases(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		ctx := w.t.Context()
		w.hand("an", "mot-cua", 40) // a part of the unit
		var token string
		w.write(func(tx *db.Tx) (err error) {
			token, _, err = w.people.StartSession(ctx, tx, w.ids["an"], identity.Browser)
			return err
		})
		open := func() bool {
			_, _, ok, err := w.people.FindSession(ctx, w.db, token, identity.Browser, w.db.Now())
			if err != nil {
				w.t.Fatal(err)
			}
			return ok
		}
		seen, err := w.svc.PreviewMove(ctx, w.as("cntt"), transfer("an", "2026-03-03"))
		if err != nil || seen.Held != 40 || len(seen.Ends) != 1 || seen.Gives == nil || seen.Gives.Unit != "phuong-b" {
			w.t.Fatalf("preview: %+v, %v", seen, err)
		}
		if held, err := access.ListHoldings(ctx, w.db, w.ids["an"]); err != nil || len(held) != 1 || !held[0].Until.IsZero() {
			w.t.Fatalf("the preview did something: %+v, %v", held, err)
		}
		if _, err := w.svc.EnterMove(ctx, w.as("cntt"), transfer("an", "2026-03-03")); err != nil {
			w.t.Fatal(err)
		}
		w.tick()
		if !w.sees("an", "phuong-a") || w.sees("an", "phuong-b") || !open() {
			w.t.Error("the day before, everything is as it was")
		}
		midnight, err := orgs.Start("2026-03-03")
		if err != nil {
			w.t.Fatal(err)
		}
		w.clock.Advance(midnight.Sub(w.db.Now().Time) - time.Second)
		if !w.sees("an", "phuong-a") {
			w.t.Error("a second too early")
		}
		w.clock.Advance(time.Second)
		if w.sees("an", "phuong-a") || !w.sees("an", "phuong-b") {
			w.t.Error("at midnight the old rights end and the new begin")
		}
		w.tick()
		if open() {
			w.t.Error("the session goes on")
		}
		list, err := w.svc.ListHandovers(ctx, w.as("sep-a"), "")
		if err != nil || len(list.Items) != 1 || list.Items[0].Count != 40 {
			w.t.Fatalf("the leader's list: %+v, %v", list, err)
		}
		if other, err := w.svc.ListHandovers(ctx, w.as("sep-b"), ""); err != nil || len(other.Items) != 0 {
			w.t.Errorf("another leader sees it: %+v, %v", other, err)
		}
		pile, err := w.svc.GetHandover(ctx, w.as("sep-a"), list.Items[0].ID)
		if err != nil || len(pile.Work) != 40 {
			w.t.Fatalf("%d pieces, %v", len(pile.Work), err)
		}
		pieces := make([]string, 0, 40)
		for _, p := range pile.Work {
			pieces = append(pieces, p.ID)
		}
		w.desk.stay[pieces[0]] = true
		done, err := w.svc.HandOver(ctx, w.as("sep-a"), pile.ID, pieces[:30], "binh")
		if err != nil || done.Done != 29 || len(done.Failed) != 1 || done.Left != 11 {
			w.t.Fatalf("%+v, %v", done, err)
		}
		w.tick()
		if list, err = w.svc.ListHandovers(ctx, w.as("sep-a"), ""); err != nil || len(list.Items) != 1 || list.Items[0].Count != 11 {
			w.t.Fatalf("what is left: %+v, %v", list, err)
		}
		w.desk.stay[pieces[0]] = false
		if done, err = w.svc.HandOver(ctx, w.as("sep-a"), pile.ID, append(pieces[30:], pieces[0]), "binh"); err != nil || done.Left != 0 {
			w.t.Fatalf("%+v, %v", done, err)
		}
		if n, err := w.svc.CountHandovers(ctx, w.as("sep-a")); err != nil || n != 0 {
			w.t.Errorf("%d left, %v", n, err)
		}
		for id, who := range w.desk.held {
			if who != w.ids["binh"] {
				w.t.Errorf("%s is between two chairs: %s", id, who)
			}
		}
		if w.events(personnel.AuditMoved) != 1 || w.events(personnel.AuditHandedOver) != 2 || w.events(personnel.AuditEnded) != 1 {
			w.t.Error("the log does not tell of it")
		}
	})
}

func TestWhoMayEnterADecision(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		ctx := w.t.Context()
		second := func(unit string) core.Decision {
			d := transfer("an", "2026-03-02")
			d.Kind, d.Unit = core.Concurrent, unit
			d.Role = "admin"
			return d
		}
		for _, tt := range []struct {
			name, who string
			d         core.Decision
			want      error
		}{
			{"an officer", "binh", second("phuong-a"), access.ErrNotAllowed},
			{"into another unit", "qt-a", transfer("an", "2026-03-02"), orgs.ErrNotFound},
			{"of another unit", "qt-a", transfer("cuc", "2026-03-02"), orgs.ErrNotFound},
			{"about oneself", "cntt", transfer("cntt", "2026-03-02"), personnel.ErrOwn},
			{"in the own unit", "qt-a", second("phuong-a"), nil},
			{"twice", "qt-a", second("phuong-a"), access.ErrOverlap},
			{"apart", "cntt", func() core.Decision { d := second("so-x"); d.Role = "auditor"; return d }(), access.ErrApart},
		} {
			if _, err := w.svc.EnterMove(ctx, w.as(tt.who), tt.d); !errors.Is(err, tt.want) {
				w.t.Errorf("%s: %v, want %v", tt.name, err, tt.want)
			}
		}
		_, err := w.svc.EnterMove(ctx, w.as("cntt"), core.Decision{Kind: "x", Date: "1/1", From: "2026-03-03", Until: "2026-03-02"})
		if wrong, ok := errors.AsType[*errs.Error](err); !ok || len(wrong.Fields) != 5 {
			w.t.Errorf("all problems at once: %v", err)
		}
	})
}

func TestADecisionIsWithdrawnBeforeItsDay(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		ctx := w.t.Context()
		move, err := w.svc.EnterMove(ctx, w.as("cntt"), transfer("an", "2026-03-05"))
		if err != nil {
			w.t.Fatal(err)
		}
		if err := w.svc.WithdrawMove(ctx, w.as("sep-a"), move); !errors.Is(err, access.ErrNotAllowed) {
			w.t.Errorf("a leader: %v", err)
		}
		if err := w.svc.WithdrawMove(ctx, w.as("cntt2"), move); err != nil {
			w.t.Fatal(err)
		}
		if err := w.svc.WithdrawMove(ctx, w.as("cntt2"), move); !errors.Is(err, personnel.ErrDecided) {
			w.t.Errorf("twice: %v", err)
		}
		w.clock.Advance(96 * time.Hour)
		if !w.sees("an", "phuong-a") || w.sees("an", "phuong-b") {
			w.t.Error("it came true all the same")
		}
		if _, err := w.svc.EnterMove(ctx, w.as("cntt"), transfer("an", "2026-03-06")); err != nil {
			w.t.Errorf("again: %v", err)
		}
	})
}

// Who leaves holds nothing, whatever was held.
func TestWhoLeavesHoldsNothing(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		ctx := w.t.Context()
		w.write(func(tx *db.Tx) error {
			_, err := access.Give(ctx, tx, access.Holding{Account: w.ids["an"], Role: "leader", Unit: "so-x", Kind: access.Grant, Subtree: true, Until: db.At(tx.Now.Add(1000 * time.Hour))})
			return err
		})
		d := core.Decision{Login: "an", Kind: core.Retire, Number: "9/QĐ", Date: "2026-03-01", From: "2026-03-02"}
		if _, err := w.svc.EnterMove(ctx, w.as("cntt"), d); err != nil {
			w.t.Fatal(err)
		}
		if got := w.as("an").Permissions(); len(got) != 0 {
			w.t.Errorf("still holds %v", got)
		}
		if _, err := w.svc.EnterMove(ctx, w.as("cntt"), d); !errors.Is(err, personnel.ErrNoPost) {
			w.t.Errorf("twice: %v", err)
		}
	})
}

func TestPeopleInScope(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		ctx := w.t.Context()
		for _, tt := range []struct {
			who  string
			q    core.PeopleQuery
			want int
		}{
			{"sep-a", core.PeopleQuery{}, 4},
			{"cntt", core.PeopleQuery{}, 9},
			{"kiem", core.PeopleQuery{Unit: "phuong-b"}, 2},
			{"sep-a", core.PeopleQuery{Unit: "phuong-b"}, 0},
			{"cntt", core.PeopleQuery{Words: "nguyen van cuc"}, 1},
			{"cntt", core.PeopleQuery{Words: "SEP-"}, 2},
		} {
			p, err := w.svc.ListPeople(ctx, w.as(tt.who), tt.q)
			if err != nil || len(p.Items) != tt.want {
				w.t.Errorf("%s %+v: %d people, %v", tt.who, tt.q, len(p.Items), err)
			}
		}
		if _, err := w.svc.GetPerson(ctx, w.as("sep-a"), w.ids["cuc"]); !errors.Is(err, personnel.ErrNobody) {
			w.t.Errorf("out of scope: %v", err)
		}
		if p, err := w.svc.GetPerson(ctx, w.as("sep-a"), w.ids["an"]); err != nil || len(p.Held) != 1 || p.Held[0].UnitName.VI != "phuong-a" {
			w.t.Errorf("%+v, %v", p, err)
		}
	})
}
