// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package mail plays a mail server: it takes what the program sends over SMTP,
// shows it on a page, and misbehaves when told to. It delivers nothing.
package mail

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"html"
	"io"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/emersion/go-smtp"

	"tinhso.vn/internal/platform/clock"
	"tinhso.vn/internal/simulators/door"
)

// faults is how the server misbehaves with the next mails.
type faults struct {
	Refuse int           // so many get 550: never
	Later  int           // so many get 451: not now
	Drop   int           // so many are taken, and the line is cut before the answer
	Slow   time.Duration // how long each takes
}

const (
	maxKept = 200
	maxMail = 30 << 20
)

// Server is the simulator: mails come over SMTP, people look over HTTP.
type Server struct {
	smtp  *smtp.Server
	clock clock.Clock

	mu     sync.Mutex
	kept   []Received
	faults faults
}

// New returns a server. With a certificate it offers STARTTLS.
func New(c clock.Clock, certificate *tls.Config) *Server {
	s := &Server{clock: c}
	s.smtp = smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) { return &session{server: s, conn: c}, nil }))
	s.smtp.Domain, s.smtp.MaxMessageBytes, s.smtp.MaxRecipients = "mail.simulated", maxMail, 100
	s.smtp.ReadTimeout, s.smtp.WriteTimeout = time.Minute, time.Minute
	s.smtp.TLSConfig, s.smtp.EnableSMTPUTF8 = certificate, true
	s.smtp.ErrorLog = quiet{}
	return s
}

// quiet is told of broken lines, which are what the simulator is for.
type quiet struct{}

// Printf implements smtp.Logger.
func (quiet) Printf(string, ...any) {}

// Println implements smtp.Logger.
func (quiet) Println(...any) {}

// Serve takes mails from l until ctx ends.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	stop := context.AfterFunc(ctx, func() { _ = s.smtp.Close() })
	defer stop()
	if err := s.smtp.Serve(l); err != nil && !errors.Is(err, smtp.ErrServerClosed) && ctx.Err() == nil {
		return err
	}
	return nil
}

type session struct {
	server *Server
	conn   *smtp.Conn
	from   string
	to     []string
}

// Mail implements smtp.Session.
func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	s.from = from
	return nil
}

// Rcpt implements smtp.Session.
func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.to = append(s.to, to)
	return nil
}

// Reset implements smtp.Session.
func (s *session) Reset() { s.from, s.to = "", nil }

// Logout implements smtp.Session.
func (s *session) Logout() error { return nil }

// Data implements smtp.Session.
func (s *session) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	what, slow := s.server.next()
	if slow > 0 {
		time.Sleep(slow)
	}
	switch what {
	case "refuse":
		return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no such mailbox"}
	case "later":
		return &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 3, 0}, Message: "not now"}
	}
	s.server.keep(s.from, s.to, raw)
	if what == "drop" {
		_ = s.conn.Conn().Close() // taken, and the answer gets lost
	}
	return nil
}

func (s *Server) next() (what string, slow time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range []struct {
		name string
		left *int
	}{{"refuse", &s.faults.Refuse}, {"later", &s.faults.Later}, {"drop", &s.faults.Drop}} {
		if *f.left > 0 {
			*f.left--
			return f.name, s.faults.Slow
		}
	}
	return "", s.faults.Slow
}

func (s *Server) keep(from string, to []string, raw []byte) {
	m := parse(raw)
	m.From, m.To, m.At = from, slices.Clone(to), s.clock.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.kept = append(s.kept, m)
	if len(s.kept) > maxKept {
		s.kept = s.kept[1:]
	}
}

// Received returns what has come, the oldest first.
func (s *Server) Received() []Received {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.kept)
}

// Handler shows what has come: GET /mail/ to people, GET /mail/messages to
// programs. POST /mail/faults?refuse=N&later=N&drop=N&slow=2s makes it misbehave.
func (s *Server) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /mail/{$}", s.page)
	mux.HandleFunc("GET /mail/messages", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(s.Received()) // the caller has gone: nobody to tell
	})
	mux.HandleFunc("POST /mail/faults", s.misbehave)
	mux.HandleFunc("GET /mail/faults", s.told)
	return mux
}

func (s *Server) misbehave(w http.ResponseWriter, r *http.Request) {
	count := func(name string) int { n, _ := strconv.Atoi(r.FormValue(name)); return n }
	slow, _ := time.ParseDuration(r.FormValue("slow"))
	s.mu.Lock()
	s.faults = faults{Refuse: count("refuse"), Later: count("later"), Drop: count("drop"), Slow: min(slow, time.Minute)}
	s.mu.Unlock()
	w.WriteHeader(http.StatusNoContent)
}

func (s *Server) told(w http.ResponseWriter, _ *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f := s.faults
	door.Show(w, map[string]string{"refuse": door.Number(f.Refuse), "later": door.Number(f.Later), "drop": door.Number(f.Drop), "slow": door.Length(f.Slow)})
}

func (s *Server) page(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
	var b strings.Builder
	b.WriteString(`<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Thư điện tử mô phỏng</title>
<style>body{font-family:system-ui,sans-serif;max-width:44rem;margin:2rem auto;padding:0 1rem;color:#16232b}li{margin:0 0 1rem;padding:.75rem 1rem;background:#e3f0f0;border-radius:10px;list-style:none}small{color:#46545d}ul{padding:0}pre{white-space:pre-wrap;overflow-wrap:anywhere;font:inherit;margin:.5rem 0 0}</style></head>
<body><h1>Thư điện tử mô phỏng</h1><p>Máy chủ thư giả định: không có thư nào được chuyển đi.</p><ul>`)
	all := s.Received()
	for _, m := range slices.Backward(all) {
		b.WriteString("<li><small>" + html.EscapeString(m.From+" → "+strings.Join(m.To, ", ")) + " · " + m.At.In(clock.Vietnam()).Format("02/01/2006 15:04:05") +
			"</small><br><b>" + html.EscapeString(m.Subject) + "</b><pre>" + html.EscapeString(m.Text) + "</pre>")
		for _, name := range m.Files {
			b.WriteString("<small>Tệp: " + html.EscapeString(name) + "</small><br>")
		}
		b.WriteString("</li>")
	}
	if len(all) == 0 {
		b.WriteString("<li>Chưa có thư nào.</li>")
	}
	b.WriteString("</ul></body></html>")
	_, _ = io.WriteString(w, b.String()) // the caller has gone: nobody to tell
}
