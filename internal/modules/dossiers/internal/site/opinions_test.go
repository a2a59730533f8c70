// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site_test

import (
	"net/http"
	"strings"
	"testing"

	"tinhso.vn/internal/modules/dossiers/dossierstest"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
)

// A case asks a department, which answers on its own page and then sees nothing
// more; the leader puts a step into other hands; all without JavaScript.
func TestOpinionsAndHandsOnPages(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, dossierstest.Migrations(), func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		w := dossierstest.New(t, d)
		p := newProvince(t, w, c)
		id := string(w.Accepted(t))
		at := "/xu-ly/" + id

		officer := p.browser(t, w.Officer)
		officer.shown(at, "Xin ý kiến đơn vị khác", "Thời gian còn lại của hồ sơ")
		officer.shown(at+"/xin-y-kien", "Không trả lời không có nghĩa là đồng ý", "Sở Nội vụ")
		officer.right("nobody is asked", officer.post(at+"/xin-y-kien", "question", "Có vướng không?", "days", "2"), http.StatusUnprocessableEntity, `href="#unit-1"`)
		officer.right("nobody is there", officer.post(at+"/xin-y-kien", "question", "Có vướng không?", "days", "2", "unit-2", dossierstest.Dept, "post-2", "leader"), http.StatusUnprocessableEntity, `href="#unit-2"`, "Có vướng không?")
		officer.went("ask", officer.post(at+"/xin-y-kien", "question", "Có vướng quy hoạch không?", "days", "2", "unit-1", dossierstest.Dept, "unit-3", dossierstest.Other))
		page := officer.shown(at, "Ý kiến của đơn vị khác", "Có vướng quy hoạch không?", "Chờ ý kiến", "Bước này đang chờ ý kiến", "Kết thúc hỏi, không có trả lời").body
		if strings.Contains(page, `action="`+at+`/xong-buoc"`) {
			t.Error("the step can be ended while opinions are waited for")
		}

		dept := p.browser(t, w.DeptOfficer)
		list := dept.shown("/y-kien", "Có vướng quy hoạch không?", "Phạm Quốc Hưng")
		asked := between(t, list.body, `href="/y-kien/`, `"`)
		dept.shown("/y-kien/"+asked, "Tờ khai", "Làm thủ tục vay vốn", "Ông/Bà không xem được hồ sơ này nữa")
		dept.right("the case", dept.get(at), http.StatusNotFound)
		dept.right("no words", dept.post("/y-kien/"+asked, "outcome", "agreed"), http.StatusUnprocessableEntity, `href="#words"`)
		dept.went("answer", dept.post("/y-kien/"+asked, "outcome", "agreed", "words", "Không vướng."))
		dept.right("after the answer", dept.get("/y-kien/"+asked), http.StatusNotFound)
		dept.shown("/y-kien", "Không có đề nghị cho ý kiến")
		p.browser(t, w.Citizen).right("a citizen", p.browser(t, w.Citizen).get("/y-kien"), http.StatusForbidden)

		page = officer.shown(at, "Không vướng.", "Hồ Văn Tư", "Đồng ý").body
		other := between(t, page, at+"/y-kien/", "/dong")
		officer.right("close without a reason", officer.post(at+"/y-kien/"+other+"/dong", "reason-"+other, ""), http.StatusUnprocessableEntity)
		officer.went("close", officer.post(at+"/y-kien/"+other+"/dong", "reason-"+other, "quá hạn mà chưa trả lời"))
		officer.shown(at, "Không có trả lời", "quá hạn mà chưa trả lời", "Hoàn thành bước, chuyển tiếp")

		leader := p.browser(t, w.Leader)
		step := between(t, leader.shown("/giao-viec", "Thẩm định", "Phạm Quốc Hưng").body, `name="buoc" value="`, `"`)
		leader.right("nothing picked", leader.post("/giao-viec/chon"), http.StatusUnprocessableEntity)
		leader.right("choose", leader.post("/giao-viec/chon", "buoc", step), http.StatusOK, "Mai Thị Sáu")
		leader.right("no reason", leader.post("/giao-viec", "buoc", step, "to", w.Second.Account), http.StatusUnprocessableEntity, `href="#reason"`)
		leader.right("assign", leader.post("/giao-viec", "buoc", step, "to", w.Second.Account, "reason", "đồng chí Hưng nghỉ ốm"), http.StatusOK, "Đã giao")
		second := p.browser(t, w.Second)
		second.shown(at, "Trả việc về nhóm", "bước của tôi")
		second.went("release", second.post(at+"/tra-viec"))
		officer.shown(at, "chưa có người nhận")
		officer.right("an officer assigns", officer.get("/giao-viec"), http.StatusForbidden)
	})
}

// Of two steps that are open the page speaks of the viewer's, names the other,
// and the picture shows both, in words too.
func TestTwoStepsOnOnePage(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, dossierstest.Migrations(), func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		w := dossierstest.New(t, d)
		w.Draw(t, dossierstest.Drawing("appraise", "join", dossierstest.SideBySide()))
		p := newProvince(t, w, c)
		id := string(w.Drawn(t, "yes"))
		officer := p.browser(t, w.Officer)
		officer.went("finish", officer.post("/xu-ly/"+id+"/xong-buoc"))
		w.Work(t, c)
		dept := p.browser(t, w.DeptOfficer)
		page := dept.shown("/xu-ly/"+id, "Cùng lúc đang làm", "Bước ward", "Phường Châu Đốc", "Đang ở: Bước dept; Bước ward; Niêm yết.").body
		if n := strings.Count(page, "▼"); n != 3 {
			t.Errorf("the picture marks %d places", n)
		}
		step := between(t, page, `name="buoc" value="`, `"`)
		dept.went("finish", dept.post("/xu-ly/"+id+"/xong-buoc", "buoc", step))
		other := p.browser(t, w.OtherOfficer)
		if page := other.shown("/xu-ly/"+id, "Bước ward").body; strings.Contains(page, "Cùng lúc đang làm") {
			t.Error("the other step is still named")
		}
		other.shown("/viec", "Bước ward")
	})
}
