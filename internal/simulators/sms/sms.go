// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package sms plays a gateway of short messages: it takes what the program
// sends, shows it on a page, and misbehaves when told to. It sends nothing.
package sms

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

	"tinhso.vn/internal/platform/clock"
	"tinhso.vn/internal/simulators/door"
)

// message is what the program sends.
type message struct {
	Key  string `json:"key"` // the same message sent again has the same key
	To   string `json:"to"`
	Text string `json:"text"`
	// Callback is where the gateway says later what became of the message.
	Callback string    `json:"callback"`
	At       time.Time `json:"-"`
}

// faults is how the gateway misbehaves.
type faults struct {
	Fail   int           // how many of the next messages get 503
	Slow   time.Duration // how long each answer takes
	Lose   int           // how many of the next messages are taken and not answered
	Wrong  int           // how many of the next numbers do not exist
	Later  int           // how many of the next messages are taken and fail later
	Arrive int           // how many of the next messages are said to have arrived
	Twice  bool          // what is said later is said twice
}

const (
	maxKept = 500
	maxText = 160
)

type gateway struct {
	clock clock.Clock

	mu     sync.Mutex
	kept   []message
	seen   map[string]bool
	faults faults
}

// New returns the gateway: POST /sms/v1/messages takes one, GET / shows them,
// POST /faults?fail=N&lose=N&slow=2s&wrong=N&later=N&arrive=N&twice=1 makes it misbehave.
func New(c clock.Clock) http.Handler {
	g := &gateway{clock: c, seen: map[string]bool{}}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /sms/v1/messages", g.take)
	mux.HandleFunc("GET /sms/v1/messages", g.list)
	mux.HandleFunc("POST /faults", g.misbehave)
	mux.HandleFunc("GET /faults", g.told)
	mux.HandleFunc("GET /{$}", g.page)
	return mux
}

func (g *gateway) take(w http.ResponseWriter, r *http.Request) {
	var m message
	if err := json.NewDecoder(io.LimitReader(r.Body, 4096)).Decode(&m); err != nil || m.Key == "" || m.To == "" {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	if len(m.Text) > maxText || strings.ContainsFunc(m.Text, func(c rune) bool { return c > 126 || c < 32 }) {
		w.WriteHeader(http.StatusUnprocessableEntity) // a real gateway would charge for two
		return
	}
	next, slow := g.next()
	if slow > 0 {
		select {
		case <-time.After(slow):
		case <-r.Context().Done():
			return
		}
	}
	switch next {
	case "fail":
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	case "wrong":
		w.WriteHeader(http.StatusUnprocessableEntity)
		_, _ = io.WriteString(w, `{"reason":"number"}`)
		return
	}
	g.keep(m)
	switch next {
	case "lose":
		panic(http.ErrAbortHandler) // taken, and the answer gets lost
	case "later":
		go g.tell(context.WithoutCancel(r.Context()), m, "failed", "number")
	case "arrive":
		go g.tell(context.WithoutCancel(r.Context()), m, "delivered", "")
	}
	w.WriteHeader(http.StatusAccepted)
}

// Token is what the gateway shows when it says later what became of a message.
const Token = "simulated-gateway"

// tell says what became of a message, after the answer has left.
func (g *gateway) tell(ctx context.Context, m message, state, reason string) {
	if m.Callback == "" {
		return
	}
	g.mu.Lock()
	times := 1
	if g.faults.Twice {
		times = 2
	}
	g.mu.Unlock()
	for range times {
		time.Sleep(200 * time.Millisecond)
		body, err := json.Marshal(map[string]string{"key": m.Key, "state": state, "reason": reason})
		if err != nil {
			return
		}
		r, err := http.NewRequestWithContext(ctx, http.MethodPost, m.Callback, bytes.NewReader(body))
		if err != nil {
			return
		}
		r.Header.Set("Authorization", "Bearer "+Token)
		client := &http.Client{Timeout: 10 * time.Second}
		if answer, err := client.Do(r); err == nil {
			_ = answer.Body.Close()
		}
	}
}

func (g *gateway) next() (what string, slow time.Duration) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, f := range []struct {
		name string
		left *int
	}{{"fail", &g.faults.Fail}, {"lose", &g.faults.Lose}, {"wrong", &g.faults.Wrong}, {"later", &g.faults.Later}, {"arrive", &g.faults.Arrive}} {
		if *f.left > 0 {
			*f.left--
			return f.name, g.faults.Slow
		}
	}
	return "", g.faults.Slow
}

func (g *gateway) keep(m message) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.seen[m.Key] {
		return
	}
	g.seen[m.Key] = true
	m.At = g.clock.Now()
	g.kept = append(g.kept, m)
	if len(g.kept) > maxKept {
		g.kept = g.kept[1:]
	}
}

func (g *gateway) messages() []message {
	g.mu.Lock()
	defer g.mu.Unlock()
	return append([]message{}, g.kept...)
}

func (g *gateway) list(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(g.messages()) // the caller has gone: nobody to tell
}

func (g *gateway) misbehave(w http.ResponseWriter, r *http.Request) {
	count := func(name string) int { n, _ := strconv.Atoi(r.FormValue(name)); return n }
	slow, _ := time.ParseDuration(r.FormValue("slow"))
	g.mu.Lock()
	g.faults = faults{
		Fail: count("fail"), Lose: count("lose"), Slow: min(slow, time.Minute), Wrong: count("wrong"), Later: count("later"), Arrive: count("arrive"), Twice: r.FormValue("twice") != "",
	}
	g.mu.Unlock()
	w.WriteHeader(http.StatusNoContent)
}

func (g *gateway) told(w http.ResponseWriter, _ *http.Request) {
	g.mu.Lock()
	defer g.mu.Unlock()
	f := g.faults
	door.Show(w, map[string]string{"fail": door.Number(f.Fail), "lose": door.Number(f.Lose), "slow": door.Length(f.Slow)})
}

func (g *gateway) page(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
	var b strings.Builder
	b.WriteString(`<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Tin nhắn mô phỏng</title>
<style>body{font-family:system-ui,sans-serif;max-width:40rem;margin:2rem auto;padding:0 1rem;color:#16232b}li{margin:0 0 1rem;padding:.75rem 1rem;background:#e3f0f0;border-radius:10px;list-style:none}small{color:#46545d}ul{padding:0}</style></head>
<body><h1>Tin nhắn mô phỏng</h1><p>Cổng tin nhắn giả định: không có gì được gửi đi.</p><ul>`)
	all := g.messages()
	for _, m := range slices.Backward(all) {
		b.WriteString("<li><small>" + html.EscapeString(m.To) + " · " + m.At.In(clock.Vietnam()).Format("02/01/2006 15:04:05") +
			"</small><br>" + html.EscapeString(m.Text) + "</li>")
	}
	if len(all) == 0 {
		b.WriteString("<li>Chưa có tin nhắn nào.</li>")
	}
	b.WriteString("</ul></body></html>")
	_, _ = io.WriteString(w, b.String()) // the caller has gone: nobody to tell
}
