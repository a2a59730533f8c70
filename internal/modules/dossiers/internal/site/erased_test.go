// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/dossierstest"
	"tinhso.vn/internal/platform/db"
)

// Papers that a rule has erased are still listed, with the day, and answer so
// when they are opened; a draft says until when it is kept.
func TestWhatARuleHasErased(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, p *province) {
		ctx, w := t.Context(), p.world
		id := w.Submit(t)
		own := "/ho-so/" + string(id)
		b := p.browser(t, w.Citizen)
		file := between(t, b.shown(own, "tờ khai.pdf").body, `href="`+own+"/giay-to/", `/xem"`)
		if err := w.Service.Withdraw(ctx, w.Citizen, id, "Nhầm thủ tục"); err != nil {
			t.Fatal(err)
		}
		if _, _, err := w.Service.EraseDue(ctx, dossiers.Erasure{Run: "r", Kept: dossiers.KeptClosed, Before: db.Time{Time: w.DB.Now().Add(time.Hour)}}, 9); err != nil {
			t.Fatal(err)
		}
		day := w.DB.Now().Format("02/01/2006")
		if body := b.shown(own, "Tờ khai", "Tệp đã được xóa theo quy định lưu trữ ngày "+day).body; strings.Contains(body, "giay-to/"+file) {
			t.Error("the page leads to a file that is not there")
		}
		for _, path := range []string{"", "/xem"} {
			b.right("opened"+path, b.get(own+"/giay-to/"+file+path), http.StatusNotFound, "xóa theo quy định lưu trữ ngày "+day)
		}

		w.Service.KeptUntil = func(context.Context, db.Time) (db.Time, bool, error) {
			return db.Time{Time: time.Date(2027, 2, 20, 0, 0, 0, 0, time.UTC)}, true, nil
		}
		draft := b.went("begin", b.post(start, "unit", dossierstest.Ward, "basis", "self"))
		b.shown("/ho-so", "Lưu đến hết ngày 20/02/2027")
		b.shown(b.went("resume", b.get(draft)), "Bản nhập này được lưu đến hết ngày 20/02/2027")
	})
}
