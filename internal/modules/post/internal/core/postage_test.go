// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"net/url"
	"sync"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/dossiers/dossierstest"
	"tinhso.vn/internal/modules/post"
	"tinhso.vn/internal/modules/post/internal/core"
	"tinhso.vn/internal/platform/db"
)

// priced tells people a postage before they choose.
func (w *world) priced(dong int64) {
	w.svc.Settings.Postage, w.svc.Settings.Source = dong, "biểu thử nghiệm"
}

// ledger is the one row of the ledger of the clerk's unit.
func (w *world) ledger(t *testing.T) core.PostageRow {
	t.Helper()
	l, err := w.svc.ListPostage(t.Context(), w.Clerk, "", "")
	ok(t, err)
	if len(l.Rows) != 1 {
		t.Fatalf("the ledger has %+v", l.Rows)
	}
	return l.Rows[0]
}

// What people were told, what the post charges, and who has paid it stand in the ledger:
// due, then taken by the postman, or unpaid when the parcel comes back.
func TestWhatPostCosts(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.priced(18_000)
		id := w.wished(t)
		if own, err := w.svc.Own(ctx, w.Citizen, string(id)); err != nil || own.Cost == nil || *own.Cost != 18_000 || own.Source == "" {
			t.Errorf("they are told %+v, %v", own.Cost, err)
		}
		parcel, waybill := w.handed(t, id)
		v, err := w.svc.Get(ctx, w.Clerk, parcel)
		if err != nil || v.Fee == nil {
			t.Fatalf("%+v, %v", v.Parcel, err)
		}
		fee := *v.Fee
		if r := w.ledger(t); r.Parcels != 1 || r.Told != 18_000 || r.Charged != fee || r.Collected != 0 || r.Unpaid != 0 || r.Unknown != 0 || (r.Different == 1) != (fee != 18_000) {
			t.Errorf("on its way: %+v", r)
		}
		w.tell(t, "/di", url.Values{"ma": {waybill}, "den": {"chuyen-hoan"}, "ghi-chu": {"Không gặp"}})
		ok(t, w.svc.AskNow(ctx, w.Clerk, parcel))
		ok(t, w.svc.TakeBack(ctx, w.Clerk, parcel))
		if r := w.ledger(t); r.Collected != 0 || r.Unpaid != fee {
			t.Errorf("it came back: %+v", r)
		}
		to := home()
		never, err := w.svc.Pack(ctx, w.Clerk, core.Packing{Dossier: string(id), To: &to})
		ok(t, err)
		if r := w.ledger(t); r.Parcels != 2 || r.Unknown != 1 {
			t.Errorf("one of which the post has said nothing: %+v", r)
		}
		ok(t, w.svc.Cancel(ctx, w.Clerk, never))
		if r := w.ledger(t); r.Parcels != 1 {
			t.Errorf("what never left: %+v", r)
		}

		w.priced(fee)
		second := w.wished(t)
		parcel, _ = w.handed(t, second)
		var wg sync.WaitGroup
		for _, clerk := range []identity.Actor{w.Clerk, w.Colleague} { // both note it at once
			wg.Go(func() { _ = w.svc.Delivered(ctx, clerk, parcel, "Nguyễn Thị Tám") })
		}
		wg.Wait()
		if r := w.ledger(t); r.Parcels != 2 || r.Collected != fee || r.Unpaid != fee || r.Charged != 2*fee {
			t.Errorf("the second was signed for: %+v", r)
		}
		rows, err := w.svc.PostageRows(ctx, w.Clerk, "", "")
		if err != nil || len(rows) != 2 {
			t.Errorf("the file says %v, %v", rows, err)
		}
	})
}

// The ledger is of the own units, of months that are some, and only for who sends.
func TestWhoseLedger(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.handed(t, w.wished(t))
		if l, err := w.svc.ListPostage(ctx, w.OtherClerk, "", ""); err != nil || len(l.Rows) != 0 {
			t.Errorf("another unit sees %+v, %v", l.Rows, err)
		}
		_, err := w.svc.ListPostage(ctx, w.Citizen, "", "")
		refused(t, "a citizen", err, access.ErrNotAllowed)
		for field, months := range map[string][2]string{"from": {"tháng trước", "2026-03"}, "until": {"2026-03", "2026-02"}} {
			_, err := w.svc.ListPostage(ctx, w.Clerk, months[0], months[1])
			wrongField(t, err, field)
		}
		if l, err := w.svc.ListPostage(ctx, w.Clerk, "2026-01", "2026-02"); err != nil || len(l.Rows) != 0 {
			t.Errorf("of other months %+v, %v", l.Rows, err)
		}
	})
}

// When its time is over it is forgotten where a parcel went and who has signed for it;
// what it cost stays. What is still on its way is not touched.
func TestParcelsAreForgotten(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		done, _ := w.handed(t, w.wished(t))
		ok(t, w.svc.Delivered(ctx, w.Clerk, done, "Nguyễn Thị Tám"))
		open, _ := w.handed(t, w.wished(t))
		early := w.DB.Now()
		w.clock.Advance(time.Hour)
		if n, _, err := w.svc.CountPast(ctx, db.At(early.Add(-time.Minute))); err != nil || n != 0 {
			t.Errorf("before its time %d, %v", n, err)
		}
		before := w.DB.Now()
		n, oldest, err := w.svc.CountPast(ctx, before)
		if err != nil || n != 1 || oldest.IsZero() || oldest.After(before.Time) {
			t.Errorf("%d are past, the oldest of %v, %v", n, oldest, err)
		}
		gone := 0
		for range 5 { // until nothing is left: the parcel, then its wish
			ok(t, w.DB.Write(ctx, func(tx *db.Tx) error {
				n, err := w.svc.ForgetPast(ctx, tx, before, 1)
				gone += n
				return err
			}))
		}
		if n, _, err := w.svc.CountPast(ctx, before); err != nil || n != 0 || gone != 2 {
			t.Errorf("%d are left after %d went, %v", n, gone, err)
		}
		_, err = w.svc.Get(ctx, w.Clerk, done)
		refused(t, "what is forgotten", err, post.ErrNotFound)
		if _, err := w.svc.Get(ctx, w.Clerk, open); err != nil {
			t.Errorf("what is on its way: %v", err)
		}
		if r := w.ledger(t); r.Parcels != 2 || r.Unit != dossierstest.Ward {
			t.Errorf("the ledger: %+v", r)
		}
		for table, left := range map[string]int{"post_parcels": 1, "post_wishes": 1, "post_postage": 2} {
			if n := w.Count(t, `SELECT COUNT(*) FROM `+table); n != left {
				t.Errorf("%s has %d rows", table, n)
			}
		}
	})
}
