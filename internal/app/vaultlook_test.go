// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"tinhso.vn/internal/simulators/nationalportal"
)

// looks lets the portal look into a vault, in the words of domain facts A.5.
func (p *nationalPortal) looks(form url.Values) (done nationalportal.Looked, answer string) {
	p.t.Helper()
	must(p.t, json.Unmarshal([]byte(p.do(http.MethodPost, "/vault", "application/x-www-form-urlencoded", form.Encode())), &done))
	raw, err := json.Marshal(done.Answer)
	must(p.t, err)
	return done, string(raw)
}

// TestTheNationalPortalLooksIntoAVault gets what an owner agreed to show, with its file,
// from another process; nobody learns from an empty answer why it is empty, and the
// owner finds every look.
func TestTheNationalPortalLooksIntoAVault(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.digitised(t, owner, pension(), procedureID, "ho-ngheo", "giay-ho-ngheo", "77/CN-HN")
		p := newNationalPortal(t, w)
		question := url.Values{"owner": {"089058000001"}, "code": {"giay-ho-ngheo"}, "procedure": {procedureID}}
		with := func(name, value string) url.Values {
			other := url.Values{}
			for key := range question {
				other.Set(key, question.Get(key))
			}
			other.Set(name, value)
			return other
		}
		const nothing = `{"DanhSachGiayToKetQua":[]}`
		bare := func(answer string) string {
			var v map[string]any
			must(t, json.Unmarshal([]byte(answer), &v))
			delete(v, "$schema")
			raw, err := json.Marshal(v)
			must(t, err)
			return string(raw)
		}
		empty := func(what string, form url.Values) {
			t.Helper()
			if done, answer := p.looks(form); done.Status != http.StatusOK || bare(answer) != nothing {
				t.Errorf("%s: %d %s", what, done.Status, answer)
			}
		}
		empty("before the owner agreed", question)

		consent := func(method, path, body string) {
			t.Helper()
			ask[any](t, w, owner, method, path, body)
		}
		for _, one := range ask[struct{ Items []struct{ ID, SHA256 string } }](t, w, owner, http.MethodGet, "/api/v1/privacy/purposes", "").Items {
			if one.ID == "kho-cho-cong-quoc-gia" {
				consent(http.MethodPost, "/api/v1/me/consents", fmt.Sprintf(`{"purpose":%q,"sha256":%q}`, one.ID, one.SHA256))
			}
		}
		done, answer := p.looks(question)
		if done.Status != http.StatusOK || len(done.Files) != 1 || done.Files[0].Status != http.StatusOK || !strings.Contains(answer, `"SoKyHieu":"77/CN-HN"`) || !strings.Contains(answer, `"MaKetQua":"giay-ho-ngheo"`) {
			t.Fatalf("%+v %s", done, answer)
		}
		kept := ask[struct {
			Items []struct{ SHA256, Number string }
		}](t, w, owner, http.MethodGet, "/api/v1/vault/papers", "")
		if len(kept.Items) != 1 || kept.Items[0].SHA256 != done.Files[0].SHA256 {
			t.Errorf("%+v is not %+v", done.Files, kept)
		}
		if done, _ := p.looks(with("number", "77/cn-hn")); len(done.Files) != 1 {
			t.Errorf("by its number: %+v", done)
		}
		empty("another number of it", with("number", "78/CN-HN"))
		empty("another kind", with("code", "giay-khai-sinh"))
		empty("nobody's number", with("owner", "089058999999"))
		for name, value := range map[string]string{"owner": "12", "code": "", "procedure": "9.999999"} {
			if done, answer := p.looks(with(name, value)); done.Status != http.StatusUnprocessableEntity {
				t.Errorf("%s %q: %d %s", name, value, done.Status, answer)
			}
		}
		body := `{"SoDinhDanhChuSoHuu":"089058000001","HoTenNguoiYeuCau":"A","SoDinhDanhNguoiYeuCau":"089058000001","MaThuTuc":"` + procedureID + `","DanhSachDanhMucKetQua":[{"MaKetQua":"giay-ho-ngheo"}]}`
		for _, who := range []string{"motcua.longxuyen", "cntt.tinh", owner} {
			if got := w.send(t, who, http.MethodPost, "/api/v1/national-portal/vault", body); got.status != http.StatusForbidden {
				t.Errorf("%s: %d", who, got.status)
			}
		}
		for _, path := range []string{"kho/khong-co", "ho-so/1", ""} {
			if got := w.call(t, p.token, "10.1.2.3", http.MethodPost, "/api/v1/national-portal/vault/file", `{"CoQuanChuQuan":"","DuongDan":"`+path+`","TenTep":""}`); got.status != http.StatusNotFound {
				t.Errorf("file %q: %d %s", path, got.status, got.body)
			}
		}

		consent(http.MethodPost, "/api/v1/me/consents/withdrawal", `{"purpose":"kho-cho-cong-quoc-gia"}`)
		empty("taken back", question)
		if all := w.archive(t, owner)["data/audit.json"]; strings.Count(all, "holdings.outside") < 5 || !strings.Contains(all, "holdings.outside_none") {
			t.Errorf("the owner does not find the looks: %.800s", all)
		}
		calls := ask[struct {
			Items []struct{ ID, Operation, Direction, Purpose string }
		}](t, w, "cntt.tinh", http.MethodGet, "/api/v1/connections/cong-quoc-gia/calls", "")
		looks := 0
		for _, c := range calls.Items {
			if c.Operation == "TraCuuKho" && c.Direction == "in" && c.Purpose == "vault" {
				looks++
			}
		}
		if looks < 7 {
			t.Errorf("%d looks among %+v", looks, calls.Items)
		}
	})
}

// TestWhatWasSaidGoesWithItsPerson hands over which systems were told of somebody's
// dossiers, and erases what they were told when it is asked for.
func TestWhatWasSaidGoesWithItsPerson(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		p := newNationalPortal(t, w)
		o := objects{t: t, w: w}
		f := o.file()
		ask[any](t, w, "motcua.longxuyen", http.MethodPost, "/api/v1/dossiers/"+f.ID+"/accept", "{}")
		p.until("it is told", func() bool { known, _ := p.knows(); return len(known) == 1 })
		p.pump()
		if all := w.archive(t, owner)["data/connections.json"]; !strings.Contains(all, "DongBoHoSoMC") || !strings.Contains(all, "cong-quoc-gia") || strings.Contains(all, "089058000001") {
			t.Errorf("%.600s", all)
		}
		kept := func() (n int) {
			must(t, w.DB.QueryRow(t.Context(), `SELECT COUNT(*) FROM connectors_outbox WHERE dossier = $1 AND body_sealed <> ''`, f.ID).Scan(&n))
			return n
		}
		if kept() == 0 {
			t.Fatal("nothing is kept for a replay")
		}
		asked := ask[struct{ ID string }](t, w, owner, http.MethodPost, "/api/v1/me/data/requests", `{"kind":"delete","words":"Xóa dữ liệu"}`)
		decide := "/bao-ve-du-lieu/yeu-cau/" + asked.ID
		if got := w.post(t, "baove.dulieu", decide+"/quyet-dinh", url.Values{"outcome": {"granted"}, "reason": {"Theo yêu cầu"}, "legal": {"Điều 14"}}); got.status != http.StatusSeeOther {
			t.Fatalf("propose: %d %s", got.status, got.body)
		}
		if got := w.post(t, "lanhdao.dulieu", decide+"/xac-nhan", url.Values{"confirm": {"1"}}); got.status != http.StatusSeeOther {
			t.Fatalf("confirm: %d %s", got.status, got.body)
		}
		w.doJobs(t)
		if n := kept(); n != 0 {
			t.Errorf("%d messages still say what they said", n)
		}
		calls := ask[struct {
			Items []struct{ Operation string }
		}](t, w, "cntt.tinh", http.MethodGet, "/api/v1/dossiers/"+f.ID+"/outside-calls", "")
		if len(calls.Items) < 2 {
			t.Errorf("that it was said is gone: %+v", calls)
		}
	})
}
