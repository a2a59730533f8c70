// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package portalmod_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/portal/portalmod"
	"tinhso.vn/internal/platform/clock"
	"tinhso.vn/internal/platform/ui/layout"
	"tinhso.vn/internal/platform/web"
	built "tinhso.vn/web"
)

// serve is the module served as the program serves it, to who is signed in as Bảy.
func serve(t *testing.T) http.Handler {
	t.Helper()
	m := portalmod.New(portalmod.Deps{Privacy: "/du-lieu-ca-nhan", Hotlines: func(context.Context) ([]portalmod.Hotline, error) {
		return []portalmod.Hotline{{Name: i18n.Text{VI: "Ủy ban nhân dân tỉnh"}, Number: "0296000111"}}, nil
	}})
	if err := m.Check(nil); err != nil {
		t.Fatal(err)
	}
	shared, err := page.Locales()
	if err != nil {
		t.Fatal(err)
	}
	messages, err := i18n.Load(shared, m.Locales)
	if err != nil {
		t.Fatal(err)
	}
	assets, err := layout.NewAssets(built.Dist, "/assets/")
	if err != nil {
		t.Fatal(err)
	}
	now := clock.NewManual(time.Date(2026, 11, 22, 2, 0, 0, 0, time.UTC))
	s := &page.Site{Province: i18n.Text{VI: "Tỉnh Thử", EN: "Test Province"}, Assets: assets, Catalogue: messages, Menu: m.Menu}
	server := &web.Server{
		Log: slog.New(slog.DiscardHandler), Clock: now, Limits: web.NewLimiter(nil, nil, now), Failure: s.Failure, Explain: s.Explain,
		Enter: func(r *http.Request, _ web.Route) (*http.Request, error) {
			return r.WithContext(page.With(r.Context(), s.New(r, identity.Actor{Account: "bay", Name: "Nguyễn Văn Bảy"}, now.Now()))), nil
		},
	}
	mux := http.NewServeMux()
	for _, r := range m.Routes {
		mux.Handle(r.Pattern, server.Serve(r))
	}
	mux.Handle("GET /assets/", assets.Handler())
	return mux
}

func ask(t *testing.T, h http.Handler, method, path, body string, cookies ...*http.Cookie) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, path, strings.NewReader(body))
	if body != "" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for _, c := range cookies {
		r.AddCookie(c)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func text(t *testing.T, w *httptest.ResponseRecorder) string {
	t.Helper()
	return w.Body.String()
}

// kept are the cookies that an answer leaves.
func kept(t *testing.T, w *httptest.ResponseRecorder) (all []*http.Cookie) {
	t.Helper()
	for _, line := range w.Header().Values("Set-Cookie") {
		c, err := http.ParseSetCookie(line)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, c)
	}
	return all
}

// Letters grow on the next page, on every page, and one comes back to where one was.
func TestLettersAndColours(t *testing.T) {
	t.Parallel()
	h := serve(t)
	if body := text(t, ask(t, h, "GET", "/hien-thi?tu=/tro-nang", "")); !strings.Contains(body, `name="back" value="/tro-nang"`) || strings.Contains(body, `class="ts-large`) {
		t.Error("the page does not know where one came from, or is large already")
	}
	for _, tt := range []struct{ size, contrast, class string }{
		{"large", "", `class="ts-large"`},
		{"larger", "1", `class="ts-larger ts-contrast"`},
		{"ordinary", "1", `class="ts-contrast"`},
		{"ordinary", "", `<html lang="vi">`},
		{`"><script>`, "", `<html lang="vi">`},
	} {
		got := ask(t, h, "POST", "/hien-thi", url.Values{"size": {tt.size}, "contrast": {tt.contrast}, "back": {"/tro-nang"}}.Encode())
		if got.Code != http.StatusSeeOther || got.Header().Get("Location") != "/tro-nang" {
			t.Fatalf("%s: %d %s", tt.size, got.Code, got.Header().Get("Location"))
		}
		if body := text(t, ask(t, h, "GET", "/tro-nang", "", kept(t, got)...)); !strings.Contains(body, tt.class) {
			t.Errorf("%s %s: %.200s", tt.size, tt.contrast, body)
		}
	}
	if got := ask(t, h, "POST", "/hien-thi", "back=//elsewhere.example"); got.Header().Get("Location") != "/" {
		t.Errorf("one is sent to %s", got.Header().Get("Location"))
	}
	if body := text(t, ask(t, h, "GET", "/tro-nang", "", &http.Cookie{Name: "tinhso_display", Value: `x" onload="`})); strings.Contains(body, "onload") {
		t.Error("a cookie writes into the page")
	}
}

// What a phone keeps is the page of nobody.
func TestThePageWithoutALine(t *testing.T) {
	t.Parallel()
	h := serve(t)
	body := text(t, ask(t, h, "GET", "/ngoai-tuyen", ""))
	for _, want := range []string{"Đang không có mạng", "No connection", `href="tel:0296000111"`, "data-ts-kept"} {
		if !strings.Contains(body, want) {
			t.Errorf("no %q", want)
		}
	}
	if strings.Contains(body, "Bảy") || strings.Contains(body, "/dang-xuat") {
		t.Error("the page that is kept knows who is signed in")
	}
	if !strings.Contains(text(t, ask(t, h, "GET", "/tro-nang", "")), "Bảy") {
		t.Error("the other pages do not know it: the test shows nothing")
	}
}

func TestTheApp(t *testing.T) {
	t.Parallel()
	h := serve(t)
	got := ask(t, h, "GET", "/manifest.webmanifest", "")
	var app struct {
		Name  string
		Start string `json:"start_url"`
		Icons []struct{ Src, Sizes, Purpose string }
	}
	if err := json.Unmarshal([]byte(text(t, got)), &app); err != nil || got.Header().Get("Content-Type") != "application/manifest+json" {
		t.Fatal(err, got.Header())
	}
	if app.Name != "Dịch vụ công – Tỉnh Thử" || app.Start != "/" || len(app.Icons) != 3 {
		t.Errorf("%+v", app)
	}
	for _, icon := range app.Icons {
		if r := ask(t, h, "GET", icon.Src, ""); r.Code != http.StatusOK || r.Header().Get("Content-Type") != "image/png" {
			t.Errorf("%s: %d", icon.Src, r.Code)
		}
	}
	for _, want := range []string{`href="/du-lieu-ca-nhan"`, `href="/tro-nang"`, `href="/hien-thi"`} {
		if body := text(t, ask(t, h, "GET", "/so-do-trang", "")); strings.Count(body, want) != 2 { // in the map and in the foot
			t.Errorf("%d of %s", strings.Count(body, want), want)
		}
	}
}
