// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package agencies

import "strings"

// questions are the services by which officials look things up, by partner.
func questions() map[string]string {
	return map[string]string{"dan-cu": "TraCuuThongTinCongDan", "ho-tich": "TraCuuHoTich", "dkdn": "chiTietDoanhNghiep", "bhxh": "TraCuuBHYT", "ly-lich": "traTrangThaiHs"}
}

// lookUp answers the questions of officials; false for what is no such question.
func (p *partner) lookUp(service string, in map[string]string) (reply, bool) {
	if questions()[p.name] != service {
		return reply{}, false
	}
	for _, row := range rows()[p.name] {
		if row.asked(in) {
			return reply{Code: "0", Data: row.told}, true
		}
	}
	return reply{Code: "201", Message: "RECORD_NOT_FOUND"}, true
}

// row is something that a database knows: by which it is asked, and what it tells.
type row struct{ key, told map[string]string }

// asked reports whether a question is about the row: whatever both say agrees.
func (r row) asked(in map[string]string) bool {
	met := 0
	for name, value := range r.key {
		if in[name] == "" {
			continue
		}
		if !strings.EqualFold(strings.TrimSpace(in[name]), value) {
			return false
		}
		met++
	}
	return met > 0
}

// rows are made-up people: those of the demonstration, some of them with a difference
// to what they will declare.
func rows() map[string][]row {
	const street = "đường Giả Định, khóm Thử Nghiệm"
	citizen := func(number, name, born, sex, home, host string) row {
		return row{
			map[string]string{"SoDinhDanh": number},
			map[string]string{"SoDinhDanh": number, "HoVaTen": name, "NgaySinh": born, "GioiTinh": sex, "DanToc": "Kinh", "QueQuan": "Khóm Thử Nghiệm", "NoiThuongTru": home, "ChuHo": host, "TinhTrang": "Còn sống"},
		}
	}
	insured := func(number, name, card, until string) row {
		return row{map[string]string{"SoDinhDanh": number}, map[string]string{"HoVaTen": name, "MaThe": card, "HanDen": until, "NoiKCB": "Bệnh viện Đa khoa Giả Định"}}
	}
	return map[string][]row{
		"dan-cu": {
			citizen("089058000001", "Nguyễn Văn Bảy", "1958-03-27", "Nam", "Số 1, "+street, "Nguyễn Văn Bảy"),
			citizen("089185000002", "Lê Thị Nam", "1985-06-12", "Nữ", "Số 1, "+street, "Lê Thị Nam"),
			citizen("089192000061", "Huỳnh Thị Thu", "1992-08-14", "Nữ", "Số 2, "+street, "Huỳnh Thị Thu"),
			citizen("089188000062", "Võ Thị Hoa", "1988-02-10", "Nữ", "Số 3, "+street, "Võ Thị Hoa"),
			citizen("089086000064", "Trần Văn Lâm", "1986-11-05", "Nam", "Số 3, "+street, "Võ Thị Hoa"),
			citizen("089318000063", "Trần Gia Hân", "2018-05-20", "Nữ", "Số 3, "+street, "Võ Thị Hoa"),
		},
		"ho-tich": {
			{
				map[string]string{"SoDinhDanh": "089188000062"},
				map[string]string{"HoVaTen": "Võ Thị Hoa", "TinhTrangHonNhan": "Đã kết hôn", "HoTenVoChong": "Trần Văn Lâm", "SoGiayChungNhanKetHon": "12/2012"},
			},
			{
				map[string]string{"SoDinhDanh": "089058000001"},
				map[string]string{"HoVaTen": "Nguyễn Văn Bảy", "TinhTrangHonNhan": "Đã kết hôn", "HoTenVoChong": "Lê Thị Tám", "SoGiayChungNhanKetHon": "03/1985"},
			},
		},
		"dkdn": {{
			map[string]string{"msdn": "9900000016"},
			map[string]string{"ENTERPRISE_GDT_CODE": "9900000016", "NAME": "Công ty TNHH Nam Long (giả định)", "ENTERPRISE_STATUS": "Đang hoạt động", "LEGAL_NAMES": "Lê Thị Nam", "AddressFullText": "Số 1, " + street},
		}},
		"bhxh": {
			insured("089058000001", "Nguyễn Văn Bảy", "HT3890000000001", "2027-12-31"),
			insured("089188000062", "Võ Thị Hoa", "DN4890000000062", "2026-12-31"),
		},
		"ly-lich": {{
			map[string]string{"maHoSo": "LLTP-0001"}, map[string]string{"TrangThai": "5", "TenTrangThai": "Đã có phiếu"},
		}, {
			map[string]string{"soDinhDanh": "089058000001"}, map[string]string{"TrangThai": "4", "TenTrangThai": "Đang xử lý"},
		}},
	}
}
