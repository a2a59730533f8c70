// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site_test

import (
	"net/http"
	"strings"
	"testing"

	"tinhso.vn/internal/modules/dossiers/internal/core"
	"tinhso.vn/internal/platform/docx/docxtest"
)

// A template comes in by a form, what is wrong leads to its control, another person
// approves it, and an officer writes a result with it.
func TestTemplatesInPages(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, p *province) {
		w := p.world
		author, approver, officer := p.browser(t, w.Author), p.browser(t, w.Approver), p.browser(t, w.Officer)
		author.shown("/mau-van-ban", "Chưa có mẫu nào", "Tải lên để duyệt")
		author.shown("/mau-van-ban/truong?kind=result&procedure=xac-nhan-cu-tru", "<code>{{to_khai.full_name}}</code>", "<code>{{cho_ky}}</code>", "Họ và tên")
		author.right("another procedure", author.get("/mau-van-ban/truong?kind=result&procedure=khong-co"), http.StatusUnprocessableEntity, `href="#procedure"`)
		fields := func(document []byte) [][3]string {
			return [][3]string{{"kind", "", "result"}, {"procedure", "", "xac-nhan-cu-tru"}, {"note", "", "Bản đầu"}, {"file", "mẫu.docx", string(document)}}
		}
		bad := author.upload("/mau-van-ban", fields(docxtest.Letter(t, "{{to_khai.full_nam}}", "{{chua_dong")))
		author.right("faults", bad, http.StatusUnprocessableEntity, "Đoạn 3: không có trường “to_khai.full_nam”. Có phải “to_khai.full_name”?", "Đoạn 4: dấu ngoặc của trường chưa đủ", `value="Bản đầu"`, `href="#file"`)
		page := author.went("added", author.upload("/mau-van-ban", fields(docxtest.Letter(t, "Xác nhận {{to_khai.full_name}}: {{ket_qua.finding}}"))))
		author.shown(page, "Chờ duyệt", "người tải lên không tự duyệt", "Điền thử")
		author.right("approve one's own", author.post(page+"/duyet", "do", "approve"), http.StatusForbidden)
		if got := author.get(page + "/thu.pdf"); got.status != http.StatusOK || !strings.HasPrefix(got.body, "%PDF") {
			t.Errorf("tried out: %d", got.status)
		}
		if got := author.get(page + "/thu.docx"); got.status != http.StatusOK || !strings.HasPrefix(got.body, "PK") || !strings.Contains(got.header.Get("Content-Disposition"), "attachment") {
			t.Errorf("tried out: %d %v", got.status, got.header)
		}
		approver.right("declined without words", approver.post(page+"/duyet", "do", "decline"), http.StatusUnprocessableEntity, `href="#words"`)
		approver.went("approved", approver.post(page+"/duyet", "do", "approve"))
		approver.right("approved twice", approver.post(page+"/duyet", "do", "approve"), http.StatusConflict, w.Approver.Name)

		id := w.Accepted(t)
		if err := w.Service.Finish(t.Context(), w.Officer, id, core.Done{}); err != nil {
			t.Fatal(err)
		}
		at := "/xu-ly/" + string(id)
		officer.shown(at, "Dự thảo từ mẫu Word", "du-thao.docx")
		if got := officer.get(at + "/du-thao.docx"); got.status != http.StatusOK || !strings.HasPrefix(got.body, "PK") {
			t.Errorf("filled: %d", got.status)
		}
		officer.right("no document", officer.upload(at+"/du-thao-word", [][3]string{{"file", "sửa.docx", "x"}}), http.StatusUnprocessableEntity, `href="#file"`, "không phải văn bản Word")
		officer.went("taken", officer.upload(at+"/du-thao-word", [][3]string{{"file", "sửa.docx", string(docxtest.Letter(t, "Đã sửa"))}}))
		officer.shown(at, "Đang dùng tệp sửa.docx")
		officer.went("dropped", officer.post(at+"/du-thao-word/bo"))
		p.browser(t, w.Citizen).right("a citizen", p.browser(t, w.Citizen).get("/mau-van-ban"), http.StatusForbidden)
		approver.went("ended", approver.post(page+"/ngung", "words", "Có biểu mẫu mới của bộ"))
		approver.shown(page, "Ngừng dùng", "Có biểu mẫu mới của bộ")
	})
}
