// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package pdf

// Column is one column of a table.
type Column struct {
	Title string
	Share float64 // of the width, against the other columns
	Align Align   // of its cells; titles are centred
}

// Table is a grid with a head that every page repeats.
type Table struct {
	Columns []Column
	Rows    [][]string
	Style   Style
}

const padding = 1.2 // millimetres between a cell's border and its text

// Table draws t between the margins. A row stands on one page when it fits on
// one, and is cut between lines when it does not.
func (d *Doc) Table(t Table) {
	total := 0.0
	for _, c := range t.Columns {
		total += c.Share
	}
	if total <= 0 || d.err != nil {
		return
	}
	widths := make([]float64, len(t.Columns))
	head := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		widths[i] = d.Width() * c.Share / total
		head[i] = c.Title
	}
	bold := t.Style
	bold.Bold = true
	titles := d.cells(head, widths, bold)
	first := d.cells(firstRow(t), widths, t.Style)
	d.Need(height(titles, bold) + height(first, t.Style))
	d.row(titles, widths, nil, bold)
	for _, r := range t.Rows {
		rest := d.cells(r, widths, t.Style)
		full := d.Bottom() - d.o.Margins.Top - height(titles, bold)
		if height(rest, t.Style) <= full && d.y+height(rest, t.Style) > d.Bottom() {
			d.NextPage()
			d.row(titles, widths, nil, bold)
		}
		for rest != nil && d.err == nil {
			var now [][]string
			now, rest = cut(rest, int((d.Bottom()-d.y-2*padding)/t.Style.lead()))
			d.row(now, widths, t.Columns, t.Style)
			if rest != nil {
				d.NextPage()
				d.row(titles, widths, nil, bold)
			}
		}
	}
}

func firstRow(t Table) []string {
	if len(t.Rows) == 0 {
		return nil
	}
	return t.Rows[0]
}

// cells wraps each text into the lines of its column.
func (d *Doc) cells(texts []string, widths []float64, s Style) [][]string {
	cells := make([][]string, len(widths))
	for i := range widths {
		if i < len(texts) && texts[i] != "" {
			cells[i] = d.wrap(texts[i], widths[i]-2*padding, 0, s)
		}
	}
	return cells
}

func lines(cells [][]string) int {
	n := 1
	for _, c := range cells {
		n = max(n, len(c))
	}
	return n
}

func height(cells [][]string, s Style) float64 {
	return float64(lines(cells))*s.lead() + 2*padding
}

// cut parts a row after n lines; rest is nil when nothing is left.
func cut(cells [][]string, n int) (now, rest [][]string) {
	n = max(n, 1)
	if lines(cells) <= n {
		return cells, nil
	}
	now, rest = make([][]string, len(cells)), make([][]string, len(cells))
	for i, c := range cells {
		k := min(n, len(c))
		now[i], rest[i] = c[:k], c[k:]
	}
	return now, rest
}

// row draws one row; without columns it is the head, centred.
func (d *Doc) row(cells [][]string, widths []float64, columns []Column, s Style) {
	if d.err != nil {
		return
	}
	x, h := d.Left(), height(cells, s)
	for i, c := range cells {
		d.Frame(x, d.y, widths[i], h, 0.2)
		a, top := Center, d.y+(h-float64(len(c))*s.lead())/2
		if columns != nil {
			a, top = columns[i].Align, d.y+padding
		}
		for n, line := range c {
			d.put(line, x+padding, top+float64(n)*s.lead(), widths[i]-2*padding, a, s)
		}
		x += widths[i]
	}
	d.y += h
}
