// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site_test

import (
	"net/http"
	"strings"
	"testing"

	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/modules/procedures/procedurestest"
)

// The vault is looked into before the form is filled in; without a script, and
// what was typed is kept.
func TestTheVaultAtTheQuay(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, p *province) {
		w := p.world
		clerk := p.browser(t, w.Clerk)
		if strings.Contains(clerk.get("/quay/xac-nhan-cu-tru").body, "kho-number") {
			t.Error("a procedure whose papers have no types offers a vault")
		}
		w.Procedures.Add(procedurestest.Version(t, func(v *procedures.Version) { v.Papers[1].Type = "giay" }))
		clerk.shown("/quay/xac-nhan-cu-tru", "Xem kho giấy tờ", `name="kho-number"`, `name="co-mat"`)
		clerk.right("nothing typed", clerk.post("/quay/xac-nhan-cu-tru/kho"), http.StatusUnprocessableEntity, `href="#kho-number"`, `href="#kho-name"`, `href="#co-mat"`)
		clerk.right("not there", clerk.post("/quay/xac-nhan-cu-tru/kho", "kho-number", "089149000771", "kho-name", "Trương Thị Ngắt"),
			http.StatusUnprocessableEntity, `href="#co-mat"`, `value="089149000771"`)
		found := clerk.post("/quay/xac-nhan-cu-tru/kho", "kho-number", "089149000771", "kho-name", "Trương Thị Ngắt", "co-mat", "1")
		clerk.right("nobody known", found, http.StatusOK, "Kho không có giấy tờ nào", `value="089149000771"`)
		p.browser(t, w.Citizen).right("a citizen", p.browser(t, w.Citizen).post("/quay/xac-nhan-cu-tru/kho"), http.StatusForbidden)
	})
}
