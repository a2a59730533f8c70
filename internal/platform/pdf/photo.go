// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package pdf

import (
	"bytes"
	"fmt"
	"image/color"
	"image/jpeg"
	"strconv"
)

// Photo draws a JPEG into the rectangle. It stands in the document as it is, byte
// for byte: nothing of a scan is lost once more.
func (d *Doc) Photo(raw []byte, x, y, w, h float64) {
	if d.err != nil {
		return
	}
	c, err := jpeg.DecodeConfig(bytes.NewReader(raw))
	if err != nil {
		d.err = fmt.Errorf("pdf: a photo: %w", err)
		return
	}
	if c.ColorModel == color.CMYKModel {
		d.err = fmt.Errorf("pdf: a photo in the colours of a press")
		return
	}
	d.pictures = append(d.pictures, &drawing{w: c.Width, h: c.Height, photo: raw, gray: c.ColorModel == color.GrayModel})
	d.op("q")
	d.op("cm", w*mm, 0, 0, h*mm, x*mm, d.up(y+h))
	d.op("/P" + strconv.Itoa(len(d.pictures)) + " Do")
	d.op("Q")
}

// photo writes a JPEG as an object; readers decode it themselves.
func (f *file) photo(number int, p *drawing, size string) {
	space := "/DeviceRGB"
	if p.gray {
		space = "/DeviceGray"
	}
	f.offsets[number-1] = f.out.Len()
	fmt.Fprintf(&f.out, "%d 0 obj\n<</Length %d /Filter /DCTDecode%s /ColorSpace %s>>\nstream\n", number, len(p.photo), size, space)
	f.out.Write(p.photo)
	f.out.WriteString("\nendstream\nendobj\n")
}
