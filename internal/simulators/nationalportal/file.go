// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package nationalportal

import (
	"bytes"
	"context"
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
	"time"

	"tinhso.vn/internal/platform/clock"
	"tinhso.vn/internal/platform/id"
)

// target is where the province takes dossiers, and what a made-up one says.
type target struct {
	url, token string
	sample     map[string]any
}

// Filed is what the province answered to a dossier.
type Filed struct {
	Code   string          `json:"code"`
	Status int             `json:"status"` // 0: it did not answer
	Answer json.RawMessage `json:"answer"`
}

func (p *Portal) aim(w http.ResponseWriter, r *http.Request) {
	to := target{url: r.FormValue("url"), token: r.FormValue("token")}
	if said := r.FormValue("sample"); said != "" && json.Unmarshal([]byte(said), &to.sample) != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	p.mu.Lock()
	p.target = to
	p.mu.Unlock()
	w.WriteHeader(http.StatusNoContent)
}

// maxFiled is how large the dossiers of one command may be.
const maxFiled = 128 << 20

// file sends dossiers to the province: those of the body, a JSON array, or one that
// is made up; twice, in the reverse order, as it is told. From the page it goes back there.
func (p *Portal) file(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	to := p.target
	p.mu.Unlock()
	var all []json.RawMessage
	if strings.HasPrefix(r.Header.Get("Content-Type"), "application/json") {
		if err := json.NewDecoder(io.LimitReader(r.Body, maxFiled)).Decode(&all); err != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
	} else if to.sample != nil {
		all = []json.RawMessage{p.madeUp(to.sample)}
	}
	q := r.URL.Query()
	if q.Get("reverse") != "" {
		slices.Reverse(all)
	}
	if q.Get("twice") != "" {
		all = slices.Concat(all, all)
	}
	done := []Filed{}
	for _, one := range all {
		done = append(done, p.send(r, to, one))
	}
	p.mu.Lock()
	p.filed = append(p.filed, done...)
	p.mu.Unlock()
	if r.FormValue("page") != "" {
		http.Redirect(w, r, "./", http.StatusSeeOther)
		return
	}
	answer(w, done)
}

// fetch gets the result of a dossier from where the province says that it lies.
func (p *Portal) fetch(ctx context.Context, code, from string) {
	p.mu.Lock()
	to := p.target
	p.mu.Unlock()
	for range 5 { // a province that is down is asked again
		sum, ok := download(ctx, from, to.token)
		if ok {
			p.mu.Lock()
			if d := p.dossiers[code]; d != nil {
				d.Result = sum
			}
			p.mu.Unlock()
			return
		}
		time.Sleep(time.Second)
	}
}

func download(ctx context.Context, from, token string) (sum string, ok bool) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, from, http.NoBody)
	if err != nil {
		return "", false
	}
	r.Header.Set("Authorization", "Bearer "+token)
	a, err := (&http.Client{Timeout: time.Minute}).Do(r)
	if err != nil {
		return "", false
	}
	defer func() { _ = a.Body.Close() }()
	digest := sha256.New()
	if n, err := io.Copy(digest, a.Body); err != nil || n == 0 || a.StatusCode != http.StatusOK {
		return "", false
	}
	return hex.EncodeToString(digest.Sum(nil)), true
}

// pay has somebody pay a fee on the portal: the province is told, twice where it is asked.
func (p *Portal) pay(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	to, code := p.target, r.FormValue("code")
	fees := []string{}
	if d := p.dossiers[code]; d != nil {
		fees = d.Fees
	}
	p.mu.Unlock()
	if len(fees) == 0 {
		w.WriteHeader(http.StatusNotFound)
		return
	}
	fee, price, _ := strings.Cut(fees[0], " ")
	amount, _ := strconv.ParseInt(price, 10, 64)
	if said := r.FormValue("amount"); said != "" {
		amount, _ = strconv.ParseInt(said, 10, 64)
	}
	body, _ := json.Marshal(map[string]any{"MaHoSo": code, "MaPhiLePhi": fee, "MaGiaoDich": "TT-" + id.Code(10), "SoTien": amount, "ThoiGianGD": p.clock.Now().In(clock.Vietnam()).Format("20060102150405")})
	to.url = strings.TrimSuffix(to.url, "/dossiers") + "/payments"
	done := []Filed{p.send(r, to, body)}
	if r.FormValue("twice") != "" {
		done = append(done, p.send(r, to, body))
	}
	answer(w, done)
}

func (p *Portal) send(r *http.Request, to target, body []byte) (f Filed) {
	var of struct{ MaHoSo string }
	_ = json.Unmarshal(body, &of) // one without a code is sent without one
	f.Code = of.MaHoSo
	q, err := http.NewRequestWithContext(r.Context(), http.MethodPost, to.url, bytes.NewReader(body))
	if err != nil {
		return f
	}
	q.Header.Set("Content-Type", "application/json")
	q.Header.Set("Authorization", "Bearer "+to.token)
	client := &http.Client{Timeout: time.Minute}
	a, err := client.Do(q)
	if err != nil {
		return f
	}
	defer func() { _ = a.Body.Close() }()
	raw, err := io.ReadAll(io.LimitReader(a.Body, 1<<20))
	if err != nil || !json.Valid(raw) {
		raw = []byte("null")
	}
	f.Status, f.Answer = a.StatusCode, raw
	return f
}

// madeUp is the sample as a dossier of its own.
func (p *Portal) madeUp(sample map[string]any) []byte {
	now, one := p.clock.Now().In(clock.Vietnam()), maps.Clone(sample)
	one["MaHoSo"] = "G22.99-" + now.Format("060102") + "-" + strings.ToUpper(id.Code(8))
	one["ThoiDiemNop"] = now.Format("20060102150405")
	raw, _ := json.Marshal(one) // it was JSON
	return raw
}

func (p *Portal) page(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'")
	var b strings.Builder
	b.WriteString(`<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Cổng Dịch vụ công quốc gia mô phỏng</title>
<style>body{font-family:system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem;color:#16232b}li.c{margin:0 0 1rem;padding:.75rem 1rem;background:#e3f0f0;border-radius:10px;list-style:none}ul.l{padding:0}button{font:inherit;padding:.6rem 1rem}</style></head>
<body><h1>Cổng Dịch vụ công quốc gia mô phỏng</h1><p>MÔ PHỎNG – KHÔNG CÓ GIÁ TRỊ PHÁP LÝ. Hồ sơ và người ở đây là giả định.</p>
<form method="post" action="file"><input type="hidden" name="page" value="1"><button>Nộp một hồ sơ giả định về tỉnh</button></form><h2>Tỉnh đã trả lời</h2><ul class="l">`)
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, f := range slices.Backward(p.filed) {
		b.WriteString(`<li class="c">` + html.EscapeString(f.Code) + ": " + html.EscapeString(http.StatusText(f.Status)) + "<br><small>" + html.EscapeString(string(f.Answer)) + "</small></li>")
	}
	b.WriteString(`</ul><h2>Hồ sơ và tiến độ</h2><ul class="l">`)
	for _, d := range slices.Backward(p.list()) {
		b.WriteString(`<li class="c">` + html.EscapeString(d.Code) + " · " + html.EscapeString(d.Name) + "<br>Trạng thái " + html.EscapeString(d.Status))
		if at, found := strings.CutSuffix(p.target.url, "/api/v1/national-portal/dossiers"); found {
			b.WriteString(` · <a href="` + html.EscapeString(at+"/tu-cong-quoc-gia?ma="+url.QueryEscape(d.Code)) + `">Xem hồ sơ tại tỉnh</a>`)
		}
		if d.Result != "" {
			b.WriteString("<br>Đã có tệp kết quả, SHA-256 " + html.EscapeString(d.Result[:16]) + "…")
		}
		b.WriteString("<ol>")
		for _, step := range d.Progress {
			b.WriteString("<li>" + html.EscapeString(step) + "</li>")
		}
		b.WriteString("</ol></li>")
	}
	b.WriteString("</ul></body></html>")
	_, _ = io.WriteString(w, b.String()) // the caller has gone: nobody to tell
}
