// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"tinhso.vn/internal/kernel/calendar"
)

// edit sends one edit of a register as its page does.
func (p *pen) edit(register, do, at string, values url.Values) answer {
	p.t.Helper()
	body := p.get(author, "/so/"+register)
	form := url.Values{"do": {do}, "at": {at}, "rev": {regexp.MustCompile(`name="rev" value="(\d+)"`).FindStringSubmatch(body)[1]}}
	maps.Copy(form, values)
	return p.w.post(p.t, author, p.base+"/so/"+register, form)
}

// must is an edit that is taken.
func (p *pen) must(register, do, at string, values url.Values) {
	p.t.Helper()
	if a := p.edit(register, do, at, values); a.status != http.StatusSeeOther {
		p.t.Fatalf("%s at %s: %d %s", do, at, a.status, a.body)
	}
}

// TestARegisterFromNothingIsApprovedAndWritten writes a register by the pages
// without JavaScript, lets another approve it, writes a record, changes the
// register and takes the change back.
func TestARegisterFromNothingIsApprovedAndWritten(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		const id = "giay-phep-thu-cung"
		if a := w.post(t, author, "/soan-so/moi", url.Values{"name": {""}}); a.status != http.StatusUnprocessableEntity {
			t.Errorf("a register without a name: %d", a.status)
		}
		a := w.post(t, author, "/soan-so/moi", url.Values{"name": {"Giấy phép thú cưng"}})
		if a.status != http.StatusSeeOther || !strings.HasSuffix(a.header.Get("Location"), "/so/"+id) {
			t.Fatalf("%d %s %s", a.status, a.header.Get("Location"), a.body)
		}
		p := &pen{t, w, strings.TrimSuffix(a.header.Get("Location"), "/so/"+id)}
		p.must(id, "add_field", "f", url.Values{"new_label_vi": {"Số giấy phép"}, "new_type": {"text"}, "new_required": {"1"}})
		p.must(id, "set_field", "f1", url.Values{"unique": {"1"}, "max": {"20"}})
		p.must(id, "add_field", "f", url.Values{"new_label_vi": {"Điện thoại chủ nuôi"}, "new_type": {"phone"}})
		p.must(id, "add_field", "f", url.Values{"new_label_vi": {"Thuộc xã"}, "new_type": {"unit"}})
		p.must(id, "add_field", "f", url.Values{"new_label_vi": {"Bản chụp"}, "new_type": {"file"}})
		p.must(id, "add_right", "r", url.Values{"new_name_vi": {"Cấp phép"}, "new_who": {"roles"}, "new_roles": {"", "officer"}})
		p.must(id, "set_right", "r0", url.Values{"may": {"", "add", "change", "export"}})
		p.must(id, "add_right", "r", url.Values{"new_name_vi": {"Công khai"}, "new_who": {"public"}})
		for part, wanted := range map[string]string{
			"f": "Số giấy phép", "r": "Mọi người, không cần đăng nhập", "l": "Các cột", "s": "Bản ghi không có trạng thái", "y": "registers.schema", "k": "create",
			"p&xem=bieu-mau": "disabled", "p&xem=ban-ghi&quyen=cong_khai": "Số giấy phép",
		} {
			if body := p.get(author, "/so/"+id+"?o="+part); part != "k" && part != "y" && !strings.Contains(body, wanted) {
				t.Errorf("the part %s does not show %q", part, wanted)
			}
		}
		if body := p.get(author, "/so/"+id+"?o=p&xem=ban-ghi&quyen=cong_khai"); strings.Contains(body[strings.Index(body, "ts-ed__preview"):], "Điện thoại chủ nuôi") {
			t.Error("the preview as everybody shows what everybody does not see")
		}
		if body := p.get(author, "/so/"+id+"?o=k"); !strings.Contains(body, "Mọi người, không cần đăng nhập nay được xem: ") {
			t.Error("the plan does not say in words what everybody will see")
		}
		bad := p.edit(id, "set_text", "y", url.Values{"text": {"id: " + id + "\nfields:\n\t- {}\n"}})
		if bad.status != http.StatusUnprocessableEntity || !strings.Contains(bad.body, "Dòng 3: thụt dòng bằng phím Tab") {
			t.Errorf("a tab: %d %.300s", bad.status, bad.body)
		}
		if a := w.send(t, officer, http.MethodGet, "/so/"+id, ""); a.status != http.StatusNotFound {
			t.Fatalf("it is there before it is approved: %d", a.status)
		}
		p.fill(author, "/chung", "/chung", url.Values{"title": {"Sổ mới"}, "basis": {"Quyết định 12/QĐ-UBND"}, "day": {w.day()}})
		p.fill(author, "/kiem-tra-truoc", "/trinh", url.Values{})
		if body := p.get(approver, "/duyet"); !strings.Contains(body, "Giấy phép thú cưng") {
			t.Error("the approver does not see the register")
		}
		p.fill(approver, "/duyet", "/duyet", url.Values{})
		if a := w.send(t, officer, http.MethodGet, "/so/"+id+"/moi", ""); a.status != http.StatusOK || !strings.Contains(a.body, "Số giấy phép") {
			t.Fatalf("who may write has no form: %d", a.status)
		}
		made := w.post(t, officer, "/so/"+id+"/moi", url.Values{"unit": {townWard}, "f-name": {"Vàng"}, "f-so_giay_phep": {"GP-01"}})
		if made.status != http.StatusSeeOther {
			t.Fatalf("%d %s", made.status, made.body)
		}
		record := made.header.Get("Location")
		scan := record + "/tep/ban_chup"
		if a := w.send(t, officer, http.MethodGet, record, ""); !strings.Contains(a.body, scan) {
			t.Error("the record does not lead to its files")
		}
		if a := w.sendForm(t, officer, scan, url.Values{}, paperScan(t)); a.status != http.StatusSeeOther {
			t.Errorf("a file is not taken: %d %.500s", a.status, a.body)
		}
		if a := w.send(t, officer, http.MethodGet, scan, ""); !strings.Contains(a.body, "giay-to.png") {
			t.Errorf("the file is not listed: %d", a.status)
		}
		if a := w.sendForm(t, officer, scan, url.Values{}, []byte("MZ a program")); a.status != http.StatusUnprocessableEntity {
			t.Errorf("a program is taken: %d", a.status)
		}
		if a := w.send(t, "", http.MethodGet, scan, ""); a.status == http.StatusOK && strings.Contains(a.body, "name=\"file\"") {
			t.Error("everybody may add files")
		}

		// A field renamed by mistake in the file is asked about, and the answer keeps its values.
		a = w.post(t, author, "/soan-so/"+id+"/sua", url.Values{})
		if again := w.post(t, author, "/soan-so/"+id+"/sua", url.Values{}); again.header.Get("Location") != a.header.Get("Location") {
			t.Errorf("pressed twice: %s and %s", a.header.Get("Location"), again.header.Get("Location"))
		}
		p = &pen{t, w, strings.TrimSuffix(a.header.Get("Location"), "/so/"+id)}
		text := itemText(t, p, id)
		p.must(id, "set_text", "y", url.Values{"text": {strings.NewReplacer("key: name", "key: ten", "sort: name", "sort: ten", "[name", "[ten").Replace(text)}})
		if body := p.get(author, "/so/"+id); !strings.Contains(body, "Là đổi tên") {
			t.Fatalf("it is not asked whether the field was renamed: %.2000s", body)
		}
		if body := p.get(author, "/kiem-tra-truoc"); !strings.Contains(body, "không còn trong sổ") {
			t.Error("an open question does not stop the change")
		}
		p.must(id, "same", "f", url.Values{"from": {"name"}, "to": {"ten"}})
		if text := itemText(t, p, id); !strings.Contains(text, "version: 2") || strings.Contains(text, "key: ten") {
			t.Errorf("%s", text)
		}
		p.must(id, "set_field", "f0", url.Values{"label_vi": {"Tên gọi"}})
		p.fill(author, "/chung", "/chung", url.Values{"title": {"Sửa sổ"}, "basis": {"Quyết định 12/QĐ-UBND"}, "day": {w.day()}})
		p.fill(author, "/kiem-tra-truoc", "/trinh", url.Values{})
		p.fill(approver, "/duyet", "/duyet", url.Values{})
		if a := w.send(t, officer, http.MethodGet, record, ""); !strings.Contains(a.body, "Tên gọi") || !strings.Contains(a.body, "Vàng") {
			t.Errorf("the value is lost: %d", a.status)
		}

		// Going back one version goes forward to what the former one said.
		back := w.post(t, author, p.base+"/hoan-tac", url.Values{})
		p = &pen{t, w, back.header.Get("Location")}
		if text := itemText(t, p, id); !strings.Contains(text, "version: 3") || strings.Contains(text, "Tên gọi") {
			t.Errorf("%s", text)
		}
		p.fill(author, "/kiem-tra-truoc", "/trinh", url.Values{})
		p.fill(approver, "/duyet", "/duyet", url.Values{})
		if a := w.send(t, officer, http.MethodGet, record, ""); strings.Contains(a.body, "Tên gọi") || !strings.Contains(a.body, "Vàng") {
			t.Errorf("it did not go back: %d", a.status)
		}
		if body := w.send(t, author, http.MethodGet, "/soan-so", "").body; !strings.Contains(body, "Phiên bản 3 đang có hiệu lực") {
			t.Error("the list of registers does not say what is in force")
		}
	})
}

// TestARegisterSaysWhatItKeepsAndPublishes writes, by the pages without JavaScript,
// what personal data is for, how long records are kept, what is published and what
// a plan asks for; who approves is told, and the pages of the register follow it.
func TestARegisterSaysWhatItKeepsAndPublishes(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		const id = "diem-giu-xe"
		a := w.post(t, author, "/soan-so/moi", url.Values{"name": {"Điểm giữ xe"}})
		p := &pen{t, w, strings.TrimSuffix(a.header.Get("Location"), "/so/"+id)}
		if body := p.get(author, "/so/"+id+"?o=d"); !strings.Contains(body, "Sổ chưa có trường dữ liệu cá nhân") || !strings.Contains(body, "Cần một trường kiểu ngày") {
			t.Error("the part of an empty register does not say what is missing")
		}
		p.must(id, "add_field", "f", url.Values{"new_label_vi": {"Điện thoại"}, "new_type": {"phone"}})
		p.must(id, "add_field", "f", url.Values{"new_label_vi": {"Ngày mở"}, "new_type": {"date"}})
		p.must(id, "add_field", "f", url.Values{"new_label_vi": {"Có mái"}, "new_type": {"boolean"}})
		p.must(id, "add_field", "f", url.Values{"new_label_vi": {"Số chỗ"}, "new_type": {"integer"}})
		p.must(id, "add_right", "r", url.Values{"new_name_vi": {"Ghi sổ"}, "new_who": {"roles"}, "new_roles": {"", "officer"}})
		p.must(id, "add_right", "r", url.Values{"new_name_vi": {"Công khai"}, "new_who": {"public"}})
		kept := url.Values{"amount": {"10"}, "unit": {"years"}, "since": {"field:ngay_mo"}, "then": {"review"}, "basis": {"luat-luu-tru-2024"}}
		open := url.Values{
			"title_vi": {"Các điểm giữ xe"}, "title_en": {"Bicycle parks"}, "about_vi": {"Nơi giữ xe"}, "about_en": {"Where bicycles are kept"},
			"licence": {"CC-BY-4.0"}, "refreshed": {"monthly"}, "fields": {"", "name"},
		}
		for do, sent := range map[string]struct {
			at     string
			values url.Values
			want   []string
		}{
			"set_retention": {"d", url.Values{"amount": {"500"}, "unit": {"years"}, "since": {""}, "then": {"review"}, "basis": {""}}, []string{"Nhiều nhất là 100", "href=\"#kept-amount\"", "href=\"#kept-since\"", "href=\"#kept-basis\"", "value=\"500\""}},
			"set_open_data": {"d", url.Values{"title_vi": {"Các điểm"}, "fields": {"", "dien_thoai"}}, []string{"href=\"#open-fields\"", "href=\"#open-title_en\"", "value=\"Các điểm\""}},
			"set_purpose":   {"d", url.Values{"text_vi": {"Liên hệ"}, "text_en": {""}}, []string{"href=\"#aim-text_en\""}},
			"add_measure":   {"t", url.Values{"new_name_vi": {"Tỷ lệ"}, "new_kind": {"share"}}, []string{"href=\"#addt-new_kind\"", "Tỷ lệ cần điều kiện"}},
		} {
			a := p.edit(id, do, sent.at, sent.values)
			for _, want := range sent.want {
				if a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, want) {
					t.Errorf("%s: %d without %q", do, a.status, want)
				}
			}
		}
		p.must(id, "set_purpose", "d", url.Values{"text_vi": {"Liên hệ người giữ xe"}, "text_en": {"Reaching the keeper"}, "basis_more": {"luat-du-lieu-ca-nhan-2025"}})
		p.must(id, "set_retention", "d", kept)
		if body := p.get(author, "/so/"+id); !strings.Contains(body, "/so/"+id+"?o=d\">Dòng") || !strings.Contains(body, "retention cần một quyền") {
			t.Error("a mistake does not lead to the part in which it is mended")
		}
		p.must(id, "set_right", "r0", url.Values{"may": {"", "add", "change", "destroy"}})
		p.must(id, "set_open_data", "d", open)
		p.must(id, "add_measure", "t", url.Values{"new_name_vi": {"Tỷ lệ có mái"}, "new_kind": {"share"}, "new_is.co_mai": {"", "true"}})
		p.must(id, "add_target", "t0", url.Values{"new_year": {"2027"}, "new_value": {"80"}, "new_source": {"Kế hoạch số 5"}})
		body := p.get(author, "/so/"+id+"?o=t0.0")
		for _, want := range []string{"Liên hệ người giữ xe", "Mục tiêu năm 2027: 80 %", "Kế hoạch số 5", "Không công bố vì là dữ liệu cá nhân: Điện thoại"} {
			if !strings.Contains(body, want) {
				t.Errorf("the part does not show %q", want)
			}
		}
		if body := p.get(author, "/kiem-tra-truoc"); !strings.Contains(body, "Bắt đầu công bố dữ liệu mở: Tên") {
			t.Error("who looks before is not told that something is published")
		}
		p.fill(author, "/chung", "/chung", url.Values{"title": {"Sổ mới"}, "basis": {"Quyết định 12/QĐ-UBND"}, "day": {w.day()}})
		p.fill(author, "/kiem-tra-truoc", "/trinh", url.Values{})
		p.fill(approver, "/duyet", "/duyet", url.Values{})
		if a := w.send(t, "", http.MethodGet, "/du-lieu-mo/so/"+id, ""); a.status != http.StatusOK || !strings.Contains(a.body, "Các điểm giữ xe") {
			t.Errorf("what is published is not there: %d", a.status)
		}
		if a := w.send(t, officer, http.MethodGet, "/so/"+id+"/thong-ke", ""); !strings.Contains(a.body, "Tỷ lệ có mái") {
			t.Errorf("the measure is not there: %d", a.status)
		}

		// What a second version publishes more and keeps shorter is told who approves it.
		a = w.post(t, author, "/soan-so/"+id+"/sua", url.Values{})
		p = &pen{t, w, strings.TrimSuffix(a.header.Get("Location"), "/so/"+id)}
		open["fields"], kept["unit"] = []string{"", "name", "so_cho"}, []string{"months"}
		p.must(id, "set_open_data", "d", open)
		p.must(id, "set_retention", "d", kept)
		body = p.get(author, "/so/"+id+"?o=k")
		for _, want := range []string{
			"Dữ liệu mở có thêm: Số chỗ.", "Trước: 10 năm, kể từ ngày ở “Ngày mở”", "Nay: 10 tháng", "CÔNG BỐ THÊM dữ liệu mở: name → name, so_cho", "đổi thời hạn lưu giữ bản ghi: 10 năm → 10 tháng",
		} {
			if !strings.Contains(body, want) {
				t.Errorf("the plan does not say %q", want)
			}
		}
		p.fill(author, "/chung", "/chung", url.Values{"title": {"Sửa sổ"}, "basis": {"Quyết định 12/QĐ-UBND"}, "day": {w.day()}})
		p.fill(author, "/kiem-tra-truoc", "/trinh", url.Values{})
		body = p.get(approver, "/duyet")
		for _, want := range []string{"Công bố thêm trong dữ liệu mở: Số chỗ", "Bản ghi được giữ ngắn hơn trước"} {
			if !strings.Contains(body, want) {
				t.Errorf("who approves is not told %q", want)
			}
		}
		var plan struct {
			Notices []struct {
				Kind   string   `json:"kind"`
				Fields []string `json:"fields"`
				Was    string   `json:"was"`
				Is     string   `json:"is"`
			} `json:"notices"`
		}
		change := p.base[strings.LastIndex(p.base, "/")+1:]
		if err := json.Unmarshal([]byte(w.send(t, author, http.MethodGet, "/api/v1/changes/"+change+"/registers/"+id+"/plan", "").body), &plan); err != nil {
			t.Fatal(err)
		}
		if n := plan.Notices; len(n) != 2 || n[0].Kind != "fields" || n[0].Fields[0] != "so_cho" || n[1].Kind != "kept_shorter" || n[1].Was != "10 years" || n[1].Is != "10 months" {
			t.Errorf("%+v", n)
		}
	})
}

// day is today as people type it.
func (w *world) day() string { return calendar.On(w.DB.Now().Time).At(0).Format("02/01/2006") }

func itemText(t *testing.T, p *pen, register string) string {
	t.Helper()
	var i struct {
		Text string `json:"text"`
	}
	change := p.base[strings.LastIndex(p.base, "/")+1:]
	a := p.w.send(t, author, http.MethodGet, "/api/v1/changes/"+change+"/items/registers/"+register, "")
	if err := json.Unmarshal([]byte(a.body), &i); err != nil {
		t.Fatalf("%v %s", err, a.body)
	}
	return i.Text
}

// TestBooksToWriteLeadWhereTheReaderMayGo follows the links of the list of registers as
// somebody who looks at changes and sees few registers.
func TestBooksToWriteLeadWhereTheReaderMayGo(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	const who = "kiemsoat.tinh"
	body := w.send(t, who, http.MethodGet, "/soan-so", "").body
	links := regexp.MustCompile(`href="(/so/[a-z0-9-]+)"`).FindAllStringSubmatch(body, -1)
	if len(links) == 0 || !strings.Contains(body, ">may-chu<") {
		t.Fatalf("%d links, and the register of servers is not listed", len(links))
	}
	for _, one := range links {
		if a := w.send(t, who, http.MethodGet, one[1], ""); a.status != http.StatusOK {
			t.Errorf("%s: %d", one[1], a.status)
		}
	}
}
