// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/dossierstest"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/modules/scores"
	"tinhso.vn/internal/modules/scores/internal/core"
	"tinhso.vn/internal/modules/scores/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
)

type noCatalogue struct{}

func (noCatalogue) Offer(context.Context, string, int) ([]procedures.Version, error) { return nil, nil }

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func one(lines []core.Line, unit orgs.ID) (core.Line, bool) {
	for _, l := range lines {
		if l.ID == unit {
			return l, true
		}
	}
	return core.Line{}, false
}

// A month from its dossiers to its freezing, with scope, an empty period, two who
// freeze at once, and what differs afterwards.
func TestAMonthIsScoredAndFrozen(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, append(dossierstest.Migrations(), store.Migrations()), func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		ctx, w := t.Context(), dossierstest.New(t, d)
		svc := core.New(d, w.Service, noCatalogue{}, core.Beside{Decisions: func(_ context.Context, from, to string) (map[string]int64, error) {
			if from > to || from[:7] != to[:7] {
				t.Errorf("decisions from %s to %s", from, to)
			}
			return map[string]int64{scores.CountPublic: 3, scores.CountPublicInTime: 2}, nil
		}})
		month := core.MonthOf(d.Now())
		leader := w.Leader.Grant(scores.PermView, identity.Place{Unit: dossierstest.Ward, Subtree: true})
		other := w.OtherLeader.Grant(scores.PermView, identity.Place{Unit: dossierstest.Other, Subtree: true})
		control := w.DeptOfficer.Grant(scores.PermAll, identity.Place{Unit: dossierstest.Dept}).Grant(scores.PermClose, identity.Place{Unit: dossierstest.Dept})
		if _, lines, err := svc.List(ctx, control, month); err != nil || len(lines) > 0 {
			t.Errorf("without a set: %v, %v", lines, err)
		}
		set := scores.Set{ID: "s", ValidFrom: "2020-01-01", Groups: []scores.Group{{ID: "g", Criteria: []scores.Criterion{
			{ID: "a", Points: 20, Count: []string{"on_time", "within"}, Of: []string{"received", "carried"}, FullAt: 100},
			{ID: "b", Points: 10, FullAt: 100},
			{ID: "c", Points: 6, Count: []string{scores.CountPublicInTime}, Of: []string{scores.CountPublic}, FullAt: 100},
		}}}}
		set.Groups[0].Criteria[1].Missing.VI = "Chưa có"
		must(t, d.Write(ctx, func(tx *db.Tx) error {
			n, err := svc.ApplySets(ctx, tx, []scores.Set{set})
			if n != 1 {
				t.Errorf("%d sets changed", n)
			}
			return err
		}))
		w.Accepted(t)
		w.Issued(t)
		late := w.Issued(t)
		must(t, d.Write(ctx, func(tx *db.Tx) error {
			_, err := tx.Exec(ctx, `UPDATE dossiers_dossiers SET due_at = finished_at - 1 WHERE id = $1`, string(late))
			return err
		}))
		c.Advance(10 * time.Minute)
		_, lines, err := svc.List(ctx, leader, month)
		must(t, err)
		ward, there := one(lines, dossierstest.Ward)
		if !there || !ward.Top || ward.Points != 1333 || ward.Of != 20 || ward.Max != 36 || ward.Idle() {
			t.Errorf("the ward: %+v", ward)
		}
		_, lines, err = svc.List(ctx, control, month)
		must(t, err)
		if top, there := one(lines, "tinh"); !there || top.Of != 26 || top.Points != 1333+400 {
			t.Errorf("the province, with what it decided: %+v", top)
		}
		if sheet, lines, all, err := svc.Public(ctx, ""); err != nil || sheet.Closed != nil || len(lines)+len(all) > 0 {
			t.Errorf("everybody sees a period that is open: %+v, %v, %v", lines, all, err)
		}
		_, lines, err = svc.List(ctx, other, month)
		must(t, err)
		if l, there := one(lines, dossierstest.Ward); there {
			t.Errorf("another ward sees %+v", l)
		}
		if l, _ := one(lines, dossierstest.Other); l.Of != 0 || l.Share() != -1 || !l.Idle() {
			t.Errorf("a ward without dossiers has %+v", l)
		}
		if _, err := svc.Unit(ctx, other, month, dossierstest.Ward); !errors.Is(err, scores.ErrUnknown) {
			t.Errorf("another ward opens it: %v", err)
		}
		if _, err := svc.Dossiers(ctx, other, month, dossierstest.Ward, dossiers.ScoreLate, ""); !errors.Is(err, scores.ErrUnknown) {
			t.Errorf("another ward lists it: %v", err)
		}
		b, err := svc.Dossiers(ctx, leader, month, dossierstest.Ward, dossiers.ScoreLate, "")
		if err != nil || len(b.Items) != 1 || b.Items[0].ID != late {
			t.Errorf("late: %+v, %v", b.Items, err)
		}
		if _, _, err := svc.List(ctx, w.Citizen, month); err == nil {
			t.Error("a citizen sees scores")
		}
		if err := svc.Close(ctx, control, month); !errors.Is(err, scores.ErrNotOver) {
			t.Errorf("an open month is frozen: %v", err)
		}
		if err := svc.Close(ctx, leader, month); err == nil {
			t.Error("a leader freezes")
		}
		c.Advance(month.To().Sub(d.Now().Time) + time.Hour)
		done := make(chan error, 2)
		for range 2 {
			go func() { done <- svc.Close(ctx, control, month) }()
		}
		first, second := <-done, <-done
		if (first == nil) == (second == nil) || !errors.Is(errors.Join(first, second), scores.ErrClosed) {
			t.Errorf("two at once: %v, %v", first, second)
		}
		if n := w.Audited(t, scores.AuditClosed, month.String()); n != 1 {
			t.Errorf("%d records of it", n)
		}
		must(t, d.Write(ctx, func(tx *db.Tx) error {
			_, err := tx.Exec(ctx, `UPDATE dossiers_dossiers SET due_at = finished_at + 1 WHERE id = $1`, string(late))
			return err
		}))
		shown, everybody, periods, err := svc.Public(ctx, "")
		must(t, err)
		if l, there := one(everybody, dossierstest.Ward); !there || l.Points != 667 || shown.Period != month || len(periods) != 1 {
			t.Errorf("to everybody, as it was frozen: %+v, %v", l, periods)
		}
		for _, wrong := range []string{"2026-13", month.Before().String()} {
			if _, _, _, err := svc.Public(ctx, wrong); !errors.Is(err, scores.ErrPeriod) {
				t.Errorf("to everybody %s: %v", wrong, err)
			}
		}
		u, err := svc.Unit(ctx, leader, month, dossierstest.Ward)
		must(t, err)
		if u.Closed == nil || u.Closed.Named != control.Name || u.Before != nil || len(u.Trend) != 1 {
			t.Errorf("frozen: %+v", u)
		}
		_, all, err := svc.Differences(ctx, leader, month)
		if err != nil || len(all) != 1 || all[0].ID != dossierstest.Ward || all[0].Now.Points <= all[0].Frozen.Points || all[0].Frozen.Points != u.Points {
			t.Errorf("differences: %+v, %v", all, err)
		}
	})
}

// A unit that ended in the period stands in it with its last day; after that it is gone.
func TestAUnitIsMergedInTheMiddle(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, append(dossierstest.Migrations(), store.Migrations()), func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		ctx, w := t.Context(), dossierstest.New(t, d)
		svc := core.New(d, w.Service, noCatalogue{}, core.Beside{})
		month := core.MonthOf(d.Now())
		control := w.DeptOfficer.Grant(scores.PermAll, identity.Place{Unit: dossierstest.Dept})
		day := orgs.Day(d.Now())
		set := scores.Set{ID: "s", Groups: []scores.Group{{ID: "g", Criteria: []scores.Criterion{{ID: "a", Points: 20, Count: []string{"within"}, Of: []string{"received"}, FullAt: 100}}}}}
		c.Advance(48 * time.Hour)
		from := orgs.Day(d.Now())
		must(t, d.Write(ctx, func(tx *db.Tx) error {
			if _, err := svc.ApplySets(ctx, tx, []scores.Set{set}); err != nil {
				return err
			}
			return orgs.Merge(ctx, tx, []orgs.ID{dossierstest.Other}, dossierstest.Ward, orgs.Decision{Number: "1/QĐ", Date: day, From: from, By: "x"})
		}))
		if core.MonthOf(d.Now()) != month {
			t.Skip("the clock of the test stands at the end of a month")
		}
		u, err := svc.Unit(ctx, control, month, dossierstest.Other)
		if err != nil || u.Until == "" || u.Until >= from {
			t.Errorf("in its month: %q, %v", u.Until, err)
		}
		c.Advance(32 * 24 * time.Hour)
		if _, err := svc.Unit(ctx, control, core.MonthOf(d.Now()), dossierstest.Other); !errors.Is(err, scores.ErrUnknown) {
			t.Errorf("a month later: %v", err)
		}
	})
}
