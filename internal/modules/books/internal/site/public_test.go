// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"tinhso.vn/internal/kernel/registers"
)

// The address of a record is made of its code, as it is printed, and leads back to it.
func TestAddressesOfVisits(t *testing.T) {
	t.Parallel()
	d := registers.Definition{ID: "diem-di-san", Public: &registers.Public{Code: "code"}}
	for code, want := range map[string]string{
		"DS-001":         "/xem/diem-di-san/DS-001",
		"000012/GD-CCHN": "/xem/diem-di-san/000012/GD-CCHN",
		"a b/ç?#":        "/xem/diem-di-san/a%20b/%C3%A7%3F%23",
		"../../so":       "/xem/diem-di-san/..%2F..%2Fso",
		"a//b":           "/xem/diem-di-san/a%2F%2Fb",
	} {
		got, ok := visitPath(d, registers.Record{Values: map[string]any{"code": code}})
		if !ok || got != want {
			t.Errorf("%q is at %q, want %q", code, got, want)
			continue
		}
		mux, found := http.NewServeMux(), ""
		mux.HandleFunc("GET /xem/{register}/{code...}", func(_ http.ResponseWriter, r *http.Request) { found = r.PathValue("code") })
		mux.ServeHTTP(httptest.NewRecorder(), httptest.NewRequestWithContext(t.Context(), http.MethodGet, got, nil))
		if found != code {
			t.Errorf("%s opens %q, want %q", got, found, code)
		}
	}
	if _, ok := visitPath(d, registers.Record{}); ok {
		t.Error("a record without a code has an address")
	}
	if _, ok := visitPath(registers.Definition{ID: "x"}, registers.Record{Values: map[string]any{"code": "A"}}); ok {
		t.Error("a register without pages has addresses")
	}
}

// The first language of a browser is what counts.
func TestPreferredLanguage(t *testing.T) {
	t.Parallel()
	for header, want := range map[string]string{"km-KH,km;q=0.9,en;q=0.8": "km", "EN": "en", "vi;q=0.5": "vi", "": "", " , ": ""} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
		r.Header.Set("Accept-Language", header)
		if got := preferred(r); got != want {
			t.Errorf("%q prefers %q, want %q", header, got, want)
		}
	}
}

// A shape is drawn with all its lines, the latitude first; what is no shape is not.
func TestOutlines(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`{"type":"Polygon","coordinates":[[[105,10],[106,10],[106,11],[105,10]],[[105.2,10.2],[105.3,10.2],[105.2,10.2]]]}`: "true [[[10 105] [10 106] [11 106] [10 105]] [[10.2 105.2] [10.2 105.3] [10.2 105.2]]]",
		`{"type":"LineString","coordinates":[[105,10],[106,11]]}`:                                                           "false [[[10 105] [11 106]]]",
		`{"type":"MultiPolygon","coordinates":[[[[1,2],[3,4],[1,2]]],[[[5,6],[7,8],[5,6]]]]}`:                               "true [[[2 1] [4 3] [2 1]] [[6 5] [8 7] [6 5]]]",
		`{"type":"Point","coordinates":[105,10]}`:                                                                           "false []",
		`{"type":"Polygon","coordinates":["a",[1]]}`:                                                                        "true []",
		`nothing`: "false []",
	} {
		s := outlined(registers.Geometry{JSON: text}, "")
		if got := fmt.Sprint(s.Closed, s.Lines); got != want {
			t.Errorf("%s\n is %s\nwant %s", text, got, want)
		}
	}
}
