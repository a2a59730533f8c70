// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package nationalportal plays the National Public Service Portal: it keeps what it
// is told of dossiers, files dossiers to the province when told to, and misbehaves:
// slow, wrong, deaf, dead, doubled and in the wrong order. What it shows is made up.
package nationalportal

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"time"

	"tinhso.vn/internal/platform/clock"
	"tinhso.vn/internal/platform/id"
	"tinhso.vn/internal/simulators/door"
)

// User and Password are those that the portal knows.
const (
	User     = "tinh"
	Password = "mo-phong"
)

// Message is something that was said to the portal.
type Message struct {
	Operation string          `json:"operation"`
	Key       string          `json:"key"`
	Body      json.RawMessage `json:"body"`
	Again     bool            `json:"again"` // the key came before: nothing was done
	At        time.Time       `json:"at"`
}

// Dossier is what the portal knows of one.
type Dossier struct {
	Code     string   `json:"code"`
	Name     string   `json:"name"`
	Status   string   `json:"status"`
	Due      string   `json:"due"`
	Progress []string `json:"progress"` // in the order in which it was told
	Fees     []string `json:"fees"`     // code and amount of what is to be paid
	Paid     string   `json:"paid"`     // 1 here, 2 over the platform of the province
	Result   string   `json:"result"`   // SHA-256 of the file that was fetched; empty: none was
}

// faults is how the portal misbehaves.
type faults struct {
	fail   int           // how many of the next calls get 503
	lose   int           // how many of the next are done and not answered
	wrong  int           // how many of the next are answered with nonsense
	refuse int           // how many of the next are refused with a code
	slow   time.Duration // how long each answer takes
	dead   bool          // it hangs up
}

// Portal is the simulated portal.
type Portal struct {
	clock clock.Clock

	mu       sync.Mutex
	session  string
	got      []Message
	seen     map[string]bool
	dossiers map[string]*Dossier
	order    []string // codes, the oldest first
	faults   faults
	target   target
	filed    []Filed
}

const maxKept = 2000

// New returns the portal.
func New(c clock.Clock) *Portal {
	return &Portal{clock: c, seen: map[string]bool{}, dossiers: map[string]*Dossier{}}
}

// Handler serves the portal: its services at /login and /NAME; GET / shows what it
// knows; GET /received tells it to programs; POST
// /faults?fail=N&lose=N&lie=N&refuse=N&slow=2s&dead=1 makes it misbehave, POST
// /signout ends its sessions; POST /target?url=…&token=…&sample=JSON says where the province is,
// POST /file?twice=1&reverse=1 files there what the body says, or what is made up; POST
// /pay?code=…&amount=N&twice=1 pays what is to be paid for a dossier, on the portal; POST
// /vault?owner=…&code=…&number=…&procedure=… looks for papers of somebody in the province.
func (p *Portal) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /login", p.login)
	for _, name := range []string{"DongBoHoSoMC", "CapNhatTienDoHoSoMC", "TraCuuHoSo", "LayDanhSachTTHC", "LayThuTuc"} {
		mux.HandleFunc("POST /"+name, p.service(name))
	}
	mux.HandleFunc("GET /received", func(w http.ResponseWriter, _ *http.Request) {
		p.mu.Lock()
		defer p.mu.Unlock()
		answer(w, struct {
			Messages []Message  `json:"messages"`
			Dossiers []*Dossier `json:"dossiers"`
		}{append([]Message{}, p.got...), p.list()})
	})
	mux.HandleFunc("POST /forget", func(_ http.ResponseWriter, r *http.Request) { // it loses what it knew
		p.mu.Lock()
		defer p.mu.Unlock()
		delete(p.dossiers, r.FormValue("code"))
		p.order = slices.DeleteFunc(p.order, func(code string) bool { return code == r.FormValue("code") })
	})
	mux.HandleFunc("POST /faults", p.misbehave)
	mux.HandleFunc("GET /faults", p.told)
	mux.HandleFunc("POST /signout", func(http.ResponseWriter, *http.Request) {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.session = ""
	})
	mux.HandleFunc("POST /target", p.aim)
	mux.HandleFunc("POST /file", p.file)
	mux.HandleFunc("POST /pay", p.pay)
	mux.HandleFunc("POST /vault", p.look)
	mux.HandleFunc("GET /{$}", p.page)
	return mux
}

// list returns the dossiers in the order in which they were heard of.
func (p *Portal) list() []*Dossier {
	all := []*Dossier{}
	for _, code := range p.order {
		all = append(all, p.dossiers[code])
	}
	return all
}

func answer(w http.ResponseWriter, body any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(body) // the caller has gone: nobody to tell
}

type reply struct {
	Code      string `json:"error_code"`
	Message   string `json:"error_message,omitempty"`
	Session   string `json:"session,omitempty"`
	Reference string `json:"reference,omitempty"`
	Data      any    `json:"data,omitempty"`
}

func (p *Portal) login(w http.ResponseWriter, r *http.Request) {
	var in struct{ Username, Password string }
	err := json.NewDecoder(io.LimitReader(r.Body, 4096)).Decode(&in)
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.faults.dead {
		panic(http.ErrAbortHandler)
	}
	if err != nil || in.Username != User || in.Password != Password {
		answer(w, reply{Code: "403", Message: "wrong account"})
		return
	}
	p.session = id.New()
	answer(w, reply{Code: "0", Session: p.session})
}

// service answers one of the services, or misbehaves first.
func (p *Portal) service(name string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(io.LimitReader(r.Body, 8<<20))
		if err != nil {
			return
		}
		next, slow := p.next()
		wait(r.Context(), slow)
		switch next {
		case "dead":
			panic(http.ErrAbortHandler)
		case "fail":
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		case "wrong":
			_, _ = io.WriteString(w, "<html>bảo trì</html>") // the caller has gone: nobody to tell
			return
		case "refuse":
			answer(w, reply{Code: "17", Message: "refused on command"})
			return
		}
		p.mu.Lock()
		defer p.mu.Unlock()
		if p.session == "" || r.Header.Get("Session") != p.session {
			answer(w, reply{Code: "401"})
			return
		}
		said := p.do(r.Context(), name, r.Header.Get("Idempotency-Key"), body)
		if next == "lose" {
			panic(http.ErrAbortHandler) // done, and the answer gets lost
		}
		answer(w, said)
	}
}

func wait(ctx context.Context, d time.Duration) {
	if d <= 0 {
		return
	}
	select {
	case <-time.After(d):
	case <-ctx.Done():
	}
}

func (p *Portal) next() (what string, slow time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.faults.dead {
		return "dead", 0
	}
	for _, f := range []struct {
		name string
		left *int
	}{{"fail", &p.faults.fail}, {"lose", &p.faults.lose}, {"wrong", &p.faults.wrong}, {"refuse", &p.faults.refuse}} {
		if *f.left > 0 {
			*f.left--
			return f.name, p.faults.slow
		}
	}
	return "", p.faults.slow
}

// do keeps what was said, once for each key.
func (p *Portal) do(ctx context.Context, name, key string, body []byte) reply {
	again := key != "" && p.seen[key]
	if len(p.got) < maxKept {
		p.got = append(p.got, Message{name, key, body, again, p.clock.Now()})
	}
	p.seen[key] = true
	switch name {
	case "DongBoHoSoMC":
		var in struct {
			Data []struct {
				MaHoSo, TenTTHC, TrangThaiHoSo, NgayHenTra, DuocThanhToanTrucTuyen string

				DanhSachLePhi        []struct{ MaPhiLePhi, Gia string }
				DanhSachGiayToKetQua []struct{ DuongDanTepTinKetQua string }
			} `json:"data"`
		}
		if json.Unmarshal(body, &in) != nil || len(in.Data) == 0 {
			return reply{Code: "1", Message: "data"}
		}
		for _, d := range in.Data {
			one := p.dossier(d.MaHoSo)
			if !again {
				one.Name, one.Status, one.Due, one.Paid, one.Fees = d.TenTTHC, d.TrangThaiHoSo, d.NgayHenTra, d.DuocThanhToanTrucTuyen, []string{}
				for _, f := range d.DanhSachLePhi {
					one.Fees = append(one.Fees, f.MaPhiLePhi+" "+f.Gia)
				}
				if len(d.DanhSachGiayToKetQua) > 0 && one.Result == "" {
					go p.fetch(context.WithoutCancel(ctx), d.MaHoSo, d.DanhSachGiayToKetQua[0].DuongDanTepTinKetQua)
				}
			}
		}
		return reply{Code: "0", Reference: "DVCQG-" + strconv.Itoa(len(p.got))}
	case "CapNhatTienDoHoSoMC":
		var in struct {
			Data []struct{ MaHoSo, NoiDungXuLy string } `json:"data"`
		}
		if json.Unmarshal(body, &in) != nil || len(in.Data) == 0 || p.dossiers[in.Data[0].MaHoSo] == nil {
			return reply{Code: "2", Message: "MaHoSo"}
		}
		if !again {
			one := p.dossier(in.Data[0].MaHoSo)
			one.Progress = append(one.Progress, in.Data[0].NoiDungXuLy)
		}
		return reply{Code: "00", Reference: "DVCQG-" + strconv.Itoa(len(p.got))}
	case "TraCuuHoSo":
		var in struct{ Trang, SoDong string }
		_ = json.Unmarshal(body, &in) // nonsense asks for the first page
		type row struct{ MaHoSo, TrangThaiHoSo string }
		rows := []row{}
		for _, d := range p.list() {
			rows = append(rows, row{d.Code, d.Status})
		}
		turn, _ := strconv.Atoi(in.Trang)
		size, _ := strconv.Atoi(in.SoDong)
		if turn > 0 && size > 0 {
			from := min((turn-1)*size, len(rows))
			rows = rows[from:min(from+size, len(rows))]
		}
		return reply{Code: "0", Data: rows}
	case "LayDanhSachTTHC":
		return reply{Code: "0", Data: catalogue()}
	}
	var in struct {
		Code string `json:"maTTHC"`
	}
	_ = json.Unmarshal(body, &in) // nonsense asks for nothing
	rows := []map[string]any{}
	for _, one := range catalogue() {
		if one["MATTHC"] == in.Code {
			rows = append(rows, one)
		}
	}
	return reply{Code: "0", Data: rows}
}

func (p *Portal) dossier(code string) *Dossier {
	if p.dossiers[code] == nil {
		p.dossiers[code] = &Dossier{Code: code, Progress: []string{}, Fees: []string{}}
		p.order = append(p.order, code)
	}
	return p.dossiers[code]
}

// catalogue is what the made-up portal lists: two codes that the domain facts name.
func catalogue() []map[string]any {
	one := func(code, name, field string) map[string]any {
		return map[string]any{
			"MATTHC": code, "TENTTHC": name, "LINHVUCTHUCHIEN": []map[string]string{{"MALINHVUC": "", "TENLINHVUC": field}}, "TRINHTUTHUCHIEN": "Mô phỏng", "COQUANTHUCHIEN": "Ủy ban nhân dân cấp xã",
			"DOITUONG": "Công dân Việt Nam", "YEUCAU": "", "CACHTHUCTHUCHIEN": []any{}, "THANHPHANHOSO": []map[string]any{{"TRUONGHOP": "Bao gồm", "GIAYTO": []map[string]string{{"MAGIAYTO": "", "TENMAUDON": "Giấy tờ mô phỏng", "URL": ""}}}},
			"KETQUATHUCHIEN": []map[string]string{{"MAKETQUA": "", "TENKETQUA": "Kết quả mô phỏng"}}, "CANCUPHAPLY": []map[string]string{},
		}
	}
	return []map[string]any{one("2.000815", "Chứng thực bản sao từ bản chính", "Chứng thực"), one("2.000635", "Cấp bản sao trích lục hộ tịch", "Hộ tịch")}
}

func (p *Portal) misbehave(w http.ResponseWriter, r *http.Request) {
	count := func(name string) int { n, _ := strconv.Atoi(r.FormValue(name)); return n } // nothing is none
	slow, _ := time.ParseDuration(r.FormValue("slow"))
	p.mu.Lock()
	p.faults = faults{fail: count("fail"), lose: count("lose"), wrong: count("lie"), refuse: count("refuse"), slow: min(slow, time.Minute), dead: r.FormValue("dead") != ""}
	p.mu.Unlock()
	w.WriteHeader(http.StatusNoContent)
}

func (p *Portal) told(w http.ResponseWriter, _ *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	f := p.faults
	door.Show(w, map[string]string{
		"fail": door.Number(f.fail), "lose": door.Number(f.lose), "lie": door.Number(f.wrong), "refuse": door.Number(f.refuse), "slow": door.Length(f.slow), "dead": door.Flag(f.dead),
	})
}
