// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"tinhso.vn/internal/platform/config"
	"tinhso.vn/internal/simulators/taxoffice"
)

// The accountant sees why the tax authority refuses a receipt and what to do about it,
// sends it again on the page, and sees it taken. A cashier sees nothing.
func TestAReceiptIsRefusedByTheTaxAuthority(t *testing.T) {
	t.Parallel()
	office := httptest.NewServer(taxoffice.New().Handler())
	t.Cleanup(office.Close)
	first := newWorld(t, "")
	first.Config.Tax = config.Tax{URL: office.URL, Token: taxoffice.Token, Source: "văn bản thử"}
	w, c := worldAt(t, first)
	const cashier, accountant = "thuquy.longxuyen", "ketoan.longxuyen"
	faults := func(query string) {
		t.Helper()
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, office.URL+"/faults?"+query, http.NoBody)
		must(t, err)
		a, err := http.DefaultClient.Do(r)
		must(t, err)
		must(t, a.Body.Close())
	}
	send := func() {
		t.Helper()
		w.background(t)
		for range 5 {
			_, err := w.Parts.Hub.Work(t.Context())
			must(t, err)
			c.Advance(time.Minute)
		}
	}
	payee := ask[struct{ Version int }](t, w, accountant, http.MethodGet, "/api/v1/payments/payee", "")
	ask[any](t, w, accountant, http.MethodPost, "/api/v1/payments/payee", fmt.Sprintf(`{"version":%d,"bank":"","account":"","holder":"","form":"01BLP0-001","series":"AA-26E","source":"QĐ 1"}`, payee.Version))
	w.choose(t, director, company)
	w.digitised(t, director, `{"requester_name":"Lê Thị Nam","requester_number":"089185000002","requester_phone":"0900000002","paper_kind":"business","paper_name":"Giấy đăng ký","issuer":"Sở Tài chính","pages":2,"copies":1,"electronic":"no"}`,
		"chung-thuc-ban-sao", "ban-chinh", "giay-chung-nhan-ho-kinh-doanh", "9900000016")
	w.background(t)
	orders := ask[struct {
		Items []struct {
			ID     string
			Amount int64
		}
	}](t, w, cashier, http.MethodGet, "/api/v1/payments/orders", "").Items
	if len(orders) != 1 {
		t.Fatalf("to be paid: %+v", orders)
	}
	faults("refuse=1")
	ask[any](t, w, cashier, http.MethodPost, "/api/v1/payments/orders/"+orders[0].ID+"/take", fmt.Sprintf(`{"amount":%d}`, orders[0].Amount))
	send()

	list := w.send(t, accountant, http.MethodGet, "/thu-tien/co-quan-thue", "")
	if list.status != http.StatusOK || !strings.Contains(list.body, "DU_LIEU_SAI") || !strings.Contains(list.body, "văn bản thử") || strings.Contains(list.body, "Lê Thị Nam") {
		t.Fatalf("the list: %d %.3000s", list.status, list.body)
	}
	one := pick(t, list.body, `href="(/thu-tien/co-quan-thue/[^"?]+)"`)
	if got := w.send(t, accountant, http.MethodGet, one, ""); got.status != http.StatusOK || !strings.Contains(got.body, "Gửi lại") || !strings.Contains(got.body, "Việc cần làm") {
		t.Errorf("one of them: %d %.2000s", got.status, got.body)
	}
	if got := w.send(t, cashier, http.MethodGet, one, ""); got.status != http.StatusForbidden {
		t.Errorf("a cashier: %d", got.status)
	}
	if got := w.post(t, accountant, one, url.Values{}); got.status != http.StatusSeeOther {
		t.Fatalf("sent again: %d %.900s", got.status, got.body)
	}
	if got := w.post(t, accountant, one, url.Values{}); got.status != http.StatusConflict {
		t.Errorf("sent again twice: %d", got.status)
	}
	send()
	if got := w.send(t, accountant, http.MethodGet, "/thu-tien/co-quan-thue?trang-thai=taken", ""); !strings.Contains(got.body, "CQT26") {
		t.Errorf("it is not taken: %.2000s", got.body)
	}
}
