// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package sample

import (
	"fmt"
	"math"
	"time"

	"tinhso.vn/internal/kernel/registers"
)

func land() []Book {
	const farm, nature = "sector_agriculture", "sector_environment"
	return []Book{
		catalogue("dm-cay-trong", farm,
			Values{"code": "LUA", "name": "Lúa", "kind": "crop"}, Values{"code": "XOAI", "name": "Xoài", "kind": "crop"}, Values{"code": "NHAN", "name": "Nhãn", "kind": "crop"},
			Values{"code": "CHUOI", "name": "Chuối", "kind": "crop"}, Values{"code": "SAURIENG", "name": "Sầu riêng", "kind": "crop"}, Values{"code": "MIT", "name": "Mít", "kind": "crop"},
			Values{"code": "KHOM", "name": "Khóm", "kind": "crop"}, Values{"code": "RAU", "name": "Rau màu", "kind": "crop"}, Values{"code": "HEO", "name": "Heo", "kind": "livestock"},
			Values{"code": "BO", "name": "Bò", "kind": "livestock"}, Values{"code": "GA", "name": "Gà, vịt", "kind": "livestock"}, Values{"code": "CATRA", "name": "Cá tra", "kind": "fish"},
			Values{"code": "CALOC", "name": "Cá lóc", "kind": "fish"}, Values{"code": "TOM", "name": "Tôm", "kind": "fish"}),
		{"vung-trong", farm, 300, planting},
		{"ocop", farm, 210, ocop},
		{"co-so-chan-nuoi", farm, 200, func(m *Maker) Values {
			p := m.place()
			return Values{
				"code": m.serial("CN-%04d"), "name": m.of("Trại chăn nuôi", "Trang trại", "Hộ nuôi") + " " + bare(p), "keeper": m.person(), "phone": m.phone(), "animal": m.of("HEO", "BO", "GA", "CATRA", "CALOC", "TOM"), "commune": p.Unit,
				"place": m.near(p), "area": m.number(0.1, 12, 2), "heads": m.whole(20, 40_000), "vaccinated_on": day(m.ago(5, 300)), "safe": m.yes(0.4), "active": m.yes(0.92),
			}
		}},
		{"san-xuat-nong-nghiep", farm, 306, func(m *Maker) Values {
			planned := 100 + m.d.part()*3_000
			planted := planned * (0.85 + 0.2*m.d.part())
			cut := planted * (0.6 + 0.4*m.d.part())
			season := m.n / len(m.w.Places) % 3
			return Values{
				"commune": m.place().Unit, "crop": m.next("LUA", "LUA", "RAU"), "season": []string{"winter_spring", "summer_autumn", "autumn_winter"}[season], "of_year": int64(m.w.Today.Year() - m.n/(3*len(m.w.Places))), "planned": fmt.Sprintf("%.2f", planned),
				"area": fmt.Sprintf("%.2f", planted), "harvested": fmt.Sprintf("%.2f", cut), "output": fmt.Sprintf("%.2f", cut*(5+3*m.d.part())), "pests": m.of("Rầy nâu rải rác", "Đạo ôn cục bộ", "Không đáng kể"),
			}
		}},
		{"nguon-thai", nature, 200, func(m *Maker) Values {
			p, firm := m.place(), m.company()
			return Values{
				"code": m.serial("NT-%04d"), "name": "Cơ sở " + firm.Name, "operator": firm, "commune": p.Unit, "place": m.near(p), "kind": []string{m.of("water", "air"), m.of("solid", "hazardous")}, "permit": m.serial("%03d/GPMT"),
				"permit_until": day(m.ahead(m.w.Today, -200, 2_000)), "flow": m.number(2, 2_400, 1), "automatic": m.yes(0.25), "inspected_on": day(m.ago(10, 700)),
			}
		}},
		{"giay-phep-tai-nguyen", nature, 110, func(m *Maker) Values {
			issued := m.ago(100, 2_500)
			until := issued.AddDate(5, 0, 0)
			status := "valid"
			if until.Before(m.w.Today) {
				status = "expired"
			}
			p := m.place()
			v := Values{
				"code": m.serial("%03d/GP-UBND"), "kind": m.of("surface", "ground", "sand", "stone", "soil"), "holder": m.company(), "commune": p.Unit, "amount": m.number(1_000, 300_000, 1), "issued_on": day(issued), "until_day": day(until),
				"fee": m.money(10_000_000, 4_000_000_000, 1_000_000), "status": status,
			}
			if at, ok := m.near(p).(registers.Point); ok {
				v["border"] = m.border(at)
			}
			return v
		}},
		{"tram-quan-trac", nature, 64, func(m *Maker) Values {
			p, kind := m.place(), m.of("water", "air", "salt", "rain")
			return Values{
				"code": m.serial("TQT-%02d"), "name": "Trạm " + map[string]string{"water": "nước mặt", "air": "không khí", "salt": "đo mặn", "rain": "đo mưa"}[kind] + " " + bare(p), "kind": kind, "commune": p.Unit, "place": m.near(p),
				"automatic": m.yes(0.6), "since_day": fmt.Sprint(m.whole(2014, 2025)), "active": m.yes(0.9),
			}
		}},
		{"luan-chuyen-dat-dai", nature, 300, func(m *Maker) Values {
			received, step := m.ago(15, 200), m.of("office", "tax", "citizen", "treasury", "done", "done", "done")
			v := Values{"code": m.serial("DD-%06d"), "owner": m.person(), "parcel": fmt.Sprintf("Thửa %d, tờ %d", m.whole(1, 900), m.whole(1, 60)), "commune": m.place().Unit, "received_on": day(received), "step": step}
			if step != "office" {
				v["sent_on"] = day(received.AddDate(0, 0, 2))
			}
			if step != "office" && step != "tax" {
				v["notice_on"], v["notice"], v["amount"] = day(received.AddDate(0, 0, 6)), m.serial("TB-%06d"), m.money(200_000, 90_000_000, 1_000)
			}
			if step == "done" || step == "treasury" {
				v["paid_on"] = day(m.later(received, 8, 14))
			}
			return v
		}},
		{"tai-san-do-thi", "sector_construction", 320, func(m *Maker) Values {
			p, kind := m.place(), m.of("light", "light", "drain", "green", "bridge", "camera", "toilet")
			return Values{
				"code": m.serial("DT-%05d"), "name": map[string]string{"light": "Tuyến đèn", "drain": "Tuyến cống", "green": "Mảng xanh", "bridge": "Cầu", "camera": "Camera", "toilet": "Nhà vệ sinh"}[kind] + " " + bare(p), "kind": kind, "commune": p.Unit,
				"street": m.street(), "place": m.near(p), "built": fmt.Sprint(m.whole(2005, 2025)), "cost": m.money(20_000_000, 9_000_000_000, 1_000_000), "keeper": "Đơn vị duy tu đô thị", "condition": m.of("good", "good", "good", "worn", "broken"), "checked_on": day(m.ago(3, 400)),
			}
		}},
		{"giay-phep-xay-dung", "sector_construction", 260, func(m *Maker) Values {
			house := m.yes(0.8)
			v := Values{"code": m.serial("%05d/GPXD"), "issued_on": day(m.ago(3, 600)), "commune": m.place().Unit, "kind": "house", "floors": m.whole(1, 5), "area": m.number(60, 420, 1), "place": m.near(m.place()), "violation": m.yes(0.03)}
			if house {
				v["owner"] = m.person()
				return v
			}
			v["firm"], v["kind"], v["area"] = m.company(), m.of("shop", "factory", "other"), m.number(300, 9_000, 1)
			return v
		}},
		{"duong-bo", "sector_transport", 160, func(m *Maker) Values {
			p, kind := m.place(), m.of("province", "commune", "commune", "street", "national")
			v := Values{
				"code": map[string]string{"national": "QL", "province": "ĐT", "commune": "ĐX", "street": "ĐĐ"}[kind] + m.serial("-%03d"), "name": "Đường " + bare(p) + " – " + bare(m.anywhere()), "kind": kind, "commune": p.Unit, "length": m.number(0.6, 48, 2),
				"width": m.number(3, 15, 1), "surface": m.of("asphalt", "concrete", "gravel"), "load": m.number(2.5, 30, 1), "repaired": fmt.Sprint(m.whole(2010, 2025)), "condition": m.of("good", "good", "fair", "poor"),
			}
			if at, ok := m.near(p).(registers.Point); ok {
				v["route"] = m.road(at)
			}
			return v
		}},
		{"xe-kinh-doanh", "sector_transport", 260, func(m *Maker) Values {
			kind := m.of("coach", "contract", "freight", "freight", "taxi", "bus")
			v := Values{
				"plate": m.serial("GD-%05d"), "firm": m.company(), "kind": kind, "badge": m.serial("PH-%05d"), "badge_until": day(m.ahead(m.w.Today, -60, 1_200)), "inspected_until": day(m.ahead(m.w.Today, -30, 500)), "gps": m.yes(0.95), "active": m.yes(0.95),
			}
			if kind == "freight" {
				v["load"] = m.number(1, 30, 1)
			} else {
				v["seats"] = m.whole(4, 45)
			}
			return v
		}},
	}
}

func planting(m *Maker) Values {
	p, applied, status := m.place(), m.ago(230, 1_600), m.of("valid", "valid", "valid", "valid", "valid", "valid", "paused", "withdrawn", "applied", "refused")
	crop := m.of("LUA", "XOAI", "NHAN", "CHUOI", "SAURIENG", "MIT")
	holder := m.cooperative()
	from := m.d.under(12)
	v := Values{
		"number": m.serial("VT-%04d"), "kind": m.of("area", "area", "area", "area", "packing"), "name": "Vùng trồng " + holder.Name, "crop": crop, "variety": when(crop == "XOAI", "Xoài cát Hòa Lộc"), "holder": holder, "contact": m.person(), "phone": m.phone(),
		"commune": p.Unit, "area": m.number(5, 180, 2), "households": m.whole(1, 90), "yield": m.number(5, 30, 2), "markets": []string{m.of("cn", "us", "eu"), m.of("jp", "kr", "home")}, "standard": m.of("none", "vietgap", "vietgap", "globalgap"),
		"harvest": months(from, 3), "applied_on": day(applied), "findings": m.of("pass", "pass", "mend"), "pests": when(m.yes(0.2), m.of("Ruồi đục quả", "Rệp sáp", "Bọ trĩ")),
	}
	if at, ok := m.near(p).(registers.Point); ok {
		v["place"], v["border"] = at, m.border(at)
	}
	issue := Step{Move: "issue", Values: m.issued(applied)}
	why := m.of("Phát hiện sinh vật gây hại vượt mức", "Không duy trì nhật ký canh tác", "Nước nhập khẩu yêu cầu tạm dừng")
	switch status {
	case "valid":
		return moved(v, issue)
	case "paused":
		return moved(v, issue, Step{Move: "pause", Reason: why})
	case "withdrawn":
		return moved(v, issue, Step{Move: "pause", Reason: why}, Step{Move: "withdraw", Reason: "Không khắc phục trong thời hạn"})
	case "refused":
		v["findings"] = "fail"
		return moved(v, Step{Move: "refuse", Reason: "Diện tích chưa liền vùng, chưa có nhật ký canh tác"})
	}
	return v // still being looked at
}

// issued is what a code is issued with: most are inspected again in time, some soon
// have to be, a few are late.
func (m *Maker) issued(applied time.Time) map[string]any {
	inspected := m.ago(20, 200)
	if inspected.Before(applied) {
		inspected = applied
	}
	return map[string]any{
		"code": m.serial("VT-GD-%04d"), "issued_on": day(m.later(applied, 15, 60)), "inspected_on": day(inspected), "inspect_by": day(inspected.AddDate(0, 6+m.n%7, 0)),
	}
}

// border is the outline of fields around a point: five to eight corners, some
// hundred metres away.
func (m *Maker) border(at registers.Point) map[string]any {
	n := 5 + m.d.under(4)
	ring := make([][]float64, 0, n+1)
	for i := range n {
		angle, far := 2*math.Pi*float64(i)/float64(n), 0.003+0.004*m.d.part()
		ring = append(ring, []float64{float64(at.Lon)/1e6 + far*math.Cos(angle), float64(at.Lat)/1e6 + far*math.Sin(angle)})
	}
	return map[string]any{"type": "Polygon", "coordinates": [][][]float64{append(ring, ring[0])}}
}

// road is a line of some kilometres that begins at a point and goes one way.
func (m *Maker) road(at registers.Point) map[string]any {
	lon, lat, way := float64(at.Lon)/1e6, float64(at.Lat)/1e6, 2*math.Pi*m.d.part()
	line := [][]float64{{lon, lat}}
	for range 3 + m.d.under(6) {
		way += 0.8 * (m.d.part() - 0.5)
		lon, lat = lon+0.008*math.Cos(way), lat+0.008*math.Sin(way)
		line = append(line, []float64{lon, lat})
	}
	return map[string]any{"type": "LineString", "coordinates": line}
}

// months are some months one after the other, as the register names them.
func months(from, n int) []string {
	var all []string
	for i := range 12 {
		if (i-from+12)%12 < n {
			all = append(all, fmt.Sprint(i+1))
		}
	}
	return all
}

func ocop(m *Maker) Values {
	p, certified := m.place(), m.ago(30, 1_130)
	a, b, c := 18+m.d.part()*16, 13+m.d.part()*11, 21+m.d.part()*18
	points := a + b + c
	stars := int64(3)
	switch {
	case points >= 89.9:
		a, stars = a+0.5, 5
	case points >= 70:
		stars = 4
	}
	kind, names := "food", []string{"Khô cá lóc", "Mắm cá linh", "Đường thốt nốt", "Bánh phồng", "Gạo thơm", "Xoài sấy dẻo"}
	switch m.n % 4 {
	case 1:
		kind, names = "drink", []string{"Trà mãng cầu", "Rượu nếp", "Nước thốt nốt", "Mật ong tràm"}
	case 2:
		kind, names = "craft", []string{"Thổ cẩm", "Giỏ lục bình", "Chiếu cói", "Tranh lá thốt nốt"}
	}
	v := Values{
		"code": m.serial("OCOP-%04d"), "name": names[m.d.under(len(names))] + " " + bare(p), "maker": m.cooperative(), "commune": p.Unit, "kind": kind, "points_a": fmt.Sprintf("%.1f", min(a, 35)), "points_b": fmt.Sprintf("%.1f", b), "points_c": fmt.Sprintf("%.1f", c),
		"english": when(m.n%3 == 0, "Speciality of "+bare(p)+" (made up)"), "place": m.near(p), "shop": m.street() + ", " + p.Name, "trace": m.serial("TXNG-%05d"), "area_used": when(m.yes(0.3), m.made("vung-trong")),
		"sold_on": []string{m.of("buudien", "postmart", "voso"), "local"}, "price": m.money(20_000, 480_000, 1_000), "orders": m.whole(0, 900), "about": "Sản phẩm giả định để trình diễn, làm từ nguyên liệu tại chỗ. Hộ làm nghề giữ cách làm của gia đình và ghi nhật ký sản xuất từng mẻ.",
		"about_english": when(m.n%3 == 0, "A made-up product for demonstration, made of what grows here. The makers keep the ways of the family and write down each batch."),
	}
	certify := Step{Move: "certify", Values: map[string]any{"stars": stars, "certified_on": day(certified), "until_day": day(certified.AddDate(3, 0, 0)), "decision": m.serial("%04d/QĐ-UBND")}}
	switch m.n % 20 {
	case 7:
		return v // before the council
	case 11:
		return moved(v, Step{Move: "refuse", Reason: "Chưa đủ hồ sơ an toàn thực phẩm"})
	case 13:
		return moved(v, certify, Step{Move: "withdraw", Reason: "Chủ thể ngừng sản xuất"})
	case 17:
		return moved(v, certify, Step{Move: "judge_again"})
	}
	return moved(v, certify)
}
