// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package proceduresmod_test

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/law"
	"tinhso.vn/internal/kernel/module"
	"tinhso.vn/internal/kernel/orgs"
	kernelpacks "tinhso.vn/internal/kernel/packs"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/modules/procedures/proceduresmod"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
	"tinhso.vn/internal/platform/pdf/pdftest"
	"tinhso.vn/internal/platform/ui/layout"
	"tinhso.vn/internal/platform/web"
	"tinhso.vn/packs"
	built "tinhso.vn/web"
)

func allDoors() procedures.Doors {
	return procedures.Doors{File: "/nop-ho-so/", Track: "/tra-cuu", Mine: "/ho-so"}
}

func figures(context.Context) (procedures.Figures, error) {
	return procedures.Figures{Decided: 1000, OnTime: 982, Open: 1204, MedianHours: 19}, nil
}

// world is the module with the real pack of today, served as the program serves it.
type world struct {
	http.Handler
	module.Module
	catalogue proceduresmod.Catalogue
	db        *db.DB
}

func each(t *testing.T, deps proceduresmod.Deps, f func(t *testing.T, w world)) {
	t.Helper()
	m, _ := proceduresmod.New(proceduresmod.Deps{})
	dbtest.Each(t, []db.Migrations{orgs.Migrations(), law.Migrations(), m.Migrations}, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		own := deps
		own.DB, own.Press.Fonts = d, pdftest.Fonts(t)
		m, catalogue := proceduresmod.New(own)
		apply(t, d, catalogue)
		f(t, world{serve(t, m, d, c), m, catalogue, d})
	})
}

func apply(t *testing.T, d *db.DB, catalogue proceduresmod.Catalogue) {
	t.Helper()
	set, err := kernelpacks.Load(packs.Files, "an-giang")
	if err != nil {
		t.Fatal(err)
	}
	ctx := t.Context()
	err = d.Write(ctx, func(tx *db.Tx) error {
		if _, err := orgs.Apply(ctx, tx, []orgs.Unit{
			{ID: "so-noi-vu", Kind: "department", Name: i18n.Text{VI: "Sở Nội vụ", EN: "Department of Home Affairs"}},
			{ID: "chi-nhanh-dat-dai-long-xuyen", Kind: "public_unit", Name: i18n.Text{VI: "Chi nhánh Đăng ký đất đai"}},
			{ID: "so-nong-nghiep-moi-truong", Kind: "department", Name: i18n.Text{VI: "Sở Nông nghiệp và Môi trường"}},
		}); err != nil {
			return err
		}
		docs := []law.Doc{
			{ID: "nd-131-2021", Number: "131/2021/NĐ-CP", Issuer: "Chính phủ", Kind: "decree", Mark: "found", Title: i18n.Text{VI: "Về người có công"}, Verified: true},
			{ID: "phap-lenh-uu-dai-2020", Number: "02/2020/UBTVQH14", Issuer: "UBTVQH", Kind: "document", Mark: "recalled", Title: i18n.Text{VI: "Pháp lệnh Ưu đãi"}},
		}
		if err := docs[0].ValidTo.UnmarshalText([]byte("2026-01-31")); err != nil {
			return err
		}
		if _, err := law.Apply(ctx, tx, docs); err != nil {
			return err
		}
		_, err := catalogue.Apply(ctx, tx, set)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func serve(t *testing.T, m module.Module, d *db.DB, c *dbtest.Clock) http.Handler {
	t.Helper()
	shared, err := page.Locales()
	if err != nil {
		t.Fatal(err)
	}
	messages, err := i18n.Load(shared, m.Locales)
	if err != nil {
		t.Fatal(err)
	}
	assets, err := layout.NewAssets(built.Dist, "/assets/")
	if err != nil {
		t.Fatal(err)
	}
	s := &page.Site{Province: i18n.Text{VI: "Tỉnh Thử", EN: "Test Province"}, Assets: assets, Catalogue: messages, Menu: m.Menu}
	server := &web.Server{
		Log: slog.New(slog.DiscardHandler), Clock: c, Limits: web.NewLimiter(nil, nil, c), Failure: s.Failure, Explain: s.Explain,
		Enter: func(r *http.Request, _ web.Route) (*http.Request, error) {
			return r.WithContext(page.With(r.Context(), s.New(r, identity.Actor{}, d.Now().Time))), nil
		},
	}
	api, mux := web.NewAPI("test", "1", s.Explain), http.NewServeMux()
	for _, r := range m.Routes {
		mux.Handle(r.Pattern, server.Serve(api.Mount(r)))
	}
	return mux
}

func (w world) get(t *testing.T, path string, cookies ...*http.Cookie) (int, string) {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil)
	for _, c := range cookies {
		r.AddCookie(c)
	}
	out := httptest.NewRecorder()
	w.ServeHTTP(out, r)
	body, err := io.ReadAll(out.Body)
	if err != nil {
		t.Fatal(err)
	}
	return out.Code, string(body)
}

func TestModule(t *testing.T) {
	t.Parallel()
	m, _ := proceduresmod.New(proceduresmod.Deps{})
	if err := m.Check(nil); err != nil {
		t.Error(err)
	}
	for _, r := range m.Routes {
		if !r.Access.IsPublic() {
			t.Errorf("%s is not public", r.Pattern)
		}
	}
	if _, err := i18n.Load(m.Locales); err != nil {
		t.Error(err)
	}
}

var (
	tags    = regexp.MustCompile(`<[^>]*>`)
	spaces  = regexp.MustCompile(`\s+`)
	inputs  = regexp.MustCompile(`<(?:input|select|textarea)\b[^>]*>`)
	idOf    = regexp.MustCompile(`\sid="([^"]+)"`)
	rawKeys = regexp.MustCompile(`\bprocedures\.[a-z_]+(?:\.[a-z_-]+)*`)
	hrefs   = regexp.MustCompile(`href="([^"]+)"`)
)

func words(html string) string {
	_, body, _ := strings.Cut(html, "<body")
	return spaces.ReplaceAllString(tags.ReplaceAllString(body, " "), " ")
}

// checkPage looks for what every page must have.
func checkPage(t *testing.T, path, html string) {
	t.Helper()
	for _, want := range []string{"<title>", `<meta name="description"`, `<html lang="`, `<main`} {
		if strings.Count(html, want) != 1 {
			t.Errorf("%s: %d of %s", path, strings.Count(html, want), want)
		}
	}
	if n := strings.Count(html, "<h1"); n != 1 {
		t.Errorf("%s: %d h1", path, n)
	}
	for _, in := range inputs.FindAllString(html, -1) {
		id := idOf.FindStringSubmatch(in)
		if !strings.Contains(in, `type="hidden"`) && (id == nil || !strings.Contains(html, `for="`+id[1]+`"`)) {
			t.Errorf("%s: no label for %s", path, in)
		}
	}
	seen := map[string]bool{}
	for _, id := range idOf.FindAllStringSubmatch(html, -1) {
		if seen[id[1]] {
			t.Errorf("%s: the id %s twice", path, id[1])
		}
		seen[id[1]] = true
	}
	if key := rawKeys.FindString(words(html)); key != "" {
		t.Errorf("%s shows the key %s", path, key)
	}
	if strings.Contains(html, "style=\"") || strings.Contains(html, "%!") {
		t.Errorf("%s: inline style or bad format", path)
	}
}

func TestPages(t *testing.T) {
	t.Parallel()
	english := &http.Cookie{Name: page.LanguageCookie, Value: "en"}
	each(t, proceduresmod.Deps{Doors: allDoors(), Figures: figures}, func(t *testing.T, w world) {
		t.Helper()
		for _, tt := range []struct {
			path        string
			has, hasNot []string
			in          []*http.Cookie
		}{
			{"/", []string{"Ông/Bà cần làm thủ tục gì?", "98,2 %", "1.204", "2,4 ngày", "Người cao tuổi 2 thủ tục", "Bảo trợ xã hội 6 thủ tục", "khai sinh", "Hồ sơ của tôi đang ở đâu?"}, nil, nil},
			{"/", []string{"What do you need", "98.2 %", "1,204", "Old age"}, []string{"Người cao tuổi"}, []*http.Cookie{english}},
			{"/thu-tuc", []string{"114 thủ tục", "Đất đai (8)", "Cá nhân (89)", "Sở Nội vụ (9)", "Mã 2.000635", "20 ngày làm việc (chưa xác minh)"}, nil, nil},
			{"/thu-tuc?q=" + url.QueryEscape("khuyết tật"), []string{"2 thủ tục cho", "Xác định"}, []string{"Chứng thực bản sao từ"}, nil},
			{"/thu-tuc?life=tuoi-gia", []string{"2 thủ tục", "hưu trí xã hội"}, []string{"Đăng ký biến động"}, nil},
			{"/thu-tuc?agency=so-noi-vu", []string{"9 thủ tục", "thờ cúng liệt sĩ"}, []string{"Đăng ký biến động"}, nil},
			{"/thu-tuc?q=giay+phep&agency=commune", []string{"bán lẻ rượu"}, []string{"Cấp giấy phép lao động"}, nil},
			{"/thu-tuc?field=khong-co", []string{"Chưa tìm thấy", "khong-co (0)", "Lọc"}, nil, nil},
			{"/thu-tuc?q=xyz", []string{"Chưa tìm thấy"}, []string{"Lọc"}, nil},
			{"/thu-tuc?q=%25_%27", []string{"Chưa tìm thấy"}, []string{"Đăng ký biến động"}, nil},
			{"/thu-tuc?q=" + strings.Repeat("x", 10_000), []string{"Chưa tìm thấy"}, []string{`value="` + strings.Repeat("x", 301)}, nil},
			{"/thu-tuc?q=%3Cscript%3Ealert(1)%3C/script%3E", []string{"Chưa tìm thấy"}, []string{"<script>alert"}, nil},
			{"/thu-tuc/xac-dinh-muc-do-khuyet-tat", []string{"Mã thủ tục 1.001699", "25 ngày làm việc chưa xác minh", "Không thu", "Ủy ban nhân dân cấp xã", "1 bản chính", "1 bản sao · tùy trường hợp", "Giấy xác nhận khuyết tật", "Nộp hồ sơ", "10 ngày làm việc"}, nil, nil},
			{"/thu-tuc/dang-ky-bien-dong-dat-dai", []string{"Chưa có mã thủ tục", "Chưa có số liệu đã xác minh", "Chi nhánh Đăng ký đất đai"}, []string{"Không thu"}, nil},
			{"/thu-tuc/chung-thuc-ban-sao", []string{"Trong ngày làm việc", "Theo bảng mức thu chưa xác minh", "tối đa 200.000 đồng/bản", "Cách tính mức thu", "Nếu Số trang của một bản", "3–198"}, nil, nil},
			{"/thu-tuc/tro-cap-tho-cung-liet-si", []string{"131/2021/NĐ-CP · Về người có công không còn hiệu lực", "02/2020/UBTVQH14 · Pháp lệnh Ưu đãi chưa xác minh", "Sở Nội vụ"}, nil, nil},
			{"/thu-tuc/tro-cap-tho-cung-liet-si", []string{"Department of Home Affairs", "24 working days not confirmed"}, nil, []*http.Cookie{english}},
			{"/thu-tuc/dang-ky-khai-sinh", []string{"Mã thủ tục 1.001193", "Trong ngày làm việc", "Miễn lệ phí khi đăng ký đúng hạn", "Giấy chứng sinh"}, []string{"Nộp hồ sơ trực tuyến"}, nil},
			{"/thu-tuc/phieu-ly-lich-tu-phap", []string{"Mã thủ tục 3.000333", "200.000 đồng", "10 ngày chưa xác minh"}, nil, nil},
			{"/thu-tuc/dang-ky-tau-ca", []string{"Chưa có mã thủ tục", "Chưa có số liệu đã xác minh", "Sở Nông nghiệp"}, []string{"Không thu"}, nil},
			{"/thu-tuc/tro-cap-huu-tri-xa-hoi", []string{"Áp dụng từ ngày 01/07/2025", "Trực tuyến toàn trình"}, nil, nil},
		} {
			code, html := w.get(t, tt.path, tt.in...)
			if code != http.StatusOK {
				t.Errorf("%.80s: %d", tt.path, code)
			}
			checkPage(t, tt.path[:min(len(tt.path), 80)], html)
			said := words(html)
			for _, want := range tt.has {
				if !strings.Contains(said, want) {
					t.Errorf("%.80s does not say %q: %s", tt.path, want, said)
				}
			}
			for _, not := range tt.hasNot {
				if strings.Contains(said, not) || strings.Contains(html, not) {
					t.Errorf("%.80s says %q", tt.path, not)
				}
			}
		}
		code, html := w.get(t, "/thu-tuc/tro-cap-tho-cung-liet-si", english)
		if code != http.StatusOK || !strings.Contains(html, `<span lang="vi">Về người có công</span>`) {
			t.Error("Vietnamese among English is not marked")
		}
		if _, html := w.get(t, "/thu-tuc/xac-dinh-muc-do-khuyet-tat"); !strings.Contains(html, `href="/nop-ho-so/xac-dinh-muc-do-khuyet-tat"`) {
			t.Error("no door to file")
		}
		for _, path := range []string{"/thu-tuc/khong-co", "/thu-tuc?after=khong-co", "/thu-tuc/%25_'"} {
			if code, html := w.get(t, path); code != http.StatusNotFound || !strings.Contains(words(html), "Không tìm thấy thủ tục này") {
				t.Errorf("%s: %d", path, code)
			}
		}
	})
}

// TestNoDoorLeadsNowhere walks the pages of a program that has this module alone.
func TestNoDoorLeadsNowhere(t *testing.T) {
	t.Parallel()
	each(t, proceduresmod.Deps{}, func(t *testing.T, w world) {
		t.Helper()
		seen, open := map[string]bool{}, []string{"/"}
		for len(open) > 0 {
			path := open[0]
			open = open[1:]
			if seen[path] {
				continue
			}
			seen[path] = true
			code, html := w.get(t, path)
			if code != http.StatusOK {
				t.Errorf("%s: %d", path, code)
			}
			_, body, _ := strings.Cut(html, "<main")
			for _, h := range hrefs.FindAllStringSubmatch(body, -1) {
				if to, _, _ := strings.Cut(strings.ReplaceAll(h[1], "&amp;", "&"), "#"); to != "" {
					open = append(open, to)
				}
			}
			if strings.Contains(body, "hồ sơ đang giải quyết") {
				t.Error("a figure that nobody counted")
			}
		}
		if len(seen) < 15 {
			t.Errorf("walked only %v", seen)
		}
	})
}

func TestEveryLifeEventHasWords(t *testing.T) {
	t.Parallel()
	m, _ := proceduresmod.New(proceduresmod.Deps{})
	messages, err := i18n.Load(m.Locales)
	if err != nil {
		t.Fatal(err)
	}
	names, err := kernelpacks.Names(packs.Files)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		set, err := kernelpacks.Load(packs.Files, name)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range set.Procedures {
			for _, event := range p.LifeEvents {
				if !messages.Has("procedures.life." + event) {
					t.Errorf("%s: %s: %s has no words", name, p.ID, event)
				}
			}
		}
	}
}

func TestOperations(t *testing.T) {
	t.Parallel()
	each(t, proceduresmod.Deps{}, func(t *testing.T, w world) {
		t.Helper()
		var list struct {
			Items []struct {
				ID, Code, Online string
				Name, Field      i18n.Text
				FieldSlug        string `json:"field_slug"`
			}
			Next string
		}
		get := func(path string, want int, into any) string {
			t.Helper()
			code, body := w.get(t, path)
			if code != want {
				t.Fatalf("%s: %d %s", path, code, body)
			}
			if into != nil {
				if err := json.Unmarshal([]byte(body), into); err != nil {
					t.Fatalf("%s: %v", path, err)
				}
			}
			return body
		}
		get("/api/v1/procedures?limit=3", http.StatusOK, &list)
		if len(list.Items) != 3 || list.Next == "" || list.Items[0].ID != "trich-luc-ho-tich" || list.Items[0].Code != "2.000635" || list.Items[0].FieldSlug != "ho-tich" {
			t.Errorf("%+v", list)
		}
		for _, want := range []int{20, 20, 20, 20, 20, 11} {
			next := list.Next
			list.Items, list.Next = nil, ""
			get("/api/v1/procedures?limit=20&after="+next, http.StatusOK, &list)
			if len(list.Items) != want || (list.Next == "") != (want < 20) {
				t.Errorf("%d more, want %d: %+v", len(list.Items), want, list)
			}
		}
		get("/api/v1/procedures?q=sao+y", http.StatusOK, &list)
		if len(list.Items) != 1 || list.Items[0].ID != "chung-thuc-ban-sao" {
			t.Errorf("%+v", list)
		}
		if body := get("/api/v1/procedures?q=%25&level=commune", http.StatusOK, nil); !strings.Contains(body, `"items":[]`) {
			t.Error(body)
		}
		var one struct {
			ID, Version string
			Papers      []procedures.Paper
			FormSchema  struct {
				Properties map[string]any
			} `json:"form_schema"`
			Form       struct{ ID string }
			LegalBases []struct {
				Number  string
				InForce bool `json:"in_force"`
			} `json:"legal_bases"`
			Flow []procedures.Step
		}
		get("/api/v1/procedures/tro-cap-tho-cung-liet-si", http.StatusOK, &one)
		v, err := w.catalogue.Get(t.Context(), "tro-cap-tho-cung-liet-si")
		if err != nil || one.Version != v.SHA || len(one.Papers) != 3 || len(one.FormSchema.Properties) < 5 || one.Form.ID != v.Form.ID ||
			len(one.LegalBases) != 2 || one.LegalBases[0].Number != "02/2020/UBTVQH14" || !one.LegalBases[0].InForce || one.LegalBases[1].InForce ||
			len(one.Flow) != len(v.Flow.Steps) {
			t.Errorf("%+v %v", one, err)
		}
		get("/api/v1/procedures/khong-co", http.StatusNotFound, nil)
		get("/api/v1/procedures?limit=0", http.StatusBadRequest, nil)
		get("/api/v1/procedures?level=moon", http.StatusBadRequest, nil)
	})
}
