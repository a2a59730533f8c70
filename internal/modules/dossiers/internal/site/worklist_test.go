// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/dossierstest"
)

// An officer narrows the list, keeps what is looked at, and opens the day with
// it; words of a name are not kept. Without JavaScript.
func TestAListIsLookedAt(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, p *province) {
		w := p.world
		w.Accepted(t)
		w.Waiting(t)
		actor := w.Officer
		actor.Unit = dossierstest.Ward
		b := p.browser(t, actor)
		page := b.shown("/viec", "Lọc, sắp xếp, chọn cột", "Nguyễn Văn Bảy", "Phím tắt", "Sắp theo hạn của bước").body
		if !strings.Contains(page, `name="buoc"`) || strings.Contains(page, "Góc nhìn</") {
			t.Error("the list cannot be picked from, or has views already")
		}
		b.shown("/viec?tim=khong+ai", "Không có hồ sơ nào khớp bộ lọc", "Tên, mã hồ sơ: khong ai")
		b.shown("/viec?tim=van+bay&xep=new&cot=holder&vt.holder=2&cot=submitted&vt.submitted=1", "Mới nộp đứng trước", "Người xử lý", "Nộp lúc")
		head := b.get("/viec?cot=holder&vt.holder=2&cot=submitted&vt.submitted=1").body
		if i, j := strings.Index(head, `header">Nộp lúc`), strings.Index(head, `header">Người xử lý`); i < 0 || j < i {
			t.Error("the columns do not stand in the order that was asked for")
		}
		keep := "/viec/goc-nhin"
		b.shown(keep+"?han=waiting&tim=van+bay", "Chờ bổ sung", "Từ tìm kiếm không được lưu", "Chưa có góc nhìn nào")
		b.right("no name", b.post(keep, "ds", "desk", "han", "waiting"), http.StatusUnprocessableEntity, `href="#name"`)
		if b.post(keep, "ds", "desk", "name", "Chung", "share", "1").status != http.StatusForbidden {
			t.Error("an officer shares a view")
		}
		b.went("keep", b.post(keep, "ds", "desk", "han", "waiting", "tim", "van bay", "name", "Chờ dân"))
		list := b.shown(keep+"?ds=desk", "Chờ dân", "Đặt mặc định").body
		id := between(t, list, `id="view-`, `"`)
		b.went("first", b.post(keep+"/mo-dau", "ds", "desk", "view", id))
		got := b.shown("/viec", "Chờ dân", "Chờ bổ sung").body
		if n := strings.Count(got, "data-ts-row"); n != 1 {
			t.Errorf("the day opens with %d rows", n)
		}
		if n := strings.Count(b.get("/viec?tat-ca=1").body, "data-ts-row"); n != 2 {
			t.Errorf("everything is %d rows", n)
		}
		b.went("rename", b.post(keep+"/"+id, "ds", "desk", "name", "Đang chờ"))
		b.shown("/viec", "Đang chờ")
		b.went("remove", b.post(keep+"/"+id+"/xoa", "ds", "desk"))
		if strings.Contains(b.get("/viec").body, "Đang chờ") {
			t.Error("a view that is gone is shown")
		}
		b.shown("/viec/phim-tat", "Phím tắt", "Chuyển bước", "Esc")

		csv := b.get("/viec/xuat?ds=desk&kieu=csv&cot=step&cot=left")
		if !strings.Contains(csv.body, "Nguyễn Văn Bảy") || !strings.HasPrefix(csv.header.Get("Content-Disposition"), "attachment") || strings.Count(csv.body, "\r\n") != 3 {
			t.Errorf("the export: %v\n%s", csv.header, csv.body)
		}
		if xlsx := b.get("/viec/xuat?ds=desk&kieu=xlsx"); !strings.HasPrefix(xlsx.body, "PK") {
			t.Errorf("the book: %d", xlsx.status)
		}
		if w.Audited(t, dossiers.AuditExported, "desk 2 rows") != 2 {
			t.Error("exports are not recorded")
		}
	})
}

var stepOf = regexp.MustCompile(`name="buoc" value="([0-9a-f-]{36})"`)

// Many at once without JavaScript: a preview, one confirmation, an answer for
// each, and those that failed once more.
func TestManyAtOnceInPages(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, p *province) {
		w := p.world
		for range 3 {
			w.Accepted(t)
		}
		officer, second, leader := p.browser(t, w.Officer), p.browser(t, w.Second), p.browser(t, w.Leader)
		var pairs []string
		for _, m := range stepOf.FindAllStringSubmatch(officer.get("/viec").body, -1) {
			pairs = append(pairs, "buoc", m[1])
		}
		if len(pairs) != 6 {
			t.Fatalf("%d steps can be picked", len(pairs)/2)
		}
		with := func(more ...string) []string { return append(append([]string{}, pairs...), more...) }
		officer.right("nothing picked", officer.post("/viec/hang-loat", "do", "claim"), http.StatusUnprocessableEntity, "Chọn ít nhất một việc")
		got := officer.post("/viec/hang-loat", with("do", "finish", "ve", "han=other")...)
		officer.right("plan", got, http.StatusOK, "Chuyển bước: 3 hồ sơ", `name="note"`, `href="/viec?han=other"`)
		if w.Count(t, `SELECT COUNT(*) FROM audit_records WHERE event = $1`, string(dossiers.AuditStepDone)) != 0 || !strings.Contains(got.body, "Dự thảo") {
			t.Error("planning did something, or does not say what comes next")
		}
		second.went("a colleague is faster", second.post("/xu-ly/"+idIn(t, got.body)+"/nhan-viec", pairs[:2]...))
		done := officer.post("/viec/hang-loat/lam", with("do", "finish", "note", "đủ điều kiện")...)
		officer.right("do", done, http.StatusOK,
			"Đã làm 2, chưa làm được 1", "Mai Thị Sáu", "Thử lại những hồ sơ chưa được")
		if left := stepOf.FindAllStringSubmatch(done.body, -1); len(left) != 1 || left[0][1] != pairs[1] {
			t.Errorf("to be tried again: %v", left)
		}
		officer.right("again", officer.post("/viec/hang-loat", "do", "finish", "buoc", pairs[1]), http.StatusOK, "Không làm được: 1", "Mai Thị Sáu")

		leader.shown("/giao-viec", "Bảng giao việc", "Nhắc việc")
		leader.shown("/giao-viec/bang", "Theo người xử lý", "Theo bước", "Mai Thị Sáu", "nguoi="+url.QueryEscape(w.Second.Account))
		leader.right("remind", leader.post("/viec/hang-loat", "do", "remind", "ds", "unit", "buoc", pairs[1]), http.StatusOK, "Nhắc việc: 1 hồ sơ", "Mai Thị Sáu")
		leader.right("reminded", leader.post("/viec/hang-loat/lam", "do", "remind", "ds", "unit", "buoc", pairs[1]), http.StatusOK, "Đã làm 1, chưa làm được 0", `href="/giao-viec"`)
		leader.right("choose", leader.post("/viec/hang-loat", "do", "assign", "ds", "unit", "buoc", pairs[1]), http.StatusOK, "Người nhận việc")
		officer.right("the board", officer.get("/giao-viec/bang"), http.StatusForbidden)
	})
}

func idIn(t *testing.T, body string) string {
	t.Helper()
	_, rest, _ := strings.Cut(body, `class="ts-work__main"`)
	return between(t, rest, `href="/xu-ly/`, `"`)
}

// Papers stand beside the form, and colleagues write to each other where the
// owner does not look.
func TestACaseIsReadBesideItsPapers(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, p *province) {
		w := p.world
		id := string(w.Accepted(t))
		officer, owner := p.browser(t, w.Officer), p.browser(t, w.Citizen)
		officer.shown("/xu-ly/"+id, "Xem giấy tờ cạnh tờ khai", "Trao đổi nội bộ", "Nhắc đến đồng nghiệp")
		officer.shown("/xu-ly/"+id+"/song-song", "Nội dung khai", "Làm thủ tục vay vốn", "Giấy 1/1", "Tờ khai")
		officer.right("no such file", officer.get("/xu-ly/"+id+"/song-song?tep=x"), http.StatusNotFound)
		officer.right("nothing written", officer.post("/xu-ly/"+id+"/ghi-chu"), http.StatusUnprocessableEntity, `href="#words"`)
		officer.right("to a stranger", officer.post("/xu-ly/"+id+"/ghi-chu", "words", "Xem giúp", "mention", w.OtherOfficer.Account), http.StatusUnprocessableEntity, "không xem được hồ sơ này", "Xem giúp")
		officer.went("note", officer.post("/xu-ly/"+id+"/ghi-chu", "words", "Xem giúp chữ ký", "mention", w.Second.Account))
		p.browser(t, w.Second).shown("/xu-ly/"+id, "Xem giúp chữ ký", "Nhắc đến: Mai Thị Sáu")
		for _, path := range []string{"/ho-so/" + id, "/ho-so"} {
			if strings.Contains(owner.get(path).body, "chữ ký") {
				t.Errorf("the owner reads the note at %s", path)
			}
		}
		if got := owner.get("/xu-ly/" + id + "/song-song"); got.status == http.StatusOK {
			t.Error("the owner opens the page of officials")
		}
	})
}
