// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package sample

import "fmt"

func fonds(m *Maker) Values {
	from := m.whole(1955, 2000)
	name := m.next("Ủy ban nhân dân tỉnh", "Sở Nông nghiệp", "Sở Giáo dục", "Sở Y tế", "Ủy ban Kế hoạch", "Ban Tổ chức chính quyền", "Sở Giao thông", "Sở Văn hóa")
	metres := 3 + 217*m.d.part()
	order := m.of("done", "part", "part", "none")
	share := map[string]float64{"done": 0.85, "part": 0.4, "none": 0.05}[order] * (0.6 + 0.4*m.d.part())
	return Values{
		"code": m.serial("P%02d"), "name": fmt.Sprintf("Phông %s, khối %d", name, m.n/8+1), "creator": name, "from_year": from, "to_year": from + m.whole(5, 25), "order": order,
		"metres": fmt.Sprintf("%.2f", metres), "digitised_metres": fmt.Sprintf("%.2f", metres*share), "story": "Thu về Lưu trữ lịch sử sau các lần sắp xếp đơn vị; còn một phần chưa chỉnh lý.",
	}
}

func archived(m *Maker) Values {
	from, scanned := 1957+m.d.under(40), m.of("none", "scanned", "checked", "checked")
	topic := m.d.under(7)
	v := Values{
		"code": m.serial("P01-HS%05d"), "fonds": m.nth("phong-luu-tru", m.n), "box": fmt.Sprint(m.n/12 + 1), "starts": fmt.Sprint(from), "ends": fmt.Sprint(from + m.d.under(4)), "sheets": m.whole(8, 260),
		"keep": m.of("forever", "forever", "limited"), "scanned": scanned, "language": m.of("vi", "vi", "vi", "vi", "fr", "km"), "condition": m.of("Tốt", "Tốt", "Giấy giòn, ố vàng", "Mất bìa"),
		"topic": []string{"administration", "land", "education", "water", "administration", "land", "water"}[topic],
		"title": "Tập lưu văn bản về " + []string{
			"chia tách, sáp nhập xã", "khai hoang, phục hóa", "xây dựng trường học", "phòng chống lũ", "tổ chức bộ máy", "điều chỉnh ruộng đất", "xây dựng công trình thủy lợi",
		}[topic] + fmt.Sprintf(" năm %d", from),
	}
	if scanned != "none" {
		v["batch"] = fmt.Sprintf("Đợt %d", m.n/60+1)
	}
	if scanned == "checked" {
		v["fixity"] = fmt.Sprintf("%064x", m.n+1)
	}
	open := Step{Move: "open", Other: true, Values: map[string]any{"ground": "Đã qua thời hạn, không thuộc diện có điều kiện"}}
	switch state := m.d.under(10); {
	case state < 7 || m.n < 8:
		v[Steps] = []Step{open}
		m.w.open[m.n] = true
	case state < 9:
		v[Steps] = []Step{{Move: "restrict", Reason: "Có thông tin về đời tư", Values: map[string]any{"ground": "Tài liệu có thông tin cá nhân"}}}
	}
	return v
}

func reading(m *Maker) Values {
	var open []string
	for n, id := range m.w.Made["ho-so-luu-tru"] {
		if m.w.open[n] {
			open = append(open, id)
		}
	}
	if len(open) == 0 {
		return nil
	}
	asked, way := m.ago(3, 320), m.of("room", "room", "copy", "copy", "certified", "online")
	v := Values{
		"reader": m.person(), "phone": m.phone(), "file": open[m.d.under(len(open))], "asked_on": day(asked), "wish_on": day(m.later(asked, 0, 2)), "way": way,
		"purpose": m.of("Nghiên cứu lịch sử địa phương", "Bổ sung hồ sơ hưởng chế độ", "Viết luận văn", "Xác minh quá trình công tác", "Tìm hồ sơ đất đai của gia đình"),
	}
	reads := m.later(asked, 2, 8)
	grant := Step{Move: "grant", Values: map[string]any{"reads_on": day(reads)}}
	switch m.of("served", "served", "served", "served", "granted", "asked", "refused") {
	case "served":
		pages := int64(0)
		if way == "copy" || way == "certified" {
			pages = m.whole(1, 40)
		}
		v[Steps] = []Step{grant, {Move: "serve", Values: map[string]any{"handed_on": day(reads), "pages": pages, "fee": pages * 2_000}}}
	case "granted":
		v[Steps] = []Step{grant}
	case "refused":
		v[Steps] = []Step{{Move: "refuse", Reason: "Hồ sơ đang tu bổ, chưa phục vụ được"}}
	}
	return v
}
