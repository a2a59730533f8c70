// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"tinhso.vn/internal/kernel/access"
)

// call sends a request of a program with a token, from an address.
func (w *world) call(t *testing.T, token, from, method, path, body string, header ...string) answer {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer "+token)
	r.RemoteAddr = from + ":40000"
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	rec := httptest.NewRecorder()
	w.handler.ServeHTTP(rec, r)
	return answer{rec.Code, rec.Body.String(), rec.Header()}
}

func decoded[T any](t *testing.T, a answer, status int) (out T) {
	t.Helper()
	if a.status != status {
		t.Fatalf("status %d, not %d: %s", a.status, status, a.body)
	}
	if a.body != "" {
		if err := json.Unmarshal([]byte(a.body), &out); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

const wanted = `{"role":"system_registers","unit":%q,"subtree":true,"networks":["10.1.0.0/16"],"per_minute":600,"until":%q}`

// TestASystemCallsTheAPI proposes a system, has it confirmed by another person,
// and calls with its token from its network, until the token is changed over,
// revoked, and the system shut out.
func TestASystemCallsTheAPI(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		root := w.set.Units[0].ID
		for _, u := range w.set.Units {
			if u.Parent == "" {
				root = u.ID
			}
		}
		until := w.DB.Now().AddDate(1, 0, 0).UTC().Format("2006-01-02T15:04:05Z")
		reach := fmt.Sprintf(wanted, root, until)
		words := `"name":"Hệ thống báo cáo","owner":"Sở Nội vụ","contact":"vanthu@sonoivu.example","purpose":"Báo cáo theo Kế hoạch số 1"`

		made := decoded[struct{ ID string }](t, w.send(t, "cntt.tinh", "POST", "/api/v1/systems", `{`+words+`,"reach":`+reach+`}`), 200)
		at := "/api/v1/systems/" + made.ID
		token := decoded[struct{ ID, Token string }](t, w.send(t, "cntt.tinh", "POST", at+"/tokens", `{"days":90}`), 200)
		list := "/api/v1/dossiers"
		if a := w.call(t, token.Token, "10.1.2.3", "GET", list, ""); a.status != 401 {
			t.Errorf("before it was confirmed: %d %s", a.status, a.body)
		}
		if a := w.send(t, "cntt.tinh", "POST", at+"/confirmation", `{"version":2}`); a.status != 403 {
			t.Errorf("who may not confirm: %d %s", a.status, a.body)
		}
		if a := w.send(t, "antoan.tinh", "POST", at+"/confirmation", `{"version":1}`); a.status != 409 || !strings.Contains(a.body, "systems.stale") {
			t.Errorf("an old version: %d %s", a.status, a.body)
		}
		decoded[any](t, w.send(t, "antoan.tinh", "POST", at+"/confirmation", `{"version":2}`), 204)

		if a := w.call(t, token.Token, "10.1.2.3", "GET", at, ""); a.status != 403 {
			t.Errorf("what its role does not allow: %d %s", a.status, a.body)
		}
		own := w.call(t, token.Token, "10.1.2.3", "GET", "/api/v1/registers", "")
		if own.status != 200 || own.header.Get("RateLimit-Limit") != "100" || own.header.Get("RateLimit-Remaining") == "" {
			t.Errorf("its own: %d %v %s", own.status, own.header, own.body)
		}
		if a := w.call(t, token.Token, "10.2.2.3", "GET", "/api/v1/registers", ""); a.status != 403 || !strings.Contains(a.body, "systems.address") {
			t.Errorf("from elsewhere: %d %s", a.status, a.body)
		}
		for _, key := range []string{"/api/v1/me/passkeys/options", "/api/v1/me/recovery-codes", "/api/v1/me/authenticator"} {
			if a := w.call(t, token.Token, "10.1.2.3", "POST", key, "{}"); a.status != 403 {
				t.Errorf("a system makes itself a key by %s: %d %s", key, a.status, a.body)
			}
		}
		if a := w.call(t, token.Token+"x", "10.1.2.3", "GET", "/api/v1/registers", ""); a.status != 401 {
			t.Errorf("a wrong token: %d", a.status)
		}
		must(t, w.Parts.Systems.Flush(t.Context()))
		shown := w.send(t, "cntt.tinh", "GET", at, "")
		if !strings.Contains(shown.body, `"from":"10.1.2.3"`) || strings.Contains(shown.body, token.Token) {
			t.Errorf("its last use: %s", shown.body)
		}

		second := decoded[struct{ ID, Token string }](t, w.send(t, "cntt.tinh", "POST", at+"/tokens", `{"days":90,"overlap":0}`), 200)
		if a := w.call(t, token.Token, "10.1.2.3", "GET", "/api/v1/registers", ""); a.status != 401 {
			t.Errorf("the token before: %d", a.status)
		}
		if a := w.call(t, second.Token, "10.1.2.3", "GET", "/api/v1/registers", ""); a.status != 200 {
			t.Errorf("the new token: %d %s", a.status, a.body)
		}
		decoded[any](t, w.send(t, "cntt.tinh", "PUT", at+"/disabled", ""), 204)
		if a := w.call(t, second.Token, "10.1.2.3", "GET", "/api/v1/registers", ""); a.status != 401 {
			t.Errorf("shut out: %d", a.status)
		}
		decoded[any](t, w.send(t, "cntt.tinh", "DELETE", at+"/disabled", ""), 204)
		decoded[any](t, w.send(t, "cntt.tinh", "DELETE", at+"/tokens/"+second.ID, ""), 204)
		if a := w.call(t, second.Token, "10.1.2.3", "GET", "/api/v1/registers", ""); a.status != 401 {
			t.Errorf("revoked: %d", a.status)
		}
	})
}

// TestNobodyGivesASystemRightsAlone tries roles that are for people, widens what
// was confirmed, and confirms what one has proposed oneself.
func TestNobodyGivesASystemRightsAlone(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		unit := w.set.Units[0].ID
		form := url.Values{
			"name": {"Cổng dữ liệu"}, "owner": {"Sở Khoa học và Công nghệ"}, "contact": {"a"}, "purpose": {"b"}, "role": {"leader"}, "unit": {unit},
			"networks": {"10.0.0.0/8\nnhà"}, "per_minute": {"60"}, "until": {w.DB.Now().AddDate(0, 6, 0).Format("02/01/2006")},
		}
		refused := w.post(t, "cntt.tinh", "/quan-tri/he-thong/moi", form)
		for _, want := range []string{"Chọn một vai trò dành cho hệ thống", "Không phải địa chỉ hoặc dải mạng: nhà", "Cổng dữ liệu"} {
			if refused.status != 422 || !strings.Contains(refused.body, want) {
				t.Errorf("%d without %q", refused.status, want)
			}
		}
		form.Set("role", "system_registers")
		form.Set("networks", "10.0.0.0/8")
		done := w.post(t, "cntt.tinh", "/quan-tri/he-thong/moi", form)
		path := done.header.Get("Location")
		if done.status != 303 || path == "" {
			t.Fatalf("%d %s", done.status, done.body)
		}
		api := "/api/v1/systems/" + strings.TrimPrefix(path, "/quan-tri/he-thong/")
		if a := w.post(t, "antoan.tinh", path+"/xac-nhan", url.Values{"version": {"1"}}); a.status != 303 {
			t.Fatalf("confirm: %d %s", a.status, a.body)
		}
		if a := w.post(t, "antoan.tinh", path+"/xac-nhan", url.Values{"version": {"2"}}); a.status != 409 {
			t.Errorf("again: %d", a.status)
		}

		form.Set("role", "system_registers_write")
		form.Set("version", "2")
		if a := w.post(t, "cntt.tinh", path+"/quyen", form); a.status != 303 {
			t.Fatalf("widen: %d %s", a.status, a.body)
		}
		held := func(role string) (n int) {
			posts, err := access.ListPosts(t.Context(), w.DB, strings.TrimPrefix(path, "/quan-tri/he-thong/"), w.DB.Now())
			must(t, err)
			for _, p := range posts {
				if string(p.Role) == role {
					n++
				}
			}
			return n
		}
		if held("system_registers") != 1 || held("system_registers_write") != 0 {
			t.Error("what was only proposed is in force")
		}
		if a := w.send(t, "antoan.tinh", "POST", api+"/confirmation", `{"version":3}`); a.status != 204 {
			t.Fatalf("confirm the wider: %d %s", a.status, a.body)
		}
		if held("system_registers") != 0 || held("system_registers_write") != 1 {
			t.Error("the old right goes on, or the new one is not there")
		}
		for _, who := range []string{"", "motcua.longxuyen", "dan.nguyenvanbay"} {
			if a := w.send(t, who, "GET", "/quan-tri/he-thong", ""); a.status == 200 {
				t.Errorf("%q sees the list", who)
			}
		}
		list := w.send(t, "antoan.tinh", "GET", "/quan-tri/he-thong", "")
		if list.status != 200 || !strings.Contains(list.body, "Cổng dữ liệu") || strings.Contains(list.body, "/quan-tri/he-thong/moi") {
			t.Errorf("list of who confirms: %d", list.status)
		}
		made := w.post(t, "cntt.tinh", path+"/ma", url.Values{"days": {"30"}})
		secret := regexp.MustCompile(`tinhso_[A-Z2-7]{40,}`).FindString(made.body)
		if made.status != 200 || secret == "" {
			t.Fatalf("token: %d", made.status)
		}
		if a := w.send(t, "cntt.tinh", "GET", path, ""); strings.Contains(a.body, secret) {
			t.Error("the token is shown twice")
		}
		if strings.Contains(w.logged.String(), secret) {
			t.Error("the token is in the log")
		}
	})
}

// TestOneCallOneEffect repeats a call with its key, with and without another body.
func TestOneCallOneEffect(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		body := fmt.Sprintf(`{"name":"A","owner":"B","contact":"C","purpose":"D","reach":`+wanted+`}`, w.set.Units[0].ID, w.DB.Now().AddDate(0, 6, 0).UTC().Format("2006-01-02T15:04:05Z"))
		first := w.send(t, "cntt.tinh", "POST", "/api/v1/systems", body, "Idempotency-Key", "một")
		again := w.send(t, "cntt.tinh", "POST", "/api/v1/systems", body, "Idempotency-Key", "một")
		if first.status != 200 || again.status != 200 || first.body != again.body || again.header.Get("Idempotent-Replayed") != "true" ||
			first.header.Get("Idempotent-Replayed") != "" {
			t.Errorf("first %d %s\nagain %d %s %v", first.status, first.body, again.status, again.body, again.header)
		}
		if a := w.send(t, "cntt.tinh", "POST", "/api/v1/systems", strings.Replace(body, `"A"`, `"E"`, 1), "Idempotency-Key", "một"); a.status != 409 {
			t.Errorf("another body: %d %s", a.status, a.body)
		}
		if a := w.send(t, "cntt2.tinh", "POST", "/api/v1/systems", body, "Idempotency-Key", "một"); a.status != 200 || a.body == first.body {
			t.Errorf("somebody else: %d %s", a.status, a.body)
		}
		if a := w.send(t, "cntt.tinh", "POST", "/api/v1/systems", body, "Idempotency-Key", strings.Repeat("k", 201)); a.status != 400 {
			t.Errorf("a long key: %d", a.status)
		}
		var n int
		must(t, w.DB.QueryRow(t.Context(), `SELECT COUNT(*) FROM systems_systems`).Scan(&n))
		if n != 2 {
			t.Errorf("%d systems", n)
		}
		tagged := w.send(t, "cntt.tinh", http.MethodGet, "/api/v1/systems", "")
		tag := tagged.header.Get("ETag")
		if a := w.send(t, "cntt.tinh", http.MethodGet, "/api/v1/systems", "", "If-None-Match", tag); tag == "" || a.status != 304 || a.body != "" {
			t.Errorf("what it has: %q %d %q", tag, a.status, a.body)
		}
		if a := w.send(t, "cntt.tinh", http.MethodGet, "/api/v1/systems", "", "If-None-Match", `"other"`); a.status != 200 || a.body != tagged.body {
			t.Errorf("what it has not: %d", a.status)
		}
	})
}
