// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package pdf draws pages of Vietnamese text: paragraphs, tables, codes,
// pictures and places kept free for what comes later. It knows fonts and
// millimetres, not what a receipt or a decision looks like. The same calls give
// the same bytes: no clock and no chance are asked.
package pdf

import (
	"bytes"
	"fmt"
	"time"

	"tinhso.vn/internal/platform/errs"
)

// ErrFont says that a font is missing or is not a TrueType font.
var ErrFont = errs.New(errs.Internal, "pdf.font")

// ErrGlyph says that the text has a sign the font cannot draw; Args has it.
var ErrGlyph = errs.New(errs.Invalid, "pdf.glyph")

// mm is one millimetre in PDF points.
const mm = 72 / 25.4

// Size is the size of a page in millimetres.
type Size struct{ W, H float64 }

// A4 returns the size of an official document.
func A4() Size { return Size{210, 297} }

// A5 returns the size of a small receipt.
func A5() Size { return Size{148, 210} }

// Margins are the free edges of a page in millimetres.
type Margins struct{ Top, Right, Bottom, Left float64 }

// Rect is a place on a page in PDF points, from the lower left corner. Page
// counts from 1.
type Rect struct {
	Page       int
	X, Y, W, H float64
}

// Options say what all pages share.
type Options struct {
	Fonts    Fonts
	Size     Size
	Margins  Margins
	Made     time.Time // written as the day of creation; the caller's clock
	Title    string
	Author   string
	Language string // "vi" when empty
	Mark     string // drawn pale across every page and written small at its foot
	Numbers  bool   // page numbers, centred in the top margin from page 2 on
}

// Doc is a document being drawn. The first error stops all drawing and comes
// out of Bytes.
type Doc struct {
	o        Options
	shelf    *shelf
	pages    []*bytes.Buffer
	order    []*used          // fonts, as they came
	fonts    map[string]*used // by the key of a style
	pictures []*drawing
	ink      string // what the page is filled with now
	y        float64
	err      error
}

// New starts a document with its first page.
func New(o Options) *Doc {
	d := &Doc{o: o, shelf: o.Fonts.shelf, fonts: map[string]*used{}, err: unset(o.Made)}
	if d.shelf == nil {
		d.shelf = newShelf()
	}
	d.NextPage()
	return d
}

func (d *Doc) language() string {
	if d.o.Language == "" {
		return "vi"
	}
	return d.o.Language
}

// NextPage begins a page; what is drawn next stands at its top margin.
func (d *Doc) NextPage() {
	if d.err != nil {
		return
	}
	d.pages, d.ink = append(d.pages, &bytes.Buffer{}), ""
	d.y = d.o.Margins.Top
	d.mark()
	if n := len(d.pages); d.o.Numbers && n > 1 {
		style := Style{Size: 13}
		top := d.o.Margins.Top/2 - style.lead()/2
		d.put(fmt.Sprint(n), d.o.Margins.Left, top, d.Width(), Center, style)
	}
}

// Page returns the number of the page being drawn, from 1.
func (d *Doc) Page() int { return len(d.pages) }

// Y returns the height on the page where the next paragraph begins, in
// millimetres from the top.
func (d *Doc) Y() float64 { return d.y }

// MoveTo sets the height for the next paragraph, in millimetres from the top.
func (d *Doc) MoveTo(y float64) { d.y = y }

// Skip leaves h millimetres free.
func (d *Doc) Skip(h float64) { d.y += h }

// Left returns the left edge of the text in millimetres.
func (d *Doc) Left() float64 { return d.o.Margins.Left }

// Width returns the width between the margins in millimetres.
func (d *Doc) Width() float64 { return d.o.Size.W - d.o.Margins.Left - d.o.Margins.Right }

// Bottom returns the lower edge of the text in millimetres from the top.
func (d *Doc) Bottom() float64 { return d.o.Size.H - d.o.Margins.Bottom }

// Need begins a new page when less than h millimetres are left on this one.
func (d *Doc) Need(h float64) {
	if d.y+h > d.Bottom() && d.y > d.o.Margins.Top {
		d.NextPage()
	}
}

// Area returns the rectangle of this page whose upper left corner is x, y and
// whose size is w, h, all in millimetres from the top left, as PDF points.
func (d *Doc) Area(x, y, w, h float64) Rect {
	return Rect{Page: d.Page(), X: x * mm, Y: (d.o.Size.H - y - h) * mm, W: w * mm, H: h * mm}
}
