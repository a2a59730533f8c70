// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package i18n

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"tinhso.vn/internal/platform/clock"
)

// Date writes a day: 21/11/2026 in both languages, for it is an official date.
func (p Printer) Date(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(clock.Vietnam()).Format("02/01/2006")
}

// Time writes a time of day: "14 giờ 30", in English "14:30".
func (p Printer) Time(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	t = t.In(clock.Vietnam())
	if p.Lang() == EN {
		return t.Format("15:04")
	}
	return fmt.Sprintf("%d giờ %02d", t.Hour(), t.Minute())
}

// DateTime writes both: "21/11/2026, 14 giờ 30".
func (p Printer) DateTime(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return p.Date(t) + ", " + p.Time(t)
}

// LongDate writes the date of a document: "ngày 05 tháng 02 năm 2026" (a zero
// before single days and before months 1 and 2, NĐ 30/2020/NĐ-CP).
func (p Printer) LongDate(t time.Time) string {
	t = t.In(clock.Vietnam())
	if p.Lang() == EN {
		return t.Format("2 January 2006")
	}
	month := strconv.Itoa(int(t.Month()))
	if t.Month() <= time.February {
		month = "0" + month
	}
	return fmt.Sprintf("ngày %02d tháng %s năm %d", t.Day(), month, t.Year())
}

// Weekday writes "Thứ Hai, 23/11/2026".
func (p Printer) Weekday(t time.Time) string {
	t = t.In(clock.Vietnam())
	if p.Lang() == EN {
		return t.Format("Monday, 02/01/2006")
	}
	return [...]string{"Chủ Nhật", "Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy"}[t.Weekday()] + ", " + p.Date(t)
}

// Number writes 1.234.567, in English 1,234,567.
func (p Printer) Number(n int64) string {
	digits, sign := strconv.FormatInt(n, 10), ""
	if n < 0 {
		digits, sign = digits[1:], "-"
	}
	point := "."
	if p.Lang() == EN {
		point = ","
	}
	var groups []string
	for len(digits) > 3 {
		groups = append([]string{digits[len(digits)-3:]}, groups...)
		digits = digits[:len(digits)-3]
	}
	return sign + strings.Join(append([]string{digits}, groups...), point)
}

// Decimal writes a number with the digits it has, at most so many behind the
// point: 1.234,5, in English 1,234.5.
func (p Printer) Decimal(v float64, most int) string {
	whole, part, _ := strings.Cut(strconv.FormatFloat(math.Abs(v), 'f', most, 64), ".")
	n, err := strconv.ParseInt(whole, 10, 64)
	if err != nil { // larger than any number of ours
		return strconv.FormatFloat(v, 'f', most, 64)
	}
	said := p.Number(n)
	if part = strings.TrimRight(part, "0"); part != "" {
		point := ","
		if p.Lang() == EN {
			point = "."
		}
		said += point + part
	}
	if v < 0 && said != "0" {
		return "-" + said
	}
	return said
}

// Money writes an amount in đồng: "150.000 đồng".
func (p Printer) Money(dong int64) string { return p.Number(dong) + " đồng" }

// Size writes the size of a file in bytes: "1,4 MB".
func (p Printer) Size(bytes int64) string {
	comma := func(v float64) string {
		s := strconv.FormatFloat(v, 'f', 1, 64)
		if p.Lang() == VI {
			s = strings.ReplaceAll(s, ".", ",")
		}
		return s
	}
	switch {
	case bytes >= 1<<20:
		return comma(float64(bytes)/(1<<20)) + " MB"
	case bytes >= 1<<10:
		return comma(float64(bytes)/(1<<10)) + " KB"
	}
	return p.Number(bytes) + " byte"
}
