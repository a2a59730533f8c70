// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package sample

import (
	"fmt"

	"tinhso.vn/internal/kernel/registers"
)

func economy() []Book {
	const role = "sector_economy"
	return []Book{
		goodsBook(),
		{"gia-thi-truong", "sector_finance", 1_040, price},
		{"ke-khai-gia", "sector_finance", 60, declaration},
		{"du-an-dau-tu", "sector_finance", 150, project},
		{"giai-ngan", "sector_finance", 900, payment},
		{"nhiem-vu-khoa-hoc", "sector_science", 120, research},
		catalogue("dm-linh-vuc-so", role, fields("Nông nghiệp", "Công nghiệp", "Thương mại", "Du lịch", "Y tế", "Giáo dục", "Tài chính, ngân hàng", "Giao thông, logistics", "Môi trường", "Năng lượng", "Văn hóa, truyền thông", "An toàn thông tin", "Phần mềm", "Nội dung số")...),
		{"nen-tang-so", role, 42, func(m *Maker) Values {
			return Values{
				"code": m.serial("NT-%03d"), "name": m.next("Sổ tay nhà nông", "Bán hàng trên điện thoại", "Quản lý lưu trú", "Hóa đơn từ máy tính tiền", "Hợp đồng điện tử", "Kế toán hộ kinh doanh", "Học trực tuyến") + fmt.Sprintf(" %d (giả định)", m.n/7+1),
				"field": fmt.Sprintf("LV%02d", m.n%14+1), "owner": m.company().Name, "level": m.of("firm", "firm", "province", "ministry", "nation"), "users": m.whole(20, 9_000), "firms": m.whole(0, 400), "price": m.of("free", "trial", "paid"),
				"about": "Nền tảng giả định để trình diễn.", "active": m.yes(0.9), "link": m.serial("https://nen-tang-%d.example.org"),
			}
		}},
		{"khu-cong-nghe-so", role, 32, func(m *Maker) Values {
			status := m.of("free", "asked", "leased", "running", "running")
			v := Values{"code": m.serial("LO-%02d"), "zone": m.next("Khu công nghệ thông tin tập trung", "Khu công nghệ số"), "commune": m.w.Places[0].Unit, "place": m.near(m.w.Places[0]), "area": m.number(800, 9_000, 1), "status": status}
			if status == "leased" || status == "running" {
				v["tenant"], v["invested"], v["leased_on"], v["incentives"] = m.company(), m.money(2_000_000_000, 90_000_000_000, 1_000_000), day(m.ago(40, 1500)), "Theo quy định về đầu tư của tỉnh"
			}
			return v
		}},
		{"doanh-nghiep-so", role, 130, func(m *Maker) Values {
			firm, workers := m.firm("Công ty công nghệ"), m.whole(3, 160)
			return Values{
				"firm": firm, "name": firm.Name, "tax_number": firm.TaxCode, "field": fmt.Sprintf("LV%02d", m.d.under(14)+1), "commune": m.anywhere().Unit, "plot": when(m.yes(0.15), m.made("khu-cong-nghe-so")), "workers": workers,
				"engineers": workers * m.whole(2, 9) / 10, "revenue": m.money(500_000_000, 80_000_000_000, 1_000_000), "products": m.of("Phần mềm quản lý", "Dịch vụ tên miền, lưu trữ", "Thương mại điện tử", "Thiết bị mạng", "Gia công phần mềm"),
				"founded": fmt.Sprint(m.whole(2008, 2024)), "active": m.yes(0.9),
			}
		}},
		{"thu-nghiem-so", role, 14, trial},
		{"ho-tro-dnnvv", role, 220, func(m *Maker) Values {
			return Values{
				"code": m.serial("HT-%04d"), "firm": m.company(), "commune": m.place().Unit, "scale_of": m.of("micro", "micro", "small", "small", "medium"), "maturity": m.whole(1, 5), "platform": m.made("nen-tang-so"), "tried_on": day(m.ago(20, 500)),
				"regular": m.yes(0.35), "adviser": m.person(), "voucher": m.money(0, 20_000_000, 500_000), "result": "Đã hướng dẫn cài đặt và sử dụng.",
			}
		}},
		{"ho-kinh-doanh-so", role, 420, func(m *Maker) Values {
			p := m.place()
			return Values{
				"code": m.serial("HKD-%05d"), "name": m.of("Tạp hóa", "Quán ăn", "Cửa hàng", "Cơ sở", "Nhà trọ") + " " + m.of("Bảy Lúa", "Chín Hiền", "Cô Ba", "Hai Nhàn", "Hồng Phúc", "Kim Loan", "Ngọc Lan", "Năm Được", "Thanh Thảo", "Út Mười") + " " + bare(p),
				"owner": m.person(), "kind": m.of("grocery", "food", "farm", "services", "lodging", "other"), "commune": p.Unit, "street": m.street(), "place": m.near(p), "tax_way": m.of("lump", "declared"), "invoice": m.yes(0.4),
				"cashless": m.yes(0.7), "online": m.yes(0.2), "revenue": m.money(90_000_000, 2_500_000_000, 1_000_000), "active": m.yes(0.93),
			}
		}},
		{"tram-xang-dau", role, 240, func(m *Maker) Values {
			p, pumps := m.place(), m.whole(2, 10)
			connected := pumps
			if m.yes(0.1) {
				connected = pumps - 1
			}
			return Values{
				"code": m.serial("XD-%03d"), "name": fmt.Sprintf("Cửa hàng xăng dầu %s %d", bare(p), m.n/len(m.w.Places)+1), "firm": m.company(), "commune": p.Unit, "place": m.near(p), "pumps": pumps, "connected": connected,
				"licence": m.serial("GCN-%04d"), "until_day": day(m.ahead(m.w.Today, 60, 1500)), "active": m.yes(0.97),
			}
		}},
		{"diem-khong-tien-mat", role, 90, func(m *Maker) Values {
			p, kind, all := m.place(), m.of("street", "market", "market", "school", "hospital", "office"), m.whole(8, 220)
			return Values{
				"code": m.serial("KTM-%03d"), "name": map[string]string{"street": "Tuyến đường không tiền mặt ", "market": "Chợ 4.0 ", "school": "Trường học ", "hospital": "Cơ sở y tế ", "office": "Bộ phận Một cửa "}[kind] + bare(p), "kind": kind,
				"commune": p.Unit, "place": m.near(p), "merchants": all, "joined": all * m.whole(3, 10) / 10, "bank": m.of("Các ngân hàng trên địa bàn", "Tổ chức trung gian thanh toán"), "opened_on": day(m.ago(30, 900)),
				"sales": m.money(20_000_000, 4_000_000_000, 1_000_000),
			}
		}},
		{"chi-tieu-kinh-te-so", role, 72, func(m *Maker) Values {
			indicators := []string{"grdp", "commerce", "labour", "invoice", "contract", "platform"}
			at := m.w.Today.AddDate(0, -3*(m.n/len(indicators)), 0)
			whole := 1000 * (1 + m.d.part()*90)
			return Values{
				"indicator": indicators[m.n%len(indicators)], "period": month(at), "part": fmt.Sprintf("%.2f", whole*(0.05+0.9*m.d.part())), "whole": fmt.Sprintf("%.2f", whole), "target": m.number(10, 90, 0),
				"counted": "Số giả định để trình diễn, không phải số thống kê", "official": false,
			}
		}},
		{"cum-cong-nghiep", "sector_trade", 26, func(m *Maker) Values {
			p, area := m.anywhere(), 20+m.d.part()*180
			return Values{
				"code": m.serial("CCN-%02d"), "name": fmt.Sprintf("Cụm công nghiệp %s %d", bare(p), m.n+1), "kind": m.of("cluster", "cluster", "park"), "commune": p.Unit, "place": m.near(p), "area": fmt.Sprintf("%.2f", area),
				"leased": fmt.Sprintf("%.2f", area*m.d.part()), "firms": m.whole(1, 40), "workers": m.whole(80, 9_000), "investor": m.company(),
			}
		}},
		{"co-so-cong-nghiep", "sector_trade", 180, func(m *Maker) Values {
			firm, output := m.company(), m.money(300_000_000, 90_000_000_000, 1_000_000)
			return Values{
				"code": m.serial("CSCN-%04d"), "firm": firm, "name": "Nhà máy " + firm.Name, "commune": m.anywhere().Unit, "cluster": when(m.yes(0.6), m.made("cum-cong-nghiep")), "kind": m.of("rice", "fish", "garment", "building", "energy", "other"),
				"workers": m.whole(12, 3_000), "output": output, "exports": int64(float64(output) * m.d.part() * 0.8), "smart": m.yes(0.1), "reported_on": day(m.ago(3, 50)),
			}
		}},
		{"cho", "sector_trade", 300, func(m *Maker) Values {
			p := m.place()
			return Values{
				"code": m.serial("CHO-%03d"), "name": fmt.Sprintf("Chợ %s %s", m.of("trung tâm", "xã", "Mới", "đầu mối", "nông sản"), bare(p)), "commune": p.Unit, "address": m.street(), "class": m.of("three", "three", "two", "one", "none"),
				"goods": m.of("general", "general", "farm", "fish", "night"), "operator": "Ban quản lý chợ " + bare(p), "operator_form": m.of("board", "company", "cooperative"), "area": m.number(400, 9_000, 1), "stalls": m.whole(20, 480),
				"fee_year": m.money(20_000_000, 900_000_000, 1_000_000), "fire_approved": m.yes(0.8), "active": m.yes(0.95),
			}
		}},
	}
}

// fields are entries of a catalogue, numbered.
func fields(names ...string) []Values {
	all := make([]Values, len(names))
	for i, name := range names {
		all[i] = Values{"code": fmt.Sprintf("LV%02d", i+1), "name": name}
	}
	return all
}

func research(m *Maker) Values {
	status := m.of("running", "running", "accepted", "accepted", "proposed", "chosen", "stopped")
	starts := m.whole(2020, 2025)
	v := Values{
		"code": m.serial("KHCN-%04d"), "kind": m.of("topic", "topic", "project", "scheme"), "level": m.of("province", "province", "base", "state"), "host": registers.Organisation{Name: m.of("Trường đại học tại địa phương", "Viện nghiên cứu lúa", "Trung tâm ứng dụng khoa học", "Bệnh viện đa khoa")},
		"head": m.person(), "field": m.of("agriculture", "agriculture", "engineering", "medicine", "society", "humanities", "nature"), "starts": fmt.Sprint(starts), "ends": fmt.Sprint(starts + 2), "status": status,
		"name": m.of("Nghiên cứu quy trình canh tác", "Ứng dụng cảm biến theo dõi", "Xây dựng mô hình chuỗi giá trị", "Bảo tồn và phát huy", "Đánh giá tác động của xâm nhập mặn đến") + " " +
			m.of("lúa chất lượng cao", "cá tra giống", "xoài xuất khẩu", "làng nghề truyền thống", "vườn cây ăn trái", "nghệ thuật dân gian") + fmt.Sprintf(" (%d)", m.n+1),
		"contract": m.serial("%03d/HĐ-KHCN"), "budget": m.money(200_000_000, 3_000_000_000, 1_000_000), "other_funds": m.money(0, 800_000_000, 1_000_000),
	}
	if status == "accepted" {
		v["result"], v["summary"] = m.of("passed", "passed", "excellent"), "Kết quả đã chuyển giao cho đơn vị ứng dụng tại địa phương."
	}
	return v
}

func trial(m *Maker) Values {
	status, applied := m.of("running", "running", "finished", "applied", "refused"), m.ago(60, 500)
	v := Values{
		"code": m.serial("TN-%02d"), "name": m.next("Giao hàng bằng thiết bị bay trong nội ô", "Xe buýt điện theo yêu cầu", "Cho vay ngang hàng nông hộ", "Khám từ xa tại trạm y tế", "Định danh gia súc bằng ảnh", "Bán điện mặt trời giữa các hộ", "Chợ đêm không tiền mặt") + fmt.Sprintf(" %d", m.n/7+1),
		"firm": m.company(), "field": fmt.Sprintf("LV%02d", m.n%14+1), "limits": "Trong một phường, không quá số người nêu dưới đây, có bảo hiểm trách nhiệm.", "risks": "Rủi ro dữ liệu và an toàn được giám sát hằng tháng.", "users": m.whole(50, 2_000),
		"applied_on": day(applied), "status": status,
	}
	if status == "running" || status == "finished" {
		v["starts"], v["ends"], v["watched_on"] = day(applied.AddDate(0, 0, 30)), day(applied.AddDate(0, 12, 30)), day(m.later(applied, 40, 90))
	}
	if status == "finished" {
		v["report"] = "Đạt mục tiêu; kiến nghị mở rộng có điều kiện."
	}
	return v
}
