// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package fetch

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"
)

func TestAsk(t *testing.T) {
	t.Parallel()
	mux := http.NewServeMux()
	mux.HandleFunc("/good", func(w http.ResponseWriter, r *http.Request) {
		user, password, _ := r.BasicAuth()
		body, _ := io.ReadAll(r.Body)
		_, _ = io.WriteString(w, r.Method+" "+user+password+string(body))
	})
	mux.HandleFunc("/large", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, strings.Repeat("x", 2000)) })
	mux.HandleFunc("/refuse", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) })
	mux.HandleFunc("/elsewhere", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/good", http.StatusFound) })
	mux.HandleFunc("/hang", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	mux.HandleFunc("/drip", func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, "x")
		_ = http.NewResponseController(w).Flush()
		<-r.Context().Done()
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	o := Options{Timeout: 300 * time.Millisecond, Limit: 1000, Inside: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}}
	for path, want := range map[string]error{"/large": ErrTooLarge, "/refuse": ErrStatus, "/elsewhere": ErrStatus, "/hang": ErrSilent, "/drip": ErrSilent} {
		if _, err := New(o).Ask(t.Context(), Question{URL: server.URL + path}); !errors.Is(err, want) {
			t.Errorf("%s: got %v, want %v", path, err, want)
		}
	}
	got, err := New(o).Ask(t.Context(), Question{URL: server.URL + "/good", Body: []byte("?"), User: "u", Password: "p"})
	if err != nil || string(got) != "POST up?" {
		t.Errorf("got %q, %v", got, err)
	}
	if _, err := New(Options{Configured: true}).Ask(t.Context(), Question{URL: server.URL + "/good"}); err != nil {
		t.Errorf("configured: %v", err)
	}
	port := server.URL[strings.LastIndex(server.URL, ":"):]
	for _, closed := range []string{server.URL, "http://localhost" + port, "http://0.0.0.0" + port, "http://[::ffff:127.0.0.1]" + port, "http://2130706433" + port} {
		if _, err := New(Options{Timeout: time.Second}).Ask(t.Context(), Question{URL: closed + "/good"}); !errors.Is(err, ErrAddress) && !errors.Is(err, ErrSilent) {
			t.Errorf("%s: got %v", closed, err)
		}
	}
	if _, err := New(Options{}).Ask(t.Context(), Question{URL: server.URL + "/good"}); !errors.Is(err, ErrAddress) {
		t.Errorf("a private network: %v", err)
	}
	for _, bad := range []string{"", "file:///etc/passwd", "ldap://x/y", "http:", "gopher://x", "http://user:secret@example.org/"} {
		if _, err := New(Options{}).Ask(t.Context(), Question{URL: bad}); !errors.Is(err, ErrAddress) {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

func TestPublic(t *testing.T) {
	t.Parallel()
	for ip, want := range map[string]bool{
		"8.8.8.8": true, "2606:4700::1111": true, "10.1.2.3": false, "172.16.0.1": false, "192.168.1.1": false, "127.0.0.1": false, "169.254.169.254": false,
		"0.0.0.0": false, "100.64.1.1": false, "255.255.255.255": false, "::1": false, "fe80::1": false, "fd00::1": false, "64:ff9b::7f00:1": false, "2002:7f00:1::": false, "224.0.0.1": false,
	} {
		if got := public(netip.MustParseAddr(ip)); got != want {
			t.Errorf("%s: %v", ip, got)
		}
	}
}
