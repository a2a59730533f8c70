// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package vneid plays the national sign-on: an OpenID Provider with made-up
// citizens, which misbehaves when told to. What the real one calls its claims and
// levels is not published; here they are called as our configuration is by default.
// Nobody is identified by it.
package vneid

import (
	"context"
	"errors"
	"html"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"tinhso.vn/internal/kernel/openid"
	"tinhso.vn/internal/platform/clock"
	"tinhso.vn/internal/simulators/door"
)

// What a client needs to know.
const (
	ClientID = "tinh-mo-phong"
	Secret   = "mo-phong-khong-bi-mat" //nolint:gosec // of a simulated client
	prefix   = "/oauth2"
	maxKept  = 5000
)

// The names of the claims.
const (
	ClaimNumber = "personal_number"
	ClaimName   = "name"
	ClaimLevel  = "acr"
)

// citizen is somebody who can sign in.
type citizen struct{ number, name, level string }

// faults is how it misbehaves, until it is told otherwise.
type faults struct {
	down, nonce, expired, kid bool
	slow, ahead               time.Duration
	name, number, level       string
}

// Provider is the simulated sign-on. It begins to work when it knows its address.
type Provider struct {
	clock clock.Clock
	key   openid.Key

	mu       sync.Mutex
	issuer   string
	op       *openid.Provider
	store    *openid.Memory
	citizens []citizen
	chosen   map[string]citizen // by subject
	faults   faults
}

// New returns a sign-on with two citizens of its own. Pages are below its address.
func New(c clock.Clock) (*Provider, error) {
	key, err := openid.NewKey()
	return &Provider{clock: c, key: key, chosen: map[string]citizen{}, citizens: []citizen{
		{"091199000111", "Lâm Thị Mới", "2"}, {"091188000222", "Trần Văn Chưa Xác Thực", "1"},
	}}, err
}

// Handler serves the provider at the given issuer, whose path is cut off before.
func (p *Provider) Handler(issuer string) (http.Handler, error) {
	p.issuer = issuer
	p.store = &openid.Memory{Signing: []openid.Key{p.key}, Known: []openid.Client{{
		ID: ClientID, Name: "Cổng dịch vụ công của tỉnh", Secrets: []string{openid.Digest(Secret)}, Scopes: []string{"openid"}, Ways: []openid.Way{openid.WayCode},
	}}}
	op, err := openid.New(openid.Options{
		Issuer: issuer, Prefix: prefix, Scopes: []string{"openid"}, Levels: []string{"1", "2"}, Claims: []string{ClaimNumber, ClaimName, "birthdate"},
		Store: p.store, Audience: issuer,
		Decide: func(_ context.Context, q openid.Request) (openid.Decision, error) {
			return openid.Decision{Page: issuer + "/chon/" + q.ID}, nil
		},
		Describe: p.describe,
		Renew:    func(context.Context, openid.Granted) error { return errors.New("nothing is renewed here") },
		Notice:   func(context.Context, openid.Incident, string, string) {},
		Failed:   func(context.Context, error) {}, // the client hears of it
	})
	if err != nil {
		return nil, err
	}
	p.op = op
	mux := http.NewServeMux()
	for _, pattern := range op.Open() {
		mux.HandleFunc(pattern, op.Serve)
	}
	for _, pattern := range op.Back() {
		mux.HandleFunc(pattern, p.back)
	}
	mux.HandleFunc(op.Front(), p.front)
	mux.HandleFunc("GET /chon/{request}", p.choose)
	mux.HandleFunc("POST /chon/{request}", p.answer)
	mux.HandleFunc("POST /clients", p.client)
	mux.HandleFunc("POST /citizens", p.citizen)
	mux.HandleFunc("POST /faults", p.misbehave)
	mux.HandleFunc("GET /faults", p.showFaults)
	mux.HandleFunc("GET /{$}", p.home)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/faults") || p.works(w, r) {
			mux.ServeHTTP(w, r)
		}
	}), nil
}

// works waits and fails as told.
func (p *Provider) works(w http.ResponseWriter, r *http.Request) bool {
	f := p.told()
	if f.slow > 0 {
		select {
		case <-time.After(f.slow):
		case <-r.Context().Done():
			return false
		}
	}
	if f.down {
		w.WriteHeader(http.StatusServiceUnavailable)
	}
	return !f.down
}

func (p *Provider) told() faults {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.faults
}

func (p *Provider) front(w http.ResponseWriter, r *http.Request) {
	if err := p.op.Authorize(w, r); err != nil {
		wrong(w, "Yêu cầu không hợp lệ (mô phỏng).", http.StatusBadRequest)
	}
}

// describe says who somebody is.
func (p *Provider) describe(_ context.Context, g openid.Granted, _ bool) (map[string]any, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	c := p.chosen[g.Account]
	f := p.faults
	if f.name != "" {
		c.name = f.name
	}
	if f.number != "" {
		c.number = f.number
	}
	return map[string]any{ClaimNumber: c.number, ClaimName: c.name}, nil
}

// client takes the address to which a province's people are sent back.
func (p *Provider) client(w http.ResponseWriter, r *http.Request) {
	to, err := url.Parse(r.FormValue("redirect"))
	if err != nil || to.Host == "" {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	p.mu.Lock()
	known := p.store.Known[0]
	known.Redirects = append(append([]string{}, known.Redirects...), to.String())
	p.store.Known = []openid.Client{known}
	p.mu.Unlock()
	w.WriteHeader(http.StatusNoContent)
}

// citizen adds somebody.
func (p *Provider) citizen(w http.ResponseWriter, r *http.Request) {
	c := citizen{r.FormValue("number"), r.FormValue("name"), "2"}
	if level := r.FormValue("level"); level != "" {
		c.level = level
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(c.number) != 12 || c.name == "" || len(p.citizens) >= maxKept {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	p.citizens = append(p.citizens, c)
	w.WriteHeader(http.StatusNoContent)
}

func (p *Provider) misbehave(w http.ResponseWriter, r *http.Request) {
	on := func(name string) bool { yes, _ := strconv.ParseBool(r.FormValue(name)); return yes }
	slow, _ := time.ParseDuration(r.FormValue("slow"))
	ahead, _ := time.ParseDuration(r.FormValue("ahead"))
	p.mu.Lock()
	p.faults = faults{
		down: on("down"), nonce: on("nonce"), expired: on("expired"), kid: on("kid"), slow: min(slow, time.Minute), ahead: ahead,
		name: r.FormValue("name"), number: r.FormValue("number"), level: r.FormValue("level"),
	}
	p.mu.Unlock()
	w.WriteHeader(http.StatusNoContent)
}

func (p *Provider) showFaults(w http.ResponseWriter, _ *http.Request) {
	f := p.told()
	door.Show(w, map[string]string{
		"down": door.Flag(f.down), "nonce": door.Flag(f.nonce), "expired": door.Flag(f.expired), "kid": door.Flag(f.kid), "slow": door.Length(f.slow), "ahead": door.Length(f.ahead),
		"name": f.name, "number": f.number, "level": f.level,
	})
}

// wrong says in a few words what cannot be done.
func wrong(w http.ResponseWriter, text string, status int) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, text) // the caller has gone: nobody to tell
}

// answer is what a citizen has chosen.
func (p *Provider) answer(w http.ResponseWriter, r *http.Request) {
	q, err := p.op.Pending(r.Context(), r.PathValue("request"))
	if err != nil {
		wrong(w, "Yêu cầu đăng nhập đã hết hạn (mô phỏng).", http.StatusNotFound)
		return
	}
	d := openid.Decision{Refuse: "access_denied"}
	if number := r.FormValue("number"); number != "" {
		d = p.decision(number, q)
	}
	to, err := p.op.Answer(r.Context(), q, d)
	if err != nil {
		wrong(w, "Yêu cầu không hợp lệ (mô phỏng).", http.StatusBadRequest)
		return
	}
	http.Redirect(w, r, to, http.StatusSeeOther) //nolint:gosec // an address that was told before
}

func (p *Provider) decision(number string, q openid.Request) openid.Decision {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range p.citizens {
		if c.number != number {
			continue
		}
		if p.faults.level != "" {
			c.level = p.faults.level
		}
		subject := openid.Digest("simulated VNeID " + number)[:24] // the number is no name to hand around
		p.chosen[subject] = c
		return openid.Decision{Account: subject, Scopes: q.Scopes, AuthTime: p.clock.Now(), Level: c.level, Methods: []string{"otp"}}
	}
	return openid.Decision{Refuse: "access_denied"}
}

const style = `body{font-family:system-ui,sans-serif;max-width:34rem;margin:2rem auto;padding:0 1rem;color:#16232b;background:#fff}h1{font-size:1.4rem}button{display:block;width:100%;text-align:left;font:inherit;padding:.8rem 1rem;margin:.5rem 0;border:1px solid #8a1c1c;border-radius:8px;background:#fff;cursor:pointer}button:focus,button:hover{background:#fbeeee}.no{border-color:#777}small{display:block;color:#46545d}.mark{background:#8a1c1c;color:#fff;padding:.4rem .8rem;border-radius:6px;font-weight:600}`

func (p *Provider) page(w http.ResponseWriter, body string) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
	w.Header().Set("Referrer-Policy", "no-referrer")
	_, _ = io.WriteString(w, `<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>VNeID mô phỏng</title><style>`+
		style+`</style></head><body><p class="mark">MÔ PHỎNG – KHÔNG CÓ GIÁ TRỊ PHÁP LÝ</p>`+body+`</body></html>`) // the caller has gone: nobody to tell
}

func (p *Provider) choose(w http.ResponseWriter, r *http.Request) {
	q, err := p.op.Pending(r.Context(), r.PathValue("request"))
	if err != nil {
		wrong(w, "Yêu cầu đăng nhập đã hết hạn (mô phỏng).", http.StatusNotFound)
		return
	}
	var b strings.Builder
	b.WriteString(`<h1>Đăng nhập bằng VNeID (mô phỏng)</h1><p>` + html.EscapeString(q.Name) + ` muốn biết Ông/Bà là ai: số định danh cá nhân, họ và tên.</p><p>Chọn một công dân giả định:</p><form method="post">`)
	p.mu.Lock()
	for _, c := range p.citizens {
		b.WriteString(`<button name="number" value="` + html.EscapeString(c.number) + `">` + html.EscapeString(c.name) + `<small>` + html.EscapeString(c.number) + ` · mức ` + html.EscapeString(c.level) + `</small></button>`)
	}
	p.mu.Unlock()
	b.WriteString(`<button class="no" name="number" value="">Không đồng ý</button></form>`)
	p.page(w, b.String())
}

func (p *Provider) home(w http.ResponseWriter, _ *http.Request) {
	p.page(w, `<h1>VNeID mô phỏng</h1><p>Trang này đóng vai hệ thống định danh. Không ai được định danh ở đây. Mở từ trang đăng nhập của tỉnh.</p>`)
}
