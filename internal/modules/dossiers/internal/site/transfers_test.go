// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site_test

import (
	"net/http"
	"strings"
	"testing"

	"tinhso.vn/internal/modules/dossiers/dossierstest"
)

// Two wards hand a dossier over with a plain browser, and make the mistakes on the way.
func TestADossierIsHandedToAnotherWard(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, p *province) {
		w := p.world
		id := string(w.Submit(t))
		clerk, other := p.browser(t, w.Clerk), p.browser(t, w.OtherClerk)
		form := "/xu-ly/" + id + "/chuyen-tham-quyen"
		clerk.shown("/xu-ly/"+id, form)
		clerk.shown(form, "Phường Châu Đốc", `name="basis"`)
		clerk.right("nothing", clerk.post(form), http.StatusUnprocessableEntity, `href="#to"`, `href="#reason"`, `href="#basis"`)
		clerk.right("not a number", clerk.post(form, "to", dossierstest.Other, "reason", "Người dân cư trú tại phường Châu Đốc", "basis", "Điều 5", "sheets", "hai"),
			http.StatusUnprocessableEntity, `href="#sheets"`, "Người dân cư trú tại phường Châu Đốc")
		other.right("not theirs", other.get(form), http.StatusNotFound)
		one := clerk.went("send", clerk.post(form, "to", dossierstest.Other, "reason", "Người dân cư trú tại phường Châu Đốc", "basis", "Điều 5", "sheets", "2"))
		clerk.shown(one, "Chờ nhận", "Rút lại", "phieu-giao-nhan.pdf")
		clerk.right("twice", clerk.post(form, "to", dossierstest.Other, "reason", "Người dân cư trú tại phường Châu Đốc", "basis", "Điều 5"), http.StatusConflict, w.Clerk.Name)
		clerk.shown("/chuyen-ho-so?muc=da-chuyen", "Phường Châu Đốc", one)
		other.shown("/chuyen-ho-so", "Phường Long Xuyên", one)
		if slip := other.get(one + "/phieu-giao-nhan.pdf"); !strings.HasPrefix(slip.body, "%PDF") {
			t.Error("the slip is no document")
		}
		other.right("back without a word", other.post(one+"/tra-lai", "words", "ko"), http.StatusUnprocessableEntity, `href="#words"`)
		p.browser(t, w.DeptOfficer).right("neither side", p.browser(t, w.DeptOfficer).get(one), http.StatusNotFound)
		if to := other.went("receive", other.post(one+"/nhan")); to != "/xu-ly/"+id {
			t.Errorf("it leads to %s", to)
		}
		other.right("in another tab", other.post(one+"/nhan"), http.StatusConflict, w.OtherClerk.Name)
		p.browser(t, w.Citizen).right("a citizen", p.browser(t, w.Citizen).get("/chuyen-ho-so"), http.StatusForbidden)
		p.browser(t, w.Officer).shown("/chuyen-ho-so", "Đã chuyển")
	})
}
