// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package layout

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/fstest"
)

func built() fstest.MapFS {
	return fstest.MapFS{
		"dist/manifest.json":         {Data: []byte(`{"site.css":"site-ABC.css","latin-400.woff2":"fonts/latin-DEF.woff2"}`)},
		"dist/site-ABC.css":          {Data: []byte("body{}")},
		"dist/site-ABC.css.gz":       {Data: []byte("zipped")},
		"dist/site-ABC.css.br":       {Data: []byte("brotli")},
		"dist/fonts/latin-DEF.woff2": {Data: []byte("font")},
		"dist/pdf/Regular.ttf":       {Data: []byte("for the PDF maker only")},
		"dist/NOTICES.txt":           {Data: []byte("licences")},
		"dist/.keep":                 {},
	}
}

func ask(t *testing.T, a *Assets, method, path string, header http.Header) *httptest.ResponseRecorder {
	t.Helper()
	request := httptest.NewRequestWithContext(t.Context(), method, path, nil)
	request.Header = header
	answer := httptest.NewRecorder()
	a.Handler().ServeHTTP(answer, request)
	return answer
}

func TestAssets(t *testing.T) {
	t.Parallel()
	a, err := NewAssets(built(), "/assets/")
	if err != nil {
		t.Fatal(err)
	}
	if got := a.Href("site.css"); got != "/assets/site-ABC.css" {
		t.Errorf("address %s", got)
	}
	for _, c := range []struct {
		name, method, path, accept string
		status                     int
		body, kind, encoding       string
	}{
		{"plain", "GET", "/assets/site-ABC.css", "", 200, "body{}", "text/css; charset=utf-8", ""},
		{"gzip", "GET", "/assets/site-ABC.css", "gzip, deflate", 200, "zipped", "text/css; charset=utf-8", "gzip"},
		{"brotli before gzip", "GET", "/assets/site-ABC.css", "gzip, deflate, br, zstd", 200, "brotli", "text/css; charset=utf-8", "br"},
		{"refused encoding", "GET", "/assets/site-ABC.css", "br;q=0, gzip;q=0.5", 200, "zipped", "text/css; charset=utf-8", "gzip"},
		{"font", "GET", "/assets/fonts/latin-DEF.woff2", "gzip", 200, "font", "font/woff2", ""},
		{"head", "HEAD", "/assets/site-ABC.css", "", 200, "", "text/css; charset=utf-8", ""},
		{"no such file", "GET", "/assets/nothing.css", "", 404, "", "", ""},
		{"not for browsers", "GET", "/assets/pdf/Regular.ttf", "", 404, "", "", ""},
		{"the packed file by its name", "GET", "/assets/site-ABC.css.gz", "", 404, "", "", ""},
		{"manifest", "GET", "/assets/manifest.json", "", 404, "", "", ""},
		{"way out", "GET", "/assets/../manifest.json", "", 404, "", "", ""},
		{"posting", "POST", "/assets/site-ABC.css", "", 405, "", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			answer := ask(t, a, c.method, c.path, http.Header{"Accept-Encoding": {c.accept}})
			h := answer.Header()
			if answer.Code != c.status || answer.Body.String() != c.body || h.Get("Content-Type") != c.kind || h.Get("Content-Encoding") != c.encoding {
				t.Errorf("got %d %q %v", answer.Code, answer.Body, h)
			}
			if c.status == http.StatusOK && h.Get("Cache-Control") != "public, max-age=31536000, immutable" {
				t.Errorf("cache %q", h.Get("Cache-Control"))
			}
		})
	}
}

func TestAssetsThatTheBrowserHas(t *testing.T) {
	t.Parallel()
	a, err := NewAssets(built(), "/assets/")
	if err != nil {
		t.Fatal(err)
	}
	first := ask(t, a, http.MethodGet, "/assets/site-ABC.css", http.Header{"Accept-Encoding": {"gzip"}})
	tag := first.Header().Get("ETag")
	if tag == "" || first.Header().Get("Vary") != "Accept-Encoding" {
		t.Fatalf("tag %q, vary %q", tag, first.Header().Get("Vary"))
	}
	same := ask(t, a, http.MethodGet, "/assets/site-ABC.css", http.Header{"Accept-Encoding": {"gzip"}, "If-None-Match": {tag}})
	if same.Code != http.StatusNotModified || same.Body.Len() != 0 {
		t.Errorf("got %d with %d bytes, want 304 and none", same.Code, same.Body.Len())
	}
	other := ask(t, a, http.MethodGet, "/assets/site-ABC.css", http.Header{"If-None-Match": {tag}})
	if other.Code != http.StatusOK {
		t.Errorf("another form of the file answers %d to the tag of the packed one, want 200", other.Code)
	}
	notices := ask(t, a, http.MethodGet, "/assets/NOTICES.txt", nil)
	if got := notices.Header().Get("Cache-Control"); got != "public, max-age=3600" {
		t.Errorf("a name without a hash is cached as %q", got)
	}
}

func TestAssetsThatAreNotBuilt(t *testing.T) {
	t.Parallel()
	if _, err := NewAssets(fstest.MapFS{"dist/.keep": {}}, "/"); !errors.Is(err, ErrNotBuilt) {
		t.Errorf("got %v", err)
	}
	broken := built()
	delete(broken, "dist/site-ABC.css")
	if _, err := NewAssets(broken, "/"); err == nil {
		t.Error("a manifest that names a file which is not there is accepted")
	}
}
