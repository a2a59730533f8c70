// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package sample

import "fmt"

func people() []Book {
	const health = "sector_health"
	specialities := []string{"Nội khoa", "Ngoại khoa", "Sản phụ khoa", "Nhi khoa", "Răng hàm mặt", "Tai mũi họng", "Mắt", "Y học cổ truyền", "Xét nghiệm", "Chẩn đoán hình ảnh", "Dược", "Điều dưỡng"}
	entries := make([]Values, len(specialities))
	for i, name := range specialities {
		entries[i] = Values{"code": fmt.Sprintf("CK%02d", i+1), "name": name}
	}
	return []Book{
		catalogue("dm-chuyen-khoa", health, entries...),
		{"nguoi-hanh-nghe", health, 400, practitioner},
		{"co-so-y-te", health, 320, facility},
		{"diem-di-san", "sector_culture", len(guides()), guide},
		{"hien-vat", "sector_culture", 260, func(m *Maker) Values {
			material := m.of("clay", "clay", "stone", "metal", "wood", "glass")
			name := map[string]string{"clay": "Bình gốm", "stone": "Tượng đá", "metal": "Nhẫn kim loại", "wood": "Tượng gỗ", "glass": "Hạt chuỗi thủy tinh"}[material]
			return Values{
				"code": m.serial("HV-%05d"), "name": name + m.serial(" số %d"), "english": artefacts()[material][0] + m.serial(" no. %d"), "khmer": artefacts()[material][1],
				"about_english": "A made-up artefact that shows the register.", "about_khmer": "វត្ថុសិប្បនិម្មិតសម្រាប់បង្ហាញបញ្ជី។", "material": material, "age": m.of("Thế kỷ I–III", "Thế kỷ IV–VI", "Thế kỷ VII–X", "Thế kỷ XIX"), "found_at": "Hố khai quật giả định " + fmt.Sprint(m.whole(1, 12)),
				"height": m.number(1, 90, 1), "weight": m.number(2, 9_000, 1), "guide": m.made("diem-di-san"), "about": "Hiện vật giả định để trình diễn sổ.", "treasure": m.yes(0.01), "shelf": fmt.Sprintf("Kho %d, kệ %d", m.whole(1, 3), m.whole(1, 40)),
				"condition": m.of("whole", "worn", "broken", "restored"), "shown": m.yes(0.4),
			}
		}},
		{"doi-tuong-bao-tro", "sector_labour", 300, func(m *Maker) Values {
			cashless := m.yes(0.75)
			return Values{
				"code": m.serial("BT-%05d"), "person": m.person(), "guardian": when(m.yes(0.2), m.person()), "commune": m.place().Unit, "kind": m.of("old", "old", "disabled", "disabled", "poor", "child"), "decision": m.serial("%05d/QĐ"), "from_day": month(m.ago(40, 1_800)),
				"monthly": m.money(500_000, 1_500_000, 10_000), "cashless": cashless, "account": when(cashless, fmt.Sprintf("9990%08d", m.n)), "last_payment": m.of("paid", "paid", "paid", "paid", "waiting", "returned"),
			}
		}},
		{"viec-lam", "sector_labour", 200, func(m *Maker) Values {
			posted, posts, wage := m.ago(1, 45), m.whole(1, 60), m.money(5_500_000, 12_000_000, 100_000)
			return Values{
				"code": m.serial("VL-%04d"), "title": m.of("Công nhân may", "Công nhân chế biến thủy sản", "Nhân viên bán hàng", "Kế toán", "Lái xe tải", "Kỹ thuật viên điện", "Nhân viên lễ tân", "Lập trình viên"), "employer": m.company(), "commune": m.place().Unit, "posts": posts,
				"skill": m.of("none", "none", "trained", "college", "bachelor"), "wage_from": wage, "wage_to": wage + m.money(500_000, 6_000_000, 100_000), "posted_on": day(posted), "until_day": day(posted.AddDate(0, 0, 60)), "filled": posts * m.whole(0, 8) / 10,
				"about": "Làm tại địa phương, đóng bảo hiểm đầy đủ. Tin giả định để trình diễn.",
			}
		}},
		{"mo-liet-si", "sector_labour", 240, func(m *Maker) Values {
			known := m.yes(0.7)
			v := Values{"code": m.serial("M-%05d"), "cemetery": "Nghĩa trang liệt sĩ (giả định)", "commune": m.anywhere().Unit, "plot": fmt.Sprintf("Lô %d, hàng %d", m.whole(1, 9), m.whole(1, 30)), "known": known}
			if known {
				born := m.whole(1930, 1955)
				v["name"], v["born"], v["died"], v["home"] = m.person().Name, fmt.Sprint(born), fmt.Sprint(born+m.whole(18, 25)), m.anywhere().Name
			}
			return v
		}},
		{"co-so-giao-duc", "sector_education", 315, func(m *Maker) Values {
			p, kind, classes := m.place(), m.next("nursery", "primary", "lower", "primary", "upper"), m.whole(8, 40)
			school := map[string]string{"nursery": "Trường Mầm non", "primary": "Trường Tiểu học", "lower": "Trường THCS", "upper": "Trường THPT"}[kind]
			return Values{
				"code": m.serial("TH-%04d"), "name": fmt.Sprintf("%s %s %d", school, bare(p), m.n/len(m.w.Places)+1), "kind": kind, "public_owned": m.yes(0.93), "commune": p.Unit, "place": m.near(p), "classes": classes, "pupils": classes * m.whole(24, 44), "teachers": classes * 3 / 2,
				"standard": m.of("none", "one", "one", "two"), "software": m.yes(0.98), "synced_on": day(m.ago(1, 40)), "cashless": m.yes(0.8), "head": m.person(), "hotline": "02960001" + fmt.Sprintf("%03d", m.n%1000),
			}
		}},
	}
}

func practitioner(m *Maker) Values {
	who, issued, status := m.person(), m.ago(100, 1_850), m.of("valid", "valid", "valid", "valid", "valid", "valid", "valid", "valid", "renewing", "suspended", "withdrawn", "applied")
	title, speciality := m.of("doctor", "doctor", "nurse", "nurse", "physician", "midwife", "technician", "pharmacist", "traditional"), fmt.Sprintf("CK%02d", m.d.under(8)+1)
	switch title {
	case "pharmacist":
		speciality = "CK11"
	case "nurse", "midwife":
		speciality = "CK12"
	case "technician":
		speciality = "CK09"
	case "traditional":
		speciality = "CK08"
	}
	p := m.anywhere()
	v := Values{
		"code": m.serial("%06d/GD-CCHN"), "name": who.Name, "person": who, "phone": m.phone(), "title": title, "speciality": speciality, "workplace": m.of("Trạm y tế ", "Phòng khám đa khoa ", "Trung tâm y tế ") + bare(p),
		"commune": p.Unit, "hours": m.of("7 giờ – 17 giờ, thứ hai đến thứ sáu", "17 giờ – 20 giờ hằng ngày", "Cả ngày, trừ chủ nhật"), "credits": m.whole(0, 160),
	}
	license := Step{Move: "license", Values: map[string]any{"issued_on": day(issued), "until_day": day(issued.AddDate(5, 0, 0))}}
	decision := map[string]any{"decision": m.serial("%04d/QĐ-SYT (giả định)")}
	switch status {
	case "applied":
		return v
	case "renewing":
		return moved(v, license, Step{Move: "renew"})
	case "suspended":
		return moved(v, license, Step{Move: "suspend", Reason: "Theo kết luận kiểm tra giả định", Values: decision})
	case "withdrawn":
		return moved(v, license, Step{Move: "withdraw", Reason: "Theo đề nghị của người hành nghề (giả định)", Values: decision})
	}
	return moved(v, license)
}

func facility(m *Maker) Values {
	p, kind := m.place(), "station"
	if m.n >= len(m.w.Places) {
		kind = m.of("clinic", "clinic", "pharmacy", "pharmacy", "pharmacy", "service", "centre", "hospital")
	}
	owned := kind == "station" || kind == "centre" || kind == "hospital"
	name := map[string]string{"station": "Trạm y tế", "clinic": "Phòng khám", "pharmacy": "Nhà thuốc", "service": "Dịch vụ y tế", "centre": "Trung tâm y tế khu vực", "hospital": "Bệnh viện đa khoa khu vực"}[kind] + " " + bare(p)
	if kind == "clinic" || kind == "pharmacy" {
		name += " " + m.of("An Khang", "Bảo Tâm", "Minh Đức", "Phúc An", "Tâm Đức")
	}
	licensed := m.ago(300, 5_000)
	v := Values{
		"code": m.serial("%05d/GD-GPHĐ"), "name": name, "kind": kind, "public_owned": owned, "operator": when(!owned, m.company()), "head": m.made("nguoi-hanh-nghe"), "speciality": m.of("CK01", "CK03", "CK04", "CK11"), "commune": p.Unit, "street": m.street(), "place": m.near(p),
		"hotline": "02960002" + fmt.Sprintf("%03d", m.n%1000), "opens": m.of("Cả ngày, hằng ngày", "7 giờ – 17 giờ, thứ hai đến thứ bảy"), "insurance": owned || m.yes(0.2), "inspected_on": day(m.later(licensed, 200, 3_000)),
		"findings": "Không phát hiện vi phạm.",
	}
	if owned {
		v["beds"] = m.whole(5, 40)
	}
	if kind == "hospital" {
		v["beds"] = m.whole(120, 600)
	}
	license := Step{Move: "license", Values: map[string]any{"licensed_on": day(licensed)}}
	decision := map[string]any{"decision": m.serial("%04d/QĐ-SYT (giả định)")}
	switch m.n % 30 {
	case 7:
		return moved(v, license, Step{Move: "pause", Reason: "Cơ sở báo tạm nghỉ để sửa chữa"})
	case 13:
		return moved(v, license, Step{Move: "suspend", Reason: "Hành nghề ngoài phạm vi (giả định)", Values: decision})
	case 19:
		return moved(v, license, Step{Move: "close", Reason: "Cơ sở đề nghị chấm dứt", Values: decision})
	case 23:
		delete(v, "inspected_on")
		return v
	}
	return moved(v, license)
}

// artefacts are what things of a material are called in English and Khmer.
func artefacts() map[string][2]string {
	return map[string][2]string{
		"clay": {"Clay jar", "ក្អមដីឥដ្ឋ"}, "stone": {"Stone statue", "រូបចម្លាក់ថ្ម"}, "metal": {"Metal ring", "ចិញ្ចៀនលោហៈ"}, "wood": {"Wooden statue", "រូបចម្លាក់ឈើ"}, "glass": {"Glass beads", "អង្កាំកែវ"},
	}
}
