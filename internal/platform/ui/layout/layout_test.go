// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package layout

import (
	"context"
	"io"
	"strings"
	"testing"

	"github.com/a-h/templ"

	"tinhso.vn/internal/platform/ui"
)

// frame is a page with everything around it.
func frame(t *testing.T) Chrome {
	t.Helper()
	files := built()
	files["dist/manifest.json"].Data = []byte(`{"site.css":"site-ABC.css","main.js":"m.js","desk.js":"d.js","htmx.js":"h.js","icon.svg":"i.svg","latin-400.woff2":"fonts/latin-DEF.woff2","vietnamese-400.woff2":"fonts/latin-DEF.woff2"}`)
	for _, name := range []string{"m.js", "d.js", "h.js", "i.svg"} {
		files["dist/"+name] = files["dist/site-ABC.css"]
	}
	assets, err := NewAssets(files, "/assets/")
	if err != nil {
		t.Fatal(err)
	}
	return Chrome{
		Lang: "vi", Title: "Tra cứu", Service: "Dịch vụ công", Province: "Tỉnh Mẫu", HomeHref: "/", Assets: assets, NavLabel: "Chính", MenuText: "Mục lục", SkipText: "Đến nội dung chính",
		Nav:        []NavItem{{Label: "Thủ tục", Href: "/thu-tuc"}, {Label: "Tra cứu", Href: "/tra-cuu", Current: true, Count: "7"}, {Label: "Trợ giúp", Href: "/tro-giup", Divided: true}},
		SignInText: "Đăng nhập", SignInHref: "/dang-nhap", SignOutText: "Đăng xuất", SignOutHref: "/dang-xuat", SignOutHidden: []ui.HiddenField{{Name: "csrf", Value: "t0ken"}},
		LangText: "English", LangHref: "/en", LangCode: "en",
	}
}

func shown(t *testing.T, page templ.Component) string {
	t.Helper()
	var b strings.Builder
	content := templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		_, err := io.WriteString(w, "<p>the content</p>")
		return err
	})
	if err := page.Render(templ.WithChildren(t.Context(), content), &b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestChrome(t *testing.T) {
	t.Parallel()
	both := map[string]func(Chrome) templ.Component{"citizen": Citizen, "official": Official}
	for _, c := range []struct {
		name   string
		change func(*Chrome)
		in     string // one of both, or empty for both
		has    []string
		hasNot []string
	}{
		{"a visitor", func(*Chrome) {}, "", []string{"the content", "<title>Tra cứu · Dịch vụ công · Tỉnh Mẫu</title>", `href="/dang-nhap"`, `href="/tra-cuu" aria-current="page"`, `lang="en"`, `hreflang="en"`, `href="/assets/site-ABC.css"`, `href="#main"`}, []string{"/dang-xuat", "h.js", "ts-demo", "ts-flash", "htmx-config"}},
		{"somebody who is signed in", func(c *Chrome) { c.User = "Lê Thị Mẫu" }, "", []string{"Lê Thị Mẫu", `method="post" action="/dang-xuat"`, `type="hidden" name="csrf" value="t0ken"`}, []string{"/dang-nhap"}},
		{"a demo", func(c *Chrome) { c.Banner, c.BannerTag = "Không có giá trị pháp lý", "MÔ PHỎNG" }, "", []string{"ts-demo", "MÔ PHỎNG", "Không có giá trị pháp lý"}, nil},
		{"after something was done", func(c *Chrome) { c.Flash = &ui.Flash{Text: "Đã lưu."} }, "", []string{`role="status"`, "Đã lưu."}, nil},
		{"a form that changes", func(c *Chrome) { c.HTMX = true }, "", []string{`src="/assets/h.js"`, "htmx-config", "&#34;allowEval&#34;:false"}, nil},
		{"no other language", func(c *Chrome) { c.LangHref = "" }, "", nil, []string{"English"}},
		{"a page in English", func(c *Chrome) { c.Lang = "en" }, "", []string{`<html lang="en">`}, nil},
		{"the home page", func(c *Chrome) { c.Wide, c.Title = true, "" }, "citizen", []string{"ts-main--wide", "<title>Dịch vụ công · Tỉnh Mẫu</title>"}, nil},
		{"groups that fold", func(c *Chrome) {
			c.BusyText = "có việc"
			c.Nav = []NavItem{{Label: "Việc", Href: "/viec"}, {Label: "Nhân sự", Href: "/nhan-su", Group: "Tổ chức", Current: true}, {Label: "Khóa", Href: "/khoa", Group: "Vận hành", Count: "3"}}
		}, "official", []string{`<details class="ts-side__group" open><summary class="ts-side__fold"><span>Tổ chức</span> </summary>`, `<details class="ts-side__group"><summary class="ts-side__fold"><span>Vận hành</span> <span class="ts-side__busy">có việc</span>`, `href="/khoa"`}, nil},
		{"the keys of the desk", func(*Chrome) {}, "official", []string{`src="/assets/d.js"`, `<span class="ts-num">7</span>`}, nil},
		{"no keys for citizens", func(*Chrome) {}, "citizen", nil, []string{"d.js"}},
		{"names that try to be markup", func(c *Chrome) { c.User, c.Title = "<script>x</script>", "<img>" }, "", []string{"&lt;script&gt;", "&lt;img&gt;"}, []string{"<script>x", "<img>"}},
		{"an address that would run", func(c *Chrome) { c.LangHref = "javascript:go()" }, "", nil, []string{"javascript:"}},
	} {
		for frameName, page := range both {
			if c.in != "" && c.in != frameName {
				continue
			}
			t.Run(c.name+", "+frameName, func(t *testing.T) {
				t.Parallel()
				chrome := frame(t)
				c.change(&chrome)
				got := shown(t, page(chrome))
				for _, want := range c.has {
					if !strings.Contains(got, want) {
						t.Errorf("%s is missing in\n%s", want, got)
					}
				}
				for _, not := range c.hasNot {
					if strings.Contains(got, not) {
						t.Errorf("%s is there", not)
					}
				}
			})
		}
	}
}

func TestErrorPage(t *testing.T) {
	t.Parallel()
	got := shown(t, ErrorPage(Failure{Code: "500", Title: "Sự cố", Text: []string{"Xin thử lại."}, ReferenceText: "Mã", Reference: "0198-7F2C", Links: []ui.Link{{Text: "Trang chủ", Href: "/"}}}))
	for _, want := range []string{"500", "<h1>Sự cố</h1>", "Xin thử lại.", "0198-7F2C", `href="/"`} {
		if !strings.Contains(got, want) {
			t.Errorf("%s is missing in %s", want, got)
		}
	}
	if quiet := shown(t, ErrorPage(Failure{Title: "Không có mạng"})); strings.Contains(quiet, "ts-num") || strings.Contains(quiet, "<ul") {
		t.Errorf("empty parts are shown: %s", quiet)
	}
}

func TestGroupsOfTheMenu(t *testing.T) {
	t.Parallel()
	groups := frame(t).groups()
	if len(groups) != 2 || len(groups[0].Items) != 2 || len(groups[1].Items) != 1 {
		t.Errorf("got %v", groups)
	}
}
