// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"encoding/json"
	"testing"

	"tinhso.vn/internal/kernel/registers"
)

func TestRingsTurnAsGeoJSONWants(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct{ kept, want string }{
		"with the clock": {`{"type":"Polygon","coordinates":[[[0,0],[0,1],[1,1],[1,0],[0,0]]]}`, `{"coordinates":[[[0,0],[1,0],[1,1],[0,1],[0,0]]],"type":"Polygon"}`},
		"a hole": {
			`{"type":"MultiPolygon","coordinates":[[[[0,0],[9,0],[9,9],[0,9],[0,0]],[[1,1],[2,1],[2,2],[1,2],[1,1]]]]}`,
			`{"coordinates":[[[[0,0],[9,0],[9,9],[0,9],[0,0]],[[1,1],[1,2],[2,2],[2,1],[1,1]]]],"type":"MultiPolygon"}`,
		},
		"a line": {`{"type":"LineString","coordinates":[[105.5,10.5],[1,2]]}`, `{"coordinates":[[105.5,10.5],[1,2]],"type":"LineString"}`},
	} {
		got, err := json.Marshal(geometry(registers.Geometry{JSON: tt.kept}))
		if err != nil || string(got) != tt.want {
			t.Errorf("%s: %s %v", name, got, err)
		}
	}
}
