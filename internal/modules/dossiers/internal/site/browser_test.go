// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site_test

import (
	"bytes"
	"context"
	"io"
	"io/fs"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/files"
	"tinhso.vn/internal/kernel/forms"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/dossiers/dossierstest"
	"tinhso.vn/internal/modules/dossiers/internal/site"
	"tinhso.vn/internal/modules/dossiers/locales"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/platform/clock"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
	"tinhso.vn/internal/platform/ui/layout"
	"tinhso.vn/internal/platform/web"
	assets "tinhso.vn/web"
)

// catalogue offers what the finder of the world has.
type catalogue struct{ w *dossierstest.World }

func (c catalogue) Offer(ctx context.Context, question string, _ int) ([]procedures.Version, error) {
	if question == "không có" {
		return nil, nil
	}
	v, err := c.w.Procedures.Get(ctx, "xac-nhan-cu-tru")
	return []procedures.Version{v}, err
}

// province serves the pages of a world to one person at a time.
type province struct {
	world  *dossierstest.World
	routes []web.Route
	site   *page.Site
	clock  clock.Clock
}

func newProvince(tb testing.TB, w *dossierstest.World, c clock.Clock) *province {
	tb.Helper()
	sources := []fs.FS{locales.Files}
	for _, of := range []func() (fs.FS, error){page.Locales, forms.Locales, files.Locales} {
		some, err := of()
		if err != nil {
			tb.Fatal(err)
		}
		sources = append(sources, some)
	}
	words, err := i18n.Load(sources...)
	if err != nil {
		tb.Fatal(err)
	}
	built, err := layout.NewAssets(assets.Dist, "/assets/")
	if err != nil {
		tb.Fatal(err)
	}
	menu := site.Menu(w.Service)
	page.SortMenu(menu)
	return &province{world: w, clock: c, routes: site.Routes(w.Service, site.Options{Procedures: w.Procedures, Catalogue: catalogue{w}}), site: &page.Site{
		Province: i18n.Text{VI: "Tỉnh An Giang"}, Banner: i18n.Text{VI: "Bản mô phỏng, không có giá trị pháp lý."}, Demo: true,
		Assets: built, Catalogue: words, Menu: menu,
		Unit: func(ctx context.Context, id string) (i18n.Text, error) {
			u, err := orgs.Get(ctx, w.DB, orgs.ID(id))
			return u.Name, err
		},
	}}
}

// handler answers as the program does when the actor has signed in.
func (p *province) handler(actor identity.Actor) http.Handler {
	mux := http.NewServeMux()
	s := &web.Server{
		Log: slog.New(slog.DiscardHandler), Clock: p.clock, Limits: web.NewLimiter(nil, nil, p.clock),
		Failure: p.site.Failure, Explain: p.site.Explain,
		Enter: func(r *http.Request, route web.Route) (*http.Request, error) {
			r = r.WithContext(page.With(r.Context(), p.site.New(r, actor, p.clock.Now())))
			may := func(name string) bool { return actor.May(identity.Permission(name)) }
			switch {
			case route.Access.IsPublic():
				return r, nil
			case actor.Anonymous():
				return r, access.ErrSignInNeeded
			case !slices.ContainsFunc(route.Access.Permissions(), may):
				return r, access.ErrNotAllowed
			}
			return r, nil
		},
	}
	for _, route := range p.routes {
		mux.Handle(route.Pattern, s.Serve(route))
	}
	mux.Handle("/assets/", p.site.Assets.Handler())
	return s.Headers(mux)
}

// browser is one person with a browser without JavaScript.
type browser struct {
	t      *testing.T
	base   string
	client *http.Client
}

func (p *province) browser(t *testing.T, actor identity.Actor) *browser {
	t.Helper()
	server := httptest.NewServer(p.handler(actor))
	t.Cleanup(server.Close)
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &browser{t, server.URL, &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// answer is what came back.
type answer struct {
	status int
	to     string // of a redirect
	header http.Header
	body   string
}

func (b *browser) send(method, path, kind string, body io.Reader) answer {
	b.t.Helper()
	r, err := http.NewRequestWithContext(b.t.Context(), method, b.base+path, body)
	if err != nil {
		b.t.Fatal(err)
	}
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	got, err := b.client.Do(r)
	if err != nil {
		b.t.Fatal(err)
	}
	defer func() { _ = got.Body.Close() }()
	raw, err := io.ReadAll(got.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	return answer{got.StatusCode, got.Header.Get("Location"), got.Header, string(raw)}
}

func (b *browser) get(path string) answer { b.t.Helper(); return b.send(http.MethodGet, path, "", nil) }

func (b *browser) post(path string, pairs ...string) answer {
	b.t.Helper()
	form := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Add(pairs[i], pairs[i+1])
	}
	return b.send(http.MethodPost, path, "application/x-www-form-urlencoded", strings.NewReader(form.Encode()))
}

// upload sends values and files; a value with a name of a file is one.
func (b *browser) upload(path string, values [][3]string) answer {
	b.t.Helper()
	var body bytes.Buffer
	m := multipart.NewWriter(&body)
	for _, v := range values {
		part, err := m.CreateFormField(v[0])
		if v[1] != "" {
			part, err = m.CreateFormFile(v[0], v[1])
		}
		if err != nil {
			b.t.Fatal(err)
		}
		if _, err := io.WriteString(part, v[2]); err != nil {
			b.t.Fatal(err)
		}
	}
	if err := m.Close(); err != nil {
		b.t.Fatal(err)
	}
	return b.send(http.MethodPost, path, m.FormDataContentType(), &body)
}

// shown is a page that must be right: its status, its markup, and words on it.
func (b *browser) shown(path string, words ...string) answer {
	b.t.Helper()
	got := b.get(path)
	b.right(path, got, http.StatusOK, words...)
	return got
}

func (b *browser) right(what string, got answer, status int, words ...string) {
	b.t.Helper()
	if got.status != status {
		b.t.Fatalf("%s: got %d (%s), want %d\n%s", what, got.status, got.to, status, plain(got.body))
	}
	for _, mistake := range mistakes(b.t, got.body) {
		b.t.Errorf("%s: %s", what, mistake)
	}
	for _, w := range words {
		if !strings.Contains(got.body, w) {
			b.t.Errorf("%s does not say %q\n%s", what, w, plain(got.body))
		}
	}
	if (status == http.StatusUnprocessableEntity || strings.Contains(got.body, `class="ts-error-summary"`)) && !regexp.MustCompile(`<title>(Lỗi|Error): `).MatchString(got.body) {
		b.t.Errorf("%s: the title does not say that there is an error", what)
	}
}

// went is a redirect.
func (b *browser) went(what string, got answer) string {
	b.t.Helper()
	if got.status != http.StatusSeeOther {
		b.t.Fatalf("%s: got %d, want 303\n%s", what, got.status, plain(got.body))
	}
	return got.to
}

func plain(markup string) string {
	root, err := html.Parse(strings.NewReader(markup))
	if err != nil {
		return markup
	}
	var b strings.Builder
	for n := range root.Descendants() {
		if n.Type == html.TextNode && strings.TrimSpace(n.Data) != "" {
			b.WriteString(strings.TrimSpace(n.Data) + "\n")
		}
	}
	return b.String()
}

// mistakes are what no reader of a page should meet.
func mistakes(tb testing.TB, markup string) (found []string) {
	tb.Helper()
	root, err := html.Parse(strings.NewReader(markup))
	if err != nil {
		tb.Fatal(err)
	}
	attr := func(n *html.Node, key string) string {
		for _, a := range n.Attr {
			if a.Key == key {
				return a.Val
			}
		}
		return ""
	}
	ids, labelled, titles := map[string]bool{}, map[string]bool{}, 0
	for n := range root.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		if id := attr(n, "id"); id != "" {
			if ids[id] {
				found = append(found, "the id "+id+" is there twice")
			}
			ids[id] = true
		}
		if n.Data == "label" {
			labelled[attr(n, "for")] = true
		}
		if n.Data == "h1" {
			titles++
		}
	}
	if titles != 1 {
		found = append(found, "there is not one h1")
	}
	for n := range root.Descendants() {
		switch {
		case n.Type == html.TextNode:
			for _, bad := range []string{"dossiers.", "form.", "page.", " bạn ", "{"} {
				if strings.Contains(n.Data, bad) && n.Parent.Data != "script" && (bad != "{" || n.Parent.Data != "code") { // what is to be copied has braces
					found = append(found, "a text says "+strings.TrimSpace(n.Data))
				}
			}
		case n.Type != html.ElementNode:
		case slices.Contains([]string{"input", "select", "textarea"}, n.Data) && attr(n, "type") != "hidden":
			if !labelled[attr(n, "id")] && attr(n, "aria-label") == "" {
				found = append(found, attr(n, "name")+" has no label")
			}
		case n.Data == "a" && strings.HasPrefix(attr(n, "href"), "#") && !ids[strings.TrimPrefix(attr(n, "href"), "#")]:
			found = append(found, "a link leads to "+attr(n, "href")+", which is not there")
		}
		for id := range strings.FieldsSeq(attr(n, "aria-describedby") + " " + attr(n, "aria-labelledby")) {
			if !ids[id] {
				found = append(found, "what describes "+n.Data+" is not there: "+id)
			}
		}
	}
	return found
}

// each runs f with the pages of a fresh world on each database.
func each(t *testing.T, f func(t *testing.T, p *province)) {
	t.Helper()
	dbtest.Each(t, dossierstest.Migrations(), func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		f(t, newProvince(t, dossierstest.New(t, d), c))
	})
}
