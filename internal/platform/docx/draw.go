// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package docx

import (
	"strings"
	"time"

	"tinhso.vn/internal/platform/pdf"
)

// Space is how large a place is that stays free, in millimetres.
type Space struct{ W, H float64 }

// Drawing is what the pages need besides the document.
type Drawing struct {
	Fonts         pdf.Fonts
	Made          time.Time // the day of creation inside the file; the caller's clock
	Title, Author string
	Mark          string           // drawn across every page
	Places        map[string]Space // {{name}} that are kept free for what comes later
}

// drawer draws one document.
type drawer struct {
	d      *pdf.Doc
	o      Drawing
	styles *styles
	kept   map[string]pdf.Rect
	after  float64 // free space below the paragraph before
	edge   float64 // the top margin
}

// Draw returns the document, filled with values, as PDF pages, and where its
// places are. The same document and values give the same bytes.
func (f *File) Draw(v Values, o Drawing) ([]byte, map[string]pdf.Rect, error) {
	filled := File{parts: f.filled(v)}
	body := filled.part(mainPart).child("w:body")
	size, margins := sheet(body)
	r := &drawer{o: o, styles: f.styles, kept: map[string]pdf.Rect{}, edge: margins.Top, d: pdf.New(pdf.Options{
		Fonts: o.Fonts, Size: size, Margins: margins, Made: o.Made, Title: o.Title, Author: o.Author, Mark: o.Mark, Numbers: true,
	})}
	r.blocks(body)
	out, err := r.d.Bytes()
	if err != nil {
		return nil, nil, ErrTrouble.Because(err).With("why", err.Error())
	}
	return out, r.kept, nil
}

// sheet is the size of the pages and their free edges, as the last section has
// them; where it has none, A4 as the decree on clerical work has it.
func sheet(body *node) (pdf.Size, pdf.Margins) {
	size, margins := pdf.A4(), pdf.Margins{Top: 20, Right: 18, Bottom: 20, Left: 30}
	section := body.child("w:sectPr")
	if page := section.child("w:pgSz"); page != nil {
		if w, h := length(page.attr("w:w")), length(page.attr("w:h")); w >= 70 && h >= 70 {
			size = pdf.Size{W: w, H: h}
		}
	}
	if m := section.child("w:pgMar"); m != nil {
		edge := func(name string, most float64) float64 { return min(max(length(m.attr(name)), 5), most) }
		margins = pdf.Margins{Top: edge("w:top", size.H/3), Right: edge("w:right", size.W/3), Bottom: edge("w:bottom", size.H/3), Left: edge("w:left", size.W/3)}
	}
	return size, margins
}

// blocks draws paragraphs and tables one below the other.
func (r *drawer) blocks(n *node) {
	kids := flat(n)
	for i, k := range kids {
		switch k.name {
		case "w:p":
			follow := 0.0
			if l := r.styles.paragraph(k); l.next && i+1 < len(kids) {
				follow = 25 // room for the beginning of what comes next
			}
			r.paragraph(k, follow)
		case "w:tbl":
			r.after = 0
			r.table(k)
		}
	}
}

// flat are the paragraphs and tables of an element, also those in controls.
func flat(n *node) (all []*node) {
	for _, k := range n.kids {
		switch k.name {
		case "w:p", "w:tbl":
			all = append(all, k)
		case "w:sdt":
			if c := k.child("w:sdtContent"); c != nil {
				all = append(all, flat(c)...)
			}
		case "w:ins", "w:smartTag", "w:customXml", "w:moveTo":
			all = append(all, flat(k)...)
		}
	}
	return all
}

func (r *drawer) paragraph(para *node, follow float64) {
	l := r.styles.paragraph(para)
	r.d.Skip(max(l.before-r.after, 0))
	lines := r.lay(para, l, r.d.Width())
	for i, one := range lines {
		if one.page {
			r.d.NextPage()
		}
		switch n := len(lines) - i; { // two lines at least stand together
		case i == 0 && n > 1:
			r.d.Need(one.height + lines[1].height)
		case n == 2:
			r.d.Need(one.height + lines[i+1].height + follow)
		case n == 1:
			r.d.Need(one.height + follow)
		default:
			r.d.Need(one.height)
		}
		if i == 0 && l.above {
			r.d.Rule(r.d.Left()+l.left, r.d.Left()+r.d.Width()-l.right, r.d.Y(), 0.2)
		}
		r.line(one, r.d.Left(), r.d.Y())
		r.d.Skip(one.height)
	}
	if l.below {
		r.d.Rule(r.d.Left()+l.left, r.d.Left()+r.d.Width()-l.right, r.d.Y()+0.4, 0.2)
		r.d.Skip(0.8)
	}
	r.d.Skip(l.after)
	r.after = l.after
}

// line draws a line whose paragraph begins at x and whose top is y.
func (r *drawer) line(l line, x, y float64) {
	x += l.x
	gaps := 0
	for _, w := range l.words {
		if w.space {
			gaps++
		}
	}
	more := 0.0
	switch l.align {
	case pdf.Center:
		x += (l.room - l.width) / 2
	case pdf.Right:
		x += l.room - l.width
	case pdf.Justify:
		if !l.last && gaps > 0 {
			more = max((l.room-l.width)/float64(gaps), 0)
		}
	case pdf.Left:
	}
	p := &pending{}
	for _, w := range l.words {
		if w.space {
			s := w.bits[0].style
			if p.text != "" && p.style == s && p.under == w.bits[0].under {
				p.text, p.blanks = p.text+" ", p.blanks+1
			} else {
				r.put(p, l, y, more)
				p.x = x
			}
			x += r.d.Measure(" ", s) + more
		}
		for _, b := range w.bits {
			wide := b.w
			if b.place == "" {
				wide = r.d.Measure(b.text, b.style)
			}
			if b.place != "" || p.text != "" && (p.style != b.style || p.under != b.under) {
				r.put(p, l, y, more)
			}
			switch {
			case b.place == tabPlace:
			case b.place != "":
				top := y + l.base - base(b.style) + (lead(b.style)-b.h)/2
				if b.h > lead(b.style) {
					top = y + (l.height-b.h)/2
				}
				r.kept[b.place] = r.d.Area(x, top, b.w, b.h)
			default:
				if p.text == "" {
					p.x, p.style, p.under = x, b.style, b.under
				}
				p.text += b.text
			}
			x += wide
		}
	}
	r.put(p, l, y, more)
}

// pending is text in one look that is drawn at once.
type pending struct {
	text   string
	style  pdf.Style
	under  bool
	x      float64
	blanks int
}

func (r *drawer) put(p *pending, l line, y, more float64) {
	text := p.text
	if text == "" {
		return
	}
	inner := strings.TrimRight(text, " ")
	wide := r.d.Measure(inner, p.style) + float64(strings.Count(inner, " "))*more
	top := y + l.base - base(p.style)
	align := pdf.Left
	if more > 0 {
		align = pdf.Justify
	}
	r.d.Line(inner, p.x, top, wide, align, p.style)
	if p.under {
		r.d.Rule(p.x, p.x+wide, y+l.base+p.style.Size*0.045, 0.2)
	}
	*p = pending{}
}
