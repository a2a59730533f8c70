// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

// No two addresses of these pages mean the same: the server would not start.
func TestAddressesDoNotCollide(t *testing.T) {
	t.Parallel()
	mux := http.NewServeMux()
	for _, r := range Routes(nil) {
		mux.Handle(r.Pattern, http.NotFoundHandler())
	}
	if _, pattern := mux.Handler(httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/so/tram/thong-ke", nil)); pattern != "GET /so/{register}/thong-ke" {
		t.Errorf("statistics are at %q", pattern)
	}
}
