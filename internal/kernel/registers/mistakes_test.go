// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package registers_test

import (
	"strings"
	"testing"

	"tinhso.vn/internal/kernel/registers"
)

// What is wrong with a geometry is told part by part, and what is right is not.
func TestMistakesOfAShape(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`{"type":"Point","coordinates":[105.4,10.3]}`:                              "",
		`{"type":"Polygon","coordinates":[[[105,10],[106,10],[106,11],[105,10]]]}`: "",

		`{"type":"Point","coordinates":[105.4,`: "json",

		`{"type":"Circle","coordinates":[105.4,10.3]}`: "type",

		`{"type":"Feature","geometry":{}}`: "feature",

		`{"type":"Point","coordinates":[10.3,105.4]}`: "swapped",

		`{"type":"Point","coordinates":[190,95]}`: "outside",

		`{"type":"Point","coordinates":["a",10]}`: "point",

		`{"type":"Point"}`: "coordinates",

		`{"type":"LineString","coordinates":[]}`: "list",

		`{"type":"Polygon","coordinates":[[[105,10],[106,10],[106,11],[105,11]]]}`: "open 1",

		`{"type":"MultiPolygon","coordinates":[[[[105,10],[106,10],[106,11],[105,10]]],[[[1,2],[1,2]],[[105,10],[106,10],[106,"x"],[106,10]]]]}`: "short 2.1; point 2.2.3; open 2.2",

		`{"type":"Point","coordinates":[105.4,10.3],"crs":{}}`: "name",
	} {
		var said []string
		for _, m := range registers.ShapeMistakes(text) {
			one := strings.TrimPrefix(m.Code, "registers.shape.")
			if at, ok := m.Args["at"].(string); ok && at != "" {
				one += " " + at
			}
			said = append(said, one)
		}
		if got := strings.Join(said, "; "); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
}
