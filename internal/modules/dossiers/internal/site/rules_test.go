// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site_test

import (
	"net/http"
	"strings"
	"testing"
)

// A leader writes a rule, tries it, and finds on the board what it could give to
// nobody.
func TestRulesOnPages(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, p *province) {
		w := p.world
		leader := p.browser(t, w.Leader)
		leader.shown("/giao-viec/quy-tac", "Chưa có quy tắc", "Thêm quy tắc", `name="area-4"`)
		leader.right("nobody chosen", leader.post("/giao-viec/quy-tac", "unit", "phuong-long-xuyen", "kind", "person", "field", "Cư trú", "do", "save"),
			http.StatusUnprocessableEntity, `href="#person"`, `value="Cư trú"`)
		leader.right("an area without anybody", leader.post("/giao-viec/quy-tac", "unit", "phuong-long-xuyen", "kind", "area", "lines", "4", "area-2", "Khóm 1", "do", "save"),
			http.StatusUnprocessableEntity, `href="#who-2"`, `value="Khóm 1"`)
		old := string(w.Accepted(t))
		tried := leader.post("/giao-viec/quy-tac", "unit", "phuong-long-xuyen", "kind", "turn", "do", "try")
		leader.right("tried", tried, http.StatusOK, "Mười bước gần đây sẽ rơi vào ai", w.Officer.Name)
		leader.went("save", leader.post("/giao-viec/quy-tac", "unit", "phuong-long-xuyen", "kind", "turn", "do", "save"))
		body := leader.shown("/giao-viec/quy-tac", "Lần lượt", "Mọi bước, trừ ký").body
		rule := between(t, body, `/giao-viec/quy-tac?sua=`, `#`)
		id := string(w.Accepted(t))
		p.browser(t, w.Officer).shown("/xu-ly/"+id, "theo quy tắc: Lần lượt (bản 1)", w.Officer.Name)
		if body := p.browser(t, w.Officer).get("/xu-ly/" + old).body; strings.Contains(body, "theo quy tắc") {
			t.Error("what was open before the rule is given out by it")
		}
		leader.went("change", leader.post("/giao-viec/quy-tac", "id", rule, "version", "1", "unit", "phuong-long-xuyen", "kind", "area", "lines", "4", "area-1", "Khóm 1", "who-1", "hung", "do", "save"))
		leader.right("an older page", leader.post("/giao-viec/quy-tac", "id", rule, "version", "1", "unit", "phuong-long-xuyen", "kind", "turn", "do", "save"), http.StatusConflict, w.Leader.Name)
		w.Accepted(t)
		leader.shown("/giao-viec/bang", "Quy tắc chưa tìm được người", "Hồ sơ không ghi địa chỉ")
		leader.went("remove", leader.post("/giao-viec/quy-tac/"+rule+"/xoa"))
		leader.right("removed twice", leader.post("/giao-viec/quy-tac/"+rule+"/xoa"), http.StatusNotFound)
		leader.shown("/giao-viec/quy-tac/lich-su", "Đã xóa", "Theo địa bàn", "Khóm 1: "+w.Officer.Name, "Lần lượt")
		p.browser(t, w.Officer).right("an officer", p.browser(t, w.Officer).get("/giao-viec/quy-tac"), http.StatusForbidden)
		other := p.browser(t, w.OtherLeader)
		other.right("from elsewhere", other.get("/giao-viec/quy-tac/lich-su?don-vi=phuong-long-xuyen"), http.StatusNotFound)
	})
}
