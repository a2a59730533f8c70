// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// An envelope is opened at the counter, in both languages; the receipt goes back by a letter.
func TestAnEnvelopeIsOpenedOnThePages(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, p *province) {
		clerk := p.browser(t, p.world.Clerk)
		const mail = "/tiep-nhan/buu-chinh"
		clerk.shown("/tiep-nhan", `href="`+mail+`"`)
		clerk.shown(mail, "Mã bưu gửi", "Chưa mở bưu gửi nào")
		clerk.right("no day", clerk.get(mail+"?consignment=RA1&came="), http.StatusUnprocessableEntity, `href="#came"`, `value="RA1"`)
		clerk.right("a wrong code", clerk.get(mail+"?consignment=%C3%80&came=02/03/2026"), http.StatusUnprocessableEntity, `href="#consignment"`)
		clerk.shown(mail+"?consignment=ra+123&came=02/03/2026", "Bưu gửi RA123, đến ngày 02/03/2026", "Xác nhận thông tin về cư trú", `name="came" value="2026-03-02"`)
		who := clerk.went("begin", clerk.post(start, "consignment", "RA123", "came", "2026-03-02"))
		path, _, _ := strings.Cut(who, "?")
		if got := clerk.shown(path, "Bưu gửi RA123, đến ngày 02/03/2026"); strings.Contains(got.body, `name="qr"`) {
			t.Error("a card is asked for that is not there")
		}
		clerk.right("nobody can be told", clerk.post(path, "owner.number", "089185000002", "owner.name", "Lê Thị Nam", "basis", "self"),
			http.StatusUnprocessableEntity, `href="#owner.phone"`, "địa chỉ để báo giấy tiếp nhận")
		step := clerk.went("parties", clerk.post(path, "owner.number", "089185000002", "owner.name", "Lê Thị Nam", "owner.address", "Khóm 1, phường Long Xuyên", "basis", "self"))
		next := clerk.went("answer", clerk.post(step, "full_name", "Lê Thị Nam"))
		papers := clerk.went("answer", clerk.post(next, "reason", "Xin việc"))
		check := clerk.went("papers", clerk.upload(papers, [][3]string{{"original-to-khai", "", "1"}, {"do", "", "next"}}))
		done := clerk.went("accept", clerk.post(check, "declare", "1"))
		clerk.shown(done, "Giấy tiếp nhận cho người gửi", "Không có số điện thoại và thư điện tử", "In giấy tiếp nhận")
		letter := strings.TrimSuffix(done, "/xong") + "/gui-giay"
		clerk.right("no code", clerk.post(letter), http.StatusUnprocessableEntity, `href="#letter"`)
		if to := clerk.went("sent", clerk.post(letter, "letter", "rb 7")); to != done {
			t.Errorf("it leads to %s", to)
		}
		clerk.shown(done, "Đã gửi theo bưu gửi RB7")
		id := strings.Split(done, "/")[2]
		clerk.shown("/xu-ly/"+id, "Gửi qua bưu chính", "Bưu gửi RA123", "Bưu chính công ích")
		clerk.shown(mail+"?"+url.Values{"consignment": {"RA123"}, "came": {"02/03/2026"}}.Encode(), "đã mở thành 1 hồ sơ")
		if got := p.browser(t, p.world.OtherClerk).get("/tiep-nhan/" + id + "/xong"); got.status != http.StatusNotFound {
			t.Errorf("the other ward: %d", got.status)
		}
		if got := p.browser(t, p.world.Citizen).get(mail); got.status != http.StatusForbidden && got.status != http.StatusNotFound {
			t.Errorf("a citizen: %d", got.status)
		}
	})
}
