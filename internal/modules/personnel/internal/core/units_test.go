// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/personnel/internal/core"
	"tinhso.vn/internal/platform/sheet"
)

func (w *world) rights() map[access.Right]bool {
	w.t.Helper()
	all, err := access.ListRights(w.t.Context(), w.db, w.db.Now())
	if err != nil {
		w.t.Fatal(err)
	}
	return all
}

// No decision about units or people gives anybody a right at a unit that the
// decision does not name.
func TestNothingWidensSilently(t *testing.T) {
	t.Parallel()
	unit := func(kind, unit, parent, into string, carry bool) core.UnitDecision {
		return core.UnitDecision{Kind: kind, Number: "1/NQ", Date: "2026-02-28", From: "2026-03-02", Unit: unit, Parent: parent, UnitKind: "ward", Name: unit, Into: into, Carry: carry}
	}
	for _, tt := range []struct {
		name string
		do   func(w *world) error
		// gain says whether a new right is what the decision names.
		gain func(w *world, r access.Right) bool
		lose bool // something must be lost
	}{
		{"a unit moves under another", func(w *world) error {
			d := unit(core.AlterUnit, "mot-cua", "phuong-b", "", false)
			d.UnitKind = "one_stop"
			return w.svc.EnterUnit(w.t.Context(), w.as("cntt"), d)
		}, func(_ *world, r access.Right) bool { return r.Unit == "mot-cua" }, true},
		{"a unit is merged, posts end", func(w *world) error {
			return w.svc.EnterUnit(w.t.Context(), w.as("cntt"), unit(core.MergeUnits, "phuong-b", "", "phuong-a", false))
		}, func(_ *world, r access.Right) bool { return r.Unit == "phuong-b" }, true},
		{"a unit is merged, people go along", func(w *world) error {
			return w.svc.EnterUnit(w.t.Context(), w.as("cntt"), unit(core.MergeUnits, "phuong-b", "", "phuong-a", true))
		}, func(w *world, r access.Right) bool {
			return r.Unit == "phuong-b" || ((r.Account == w.ids["cuc"] || r.Account == w.ids["sep-b"]) && (r.Unit == "phuong-a" || r.Unit == "mot-cua"))
		}, false},
		{"a name changes", func(w *world) error {
			return w.svc.EnterUnit(w.t.Context(), w.as("cntt"), unit(core.AlterUnit, "phuong-a", "tinh", "", false))
		}, func(*world, access.Right) bool { return false }, false},
		{"somebody is transferred", func(w *world) error {
			_, err := w.svc.EnterMove(w.t.Context(), w.as("cntt"), transfer("an", "2026-03-02"))
			return err
		}, func(w *world, r access.Right) bool { return r.Account == w.ids["an"] && r.Unit == "phuong-b" }, true},
		{"somebody retires", func(w *world) error {
			_, err := w.svc.EnterMove(w.t.Context(), w.as("cntt"), core.Decision{Login: "an", Kind: core.Retire, Number: "2", Date: "2026-03-01", From: "2026-03-02"})
			return err
		}, func(*world, access.Right) bool { return false }, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			each(t, func(w *world) {
				before := w.rights()
				if err := tt.do(w); err != nil {
					w.t.Fatal(err)
				}
				after := w.rights()
				for r := range after {
					if !before[r] && !tt.gain(w, r) {
						w.t.Errorf("silently: %+v", r)
					}
				}
				lost := 0
				for r := range before {
					if !after[r] {
						lost++
					}
				}
				if tt.lose && lost == 0 {
					w.t.Error("nothing ended")
				}
			})
		})
	}
}

func TestDecisionsAboutUnits(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		ctx := w.t.Context()
		base := core.UnitDecision{Kind: core.AlterUnit, Number: "5/QĐ", Date: "2026-03-01", From: "2026-03-10", Unit: "phuong-a", Parent: "tinh", UnitKind: "ward", Name: "Phường Á Đông", Code: "000.00.12.H30"}
		for _, tt := range []struct {
			name string
			d    func(d *core.UnitDecision)
			want error
		}{
			{"its own ancestor", func(d *core.UnitDecision) { d.Parent = "mot-cua" }, orgs.ErrCircle},
			{"no such parent", func(d *core.UnitDecision) { d.Parent = "khong-co" }, nil},
			{"a bad code", func(d *core.UnitDecision) { d.Code = "000.12.00.H30" }, orgs.ErrCode},
			{"into what is under it", func(d *core.UnitDecision) { d.Kind, d.Into = core.MergeUnits, "mot-cua" }, orgs.ErrCircle},
			{"an end with units under it", func(d *core.UnitDecision) { d.Kind = core.EndUnit }, orgs.ErrHasUnits},
			{"twice the id", func(d *core.UnitDecision) { d.Kind = core.CreateUnit }, orgs.ErrTaken},
		} {
			d := base
			tt.d(&d)
			if err := w.svc.EnterUnit(ctx, w.as("cntt"), d); err == nil || (tt.want != nil && !errors.Is(err, tt.want)) {
				w.t.Errorf("%s: %v, want %v", tt.name, err, tt.want)
			}
		}
		if err := w.svc.EnterUnit(ctx, w.as("sep-a"), base); !errors.Is(err, access.ErrNotAllowed) {
			w.t.Errorf("a leader: %v", err)
		}
		if err := w.svc.EnterUnit(ctx, w.as("cntt"), base); err != nil {
			w.t.Fatal(err)
		}
		if err := w.svc.EnterUnit(ctx, w.as("cntt"), base); !errors.Is(err, orgs.ErrLater) {
			w.t.Errorf("the same day twice: %v", err)
		}
		named := func(day string) string {
			f, err := w.svc.GetUnit(ctx, w.as("sep-a"), "phuong-a", day)
			if err != nil {
				w.t.Fatal(err)
			}
			return f.Name.VI
		}
		if named("") != "phuong-a" || named("2026-03-09") != "phuong-a" || named("2026-03-10") != "Phường Á Đông" {
			w.t.Error("the day is not kept")
		}
		w.clock.Advance(8 * 24 * time.Hour)
		w.tick()
		if u, err := orgs.Get(ctx, w.db, "phuong-a"); err != nil || u.Name.VI != "Phường Á Đông" || u.Code != "H30.12" {
			w.t.Errorf("it did not come true: %+v, %v", u, err)
		}
		if named("2026-03-09") != "phuong-a" {
			w.t.Error("history was overwritten")
		}
		if f, err := w.svc.GetUnit(ctx, w.as("sep-a"), "phuong-a", ""); err != nil || f.OldCode != "000.00.12.H30" || len(f.Versions) != 2 {
			w.t.Errorf("%+v, %v", f, err)
		}
		if found, err := w.svc.ListUnits(ctx, w.as("sep-a"), core.TreeQuery{Words: "a dong"}); err != nil || len(found.Items) != 1 {
			w.t.Errorf("search: %+v, %v", found.Items, err)
		}
		if level, err := w.svc.ListUnits(ctx, w.as("sep-a"), core.TreeQuery{Parent: "tinh"}); err != nil || len(level.Items) != 3 {
			w.t.Errorf("level: %+v, %v", level.Items, err)
		}
		var file bytes.Buffer
		if err := w.svc.ExportUnits(ctx, w.as("cntt"), "", true, &file); err != nil {
			w.t.Fatal(err)
		}
		if tables, err := sheet.Read(file.Bytes()); err != nil || len(tables) != 1 || len(tables[0].Rows) != 6 {
			w.t.Errorf("%+v, %v", tables, err)
		}
		file.Reset()
		if err := w.svc.ExportUnits(ctx, w.as("cntt"), "2026-03-01", false, &file); err != nil || strings.Contains(file.String(), "Á Đông") {
			w.t.Errorf("the past: %v", err)
		}
	})
}

// A successor cannot begin before its predecessor has ended.
func TestASuccessorComesAfterItsPredecessor(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		ctx := w.t.Context()
		d := core.UnitDecision{Kind: core.EndUnit, Number: "7", Date: "2026-03-01", From: "2026-03-10", Unit: "phuong-b"}
		if err := w.svc.EnterUnit(ctx, w.as("cntt"), d); err != nil {
			w.t.Fatal(err)
		}
		if !w.sees("cuc", "phuong-b") {
			w.t.Error("ended before its day")
		}
		w.clock.Advance(8 * 24 * time.Hour)
		w.tick()
		if w.sees("cuc", "phuong-b") {
			w.t.Error("the posts of a unit that has ended still give rights")
		}
	})
}
