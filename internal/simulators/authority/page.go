// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package authority

import (
	"cmp"
	"html"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"tinhso.vn/internal/platform/clock"
	"tinhso.vn/internal/platform/text"
)

// page shows what was given and withdrawn, and lets one withdraw and misbehave.
func (a *Authority) page(w http.ResponseWriter, r *http.Request) {
	given, err := a.given(r.Context())
	if err != nil {
		a.fail(w, err)
		return
	}
	gone, _, err := a.list()
	if err != nil {
		a.fail(w, err)
		return
	}
	type row struct {
		serial, name string
		since        time.Time
	}
	var rows []row
	for serial, name := range given {
		rows = append(rows, row{serial, name, gone[serial]})
	}
	for serial, since := range gone {
		if given[serial] == "" {
			rows = append(rows, row{serial, "", since})
		}
	}
	slices.SortFunc(rows, func(x, y row) int {
		return cmp.Or(cmp.Compare(text.CollationKey(x.name), text.CollationKey(y.name)), cmp.Compare(x.serial, y.serial))
	})
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'")
	var b strings.Builder
	b.WriteString(`<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Tổ chức chứng thực mô phỏng</title>
<style>body{font-family:system-ui,sans-serif;max-width:44rem;margin:2rem auto;padding:0 1rem;color:#16232b}li{margin:0 0 .75rem;padding:.75rem 1rem;background:#e3f0f0;border-radius:10px;list-style:none}small{color:#46545d;word-break:break-all}ul{padding:0}button,select,input{font:inherit;padding:.5rem .75rem;margin:.5rem .5rem 0 0}</style></head>
<body><h1>Tổ chức chứng thực mô phỏng</h1><p>Cấp dấu thời gian tại <code>/tsa/</code>, trả lời hiệu lực tại <code>/ca/ocsp</code> và <code>/ca/crl</code>. Không có giá trị pháp lý.</p>
<h2>Dấu thời gian trả lời sai</h2><form method="post" action="/tsa/faults"><label>Cách <select name="fault">`)
	for _, f := range Faults() {
		b.WriteString("<option>" + f + "</option>")
	}
	b.WriteString(`</select></label><label>số lần <input name="n" value="1" inputmode="numeric" size="4"></label><button>Đặt</button></form><h2>Chứng thư đã cấp</h2><ul>`)
	for _, c := range rows {
		b.WriteString("<li>" + html.EscapeString(c.name) + "<br><small>" + html.EscapeString(c.serial) + "</small>")
		b.WriteString(`<form method="post" action="/ca/withdraw"><input type="hidden" name="serial" value="` + html.EscapeString(c.serial) + `">`)
		if c.since.IsZero() {
			b.WriteString("<button>Thu hồi</button>")
		} else {
			b.WriteString(`<input type="hidden" name="back" value="1">Đã thu hồi lúc ` + c.since.In(clock.Vietnam()).Format("02/01/2006 15:04") + " <button>Khôi phục</button>")
		}
		b.WriteString("</form></li>")
	}
	if len(rows) == 0 {
		b.WriteString("<li>Chưa cấp chứng thư nào.</li>")
	}
	b.WriteString("</ul></body></html>")
	_, _ = io.WriteString(w, b.String()) // the caller has gone: nobody to tell
}
