// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package zalo plays the part of Zalo that sends approved templates (ZNS): it
// takes them, shows them on a page, and misbehaves when told to. Its codes of
// errors are made up. It sends nothing.
package zalo

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"html"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"tinhso.vn/internal/platform/clock"
)

// What the simulated account is called, and its codes.
//
//nolint:gosec // made up, and of no use anywhere else
const (
	Token      = "simulated-zalo-token"
	App        = "1234567890"
	Secret     = "simulated-zalo-secret"
	NoZalo     = "-118"
	Quota      = "-144"
	Never      = "-132"
	WrongToken = -124
)

type message struct {
	Phone    string            `json:"phone"`
	Template string            `json:"template_id"`
	Data     map[string]string `json:"template_data"`
	Tracking string            `json:"tracking_id"`
	At       time.Time         `json:"-"`
}

type faults struct {
	Down, NoZalo, Quota, Never, Lose, Later, Arrive int
	Slow                                            time.Duration
	Twice                                           bool
}

// Server is the simulator.
type Server struct {
	clock clock.Clock
	// Callback is where notices go; empty: nowhere.
	callback string

	mu     sync.Mutex
	kept   []message
	seen   map[string]bool
	faults faults
}

// New returns the simulator. It says at callback what became of messages.
func New(c clock.Clock, callback string) *Server {
	return &Server{clock: c, callback: callback, seen: map[string]bool{}}
}

// Handler answers POST /message/template, shows what came at GET / and misbehaves
// by POST /faults?down=N&no_zalo=N&quota=N&never=N&lose=N&later=N&arrive=N&slow=2s&twice=1&callback=URL.
func (s *Server) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /message/template", s.take)
	mux.HandleFunc("POST /faults", s.misbehave)
	mux.HandleFunc("GET /{$}", s.page)
	return mux
}

func (s *Server) take(w http.ResponseWriter, r *http.Request) {
	var m message
	if err := json.NewDecoder(io.LimitReader(r.Body, 16<<10)).Decode(&m); err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	what, slow := s.next()
	if slow > 0 {
		select {
		case <-time.After(slow):
		case <-r.Context().Done():
			return
		}
	}
	answer := func(code int) {
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(map[string]any{"error": code, "message": "simulated", "data": map[string]string{"msg_id": "z" + m.Tracking}}) // the caller has gone: nobody to tell
	}
	made := map[string]string{"no_zalo": NoZalo, "quota": Quota, "never": Never}
	switch {
	case what == "down":
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	case r.Header.Get("access_token") != Token:
		answer(WrongToken)
		return
	case made[what] != "":
		code, _ := strconv.Atoi(made[what])
		answer(code)
		return
	case !regexp.MustCompile(`^84\d{9}$`).MatchString(m.Phone) || m.Template == "" || m.Tracking == "":
		code, _ := strconv.Atoi(Never)
		answer(code)
		return
	}
	s.keep(m)
	ctx := context.WithoutCancel(r.Context())
	switch what {
	case "lose":
		panic(http.ErrAbortHandler) // taken, and the answer gets lost
	case "later":
		go s.tell(ctx, m, "zns_failed")
	case "arrive":
		go s.tell(ctx, m, "user_received_message")
	}
	answer(0)
}

func (s *Server) next() (what string, slow time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f := &s.faults
	for _, one := range []struct {
		name string
		left *int
	}{{"down", &f.Down}, {"no_zalo", &f.NoZalo}, {"quota", &f.Quota}, {"never", &f.Never}, {"lose", &f.Lose}, {"later", &f.Later}, {"arrive", &f.Arrive}} {
		if *one.left > 0 {
			*one.left--
			return one.name, f.Slow
		}
	}
	return "", f.Slow
}

func (s *Server) keep(m message) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.seen[m.Tracking] {
		return
	}
	s.seen[m.Tracking] = true
	m.At = s.clock.Now()
	s.kept = append(s.kept, m)
}

// tell says what became of a message, signed as recalled.
func (s *Server) tell(ctx context.Context, m message, event string) {
	s.mu.Lock()
	to, times := s.callback, 1
	if s.faults.Twice {
		times = 2
	}
	s.mu.Unlock()
	if to == "" {
		return
	}
	at := strconv.FormatInt(s.clock.Now().UnixMilli(), 10)
	body, err := json.Marshal(map[string]any{"event_name": event, "timestamp": at, "message": map[string]string{"tracking_id": m.Tracking, "msg_id": "z" + m.Tracking}})
	if err != nil {
		return
	}
	sum := sha256.Sum256([]byte(App + string(body) + at + Secret))
	for range times {
		time.Sleep(200 * time.Millisecond)
		r, err := http.NewRequestWithContext(ctx, http.MethodPost, to, bytes.NewReader(body))
		if err != nil {
			return
		}
		r.Header.Set("X-ZEvent-Signature", "mac="+hex.EncodeToString(sum[:]))
		client := &http.Client{Timeout: 10 * time.Second}
		if answer, err := client.Do(r); err == nil {
			_ = answer.Body.Close()
		}
	}
}

func (s *Server) misbehave(w http.ResponseWriter, r *http.Request) {
	count := func(name string) int { n, _ := strconv.Atoi(r.FormValue(name)); return n }
	slow, _ := time.ParseDuration(r.FormValue("slow"))
	s.mu.Lock()
	s.faults = faults{
		Down: count("down"), NoZalo: count("no_zalo"), Quota: count("quota"), Never: count("never"), Lose: count("lose"), Later: count("later"), Arrive: count("arrive"),
		Slow: min(slow, time.Minute), Twice: r.FormValue("twice") != "",
	}
	if to := r.FormValue("callback"); to != "" {
		s.callback = to
	}
	s.mu.Unlock()
	w.WriteHeader(http.StatusNoContent)
}

func (s *Server) page(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
	var b strings.Builder
	b.WriteString(`<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Zalo mô phỏng</title>
<style>body{font-family:system-ui,sans-serif;max-width:40rem;margin:2rem auto;padding:0 1rem;color:#16232b}li{margin:0 0 1rem;padding:.75rem 1rem;background:#e3f0f0;border-radius:10px;list-style:none}small{color:#46545d}ul{padding:0}</style></head>
<body><h1>Zalo mô phỏng</h1><p>Tài khoản giả định: không có gì được gửi đi.</p><ul>`)
	s.mu.Lock()
	all := slices.Clone(s.kept)
	s.mu.Unlock()
	for _, m := range slices.Backward(all) {
		b.WriteString("<li><small>" + html.EscapeString(m.Phone) + " · " + m.At.In(clock.Vietnam()).Format("02/01/2006 15:04:05") + " · " + html.EscapeString(m.Template) + "</small>")
		keys := make([]string, 0, len(m.Data))
		for k := range m.Data {
			keys = append(keys, k)
		}
		slices.Sort(keys)
		for _, k := range keys {
			b.WriteString("<br>" + html.EscapeString(k+": "+m.Data[k]))
		}
		b.WriteString("</li>")
	}
	if len(all) == 0 {
		b.WriteString("<li>Chưa có tin nào.</li>")
	}
	b.WriteString("</ul></body></html>")
	_, _ = io.WriteString(w, b.String()) // the caller has gone: nobody to tell
}
