// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package docx

import (
	"strings"

	"golang.org/x/text/unicode/norm"

	"tinhso.vn/internal/platform/pdf"
)

// bit is a piece of a word in one look, or a place kept free.
type bit struct {
	text  string
	style pdf.Style
	under bool
	place string
	w, h  float64 // of a place
}

// word is what is never parted at a line's end, unless it is wider than a line.
type word struct {
	bits  []bit
	space bool // a blank stands before it
	tab   bool // a tab does
	brk   byte // 'l' a new line, 'p' a new page begins with it; 0: neither
}

// line is a line of a paragraph, ready to be drawn.
type line struct {
	words  []word
	width  float64 // of what is in it
	room   float64
	height float64
	base   float64 // from the top
	x      float64 // indentation
	align  pdf.Align
	last   bool
	page   bool // it begins a page
	rule   bool // one is drawn below it
}

const tabStop = 12.7 // millimetres, where a document says nothing

// words takes a paragraph apart.
func (r *drawer) words(para *node, l looks) []word {
	w := &wording{r: r}
	w.walk(para, l)
	w.end()
	return w.all
}

// wording collects words.
type wording struct {
	r      *drawer
	all    []word
	now    word
	fields int  // instructions of Word that are open
	told   bool // and what they show has begun
}

func (w *wording) end() {
	if len(w.now.bits) > 0 || w.now.brk != 0 || w.now.tab {
		w.all = append(w.all, w.now)
	}
	w.now = word{}
}

func (w *wording) walk(n *node, l looks) {
	for _, k := range n.kids {
		switch k.name {
		case "w:r":
			w.run(k, w.r.styles.run(l, k))
		case "w:del", "w:pPr", "w:rPr", "w:moveFrom":
		default:
			w.walk(k, l)
		}
	}
}

func (w *wording) run(n *node, l looks) {
	if l.hidden {
		return
	}
	for _, k := range n.kids {
		switch k.name {
		case "w:t":
			if w.fields == 0 || w.told {
				w.say(k.content(), l)
			}
		case "w:tab":
			w.end()
			w.now.tab = true
		case "w:br", "w:cr":
			w.end()
			w.now.brk = 'l'
			if k.attr("w:type") == "page" {
				w.now.brk = 'p'
			}
		case "w:noBreakHyphen":
			w.say("-", l)
		case "w:fldChar":
			switch k.attr("w:fldCharType") {
			case "begin":
				w.fields++
				w.told = false
			case "separate":
				w.told = true
			case "end":
				w.fields = max(w.fields-1, 0)
				w.told = w.fields > 0
			}
		}
	}
}

// say adds text, with the places that stay free in it.
func (w *wording) say(said string, l looks) {
	said = norm.NFC.String(strings.Map(plain, said))
	if l.caps {
		said = strings.ToUpper(said)
	}
	for {
		open := strings.Index(said, "{{")
		shut := strings.Index(said, "}}")
		if open < 0 || shut < open {
			break
		}
		name := strings.ToLower(strings.TrimSpace(said[open+2 : shut]))
		size, is := w.r.o.Places[name]
		if !is {
			w.text(said[:shut+2], l)
		} else {
			w.text(said[:open], l)
			w.now.bits = append(w.now.bits, bit{place: name, w: size.W, h: size.H, style: l.letters()})
		}
		said = said[shut+2:]
	}
	w.text(said, l)
}

func (w *wording) text(said string, l looks) {
	for i, part := range strings.Split(said, " ") {
		if i > 0 {
			w.end()
			w.now.space = true
		}
		if part != "" {
			w.now.bits = append(w.now.bits, bit{text: part, style: l.letters(), under: l.line})
		}
	}
}

// plain leaves away what has no shape of its own.
func plain(r rune) rune {
	switch r {
	case '\u00a0', '\n', '\t', '\u2002', '\u2003', '\u2009', '\u202f':
		return ' '
	case '\u00ad', '\u200b', '\u200c', '\u200d', '\u2060', '\ufeff':
		return -1
	case '\u2011':
		return '-'
	}
	if r < ' ' {
		return -1
	}
	return r
}

// gap is how wide the blank before a word is: that of its letters.
func (r *drawer) gap(w word) float64 {
	if !w.space {
		return 0
	}
	s := pdf.Style{Size: usual}
	if len(w.bits) > 0 {
		s = w.bits[0].style
	}
	return r.d.Measure(" ", s)
}

func (r *drawer) bits(w word) (wide float64) {
	for _, b := range w.bits {
		if b.place != "" {
			wide += b.w
		} else {
			wide += r.d.Measure(b.text, b.style)
		}
	}
	return wide
}

// lay breaks the words of a paragraph into lines no wider than w millimetres.
func (r *drawer) lay(para *node, l looks, w float64) []line {
	room := max(w-l.left-l.right, 10)
	var lines []line
	now := line{x: l.left + l.first, room: room - l.first, align: l.align, page: l.newPage}
	flush := func(last bool) {
		now.last = last
		r.measure(&now, l)
		lines = append(lines, now)
		now = line{x: l.left, room: room, align: l.align}
	}
	for _, one := range r.words(para, l) {
		if one.brk != 0 {
			flush(true)
			now.page = one.brk == 'p'
			one.space, one.brk = false, 0
		}
		if one.tab {
			at := now.x + now.width
			stop := (float64(int(at/tabStop)) + 1) * tabStop
			now.words = append(now.words, word{bits: []bit{{w: stop - at, place: tabPlace}}})
			now.width += stop - at
			if now.align == pdf.Justify {
				now.align = pdf.Left
			}
			one.tab, one.space = false, false
		}
		for _, piece := range r.parted(one, room) {
			wide, gap := r.bits(piece), r.gap(piece)
			if len(now.words) == 0 {
				gap = 0
			}
			if len(now.words) > 0 && now.width+gap+wide > now.room {
				flush(false)
				gap = 0
			}
			piece.space = piece.space && gap > 0
			now.words = append(now.words, piece)
			now.width += gap + wide
		}
	}
	flush(true)
	return lines
}

// tabPlace is a place that is only free.
const tabPlace = "\t"

// parted cuts a word that is wider than a line.
func (r *drawer) parted(w word, room float64) []word {
	if len(w.bits) == 0 {
		return nil
	}
	if r.bits(w) <= room {
		return []word{w}
	}
	var all []word
	now := word{space: w.space}
	for _, b := range w.bits {
		if b.place != "" {
			all, now = append(all, now, word{bits: []bit{b}}), word{}
			continue
		}
		piece := bit{style: b.style, under: b.under}
		for _, sign := range b.text {
			if r.bits(now)+r.d.Measure(piece.text+string(sign), b.style) > room && piece.text != "" {
				now.bits = append(now.bits, piece)
				all, now = append(all, now), word{}
				piece.text = ""
			}
			piece.text += string(sign)
		}
		now.bits = append(now.bits, piece)
	}
	return append(all, now)
}

// lead is the height of a single line; base is how deep its letters stand in it.
func lead(s pdf.Style) float64 { return s.Size * 1.15 * 25.4 / 72 }
func base(s pdf.Style) float64 { return lead(s)*0.5 + s.Size*25.4/72*0.32 }

// measure says how high a line is.
func (r *drawer) measure(l *line, of looks) {
	letters, deep := 0.0, 0.0
	places := 0.0
	for _, w := range l.words {
		for _, b := range w.bits {
			if b.place == tabPlace {
				continue
			}
			letters, deep = max(letters, lead(b.style)), max(deep, base(b.style))
			places = max(places, b.h)
		}
	}
	if letters == 0 {
		letters, deep = lead(of.letters()), base(of.letters())
	}
	l.height = letters * of.spacing
	if of.spacing == 0 {
		l.height = max(of.exact, letters*0.8)
	}
	l.height = max(l.height, places)
	l.base = (l.height-letters)/2 + deep
}
