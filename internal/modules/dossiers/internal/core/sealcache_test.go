// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"bytes"
	"testing"

	"tinhso.vn/internal/kernel/signing/appearance"
	"tinhso.vn/internal/platform/pdf/pdftest"
)

// A seal is drawn once for each agency and size, and is the one that is drawn anew.
func TestSealsAreKept(t *testing.T) {
	t.Parallel()
	ttf := pdftest.Fonts(t).Bold
	c := newSealCache()
	first, err := c.get(ttf, "Ủy ban nhân dân phường Giả Định", 36)
	if err != nil {
		t.Fatal(err)
	}
	again, err := c.get(ttf, "Ủy ban nhân dân phường Giả Định", 36)
	if err != nil || &first[0] != &again[0] {
		t.Errorf("drawn twice, %v", err)
	}
	drawn, err := appearance.Seal(ttf, "Ủy ban nhân dân phường Giả Định", 36)
	if err != nil || !bytes.Equal(first, drawn) {
		t.Errorf("another picture, %v", err)
	}
	for _, other := range []struct {
		agency string
		wide   float64
	}{{"Sở Giả Định", 36}, {"Ủy ban nhân dân phường Giả Định", 34}} {
		if got, err := c.get(ttf, other.agency, other.wide); err != nil || bytes.Equal(got, first) {
			t.Errorf("%v has the seal of another, %v", other, err)
		}
	}
}
