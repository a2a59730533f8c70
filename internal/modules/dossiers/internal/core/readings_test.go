// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"testing"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/dossierstest"
	"tinhso.vn/internal/modules/dossiers/internal/core"
	"tinhso.vn/internal/platform/db/dbtest"
)

func TestACitizenSeesWhoHasLooked(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *dossierstest.World, c *dbtest.Clock) {
		ctx, s := t.Context(), w.Service
		id, other := w.Accepted(t), w.Accepted(t)
		must[core.Full](t)(s.Get(ctx, w.Citizen, id, access.Own))
		if got := must[core.Page[core.Reading]](t)(s.ListReadings(ctx, w.Citizen, id, "")); len(got.Items) != 0 {
			t.Errorf("before anybody looked: %+v", got.Items)
		}
		must[core.Full](t)(s.Get(ctx, w.Officer, id, access.Handling))
		must[core.Full](t)(s.Get(ctx, w.Leader, other, access.Handling))
		c.Advance(time.Hour)
		full := must[core.Full](t)(s.Get(ctx, w.Leader, id, access.Inspection))
		content(t)(s.OpenFile(ctx, w.Leader, id, full.Papers[0].File.ID, access.Inspection))
		got := must[core.Page[core.Reading]](t)(s.ListReadings(ctx, w.Citizen, id, "")).Items
		if len(got) != 3 || got[0].Event != dossiers.AuditFileRead || got[0].Who != "Võ Thị Thanh Hà" || got[0].Purpose != access.Inspection {
			t.Fatalf("read by %+v", got)
		}
		if last := got[2]; last.Who != "Phạm Quốc Hưng" || last.Post.VI != "officer" || last.Unit.VI != "Phường Long Xuyên" ||
			last.Event != dossiers.AuditPersonRead || last.Purpose != access.Handling || got[0].At.Sub(last.At) != time.Hour {
			t.Errorf("the officer: %+v", last)
		}
		_, err := s.Get(ctx, w.Officer, id, access.Own) // to leave no trace for the owner
		refused(t, "an officer's own", err, access.ErrPurposeNeeded)
		_, _, err = s.OpenFile(ctx, w.Officer, id, full.Papers[0].File.ID, access.Own)
		refused(t, "an officer's own file", err, access.ErrPurposeNeeded)
		for name, a := range map[string]identity.Actor{"neighbour": w.Neighbour, "nobody": {}, "officer": w.Officer} {
			if page, err := s.ListReadings(ctx, a, id, ""); err == nil {
				t.Errorf("%s sees %+v", name, page)
			}
		}
		_, err = s.ListReadings(ctx, w.Neighbour, id, "")
		refused(t, "the neighbour", err, dossiers.ErrNotFound)

		for range core.PageSize {
			must[core.Full](t)(s.Get(ctx, w.Officer, id, access.Handling))
		}
		first := must[core.Page[core.Reading]](t)(s.ListReadings(ctx, w.Citizen, id, ""))
		rest := must[core.Page[core.Reading]](t)(s.ListReadings(ctx, w.Citizen, id, first.Next))
		if len(first.Items) != core.PageSize || len(rest.Items) != 3 || rest.Next != "" {
			t.Errorf("%d on the first page, %d on the second", len(first.Items), len(rest.Items))
		}
	})
}
