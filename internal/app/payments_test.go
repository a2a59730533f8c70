// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"tinhso.vn/internal/modules/payments/paymentsmod"
	"tinhso.vn/internal/platform/fetch"
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
		g, err := paymentsmod.NewGateway(paymentsmod.Options{Shape: shape, URL: server.URL + "/" + shape, Merchant: payment.Merchant, Secret: payment.Secret, Ask: client.Call})
		if err != nil {
			t.Fatal(err)
		}
		ctx := t.Context()
		if _, err := g.Look(ctx, "none"); err == nil {
			t.Errorf("%s: it knows what nobody has begun", shape)
		}
		ask := paymentsmod.Ask{Reference: "TP2600000018-01", Amount: 8000, Title: "Lệ phí", Return: door.URL + "/ve", Call: door.URL + "/goi"}
		address, ref, err := g.Begin(ctx, ask)
		if err != nil || ref == "" || !strings.HasPrefix(address, server.URL+"/tra/") {
			t.Fatalf("%s: %s %s %v", shape, address, ref, err)
		}
		if again, same, err := g.Begin(ctx, ask); err != nil || again != address || same != ref {
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
				if n.Reference != ask.Reference || n.TheirRef != ref || n.State == "paid" && n.Amount != 8000 {
					t.Errorf("%s: %+v", shape, n)
				}
			case <-time.After(20 * time.Second):
				t.Fatalf("%s: only %v was called", shape, said)
			}
		}
		if got := strings.Join(said, ","); got != "forged,forged,failed,paid,paid,failed" {
			t.Errorf("%s: it called with %s", shape, got)
		}
		if n, err := g.Look(ctx, ask.Reference); err != nil || n.State != "paid" || n.Amount != 8000 {
			t.Errorf("%s: asked it says %+v, %v", shape, n, err)
		}
		post(server.URL+"/faults", url.Values{"dead": {"1"}})
		if _, err := g.Look(ctx, ask.Reference); err == nil {
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
