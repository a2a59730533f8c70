// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package tsa_test

import (
	"context"
	"crypto/sha256"
	"crypto/x509"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/signing"
	"tinhso.vn/internal/kernel/signing/tsa"
)

var errRoots = errors.New("no roots")

// server is an authority that answers as it is told, and counts.
type server struct {
	ca    *signing.DevCA
	key   *signing.SoftKey
	url   string
	asked chan string
	say   func(n int) string
}

func serve(t *testing.T, say func(n int) string) *server {
	t.Helper()
	from := time.Now().Add(-time.Hour) // certificates look at the wall
	ca, err := signing.NewDevCA("kiểm thử", from, signing.P256)
	if err != nil {
		t.Fatal(err)
	}
	key, err := ca.Issue(signing.Subject{Name: "Dấu thời gian", Stamps: true, From: from, Until: from.AddDate(1, 0, 0)})
	if err != nil {
		t.Fatal(err)
	}
	s := &server{ca: ca, key: key, asked: make(chan string, 16), say: say}
	n := 0
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body := make([]byte, r.ContentLength)
		_, _ = r.Body.Read(body)
		n++
		user, _, _ := r.BasicAuth()
		s.asked <- user + " " + r.Header.Get("Content-Type")
		switch s.say(n) {
		case "hang":
			<-r.Context().Done()
		case "down":
			w.WriteHeader(http.StatusServiceUnavailable)
		case "garbage":
			_, _ = w.Write([]byte("<html>"))
		case "large":
			_, _ = w.Write(make([]byte, 1<<20))
		default:
			answer, err := s.ca.AnswerStamp(body, s.key, time.Now())
			if err != nil {
				t.Error(err)
			}
			_, _ = w.Write(answer)
		}
	}))
	t.Cleanup(web.Close)
	s.url = web.URL
	return s
}

func (s *server) client(t *testing.T, o tsa.Options) *tsa.Client {
	t.Helper()
	o.URL, o.Now, o.Pause = s.url, time.Now, time.Millisecond
	if o.Timeout == 0 {
		o.Timeout = 5 * time.Second
	}
	if o.Roots == nil {
		o.Roots = func(context.Context) (*x509.CertPool, error) { return s.ca.Roots(), nil }
	}
	c, err := tsa.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestStamp(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name    string
		say     func(n int) string
		options tsa.Options
		want    error
		asked   int
	}{
		{"good", func(int) string { return "" }, tsa.Options{User: "tinh", Password: "x"}, nil, 1},
		{"down once", func(n int) string { return map[int]string{1: "down"}[n] }, tsa.Options{}, nil, 2},
		{"down for long", func(int) string { return "down" }, tsa.Options{}, tsa.ErrSilent, 3},
		{"hangs", func(int) string { return "hang" }, tsa.Options{Timeout: 50 * time.Millisecond}, tsa.ErrSilent, 3},
		{"garbage", func(int) string { return "garbage" }, tsa.Options{}, tsa.ErrWrong, 1},
		{"too large", func(int) string { return "large" }, tsa.Options{}, tsa.ErrWrong, 1},
		{"another policy", func(int) string { return "" }, tsa.Options{Policy: "1.2.3.4"}, tsa.ErrWrong, 1},
		{"not trusted", func(int) string { return "" }, tsa.Options{Roots: func(context.Context) (*x509.CertPool, error) { return x509.NewCertPool(), nil }}, tsa.ErrWrong, 1},
		{"nobody knows whom to trust", func(int) string { return "" }, tsa.Options{Roots: func(context.Context) (*x509.CertPool, error) { return nil, errRoots }}, errRoots, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, tt.say)
			sum := sha256.Sum256([]byte("chữ ký"))
			c := s.client(t, tt.options)
			token, err := c.Stamp(t.Context(), sum[:])
			if !errors.Is(err, tt.want) || (err == nil) != (tt.want == nil) {
				t.Fatalf("got %v, want %v", err, tt.want)
			}
			if len(s.asked) != tt.asked {
				t.Errorf("asked %d times, want %d", len(s.asked), tt.asked)
			}
			if err != nil {
				return
			}
			if at, err := signing.StampedAt(token); err != nil || time.Since(at).Abs() > time.Minute {
				t.Errorf("stamped at %v, %v", at, err)
			}
			if got := <-s.asked; got != tt.options.User+" application/timestamp-query" {
				t.Errorf("asked as %q", got)
			}
			if certs, err := c.Certificates(t.Context()); err != nil || len(certs) == 0 || len(s.asked) != tt.asked-1 {
				t.Errorf("%d certificates, %v", len(certs), err)
			}
		})
	}
}

func TestPolicies(t *testing.T) {
	t.Parallel()
	for s, good := range map[string]bool{"": true, "1.3.6.1": true, "1": false, "a.b": false, "1.-3": false, "1..3": false} {
		if _, err := tsa.ParsePolicy(s); (err == nil) != good {
			t.Errorf("%q: %v", s, err)
		}
	}
}
