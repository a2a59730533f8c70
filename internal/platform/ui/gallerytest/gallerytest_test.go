// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package gallerytest

import (
	"errors"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"tinhso.vn/internal/platform/ui/gallery"
)

// TestEveryPageOfTheGallery asks for every page as a browser does and for every
// asset that it names.
func TestEveryPageOfTheGallery(t *testing.T) {
	t.Parallel()
	server := Serve(t)
	paths := []string{""}
	for _, e := range gallery.Entries() {
		paths = append(paths, e.Name)
	}
	for _, s := range gallery.Samples() {
		paths = append(paths, "page-"+s.Name)
	}
	named := map[string]bool{}
	for _, path := range paths {
		page := get(t, server.URL+"/_ui/"+path)
		if page.status != http.StatusOK || !strings.Contains(page.body, "</html>") {
			t.Errorf("/_ui/%s: %d", path, page.status)
		}
		if policy := page.header.Get("Content-Security-Policy"); strings.Contains(policy, "unsafe") || !strings.Contains(policy, "default-src 'self'") {
			t.Errorf("/_ui/%s: policy %q", path, policy)
		}
		for _, m := range regexp.MustCompile(`(?:href|src)="(/assets/[^"]+)"`).FindAllStringSubmatch(page.body, -1) {
			named[m[1]] = true
		}
	}
	if len(named) < 5 {
		t.Fatalf("only %d assets are named", len(named))
	}
	for address := range named {
		if file := get(t, server.URL+address); file.status != http.StatusOK {
			t.Errorf("%s: %d", address, file.status)
		}
	}
	if page := get(t, server.URL+"/_ui/no-such-thing"); page.status != http.StatusNotFound {
		t.Errorf("an unknown component answers %d", page.status)
	}
}

// TestTheHomePageIsSmall adds up what a phone fetches for the home page: the
// page, the style, the script, and the four font files with the letters of it.
func TestTheHomePageIsSmall(t *testing.T) {
	t.Parallel()
	server := Serve(t)
	total := 0
	page := get(t, server.URL+"/_ui/page-home").body
	total += len(page) / 3 // a page packs to less than a third
	style := ""
	for _, m := range regexp.MustCompile(`(?:href|src)="(/assets/[^"]+\.(?:css|js))"`).FindAllStringSubmatch(page, -1) {
		if strings.HasSuffix(m[1], ".css") {
			style = get(t, server.URL+m[1]).body
		}
		total += size(t, server.URL+m[1])
	}
	for _, m := range regexp.MustCompile(`url\("?([^")]+/be-vietnam-pro-(?:latin|vietnamese)-\d+-normal-[A-Z0-9]+\.woff2)`).FindAllStringSubmatch(style, -1) {
		total += size(t, server.URL+"/assets/"+strings.TrimPrefix(m[1], "./"))
	}
	t.Logf("the home page is %d bytes", total)
	if total < 60_000 || total > 100_000 {
		t.Errorf("the home page is %d bytes, want less than 100,000 and the fonts among them", total)
	}
}

// size is what travels for an address when the browser takes gzip.
func size(t *testing.T, address string) int {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Accept-Encoding", "gzip")
	return len(send(t, request).body)
}

// answer is what a server said, read to its end.
type answer struct {
	status int
	header http.Header
	body   string
}

func get(t *testing.T, address string) answer {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	return send(t, request)
}

func send(t *testing.T, request *http.Request) answer {
	t.Helper()
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(response.Body)
	if err := errors.Join(err, response.Body.Close()); err != nil {
		t.Fatal(err)
	}
	return answer{status: response.StatusCode, header: response.Header, body: string(body)}
}
