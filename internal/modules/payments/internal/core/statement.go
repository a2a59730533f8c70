// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"tinhso.vn/internal/modules/payments"
	"tinhso.vn/internal/platform/sheet"
	"tinhso.vn/internal/platform/text"
)

// booking is money that a bank says has come.
type booking struct {
	line   int    // of the file, from 1
	id     string // by which the bank knows it
	day    string // YYYY-MM-DD; empty: not said
	amount int64
	text   string
}

// maxBookings is how many lines a statement has at most.
const maxBookings = 200_000

// saidMost is how much of an amount that cannot be read is told, in characters.
const saidMost = 40

// readStatement reads a statement, CSV or XLSX with a head, or text in the manner of
// MT940, and hands over one booking after another: they are never all in memory.
// Only money that came counts.
func readStatement(raw []byte, each func(booking) error) error {
	n := 0
	counted := func(b booking) error {
		if n++; n > maxBookings {
			return payments.ErrLongLines.With("most", maxBookings)
		}
		return each(b)
	}
	if bytes.HasPrefix(raw, []byte(":20:")) || bytes.Contains(raw, []byte("\n:61:")) || bytes.Contains(raw, []byte("\n:20:")) {
		return readMT940(raw, counted)
	}
	return readTable(raw, counted)
}

// columns are the columns of a statement by what stands above them.
func columnsOf(head []sheet.Value) map[string]int {
	names := map[string][]string{
		"amount": {"ghi co", "so tien ghi co", "phat sinh co", "credit", "credit amount", "so tien", "amount"},
		"text":   {"noi dung", "noi dung giao dich", "dien giai", "mo ta", "description", "details"},
		"id":     {"so tham chieu", "ma giao dich", "so but toan", "reference", "ref", "transaction id", "transaction no"},
		"day":    {"ngay", "ngay giao dich", "ngay hieu luc", "date", "transaction date", "value date"},
	}
	found := map[string]int{}
	for what, all := range names {
		for _, name := range all { // the more exact names first
			for i, cell := range head {
				if _, has := found[what]; !has && text.Fold(cell.Text) == name {
					found[what] = i
				}
			}
		}
	}
	return found
}

func readTable(raw []byte, each func(booking) error) error {
	in := bytes.NewReader(raw)
	way, _, err := sheet.Look(in, int64(len(raw)))
	if err != nil {
		return payments.ErrStatement.Because(err)
	}
	rows, err := sheet.Open(in, int64(len(raw)), way)
	if err != nil {
		return payments.ErrStatement.Because(err)
	}
	sum := sha256.Sum256(raw)
	var at map[string]int
	for rows.Read() {
		if at == nil { // a bank writes its name and the account above the head
			found := columnsOf(rows.Row())
			_, amount := found["amount"]
			_, words := found["text"]
			if amount && words {
				at = found
			}
			continue
		}
		cell := func(what string) string {
			if i, ok := at[what]; ok && i < len(rows.Row()) {
				return strings.TrimSpace(rows.Row()[i].Text)
			}
			return ""
		}
		raw := cell("amount")
		if raw == "" {
			continue // money that went
		}
		n, err := readDong(raw)
		if err != nil {
			return payments.ErrAmountLine.With("line", rows.At()+1).With("said", clipped(raw, saidMost))
		}
		if n <= 0 {
			continue
		}
		b := booking{line: rows.At() + 1, id: cell("id"), day: readDay(cell("day")), amount: n, text: cell("text")}
		if b.id == "" {
			b.id = fmt.Sprintf("%s:%d", hex.EncodeToString(sum[:8]), b.line)
		}
		if err := each(b); err != nil {
			return err
		}
	}
	if err := rows.Err(); err != nil {
		return payments.ErrStatement.Because(err)
	}
	if at == nil {
		return payments.ErrStatement.Because(errors.New("no head with an amount and a text"))
	}
	return nil
}

// readMT940 reads the lines :61: with their :86:.
func readMT940(raw []byte, each func(booking) error) error {
	line61 := regexp.MustCompile(`^(\d{6})(?:\d{4})?(R?[CD])[A-Z]?(\d+,\d*)[A-Z][A-Z0-9]{3}([^/]*)(?://(.*))?$`)
	var open *booking
	words, n := false, 0
	done := func() error { // a booking ends where the next one begins
		b := open
		open, words = nil, false
		if b == nil {
			return nil
		}
		return each(*b)
	}
	for line := range bytes.Lines(raw) {
		n++
		line := string(bytes.Trim(line, "\r\n"))
		switch {
		case strings.HasPrefix(line, ":61:"):
			if err := done(); err != nil {
				return err
			}
			m := line61.FindStringSubmatch(line[4:])
			if m == nil {
				return payments.ErrBookLine.With("line", n)
			}
			if m[2] != "C" && m[2] != "RD" {
				continue // money that went
			}
			whole, part, _ := strings.Cut(m[3], ",")
			sum, err := strconv.ParseInt(whole, 10, 64)
			if err != nil || strings.Trim(part, "0") != "" {
				return payments.ErrAmountLine.With("line", n).With("said", clipped(m[3], saidMost))
			}
			open = &booking{line: n, id: strings.TrimSpace(m[5]), amount: sum}
			if open.id == "" {
				open.id = strings.TrimSpace(m[4]) + fmt.Sprintf(":%s:%d", m[1], n)
			}
			if day, err := time.Parse("060102", m[1]); err == nil {
				open.day = day.Format(time.DateOnly)
			}
		case strings.HasPrefix(line, ":86:"):
			if words = open != nil; words {
				open.text = line[4:]
			}
		case strings.HasPrefix(line, ":"), strings.HasPrefix(line, "-"):
			if err := done(); err != nil {
				return err
			}
		case words:
			open.text += line // banks break words where the line ends
		}
	}
	return done()
}

// codeIn finds the code of an order in the text of a transfer, whose check digit is
// right; empty where there is none. Banks change letters to capitals, and some put
// blanks into long words.
func codeIn(s string) string {
	s = strings.ToUpper(text.ASCII(s))
	for _, one := range []string{s, strings.ReplaceAll(s, " ", "")} {
		for at := 0; ; at++ {
			i := strings.Index(one[at:], CodePrefix)
			if i < 0 {
				break
			}
			at += i
			digits := one[at+len(CodePrefix):]
			if len(digits) < 10 || strings.Trim(digits[:10], "0123456789") != "" {
				continue
			}
			if check(digits[:9]) == digits[9:10] {
				return CodePrefix + digits[:10]
			}
		}
	}
	return ""
}

// readDong reads a number of đồng as banks write it: 150000, 150.000, 150,000.00.
func readDong(s string) (int64, error) {
	s = strings.TrimSpace(strings.TrimSuffix(strings.TrimSuffix(strings.ToUpper(strings.TrimSpace(s)), "VND"), "Đ"))
	s = strings.TrimPrefix(strings.ReplaceAll(s, " ", ""), "+")
	if i := strings.LastIndexAny(s, ".,"); i >= 0 && len(s)-i-1 <= 2 { // a part of a đồng, which is none
		if strings.Trim(s[i+1:], "0") != "" {
			return 0, strconv.ErrSyntax
		}
		s = s[:i]
	}
	return strconv.ParseInt(strings.NewReplacer(".", "", ",", "").Replace(s), 10, 64)
}

func readDay(s string) string {
	s, _, _ = strings.Cut(s, " ")
	for _, layout := range []string{"02/01/2006", "2/1/2006", time.DateOnly, "02-01-2006", "20060102"} {
		if t, err := time.Parse(layout, s); err == nil {
			return t.Format(time.DateOnly)
		}
	}
	return ""
}
