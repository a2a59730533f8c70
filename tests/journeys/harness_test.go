// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

//go:build system

package journeys_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

const goodPage = `<!doctype html><html lang="vi"><head><meta charset="utf-8"><title>Tỉnh</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,"></head>
<body><main><h1>Dịch vụ công</h1><p>Kính chào Ông/Bà</p></main></body></html>`

// The harness itself is tried on pages with one fault each: a check nobody has
// seen fail is a guess.
func TestJourneysSeeFaults(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, page, says string }{
		{"good", goodPage, ""},
		{"no language", strings.Replace(goodPage, ` lang="vi"`, "", 1), "lang="},
		{"no title", strings.Replace(goodPage, "Tỉnh", "", 1), "no title"},
		{"two headings", strings.Replace(goodPage, "<p>", "<h1>Hai</h1><p>", 1), "headings"},
		{"picture without words", strings.Replace(goodPage, "<p>", `<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw="><p>`, 1), "image-alt"},
		{"pale text", strings.Replace(goodPage, "<p>", `<p style="color:#bbb">`, 1), "color-contrast"},
		{"wider than a phone", strings.Replace(goodPage, "<p>", `<p style="width:900px">`, 1), "wider"},
		{"a script that fails", strings.Replace(goodPage, "</body>", "<script>nothing()</script></body>", 1), "nothing is not defined"},
		{"a missing style", strings.Replace(goodPage, "</head>", `<link rel="stylesheet" href="/gone.css"></head>`, 1), "missing"},
		{"somebody else", strings.Replace(goodPage, "</body>", `<img alt="" src="http://127.0.0.1:9/x.png"></body>`, 1), "asks somebody else"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path != "/" {
					w.WriteHeader(http.StatusNotFound)
					return
				}
				w.Header().Set("Content-Type", "text/html; charset=utf-8")
				_, _ = io.WriteString(w, tt.page)
			}))
			t.Cleanup(s.Close)
			said, err := walk(t, "scripts/home.mjs", s.URL, t.TempDir())
			switch {
			case tt.says == "" && err != nil:
				t.Errorf("a good page failed: %s", said)
			case tt.says != "" && (err == nil || !strings.Contains(said, tt.says)):
				t.Errorf("got %v, want a failure that says %q:\n%s", err, tt.says, said)
			}
		})
	}
}
