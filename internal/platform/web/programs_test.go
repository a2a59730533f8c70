// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package web_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/web"
)

type countIn struct {
	Body struct {
		N int `json:"n"`
	}
}

type countOut struct {
	Body struct {
		N int `json:"n"`
	}
}

// memory is web.Calls without a database.
type memory map[string]web.Answer

func (m memory) Begin(_ context.Context, caller, key, sum string) (string, web.Answer, error) {
	name := caller + key + sum
	if a, ok := m[name]; ok {
		return "", a, nil
	}
	return name, web.Answer{}, nil
}

func (m memory) End(_ context.Context, call string, a web.Answer) error {
	if a.Status != 0 {
		m[call] = a
	}
	return nil
}

func TestACallWithAKeyHasOneEffect(t *testing.T) {
	t.Parallel()
	s, _ := server(t, nil)
	kept := memory{}
	s.Calls, s.Caller = kept, func(r *http.Request) string { return r.Header.Get("Who") }
	api := web.NewAPI("t", "1", s.Explain)
	made := 0
	count := api.Mount(web.Operation("POST /api/v1/x", "Count", web.SignedIn(), func(_ context.Context, in *countIn) (*countOut, error) {
		if in.Body.N < 0 {
			return nil, errs.New(errs.Conflict, "x.negative")
		}
		if in.Body.N == 500 {
			return nil, context.DeadlineExceeded
		}
		made++
		out := &countOut{}
		out.Body.N = made
		return out, nil
	}))
	open := api.Mount(web.Operation("POST /api/v1/y", "For all", web.Public(), func(context.Context, *countIn) (*countOut, error) {
		made++
		return &countOut{}, nil
	}))
	send := func(r web.Route, who, key, body string) *httptest.ResponseRecorder {
		_, path, _ := strings.Cut(r.Pattern, " ")
		req := httptest.NewRequestWithContext(t.Context(), http.MethodPost, path, strings.NewReader(body))
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set("Who", who)
		if key != "" {
			req.Header.Set(web.OnceHeader, key)
		}
		w := httptest.NewRecorder()
		s.Serve(r).ServeHTTP(w, req)
		return w
	}
	first, again := send(count, "a", "k", `{"n":1}`), send(count, "a", "k", `{"n":1}`)
	if first.Code != 200 || again.Code != 200 || first.Body.String() != again.Body.String() || made != 1 || again.Header().Get("Idempotent-Replayed") == "" {
		t.Errorf("first %d %s, again %d %s, made %d", first.Code, first.Body, again.Code, again.Body, made)
	}
	send(count, "a", "", `{"n":1}`)
	send(count, "a", "", `{"n":1}`)
	send(count, "b", "k", `{"n":1}`)
	send(open, "a", "k", `{"n":1}`)
	send(open, "a", "k", `{"n":1}`)
	if made != 6 {
		t.Errorf("without a key, of another, for all: made %d", made)
	}
	if no := send(count, "a", "no", `{"n":-1}`); no.Code != 409 || len(kept) != 3 {
		t.Errorf("a refusal: %d, kept %d", no.Code, len(kept))
	}
	send(count, "a", "ours", `{"n":500}`)
	if len(kept) != 3 {
		t.Error("a fault of ours is kept")
	}
	if long := send(count, "a", strings.Repeat("k", web.MaxOnceKey+1), `{}`); long.Code != 400 {
		t.Errorf("a long key: %d", long.Code)
	}
}

func TestProgramsAreToldWhatIsLeft(t *testing.T) {
	t.Parallel()
	s, c := server(t, map[web.Door]web.Rate{web.Ordinary: {Burst: 100, PerMinute: 600}})
	s.Client = func(r *http.Request) (string, web.Rate) {
		return r.Header.Get("Who"), web.Rate{Burst: 2, PerMinute: 60}
	}
	api := web.NewAPI("t", "1", s.Explain)
	x := api.Mount(web.Operation("GET /api/v1/x", "Get", web.Public(), func(context.Context, *struct{}) (*countOut, error) { return &countOut{}, nil }))
	call := func(who, address string) *httptest.ResponseRecorder {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/api/v1/x", nil)
		r.RemoteAddr = address
		r.Header.Set("Who", who)
		w := httptest.NewRecorder()
		s.Serve(x).ServeHTTP(w, r)
		return w
	}
	if w := call("", "192.0.2.1:1"); w.Header().Get("RateLimit-Limit") != "100" || w.Header().Get("RateLimit-Remaining") != "99" || w.Header().Get("RateLimit-Policy") != `"address-per-node";q=100;w=10` {
		t.Errorf("of the address: %v", w.Header())
	}
	call("a", "192.0.2.1:1")
	if w := call("a", "192.0.2.2:1"); w.Code != 200 || w.Header().Get("RateLimit-Remaining") != "0" || w.Header().Get("RateLimit-Reset") != "2" || w.Header().Get("RateLimit-Policy") != `"client-per-node";q=2;w=2` {
		t.Errorf("the second: %d %v", w.Code, w.Header())
	}
	if w := call("a", "192.0.2.3:1"); w.Code != 429 || w.Header().Get("Retry-After") == "" {
		t.Errorf("the third, from elsewhere: %d", w.Code)
	}
	if w := call("b", "192.0.2.1:1"); w.Code != 200 {
		t.Errorf("another client: %d", w.Code)
	}
	c.Advance(time.Second)
	if w := call("a", "192.0.2.3:1"); w.Code != 200 {
		t.Errorf("a second later: %d", w.Code)
	}
	if w := get(t, s.Serve(route(nil)), nil); w.Header().Get("RateLimit-Limit") != "" {
		t.Error("a page speaks of limits")
	}
}
