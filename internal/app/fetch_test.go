// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"

	"tinhso.vn/internal/platform/config"
)

func TestFetchStaysOutside(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]bool{
		"203.162.0.11:80": true, "[2405:4800::1]:443": true,
		"127.0.0.1:80": false, "[::1]:80": false, "10.0.0.1:80": false, "172.16.5.5:80": false, "192.168.1.1:80": false, "169.254.169.254:80": false,
		"[fe80::1%eth0]:80": false, "[fd00::1]:80": false, "[::ffff:127.0.0.1]:80": false, "0.0.0.0:80": false, "100.64.0.1:80": false, "224.0.0.1:80": false,
		"[64:ff9b::7f00:1]:80": false, "[2002:7f00:1::]:80": false, "255.255.255.255:80": false, "nowhere": false,
	} {
		if err := outside(address, nil); (err == nil) != want {
			t.Errorf("%s: %v", address, err)
		}
	}
	named := []netip.Prefix{netip.MustParsePrefix("10.1.2.0/24")}
	if outside("10.1.2.9:80", named) != nil || outside("10.1.3.9:80", named) == nil {
		t.Error("a named network, and the one beside it")
	}
}

func TestFetch(t *testing.T) {
	t.Parallel()
	if newFetch(config.Lists{}) != nil {
		t.Error("something is fetched although nobody said so")
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/list":
			_, _ = w.Write([]byte("a list"))
		case "/large":
			_, _ = w.Write(make([]byte, 2<<20))
		case "/inside":
			http.Redirect(w, r, "http://[::1]:1/list", http.StatusFound)
		case "/circle":
			http.Redirect(w, r, "/circle", http.StatusFound)
		default:
			http.NotFound(w, r)
		}
	}))
	defer server.Close()
	named := newFetch(config.Lists{Fetch: true, Private: []string{"127.0.0.1/32"}})
	if b, err := named(t.Context(), server.URL+"/list", 1<<20); err != nil || string(b) != "a list" {
		t.Errorf("%q, %v", b, err)
	}
	for path, says := range map[string]string{"/large": "longer", "/inside": "not of the public network", "/circle": "too often", "/none": "404"} {
		if _, err := named(t.Context(), server.URL+path, 1<<20); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v", path, err)
		}
	}
	for _, address := range []string{server.URL + "/list", strings.Replace(server.URL, "127.0.0.1", "localhost", 1) + "/list", "file:///etc/passwd"} {
		if _, err := newFetch(config.Lists{Fetch: true})(t.Context(), address, 1<<20); err == nil {
			t.Errorf("%s was fetched", address)
		}
	}
}
