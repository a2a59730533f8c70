// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package papers_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/papers"
	"tinhso.vn/internal/platform/pdf/pdftest"
)

// A list of many pages says all of its rows and its head on each page.
func TestListing(t *testing.T) {
	t.Parallel()
	press := papers.Press{Fonts: pdftest.Fonts(t), Made: time.Date(2026, 11, 21, 7, 0, 0, 0, time.UTC), Mark: papers.Simulated}
	l := papers.Listing{Author: "Phường Thử Nghiệm", Title: "Sổ trạm", Note: "Loại: Bơm", Head: []string{"Số hiệu", "Tên trạm"}}
	for i := range 120 {
		l.Rows = append(l.Rows, []string{fmt.Sprint("T-", i), "Trạm bơm 田 Mương Điểm " + strings.Repeat("dài ", i%7)})
	}
	p, err := press.Listing(l)
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Join(strings.Fields(pdftest.Text(t, p.PDF)), " ")
	for _, want := range []string{"Phường Thử Nghiệm", "Loại: Bơm", "T-0 ", "T-119", "Trạm bơm ? Mương Điểm", "MÔ PHỎNG"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing", want)
		}
	}
	if n := strings.Count(text, "Tên trạm"); n < 3 {
		t.Errorf("the head stands on %d pages", n)
	}
	if _, err := press.Listing(papers.Listing{Title: "x"}); !errors.Is(err, papers.ErrIncomplete) {
		t.Error(err)
	}
}
