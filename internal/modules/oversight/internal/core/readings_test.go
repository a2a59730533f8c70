// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"testing"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/oversight/internal/core"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

func TestACitizenSeesEveryReading(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		one, two := w.Accepted(t), w.Accepted(t)
		open := func(a identity.Actor, id dossiers.ID, why access.Purpose) {
			t.Helper()
			_, err := w.Service.Get(ctx, a, id, why)
			must(t, err)
		}
		list := func(a identity.Actor, f core.Filter, before string) core.Page[core.About] {
			t.Helper()
			page, err := w.svc.ListReadings(ctx, a, f, before)
			must(t, err)
			return page
		}
		if got := list(w.citizen, core.Filter{}, "").Items; len(got) != 0 {
			t.Fatalf("before anybody looked: %+v", got)
		}
		open(w.officer, one, access.Handling)
		open(w.citizen, one, access.Own)
		w.clock.Advance(time.Hour)
		noon := w.DB.Now().Time
		open(w.Leader, two, access.Inspection)
		w.read(t, w.Clerk, "people.looked_up", "", w.citizen.Person, access.Handling) // without a dossier
		must(t, w.DB.Write(ctx, func(tx *db.Tx) error {                               // from before records named the person
			return audit.RecordRead(ctx, tx, w.Clerk, dossiers.AuditFileRead, string(one), access.Handling)
		}))
		got := list(w.citizen, core.Filter{}, "").Items
		if len(got) != 4 {
			t.Fatalf("got %+v", got)
		}
		if got[0].Who.Name != "Trần Thị Mai" || got[0].Event != dossiers.AuditFileRead || got[0].Code == "" || got[0].Subject != string(one) {
			t.Errorf("the file: %+v", got[0])
		}
		if got[1].Code != "" || got[1].Person != w.citizen.Person || got[1].Who.Unit.VI != "Phường Long Xuyên" || got[1].Who.Post.VI != "clerk" {
			t.Errorf("the look-up: %+v", got[1])
		}
		if got[2].Who.Name != "Võ Thị Thanh Hà" || got[2].Purpose != access.Inspection || got[3].Who.Name != "Phạm Quốc Hưng" {
			t.Errorf("the dossiers: %+v", got[2:])
		}
		for name, tt := range map[string]struct {
			f    core.Filter
			want int
		}{
			"from": {core.Filter{From: noon}, 3}, "to": {core.Filter{To: noon}, 1}, "both": {core.Filter{From: noon.Add(-2 * time.Hour), To: noon.Add(time.Hour)}, 4},
			"purpose": {core.Filter{Purpose: access.Inspection}, 1}, "nothing": {core.Filter{Purpose: access.Inspection, To: noon}, 0},
		} {
			if got := list(w.citizen, tt.f, "").Items; len(got) != tt.want {
				t.Errorf("%s: %d readings, want %d", name, len(got), tt.want)
			}
			all, err := w.svc.ExportReadings(ctx, w.citizen, tt.f)
			if err != nil || len(all) != tt.want {
				t.Errorf("%s: exported %d, %v", name, len(all), err)
			}
		}
		if got := list(w.Neighbour, core.Filter{}, "").Items; len(got) != 0 {
			t.Errorf("the neighbour sees %+v", got)
		}
		for _, a := range []identity.Actor{w.officer, w.auditor} {
			_, err := w.svc.ListReadings(ctx, a, core.Filter{}, "")
			refused(t, "an official", err, access.ErrNotAllowed)
		}
		_, err := w.svc.ExportReadings(ctx, identity.Actor{}, core.Filter{})
		refused(t, "nobody", err, access.ErrSignInNeeded)
		if _, err := w.svc.ListReadings(ctx, w.citizen, core.Filter{From: noon, To: noon}, ""); errs.KindOf(err) != errs.Invalid {
			t.Errorf("a period backwards: %v", err)
		}
		if _, err := w.svc.ListReadings(ctx, w.citizen, core.Filter{Purpose: "x"}, ""); errs.KindOf(err) != errs.Invalid {
			t.Errorf("no purpose: %v", err)
		}

		mine, err := w.svc.ListMyReadings(ctx, w.officer, core.Filter{}, "")
		if err != nil || len(mine.Items) != 1 || mine.Items[0].Subject != string(one) {
			t.Errorf("the officer's own: %+v, %v", mine.Items, err)
		}
		_, err = w.svc.ListMyReadings(ctx, identity.Actor{}, core.Filter{}, "")
		refused(t, "nobody's own", err, access.ErrSignInNeeded)

		for range core.PageSize {
			open(w.officer, one, access.Handling)
		}
		first := list(w.citizen, core.Filter{}, "")
		rest := list(w.citizen, core.Filter{}, first.Next)
		if len(first.Items) != core.PageSize || len(rest.Items) != 4 || rest.Next != "" {
			t.Errorf("pages of %d and %d", len(first.Items), len(rest.Items))
		}
	})
}

func TestACitizenSeesWhoseListsShowThem(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.Submit(t)
		_, err := w.Service.Inbox(ctx, w.Clerk, "")
		must(t, err)
		page, err := w.svc.ListSightings(ctx, w.citizen, "")
		if err != nil || len(page.Items) != 1 || page.Items[0].Who.Name != "Trần Thị Mai" || page.Items[0].Days != 1 || page.Items[0].Who.Unit.VI == "" {
			t.Errorf("got %+v, %v", page.Items, err)
		}
		if page, err := w.svc.ListSightings(ctx, w.Neighbour, ""); err != nil || len(page.Items) != 0 {
			t.Errorf("the neighbour sees %+v, %v", page.Items, err)
		}
		_, err = w.svc.ListSightings(ctx, w.officer, "")
		refused(t, "an official", err, access.ErrNotAllowed)
	})
}
