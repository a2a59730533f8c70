// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package year

// What officials and residents write. Nothing of it is about anybody.

func refusals() []string {
	return []string{
		"Người nộp chưa thuộc đối tượng của thủ tục này theo giấy tờ đã nộp.",
		"Nơi giải quyết không đúng thẩm quyền theo nơi cư trú; đã hướng dẫn nộp tại đơn vị có thẩm quyền.",
		"Bản chính không còn nguyên vẹn, không đọc được nội dung cần chứng thực.",
		"Hồ sơ trùng với hồ sơ đang được giải quyết tại đơn vị.",
	}
}

func withdrawals() []string {
	return []string{
		"Tôi xin rút hồ sơ vì đã có giấy tờ khác thay thế.",
		"Gia đình thay đổi kế hoạch, xin rút hồ sơ và nộp lại sau.",
		"Tôi khai nhầm thông tin, xin rút để nộp hồ sơ mới.",
	}
}

func notes() []string {
	return []string{
		"Hồ sơ đủ điều kiện giải quyết.", "Đã đối chiếu giấy tờ, thông tin thống nhất.", "Đã kiểm tra, đủ thành phần và đúng đối tượng.",
		"Đã xác minh tại địa bàn, kết quả phù hợp.",
	}
}

func givenBack() []string {
	return []string{
		"Đề nghị ghi rõ căn cứ pháp lý ở phần đầu văn bản.", "Sai lỗi chính tả ở phần họ tên, đề nghị rà soát lại toàn bộ dự thảo.",
		"Đề nghị bổ sung thời hạn hiệu lực vào nội dung dự thảo.",
	}
}

func extras() []string {
	return []string{
		"Bản chụp rõ nét của giấy tờ đã nộp", "Giấy xác nhận thông tin về cư trú", "Văn bản ủy quyền có chứng thực", "Bản thuyết minh kèm theo hồ sơ",
	}
}

func whys() []string {
	return []string{
		"Bản đã nộp bị mờ, không đọc được số và ngày cấp", "Thông tin trong giấy tờ chưa thống nhất với tờ khai", "Còn thiếu trang có chữ ký",
		"Giấy tờ đã hết giá trị sử dụng tại ngày nộp",
	}
}

func answers() []string {
	return []string{
		"Đã bổ sung giấy tờ theo phiếu yêu cầu.", "Tôi đã nộp lại bản rõ hơn.", "Đã nộp đủ giấy tờ tại quầy.", "Tôi đã xin cấp lại giấy tờ và bổ sung.",
	}
}

func questions() []string {
	return []string{
		"Đề nghị cho biết thông tin trong hồ sơ có khớp với dữ liệu đơn vị đang quản lý hay không.",
		"Đề nghị cho ý kiến về điều kiện giải quyết theo lĩnh vực đơn vị phụ trách.",
		"Đề nghị xác nhận tình trạng thực tế tại địa bàn.",
	}
}

func agreements() []string {
	return []string{
		"Thống nhất với hồ sơ.", "Thông tin khớp với dữ liệu đơn vị đang quản lý.", "Qua kiểm tra, không có ý kiến khác.",
	}
}

func reasonsAway() []string {
	return []string{"Nghỉ phép năm", "Đi tập huấn", "Đi công tác", "Nghỉ ốm", "Nghỉ việc riêng"}
}

// saying is what somebody thinks of a page.
type saying struct {
	page, useful, text string
	official           bool
}

func sayings() []saying {
	return []saying{
		{page: "/", useful: "yes"},
		{page: "/", useful: "yes", text: "Tìm thủ tục nhanh, gõ không dấu cũng ra."},
		{page: "/thu-tuc/chung-thuc-ban-sao", useful: "yes"},
		{page: "/thu-tuc/chung-thuc-ban-sao", useful: "no", text: "Chưa thấy ghi có phải mang theo căn cước hay không."},
		{page: "/thu-tuc/tro-cap-huu-tri-xa-hoi", useful: "yes", text: "Chữ to, mẹ tôi tự đọc được."},
		{page: "/thu-tuc/dang-ky-bien-dong-dat-dai", useful: "no", text: "Phần thời hạn khó hiểu, đề nghị ghi rõ ngày làm việc hay ngày thường."},
		{page: "/tra-cuu", useful: "yes"},
		{page: "/tra-cuu", useful: "no", text: "Nhập mã trên giấy hẹn có dấu chấm thì báo sai, đề nghị nhận cả hai cách viết."},
		{page: "/ho-so", useful: "yes", text: "Xem được ai đã mở hồ sơ của mình, rất yên tâm."},
		{page: "/don-vi", text: "Đề nghị thêm số điện thoại của từng điểm tiếp nhận."},
		{page: "/viec", useful: "yes", official: true},
		{page: "/viec", useful: "no", text: "Đề nghị nhớ góc nhìn đã chọn lần trước.", official: true},
		{page: "/truc", useful: "yes", text: "Lịch trực có số điện thoại, gọi là gặp ngay.", official: true},
		{page: "/giao-viec/bang", useful: "yes", text: "Nhìn một trang là biết hồ sơ nào sắp trễ.", official: true},
	}
}

func handled() []string {
	return []string{"Đã chuyển bộ phận soạn nội dung chỉnh lại.", "Đã sửa, cảm ơn góp ý.", "Đã ghi nhận, đưa vào kế hoạch tháng sau.", "Đã hướng dẫn tại trang trợ giúp."}
}

func swapping() []string {
	return []string{"Gia đình có việc riêng", "Hôm đó tôi đi tập huấn tại tỉnh", "Tôi có lịch khám bệnh", "Con nhỏ ốm"}
}

func closing() []string {
	return []string{"Giải trình phù hợp: xử lý hồ sơ sắp đến hạn.", "Đã xác minh với lãnh đạo đơn vị, việc xem dữ liệu có lý do công vụ."}
}

func explaining() []string {
	return []string{
		"Tôi làm thêm giờ để kịp hồ sơ sắp đến hạn, có báo lãnh đạo đơn vị.", "Tôi được phân công rà soát hồ sơ tồn trước buổi giao ban sáng hôm sau.",
	}
}

// question is what somebody asks about their data.
type question struct{ kind, words string }

func asking() []question {
	return []question{
		{"see", "Đề nghị cho biết những đơn vị nào đã xem thông tin của tôi trong năm nay."},
		{"see", "Tôi muốn nhận bản sao dữ liệu về mình."},
		{"correct", "Địa chỉ trong hồ sơ ghi theo xã cũ, đề nghị cập nhật theo đơn vị mới."},
		{"correct", "Số điện thoại cũ không còn dùng, đề nghị ghi số mới."},
		{"correct", "Tên đệm của tôi bị thiếu dấu, đề nghị sửa lại cho đúng."},
		{"complain", "Tôi nhận được tin nhắn về một hồ sơ không phải của mình."},
		{"object", "Tôi không đồng ý dùng số điện thoại để khảo sát mức độ hài lòng."},
	}
}

// ruling is how a request about data is decided.
type ruling struct{ outcome, reason, legal string }

func deciding() []ruling {
	const law = "Luật Bảo vệ dữ liệu cá nhân số 91/2025/QH15"
	return []ruling{
		{"granted", "Đã đối chiếu và thực hiện theo yêu cầu.", law},
		{"granted", "Thông tin của người yêu cầu là đúng; đã cập nhật.", law},
		{"partly", "Phần thuộc hồ sơ lưu trữ được giữ nguyên theo thời hạn bảo quản; phần còn lại đã cập nhật.", law},
		{"refused", "Thông tin yêu cầu thuộc hồ sơ của người khác.", law},
	}
}
