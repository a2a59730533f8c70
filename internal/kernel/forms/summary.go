// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package forms

import (
	"slices"
	"strconv"
	"strings"

	"tinhso.vn/internal/kernel/i18n"
)

// Row is one line of "check your answers" and of a print.
type Row struct {
	Key    string
	StepID string // where the answer is changed
	Label  string
	Value  string // lines are parted by \n; empty where nothing was answered
}

// Summarise returns the questions that are asked with their answers, for
// people. Words without English stay Vietnamese.
func (f *Form) Summarise(a Answers, p i18n.Printer, w World) (rows []Row) {
	shown := f.Visible(a)
	for _, s := range f.def.Steps {
		for _, field := range s.Fields {
			if shown[field.Key] {
				rows = append(rows, Row{
					Key: field.Key, StepID: s.ID, Label: p.Text(i18n.Text(field.Label)), Value: field.words(a[field.Key], p, w),
				})
			}
		}
	}
	return rows
}

// words writes an answer for people.
func (f Field) words(v any, p i18n.Printer, w World) string {
	switch v := v.(type) {
	case int64:
		if f.Type == Money {
			return p.Money(v)
		}
		return p.Number(v)
	case []string:
		var all []string
		for _, one := range v {
			all = append(all, f.word(one, p, w))
		}
		return strings.Join(all, "\n")
	case map[string]string:
		commune := v[Commune]
		if w.Unit != nil {
			if name, ok := w.Unit(commune); ok {
				commune = p.Text(i18n.Text(name))
			}
		}
		if v[Detail] == "" {
			return commune
		}
		return v[Detail] + ", " + commune
	case string:
		return f.word(v, p, w)
	}
	return ""
}

func (f Field) word(s string, p i18n.Printer, w World) string {
	switch f.Type {
	case Radios, Checkboxes, Select:
		if i := f.option(s); i < len(f.Options) {
			return p.Text(i18n.Text(f.Options[i].Label))
		}
	case Day, PartialDay:
		if iso, ok := parseDay(s, true); ok {
			return asPeopleWrite(iso)
		}
	case Unit:
		if w.Unit != nil {
			if name, ok := w.Unit(s); ok {
				return p.Text(i18n.Text(name))
			}
		}
	case File:
		if w.File != nil {
			if name, ok := w.File(s); ok {
				return name
			}
		}
	case Phone:
		if phone, ok := parsePhone(s); ok {
			return phone[:4] + " " + phone[4:7] + " " + phone[7:]
		}
	case Number:
		whole, fraction, has := strings.Cut(s, ".")
		n, err := strconv.ParseInt(whole, 10, 64)
		if err != nil {
			return s
		}
		out := p.Number(n)
		if n == 0 && strings.HasPrefix(whole, "-") {
			out = "-" + out
		}
		if has && p.Lang() == i18n.EN {
			return out + "." + fraction
		}
		if has {
			return out + "," + fraction
		}
		return out
	default: // nothing is special about the others
	}
	return s
}

// asPeopleWrite turns 2026-11-24 into 24/11/2026, and 2026-11 into 11/2026.
func asPeopleWrite(iso string) string {
	part := strings.Split(iso, "-")
	slices.Reverse(part)
	return strings.Join(part, "/")
}
