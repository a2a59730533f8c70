// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package sample

import (
	"fmt"
	"math"

	"tinhso.vn/internal/kernel/registers"
)

// good is something whose price is watched.
type good struct {
	code, name, quality, by, kind string
	price                         int64
}

func goods() []good {
	return []good{
		{"GAO-OM18", "Gạo OM 18", "Gạo tẻ thường", "kg", "food", 18_500},
		{"GAO-JAS", "Gạo Jasmine", "Gạo thơm", "kg", "food", 22_000},
		{"LUA-OM18", "Lúa OM 18", "Lúa tươi", "kg", "food", 6_800},
		{"THIT-HEO", "Thịt heo ba rọi", "Tươi", "kg", "food", 135_000},
		{"CA-TRA", "Cá tra nguyên liệu", "0,8–1 kg một con", "kg", "food", 31_000},
		{"CA-LOC", "Cá lóc nuôi", "Sống", "kg", "food", 58_000},
		{"TOM-SU", "Tôm sú", "30 con một kg", "kg", "food", 210_000},
		{"RAU-MUONG", "Rau muống", "Tươi", "kg", "food", 15_000},
		{"XOAI-CAT", "Xoài cát", "Loại 1", "kg", "food", 42_000},
		{"PHAN-URE", "Phân urê", "Bao 50 kg", "bao", "supplies", 620_000},
		{"PHAN-DAP", "Phân DAP", "Bao 50 kg", "bao", "supplies", 980_000},
		{"XI-MANG", "Xi măng PCB40", "Bao 50 kg", "bao", "building", 92_000},
		{"THEP-10", "Thép cuộn D10", "Trong nước", "kg", "building", 16_200},
		{"CAT-XD", "Cát xây dựng", "Tại bãi", "m³", "building", 320_000},
		{"RON95", "Xăng RON 95-III", "Bán lẻ", "lít", "energy", 21_300},
		{"DO-005", "Dầu DO 0,05S", "Bán lẻ", "lít", "energy", 18_900},
		{"GAS-12", "Gas bình 12 kg", "Đổi bình", "bình", "energy", 440_000},
		{"PARA-500", "Paracetamol 500 mg", "Vỉ 10 viên", "vỉ", "medicine", 9_000},
		{"KHAM-TN", "Khám bệnh tư nhân", "Khám tổng quát", "lần", "medicine", 150_000},
		{"GUI-XE", "Gửi xe máy", "Ban ngày", "lượt", "services", 5_000},
	}
}

func goodsBook() Book {
	all := goods()
	rows := make([]Values, len(all))
	for i, g := range all {
		rows[i] = Values{"code": g.code, "name": g.name, "quality": g.quality, "sold_by": g.by, "kind": g.kind, "declared": g.kind == "energy" || g.kind == "medicine" || g.kind == "supplies"}
	}
	return catalogue("dm-mat-hang", "sector_finance", rows...)
}

// price is of one good in one market in one week of the last quarter of a year,
// or in one month before that: with a season, a drift and a little chance.
func price(m *Maker) Values {
	all := goods()
	k := m.n % len(all)
	g, market, at := all[k], m.n/len(all)%4, m.n/len(all)/4
	days := 1 + 28*at
	p := m.w.Places[market*7%len(m.w.Places)]
	kind := "retail"
	if market == 3 {
		kind = "wholesale"
	}
	level := func(days int) int64 {
		season := math.Sin(float64(days)/58 + float64(k))
		drift := 1 - 0.00018*float64(days)*float64(1+k%3)
		swing := map[string]float64{"food": 0.09, "energy": 0.07, "supplies": 0.06, "building": 0.03}[g.kind]
		return int64(float64(g.price)*drift*(1+swing*season)*(1+0.015*float64(market))) / 100 * 100
	}
	v := Values{
		"item": g.code, "group": g.kind, "day": day(m.w.Today.AddDate(0, 0, -days)), "place": "Chợ " + bare(p), "commune": p.Unit, "kind": kind,
		"price": level(days), "before": level(days + 28), "source": "Cộng tác viên thu thập giá",
	}
	if now, was := level(days), level(days+28); now*100 > was*105 || now*100 < was*95 {
		v["note"] = m.of("Theo giá nhập hàng của đầu mối", "Vào vụ thu hoạch, nguồn cung tăng", "Nhu cầu tăng dịp lễ", "Mưa lũ, vận chuyển khó")
	}
	return v
}

// declaration is what a firm declares of a price, and what became of it.
func declaration(m *Maker) Values {
	var declared []good
	for _, g := range goods() {
		if g.kind == "energy" || g.kind == "medicine" || g.kind == "supplies" {
			declared = append(declared, g)
		}
	}
	g := declared[m.n%len(declared)]
	before := int64(float64(g.price)*(0.94+0.1*m.d.part())) / 100 * 100
	now := int64(float64(before)*(0.96+0.12*m.d.part())) / 100 * 100
	from := m.ago(1, 300)
	v := Values{
		"firm": m.company(), "item": g.code, "document": m.serial("%02d/KKG"), "area": m.of("Toàn tỉnh", "Các cửa hàng của doanh nghiệp trong tỉnh"), "from_day": day(from), "before": before, "price": now,
	}
	if now*100 > before*105 || m.yes(0.4) {
		v["why"] = m.of("Giá nhập khẩu tăng", "Chi phí vận chuyển, nhân công tăng", "Điều chỉnh theo giá cơ sở")
	}
	accept := Step{Move: "accept", Other: true, Values: map[string]any{"received_on": day(m.later(from, 1, 4))}}
	switch m.of("accepted", "accepted", "accepted", "replaced", "returned", "sent") {
	case "accepted":
		v[Steps] = []Step{accept}
	case "replaced":
		v[Steps] = []Step{accept, {Move: "replace"}}
	case "returned":
		v[Steps] = []Step{{Move: "ask", Other: true, Values: map[string]any{"remark": "Đề nghị gửi bảng tính yếu tố hình thành giá."}}}
	}
	return v
}

// funded is what payments need to know of a project.
type funded struct {
	owner         string
	planned, paid int64
}

func project(m *Maker) Values {
	total := m.money(2_000_000_000, 400_000_000_000, 1_000_000)
	planned := total / m.whole(3, 7) / 1_000_000 * 1_000_000
	starts := m.w.Today.Year() - int(m.whole(0, 3))
	state := m.of("building", "building", "building", "building", "preparing", "finished", "settled", "paused")
	owner, at := m.unit(), m.place()
	if m.n%3 == 0 {
		owner = at.Unit
	}
	v := Values{
		Unit: owner, "budget_number": fmt.Sprintf("99%05d", m.n+1), "owner": owner, "commune": at.Unit, "board": m.of("Ban quản lý dự án đầu tư xây dựng khu vực", "Ban quản lý dự án của chủ đầu tư", "Chủ đầu tư trực tiếp quản lý"),
		"kind": m.of("c", "c", "b", "a"), "ends": fmt.Sprint(starts + int(m.whole(1, 4))), "total": total, "medium": total * 9 / 10 / 1_000_000 * 1_000_000,
	}
	what := m.d.under(7)
	v["field"] = []string{"transport", "transport", "irrigation", "education", "health", "other", "digital"}[what]
	v["name"] = []string{"Nâng cấp đường", "Xây dựng cầu", "Kè chống sạt lở", "Trường trung học cơ sở", "Trạm y tế", "Cải tạo chợ", "Hạ tầng công nghệ thông tin"}[what] + " " + bare(at)
	v["scale_of"] = []string{"Dài 3,2 km, mặt đường 7 m", "Cầu bê tông dài 86 m", "Kè dài 1,4 km", "18 phòng học", "12 giường, 9 phòng", "140 điểm kinh doanh", "Mạng và phòng máy chủ"}[what]
	if spot := m.near(at); spot != nil {
		point, _ := spot.(registers.Point)
		v["place"] = registers.Geometry{JSON: fmt.Sprintf(`{"type":"Point","coordinates":[%.6f,%.6f]}`, float64(point.Lon)/1e6, float64(point.Lat)/1e6)}
	}
	facts := funded{owner: owner}
	decided := map[string]any{"decision": m.serial("%04d/QĐ-UBND"), "decided_on": day(m.ago(200, 1500)), "starts": fmt.Sprint(starts), "planned": planned}
	if state == "preparing" {
		m.w.funded[m.n] = facts
		return v
	}
	share := 0.15 + 0.8*m.d.part()
	facts.planned, facts.paid = planned, int64(float64(planned)*share)/6_000_000*6_000_000
	m.w.funded[m.n] = facts
	v["paid"], v["planned"], v["spent"] = facts.paid, planned, min(total-planned, planned*int64(m.w.Today.Year()-starts))
	v["done"] = m.number(5, 95, 1)
	if share < 0.3 {
		v["trouble"] = m.of("Chậm bàn giao mặt bằng", "Thiếu cát san lấp", "Điều chỉnh thiết kế", "Nhà thầu thi công chậm")
	}
	steps := []Step{{Move: "start", Values: decided}}
	switch state {
	case "paused":
		steps = append(steps, Step{Move: "pause", Reason: "Chờ điều chỉnh chủ trương đầu tư"})
	case "finished", "settled":
		steps = append(steps, Step{Move: "finish", Values: map[string]any{"ends": fmt.Sprint(m.w.Today.Year()), "done": "100.0"}})
	}
	if state == "settled" {
		steps = append(steps, Step{Move: "settle", Other: true, Values: map[string]any{"settled": total * 97 / 100}})
	}
	v[Steps] = steps
	return v
}

// payment is a sixth of what a project was paid this year, in one of its months:
// little in spring and much at the end, as every year.
func payment(m *Maker) Values {
	const parts = 6
	at := m.n / parts
	shares := [parts]int64{1, 1, 2, 2, 3, 3} // of twelve
	i := m.n % parts
	facts, known := m.w.funded[at], at < len(m.w.Made["du-an-dau-tu"])
	if !known || facts.paid == 0 {
		return nil
	}
	amount := facts.paid / 12 * shares[i]
	v := Values{
		Unit: facts.owner, "project": m.w.Made["du-an-dau-tu"][at], "month": month(m.w.Today.AddDate(0, i-parts, 0)), "capital": []string{"local", "central", "lottery", "loan"}[at%4],
		"due": facts.planned / parts / 1_000_000 * 1_000_000, "amount": amount, "advance": when(i == 0, amount), "note": when(i == 0, "Tạm ứng hợp đồng"),
	}
	if i < parts-1 || m.yes(0.4) {
		v[Steps] = []Step{{Move: "match", Other: true, Values: map[string]any{"voucher": m.serial("KB-%05d"), "treasury": amount}}}
	} else if m.yes(0.1) {
		v[Steps] = []Step{{Move: "hand_back", Other: true, Reason: "Chứng từ chưa có dấu kho bạc"}}
	}
	return v
}
