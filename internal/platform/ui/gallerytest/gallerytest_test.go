// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package gallerytest

import (
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
		response, body := get(t, server.URL+"/_ui/"+path)
		if response.StatusCode != http.StatusOK || !strings.Contains(body, "</html>") {
			t.Errorf("/_ui/%s: %s", path, response.Status)
		}
		if policy := response.Header.Get("Content-Security-Policy"); strings.Contains(policy, "unsafe") || !strings.Contains(policy, "default-src 'self'") {
			t.Errorf("/_ui/%s: policy %q", path, policy)
		}
		for _, m := range regexp.MustCompile(`(?:href|src)="(/assets/[^"]+)"`).FindAllStringSubmatch(body, -1) {
			named[m[1]] = true
		}
	}
	if len(named) < 5 {
		t.Fatalf("only %d assets are named", len(named))
	}
	for address := range named {
		if response, _ := get(t, server.URL+address); response.StatusCode != http.StatusOK {
			t.Errorf("%s: %s", address, response.Status)
		}
	}
	if response, _ := get(t, server.URL+"/_ui/no-such-thing"); response.StatusCode != http.StatusNotFound {
		t.Errorf("an unknown component answers %s", response.Status)
	}
}

// TestTheHomePageIsSmall adds up what a phone fetches for the home page: the
// page, the style, the script, and the four font files with the letters of it.
func TestTheHomePageIsSmall(t *testing.T) {
	t.Parallel()
	server := Serve(t)
	total := 0
	_, page := get(t, server.URL+"/_ui/page-home")
	total += len(page) / 3 // a page packs to less than a third
	style := ""
	for _, m := range regexp.MustCompile(`(?:href|src)="(/assets/[^"]+\.(?:css|js))"`).FindAllStringSubmatch(page, -1) {
		if strings.HasSuffix(m[1], ".css") {
			_, style = get(t, server.URL+m[1])
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
	return len(send(t, request, new(*http.Response)))
}

func get(t *testing.T, address string) (*http.Response, string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	var response *http.Response
	body := send(t, request, &response)
	return response, body
}

func send(t *testing.T, request *http.Request, response **http.Response) string {
	t.Helper()
	r, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	*response = r
	return string(body)
}
