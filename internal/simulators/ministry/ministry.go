// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package ministry plays the systems of ministries in which some procedures are worked
// on: they keep dossiers of their own, tell the province where each stands, take
// dossiers over and give them back, and misbehave on command: silent, doubled, in the
// wrong order, forged. What they show is made up.
package ministry

import (
	"bytes"
	"context"
	"encoding/json"
	"html"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"tinhso.vn/internal/kernel/connectors"
	"tinhso.vn/internal/platform/clock"
	"tinhso.vn/internal/platform/id"
	"tinhso.vn/internal/simulators/agencies"
	"tinhso.vn/internal/simulators/door"
)

// System is one of the systems.
type System struct {
	Code, ID     string
	Name, NameEN string
	Secret       string
	Civil        bool // it says where a dossier stands by the table of the civil-status service
}

// Systems are those that are played.
func Systems() []System {
	return []System{
		{"G15", "ho-tich-dien-tu", "Hệ thống hộ tịch điện tử (Bộ Tư pháp)", "Electronic civil status (Ministry of Justice)", "mo-phong-khong-co-gia-tri-ho-tich", true},
		{"G12", "ho-kinh-doanh", "Hệ thống đăng ký hộ kinh doanh (Bộ Tài chính)", "Business households (Ministry of Finance)", "mo-phong-khong-co-gia-tri-kinh-doanh", false},
	}
}

// Dossier is what a system says of one of its dossiers, by the names of DongBoHoSoMC.
type Dossier struct {
	MaHoSo           string
	MaHoSoTinh       string `json:",omitempty"`
	ThuTu            int64
	MaTTHC           string
	MaCoQuanThucHien string
	KenhThucHien     string `json:",omitempty"`
	TrangThaiHoSo    string
	LoaiDoiTuong     string `json:",omitempty"`
	ChuHoSo          string `json:",omitempty"`
	SoGiayToChuHoSo  string `json:",omitempty"`
	NgayNopHoSo      string
	NgayTiepNhan     string `json:",omitempty"`
	NgayHenTra       string `json:",omitempty"`
	NgayKetThucXuLy  string `json:",omitempty"`
	NgayTra          string `json:",omitempty"`
	SoKetQua         string `json:",omitempty"`
	DuongDan         string `json:",omitempty"`
}

// Told is what the province answered to something that was said.
type Told struct {
	Code   string          `json:"code"`
	Place  int64           `json:"place"`
	Status int             `json:"status"` // of HTTP; 0: it did not answer
	Answer json.RawMessage `json:"answer"`
}

// waiting is something that was said and is not sent yet.
type waiting struct {
	key  string
	body []byte
}

// faults is how a system misbehaves.
type faults struct {
	fail  int  // how many of the next calls to it get 503
	lose  int  // how many of the next are done and not answered
	twice bool // everything is said twice
	mute  bool // nothing is said until it is not mute any more: then all at once, the last first
	forge bool // what is said is signed with another secret
	slow  time.Duration
}

type system struct {
	System
	dossiers map[string]*Dossier
	let      map[string]bool // codes that were given back: it says nothing of them any more
	order    []string
	seen     map[string][]byte
	faults   faults
	told     []Told
	kept     []waiting
	target   string
}

// Ministry is all of them.
type Ministry struct {
	clock clock.Clock

	mu      sync.Mutex
	systems map[string]*system
}

// New returns the systems.
func New(c clock.Clock) *Ministry {
	m := &Ministry{clock: c, systems: map[string]*system{}}
	for _, s := range Systems() {
		m.systems[s.ID] = &system{System: s, dossiers: map[string]*Dossier{}, let: map[string]bool{}, seen: map[string][]byte{}}
	}
	return m
}

// Handler serves them below /ID: POST /BanGiaoHoSo, /TraHoSo, /traDanhSachHoSo over the
// axis; POST /target?url=… says where the province is, POST /say with JSON of a dossier
// says where it stands (its place is counted where it has none), POST /move?code=…&status=…
// moves one of the own, POST /faults?fail=N&lose=N&twice=1&mute=1&forge=1&slow=2s makes it
// misbehave; GET /received tells what it knows and was answered; GET / shows it.
func (m *Ministry) Handler() http.Handler {
	mux := http.NewServeMux()
	for _, name := range []string{"BanGiaoHoSo", "TraHoSo", "traDanhSachHoSo"} {
		mux.HandleFunc("POST /{system}/"+name, m.service(name))
	}
	mux.HandleFunc("POST /{system}/target", m.with(func(s *system, w http.ResponseWriter, r *http.Request) {
		s.target = r.FormValue("url")
		w.WriteHeader(http.StatusNoContent)
	}))
	mux.HandleFunc("POST /{system}/faults", m.misbehave)
	mux.HandleFunc("GET /{system}/faults", m.with(func(s *system, w http.ResponseWriter, _ *http.Request) {
		f := s.faults
		door.Show(w, map[string]string{"fail": door.Number(f.fail), "lose": door.Number(f.lose), "twice": door.Flag(f.twice), "mute": door.Flag(f.mute), "forge": door.Flag(f.forge), "slow": door.Length(f.slow)})
	}))
	mux.HandleFunc("POST /{system}/say", m.say)
	mux.HandleFunc("POST /{system}/move", m.move)
	mux.HandleFunc("GET /{system}/received", m.with(func(s *system, w http.ResponseWriter, _ *http.Request) {
		show(w, struct {
			Dossiers []*Dossier `json:"dossiers"`
			Told     []Told     `json:"told"`
		}{s.list(), append([]Told{}, s.told...)})
	}))
	mux.HandleFunc("GET /{$}", m.page)
	return mux
}

func (s *system) list() []*Dossier {
	all := []*Dossier{}
	for _, code := range s.order {
		all = append(all, s.dossiers[code])
	}
	return all
}

func show(w http.ResponseWriter, body any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(body) // the caller has gone: nobody to tell
}

// with answers while nobody else speaks with the system.
func (m *Ministry) with(f func(s *system, w http.ResponseWriter, r *http.Request)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		m.mu.Lock()
		defer m.mu.Unlock()
		s := m.systems[r.PathValue("system")]
		if s == nil {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		f(s, w, r)
	}
}

type reply struct {
	Code      string `json:"code"`
	Message   string `json:"message,omitempty"`
	Reference string `json:"reference,omitempty"`
	Data      any    `json:"data,omitempty"`
}

// service answers a call over the axis, or misbehaves.
func (m *Ministry) service(name string) http.HandlerFunc {
	return m.with(func(s *system, w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(io.LimitReader(r.Body, 1<<20))
		if err != nil {
			return
		}
		if s.faults.fail > 0 {
			s.faults.fail--
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		if r.Header.Get("Authorization") != "Bearer "+agencies.Token {
			show(w, reply{Code: "100", Message: "AUTHEN_ERROR"})
			return
		}
		key := r.Header.Get("Idempotency-Key")
		raw, again := s.seen[key]
		if !again {
			raw, _ = json.Marshal(s.do(name, body)) // it is plain
			s.seen[key] = raw
		}
		if s.faults.lose > 0 {
			s.faults.lose--
			panic(http.ErrAbortHandler) // done, and the answer gets lost
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(raw) // the caller has gone: nobody to tell
	})
}

func (s *system) do(name string, body []byte) reply {
	var in struct {
		MaHoSo, MaHoSoTinh, MaTTHC, ChuHoSo, SoGiayToChuHoSo, NgayNopHoSo, NgayTiepNhan, NgayHenTra, Trang, SoDong string
	}
	_ = json.Unmarshal(body, &in) // what is no text of these stays empty
	switch name {
	case "traDanhSachHoSo":
		type row struct{ MaHoSo, TrangThaiHoSo string }
		rows := []row{}
		for _, d := range s.list() {
			if !s.let[d.MaHoSo] {
				rows = append(rows, row{d.MaHoSo, d.TrangThaiHoSo})
			}
		}
		turn, _ := strconv.Atoi(in.Trang)
		size, _ := strconv.Atoi(in.SoDong)
		if turn > 0 && size > 0 {
			from := min((turn-1)*size, len(rows))
			rows = rows[from:min(from+size, len(rows))]
		}
		return reply{Code: "0", Data: rows}
	case "BanGiaoHoSo":
		code := s.Code + "-BG-" + strconv.Itoa(len(s.order)+1)
		status := "2"
		if s.Civil {
			status = "1"
		}
		s.dossiers[code] = &Dossier{
			MaHoSo: code, MaHoSoTinh: in.MaHoSoTinh, MaTTHC: in.MaTTHC, TrangThaiHoSo: status, ChuHoSo: in.ChuHoSo, SoGiayToChuHoSo: in.SoGiayToChuHoSo,
			NgayNopHoSo: in.NgayNopHoSo, NgayTiepNhan: in.NgayTiepNhan, NgayHenTra: in.NgayHenTra,
		}
		s.order = append(s.order, code)
		return reply{Code: "0", Reference: code}
	}
	i := slices.IndexFunc(s.order, func(code string) bool {
		return code == in.MaHoSo || s.dossiers[code].MaHoSoTinh == in.MaHoSoTinh && in.MaHoSoTinh != ""
	})
	if i < 0 {
		return reply{Code: agencyNotFound, Message: "RECORD_NOT_FOUND"}
	}
	s.let[s.order[i]] = true
	return reply{Code: "0", Reference: s.order[i]}
}

const agencyNotFound = "201"

// say keeps where a dossier stands and tells the province.
func (m *Ministry) say(w http.ResponseWriter, r *http.Request) {
	var d Dossier
	if json.NewDecoder(io.LimitReader(r.Body, 1<<20)).Decode(&d) != nil || d.MaHoSo == "" {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	m.with(func(s *system, w http.ResponseWriter, r *http.Request) {
		if known := s.dossiers[d.MaHoSo]; known == nil {
			s.order = append(s.order, d.MaHoSo)
		} else if d.ThuTu == 0 {
			d.ThuTu = known.ThuTu
		}
		if d.ThuTu == 0 || s.dossiers[d.MaHoSo] != nil && d.ThuTu == s.dossiers[d.MaHoSo].ThuTu {
			d.ThuTu++
		}
		s.dossiers[d.MaHoSo] = &d
		m.tell(r.Context(), s, d)
		show(w, append([]Told{}, s.told...))
	})(w, r)
}

// move moves a dossier to another status and tells the province.
func (m *Ministry) move(w http.ResponseWriter, r *http.Request) {
	m.with(func(s *system, w http.ResponseWriter, r *http.Request) {
		d := s.dossiers[r.FormValue("code")]
		if d == nil {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		now := m.clock.Now().In(clock.Vietnam()).Format("20060102150405")
		d.ThuTu++
		if d.TrangThaiHoSo = r.FormValue("status"); d.NgayTiepNhan == "" {
			d.NgayTiepNhan = now
		}
		if r.FormValue("unit") != "" {
			d.MaCoQuanThucHien = r.FormValue("unit")
		}
		if r.FormValue("result") != "" {
			d.SoKetQua, d.NgayKetThucXuLy, d.NgayTra = r.FormValue("result"), now, now
		}
		m.tell(r.Context(), s, *d)
		show(w, append([]Told{}, s.told...))
	})(w, r)
}

// tell says something to the province, or keeps it while the system is mute.
func (m *Ministry) tell(ctx context.Context, s *system, d Dossier) {
	raw, _ := json.Marshal(d) // it is plain
	s.kept = append(s.kept, waiting{id.New(), raw})
	if !s.faults.mute {
		m.flush(ctx, s)
	}
}

// flush sends what waits, the last first where there is more than one.
func (m *Ministry) flush(ctx context.Context, s *system) {
	for _, one := range slices.Backward(s.kept) {
		s.told = append(s.told, m.call(ctx, s, one))
		if s.faults.twice {
			s.told = append(s.told, m.call(ctx, s, one))
		}
	}
	s.kept = nil
}

func (m *Ministry) call(ctx context.Context, s *system, one waiting) (t Told) {
	var d Dossier
	_ = json.Unmarshal(one.body, &d) // it was written by us
	t.Code, t.Place = d.MaHoSo, d.ThuTu
	secret := s.Secret
	if s.faults.forge {
		secret = strings.Repeat("x", len(secret))
	}
	q, err := http.NewRequestWithContext(ctx, http.MethodPost, s.target, bytes.NewReader(one.body))
	if err != nil {
		return t
	}
	signed := connectors.Sign([]byte(secret), one.key, m.clock.Now(), one.body)
	q.Header.Set("Content-Type", "application/json")
	q.Header.Set(connectors.HeaderKey, signed.Key)
	q.Header.Set(connectors.HeaderStamp, signed.Stamp)
	q.Header.Set(connectors.HeaderSignature, signed.Signature)
	client := &http.Client{Timeout: 30 * time.Second}
	a, err := client.Do(q)
	if err != nil {
		return t
	}
	defer func() { _ = a.Body.Close() }()
	raw, err := io.ReadAll(io.LimitReader(a.Body, 1<<20))
	if err != nil || !json.Valid(raw) {
		raw = []byte("null")
	}
	t.Status, t.Answer = a.StatusCode, raw
	return t
}

func (m *Ministry) misbehave(w http.ResponseWriter, r *http.Request) {
	count := func(name string) int { n, _ := strconv.Atoi(r.FormValue(name)); return n } // nothing is none
	slow, _ := time.ParseDuration(r.FormValue("slow"))
	m.with(func(s *system, w http.ResponseWriter, r *http.Request) {
		s.faults = faults{fail: count("fail"), lose: count("lose"), twice: r.FormValue("twice") != "", mute: r.FormValue("mute") != "", forge: r.FormValue("forge") != "", slow: min(slow, time.Minute)}
		if !s.faults.mute {
			m.flush(r.Context(), s)
		}
		w.WriteHeader(http.StatusNoContent)
	})(w, r)
}

func (m *Ministry) page(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
	var b strings.Builder
	b.WriteString(`<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Hệ thống của các bộ, mô phỏng</title>
<style>body{font-family:system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem;color:#16232b}</style></head>
<body><h1>Hệ thống của các bộ, mô phỏng</h1><p>MÔ PHỎNG – KHÔNG CÓ GIÁ TRỊ PHÁP LÝ. Hồ sơ và người ở đây là giả định.</p>`)
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, of := range Systems() {
		b.WriteString("<h2>" + html.EscapeString(of.Name) + "</h2><ul>")
		for _, d := range slices.Backward(m.systems[of.ID].list()) {
			b.WriteString("<li>" + html.EscapeString(d.MaHoSo+" · "+d.MaTTHC+" · "+d.TrangThaiHoSo) + "</li>")
		}
		b.WriteString("</ul>")
	}
	b.WriteString("</body></html>")
	_, _ = io.WriteString(w, b.String()) // the caller has gone: nobody to tell
}
