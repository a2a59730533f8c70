// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package id_test

import (
	"regexp"
	"testing"

	"tinhso.vn/internal/platform/id"
)

func TestIDs(t *testing.T) {
	t.Parallel()
	a, b := id.New(), id.New()
	if !id.Valid(a) || a >= b {
		t.Errorf("%s, then %s", a, b)
	}
	for _, s := range []string{"", "x", a + " ", "{" + a + "}"} {
		if id.Valid(s) {
			t.Errorf("%q is no id", s)
		}
	}
}

func TestCodesAreReadable(t *testing.T) {
	t.Parallel()
	form := regexp.MustCompile(`^[2-9A-HJ-NP-RT-Y]{12}$`)
	seen := map[string]bool{}
	for range 1000 {
		c := id.Code(12)
		if !form.MatchString(c) || seen[c] {
			t.Fatalf("code %q", c)
		}
		seen[c] = true
	}
}
