// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package gallery

import (
	"github.com/a-h/templ"

	"tinhso.vn/internal/platform/ui"
)

func hint(text string) *ui.Hint { return &ui.Hint{Text: text} }

func fail(text string) *ui.ErrorMessage {
	return &ui.ErrorMessage{Text: text, VisuallyHiddenText: "Lỗi"}
}

func label(text string) ui.Label { return ui.Label{Text: text} }

func formEntries() []Entry {
	return []Entry{
		{"button", "Nút bấm", "Một nút chính trên mỗi trang; nút phụ cho việc khác, nút đỏ cho việc khó hoàn tác.", []Example{
			{"Nút chính", ui.Button(ui.ButtonParams{Text: "Lưu và tiếp tục"})},
			{"Nút chính và nút phụ", buttons(ui.Button(ui.ButtonParams{Text: "Nộp hồ sơ"}), ui.Button(ui.ButtonParams{Text: "Lưu bản nháp", Classes: "ts-button--secondary"}))},
			{"Nút cảnh báo", ui.Button(ui.ButtonParams{Text: "Rút hồ sơ", Classes: "ts-button--warning"})},
			{"Nút bắt đầu", ui.Button(ui.ButtonParams{Text: "Bắt đầu", Href: "#", IsStartButton: true})},
			{"Nút đang tắt", ui.Button(ui.ButtonParams{Text: "Đang gửi", Disabled: true})},
			{"Nút trên nền đậm", inverse(ui.Button(ui.ButtonParams{Text: "Tải giấy hẹn", Href: "#", Classes: "ts-button--inverse"}))},
			{"Nút nhỏ", ui.Button(ui.ButtonParams{Text: "Sao chép", Classes: "ts-button--secondary ts-button--small"})},
		}},
		{"input", "Ô nhập một dòng", "Độ rộng của ô gợi ý độ dài của câu trả lời.", []Example{
			{"Thường", ui.Input(ui.InputParams{Name: "full-name", Label: label("Họ, chữ đệm và tên"), Hint: hint("Viết đúng như trên thẻ căn cước"), Autocomplete: "name"})},
			{"Có lỗi", ui.Input(ui.InputParams{Name: "phone", Type: "tel", Inputmode: "tel", Value: "09123", Classes: "ts-input--width-10", Label: label("Số điện thoại"), ErrorMessage: fail("Số điện thoại có 10 chữ số, ví dụ 0912 345 678")})},
			{"Có đơn vị", ui.Input(ui.InputParams{Name: "fee", Inputmode: "numeric", Value: "150.000", Classes: "ts-input--width-5", Label: label("Lệ phí"), Suffix: &ui.Affix{Text: "đồng"}})},
			{"Một câu hỏi một trang", ui.Input(ui.InputParams{Name: "id-number", Inputmode: "numeric", Spellcheck: "false", Classes: "ts-input--width-20", Label: ui.Label{Text: "Số định danh cá nhân của Ông/Bà", Classes: "ts-label--l"}, Hint: hint("Gồm 12 chữ số")})},
		}},
		{"textarea", "Ô nhập nhiều dòng", "Cho câu trả lời dài hơn một dòng.", []Example{
			{"Thường", ui.Textarea(ui.TextareaParams{Name: "reason", Label: label("Lý do đề nghị"), Hint: hint("Nêu ngắn gọn; không ghi thông tin của người khác")})},
			{"Có lỗi", ui.Textarea(ui.TextareaParams{Name: "note", Rows: 3, Label: label("Nội dung cần bổ sung"), ErrorMessage: fail("Nhập nội dung cần bổ sung")})},
		}},
		{"character-count", "Ô nhập có đếm ký tự", "Cho biết còn bao nhiêu ký tự trong khi gõ.", []Example{
			{"Thường", ui.CharacterCount(ui.CharacterCountParams{
				TextareaParams: ui.TextareaParams{Name: "field-report", Label: label("Nội dung phản ánh")}, MaxLength: 500,
				TextareaDescriptionText:  "Ông/Bà nhập được tối đa %{count} ký tự",
				CharactersUnderLimitText: map[string]string{"other": "Còn lại %{count} ký tự"}, CharactersAtLimitText: "Đã hết số ký tự",
				CharactersOverLimitText: map[string]string{"other": "Thừa %{count} ký tự"},
			})},
		}},
		{"date-input", "Ngày tháng", "Ba ô số cho một ngày mà người ta đã biết.", []Example{
			{"Thường", ui.DateInput(dateOf("birth", "Ngày sinh", nil))},
			{"Có lỗi ở một ô", ui.DateInput(dateOf("issued", "Ngày cấp", fail("Tháng phải từ 1 đến 12")))},
		}},
		{"select", "Danh sách chọn", "Cho danh sách dài đã biết trước; ít hơn tám mục thì dùng ô tròn.", []Example{
			{"Thường", ui.Select(ui.SelectParams{Name: "commune", Label: label("Xã, phường"), Value: "2", Items: []ui.SelectItem{{Value: "", Text: "Chọn xã, phường"}, {Value: "1", Text: "Phường Mẫu Một"}, {Value: "2", Text: "Xã Mẫu Hai"}}})},
			{"Có lỗi", ui.Select(ui.SelectParams{Name: "relation", Label: label("Quan hệ với người được chăm sóc"), ErrorMessage: fail("Chọn quan hệ"), Items: []ui.SelectItem{{Value: "", Text: "Chọn quan hệ"}, {Value: "c", Text: "Con"}}})},
		}},
		{"address", "Địa chỉ", "Số nhà tự ghi; xã, phường được tìm theo vài chữ của tên nay hoặc tên cũ và phải được chọn.", []Example{
			{"Thường", ui.Address(addressOf("home", nil))},
			{"Địa chỉ cũ, chọn một nơi", ui.Address(addressOf("old-home", []ui.RadioItem{
				{Value: "1", Text: "Phường Mẫu Một, Tỉnh Mẫu", Hint: hint("phần lớn Xã Cũ đã nhập vào đây")}, {Value: "2", Text: "Xã Mẫu Hai, Tỉnh Mẫu", Hint: hint("một phần Xã Cũ đã nhập vào đây")},
			}))},
		}},
		{"map", "Bản đồ", "Vẽ trên máy chủ, không hỏi ai; bên cạnh luôn có danh sách các nơi ấy.", []Example{
			{"Ba nơi", ui.Map(mapOf())}, {"Nhiều nơi đứng gần nhau", ui.Map(clusters())}, {"Chú giải màu", ui.MapKeys([]ui.MapKey{{Tone: 1, Text: "Trạm bơm"}, {Tone: 2, Text: "Cống"}})},
		}},
		{"file-upload", "Tải tệp lên", "Chụp bằng điện thoại hoặc chọn tệp có sẵn.", []Example{
			{"Thường", ui.FileUpload(fileOf("paper", nil))},
			{"Có lỗi", ui.FileUpload(fileOf("scan", fail("Tệp phải là PDF, JPG hoặc PNG")))},
		}},
		{"error-summary", "Tóm tắt lỗi", "Đứng đầu trang, dẫn đến từng ô cần sửa.", []Example{
			{"Hai lỗi", ui.ErrorSummary(ui.ErrorSummaryParams{TitleText: "Có 2 chỗ cần sửa", DisableAutoFocus: "true", ErrorList: []ui.ErrorItem{{Text: "Nhập họ, chữ đệm và tên", Href: "#main"}, {Text: "Số điện thoại có 10 chữ số", Href: "#main"}}})},
		}},
		{"steps", "Bước của biểu mẫu", "Cho biết đang ở đâu trong biểu mẫu nhiều trang.", []Example{
			{"Bước hai", ui.Steps(ui.StepsParams{Text: "Bước 2 / 5 · Người được xác nhận", Current: 2, Total: 5})},
		}},
	}
}

func addressOf(id string, candidates []ui.RadioItem) ui.AddressParams {
	a := ui.AddressParams{
		ID: id, Fieldset: ui.Fieldset{Legend: &ui.Legend{Text: "Nơi thường trú"}}, LineLabel: "Số nhà, đường, ấp, khóm", SearchLabel: "Xã, phường, đặc khu",
		SearchHint: "Gõ vài chữ của tên hiện nay hoặc tên cũ", ProvinceLabel: "Tỉnh, thành phố", Candidates: candidates, PickLabel: "Chọn nơi đúng",
		Provinces: []ui.SelectItem{{Value: "1", Text: "Tỉnh Mẫu", Selected: true}, {Value: "2", Text: "Tỉnh Khác"}},
	}
	if len(candidates) > 0 {
		a.Search, a.For, a.Line = "xã cũ", "xã cũ", "Số 1, ấp Mẫu"
		a.OldText, a.ErrorMessage = "Địa chỉ đã ghi trước đây: Số 1, ấp Mẫu, Xã Cũ", fail("Vui lòng chọn đúng nơi trong các nơi nêu bên dưới")
	}
	return a
}

func mapOf() ui.MapParams {
	return ui.MapParams{
		ID: "map", Label: "Bản đồ ba nơi", Points: []ui.MapPoint{{Lat: 10.3, Lon: 105.4, Title: "Phường Mẫu Một", Main: true}, {Lat: 10.5, Lon: 105.2, Title: "Xã Mẫu Hai"}, {Lat: 10.1, Lon: 105.1, Title: "Xã Mẫu Ba"}},
		Labels: []ui.MapLabel{{Lat: 16.5, Lon: 112.2, Text: "Quần đảo Hoàng Sa (Việt Nam)"}, {Lat: 9.6, Lon: 114.2, Text: "Quần đảo Trường Sa (Việt Nam)"}, {Lat: 13.2, Lon: 112.6, Text: "Biển Đông"}},
		Land:   [][2]float64{{10.3, 105.4}, {10.5, 105.2}, {10.1, 105.1}, {21, 105.8}, {16, 108}},
	}
}

func dateOf(name, question string, err *ui.ErrorMessage) ui.DateInputParams {
	month := ui.DateInputItem{Label: "Tháng"}
	values := map[string]string{}
	if err != nil {
		month.Error = true
		values = map[string]string{name + "-day": "15", name + "-month": "13", name + "-year": "2021"}
	}
	return ui.DateInputParams{
		ID: name, NamePrefix: name, Day: ui.DateInputItem{Label: "Ngày"}, Month: month, Year: ui.DateInputItem{Label: "Năm"},
		Values: values, Hint: hint("Ví dụ: 21 11 1956"), ErrorMessage: err, Fieldset: &ui.Fieldset{Legend: &ui.Legend{Text: question}},
	}
}

func fileOf(name string, err *ui.ErrorMessage) ui.FileUploadParams {
	return ui.FileUploadParams{
		Name: name, Label: label("Giấy ra viện hoặc sổ khám bệnh"), Hint: hint("PDF, JPG hoặc PNG, tối đa 10 MB"), ErrorMessage: err,
		Attributes: templ.Attributes{
			"accept": ".pdf,.jpg,.jpeg,.png", "data-ts-max-bytes": "10000000",
			"data-ts-size-text": "Đã chọn: {size}", "data-ts-too-large-text": "Tệp quá lớn: {size}, tối đa {max}",
		},
	}
}

func choiceEntries() []Entry {
	ways := []ui.RadioItem{
		{Value: "online", Text: "Trực tuyến", Hint: hint("Nhận kết quả điện tử trong kho giấy tờ")},
		{Value: "counter", Text: "Tại Bộ phận Một cửa"},
		{Value: "post", Text: "Qua bưu chính", Conditional: ui.Input(ui.InputParams{Name: "address", Label: label("Địa chỉ nhận")})},
	}
	return []Entry{
		{"radios", "Ô tròn", "Chọn một trong vài câu trả lời.", []Example{
			{"Có phần mở thêm", ui.Radios(ui.RadiosParams{Name: "way", Items: ways, Value: "post", Hint: hint("Ông/Bà đổi được cho đến khi có kết quả"), Fieldset: &ui.Fieldset{Legend: &ui.Legend{Text: "Ông/Bà nhận kết quả bằng cách nào?", Classes: "ts-fieldset__legend--m"}}})},
			{"Có hoặc không, có lỗi", ui.Radios(ui.RadiosParams{Name: "representative", Classes: "ts-radios--inline", ErrorMessage: fail("Chọn có hoặc không"), Items: []ui.RadioItem{{Value: "yes", Text: "Có"}, {Value: "no", Text: "Không"}}, Fieldset: &ui.Fieldset{Legend: &ui.Legend{Text: "Ông/Bà nộp thay người khác?"}}})},
		}},
		{"checkboxes", "Ô vuông", "Chọn nhiều câu trả lời, hoặc cam đoan.", []Example{
			{"Có ô loại trừ", ui.Checkboxes(ui.CheckboxesParams{Name: "papers", Values: []string{"card"}, Hint: hint("Đánh dấu mọi giấy tờ đang có"), Items: []ui.CheckboxItem{
				{Value: "card", Text: "Thẻ căn cước"}, {Value: "health", Text: "Thẻ bảo hiểm y tế", Hint: hint("Bản giấy hoặc trên VNeID")}, {Divider: "hoặc"}, {Value: "none", Text: "Không có giấy tờ nào", Behaviour: "exclusive"},
			}, Fieldset: &ui.Fieldset{Legend: &ui.Legend{Text: "Ông/Bà đã có giấy tờ nào?"}}})},
			{"Cam đoan, có lỗi", ui.Checkboxes(ui.CheckboxesParams{Name: "declare", ErrorMessage: fail("Xác nhận cam đoan trước khi nộp"), Items: []ui.CheckboxItem{{Value: "yes", Text: "Tôi cam đoan nội dung khai là đúng sự thật"}}})},
		}},
		{"fieldset", "Nhóm ô", "Gom các ô trả lời chung một câu hỏi.", []Example{
			{"Địa chỉ", ui.Group(ui.Fieldset{Legend: &ui.Legend{Text: "Nơi ở hiện tại", Classes: "ts-fieldset__legend--m"}, HTML: ui.Input(ui.InputParams{Name: "street", Label: label("Số nhà, đường, ấp, khóm")})})},
		}},
	}
}

// clusters is a map on which places stand together, some have colours, and one is
// an area.
func clusters() ui.MapParams {
	return ui.MapParams{ID: "clusters", Label: "Bản đồ: trạm bơm và cống", Inland: true, Points: []ui.MapPoint{
		{Lat: 10.4, Lon: 105.4, Title: "12 bản ghi ở gần nhau", Count: "12"}, {Lat: 10.5, Lon: 105.5, Title: "Trạm bơm Mẫu", Tone: 1}, {Lat: 10.45, Lon: 105.6, Title: "Cống Mẫu", Tone: 2},
	}, Towns: []ui.MapLabel{{Lat: 10.43, Lon: 105.52, Text: "Xã Mẫu"}}, Shapes: []ui.MapShape{
		{Title: "Vùng trồng Mẫu", Closed: true, Lines: [][][2]float64{{{10.46, 105.44}, {10.49, 105.45}, {10.48, 105.49}, {10.45, 105.48}}}},
	}}
}
