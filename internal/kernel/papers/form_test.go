// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package papers_test

import (
	"strings"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/papers"
	"tinhso.vn/internal/platform/pdf/pdftest"
)

func TestFormForSignatureOrFingerprint(t *testing.T) {
	t.Parallel()
	press := papers.Press{Fonts: pdftest.Fonts(t), Made: time.Date(2026, 11, 21, 7, 0, 0, 0, time.UTC), Mark: papers.Simulated}
	f := papers.Form{
		Title: "Đơn đề nghị hưởng trợ cấp", ID: "tho-cung", Version: "2", To: "Ủy ban nhân dân phường Long Xuyên", Person: "Lê Văn Tám", Helper: "Trần Thị Mai",
		Parts: []papers.FormPart{{Title: "Người đề nghị", Lines: []papers.FormLine{
			{Label: "Họ và tên", Value: "Lê Văn Tám"}, {Label: "Thân nhân", Head: true}, {Label: "Ghi chú", Value: "một\nhai", Depth: 1},
		}}},
	}
	p, err := press.Form(f)
	if err != nil {
		t.Fatal(err)
	}
	text := words(pdftest.Text(t, p.PDF))
	for _, want := range []string{
		"CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "ĐƠN ĐỀ NGHỊ HƯỞNG TRỢ CẤP", "Kính gửi: Ủy ban nhân dân phường Long Xuyên", "Họ và tên: Lê Văn Tám",
		"điểm chỉ", "NGƯỜI KHAI", "NGƯỜI GIÚP KÊ KHAI", "Trần Thị Mai", "Biểu mẫu tho-cung, phiên bản 2.",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in %q", want, text)
		}
	}
	if _, ok := p.Areas[papers.AreaFingerprint]; !ok || p.Areas[papers.AreaSignature].X+p.Areas[papers.AreaSignature].W > p.Areas[papers.AreaFingerprint].X {
		t.Errorf("%v", p.Areas)
	}
	f.Helper, f.Person, f.To, f.Blank = "", "", "", true
	f.Parts[0].Lines = []papers.FormLine{{Label: "Họ và tên", Lines: 1}, {Label: "Giới tính", Choices: []string{"Nam", "Nữ"}}}
	for range 60 {
		f.Parts[0].Lines = append(f.Parts[0].Lines, papers.FormLine{Label: "Một câu hỏi dài phải xuống dòng vì không đủ chỗ trên một dòng của tờ giấy này, cho nên chỗ viết nằm ở dòng sau", Lines: 1})
	}
	if p, err = press.Form(f); err != nil {
		t.Fatal(err)
	}
	text = words(pdftest.Text(t, p.PDF))
	if !strings.Contains(text, "Giới tính: Nam Nữ") || !strings.Contains(text, "NGƯỜI GIÚP KÊ KHAI") {
		t.Error(text)
	}
	if _, err := press.Form(papers.Form{}); err == nil {
		t.Error("a sheet without a title was drawn")
	}
}
