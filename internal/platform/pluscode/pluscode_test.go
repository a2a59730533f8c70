// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package pluscode_test

import (
	"math"
	"testing"

	"tinhso.vn/internal/platform/pluscode"
)

func TestCodesGoThereAndBack(t *testing.T) {
	t.Parallel()
	// 20.375, 2.775 is 7FG49QCG+2X... in the published tests of the format: 7FG49QCJ+2V.
	if got := pluscode.Encode(pluscode.Point{Lat: 20.3700625, Lon: 2.7821875}); got != "7FG49QCJ+2V" {
		t.Errorf("the published example is %s", got)
	}
	for _, p := range []pluscode.Point{{10.3864, 105.4352}, {8.6981, 106.6115}, {16.568, 112.135}, {-33.9, -70.5}} {
		code := pluscode.Encode(p)
		back, err := pluscode.Decode(code, nil)
		if err != nil || math.Abs(back.Lat-p.Lat) > 1e-4 || math.Abs(back.Lon-p.Lon) > 1e-4 {
			t.Errorf("%v is %s is %v, %v", p, code, back, err)
		}
		short := pluscode.Shorten(code, p)
		if len(short) >= len(code) || pluscode.Valid(short) || !pluscode.Valid(code) {
			t.Errorf("%s is shortened to %s", code, short)
		}
		if again, err := pluscode.Decode(short, &p); err != nil || again != back {
			t.Errorf("%s near %v is %v, %v", short, p, again, err)
		}
		if _, err := pluscode.Decode(short, nil); err == nil {
			t.Error("a short code without a place is read")
		}
	}
}

func TestWrongCodesAreRefused(t *testing.T) {
	t.Parallel()
	for _, code := range []string{"", "+", "7FG49QCJ", "7FG49QCJ+2", "AAAAAAAA+AA", "hello", "7FG49QCJ+2V+", "\x00"} {
		if _, err := pluscode.Decode(code, nil); err == nil || pluscode.Valid(code) {
			t.Errorf("%q is taken", code)
		}
	}
	if !pluscode.Valid("7fg49qcj+2v") {
		t.Error("small letters are refused")
	}
}
