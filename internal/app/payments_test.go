// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"tinhso.vn/internal/modules/payments/paymentsmod"
	"tinhso.vn/internal/platform/fetch"
	"tinhso.vn/internal/platform/vietqr"
	"tinhso.vn/internal/simulators/payment"
)

// The adapter and the simulated platform, which were written apart, understand each
// other in all three shapes; of what the platform calls with when it misbehaves, what
// is forged is told from what is not.
func TestThreeShapesOfAPlatform(t *testing.T) {
	t.Parallel()
	for _, shape := range []string{"national", "paygov", "keypay"} {
		calls := make(chan []byte, 10)
		door := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			calls <- body
		}))
		t.Cleanup(door.Close)
		server := httptest.NewUnstartedServer(nil)
		server.Start()
		t.Cleanup(server.Close)
		server.Config.Handler = payment.New(server.URL).Handler()
		client := fetch.New(fetch.Options{Configured: true})
		var g paymentsmod.Gateway
		var err error
		ask := func(ctx context.Context, s paymentsmod.Said) ([]byte, error) {
			a, err := client.Call(ctx, g.Question(s.Operation, s.Body))
			if err == nil && a.Status != http.StatusOK {
				err = fetch.ErrStatus
			}
			return a.Body, err
		}
		g, err = paymentsmod.NewGateway(paymentsmod.Options{Shape: shape, URL: server.URL + "/" + shape, Merchant: payment.Merchant, Secret: payment.Secret, Ask: ask})
		if err != nil {
			t.Fatal(err)
		}
		ctx := t.Context()
		if _, err := g.Look(ctx, "none", ""); err == nil {
			t.Errorf("%s: it knows what nobody has begun", shape)
		}
		begun := paymentsmod.Ask{Reference: "TP2600000018-01", Amount: 8000, Title: "Lệ phí", Return: door.URL + "/ve", Call: door.URL + "/goi"}
		address, ref, err := g.Begin(ctx, begun)
		if err != nil || ref == "" || !strings.HasPrefix(address, server.URL+"/tra/") {
			t.Fatalf("%s: %s %s %v", shape, address, ref, err)
		}
		if again, same, err := g.Begin(ctx, begun); err != nil || again != address || same != ref {
			t.Errorf("%s: begun again it is %s %s, %v", shape, again, same, err)
		}
		post := func(path string, form url.Values) {
			t.Helper()
			r, err := http.NewRequestWithContext(ctx, http.MethodPost, path, strings.NewReader(form.Encode()))
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			answer, err := (&http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}).Do(r)
			if err != nil {
				t.Fatal(err)
			}
			_ = answer.Body.Close()
		}
		post(server.URL+"/faults", url.Values{"twice": {"1"}, "reorder": {"1"}, "forged": {"1"}})
		post(address, url.Values{"do": {"pay"}})
		said := []string{}
		for range 6 {
			select {
			case body := <-calls:
				n, err := g.Read(body)
				if err != nil {
					said = append(said, "forged")
					continue
				}
				said = append(said, string(n.State))
				if n.Reference != begun.Reference || n.TheirRef != ref || n.State == "paid" && n.Amount != 8000 {
					t.Errorf("%s: %+v", shape, n)
				}
			case <-time.After(20 * time.Second):
				t.Fatalf("%s: only %v was called", shape, said)
			}
		}
		if got := strings.Join(said, ","); got != "forged,forged,failed,paid,paid,failed" {
			t.Errorf("%s: it called with %s", shape, got)
		}
		if n, err := g.Look(ctx, begun.Reference, ""); err != nil || n.State != "paid" || n.Amount != 8000 {
			t.Errorf("%s: asked it says %+v, %v", shape, n, err)
		}
		post(server.URL+"/faults", url.Values{"dead": {"1"}})
		if _, err := g.Look(ctx, begun.Reference, ""); err == nil {
			t.Errorf("%s: a dead platform answers", shape)
		}
	}
	for name, o := range map[string]paymentsmod.Options{
		"a shape": {Shape: "x", Secret: "s"}, "no secret": {Shape: "national"}, "a field": {Shape: "national", Secret: "s", Fields: []string{"x=y"}},
	} {
		if _, err := paymentsmod.NewGateway(o); err == nil {
			t.Errorf("%s is taken", name)
		}
	}
}

// The doors of money: what is forged finds no page, a dossier that is free has none,
// and each role sees its own.
func TestDoorsOfMoney(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	cashier, accountant := w.holder(t, "cashier").ID, w.holder(t, "accountant").ID
	for _, c := range []struct {
		who, method, path string
		want              int
	}{
		{"", http.MethodPost, "/thanh-toan/goi-ve", http.StatusNotFound},
		{"", http.MethodGet, "/bien-lai/khong-co", http.StatusNotFound},
		{owner, http.MethodGet, "/thanh-toan?ho-so=khong-co", http.StatusNotFound},
		{owner, http.MethodGet, "/thu-tien", http.StatusForbidden},
		{cashier, http.MethodGet, "/thu-tien", http.StatusOK},
		{cashier, http.MethodGet, "/thu-tien?q=TP1", http.StatusUnprocessableEntity},
		{cashier, http.MethodGet, "/thu-tien/chot", http.StatusOK},
		{cashier, http.MethodGet, "/thu-tien/doi-soat", http.StatusForbidden},
		{accountant, http.MethodGet, "/thu-tien/bien-lai", http.StatusOK},
		{accountant, http.MethodGet, "/thu-tien/bien-lai.csv", http.StatusOK},
		{accountant, http.MethodGet, "/thu-tien/doi-soat", http.StatusOK},
		{accountant, http.MethodGet, "/thu-tien/tai-khoan", http.StatusOK},
		{cashier, http.MethodGet, "/thu-tien/co-quan-thue", http.StatusForbidden},
		{accountant, http.MethodGet, "/thu-tien/co-quan-thue?trang-thai=x", http.StatusOK},
		{accountant, http.MethodGet, "/thu-tien/co-quan-thue/khong-co", http.StatusNotFound},
		{cashier, http.MethodGet, "/thu-tien/phan-chia", http.StatusForbidden},
		{accountant, http.MethodGet, "/thu-tien/phan-chia", http.StatusOK},
		{accountant, http.MethodGet, "/thu-tien/phan-chia?from=x&until=2026-01-01", http.StatusUnprocessableEntity},
		{accountant, http.MethodGet, "/thu-tien/phan-chia.csv", http.StatusOK},
		{accountant, http.MethodGet, "/thu-tien/phan-chia.xlsx", http.StatusOK},
		{accountant, http.MethodGet, "/api/v1/payments/shares", http.StatusOK},
		{accountant, http.MethodPost, "/api/v1/payments/shares", http.StatusOK},
		{accountant, http.MethodPost, "/api/v1/payments/tax/khong-co/again", http.StatusConflict}, // nothing is sent here
		{accountant, http.MethodGet, "/api/v1/payments/tax/khong-co", http.StatusNotFound},
		{cashier, http.MethodGet, "/api/v1/payments/tax", http.StatusForbidden},
		{owner, http.MethodGet, "/buu-chinh/cuoc", http.StatusForbidden},
		{"motcua.longxuyen", http.MethodGet, "/buu-chinh/cuoc", http.StatusOK},
		{"motcua.longxuyen", http.MethodGet, "/buu-chinh/cuoc?from=x&until=2026-01", http.StatusUnprocessableEntity},
		{"motcua.longxuyen", http.MethodGet, "/buu-chinh/cuoc.csv", http.StatusOK},
		{"", http.MethodGet, "/cong-khai/hai-long", http.StatusOK},
		{"", http.MethodGet, "/cong-khai/hai-long?thang=2999-01", http.StatusUnprocessableEntity},
		{"", http.MethodGet, "/cong-khai/hai-long?don-vi=phuong-long-xuyen", http.StatusNotFound},
		{"", http.MethodGet, "/cong-khai/hai-long/so-lieu.csv", http.StatusOK},
		{"", http.MethodGet, "/api/v1/public-satisfaction", http.StatusOK},
		{accountant, http.MethodGet, "/thu-tien/lap", http.StatusForbidden},
		{cashier, http.MethodGet, "/api/v1/payments/orders", http.StatusOK},
		{cashier, http.MethodGet, "/api/v1/payments/drawer", http.StatusOK},
		{cashier, http.MethodGet, "/api/v1/payments/payee", http.StatusForbidden},
		{accountant, http.MethodGet, "/api/v1/payments/payee", http.StatusOK},
	} {
		if got := w.send(t, c.who, c.method, c.path, ""); got.status != c.want {
			t.Errorf("%s %s as %q: %d, want %d: %.300s", c.method, c.path, c.who, got.status, c.want, got.body)
		}
	}
	if got := w.post(t, cashier, "/thu-tien/lap", url.Values{"dossier": {"H0"}, "name": {"Phí"}, "amount": {"x"}}); got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, `href="#amount"`) || !strings.Contains(got.body, `value="Phí"`) {
		t.Errorf("a wrong order: %d %.600s", got.status, got.body)
	}
}

// A code that is scanned with a phone is paid at the simulated bank; what it calls
// with says the text of the transfer.
func TestTheSimulatedBankReadsACode(t *testing.T) {
	t.Parallel()
	calls := make(chan []byte, 1)
	door := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		calls <- body
	}))
	t.Cleanup(door.Close)
	server := httptest.NewServer(payment.New("").Handler())
	t.Cleanup(server.Close)
	send := func(path string, form url.Values) int {
		t.Helper()
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL+path, strings.NewReader(form.Encode()))
		must(t, err)
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		answer, err := http.DefaultClient.Do(r)
		must(t, err)
		_ = answer.Body.Close()
		return answer.StatusCode
	}
	code, err := vietqr.Code{Bank: "000000", Account: "0000000000", Service: vietqr.ToAccount, Dynamic: true, Amount: 8000, Purpose: "TP2600000018"}.Build()
	must(t, err)
	send("/target", url.Values{"call": {door.URL}})
	if got := send(payment.BankPath, url.Values{"ma": {strings.Replace(code, "8000", "9000", 1)}}); got != http.StatusUnprocessableEntity {
		t.Errorf("a code that was changed: %d", got)
	}
	if got := send(payment.BankPath, url.Values{"ma": {code}}); got != http.StatusOK {
		t.Fatalf("paid: %d", got)
	}
	g, err := paymentsmod.NewGateway(paymentsmod.Options{Shape: "national", URL: "http://x", Merchant: payment.Merchant, Secret: payment.Secret})
	must(t, err)
	select {
	case body := <-calls:
		if n, err := g.Read(body); err != nil || n.Reference != "TP2600000018" || n.Amount != 8000 || n.State != "paid" {
			t.Errorf("it said %+v, %v", n, err)
		}
	case <-time.After(20 * time.Second):
		t.Fatal("it never called")
	}
}
