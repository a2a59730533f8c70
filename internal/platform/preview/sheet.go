// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package preview

import (
	"bufio"
	"context"
	"fmt"
	"image"
	"io"

	"golang.org/x/image/draw"

	"tinhso.vn/internal/platform/qr"
)

// TIFF is what scanners with a feeder write: many pages in one file. It can be
// read sheet by sheet, and is never shown as it is.
const TIFF = "image/tiff"

// Limits of sheets.
const (
	MaxScan     = 200 << 20 // bytes of a scanned file
	SheetDPI    = 200       // as sheets of PDFs are drawn
	sheetWidth  = 2480      // pixels; what is wider is made narrower
	sheetHeight = 3508
	MaxSheets   = 100      // of one Run
	sheetPixels = 40 << 20 // of one Run: ten sheets of A4
	faintInk    = 2        // blank: at most so many pixels of 10,000
)

// Sheet is one scanned page, and what can be said of it at a glance.
type Sheet struct {
	Picture

	Ink     int    // dark pixels of 10,000, without the margins
	Sharp   int    // how steep the edges of letters are, 0 to 255; 255 where there are none
	DPI     int    // of the scan, taking its width for that of A4 where nobody says; 0: not known
	Code    string // content of a QR code
	Damaged bool   // there is a QR code, and it cannot be read
}

// Blank reports whether nothing stands on the sheet.
func (s Sheet) Blank() bool { return s.Ink <= faintInk }

// ScansKind reports whether sheets of content of the media type can be read.
func ScansKind(kind string) bool { return Shows(kind) || kind == TIFF }

// Sheets reads scanned pages of at most MaxScan bytes of content, from the one
// with a number (from 1) on, and calls each with as many as one process may look
// at: whoever wants more asks again. It returns how many pages there are. Errors
// are those of Run.
func (r Runner) Sheets(ctx context.Context, kind string, content io.Reader, from int, each func(Sheet) error) (pages int, err error) {
	if !ScansKind(kind) || from < 1 {
		return 0, ErrNoKind
	}
	return r.run(ctx, order{Kind: kind, Pages: MaxSheets, From: from}, content, func(out *bufio.Reader) (int, error) {
		return receive(out, from, from+MaxSheets-1, sheetWidth, sheetHeight, func(l line, p Picture) error {
			return each(Sheet{p, l.Ink, l.Sharp, l.DPI, l.Code, l.Damaged})
		})
	})
}

// full reports whether the process has looked at as much as it may.
func (s *show) full() bool { return s.sheets && s.pixels >= sheetPixels }

// sheet writes one scanned page with what is seen at a glance.
func (s *show) sheet(number, dpi int, img image.Image) error {
	size := img.Bounds().Size()
	if size.X > sheetWidth || size.Y > sheetHeight {
		img = within(img, sheetWidth, sheetHeight)
		size = img.Bounds().Size()
	}
	s.pixels += size.X * size.Y
	g := grayed(img)
	l := line{Page: number, DPI: dpi, Ink: ink(g), Sharp: sharp(g)}
	if l.Ink > faintInk {
		l.Code, l.Damaged = codeOn(img)
	}
	return s.put(l, img)
}

// codeOn reads a QR code: first from a small picture, which is quick and forgives
// dust, then from the whole one.
func codeOn(img image.Image) (code string, damaged bool) {
	for _, width := range []int{640, sheetWidth} {
		if width == sheetWidth && img.Bounds().Dx() <= 640 {
			break
		}
		content, seen := qr.Read(within(img, width, 2*width))
		switch seen {
		case qr.Whole:
			if len(content) > maxCode {
				content = content[:maxCode]
			}
			return content, false
		case qr.Damaged:
			damaged = true
		case qr.None:
		}
	}
	return "", damaged
}

// maxCode is longer than any code of ours.
const maxCode = 100

func within(img image.Image, width, height int) image.Image {
	size := img.Bounds().Size()
	w, h := size.X, size.Y
	if w > width {
		w, h = width, max(1, h*width/w)
	}
	if h > height {
		w, h = max(1, w*height/h), height
	}
	if w == size.X && h == size.Y {
		return img
	}
	to := image.NewRGBA(image.Rect(0, 0, w, h))
	draw.ApproxBiLinear.Scale(to, to.Bounds(), img, img.Bounds(), draw.Src, nil)
	return to
}

func grayed(img image.Image) *image.Gray {
	size := img.Bounds().Size()
	to := image.NewGray(image.Rect(0, 0, size.X, size.Y))
	draw.Draw(to, to.Bounds(), img, img.Bounds().Min, draw.Src)
	return to
}

// inner is a picture without its margins, where holes and the edge of the glass show.
func inner(g *image.Gray) image.Rectangle {
	size := g.Bounds().Size()
	return image.Rect(size.X/20, size.Y/20, size.X-size.X/20, size.Y-size.Y/20)
}

// ink counts pixels that are much darker than the paper, of 10,000.
func ink(g *image.Gray) int {
	var tones [256]int
	in, all := inner(g), 0
	for y := in.Min.Y; y < in.Max.Y; y++ {
		for _, v := range g.Pix[y*g.Stride+in.Min.X : y*g.Stride+in.Max.X] {
			tones[v]++
			all++
		}
	}
	if all == 0 {
		return 0
	}
	paper, most := 255, 0 // the tone that most of the sheet has
	for v, n := range tones {
		if n > most {
			paper, most = v, n
		}
	}
	dark := 0
	for v := range max(0, paper-70) {
		dark += tones[v]
	}
	return dark * 10_000 / all
}

// sharp is the mean of the steepest steps between neighbours, one in a thousand
// of all pixels: letters that were in focus have nearly black beside nearly white.
func sharp(g *image.Gray) int {
	var steps [256]int
	in, all := inner(g), 0
	for y := in.Min.Y; y < in.Max.Y; y++ {
		row := g.Pix[y*g.Stride+in.Min.X : y*g.Stride+in.Max.X]
		for x := 1; x < len(row); x++ {
			step := int(row[x]) - int(row[x-1])
			steps[max(step, -step)]++
			all++
		}
	}
	want := all / 1000
	if want == 0 {
		return 255
	}
	n, sum := 0, 0
	for v := 255; v > 0 && n < want; v-- {
		take := min(steps[v], want-n)
		n, sum = n+take, sum+take*v
	}
	if n == 0 {
		return 255
	}
	return sum / n
}

// sane refuses what no sheet can be.
func (l line) sane() error {
	if l.Ink < 0 || l.Ink > 10_000 || l.Sharp < 0 || l.Sharp > 255 || l.DPI < 0 || l.DPI > 10_000 || len(l.Code) > maxCode {
		return fmt.Errorf("%w: a sheet that cannot be", ErrFailed)
	}
	return nil
}
