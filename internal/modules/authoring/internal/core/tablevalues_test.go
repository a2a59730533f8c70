// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"fmt"
	"slices"
	"testing"

	"tinhso.vn/internal/kernel/packs"
	"tinhso.vn/internal/modules/authoring"
	"tinhso.vn/internal/platform/sheet"
)

func said(s string) cell { return cell{Value: sheet.Value{Text: s}} }

// Catalogues say the same thing in many ways, and some things that mean nothing.
func TestWhatCellsSay(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"15 ngày làm việc": "15 days true", "Không quá 05 (năm) ngày làm việc kể từ ngày nhận đủ hồ sơ": "5 days true", "30 ngày": "30 days false",
		"4 giờ": "4 hours true", "08 giờ làm việc": "8 hours true", "02 tháng": "60 days false", "10": "10 days true", "Trong ngày làm việc": "same",
		"Ngay trong ngày": "same", "": "?", "Theo quy định": "?", "2,5 ngày": "?", "50%": "?", "0 ngày": "?", "#REF!": "?", "1000 ngày": "?",
	} {
		got := "?"
		if s, ok := readSpan(said(text)); ok && s.sameDay {
			got = "same"
		} else if ok {
			got = fmt.Sprint(s.n, " ", s.unit, " ", s.working)
		}
		if got != want {
			t.Errorf("%q is %s, not %s", text, got, want)
		}
	}
	for text, want := range map[string]string{
		"Không": "0 ", "Không thu phí": "0 ", "150.000 đồng": "150000 ", "150000": "150000 ", "20.000 đồng/bản": "20000 bản", "Phí: 1.500.000đ": "1500000 ",
		"Theo Thông tư 85/2019/TT-BTC": "?", "5.000 - 10.000 đồng": "?", "": "?",
	} {
		got := "?"
		if amount, per, ok := readFee(said(text)); ok {
			got = fmt.Sprint(amount, " ", per)
		}
		if got != want {
			t.Errorf("%q costs %s, not %s", text, got, want)
		}
	}
	for text, want := range map[string]string{
		"1.004222": "1.004222", "Mã TTHC: 2.000815": "2.000815", "1.012345.000.00.00.H01": "1.012345.000.00.00.H01", "1.00123": "1.001230!", "1,00123": "1.001230!",
		"TTHC-01": "?", "1.0042222": "?", "": "?",
	} {
		code, hint, ok := readCode(said(text))
		if hint != "" {
			code += "!"
		}
		if !ok {
			code = "?"
		}
		if code != want {
			t.Errorf("%q is the code %s, not %s", text, code, want)
		}
	}
	for text, want := range map[string]string{
		"21/11/2026": "2026-11-21", "1-2-2026": "2026-02-01", "ngày 05 tháng 02 năm 2026": "2026-02-05", "2026-02-05": "2026-02-05", "30/02/2026": "?", "hôm qua": "?",
	} {
		day, ok := readTableDay(said(text))
		if !ok {
			day = "?"
		}
		if day != want {
			t.Errorf("%q is the day %s, not %s", text, day, want)
		}
	}
	if number, day := readDecision(said("Quyết định số 1234/QĐ-UBND ngày 05/02/2026")); number != "1234/QĐ-UBND" || day != "2026-02-05" {
		t.Errorf("decision %q %q", number, day)
	}
	papers := readPapers(said("- Tờ khai theo mẫu (01 bản chính);\n2) Bản sao căn cước;\n+ Giấy ủy quyền (nếu có)\n- \n- Bằng có chứng thực"))
	if len(papers) != 4 || papers[0].name != "Tờ khai theo mẫu" || papers[0].original != 1 || papers[1].copy != 1 || papers[2].required || papers[3].certified != 1 {
		t.Errorf("papers %+v", papers)
	}
}

// Headings as provinces write them find their fields, each once.
func TestHeadingsFindTheirFields(t *testing.T) {
	t.Parallel()
	got := proposeFields([]string{"STT", "Mã TTHC", "Tên thủ tục hành chính", "Lĩnh vực", "Cấp thực hiện", "Thời hạn giải quyết (theo quy định)", "Phí, lệ phí (nếu có)", "Ghi chú", "Quyết định công bố", "Lĩnh vực"})
	want := []string{"", "code", "name", "field", "level", "days", "fee", "", "decision", ""}
	if !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}

// A general flow fits into the hours that it is for, and is one that packs take.
func TestGeneralFlowsFit(t *testing.T) {
	t.Parallel()
	for _, hours := range []int{0, 5, 6, 7, 8, 16, 24, 40, 80, 120, 240, 480, 5000} {
		for _, kind := range []string{"xa", "so"} {
			id := flowFor(kind, hours)
			whole, ok := general(authoring.Flows, id)
			if !ok {
				t.Fatalf("there is no %s", id)
			}
			doc, err := ReadDoc(id, whole)
			if err != nil {
				t.Fatalf("%s: %v", id, err)
			}
			sum := 0
			for _, step := range doc.Subs("steps") {
				n := 0
				if _, err := fmt.Sscan(step.Str("hours"), &n); err != nil {
					t.Fatal(err)
				}
				sum += n
			}
			if hours >= leastGeneral && sum > hours || hours >= 8 && hours <= maxGeneral && hours%8 == 0 && sum != hours {
				t.Errorf("%s takes %d hours of %d", id, sum, hours)
			}
		}
	}
	for _, one := range []struct {
		list authoring.List
		id   string
	}{{authoring.Forms, generalForm}, {authoring.Templates, generalTemplate}} {
		whole, _ := general(one.list, one.id)
		if _, err := packs.ParseItem(one.id, whole); err != nil {
			t.Error(err)
		}
	}
}
