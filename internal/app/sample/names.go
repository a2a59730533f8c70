// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package sample

import (
	"fmt"
	"strings"

	"tinhso.vn/internal/app/year"
	"tinhso.vn/internal/kernel/registers"
)

// seed is of all that is made up here.
const seed = 2026

// person makes somebody up, with a number that nobody has.
func (m *Maker) person() registers.Human {
	m.w.person++
	r := year.Made(seed, m.w.person)
	h := registers.Human{Name: r.Name, Number: r.Number, Born: r.Born(), Sex: "male"}
	if r.Female() {
		h.Sex = "female"
	}
	return h
}

// phone is one of the block that nobody has.
func (m *Maker) phone() string { return fmt.Sprintf("09000%05d", m.d.under(100_000)) }

// firm makes an organisation up: its tax code begins with 99 and has a check that fits.
func (m *Maker) firm(kind string) registers.Organisation {
	name := kind + " " + m.of("An Phú", "Bình Minh", "Cửu Long", "Đại Thành", "Đồng Xanh", "Gia Hưng", "Hậu Phát", "Hòa Bình", "Kim Ngân", "Long Hải", "Mekong Xanh", "Nam Việt",
		"Ngọc Điền", "Phú Quý", "Phước Lộc", "Sao Mai", "Sông Hậu", "Tân Tiến", "Thành Công", "Thiên Phúc", "Trường Thịnh", "Út Hạnh", "Việt Tâm", "Xuân Lộc")
	for n := 1 + m.d.under(999_000); ; n++ {
		digits := fmt.Sprintf("99%07d", n)
		sum := 0
		for i, weight := range []int{31, 29, 23, 19, 17, 13, 7, 5, 3} {
			sum += weight * int(digits[i]-'0')
		}
		if check := 10 - sum%11; check < 10 {
			return registers.Organisation{Name: name + " (giả định)", TaxCode: fmt.Sprint(digits, check)}
		}
	}
}

func (m *Maker) company() registers.Organisation {
	return m.firm(m.of("Công ty TNHH", "Công ty TNHH MTV", "Công ty CP", "Doanh nghiệp tư nhân"))
}

func (m *Maker) cooperative() registers.Organisation {
	return m.firm(m.of("Hợp tác xã", "Hợp tác xã", "Tổ hợp tác", "Công ty TNHH"))
}

func (m *Maker) hamlet() string {
	return m.of("Ấp ", "Ấp ", "Khóm ") + m.of("An Bình", "Bình Hòa", "Đông Phú", "Hòa Long", "Long Thạnh", "Mỹ An", "Phú Thuận", "Tân Lập", "Tây Bình", "Thạnh Lợi", "Vĩnh Phước", "Trung Thành")
}

func (m *Maker) street() string {
	return fmt.Sprintf("Số %d, đường %s", m.whole(1, 400), m.of("Nguyễn Huệ", "Lê Lợi", "Trần Hưng Đạo", "Hai Bà Trưng", "Lý Thường Kiệt", "Nguyễn Trãi", "Phan Đình Phùng", "Tôn Đức Thắng"))
}

// bare is the name of a place without what it is.
func bare(p Place) string {
	for _, kind := range []string{"Phường ", "Xã ", "Đặc khu ", "Thị trấn "} {
		if rest, is := strings.CutPrefix(p.Name, kind); is {
			return rest
		}
	}
	return p.Name
}
