// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package year

import (
	"fmt"
	"strings"
)

// Resident is somebody of a demonstration. Nobody here exists: the last six of
// the twelve figures of a number begin with 8 or 9, which the accounts of packs
// do not use, and phones are of a block that begins with 09000.
type Resident struct {
	Name, Number, Phone string
}

// Born returns the year of birth that the number holds.
func (r Resident) Born() string {
	if r.Number[3] >= '2' {
		return "20" + r.Number[4:6]
	}
	return "19" + r.Number[4:6]
}

// Female reports what the number says.
func (r Resident) Female() bool { return (r.Number[3]-'0')%2 == 1 }

// people is how one of the peoples of the delta names its children.
type people struct {
	share                float64
	families             []string
	women, men           []string // what stands between family and given name
	womenGiven, menGiven []string
}

// peoples lists them with their share, about as in the lower delta.
func peoples() []people {
	split := func(s string) []string { return strings.Split(s, ",") }
	return []people{
		{ // Kinh
			share:      0.90,
			families:   split("Nguyễn,Nguyễn,Nguyễn,Nguyễn,Trần,Trần,Lê,Lê,Phạm,Huỳnh,Huỳnh,Võ,Phan,Trương,Bùi,Đặng,Đỗ,Ngô,Hồ,Dương,Đinh,Lý,Mai,Cao,Lương,Trịnh,Châu,Tô,Lâm,Đoàn,Hà,Tạ,La,Thái,Quách"),
			women:      split("Thị,Thị,Thị,Thị Kim,Thị Ngọc,Thị Mỹ,Thị Thu,Thị Hồng,Thị Thanh,Ngọc,Kim,Thị Bích,Thị Cẩm"),
			men:        split("Văn,Văn,Văn,Hữu,Minh,Quốc,Thanh,Hoàng,Công,Đức,Phước,Tấn,Ngọc,Trung,Chí"),
			womenGiven: split("Ánh,Bé,Chi,Cúc,Diễm,Dung,Duyên,Đào,Giang,Hạnh,Hằng,Hiền,Hoa,Hương,Lài,Lan,Liên,Linh,Loan,Mai,My,Nga,Ngân,Nguyệt,Nhàn,Nhi,Nhung,Oanh,Phụng,Phượng,Sen,Sương,Thảo,Thắm,Thủy,Thúy,Tiên,Trang,Trâm,Trinh,Tuyền,Tuyết,Út,Vân,Xuân,Yến"),
			menGiven:   split("An,Bảo,Bảy,Bình,Cường,Danh,Dũng,Đạt,Điền,Đông,Được,Giàu,Hải,Hậu,Hiếu,Hòa,Hùng,Khải,Khoa,Kiệt,Lâm,Lộc,Lợi,Luân,Mẫn,Nam,Nghĩa,Nhân,Phát,Phong,Phú,Phúc,Quang,Quý,Sang,Sơn,Tài,Tâm,Thành,Thắng,Thịnh,Tiến,Toàn,Trí,Trọng,Tuấn,Tùng,Út,Vinh,Vũ"),
		},
		{ // Khmer
			share: 0.05, families: split("Chau,Chau,Néang,Danh,Danh,Thạch,Kim,Sơn,Kiên,Trà,Lâm,Thị"),
			women: []string{"", "", "Thị"}, men: []string{""},
			womenGiven: split("Sóc Kha,Sa Rương,Srây Mom,Chanh Đa,Sóc Ly,Phol La,Ra Ni,Sa Ry,Sóc Khom,Chanh Thu"),
			menGiven:   split("Sóc,Sóc Phi,Chanh Đa,Rít Thi,Ươl,Sa Rết,Mo Ni,Sóc Kunl,Sa Vươn,Vi Chết,Phol,Đa Ra"),
		},
		{ // Chăm
			share: 0.015, families: split("Ma,Mohamach,Mohamad,Haji,Salay,Ro"),
			women: []string{""}, men: []string{""},
			womenGiven: split("Khotijah,Fatimah,Maryam,Asiyah,Rohimah,Halimah,Saphinah,Aysah"),
			menGiven:   split("Ysa,Saleh,Zacky,Amin,Yusoh,Ibrohim,Ismael,Kosem,Jamil"),
		},
		{ // Hoa
			share: 0.035, families: split("Lâm,Trần,Quách,Lưu,Mã,Tăng,Trịnh,Hứa,Vương,Tiêu,Ngụy,Dư"),
			women: split("Mỹ,Ngọc,Lệ,Bội,Tú,Tuệ"), men: split("Vĩnh,Chí,Gia,Chấn,Quốc,Khải"),
			womenGiven: split("Phụng,Linh,Anh,Bình,Châu,Dung,Hoa,Quyên,Nghi,Như"),
			menGiven:   split("Phát,Hưng,Cường,Minh,Đức,Hào,Thành,Lương,Xương,Vinh"),
		},
	}
}

// resident makes the n-th resident up.
func resident(seed uint64, n int) Resident {
	return person(throw(seed, "resident", fmt.Sprint(n)), n, 8)
}

// person makes somebody up whose number and phone hold n. Mark is the first of the
// last six figures of the number.
func person(d *dice, n, mark int) Resident {
	all := peoples()
	shares := make([]float64, len(all))
	for i, p := range all {
		shares[i] = p.share
	}
	of, woman := all[d.weigh(shares)], d.under(2)
	middle, given := of.men, of.menGiven
	if woman == 1 {
		middle, given = of.women, of.womenGiven
	}
	name := strings.Join(strings.Fields(pick(d, of.families)+" "+pick(d, middle)+" "+pick(d, given)), " ")
	born, century := 1946+d.under(58), 0
	if born >= 2000 {
		century = 2
	}
	place := pick(d, []string{"089", "089", "089", "091", "092", "087"})
	return Resident{
		Name:   name,
		Number: fmt.Sprintf("%s%d%02d%d%05d", place, century+woman, born%100, mark, n%100000),
		Phone:  fmt.Sprintf("09000%05d", (mark*10000+n)%100000),
	}
}
