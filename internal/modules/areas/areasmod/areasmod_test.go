// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package areasmod_test

import (
	"bytes"
	"context"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/forms"
	"tinhso.vn/internal/kernel/geo"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/areas"
	"tinhso.vn/internal/modules/areas/areasmod"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
	"tinhso.vn/internal/platform/ui/layout"
	"tinhso.vn/internal/platform/web"
	built "tinhso.vn/web"
)

func tables() map[string][]byte {
	return map[string][]byte{
		"provinces.csv": []byte("from,to,code,name,basis,status\n,2025-06-30,89,Tỉnh Một,,both\n2025-07-01,,91,Tỉnh Một,b,both\n2025-07-01,,92,Tỉnh Hai,b,both\n"),
		"districts.csv": []byte("# valid_to: 2025-06-30\ncode,province,name\n883,89,Thành phố Cũ\n"),
		"communes.csv": []byte("# valid_from: 2025-07-01\ncode,province,name,lat,lon,status\n30307,91,Phường Sen,10.3,105.4,both\n30308,91,Xã Lúa,10.4,105.5,both\n" +
			"40001,92,Xã Dừa,10.0,106.0,both\n"),
		"old.csv":     []byte("# valid_to: 2025-06-30\ncode,district,name\n30280,883,Phường Mỹ Bình\n30281,883,Xã Chia\n"),
		"lineage.csv": []byte("# day: 2025-07-01\nold,new,kind,status,main\n30280,30307,merge,both,\n30281,30307,split,pip,\n30281,30308,split,both,main\n"),
	}
}

// each runs f with the module over a small country; dbtest's clock begins in 2026.
func each(t *testing.T, f func(t *testing.T, ask func(path, lang string, header ...string) *httptest.ResponseRecorder)) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "map.pmtiles")
	if err := os.WriteFile(file, []byte("0123456789"), 0o600); err != nil {
		t.Fatal(err)
	}
	dbtest.Each(t, []db.Migrations{orgs.Migrations(), geo.Migrations()}, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		if err := d.Write(t.Context(), func(tx *db.Tx) error {
			if _, err := orgs.Apply(t.Context(), tx, []orgs.Unit{
				{ID: "tinh", Kind: orgs.Province, Name: i18n.Text{VI: "Tỉnh Một"}, AreaCode: "91"},
				{ID: "sen", Parent: "tinh", Kind: orgs.Ward, Name: i18n.Text{VI: "Phường Sen", EN: "Sen Ward"}, AreaCode: "30307", Phone: "02963000000"},
				{ID: "lua", Parent: "tinh", Kind: orgs.Commune, Name: i18n.Text{VI: "Xã Lúa"}, AreaCode: "30308", Address: "Số 1 <b>"},
				{ID: "khong-ma", Parent: "tinh", Kind: orgs.Commune, Name: i18n.Text{VI: "Xã Không Mã"}},
			}); err != nil {
				return err
			}
			_, _, err := geo.Apply(t.Context(), tx, tables())
			return err
		}); err != nil {
			t.Fatal(err)
		}
		f(t, serve(t, areasmod.Deps{DB: d, Atlas: geo.NewAtlas(d), Tiles: file}))
	})
}

func serve(t *testing.T, deps areasmod.Deps) func(path, lang string, header ...string) *httptest.ResponseRecorder {
	t.Helper()
	s, mux := program(t, deps)
	return func(path, lang string, header ...string) *httptest.ResponseRecorder {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil)
		r.AddCookie(&http.Cookie{Name: page.LanguageCookie, Value: lang})
		for i := 0; i+1 < len(header); i += 2 {
			r.Header.Set(header[i], header[i+1])
		}
		w := httptest.NewRecorder()
		mux.ServeHTTP(w, r.WithContext(page.With(r.Context(), s.New(r, identity.Actor{}, dbtest.Now()))))
		return w
	}
}

// serveTo answers people who have signed in.
func serveTo(t *testing.T, deps areasmod.Deps) func(who identity.Actor, method, path, kind, body string) *httptest.ResponseRecorder {
	t.Helper()
	s, mux := program(t, deps)
	return func(who identity.Actor, method, path, kind, body string) *httptest.ResponseRecorder {
		r := httptest.NewRequestWithContext(t.Context(), method, path, strings.NewReader(body))
		r.AddCookie(&http.Cookie{Name: page.LanguageCookie, Value: "vi"})
		if kind != "" {
			r.Header.Set("Content-Type", kind)
		}
		w := httptest.NewRecorder()
		mux.ServeHTTP(w, r.WithContext(page.With(r.Context(), s.New(r, who, dbtest.Now()))))
		return w
	}
}

func program(t *testing.T, deps areasmod.Deps) (*page.Site, *http.ServeMux) {
	t.Helper()
	m := areasmod.New(deps)
	shared, err := page.Locales()
	if err != nil {
		t.Fatal(err)
	}
	of, err := forms.Locales()
	if err != nil {
		t.Fatal(err)
	}
	own, err := geo.Locales()
	if err != nil {
		t.Fatal(err)
	}
	words, err := i18n.Load(shared, own, of, m.Locales)
	if err != nil {
		t.Fatal(err)
	}
	assets, err := layout.NewAssets(built.Dist, "/assets/")
	if err != nil {
		t.Fatal(err)
	}
	s := &page.Site{Assets: assets, Catalogue: words}
	operations, mux := web.NewAPI("test", "1", s.Explain), http.NewServeMux()
	for _, route := range m.Routes {
		if route.API {
			route = operations.Mount(route)
		}
		mux.HandleFunc(route.Pattern, func(w http.ResponseWriter, r *http.Request) {
			if err := route.Handle(w, r); err != nil && !web.Problem(err).Answered() {
				s.Failure(w, r, web.Problem(err))
			}
		})
	}
	return s, mux
}

func TestModuleIsWhole(t *testing.T) {
	t.Parallel()
	if err := areasmod.New(areasmod.Deps{}).Check(areas.Permissions()); err != nil {
		t.Error(err)
	}
}

var (
	tags   = regexp.MustCompile(`<[^>]*>`)
	spaces = regexp.MustCompile(`\s+`)
	keys   = regexp.MustCompile(`(areas|geo|form)\.[a-z_]+`)
)

func TestPagesAndOperations(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, ask func(path, lang string, header ...string) *httptest.ResponseRecorder) {
		t.Helper()
		long := strings.Repeat("a", 5000)
		for _, tt := range []struct {
			path, lang  string
			status      int
			has, hasNot []string
		}{
			{"/dia-gioi", "vi", 200, []string{"Xã, phường nay là nơi nào?"}, []string{"0 nơi"}},
			{"/dia-gioi?q=" + url.QueryEscape("Phường Mỹ Bình, Thành phố Cũ"), "vi", 200, []string{"1 nơi", "Phường Sen, Tỉnh Một", "đã nhập vào đây", "Gồm 2 đơn vị trước đây"}, []string{"chưa xác minh)"}},
			{"/dia-gioi?q=xa+chia", "en", 200, []string{"2 places", "Lúa Commune", "most of", "(not verified)"}, nil},
			{"/dia-gioi?q=nowhere", "vi", 200, []string{"Chưa tìm thấy nơi này"}, nil},
			{"/dia-gioi?q=" + long, "vi", 200, []string{"Xã, phường"}, nil},
			{"/dia-gioi?q=%3Cscript%3E", "vi", 200, nil, []string{"<script>"}},
			{"/dia-gioi/bang", "vi", 200, []string{"Tỉnh Hai", "91 Tỉnh Một 2"}, []string{"89"}},
			{"/dia-gioi/bang?day=30/06/2025", "en", 200, []string{"as of 30/06/2025", "89 Một Province 2"}, []string{"Hai"}},
			{"/dia-gioi/bang?day=x", "vi", 422, []string{"Nhập ngày như"}, nil},
			{"/dia-gioi/goi-y?q=my+b", "vi", 200, []string{`"code":"30307"`, `"was":"Phường Mỹ Bình, Thành phố Cũ, Tỉnh Một"`}, nil},
			{"/dia-gioi/goi-y?q=m", "vi", 200, []string{"[]"}, nil},
			{"/dia-gioi/goi-y?q=" + long, "vi", 200, []string{"[]"}, nil},
			{"/ban-do", "vi", 200, []string{"Quần đảo Hoàng Sa", "Quần đảo Trường Sa", "Biển Đông", "10.300, 105.400", "02963000000"}, []string{"km", "Xã Không Mã"}},
			{"/ban-do?gan=my+binh", "vi", 200, []string{"Tính từ Phường Sen, Tỉnh Một", "0,0 km", "15,6 km"}, nil},
			{"/ban-do?gan=10.4,105.5", "en", 200, []string{"0.0 km", "Hoàng Sa"}, nil},
			{"/ban-do?gan=7P2789W2%2B22", "vi", 200, []string{"Tính từ 7P2789W2+22"}, nil},
			{"/ban-do?gan=NaN,NaN", "vi", 422, []string{"Nhập tên xã, phường"}, nil},
			{"/ban-do?gan=" + long, "vi", 422, nil, nil},
			{"/ban-do/du-lieu", "vi", 200, []string{`"tiles":"/ban-do/nen"`, "Hoàng Sa"}, []string{"boundaries"}},
			{"/ban-do/ranh-gioi", "vi", 404, nil, nil},
			{"/api/v1/geo/provinces", "vi", 200, []string{`"code":"91"`, `"communes":2`}, []string{`"89"`}},
			{"/api/v1/geo/provinces?day=2025-06-30", "vi", 200, []string{`"code":"89"`}, []string{`"92"`}},
			{"/api/v1/geo/provinces?day=x", "vi", 422, []string{"areas.day"}, nil},
			{"/api/v1/geo/communes?q=sen", "vi", 200, []string{`"code":"30307"`}, []string{"30308"}},
			{"/api/v1/geo/communes", "vi", 200, []string{"30307", "30308"}, []string{"40001"}},
			{"/api/v1/geo/communes?province=92", "vi", 200, []string{"40001"}, []string{"30307"}},
			{"/api/v1/geo/communes?province=89", "vi", 200, nil, []string{"30307"}},
			{"/api/v1/geo/communes?province=00", "vi", 404, []string{"geo.not_found"}, nil},
			{"/api/v1/geo/communes?limit=1000", "vi", 400, nil, nil},
			{"/api/v1/geo/communes/30308", "vi", 200, []string{`"from":[{"unit":{"code":"30281"`, `"kind":"split"`, `"main":true`}, nil},
			{"/api/v1/geo/communes/30280", "vi", 200, []string{`"into":[{"unit":{"code":"30307"`}, nil},
			{"/api/v1/geo/communes/99999", "vi", 404, nil, nil},
			{"/api/v1/geo/resolve?address=" + url.QueryEscape("Số 1, Xã Chia, Thành phố Cũ"), "vi", 200, []string{`"old":true`, `"line":"Số 1"`, "30307", "30308"}, nil},
			{"/api/v1/geo/resolve?address=x", "vi", 200, []string{`"unknown":true`}, nil},
			{"/api/v1/geo/resolve", "vi", 400, nil, nil},
			{"/api/v1/geo/offices?near=sen", "vi", 200, []string{`"unit":"sen"`, `"plus_code":"`, `"kilometres":15.`}, nil},
			{"/api/v1/geo/offices?near=nowhere", "vi", 422, []string{"areas.place"}, nil},
			{"/api/v1/geo/plus-codes?lat=20.3700625&lon=2.7821875", "vi", 200, []string{"7FG49QCJ+2V"}, nil},
			{"/api/v1/geo/plus-codes?code=7FG49QCJ%2B2V", "vi", 200, []string{`"lat":20.37`}, nil},
			{"/api/v1/geo/plus-codes?code=nothing", "vi", 422, []string{"pluscode.code"}, nil},
			{"/api/v1/geo/plus-codes?lat=100&lon=0", "vi", 400, nil, nil},
		} {
			w := ask(tt.path, tt.lang)
			text := w.Body.String()
			if strings.Contains(w.Header().Get("Content-Type"), "html") {
				_, text, _ = strings.Cut(text, "<main")
				if key := keys.FindString(tags.ReplaceAllString(text, " ")); key != "" {
					t.Errorf("%.60s shows the key %s", tt.path, key)
				}
				if strings.Count(text, "<h1") != 1 {
					t.Errorf("%.60s: not one heading", tt.path)
				}
			}
			plain := spaces.ReplaceAllString(tags.ReplaceAllString(text, " "), " ")
			if w.Code != tt.status {
				t.Errorf("%.60s: %d, want %d: %.300s", tt.path, w.Code, tt.status, plain)
			}
			for _, want := range tt.has {
				if !strings.Contains(plain, want) && !strings.Contains(text, want) {
					t.Errorf("%.60s does not say %q: %.700s", tt.path, want, plain)
				}
			}
			for _, not := range tt.hasNot {
				if strings.Contains(plain, not) {
					t.Errorf("%.60s says %q", tt.path, not)
				}
			}
		}
		if w := ask("/ban-do/nen", "vi", "Range", "bytes=2-4"); w.Code != http.StatusPartialContent || w.Body.String() != "234" || w.Header().Get("Content-Range") != "bytes 2-4/10" {
			t.Errorf("a part of the tiles: %d %s", w.Code, w.Body)
		}
	})
}

func TestWithoutATable(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, []db.Migrations{orgs.Migrations(), geo.Migrations()}, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		ask := serve(t, areasmod.Deps{DB: d, Atlas: geo.NewAtlas(d)})
		for _, path := range []string{"/dia-gioi?q=sen", "/dia-gioi/bang", "/ban-do", "/ban-do/du-lieu", "/api/v1/geo/provinces", "/api/v1/geo/communes?q=sen"} {
			if w := ask(path, "vi"); w.Code != 200 {
				t.Errorf("%s: %d", path, w.Code)
			}
		}
	})
}

// A newer table: wrong rows are said by line, what it changes is shown, and one who
// may not confirm finds no button.
func TestNewerTables(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, []db.Migrations{orgs.Migrations(), geo.Migrations(), audit.Migrations()}, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		if err := d.Write(t.Context(), func(tx *db.Tx) error {
			_, _, err := geo.Apply(t.Context(), tx, tables())
			return err
		}); err != nil {
			t.Fatal(err)
		}
		deps := areasmod.Deps{DB: d, Atlas: geo.NewAtlas(d), Name: func(_ context.Context, account string) string { return "Bà " + account }}
		ask := serveTo(t, deps)
		binh := identity.NewActor("binh", "").Grant(areas.PermImport, identity.Place{})
		an := identity.NewActor("an", "").Grant(areas.PermConfirm, identity.Place{})
		enter := func(who identity.Actor, day, communes, lineage string) *httptest.ResponseRecorder {
			var body bytes.Buffer
			form := multipart.NewWriter(&body)
			for name, value := range map[string]string{"day": day, "basis": "Nghị quyết <thử>"} {
				if err := form.WriteField(name, value); err != nil {
					t.Fatal(err)
				}
			}
			for name, value := range map[string]string{"communes": communes, "lineage": lineage} {
				f, err := form.CreateFormFile(name, name+".csv")
				if err != nil {
					t.Fatal(err)
				}
				_, _ = io.WriteString(f, value)
			}
			_ = form.Close()
			return ask(who, http.MethodPost, "/van-hanh/dia-gioi", form.FormDataContentType(), body.String())
		}
		good := "code,province,name\n30307,91,Phường Sen\n30308,91,Phường Lúa\n30309,91,Xã Mới\n"
		says := func(w *httptest.ResponseRecorder, status int, words ...string) {
			t.Helper()
			plain := spaces.ReplaceAllString(tags.ReplaceAllString(w.Body.String(), " "), " ")
			if w.Code != status {
				t.Errorf("%d, want %d: %.400s", w.Code, status, plain)
			}
			for _, one := range words {
				if !strings.Contains(plain, one) {
					t.Errorf("it does not say %q: %.900s", one, plain)
				}
			}
			if key := keys.FindString(plain); key != "" {
				t.Errorf("the page shows the key %s", key)
			}
		}
		says(ask(binh, http.MethodGet, "/van-hanh/dia-gioi", "", ""), 200, "Chưa có bảng nào được đề nghị")
		says(enter(binh, "x", good, ""), 422, "Nhập ngày như")
		says(enter(binh, "01/01/2027", "code,province,name\n1,91,Phường A\n30308,00,Xã B\n", ""), 422, "2 dòng sai", "communes.csv 2", "communes.csv 3")
		if w := enter(an, "01/01/2027", good, ""); w.Code != http.StatusForbidden {
			t.Errorf("who may only confirm has entered a table: %d", w.Code)
		}
		w := enter(binh, "01/01/2027", good, "")
		if w.Code != http.StatusSeeOther {
			t.Fatalf("a good table: %d %s", w.Code, w.Body)
		}
		path := w.Header().Get("Location")
		path, _, _ = strings.Cut(path, "?")
		says(ask(binh, http.MethodGet, path, "", ""), 200, "Từ ngày 01/01/2027", "Nghị quyết &lt;thử&gt;", "Xã Mới", "Đổi tên", "Phường Lúa", "1 nơi giữ nguyên", "Chờ một người khác", "Rút lại")
		if text := ask(binh, http.MethodGet, path, "", "").Body.String(); strings.Contains(text, path+"/xac-nhan") {
			t.Error("who proposed it sees the button to confirm")
		}
		if w := ask(binh, http.MethodPost, path+"/xac-nhan", "", ""); w.Code != http.StatusForbidden {
			t.Errorf("who proposed it has confirmed it: %d", w.Code)
		}
		if w := ask(an, http.MethodPost, path+"/xac-nhan", "", ""); w.Code != http.StatusSeeOther {
			t.Fatalf("confirmed: %d %s", w.Code, w.Body)
		}
		says(ask(an, http.MethodPost, path+"/tu-choi", "", ""), 409, "đã được xác nhận hoặc từ chối", "Bà an")
		says(ask(binh, http.MethodGet, "/dia-gioi/bang?day=01/01/2027", "", ""), 200, "91 Tỉnh Một 3", "2 thay đổi từ ngày 01/01/2027")
		says(ask(binh, http.MethodGet, "/dia-gioi/bang?day=31/12/2026", "", ""), 200, "91 Tỉnh Một 2")
		var events []string
		rows, err := audit.List(t.Context(), d, audit.Filter{}, "", 10)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range rows {
			events = append(events, string(r.Event))
		}
		slices.Sort(events)
		if !slices.Equal(events, []string{string(areas.AuditConfirmed), string(areas.AuditProposed)}) {
			t.Errorf("the audit log has %v", events)
		}
	})
}
