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
	const role, archive = "sector_home_affairs", "sector_archive"
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
		{"phong-trao-thi-dua", role, 24, movement},
		{"dang-ky-thi-dua", role, 200, joined},
		{"khen-thuong", role, 240, award},
		{"phong-luu-tru", archive, 24, fonds},
		{"ho-so-luu-tru", archive, 360, archived},
		{"yeu-cau-doc", archive, 140, reading},
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

func located(m *Maker, p Place) any {
	if len(p.Code) != 5 {
		return nil
	}
	return registers.Location{Commune: p.Code, Line: m.street()}
}
