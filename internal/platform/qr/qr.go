// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package qr turns text into the modules of a QR code and the bars of a
// Code 128. It gives dark and light, not pictures: whoever draws chooses size
// and ink.
package qr

import (
	"image/color"

	"github.com/boombuler/barcode"
	"github.com/boombuler/barcode/code128"
	"github.com/makiuchi-d/gozxing/qrcode/decoder"
	"github.com/makiuchi-d/gozxing/qrcode/encoder"

	"tinhso.vn/internal/platform/errs"
)

// ErrContent says that the text cannot be written as such a code: too long
// or, for Code 128, with signs outside ASCII.
var ErrContent = errs.New(errs.Invalid, "qr.content")

// Modules is a square of dark (true) and light modules, rows from the top,
// without the quiet zone: four light modules belong around it.
type Modules [][]bool

// Bars is a row of dark (true) and light bars of equal width, without the
// quiet zone: ten light bars belong on each side.
type Bars []bool

// Encode returns the QR code of content, UTF-8, error correction level M.
func Encode(content string) (Modules, error) {
	code, err := encoder.Encoder_encodeWithoutHint(content, decoder.ErrorCorrectionLevel_M)
	if err != nil {
		return nil, ErrContent.Because(err)
	}
	square := code.GetMatrix()
	modules := make(Modules, square.GetHeight())
	for y := range modules {
		modules[y] = make([]bool, square.GetWidth())
		for x := range modules[y] {
			modules[y][x] = square.Get(x, y) == 1
		}
	}
	return modules, nil
}

// Code128 returns the bars of content, which is ASCII and not empty.
func Code128(content string) (Bars, error) {
	for _, r := range content {
		if r > 126 || r < 32 {
			return nil, ErrContent
		}
	}
	code, err := code128.Encode(content)
	if err != nil {
		return nil, ErrContent.Because(err)
	}
	bars := make(Bars, code.Bounds().Dx())
	for x := range bars {
		bars[x] = dark(code, x, 0)
	}
	return bars, nil
}

func dark(code barcode.Barcode, x, y int) bool {
	r, g, b, _ := code.At(x, y).RGBA()
	white, _, _, _ := color.White.RGBA()
	return r+g+b < 3*white/2
}
