// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package web

import (
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"tinhso.vn/internal/platform/clock"
)

// Server is what every route is served with.
type Server struct {
	Log    *slog.Logger
	Clock  clock.Clock
	Limits *Limiter
	Secure bool // the public address is https
	// Enter finds out who is asking and lets in only whom the route is for. The
	// request it returns, also with an error, knows the reader. Nil lets everybody in.
	Enter func(r *http.Request, route Route) (*http.Request, error)
	// Client names a caller that has a limit of its own, wherever it calls from,
	// as Enter has found it out; "" for everybody else. May be nil.
	Client  func(r *http.Request) (name string, how Rate)
	Calls   Calls                                                         // remembers calls with an idempotency key; may be nil
	Caller  func(r *http.Request) string                                  // whose key it is: the account, as Enter has found it out
	Failure func(w http.ResponseWriter, r *http.Request, p *ProblemError) // renders the page of an error
	Explain func(r *http.Request, p *ProblemError)                        // fills Detail in the reader's language
	Refused func(r *http.Request, route Route, p *ProblemError)           // hears of what callers were refused; may be nil
}

// Serve adapts a route: it bounds how often and how much, and answers an error
// as page or problem. Only internal errors are logged as errors: the rest is
// the program working as intended.
func (s *Server) Serve(route Route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := s.Clock.Now()
		ctx := r.Context()
		r = r.WithContext(s.Limits.with(ctx, r))
		seen := &recorder{ResponseWriter: w}
		r.Body = http.MaxBytesReader(seen, r.Body, route.maxBody())
		entered, err := s.handle(seen, r, route)
		status := seen.status
		if err != nil {
			p := Problem(err)
			status = p.Status
			s.answer(seen, entered, route, p)
			s.logRefused(r, route, p, err)
			if s.Refused != nil && p.Status < http.StatusInternalServerError {
				s.Refused(entered, route, p)
			}
		}
		s.Log.LogAttrs(ctx, slog.LevelDebug, "request", slog.String("route", route.Pattern),
			slog.Int("status", status), slog.Duration("took", s.Clock.Now().Sub(began)))
	})
}

// maxLogged is how much of an error of ours is logged: a stack fits.
const maxLogged = 16 << 10

// logRefused writes down the code of what the caller did wrong and nothing that
// the caller wrote, which may be anything of any length; of a fault of ours also
// the error.
func (s *Server) logRefused(r *http.Request, route Route, p *ProblemError, err error) {
	what := []slog.Attr{slog.String("route", route.Pattern), slog.Int("status", p.Status), slog.String("code", p.Code)}
	if p.Status < http.StatusInternalServerError {
		s.Log.LogAttrs(r.Context(), slog.LevelInfo, "request refused", what...)
		return
	}
	text := err.Error()
	text = strings.ToValidUTF8(text[:min(len(text), maxLogged)], "")
	s.Log.LogAttrs(r.Context(), slog.LevelError, "request refused", append(what, slog.String("ref", p.Ref), slog.String("error", text))...)
}

func (s *Server) handle(w http.ResponseWriter, r *http.Request, route Route) (entered *http.Request, err error) {
	entered = r
	defer func() {
		if p := recover(); p != nil {
			if p == http.ErrAbortHandler { //nolint:errorlint // the value itself is thrown
				panic(p)
			}
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	standing, wait := s.Limits.Allow(route, r)
	if err := stand(w, route, standing, wait); err != nil {
		return entered, err
	}
	if !readable(r) {
		return entered, ErrMalformed
	}
	if s.Enter != nil {
		if entered, err = s.Enter(r, route); err != nil {
			return entered, err
		}
	}
	if s.Client != nil {
		if name, how := s.Client(entered); name != "" {
			standing, wait := s.Limits.AllowClient(name, how)
			if err := stand(w, route, standing, wait); err != nil {
				return entered, err
			}
		}
	}
	if s.Calls != nil && route.repeatable() && r.Header.Get(OnceHeader) != "" {
		return entered, s.once(w, entered, route)
	}
	return entered, route.Handle(w, entered)
}

// stand tells programs how much of a limit is left, and refuses who has none.
func stand(w http.ResponseWriter, route Route, s Standing, wait time.Duration) error {
	if route.API && s.Limit > 0 {
		s.tell(w.Header())
	}
	if wait <= 0 {
		return nil
	}
	seconds := int(wait/time.Second) + 1
	w.Header().Set("Retry-After", fmt.Sprint(seconds))
	return ErrTooOften.With("seconds", seconds)
}

// readable reports whether an address is text. Nothing of ours has a NUL or
// broken UTF-8 in its name, and PostgreSQL takes neither.
func readable(r *http.Request) bool {
	if !isText(r.URL.Path) {
		return false
	}
	for name, values := range r.URL.Query() {
		if !isText(name) || slices.ContainsFunc(values, func(v string) bool { return !isText(v) }) {
			return false
		}
	}
	return true
}

func isText(s string) bool { return utf8.ValidString(s) && !strings.ContainsRune(s, 0) }

func (s *Server) answer(w *recorder, r *http.Request, route Route, p *ProblemError) {
	switch {
	case p.answered || w.status != 0: // too late to say anything else
	case route.API:
		s.Explain(r, p)
		p.Write(w)
	default:
		s.Explain(r, p)
		s.Failure(w, r, p)
	}
}

// recorder remembers whether an answer has begun.
type recorder struct {
	http.ResponseWriter
	status int
}

// WriteHeader implements http.ResponseWriter.
func (w *recorder) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

// Write implements http.ResponseWriter.
func (w *recorder) Write(b []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	return w.ResponseWriter.Write(b)
}

// Unwrap lets http.ResponseController reach the connection.
func (w *recorder) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// policy lets pages load what this server serves, and nothing else: no script
// or style inside pages, no frames, no other hosts.
const policy = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

// Connect lets the scripts of one page speak to one more address, which the
// operator has configured: "ws://127.0.0.1:8987".
func Connect(w http.ResponseWriter, address string) {
	w.Header().Set("Content-Security-Policy", policy+"; connect-src 'self' "+address)
}

// Headers sets what every answer says about itself.
func (s *Server) Headers(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=()")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Cache-Control", "no-store") // pages are personal unless they say otherwise
		if s.Secure {
			h.Set("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
		}
		next.ServeHTTP(w, r)
	})
}

// SameSite refuses a post that a page of another site has sent, by the headers
// that browsers set and pages cannot. Programs without a browser's headers pass:
// they have no cookie to abuse. Except are the patterns of routes that are CrossSite.
func (s *Server) SameSite(next http.Handler, except ...string) http.Handler {
	protection := http.NewCrossOriginProtection()
	for _, pattern := range except {
		protection.AddInsecureBypassPattern(pattern)
	}
	protection.SetDenyHandler(s.Serve(Route{Pattern: "cross-site", Access: Public(), Handle: func(http.ResponseWriter, *http.Request) error {
		return ErrCrossSite
	}}))
	return protection.Handler(next)
}

// IsAPI reports whether a request is for the programs' door.
func IsAPI(r *http.Request) bool { return strings.HasPrefix(r.URL.Path, "/api/") }
