// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"

	"tinhso.vn/internal/platform/config"
	"tinhso.vn/internal/platform/fetch"
)

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
		case "/elsewhere":
			http.Redirect(w, r, "/list", http.StatusFound)
		default:
			http.NotFound(w, r)
		}
	}))
	defer server.Close()
	named := newFetch(config.Lists{Fetch: true, Private: []string{"127.0.0.1/32"}})
	if b, err := named(t.Context(), server.URL+"/list", 1<<20); err != nil || string(b) != "a list" {
		t.Errorf("%q, %v", b, err)
	}
	for path, want := range map[string]error{"/large": fetch.ErrTooLarge, "/elsewhere": fetch.ErrStatus, "/none": fetch.ErrStatus} {
		if _, err := named(t.Context(), server.URL+path, 1<<20); !errors.Is(err, want) {
			t.Errorf("%s: %v", path, err)
		}
	}
	for _, address := range []string{server.URL + "/list", "file:///etc/passwd"} {
		if _, err := newFetch(config.Lists{Fetch: true})(t.Context(), address, 1<<20); !errors.Is(err, fetch.ErrAddress) {
			t.Errorf("%s: %v", address, err)
		}
	}
}
