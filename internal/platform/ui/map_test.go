// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"strings"
	"testing"
)

// An area is drawn whole within the picture, land has no gaps, and a name near the
// eastern edge stands on the other side of its place.
func TestMapOfAnArea(t *testing.T) {
	t.Parallel()
	p := MapParams{
		ID: "m", Label: "Bản đồ", Land: [][2]float64{{10.5, 105.5}}, Towns: []MapLabel{{Lat: 10.5, Lon: 105.45, Text: "Xã Tây"}, {Lat: 10.5, Lon: 106.2, Text: "Xã Đông"}},
		Shapes: []MapShape{{Title: "Vùng", Closed: true, Lines: [][][2]float64{{{10, 105}, {10, 106}, {11, 106}, {10, 105}}}}},
	}
	b := p.Box()
	if b[0] > 105 || b[1] > 10 || b[2] < 106 || b[3] < 11 {
		t.Errorf("the area is not within %v", b)
	}
	var out strings.Builder
	if err := Map(p).Render(t.Context(), &out); err != nil {
		t.Fatal(err)
	}
	said := out.String()
	for _, want := range []string{"ts-map__shape--area", "Z\"", "<title>Vùng</title>", "Xã Tây", `text-anchor="end" aria-hidden="true">Xã Đông`, `stroke-width="10`} {
		if !strings.Contains(said, want) {
			t.Errorf("%q is missing from %s", want, said)
		}
	}
	if one := (MapParams{Points: []MapPoint{{Lat: 10, Lon: 105}}, Span: 0.3}).Box(); one[2]-one[0] < 0.3 {
		t.Errorf("one point is shown in %v", one)
	}
}
