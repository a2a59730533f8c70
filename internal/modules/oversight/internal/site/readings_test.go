// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import "testing"

func TestNoCellIsAFormula(t *testing.T) {
	t.Parallel()
	for cell, want := range map[string]string{
		"=HYPERLINK(1)": "'=HYPERLINK(1)", "+84": "'+84", "-1": "'-1", "@x": "'@x", "\t=1": "'\t=1", "\r=1": "'\r=1", "＝1": "'＝1", "": "", "Lê Thị Nam": "Lê Thị Nam", "a=b": "a=b",
	} {
		if got := plain(cell); got != want {
			t.Errorf("%q: got %q, want %q", cell, got, want)
		}
	}
}

func TestAPeriodHoldsItsLastDay(t *testing.T) {
	t.Parallel()
	f, err := period{from: "1/3/2026", to: "02/03/2026"}.filter()
	if err != nil || f.From.UTC().Format("2006-01-02 15:04") != "2026-02-28 17:00" || f.To.Sub(f.From).Hours() != 48 {
		t.Errorf("got %+v, %v", f, err)
	}
	if _, err := (period{from: "2026-03-01", to: "32/1/2026"}).filter(); err == nil {
		t.Error("no days, but accepted")
	}
}
