// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package forms

import (
	"strconv"
	"strings"

	"tinhso.vn/internal/kernel/i18n"
)

// Sheet is a form on paper, whatever draws it: filled in, to be signed, or blank,
// to be written on.
type Sheet struct {
	Form    string // id of the definition
	Version int
	Title   string
	Parts   []SheetPart
}

// SheetPart is a step.
type SheetPart struct {
	Title string
	Lines []SheetLine
}

// SheetLine is a question with its answer. A blank one has Choices to tick, or
// Lines to write on.
type SheetLine struct {
	Label   string
	Value   string   // lines are parted by \n
	Choices []string // of a blank sheet
	Lines   int      // of a blank sheet, to write on
	Head    bool     // a label above the lines that follow
	Depth   int      // 1 for what belongs to a line above
}

// blankRows is how many rows of a group a blank sheet has room for.
const blankRows = 3

// Sheet returns the questions that are asked with their answers, as they are
// printed for signature.
func (f *Form) Sheet(a Answers, p i18n.Printer, w World) Sheet {
	s := f.sheet(p)
	state := f.state(a)
	for _, step := range f.def.Steps {
		part := SheetPart{Title: p.Text(i18n.Text(step.Title))}
		for _, field := range step.Fields {
			if !state.shown[field.Key] {
				continue
			}
			label := p.Text(i18n.Text(field.Label))
			if field.Type != Group {
				part.Lines = append(part.Lines, SheetLine{Label: label, Value: field.words(state.answer(field), p, w)})
				continue
			}
			part.Lines = append(part.Lines, SheetLine{Label: label, Head: true})
			for i, row := range state.rows[field.Key] {
				part.Lines = append(part.Lines, SheetLine{Label: field.rowTitle(i, p), Head: true, Depth: 1})
				for _, one := range field.Fields {
					if row.shown[one.Key] {
						part.Lines = append(part.Lines, SheetLine{Label: p.Text(i18n.Text(one.Label)), Value: one.words(row.answer(one), p, w), Depth: 1})
					}
				}
			}
		}
		if len(part.Lines) > 0 {
			s.Parts = append(s.Parts, part)
		}
	}
	return s
}

// Blank returns all questions with room for answers. What is worked out is left
// to who receives the sheet.
func (f *Form) Blank(p i18n.Printer) Sheet {
	s := f.sheet(p)
	for _, step := range f.def.Steps {
		part := SheetPart{Title: p.Text(i18n.Text(step.Title))}
		for _, field := range step.Fields {
			part.Lines = append(part.Lines, field.blank(p, 0)...)
		}
		s.Parts = append(s.Parts, part)
	}
	return s
}

func (f *Form) sheet(p i18n.Printer) Sheet {
	return Sheet{Form: f.def.ID, Version: f.def.Version, Title: p.Text(i18n.Text(f.def.Title))}
}

func (f Field) rowTitle(i int, p i18n.Printer) string {
	name := p.Text(i18n.Text(f.Row))
	if name == "" {
		return strconv.Itoa(i+1) + "."
	}
	first := []rune(name)
	return strings.ToUpper(string(first[:1])) + string(first[1:]) + " " + strconv.Itoa(i+1)
}

func (f Field) blank(p i18n.Printer, depth int) (lines []SheetLine) {
	line := SheetLine{Label: p.Text(i18n.Text(f.Label)), Lines: 1, Depth: depth}
	switch {
	case f.Compute != "" || f.Type == File:
		return nil
	case f.Type == Group:
		lines = append(lines, SheetLine{Label: line.Label, Head: true, Depth: depth})
		for i := range min(blankRows, f.most()) {
			lines = append(lines, SheetLine{Label: f.rowTitle(i, p), Head: true, Depth: depth + 1})
			for _, one := range f.Fields {
				lines = append(lines, one.blank(p, depth+1)...)
			}
		}
		return lines
	case f.Type.block():
		lines = append(lines, SheetLine{Label: line.Label, Head: true, Depth: depth})
		for _, one := range f.parts() {
			lines = append(lines, one.blank(p, depth+1)...)
		}
		return lines
	case f.Type == Paragraphs:
		line.Lines = 4
	case f.Type.chooses() && len(f.options()) <= listLimit:
		line.Lines = 0
		for _, o := range f.options() {
			line.Choices = append(line.Choices, p.Text(i18n.Text(o.Label)))
		}
	}
	return []SheetLine{line}
}
