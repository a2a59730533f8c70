// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/platform/sheet"
	"tinhso.vn/internal/platform/text"
)

// cell is a cell of a catalogue with what was found out about it.
type cell struct {
	sheet.Value
	at   string // C7
	name string // of the field
}

func (c cell) said() string { return text.NFC(c.Text) }
func (c cell) line() string { return text.Line(c.Text) }

// readCode reads a national code. A sheet that took it for a number has lost the
// zeros at its end: they are put back, which is to be looked at.
func readCode(c cell) (code, hint string, ok bool) {
	s := strings.TrimSpace(c.line())
	if i := strings.LastIndexAny(s, " :"); i >= 0 && strings.Contains(text.Fold(s[:i]), "ma") {
		s = s[i+1:]
	}
	s = strings.ReplaceAll(s, " ", "")
	if c.Kind == sheet.Number || regexp.MustCompile(`^\d[.,]\d{1,5}$`).MatchString(s) {
		whole, part, found := strings.Cut(strings.ReplaceAll(s, ",", "."), ".")
		if found && len(whole) == 1 && len(part) < 6 {
			s = whole + "." + part + strings.Repeat("0", 6-len(part))
			return s, s, true
		}
	}
	return s, "", regexp.MustCompile(`^\d\.\d{6}(\.000\.00\.00\.[GH]\d{2}(\.\d{2})?)?$`).MatchString(s)
}

// span is a duration as it was read.
type span struct {
	n       int
	unit    string // days, hours
	working bool
	sameDay bool
}

// readSpan reads how long something takes: "15 ngày làm việc", "Không quá 05
// (năm) ngày", "trong ngày", "4 giờ", "02 tháng", 10.
func readSpan(c cell) (s span, ok bool) {
	folded := text.Fold(c.line())
	if regexp.MustCompile(`\b(trong ngay|ngay trong ngay|giai quyet ngay|ngay khi nhan)\b`).MatchString(folded) && !regexp.MustCompile(`\d`).MatchString(folded) {
		return span{sameDay: true}, true
	}
	number := regexp.MustCompile(`^\D{0,40}?(\d{1,3})\b(.*)$`).FindStringSubmatch(folded)
	if number == nil || strings.Contains(c.line(), "%") || regexp.MustCompile(`\d[.,]\d`).MatchString(c.line()) {
		return span{}, false
	}
	n, err := strconv.Atoi(number[1])
	if err != nil || n == 0 || n > 999 {
		return span{}, false
	}
	rest := number[2]
	at := func(word string) int {
		i := strings.Index(" "+rest+" ", " "+word+" ")
		if i < 0 {
			return 1 << 20
		}
		return i
	}
	day, hour, month := at("ngay"), at("gio"), at("thang")
	switch {
	case hour < day && hour < month:
		return span{n: n, unit: "hours", working: true}, true
	case month < day:
		return span{n: 30 * n, unit: "days"}, true
	case day < 1<<20:
		return span{n: n, unit: "days", working: strings.Contains(rest, "lam viec")}, true
	case strings.TrimSpace(rest) == "":
		return span{n: n, unit: "days", working: true}, true
	}
	return span{}, false
}

// readFee reads what is paid: nothing, an amount in đồng, or words that nobody
// can work out (known: false).
func readFee(c cell) (amount int, per string, known bool) {
	line := c.line()
	folded := text.Fold(line)
	if slices.Contains([]string{"khong", "khong co", "khong thu", "mien phi", "0", "0 dong", "khong quy dinh", "mien"}, folded) || strings.HasPrefix(folded, "khong thu") {
		return 0, "", true
	}
	m := regexp.MustCompile(`^(?i)(?:phí|lệ phí|mức thu)?:?\s*(\d{1,3}(?:[.,]\d{3})+|\d{4,9})\s*(?:đồng|đ|vnđ|vnd|dong)?\s*(?:/\s*([\p{L} ]{2,40}))?\.?$`).FindStringSubmatch(line)
	if m == nil {
		return 0, "", false
	}
	n, err := strconv.Atoi(strings.NewReplacer(".", "", ",", "").Replace(m[1]))
	return n, strings.TrimSpace(m[2]), err == nil
}

// readTableDay reads a day: of a sheet, 21/11/2026, 21-11-2026, 2026-11-21, "ngày 21 tháng 11 năm 2026".
func readTableDay(c cell) (string, bool) {
	s := c.line()
	if c.Kind == sheet.Day {
		s, _, _ = strings.Cut(s, " ")
	}
	if m := regexp.MustCompile(`(\d{1,2})\s*(?:[/.-]|tháng)\s*(\d{1,2})\s*(?:[/.-]|năm)\s*(\d{4})$`).FindStringSubmatch(s); m != nil {
		s = m[3] + "-" + padded(m[2]) + "-" + padded(m[1])
	}
	d, err := calendar.ParseDate(s)
	return s, err == nil && !d.IsZero()
}

func padded(s string) string {
	if len(s) == 1 {
		return "0" + s
	}
	return s
}

// readDecision reads "Quyết định số 123/QĐ-UBND ngày 01/02/2026"; the day is
// empty where none is said.
func readDecision(c cell) (number, day string) {
	line := c.line()
	before, rest, found := strings.Cut(line, " ngày ")
	if found {
		if d, ok := readTableDay(cell{Value: sheet.Value{Text: "ngày " + rest}}); ok {
			day = d
		}
	}
	number = regexp.MustCompile(`(?i)^(quyết định|qđ)?\s*(số)?\s*:?\s*`).ReplaceAllString(before, "")
	return strings.TrimSpace(number), day
}

// readTruth reads yes and no.
func readTruth(c cell) (is, ok bool) {
	switch folded := text.Fold(c.line()); {
	case slices.Contains([]string{"co", "x", "1", "true", "yes", "dung"}, folded):
		return true, true
	case slices.Contains([]string{"khong", "0", "false", "no", ""}, folded):
		return false, true
	}
	return false, false
}

// readOnline reads how far a procedure is done online.
func readOnline(c cell) (string, bool) {
	folded := text.Fold(c.line())
	has := func(words ...string) bool {
		return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(" "+folded+" ", " "+w+" ") })
	}
	switch {
	case has("toan trinh", "muc do 4", "muc 4", "full") || folded == "4":
		return "full", true
	case has("mot phan", "muc do 3", "muc 3", "partial") || folded == "3":
		return "partial", true
	case has("truc tiep", "con lai", "khong", "cung cap thong tin", "muc do 2", "muc 2", "none") || folded == "2" || folded == "1":
		return "none", true
	}
	return "", false
}

// readRoute reads where a procedure is received.
func readRoute(c cell) (string, bool) {
	line, folded := strings.ToUpper(c.line()), text.Fold(c.line())
	switch {
	case line == "LOCAL" || strings.Contains(folded, "tinh") || strings.Contains(folded, "dia phuong") || strings.Contains(folded, "xa"):
		return "LOCAL", true
	case regexp.MustCompile(`^MINISTRY:[A-Z0-9.]+$`).MatchString(line):
		return line, true
	case regexp.MustCompile(`^G\d{2}(\.\d+)*$`).MatchString(line):
		return "MINISTRY:" + line, true
	}
	return "", false
}

// abolished reports whether the state of a row says that the procedure has ended.
func abolished(c cell) (ends, ok bool) {
	folded := text.Fold(c.line())
	switch {
	case strings.Contains(folded, "bai bo") || strings.Contains(folded, "het hieu luc") || strings.Contains(folded, "huy bo"):
		return true, true
	case folded == "" || strings.Contains(folded, "con hieu luc") || strings.Contains(folded, "cong khai") || strings.Contains(folded, "hieu luc") ||
		strings.Contains(folded, "ban hanh moi") || strings.Contains(folded, "sua doi") || strings.Contains(folded, "cong bo") || strings.Contains(folded, "moi") || strings.Contains(folded, "giu nguyen"):
		return false, true
	}
	return false, false
}

// paperSaid is a paper as a cell lists it.
type paperSaid struct {
	name                      string
	original, copy, certified int
	required                  bool
}

// readPapers reads a list of papers: one in each line, or divided by semicolons.
func readPapers(c cell) (all []paperSaid) {
	cut := func(r rune) bool { return r == '\n' || r == ';' }
	for _, part := range strings.FieldsFunc(c.said(), cut) {
		name := text.Line(regexp.MustCompile(`^\s*(?:[-–+*•]|\(?\d{1,2}[.)]|[a-zđ]\))\s*`).ReplaceAllString(part, ""))
		name = strings.TrimRight(name, ". ")
		if len([]rune(name)) < 3 {
			continue
		}
		p := paperSaid{name: name, required: true}
		folded := text.Fold(name)
		n := 1
		if m := regexp.MustCompile(`\b0?(\d)\s*(ban|bo)\b`).FindStringSubmatch(folded); m != nil {
			n, _ = strconv.Atoi(m[1]) // a digit
			n = max(n, 1)
		}
		switch {
		case strings.Contains(folded, "chung thuc"):
			p.certified = n
		case strings.Contains(folded, "ban sao") || strings.Contains(folded, "photo"):
			p.copy = n
		default:
			p.original = n
		}
		if strings.Contains(folded, "neu co") || strings.Contains(folded, "truong hop") {
			p.required = false
		}
		p.name = text.Line(regexp.MustCompile(`(?i)\s*[(:,–-]?\s*0?\d\s*(bản chính|bản sao|bản gốc|bản|bộ)(\s*(có )?chứng thực)?\)?$`).ReplaceAllString(name, ""))
		all = append(all, p)
	}
	return all
}
