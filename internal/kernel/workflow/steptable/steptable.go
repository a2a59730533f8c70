// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package steptable reads the table of steps that a decision sets out (step,
// work, who, how long, product, next) from the sheet, the CSV or the YAML in
// which an office sends it. It gives a whole table or a list of mistakes that a
// clerk understands, with the cells where they are; never half of one.
package steptable

import (
	"fmt"
	"slices"
	"strings"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/workflow"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/sheet"
	"tinhso.vn/internal/platform/text"
)

// Mistake is one thing that is wrong, at its cell.
type Mistake struct {
	Cell  string // "D7"; in YAML "7"; empty for the whole table
	Code  string // "steptable.no_post": also the key of the text people read
	Found string // what stands there
}

// Field returns the mistake as a problem of an input.
func (m Mistake) Field() errs.Field {
	return errs.Field{Name: m.Cell, Code: m.Code, Args: map[string]any{"cell": m.Cell, "found": m.Found}}
}

// Reading is what is known outside the table.
type Reading struct {
	ID      string // of the process
	Title   i18n.Text
	Version int
	Basis   string
	// Posts are the roles by which people may be called in a sheet, in any
	// spelling: "Chuyên viên" → officer. They come before what offices usually write.
	Posts map[string]string
	// Known tells whether a role exists; nil believes all.
	Known func(role string) bool
}

// grid is a table with the name of each of its cells.
type grid struct {
	sheet.Table
	cell func(row, column int) string
}

// Read reads a file of any of the three kinds.
func Read(data []byte, r Reading) (workflow.Table, []Mistake) {
	grids, wrong := open(data)
	if len(wrong) > 0 {
		return workflow.Table{}, wrong
	}
	for _, g := range grids {
		if head, at := header(g.Table); head != nil {
			return r.table(g, head, at)
		}
	}
	return workflow.Table{}, []Mistake{{Code: "steptable.no_header"}}
}

// reader collects the steps of one table.
type reader struct {
	Reading
	g     grid
	head  map[column]int
	unit  unit // of times without one, from the header
	rows  []row
	wrong []Mistake
}

// row is one line of the table, before the lines are joined by their names.
type row struct {
	at    int // of the sheet
	label string
	step  workflow.Step
	next  []string // labels
	back  string
	end   bool
}

func (r *reader) add(at int, c column, code, found string) {
	r.wrong = append(r.wrong, Mistake{Cell: r.g.cell(at, r.head[c]), Code: code, Found: found}) // the first column where there is none of its own
}

func (r *reader) at(row int, c column) string {
	i, ok := r.head[c]
	if !ok {
		return ""
	}
	return text.NFC(r.g.At(row, i))
}

func (r Reading) table(g grid, head map[column]int, at int) (workflow.Table, []Mistake) {
	read := &reader{Reading: r, g: g, head: head}
	read.unit = unitOf(text.Fold(g.At(at, head[colTime])))
	for _, needed := range []column{colName, colPost, colTime} {
		if _, ok := head[needed]; !ok {
			read.wrong = append(read.wrong, Mistake{Cell: g.cell(at, 0), Code: "steptable.no_column", Found: string(needed)})
		}
	}
	if len(read.wrong) > 0 {
		return workflow.Table{}, read.wrong
	}
	read.lines(at + 1)
	read.names()
	t := workflow.Table{ID: r.ID, Title: r.Title, Version: max(r.Version, 1), Basis: r.Basis}
	for i := range read.rows {
		read.ways(i)
	}
	for i := range read.rows {
		read.rows[i].step.Action = action(read.rows[i], i == 0, i == len(read.rows)-1)
		t.Steps = append(t.Steps, read.rows[i].step)
	}
	if len(read.wrong) == 0 {
		read.check(t)
	}
	if len(read.wrong) > 0 {
		slices.SortStableFunc(read.wrong, func(a, b Mistake) int { return rowOf(a.Cell) - rowOf(b.Cell) })
		return workflow.Table{}, read.wrong
	}
	return t, nil
}

func rowOf(cell string) int {
	n := 0
	for _, c := range cell {
		if c >= '0' && c <= '9' {
			n = n*10 + int(c-'0')
		}
	}
	return n
}

// lines reads row by row up to the total or the notes below the table.
func (r *reader) lines(from int) {
	sum, blank := 0, 0
	for at := from; at < len(r.g.Rows) && len(r.rows) <= 300; at++ {
		name, post, time := r.at(at, colName), r.at(at, colPost), r.at(at, colTime)
		folded := text.Fold(strings.TrimSpace(r.at(at, colStep) + " " + name))
		switch {
		case strings.HasPrefix(folded, "tong") || strings.HasPrefix(folded, "cong "):
			r.total(at, time, sum)
			return
		case name == "" && post == "" && time == "":
			if r.at(at, colStep) == "" {
				if blank++; blank >= 5 {
					return // what follows is no part of the table
				}
			}
			continue
		case post == "" && time == "" && r.at(at, colProduct) == "":
			continue // a heading between the steps
		}
		blank = 0
		sum += r.line(at, name, post, time)
	}
	if len(r.rows) == 0 {
		r.wrong = append(r.wrong, Mistake{Cell: r.g.cell(from, 0), Code: "steptable.empty"})
	}
}

// total compares the last line of a table with what stands above it.
func (r *reader) total(at int, time string, sum int) {
	if time == "" || len(r.wrong) > 0 {
		return
	}
	if minutes, code := minutes(time, r.unit); code != "" || minutes != sum {
		r.add(at, colTime, "steptable.sum", fmt.Sprintf("%s ≠ %s", time, spell(sum)))
	}
}

func spell(minutes int) string {
	if minutes%60 == 0 {
		return fmt.Sprintf("%d giờ", minutes/60)
	}
	return fmt.Sprintf("%d giờ %d phút", minutes/60, minutes%60)
}

func (r *reader) line(at int, name, post, time string) (took int) {
	one := row{at: at, label: r.at(at, colStep)}
	s := &one.step
	s.Row = r.g.cell(at, max(r.head[colName], 0))
	s.Name, s.Product = i18n.Text{VI: name}, i18n.Text{VI: r.at(at, colProduct)}
	if name == "" {
		r.add(at, colName, "steptable.no_name", "")
	}
	s.Post = r.post(at, post)
	s.Unit = r.place(at, s.Post, post)
	if shared := r.head[colTime]; r.g.Copy(at, shared) && time != "" {
		r.add(at, colTime, "steptable.time_shared", time)
	} else {
		var code string
		if took, code = minutes(time, r.unit); code != "" {
			r.add(at, colTime, code, time)
		}
	}
	s.Hours, s.Minutes = took/60, took%60
	one.next, one.end = labels(r.at(at, colNext))
	if back, _ := labels(r.at(at, colBack)); len(back) > 0 {
		if one.back = back[0]; len(back) > 1 {
			r.add(at, colBack, "steptable.one_back", r.at(at, colBack))
		}
	}
	r.rows = append(r.rows, one)
	return took
}

// post finds the role that an office's words mean.
func (r *reader) post(at int, words string) string {
	if words == "" {
		r.add(at, colPost, "steptable.no_post", "")
		return ""
	}
	role := ""
	folded := plain(words)
	for title, is := range r.Posts {
		if plain(title) == folded {
			role = is
		}
	}
	if role == "" {
		role = usualPost(folded)
	}
	if role == "" && r.Known != nil && r.Known(strings.TrimSpace(words)) {
		role = strings.TrimSpace(words)
	}
	if role == "" || r.Known != nil && !r.Known(role) {
		r.add(at, colPost, "steptable.unknown_post", words)
		return ""
	}
	return role
}

// place finds the rule that leads to the unit: the one that received the
// dossier, the one that decides, or the one above it.
func (r *reader) place(at int, role, post string) string {
	said := r.at(at, colUnit)
	if rule := usualUnit(plain(said)); rule != "" {
		return rule
	}
	if said != "" {
		r.add(at, colUnit, "steptable.unknown_unit", said)
	}
	if role == "clerk" || usualUnit(plain(post)) == "received" {
		return "received"
	}
	return "authority"
}

// names gives every line an id. Lines of one merged cell are parts of one step
// and follow each other.
func (r *reader) names() {
	seen := map[string]int{}
	for i := range r.rows {
		one := &r.rows[i]
		if one.label == "" {
			one.label = fmt.Sprint(i + 1)
		}
		id := "buoc-" + strings.Trim(strings.TrimPrefix(slug(one.label), "buoc"), "-")
		if seen[id]++; seen[id] > 1 {
			if !r.g.Copy(one.at, r.head[colStep]) {
				r.add(one.at, colStep, "steptable.twice", one.label)
			}
			id = fmt.Sprintf("%s-%d", id, seen[id])
		}
		one.step.ID = id
	}
}

// ways turns what the columns say into arrows; where nothing is said, the next
// line follows.
func (r *reader) ways(i int) {
	one := &r.rows[i]
	find := func(label string, c column) string {
		id := "buoc-" + strings.Trim(strings.TrimPrefix(slug(label), "buoc"), "-")
		for _, other := range r.rows {
			if other.step.ID == id {
				return id
			}
		}
		r.add(one.at, c, "steptable.unknown_step", label)
		return ""
	}
	for _, label := range one.next {
		if id := find(label, colNext); id != "" {
			one.step.Next = append(one.step.Next, id)
		}
	}
	if len(one.next) == 0 && !one.end && i+1 < len(r.rows) {
		one.step.Next = []string{r.rows[i+1].step.ID}
	}
	if one.back != "" {
		one.step.Back = find(one.back, colBack)
	}
}

// check asks the process itself, and says its mistakes in cells.
func (r *reader) check(t workflow.Table) {
	if _, err := workflow.Compile(t, r.Known); err != nil {
		e, ok := asFields(err)
		if !ok {
			r.wrong = append(r.wrong, Mistake{Code: "steptable.broken", Found: err.Error()})
			return
		}
		for _, f := range e {
			r.wrong = append(r.wrong, r.cellOf(t, f))
		}
	}
}

// cellOf finds the cell of a mistake called "steps[2].next" or by its row.
func (r *reader) cellOf(t workflow.Table, f errs.Field) Mistake {
	var i int
	var part string
	if n, _ := fmt.Sscanf(f.Name, "steps[%d].%s", &i, &part); n == 2 && i < len(r.rows) {
		c := map[string]column{"id": colStep, "name": colName, "post": colPost, "hours": colTime, "next": colNext, "back": colBack}[part]
		if _, ok := r.head[c]; !ok {
			c = colName
		}
		return Mistake{Cell: r.g.cell(r.rows[i].at, r.head[c]), Code: f.Code, Found: t.Steps[i].Name.VI}
	}
	return Mistake{Cell: f.Name, Code: f.Code}
}
