// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package sample

import (
	"fmt"

	"tinhso.vn/internal/kernel/registers"
)

func official(m *Maker) Values {
	joined := m.ago(800, 9000)
	at := m.unit()
	if m.n%3 == 0 {
		at = m.anywhere().Unit
	}
	kind := m.of("civil_servant", "civil_servant", "public_employee", "cadre", "contract")
	position := m.of("Chuyên viên", "Chuyên viên", "Chuyên viên chính", "Trưởng phòng", "Phó Trưởng phòng", "Kế toán", "Văn thư", "Công chức tư pháp - hộ tịch", "Công chức địa chính")
	leads := position == "Trưởng phòng" || position == "Phó Trưởng phòng"
	paid := m.later(joined, 30, 700)
	result := m.of("good", "good", "good", "excellent", "done")
	v := Values{
		Unit: at, "person": m.person(), "phone": m.phone(), "email": m.serial("canbo%d@example.org"), "workplace": at, "kind": kind, "joined_on": day(joined), "position": position, "leads": leads,
		"pay_step": m.whole(1, 9), "coefficient": m.number(2.34, 6.2, 2), "pay_since": day(paid), "pay_due": day(m.ahead(m.w.Today, 20, 1000)), "education": m.of("bachelor", "bachelor", "bachelor", "master", "college"),
		"it_skill": m.of("basic", "basic", "advanced", "none", "graduate"), "theory": m.of("elementary", "intermediate", "intermediate", "advanced", "none"), "retires_on": month(m.w.Today.AddDate(int(m.whole(0, 24)), int(m.whole(0, 11)), 0)),
		"last_result": result,
		"trainings":   []registers.Row{{"name": "Bồi dưỡng chuyển đổi số cho công chức", "ended": month(m.ago(20, 700)), "certificate": m.serial("CDS-%05d")}},
		"evaluations": []registers.Row{{"of_year": int64(m.w.Today.Year() - 1), "result": result, "digital": "Hoàn thành nhiệm vụ số hóa hồ sơ"}},
		"service":     []registers.Row{{"since": month(joined), "work": position}},
	}
	if kind != "contract" {
		v["grade"] = m.of("Chuyên viên", "Chuyên viên chính", "Cán sự", "Kế toán viên")
	}
	if leads {
		v["appointed_on"] = day(m.later(joined, 400, 3000))
		v["term_until"] = day(m.ahead(m.w.Today, 30, 1500))
	}
	confirm := Step{Move: "confirm", Other: true}
	left := map[string]any{"left_on": day(m.ago(5, 300)), "left_by": m.serial("%03d/QĐ-SNV")}
	switch state := m.d.under(20); {
	case state < 2:
	case state == 2:
		v[Steps] = []Step{confirm, {Move: "second", Values: map[string]any{"seconded_to": "Trung tâm Phục vụ hành chính công"}}}
	case state == 3:
		v[Steps] = []Step{confirm, {Move: "retire", Values: left}}
	case state == 4:
		v[Steps] = []Step{confirm, {Move: "move", Values: left}}
	default:
		v[Steps] = []Step{confirm}
	}
	return v
}

func movement(m *Maker) Values {
	starts := m.ago(30, 700)
	target := m.whole(20, 120)
	v := Values{
		"led_by": m.unit(), "starts": day(starts), "ends": day(m.ahead(starts, 90, 360)), "target": target, "registered": target * m.whole(5, 11) / 10, "reach": m.of("province", "province", "sector", "unit"),
		"name": m.next("Chuyển đổi số vì người dân phục vụ", "Chung sức xây dựng nông thôn mới", "Cán bộ, công chức thi đua thực hiện văn hóa công sở", "Thi đua cải cách hành chính",
			"Học tập suốt đời", "Bảo vệ môi trường, giữ sạch kênh rạch", "Vì người nghèo, không để ai bị bỏ lại", "Mỗi cán bộ thành thạo dịch vụ công trực tuyến") + fmt.Sprintf(" (đợt %d)", m.n/8+1),
		"criteria": "Hoàn thành chỉ tiêu được giao; có sáng kiến được áp dụng; không có hồ sơ trễ hạn do chủ quan.",
	}
	steps := []Step{{Move: "launch"}}
	if m.n%3 == 2 {
		steps = append(steps, Step{Move: "close", Values: map[string]any{"result": "Đạt các mục tiêu; đã bình xét, đề nghị khen thưởng tập thể dẫn đầu."}})
	}
	v[Steps] = steps
	return v
}

// joined is a unit in a movement: each unit in each movement once.
func joined(m *Maker) Values {
	movements := m.w.Made["phong-trao-thi-dua"]
	if len(movements) == 0 || m.n/len(movements) >= len(m.w.Units) {
		return nil
	}
	v := Values{
		"movement": movements[m.n%len(movements)], "of_unit": m.w.Units[m.n/len(movements)], "registered_on": day(m.ago(20, 300)),
		"pledge": m.of("100 % hồ sơ đúng hạn; 80 % nộp trực tuyến", "Mỗi phòng một sáng kiến được công nhận", "Không có công chức bị nhắc nhở về thái độ phục vụ"),
	}
	if m.yes(0.6) {
		points := 55 + 45*m.d.part()
		v["points"] = fmt.Sprintf("%.1f", points)
		switch {
		case points >= 95:
			v["rated"] = "leading"
		case points >= 85:
			v["rated"] = "excellent"
		case points >= 65:
			v["rated"] = "good"
		default:
			v["rated"] = "none"
		}
	}
	return v
}

func award(m *Maker) Values {
	honoured := m.of("individual", "individual", "collective", "household", "business")
	v := Values{
		"award": m.of("BK", "GK"), "movement": m.made("phong-trao-thi-dua"), "honoured": honoured, "of_unit": m.unit(), "bonus": m.money(500_000, 5_000_000, 100_000),
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
	send, appraise := Step{Move: "send"}, Step{Move: "appraise", Other: true}
	decided := map[string]any{"votes": m.number(60, 100, 1), "decision": m.serial("%04d/QĐ-UBND"), "decided_on": day(m.ago(5, 700))}
	switch m.of("decided", "decided", "decided", "decided", "council", "sent", "proposed", "refused") {
	case "decided":
		v[Steps] = []Step{send, appraise, {Move: "decide", Role: "emulation_council", Values: decided}}
	case "council":
		v[Steps] = []Step{send, appraise}
	case "sent":
		v[Steps] = []Step{send}
	case "refused":
		v[Steps] = []Step{send, {Move: "refuse", Reason: "Chưa đủ thời gian giữa hai lần khen"}}
	}
	return v
}
