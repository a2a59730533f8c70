// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site_test

import (
	"net/http"
	"strings"
	"testing"

	"tinhso.vn/internal/modules/dossiers/dossierstest"
)

// A person begins on the phone and goes on at a computer: what was left there is
// found, the newer answer stays, and both devices say so.
func TestTwoDevicesAndASource(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, p *province) {
		phone, desk := p.browser(t, p.world.Citizen), p.browser(t, p.world.Citizen)
		draft := phone.went("begin", phone.post(start, "unit", dossierstest.Ward, "basis", "self"))
		first := phone.went("resume", phone.get(draft))
		marks := between(t, phone.shown(first).body, `name="was" value="`, `"`)
		second := desk.went("answer", desk.post(first, "full_name", "Nguyễn Văn Bay", "was", marks))
		desk.shown(first, `value="Nguyễn Văn Bay"`, "Tài khoản ghi: Nguyễn Văn Bảy", "Đã lưu lúc")
		stale := phone.post(first, "full_name", "Nguyễn Văn Bẩy", "was", marks)
		phone.right("the newer one", stale, http.StatusOK, "vừa được sửa trên một thiết bị khác", "trên trang này")
		desk.shown(first, `value="Nguyễn Văn Bẩy"`)
		if got := desk.post(second, "reason", "Vay vốn", "later", "1"); got.status != http.StatusSeeOther {
			t.Errorf("%d", got.status)
		}
		desk.shown(draft+"/kiem-tra", "Tài khoản ghi: Nguyễn Văn Bảy", "to-khai.pdf")
		if got := desk.get(draft + "/to-khai.pdf"); got.status != http.StatusOK || !strings.HasPrefix(got.body, "%PDF") {
			t.Errorf("the form on paper: %d", got.status)
		}
		if got := p.browser(t, p.world.Clerk).get(draft + "/to-khai.pdf"); got.status != http.StatusNotFound {
			t.Errorf("somebody else prints it: %d", got.status)
		}
	})
}
