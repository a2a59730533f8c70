// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"maps"
	"mime/multipart"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"tinhso.vn/internal/app"
	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/packs"
)

// Who writes procedures in these tests, and who approves.
const (
	author   = "kiemsoat.tinh"
	approver = "lanhdao.vanphong"
)

// pen writes a change by its pages, as a person without JavaScript does.
type pen struct {
	t    *testing.T
	w    *world
	base string // of the change
}

// begin makes a change for today.
func (w *world) begin(t *testing.T, title string) *pen {
	t.Helper()
	today := calendar.On(w.DB.Now().Time).At(0).Format("02/01/2006")
	a := w.post(t, author, "/soan-thu-tuc/moi", url.Values{"title": {title}, "basis": {"Quyết định 99/QĐ-UBND"}, "day": {today}})
	if a.status != http.StatusSeeOther {
		t.Fatalf("%d %s", a.status, a.body)
	}
	return &pen{t, w, strings.TrimSuffix(a.header.Get("Location"), "/them")}
}

func (p *pen) get(who, path string) string {
	p.t.Helper()
	a := p.w.send(p.t, who, http.MethodGet, p.base+path, "")
	if a.status != http.StatusOK {
		p.t.Fatalf("%s as %s: %d %.500s", path, who, a.status, a.body)
	}
	return a.body
}

// fill opens a page, puts words into its form and sends it.
func (p *pen) fill(who, from, to string, form url.Values) answer {
	p.t.Helper()
	body := p.get(who, from)
	for _, name := range []string{"rev", "item_rev"} {
		if m := regexp.MustCompile(`name="` + name + `" value="(\d+)"`).FindStringSubmatch(body); m != nil {
			form.Set(name, m[1])
		}
	}
	a := p.w.post(p.t, who, p.base+to, form)
	if a.status != http.StatusSeeOther {
		p.t.Fatalf("%s as %s: %d %s", to, who, a.status, a.body)
	}
	return a
}

// TestAProcedureFromNothingIsFiledAndCarriedToTheEnd writes a procedure by the
// pages, lets another approve it, and takes a dossier of it through every hand.
func TestAProcedureFromNothingIsFiledAndCarriedToTheEnd(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		const id = "xac-nhan-noi-o"
		if a := w.send(t, "", http.MethodGet, "/thu-tuc/"+id, ""); a.status != http.StatusNotFound {
			t.Fatalf("it is there already: %d", a.status)
		}
		p := w.begin(t, "Công bố thủ tục mới")
		p.fill(author, "/them", "/them", url.Values{"name": {"Xác nhận nơi ở"}})
		at := "/thu-tuc/" + id
		if body := p.get(author, at); !strings.Contains(body, "điểm cần sửa") {
			t.Error("what is missing is not said")
		}
		if body := p.get(author, at+"/chung"); !strings.Contains(body, "Tên kết quả: Xin nhập") {
			t.Error("what is missing is not said at its field")
		}
		p.fill(author, at+"/chung", at+"/chung", url.Values{
			"name": {"Xác nhận nơi ở"}, "name_en": {"Confirm a residence"}, "field": {"Cư trú"}, "result_name": {"Giấy xác nhận nơi ở"},
			"levels": {"commune"}, "authority": {"commune", "ward"}, "audience": {"individual"}, "route": {"LOCAL"}, "online": {"full"},
			"source": {"Quyết định 99/QĐ-UBND"}, "status": {"unverified"},
		})
		p.fill(author, at+"/thoi-han", at+"/thoi-han", url.Values{"statutory_days": {"3"}, "statutory_count": {"working"}})
		p.fill(author, at+"/phi", at+"/phi", url.Values{"fee_kind": {"none"}})
		p.fill(author, at+"/giay-to/moi", at+"/giay-to/moi", url.Values{"paper_name": {"Hợp đồng thuê nhà"}, "copy": {"1"}})
		p.fill(author, at+"/giay-to", at+"/giay-to/hop-dong-thue-nha", url.Values{"do": {"up"}})
		if body := p.get(author, at+"/can-cu?q=ho+tich"); !strings.Contains(body, `name="add"`) {
			t.Error("no law is found")
		}
		p.fill(author, at+"/can-cu?q=ho+tich", at+"/can-cu", url.Values{"add": {"nd-23-2015"}})
		p.fill(author, at+"/tim-kiem", at+"/tim-kiem", url.Values{"keywords": {"giấy nhà trọ\nxác nhận thuê nhà"}})
		if body := p.get(author, "/kiem-tra-truoc"); strings.Contains(body, "Chưa đạt") {
			t.Fatalf("the check list is not clear: %s", body)
		}
		p.fill(author, "/kiem-tra-truoc", "/trinh", url.Values{})
		if a := w.post(t, author, p.base+"/duyet", url.Values{"rev": {"1"}}); a.status != http.StatusForbidden {
			t.Errorf("who wrote it comes to the approval: %d", a.status)
		}
		if a := w.post(t, author, p.base+at+"/phi", url.Values{"fee_kind": {"amount"}, "item_rev": {"9"}}); a.status < 400 {
			t.Errorf("edited after it was submitted: %d", a.status)
		}
		if body := p.get(approver, "/duyet"); !strings.Contains(body, "Xác nhận nơi ở") || !strings.Contains(body, "Mới") {
			t.Error("the approver does not see what changes")
		}
		p.fill(approver, "/duyet", "/duyet", url.Values{})
		if a := w.send(t, "", http.MethodGet, "/thu-tuc/"+id, ""); a.status != http.StatusOK || !strings.Contains(a.body, "Hợp đồng thuê nhà") {
			t.Fatalf("not published: %d", a.status)
		}
		if a := w.send(t, "", http.MethodGet, "/thu-tuc?q=nha+tro", ""); !strings.Contains(a.body, "/thu-tuc/"+id) {
			t.Error("it is not found by its keywords")
		}
		w.carry(t, id)
		if n := w.audited(t, "authoring.published"); n != 1 {
			t.Errorf("%d records of publishing", n)
		}
	})
}

// carry takes a dossier of a procedure from the resident to the result.
func (w *world) carry(t *testing.T, procedure string) {
	t.Helper()
	path := ""
	call := func(who, method, what, body string) []byte {
		t.Helper()
		a := w.send(t, who, method, path+what, body, "Idempotency-Key", what)
		if a.status >= 300 {
			t.Fatalf("%s as %s: %d %s", what, who, a.status, a.body)
		}
		return []byte(a.body)
	}
	var f filed
	if err := json.Unmarshal(call(owner, http.MethodPost, "/api/v1/dossiers", encoded(t, map[string]any{
		"procedure": procedure, "unit": townWard,
		"answers": map[string]string{"applicant_name": "Nguyễn Văn Bảy", "applicant_number": "089058000001", "request": "Xác nhận nơi ở tại khóm Thử Nghiệm"},
	})), &f); err != nil {
		t.Fatal(err)
	}
	path = "/api/v1/dossiers/" + f.ID
	call(counter, http.MethodPost, "/accept", "{}")
	hands := map[string]string{"appraise": officer, "draft": officer, "sign": "lanhdao.longxuyen", "issue": "vanthu.longxuyen", "deliver": counter}
	signer, _, err := w.People.FindAccount(t.Context(), w.DB, "lanhdao.longxuyen")
	if err != nil {
		t.Fatal(err)
	}
	done := ""
	for range 10 {
		var d struct{ Step struct{ Action string } }
		if err := json.Unmarshal(call(officer, http.MethodGet, "?purpose=handling", ""), &d); err != nil {
			t.Fatal(err)
		}
		who := hands[d.Step.Action]
		switch d.Step.Action {
		case "appraise":
			call(who, http.MethodPost, "/finish", "{}")
		case "draft":
			call(who, http.MethodPut, "/result", `{"fields":{"content":"Có ở tại địa chỉ nêu trên."}}`)
			call(who, http.MethodPost, "/send-to-sign", `{"signer":"`+signer.ID+`"}`)
		case "sign", "issue":
			call(who, http.MethodPost, "/"+d.Step.Action, "{}")
		case "deliver":
			call(who, http.MethodPost, "/deliver", `{"electronic":true}`)
			done = d.Step.Action
		}
		if done != "" {
			return
		}
	}
	t.Fatal("the dossier did not come to its end")
}

// TestANewerPackKeepsWhatWasWritten publishes a change, applies a newer pack
// under it, exports and applies again; a pack that no longer fits is refused.
func TestANewerPackKeepsWhatWasWritten(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx, p := t.Context(), w.begin(t, "Sửa thủ tục khai tử")
		const at = "/thu-tuc/dang-ky-khai-tu"
		p.fill(author, at+"/tim-kiem", at+"/tim-kiem", url.Values{"keywords": {"báo tử cho người thân"}})
		p.fill(author, "/kiem-tra-truoc", "/trinh", url.Values{})
		p.fill(approver, "/duyet", "/duyet", url.Values{})
		says := func() bool {
			a := w.send(t, "", http.MethodGet, "/thu-tuc?q=bao+tu+cho+nguoi+than", "")
			return strings.Contains(a.body, "/thu-tuc/dang-ky-khai-tu")
		}
		if !says() {
			t.Fatal("the change is not in force")
		}
		if _, err := w.Apply(ctx, w.set, true, false); err != nil || !says() {
			t.Fatalf("applying the pack again took the change away: %v", err)
		}
		if plan, err := w.Preview(ctx, w.set, true); err != nil || len(plan.Lines) != 0 {
			t.Errorf("the plan of the same pack: %+v %v", plan, err)
		}
		load := func(change map[string]string) *packs.Set {
			files := maps.Clone(w.set.Files())
			for name, text := range change {
				files[name] = []byte(text)
			}
			fsys, err := packs.FromFiles(files)
			if err != nil {
				t.Fatal(err)
			}
			set, err := packs.Load(fsys, w.set.Meta.Name)
			if err != nil {
				t.Fatal(err)
			}
			return set
		}
		own := w.set.Meta.Name
		newer := load(map[string]string{own + "/procedures/newer.yaml": "procedures:\n  - {id: dang-ky-khai-tu, online: partial}\n"})
		if _, err := w.Apply(ctx, newer, true, false); err != nil || !says() {
			t.Fatalf("a newer pack took the change away: %v", err)
		}
		before, err := app.InForce(ctx, w.DB)
		if err != nil || !before.HasLayer() {
			t.Fatal(err)
		}
		if v, _ := before.Procedure("dang-ky-khai-tu"); v.Online != "partial" {
			t.Errorf("the newer pack does not hold: %s", v.Online)
		}
		fsys, err := packs.FromFiles(before.Files()) // as tinhso pack export writes them
		if err != nil {
			t.Fatal(err)
		}
		exported, err := packs.Load(fsys, packs.LayerName)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Apply(ctx, exported, true, false); err != nil {
			t.Fatal(err)
		}
		if after, err := app.InForce(ctx, w.DB); err != nil || after.Fingerprint() != before.Fingerprint() {
			t.Errorf("an export that is applied is another province: %v", err)
		}

		gone := load(map[string]string{own + "/procedures/newer.yaml": "procedures:\n  - dang-ky-khai-tu: null\n"})
		_, err = w.Apply(ctx, gone, true, false)
		if wrong, ok := errors.AsType[packs.Problems](err); !ok || len(wrong) == 0 || !strings.HasPrefix(wrong[0].File, "local/procedures/") {
			t.Errorf("a pack without what the layer changes: %v", err)
		}
		if after, err := app.InForce(ctx, w.DB); err != nil || after.Fingerprint() != before.Fingerprint() {
			t.Errorf("half of a pack was applied: %v", err)
		}
	})
}

// TestFilesOfAChange takes a change out as an archive and into another, and
// tries archives that no honest person sends.
func TestFilesOfAChange(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	p := w.begin(t, "Một")
	p.fill(author, "/them", "/them", url.Values{"name": {"Thủ tục đem đi"}})
	archive := p.get(author, "/goi.zip")
	other := w.begin(t, "Hai")
	send := func(name, content string) answer {
		t.Helper()
		var b bytes.Buffer
		m := multipart.NewWriter(&b)
		part, err := m.CreateFormFile("file", name)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = part.Write([]byte(content))
		_ = m.Close()
		return w.send(t, author, http.MethodPost, other.base+"/tai-len", b.String(), "Content-Type", m.FormDataContentType())
	}
	if a := send("goi.zip", archive); a.status != http.StatusSeeOther {
		t.Fatalf("%d %s", a.status, a.body)
	}
	if body := other.get(author, ""); strings.Count(body, "thu-tuc-dem-di") < 4 {
		t.Error("not everything came over")
	}
	for name, tt := range map[string]struct {
		file, content string
		status        int
		says          string
	}{
		"no archive":     {"x.zip", "PK nothing", 422, "tệp .zip hoặc .yaml"},
		"no list":        {"x.yaml", "roles:\n  - {id: clerk}\n", 422, "tệp .zip hoặc .yaml"},
		"a mistake":      {"x.yaml", "flows:\n  - id: a\n\tname: b\n", 422, "dùng dấu cách"},
		"a bomb":         {"x.yaml", "flows:\n  - id: a\n    title: &a [x, x]\n    steps: [*a, *a]\n", 422, "Không dùng"},
		"an id upstairs": {"x.yaml", "flows:\n  - {id: ../../x, title: y}\n", 422, "không có id"},
		"too much":       {"x.yaml", "flows: [" + strings.Repeat("x", 2<<20), 422, "2 MB"},
		"far too much":   {"x.yaml", strings.Repeat("x", 3<<20), 413, ""},
	} {
		if a := send(tt.file, tt.content); a.status != tt.status || !strings.Contains(a.body, tt.says) {
			t.Errorf("%s: %d %.1500s", name, a.status, a.body)
		}
	}
	for _, path := range []string{"/thu-tuc/..%2f..%2fx", "/thu-tuc/khong-co", "/thu-tuc/thu-tuc-dem-di/khong-co"} {
		if a := w.send(t, author, http.MethodGet, p.base+path, ""); a.status != http.StatusNotFound {
			t.Errorf("%s: %d", path, a.status)
		}
	}
	for who, want := range map[string]int{"": http.StatusSeeOther, villager: http.StatusForbidden, officer: http.StatusForbidden} {
		if a := w.send(t, who, http.MethodGet, p.base, ""); a.status != want {
			t.Errorf("%q reads a draft: %d", who, a.status)
		}
	}
	var c struct {
		Clear bool
		Rev   int
	}
	a := w.send(t, author, http.MethodGet, strings.Replace(p.base, "/soan-thu-tuc/", "/api/v1/changes/", 1)+"/check-list", "")
	if err := json.Unmarshal([]byte(a.body), &c); err != nil || c.Clear || c.Rev == 0 {
		t.Errorf("%d %s", a.status, a.body)
	}
}
