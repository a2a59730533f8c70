// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package forms

import (
	"net/mail"
	"regexp"
	"strconv"
	"strings"
	"time"

	"tinhso.vn/internal/platform/text"
)

// parsePhone returns a mobile number as 0912345678.
func parsePhone(s string) (string, bool) {
	s = strings.NewReplacer(" ", "", ".", "", "-", "", "(", "", ")", "").Replace(s)
	own, ok := strings.CutPrefix(s, "0")
	if !ok {
		own, ok = strings.CutPrefix(strings.TrimPrefix(s, "+"), "84")
	}
	if !ok || len(own) != 9 || !figures(own) || !strings.ContainsAny(own[:1], "35789") {
		return "", false
	}
	return "0" + own, true
}

// figures reports whether a text is nothing but ASCII figures.
func figures(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

// parseEmail returns an address without a name around it, the domain in lower
// case.
func parseEmail(s string) (string, bool) {
	if len(s) > 254 {
		return "", false
	}
	a, err := mail.ParseAddress(s)
	if err != nil || a.Address != s {
		return "", false
	}
	i := strings.LastIndexByte(s, '@')
	domain := strings.ToLower(s[i+1:])
	if !strings.Contains(domain, ".") || strings.HasPrefix(domain, "[") || strings.ContainsAny(s, "\"\n\t ") {
		return "", false
	}
	return s[:i+1] + domain, true
}

// parsePersonNumber returns the twelve digits of a personal number.
func parsePersonNumber(s string) (string, bool) {
	s = strings.NewReplacer(" ", "", ".", "").Replace(s)
	return s, len(s) == 12 && figures(s)
}

// parseInsurance returns the ten digits of a social insurance number.
func parseInsurance(s string) (string, bool) {
	s = strings.NewReplacer(" ", "", ".", "").Replace(s)
	return s, len(s) == 10 && figures(s)
}

// parseCard returns the number of a health insurance card: two letters and 13
// digits, or the social insurance number that stands for it.
func parseCard(s string) (string, bool) {
	s = strings.ToUpper(strings.NewReplacer(" ", "", ".", "", "-", "").Replace(s))
	return s, regexp.MustCompile(`^(?:[A-Z]{2}\d{13}|\d{10})$`).MatchString(s)
}

// parseYear returns a year of four digits.
func parseYear(s string) (string, bool) {
	return s, regexp.MustCompile(`^[1-9]\d{3}$`).MatchString(s)
}

// ParseTaxCode returns a tax code in the form in which it is kept, with the branch
// behind a hyphen; false where the check digit is wrong.
func ParseTaxCode(s string) (string, bool) { return parseTaxCode(s) }

// parseTaxCode returns a tax code: ten digits of which the last is a check,
// with -NNN for a branch, or the personal number of an individual (since 1
// July 2025).
func parseTaxCode(s string) (string, bool) {
	if number, ok := parsePersonNumber(s); ok {
		return number, true
	}
	s = strings.NewReplacer(" ", "", ".", "").Replace(s)
	if !regexp.MustCompile(`^\d{10}(-\d{3})?$`).MatchString(s) {
		return "", false
	}
	sum := 0
	for i, weight := range []int{31, 29, 23, 19, 17, 13, 7, 5, 3} {
		sum += weight * int(s[i]-'0')
	}
	return s, 10-sum%11 == int(s[9]-'0')
}

// personNumber is what a personal number says: three digits of the province of
// birth, one of century and sex, two of the year of birth, six of chance.
type personNumber struct {
	male bool
	year int
}

// readPersonNumber reads twelve digits; it fails for a century to come.
func readPersonNumber(s string) (personNumber, bool) {
	century := int(s[3] - '0')
	year := 1900 + century/2*100 + int(s[4]-'0')*10 + int(s[5]-'0')
	return personNumber{male: century%2 == 0, year: year}, century <= 3
}

// parseDay returns a date as 2026-11-24. It takes 24/11/2026, 24-11-2026 and
// 24.11.2026, and with partial also 11/2026 and 2026.
func parseDay(s string, partial bool) (string, bool) {
	if t, err := time.Parse(time.DateOnly, s); err == nil && t.Year() >= 1000 {
		return s, true
	}
	if _, err := time.Parse("2006-01", s); err == nil && partial && s[0] != '0' {
		return s, true
	}
	m := regexp.MustCompile(`^(?:(?:(\d{1,2})[/. -])?(\d{1,2})[/. -])?([1-9]\d{3})$`).FindStringSubmatch(s)
	if m == nil || (m[1] == "" && !partial) {
		return "", false
	}
	iso := m[3]
	if m[2] != "" {
		iso += "-" + twoDigits(m[2])
	}
	if m[1] != "" {
		iso += "-" + twoDigits(m[1])
	}
	_, err := time.Parse(time.DateOnly[:len(iso)], iso)
	return iso, err == nil
}

func twoDigits(s string) string { return strings.Repeat("0", 2-len(s)) + s }

// parseNumber reads 1.234.567,89 as people write it here, and 1234567.89 as
// programs do, into the latter. A point is a thousands separator only where
// three digits follow each one.
func parseNumber(s string, decimals int) (string, bool) {
	s = strings.ReplaceAll(strings.ReplaceAll(s, " ", ""), "\u202f", "")
	switch {
	case figures(s): // most are
	case regexp.MustCompile(`^-?[1-9]\d{0,2}(\.\d{3})+(,\d+)?$`).MatchString(s) && !ambiguous(s, decimals):
		s = strings.ReplaceAll(s, ".", "")
		s = strings.ReplaceAll(s, ",", ".")
	case regexp.MustCompile(`^-?\d+(,\d+)?$`).MatchString(s):
		s = strings.ReplaceAll(s, ",", ".")
	case !regexp.MustCompile(`^-?\d+\.\d+$`).MatchString(s):
		return "", false
	}
	whole, fraction, _ := strings.Cut(s, ".")
	fraction = strings.TrimRight(fraction, "0")
	sign := strings.HasPrefix(whole, "-")
	whole = strings.TrimLeft(strings.TrimPrefix(whole, "-"), "0")
	if len(whole) > 15 || len(fraction) > decimals {
		return "", false
	}
	if whole == "" {
		whole = "0"
	}
	if fraction != "" {
		whole += "." + fraction
	}
	if sign && whole != "0" {
		whole = "-" + whole
	}
	return whole, true
}

// ambiguous reports whether 1.234 can be what parseNumber itself wrote: a
// number with three decimals. Then it stays what it is, or reading twice would
// change it.
func ambiguous(s string, decimals int) bool {
	return decimals >= 3 && strings.Count(s, ".") == 1 && !strings.Contains(s, ",")
}

// parseMoney reads whole đồng, with or without the word.
func parseMoney(s string) (int64, bool) {
	s = strings.ToLower(s)
	for _, word := range []string{"đồng", "vnđ", "vnd", "đ"} {
		s = strings.TrimSuffix(s, word)
	}
	n, ok := parseNumber(text.NFC(s), 0)
	if !ok {
		return 0, false
	}
	v, err := strconv.ParseInt(n, 10, 64)
	return v, err == nil
}
