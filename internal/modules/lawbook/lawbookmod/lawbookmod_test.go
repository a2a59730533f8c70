// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package lawbookmod_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/law"
	"tinhso.vn/internal/kernel/module"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/lawbook/lawbookmod"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
	"tinhso.vn/internal/platform/ui/layout"
	"tinhso.vn/internal/platform/web"
	built "tinhso.vn/web"
)

// each runs f with the module over some documents; dbtest's clock begins in 2026.
func each(t *testing.T, f func(t *testing.T, ask func(path, lang string) *httptest.ResponseRecorder)) {
	t.Helper()
	dbtest.Each(t, []db.Migrations{law.Migrations()}, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		if err := d.Write(t.Context(), func(tx *db.Tx) error {
			_, err := law.Apply(t.Context(), tx, documents(t))
			return err
		}); err != nil {
			t.Fatal(err)
		}
		m := lawbookmod.New(lawbookmod.Deps{DB: d, Citers: []lawbookmod.Citer{func(context.Context) ([]lawbookmod.Citation, error) {
			return []lawbookmod.Citation{
				{Kind: lawbookmod.Procedure, Name: i18n.Text{VI: "Khai sinh"}, Path: "/thu-tuc/khai-sinh", On: "nd-moi"},
				{Kind: lawbookmod.Fee, Name: i18n.Text{VI: "Chứng thực", EN: "Certification"}, Path: "/thu-tuc/chung-thuc", On: "nd-cu"},
				{Kind: lawbookmod.Holiday, Name: i18n.Text{VI: "Giỗ Tổ"}, On: "luat-sap-toi"},
				{Kind: lawbookmod.Holiday, Name: i18n.Text{VI: "Không ở đâu"}, On: "khong-co"},
			}, nil
		}}})
		f(t, serve(t, m))
	})
}

func serve(t *testing.T, m module.Module) func(path, lang string) *httptest.ResponseRecorder {
	t.Helper()
	shared, err := page.Locales()
	if err != nil {
		t.Fatal(err)
	}
	own, err := law.Locales()
	if err != nil {
		t.Fatal(err)
	}
	words, err := i18n.Load(shared, own, m.Locales)
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
		route = operations.Mount(route)
		mux.HandleFunc(route.Pattern, func(w http.ResponseWriter, r *http.Request) {
			if err := route.Handle(w, r); err != nil && !web.Problem(err).Answered() {
				s.Failure(w, r, web.Problem(err))
			}
		})
	}
	return func(path, lang string) *httptest.ResponseRecorder {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil)
		r.AddCookie(&http.Cookie{Name: page.LanguageCookie, Value: lang})
		w := httptest.NewRecorder()
		mux.ServeHTTP(w, r.WithContext(page.With(r.Context(), s.New(r, identity.Actor{}, dbtest.Now()))))
		return w
	}
}

func on(t *testing.T, s string) calendar.Date {
	t.Helper()
	d, err := calendar.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// documents are an old decree and the one that replaced it, a law to come,
// something undated, something that an undated one replaces, and more than a
// page of plans.
func documents(t *testing.T) []law.Doc {
	t.Helper()
	one := func(id, number, kind, title, signed, from string, ties ...law.Relation) law.Doc {
		return law.Doc{
			ID: law.ID(id), Number: number, Kind: kind, Title: i18n.Text{VI: title}, Issuer: "Chính phủ", Signed: on(t, signed), ValidFrom: on(t, from),
			Relations: ties, Mark: "seed", Source: "kế hoạch", Verified: true,
		}
	}
	all := []law.Doc{
		one("nd-cu", "61/2018/NĐ-CP", "decree", "Về cơ chế một cửa", "2018-04-23", "2018-06-21"),
		one("nd-moi", "118/2025/NĐ-CP", "decree", "Về một cửa, một cửa liên thông", "2025-06-09", "2025-07-01", law.Relation{Kind: law.Replaces, To: "nd-cu"}),
		one("luat-sap-toi", "03/2026/QH16", "law", "Luật Hộ tịch", "", "2999-03-01"),
		one("kh-cu", "2142/KH-UBND", "plan", "Kế hoạch cũ", "2024-12-30", ""),
		one("kh-moi", "Không số", "plan", "Kế hoạch mới", "", "", law.Relation{Kind: law.Replaces, To: "kh-cu"}),
	}
	all[4].Verified = false
	for i := range 25 {
		all = append(all, one(fmt.Sprintf("qd-%02d", i), fmt.Sprintf("%d/QĐ-UBND", i), "decision", "Danh mục <script>", "2020-01-01", "2020-01-01"))
	}
	return all
}

func TestModuleIsWhole(t *testing.T) {
	t.Parallel()
	if err := lawbookmod.New(lawbookmod.Deps{}).Check(nil); err != nil {
		t.Error(err)
	}
}

var (
	tags   = regexp.MustCompile(`<[^>]*>`)
	spaces = regexp.MustCompile(`\s+`)
	keys   = regexp.MustCompile(`lawbook\.[a-z_.]+`)
)

func said(w *httptest.ResponseRecorder) string {
	_, body, _ := strings.Cut(w.Body.String(), "<main")
	return spaces.ReplaceAllString(tags.ReplaceAllString(body, " "), " ")
}

func TestPages(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, ask func(path, lang string) *httptest.ResponseRecorder) {
		t.Helper()
		const base = "/van-ban-phap-luat"
		for _, tt := range []struct {
			path, lang  string
			status      int
			has, hasNot []string
		}{
			{base, "vi", 200, []string{"30 văn bản", "Nghị định 118/2025/NĐ-CP", "Quyết định (25)", "Còn hiệu lực (26)", "Trang sau"}, []string{"Không số", "Về trang đầu"}},
			{base + "?after=qd-16", "vi", 200, []string{"Kế hoạch (không số)", "Chưa xác minh", "Về trang đầu"}, []string{"118/2025"}},
			{base + "?q=MOT+cua", "vi", 200, []string{"2 văn bản", "61/2018/NĐ-CP", "Hết hiệu lực", "Bỏ lọc"}, []string{"QĐ-UBND"}},
			{base + "?q=mot+cua&day=30/06/2025", "vi", 200, []string{"tính đến ngày 30/06/2025", "Còn hiệu lực (1)", "Chưa có hiệu lực (1)"}, nil},
			{base + "?kind=decree&state=ended", "vi", 200, []string{"1 văn bản", "Có hiệu lực từ 21/06/2018 đến 30/06/2025"}, []string{"118/2025"}},
			{base + "?kind=circular", "vi", 200, []string{"Chưa tìm thấy văn bản nào", "Thông tư (0)"}, nil},
			{base + "?day=31/02/2025", "vi", 422, []string{"Nhập ngày như 01/07/2026", "30 văn bản"}, nil},
			{base + "?q=" + strings.Repeat("a", 5000), "vi", 200, []string{"Chưa tìm thấy"}, nil},
			{base + "?after=khong-co", "vi", 404, []string{"Không tìm thấy"}, nil},
			{base + "/nd-cu", "vi", 200, []string{"Nghị định 61/2018/NĐ-CP", "được thay thế bởi", "118/2025/NĐ-CP", "Mức thu: Chứng thực", "Cần rà soát"}, nil},
			{base + "/nd-cu?day=2020-01-01", "vi", 200, []string{"Còn hiệu lực"}, []string{"Cần rà soát"}},
			{base + "/nd-moi", "en", 200, []string{"Decree 118/2025/NĐ-CP", "replaces", "Procedure: Khai sinh", "In force since 01/07/2025"}, []string{"Thủ tục"}},
			{base + "/kh-cu", "vi", 200, []string{"Đã có văn bản thay thế", "không nguồn nào nêu từ ngày nào", "Hiện không có quy định nào"}, nil},
			{base + "/khong-co", "vi", 404, []string{"Không tìm thấy"}, nil},
			{base + "/thay-doi?day=1/7/2025", "vi", 200, []string{"ngày 01/07/2025", "Bắt đầu có hiệu lực", "Thôi có hiệu lực", "1 quy định", "Thay đổi trước đó", "01/01/2020", "01/03/2999"}, nil},
			{base + "/thay-doi", "vi", 200, []string{"Ngày này không có thay đổi nào"}, nil},
			{base + "/thay-doi?day=x", "en", 422, []string{"Enter a day"}, nil},
			{base + "/can-ra-soat", "vi", 200, []string{"Mức thu: Chứng thực", "Ngày nghỉ: Giỗ Tổ", "03/2026/QH16"}, []string{"Khai sinh", "Không ở đâu"}},
		} {
			w := ask(tt.path, tt.lang)
			text := said(w)
			if w.Code != tt.status {
				t.Errorf("%.60s: %d, want %d", tt.path, w.Code, tt.status)
			}
			for _, want := range tt.has {
				if !strings.Contains(text, want) {
					t.Errorf("%.60s does not say %q: %s", tt.path, want, text)
				}
			}
			for _, not := range tt.hasNot {
				if strings.Contains(text, not) {
					t.Errorf("%.60s says %q", tt.path, not)
				}
			}
			if key := keys.FindString(text); key != "" {
				t.Errorf("%.60s shows the key %s", tt.path, key)
			}
			if strings.Contains(w.Body.String(), "<script>\n") || strings.Count(w.Body.String(), "<h1") != 1 {
				t.Errorf("%.60s: a script of a title, or not one heading", tt.path)
			}
		}
	})
}

// TestEveryPageOfTheListIsReached follows next to the end.
func TestEveryPageOfTheListIsReached(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, ask func(path, lang string) *httptest.ResponseRecorder) {
		t.Helper()
		seen, after := map[string]bool{}, ""
		for range 5 {
			var out struct {
				Items []struct {
					ID, Number, State string
					From              string `json:"valid_from"`
				}
				Total int
				Next  string
			}
			w := ask("/api/v1/legal-documents?after="+url.QueryEscape(after), "vi")
			if err := json.Unmarshal(w.Body.Bytes(), &out); err != nil || out.Total != 30 {
				t.Fatalf("%v %s", err, w.Body)
			}
			for _, d := range out.Items {
				if seen[d.ID] {
					t.Errorf("%s twice", d.ID)
				}
				seen[d.ID] = true
			}
			if after = out.Next; after == "" {
				break
			}
		}
		if len(seen) != 30 {
			t.Errorf("%d documents", len(seen))
		}
	})
}

func TestOperations(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, ask func(path, lang string) *httptest.ResponseRecorder) {
		t.Helper()
		for _, tt := range []struct {
			path   string
			status int
			says   []string
		}{
			{"/api/v1/legal-documents?state=ended", 200, []string{`"valid_to":"2025-06-30"`, `"total":1`}},
			{"/api/v1/legal-documents?state=gone", 400, nil},
			{"/api/v1/legal-documents?day=tomorrow", 422, []string{"lawbook.day"}},
			{"/api/v1/legal-documents/nd-moi", 200, []string{`"to":[{"kind":"replaces"`, `"cited":[{"kind":"procedure"`, `"by":[]`}},
			{"/api/v1/legal-documents/khong-co", 404, []string{"law.not_found"}},
			{"/api/v1/legal-changes?day=2025-07-01", 200, []string{`"begin":[{"id":"nd-moi"`, `"ended":[{"id":"nd-cu"`, `"before":"2020-01-01"`}},
			{"/api/v1/legal-review", 200, []string{`"state":"ended"`, `"state":"coming"`}},
		} {
			w := ask(tt.path, "vi")
			if w.Code != tt.status {
				t.Errorf("%s: %d %s", tt.path, w.Code, w.Body)
			}
			for _, want := range tt.says {
				if !strings.Contains(w.Body.String(), want) {
					t.Errorf("%s does not say %s: %s", tt.path, want, w.Body)
				}
			}
		}
	})
}
