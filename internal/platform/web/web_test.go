// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package web_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"tinhso.vn/internal/platform/clock"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/web"
)

func server(t *testing.T, rates map[web.Door]web.Rate) (*web.Server, *clock.Manual) {
	t.Helper()
	c := clock.NewManual(time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC))
	return &web.Server{
		Log: slog.New(slog.DiscardHandler), Clock: c,
		Limits:  web.NewLimiter(rates, []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}, c),
		Explain: func(_ *http.Request, p *web.ProblemError) { p.Detail = "said: " + p.Code },
		Failure: func(w http.ResponseWriter, _ *http.Request, p *web.ProblemError) {
			w.WriteHeader(p.Status)
			_, _ = io.WriteString(w, "page: "+p.Detail+" "+p.Ref)
		},
	}, c
}

func get(t *testing.T, h http.Handler, change func(*http.Request)) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/x", nil)
	if change != nil {
		change(r)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func route(err error) web.Route {
	return web.Route{Pattern: "GET /x", Access: web.Public(), Handle: func(http.ResponseWriter, *http.Request) error { return err }}
}

func TestErrorsBecomeAnswers(t *testing.T) {
	t.Parallel()
	s, _ := server(t, nil)
	for _, tt := range []struct {
		err    error
		status int
		body   string
	}{
		{errs.New(errs.NotFound, "x.gone"), 404, "page: said: x.gone "},
		{errs.New(errs.Conflict, "x.taken").Because(io.EOF), 409, "page: said: x.taken "},
		{errs.BadInput([]errs.Field{{Name: "a", Code: "b"}}), 422, "page: said: form.invalid "},
		{&http.MaxBytesError{Limit: 1 << 20}, 413, "page: said: web.too_large "},
	} {
		w := get(t, s.Serve(route(tt.err)), nil)
		if w.Code != tt.status || w.Body.String() != tt.body {
			t.Errorf("%v: %d %q", tt.err, w.Code, w.Body)
		}
	}
}

// A plain error and a panic say nothing of themselves, only a reference.
func TestInternalErrorsAreNotShown(t *testing.T) {
	t.Parallel()
	s, _ := server(t, nil)
	panics := web.Route{Pattern: "GET /x", Access: web.Public(), Handle: func(http.ResponseWriter, *http.Request) error { panic("secret") }}
	for name, r := range map[string]web.Route{"error": route(errors.New("secret")), "panic": panics} {
		w := get(t, s.Serve(r), nil)
		if body := w.Body.String(); w.Code != 500 || strings.Contains(body, "secret") || len(body) != len("page: said: internal ")+8 {
			t.Errorf("%s: %d %q", name, w.Code, body)
		}
	}
}

// All of an office comes in the same second, behind one address: with a password,
// a code after it, and the pages between. One of the province's own offices is
// larger, and what is worth guessing at stays narrow for it.
func TestAnOfficeComesInTheSameSecond(t *testing.T) {
	t.Parallel()
	c := clock.NewManual(time.Date(2026, 11, 23, 0, 30, 0, 0, time.UTC))
	l := web.NewLimiter(web.DefaultRates(), nil, c, netip.MustParsePrefix("10.20.0.0/16"))
	come := func(address string, door web.Door, times int) (refused int) {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/dang-nhap", http.NoBody)
		r.RemoteAddr = address + ":1"
		for range times {
			if _, wait := l.Allow(web.Route{Pattern: "POST /dang-nhap", Door: door}, r); wait > 0 {
				refused++
			}
		}
		return refused
	}
	for _, tt := range []struct {
		address       string
		door          web.Door
		times, refuse int
	}{
		{"203.0.113.1", web.Crowd, 300, 0},
		{"203.0.113.1", web.Ordinary, 600, 0},
		{"203.0.113.2", web.Crowd, 1000, 550},
		{"10.20.3.4", web.Crowd, 4500, 0},
		{"10.20.3.4", web.Narrow, 30, 10},
	} {
		if got := come(tt.address, tt.door, tt.times); got != tt.refuse {
			t.Errorf("%+v: %d were refused", tt, got)
		}
	}
}

func TestDoorsHaveLimits(t *testing.T) {
	t.Parallel()
	s, c := server(t, map[web.Door]web.Rate{web.Narrow: {Burst: 2, PerMinute: 60}})
	narrow := web.Route{Pattern: "GET /x", Access: web.Public(), Door: web.Narrow, Handle: func(http.ResponseWriter, *http.Request) error { return nil }}
	h := s.Serve(narrow)
	from := func(remote, forwarded string) int {
		return get(t, h, func(r *http.Request) {
			r.RemoteAddr = remote + ":1"
			if forwarded != "" {
				r.Header.Set("X-Forwarded-For", forwarded)
			}
		}).Code
	}
	for i, want := range []int{200, 200, 429} {
		if got := from("192.0.2.1", ""); got != want {
			t.Errorf("visit %d: %d, want %d", i, got, want)
		}
	}
	if got := from("192.0.2.1", "192.0.2.9"); got != 429 {
		t.Errorf("a made-up header got through: %d", got)
	}
	for i, want := range []int{200, 200, 429} { // through a proxy of ours the header counts, but only its near end
		if got := from("10.0.0.5", "1.2.3.4, 192.0.2.7"); got != want {
			t.Errorf("visit %d through a proxy: %d, want %d", i, got, want)
		}
	}
	other := narrow
	other.Pattern = "GET /y"
	if got := get(t, s.Serve(other), func(r *http.Request) { r.RemoteAddr = "192.0.2.1:1" }).Code; got != 200 {
		t.Errorf("one narrow door closes another: %d", got)
	}
	c.Advance(time.Second)
	if got := from("192.0.2.1", ""); got != 200 {
		t.Errorf("after a second: %d", got)
	}
	if get(t, s.Serve(route(nil)), nil).Code != 200 {
		t.Error("a door without a limit is closed")
	}
}

// What no database takes does not come as far as a database.
func TestAddressesAreText(t *testing.T) {
	t.Parallel()
	s, _ := server(t, nil)
	h := s.Serve(route(nil))
	for target, want := range map[string]int{
		"/x?q=a%00": 400, "/x?%00=a": 400, "/x?q=%ff": 400, "/%00": 400, "/a%ff": 400, "/x?q=100%": 200, "/x?q=%C4%91%E1%BA%A5t": 200,
	} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, target, nil)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != want {
			t.Errorf("%s: %d, want %d", target, w.Code, want)
		}
	}
}

func TestPostsOfOtherSitesAreRefused(t *testing.T) {
	t.Parallel()
	s, _ := server(t, nil)
	h := s.Headers(s.SameSite(s.Serve(route(nil))))
	post := func(header, value string) int {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "http://here.vn/x", nil)
		r.Header.Set(header, value)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Header().Get("Content-Security-Policy") == "" {
			t.Error("an answer without a policy")
		}
		return w.Code
	}
	for header, values := range map[string]map[string]int{
		"Sec-Fetch-Site": {"cross-site": 403, "same-origin": 200},
		"Origin":         {"http://elsewhere.vn": 403, "http://here.vn": 200},
	} {
		for value, want := range values {
			if got := post(header, value); got != want {
				t.Errorf("%s: %s: %d, want %d", header, value, got, want)
			}
		}
	}
}

func TestOperations(t *testing.T) {
	t.Parallel()
	s, _ := server(t, nil)
	type in struct {
		Body struct {
			Name string `json:"name" maxLength:"5"`
		}
	}
	type out struct {
		Body struct {
			Said string `json:"said"`
		}
	}
	op := web.Operation("POST /api/v1/x", "Says", web.Public(), func(_ context.Context, i *in) (*out, error) {
		if i.Body.Name == "" {
			return nil, errs.BadInput([]errs.Field{{Name: "name", Code: "form.required"}})
		}
		o := &out{}
		o.Body.Said = i.Body.Name
		return o, nil
	})
	api := web.NewAPI("x", "1", s.Explain)
	h := s.Serve(api.Mount(op))
	for body, want := range map[string]string{
		`{"name":"Lan"}`:           `200 `,
		`{"name":""}`:              `422 form.invalid`,
		`{"name":"too long"}`:      `400 web.malformed`,
		`{"name":"a","b":1}`:       `400 web.malformed`,
		`{"name":`:                 `400 web.malformed`,
		strings.Repeat(" ", 2<<20): `413 web.too_large`,
	} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/api/v1/x", strings.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		var p web.ProblemError
		_ = json.Unmarshal(w.Body.Bytes(), &p)
		status, code, _ := strings.Cut(want, " ")
		if http.StatusText(w.Code) != http.StatusText(atoi(status)) || p.Code != code {
			t.Errorf("%.20s: %d %s, want %s", body, w.Code, w.Body, want)
		}
		if w.Code >= 400 && w.Header().Get("Content-Type") != "application/problem+json" {
			t.Errorf("%.20s: %s", body, w.Header().Get("Content-Type"))
		}
	}
	doc, err := api.OpenAPI()()
	if err != nil || !strings.Contains(string(doc), `"openapi": "3.1.0"`) || !strings.Contains(string(doc), `/api/v1/x`) {
		t.Errorf("%s, %v", doc, err)
	}
}

// Parameters in an embedded type that is not exported would stay empty.
func TestAnOperationThatWouldNotGetItsParameters(t *testing.T) {
	t.Parallel()
	type one struct {
		ID string `path:"id"`
	}
	type in struct{ one }
	op := web.Operation("GET /api/v1/x/{id}", "", web.Public(), func(context.Context, *in) (*struct{}, error) { return nil, nil })
	if !strings.Contains(op.Flaw(), "embeds one") {
		t.Errorf("got %q", op.Flaw())
	}
}

// What the caller wrote is not logged; what went wrong with us is, under its reference.
func TestTheLogHoldsNoInput(t *testing.T) {
	t.Parallel()
	s, _ := server(t, nil)
	for _, tt := range []struct {
		err       error
		has, lack string
	}{
		{errs.New(errs.NotFound, "x.gone").Because(errors.New("get 079012345678")), "x.gone", "079012345678"},
		{errs.BadInput([]errs.Field{{Name: "079012345678", Code: "x.unknown"}}), "form.invalid", "079012345678"},
		{errors.New("disk broken " + strings.Repeat("x", 1<<20)), "disk broken", strings.Repeat("x", 20<<10)},
	} {
		var logged strings.Builder
		s.Log = slog.New(slog.NewTextHandler(&logged, nil))
		get(t, s.Serve(route(tt.err)), nil)
		if !strings.Contains(logged.String(), tt.has) || strings.Contains(logged.String(), tt.lack) {
			t.Errorf("%.40v is logged as %.200s", tt.err, logged.String())
		}
	}
}

// Two modules may each have a type of the same name: the program would not start.
func TestSchemasOfOneName(t *testing.T) {
	t.Parallel()
	type Rate struct{ A string } // as another module's
	names := web.Names(reflect.TypeFor[web.Rate](), reflect.TypeFor[*web.Rate](), reflect.TypeFor[struct{ A int }](), reflect.TypeFor[Rate](),
		reflect.TypeFor[struct{ B int }](), reflect.TypeFor[struct{ B int }](), reflect.TypeFor[struct{ A int }]()) // bodies that several operations have
	if want := []string{"Rate", "Rate", "Hint", "Web_testRate", "Hint1", "Hint1", "Hint"}; !slices.Equal(names, want) {
		t.Errorf("got %q, want %q", names, want)
	}
	for pkg, want := range map[string]string{
		"tinhso.vn/internal/modules/proofs/internal/api": "Proofs", "tinhso.vn/internal/modules/dossiers": "Dossiers",
		"tinhso.vn/internal/platform/web": "Web", "time": "Time",
	} {
		if got := web.Owner(pkg); got != want {
			t.Errorf("%s: %q, want %q", pkg, got, want)
		}
	}
}

func atoi(s string) (n int) {
	for _, c := range s {
		n = n*10 + int(c-'0')
	}
	return n
}

func TestNobodyIsSentElsewhere(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"/ho-so?a=b": "/ho-so?a=b", "": "/", "https://evil.example": "/", "//evil.example": "/", `/\evil.example`: "/", "ho-so": "/", "/": "/",
	} {
		if got := web.Local(in); got != want {
			t.Errorf("Local(%q) = %q", in, got)
		}
	}
}
