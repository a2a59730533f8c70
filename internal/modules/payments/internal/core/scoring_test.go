// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"testing"
	"time"

	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/dossierstest"
	"tinhso.vn/internal/modules/payments"
	"tinhso.vn/internal/platform/db"
)

// Of dossiers that cost something a score counts those that were paid online, and opens
// them: cash is none, a cancelled order asks for nothing, another month has its own.
func TestWhatWasPaidOnlineIsCounted(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx, from := t.Context(), w.DB.Now()
		online, first := w.ordered(t)
		cash, second := w.ordered(t)
		_, third := w.ordered(t)
		ok(t, w.svc.Take(ctx, w.Clerk, second.ID, 8000))
		ok(t, w.svc.Cancel(ctx, w.accountant, third.ID, "Được miễn"))
		ok(t, w.DB.Write(ctx, func(tx *db.Tx) error {
			_, err := tx.Exec(ctx, `UPDATE payments_orders SET state = 'paid', way = $2, paid_at = $3 WHERE id = $1`, first.ID, payments.WayPortal, tx.Now)
			return err
		}))
		month := dossiers.ScoredPeriod{From: from, To: db.At(from.Add(31 * 24 * time.Hour)), At: db.At(w.DB.Now().Add(time.Second))}
		all, err := w.svc.CountScored(ctx, month)
		if err != nil || len(all) != 1 || all[0] != (payments.Scored{Unit: dossierstest.Ward, Due: 2, Online: 1}) {
			t.Errorf("counted %+v, %v", all, err)
		}
		units := []orgs.ID{dossierstest.Ward}
		ids, err := w.svc.ListScored(ctx, month, true, units, "", 10)
		if err != nil || len(ids) != 1 || ids[0] != online {
			t.Errorf("paid online: %v, %v", ids, err)
		}
		ids, err = w.svc.ListScored(ctx, month, false, units, "", 1)
		if err != nil || len(ids) != 1 || ids[0] != cash {
			t.Errorf("the newest that costs something: %v, %v", ids, err)
		}
		if ids, err = w.svc.ListScored(ctx, month, false, units, ids[0], 10); err != nil || len(ids) != 1 || ids[0] != online {
			t.Errorf("after it: %v, %v", ids, err)
		}
		if ids, err = w.svc.ListScored(ctx, month, false, []orgs.ID{dossierstest.Other}, "", 10); err != nil || len(ids) != 0 {
			t.Errorf("of the other ward: %v, %v", ids, err)
		}
		before := dossiers.ScoredPeriod{From: db.At(from.Add(-31 * 24 * time.Hour)), To: from, At: from}
		if all, err := w.svc.CountScored(ctx, before); err != nil || len(all) != 0 {
			t.Errorf("the month before: %+v, %v", all, err)
		}
	})
}
