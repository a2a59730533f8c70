// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

type lookedUp struct {
	Source, Use, Asked, Outcome, By string
	Fields                          []struct {
		Field, Value, Declared string
		Differs, Taken         bool
	}
}

// TestAnOfficialLooksUp asks the population database about a mother, takes what differs,
// is told when the database is down, and the mother finds it all.
func TestAnOfficialLooksUp(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		o := newOthers(t, w)
		answers := birthAnswers()
		answers["host_name"] = "Trần Văn Lâm" // the database knows another
		id := ask[filed](t, w, mother, http.MethodPost, "/api/v1/dossiers", encoded(t, map[string]any{"procedure": "lien-thong-khai-sinh", "unit": townWard, "answers": answers}), "Idempotency-Key", "looked").ID
		api, page := "/api/v1/dossiers/"+id+"/lookups", "/xu-ly/"+id+"/tra-cuu-csdl"
		ask[any](t, w, counter, http.MethodPost, "/api/v1/dossiers/"+id+"/accept", "{}")

		o.faults("dan-cu", url.Values{"dead": {"1"}})
		if got := ask[lookedUp](t, w, officer, http.MethodPost, api+"/dan-cu/me", ""); got.Outcome != "down" {
			t.Errorf("a dead database: %+v", got)
		}
		if got := w.send(t, officer, http.MethodGet, page, ""); got.status != http.StatusOK || !strings.Contains(got.body, "Ông/Bà cứ làm tiếp với giấy tờ") {
			t.Errorf("the page while it is dead: %d %.2000s", got.status, got.body)
		}
		o.faults("dan-cu", url.Values{})
		if got := w.post(t, officer, page, url.Values{"source": {"dan-cu"}, "use": {"me"}}); got.status != http.StatusSeeOther {
			t.Fatalf("ask: %d %.2000s", got.status, got.body)
		}
		got := ask[struct{ Items []lookedUp }](t, w, officer, http.MethodGet, api, "").Items
		if len(got) != 2 || got[0].Source != "dan-cu" || len(got[0].Fields) != 3 || got[0].Fields[0].Differs || !got[0].Fields[2].Differs || got[0].Fields[2].Value != "Võ Thị Hoa" {
			t.Fatalf("%+v", got)
		}
		if shown := w.send(t, officer, http.MethodGet, page, ""); strings.Contains(shown.body, "Kinh") || !strings.Contains(shown.body, "Lấy theo CSDL") {
			t.Errorf("more than is needed is shown: %.3000s", shown.body)
		}
		if got := w.post(t, officer, page+"/lay", url.Values{"asked": {got[0].Asked}, "field": {"name"}}); got.status != http.StatusConflict {
			t.Errorf("what agrees is taken: %d", got.status)
		}
		if got := w.post(t, officer, page+"/lay", url.Values{"asked": {got[0].Asked}, "field": {"host"}}); got.status != http.StatusSeeOther {
			t.Errorf("take: %d %.500s", got.status, got.body)
		}
		if got := ask[struct{ Items []lookedUp }](t, w, officer, http.MethodGet, api, "").Items; !got[0].Fields[2].Taken || got[0].Fields[2].Declared != "Trần Văn Lâm" {
			t.Errorf("both stay: %+v", got[0])
		}
		if got := w.send(t, officer, http.MethodGet, "/xu-ly/"+id, ""); !strings.Contains(got.body, `id="tra-cuu-csdl"`) || !strings.Contains(got.body, "Khác 1 trường") {
			t.Errorf("the case: %d %.500s", got.status, got.body)
		}
		if got := w.send(t, mother, http.MethodGet, "/ho-so/"+id+"/ai-da-xem", ""); !strings.Contains(got.body, "Tra cứu cơ sở dữ liệu khác về hồ sơ") {
			t.Errorf("who has seen it: %d %.3000s", got.status, got.body)
		}
		for who, want := range map[string]int{"motcua.chaudoc": http.StatusNotFound, mother: http.StatusForbidden, "lanhdao.longxuyen": http.StatusForbidden} {
			if got := w.send(t, who, http.MethodPost, api+"/dan-cu/me", ""); got.status != want {
				t.Errorf("%s: %d %.300s", who, got.status, got.body)
			}
		}
		if got := w.send(t, officer, http.MethodPost, api+"/ly-lich/nguoi-hanh-nghe", ""); got.status != http.StatusNotFound {
			t.Errorf("what the procedure does not need: %d", got.status)
		}
	})
}
