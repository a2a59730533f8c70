// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package forms

import (
	"fmt"
	"strings"
	"testing"

	"tinhso.vn/internal/kernel/i18n"
)

func TestSheets(t *testing.T) {
	t.Parallel()
	f := household3(t)
	p := new(i18n.Catalogue).Printer(i18n.VI)
	write := func(s Sheet) string {
		var b strings.Builder
		for _, part := range s.Parts {
			for _, l := range part.Lines {
				fmt.Fprintf(&b, "%d %s|%s|%s|%d\n", l.Depth, l.Label, l.Value, strings.Join(l.Choices, ","), l.Lines)
			}
		}
		return b.String()
	}
	a := f.Apply(nil, "members", sent())
	s := f.Sheet(a, p, World{})
	text := write(s)
	if s.Form != "household" || s.Version != 3 || s.Title != "Đề nghị xét hộ nghèo" {
		t.Errorf("%+v", s)
	}
	for _, want := range []string{"1 Thành viên 2||", "1 Họ và tên|Lê Thị Ba|", "1 Cả năm|36.000.000 đồng|", "0 Bình quân|1.500.000 đồng|"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not on the sheet:\n%s", want, text)
		}
	}
	if strings.Contains(text, "Từ năm") {
		t.Error("a question that is not asked is printed")
	}
	text = write(f.Blank(p))
	for _, want := range []string{"0 Ở ổn định||Có,Không|0", "0 Từ năm|||1", "1 Thành viên 3|||0", "1 Giới tính||Nam,Nữ|0", "1 Mã số thuế|||1"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not on the blank sheet:\n%s", want, text)
		}
	}
	if strings.Contains(text, "Bình quân") {
		t.Error("people are asked to work out what is worked out")
	}
}
