// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package smartca

import (
	"html"
	"io"
	"net/http"
	"slices"
	"strings"

	"tinhso.vn/internal/platform/clock"
)

// shown is a transaction as the phone shows it.
type shown struct {
	Number    string `json:"number"`
	Asked     string `json:"asked"`
	User      string `json:"user"`
	Name      string `json:"name"`
	Words     string `json:"words"`
	Message   string `json:"message"`
	Documents int    `json:"documents"`
	At        string `json:"at"`
}

// all returns the transactions, the newest first.
func (p *Provider) all() []shown {
	p.mu.Lock()
	defer p.mu.Unlock()
	out := make([]shown, 0, len(p.kept))
	for _, t := range slices.Backward(p.kept) {
		p.age(t)
		s := shown{
			Number: t.Number, Asked: t.Asked, User: t.User, Words: t.Words, Message: t.Message, Documents: len(t.Documents),
			At: t.At.In(clock.Vietnam()).Format("02/01/2006 15:04:05"),
		}
		if u := p.users[t.User]; u != nil {
			s.Name = u.Name
		}
		out = append(out, s)
	}
	return out
}

func (p *Provider) phone(w http.ResponseWriter, _ *http.Request) { give(w, p.all()) }

const style = `body{font-family:system-ui,sans-serif;max-width:26rem;margin:1.5rem auto;padding:0 1rem;color:#16232b}
h1{font-size:1.35rem}li{margin:0 0 1rem;padding:1rem;background:#e3f0f0;border-radius:14px;list-style:none}ul{padding:0}
small{color:#46545d}p{margin:.35rem 0}form{display:inline}button{font:inherit;font-weight:600;padding:.7rem 1.2rem;margin:.5rem .5rem 0 0;border-radius:10px;border:2px solid #0b5b5f}
.go{background:#0b5b5f;color:#fff}.no{background:#fff;color:#0b5b5f}.done{background:#f2f4f5}`

// page is the phones of all users at once.
func (p *Provider) page(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'")
	w.Header().Set("Refresh", "5")
	var b strings.Builder
	b.WriteString(`<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Điện thoại ký số mô phỏng</title><style>` +
		style + `</style></head><body><h1>Điện thoại ký số (MÔ PHỎNG)</h1><p>Nhà cung cấp chữ ký số giả định: chữ ký tạo ra ở đây không có giá trị pháp lý.</p><ul>`)
	all := p.all()
	for _, t := range all {
		class := ""
		if t.Message != waiting {
			class = ` class="done"`
		}
		b.WriteString("<li" + class + "><small>" + html.EscapeString(t.At) + "</small><p><b>" + html.EscapeString(t.Name) + "</b></p><p>" +
			html.EscapeString(t.Words) + "</p>")
		if t.Message == waiting {
			for _, a := range [][3]string{{"approve", "go", "Đồng ý ký"}, {"refuse", "no", "Từ chối"}} {
				b.WriteString(`<form method="post" action="phone/` + t.Number + "/" + a[0] + `"><button class="` + a[1] + `">` + a[2] + `</button></form>`)
			}
		} else {
			b.WriteString("<p><small>" + outcome(t.Message) + "</small></p>")
		}
		b.WriteString("</li>")
	}
	if len(all) == 0 {
		b.WriteString("<li>Chưa có yêu cầu ký nào.</li>")
	}
	b.WriteString("</ul></body></html>")
	_, _ = io.WriteString(w, b.String()) // the caller has gone: nobody to tell
}

func outcome(message string) string {
	switch message {
	case "sig_signed":
		return "Đã ký"
	case "sig_user_rejected":
		return "Đã từ chối"
	}
	return "Đã hết thời gian"
}
