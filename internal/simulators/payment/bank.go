// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package payment

import (
	"context"
	"fmt"
	"html"
	"io"
	"net/http"
	"strconv"

	"tinhso.vn/internal/platform/id"
)

// BankPath is where people "pay" the text of a VietQR code from an account at the
// simulated bank.
const BankPath = "/ngan-hang"

// aim says where the province is called when money comes to its account.
func (p *Platform) aim(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	p.target = r.FormValue("call")
	p.mu.Unlock()
	w.WriteHeader(http.StatusNoContent)
}

// scanned is what a bank reads in a code.
type scanned struct {
	bank, account, purpose string
	amount                 int64
}

// tags splits one level of a code.
func tags(s string) (map[string]string, bool) {
	out := map[string]string{}
	for len(s) > 0 {
		if len(s) < 4 {
			return nil, false
		}
		n, err := strconv.Atoi(s[2:4])
		if err != nil || n < 0 || len(s) < 4+n {
			return nil, false
		}
		out[s[:2]] = s[4 : 4+n]
		s = s[4+n:]
	}
	return out, true
}

func sumOf(s string) uint16 {
	sum := uint16(0xFFFF)
	for i := range len(s) {
		sum ^= uint16(s[i]) << 8
		for range 8 {
			carry := sum&0x8000 != 0
			if sum <<= 1; carry {
				sum ^= 0x1021
			}
		}
	}
	return sum
}

// scan reads a code as the program of a bank would.
func scan(s string) (c scanned, ok bool) {
	if len(s) < 8 || fmt.Sprintf("%04X", sumOf(s[:len(s)-4])) != s[len(s)-4:] {
		return c, false
	}
	outer, ok := tags(s)
	if !ok {
		return c, false
	}
	merchant, ok := tags(outer["38"])
	if !ok {
		return c, false
	}
	to, ok := tags(merchant["01"])
	if !ok {
		return c, false
	}
	more, ok := tags(outer["62"])
	if !ok {
		return c, false
	}
	c = scanned{bank: to["00"], account: to["01"], purpose: more["08"]}
	var err error
	c.amount, err = strconv.ParseInt(outer["54"], 10, 64)
	return c, err == nil && c.amount > 0 && c.account != ""
}

func (p *Platform) bankPage(w http.ResponseWriter, r *http.Request) {
	code := r.FormValue("ma")
	c, ok := scan(code)
	switch {
	case code == "":
		bank(w, http.StatusOK, `<p>Dán nội dung mã VietQR.</p><form method="get"><textarea name="ma" rows="4" cols="40" aria-label="Mã VietQR"></textarea><p><button>Quét</button></p></form>`)
	case !ok:
		bank(w, http.StatusUnprocessableEntity, `<p>Đây không phải mã chuyển tiền, hoặc mã bị sai.</p>`)
	default:
		bank(w, http.StatusOK, `<p>Chuyển đến tài khoản `+html.EscapeString(c.bank)+` · `+html.EscapeString(c.account)+`</p><p><b>`+strconv.FormatInt(c.amount, 10)+` đồng</b></p><p>Nội dung: `+html.EscapeString(c.purpose)+`</p>
<form method="post"><input type="hidden" name="ma" value="`+html.EscapeString(code)+`"><button>Chuyển tiền</button></form>`)
	}
}

// transfer "pays" a code: the platform that keeps the account of the province tells it.
func (p *Platform) transfer(w http.ResponseWriter, r *http.Request) {
	c, ok := scan(r.FormValue("ma"))
	if !ok {
		bank(w, http.StatusUnprocessableEntity, `<p>Đây không phải mã chuyển tiền, hoặc mã bị sai.</p>`)
		return
	}
	p.mu.Lock()
	f, s := p.faults, shapes()["national"]
	one := &payment{shape: "national", ref: c.purpose, their: "FT" + id.Code(10), title: c.purpose, amount: c.amount, call: p.target, said: s.ok, paid: c.amount}
	if f.Amount > 0 {
		one.paid = f.Amount
	}
	p.mu.Unlock()
	if !f.Silent && one.call != "" {
		go p.tell(context.WithoutCancel(r.Context()), one, f)
	}
	bank(w, http.StatusOK, `<p>Đã chuyển (mô phỏng). Số giao dịch `+html.EscapeString(one.their)+`.</p>`)
}

func bank(w http.ResponseWriter, status int, body string) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, `<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Ngân hàng mô phỏng</title>
<style>body{font-family:system-ui,sans-serif;max-width:32rem;margin:2rem auto;padding:0 1rem;color:#16232b;overflow-wrap:anywhere}button{font:inherit;min-height:44px;padding:.5rem 1.25rem}textarea{max-width:100%}</style></head>
<body><h1>Ngân hàng mô phỏng</h1><p>MÔ PHỎNG: không có tiền nào được chuyển.</p>`+body+`</body></html>`) // the caller has gone: nobody to tell
}
