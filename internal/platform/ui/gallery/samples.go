// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package gallery

import (
	"github.com/a-h/templ"

	"tinhso.vn/internal/platform/ui"
	"tinhso.vn/internal/platform/ui/layout"
)

// Samples are whole pages: what the product looks like when the parts come together.
func Samples() []Sample {
	public := func(title string, wide bool, page func(layout.Chrome) templ.Component) func(layout.Chrome) templ.Component {
		return func(given layout.Chrome) templ.Component {
			c := citizen(given.Assets)
			c.Title, c.Wide = title, wide
			return page(c)
		}
	}
	inside := func(title string, page func(layout.Chrome) templ.Component) func(layout.Chrome) templ.Component {
		return func(given layout.Chrome) templ.Component {
			c := official(given.Assets)
			c.Title = title
			return page(c)
		}
	}
	return []Sample{
		{"home", "Trang chủ", public("", true, home)},
		{"track", "Tra cứu hồ sơ", public("Hồ sơ M00.01-261119-0012", false, track)},
		{"form", "Biểu mẫu có lỗi", public("Lỗi: Người được hưởng trợ cấp", false, form)},
		{"check", "Xem lại và nộp", public("Xem lại trước khi nộp", false, check)},
		{"missing", "Không tìm thấy", public("Không tìm thấy", false, missing)},
		{"desk", "Bàn làm việc", inside("Việc của tôi", desk)},
		{"dossier", "Hồ sơ trên bàn làm việc", inside("M00.01-261119-0012", dossier)},
		{"broken", "Sự cố", inside("Sự cố", broken)},
	}
}

func citizen(assets *layout.Assets) layout.Chrome {
	return layout.Chrome{
		Lang: "vi", Service: "Dịch vụ công", Province: "Tỉnh Mẫu", HomeHref: "#", Assets: assets,
		Nav:      []layout.NavItem{{Label: "Thủ tục", Href: "#"}, {Label: "Tra cứu hồ sơ", Href: "#"}, {Label: "Phản ánh", Href: "#"}},
		NavLabel: "Chính", MenuText: "Mục lục", SkipText: "Đến nội dung chính", SendingText: "Đang gửi",
		SignInText: "Đăng nhập VNeID", SignInHref: "#", LangText: "English", LangHref: "#", LangCode: "en",
		BannerTag: "MÔ PHỎNG", Banner: "Không có giá trị pháp lý. Mọi tên người và con số đều là giả định.",
		FooterLinks: []ui.Link{{Text: "Trợ giúp", Href: "#"}, {Text: "Bảo vệ dữ liệu cá nhân", Href: "#"}, {Text: "Khả năng tiếp cận", Href: "#"}, {Text: "Mã nguồn mở", Href: "#"}},
		FooterText:  []string{"Ủy ban nhân dân Tỉnh Mẫu"},
	}
}

func official(assets *layout.Assets) layout.Chrome {
	return layout.Chrome{
		Lang: "vi", Service: "Một cửa", Province: "Tỉnh Mẫu", HomeHref: "#", Assets: assets,
		Unit: "Phường Mẫu", User: "Trần Thị Mẫu · Chuyên viên", NavLabel: "Chính", MenuText: "Mục lục", SkipText: "Đến nội dung chính", SendingText: "Đang gửi",
		SignOutText: "Đăng xuất", SignOutHref: "#", BannerTag: "MÔ PHỎNG", Banner: "Không có giá trị pháp lý.",
		Nav: []layout.NavItem{
			{Label: "Việc của tôi", Href: "#", Count: "37", Current: true},
			{Label: "Hồ sơ của đơn vị", Href: "#", Count: "214"},
			{Label: "Tiếp nhận", Href: "#"},
			{Label: "Chờ ký", Href: "#", Count: "6"},
			{Label: "Trả kết quả", Href: "#", Count: "12"},
			{Label: "Kho giấy tờ", Href: "#", Divided: true},
			{Label: "Sổ theo dõi", Href: "#"},
			{Label: "Báo cáo", Href: "#"},
			{Label: "Ủy quyền, nghỉ phép", Href: "#", Divided: true},
			{Label: "Trợ giúp", Href: "#"},
		},
	}
}

func withHTMX(c layout.Chrome) layout.Chrome {
	c.HTMX = true
	return c
}
