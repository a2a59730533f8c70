// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package agencies plays the systems of other agencies behind the integration axis:
// the police (residence, identity cards), social insurance, the office that pays
// allowances, and the databases that officials look things up in. They keep what they
// are told, answer later, and misbehave on command. What they show is made up.
package agencies

import (
	"context"
	"encoding/json"
	"html"
	"io"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"time"

	"tinhso.vn/internal/platform/clock"
	"tinhso.vn/internal/simulators/door"
)

// Token is the one that the axis knows.
const Token = "mo-phong"

// Partners are the systems that there are, by their paths.
func Partners() []string {
	return []string{"cu-tru", "bhxh", "can-cuoc", "tro-cap", "dan-cu", "ho-tich", "dkdn", "ly-lich"}
}

// Message is something that was said to a partner.
type Message struct {
	Service string          `json:"service"`
	Key     string          `json:"key"`
	Body    json.RawMessage `json:"body"`
	Again   bool            `json:"again"` // the key came before: nothing was done
}

// File is something that a partner has taken.
type File struct {
	Reference string            `json:"reference"`
	Service   string            `json:"service"`
	Code      string            `json:"code"`   // ours
	Status    string            `json:"status"` // 0 wrong, 1 taken, 2 more, 4 done, 9 cancelled
	Words     string            `json:"words"`
	Told      map[string]string `json:"told"`
}

// faults is how a partner misbehaves.
type faults struct {
	fail   int    // how many of the next calls get 503
	lose   int    // how many of the next are done and not answered
	wrong  int    // how many of the next are answered with nonsense
	refuse int    // how many of the next filings are refused
	reject int    // how many of the next filings are taken and answered with no
	more   int    // how many of the next filings are taken and more is wanted
	words  string // with which it refuses, rejects or wants more
	slow   time.Duration
	hold   bool // it takes everything and answers nothing
	dead   bool // it hangs up
}

type partner struct {
	name   string
	faults faults
	got    []Message
	seen   map[string][]byte // answers by key
	files  []*File
}

// Agencies is all of them.
type Agencies struct {
	clock clock.Clock

	mu       sync.Mutex
	partners map[string]*partner
}

const maxKept = 2000

// New returns the agencies.
func New(c clock.Clock) *Agencies {
	a := &Agencies{clock: c, partners: map[string]*partner{}}
	for _, name := range Partners() {
		a.partners[name] = &partner{name: name, seen: map[string][]byte{}}
	}
	return a
}

// Handler serves them: POST /PARTNER/SERVICE; GET / shows what they know, GET
// /PARTNER/received tells it to programs; POST
// /PARTNER/faults?fail=N&lose=N&wrong=N&refuse=N&reject=N&more=N&words=…&slow=2s&hold=1&dead=1
// makes one misbehave.
func (a *Agencies) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /{partner}/{service}", a.service)
	mux.HandleFunc("POST /{partner}/faults", a.misbehave)
	mux.HandleFunc("GET /{partner}/faults", a.told)
	mux.HandleFunc("GET /{partner}/received", a.received)
	mux.HandleFunc("GET /{$}", a.page)
	return mux
}

type reply struct {
	Code      string `json:"code"`
	Message   string `json:"message,omitempty"`
	Reference string `json:"reference,omitempty"`
	Data      any    `json:"data,omitempty"`
}

func (a *Agencies) find(w http.ResponseWriter, r *http.Request) *partner {
	a.mu.Lock()
	defer a.mu.Unlock()
	p := a.partners[r.PathValue("partner")]
	if p == nil {
		w.WriteHeader(http.StatusNotFound)
	}
	return p
}

// service answers one of the services, or misbehaves first.
func (a *Agencies) service(w http.ResponseWriter, r *http.Request) {
	p := a.find(w, r)
	if p == nil {
		return
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, 1<<20))
	if err != nil {
		return
	}
	next, slow := a.next(p)
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
	}
	if r.Header.Get("Authorization") != "Bearer "+Token {
		show(w, reply{Code: "100", Message: "AUTHEN_ERROR"})
		return
	}
	raw := a.say(p, r.PathValue("service"), r.Header.Get("Idempotency-Key"), body)
	if next == "lose" {
		panic(http.ErrAbortHandler) // done, and the answer gets lost
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(raw) // the caller has gone: nobody to tell
}

func show(w http.ResponseWriter, body any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(body) // the caller has gone: nobody to tell
}

// say does what is said, once for each key, and returns the answer.
func (a *Agencies) say(p *partner, service, key string, body []byte) []byte {
	a.mu.Lock()
	defer a.mu.Unlock()
	before, again := p.seen[key]
	again = again && key != ""
	if len(p.got) < maxKept {
		p.got = append(p.got, Message{service, key, body, again})
	}
	if again {
		return before
	}
	var in map[string]string
	answer := reply{Code: "302", Message: "DATA_TYPE_INVALID"}
	if json.Unmarshal(body, &in) == nil {
		answer = p.do(service, in)
	}
	raw, _ := json.Marshal(answer) // it is plain
	if answer.Code == "0" {
		p.seen[key] = raw
	}
	return raw
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

func (a *Agencies) next(p *partner) (what string, slow time.Duration) {
	a.mu.Lock()
	defer a.mu.Unlock()
	f := &p.faults
	if f.dead {
		return "dead", 0
	}
	for _, one := range []struct {
		name string
		left *int
	}{{"fail", &f.fail}, {"lose", &f.lose}, {"wrong", &f.wrong}} {
		if *one.left > 0 {
			*one.left--
			return one.name, f.slow
		}
	}
	return "", f.slow
}

// do is what a partner answers.
func (p *partner) do(service string, in map[string]string) reply {
	if r, known := p.lookUp(service, in); known {
		return r
	}
	switch service {
	case "traTrangThaiHoSo":
		return p.status(in["maHoSo"])
	case "huyHoSo":
		return p.cancel(in)
	}
	return p.take(service, in)
}

// Needed is what a service does not go without.
func Needed(service string) []string {
	return map[string][]string{
		"DangKyThuongTru":     {"HoVaTen", "SoDinhDanh", "SoGiayKhaiSinh", "NoiThuongTru", "HoTenChuHo", "SoDinhDanhChuHo"},
		"XoaDangKyThuongTru":  {"HoVaTen", "SoDinhDanh", "SoTrichLuc"},
		"CapTheBHYTTreEm":     {"HoVaTen", "SoDinhDanh", "SoHoSoCuTru", "NoiKhamChuaBenh"},
		"CapTheCanCuocTreEm":  {"HoVaTen", "SoDinhDanh", "SoHoSoCuTru", "NoiNhan"},
		"GiaiQuyetMaiTangPhi": {"HoVaTen", "SoDinhDanh", "SoTrichLuc", "LoaiTroCap"},
	}[service]
}

func (p *partner) take(service string, in map[string]string) reply {
	for _, name := range Needed(service) {
		if in[name] == "" {
			return reply{Code: "200", Message: "Thiếu " + name}
		}
	}
	if in["ChuHoDongY"] == "no" {
		return reply{Code: "500", Message: "Chủ hộ chưa đồng ý cho đăng ký thường trú"}
	}
	if p.faults.refuse > 0 {
		p.faults.refuse--
		return reply{Code: "500", Message: p.words("Dữ liệu không khớp với cơ sở dữ liệu của cơ quan")}
	}
	f := &File{Reference: p.name + "-" + strconv.Itoa(len(p.files)+1), Service: service, Code: in["MaHoSo"], Status: "4", Told: in}
	switch {
	case p.faults.reject > 0:
		p.faults.reject--
		f.Status, f.Words = "0", p.words("Không đủ điều kiện giải quyết")
	case p.faults.more > 0:
		p.faults.more--
		f.Status, f.Words = "2", p.words("Cần bổ sung thông tin")
	}
	p.files = append(p.files, f)
	return reply{Code: "0", Reference: f.Reference}
}

func (p *partner) words(otherwise string) string {
	if p.faults.words != "" {
		return p.faults.words
	}
	return otherwise
}

type state struct {
	Status string            `json:"TrangThai"`
	Words  string            `json:"LyDo,omitempty"`
	Given  map[string]string `json:"KetQua,omitempty"`
}

func (p *partner) status(reference string) reply {
	i := slices.IndexFunc(p.files, func(f *File) bool { return f.Reference == reference })
	if i < 0 {
		return reply{Code: "201", Message: "RECORD_NOT_FOUND"}
	}
	f := p.files[i]
	s := state{Status: f.Status, Words: f.Words}
	if f.Status == "4" && p.faults.hold {
		s.Status = "1"
	}
	if s.Status == "4" {
		s.Given = given(f.Service, i+1)
	}
	return reply{Code: "0", Data: s}
}

// given is what a service gives in the end.
func given(service string, n int) map[string]string {
	number := strconv.Itoa(100000 + n)
	return map[string]map[string]string{
		"DangKyThuongTru":     {"SoHoSoCuTru": "CT-" + number},
		"XoaDangKyThuongTru":  {"SoHoSoCuTru": "XCT-" + number},
		"CapTheBHYTTreEm":     {"MaTheBHYT": "TE189" + "0000" + number},
		"CapTheCanCuocTreEm":  {"SoGiayHen": "CC-" + number},
		"GiaiQuyetMaiTangPhi": {"SoQuyetDinh": number + "/QĐ-MP"},
	}[service]
}

func (p *partner) cancel(in map[string]string) reply {
	for _, f := range slices.Backward(p.files) {
		if f.Status != "9" && (f.Reference == in["maHoSo"] || in["maHoSo"] == "" && f.Code == in["MaHoSo"]) {
			f.Status = "9"
			return reply{Code: "0", Reference: f.Reference}
		}
	}
	return reply{Code: "201", Message: "RECORD_NOT_FOUND"}
}

func (a *Agencies) misbehave(w http.ResponseWriter, r *http.Request) {
	p := a.find(w, r)
	if p == nil {
		return
	}
	count := func(name string) int { n, _ := strconv.Atoi(r.FormValue(name)); return n } // nothing is none
	slow, _ := time.ParseDuration(r.FormValue("slow"))
	a.mu.Lock()
	p.faults = faults{
		fail: count("fail"), lose: count("lose"), wrong: count("wrong"), refuse: count("refuse"), reject: count("reject"), more: count("more"),
		words: r.FormValue("words"), slow: min(slow, time.Minute), hold: r.FormValue("hold") != "", dead: r.FormValue("dead") != "",
	}
	a.mu.Unlock()
	w.WriteHeader(http.StatusNoContent)
}

func (a *Agencies) told(w http.ResponseWriter, r *http.Request) {
	p := a.find(w, r)
	if p == nil {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	f := p.faults
	door.Show(w, map[string]string{
		"fail": door.Number(f.fail), "lose": door.Number(f.lose), "wrong": door.Number(f.wrong), "refuse": door.Number(f.refuse), "reject": door.Number(f.reject), "more": door.Number(f.more),
		"words": f.words, "slow": door.Length(f.slow), "hold": door.Flag(f.hold), "dead": door.Flag(f.dead),
	})
}

func (a *Agencies) received(w http.ResponseWriter, r *http.Request) {
	p := a.find(w, r)
	if p == nil {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	show(w, struct {
		Messages []Message `json:"messages"`
		Files    []*File   `json:"files"`
	}{append([]Message{}, p.got...), append([]*File{}, p.files...)})
}

func (a *Agencies) page(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
	_, _ = io.WriteString(w, `<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Các cơ quan mô phỏng</title>
<style>body{font-family:system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem;color:#16232b}</style></head>
<body><h1>Các cơ quan mô phỏng</h1><p>MÔ PHỎNG – KHÔNG CÓ GIÁ TRỊ PHÁP LÝ. Hồ sơ và người ở đây là giả định.</p>`) // the caller has gone: nobody to tell
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, name := range Partners() {
		p := a.partners[name]
		_, _ = io.WriteString(w, "<h2>"+html.EscapeString(name)+"</h2><ul>")
		for _, f := range slices.Backward(p.files) {
			_, _ = io.WriteString(w, "<li>"+html.EscapeString(f.Reference+" · "+f.Service+" · "+f.Code+" · "+f.Status)+"</li>")
		}
		_, _ = io.WriteString(w, "</ul>")
	}
	_, _ = io.WriteString(w, "</body></html>")
}
