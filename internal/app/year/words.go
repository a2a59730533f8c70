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
