// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package gallerytest serves the gallery with its assets, for tests and for
// whoever wants to look at it in a browser.
package gallerytest

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"tinhso.vn/internal/platform/ui/gallery"
	"tinhso.vn/internal/platform/ui/layout"
	"tinhso.vn/web"
)

// Serve starts a server with the gallery at /_ui/ and the assets at /assets/.
func Serve(tb testing.TB) *httptest.Server {
	tb.Helper()
	assets, err := layout.NewAssets(web.Dist, "/assets/")
	if err != nil {
		tb.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("/assets/", assets.Handler())
	mux.Handle("/_ui/", gallery.Handler("/_ui", assets))
	server := httptest.NewServer(mux)
	tb.Cleanup(server.Close)
	return server
}
