// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"strings"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/dossierstest"
	"tinhso.vn/internal/modules/dossiers/internal/core"
	"tinhso.vn/internal/modules/dossiers/locales"
	"tinhso.vn/internal/platform/db/dbtest"
)

// The register has what was accepted, in order and page by page, for those who accept
// there alone; as a paper it says the same, and that it left is recorded.
func TestTheRegisterOfDossiers(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *dossierstest.World, c *dbtest.Clock) {
		ctx, s := t.Context(), w.Service
		w.Submit(t) // is not accepted
		first := w.Issued(t)
		ok(t, s.Deliver(ctx, w.Clerk, first, core.Handover{Electronic: true}))
		for range core.PageSize + 2 {
			c.Advance(time.Second)
			w.Accepted(t)
		}
		c.Advance(20 * 24 * time.Hour)
		for name, a := range map[string]identity.Actor{"citizen": w.Citizen, "officer": w.Officer, "nobody": {}} {
			if _, err := s.ListLedger(ctx, a, core.LedgerFilter{}, ""); err == nil {
				t.Errorf("%s reads it", name)
			}
		}
		page := must[core.Page[core.LedgerRow]](t)(s.ListLedger(ctx, w.Clerk, core.LedgerFilter{}, ""))
		rest := must[core.Page[core.LedgerRow]](t)(s.ListLedger(ctx, w.Clerk, core.LedgerFilter{}, page.Next))
		if len(page.Items) != core.PageSize || len(rest.Items) != 3 || rest.Next != "" || page.Items[0].ID != first || page.Items[0].Late || !rest.Items[0].Late {
			t.Errorf("%d and %d rows, %+v", len(page.Items), len(rest.Items), page.Items[0])
		}
		if n := len(must[core.Page[core.LedgerRow]](t)(s.ListLedger(ctx, w.OtherClerk, core.LedgerFilter{}, "")).Items); n != 0 {
			t.Errorf("the other ward sees %d", n)
		}
		for _, tt := range []struct {
			f    core.LedgerFilter
			want int
		}{
			{core.LedgerFilter{Status: dossiers.Delivered}, 1},
			{core.LedgerFilter{Channel: dossiers.Counter}, 0},
			{core.LedgerFilter{From: "2026-03-02", To: "2026-03-02", Status: dossiers.Delivered}, 1},
			{core.LedgerFilter{From: "2026-03-03"}, 0},
			{core.LedgerFilter{To: "2026-03-01"}, 0},
		} {
			if n := len(must[core.Page[core.LedgerRow]](t)(s.ListLedger(ctx, w.Clerk, tt.f, "")).Items); n != tt.want {
				t.Errorf("%+v: %d rows, want %d", tt.f, n, tt.want)
			}
		}
		for says, f := range map[string]core.LedgerFilter{
			"from dossiers.ledger.day": {From: "2026-02-30"}, "to dossiers.ledger.order": {From: "2026-03-02", To: "2026-03-01"}, "status form.choose": {Status: 11}, "channel form.choose": {Channel: -1},
		} {
			if _, err := s.ListLedger(ctx, w.Clerk, f, ""); err == nil || !strings.Contains(err.Error(), says) {
				t.Errorf("%+v: %v", f, err)
			}
		}
		said := must[*i18n.Catalogue](t)(i18n.Load(locales.Files)).Printer(i18n.VI)
		words := printed(t, must[[]byte](t)(s.LedgerPaper(ctx, w.Clerk, core.LedgerFilter{From: "2026-03-01"}, said)))
		code := must[core.Full](t)(s.Get(ctx, w.Clerk, first, access.Handling)).Code
		for _, part := range []string{"Sổ theo dõi hồ sơ (mẫu số 07)", code[:len(code)-5], "Từ ngày 01/03/2026", "Đang quá", "Đúng hạn"} {
			if !strings.Contains(words, part) {
				t.Errorf("the paper does not say %q", part)
			}
		}
		if n := w.Count(t, `SELECT COUNT(*) FROM audit_records WHERE event = $1`, string(dossiers.AuditExported)); n != 1 {
			t.Errorf("the export was recorded %d times", n)
		}
	})
}
