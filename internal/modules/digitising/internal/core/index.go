// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"maps"
	"regexp"
	"strings"
	"time"

	"tinhso.vn/internal/modules/digitising/internal/store"
	"tinhso.vn/internal/platform/ocr"
	"tinhso.vn/internal/platform/text"
)

// The fields of a paper.
const (
	FieldNumber      = "number"
	FieldIssued      = "issued"
	FieldOwner       = "owner"
	FieldOwnerNumber = "owner_number"
	FieldIssuer      = "issuer"
)

// Fields lists them in the order in which they are asked.
func Fields() []string {
	return []string{FieldNumber, FieldIssued, FieldOwner, FieldOwnerNumber, FieldIssuer}
}

// Doubtful is below how sure the program has to be, of 100, for a field not to be marked.
const Doubtful = 80

// index proposes what a paper says, by what its lines look like. Marks are often
// misread, so labels are compared without them.
func index(lines []ocr.Line) map[string]store.Field {
	out := map[string]store.Field{}
	put := func(field, value string, line ocr.Line) {
		value = text.Line(strings.Trim(value, " .,:;-|_"))
		if _, there := out[field]; !there && value != "" {
			out[field] = store.Field{Value: value, Sure: ocr.Sure([]ocr.Line{line})}
		}
	}
	for _, l := range lines {
		whole := l.String()
		label, value, _ := strings.Cut(whole, ":")
		folded, all := text.Fold(label), text.Fold(whole)
		if number := personal().FindString(whole); number != "" {
			put(FieldOwnerNumber, number, l)
		}
		switch {
		case folded == "so" || folded == "so hieu" || folded == "so dang ky":
			first, _, _ := strings.Cut(strings.TrimSpace(value), " ")
			put(FieldNumber, first, l)
		case strings.HasPrefix(folded, "ho va ten") || strings.HasPrefix(folded, "ho ten") || strings.HasPrefix(folded, "ho chu dem ten"):
			put(FieldOwner, strings.TrimFunc(value, func(r rune) bool { return r == '.' }), l)
		case strings.HasPrefix(folded, "noi cap"), strings.HasPrefix(folded, "noi dang ky"), strings.HasPrefix(folded, "co quan cap"):
			put(FieldIssuer, value, l)
		}
		if m := longDay().FindStringSubmatch(all); m != nil {
			put(FieldIssued, day(m[1], m[2], m[3]), l)
		} else if m := shortDay().FindStringSubmatch(whole); m != nil && !strings.Contains(all, "sinh") {
			put(FieldIssued, day(m[1], m[2], m[3]), l)
		}
		if _, there := out[FieldIssuer]; !there && strings.HasPrefix(all, "uy ban nhan dan") {
			put(FieldIssuer, whole, l)
		}
	}
	return out
}

// better adds what a later page says to what is known already.
func better(known, more map[string]store.Field) map[string]store.Field {
	out := maps.Clone(more)
	if out == nil {
		out = map[string]store.Field{}
	}
	for f, v := range known {
		if v.Value != "" {
			out[f] = v
		}
	}
	return out
}

func personal() *regexp.Regexp { return regexp.MustCompile(`\b\d{12}\b`) }
func longDay() *regexp.Regexp {
	return regexp.MustCompile(`ngay (\d{1,2}) thang (\d{1,2}) nam (\d{4})`)
}
func shortDay() *regexp.Regexp { return regexp.MustCompile(`\b(\d{1,2})/(\d{1,2})/(\d{4})\b`) }

// day writes a day as ISO 8601; empty where there is no such day.
func day(d, m, y string) string {
	t, err := time.Parse("2-1-2006", d+"-"+m+"-"+y)
	if err != nil {
		return ""
	}
	return t.Format(time.DateOnly)
}
