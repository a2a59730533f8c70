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

// A sign says what the place is and where its code leads; one sheet.
func TestSign(t *testing.T) {
	t.Parallel()
	press := papers.Press{Fonts: pdftest.Fonts(t), Made: time.Date(2026, 11, 21, 7, 0, 0, 0, time.UTC), Mark: papers.Simulated}
	s := papers.Sign{
		Author: "Sở Văn hóa và Thể thao", Title: "Chùa cổ bên sông", Lead: "DS-001", Address: "https://example.vn/xem/diem-di-san/DS-001", Caption: "Quét để xem", Second: "Scan to read",
	}
	p, err := press.Sign(s)
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Join(strings.Fields(pdftest.Text(t, p.PDF)), " ")
	for _, want := range []string{s.Author, s.Title, s.Lead, s.Address, s.Caption, s.Second, "MÔ PHỎNG"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing from %q", want, text)
		}
	}
	s.Address = ""
	if _, err := press.Sign(s); !errors.Is(err, papers.ErrIncomplete) {
		t.Errorf("a sign that leads nowhere: %v", err)
	}
}
