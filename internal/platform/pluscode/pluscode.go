// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package pluscode writes a point as an Open Location Code ("Plus Code") and
// reads it again. It wraps the library of the inventors and asks nobody.
package pluscode

import (
	"strings"

	olc "github.com/google/open-location-code/go"

	"tinhso.vn/internal/platform/errs"
)

// ErrCode means that a text is no Plus Code, or a short one without a place near it.
var ErrCode = errs.New(errs.Invalid, "pluscode.code")

// Point is a place on earth in degrees (WGS 84).
type Point struct{ Lat, Lon float64 }

// Valid reports whether a text is a whole code: "7P36CC9R+QX".
func Valid(code string) bool { return olc.CheckFull(tidy(code)) == nil }

// tidy forgives small letters and white space.
func tidy(code string) string { return strings.ToUpper(strings.Join(strings.Fields(code), "")) }

// Encode returns the code of ten digits, an area of about 14 by 14 metres.
func Encode(p Point) string { return olc.Encode(p.Lat, p.Lon, 10) }

// Decode returns the middle of the area that a code names. A short one is looked
// for near a point; nil refuses it.
func Decode(code string, near *Point) (Point, error) {
	code = tidy(code)
	if olc.CheckShort(code) == nil && near != nil {
		full, err := olc.RecoverNearest(code, near.Lat, near.Lon)
		if err != nil {
			return Point{}, ErrCode.Because(err)
		}
		code = full
	}
	if err := olc.CheckFull(code); err != nil {
		return Point{}, ErrCode.Because(err)
	}
	area, err := olc.Decode(code)
	if err != nil {
		return Point{}, ErrCode.Because(err)
	}
	lat, lon := area.Center()
	return Point{lat, lon}, nil
}

// Shorten leaves out what is the same near a point: "CC9R+QX". Where nothing is,
// the code stays whole.
func Shorten(code string, near Point) string {
	short, err := olc.Shorten(tidy(code), near.Lat, near.Lon)
	if err != nil {
		return tidy(code)
	}
	return short
}
