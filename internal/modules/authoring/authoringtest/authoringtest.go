// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package authoringtest makes up catalogues of procedures as provinces send
// them, with the usual dirt, for tests. It is not part of the program.
package authoringtest

import (
	"fmt"
	"strings"
)

// Catalogue writes a made-up catalogue of n procedures as CSV: titles above the
// headings, headings again on every page, codes that a sheet has shortened,
// spaces, capitals, durations and fees in many words; and some rows that are wrong.
func Catalogue(n int) []byte {
	var b strings.Builder
	b.WriteString("ỦY BAN NHÂN DÂN TỈNH;;;;;;;;;;\nDANH MỤC THỦ TỤC HÀNH CHÍNH (dữ liệu giả định);;;;;;;;;;\n;;;;;;;;;;\n")
	head := "STT;Mã TTHC;Tên thủ tục hành chính;Lĩnh vực;Cấp thực hiện;Cơ quan thực hiện;Thời hạn giải quyết;Phí, lệ phí;Thành phần hồ sơ;Mức độ trực tuyến;Đối tượng thực hiện\n"
	b.WriteString(head)
	fields := []string{"Xây dựng", "Đất đai", "ĐẤT ĐAI", "Hộ tịch", "Y tế", "Giáo dục trung học", "Lao động", "Môi trường", "Thủy sản", "Giao thông đường bộ"}
	spans := []string{"15 ngày làm việc", "Không quá 05 (năm) ngày làm việc", "30 ngày", "Trong ngày", "10", "03 ngày làm việc kể từ ngày nhận đủ hồ sơ hợp lệ", "02 tháng", "08 giờ làm việc", "07 ngày  làm việc"}
	fees := []string{"Không", "150.000 đồng", "Miễn phí", "Theo Thông tư của Bộ Tài chính", "20.000 đồng/bản", "", "1.500.000đ"}
	acts := []string{"Cấp giấy phép", "Cấp lại giấy chứng nhận", "Điều chỉnh giấy phép", "Xác nhận", "Đăng ký", "Thẩm định hồ sơ", "Gia hạn giấy phép", "Thu hồi giấy chứng nhận"}
	for i := range n {
		code := fmt.Sprintf("1.%06d", 20_000+i)
		if i%10 == 0 { // a sheet that took it for a number
			code = strings.TrimRight(code, "0")
		}
		name := fmt.Sprintf("%s %s số %d", acts[i%len(acts)], strings.ToLower(fields[i%len(fields)]), i+1)
		level, unit := "Cấp tỉnh", "Sở Xây dựng"
		if i%3 == 0 {
			level, unit = " cấp  xã", "UBND cấp xã"
		}
		span := spans[i%len(spans)]
		switch {
		case i%211 == 7:
			span = "theo quy định"
		case i%331 == 11:
			code = "TTHC-" + code
		}
		if i%500 == 499 {
			b.WriteString(head)
		}
		_, _ = fmt.Fprintf(&b, "%d;%s; %s ;%s;%s;%s;%s;%s;\"- Đơn đề nghị theo mẫu (01 bản chính);\n- Bản sao giấy tờ có liên quan (nếu có)\";%s;%s\n",
			i+1, code, name, fields[i%len(fields)], level, unit, span, fees[i%len(fees)], []string{"Toàn trình", "Một phần", "Còn lại"}[i%3], []string{"Cá nhân", "Tổ chức, doanh nghiệp", "Công dân Việt Nam; Tổ chức"}[i%3])
	}
	return []byte(b.String())
}
