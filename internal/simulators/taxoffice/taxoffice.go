// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package taxoffice plays the tax authority that takes electronic receipts: it gives
// each its code, refuses what is wrong, forgets, and misbehaves. It collects no tax.
package taxoffice

import (
	"encoding/json"
	"fmt"
	"html"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"tinhso.vn/internal/simulators/door"
)

// Token is who the program is to the authority.
const Token = "simulated-tax-token"

// The states of a receipt.
const (
	made      = "da-lap"
	cancelled = "da-huy"
	replaced  = "da-thay-the"
)

// Receipt is what the authority knows of one.
type Receipt struct {
	Reference string `json:"ma_tham_chieu"`
	Unit      string `json:"don_vi"`
	Form      string `json:"mau_so"`
	Series    string `json:"ky_hieu"`
	Year      int    `json:"nam"`
	Number    int64  `json:"so"`
	Made      string `json:"ngay_lap"`
	Amount    int64  `json:"so_tien"`
	Words     string `json:"bang_chu"`
	Replaces  string `json:"thay_the,omitempty"`
	Unmade    bool   `json:"chua_lap,omitempty"`
	State     string `json:"trang_thai"`
	Code      string `json:"ma_cqt"`
	Told      int    `json:"so_lan_bao"` // how often it was told
}

type faults struct {
	fail, lose, refuse, forget int // how many of the next calls get 503, are done and not answered, are refused, are acknowledged and not kept
	slow                       time.Duration
	dead, wrong                bool // answers with nonsense
	series                     bool // knows none of our series
}

// Office is the simulated authority.
type Office struct {
	mu       sync.Mutex
	receipts []*Receipt
	faults   faults
}

// New returns an office that knows of no receipt.
func New() *Office { return &Office{} }

// Handler serves POST /lap, /huy and /doi-chieu for the program; GET / shows people what
// was told and GET /receipts tells programs. POST /change?so=N&so_tien=N changes what one
// says here; POST /faults?fail=N&lose=N&refuse=N&forget=N&slow=2s&dead=1&wrong=1&series=1 makes it misbehave.
func (o *Office) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /lap", o.served(o.issue))
	mux.HandleFunc("POST /huy", o.served(o.cancel))
	mux.HandleFunc("POST /doi-chieu", o.served(o.list))
	mux.HandleFunc("POST /change", o.change)
	mux.HandleFunc("GET /receipts", func(w http.ResponseWriter, _ *http.Request) {
		o.mu.Lock()
		defer o.mu.Unlock()
		answer(w, append([]*Receipt{}, o.receipts...))
	})
	mux.HandleFunc("GET /faults", o.told)
	mux.HandleFunc("POST /faults", o.misbehave)
	mux.HandleFunc("GET /{$}", o.page)
	return mux
}

func answer(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v) // the caller has gone: nobody to tell
}

type refusal struct {
	Code  string `json:"ma_loi"`
	Words string `json:"mo_ta"`
}

// served lets faults happen around a service.
func (o *Office) served(do func(body []byte, keep bool) any) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(io.LimitReader(r.Body, 1<<20))
		o.mu.Lock()
		f := o.faults
		for _, n := range []*int{&o.faults.fail, &o.faults.refuse, &o.faults.lose, &o.faults.forget} {
			if *n > 0 {
				*n--
				break
			}
		}
		o.mu.Unlock()
		time.Sleep(f.slow)
		switch {
		case f.dead:
			panic(http.ErrAbortHandler)
		case err != nil || f.fail > 0:
			w.WriteHeader(http.StatusServiceUnavailable)
		case r.Header.Get("Authorization") != "Bearer "+Token:
			w.WriteHeader(http.StatusUnauthorized)
		case f.refuse > 0:
			answer(w, refusal{"DU_LIEU_SAI", "Thông tin người nộp không hợp lệ"})
		case f.wrong:
			_, _ = w.Write([]byte("<html>")) // nonsense
		default:
			o.mu.Lock()
			said := do(body, f.lose > 0 || f.forget == 0)
			o.mu.Unlock()
			if f.lose > 0 {
				panic(http.ErrAbortHandler)
			}
			answer(w, said)
		}
	}
}

func (o *Office) find(match func(*Receipt) bool) *Receipt {
	if i := slices.IndexFunc(o.receipts, match); i >= 0 {
		return o.receipts[i]
	}
	return nil
}

type code struct {
	Code string `json:"ma_cqt"`
}

// read reads a receipt, or says what is wrong with it.
func (o *Office) read(body []byte) (in Receipt, wrong *refusal) {
	switch {
	case json.Unmarshal(body, &in) != nil || in.Reference == "" || in.Unit == "" || in.Number <= 0 || len(in.Made) != 14:
		return in, &refusal{"DU_LIEU_SAI", "Thiếu thông tin biên lai"}
	case in.Form == "" || in.Series == "" || o.faults.series:
		return in, &refusal{"CHUA_DANG_KY", "Mẫu số, ký hiệu chưa đăng ký sử dụng"}
	case in.Amount <= 0 || in.Words == "":
		return in, &refusal{"SO_TIEN_SAI", "Số tiền bằng số và bằng chữ không khớp"}
	}
	return in, nil
}

func (o *Office) code() string { return fmt.Sprintf("CQT26%08d", len(o.receipts)+1) }

func (o *Office) issue(body []byte, keep bool) any {
	in, wrong := o.read(body)
	if wrong != nil {
		return *wrong
	}
	if known := o.find(func(r *Receipt) bool { return r.Reference == in.Reference }); known != nil {
		known.Told++
		return code{known.Code} // told twice it is one
	}
	if o.find(func(r *Receipt) bool { return r.number() == in.number() }) != nil {
		return refusal{"TRUNG_SO", "Số biên lai đã dùng cho biên lai khác"}
	}
	if in.Replaces != "" {
		old := o.find(func(r *Receipt) bool { return r.Reference == in.Replaces })
		if old == nil {
			return refusal{"KHONG_TIM_THAY", "Không có biên lai bị thay thế"}
		}
		old.State = replaced
	}
	in.State, in.Code, in.Told = made, o.code(), 1
	if keep {
		o.receipts = append(o.receipts, &in)
	}
	return code{in.Code}
}

func (r *Receipt) number() string {
	return fmt.Sprint(r.Unit, " ", r.Form, " ", r.Series, " ", r.Year, " ", r.Number)
}

func (o *Office) cancel(body []byte, keep bool) any {
	in, wrong := o.read(body)
	if wrong != nil {
		return *wrong
	}
	known := o.find(func(r *Receipt) bool { return r.Reference == in.Reference })
	if known == nil && !in.Unmade {
		return refusal{"KHONG_TIM_THAY", "Chưa nhận biên lai này nên không hủy được"}
	}
	if known == nil {
		in.State, in.Code = made, o.code()
		known = &in
		if keep {
			o.receipts = append(o.receipts, known)
		}
	}
	known.Told++
	if keep {
		known.State = cancelled
	}
	return code{known.Code}
}

func (o *Office) list(body []byte, _ bool) any {
	var in struct {
		From string `json:"tu"`
		To   string `json:"den"`
	}
	_ = json.Unmarshal(body, &in) // nonsense asks for nothing
	out := struct {
		All []Receipt `json:"bien_lai"`
	}{[]Receipt{}}
	for _, r := range o.receipts {
		if r.Made >= in.From && r.Made < in.To {
			out.All = append(out.All, *r)
		}
	}
	return out
}

func (o *Office) change(w http.ResponseWriter, r *http.Request) {
	o.mu.Lock()
	defer o.mu.Unlock()
	n, _ := strconv.ParseInt(r.FormValue("so"), 10, 64) // nothing is none
	known := o.find(func(r *Receipt) bool { return r.Number == n })
	amount, err := strconv.ParseInt(r.FormValue("so_tien"), 10, 64)
	if known == nil || err != nil {
		w.WriteHeader(http.StatusUnprocessableEntity)
		return
	}
	known.Amount = amount
	answer(w, known)
}

func (o *Office) told(w http.ResponseWriter, _ *http.Request) {
	o.mu.Lock()
	defer o.mu.Unlock()
	f := o.faults
	door.Show(w, map[string]string{
		"fail": door.Number(f.fail), "lose": door.Number(f.lose), "refuse": door.Number(f.refuse), "forget": door.Number(f.forget), "slow": door.Length(f.slow),
		"dead": door.Flag(f.dead), "wrong": door.Flag(f.wrong), "series": door.Flag(f.series),
	})
}

func (o *Office) misbehave(w http.ResponseWriter, r *http.Request) {
	number := func(name string) int { n, _ := strconv.Atoi(r.FormValue(name)); return n } // nothing is none
	slow, _ := time.ParseDuration(r.FormValue("slow"))
	o.mu.Lock()
	defer o.mu.Unlock()
	o.faults = faults{
		fail: number("fail"), lose: number("lose"), refuse: number("refuse"), forget: number("forget"), slow: min(slow, time.Minute),
		dead: r.FormValue("dead") != "", wrong: r.FormValue("wrong") != "", series: r.FormValue("series") != "",
	}
	w.WriteHeader(http.StatusNoContent)
}

// page shows people what was told. It names nobody.
func (o *Office) page(w http.ResponseWriter, _ *http.Request) {
	o.mu.Lock()
	defer o.mu.Unlock()
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	var rows strings.Builder
	for _, r := range slices.Backward(o.receipts) {
		_, _ = fmt.Fprintf(&rows, "<tr><td>%s</td><td>%s %s</td><td>%07d</td><td>%d</td><td>%s</td></tr>", html.EscapeString(r.Code), html.EscapeString(r.Form), html.EscapeString(r.Series), r.Number, r.Amount, html.EscapeString(r.State))
	}
	if rows.Len() == 0 {
		rows.WriteString(`<tr><td colspan="5">Chưa nhận biên lai nào.</td></tr>`)
	}
	_, _ = io.WriteString(w, `<!doctype html><html lang="vi"><title>Cơ quan thuế mô phỏng</title><meta name="viewport" content="width=device-width"><h1>Cơ quan thuế mô phỏng</h1><table border="1" cellpadding="6"><tr><th>Mã</th><th>Mẫu số, ký hiệu</th><th>Số</th><th>Số tiền</th><th>Trạng thái</th></tr>`+rows.String()+`</table></html>`)
}
