// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package sample

import (
	_ "embed"
	"encoding/csv"
	"fmt"
	"strings"

	"tinhso.vn/internal/kernel/registers"
)

// databasesCSV are the fifty databases that the plan of a province names:
// kind, name, English name, owner.
//
//go:embed databases.csv
var databasesCSV string

func databases() [][]string {
	r := csv.NewReader(strings.NewReader(databasesCSV))
	r.Comment = '#'
	all, err := r.ReadAll()
	if err != nil {
		return nil // the test of this package says so
	}
	return all
}

// What the community of a province has: as many teams and members as were counted.
const (
	teams   = 1_035
	members = 7_991
)

// size is how many members a team has: together as many as there are.
func size(team int) int {
	n := members / teams
	if team < members-n*teams {
		n++
	}
	return n
}

// memberOf returns the team of a member and the place in it.
func memberOf(n int) (team, ordinal int) {
	bigger := members - members/teams*teams
	most := members/teams + 1
	if n < bigger*most {
		return n / most, n % most
	}
	n -= bigger * most
	return bigger + n/(most-1), n % (most - 1)
}

func digital() []Book {
	const role = "sector_digital"
	return []Book{
		{"danh-muc-csdl", role, len(databases()), database},
		{"he-thong-bo-nganh", role, 29, func(m *Maker) Values {
			one := databases()[m.n]
			return Values{
				"code": m.serial("BN-%02d"), "name": one[1], "ministry": strings.TrimSuffix(one[3], " (suy luận)"), "used_by": m.unit(), "accounts": m.whole(3, 400), "connected": m.of("none", "file", "lgsp", "direct"), "database": m.nth("danh-muc-csdl", m.n),
				"since_year": m.whole(2015, 2024), "duties": "Nghiệp vụ của ngành",
			}
		}},
		{"may-chu", role, 150, server},
		{"ban-quyen", role, 120, licence},
		{"duong-truyen", role, 166, func(m *Maker) Values {
			at := m.unit()
			if m.n < len(m.w.Places) {
				at = m.w.Places[m.n].Unit
			}
			return Values{
				"code": m.serial("WAN-%04d"), "site": at, "kind": m.of("wan", "wan", "wan", "internet", "backup"), "operator": m.of("Doanh nghiệp A", "Doanh nghiệp B", "Doanh nghiệp C"), "speed": m.whole(1, 10) * 50, "ipv6": m.yes(0.7), "uptime": m.number(97, 100, 2),
				"outages": m.whole(0, 7), "monthly": m.money(800_000, 9_000_000, 100_000), "from_day": day(m.ago(100, 900)),
				"until_day": day(m.ahead(m.w.Today, -20, 900)), "active": m.yes(0.97),
			}
		}},
		{"yeu-cau-ha-tang", role, 40, request},
		{"vung-lom-song", role, 220, func(m *Maker) Values {
			p, reported, signal := m.place(), m.ago(20, 600), m.of("g4", "g4", "g4", "g5", "weak", "weak", "none", "g3")
			v := Values{
				Unit: p.Unit, "commune": p.Unit, "hamlet": fmt.Sprintf("%s %d", m.hamlet(), m.n/len(m.w.Places)+1), "place": m.near(p), "signal": signal, "fibre": m.yes(0.8), "households": m.whole(40, 700), "reported_on": day(reported), "operator": m.of("Doanh nghiệp A", "Doanh nghiệp B"),
			}
			if signal == "weak" && m.yes(0.5) {
				v["solved_on"] = day(m.later(reported, 20, 200))
			}
			return v
		}},
		{"don-vi-tttt", role, 130, func(m *Maker) Values {
			p, kind := m.place(), m.of("telecom", "post", "post", "press", "site", "game")
			name := map[string]string{"telecom": "Trung tâm viễn thông", "post": "Bưu cục", "press": "Văn phòng đại diện báo", "site": "Trang thông tin", "game": "Điểm trò chơi"}[kind] + " " + bare(p)
			return Values{
				"code": m.serial("TT-%04d"), "name": name, "organisation": registers.Organisation{Name: name + " (giả định)"}, "kind": kind, "licence": m.serial("%04d/GP"), "until_day": day(m.ahead(m.w.Today, 30, 1_500)), "commune": p.Unit, "stations": m.whole(1, 60),
				"revenue": m.money(100_000_000, 30_000_000_000, 1_000_000), "active": m.yes(0.95),
			}
		}},
		{"to-cong-nghe-so", role, teams, team},
		{"thanh-vien-to-so", role, members, member},
		{"chien-dich-so", role, 240, campaign},
		{"ket-qua-to-so", role, 1_200, visit},
		{"khao-sat-xa-hoi-so", role, 400, func(m *Maker) Values {
			p, homes := m.place(), m.whole(60, 600)
			share := func(from, to float64) int64 { return int64(float64(homes) * (from + (to-from)*m.d.part())) }
			return Values{
				Unit: p.Unit, "commune": p.Unit, "hamlet": fmt.Sprintf("%s %d", m.hamlet(), m.n/len(m.w.Places)+1), "round": fmt.Sprint(m.w.Today.Year()), "households": homes, "smartphone": share(0.7, 0.98), "internet": share(0.5, 0.95), "bank": share(0.4, 0.9),
				"services": share(0.2, 0.7), "identity": share(0.5, 0.95), "poor_without": share(0, 0.08), "surveyor": m.person(),
			}
		}},
		{"ho-tro-vien-thong", role, 240, func(m *Maker) Values {
			p, proposed := m.place(), m.ago(20, 500)
			return Values{
				Unit: p.Unit, "code": m.serial("VTCI-%05d"), "head": m.person(), "commune": p.Unit, "hamlet": m.hamlet(), "group": m.of("poor", "near", "policy"), "support": m.of("phone", "mobile", "fixed"), "proposed_on": day(proposed),
				"given_on": when(m.yes(0.7), day(m.later(proposed, 15, 200))), "amount": m.money(200_000, 2_500_000, 50_000), "operator": m.of("Doanh nghiệp A", "Doanh nghiệp B"),
			}
		}},
	}
}

func database(m *Maker) Values {
	one := databases()[m.n]
	name := one[1]
	if one[0] == "sector_to_build" {
		name = "CSDL ngành " + name
	}
	kind := map[string]string{"central_used": "central", "local_built": "local", "sector_to_build": "planned"}[one[0]]
	v := Values{
		"code": m.serial("CSDL-%02d"), "name": name, "english": one[2], "owner": strings.TrimSuffix(one[3], " (suy luận)"), "kind": kind, "custodian": m.unit(), "purpose": "Phục vụ quản lý và giải quyết thủ tục của ngành.", "scope": "Toàn tỉnh",
		"content": name, "collected": m.of("Nhập khi giải quyết hồ sơ", "Đồng bộ từ bộ, ngành", "Rà soát định kỳ"), "refreshed": m.of("at_once", "day", "month", "quarter", "year", "need"), "sources": "Cơ quan chủ quản", "sharing": m.of("automatic", "request", "request", "special", "none"),
		"items": []registers.Row{{"name": "Danh sách", "sharing": "request", "personal": true}, {"name": "Số tổng hợp", "sharing": "open", "personal": false}}, "classification": "private", "personal": m.of("none", "basic", "basic", "sensitive"), "keep_years": m.whole(5, 70),
	}
	if kind != "planned" {
		v["complete"], v["valid"], v["fresh"], v["single"], v["assessed_on"] = m.number(70, 100, 1), m.number(75, 100, 1), m.number(50, 100, 1), m.number(90, 100, 1), day(m.ago(5, 200))
	}
	return v
}

func server(m *Maker) Values {
	kind := "virtual"
	if m.n < 40 {
		kind = m.of("physical", "physical", "storage", "network")
	}
	disk := m.whole(1, 40) * 100
	bought := m.ago(60, 1_900)
	v := Values{
		"code": m.serial("MC-%03d"), "kind": kind, "system": m.of("Cổng dịch vụ công", "Quản lý văn bản", "Thư công vụ", "Cổng thông tin", "Kho dữ liệu", "Hồ sơ cán bộ", "Giám sát an toàn", "Sao lưu", "Hội nghị truyền hình"), "owner": m.unit(), "site": m.of("main", "main", "backup", "hired"),
		"rack": fmt.Sprintf("R%d-U%d", m.whole(1, 8), m.whole(1, 40)), "cores": m.whole(1, 16) * 4, "memory": m.whole(1, 16) * 16, "disk": disk, "used_disk": disk * m.whole(20, 97) / 100, "lose": m.whole(1, 24), "back_in": m.whole(2, 48), "tested_on": when(m.yes(0.6), day(m.ago(10, 400))), "system_name": m.of("Linux", "Linux", "Windows Server"), "level": m.whole(1, 3),
		"backed_up": m.of("day", "day", "week"), "bought_on": day(bought), "warranty": day(bought.AddDate(3+m.n%3, 0, 0)), "price": m.money(40_000_000, 900_000_000, 1_000_000), "address": fmt.Sprintf("10.99.%d.%d", m.n/200, m.n%200+10),
		"status": m.of("running", "running", "running", "running", "spare", "broken", "retired"),
	}
	if kind == "virtual" {
		v["runs_on"], v["price"], v["warranty"] = m.made("may-chu"), nil, nil
	}
	return v
}

func licence(m *Maker) Values {
	kind, seats, from := m.of("forever", "yearly", "yearly", "open", "given"), m.whole(1, 400), m.ago(20, 900)
	v := Values{
		"code": m.serial("BQ-%03d"), "name": m.of("Hệ điều hành máy chủ", "Bộ ứng dụng văn phòng", "Phòng chống mã độc", "Quản trị cơ sở dữ liệu", "Tường lửa", "Sao lưu", "Giám sát mạng", "Hội nghị trực tuyến") + m.serial(" %d"), "vendor": m.company(), "kind": kind, "owner": m.unit(),
		"seats": seats, "used": seats * m.whole(3, 11) / 10, "from_day": day(from), "price": m.money(0, 900_000_000, 1_000_000), "contract": m.serial("HĐ-%03d"), "server": when(m.yes(0.4), m.made("may-chu")),
	}
	if kind == "yearly" {
		v["until_day"] = day(from.AddDate(1+m.n%3, 0, 0))
	}
	return v
}

func team(m *Maker) Values {
	p, all := m.place(), int64(size(m.n))
	return Values{
		Unit: p.Unit, "code": m.serial("TCN-%04d"), "name": fmt.Sprintf("Tổ công nghệ số cộng đồng số %d %s", m.n/len(m.w.Places)+1, bare(p)), "commune": p.Unit, "hamlet": m.hamlet(), "decision": m.serial("%04d/QĐ-UBND"), "founded_on": day(m.ago(300, 1_400)), "members": all,
		"trained": min(all, m.whole(4, 9)), "helped": m.whole(10, 900), "meets_at": m.of("Nhà văn hóa ấp", "Trụ sở ban nhân dân khóm", "Điểm bưu điện văn hóa xã"), "active": m.yes(0.96),
	}
}

func member(m *Maker) Values {
	of, ordinal := memberOf(m.n)
	v := Values{
		Unit: m.w.Places[of%len(m.w.Places)].Unit, "team": m.nth("to-cong-nghe-so", of), "ordinal": int64(ordinal + 1), "person": m.person(), "consent": true, "role": "member", "body": m.of("youth", "youth", "women", "farmers", "police", "teacher", "other"),
		"trained_on": when(m.yes(0.8), day(m.ago(20, 600))), "since_day": fmt.Sprint(m.whole(2022, 2025)),
	}
	switch ordinal {
	case 0:
		v["role"], v["body"], v["phone"] = "head", "hamlet", m.phone()
	case 1:
		v["role"] = "deputy"
	}
	return v
}

// campaign goes through the hamlets for some weeks; those that are over have reported.
func campaign(m *Maker) Values {
	p, starts, goal := m.place(), m.ago(-20, 330), m.whole(80, 900)
	ends := m.ahead(starts, 7, 45)
	v := Values{
		Unit: p.Unit, "code": m.serial("CD-%04d"), "name": m.of("Đi từng ngõ, gõ từng nhà", "Ngày hội chuyển đổi số", "Chợ không tiền mặt", "Cài đặt định danh điện tử", "Bình dân học vụ số") + " – " + bare(p), "commune": p.Unit,
		"skills": []string{m.of("services", "shopping"), m.of("payment", "safety")}, "starts": day(starts), "ends": day(ends), "teams": m.whole(2, 14), "goal": goal,
	}
	if starts.After(m.w.Today) {
		return v
	}
	start := Step{Move: "start"}
	report := Step{Move: "report", Values: map[string]any{
		"visited": m.whole(40, 900), "helped": goal * m.whole(4, 12) / 10, "accounts": m.whole(10, 300), "dossiers": m.whole(5, 160), "lessons": m.of("Đi buổi chiều tối gặp được nhiều hộ hơn.", "Người cao tuổi cần tờ hướng dẫn chữ lớn.", "Ở chợ, tiểu thương chỉ cho nhau nhanh hơn."),
	}}
	switch {
	case ends.After(m.w.Today):
		return moved(v, start)
	case m.n%9 == 4:
		return moved(v, start, Step{Move: "drop", Reason: "Trùng đợt mưa lũ"})
	case m.n%4 == 0:
		return moved(v, start, report)
	}
	return moved(v, start, report, Step{Move: "confirm"})
}

// visit is one round of a team through its hamlet.
func visit(m *Maker) Values {
	of := m.n % teams
	p := m.w.Places[of%len(m.w.Places)]
	homes := m.whole(6, 40)
	services := m.whole(2, int(homes))
	return Values{
		Unit: p.Unit, "team": m.nth("to-cong-nghe-so", of), "commune": p.Unit, "day": day(m.w.Today.AddDate(0, 0, -int(m.whole(1, 150))-160*(m.n/teams))), "hamlet": m.hamlet(), "homes": homes, "services": services, "shopping": m.whole(0, 9), "payment": m.whole(0, 20),
		"safety": m.whole(0, 30), "platforms": m.whole(0, 8), "accounts": m.whole(0, 12), "dossiers": m.whole(0, int(services)),
	}
}

// request is what a unit asks of the data centre.
func request(m *Maker) Values {
	asked := m.ago(2, 400)
	v := Values{
		"code": m.serial("YC-%03d"), "owner": m.unit(), "system": m.of("Phần mềm chuyên ngành", "Kho ảnh vệ tinh", "Cổng thông tin thành phần", "Thử nghiệm trợ lý ảo", "Sao lưu hồ sơ"), "why": "Phục vụ triển khai theo kế hoạch năm (giả định).",
		"cores": m.whole(1, 8) * 2, "memory": m.whole(1, 16) * 8, "disk": m.whole(1, 20) * 100, "level": m.whole(1, 3), "asked_on": day(asked), "needed_by": day(m.ahead(asked, 20, 90)),
	}
	approve := Step{Move: "approve", Values: map[string]any{"cost": m.money(12_000_000, 240_000_000, 1_000_000)}}
	switch m.n % 8 {
	case 0:
		return v
	case 1:
		return moved(v, Step{Move: "refuse", Reason: "Dùng chung được với máy đã có"})
	case 2, 3:
		return moved(v, approve)
	}
	return moved(v, approve, Step{Move: "give", Values: map[string]any{"server": m.made("may-chu")}})
}
