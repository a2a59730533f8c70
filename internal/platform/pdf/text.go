// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package pdf

import (
	"strconv"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// Align says where the lines of a paragraph stand.
type Align uint8

// The ways to align; Left is the zero value.
const (
	Left Align = iota
	Center
	Right
	Justify
)

// Color is the ink of a text.
type Color uint8

// The inks; Black is the zero value.
const (
	Black Color = iota
	Grey        // secondary words
	Pale        // the mark across a page
	Red
	Blue
)

// Style is how letters look.
type Style struct {
	Size         float64 // points
	Bold, Italic bool
	Color        Color
}

// Para is how a paragraph stands.
type Para struct {
	Style
	Align   Align
	Indent  float64 // of the first line, millimetres
	Before  float64 // free space above, millimetres
	Leading float64 // line spacing, 1 when zero
	Follow  float64 // millimetres that stay on the page of the last two lines
}

// lead returns the height of a single line in millimetres.
func (s Style) lead() float64 { return s.Size * 1.15 / mm }

func (s Style) key() string {
	key := ""
	if s.Bold {
		key += "B"
	}
	if s.Italic {
		key += "I"
	}
	return key
}

func (p Para) lead() float64 {
	if p.Leading == 0 {
		return p.Style.lead()
	}
	return p.Style.lead() * p.Leading
}

// use returns the font of a style; one that is never used is not embedded.
func (d *Doc) use(s Style) (*used, bool) {
	if d.err != nil {
		return nil, false
	}
	key := s.key()
	if u, known := d.fonts[key]; known {
		return u, true
	}
	one, err := d.o.Fonts.face(key)
	if err != nil {
		d.err = err
		return nil, false
	}
	u := newUsed(one, "F"+strconv.Itoa(len(d.order)+1))
	d.fonts[key], d.order = u, append(d.order, u)
	return u, true
}

func (c Color) rgb() (r, g, b int) {
	switch c {
	case Grey:
		return 80, 80, 80
	case Pale:
		return 243, 231, 231
	case Red:
		return 200, 16, 30
	case Blue:
		return 20, 50, 150
	case Black:
		return 0, 0, 0
	default:
		return 0, 0, 0
	}
}

// check refuses a sign the font lacks: a box where a name should be is worse
// than no paper.
func (d *Doc) check(text string, s Style) bool {
	one := d.fonts[s.key()]
	for _, r := range text {
		if one.glyph(r) == 0 || r > 0xFFFF {
			d.err = ErrGlyph.With("sign", string(r))
			return false
		}
	}
	return true
}

func (d *Doc) measure(text string, s Style) float64 {
	u, ok := d.use(s)
	if !ok {
		return 1
	}
	return u.wide(norm.NFC.String(text), s)
}

// wide returns the width of a text in millimetres.
func (u *used) wide(text string, s Style) float64 {
	return float64(u.measure(text)) * s.Size / mm / 1000
}

// Measure returns the width of one line of text in millimetres.
func (d *Doc) Measure(text string, s Style) float64 { return d.measure(text, s) }

// put draws one line whose top is y.
func (d *Doc) put(text string, x, y, w float64, a Align, s Style) {
	text = norm.NFC.String(text)
	if text == "" {
		return
	}
	u, ok := d.use(s)
	if !ok || !d.check(text, s) {
		return
	}
	width, gap := u.wide(text, s), 0.0
	switch a {
	case Center:
		x += (w - width) / 2
	case Right:
		x += w - width
	case Justify:
		if n := strings.Count(text, " "); n > 0 {
			gap = (w - width) / float64(n)
		}
	case Left:
	}
	d.fill(s.Color.rgb())
	page := d.pages[len(d.pages)-1]
	out := append(page.AvailableBuffer(), "BT /"+u.name+" "...)
	out = append(num(out, s.Size), " Tf "...)
	out = append(num(out, x*mm), ' ')
	out = append(num(out, d.up(y+s.lead()*0.5+s.Size/mm*0.32)), " Td [<"...)
	for word := range strings.SplitAfterSeq(text, " ") {
		out = u.encode(out, word)
		if gap != 0 && strings.HasSuffix(word, " ") {
			out = append(num(append(out, '>'), -gap*mm*1000/s.Size), '<')
		}
	}
	page.Write(append(out, ">] TJ ET\n"...))
}

// Line draws one line of text, not wrapped, whose top is y, within w from x.
func (d *Doc) Line(text string, x, y, w float64, a Align, s Style) { d.put(text, x, y, w, a, s) }

// wrap breaks text into lines no wider than w, the first one shorter by
// indent. A word wider than a line is broken between letters.
func (d *Doc) wrap(text string, w, indent float64, s Style) []string {
	text = norm.NFC.String(text)
	u, ok := d.use(s)
	if !ok {
		return nil
	}
	var lines []string
	line, room := "", w-indent
	flush := func() {
		lines = append(lines, line)
		line, room = "", w
	}
	for word := range strings.FieldsSeq(text) {
		next := word
		if line != "" {
			next = line + " " + word
		}
		if u.wide(next, s) <= room {
			line = next
			continue
		}
		if line != "" {
			flush()
		}
		for _, r := range word {
			if line != "" && u.wide(line+string(r), s) > room {
				flush()
			}
			line += string(r)
		}
	}
	flush()
	return lines
}

// Box draws text wrapped into the column at x, y with width w, on this page
// only, and returns the height after it and the end of its last line.
func (d *Doc) Box(text string, x, y, w float64, p Para) (bottom, end float64) {
	y += p.Before
	end = x
	for part := range strings.SplitSeq(text, "\n") {
		lines := d.wrap(part, w, p.Indent, p.Style)
		for i, line := range lines {
			end = d.line(line, x, y, w, p, i == 0, i == len(lines)-1)
			y += p.lead()
		}
	}
	return y, end
}

// Height returns how high Box would be, without its Before.
func (d *Doc) Height(text string, w float64, p Para) float64 {
	n := 0
	for part := range strings.SplitSeq(text, "\n") {
		n += len(d.wrap(part, w, p.Indent, p.Style))
	}
	return float64(n) * p.lead()
}

func (d *Doc) line(line string, x, y, w float64, p Para, first, last bool) (end float64) {
	a := p.Align
	if first {
		x, w = x+p.Indent, w-p.Indent
	}
	if last && a == Justify {
		a = Left
	}
	d.put(line, x, y+(p.lead()-p.Style.lead())/2, w, a, p.Style)
	switch a {
	case Left:
		return x + d.measure(line, p.Style)
	case Center:
		return x + (w+d.measure(line, p.Style))/2
	case Right, Justify:
	}
	return x + w
}

// Paragraph draws text between the margins, going on to new pages, and returns
// where its last line ends, in millimetres from the left edge.
func (d *Doc) Paragraph(text string, p Para) (end float64) {
	d.y += p.Before
	end = d.Left()
	for part := range strings.SplitSeq(text, "\n") {
		lines := d.wrap(part, d.Width(), p.Indent, p.Style)
		for i, line := range lines {
			if i == max(0, len(lines)-2) {
				d.Need(float64(len(lines)-i)*p.lead() + p.Follow)
			}
			d.Need(p.lead())
			end = d.line(line, d.Left(), d.y, d.Width(), p, i == 0, i == len(lines)-1)
			d.y += p.lead()
		}
	}
	return end
}

// Balance breaks text into lines of similar width for a column of width w, so
// that no short word stands alone in a title.
func (d *Doc) Balance(text string, w float64, s Style) string {
	best := d.wrap(text, w, 0, s)
	for narrow := w * 0.96; len(best) > 1 && narrow > w/2; narrow *= 0.96 {
		lines := d.wrap(text, narrow, 0, s)
		if len(lines) > len(best) {
			break
		}
		best = lines
	}
	return strings.Join(best, "\n")
}
