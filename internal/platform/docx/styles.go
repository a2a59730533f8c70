// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package docx

import (
	"strconv"

	"tinhso.vn/internal/platform/pdf"
)

// looks is how letters and paragraphs stand, with what was said of each.
type looks struct {
	size                              float64 // points
	bold, italic, caps, line, hidden  bool
	align                             pdf.Align
	before, after                     float64 // millimetres
	left, right, first                float64 // millimetres; first may be less than nothing
	spacing                           float64 // line spacing against a single one; 0: exact
	exact                             float64 // millimetres of a line where spacing is 0
	next                              bool    // stays with the paragraph after it
	newPage                           bool    // begins a page
	above, below                      bool    // a rule
	grid                              bool    // of a table: its cells have borders
	cellLeft, cellRight, cellTop, low float64 // of a table: free edges of its cells
}

type style struct {
	based      string
	kind       string
	runs, para *node
	table      *node
}

// styles are those of a document by their ids.
type styles struct {
	all            map[string]style
	runs, para     *node // for everything
	normal, normTb string
}

const (
	twip     = 25.4 / 1440 // millimetres
	maxBased = 12          // styles one after the other
	usual    = 13.0        // points, where a document says none
)

func readStyles(root *node) *styles {
	s := &styles{all: map[string]style{}}
	if root == nil {
		return s
	}
	defaults := root.child("w:docDefaults")
	s.runs, s.para = defaults.child("w:rPrDefault").child("w:rPr"), defaults.child("w:pPrDefault").child("w:pPr")
	for _, n := range root.kids {
		if n.name != "w:style" {
			continue
		}
		id := n.attr("w:styleId")
		one := style{based: n.child("w:basedOn").attr("w:val"), kind: n.attr("w:type"), runs: n.child("w:rPr"), para: n.child("w:pPr"), table: n.child("w:tblPr")}
		if d := n.attr("w:default"); d == "1" || d == "true" {
			switch one.kind {
			case "paragraph":
				s.normal = id
			case "table":
				s.normTb = id
			}
		}
		s.all[id] = one
	}
	return s
}

// chain are a style and those it is based on, the farthest first.
func (s *styles) chain(id string) (all []style) {
	for range maxBased {
		one, known := s.all[id]
		if !known {
			break
		}
		all = append([]style{one}, all...)
		id = one.based
	}
	return all
}

// paragraph is how a paragraph stands, and the letters in it where they say nothing else.
func (s *styles) paragraph(para *node) looks {
	l := looks{size: usual, spacing: 1}
	l.runs(s.runs)
	l.paras(s.para)
	own := para.child("w:pPr")
	id := own.child("w:pStyle").attr("w:val")
	if id == "" {
		id = s.normal
	}
	for _, one := range s.chain(id) {
		l.runs(one.runs)
		l.paras(one.para)
	}
	l.paras(own)
	return l
}

// run is how the letters of a run look in a paragraph.
func (s *styles) run(l looks, r *node) looks {
	own := r.child("w:rPr")
	for _, one := range s.chain(own.child("w:rStyle").attr("w:val")) {
		l.runs(one.runs)
	}
	l.runs(own)
	return l
}

// table is how the cells of a table stand.
func (s *styles) table(t *node) looks {
	l := looks{cellLeft: 1.9, cellRight: 1.9}
	own := t.child("w:tblPr")
	id := own.child("w:tblStyle").attr("w:val")
	if id == "" {
		id = s.normTb
	}
	for _, one := range s.chain(id) {
		l.tables(one.table)
	}
	l.tables(own)
	return l
}

func (l *looks) tables(n *node) {
	if n == nil {
		return
	}
	if b := n.child("w:tblBorders"); b != nil {
		l.grid = drawn(b.child("w:insideV")) || drawn(b.child("w:insideH")) || drawn(b.child("w:top")) && drawn(b.child("w:left"))
	}
	m := n.child("w:tblCellMar")
	edge := func(to *float64, names ...string) {
		for _, name := range names {
			if e := m.child(name); e != nil {
				*to = length(e.attr("w:w"))
			}
		}
	}
	edge(&l.cellLeft, "w:left", "w:start")
	edge(&l.cellRight, "w:right", "w:end")
	edge(&l.cellTop, "w:top")
	edge(&l.low, "w:bottom")
}

// drawn reports whether a border is seen.
func drawn(n *node) bool {
	v := n.attr("w:val")
	return v != "" && v != "nil" && v != "none"
}

// on reads a switch: its being there is enough.
func on(n *node, to *bool) {
	if n == nil {
		return
	}
	v := n.attr("w:val")
	*to = v != "0" && v != "false" && v != "off"
}

func (l *looks) runs(n *node) {
	if n == nil {
		return
	}
	on(n.child("w:b"), &l.bold)
	on(n.child("w:i"), &l.italic)
	on(n.child("w:caps"), &l.caps)
	on(n.child("w:vanish"), &l.hidden)
	if u := n.child("w:u"); u != nil {
		l.line = drawn(u)
	}
	if half := n.child("w:sz").attr("w:val"); half != "" {
		if v, err := strconv.ParseFloat(half, 64); err == nil {
			l.size = min(max(v/2, 4), 72)
		}
	}
}

func (l *looks) paras(n *node) {
	if n == nil {
		return
	}
	switch n.child("w:jc").attr("w:val") {
	case "center":
		l.align = pdf.Center
	case "right", "end":
		l.align = pdf.Right
	case "both", "distribute":
		l.align = pdf.Justify
	case "left", "start":
		l.align = pdf.Left
	}
	on(n.child("w:keepNext"), &l.next)
	on(n.child("w:pageBreakBefore"), &l.newPage)
	set := func(to *float64, from *node, names ...string) {
		for _, name := range names {
			if v := from.attr(name); v != "" {
				*to = length(v)
			}
		}
	}
	space := n.child("w:spacing")
	set(&l.before, space, "w:before")
	set(&l.after, space, "w:after")
	if v, err := strconv.ParseFloat(space.attr("w:line"), 64); err == nil && v > 0 {
		switch space.attr("w:lineRule") {
		case "exact", "atLeast":
			l.spacing, l.exact = 0, min(v*twip, 60)
		default:
			l.spacing, l.exact = min(max(v/240, 0.7), 4), 0
		}
	}
	ind := n.child("w:ind")
	set(&l.left, ind, "w:left", "w:start")
	set(&l.right, ind, "w:right", "w:end")
	set(&l.first, ind, "w:firstLine")
	if v := ind.attr("w:hanging"); v != "" {
		l.first = -length(v)
	}
	if b := n.child("w:pBdr"); b != nil {
		l.above, l.below = drawn(b.child("w:top")), drawn(b.child("w:bottom"))
	}
}

// length reads twips as millimetres, no more than a sheet has.
func length(v string) float64 {
	n, err := strconv.ParseFloat(v, 64)
	if err != nil {
		return 0
	}
	return min(max(n*twip, -100), 400)
}

func (l looks) letters() pdf.Style { return pdf.Style{Size: l.size, Bold: l.bold, Italic: l.italic} }
