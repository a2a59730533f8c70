// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package gallery

import "tinhso.vn/internal/platform/ui"

func deskEntries() []Entry {
	return []Entry{
		{"desk-bar", "Đầu trang bàn làm việc", "Tên trang, ô tìm, việc chính.", []Example{{"Việc của tôi", bar()}}},
		{"desk-buckets", "Ngăn việc", "Việc của buổi sáng theo hạn.", []Example{{"Năm ngăn", ui.Buckets("Việc theo hạn", buckets())}}},
		{"desk-chips", "Bộ lọc", "Mỗi liên kết bật hoặc tắt một điều kiện.", []Example{{"Năm bộ lọc", ui.Chips(chips())}}},
		{"desk-work-list", "Danh sách việc", "Dày, đi bằng phím; trên điện thoại mỗi dòng là một thẻ.", []Example{{"Chọn được", ui.WorkList(work())}, {"Chỉ xem", ui.WorkList(readOnly())}}},
		{"chart-bars", "Biểu đồ cột nằm", "Mỗi hàng một tên dài; số liệu ở bảng bên cạnh.", []Example{{"Một dãy", ui.BarChart(bars())}, {"Hai dãy", ui.BarChart(series())}}},
		{"chart-lines", "Biểu đồ đường", "Theo thời gian.", []Example{{"Hai dãy", ui.LineChart(series())}}},
		{"desk-key-hints", "Nhắc phím tắt", "Phím dùng được trên trang.", []Example{{"Danh sách việc", ui.KeyHints(keys())}}},
	}
}

func buckets() []ui.Bucket {
	return []ui.Bucket{
		{Count: "3", Text: "Quá hạn", Href: "#", Tone: ui.ToneLate},
		{Count: "8", Text: "Hôm nay", Href: "#", Tone: ui.ToneSoon, Current: true},
		{Count: "11", Text: "Còn ≤ 2 ngày", Href: "#"},
		{Count: "9", Text: "Chờ bổ sung", Href: "#"},
		{Count: "6", Text: "Chờ đơn vị khác", Href: "#"},
	}
}

func chips() ui.ChipsParams {
	return ui.ChipsParams{Label: "Bộ lọc", Note: "Sắp theo hạn của bước", Items: []ui.Chip{
		{Text: "Bảo trợ xã hội", Href: "#", On: true, OnText: "đang lọc"},
		{Text: "Đất đai", Count: "14", Href: "#"},
		{Text: "Chứng thực", Count: "5", Href: "#"},
		{Text: "Nộp trực tuyến", Href: "#"},
		{Text: "Chỉ bước của tôi", Href: "#"},
	}}
}

func keys() []ui.KeyHint {
	return []ui.KeyHint{
		{Keys: []string{"J", "K"}, Text: "lên xuống"},
		{Keys: []string{"X"}, Text: "chọn"},
		{Keys: []string{"Enter"}, Text: "mở"},
		{Keys: []string{"E"}, Text: "chuyển bước"},
		{Keys: []string{"B"}, Text: "bổ sung"},
		{Keys: []string{"/"}, Text: "tìm"},
	}
}

func deskSearch() *ui.SearchBoxParams {
	return &ui.SearchBoxParams{Action: "#", ID: "desk-q", Name: "q", Label: "Tìm hồ sơ, người, giấy tờ", Placeholder: "Tìm hồ sơ, người, giấy tờ…", ButtonText: "Tìm", Key: "/"}
}

func work() ui.WorkListParams {
	row := func(code, owner, procedure, field, step, place string, left ui.WorkCell, due string, d ui.Deadline, picked bool) ui.WorkRow {
		left.Numeric = true
		return ui.WorkRow{Value: code, PickLabel: "Chọn " + code, Picked: picked, Cells: []ui.WorkCell{
			{Text: code, Href: "#", Sub: owner},
			{Text: procedure, Sub: field},
			{Text: step, Sub: place},
			left,
			{Text: due, Numeric: true},
			{HTML: ui.DeadlineTag(d)},
		}}
	}
	held := ui.WorkCell{Text: "đồng hồ tạm dừng", Tone: ui.ToneHold}
	return ui.WorkListParams{
		Caption: "Việc của tôi", Action: "#", PickName: "dossier", PickLabel: "Chọn",
		Bulk: &ui.BulkParams{SelectedText: "{count} hồ sơ đã chọn", NoneText: "Với hồ sơ đã chọn", Note: "Kết quả báo riêng từng hồ sơ", Actions: []ui.DeskAction{
			{ButtonParams: ui.ButtonParams{Text: "Chuyển bước", Name: "do", Value: "forward", Classes: "ts-button--inverse"}, Key: "e"},
			{ButtonParams: ui.ButtonParams{Text: "Giao cho…", Name: "do", Value: "assign", Classes: "ts-button--inverse"}},
			{ButtonParams: ui.ButtonParams{Text: "Yêu cầu bổ sung", Name: "do", Value: "supplement", Classes: "ts-button--inverse"}, Key: "b"},
		}},
		Head: []string{"Hồ sơ", "Thủ tục", "Bước hiện tại", "Còn lại của bước", "Hẹn trả", "Tình trạng"},
		Rows: []ui.WorkRow{
			row("M00.01-261118-0007", "Nguyễn Văn Mẫu", "Xác định mức độ khuyết tật", "Bảo trợ xã hội · trực tuyến", "Họp Hội đồng", "Phòng Văn hóa – Xã hội", ui.WorkCell{Text: "quá 3 giờ", Tone: ui.ToneLate}, "20/11/2026", ui.Deadline{State: ui.DeadlineLate, Text: "Quá hạn"}, true),
			row("M00.01-261119-0012", "Lê Thị Mẫu", "Trợ cấp hưu trí xã hội", "Bảo trợ xã hội · tại quầy, có người giúp", "Thẩm định", "bước của tôi", ui.WorkCell{Text: "1 giờ 40 phút", Tone: ui.ToneSoon}, "23/11/2026", ui.Deadline{State: ui.DeadlineSoon, Text: "Hôm nay"}, true),
			row("M00.01-261117-0031", "Công ty TNHH Nông sản Mẫu", "Đăng ký biến động đất đai", "Đất đai · từ Cổng quốc gia", "Lấy ý kiến", "Cơ quan thuế", held, "02/12/2026", ui.Deadline{State: ui.DeadlineHold, Text: "Tạm dừng"}, false),
			row("M00.01-261123-0003", "Phạm Quốc Mẫu", "Chứng thực bản sao", "Tư pháp · trong ngày", "Ký số", "Phó Chủ tịch", ui.WorkCell{Text: "4 giờ"}, "23/11/2026", ui.Deadline{State: ui.DeadlineOK, Text: "Trong hạn"}, false),
			row("M00.01-261116-0019", "Châu Thị Mẫu", "Hộ nghèo, hộ cận nghèo", "Lao động – Xã hội", "Chờ công dân bổ sung 2 giấy tờ", "gửi 18/11/2026, còn 7 ngày", held, "01/12/2026", ui.Deadline{State: ui.DeadlineHold, Text: "Chờ bổ sung"}, false),
			row("M00.01-261123-0001", "Võ Minh Mẫu", "Thờ cúng liệt sĩ", "Người có công · chuyển tỉnh", "Chuyển Sở Nội vụ", "đã nhận 8 giờ 12", ui.WorkCell{Text: "1 ngày 2 giờ"}, "30/11/2026", ui.Deadline{State: ui.DeadlineOK, Text: "Trong hạn"}, false),
		},
	}
}

func readOnly() ui.WorkListParams {
	p := work()
	p.Action, p.Bulk, p.Caption = "", nil, "Hồ sơ của đơn vị"
	p.Rows = p.Rows[:2]
	return p
}

func bars() ui.ChartParams {
	return ui.ChartParams{Label: "Số chợ theo hạng", Series: []string{"Số chợ"}, Points: []ui.ChartPoint{
		{Label: "Hạng 1", Values: []float64{12}, Said: []string{"12"}},
		{Label: "Hạng 2", Values: []float64{48}, Said: []string{"48"}},
		{Label: "Chưa phân hạng", Values: []float64{0}, Said: []string{"0"}},
	}}
}

func series() ui.ChartParams {
	return ui.ChartParams{Label: "Số chợ theo năm", Series: []string{"Hạng 1", "Hạng 2"}, Points: []ui.ChartPoint{
		{Label: "2024", Values: []float64{10, 44}, Said: []string{"10", "44"}},
		{Label: "2025", Values: []float64{11, 46}, Said: []string{"11", "46"}},
		{Label: "2026", Values: []float64{12, 48}, Said: []string{"12", "48"}},
	}}
}
