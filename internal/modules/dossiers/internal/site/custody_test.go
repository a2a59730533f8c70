// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"tinhso.vn/internal/modules/dossiers/internal/core"
	"tinhso.vn/internal/platform/db"
)

// A clerk hands paper over with a slip, the officer takes it, and the page of the
// dossier says where it is.
func TestPaperOnPages(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, p *province) {
		w, ctx := p.world, t.Context()
		id := w.StartAtCounter(t, w.Clerk, "Lê Thị Nam", "089185000002")
		if err := w.Service.HandIn(ctx, w.Clerk, id, "to-khai", core.Handed{Original: 2}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Service.Submit(ctx, w.Clerk, id); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Service.Accept(ctx, w.Clerk, id); err != nil {
			t.Fatal(err)
		}
		clerk, officer := p.browser(t, w.Clerk), p.browser(t, w.Officer)
		clerk.shown("/giao-giay", "Tôi đang giữ", string(id), "2 tờ")
		clerk.right("nothing ticked", clerk.post("/giao-giay", "do", "hand", "to", "hung"), http.StatusUnprocessableEntity, "Chọn ít nhất một hồ sơ")
		clerk.right("to nobody", clerk.post("/giao-giay", "do", "hand", "ho-so", string(id)), http.StatusUnprocessableEntity, `href="#to"`, "checked")
		given := clerk.post("/giao-giay", "do", "hand", "ho-so", string(id), "to", "hung")
		clerk.right("handed over", given, http.StatusOK, "Đã ghi nhận 1 hồ sơ", "/giao-giay/phieu/")
		slip := between(t, given.body, `/giao-giay/phieu/`, `"`)
		if got := clerk.get("/giao-giay/phieu/" + slip); got.status != http.StatusOK || !strings.HasPrefix(got.body, "%PDF") {
			t.Errorf("the slip is %d", got.status)
		}
		officer.shown("/xu-ly/"+string(id), "chờ nhận", w.Officer.Name)
		officer.right("without a reason", officer.post("/giao-giay", "do", "decline", "ho-so", string(id), "words", "x"), http.StatusUnprocessableEntity, `href="#words"`)
		officer.right("taken", officer.post("/giao-giay", "do", "take", "ho-so", string(id)), http.StatusOK, "Đã ghi nhận 1 hồ sơ")
		clerk.shown("/giao-giay", "Không giữ giấy nào")
		p.browser(t, w.OtherClerk).right("another ward", p.browser(t, w.OtherClerk).get("/giao-giay/phieu/"+slip), http.StatusNotFound)
	})
}

// The page of a dossier whose owner has died leads to what can be done.
func TestADeathOnPages(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, p *province) {
		w := p.world
		id := string(w.Accepted(t))
		w.Deps.Died = func(_ context.Context, _ db.Querier, person string) (string, bool, error) {
			return "2026-03-01", person == w.Citizen.Person, nil
		}
		w.Service = core.New(w.Deps)
		p = newProvince(t, w, p.clock)
		officer := p.browser(t, w.Officer)
		officer.shown("/xu-ly/"+id, "Chủ hồ sơ đã mất ngày 01/03/2026", "/xu-ly/"+id+"/chu-ho-so")
		officer.shown("/xu-ly/"+id+"/chu-ho-so", "Người thừa kế", "Dừng giải quyết, có lý do")
		officer.right("nothing chosen", officer.post("/xu-ly/"+id+"/chu-ho-so", "owner.name", "Nguyễn Thị Út"), http.StatusUnprocessableEntity, `href="#outcome"`, `value="Nguyễn Thị Út"`)
		officer.right("no paper", officer.post("/xu-ly/"+id+"/chu-ho-so", "outcome", "heir", "owner.name", "Nguyễn Thị Út", "owner.number", "089190000777"),
			http.StatusUnprocessableEntity, `href="#evidence.date"`)
		officer.went("the heir", officer.post("/xu-ly/"+id+"/chu-ho-so", "outcome", "heir", "owner.name", "Nguyễn Thị Út", "owner.number", "089190000777",
			"evidence.name", "Văn bản thỏa thuận", "evidence.number", "12", "evidence.date", "27/02/2026", "evidence.issuer", "Văn phòng công chứng"))
		officer.shown("/xu-ly/"+id, "Nguyễn Thị Út", "Người thừa kế tiếp nhận hồ sơ")
	})
}
