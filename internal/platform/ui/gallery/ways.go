// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package gallery

import "tinhso.vn/internal/platform/ui"

func wayEntries() []Entry {
	return []Entry{
		{"back-link", "Quay lại", "Về câu hỏi trước.", []Example{{"Thường", ui.BackLink(ui.BackLinkParams{Text: "Quay lại", Href: "#"})}}},
		{"breadcrumbs", "Đường dẫn", "Trang đang ở đâu.", []Example{{"Ba bậc", ui.Breadcrumbs(ui.BreadcrumbsParams{LabelText: "Đường dẫn", Items: []ui.BreadcrumbItem{{Text: "Trang chủ", Href: "#"}, {Text: "Người cao tuổi", Href: "#"}, {Text: "Trợ cấp hưu trí xã hội"}}})}}},
		{"pagination", "Phân trang", "Danh sách dài có trang trước và trang sau.", []Example{
			{"Trước và sau", ui.Pagination(ui.PaginationParams{LandmarkLabel: "Phân trang", Previous: &ui.PaginationLink{Text: "Trang trước", Href: "#"}, Next: &ui.PaginationLink{Text: "Trang sau", LabelText: "21–40", Href: "#"}})},
			{"Có số trang", ui.Pagination(ui.PaginationParams{LandmarkLabel: "Các trang", Previous: &ui.PaginationLink{Text: "Trước", Href: "#"}, Next: &ui.PaginationLink{Text: "Sau", Href: "#"}, Items: []ui.PaginationItem{
				{Number: "1", VisuallyHiddenText: "Trang 1", Href: "#"}, {Ellipsis: true}, {Number: "6", VisuallyHiddenText: "Trang 6", Href: "#"}, {Number: "7", VisuallyHiddenText: "Trang 7", Href: "#", Current: true}, {Number: "8", VisuallyHiddenText: "Trang 8", Href: "#"},
			}})},
		}},
		{"task-list", "Danh sách việc", "Các phần phải làm xong trước khi nộp.", []Example{{"Ba việc", ui.TaskList(ui.TaskListParams{Items: []ui.TaskItem{
			{Title: ui.TaskTitle{Text: "Người nộp"}, Href: "#", Status: ui.TaskStatus{Text: "Đã xong"}},
			{Title: ui.TaskTitle{Text: "Giấy tờ"}, Hint: hint("Còn thiếu 1 giấy tờ"), Href: "#", Status: ui.TaskStatus{Tag: &ui.TagParams{Text: "Chưa xong", Classes: "ts-tag--soon"}}},
			{Title: ui.TaskTitle{Text: "Xem lại và nộp"}, Status: ui.TaskStatus{Text: "Chưa làm được"}},
		}})}}},
		{"card-links", "Thẻ dẫn", "Vài cửa vào chính.", []Example{{"Ba cửa", ui.CardLinks(doors())}}},
		{"topics", "Theo việc trong đời sống", "Nhiều cửa ngang nhau.", []Example{{"Tám việc", ui.Topics(topics())}}},
		{"facts", "Con số", "Vài con số về dịch vụ.", []Example{{"Bốn con số", ui.Facts(facts())}}},
		{"search-box", "Ô tìm kiếm", "Một ô, một nút.", []Example{{"Thường", ui.SearchBox(search("q-box"))}}},
		{"hero", "Đầu trang chủ", "Một câu hỏi và một ô tìm.", []Example{{"Trang chủ", ui.Hero(hero("q-hero"))}}},
		{"confirm", "Trang hỏi lại", "Hỏi trước khi làm việc khó hoàn tác; là một trang, không phải hộp thoại.", []Example{{"Rút hồ sơ", ui.Confirm(withdraw())}}},
	}
}

func withdraw() ui.ConfirmParams {
	facts := answers(false)
	return ui.ConfirmParams{
		Title: "Rút hồ sơ M00.01-261119-0012?", Text: "Hồ sơ sẽ dừng giải quyết. Lệ phí đã nộp được hoàn theo quy định.", Facts: &facts,
		Warning: &ui.WarningTextParams{Text: "Hồ sơ đã rút không mở lại được; muốn giải quyết phải nộp hồ sơ mới.", IconFallbackText: "Lưu ý"},
		Action:  "#", Hidden: []ui.HiddenField{{Name: "version", Value: "3"}},
		Button: ui.ButtonParams{Text: "Rút hồ sơ", Classes: "ts-button--warning"}, CancelText: "Không rút", CancelHref: "#",
	}
}

func search(id string) ui.SearchBoxParams {
	return ui.SearchBoxParams{Action: "#", ID: id, Name: "q", Label: "Tìm thủ tục", Value: "xac nhan khuyet tat", ButtonText: "Tìm"}
}

func hero(id string) ui.HeroParams {
	return ui.HeroParams{
		Title: "Ông/Bà cần làm thủ tục gì?", Lead: "Gõ việc cần làm, có dấu hay không dấu đều được.", Search: search(id), PopularText: "Hay tìm:",
		Popular: []ui.Link{{Text: "chứng thực bản sao", Href: "#"}, {Text: "biến động đất đai", Href: "#"}, {Text: "trợ cấp hưu trí xã hội", Href: "#"}, {Text: "hộ kinh doanh", Href: "#"}},
	}
}

func doors() []ui.CardLink {
	return []ui.CardLink{
		{Title: "Nộp hồ sơ", Text: "Trực tuyến, tại Bộ phận Một cửa, hoặc gửi qua bưu chính", Href: "#"},
		{Title: "Hồ sơ của tôi đang ở đâu?", Text: "Tra bằng mã hồ sơ và số điện thoại", Href: "#"},
		{Title: "Giấy tờ của tôi", Text: "Kết quả đã cấp, dùng lại không cần nộp lần nữa", Href: "#"},
	}
}

func topics() []ui.CardLink {
	return []ui.CardLink{
		{Title: "Sinh con", Text: "6 thủ tục, làm một lần", Href: "#"},
		{Title: "Nhà, đất", Text: "41 thủ tục", Href: "#"},
		{Title: "Mở hộ kinh doanh", Text: "9 thủ tục", Href: "#"},
		{Title: "Người cao tuổi", Text: "7 thủ tục", Href: "#"},
		{Title: "Đi học", Text: "23 thủ tục", Href: "#"},
		{Title: "Việc làm", Text: "18 thủ tục", Href: "#"},
		{Title: "Chứng thực", Text: "11 thủ tục", Href: "#"},
		{Title: "Người thân qua đời", Text: "5 thủ tục, làm một lần", Href: "#"},
	}
}

func facts() []ui.Fact {
	return []ui.Fact{
		{Value: "98,2 %", Text: "hồ sơ trả trước hạn và đúng hạn trong tháng"},
		{Value: "1.204", Text: "hồ sơ đang giải quyết hôm nay"},
		{Value: "2,4 ngày", Text: "thời gian giải quyết trung bình"},
		{Value: "Kiểm chứng được", Text: "mỗi kết quả có chữ ký số và vết không thể sửa"},
	}
}
