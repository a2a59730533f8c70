// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package workflow

import (
	"encoding/json"
	"reflect"
	"testing"

	"tinhso.vn/internal/platform/cel"
)

// TestVariablesKeepTheirType sends a value of each type through JSON, as the
// state of a case goes.
func TestVariablesKeepTheirType(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		kind cel.Type
		v    any
	}{
		{cel.String, "một"},
		{cel.Bool, true},
		{cel.Int, int64(7)},
		{cel.Double, 0.5},
		{cel.Strings, []string{"a", "b"}},
		{cel.Ints, []int64{1, 2}},
		{cel.Doubles, []float64{0.5, 2}},
		{cel.Texts, map[string]string{"a": "b"}},
	} {
		text, err := json.Marshal(tt.v)
		if err != nil {
			t.Fatal(err)
		}
		var plain any
		if err := json.Unmarshal(text, &plain); err != nil {
			t.Fatal(err)
		}
		if got, ok := convert(plain, tt.kind); !ok || !reflect.DeepEqual(got, tt.v) {
			t.Errorf("%s: %#v, %v", tt.kind, got, ok)
		}
		if got, ok := convert(map[string]any{"x": 1.5}, tt.kind); ok {
			t.Errorf("%s takes something else: %#v", tt.kind, got)
		}
	}
	for _, kind := range []cel.Type{cel.Strings, cel.Ints} {
		if got, ok := convert([]any{"a", 1.5}, kind); ok {
			t.Errorf("%s takes a mixture: %#v", kind, got)
		}
	}
}
