// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package sample

import (
	"fmt"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/registers"
)

// catalogue makes a book of a list of codes, each with its name and further values.
func catalogue(register, role string, entries ...Values) Book {
	return Book{Register: register, Role: access.RoleID(role), Rows: len(entries), Row: func(m *Maker) Values { return entries[m.n] }}
}

func homeAffairs() []Book {
	const role = "sector_home_affairs"
	return []Book{
		{"ho-so-can-bo", role, 400, official},
		catalogue("dm-hinh-thuc-khen-thuong", role,
			Values{"code": "LDTT", "name": "Lao động tiên tiến", "level": "unit"},
			Values{"code": "CSTDCS", "name": "Chiến sĩ thi đua cơ sở", "level": "unit"},
			Values{"code": "CSTDT", "name": "Chiến sĩ thi đua cấp tỉnh", "level": "province"},
			Values{"code": "TTLDXS", "name": "Tập thể lao động xuất sắc", "level": "province"},
			Values{"code": "BK", "name": "Bằng khen của Chủ tịch Ủy ban nhân dân tỉnh", "level": "province"},
			Values{"code": "GK", "name": "Giấy khen", "level": "unit"},
			Values{"code": "COTD", "name": "Cờ thi đua của tỉnh", "level": "province"},
			Values{"code": "HCLD", "name": "Huân chương Lao động", "level": "state"}),
		{"phong-trao-thi-dua", role, 24, func(m *Maker) Values {
			starts := m.ago(30, 700)
			return Values{
				"code": m.serial("PT-%03d"), "led_by": m.unit(), "starts": day(starts), "ends": day(m.ahead(starts, 90, 360)), "registered": m.whole(5, 120),
				"name": m.next("Chuyển đổi số vì người dân phục vụ", "Chung sức xây dựng nông thôn mới", "Cán bộ, công chức thi đua thực hiện văn hóa công sở", "Thi đua cải cách hành chính",
					"Học tập suốt đời", "Bảo vệ môi trường, giữ sạch kênh rạch", "Vì người nghèo, không để ai bị bỏ lại", "Mỗi cán bộ thành thạo dịch vụ công trực tuyến") + fmt.Sprintf(" (đợt %d)", m.n/8+1),
				"criteria": "Hoàn thành chỉ tiêu được giao; có sáng kiến được áp dụng; không có hồ sơ trễ hạn do chủ quan.",
			}
		}},
		{"khen-thuong", role, 320, award},
		{"phong-luu-tru", role, 24, func(m *Maker) Values {
			from := m.whole(1955, 2000)
			name := m.next("Ủy ban nhân dân tỉnh", "Sở Nông nghiệp", "Sở Giáo dục", "Sở Y tế", "Ủy ban Kế hoạch", "Ban Tổ chức chính quyền", "Sở Giao thông", "Sở Văn hóa")
			return Values{
				"code": m.serial("P%02d"), "name": fmt.Sprintf("Phông %s, khối %d", name, m.n/8+1), "creator": name, "from_year": from, "to_year": from + m.whole(5, 25),
				"metres": m.number(3, 220, 2), "digitised": m.number(5, 100, 2), "story": "Thu về Lưu trữ lịch sử sau các lần sắp xếp đơn vị; còn một phần chưa chỉnh lý.",
			}
		}},
		{"ho-so-luu-tru", role, 360, archived},
		{"yeu-cau-doc", role, 120, func(m *Maker) Values {
			asked, status := m.ago(1, 300), m.of("served", "served", "served", "asked", "agreed", "refused")
			v := Values{
				"code": m.serial("PD-%04d"), "reader": m.person(), "phone": m.phone(), "file": m.made("ho-so-luu-tru"), "asked_on": day(asked), "status": status, "way": m.of("room", "room", "copy", "certified", "online"),
				"purpose": m.of("Nghiên cứu lịch sử địa phương", "Bổ sung hồ sơ hưởng chế độ", "Viết luận văn", "Xác minh quá trình công tác", "Tìm hồ sơ đất đai của gia đình"),
			}
			switch status {
			case "refused":
				v["why"] = "Tài liệu chưa được phép tiếp cận rộng rãi"
			case "served":
				pages := m.whole(0, 40)
				v["reads_on"], v["pages"], v["fee"] = day(m.later(asked, 1, 10)), pages, pages*2_000
			}
			return v
		}},
		{"to-chuc-cong-chung", "sector_justice", 28, func(m *Maker) Values {
			p := m.anywhere()
			name := fmt.Sprintf("Văn phòng công chứng %s %d (giả định)", bare(p), m.n+1)
			return Values{
				"code": m.serial("CC-%02d"), "name": name, "organisation": registers.Organisation{Name: name}, "kind": m.of("private", "private", "private", "state"), "commune": p.Unit, "place": m.near(p),
				"address": located(m, p), "hotline": "02960000" + fmt.Sprintf("%03d", m.n), "notaries": m.whole(2, 7), "licensed_on": day(m.ago(400, 5000)), "active": m.yes(0.95),
			}
		}},
		{"hop-dong-cong-chung", "sector_justice", 300, func(m *Maker) Values {
			signed, kind := m.ago(1, 700), m.of("sale", "sale", "mortgage", "gift", "mandate", "inheritance")
			v := Values{
				"code": m.serial("%05d/CC"), "notary": m.nth("to-chuc-cong-chung", m.n), "signed_on": day(signed), "kind": kind, "asset": fmt.Sprintf("GCN-GD %06d", m.d.under(4_000)),
				"transferor": m.person(), "transferee": m.person(),
			}
			if kind != "mandate" {
				v["amount"] = m.money(80_000_000, 4_000_000_000, 1_000_000)
			}
			if kind == "mortgage" && m.yes(0.3) {
				v["ended_on"] = day(m.later(signed, 30, 500))
			}
			return v
		}},
		{"ngan-chan-giao-dich", "sector_justice", 60, func(m *Maker) Values {
			from := m.ago(5, 900)
			return Values{
				"code": m.serial("%03d/CV-THA"), "asset": fmt.Sprintf("GCN-GD %06d", m.d.under(4_000)), "issuer": m.of("Cơ quan thi hành án dân sự", "Tòa án nhân dân khu vực", "Cơ quan điều tra"), "owner": m.person(),
				"from_day": day(from), "until_day": when(m.yes(0.5), day(m.later(from, 20, 400))), "why": m.of("Bảo đảm thi hành án", "Áp dụng biện pháp khẩn cấp tạm thời", "Phục vụ điều tra"),
			}
		}},
		{"ky-hop-hdnd", "sector_council", 14, func(m *Maker) Values {
			starts := m.w.Today.AddDate(0, -3*(m.n+1), m.n)
			return Values{
				"code": m.serial("KH-%02d"), "name": fmt.Sprintf("Kỳ họp thứ %d", 20-m.n), "kind": m.of("regular", "special"), "starts": day(starts), "ends": day(starts.AddDate(0, 0, 1+m.n%3)),
				"agenda": "Báo cáo kinh tế - xã hội; chất vấn và trả lời chất vấn; thông qua nghị quyết.", "present": m.whole(60, 85),
			}
		}},
		{"nghi-quyet-hdnd", "sector_council", 120, func(m *Maker) Values {
			passed := m.ago(10, 1200)
			return Values{
				"code": m.serial("%02d/NQ-HĐND"), "session": m.nth("ky-hop-hdnd", m.n), "passed_on": day(passed), "in_force": day(m.ahead(passed, 7, 20)), "votes_for": m.whole(55, 85), "votes_against": m.whole(0, 4),
				"name": m.of("Về kế hoạch đầu tư công", "Quy định mức thu học phí", "Về chính sách hỗ trợ sản xuất nông nghiệp", "Về phân bổ ngân sách", "Quy định phí, lệ phí", "Về chương trình chuyển đổi số",
					"Về đặt tên đường") + fmt.Sprintf(" năm %d", passed.Year()+m.n%2),
				"progress": "Các cơ quan đã ban hành kế hoạch thực hiện.",
			}
		}},
		{"kien-nghi-cu-tri", "sector_council", 260, func(m *Maker) Values {
			raised, status := m.ago(2, 500), m.of("open", "answered", "answered", "working", "solved")
			v := Values{
				"code": m.serial("CT-%04d"), "kind": m.of("petition", "petition", "petition", "question", "supervision"), "commune": m.place().Unit, "raised_on": day(raised), "answered_by": m.unit(), "due_on": day(raised.AddDate(0, 0, 30)),
				"status": status, "content": "Đề nghị " + m.of("sửa chữa cầu, đường trong ấp", "nạo vét kênh nội đồng", "mở rộng lưới điện sinh hoạt", "bổ sung bác sĩ cho trạm y tế", "xử lý điểm rác tự phát",
					"hỗ trợ vay vốn sản xuất", "lắp thêm đèn chiếu sáng", "sớm chi trả tiền bồi thường") + ".",
			}
			if status != "open" {
				v["answered_on"], v["answer"] = day(m.later(raised, 8, 45)), "Cơ quan đã khảo sát, đưa vào kế hoạch và thông báo cho địa phương theo dõi."
			}
			return v
		}},
		{"chinh-sach-dan-toc", "sector_ethnic_affairs", 240, func(m *Maker) Values {
			planned := m.money(200_000_000, 6_000_000_000, 1_000_000)
			return Values{
				"programme": m.next("Chương trình mục tiêu quốc gia vùng dân tộc thiểu số", "Hỗ trợ nước sinh hoạt", "Đào tạo nghề", "Bảo tồn văn hóa"), "commune": m.place().Unit, "hamlet": m.hamlet(), "of_year": int64(m.w.Today.Year() - m.n%3),
				"kind": m.of("housing", "water", "living", "works", "training", "culture"), "households": m.whole(5, 140), "planned": planned, "paid": int64(float64(planned) * m.d.part()),
			}
		}},
	}
}

func official(m *Maker) Values {
	joined := m.ago(800, 9000)
	at := m.unit()
	if m.n%3 == 0 {
		at = m.anywhere().Unit
	}
	kind := m.of("civil_servant", "civil_servant", "public_employee", "cadre", "contract")
	v := Values{
		Unit: at, "code": m.serial("CB%05d"), "person": m.person(), "phone": m.phone(), "email": m.serial("canbo%d@example.org"), "workplace": at, "kind": kind, "joined_on": day(joined),
		"position": m.of("Chuyên viên", "Chuyên viên", "Chuyên viên chính", "Trưởng phòng", "Phó Trưởng phòng", "Kế toán", "Văn thư", "Công chức tư pháp - hộ tịch", "Công chức địa chính"),
		"pay_step": m.whole(1, 9), "coefficient": m.number(2.34, 6.2, 2), "pay_since": day(m.later(joined, 30, 700)), "education": m.of("bachelor", "bachelor", "bachelor", "master", "college"),
		"it_skill": m.of("basic", "basic", "advanced", "none", "graduate"), "status": m.of("working", "working", "working", "working", "working", "seconded", "retired", "moved"),
		"trainings":   []registers.Row{{"name": "Bồi dưỡng chuyển đổi số cho công chức", "ended": month(m.ago(20, 700)), "certificate": m.serial("CDS-%05d")}},
		"evaluations": []registers.Row{{"of_year": int64(m.w.Today.Year() - 1), "result": m.of("good", "good", "excellent", "done"), "digital": "Hoàn thành nhiệm vụ số hóa hồ sơ"}},
	}
	if kind != "contract" {
		v["grade"] = m.of("Chuyên viên", "Chuyên viên chính", "Cán sự", "Kế toán viên")
	}
	if m.yes(0.4) {
		v["appointed_on"] = day(m.later(joined, 400, 3000))
	}
	return v
}

func award(m *Maker) Values {
	honoured, level := m.of("individual", "individual", "collective", "household", "business"), m.of("decided", "decided", "decided", "council", "proposed", "refused")
	v := Values{
		"code": m.serial("KT-%05d"), "award": m.of("BK", "GK"), "movement": m.made("phong-trao-thi-dua"), "honoured": honoured, "of_unit": m.unit(), "level": level,
		"merit": m.of("Hoàn thành xuất sắc nhiệm vụ chuyển đổi số", "Có nhiều đóng góp cho phong trào ở cơ sở", "Sáng kiến rút ngắn thời gian giải quyết hồ sơ", "Giúp đỡ hộ nghèo vươn lên"),
	}
	switch honoured {
	case "individual":
		v["person"], v["award"] = m.person(), m.of("LDTT", "CSTDCS", "CSTDT", "BK", "GK")
	case "household":
		v["name"] = "Một hộ gia đình tại " + m.anywhere().Name
	case "business":
		v["name"] = m.company().Name
	default:
		v["award"] = m.of("TTLDXS", "COTD", "BK", "GK")
		v["name"] = "Tổ công nghệ số cộng đồng " + m.hamlet() + ", " + m.anywhere().Name
	}
	if level == "decided" {
		v["decision"], v["decided_on"], v["bonus"] = m.serial("%04d/QĐ-UBND"), day(m.ago(5, 700)), m.money(500_000, 5_000_000, 100_000)
	}
	return v
}

func archived(m *Maker) Values {
	from, scanned := 1957+m.d.under(40), m.of("none", "scanned", "checked", "checked")
	v := Values{
		"code": m.serial("P01-HS%05d"), "fonds": m.nth("phong-luu-tru", m.n), "box": fmt.Sprint(m.n/12 + 1), "starts": fmt.Sprint(from), "ends": fmt.Sprint(from + m.d.under(4)), "sheets": m.whole(8, 260),
		"keep": m.of("forever", "forever", "limited"), "access": m.of("wide", "wide", "conditional"), "scanned": scanned, "public_title": m.yes(0.8),
		"title": "Tập lưu văn bản về " + m.of("chia tách, sáp nhập xã", "khai hoang, phục hóa", "xây dựng trường học", "phòng chống lũ", "tổ chức bộ máy", "điều chỉnh ruộng đất", "xây dựng công trình thủy lợi") + fmt.Sprintf(" năm %d", from),
	}
	if scanned != "none" {
		v["batch"] = fmt.Sprintf("Đợt %d", m.n/60+1)
	}
	if scanned == "checked" {
		v["fixity"] = fmt.Sprintf("%064x", m.n+1)
	}
	return v
}

func located(m *Maker, p Place) any {
	if len(p.Code) != 5 {
		return nil
	}
	return registers.Location{Commune: p.Code, Line: m.street()}
}
