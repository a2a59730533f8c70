// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package postoffice plays the public post: it gives waybills, carries parcels when it
// is told to, loses them, and misbehaves. It moves no paper.
package postoffice

import (
	"encoding/json"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"tinhso.vn/internal/platform/clock"
	"tinhso.vn/internal/simulators/door"
)

// Token is who the program is to the post.
const Token = "simulated-post-token"

// fee is what the made-up post takes for a letter, đồng.
const fee = 18_000

type step struct {
	ID    string `json:"id"`
	Kind  string `json:"loai"`
	Place string `json:"buu_cuc"`
	Note  string `json:"ghi_chu"`
	At    string `json:"luc"`
}

// Parcel is what the post knows of one.
type Parcel struct {
	Reference string `json:"ma_tham_chieu"`
	Waybill   string `json:"ma_van_don"`
	Name      string `json:"ho_ten"`
	State     string `json:"trang_thai"`
	Taker     string `json:"nguoi_nhan"`
	Events    []step `json:"su_kien"`
	Asked     int    `json:"so_lan_lap"` // how often a waybill was asked for it
}

type faults struct {
	fail, lose, refuse int // how many of the next calls get 503, are done and not answered, are refused
	slow               time.Duration
	dead, twice, wrong bool // says each event twice and in the wrong order; answers with nonsense
}

// Office is the simulated post.
type Office struct {
	clock clock.Clock

	mu      sync.Mutex
	parcels []*Parcel
	faults  faults
}

// New returns an office without parcels.
func New(c clock.Clock) *Office { return &Office{clock: c} }

// Handler serves POST /van-don and /tra-cuu for the program; GET / shows people what
// lies there and lets them carry it (POST /di?ma=…&den=dang-chuyen|da-phat|chuyen-hoan|that-lac&nguoi=…),
// GET /parcels tells programs; POST /faults?fail=N&lose=N&refuse=N&slow=2s&dead=1&twice=1&wrong=1 makes it misbehave.
func (o *Office) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /van-don", o.served(o.take))
	mux.HandleFunc("POST /tra-cuu", o.served(o.tell))
	mux.HandleFunc("POST /di", o.carry)
	mux.HandleFunc("GET /parcels", func(w http.ResponseWriter, _ *http.Request) {
		o.mu.Lock()
		defer o.mu.Unlock()
		answer(w, append([]*Parcel{}, o.parcels...))
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
	Error string `json:"loi"`
}

// served lets faults happen around a service.
func (o *Office) served(do func(body []byte) any) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(io.LimitReader(r.Body, 1<<16))
		o.mu.Lock()
		f := o.faults
		switch {
		case f.fail > 0:
			o.faults.fail--
		case f.refuse > 0:
			o.faults.refuse--
		case f.lose > 0:
			o.faults.lose--
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
			answer(w, refusal{"Địa chỉ không phát được"})
		case f.wrong:
			_, _ = w.Write([]byte("<html>")) // nonsense
		default:
			o.mu.Lock()
			said := do(body)
			o.mu.Unlock()
			if f.lose > 0 {
				panic(http.ErrAbortHandler)
			}
			answer(w, said)
		}
	}
}

func (o *Office) take(body []byte) any {
	var in struct {
		Reference string `json:"ma_tham_chieu"`
		To        struct {
			Name    string `json:"ho_ten"`
			Phone   string `json:"dien_thoai"`
			Address string `json:"dia_chi"`
		} `json:"nguoi_nhan"`
	}
	if json.Unmarshal(body, &in) != nil || in.Reference == "" || in.To.Name == "" || in.To.Address == "" || in.To.Phone == "" {
		return refusal{"Thiếu thông tin người nhận"}
	}
	i := slices.IndexFunc(o.parcels, func(p *Parcel) bool { return p.Reference == in.Reference })
	if i < 0 {
		i = len(o.parcels)
		o.parcels = append(o.parcels, &Parcel{
			Reference: in.Reference, Waybill: fmt.Sprintf("RX%09dVN", 260_000_001+i), Name: in.To.Name, State: "cho-nhan", Events: []step{},
		})
	}
	p := o.parcels[i]
	p.Asked++
	return struct {
		Waybill string `json:"ma_van_don"`
		Fee     int    `json:"cuoc"`
	}{p.Waybill, fee}
}

func (o *Office) find(waybill string) *Parcel {
	for _, p := range o.parcels {
		if p.Waybill == waybill {
			return p
		}
	}
	return nil
}

func (o *Office) tell(body []byte) any {
	var in struct {
		Waybill string `json:"ma_van_don"`
	}
	_ = json.Unmarshal(body, &in) // nonsense asks for nothing
	p := o.find(in.Waybill)
	if p == nil {
		return refusal{"Không có vận đơn"}
	}
	said := *p
	said.Events = slices.Clone(p.Events)
	if o.faults.twice {
		said.Events = append(said.Events, p.Events...)
		slices.Reverse(said.Events)
	}
	return said
}

// carry moves a parcel.
func (o *Office) carry(w http.ResponseWriter, r *http.Request) {
	o.mu.Lock()
	defer o.mu.Unlock()
	p, to := o.find(r.FormValue("ma")), r.FormValue("den")
	places := map[string]string{"dang-chuyen": "Bưu cục Long Xuyên", "da-phat": "Bưu tá", "chuyen-hoan": "Bưu cục phát", "that-lac": "Bưu cục phát"}
	if p == nil || places[to] == "" {
		w.WriteHeader(http.StatusUnprocessableEntity)
		return
	}
	p.State = to
	if to == "da-phat" {
		if p.Taker = r.FormValue("nguoi"); p.Taker == "" {
			p.Taker = p.Name
		}
	}
	at := o.clock.Now().In(time.FixedZone("", 7*60*60))
	p.Events = append(p.Events, step{ID: p.Waybill + "-" + strconv.Itoa(len(p.Events)+1), Kind: to, Place: places[to], Note: r.FormValue("ghi-chu"), At: at.Format("20060102150405")})
	if r.FormValue("trang") != "" {
		http.Redirect(w, r, "./", http.StatusSeeOther)
		return
	}
	answer(w, p)
}

func (o *Office) told(w http.ResponseWriter, _ *http.Request) {
	o.mu.Lock()
	defer o.mu.Unlock()
	f := o.faults
	door.Show(w, map[string]string{
		"fail": door.Number(f.fail), "lose": door.Number(f.lose), "refuse": door.Number(f.refuse), "slow": door.Length(f.slow), "dead": door.Flag(f.dead), "twice": door.Flag(f.twice), "wrong": door.Flag(f.wrong),
	})
}

func (o *Office) misbehave(w http.ResponseWriter, r *http.Request) {
	number := func(name string) int { n, _ := strconv.Atoi(r.FormValue(name)); return n } // nothing is none
	slow, _ := time.ParseDuration(r.FormValue("slow"))
	o.mu.Lock()
	defer o.mu.Unlock()
	o.faults = faults{
		fail: number("fail"), lose: number("lose"), refuse: number("refuse"), slow: min(slow, time.Minute),
		dead: r.FormValue("dead") != "", twice: r.FormValue("twice") != "", wrong: r.FormValue("wrong") != "",
	}
	w.WriteHeader(http.StatusNoContent)
}

// page lets a person be the postman.
func (o *Office) page(w http.ResponseWriter, _ *http.Request) {
	o.mu.Lock()
	defer o.mu.Unlock()
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	var rows strings.Builder
	for _, p := range slices.Backward(o.parcels) {
		var buttons strings.Builder
		for _, to := range [][2]string{{"dang-chuyen", "Đang chuyển"}, {"da-phat", "Đã phát"}, {"chuyen-hoan", "Chuyển hoàn"}, {"that-lac", "Thất lạc"}} {
			buttons.WriteString(`<form method="post" action="di" style="display:inline"><input type="hidden" name="trang" value="1"><input type="hidden" name="ma" value="` + url.QueryEscape(p.Waybill) + `"><button name="den" value="` + to[0] + `">` + to[1] + `</button></form> `)
		}
		rows.WriteString(`<tr><td>` + html.EscapeString(p.Waybill) + `</td><td>` + html.EscapeString(p.Name) + `</td><td>` + html.EscapeString(p.State) + `</td><td>` + buttons.String() + `</td></tr>`)
	}
	if rows.Len() == 0 {
		rows.WriteString(`<tr><td colspan="4">Chưa có bưu gửi.</td></tr>`)
	}
	_, _ = io.WriteString(w, `<!doctype html><html lang="vi"><title>Bưu chính mô phỏng</title><meta name="viewport" content="width=device-width"><h1>Bưu chính mô phỏng</h1><table border="1" cellpadding="6"><tr><th>Vận đơn</th><th>Người nhận</th><th>Trạng thái</th><th>Chuyển tới</th></tr>`+rows.String()+`</table></html>`)
}
