// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/dossierstest"
	"tinhso.vn/internal/modules/statistics"
	"tinhso.vn/internal/modules/statistics/internal/core"
	"tinhso.vn/internal/modules/statistics/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/pdf/pdftest"
)

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// leads makes somebody who sees figures of a unit and reports them.
func leads(unit string) identity.Actor {
	at := identity.Place{Unit: unit, Subtree: true}
	return identity.Actor{Account: "leads-" + unit, Name: "Võ Thị Thanh Hà", Unit: unit}.Grant(statistics.PermView, at).Grant(statistics.PermReport, at)
}

// tick counts all that has changed.
func tick(t *testing.T, s *core.Service) {
	t.Helper()
	for more := true; more; {
		var err error
		more, err = s.Tick(t.Context())
		ok(t, err)
	}
}

func form() statistics.Layout {
	return statistics.Layout{
		ID: "mau", Version: 1, Code: "II.06a", Title: i18n.Text{VI: "Tình hình"}, Rows: "field", Head: i18n.Text{VI: "Lĩnh vực"}, Source: "s",
		Columns: []statistics.Column{
			{ID: "received", Group: i18n.Text{VI: "Tiếp nhận"}, Title: i18n.Text{VI: "Tổng"}, Formula: "opening + received"},
			{ID: "solved", Title: i18n.Text{VI: "Đã xong"}, Formula: "ended"},
			{ID: "open", Title: i18n.Text{VI: "Đang"}, Formula: "closing"},
		},
	}
}

func each(t *testing.T, f func(t *testing.T, w *dossierstest.World, s *core.Service, c *dbtest.Clock)) {
	t.Helper()
	dbtest.Each(t, append(dossierstest.Migrations(), store.Migrations()), func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		w := dossierstest.New(t, d)
		s := core.New(core.Deps{DB: d, Counter: w.Service, Province: i18n.Text{VI: "Tỉnh Thử Nghiệm"}, Fonts: pdftest.Fonts(t), Mark: "MÔ PHỎNG"})
		ok(t, d.Write(t.Context(), func(tx *db.Tx) error {
			_, err := s.ApplyPack(t.Context(), tx, []statistics.Layout{form()}, []statistics.Indicator{
				{ID: "a", Name: i18n.Text{VI: "Trực tuyến"}, Target: "80", Unit: "%", Operator: "=", Measure: statistics.MeasureOnline}, {ID: "b", Name: i18n.Text{VI: "Khác"}, Target: "4", Unit: "lớp", Operator: "="},
			})
			return err
		}))
		f(t, w, s, c)
	})
}

// What was reported stays as it was, with who and when; a later change is shown beside it.
func TestAReportIsFrozen(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *dossierstest.World, s *core.Service, c *dbtest.Clock) {
		ctx, ward := t.Context(), leads(dossierstest.Ward)
		w.Issued(t)
		today := calendar.On(c.Now()).String()
		made, err := s.MakeReport(ctx, ward, core.NewReport{Layout: "mau", From: "2026-03-01", To: today})
		ok(t, err)
		if made.Unit != dossierstest.Ward || made.Maker != ward.Name || len(made.Rows) != 2 || fmt.Sprint(made.Rows[1].Values) != "[1 1 0]" {
			t.Fatalf("%+v", made)
		}
		if n := w.Audited(t, statistics.AuditReported, made.ID); n != 1 {
			t.Errorf("%d records", n)
		}
		if _, changed, err := s.GetReport(ctx, ward, made.ID); err != nil || len(changed) != 0 {
			t.Errorf("at once %+v %v", changed, err)
		}
		w.Accepted(t)
		for more := true; more; {
			more, err = s.Tick(ctx)
			ok(t, err)
		}
		again, changed, err := s.GetReport(ctx, ward, made.ID)
		ok(t, err)
		if fmt.Sprint(again.Rows) != fmt.Sprint(made.Rows) || again.SHA256 != made.SHA256 {
			t.Error("the report is another")
		}
		if len(changed) != 4 || changed[0].Was != 1 || changed[0].Is != 2 || changed[0].Column.VI != "Tiếp nhận: Tổng" {
			t.Errorf("changed %+v", changed)
		}
		vi := new(i18n.Catalogue).Printer(i18n.VI)
		out, err := s.ExportReport(ctx, ward, made.ID, "pdf")
		ok(t, err)
		if file, err := s.PDF(vi, out); err != nil || !bytes.HasPrefix(file, []byte("%PDF")) {
			t.Errorf("%.20s %v", file, err)
		}
		if head, rows := core.Table(vi, out); len(head) != 5 || len(rows) != 2 || rows[0][2] != "1" {
			t.Errorf("%v %v", head, rows)
		}
		// Others do not see it, and report about nobody else's unit.
		other := leads(dossierstest.Other)
		if _, _, err := s.GetReport(ctx, other, made.ID); !errors.Is(err, statistics.ErrNotFound) {
			t.Errorf("another ward: %v", err)
		}
		if all, _, err := s.ListReports(ctx, other, ""); err != nil || len(all) != 0 {
			t.Errorf("another ward lists %+v %v", all, err)
		}
		for what, n := range map[string]core.NewReport{
			"statistics.unit_unknown":   {Layout: "mau", Unit: dossierstest.Other, From: today, To: today},
			"statistics.layout_unknown": {Layout: "x", From: today, To: today},
			"statistics.no_date":        {Layout: "mau", From: "32/13", To: today},
			"statistics.backwards":      {Layout: "mau", From: today, To: "2026-02-01"},
			"statistics.not_over":       {Layout: "mau", From: today, To: "2026-12-31"},
		} {
			if _, err := s.MakeReport(ctx, ward, n); errs.KindOf(err) != errs.Invalid || !strings.Contains(err.Error(), what) {
				t.Errorf("%s: %v", what, err)
			}
		}
		if _, err := s.MakeReport(ctx, w.Clerk, core.NewReport{}); !errors.Is(err, access.ErrNotAllowed) {
			t.Errorf("a clerk: %v", err)
		}
		// The same version may not mean something else.
		other1 := form()
		other1.Columns[0].Formula = "received"
		if err := w.DB.Write(ctx, func(tx *db.Tx) error {
			_, err := s.ApplyPack(ctx, tx, []statistics.Layout{other1}, nil)
			return err
		}); !errors.Is(err, statistics.ErrLayout) {
			t.Errorf("another content: %v", err)
		}
		other1.Version = 2
		ok(t, w.DB.Write(ctx, func(tx *db.Tx) error {
			_, err := s.ApplyPack(ctx, tx, []statistics.Layout{other1}, nil)
			return err
		}))
		if old, _, err := s.GetReport(ctx, ward, made.ID); err != nil || old.Form.Version != 1 || old.Form.Columns[0].Formula != "opening + received" {
			t.Errorf("the old report is read by %+v, %v", old.Form, err)
		}
		if now, err := s.ListLayouts(ctx, ward); err != nil || len(now) != 1 || now[0].Version != 2 {
			t.Errorf("%+v %v", now, err)
		}
	})
}

// A board adds up, and shows a leader of a ward the ward alone; who sees the
// province sees all of it.
func TestABoardAddsUp(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *dossierstest.World, s *core.Service, c *dbtest.Clock) {
		ctx := t.Context()
		w.Issued(t)
		late := w.Accepted(t)
		tick(t, s)
		c.Advance(20 * 24 * time.Hour)
		province := leads(dossierstest.Dept).Grant(statistics.PermProvince, identity.Place{Unit: dossierstest.Dept})
		for _, by := range []dossiers.Dimension{dossiers.ByUnit, dossiers.ByField, dossiers.ByProcedure, dossiers.ByMonth} {
			b, err := s.Board(ctx, province, core.Filter{From: "2026-03-01"}, by)
			ok(t, err)
			if b.Sum.In() != 2 || b.Sum.Opening+b.Sum.In()-b.Sum.Out() != b.Sum.Closing || b.Sum.ClosingLate != 1 || b.Now.Overdue != 1 || b.Now.Total() != b.Sum.Closing {
				t.Errorf("by %s: %+v now %+v", by, b.Sum, b.Now)
			}
		}
		empty, err := s.Board(ctx, leads(dossierstest.Other), core.Filter{From: "2026-01-01"}, dossiers.ByUnit)
		ok(t, err)
		if len(empty.Rows) != 0 || empty.Now.Total() != 0 || len(empty.Units) != 0 || len(empty.Procedures) != 0 {
			t.Errorf("another ward sees %+v", empty)
		}
		l, err := s.List(ctx, leads(dossierstest.Ward), core.Filter{}, dossiers.MeasureOpenLate, "")
		ok(t, err)
		if len(l.Items) != 1 || l.Items[0].ID != late {
			t.Errorf("late are %+v", l.Items)
		}
		st, err := s.Steps(ctx, leads(dossierstest.Ward), core.Filter{})
		ok(t, err)
		if len(st.Steps) != 1 || st.Steps[0].Overdue != 1 || st.May {
			t.Errorf("%+v", st)
		}
		for what, f := range map[string]core.Filter{"statistics.no_date": {From: "x"}, "statistics.backwards": {From: "2026-03-10", To: "2026-03-01"}, "statistics.too_long": {From: "1990-01-01"}} {
			if _, err := s.Board(ctx, province, f, dossiers.ByUnit); errs.KindOf(err) != errs.Invalid || !strings.Contains(err.Error(), what) {
				t.Errorf("%s: %v", what, err)
			}
		}
		if _, err := s.Analyse(ctx, province, core.Filter{Procedure: "xac-nhan-cu-tru"}, "x", 0); errs.KindOf(err) != errs.Invalid {
			t.Errorf("no hours: %v", err)
		}
		for name, f := range map[string]func(a identity.Actor) error{
			"board":   func(a identity.Actor) error { _, err := s.Board(ctx, a, core.Filter{}, ""); return err },
			"list":    func(a identity.Actor) error { _, err := s.List(ctx, a, core.Filter{}, "late", ""); return err },
			"steps":   func(a identity.Actor) error { _, err := s.Steps(ctx, a, core.Filter{}); return err },
			"process": func(a identity.Actor) error { _, err := s.Analyse(ctx, a, core.Filter{}, "", 0); return err },
			"targets": func(a identity.Actor) error { _, _, err := s.Targets(ctx, a, core.Filter{}); return err },
			"reports": func(a identity.Actor) error { _, _, err := s.ListReports(ctx, a, ""); return err },
			"recount": func(a identity.Actor) error { return s.Recount(ctx, a) },
		} {
			if err := f(w.Clerk); !errors.Is(err, access.ErrNotAllowed) {
				t.Errorf("%s for a clerk: %v", name, err)
			}
		}
		// Counted anew it is the same.
		it := identity.NewActor("it", "").Grant(statistics.PermRecount, identity.Place{Unit: "tinh"})
		ok(t, s.Recount(ctx, it))
		if n := w.Audited(t, statistics.AuditRecounted, ""); n != 1 {
			t.Errorf("%d records", n)
		}
		tick(t, s)
		if b, err := s.Board(ctx, province, core.Filter{From: "2026-03-01"}, dossiers.ByUnit); err != nil || b.Sum.In() != 2 {
			t.Errorf("after: %+v %v", b.Sum, err)
		}
	})
}

// Targets stand beside what records tell; what they do not tell has no number. The
// public list names units.
func TestTargetsAndThePublicList(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *dossierstest.World, s *core.Service, _ *dbtest.Clock) {
		ctx := t.Context()
		w.Issued(t)
		tick(t, s)
		all, _, err := s.Targets(ctx, leads(dossierstest.Ward), core.Filter{})
		ok(t, err)
		if len(all) != 2 || !all[0].Known || all[0].Actual != 100 || !all[0].Met || all[1].Known {
			t.Errorf("%+v", all)
		}
		rows, month, months, err := s.Late(ctx, "")
		ok(t, err)
		if month != "2026-03" || len(months) != core.Months || months[12] != "2025-03" || len(rows) != 1 || rows[0].Key != string(orgs.ID(dossierstest.Ward)) || rows[0].Solved() != 1 {
			t.Errorf("%s %v %+v", month, months, rows)
		}
		if rows, month, _, err := s.Late(ctx, "1999-01"); err != nil || month != "2026-03" || len(rows) != 1 {
			t.Errorf("a month that is none: %s %v", month, err)
		}
		if rows, _, _, err := s.Late(ctx, "2025-12"); err != nil || len(rows) != 0 {
			t.Errorf("before anything was: %+v %v", rows, err)
		}
	})
}
