// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package oversightmod_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/module"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/oversight"
	"tinhso.vn/internal/modules/oversight/oversightmod"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
	"tinhso.vn/internal/platform/ui/layout"
	"tinhso.vn/internal/platform/web"
	built "tinhso.vn/web"
)

// open returns the module on a database, and a way to ask it as somebody.
// Rights are internal/app's work and are tested there.
func open(t *testing.T, d *db.DB) (m module.Module, ask func(a identity.Actor, method, path, contentType, body string) *httptest.ResponseRecorder) {
	t.Helper()
	m = oversightmod.New(oversightmod.Deps{DB: d})
	shared, err := page.Locales()
	if err != nil {
		t.Fatal(err)
	}
	words, err := i18n.Load(shared, m.Locales)
	if err != nil {
		t.Fatal(err)
	}
	assets, err := layout.NewAssets(built.Dist, "/assets/")
	if err != nil {
		t.Fatal(err)
	}
	s := &page.Site{Assets: assets, Catalogue: words}
	operations := web.NewAPI("test", "1", s.Explain)
	mux := http.NewServeMux()
	for _, route := range m.Routes {
		route = operations.Mount(route)
		mux.HandleFunc(route.Pattern, func(w http.ResponseWriter, r *http.Request) {
			if err := route.Handle(w, r); err != nil && !web.Problem(err).Answered() {
				s.Failure(w, r, web.Problem(err))
			}
		})
	}
	return m, func(a identity.Actor, method, path, contentType, body string) *httptest.ResponseRecorder {
		r := httptest.NewRequestWithContext(t.Context(), method, path, strings.NewReader(body))
		r.Header.Set("Content-Type", contentType)
		w := httptest.NewRecorder()
		mux.ServeHTTP(w, r.WithContext(as(r.Context(), s.New(r, a, dbtest.Now()))))
		return w
	}
}

func as(ctx context.Context, p page.Page) context.Context {
	return page.With(identity.With(ctx, p.Actor), p)
}

func official() identity.Actor {
	here := identity.Place{Unit: "u1"}
	a := identity.NewActor("a1", "p1").Grant(oversight.PermView, here).Grant(oversight.PermAdd, here)
	a.Unit = "u1"
	return a
}

func migrations() []db.Migrations {
	return []db.Migrations{orgs.Migrations(), audit.Migrations(), oversightmod.New(oversightmod.Deps{}).Migrations}
}

func TestModuleIsWhole(t *testing.T) {
	t.Parallel()
	m := oversightmod.New(oversightmod.Deps{})
	if err := m.Check(m.Permissions); err != nil {
		t.Error(err)
	}
}

func TestPages(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, migrations(), func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		_, ask := open(t, d)
		const form = "application/x-www-form-urlencoded"
		for _, tt := range []struct {
			method, path, body string
			status             int
			says               string
		}{
			{"GET", "/oversight", "", http.StatusOK, "Chưa có mục nào."},
			{"GET", "/oversight/new", "", http.StatusOK, "Tiêu đề"},
			{"POST", "/oversight", "title=" + url.QueryEscape(" "), http.StatusUnprocessableEntity, "Nhập tiêu đề"},
			{"POST", "/oversight", "title=" + url.QueryEscape("<b>Đề án</b>"), http.StatusSeeOther, ""},
			{"GET", "/oversight", "", http.StatusOK, "&lt;b&gt;Đề án&lt;/b&gt;"},
			{"GET", "/oversight?after=x", "", http.StatusNotFound, "Không tìm thấy"},
		} {
			w := ask(official(), tt.method, tt.path, form, tt.body)
			if w.Code != tt.status || !strings.Contains(w.Body.String(), tt.says) {
				t.Errorf("%s %s: got %d, want %d with %q:\n%.2000s", tt.method, tt.path, w.Code, tt.status, tt.says, w.Body)
			}
		}
	})
}

func TestOperations(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, migrations(), func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		_, ask := open(t, d)
		for _, tt := range []struct {
			actor        identity.Actor
			method, body string
			status       int
			says         string
		}{
			{official(), "GET", "", http.StatusOK, `"items":[]`},
			{official(), "POST", `{"unit":"u1","title":"A"}`, http.StatusOK, `"id":`},
			{official(), "POST", `{"unit":"u1","title":"A","more":1}`, http.StatusBadRequest, "web.malformed"},
			{official(), "POST", `{"unit":"u1","title":""}`, http.StatusUnprocessableEntity, "oversight.title_missing"},
			{official(), "POST", `{"unit":"u2","title":"A"}`, http.StatusNotFound, "oversight.not_found"},
			{identity.Actor{}, "POST", `{"unit":"u1","title":"A"}`, http.StatusUnauthorized, "access.sign_in_needed"},
			{official(), "GET", "", http.StatusOK, `"title":"A"`},
		} {
			w := ask(tt.actor, tt.method, "/api/v1/oversight", "application/json", tt.body)
			if w.Code != tt.status || !strings.Contains(w.Body.String(), tt.says) {
				t.Errorf("%s %s: got %d, want %d with %q: %s", tt.method, tt.body, w.Code, tt.status, tt.says, w.Body)
			}
		}
	})
}
