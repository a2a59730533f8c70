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

func TestDiploma(t *testing.T) {
	t.Parallel()
	press := papers.Press{Fonts: pdftest.Fonts(t), Made: time.Date(2026, 11, 21, 7, 0, 0, 0, time.UTC), Mark: papers.Simulated}
	d := papers.Diploma{
		Author: "Sở Nội vụ", Title: "Giấy chứng nhận khen thưởng", Lead: "Ủy ban nhân dân tỉnh tặng", Name: "Tổ công nghệ số Ấp Một",
		Facts: []papers.Pair{{Label: "Hình thức", Value: "Bằng khen"}, {Label: "Trống"}}, Number: "Số 1/2026", Foot: []string{"Quét mã để kiểm tra."}, Address: "https://example.vn/kiem-tra",
	}
	p, err := press.Diploma(d)
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Join(strings.Fields(pdftest.Text(t, p.PDF)), " ")
	for _, want := range []string{"CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "GIẤY CHỨNG NHẬN KHEN THƯỞNG", "SỞ NỘI VỤ", "Tổ công nghệ số Ấp Một", "Hình thức: Bằng khen", "Số 1/2026", "MÔ PHỎNG"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing in %s", want, text)
		}
	}
	if strings.Contains(text, "Trống") {
		t.Error("a fact without a value is shown")
	}
	d.Facts = []papers.Pair{{Label: "Thành tích", Value: strings.Repeat("Rút ngắn thời gian giải quyết hồ sơ. ", 24)}}
	if _, err := press.Diploma(d); err != nil {
		t.Error(err)
	}
	if _, err := press.Diploma(papers.Diploma{Title: "x", Author: "y"}); !errors.Is(err, papers.ErrIncomplete) {
		t.Error(err)
	}
}
