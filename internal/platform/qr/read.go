// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package qr

import (
	"errors"
	"image"
	"image/color"
	"image/draw"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"
)

// Seen is what Read found.
type Seen uint8

// The findings.
const (
	None    Seen = iota // no code, as far as one can see
	Damaged             // corners of a code, and nothing that can be read
	Whole
)

// Read looks for one QR code in a picture, which may be turned or a little
// askew, and returns its content. What strangers send is given to it in a process
// of its own.
func Read(img image.Image) (content string, seen Seen) {
	bits, err := gozxing.NewBinaryBitmap(gozxing.NewHybridBinarizer(gozxing.NewLuminanceSourceFromImage(gray(img))))
	if err != nil {
		return "", None
	}
	hints := make(map[gozxing.DecodeHintType]any)
	hints[gozxing.DecodeHintType_TRY_HARDER] = true
	found, err := qrcode.NewQRCodeReader().Decode(bits, hints)
	if err == nil {
		return found.GetText(), Whole
	}
	if _, nothing := errors.AsType[gozxing.NotFoundException](err); nothing {
		return "", None
	}
	return "", Damaged
}

// gray is a picture whose bounds begin at zero: the reader counts from there.
func gray(img image.Image) *image.Gray {
	size := img.Bounds().Size()
	to := image.NewGray(image.Rect(0, 0, size.X, size.Y))
	draw.Draw(to, to.Bounds(), image.NewUniform(color.White), image.Point{}, draw.Src)
	draw.Draw(to, to.Bounds(), img, img.Bounds().Min, draw.Over)
	return to
}
