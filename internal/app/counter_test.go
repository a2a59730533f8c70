// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"bytes"
	"image"
	"image/png"
	"mime/multipart"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/modules/persons"
)

// sendForm posts a form with a scan, as a browser does: the file comes last.
func (w *world) sendForm(t *testing.T, who, path string, form url.Values, scan []byte) answer {
	t.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	for name, values := range form {
		for _, v := range values {
			if err := m.WriteField(name, v); err != nil {
				t.Fatal(err)
			}
		}
	}
	part, err := m.CreateFormFile("file", "giay-to.png")
	if err == nil {
		_, err = part.Write(scan)
	}
	if err == nil {
		err = m.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return w.send(t, who, http.MethodPost, path, b.String(), "Content-Type", m.FormDataContentType())
}

func paperScan(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 60, 80))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

const viceChair = "lanhdao.longxuyen"

// personOf finds a person as a clerk does, with a purpose, and returns the address
// of the page.
func (w *world) personOf(t *testing.T, words string) string {
	t.Helper()
	got := w.post(t, clerk, "/nguoi", url.Values{"tim": {words}, "vi": {"handling"}})
	m := regexp.MustCompile(`href="(/nguoi/[0-9a-f-]{36}\?vi=handling)"`).FindStringSubmatch(got.body)
	if got.status != http.StatusOK || m == nil {
		t.Fatalf("%s: %d %s", words, got.status, got.body)
	}
	return m[1]
}

// pageSays reports what a page does not say.
func pageSays(t *testing.T, what string, got answer, status int, want ...string) {
	t.Helper()
	for _, words := range want {
		if got.status != status || !strings.Contains(got.body, words) {
			t.Errorf("%s: %d, without %q", what, got.status, words)
		}
	}
}

// A number is looked up for a purpose alone, and the look stands in the log.
func TestSearchingANumberNeedsAPurpose(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	got := w.post(t, clerk, "/nguoi", url.Values{"tim": {"9900000016"}})
	pageSays(t, "without a purpose", got, http.StatusUnprocessableEntity, `href="#vi"`)
	if strings.Contains(got.body, company) {
		t.Error("somebody is found without a purpose")
	}
	page := w.personOf(t, "9900000016")
	pageSays(t, "the purpose is asked", w.send(t, clerk, http.MethodGet, strings.TrimSuffix(page, "?vi=handling"), ""), http.StatusOK, "Vì sao Ông/Bà xem")
	pageSays(t, "the person", w.send(t, clerk, http.MethodGet, page, ""), http.StatusOK, company, "9900000016", "Lê Thị Nam", "Huỳnh Thị Thu")
	read, err := audit.List(t.Context(), w.DB, audit.Filter{Event: persons.AuditRead, Subject: "search"}, "", 9)
	if err != nil || len(read) != 1 || read[0].Purpose != "handling" {
		t.Errorf("the search is not recorded once: %+v %v", read, err)
	}
	readings := "/nguoi/ai-da-xem/" + strings.TrimSuffix(strings.TrimPrefix(page, "/nguoi/"), "?vi=handling")
	pageSays(t, "who has read", w.send(t, viceChair, http.MethodGet, readings, ""), http.StatusOK, "Trần Thị Mai", "Giải quyết hồ sơ")
}

// A clerk registers who represents a company by law, with a scan; a second official
// opens the paper and confirms; then it holds.
func TestARepresentativeIsRegisteredAtTheCounter(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	form := url.Values{
		"represented.kind": {"organisation"}, "represented.number": {"0300588569"}, "represented.name": {"Công ty CP Giả Định"},
		"agent.number": {"089058000001|120000001|Nguyễn Văn Bảy|27031958|Nam|Số 1, Giả Định|01012024"}, "basis": {"law"}, "paper.number": {"0300588569-ĐKKD"}, "paper.date": {"1/9/2026"},
	}
	pageSays(t, "an empty form", w.post(t, clerk, "/nguoi/dai-dien/moi", url.Values{}), http.StatusUnprocessableEntity, `href="#represented.number"`, `href="#agent.name"`, `href="#basis"`)
	got := w.sendForm(t, clerk, "/nguoi/dai-dien/moi", form, paperScan(t))
	right := got.header.Get("Location")
	if got.status != http.StatusSeeOther {
		t.Fatalf("register: %d %s", got.status, got.body)
	}
	pageSays(t, "the right", w.send(t, clerk, http.MethodGet, right, ""), http.StatusOK, "Công ty CP Giả Định", "Nguyễn Văn Bảy", "Chờ người thứ hai xác nhận", "0300588569-ĐKKD, 01/09/2026")
	pageSays(t, "waiting", w.send(t, viceChair, http.MethodGet, "/nguoi/xac-nhan", ""), http.StatusOK, "Công ty CP Giả Định", right+"/giay-to")
	if got := w.send(t, viceChair, http.MethodGet, right+"/giay-to", ""); got.status != http.StatusOK || got.header.Get("Content-Type") != "image/png" {
		t.Errorf("the paper: %d", got.status)
	}
	read, err := audit.List(t.Context(), w.DB, audit.Filter{Event: persons.AuditPaper}, "", 9)
	if err != nil || len(read) != 1 {
		t.Errorf("the reading of the paper: %+v %v", read, err)
	}
	if got := w.post(t, clerk, right, url.Values{"what": {"confirm"}}); got.status != http.StatusForbidden {
		t.Errorf("the clerk confirms: %d", got.status)
	}
	if got := w.post(t, viceChair, right, url.Values{"what": {"confirm"}}); got.status != http.StatusSeeOther {
		t.Errorf("the viceChair: %d %s", got.status, got.body)
	}
	pageSays(t, "the page of who acts", w.send(t, owner, http.MethodGet, "/dai-dien", ""), http.StatusOK, "Công ty CP Giả Định", "Đang có hiệu lực")
	pageSays(t, "ended without a reason", w.post(t, clerk, right, url.Values{"what": {"end"}}), http.StatusUnprocessableEntity, `href="#words"`)
	if got := w.post(t, clerk, right, url.Values{"what": {"end"}, "words": {"Thay người đại diện"}}); got.status != http.StatusSeeOther {
		t.Errorf("end: %d %s", got.status, got.body)
	}
	pageSays(t, "its history", w.send(t, viceChair, http.MethodGet, right, ""), http.StatusOK, "Chấm dứt", "Thay người đại diện", "Võ Thị Thanh Hà")
}

// A paper that came with a dossier serves for the right.
func TestThePaperIsTakenFromADossier(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	o := objects{t: t, w: w}
	f := o.file()
	form := url.Values{"what": {"papers"}, "dossier": {f.Reference}, "represented.name": {"Công ty X"}}
	pageSays(t, "a dossier without files", w.post(t, clerk, "/nguoi/dai-dien/moi", form), http.StatusOK, "không có tệp", `value="Công ty X"`)
	pageSays(t, "of another ward", w.post(t, "motcua.chaudoc", "/nguoi/dai-dien/moi", form), http.StatusOK, "không có tệp")
}

// Somebody says online that they represent a company: the clerk looks at the paper
// and turns it down with the reason, or takes it on for a second official.
func TestIRepresentThisCompany(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	form := url.Values{
		"represented.kind": {"organisation"}, "represented.number": {"9900000016"}, "represented.name": {company}, "basis": {"law"},
		"paper.number": {"QĐ 12/2026"}, "unit": {"phuong-long-xuyen"},
	}
	pageSays(t, "without a paper", w.post(t, owner, "/dai-dien/de-nghi", form), http.StatusUnprocessableEntity, `href="#file"`)
	if got := w.sendForm(t, owner, "/dai-dien/de-nghi", form, []byte("not a picture")); got.status != http.StatusUnprocessableEntity {
		t.Errorf("a file that is none: %d", got.status)
	}
	if got := w.sendForm(t, owner, "/dai-dien/de-nghi", form, paperScan(t)); got.status != http.StatusSeeOther {
		t.Fatalf("ask: %d %s", got.status, got.body)
	}
	pageSays(t, "mine", w.send(t, owner, http.MethodGet, "/dai-dien", ""), http.StatusOK, "Chờ công chức xem giấy tờ", "Rút đề nghị")
	list := w.send(t, clerk, http.MethodGet, "/nguoi/yeu-cau", "")
	m := regexp.MustCompile(`/nguoi/yeu-cau/[0-9a-f-]{36}`).FindString(list.body)
	pageSays(t, "waiting", list, http.StatusOK, "Nguyễn Văn Bảy", company)
	if got := w.send(t, "motcua.chaudoc", http.MethodGet, m, ""); got.status != http.StatusNotFound {
		t.Errorf("another ward: %d", got.status)
	}
	pageSays(t, "one", w.send(t, clerk, http.MethodGet, m, ""), http.StatusOK, "Số này đã có trong hệ thống", m+"/giay-to")
	if got := w.send(t, clerk, http.MethodGet, m+"/giay-to", ""); got.status != http.StatusOK {
		t.Errorf("the paper: %d", got.status)
	}
	pageSays(t, "without a reason", w.post(t, clerk, m, url.Values{"what": {"refuse"}}), http.StatusUnprocessableEntity, `href="#words"`)
	if got := w.post(t, clerk, m, url.Values{"what": {"refuse"}, "words": {"Quyết định không đóng dấu"}}); got.status != http.StatusSeeOther {
		t.Errorf("refuse: %d %s", got.status, got.body)
	}
	pageSays(t, "the reason", w.send(t, owner, http.MethodGet, "/dai-dien", ""), http.StatusOK, "Không được chấp nhận", "Quyết định không đóng dấu")
}

// A household: its head and members with days, and a new head when the head has died.
func TestAHouseholdAtTheCounter(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	day := func(n int) string { return time.Now().AddDate(0, 0, n).Format("02/01/2006") }
	page := w.personOf(t, "089058000001")
	got := w.post(t, clerk, "/nguoi/ho", url.Values{"head.number": {"089058000001"}, "head.name": {"Nguyễn Văn Bảy"}, "address": {"Số 9, đường Giả Định"}, "from": {day(-30)}})
	home := got.header.Get("Location")
	if got.status != http.StatusSeeOther {
		t.Fatalf("open: %d %s", got.status, got.body)
	}
	if got := w.post(t, clerk, home, url.Values{"what": {"join"}, "member.number": {"089185000002"}, "member.name": {"Lê Thị Nam"}, "relation": {"spouse"}, "from": {day(-20)}}); got.status != http.StatusSeeOther {
		t.Fatalf("join: %d %s", got.status, got.body)
	}
	pageSays(t, "tomorrow", w.post(t, clerk, home, url.Values{"what": {"join"}, "member.name": {"Ai Đó"}, "relation": {"child"}, "from": {day(2)}}), http.StatusUnprocessableEntity, `href="#from"`, `value="Ai Đó"`)
	pageSays(t, "the household", w.send(t, clerk, http.MethodGet, home, ""), http.StatusOK, "Lê Thị Nam", "Số 9, đường Giả Định", "Vào hộ")
	if got := w.post(t, "motcua.chaudoc", home, url.Values{"what": {"join"}, "member.name": {"Ai Đó"}, "relation": {"child"}}); got.status != http.StatusNotFound {
		t.Errorf("another ward adds somebody: %d", got.status)
	}
	person := strings.TrimSuffix(strings.TrimPrefix(page, "/nguoi/"), "?vi=handling")
	if got := w.post(t, clerk, "/nguoi/qua-doi/"+person, url.Values{"day": {day(-1)}, "paper.number": {"KT 1/2026"}}); got.status != http.StatusSeeOther {
		t.Fatalf("death: %d %s", got.status, got.body)
	}
	check := w.send(t, viceChair, http.MethodGet, "/nguoi/xac-nhan", "")
	m := regexp.MustCompile(`/nguoi/qua-doi/quyet-dinh/[0-9a-f-]{36}`).FindString(check.body)
	pageSays(t, "a death waits", check, http.StatusOK, "Nguyễn Văn Bảy", "KT 1/2026")
	if got := w.post(t, viceChair, m, url.Values{"what": {"confirm"}}); got.status != http.StatusSeeOther {
		t.Fatalf("confirm: %d %s", got.status, got.body)
	}
	pageSays(t, "no head", w.send(t, clerk, http.MethodGet, home, ""), http.StatusOK, "Hộ này chưa có chủ hộ")
	if got := w.send(t, owner, http.MethodGet, "/ho-so", ""); got.status == http.StatusOK {
		t.Errorf("the dead still works: %d", got.status)
	}
	pageSays(t, "the person", w.send(t, clerk, http.MethodGet, page, ""), http.StatusOK, "Đã chết ngày "+day(-1))
}

// Two who may be one: beside each other, merged by two officials, undone.
func TestTwoBesideEachOther(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	id := func(words string) string {
		return strings.TrimSuffix(strings.TrimPrefix(w.personOf(t, words), "/nguoi/"), "?vi=handling")
	}
	a, b := id("089058000001"), id("089188000062")
	two := "/nguoi/co-the-trung/" + a + "/" + b
	const admin = "quantri.longxuyen"
	pageSays(t, "beside each other", w.send(t, admin, http.MethodGet, two, ""), http.StatusOK, "Nguyễn Văn Bảy", "Võ Thị Hoa", "089058000001", "Khác")
	pageSays(t, "without a reason", w.post(t, admin, two, url.Values{"what": {"one"}, "keep": {b}}), http.StatusUnprocessableEntity, `href="#words"`)
	got := w.post(t, admin, two, url.Values{"what": {"one"}, "keep": {b}, "words": {"Thử"}})
	merge := got.header.Get("Location")
	if got.status != http.StatusSeeOther {
		t.Fatalf("propose: %d %s", got.status, got.body)
	}
	pageSays(t, "waits", w.send(t, admin, http.MethodGet, merge, ""), http.StatusOK, "Chờ người khác xác nhận")
	pageSays(t, "by who proposed", w.post(t, admin, merge, url.Values{"what": {"confirm"}}), http.StatusConflict, "không tự xác nhận")
	if got := w.post(t, viceChair, merge, url.Values{"what": {"confirm"}}); got.status != http.StatusSeeOther {
		t.Fatalf("confirm: %d %s", got.status, got.body)
	}
	pageSays(t, "merged", w.send(t, clerk, http.MethodGet, "/nguoi/"+a+"?vi=handling", ""), http.StatusOK, "Người này đã được gộp")
	pageSays(t, "may be undone", w.send(t, viceChair, http.MethodGet, merge, ""), http.StatusOK, "Hoàn tác lần gộp")
	if got := w.post(t, viceChair, merge, url.Values{"what": {"undo"}, "words": {"Là hai người"}}); got.status != http.StatusSeeOther {
		t.Fatalf("undo: %d %s", got.status, got.body)
	}
	pageSays(t, "undone", w.send(t, viceChair, http.MethodGet, "/nguoi/gop?xem=undone", ""), http.StatusOK, "Nguyễn Văn Bảy")
	for _, path := range []string{"/nguoi/gop", "/nguoi/so-trung", "/nguoi/co-the-trung"} {
		if got := w.send(t, admin, http.MethodGet, path, ""); got.status != http.StatusOK {
			t.Errorf("%s: %d", path, got.status)
		}
	}
}
