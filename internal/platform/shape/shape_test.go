// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package shape_test

import (
	"testing"

	"tinhso.vn/internal/platform/shape"
)

func TestNearest(t *testing.T) {
	t.Parallel()
	names := []string{"name", "agency", "valid_from", "valid_to", "of", "papers"}
	for word, want := range map[string]string{
		"nme": "name", "Name": "name", "agancy": "agency", "valid_form": "valid_from", "vaild_to": "valid_to",
		"colour": "", "paper": "papers", "x": "", "": "",
	} {
		if got := shape.Nearest(word, names); got != want {
			t.Errorf("%q: %q, want %q", word, got, want)
		}
	}
	if got := shape.Nearest("nam", nil); got != "" {
		t.Errorf("among none: %q", got)
	}
}
