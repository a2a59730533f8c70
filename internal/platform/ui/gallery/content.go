// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package gallery

import "tinhso.vn/internal/platform/ui"

// answers is a list of answers to check.
func answers(actions bool) ui.SummaryListParams {
	row := func(key, value, what string) ui.SummaryRow {
		r := ui.SummaryRow{Key: ui.SummaryText{Text: key}, Value: ui.SummaryText{Text: value}}
		if actions {
			r.Actions.Items = []ui.SummaryAction{{Text: "Sửa", Href: "#", VisuallyHiddenText: what}}
		}
		return r
	}
	return ui.SummaryListParams{Rows: []ui.SummaryRow{
		row("Họ và tên", "Lê Thị Mẫu", "họ và tên"), row("Ngày sinh", "21/11/1956", "ngày sinh"),
		row("Nơi ở", "Ấp Mẫu Một, Xã Mẫu Hai", "nơi ở"), row("Nhận kết quả", "Tại Bộ phận Một cửa", "cách nhận kết quả"),
	}}
}

func card(p ui.SummaryListParams, title string) ui.SummaryListParams {
	p.Card = &ui.SummaryCard{Title: &ui.SummaryTitle{Text: title}}
	return p
}

func deadlines() []ui.Deadline {
	return []ui.Deadline{
		{State: ui.DeadlineOK, Text: "Trong hạn"},
		{State: ui.DeadlineSoon, Text: "Sắp đến hạn"},
		{State: ui.DeadlineLate, Text: "Quá hạn"},
		{State: ui.DeadlineHold, Text: "Tạm dừng"},
		{State: ui.DeadlineDone, Text: "Đã trả"},
	}
}

func way() []ui.TimelineItem {
	return []ui.TimelineItem{
		{Title: "Đã nộp", Detail: "19/11/2026, 8 giờ 05 · tại quầy", State: ui.StepDone, StateText: "đã xong"},
		{Title: "Đã tiếp nhận", Detail: "19/11/2026, 8 giờ 21 · Bộ phận Một cửa", State: ui.StepDone, StateText: "đã xong"},
		{Title: "Đang thẩm định", Detail: "Phòng Văn hóa – Xã hội, từ 20/11/2026", State: ui.StepCurrent, StateText: "đang làm"},
		{Title: "Ký kết quả", Detail: "dự kiến 24/11/2026", StateText: "chưa đến"},
		{Title: "Trả kết quả", Detail: "chậm nhất 25/11/2026", StateText: "chưa đến"},
	}
}

func next() ui.NextStepsParams {
	return ui.NextStepsParams{Title: "Việc tiếp theo", Steps: []string{
		"Bộ phận Một cửa kiểm tra hồ sơ trong ngày làm việc hôm nay.",
		"Nếu thiếu giấy tờ, Ông/Bà nhận được một yêu cầu bổ sung, nêu đủ mọi giấy tờ còn thiếu.",
		"Kết quả có trong kho giấy tờ của Ông/Bà chậm nhất ngày 25/11/2026.",
	}}
}

func contentEntries() []Entry {
	numeric := func(text string) ui.TableCell { return ui.TableCell{Text: text, Format: "numeric"} }
	tags := make([]Example, 0, 6)
	for _, d := range deadlines() {
		tags = append(tags, Example{d.Text, ui.DeadlineTag(d)})
	}
	return []Entry{
		{"deadline-tag", "Hạn giải quyết", "Màu luôn đi cùng chữ.", tags},
		{"tag", "Nhãn", "Tình trạng trong một, hai chữ.", []Example{
			{"Màu và chấm", ui.Tag(ui.TagParams{Text: "Đã ký số", Classes: "ts-tag--ok"})},
			{"Không màu", ui.Tag(ui.TagParams{Text: "Bản nháp", Classes: "ts-tag--plain"})},
		}},
		{"notification-banner", "Thông báo", "Điều cần biết về cả trang, hoặc việc vừa làm xong.", []Example{
			{"Thông tin", ui.NotificationBanner(ui.NotificationBannerParams{TitleText: "Cần biết", TitleID: "banner-info", Text: "Bộ phận Một cửa nghỉ chiều thứ Bảy, 28/11/2026.", DisableAutoFocus: "true"})},
			{"Việc đã xong", ui.NotificationBanner(ui.NotificationBannerParams{TitleText: "Đã xong", TitleID: "banner-done", Type: "success", Text: "Hồ sơ đã được nộp.", DisableAutoFocus: "true"})},
		}},
		{"flash", "Lời báo một lần", "Việc mà yêu cầu vừa rồi đã làm.", []Example{
			{"Đã làm", ui.FlashMessage(ui.Flash{Text: "Đã chuyển 2 hồ sơ sang bước Thẩm định."})},
			{"Báo tin", ui.FlashMessage(ui.Flash{Text: "Hồ sơ đang được người khác mở.", Tone: ui.FlashNotice})},
			{"Không làm được", ui.FlashMessage(ui.Flash{Text: "1 hồ sơ chưa chuyển được: thiếu chữ ký.", Tone: ui.FlashWarning})},
		}},
		{"summary-list", "Danh sách tóm tắt", "Xem lại câu trả lời, hoặc các dữ kiện của một hồ sơ.", []Example{
			{"Xem lại câu trả lời", ui.SummaryList(answers(true))},
			{"Trong khung", ui.SummaryList(card(answers(false), "Người nộp"))},
		}},
		{"table", "Bảng", "Số căn phải, chữ căn trái.", []Example{
			{"Có tiêu đề", ui.Table(ui.TableParams{
				Caption: "Phí và lệ phí", FirstCellIsHeader: true, Head: []ui.TableCell{{Text: "Khoản"}, {Text: "Số lượng", Format: "numeric"}, {Text: "Thành tiền", Format: "numeric"}},
				Rows: [][]ui.TableCell{{{Text: "Chứng thực bản sao"}, numeric("4"), numeric("8.000 đồng")}, {{Text: "Trích lục hộ tịch"}, numeric("2"), numeric("16.000 đồng")}},
			})},
		}},
		{"tabs", "Thẻ", "Vài phần ngang nhau của một trang; không có JavaScript thì các phần nối nhau.", []Example{
			{"Ba thẻ", ui.Tabs(ui.TabsParams{IDPrefix: "dossier", Title: "Nội dung", Items: []ui.TabItem{
				{Label: "Thành phần hồ sơ", Panel: ui.TabPanel{HTML: paragraph("Hai giấy tờ bản điện tử, một bản chính đã đối chiếu.")}},
				{Label: "Quá trình", Panel: ui.TabPanel{HTML: ui.Timeline(way())}},
				{Label: "Trao đổi", Panel: ui.TabPanel{Text: "Chưa có trao đổi."}},
			}})},
		}},
		{"timeline", "Đường đi của hồ sơ", "Đã qua bước nào, đang ở đâu, còn gì.", []Example{{"Đang thẩm định", ui.Timeline(way())}}},
		{"status-card", "Hồ sơ đang thế nào", "Câu trả lời đầu tiên khi tra cứu.", []Example{{"Trong hạn", statusCard(2)}}},
		{"next-steps", "Việc tiếp theo", "Điều sẽ xảy ra sau khi nộp.", []Example{{"Sau khi nộp", ui.NextSteps(next())}}},
		{"panel", "Khung xác nhận", "Trang báo việc đã xong.", []Example{{"Đã nộp", ui.Panel(ui.PanelParams{TitleText: "Hồ sơ đã được nộp", HeadingLevel: 2, HTML: paragraph("Mã hồ sơ M00.01-261119-0012")})}}},
		{"copy-code", "Mã để sao chép", "Nút sao chép chỉ hiện khi dùng được.", []Example{{"Mã hồ sơ", ui.CopyCode(ui.CopyCodeParams{ID: "code", Label: "Mã hồ sơ", Code: "M00.01-261119-0012", ButtonText: "Sao chép", CopiedText: "Đã sao chép"})}}},
		{"empty-state", "Chưa có gì", "Nói vì sao danh sách trống và làm gì tiếp.", []Example{{"Chưa có hồ sơ", ui.EmptyState(ui.EmptyStateParams{Title: "Chưa có hồ sơ nào", Text: "Hồ sơ Ông/Bà nộp sẽ hiện ở đây, kể cả hồ sơ nộp tại quầy.", Action: &ui.ButtonParams{Text: "Tìm thủ tục", Href: "#"}})}}},
		{"details", "Phần mở thêm", "Điều chỉ một số người cần.", []Example{{"Đang đóng", ui.Details(ui.DetailsParams{SummaryText: "Không có số định danh cá nhân?", HTML: paragraph("Ông/Bà đến Công an xã, phường nơi ở để được cấp số.")})}}},
		{"inset-text", "Đoạn tách riêng", "Điều nên để ý.", []Example{{"Thường", ui.InsetText(ui.InsetTextParams{Text: "Thủ tục này trả kết quả trong ngày làm việc."})}}},
		{"warning-text", "Lưu ý", "Điều bỏ qua thì có hại.", []Example{{"Thường", ui.WarningText(ui.WarningTextParams{Text: "Khai sai sự thật có thể bị xử phạt theo quy định.", IconFallbackText: "Lưu ý"})}}},
		{"demo-banner", "Dải mô phỏng", "Trên mọi trang của bản mô phỏng.", []Example{{"Thử nghiệm", ui.DemoBanner(ui.DemoBannerParams{Tag: "THỬ NGHIỆM", Text: "Dịch vụ đang chạy thử tại ba xã, phường."})}}},
	}
}
