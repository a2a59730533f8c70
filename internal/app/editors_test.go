// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"bytes"
	"encoding/json"
	"html"
	"mime/multipart"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// draftChange begins a change over the API.
func (w *world) draftChange(t *testing.T) string {
	t.Helper()
	got := w.send(t, author, http.MethodPost, "/api/v1/changes", `{"title":"Sửa thử","day":"`+w.DB.Now().Add(48*3600*1e9).Format("2006-01-02")+`"}`)
	var out struct{ ID string }
	if err := json.Unmarshal([]byte(got.body), &out); err != nil || out.ID == "" {
		t.Fatalf("%d %s", got.status, got.body)
	}
	return out.ID
}

type keptItem struct {
	Text string
	Rev  int
}

func (w *world) item(t *testing.T, change, list, id string) (i keptItem) {
	t.Helper()
	got := w.send(t, author, http.MethodGet, "/api/v1/changes/"+change+"/items/"+list+"/"+id, "")
	if err := json.Unmarshal([]byte(got.body), &i); err != nil || got.status != http.StatusOK {
		t.Fatalf("%d %s", got.status, got.body)
	}
	return i
}

// edit sends an edit from a page.
func (w *world) edit(t *testing.T, path string, rev int, pairs ...string) answer {
	t.Helper()
	form := url.Values{"rev": {strconv.Itoa(rev)}}
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Add(pairs[i], pairs[i+1])
	}
	return w.post(t, author, path, form)
}

func (a answer) is(t *testing.T, what string, status int, parts ...string) {
	t.Helper()
	if a.status != status {
		t.Errorf("%s: %d, want %d\n%.600s", what, a.status, status, a.body)
	}
	body := html.UnescapeString(a.body)
	for _, p := range parts {
		if !strings.Contains(body, p) {
			t.Errorf("%s: there is no %q", what, p)
		}
	}
}

func (w *world) file(t *testing.T, path, content string) answer {
	t.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	part, err := m.CreateFormFile("file", "bang.csv")
	if err != nil {
		t.Fatal(err)
	}
	_, _ = part.Write([]byte(content))
	_ = m.Close()
	return w.send(t, author, http.MethodPost, path, b.String(), "Content-Type", m.FormDataContentType())
}

// twice finds an id that stands twice in a page: labels would lead astray.
func twice(body string) string {
	seen := map[string]bool{}
	for _, m := range regexp.MustCompile(`\sid="([^"]+)"`).FindAllStringSubmatch(body, -1) {
		if seen[m[1]] {
			return m[1]
		}
		seen[m[1]] = true
	}
	return ""
}

func TestAFormIsBuiltInTheBrowser(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		change := w.draftChange(t)
		path := "/soan-thu-tuc/" + change + "/bieu-mau/ho-ngheo"
		shown := w.send(t, author, http.MethodGet, path+"?o=0.0", "")
		shown.is(t, "form", http.StatusOK, `name="label_vi"`, "Xem trên điện thoại", "Thêm câu hỏi")
		if id := twice(shown.body); id != "" {
			t.Errorf("the id %q stands twice", id)
		}
		_, preview, _ := strings.Cut(shown.body, "<aside")
		preview, _, _ = strings.Cut(preview, "</aside>")
		if strings.Contains(preview, "<form") || strings.Contains(preview, "hx-post") || !strings.Contains(preview, "<input") {
			t.Error("the preview is no picture of the form, or sends something")
		}
		before := w.item(t, change, "forms", "ho-ngheo")

		added := w.edit(t, path, 0, "do", "add_field", "at", "0", "label_vi", "Số nhà vệ sinh", "type", "number")
		added.is(t, "add", http.StatusSeeOther)
		if to := added.header.Get("Location"); !strings.HasPrefix(to, path+"?o=0.") {
			t.Errorf("it leads to %s", to)
		}
		w.send(t, author, http.MethodGet, path, "").is(t, "added", http.StatusOK, "Số nhà vệ sinh", "so_nha_ve_sinh", "Hoàn tác")
		now := w.item(t, change, "forms", "ho-ngheo")
		if now.Rev != 1 || !strings.Contains(now.Text, "key: so_nha_ve_sinh") {
			t.Errorf("%d\n%s", now.Rev, now.Text)
		}
		at := strings.TrimSuffix(strings.SplitN(added.header.Get("Location"), "?o=", 2)[1], "#sua")

		wrong := w.edit(t, path, 1, "do", "set_field", "at", at, "label_vi", "Số nhà vệ sinh", "cond", "cel", "show_when", "khong_co > (1")
		wrong.is(t, "broken condition", http.StatusUnprocessableEntity, `href="#ed-show_when"`, "khong_co > (1", "Điều kiện không hợp lệ")
		w.edit(t, path, 1, "do", "set_field", "at", at, "label_vi", "").is(t, "no label", http.StatusUnprocessableEntity, `href="#ed-label_vi"`)
		w.edit(t, path, 1, "do", "explode").is(t, "no edit", http.StatusUnprocessableEntity, "Thao tác này không có")
		if kept := w.item(t, change, "forms", "ho-ngheo"); kept.Rev != 1 {
			t.Errorf("what was refused is kept: %d", kept.Rev)
		}

		late := w.edit(t, path, 0, "do", "set_form", "title_vi", "Tên của người đến sau", "version", "2")
		late.is(t, "second", http.StatusConflict, "Lê Hoàng Phúc", "Tên của người đến sau", "key: so_nha_ve_sinh")
		w.send(t, author, http.MethodPost, path, "rev=0&do=remove&at=0.0", "HX-Request", "true").is(t, "second by script", http.StatusUnprocessableEntity, "Lê Hoàng Phúc")

		w.edit(t, path, 1, "do", "remove", "at", "0.0").is(t, "remove", http.StatusSeeOther)
		w.edit(t, path+"/hoan-tac", 2).is(t, "undo", http.StatusSeeOther)
		if kept := w.item(t, change, "forms", "ho-ngheo"); kept.Text != now.Text {
			t.Errorf("undone it is\n%s", kept.Text)
		}
		w.edit(t, path+"/hoan-tac", 3).is(t, "undo", http.StatusSeeOther)
		if kept := w.item(t, change, "forms", "ho-ngheo"); kept.Text != before.Text {
			t.Errorf("undone twice it is\n%s", kept.Text)
		}
		w.edit(t, path+"/hoan-tac", 4).is(t, "nothing to undo", http.StatusConflict)
		pdf := w.send(t, author, http.MethodGet, path+"/tep/pdf", "")
		if !strings.HasPrefix(pdf.body, "%PDF") {
			t.Errorf("the blank form is %d", pdf.status)
		}

		w.send(t, approver, http.MethodGet, path, "").is(t, "the approver looks", http.StatusOK, "Xem trên điện thoại")
		if got := w.send(t, approver, http.MethodPost, path, "rev=4&do=remove&at=0.0"); got.status != http.StatusForbidden {
			t.Errorf("the approver edits: %d", got.status)
		}
		if got := w.send(t, author, http.MethodGet, "/soan-thu-tuc/"+change+"/bieu-mau/khong-co", ""); got.status != http.StatusNotFound {
			t.Errorf("no such form: %d", got.status)
		}
	})
}

func TestARenamedKeyReachesResults(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		change := w.draftChange(t)
		path := "/soan-thu-tuc/" + change + "/bieu-mau/ho-ngheo"
		template := w.item(t, change, "templates", "quyet-dinh-ho-ngheo").Text
		if !strings.Contains(template, "{form.head_number}") {
			t.Fatal("the template has changed")
		}
		form := w.item(t, change, "forms", "ho-ngheo").Text
		at := ""
		for i := range 6 {
			for j := range 20 {
				got := w.send(t, author, http.MethodGet, path+"?o="+strconv.Itoa(i)+"."+strconv.Itoa(j), "")
				if regexp.MustCompile(`<input[^>]*id="ed-key"[^>]*value="head_number"`).MatchString(got.body) {
					at = strconv.Itoa(i) + "." + strconv.Itoa(j)
				}
			}
			if at != "" {
				break
			}
		}
		done := w.edit(t, path, 0, "do", "set_field", "at", at, "key", "so_chu_ho")
		done.is(t, "rename", http.StatusSeeOther)
		if !strings.Contains(done.header.Get("Location"), "cung=quyet-dinh-ho-ngheo") {
			t.Errorf("it leads to %s", done.header.Get("Location"))
		}
		w.send(t, author, http.MethodGet, strings.TrimSuffix(done.header.Get("Location"), "#sua"), "").is(t, "told", http.StatusOK, "quyet-dinh-ho-ngheo")
		if now := w.item(t, change, "templates", "quyet-dinh-ho-ngheo"); !strings.Contains(now.Text, "{form.so_chu_ho}") || strings.Contains(now.Text, "head_number") {
			t.Error(now.Text)
		}
		got := w.send(t, author, http.MethodGet, "/api/v1/changes/"+change+"/items/forms/ho-ngheo/check", "")
		got.is(t, "check", http.StatusOK, `"undo":true`, `"problems":[]`)
		w.edit(t, path+"/hoan-tac", 1).is(t, "undo", http.StatusSeeOther)
		if w.item(t, change, "templates", "quyet-dinh-ho-ngheo").Text != template || w.item(t, change, "forms", "ho-ngheo").Text != form {
			t.Error("one of the two was not taken back")
		}
	})
}

func TestATableOfStepsIsWritten(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		change := w.draftChange(t)
		path := "/soan-thu-tuc/" + change + "/quy-trinh/ho-ngheo"
		shown := w.send(t, author, http.MethodGet, path, "")
		shown.is(t, "table", http.StatusOK, "giờ làm việc", "<svg", `name="0.name_vi"`, "Bước 8")
		if id := twice(shown.body); id != "" {
			t.Errorf("the id %q stands twice", id)
		}
		w.edit(t, path, 0, "do", "save", "0.hours", "400").is(t, "save", http.StatusSeeOther)
		w.send(t, author, http.MethodGet, path, "").is(t, "too long", http.StatusOK, "vượt thời hạn")
		w.edit(t, path, 1, "do", "up:1", "0.hours", "nhiều").is(t, "no hours", http.StatusUnprocessableEntity, `href="#x-0-hours"`, `value="nhiều"`)
		w.edit(t, path, 1, "do", "save", "1.next", "2").is(t, "a loop is kept and told", http.StatusSeeOther)
		w.send(t, author, http.MethodGet, path, "").is(t, "loop", http.StatusOK, "điểm cần sửa", `href="#x-`)
		w.edit(t, path+"/hoan-tac", 2).is(t, "undo", http.StatusSeeOther)

		office := "UBND TỈNH,,,\nBước,Nội dung công việc,Người thực hiện,Thời gian (giờ làm việc),Kết quả\n1, Tiếp nhận  hồ sơ,Bộ phận Một cửa,4,Giấy tiếp nhận\n2,Thẩm định,%s,8,Phiếu\n3,Ký duyệt,Lãnh đạo UBND,4,Quyết định\n4,Trả kết quả,Bộ phận Một cửa,2,Sổ\nTổng cộng,,,18,\n"
		w.file(t, path+"/tep", strings.Replace(office, "%s", "Thầy bói", 1)).is(t, "unknown post", http.StatusUnprocessableEntity, "C4", "Thầy bói", "bảng hiện tại giữ nguyên")
		w.file(t, path+"/tep", "").is(t, "empty", http.StatusUnprocessableEntity, "Xin chọn một tệp")
		w.file(t, path+"/tep", "\x00\x01\x02").is(t, "no file", http.StatusUnprocessableEntity)
		if now := w.item(t, change, "flows", "ho-ngheo"); !strings.Contains(now.Text, "hop-ap") || now.Rev != 3 {
			t.Error("something of a bad file was taken")
		}
		read := w.file(t, path+"/tep", strings.Replace(office, "%s", "Chuyên viên", 1))
		read.is(t, "read", http.StatusOK, "Đã đọc 4 bước", "18 giờ làm việc", "Chưa có gì được lưu")
		text := html.UnescapeString(regexp.MustCompile(`(?s)name="text" value="([^"]*)"`).FindStringSubmatch(read.body)[1])
		w.edit(t, path+"/thay", 3, "text", text).is(t, "take", http.StatusSeeOther)
		now := w.item(t, change, "flows", "ho-ngheo")
		if strings.Contains(now.Text, "hop-ap") || !strings.Contains(now.Text, "Ký duyệt") || !strings.Contains(now.Text, "id: tra-ket-qua") {
			t.Error(now.Text)
		}
		bpmn := w.send(t, author, http.MethodGet, path+"/tep/bpmn", "")
		bpmn.is(t, "drawing", http.StatusOK, "userTask")
		w.file(t, path+"/tep", bpmn.body).is(t, "drawing back", http.StatusOK, "Đã đọc 4 bước")
		w.file(t, path+"/tep", strings.Replace(bpmn.body, "userTask", "adHocSubProcess", 2)).is(t, "a drawing that is not supported", http.StatusUnprocessableEntity)
		if got := w.send(t, author, http.MethodGet, path+"/tep/xlsx", ""); !strings.HasPrefix(got.body, "PK") {
			t.Errorf("the sheet is %d", got.status)
		}
		if got := w.send(t, author, http.MethodGet, path+"/tep/csv", ""); got.status != http.StatusNotFound {
			t.Errorf("no such file: %d", got.status)
		}
	})
}

func TestATableThatDecidesIsWritten(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		change := w.draftChange(t)
		path := "/soan-thu-tuc/" + change + "/bang-quyet-dinh/le-phi-thuong-tru"
		shown := w.send(t, author, http.MethodGet, path, "")
		shown.is(t, "table", http.StatusOK, "Vì sao ra kết quả này", "10.000 đồng", "75/2022/TT-BTC", "đúng")
		if id := twice(shown.body); id != "" {
			t.Errorf("the id %q stands twice", id)
		}
		w.edit(t, path, 0, "do", "save", "r0.then.0", "15000").is(t, "save", http.StatusSeeOther)
		w.send(t, author, http.MethodGet, path, "").is(t, "an example is no longer right", http.StatusOK, "chưa đúng", "15.000 đồng", `href="#run-c0"`)
		w.edit(t, path, 1, "do", "save", "r0.then.0", "=1+").is(t, "formula", http.StatusUnprocessableEntity, `href="#x-r0-then-0"`, `value="=1+"`)
		w.edit(t, path, 1, "do", "remove:r1").is(t, "remove", http.StatusSeeOther)
		w.send(t, author, http.MethodGet, path, "").is(t, "gap", http.StatusOK, "Trực tiếp")
		runs := w.send(t, author, http.MethodGet, "/api/v1/changes/"+change+"/decisions/le-phi-thuong-tru/runs", "")
		runs.is(t, "runs", http.StatusOK, `"ready":true`, `"right":false`, "decisions.no_row")
		csv := w.send(t, author, http.MethodGet, path+"/tep/csv", "")
		csv.is(t, "csv", http.StatusOK, "Nếu Cách nộp", "15000")
		w.file(t, path+"/tep", strings.Replace(csv.body, "15000", "10000", 1)).is(t, "csv back", http.StatusOK, "Đã đọc 1 dòng và 2 ví dụ")
		w.file(t, path+"/tep", strings.Replace(csv.body, "15000", "mười nghìn", 1)).is(t, "bad csv", http.StatusUnprocessableEntity, "B2")
		w.edit(t, path, 2, "do", "add_input", "new_label_vi", "", "new_type", "number").is(t, "no name", http.StatusUnprocessableEntity, `href="#addc-new_label_vi"`)
	})
}

func TestATemplateIsWritten(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		change := w.draftChange(t)
		path := "/soan-thu-tuc/" + change + "/mau-ket-qua/quyet-dinh-ho-ngheo"
		shown := w.send(t, author, http.MethodGet, path, "")
		shown.is(t, "template", http.StatusOK, "Đoạn 1", `value="form.head_number"`, "{standing}")
		if id := twice(shown.body); id != "" {
			t.Errorf("the id %q stands twice", id)
		}
		w.edit(t, path, 0, "do", "put", "name", "form.head_number", "into", "b1", "b0", "Điều 1. {ai_do} {").is(t, "put", http.StatusSeeOther)
		w.send(t, author, http.MethodGet, path, "").is(t, "told", http.StatusOK, "Không có chỗ điền ai_do", "Dấu ngoặc nhọn không khớp", `href="#x-b0"`)
		if now := w.item(t, change, "templates", "quyet-dinh-ho-ngheo"); !strings.Contains(now.Text, "kể từ ngày ký. {form.head_number}") {
			t.Error(now.Text)
		}
		w.edit(t, path, 1, "do", "save", "subject", "").is(t, "no subject", http.StatusUnprocessableEntity, `href="#x-subject"`)
		if got := w.send(t, author, http.MethodGet, path+"/tep/pdf", ""); !strings.HasPrefix(got.body, "%PDF") {
			t.Errorf("the result is %d", got.status)
		}
		got := w.send(t, author, http.MethodPost, "/api/v1/changes/"+change+"/items/templates/quyet-dinh-ho-ngheo/edits", `{"rev":1,"do":"add_text","values":{"new_text":["Điều 4. Hết."]}}`)
		got.is(t, "by a program", http.StatusOK, `"rev":2`, `"at":"b3"`)
	})
}
