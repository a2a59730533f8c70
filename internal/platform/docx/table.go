// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package docx

import "strconv"

// cell is a cell with its lines laid out.
type cell struct {
	x, w    float64
	lines   []line
	gaps    []float64 // free space above each line
	grid    bool
	middle  bool // its text stands in the middle of its height
	goesOn  bool // it is a part of the cell above
	leading float64
}

// row is a row of a table.
type row struct {
	cells  []cell
	height float64
	head   bool // it is repeated on each page
}

// table draws a table; a row stands on one page where it fits on one, and is cut
// between lines where it does not.
func (r *drawer) table(t *node) {
	l := r.styles.table(t)
	widths, left := r.columns(t)
	var rows, head []row
	for _, tr := range rowsOf(t) {
		one := r.row(tr, l, widths, left)
		if one.head && len(head) == len(rows) {
			head = append(head, one)
		}
		rows = append(rows, one)
	}
	full := r.d.Bottom()
	for i, one := range rows {
		if r.d.Y()+one.height > full {
			fits := one.height <= full-r.top(head)
			if fits || r.d.Y()+12 > full {
				r.d.NextPage()
				if i >= len(head) {
					r.again(head)
				}
			}
		}
		r.cells(one, l.cellTop)
	}
	r.after = 0
}

// top is where the rows of a page begin below the head.
func (r *drawer) top(head []row) (y float64) {
	y = r.edge
	for _, h := range head {
		y += h.height
	}
	return y
}

func (r *drawer) again(head []row) {
	for _, h := range head {
		r.cells(h, 0)
	}
}

func rowsOf(t *node) (all []*node) {
	for _, k := range t.kids {
		switch k.name {
		case "w:tr":
			all = append(all, k)
		case "w:sdt":
			if c := k.child("w:sdtContent"); c != nil {
				all = append(all, rowsOf(c)...)
			}
		}
	}
	return all
}

// columns are the widths of a table in millimetres, no wider than the page, and
// where it begins.
func (r *drawer) columns(t *node) (widths []float64, left float64) {
	total := 0.0
	if grid := t.child("w:tblGrid"); grid != nil {
		for _, c := range grid.kids {
			if c.name == "w:gridCol" {
				w := max(length(c.attr("w:w")), 1)
				widths, total = append(widths, w), total+w
			}
		}
	}
	room := r.d.Width()
	if len(widths) == 0 {
		most := 1
		for _, tr := range rowsOf(t) {
			most = max(most, len(cellsOf(tr)))
		}
		for range most {
			widths = append(widths, room/float64(most))
		}
		total = room
	}
	properties := t.child("w:tblPr")
	if total > room+4 { // a little over the edge is how Word sets tables
		for i := range widths {
			widths[i] *= room / total
		}
		total = room
	}
	switch properties.child("w:jc").attr("w:val") {
	case "center":
		left = (room - total) / 2
	case "right", "end":
		left = room - total
	default:
		left = length(properties.child("w:tblInd").attr("w:w"))
		left = min(max(left, -6), max(room-total, 0))
	}
	return widths, left
}

func cellsOf(tr *node) (all []*node) {
	for _, k := range tr.kids {
		switch k.name {
		case "w:tc":
			all = append(all, k)
		case "w:sdt":
			if c := k.child("w:sdtContent"); c != nil {
				all = append(all, cellsOf(c)...)
			}
		}
	}
	return all
}

// row lays the cells of a row out.
func (r *drawer) row(tr *node, of looks, widths []float64, left float64) row {
	properties := tr.child("w:trPr")
	one := row{height: length(properties.child("w:trHeight").attr("w:val"))}
	on(properties.child("w:tblHeader"), &one.head)
	at, x := 0, left
	if n, err := strconv.Atoi(properties.child("w:gridBefore").attr("w:val")); err == nil {
		for ; at < n && at < len(widths); at++ {
			x += widths[at]
		}
	}
	for _, tc := range cellsOf(tr) {
		own := tc.child("w:tcPr")
		spans := 1
		if n, err := strconv.Atoi(own.child("w:gridSpan").attr("w:val")); err == nil && n > 1 {
			spans = n
		}
		c := cell{x: x, grid: of.grid}
		for ; spans > 0 && at < len(widths); spans-- {
			c.w += widths[at]
			at++
		}
		if c.w <= 0 {
			continue // more cells than columns
		}
		x += c.w
		if b := own.child("w:tcBorders"); b != nil {
			c.grid = c.grid && !hidden(b) || drawn(b.child("w:top")) && drawn(b.child("w:bottom"))
		}
		c.middle = own.child("w:vAlign").attr("w:val") == "center"
		if merged := own.child("w:vMerge"); merged != nil && merged.attr("w:val") != "restart" {
			c.goesOn = true
		}
		r.cell(&c, tc, of)
		one.cells = append(one.cells, c)
		one.height = max(one.height, c.height()+of.cellTop+of.low)
	}
	return one
}

// hidden reports whether a cell takes all its borders away.
func hidden(b *node) bool {
	n := 0
	for _, k := range b.kids {
		if !drawn(k) {
			n++
		}
	}
	return n >= 4
}

func (r *drawer) cell(c *cell, tc *node, of looks) {
	space := 0.0
	for _, para := range flat(tc) {
		if para.name != "w:p" {
			continue // a table in a table: Warnings says so
		}
		l := r.styles.paragraph(para)
		lines := r.lay(para, l, max(c.w-of.cellLeft-of.cellRight, 5))
		for i, one := range lines {
			one.x += of.cellLeft
			one.rule = l.below && i == len(lines)-1
			gap := 0.0
			if i == 0 {
				gap = max(l.before, space)
			}
			c.lines, c.gaps = append(c.lines, one), append(c.gaps, gap)
		}
		space = l.after
	}
	c.leading = space
}

func (c cell) height() (h float64) {
	for i, l := range c.lines {
		if h += l.height + c.gaps[i]; l.rule {
			h += 0.8
		}
	}
	return h + c.leading
}

// cells draws a row, on as many pages as it needs.
func (r *drawer) cells(one row, above float64) {
	next := make([]int, len(one.cells))
	for range 1000 { // pages
		top, bottom := r.d.Y(), r.d.Bottom()
		high := 0.0
		whole := r.d.Y()+one.height <= bottom
		more := false
		for i, c := range one.cells {
			y, begun := top+above, next[i]
			if c.middle && whole {
				y += max((one.height-above-c.height())/2, 0)
			}
			for ; next[i] < len(c.lines); next[i]++ {
				l := c.lines[next[i]]
				if !whole && y+c.gaps[next[i]]+l.height > bottom && (next[i] > begun || top > r.edge+1) {
					more = true
					break
				}
				y += c.gaps[next[i]]
				r.line(l, r.d.Left()+c.x, y)
				y += l.height
				if l.rule {
					r.d.Rule(r.d.Left()+c.x+l.x, r.d.Left()+c.x+l.x+l.room, y+0.4, 0.2)
					y += 0.8
				}
			}
			high = max(high, y-top)
		}
		if whole {
			high = one.height
		}
		for _, c := range one.cells {
			if c.grid {
				r.d.Frame(r.d.Left()+c.x, top, c.w, high, 0.2)
			}
		}
		r.d.MoveTo(top + high)
		if !more {
			return
		}
		r.d.NextPage()
	}
}
