// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site_test

import (
	"net/http"
	"strings"
	"testing"

	"tinhso.vn/internal/modules/dossiers"
)

// Moment 9: the official types code and number, and reads the sentence aloud.
func TestAnsweringTheTelephone(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, p *province) {
		w := p.world
		id := string(w.Accepted(t))
		code := between(t, p.browser(t, w.Citizen).get("/ho-so/"+id).body, `id="dossier-code">`, "<")
		clerk := p.browser(t, w.Clerk)
		page := clerk.shown("/tong-dai", "Trả lời điện thoại", "chủ hồ sơ thấy").body
		if !strings.Contains(page, "autofocus") {
			t.Error("the cursor does not stand in the first field")
		}
		clerk.right("nothing", clerk.post("/tong-dai"), http.StatusUnprocessableEntity, `href="#code"`, `href="#proof"`)
		answer := clerk.post("/tong-dai", "code", code, "proof", "0900.000 001")
		clerk.right("the pair", answer, http.StatusOK, "Đọc cho người gọi", "còn 3 ngày làm việc", "ngày 05 tháng 3 năm 2026", "Chưa cần làm gì", "Số 1 Giả Định", `data-ts-key="n"`)
		_, main, _ := strings.Cut(answer.body, "<main")
		for _, secret := range []string{"Nguyễn Văn Bảy", "089058000001", "Giấy tờ kèm theo"} {
			if strings.Contains(main, secret) {
				t.Errorf("the page says %q", secret)
			}
		}
		without := func(body, typed string) string {
			_, main, _ := strings.Cut(body, "<main")
			return strings.ReplaceAll(main, typed, "")
		}
		number := clerk.post("/tong-dai", "code", code, "proof", "0900000002")
		none := clerk.post("/tong-dai", "code", "Z01.103-260302-7777", "proof", "0900000002")
		clerk.right("a wrong number", number, http.StatusNotFound, "Không có hồ sơ nào có mã và số điện thoại này")
		if none.status != number.status || without(number.body, code) != without(none.body, "Z01.103-260302-7777") {
			t.Error("a wrong code and a wrong number are told apart")
		}
		p.browser(t, w.Leader).shown("/tong-dai", "Trả lời điện thoại")
		p.browser(t, w.OtherClerk).right("another ward", p.browser(t, w.OtherClerk).post("/tong-dai", "code", code, "proof", "0900000001"), http.StatusOK, "còn 3 ngày làm việc")
		officer := p.browser(t, w.Officer)
		officer.right("an officer", officer.post("/tong-dai", "code", code, "proof", "0900000001"), http.StatusForbidden)
		p.browser(t, w.Citizen).shown("/ho-so/"+id+"/ai-da-xem", "Trả lời điện thoại")
		if w.Audited(t, dossiers.AuditCallAnswered, id) != 2 {
			t.Error("the looks are not recorded")
		}
	})
}
