// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package papers

import "tinhso.vn/internal/platform/pdf"

// Listing is a list on paper: a table across A4, its head on every page.
type Listing struct {
	Author   string // whose list it is
	Title    string
	Note     string // by what it is narrowed, when it was made
	Head     []string
	Rows     [][]string
	Language string // "vi" when empty
}

// Listing draws l. Letters that the fonts lack become question marks.
func (p Press) Listing(l Listing) (Paper, error) {
	if err := need("title", l.Title, "author", l.Author); err != nil {
		return Paper{}, err
	}
	a4 := pdf.A4()
	sh := &sheet{scale: 1, areas: make(map[Area]pdf.Rect), Doc: pdf.New(pdf.Options{
		Fonts: p.Fonts, Size: pdf.Size{W: a4.H, H: a4.W}, Margins: pdf.Margins{Top: 15, Right: 15, Bottom: 15, Left: 20},
		Made: p.Made, Title: readable(l.Title), Author: readable(l.Author), Language: l.Language, Mark: p.Mark, Numbers: true,
	})}
	sh.Paragraph(readable(l.Author), pdf.Para{Style: sh.style(11)})
	sh.Paragraph(readable(l.Title), pdf.Para{Style: sh.bold(15), Before: 1})
	if l.Note != "" {
		sh.Paragraph(readable(l.Note), pdf.Para{Style: sh.italic(10), Before: 1})
	}
	sh.Skip(3)
	table := pdf.Table{Style: sh.style(9.5)}
	for i, title := range l.Head {
		table.Columns = append(table.Columns, pdf.Column{Title: readable(title), Share: l.share(i)})
	}
	for _, row := range l.Rows {
		cells := make([]string, len(row))
		for i, cell := range row {
			cells[i] = readable(cell)
		}
		table.Rows = append(table.Rows, cells)
	}
	sh.Table(table)
	return sh.finish()
}

// share is the width of a column against the others: what its longer cells need,
// within bounds.
func (l Listing) share(column int) float64 {
	longest := len([]rune(l.Head[column]))
	for _, row := range l.Rows {
		if column < len(row) {
			longest = max(longest, min(len([]rune(row[column])), 40))
		}
	}
	return float64(max(longest, 6))
}
