// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package preview

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
	_ "image/jpeg" // the two kinds of pictures that are taken
	_ "image/png"

	"golang.org/x/image/draw"
)

// picture shows a photo or a scan, turned as its camera says.
func (s *show) picture(content []byte) error {
	c, _, err := image.DecodeConfig(bytes.NewReader(content))
	if err != nil {
		return ErrBroken
	}
	if c.Width <= 0 || c.Height <= 0 || int64(c.Width)*int64(c.Height)*perPixel(c.ColorModel, content) > maxDecoded {
		return ErrTooLarge
	}
	img, _, err := image.Decode(bytes.NewReader(content))
	if err != nil {
		return ErrBroken
	}
	if s.sheets {
		return s.sheet(1, dpiOf(c.Width, c.Height), turn(within(img, sheetHeight, sheetHeight), orientation(content)))
	}
	if c.Width > 2*PageWidth { // turning is cheap on what is small
		img = fit(img, 2*PageWidth)
	}
	return s.give(1, turn(img, orientation(content)))
}

// perPixel is how many bytes a decoder holds for a pixel. Progressive JPEGs keep
// all coefficients until their end.
func perPixel(m color.Model, content []byte) int64 {
	switch {
	case m == color.NRGBA64Model, m == color.RGBA64Model:
		return 8
	case bytes.HasPrefix(content, []byte("\xff\xd8")) && bytes.Contains(content[:min(len(content), 1<<20)], []byte("\xff\xc2\x00")):
		return 16
	}
	return 4
}

// orientation finds how the picture of a camera stands (Exif 2.32, 0x0112): 1 to
// 8, 1 where nobody says.
func orientation(content []byte) int {
	if !bytes.HasPrefix(content, []byte("\xff\xd8")) {
		return 1
	}
	for at := 2; at+4 <= len(content) && content[at] == 0xff && content[at+1] != 0xda; {
		size := int(binary.BigEndian.Uint16(content[at+2:]))
		end := at + 2 + size
		if size < 2 || end > len(content) {
			break
		}
		if tiff, ok := bytes.CutPrefix(content[at+4:end], []byte("Exif\x00\x00")); ok && content[at+1] == 0xe1 {
			return oriented(tiff)
		}
		at = end
	}
	return 1
}

func oriented(tiff []byte) int {
	if len(tiff) < 8 {
		return 1
	}
	var order binary.ByteOrder = binary.BigEndian
	if tiff[0] == 'I' {
		order = binary.LittleEndian
	}
	at := int64(order.Uint32(tiff[4:]))
	if at+2 > int64(len(tiff)) {
		return 1
	}
	entries := tiff[at+2:]
	for range order.Uint16(tiff[at:]) {
		if len(entries) < 12 {
			break
		}
		if o := int(order.Uint16(entries[8:])); order.Uint16(entries) == 0x0112 && o >= 1 && o <= 8 {
			return o
		}
		entries = entries[12:]
	}
	return 1
}

// turn turns and mirrors a picture so that it stands.
func turn(img image.Image, o int) image.Image {
	if o == 1 {
		return img
	}
	b := img.Bounds()
	w, h := b.Dx(), b.Dy()
	from := image.NewRGBA(image.Rect(0, 0, w, h))
	draw.Draw(from, from.Bounds(), img, b.Min, draw.Src)
	size := image.Rect(0, 0, w, h)
	if o >= 5 {
		size = image.Rect(0, 0, h, w)
	}
	to := image.NewRGBA(size)
	for y := range h {
		for x := range w {
			tx, ty := x, y
			switch o {
			case 2:
				tx = w - 1 - x
			case 3:
				tx, ty = w-1-x, h-1-y
			case 4:
				ty = h - 1 - y
			case 5:
				tx, ty = y, x
			case 6:
				tx, ty = h-1-y, x
			case 7:
				tx, ty = h-1-y, w-1-x
			case 8:
				tx, ty = y, w-1-x
			}
			to.SetRGBA(tx, ty, from.RGBAAt(x, y))
		}
	}
	return to
}
