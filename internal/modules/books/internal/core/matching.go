// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/platform/sheet"
	"tinhso.vn/internal/platform/text"
)

// Matching says which column of a table is which field of its register.
type Matching struct {
	Heading  int64    `json:"heading"` // row of the headings, from 0
	Headings []string `json:"headings"`
	Fields   []string `json:"fields"`         // by column: a field, field/part, unit; empty: it is left out
	Unit     string   `json:"unit"`           // of new records where no column says it
	Swap     []string `json:"swap,omitempty"` // places whose longitude comes first
}

// unitTarget is what a column is that names the unit of a record.
const unitTarget = "unit"

func (m Matching) swapped(field string) bool { return slices.Contains(m.Swap, field) }

// column is the first column of a field; -1: none.
func (m Matching) column(field string) int {
	return slices.IndexFunc(m.Fields, func(target string) bool {
		key, _, _ := strings.Cut(target, "/")
		return key == field
	})
}

// keys are the fields that have a column.
func (m Matching) keys() (all []string) {
	for _, target := range m.Fields {
		key, _, _ := strings.Cut(target, "/")
		if key != "" && target != unitTarget && !slices.Contains(all, key) {
			all = append(all, key)
		}
	}
	return all
}

// Target is what a column can be.
type Target struct {
	Name  string // as Matching.Fields has it
	Field registers.Field
	Part  string // of a field with several columns; empty: all of it
}

// Targets returns what the columns of a table can be for who has the standing:
// fields that they may import and that a table can hold.
func Targets(st registers.Standing) (all []Target) {
	for _, f := range st.Fields(registers.Import) {
		if f.Compute != "" || f.Type == registers.Files || f.Type == registers.Group || !st.Reaches(registers.Add, f.Key) && !st.Reaches(registers.Amend, f.Key) {
			continue
		}
		all = append(all, Target{Name: f.Key, Field: f})
		for _, part := range partsOf(f) {
			all = append(all, Target{Name: f.Key + "/" + part, Field: f, Part: part})
		}
	}
	return all
}

// partsOf are the columns that a field may have beside one for all of it.
func partsOf(f registers.Field) []string {
	switch f.Type { //nolint:exhaustive // the others have one
	case registers.Place:
		return []string{"lat", "lon"}
	case registers.Org:
		return []string{"name", "tax_code"}
	case registers.Person:
		return []string{"name", "number", "born", "sex"}
	case registers.Address:
		return []string{"line", "commune"}
	}
	return nil
}

// partNames are what columns of parts are usually called, folded.
func partNames(part string) []string {
	switch part {
	case "lat":
		return []string{"vi do", "lat", "latitude"}
	case "lon":
		return []string{"kinh do", "lon", "lng", "long", "longitude"}
	case "tax_code":
		return []string{"ma so thue", "mst", "tax code"}
	case "number":
		return []string{"so dinh danh", "so dinh danh ca nhan", "cccd", "so cccd", "personal number"}
	case "born":
		return []string{"ngay sinh", "nam sinh", "born", "date of birth"}
	case "sex":
		return []string{"gioi tinh", "sex"}
	case "commune":
		return []string{"ma xa", "commune"}
	}
	return nil
}

// fits says how well a heading fits a target: 3 the same, 2 the same words, 1
// most words; 0 not at all.
func (t Target) fits(heading string) int {
	folded := text.Fold(heading)
	if folded == "" {
		return 0
	}
	if t.Part != "" {
		if slices.Contains(partNames(t.Part), folded) || folded == text.Fold(t.Name) {
			return 2
		}
		return 0
	}
	best := 0
	for _, name := range []string{t.Field.Key, t.Field.Label.VI, t.Field.Label.EN} {
		name = text.Fold(strings.ReplaceAll(name, "_", " "))
		switch {
		case name == "":
		case name == folded || text.Fold(t.Field.Key) == folded:
			best = 3
		case best < 2 && slices.Equal(words(name), words(folded)):
			best = 2
		case best < 1 && near(words(name), words(folded)):
			best = 1
		}
	}
	return best
}

// words are the words of a heading without what stands in brackets, sorted.
func words(s string) []string {
	if i := strings.IndexAny(s, "(["); i > 0 {
		s = s[:i]
	}
	all := strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(" ,.;:/-–_*()[]", r) })
	slices.Sort(all)
	return slices.Compact(all)
}

// near reports whether two names share two thirds of their words, and two at least.
func near(a, b []string) bool {
	same := 0
	for _, w := range a {
		if slices.Contains(b, w) {
			same++
		}
	}
	return same >= 2 && 3*same >= 2*max(len(a), len(b))
}

// propose says which column is which field, each field once, the best first.
func propose(headings []string, targets []Target) []string {
	all := make([]string, len(headings))
	taken := map[string]bool{}
	for least := 3; least > 0; least-- {
		for i, heading := range headings {
			if all[i] != "" {
				continue
			}
			for _, t := range targets {
				if taken[t.Name] || t.fits(heading) != least {
					continue
				}
				all[i], taken[t.Name] = t.Name, true
				if t.Part == "" { // all of it in one column
					for _, part := range partsOf(t.Field) {
						taken[t.Field.Key+"/"+part] = true
					}
				} else {
					taken[t.Field.Key] = true
				}
				break
			}
			if all[i] == "" && least == 3 && slices.Contains([]string{"don vi", "don vi quan ly", "unit", "managing unit"}, text.Fold(heading)) && !taken[unitTarget] {
				all[i], taken[unitTarget] = unitTarget, true
			}
		}
	}
	return all
}

// headingRow finds the row of headings among the first of a table: that with
// most columns that fit, or the first with two cells that are not merged.
func headingRow(rows []SampleRow, targets []Target) int {
	best, most := -1, 0
	for i, row := range rows {
		fitting := 0
		for _, v := range row.Cells {
			if v.Kind == sheet.Text && !v.Merged && slices.ContainsFunc(targets, func(t Target) bool { return t.fits(v.Text) >= 2 }) {
				fitting++
			}
		}
		if fitting > most {
			best, most = i, fitting
		}
	}
	if best >= 0 {
		return best
	}
	for i, row := range rows {
		filled := 0
		for _, v := range row.Cells {
			if v.Text != "" && !v.Merged {
				filled++
			}
		}
		if filled >= 2 {
			return i
		}
	}
	return 0
}

// headingsSum names a set of headings, whatever their case and marks.
func headingsSum(headings []string) string {
	folded := make([]string, len(headings))
	for i, h := range headings {
		folded[i] = text.Fold(h)
	}
	sum := sha256.Sum256([]byte(strings.Join(folded, "\x00")))
	return hex.EncodeToString(sum[:])
}
