// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site_test

import (
	"net/http"
	"testing"

	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/core"
)

// An apology goes from hand to hand in the pages, and its owner sees that it is signed.
func TestLettersInPages(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, p *province) {
		w, ctx := p.world, t.Context()
		id := w.Accepted(t)
		motion, err := w.Service.Move(ctx, w.Officer, id, core.Wish{Kind: dossiers.Extend, Days: 3, Reason: "Cần xác minh thêm tại nơi ở cũ"})
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Service.DecideMotion(ctx, w.Leader, id, motion, core.Verdict{Agree: true}); err != nil {
			t.Fatal(err)
		}
		officer, leader, records, citizen := p.browser(t, w.Officer), p.browser(t, w.Leader), p.browser(t, w.Records), p.browser(t, w.Citizen)
		citizen.shown("/ho-so/"+string(id), "xin-loi.pdf", "phiếu chưa ký số")
		at := "/phieu-cho-ky/" + motion
		officer.shown("/phieu-cho-ky", "Chờ ký nháy", at+"/ky-nhay")
		leader.shown("/phieu-cho-ky", "Không có phiếu nào chờ")
		officer.went("initialled", officer.post(at+"/ky-nhay"))
		officer.right("twice", officer.post(at+"/ky-nhay"), http.StatusConflict, w.Officer.Name)
		leader.shown("/phieu-cho-ky", "Ký phiếu")
		leader.went("signed", leader.post(at+"/ky"))
		records.shown("/phieu-cho-ky", "Cấp số, đóng dấu")
		records.went("issued", records.post(at+"/cap-so"))
		records.shown("/phieu-cho-ky", "Không có phiếu nào chờ")
		citizen.shown("/ho-so/"+string(id), "đã ký, số 01/UBND", "Kiểm tra chữ ký")
		citizen.right("not theirs", citizen.get("/phieu-cho-ky"), http.StatusForbidden)
	})
}
