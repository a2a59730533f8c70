// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package papers_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/papers"
	"tinhso.vn/internal/platform/pdf/pdftest"
)

func TestStatement(t *testing.T) {
	t.Parallel()
	press := papers.Press{Fonts: pdftest.Fonts(t), Made: time.Date(2026, 11, 21, 7, 0, 0, 0, time.UTC), Mark: papers.Simulated}
	s := papers.Statement{
		Author: "Tỉnh Thử Nghiệm", Title: "Kết quả kiểm tra", Verdict: "Chữ ký hợp lệ", Address: "https://example.vn/kiem-tra",
		Facts: []papers.Pair{{Label: "SHA-256", Value: strings.Repeat("0123456789abcdef", 4)}, {Label: "Trống"}},
	}
	for range 30 {
		s.Parts = append(s.Parts, papers.Part{Title: "Chữ ký của 田中 Nguyễn Văn Bảy\x00", Facts: []papers.Pair{{Label: "Người ký", Value: strings.Repeat("ộ", 3000)}}})
	}
	p, err := press.Statement(s)
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Join(strings.Fields(pdftest.Text(t, p.PDF)), " ")
	for _, want := range []string{"Chữ ký hợp lệ", "Chữ ký của ?? Nguyễn Văn Bảy?", "0123456789abcdef0123", "MÔ PHỎNG"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing", want)
		}
	}
	if strings.Contains(text, "Trống") {
		t.Error("a fact without a value is shown")
	}
	if _, err := press.Statement(papers.Statement{Title: "x"}); !errors.Is(err, papers.ErrIncomplete) {
		t.Error(err)
	}
}
