// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package forms

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"tinhso.vn/internal/kernel/calendar"
)

// MadeUpFile is the id of the file that made-up answers hand in.
const MadeUpFile = "madeup"

// rounds bounds how often made-up answers open further questions, and how often
// one that breaks a rule is replaced.
const rounds = 40

// MadeUp returns plausible answers of nobody to what is asked, so that a form
// can be tried without typing. It answers what it can: what a pattern or a rule
// asks for beyond its means stays open, and Submit says so. The same form gives
// the same answers.
func (f *Form) MadeUp(w World) Answers {
	m := &inventor{form: f, world: w, used: map[string]int{}}
	a := m.fill(Answers{})
	_, best := f.Submit(a, w)
	for n := 0; n < rounds && len(best.Errors) > 0; n++ {
		better := false
		for _, wrong := range best.Errors {
			key := f.rootOf(wrong.Name)
			field := f.byKey[key]
			if choices := m.candidates(field); m.used[key]+1 >= len(choices) {
				continue
			}
			m.used[key]++
			next := maps.Clone(a)
			delete(next, key)
			next = m.fill(next)
			if _, r := f.Submit(next, w); len(r.Errors) <= len(best.Errors) {
				a, best, better = next, r, true
				break
			}
		}
		if !better {
			break
		}
	}
	return a
}

// rootOf is the field of the form to which an input belongs.
func (f *Form) rootOf(name string) string {
	for ; name != ""; name = name[:max(strings.LastIndexByte(name, '-'), 0)] {
		if _, known := f.byKey[name]; known {
			if group := f.groupOf[name]; group != "" {
				return group
			}
			return name
		}
	}
	return ""
}

// inventor makes answers up.
type inventor struct {
	form  *Form
	world World
	used  map[string]int // which candidate a field has now
}

// fill answers what is asked and has no answer, until nothing more is asked.
func (m *inventor) fill(a Answers) Answers {
	for range rounds {
		s := m.form.state(a)
		before := len(a)
		for _, step := range m.form.def.Steps {
			for _, field := range step.Fields {
				if !s.shown[field.Key] || field.Compute != "" || a[field.Key] != nil {
					continue
				}
				if said := m.answer(field); said != nil {
					a[field.Key] = said
				}
			}
		}
		if len(a) == before {
			break
		}
	}
	return m.form.Compute(a)
}

// answer is the candidate whose turn it is among those that pass.
func (m *inventor) answer(field Field) any {
	all := m.candidates(field)
	if len(all) == 0 {
		return nil
	}
	return all[min(m.used[field.Key], len(all)-1)]
}

// candidates are plausible answers that the field takes by itself.
func (m *inventor) candidates(field Field) (all []any) {
	if field.Type == Group {
		row := Answers{}
		for _, one := range field.Fields {
			if said := m.answer(one); said != nil && one.Compute == "" {
				row[one.Key] = said
			}
		}
		least := 1
		if n, err := strconv.Atoi(string(field.Min)); err == nil && n > 1 {
			least = min(n, 20)
		}
		rows := make([]Answers, least)
		for i := range rows {
			rows[i] = maps.Clone(row)
		}
		return []any{rows}
	}
	if field.Type.block() {
		parts := map[string]string{}
		for _, p := range field.parts() {
			if s, ok := m.answer(p).(string); ok {
				parts[p.Key] = s
			}
		}
		return []any{parts}
	}
	for _, raw := range m.guesses(field) {
		if said := field.normal(raw); said != nil && field.check(said, m.world) == nil {
			all = append(all, said)
		}
	}
	return all
}

// guesses are answers as somebody might type them, the most plausible first.
func (m *inventor) guesses(field Field) (all []any) {
	add := func(values ...string) {
		for _, v := range values {
			all = append(all, v)
		}
	}
	switch field.Type {
	case YesNo:
		add("no", "yes")
	case Radios, Select, Code:
		for _, o := range field.options() {
			add(o.Value)
		}
	case Checkboxes:
		var every []string
		for _, o := range field.options() {
			all, every = append(all, []string{o.Value}), append(every, o.Value)
		}
		all = append(all, every)
	case Day, PartialDay:
		add(m.days(field)...)
	case Year:
		add("1990", strconv.Itoa(m.world.Today.Year))
	case PersonNumber:
		add("089090000001", "089190000001")
	case TaxCode:
		for last := range 10 {
			add("160000000" + strconv.Itoa(last))
		}
		add("089090000001")
	case Insurance:
		add("8900000001")
	case Card:
		add("GD4890000000001", "8900000001")
	case Phone:
		add("0900000001")
	case Email:
		add("nguoi.mau@example.vn")
	case Unit:
		for _, u := range m.world.Units[:min(len(m.world.Units), 3)] {
			add(u.Value)
		}
	case Address:
		if p, ok := m.world.Areas.Get(m.world.Province, m.world.Today.String()); ok {
			for _, u := range m.world.Areas.Communes(p, m.world.Today.String())[:1] {
				return append(all, map[string]string{Line1: "Số 1, đường Mẫu", Commune: u.Code, InProv: p.Code})
			}
		}
		for _, u := range m.world.Units[:min(len(m.world.Units), 1)] {
			all = append(all, map[string]string{Commune: u.Value, Detail: "Số 1, đường Mẫu"})
		}
	case Money:
		add(string(field.Min), "1000000", "0", string(field.Max))
	case Number:
		add(string(field.Min), "1", "2", "10", "100", "0", string(field.Max))
	case File:
		all = append(all, []string{MadeUpFile})
	case Line, Paragraphs:
		add(m.words(field)...)
	case Person, Organisation, Document, Group: // made of others
	}
	return all
}

// days are dates, those of birth first where the question is about one.
func (m *inventor) days(field Field) []string {
	today := m.world.Today
	if today.IsZero() {
		today = calendar.Date{Year: 2026, Month: 1, Day: 1}
	}
	born, later := "1990-05-17", today.AddDays(30)
	all := []string{today.String(), later.String(), today.AddDays(-30).String(), born, string(field.Min), string(field.Max)}
	if said := strings.ToLower(field.Label.VI); strings.Contains(said, "sinh") || strings.Contains(field.Key, "born") {
		return append([]string{born}, all...)
	}
	return all
}

// words are texts that are as long as the field wants.
func (m *inventor) words(field Field) (all []string) {
	said := strings.ToLower(field.Label.VI)
	switch {
	case strings.Contains(said, "tổ chức"), strings.Contains(said, "doanh nghiệp"), strings.Contains(said, "cơ sở"):
		all = append(all, "Cơ sở Mẫu")
	case strings.Contains(said, "giấy"), strings.Contains(said, "văn bản"):
		all = append(all, "Giấy tờ mẫu")
	case strings.Contains(said, "tên"), strings.Contains(said, "người"), strings.Contains(field.Key, "name"):
		all = append(all, "Nguyễn Văn Mẫu")
	case strings.Contains(said, "nơi cấp"):
		all = append(all, "Bộ Công an")
	case strings.Contains(said, "địa chỉ"), strings.Contains(said, "nơi"):
		all = append(all, "Số 1, đường Mẫu")
	}
	all = append(all, "Nội dung mẫu", "089090000001", "123456789", "12345", "1", "A1", "AB123456", "01/2026")
	if least, err := strconv.Atoi(string(field.Min)); err == nil && least > 0 && least <= 10_000 {
		all = append(all, strings.TrimSpace(strings.Repeat("mẫu ", least/4+1)), strings.Repeat("1", least))
	}
	if most := field.most(); most > 0 {
		for i, s := range all {
			if r := []rune(s); len(r) > most {
				all[i] = string(r[:most])
			}
		}
	}
	return slices.Compact(all)
}
