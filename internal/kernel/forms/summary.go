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
	Says   string // what a source says where the answer is another; empty where it agrees
	Source string // which source
	Doubts []Doubt
}

// Doubt is a warning about an answer, and whether who answered has confirmed it.
type Doubt struct {
	Name, Code string
	Args       map[string]any
	Sure       bool
}

// Summarise returns the questions that are asked with their answers, for
// people. Words without English stay Vietnamese.
func (f *Form) Summarise(a Answers, p i18n.Printer, w World) (rows []Row) {
	state, r := f.state(a), f.Validate(a, All, w)
	for _, s := range f.def.Steps {
		for _, field := range s.Fields {
			if !state.shown[field.Key] {
				continue
			}
			row := Row{Key: field.Key, StepID: s.ID, Label: p.Text(i18n.Text(field.Label))}
			row.Says, row.Source = a.Otherwise(field.Key)
			for i, one := range r.Warnings {
				if one.Name == field.Key || strings.HasPrefix(one.Name, field.Key+"-") {
					row.Doubts = append(row.Doubts, Doubt{Name: one.Name, Code: one.Code, Args: one.Args, Sure: r.Questions[i].Sure})
				}
			}
			if field.Type == Group {
				row.Value = state.rowWords(field, p, w)
			} else {
				row.Value = field.words(state.answer(field), p, w)
			}
			rows = append(rows, row)
		}
	}
	return rows
}

// rowWords writes each row of a group on a line: "1. Trần Văn A; Nam; 1956".
func (s *state) rowWords(group Field, p i18n.Printer, w World) string {
	var lines []string
	for i, row := range s.rows[group.Key] {
		var said []string
		for _, field := range group.Fields {
			if !row.shown[field.Key] {
				continue
			}
			if words := field.words(row.answer(field), p, w); words != "" {
				said = append(said, p.Text(i18n.Text(field.Label))+": "+strings.ReplaceAll(words, "\n", ", "))
			}
		}
		lines = append(lines, strconv.Itoa(i+1)+". "+strings.Join(said, "; "))
	}
	return strings.Join(lines, "\n")
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
		if f.Type.block() {
			return f.blockWords(v, p, w)
		}
		return addressWords(v, p, w)
	case string:
		return f.word(v, p, w)
	}
	return ""
}

// blockWords writes the parts of a block that were answered, a line each.
func (f Field) blockWords(v map[string]string, p i18n.Printer, w World) string {
	var lines []string
	for _, one := range f.parts() {
		if s := v[one.Key]; s != "" {
			lines = append(lines, p.Text(i18n.Text(one.Label))+": "+one.word(s, p, w))
		}
	}
	return strings.Join(lines, "\n")
}

func (f Field) word(s string, p i18n.Printer, w World) string {
	switch f.Type {
	case Radios, Checkboxes, Select, YesNo, Code:
		if i := f.option(s); i < len(f.options()) {
			return p.Text(i18n.Text(f.options()[i].Label))
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

// Entries returns what each row of a group says, by the keys of its questions.
func (f *Form) Entries(a Answers, group string, p i18n.Printer, w World) (all []map[string]string) {
	state := f.state(a)
	for _, s := range f.def.Steps {
		for _, field := range s.Fields {
			if field.Key != group || field.Type != Group || !state.shown[field.Key] {
				continue
			}
			for _, row := range state.rows[group] {
				said := map[string]string{}
				for _, one := range field.Fields {
					if row.shown[one.Key] {
						said[one.Key] = strings.ReplaceAll(one.words(row.answer(one), p, w), "\n", ", ")
					} else {
						said[one.Key] = ""
					}
				}
				all = append(all, said)
			}
		}
	}
	return all
}
