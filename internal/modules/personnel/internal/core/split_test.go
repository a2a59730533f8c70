// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"errors"
	"fmt"
	"maps"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/personnel"
	"tinhso.vn/internal/modules/personnel/internal/core"
	"tinhso.vn/internal/platform/errs"
)

func (w *world) splitting() core.SplitDecision {
	return core.SplitDecision{
		Unit: "phuong-a", Number: "7/NQ", Date: "2026-02-20", Basis: "Nghị quyết 7/NQ-HĐND", From: w.inDays(5),
		Parts: []core.SplitPart{{Name: "Phường Đông"}, {Name: "Phường Tây"}}, Children: map[string]int{"mot-cua": 2},
	}
}

// A unit is split from a day on: until then nothing changes, then people hold
// their posts in the part picked for them, and work is on the list. Old days are
// read with the old tree.
func TestAUnitIsSplit(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		ctx := w.t.Context()
		w.hand("binh", "phuong-a", 4)
		d := w.splitting()
		seen, err := w.svc.PreviewSplit(ctx, w.as("cntt"), d)
		if err != nil {
			w.t.Fatal(err)
		}
		d.People = map[string]int{}
		for _, one := range seen.People {
			if one.Who.Login == "binh" {
				d.People[one.Post.ID] = 2
			}
		}
		if seen, err = w.svc.PreviewSplit(ctx, w.as("cntt"), d); err != nil || fmt.Sprint(seen.Counts) != "[{0 0 0} {3 0 0} {1 1 4}]" {
			w.t.Fatalf("%v, %v", seen.Counts, err)
		}
		before := w.rights()
		split, err := w.svc.EnterSplit(ctx, w.as("cntt"), d)
		if err != nil {
			w.t.Fatal(err)
		}
		if now := w.rights(); !maps.Equal(before, now) {
			w.t.Error("rights change before the day")
		}
		day := d.From
		w.clock.Advance(5 * 24 * time.Hour)
		w.tick()
		for who, want := range map[string]string{"an": "true false", "binh": "false true", "sep-a": "true false", "cuc": "false false"} { //nolint:dupword // in the one unit and in the other
			if got := fmt.Sprint(w.sees(who, "phuong-dong"), w.sees(who, "phuong-tay")); got != want {
				w.t.Errorf("%s sees %s, want %s", who, got, want)
			}
		}
		if !w.sees("binh", "mot-cua") || w.sees("an", "mot-cua") {
			w.t.Error("what stood under the unit has gone to the wrong part")
		}
		if list, err := w.svc.ListHandovers(ctx, w.as("cntt"), ""); err != nil || len(list.Items) != 1 || list.Items[0].Count != 4 {
			w.t.Errorf("work: %+v, %v", list, err)
		}
		yesterday, err := time.Parse(time.DateOnly, day)
		if err != nil {
			w.t.Fatal(err)
		}
		for on, want := range map[string]string{yesterday.AddDate(0, 0, -1).Format(time.DateOnly): "phuong-a", day: "phuong-tay"} {
			above, err := orgs.AboveOn(ctx, w.db, "mot-cua", on)
			if err != nil || len(above) < 2 || string(above[1].ID) != want {
				w.t.Errorf("on %s: %+v, %v", on, above, err)
			}
		}
		from, to, err := orgs.ListTies(ctx, w.db, "phuong-a")
		if err != nil || len(from) != 0 || len(to) != 2 || to[0].Kind != "split" || to[0].Decision != "7/NQ" {
			w.t.Errorf("what became of it: %+v, %v", to, err)
		}
		if err := w.svc.WithdrawSplit(ctx, w.as("cntt"), split); !errors.Is(err, personnel.ErrDecided) {
			w.t.Errorf("taken back on its day: %v", err)
		}
	})
}

// Until its day a split can be taken back, and everything is as it was.
func TestASplitIsTakenBack(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		ctx := w.t.Context()
		w.hand("an", "phuong-a", 2)
		before := w.rights()
		split, err := w.svc.EnterSplit(ctx, w.as("cntt"), w.splitting())
		if err != nil {
			w.t.Fatal(err)
		}
		if _, err := w.svc.EnterSplit(ctx, w.as("cntt"), w.splitting()); errs.KindOf(err) != errs.Conflict {
			w.t.Errorf("split twice: %v", err)
		}
		if err := w.svc.WithdrawSplit(ctx, w.as("sep-a"), split); !errors.Is(err, access.ErrNotAllowed) {
			w.t.Errorf("a leader takes it back: %v", err)
		}
		if err := w.svc.WithdrawSplit(ctx, w.as("cntt2"), split); err != nil {
			w.t.Fatal(err)
		}
		if err := w.svc.WithdrawSplit(ctx, w.as("cntt2"), split); !errors.Is(err, personnel.ErrDecided) {
			w.t.Errorf("taken back twice: %v", err)
		}
		w.clock.Advance(6 * 24 * time.Hour)
		w.tick()
		if !maps.Equal(before, w.rights()) {
			w.t.Error("rights are not what they were")
		}
		if n, err := w.svc.CountHandovers(ctx, w.as("cntt")); err != nil || n != 0 {
			w.t.Errorf("%d lists of work, %v", n, err)
		}
		if _, err := orgs.Get(ctx, w.db, "phuong-dong"); errs.KindOf(err) != errs.NotFound {
			w.t.Errorf("a part is left: %v", err)
		}
		again := w.splitting()
		if _, err := w.svc.EnterSplit(ctx, w.as("cntt"), again); err != nil {
			w.t.Errorf("the same again: %v", err)
		}
	})
}

// What cannot be is refused, each with its reason.
func TestSplitsAreRefused(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		ctx := w.t.Context()
		for name, tt := range map[string]struct {
			who    string
			change func(d *core.SplitDecision)
			kind   errs.Kind
		}{
			"a leader":          {"sep-a", func(*core.SplitDecision) {}, errs.Forbidden},
			"a past day":        {"cntt", func(d *core.SplitDecision) { d.From = w.inDays(-1) }, errs.Invalid},
			"today":             {"cntt", func(d *core.SplitDecision) { d.From = w.today() }, errs.Invalid},
			"one part":          {"cntt", func(d *core.SplitDecision) { d.Parts = d.Parts[:1] }, errs.Invalid},
			"no basis":          {"cntt", func(d *core.SplitDecision) { d.Basis = " " }, errs.Invalid},
			"into itself":       {"cntt", func(d *core.SplitDecision) { d.Parts[0].Name = "phuong a" }, errs.Conflict},
			"into another unit": {"cntt", func(d *core.SplitDecision) { d.Parts[0].Name = "phuong b" }, errs.Conflict},
			"two of a name":     {"cntt", func(d *core.SplitDecision) { d.Parts[0].Name = "Phường Tây" }, errs.Conflict},
			"a unit of others":  {"cntt", func(d *core.SplitDecision) { d.Unit = "nowhere" }, errs.NotFound},
			"a part too far":    {"cntt", func(d *core.SplitDecision) { d.Children["mot-cua"] = 3 }, errs.Invalid},
			"a code of letters": {"cntt", func(d *core.SplitDecision) { d.Parts[0].Code = "x" }, errs.Invalid},
		} {
			d := w.splitting()
			tt.change(&d)
			if _, err := w.svc.EnterSplit(ctx, w.as(tt.who), d); errs.KindOf(err) != tt.kind {
				w.t.Errorf("%s: %v", name, err)
			}
		}
	})
}
