// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package samlidp plays the sign-on of a ministry: a SAML 2.0 identity provider
// with made-up officials, which misbehaves when told to. Nobody is identified by it.
package samlidp

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"html"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"tinhso.vn/internal/kernel/saml/issuer"
	"tinhso.vn/internal/kernel/signing"
	"tinhso.vn/internal/platform/clock"
)

// The names of the attributes.
const (
	AttrNumber = "personal_number"
	AttrName   = "name"
)

const (
	maxKept   = 5000
	lasts     = 5 * time.Minute
	asWritten = "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified"
)

// person is somebody who can sign in.
type person struct{ login, number, name, level string }

// faults is how it misbehaves, until it is told otherwise.
type faults struct {
	down, unsigned, key, again, wrap, comment bool
	ahead                                     time.Duration
	audience, recipient, asked, issuer        string
	login, number, name, level, status        string
}

// Provider is the simulated sign-on. It begins to work when it knows its address.
type Provider struct {
	clock clock.Clock
	keys  [2]*signing.SoftKey // its own, and a stranger's

	mu      sync.Mutex
	at      string
	people  []person
	waiting map[string]issuer.Request
	faults  faults
	last    string // message
}

// New returns a sign-on with one official of its own, whom nobody knows.
func New(c clock.Clock) (*Provider, error) {
	p := &Provider{clock: c, waiting: map[string]issuer.Request{}, people: []person{{"nguoi.la", "091199000777", "Người Lạ", "2"}}}
	for i := range p.keys {
		ca, err := signing.NewDevCA("Đăng nhập của Bộ", c.Now().AddDate(0, 0, -1), signing.RSA2048)
		if err != nil {
			return nil, err
		}
		p.keys[i] = ca.Key()
	}
	return p, nil
}

// Handler serves the provider at the given address, whose path is cut off before.
func (p *Provider) Handler(at string) http.Handler {
	p.at = at
	mux := http.NewServeMux()
	mux.HandleFunc("GET /metadata", p.metadata)
	mux.HandleFunc("GET /sso", p.choose)
	mux.HandleFunc("POST /sso/{request}", p.answer)
	mux.HandleFunc("POST /people", p.person)
	mux.HandleFunc("POST /faults", p.misbehave)
	mux.HandleFunc("GET /{$}", p.home)
	return mux
}

func (p *Provider) told() faults {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.faults
}

func (p *Provider) metadata(w http.ResponseWriter, r *http.Request) {
	cert, _, err := p.keys[0].Certificate(r.Context())
	if err != nil {
		w.WriteHeader(http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/samlmetadata+xml")
	_, _ = io.WriteString(w, issuer.Metadata(p.at, p.at+"/sso", cert.Raw)) // the caller has gone: nobody to tell
}

// person adds an official.
func (p *Provider) person(w http.ResponseWriter, r *http.Request) {
	one := person{r.FormValue("login"), r.FormValue("number"), r.FormValue("name"), "2"}
	if level := r.FormValue("level"); level != "" {
		one.level = level
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if one.login == "" || one.name == "" || len(p.people) >= maxKept {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	p.people = append(p.people, one)
	w.WriteHeader(http.StatusNoContent)
}

func (p *Provider) misbehave(w http.ResponseWriter, r *http.Request) {
	on := func(name string) bool { yes, _ := strconv.ParseBool(r.FormValue(name)); return yes }
	ahead, _ := time.ParseDuration(r.FormValue("ahead"))
	p.mu.Lock()
	p.faults = faults{
		down: on("down"), unsigned: on("unsigned"), key: on("key"), again: on("again"), wrap: on("wrap"), comment: on("comment"), ahead: ahead,
		audience: r.FormValue("audience"), recipient: r.FormValue("recipient"), asked: r.FormValue("asked"), issuer: r.FormValue("issuer"),
		login: r.FormValue("login"), number: r.FormValue("number"), name: r.FormValue("name"), level: r.FormValue("level"), status: r.FormValue("status"),
	}
	p.mu.Unlock()
	w.WriteHeader(http.StatusNoContent)
}

// choose lets somebody say who they are.
func (p *Provider) choose(w http.ResponseWriter, r *http.Request) {
	if p.told().down {
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	q, err := issuer.ReadRequest(r.FormValue("SAMLRequest"))
	if err != nil || q.To != p.at+"/sso" {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	handle := rand.Text()
	p.mu.Lock()
	if len(p.waiting) >= maxKept {
		clear(p.waiting)
	}
	p.waiting[handle] = q
	var b strings.Builder
	b.WriteString(`<h1>Đăng nhập của Bộ (mô phỏng)</h1><p>` + html.EscapeString(q.Service) + ` muốn biết Ông/Bà là ai.</p><p>Chọn một cán bộ giả định:</p><form method="post" action="` + p.at + `/sso/` + handle + `">`)
	for _, one := range p.people {
		b.WriteString(`<button name="login" value="` + html.EscapeString(one.login) + `">` + html.EscapeString(one.name) + `<small>` + html.EscapeString(one.login) + `</small></button>`)
	}
	p.mu.Unlock()
	b.WriteString(`<button class="no" name="login" value="">Không đồng ý</button></form>`)
	p.page(w, b.String(), "")
}

// answer posts the answer back, by a page that the browser shows on the way.
func (p *Provider) answer(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	q, ok := p.waiting[r.PathValue("request")]
	delete(p.waiting, r.PathValue("request"))
	p.mu.Unlock()
	if !ok {
		w.WriteHeader(http.StatusNotFound)
		return
	}
	message, err := p.message(r.Context(), q, r.FormValue("login"))
	if err != nil {
		w.WriteHeader(http.StatusInternalServerError)
		return
	}
	p.page(w, `<h1>Đang quay lại</h1><form method="post" action="`+html.EscapeString(q.Back)+`"><input type="hidden" name="SAMLResponse" value="`+
		base64.StdEncoding.EncodeToString([]byte(message))+`"><button>Tiếp tục</button></form><script>document.forms[0].submit()</script>`, "; script-src 'unsafe-inline'")
}

// message writes what is said about somebody, with what is wrong in it.
func (p *Provider) message(ctx context.Context, q issuer.Request, login string) (string, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	f, now := p.faults, p.clock.Now().Add(p.faults.ahead)
	if f.again && p.last != "" {
		return p.last, nil
	}
	a := issuer.Answer{
		ID: "_" + rand.Text(), Issuer: or(f.issuer, p.at), Audience: or(f.audience, q.Service), Recipient: or(f.recipient, q.Back), Destination: q.Back,
		Asked: or(f.asked, q.ID), Format: asWritten, Made: now, From: now.Add(-time.Minute), Until: now.Add(lasts), Status: f.status,
	}
	one, known := p.known(login)
	if !known {
		a.Status, a.Why = "Responder", "AuthnFailed"
	}
	if a.Status != "" {
		return a.Response(""), nil
	}
	a.Subject, a.Class = or(f.login, one.login), "urn:tinhso:level:"+or(f.level, one.level)
	a.Attributes = [][2]string{{AttrName, or(f.name, one.name)}}
	if number := or(f.number, one.number); number != "" {
		a.Attributes = append(a.Attributes, [2]string{AttrNumber, number})
	}
	if f.unsigned {
		return a.Response(a.Assertion()), nil
	}
	key := p.keys[0]
	if f.key {
		key = p.keys[1]
	}
	signed, err := issuer.Sign(ctx, a.Assertion(), a.ID, key)
	if err != nil {
		return "", err
	}
	if f.comment { // as somebody would who holds an account of their own there
		signed = strings.Replace(signed, a.Subject, a.Subject[:1]+"<!-- -->"+a.Subject[1:], 1)
	}
	p.last = a.Response(signed)
	if f.wrap {
		p.last = a.Response(strings.NewReplacer(a.ID, "_khac", a.Subject, "cntt.tinh").Replace(a.Assertion()) + signed)
	}
	return p.last, nil
}

func (p *Provider) known(login string) (person, bool) {
	for _, one := range p.people {
		if one.login == login && login != "" {
			return one, true
		}
	}
	return person{}, false
}

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

const style = `body{font-family:system-ui,sans-serif;max-width:34rem;margin:2rem auto;padding:0 1rem;color:#16232b;background:#fff}h1{font-size:1.4rem}button{display:block;width:100%;text-align:left;font:inherit;padding:.8rem 1rem;margin:.5rem 0;border:1px solid #1d4f7c;border-radius:8px;background:#fff;cursor:pointer}button:focus,button:hover{background:#edf3f8}.no{border-color:#777}small{display:block;color:#46545d}.mark{background:#8a1c1c;color:#fff;padding:.4rem .8rem;border-radius:6px;font-weight:600}`

func (p *Provider) page(w http.ResponseWriter, body, more string) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'"+more)
	w.Header().Set("Referrer-Policy", "no-referrer")
	_, _ = io.WriteString(w, `<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Đăng nhập của Bộ (mô phỏng)</title><style>`+ //nolint:gosec // names are escaped where the body is written
		style+`</style></head><body><p class="mark">MÔ PHỎNG – KHÔNG CÓ GIÁ TRỊ PHÁP LÝ</p>`+body+`</body></html>`) // the caller has gone: nobody to tell
}

func (p *Provider) home(w http.ResponseWriter, _ *http.Request) {
	p.page(w, `<h1>Đăng nhập của Bộ (mô phỏng)</h1><p>Trang này đóng vai hệ thống đăng nhập của một bộ, theo SAML 2.0. Không ai được định danh ở đây. Mở từ trang đăng nhập của tỉnh.</p>`, "")
}
