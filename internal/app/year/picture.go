// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package year

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
)

// pictures is how many different photographs of papers there are.
const pictures = 12

// picture is a photograph of a paper, as it comes from a phone: lines that nobody
// can read on a sheet. It says nothing about anybody.
func (w *World) picture(chance *dice) []byte {
	n := chance.under(pictures)
	if w.shots == nil {
		w.shots = map[int][]byte{}
	}
	if w.shots[n] == nil {
		w.shots[n] = photograph(throw(w.Options.Seed, "picture", fmt.Sprint(n)))
	}
	return w.shots[n]
}

func photograph(d *dice) []byte {
	const width, height = 240, 330
	ink := [...]uint8{0x30, 0x3c, 0x48, 0x58, 0x68}
	sheet := image.NewGray(image.Rect(0, 0, width, height))
	for i := range sheet.Pix {
		sheet.Pix[i] = 0xf4
	}
	for y := 24; y < height-24; y += 12 {
		if d.chance(0.12) {
			continue // between two paragraphs
		}
		end := width - 24 - d.under(80)
		for x := 24; x < end; x++ {
			if x%9 < 7 {
				for thick := range 3 {
					sheet.SetGray(x, y+thick, color.Gray{Y: ink[d.under(len(ink))]})
				}
			}
		}
	}
	var out bytes.Buffer
	if err := jpeg.Encode(&out, sheet, &jpeg.Options{Quality: 60}); err != nil {
		return nil // it is refused where it is sent
	}
	return out.Bytes()
}
