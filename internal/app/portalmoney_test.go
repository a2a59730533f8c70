// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"image"
	"image/png"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
)

func broughtLand(t *testing.T, code string) string {
	t.Helper()
	var picture bytes.Buffer
	must(t, png.Encode(&picture, image.NewGray(image.Rect(0, 0, 8, 8))))
	return fmt.Sprintf(`{"MaHoSo":%q,"MaTTHC":"dang-ky-bien-dong-dat-dai","MaCoQuanThucHien":"phuong-long-xuyen","ChuHoSo":{"LoaiDoiTuong":"1","HoTen":"Trần Văn Xa","SoDinhDanh":"089058000099","SoDienThoai":"0900000099"},
		"NoiDungKeKhai":{"owner_kind":"individual","owner_name":"Trần Văn Xa","owner_number":"089058000099","owner_residence":{"commune":"phuong-long-xuyen","detail":"Số 9"},"owner_phone":"0900000099",
		"change_kind":"name","change_detail":"Đổi tên","parcel_place":{"commune":"phuong-long-xuyen","detail":"Khóm"},"map_sheet":"12","parcel_number":"345","area":"120.5","certificate_number":"CS1","certificate_serial":"AB1",
		"certificate_date":"2015-05-05","new_certificate":"no"},"TaiLieuNop":[{"TenTepDinhKem":"gcn.png","MaThanhPhanHoSo":"giay-chung-nhan","NoiDung":%q}]}`, code, base64.StdEncoding.EncodeToString(picture.Bytes()))
}

// TestAFeeIsPaidOnTheNationalPortal lets a dossier wait for money that is asked for by
// hand; the portal is told, is paid, and what it says twice, for another amount or
// another dossier pays nothing. Its result is for the portal alone to fetch.
func TestAFeeIsPaidOnTheNationalPortal(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		p := newNationalPortal(t, w)
		first, second := "G22.99-260302-0021", "G22.99-260302-0022"
		if done := p.files("reverse=1", broughtLand(t, first), broughtLand(t, second)); done[0].Status != 200 || done[1].Status != 200 || done[0].Code != second {
			t.Fatalf("%+v", done)
		}
		arrivals := ask[struct {
			Items []struct{ Code, Dossier string }
		}](t, w, "cntt.tinh", http.MethodGet, "/api/v1/national-portal/arrivals?state=taken", "")
		dossier := ""
		for _, a := range arrivals.Items {
			if a.Code == first {
				dossier = a.Dossier
			}
		}
		code := ask[struct{ Code string }](t, w, "motcua.longxuyen", http.MethodPost, "/api/v1/dossiers/"+dossier+"/accept", "{}").Code
		p.until("it is accepted", func() bool { known, _ := p.knows(); return known[first] != nil && known[first].Status == "2" })
		cashier := w.holder(t, "cashier").ID
		order := ask[struct{ ID string }](t, w, cashier, http.MethodPost, "/api/v1/payments/orders", fmt.Sprintf(`{"dossier":%q,"name":"Phí thẩm định","amount":150000,"basis":"NQ 1"}`, code)).ID
		p.until("it waits for money", func() bool {
			known, _ := p.knows()
			return known[first].Status == "6" && len(known[first].Fees) == 1
		})
		if got := w.send(t, "chuyenvien.datdai", http.MethodPost, "/api/v1/dossiers/"+dossier+"/claim", "{}"); got.status == http.StatusOK || got.status == http.StatusNoContent {
			t.Errorf("it is worked on before it is paid: %d", got.status)
		}
		var paid []struct {
			Status int
			Answer json.RawMessage
		}
		pays := func(query string) {
			t.Helper()
			must(t, json.Unmarshal([]byte(p.do(http.MethodPost, "/pay?"+query, "", "")), &paid))
		}
		pays("code=" + first + "&amount=140000")
		if !strings.Contains(string(paid[0].Answer), "other_amount") {
			t.Errorf("another amount: %s", paid[0].Answer)
		}
		fee := func() string { known, _ := p.knows(); return strings.Fields(known[first].Fees[0])[0] }()
		if got := w.call(t, p.token, "10.1.2.3", http.MethodPost, "/api/v1/national-portal/payments", fmt.Sprintf(`{"MaHoSo":%q,"MaPhiLePhi":%q,"MaGiaoDich":"TT-OTHER","SoTien":150000}`, second, fee)); !strings.Contains(got.body, "unknown") {
			t.Errorf("for another dossier: %d %s", got.status, got.body)
		}
		if got := w.call(t, p.token, "10.1.2.3", http.MethodPost, "/api/v1/national-portal/payments", `{"MaHoSo":"X","MaPhiLePhi":"","MaGiaoDich":"","SoTien":0}`); got.status != 422 || !strings.Contains(got.body, "SoTien") {
			t.Errorf("nothing that makes sense: %d %s", got.status, got.body)
		}
		pays("code=" + first + "&twice=1")
		if len(paid) != 2 || string(paid[0].Answer) != string(paid[1].Answer) || !strings.Contains(string(paid[0].Answer), `"paid"`) {
			t.Errorf("%+v", paid)
		}
		p.until("it goes on", func() bool { known, _ := p.knows(); return known[first].Status == "2" && known[first].Paid == "1" })
		if got := ask[struct{ State string }](t, w, cashier, http.MethodGet, "/api/v1/payments/orders/"+order, ""); got.State != "paid" {
			t.Errorf("the order is %s", got.State)
		}
		for path, want := range map[string]int{"/api/v1/national-portal/dossiers/" + first + "/result": 404, "/api/v1/national-portal/dossiers/NONE/result": 404} {
			if got := w.call(t, p.token, "10.1.2.3", http.MethodGet, path, ""); got.status != want {
				t.Errorf("%s before it is issued: %d", path, got.status)
			}
			if got := w.send(t, "cntt.tinh", http.MethodGet, path, ""); got.status != http.StatusForbidden {
				t.Errorf("%s as an official: %d", path, got.status)
			}
		}
	})
}

// TestALinkOfTheNationalPortal leads to the right page, after signing in, and tells
// nobody which codes there are.
func TestALinkOfTheNationalPortal(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	p := newNationalPortal(t, w)
	code := "G22.99-260302-0031"
	if done := p.files("", broughtDossier(code, "1948-03-27")); done[0].Status != 200 {
		t.Fatalf("%+v", done)
	}
	for _, c := range []struct{ who, query, want string }{
		{"", "ma=" + code, "/dang-nhap?next=%2Ftu-cong-quoc-gia%3Fma%3D" + code},
		{owner, "ma=NONE-1", "/ho-so"},
		{owner, "ma=" + strings.Repeat("x", 300), "/ho-so"},
		{owner, "thu-tuc=1.014027", "/nop-ho-so/"},
		{owner, "thu-tuc=9.999999", "/ho-so"},
	} {
		got := w.send(t, c.who, http.MethodGet, "/tu-cong-quoc-gia?"+c.query, "")
		if got.status != http.StatusSeeOther || !strings.HasPrefix(got.header.Get("Location"), c.want) {
			t.Errorf("%q %s: %d %s", c.who, c.query, got.status, got.header.Get("Location"))
		}
	}
	got := w.send(t, owner, http.MethodGet, "/tu-cong-quoc-gia?ma="+code, "")
	if at := got.header.Get("Location"); !strings.HasPrefix(at, "/ho-so/") || w.send(t, owner, http.MethodGet, at, "").status != http.StatusNotFound {
		t.Errorf("a dossier of somebody else: %s", at)
	}
}

// TestDeadLettersAreDealtWith sends one again, discards another with a reason, and
// replays what was sent; who may not, does not.
func TestDeadLettersAreDealtWith(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		p := newNationalPortal(t, w)
		codes := []string{"G22.99-260302-0041", "G22.99-260302-0042"}
		p.control("/faults", url.Values{"refuse": {"2"}})
		for i, code := range codes {
			if done := p.files("", strings.ReplaceAll(broughtDossier(code, "1948-03-27"), "089058000099", fmt.Sprintf("08905800009%d", 7+i))); done[0].Status != 200 {
				t.Fatalf("%+v", done)
			}
		}
		at := "/api/v1/connections/cong-quoc-gia"
		type list struct {
			Items []struct{ ID, Dossier, State string }
		}
		dead := func() list { return ask[list](t, w, "cntt.tinh", http.MethodGet, at+"/messages?state=dead", "") }
		p.until("two are dead", func() bool { return len(dead().Items) == 2 })
		again, gone := dead().Items[0], dead().Items[1]
		if got := w.send(t, "motcua.longxuyen", http.MethodPost, at+"/messages/"+again.ID+"/retry", ""); got.status != http.StatusForbidden {
			t.Errorf("a clerk sends it again: %d", got.status)
		}
		ask[any](t, w, "cntt.tinh", http.MethodPost, at+"/messages/"+again.ID+"/retry", "")
		if got := w.send(t, "cntt.tinh", http.MethodPost, at+"/messages/"+gone.ID+"/discard", `{"reason":" "}`); got.status != 422 {
			t.Errorf("discarded without a reason: %d %s", got.status, got.body)
		}
		ask[any](t, w, "cntt.tinh", http.MethodPost, at+"/messages/"+gone.ID+"/discard", `{"reason":"Đã báo bằng công văn"}`)
		if got := w.send(t, "cntt.tinh", http.MethodPost, at+"/messages/"+gone.ID+"/discard", `{"reason":"x"}`); got.status != http.StatusConflict {
			t.Errorf("discarded twice: %d", got.status)
		}
		p.until("the other one is known", func() bool { known, _ := p.knows(); return len(known) > 0 })
		sent := ask[list](t, w, "cntt.tinh", http.MethodGet, at+"/messages?state=sent", "")
		i := slices.IndexFunc(sent.Items, func(m struct{ ID, Dossier, State string }) bool { return m.Dossier == again.Dossier })
		if i < 0 {
			t.Fatalf("sent %+v", sent)
		}
		ask[any](t, w, "cntt.tinh", http.MethodPost, at+"/messages/"+sent.Items[i].ID+"/replay", "")
		p.until("it is said again", func() bool { _, heard := p.knows(); return strings.Contains(strings.Join(heard, ","), "again") })
		if got := w.send(t, "cntt.tinh", http.MethodGet, at+"/messages/"+gone.ID, ""); got.status != http.StatusOK || !strings.Contains(got.body, "Đã báo bằng công văn") {
			t.Errorf("it does not say why: %d %s", got.status, got.body)
		}
	})
}
