// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"tinhso.vn/internal/app"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/platform/clock"
	"tinhso.vn/internal/platform/crypt"
	"tinhso.vn/internal/platform/db"
)

func TestApplyingAgainChangesNothing(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		for _, dry := range []bool{true, false} {
			plan, err := w.Apply(t.Context(), w.set, true, dry)
			if err != nil || len(plan.Lines) != 0 {
				t.Errorf("dry %v: %+v, %v", dry, plan, err)
			}
		}
	})
}

func TestSigningInAndOut(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		person := w.set.Accounts[0]
		wrong := w.post(t, "", "/dang-nhap", url.Values{"login": {person.ID}, "password": {"not the password"}})
		if wrong.status != http.StatusUnprocessableEntity || !strings.Contains(wrong.body, "Tên đăng nhập hoặc mật khẩu không đúng") ||
			!strings.Contains(wrong.body, `value="`+person.ID+`"`) || wrong.header.Get("Set-Cookie") != "" {
			t.Errorf("a wrong password: %d %s", wrong.status, wrong.header.Get("Set-Cookie"))
		}
		if empty := w.post(t, "", "/dang-nhap", nil); empty.status != http.StatusUnprocessableEntity || !strings.Contains(empty.body, `href="#password"`) {
			t.Errorf("nothing filled in: %d", empty.status)
		}
		in := w.post(t, "", "/dang-nhap?next=/tai-khoan", url.Values{"login": {strings.ToUpper(person.ID)}, "password": {person.Password}, "next": {"//evil.example"}})
		cookie := in.header.Get("Set-Cookie")
		if in.status != http.StatusSeeOther || in.header.Get("Location") != "/dang-nhap/xong?next=%2Fho-so" || !strings.Contains(cookie, "HttpOnly") || !strings.Contains(cookie, "SameSite=Lax") {
			t.Fatalf("got %d to %s, %s", in.status, in.header.Get("Location"), cookie)
		}
		token := regexp.MustCompile(page.SessionCookie + `=([^;]+)`).FindStringSubmatch(cookie)[1]
		if got := w.send(t, "", http.MethodGet, "/tai-khoan", "", "Cookie", page.SessionCookie+"="+token); got.status != http.StatusOK || !strings.Contains(got.body, person.Person.Organisation) {
			t.Errorf("the account: %d", got.status)
		}
		if got := w.send(t, "", http.MethodGet, "/api/v1/me", "", "Authorization", "Bearer "+token); got.status != http.StatusUnauthorized {
			t.Errorf("a cookie opened the API: %d", got.status)
		}
		if out := w.send(t, "", http.MethodPost, "/dang-xuat", "", "Cookie", page.SessionCookie+"="+token); out.status != http.StatusSeeOther {
			t.Errorf("signing out: %d", out.status)
		}
		if got := w.send(t, "", http.MethodGet, "/tai-khoan", "", "Cookie", page.SessionCookie+"="+token); got.status != http.StatusSeeOther ||
			got.header.Get("Location") != "/dang-nhap?next="+url.QueryEscape("/tai-khoan") {
			t.Errorf("after signing out: %d to %s", got.status, got.header.Get("Location"))
		}
		if strings.Contains(w.logged.String(), person.Password) || strings.Contains(w.logged.String(), token) {
			t.Error("a secret is in the log")
		}
	})
}

// With the database gone every page still says what is the matter, and the
// reference is in the log.
func TestWithoutADatabase(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		token := w.token(t, w.set.Accounts[0].ID, "browser")
		if err := w.DB.Close(); err != nil {
			t.Fatal(err)
		}
		got := w.send(t, "", http.MethodGet, "/tai-khoan", "", "Cookie", page.SessionCookie+"="+token)
		ref := regexp.MustCompile(`\b[2-9A-HJ-NP-RT-Y]{8}\b`).FindString(got.body[strings.Index(got.body, "Mã tham chiếu"):])
		if got.status != http.StatusServiceUnavailable || !strings.Contains(got.body, "Chưa có gì bị mất") || ref == "" || !strings.Contains(w.logged.String(), ref) {
			t.Errorf("%d, reference %q", got.status, ref)
		}
		api := w.send(t, "", http.MethodGet, "/api/v1/me", "", "Authorization", "Bearer x", "Accept-Language", "en")
		var p struct{ Code, Detail string }
		if err := json.Unmarshal([]byte(api.body), &p); err != nil || api.status != http.StatusServiceUnavailable || !strings.Contains(p.Detail, "Nothing is lost") {
			t.Errorf("%d %s", api.status, api.body)
		}
		if got := w.send(t, "", http.MethodGet, "/healthz", ""); got.status != http.StatusServiceUnavailable {
			t.Errorf("health: %d", got.status)
		}
	})
}

// New keys beside old data would open none of it: the start is refused.
func TestKeysThatWentMissing(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	for _, file := range []string{"audit.key", "data.json"} {
		if err := os.Remove(filepath.Join(w.Config.Keys, file)); err != nil {
			t.Fatal(err)
		}
		if _, err := app.OpenBare(t.Context(), w.Config, "test"); !errors.Is(err, crypt.ErrNoRing) {
			t.Errorf("without %s: %v", file, err)
		}
	}
}

func TestPagesThatAreNotThere(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	page := w.send(t, "", http.MethodGet, "/khong-co", "", "Cookie", "tinhso_lang=en")
	if page.status != http.StatusNotFound || !strings.Contains(page.body, "Page not found") || !strings.Contains(page.body, `<html lang="en"`) {
		t.Errorf("%d", page.status)
	}
	api := w.send(t, "", http.MethodGet, "/api/v1/nothing", "")
	if api.status != http.StatusNotFound || !strings.Contains(api.body, `"web.no_such_page"`) || api.header.Get("Content-Type") != "application/problem+json" {
		t.Errorf("%d %s", api.status, api.body)
	}
}

func TestPagesArePackedForWhoTakesThem(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	plain := w.send(t, "", http.MethodGet, "/thu-tuc", "")
	packed := w.send(t, "", http.MethodGet, "/thu-tuc", "", "Accept-Encoding", "br, gzip")
	z, err := gzip.NewReader(strings.NewReader(packed.body))
	if err != nil {
		t.Fatal(err)
	}
	same, err := io.ReadAll(z)
	if err != nil || string(same) != plain.body || plain.header.Get("Content-Encoding") != "" || len(packed.body) > len(plain.body)/2 {
		t.Errorf("%d bytes packed to %d, %v", len(plain.body), len(packed.body), err)
	}
}

// Every code that the program can give has words in both languages.
func TestEveryCodeHasWords(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	for code, where := range codes(t) {
		if !w.Site.Catalogue.Has(code) {
			t.Errorf("%s: %q has no words", where, code)
		}
	}
}

// codes finds the first text of errs.New and every Code: "…" of errs.Error and errs.Field.
func codes(t *testing.T) map[string]string {
	t.Helper()
	found := map[string]string{}
	err := filepath.WalkDir("..", func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") || strings.Contains(path, "test/") {
			return err
		}
		files := token.NewFileSet()
		f, err := parser.ParseFile(files, path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		ast.Inspect(f, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CallExpr:
				if s, ok := n.Fun.(*ast.SelectorExpr); ok && s.Sel.Name == "New" && len(n.Args) == 2 {
					if x, ok := s.X.(*ast.Ident); ok && x.Name == "errs" {
						keep(found, files, n.Args[1])
					}
				}
			case *ast.CompositeLit:
				if s, ok := n.Type.(*ast.SelectorExpr); ok && (s.Sel.Name == "Error" || s.Sel.Name == "Field") {
					if x, ok := s.X.(*ast.Ident); !ok || x.Name != "errs" {
						return true
					}
					for _, e := range n.Elts {
						if kv, ok := e.(*ast.KeyValueExpr); ok && fmt.Sprint(kv.Key) == "Code" {
							keep(found, files, kv.Value)
						}
					}
				}
			}
			return true
		})
		return nil
	})
	if err != nil || len(found) < 20 {
		t.Fatalf("%d codes, %v", len(found), err)
	}
	return found
}

func keep(found map[string]string, files *token.FileSet, e ast.Expr) {
	if lit, ok := e.(*ast.BasicLit); ok {
		if code, err := strconv.Unquote(lit.Value); err == nil {
			found[code] = files.Position(lit.Pos()).String()
		}
	}
}

// docs/audit-events.md lists every act that is recorded.
func TestAuditEvents(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	var b strings.Builder
	b.WriteString("# Audit events\n\nEvery business act leaves one of these records in the transaction that does it. Written by a test (`make generate`).\n\n| module | event |\n|---|---|\n")
	seen := map[string]bool{}
	for _, m := range w.Parts.All() {
		events := slices.Clone(m.AuditEvents)
		slices.Sort(events)
		for _, e := range events {
			if seen[string(e)] {
				t.Errorf("%s is declared twice", e)
			}
			seen[string(e)] = true
			if !w.Site.Catalogue.Has("audit." + string(e)) {
				t.Errorf("%s has no words for the auditor", e)
			}
			fmt.Fprintf(&b, "| %s | `%s` |\n", m.Name, e)
		}
	}
	golden(t, "audit-events.md", b.String())
}

// docs/openapi.json is what /openapi.json answers.
func TestOpenAPI(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	got := w.send(t, "", http.MethodGet, "/openapi.json", "")
	var doc struct {
		OpenAPI string
		Paths   map[string]any
	}
	if err := json.Unmarshal([]byte(got.body), &doc); err != nil || doc.OpenAPI != "3.1.0" || len(doc.Paths) < 5 {
		t.Fatalf("%d, %s, %d paths, %v", got.status, doc.OpenAPI, len(doc.Paths), err)
	}
	golden(t, "openapi.json", got.body+"\n")
}

// A province of the past runs on its own clock, which goes on over a restart.
func TestAProvinceOfThePast(t *testing.T) {
	t.Parallel()
	w := worldOf(t, "", "hau-giang-2024")
	if year := w.DB.Now().Year(); year != 2024 {
		t.Errorf("its clock shows %v", w.DB.Now())
	}
	first := w.DB.Now()
	again, err := db.Open(w.Config.Database, clock.Offset(w.Province.Shift()))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = again.Close() }()
	if d := again.Now().Sub(first.Time); d < 0 || d.Minutes() > 5 {
		t.Errorf("after a restart it shows %v, before %v", again.Now(), first)
	}
	if got := w.send(t, "", http.MethodGet, "/dang-nhap", ""); !strings.Contains(got.body, w.Province.Banner.VI) {
		t.Error("no banner says so")
	}
}
