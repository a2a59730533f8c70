// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package payment plays platforms on which people pay for public services, in
// three shapes: it shows a page on which nothing is paid, calls back, and
// misbehaves when told to. It moves no money and asks for no card.
package payment

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"html"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"tinhso.vn/internal/platform/id"
	"tinhso.vn/internal/simulators/door"
)

// Who the program is to the platform.
const (
	Merchant = "mo-phong"
	Secret   = "simulated-payment-secret"
)

// shape is how one platform writes. It is written down again here, as an outside
// system would have it.
type shape struct {
	form                                                                           bool
	begin, look                                                                    string
	merchant, ref, amount, title, back, call, address, their, state, sign, ok, bad string
}

func shapes() map[string]shape {
	return map[string]shape{
		"national": {
			begin: "/khoi-tao", look: "/tra-cuu", merchant: "MaCoQuan", ref: "MaThamChieu", amount: "SoTien", title: "NoiDung", back: "UrlTraVe", call: "UrlThongBao",
			address: "UrlThanhToan", their: "MaGiaoDich", state: "TrangThai", sign: "ChuKy", ok: "1", bad: "2",
		},
		"paygov": {
			begin: "/init", look: "/query", merchant: "partnerCode", ref: "requestCode", amount: "amount", title: "orderInfo", back: "redirectUrl", call: "ipnUrl",
			address: "payUrl", their: "transactionNo", state: "errorCode", sign: "checksum", ok: "00", bad: "99",
		},
		"keypay": {
			form: true, begin: "/create", look: "/querydr", merchant: "merchant_code", ref: "merchant_trans_id", amount: "net_cost", title: "description", back: "return_url",
			call: "ipn_url", address: "pay_url", their: "trans_id", state: "response_code", sign: "secure_hash", ok: "00", bad: "24",
		},
	}
}

// faults is how the platform misbehaves.
type faults struct {
	Late    time.Duration // before it calls
	Twice   bool          // it calls twice
	Reorder bool          // it says first that it failed, and after the payment again
	Forged  bool          // somebody else calls first
	Amount  int64         // this much was paid, whatever was asked
	Silent  bool          // it never calls
	Dead    bool          // it answers nothing
	Lose    int           // how many of the next payments are begun and not answered
}

type payment struct {
	shape             string
	ref, their, title string
	amount            int64
	back, call, said  string // said: empty while it is open
	paid              int64
}

// Platform is the simulated platform.
type Platform struct {
	address string

	mu     sync.Mutex
	all    map[string]*payment
	faults faults
	target string // where the province is called when money comes to its account
}

// New returns a platform whose pages are at address.
func New(address string) *Platform { return &Platform{address: address, all: map[string]*payment{}} }

// Handler serves POST /SHAPE/… for the program, GET and POST /tra/{ref} and /ngan-hang for
// people, POST /target?call=URL, which says where the province is, GET and POST /faults?late=2s&twice=1&reorder=1&forged=1&amount=N&silent=1&dead=1&lose=N.
func (p *Platform) Handler() http.Handler {
	mux := http.NewServeMux()
	for name, s := range shapes() {
		mux.HandleFunc("POST /"+name+s.begin, p.served(name, p.begin))
		mux.HandleFunc("POST /"+name+s.look, p.served(name, p.look))
	}
	mux.HandleFunc("GET /tra/{ref}", p.page)
	mux.HandleFunc("POST /tra/{ref}", p.pay)
	mux.HandleFunc("GET "+BankPath, p.bankPage)
	mux.HandleFunc("POST "+BankPath, p.transfer)
	mux.HandleFunc("POST /target", p.aim)
	mux.HandleFunc("GET /faults", p.told)
	mux.HandleFunc("POST /faults", p.misbehave)
	return mux
}

func sum(fields map[string]string, sign string) string {
	var pairs []string
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		if name != sign {
			pairs = append(pairs, name+"="+fields[name])
		}
	}
	mac := hmac.New(sha256.New, []byte(Secret))
	mac.Write([]byte(strings.Join(pairs, "&")))
	return hex.EncodeToString(mac.Sum(nil))
}

func (s shape) read(body []byte) map[string]string {
	out := map[string]string{}
	if !s.form {
		_ = json.Unmarshal(body, &out) // what is none has no signature
		return out
	}
	form, _ := url.ParseQuery(string(body))
	for name := range form {
		out[name] = form.Get(name)
	}
	return out
}

func (s shape) write(fields map[string]string) (body []byte, kind string) {
	fields[s.merchant] = Merchant
	fields[s.sign] = sum(fields, s.sign)
	if !s.form {
		body, _ = json.Marshal(fields) // texts
		return body, "application/json"
	}
	form := url.Values{}
	for name, value := range fields {
		form.Set(name, value)
	}
	return []byte(form.Encode()), "application/x-www-form-urlencoded"
}

// served reads what the program sends, and refuses what it has not signed.
func (p *Platform) served(name string, h func(w http.ResponseWriter, name string, in map[string]string)) http.HandlerFunc {
	s := shapes()[name]
	return func(w http.ResponseWriter, r *http.Request) {
		p.mu.Lock()
		dead := p.faults.Dead
		p.mu.Unlock()
		if dead {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		body, err := io.ReadAll(io.LimitReader(r.Body, 1<<16))
		in := s.read(body)
		if err != nil || in[s.sign] != sum(in, s.sign) {
			w.WriteHeader(http.StatusForbidden)
			return
		}
		h(w, name, in)
	}
}

func (p *Platform) begin(w http.ResponseWriter, name string, in map[string]string) {
	s := shapes()[name]
	amount, err := strconv.ParseInt(in[s.amount], 10, 64)
	if err != nil || amount <= 0 || in[s.ref] == "" {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	p.mu.Lock()
	one := p.all[in[s.ref]]
	if one == nil { // the same reference is the same payment
		one = &payment{shape: name, ref: in[s.ref], their: "GD" + id.Code(10), title: in[s.title], amount: amount, back: in[s.back], call: in[s.call]}
		p.all[one.ref] = one
	}
	lose := p.faults.Lose > 0
	if lose {
		p.faults.Lose--
	}
	p.mu.Unlock()
	if lose {
		panic(http.ErrAbortHandler) // begun, and the answer gets lost
	}
	p.answer(w, s, map[string]string{s.ref: one.ref, s.their: one.their, s.amount: in[s.amount], s.address: p.address + "/tra/" + url.PathEscape(one.ref)})
}

func (p *Platform) answer(w http.ResponseWriter, s shape, fields map[string]string) {
	body, kind := s.write(fields)
	w.Header().Set("Content-Type", kind)
	_, _ = w.Write(body) // the caller has gone: nobody to tell
}

func (p *Platform) look(w http.ResponseWriter, name string, in map[string]string) {
	s := shapes()[name]
	p.mu.Lock()
	one := p.all[in[s.ref]]
	p.mu.Unlock()
	if one == nil {
		w.WriteHeader(http.StatusNotFound)
		return
	}
	p.answer(w, s, p.news(one))
}

func (p *Platform) news(one *payment) map[string]string {
	p.mu.Lock()
	defer p.mu.Unlock()
	s := shapes()[one.shape]
	return map[string]string{s.ref: one.ref, s.their: one.their, s.amount: strconv.FormatInt(one.paid, 10), s.state: one.said}
}

func (p *Platform) pay(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	one, f := p.all[r.PathValue("ref")], p.faults
	if one == nil {
		p.mu.Unlock()
		w.WriteHeader(http.StatusNotFound)
		return
	}
	s := shapes()[one.shape]
	if one.said != s.ok { // what is paid stays paid
		one.said, one.paid = s.bad, 0
		if r.FormValue("do") == "pay" {
			if one.said, one.paid = s.ok, one.amount; f.Amount > 0 {
				one.paid = f.Amount
			}
		}
	}
	p.mu.Unlock()
	if !f.Silent {
		go p.tell(context.WithoutCancel(r.Context()), one, f)
	}
	http.Redirect(w, r, one.back, http.StatusSeeOther)
}

// tell calls the program, in all the ways in which that goes wrong.
func (p *Platform) tell(ctx context.Context, one *payment, f faults) {
	time.Sleep(f.Late)
	s := shapes()[one.shape]
	said := p.news(one)
	failed := maps.Clone(said)
	failed[s.state], failed[s.amount] = s.bad, "0"
	if f.Forged {
		forged := maps.Clone(said)
		body, kind := s.write(forged)
		p.call(ctx, one, bytes.Replace(body, []byte(forged[s.sign][:8]), []byte("00000000"), 1), kind)
		body, kind = s.write(map[string]string{s.ref: one.ref, s.their: "GD000000", s.amount: "1", s.state: s.ok})
		p.call(ctx, one, body[:len(body)-3], kind)
	}
	if f.Reorder {
		p.send(ctx, one, s, failed)
	}
	p.send(ctx, one, s, said)
	if f.Twice {
		p.send(ctx, one, s, maps.Clone(said))
	}
	if f.Reorder {
		p.send(ctx, one, s, maps.Clone(failed))
	}
}

func (p *Platform) send(ctx context.Context, one *payment, s shape, fields map[string]string) {
	body, kind := s.write(fields)
	p.call(ctx, one, body, kind)
}

func (p *Platform) call(ctx context.Context, one *payment, body []byte, kind string) {
	for range 3 { // a program that is down is called again
		r, err := http.NewRequestWithContext(ctx, http.MethodPost, one.call, bytes.NewReader(body))
		if err != nil {
			return
		}
		r.Header.Set("Content-Type", kind)
		answer, err := (&http.Client{Timeout: 10 * time.Second}).Do(r)
		if err == nil {
			_ = answer.Body.Close()
			if answer.StatusCode < 500 {
				return
			}
		}
		time.Sleep(time.Second)
	}
}

func (p *Platform) misbehave(w http.ResponseWriter, r *http.Request) {
	late, _ := time.ParseDuration(r.FormValue("late"))
	amount, _ := strconv.ParseInt(r.FormValue("amount"), 10, 64)
	lose, _ := strconv.Atoi(r.FormValue("lose"))
	on := func(name string) bool { return r.FormValue(name) != "" }
	p.mu.Lock()
	p.faults = faults{Late: min(late, time.Minute), Twice: on("twice"), Reorder: on("reorder"), Forged: on("forged"), Amount: amount, Silent: on("silent"), Dead: on("dead"), Lose: lose}
	p.mu.Unlock()
	w.WriteHeader(http.StatusNoContent)
}

func (p *Platform) told(w http.ResponseWriter, _ *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	f := p.faults
	door.Show(w, map[string]string{
		"late": door.Length(f.Late), "twice": door.Flag(f.Twice), "reorder": door.Flag(f.Reorder), "forged": door.Flag(f.Forged), "amount": door.Number(int(f.Amount)),
		"silent": door.Flag(f.Silent), "dead": door.Flag(f.Dead), "lose": door.Number(f.Lose),
	})
}

func (p *Platform) page(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	one := p.all[r.PathValue("ref")]
	p.mu.Unlock()
	if one == nil {
		w.WriteHeader(http.StatusNotFound)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
	_, _ = io.WriteString(w, `<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Thanh toán mô phỏng</title>
<style>body{font-family:system-ui,sans-serif;max-width:32rem;margin:2rem auto;padding:0 1rem;color:#16232b}button{font:inherit;min-height:44px;padding:.5rem 1.25rem;margin:0 .5rem .5rem 0}</style></head>
<body><h1>Thanh toán mô phỏng</h1><p>Không có tiền nào được chuyển, không nhập số thẻ ở đây.</p><p>`+html.EscapeString(one.title)+`</p><p><b>`+strconv.FormatInt(one.amount, 10)+` đồng</b></p>
<form method="post"><button name="do" value="pay">Trả tiền</button><button name="do" value="fail">Không trả</button></form></body></html>`) // the caller has gone: nobody to tell
}
