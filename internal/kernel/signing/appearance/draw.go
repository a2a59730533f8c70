// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package appearance

import (
	"hash/fnv"
	"image/color"
	"math"
	"strings"

	"golang.org/x/text/unicode/norm"
)

func blue() color.NRGBA { return color.NRGBA{R: 24, G: 56, B: 160, A: 235} }

func red() color.NRGBA { return color.NRGBA{R: 214, G: 24, B: 38, A: 215} }

// Signature returns a PNG, w by h millimetres, that looks like a signature of
// name: its last word leaning, under a flourish that is the same each time for
// the same name. ttf is an italic font.
func Signature(ttf []byte, name string, w, h float64) ([]byte, error) {
	c := newCanvas(w, h, ttf, blue())
	words := strings.Fields(norm.NFC.String(name))
	text := name
	if len(words) > 0 {
		text = words[len(words)-1]
	}
	size := h * 0.62
	if wide := c.width(text, size); wide > w*0.62 {
		size *= w * 0.62 / wide
	}
	const lean, climb = 0.22, 0.1
	x, base := w*0.2, h*0.62
	for _, r := range text {
		c.glyph(r, size, func(gx, gy float64) point {
			px := x + gx - lean*gy
			return point{px, base + gy - climb*(px-w*0.2)}
		})
		x += c.advance(r, size) * 0.94
	}
	sum := fnv.New64a()
	_, _ = sum.Write([]byte(name))
	c.stroke(flourish(w, h, x, sum.Sum64()), 0.75)
	return c.png()
}

// Initial returns a PNG, w by h millimetres, that looks like an initial (ký
// nháy) of name: the first letters of its words, leaning, over one stroke. ttf is an italic font.
func Initial(ttf []byte, name string, w, h float64) ([]byte, error) {
	c := newCanvas(w, h, ttf, blue())
	var letters []rune
	for word := range strings.FieldsSeq(norm.NFC.String(name)) {
		letters = append(letters, []rune(word)[0])
	}
	text := string(letters)
	size := h * 0.72
	if wide := c.width(text, size); wide > w*0.72 {
		size *= w * 0.72 / wide
	}
	const lean = 0.25
	x, base := w*0.08, h*0.72
	for _, r := range text {
		c.glyph(r, size, func(gx, gy float64) point { return point{x + gx - lean*gy, base + gy} })
		x += c.advance(r, size) * 0.9
	}
	sum := fnv.New64a()
	_, _ = sum.Write([]byte(name))
	drop := 0.1 * float64(sum.Sum64()&0xFF) / 255
	var line []point
	for i := range 25 {
		t := float64(i) / 24
		line = append(line, point{spline(w*0.5, w*0.1, w*0.95, w*0.8, t), spline(h*0.2, h*(0.92-drop), h*0.78, h*0.3, t)})
	}
	c.stroke(line, 0.45)
	return c.png()
}

// flourish is the line a hand adds: back under the name, a loop, and out.
func flourish(w, h, x float64, seed uint64) []point {
	some := func(shift uint) float64 { return float64(seed>>shift&0xFF)/255 - 0.5 }
	nodes := []point{
		{min(x, w*0.8), h * (0.5 + 0.08*some(0))},
		{w * (0.88 + 0.06*some(8)), h * (0.3 + 0.2*some(16))},
		{w * (0.7 + 0.1*some(24)), h * (0.76 + 0.1*some(32))},
		{w * (0.06 + 0.06*some(40)), h * (0.84 + 0.1*some(48))},
		{w * (0.3 + 0.1*some(56)), h * (0.68 + 0.06*some(4))},
		{w * 0.97, h * (0.7 + 0.1*some(12))},
	}
	var line []point
	for i := 0; i+1 < len(nodes); i++ { // Catmull-Rom
		p0, p1, p2, p3 := nodes[max(i-1, 0)], nodes[i], nodes[i+1], nodes[min(i+2, len(nodes)-1)]
		for s := range 24 {
			t := float64(s) / 24
			line = append(line, point{spline(p0.x, p1.x, p2.x, p3.x, t), spline(p0.y, p1.y, p2.y, p3.y, t)})
		}
	}
	return line
}

func spline(a, b, c, d, t float64) float64 {
	return 0.5 * (2*b + (c-a)*t + (2*a-5*b+4*c-d)*t*t + (3*b-a-3*c+d)*t*t*t)
}

// Seal returns a PNG of a round red seal, diameter millimetres: the agency's
// name on the rim, a star, and across it that it is simulated. ttf is an
// upright bold font.
func Seal(ttf []byte, agency string, diameter float64) ([]byte, error) {
	c := newCanvas(diameter, diameter, ttf, red())
	center := point{diameter / 2, diameter / 2}
	radius := diameter / 2
	c.ring(center, radius-0.5, 0.8)
	c.ring(center, radius-1.5, 0.25)
	inner := radius * 0.62
	c.ring(center, inner, 0.25)
	rim := (radius - 1.5 + inner) / 2
	c.around(strings.ToUpper(norm.NFC.String(agency)), center, rim, radius*0.235)
	c.star(point{center.x, center.y - inner*0.3}, inner*0.52)
	text := "MÔ PHỎNG"
	size := inner * 0.4
	size *= math.Min(1, inner*1.38/c.width(text, size))
	c.straight(text, center.x, center.y+inner*0.6, size)
	return c.png()
}

// around writes text on a circle, from the lower left over the top, as wide as
// it needs and at most leaving a sixth of the circle free.
func (c *canvas) around(text string, center point, radius, size float64) {
	room := 2 * math.Pi * radius * 0.84
	if wide := c.width(text, size); wide > room {
		size *= room / wide
	}
	base := radius - size*0.34
	angle := -c.width(text, size) / 2 / base
	for _, r := range text {
		advance := c.advance(r, size)
		turn := angle + advance/2/base
		sin, cos := math.Sin(turn), math.Cos(turn)
		c.glyph(r, size, func(gx, gy float64) point {
			gx -= advance / 2
			out := base - gy
			return point{center.x + out*sin + gx*cos, center.y - out*cos + gx*sin}
		})
		angle += advance / base
	}
}

func (c *canvas) straight(text string, middle, base, size float64) {
	x := middle - c.width(text, size)/2
	for _, r := range norm.NFC.String(text) {
		c.glyph(r, size, func(gx, gy float64) point { return point{x + gx, base + gy} })
		x += c.advance(r, size)
	}
}

func (c *canvas) star(center point, radius float64) {
	corners := make([]point, 10)
	for i := range corners {
		r := radius
		if i%2 == 1 {
			r *= 0.382
		}
		a := math.Pi*float64(i)/5 - math.Pi/2
		corners[i] = point{center.x + r*math.Cos(a), center.y + r*math.Sin(a)}
	}
	c.polygon(corners)
}
