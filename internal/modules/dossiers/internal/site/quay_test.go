// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site_test

import (
	"net/http"
	"strings"
	"testing"
)

// The form of the counter on one page: without a script it is sent as every
// other, and the dossier is accepted at once.
func TestTheWholeFormOfTheCounter(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, p *province) {
		w := p.world
		clerk := p.browser(t, w.Clerk)
		body := clerk.shown("/quay/xac-nhan-cu-tru", "Cả tờ khai trên một trang", "Số tờ giấy đã nhận").body
		for _, part := range []string{`name="full_name"`, `name="reason"`, `name="sheets-to-khai"`, `name="owner.number"`, `data-module="ts-counter"`, "hidden"} {
			if !strings.Contains(body, part) {
				t.Errorf("the page has no %s", part)
			}
		}
		_, section, _ := strings.Cut(body, `data-module="ts-counter"`)
		if section, _, _ = strings.Cut(section, "</section>"); strings.Contains(section, w.Clerk.Name) {
			t.Error("what the script keeps names somebody")
		}
		form := []string{
			"key", between(t, body, `name="key" value="`, `"`), "owner.kind", "individual", "owner.name", "Trương Thị Ngắt", "owner.number", "089149000771", "owner.phone", "0900000771",
			"basis", "self", "full_name", "Trương Thị Ngắt", "reason", "Vay vốn", "sheets-to-khai", "1",
		}
		to := clerk.went("send", clerk.post("/quay/xac-nhan-cu-tru", form...))
		if !strings.HasSuffix(to, "/xong") {
			t.Fatalf("it leads to %s", to)
		}
		if again := clerk.went("again", clerk.post("/quay/xac-nhan-cu-tru", form...)); again != to {
			t.Errorf("sent again it leads to %s", again)
		}
		clerk.shown(to, "Đã tiếp nhận hồ sơ", "Trương Thị Ngắt")
		form[1] = "khac"
		if draft := clerk.went("wrong", clerk.post("/quay/xac-nhan-cu-tru", form[:10]...)); !strings.HasSuffix(draft, "/kiem-tra") {
			t.Errorf("with mistakes it leads to %s", draft)
		}
		citizen := p.browser(t, w.Citizen)
		citizen.right("a citizen", citizen.get("/quay/xac-nhan-cu-tru"), http.StatusForbidden)
		clerk.right("none", clerk.get("/quay/khong-co"), http.StatusNotFound)
		clerk.shown("/tiep-nhan/quay", "Nhập một trang", "/quay/xac-nhan-cu-tru")
	})
}
