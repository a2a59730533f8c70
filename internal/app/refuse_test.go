// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"bytes"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"tinhso.vn/internal/app"
	"tinhso.vn/internal/kernel/refusals"
)

func TestRefusedAccessIsOnRecord(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		o := objects{t: t, w: w}
		filed := o.file()
		password := w.set.Accounts[0].Password
		for _, try := range []struct {
			kind                     refusals.Kind
			object, permission, path string
			do                       func() answer
		}{
			{refusals.NotAllowed, "", "console.audit", "GET /van-hanh/nhat-ky", func() answer { return w.send(t, owner, http.MethodGet, "/van-hanh/nhat-ky", "") }},
			{refusals.NotFound, "id=" + filed.ID, "", "GET /api/v1/dossiers/{id}", func() answer {
				return w.send(t, "dn.namlong", http.MethodGet, "/api/v1/dossiers/"+filed.ID+"?purpose=own", "")
			}},
			{refusals.SignInNeeded, "", "", "GET /api/v1/me", func() answer {
				return w.send(t, "", http.MethodGet, "/api/v1/me", "", "Authorization", "Bearer nonsense")
			}},
			{refusals.CrossSite, "", "", "cross-site", func() answer {
				return w.send(t, owner, http.MethodPost, "/dang-xuat", "", "Sec-Fetch-Site", "cross-site")
			}},
			{refusals.WrongSignIn, "", "", "", func() answer {
				return w.post(t, "", "/dang-nhap", url.Values{"login": {owner}, "password": {"wrong"}})
			}},
		} {
			got := try.do()
			if got.status < 400 {
				t.Errorf("%s: %d", try.kind, got.status)
			}
			must(t, w.Refusals.Flush(t.Context()))
			found, err := refusals.List(t.Context(), w.DB, refusals.Filter{Kind: try.kind}, "", 10)
			must(t, err)
			if len(found) != 1 || found[0].Object != try.object || !strings.Contains(found[0].Permission, try.permission) || found[0].Route != try.path {
				t.Errorf("%s: %+v", try.kind, found)
				continue
			}
			if (found[0].Account == "") != (try.kind == refusals.SignInNeeded || try.kind == refusals.WrongSignIn) {
				t.Errorf("%s by %q", try.kind, found[0].Account)
			}
		}
		before, err := refusals.List(t.Context(), w.DB, refusals.Filter{}, "", 100)
		must(t, err)
		w.send(t, "", http.MethodGet, "/ho-so", "") // a page that sends people to sign in is no refusal
		w.send(t, "", http.MethodGet, "/khong-co", "")
		must(t, w.Refusals.Flush(t.Context()))
		after, err := refusals.List(t.Context(), w.DB, refusals.Filter{}, "", 100)
		must(t, err)
		if len(after) != len(before) {
			t.Errorf("%d refusals became %d", len(before), len(after))
		}

		page := w.send(t, "kiemtra.tinh", http.MethodGet, "/van-hanh/tu-choi", "")
		if page.status != http.StatusOK || !strings.Contains(page.body, "Không có quyền") || !strings.Contains(page.body, owner) || strings.Contains(page.body, password) {
			t.Errorf("the page: %d", page.status)
		}
		file := w.send(t, "kiemtra.tinh", http.MethodGet, "/van-hanh/tu-choi/tep.csv?kind=not_found", "")
		if file.status != http.StatusOK || strings.Count(file.body, "\n") != 2 || !strings.Contains(file.body, filed.ID) {
			t.Errorf("the file: %d %s", file.status, file.body)
		}
		if wrong := w.send(t, "kiemtra.tinh", http.MethodGet, "/van-hanh/tu-choi?kind=x", ""); wrong.status != http.StatusUnprocessableEntity {
			t.Errorf("a kind that is not there: %d", wrong.status)
		}
	})
}

func TestTheWrongMethod(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	for _, tt := range []struct{ method, path, allow string }{
		{http.MethodPut, "/dang-nhap", "GET, HEAD, POST"},
		{http.MethodDelete, "/api/v1/me", "GET, HEAD"},
		{http.MethodGet, "/api/v1/verifications", "POST"},
		{http.MethodPost, "/api/v1/audit", "GET, HEAD"},
	} {
		got := w.send(t, "", tt.method, tt.path, "")
		if got.status != http.StatusMethodNotAllowed || got.header.Get("Allow") != tt.allow {
			t.Errorf("%s %s: %d, Allow %q", tt.method, tt.path, got.status, got.header.Get("Allow"))
		}
	}
	for _, path := range []string{"/khong-co", "/api/v1/khong-co"} {
		if got := w.send(t, "", http.MethodPut, path, ""); got.status != http.StatusNotFound || got.header.Get("Allow") != "" {
			t.Errorf("%s: %d", path, got.status)
		}
	}
	if got := w.send(t, "", http.MethodGet, "/healthz", ""); got.status != http.StatusOK || strings.Contains(got.body, "version") {
		t.Errorf("health tells strangers %s", got.body)
	}
}

func TestABrowserWithoutCookies(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	in := w.post(t, "", "/dang-nhap", url.Values{"login": {w.set.Accounts[0].ID}, "password": {w.set.Accounts[0].Password}, "next": {"/tai-khoan"}})
	to := in.header.Get("Location")
	lost := w.send(t, "", http.MethodGet, to, "")
	if lost.status != http.StatusOK || !strings.Contains(lost.body, "chưa cho phép cookie") || !strings.Contains(lost.body, `/dang-nhap?next=%2Ftai-khoan`) {
		t.Errorf("without cookies %s answers %d", to, lost.status)
	}
	found := w.send(t, w.set.Accounts[0].ID, http.MethodGet, to, "")
	if found.status != http.StatusSeeOther || found.header.Get("Location") != "/tai-khoan" {
		t.Errorf("with cookies it leads to %s", found.header.Get("Location"))
	}
	if away := w.send(t, w.set.Accounts[0].ID, http.MethodGet, "/dang-nhap/xong?next=//evil.example", ""); away.header.Get("Location") != "/" {
		t.Errorf("it leads away: %s", away.header.Get("Location"))
	}
}

// Signing in wrongly is slowed down for whoever does it, and for nobody else.
func TestSlowSignIn(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		me := w.set.Accounts[0]
		in := w.post(t, "", "/dang-nhap", url.Values{"login": {me.ID}, "password": {me.Password}})
		device := ""
		for _, c := range in.header.Values("Set-Cookie") {
			if rest, ok := strings.CutPrefix(c, "tinhso_device="); ok {
				device, _, _ = strings.Cut(rest, ";")
			}
		}
		if device == "" {
			t.Fatal("no device")
		}
		try := func(password string, header ...string) answer {
			return w.send(t, "", http.MethodPost, "/dang-nhap", url.Values{"login": {me.ID}, "password": {password}}.Encode(), header...)
		}
		for range 5 {
			if got := try("wrong"); got.status != http.StatusUnprocessableEntity {
				t.Fatalf("%d", got.status)
			}
		}
		slowed := try(me.Password)
		if slowed.status != http.StatusTooManyRequests || slowed.header.Get("Retry-After") == "" || !strings.Contains(slowed.body, "tài khoản không bị khóa") {
			t.Errorf("after five wrong ones: %d", slowed.status)
		}
		if got := try(me.Password, "Cookie", "tinhso_device="+device); got.status != http.StatusSeeOther {
			t.Errorf("from the known browser: %d", got.status)
		}
	})
}

func TestTheSecondProcessIsToldAtOnce(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	run := func(args ...string) (int, string) {
		var out bytes.Buffer
		code := app.Run(t.Context(), append(args, "--data", data), "test", strings.NewReader(""), &out, &out)
		return code, out.String()
	}
	if code, said := run("apply"); code != 0 {
		t.Fatal(said)
	}
	held := app.Hold(t, data+"/tinhso.db")
	for _, args := range [][]string{{"apply"}, {"serve", "--listen", "127.0.0.1:0"}, {"demo", "--listen", "127.0.0.1:0"}} {
		if code, said := run(args...); code != 1 || !strings.Contains(said, "tinhso serve, process 1") || !strings.Contains(said, "đang do tiến trình khác dùng") {
			t.Errorf("%v: %d %s", args, code, said)
		}
	}
	held()
	if code, said := run("apply"); code != 0 {
		t.Errorf("after the first ended: %s", said)
	}
}
