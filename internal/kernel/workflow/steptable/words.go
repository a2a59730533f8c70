// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package steptable

import (
	"errors"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/sheet"
	"tinhso.vn/internal/platform/text"
)

// column is what a column of the table says; the value is what people call it.
type column string

const (
	colStep    column = "Bước"
	colName    column = "Nội dung công việc"
	colPost    column = "Người thực hiện"
	colUnit    column = "Đơn vị"
	colTime    column = "Thời gian"
	colProduct column = "Kết quả/sản phẩm"
	colNext    column = "Bước tiếp"
	colBack    column = "Trả lại"
)

// headers are the words that begin a header, folded; longer ones come first
// where one begins like another.
func headers() []struct {
	column column
	words  []string
} {
	return []struct {
		column column
		words  []string
	}{
		{colNext, []string{"buoc tiep", "chuyen den buoc", "chuyen buoc", "buoc sau", "next"}},
		{colBack, []string{"tra lai", "buoc tra lai", "quay lai", "neu khong dat", "back"}},
		{colTime, []string{"thoi gian", "thoi han", "so gio", "so ngay", "gio lam viec", "hours", "tg thuc hien"}},
		{colProduct, []string{"ket qua", "san pham", "bieu mau ket qua", "dau ra", "product"}},
		{colUnit, []string{"don vi", "co quan", "phong ban", "noi thuc hien", "unit"}},
		{colPost, []string{"nguoi thuc hien", "chuc danh", "trach nhiem", "bo phan thuc hien", "nguoi xu ly", "vi tri", "can bo", "nguoi bo phan", "post"}},
		{colName, []string{"noi dung", "cong viec", "ten buoc", "mo ta", "hoat dong", "buoc thuc hien", "cac buoc", "trinh tu thuc hien", "name", "work"}},
		{colStep, []string{"buoc", "stt", "tt", "so tt", "thu tu", "trinh tu", "ma buoc", "step", "id"}},
	}
}

// plain folds and keeps letters and digits only, one space between words.
func plain(s string) string {
	return strings.Join(strings.FieldsFunc(text.Fold(text.NFC(s)), func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9')
	}), " ")
}

func slug(s string) string { return strings.ReplaceAll(plain(s), " ", "-") }

// header finds the row of headers and which column is which.
func header(t sheet.Table) (map[column]int, int) {
	for at := range min(len(t.Rows), 40) {
		head := make(map[column]int)
		for i := range t.Rows[at] {
			if t.Copy(at, i) && at > 0 && i > 0 && t.At(at, i) == t.At(at, i-1) {
				continue
			}
			name := plain(t.At(at, i))
			for _, h := range headers() {
				if _, taken := head[h.column]; !taken && name != "" && slices.ContainsFunc(h.words, func(w string) bool {
					return name == w || strings.HasPrefix(name, w+" ")
				}) {
					head[h.column] = i
					break
				}
			}
		}
		if len(head) >= 3 {
			return head, at
		}
	}
	return nil, 0
}

// unit is what a number without one counts.
type unit int

const (
	noUnit unit = iota
	inMinutes
	inHours
	inDays
)

const dayMinutes = 8 * 60

func (u unit) minutes() int {
	switch u {
	case inHours:
		return 60
	case inDays:
		return dayMinutes
	case noUnit, inMinutes:
	}
	return 1
}

func unitOf(folded string) unit {
	switch {
	case strings.Contains(folded, "phut"):
		return inMinutes
	case strings.Contains(folded, "gio") || strings.Contains(folded, "hour"):
		return inHours
	case strings.Contains(folded, "ngay") || strings.Contains(folded, "day"):
		return inDays
	}
	return noUnit
}

// minutes reads a working time as offices write it: "4", "0,5 ngày", "1/2
// ngày", "1 ngày 4 giờ", "30 phút". A day is eight hours.
func minutes(said string, standard unit) (sum int, code string) {
	s := strings.NewReplacer("½", "1/2", "¼", "1/4", "¾", "3/4").Replace(said)
	s = strings.TrimSpace(strings.ToLower(text.ASCII(s)))
	if s == "" {
		return 0, "steptable.no_time"
	}
	s = strings.NewReplacer("khong qua", "", "toi da", "", "lam viec", "", "tieng", "gio", "+", " ", "va", " ").Replace(s)
	rest := strings.TrimSpace(s)
	for rest != "" {
		m := regexp.MustCompile(`^(\d+/\d+|\d+(?:[.,]\d+)?)\s*(ngay|gio|phut|hours?|days?|h|g|p|d)?[.;,]?\s*`).FindStringSubmatch(rest)
		if m == nil || m[0] == "" {
			return 0, "steptable.bad_time"
		}
		rest = rest[len(m[0]):]
		n, ok := number(m[1])
		if !ok {
			return 0, "steptable.bad_time"
		}
		u := standard
		switch {
		case strings.HasPrefix(m[2], "ng"), strings.HasPrefix(m[2], "d"):
			u = inDays
		case strings.HasPrefix(m[2], "g"), strings.HasPrefix(m[2], "h"):
			u = inHours
		case strings.HasPrefix(m[2], "p"):
			u = inMinutes
		}
		if u == noUnit {
			return 0, "steptable.no_unit"
		}
		sum += n * u.minutes()
	}
	if sum%1000 != 0 {
		return 0, "steptable.bad_time" // not whole minutes
	}
	if sum = sum / 1000; sum <= 0 || sum > 2000*60 {
		return 0, "steptable.bad_time"
	}
	return sum, ""
}

// number reads "0,5", "1/2" or "12" in thousandths.
func number(s string) (thousandths int, ok bool) {
	if a, b, fraction := strings.Cut(s, "/"); fraction {
		x, err1 := strconv.Atoi(a)
		y, err2 := strconv.Atoi(b)
		if err1 != nil || err2 != nil || y == 0 || x > 1000 || x*1000%y != 0 {
			return 0, false
		}
		return x * 1000 / y, true
	}
	whole, part, _ := strings.Cut(strings.ReplaceAll(s, ",", "."), ".")
	if len(part) > 3 || len(whole) > 5 {
		return 0, false
	}
	n, err := strconv.Atoi(whole + part + strings.Repeat("0", 3-len(part)))
	return n, err == nil
}

// labels reads the steps that a cell names: "Bước 3 hoặc bước 4". end means
// that the process ends there.
func labels(s string) (all []string, end bool) {
	folded := plain(s)
	if folded == "" {
		return nil, false
	}
	if strings.Contains(folded, "ket thuc") || folded == "end" || folded == "hoan thanh" {
		return nil, true
	}
	s = regexp.MustCompile(`(?i)\s+(hoặc|hay|và|or)\s+|[,;/\n]+`).ReplaceAllString(text.NFC(s), ";")
	for one := range strings.SplitSeq(s, ";") {
		one = regexp.MustCompile(`^(?i)(chuyển|quay lại|trả lại|về|đến|sang|\s)*(bước|b)?\s*\.?\s*`).ReplaceAllString(strings.TrimSpace(one), "")
		if one != "" {
			all = append(all, one)
		}
	}
	return all, false
}

// usualPost is the role behind what offices usually write.
func usualPost(p string) string {
	has := func(words ...string) bool {
		return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(" "+p+" ", " "+w+" ") })
	}
	switch {
	case has("mot cua", "tiep nhan", "tra ket qua", "trung tam phuc vu hanh chinh cong", "ttpvhcc"):
		return "clerk"
	case has("van thu"):
		return "records"
	case has("lanh dao", "chu tich", "pho chu tich", "giam doc", "pho giam doc", "truong phong", "pho truong phong", "thu truong", "chanh van phong"):
		return "leader"
	case has("chuyen vien", "cong chuc", "can bo", "vien chuc", "chuyen mon", "dia chinh", "tu phap ho tich"):
		return "officer"
	}
	return ""
}

// usualUnit is the rule behind what offices usually write.
func usualUnit(p string) string {
	has := func(words ...string) bool {
		return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(" "+p+" ", " "+w+" ") })
	}
	switch {
	case p == "received" || p == "authority" || p == "parent":
		return p
	case slices.Contains(kinds(), strings.ReplaceAll(p, " ", "_")): // a kind of unit, by its name in packs
		return strings.ReplaceAll(p, " ", "_")
	case has("mot cua", "tiep nhan", "trung tam phuc vu hanh chinh cong", "ttpvhcc"):
		return "received"
	case has("cap tren", "ubnd tinh"):
		return "parent"
	case has("phong", "chuyen mon", "ubnd", "so", "chi cuc", "van phong"):
		return "authority"
	}
	return ""
}

// kinds are the kinds of units that a step may name.
func kinds() []string {
	return []string{
		"province", "department", "public_unit", "central_agency", "district", "commune", "ward", "township", "special_zone", "division", "one_stop",
	}
}

// action is what the owner of a case knows a step by.
func action(r row, first, last bool) string {
	name := " " + plain(r.step.Name.VI) + " "
	has := func(words ...string) bool {
		return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(name, " "+w+" ") })
	}
	switch {
	case first && r.step.Post == "clerk":
		return "accept"
	case r.step.Post == "clerk" && (last || has("tra ket qua")):
		return "deliver"
	case r.step.Post == "records" || has("dong dau", "ban hanh", "phat hanh", "vao so", "cap so"):
		return "issue"
	case r.step.Post == "leader" && has("ky", "phe duyet", "ky duyet", "duyet"):
		return "sign"
	case has("phoi hop", "lay y kien", "xin y kien", "xac minh"):
		return "consult"
	case has("du thao", "soan thao", "trinh"):
		return "draft"
	}
	return "appraise"
}

func asFields(err error) ([]errs.Field, bool) {
	e, ok := errors.AsType[*errs.Error](err)
	if !ok || len(e.Fields) == 0 {
		return nil, false
	}
	return e.Fields, true
}
