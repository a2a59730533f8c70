// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package findermod_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/kernel/search"
	"tinhso.vn/internal/modules/finder"
	"tinhso.vn/internal/modules/finder/findermod"
	"tinhso.vn/internal/platform/crypt"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
	"tinhso.vn/internal/platform/ui/layout"
	"tinhso.vn/internal/platform/web"
	built "tinhso.vn/web"
)

const view identity.Permission = "case.view"

// soon is when the one case will have been filed, after the tests begin.
const soon = 30 * time.Second

type asking func(who, method, path, contentType, body string) *httptest.ResponseRecorder

// kind makes a kind of some documents.
func kind(name string, docs map[string]search.Doc, ps ...identity.Permission) search.Kind {
	return search.Kind{
		Name: name, Label: "finder.title", Version: 1, Loose: len(ps) == 0, Permissions: ps,
		Facets: []search.Facet{{Name: "field", Label: "finder.manage.kind"}},
		Path:   func(_ identity.Actor, id string) string { return "/" + name + "/" + id },
		List: func(_ context.Context, _ db.Querier, after string, limit int) (ids []string, _ error) {
			for id := range docs {
				if id > after {
					ids = append(ids, id)
				}
			}
			slices.Sort(ids)
			return ids[:min(limit, len(ids))], nil
		},
		Load: func(_ context.Context, _ db.Querier, ids []string) (out []search.Doc, _ error) {
			for _, id := range ids {
				d := docs[id]
				d.ID = id
				out = append(out, d)
			}
			return out, nil
		},
		Count: func(context.Context, db.Querier) (int64, error) { return int64(len(docs)), nil },
	}
}

// actor is who asks: nobody, a citizen, an official of a ward, an operator.
func actor(who string) identity.Actor {
	switch who {
	case "":
		return identity.Actor{}
	case "operator":
		return identity.NewActor(who, who).Grant(finder.PermManage, identity.Place{Unit: "province"})
	case "ward-1", "ward-2":
		a := identity.NewActor(who, who).Grant(view, identity.Place{Unit: who})
		a.Unit = who
		return a
	case "colleague": // of ward-1, who may see no case
		a := identity.NewActor(who, who)
		a.Unit = "ward-1"
		return a
	}
	return identity.NewActor(who, who)
}

func each(t *testing.T, f func(t *testing.T, ask asking, d *db.DB)) {
	t.Helper()
	empty, _ := findermod.New(findermod.Deps{Index: search.New(nil)})
	dbtest.Each(t, []db.Migrations{orgs.Migrations(), identity.Migrations(), access.Migrations(), audit.Migrations(), search.Migrations(), empty.Migrations}, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		procedures, cases := map[string]search.Doc{}, map[string]search.Doc{}
		for i := range 25 {
			procedures[fmt.Sprintf("p-%02d", i)] = search.Doc{
				Title: i18n.Text{VI: fmt.Sprintf("Đăng ký <khai sinh> số %d", i)}, Line: i18n.Text{VI: "Hộ tịch"},
				Values: []search.Value{{Facet: "field", Value: fmt.Sprint(i % 2), Label: i18n.Text{VI: fmt.Sprintf("Nhóm %d", i%2)}}},
			}
		}
		cases["c-1"] = search.Doc{Title: i18n.Text{VI: "Khai sinh"}, Line: i18n.Text{VI: "Trần Thị Mật"}, Codes: []string{"HS-1"}, Units: []orgs.ID{"ward-1"}, At: db.At(dbtest.Now().Add(soon))}
		x := search.New(d)
		x.Declare(kind("procedure", procedures), kind("case", cases, view))
		m, _ := findermod.New(findermod.Deps{DB: d, Keys: crypt.Ephemeral(), Index: x})
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
		for more := true; more; {
			if more, err = x.Step(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		s := &page.Site{Assets: assets, Catalogue: words, Search: finder.Path}
		operations, mux := web.NewAPI("test", "1", s.Explain), http.NewServeMux()
		for _, route := range m.Routes {
			route = operations.Mount(route)
			mux.HandleFunc(route.Pattern, func(w http.ResponseWriter, r *http.Request) {
				if err := route.Handle(w, r); err != nil && !web.Problem(err).Answered() {
					s.Failure(w, r, web.Problem(err))
				}
			})
		}
		f(t, func(who, method, path, contentType, body string) *httptest.ResponseRecorder {
			c.Advance(1_000_000_000)
			r := httptest.NewRequestWithContext(t.Context(), method, path, strings.NewReader(body))
			r.Header.Set("Content-Type", contentType)
			w := httptest.NewRecorder()
			mux.ServeHTTP(w, r.WithContext(page.With(identity.With(r.Context(), actor(who)), s.New(r, actor(who), d.Now().Time))))
			return w
		}, d)
	})
}

func TestModuleIsWhole(t *testing.T) {
	t.Parallel()
	m, _ := findermod.New(findermod.Deps{Index: search.New(nil)})
	if err := m.Check(m.Permissions); err != nil {
		t.Error(err)
	}
}

var (
	tags = regexp.MustCompile(`<[^>]*>`)
	keys = regexp.MustCompile(`finder\.[a-z_.]+`)
)

const form = "application/x-www-form-urlencoded"

func TestPages(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, ask asking, _ *db.DB) {
		for _, tt := range []struct {
			who, path   string
			status      int
			has, hasNot []string
		}{
			{"", "/tim", 200, []string{"Gõ một vài từ"}, []string{"Tìm gần đây", "Đã lưu"}},
			{"", "/tim?q=khai+sinh", 200, []string{"25 kết quả", "Trang sau"}, []string{"Mật", "HS-1", "Lưu nội dung tìm này"}},
			{"", "/tim?q=khai+snih", 200, []string{"Đang hiển thị kết quả cho khai sinh vì không có kết quả cho “khai snih”"}, nil},
			{"", "/tim?q=khai+sinh&loai=procedure&f.field=1", 200, []string{"12 kết quả", "Nhóm 1 (12)", "Bỏ lọc"}, []string{"Nhóm 0"}},
			{"", "/tim?q=khai+sinh&loai=nothing&f.x=1&xep=sideways", 200, []string{"25 kết quả"}, nil}, // an old address
			{"ward-1", "/tim?q=khai+sinh&xep=newest", 200, []string{"26 kết quả", "Mới nhất"}, nil},
			{"", "/tim?q=khai+sinh&loai=procedure&f.field=9", 200, []string{"Không tìm thấy", "Bỏ bộ lọc", "Tìm trong tất cả các loại"}, nil},
			{"", "/tim?q=zzzzqqqq", 200, []string{"Không tìm thấy", "Đăng nhập để tìm"}, nil},
			{"", "/tim?q=089199000123", 200, []string{"chỉ đối chiếu chính xác"}, []string{"Tìm “089"}},
			{"", "/tim?q=khai&after=x!", 400, nil, nil},
			{"", "/tim?q=" + strings.Repeat("khai+", 3000), 200, nil, nil},
			{"ward-1", "/tim?q=tran+thi+mat", 200, []string{"Trần Thị Mật", "HS-1", "Lưu nội dung tìm này"}, nil},
			{"ward-2", "/tim?q=tran+thi+mat", 200, []string{"Không tìm thấy"}, []string{"Trần Thị Mật", "HS-1"}},
			{"citizen", "/tim?q=tran+thi+mat", 200, []string{"Không tìm thấy"}, []string{"Trần", "HS-1"}},
			{"ward-1", "/tim?q=HS-1", 200, []string{"HS-1"}, nil},
			{"ward-2", "/tim?q=HS-1", 200, nil, []string{"Trần"}},
			{"ward-1", "/tim/goi-y?q=khai+sinh+so+2", 200, []string{"Tất cả kết quả cho"}, []string{"Trần Thị Mật"}},
			{"", "/tim/goi-y?q=k", 200, nil, []string{"<li>"}},
			{"operator", "/van-hanh/tim-kiem", 200, []string{"Ở nguồn", "25", "Dựng xong lần gần nhất"}, nil},
			{"ward-1", "/van-hanh/tim-kiem", 403, nil, []string{"Ở nguồn"}},
		} {
			w := ask(tt.who, http.MethodGet, tt.path, "", "")
			if w.Code != tt.status {
				t.Errorf("%s %.60s: %d", tt.who, tt.path, w.Code)
			}
			said := strings.Join(strings.Fields(tags.ReplaceAllString(w.Body.String(), " ")), " ")
			for _, want := range tt.has {
				if !strings.Contains(said, want) {
					t.Errorf("%s %.60s does not say %q: %.900s", tt.who, tt.path, want, said)
				}
			}
			for _, not := range tt.hasNot {
				if strings.Contains(strings.ReplaceAll(said, "q="+not, ""), not) {
					t.Errorf("%s %.60s says %q", tt.who, tt.path, not)
				}
			}
			if key := keys.FindString(said); key != "" || strings.Contains(w.Body.String(), "<khai") {
				t.Errorf("%.60s shows the key %q, or a title that is not escaped", tt.path, key)
			}
		}
	})
}

func TestRecentAndSaved(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, ask asking, d *db.DB) {
		for i := range 14 {
			ask("mai", http.MethodGet, fmt.Sprintf("/tim?q=khai+sinh+%d", i), "", "")
		}
		ask("mai", http.MethodGet, "/tim?q=khai+sinh+9", "", "")
		ask("mai", http.MethodGet, "/tim?q=089199000123", "", "")
		ask("lan", http.MethodGet, "/tim?q=chuyen+cua+lan", "", "")
		recent := ask("mai", http.MethodGet, "/api/v1/search/recent", "", "").Body.String()
		if want := `["khai sinh 9","khai sinh 13","khai sinh 12","khai sinh 11","khai sinh 10","khai sinh 8","khai sinh 7","khai sinh 6","khai sinh 5","khai sinh 4"]`; !strings.Contains(recent, want) {
			t.Errorf("recent: %s", recent)
		}
		var kept string
		if err := d.QueryRow(t.Context(), `SELECT MIN(question) FROM finder_recent`).Scan(&kept); err != nil || strings.Contains(kept, "khai") {
			t.Errorf("kept as %q, %v", kept, err)
		}
		if w := ask("mai", http.MethodPost, "/tim/xoa-gan-day", form, ""); w.Code != 303 {
			t.Errorf("clear: %d", w.Code)
		}
		if page := ask("mai", http.MethodGet, "/tim", "", "").Body.String(); strings.Contains(page, "khai sinh 9") {
			t.Error("recent questions were not cleared")
		}
		if page := ask("lan", http.MethodGet, "/tim", "", "").Body.String(); !strings.Contains(page, "chuyen cua lan") {
			t.Error("somebody else's were")
		}
		for name, status := range map[string]int{"Khai sinh nhóm 1": 303, "": 422, strings.Repeat("x", 81): 422} {
			body := url.Values{"q": {"khai sinh"}, "loai": {"procedure"}, "f.field": {"1"}, "name": {name}}.Encode()
			if w := ask("mai", http.MethodPost, "/tim/luu", form, body); w.Code != status {
				t.Errorf("save %.20q: %d", name, w.Code)
			}
		}
		if w := ask("mai", http.MethodPost, "/tim/luu", form, url.Values{"q": {"089199000123"}, "name": {"a"}}.Encode()); w.Code != 409 || !strings.Contains(w.Body.String(), "không được lưu") {
			t.Errorf("a number was kept: %d", w.Code)
		}
		page := ask("mai", http.MethodGet, "/tim", "", "").Body.String()
		if !strings.Contains(page, "Khai sinh nhóm 1") || !strings.Contains(page, "/tim?f.field=1&amp;loai=procedure&amp;q=khai+sinh") {
			t.Errorf("saved: %s", page)
		}
		id := regexp.MustCompile(`/tim/luu/([0-9a-f-]{36})/xoa`).FindStringSubmatch(page)
		if id == nil {
			t.Fatal("no button to remove it")
		}
		if w := ask("lan", http.MethodPost, "/tim/luu/"+id[1]+"/xoa", form, ""); w.Code != 404 {
			t.Errorf("somebody else removes it: %d", w.Code)
		}
		if w := ask("mai", http.MethodPost, "/tim/luu/"+id[1]+"/xoa", form, ""); w.Code != 303 || strings.Contains(ask("mai", http.MethodGet, "/tim", "", "").Body.String(), "nhóm 1") {
			t.Errorf("remove: %d", w.Code)
		}
	})
}

// TestSharedWithAUnit: who works there sees a search, each finds what they may,
// and each is told what is new to them.
func TestSharedWithAUnit(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, ask asking, _ *db.DB) {
		save := func(who string, body url.Values) int {
			return ask(who, http.MethodPost, "/tim/luu", form, body.Encode()).Code
		}
		if code := save("ward-1", url.Values{"q": {"tran thi mat"}, "loai": {"case"}, "xep": {"newest"}, "name": {"Bà Mật"}, "chung": {"1"}}); code != 303 {
			t.Fatalf("share: %d", code)
		}
		if code := save("mai", url.Values{"q": {"khai"}, "name": {"Của Mai"}, "chung": {"1"}}); code != 409 {
			t.Errorf("who works in no unit shares: %d", code)
		}
		lists := func(who string) string {
			return ask(who, http.MethodGet, "/api/v1/search/saved", "", "").Body.String()
		}
		if got := lists("ward-1"); !strings.Contains(got, `"sort":"newest","shared":true,"mine":true,"new":1`) {
			t.Errorf("its owner: %s", got)
		}
		if got := lists("colleague"); !strings.Contains(got, `"mine":false,"new":0`) { // may see no case
			t.Errorf("a colleague: %s", got)
		}
		for _, other := range []string{"ward-2", "mai", "operator"} {
			if got := lists(other); strings.Contains(got, "Mật") {
				t.Errorf("%s: %s", other, got)
			}
		}
		page := ask("colleague", http.MethodGet, "/tim", "", "").Body.String()
		id := regexp.MustCompile(`luu=([0-9a-f-]{36})`).FindStringSubmatch(page)
		if id == nil || !strings.Contains(page, "Của đơn vị") || strings.Contains(page, "/xoa\"") {
			t.Fatalf("the page of a colleague: %s", page)
		}
		if w := ask("colleague", http.MethodDelete, "/api/v1/search/saved/"+id[1], "", ""); w.Code != 404 {
			t.Errorf("a colleague removes it: %d", w.Code)
		}
		for range soon / time.Second {
			ask("", http.MethodGet, "/tim/goi-y?q=k", "", "")
		}
		if w := ask("ward-2", http.MethodPost, "/api/v1/search/saved/"+id[1]+"/looked", "", ""); w.Code != 404 {
			t.Errorf("somebody of another unit looks: %d", w.Code)
		}
		if got := lists("ward-1"); !strings.Contains(got, `"new":1`) {
			t.Errorf("before its owner looked: %s", got)
		}
		if w := ask("ward-1", http.MethodGet, "/tim?q=tran+thi+mat&loai=case&luu="+id[1], "", ""); w.Code != 200 {
			t.Errorf("look: %d", w.Code)
		}
		if got := lists("ward-1"); !strings.Contains(got, `"new":0`) {
			t.Errorf("after its owner looked: %s", got)
		}
	})
}

func TestOperations(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, ask asking, d *db.DB) {
		for _, tt := range []struct {
			who, method, path, body string
			status                  int
			says                    string
		}{
			{"", "GET", "/api/v1/search?q=khai+snih", "", 200, `"meant":"khai sinh"`},
			{"", "GET", "/api/v1/search?q=tran+thi+mat", "", 200, `"items":[]`},
			{"ward-2", "GET", "/api/v1/search?q=tran+thi+mat&kind=case", "", 200, `"kinds":[]`},
			{"ward-1", "GET", "/api/v1/search?q=tran+thi+mat&kind=case", "", 200, `"code":"HS-1"`},
			{"", "GET", "/api/v1/search?q=khai&kind=procedure&value=field%3D0", "", 200, `"n":13`},
			{"", "GET", "/api/v1/search?q=khai&sort=newest", "", 200, `"items":[{`},
			{"", "GET", "/api/v1/search?q=khai&kind=x", "", 422, `"code":"form.choose"`},
			{"", "GET", "/api/v1/search?q=khai&kind=procedure&value=x%3D1", "", 422, `"name":"value"`},
			{"", "GET", "/api/v1/search?q=khai&kind=procedure&value=field", "", 422, "form.wrong_shape"},
			{"", "GET", "/api/v1/search?q=khai&sort=sideways", "", 422, `"name":"sort"`},
			{"", "GET", "/api/v1/search?q=khai&after=nowhere", "", 400, "form.malformed"},
			{"", "GET", "/api/v1/search", "", 400, "query.q"},
			{"ward-1", "GET", "/api/v1/search/suggestions?q=khai+si", "", 200, `"line":{"vi":""}`},
			{"", "GET", "/api/v1/search/recent", "", 200, `"questions":[]`},
			{"", "DELETE", "/api/v1/search/recent", "", 401, ""},
			{"mai", "POST", "/api/v1/search/saved", `{"name":"a","question":"khai"}`, 200, `"id":"`},
			{"mai", "POST", "/api/v1/search/saved", `{"name":"a","question":"khai","kind":"x"}`, 422, "form.choose"},
			{"mai", "GET", "/api/v1/search/saved", "", 200, `"question":"khai"`},
			{"mai", "DELETE", "/api/v1/search/saved/nothing", "", 404, "finder.not_found"},
			{"mai", "GET", "/api/v1/search/health", "", 403, ""},
			{"mai", "POST", "/api/v1/search/rebuild", "", 403, ""},
			{"operator", "GET", "/api/v1/search/health", "", 200, `"building":false`},
			{"operator", "POST", "/api/v1/search/check", "", 200, `"looked":26`},
			{"operator", "POST", "/api/v1/search/retry", "", 204, ""},
			{"operator", "POST", "/api/v1/search/rebuild", "", 204, ""},
			{"operator", "GET", "/api/v1/search/health", "", 200, `"building":true`},
		} {
			w := ask(tt.who, tt.method, tt.path, "application/json", tt.body)
			if w.Code != tt.status || !strings.Contains(w.Body.String(), tt.says) {
				t.Errorf("%s %s %s: %d %s", tt.who, tt.method, tt.path, w.Code, w.Body)
			}
		}
		var n int
		if err := d.QueryRow(t.Context(), `SELECT COUNT(*) FROM audit_records WHERE event LIKE 'finder.%'`).Scan(&n); err != nil || n != 3 {
			t.Errorf("%d audit rows, %v", n, err)
		}
	})
}
