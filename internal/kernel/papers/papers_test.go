// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package papers_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/papers"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/pdf"
	"tinhso.vn/internal/platform/pdf/pdftest"
)

func press(t *testing.T) papers.Press {
	t.Helper()
	return papers.Press{
		Fonts: pdftest.Fonts(t), Made: time.Date(2026, 11, 21, 7, 30, 0, 0, time.UTC),
		Zone: time.FixedZone("ICT", 7*3600), Mark: papers.Simulated,
	}
}

func dossier() papers.Dossier {
	return papers.Dossier{
		Agency: papers.Agency{Parent: "Tỉnh mẫu", Name: "Ủy ban nhân dân xã Bình Hòa"},
		Desk:   "Trung tâm Phục vụ hành chính công xã Bình Hòa", Place: "Bình Hòa",
		AgencyCode: "X00.00.00", Code: "X00.00-261121-0007", Book: "01/2026", Ordinal: "0007",
		Procedure: "Xác định, xác định lại mức độ khuyết tật và cấp Giấy xác nhận khuyết tật",
		Owner: papers.Person{
			Name: "Nguyễn Thị Hường", ID: "000000000007", Address: "Ấp Bình Phú, xã Bình Hòa",
			Phone: "0900 000 007", Mail: "huong@example.test",
		},
		Submitter: "Trần Văn Đạt",
	}
}

func receipt(format papers.Format) papers.Receipt {
	return papers.Receipt{
		Dossier: dossier(), Sets: 1, Duration: "25 ngày làm việc", Format: format, Copy: "Giao", Clerk: "Lê Thị Ngọc Ánh",
		Items: []papers.Item{
			{Name: "Đơn đề nghị xác định mức độ khuyết tật (mẫu số 01)", Originals: 1},
			{Name: "Bản sao hồ sơ bệnh án, giấy ra viện, giấy khám bệnh, tóm tắt bệnh án có liên quan đến khuyết tật (nếu có)", Certified: 1, Copies: 2},
			{Name: "Ảnh chụp thẻ căn cước", Electronic: true},
		},
		Received:  time.Date(2026, 11, 21, 1, 5, 0, 0, time.UTC),
		Due:       time.Date(2026, 12, 28, 9, 30, 0, 0, time.UTC),
		CollectAt: "Trung tâm Phục vụ hành chính công xã Bình Hòa", Tracking: "https://tinhso.example/tra-cuu/X00.00-261121-0007",
	}
}

func letter() papers.Letter {
	return papers.Letter{
		Agency: papers.Agency{Parent: "Tỉnh mẫu", Name: "Ủy ban nhân dân xã Bình Hòa"}, Notation: "QĐ-UBND", Place: "Bình Hòa",
		Kind: "Quyết định", Subject: "Về việc trợ cấp xã hội hằng tháng đối với bà Nguyễn Thị Hường",
		Authority: "Chủ tịch Ủy ban nhân dân xã Bình Hòa", Resolves: "Quyết định:",
		Bases: []string{
			"Căn cứ Luật Tổ chức chính quyền địa phương ngày 16 tháng 6 năm 2025",
			"Căn cứ Nghị định số 20/2021/NĐ-CP ngày 15 tháng 3 năm 2021 của Chính phủ quy định chính sách trợ giúp xã hội đối với đối tượng bảo trợ xã hội",
			"Theo đề nghị của Trưởng phòng Văn hóa - Xã hội",
		},
		Body: []papers.Block{
			{Text: "Điều 1. Trợ cấp xã hội hằng tháng đối với bà Nguyễn Thị Hường, sinh ngày 02 tháng 9 năm 1961, thường trú tại ấp Bình Phú, xã Bình Hòa, kể từ ngày 01 tháng 12 năm 2026, như sau:"},
			{Table: &pdf.Table{
				Columns: []pdf.Column{{Title: "TT", Share: 1, Align: pdf.Center}, {Title: "Nội dung", Share: 7}, {Title: "Số tiền (đồng/tháng)", Share: 4, Align: pdf.Right}},
				Rows:    [][]string{{"1", "Trợ cấp người khuyết tật nặng", "750.000"}, {"2", "Trợ cấp người cao tuổi", "0"}},
			}},
			{Text: "Điều 2. Quyết định này có hiệu lực kể từ ngày ký."},
			{Text: "Điều 3. Chánh Văn phòng, Trưởng phòng Văn hóa - Xã hội, Trưởng ấp Bình Phú và bà Nguyễn Thị Hường chịu trách nhiệm thi hành Quyết định này./."},
		},
		Recipients: []string{"Như Điều 3", "Thường trực Đảng ủy, HĐND xã", "Chủ tịch, các Phó Chủ tịch UBND xã", "Lưu: VT, VHXH"},
		Signer:     papers.Signer{Form: "KT. Chủ tịch", Post: "Phó Chủ tịch", Name: "Phạm Quốc Khánh"},
	}
}

// keep leaves a paper where a person can look at it, when asked for.
func keep(t *testing.T, name string, p papers.Paper) {
	t.Helper()
	if dir := os.Getenv("TINHSO_LOOK"); dir != "" {
		if err := os.WriteFile(filepath.Join(dir, name+".pdf"), p.PDF, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func words(s string) string { return strings.Join(strings.Fields(s), " ") }

func TestReceiptSaysEverything(t *testing.T) {
	t.Parallel()
	for name, format := range map[string]papers.Format{"a4": papers.FormatA4, "a5": papers.FormatA5} {
		p, err := press(t).Receipt(receipt(format))
		if err != nil {
			t.Fatal(err)
		}
		keep(t, "receipt-"+name, p)
		text := words(pdftest.Text(t, p.PDF))
		for _, want := range []string{
			"CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", "GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ",
			"X00.00-261121-0007", "đã tiếp nhận hồ sơ của: Nguyễn Thị Hường", "Trần Văn Đạt", "000000000007", "25 ngày làm việc", "(Liên: Giao)",
			"08 giờ 05 phút, ngày 21 tháng 11 năm 2026", "16 giờ 30 phút, ngày 28 tháng 12 năm 2026", "01 (bộ)", "NGƯỜI NỘP HỒ SƠ", "Lê Thị Ngọc Ánh",
		} {
			if !strings.Contains(text, want) {
				t.Errorf("%s: %q is missing in:\n%s", name, want, text)
			}
		}
		if n := strings.Count(pdftest.Text(t, p.PDF), "\f"); n != 1 {
			t.Errorf("%s has %d pages", name, n)
		}
	}
}

func TestRollIsOnePageAsLongAsNeeded(t *testing.T) {
	t.Parallel()
	p, err := press(t).Receipt(receipt(papers.FormatRoll))
	if err != nil {
		t.Fatal(err)
	}
	keep(t, "receipt-roll", p)
	text := words(pdftest.Text(t, p.PDF))
	for _, want := range []string{"X00.00-261121-0007", "Hẹn trả lúc: 16 giờ 30 phút, ngày 28 tháng 12 năm 2026", papers.Simulated} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing in:\n%s", want, text)
		}
	}
	info, err := pdftest.Run(t, "poppler-utils", "pdfinfo", pdftest.Save(t, p.PDF))
	if err != nil || !strings.Contains(info, "Pages:           1") || !strings.Contains(info, "226.77 x") {
		t.Errorf("%v\n%s", err, info)
	}
}

func TestReceiptCode(t *testing.T) {
	t.Parallel()
	r := receipt(papers.FormatA4)
	r.ProcCode = "1.00|1"
	const want = "Giấy tiếp nhận hồ sơ và hẹn trả kết quả|000000000007|X00.00-261121-0007|X00.00.00|1.00 1|20261121080500"
	if got := press(t).Code(r); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestLetterKeepsItsPlaces(t *testing.T) {
	t.Parallel()
	p, err := press(t).Letter(letter())
	if err != nil {
		t.Fatal(err)
	}
	keep(t, "letter", p)
	text := words(pdftest.Text(t, p.PDF))
	for _, want := range []string{
		"ỦY BAN NHÂN DÂN", "/QĐ-UBND", "QUYẾT ĐỊNH", "Căn cứ Luật Tổ chức chính quyền địa phương", "Điều 1. Trợ cấp xã hội hằng tháng",
		"750.000", "Nơi nhận:", "Lưu: VT, VHXH.", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH", "Phạm Quốc Khánh",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing in:\n%s", want, text)
		}
	}
	for _, a := range []papers.Area{papers.AreaNumber, papers.AreaDay, papers.AreaMonth, papers.AreaYear, papers.AreaInitial, papers.AreaSignature, papers.AreaSeal} {
		r, ok := p.Areas[a]
		if !ok || r.Page < 1 || r.X < 0 || r.Y < 0 || r.X+r.W > 596 || r.Y+r.H > 843 || r.W < 10 || r.H < 10 {
			t.Errorf("area %s: %+v", a, r)
		}
	}
	sign, seal := p.Areas[papers.AreaSignature], p.Areas[papers.AreaSeal]
	if covered := seal.X + seal.W - sign.X; covered < sign.W*0.3 || covered > sign.W*0.36 {
		t.Errorf("the seal covers %.0f of %.0f points of the signature, want a third on its left", covered, sign.W)
	}
}

func TestLongLetterNumbersItsPagesAndKeepsTheSignatureWithText(t *testing.T) {
	t.Parallel()
	for paragraphs := 6; paragraphs < 30; paragraphs += 3 {
		l := letter()
		for range paragraphs {
			l.Body = append(l.Body, papers.Block{Text: strings.Repeat("Ủy ban nhân dân xã tổ chức thực hiện theo quy định của pháp luật. ", 4)})
		}
		p, err := press(t).Letter(l)
		if err != nil {
			t.Fatal(err)
		}
		pages := strings.Split(strings.TrimSuffix(pdftest.Text(t, p.PDF), "\f"), "\f")
		last := pages[len(pages)-1]
		if len(pages) < 2 || !strings.HasPrefix(strings.TrimSpace(last), string(rune('0'+len(pages)))+"\n") {
			t.Errorf("%d paragraphs: last of %d pages is not numbered:\n%s", paragraphs, len(pages), last)
		}
		if p.Areas[papers.AreaSignature].Page != len(pages) || p.Areas[papers.AreaNumber].Page != 1 {
			t.Errorf("%d paragraphs: areas on wrong pages %+v", paragraphs, p.Areas)
		}
		if !strings.Contains(last, "Nơi nhận:") || !strings.Contains(last, "Phạm Quốc Khánh") {
			t.Errorf("%d paragraphs: recipients and signer are parted", paragraphs)
		}
		if !strings.Contains(strings.SplitN(last, "Nơi nhận:", 2)[0], "pháp luật") {
			t.Errorf("%d paragraphs: the signature stands alone on a sheet", paragraphs)
		}
	}
}

func TestSlips(t *testing.T) {
	t.Parallel()
	on := time.Date(2026, 11, 21, 3, 0, 0, 0, time.UTC)
	p, err := press(t).Supplement(papers.Supplement{
		Dossier: dossier(), Missing: []papers.Missing{{What: "Giấy ra viện", Why: "Bản chụp không đọc được"}},
		Until: on.AddDate(0, 0, 10), Guide: "bà Lê Thị Ngọc Ánh", Phone: "0900 000 001", Signer: "Lê Thị Ngọc Ánh", On: on,
	})
	if err != nil {
		t.Fatal(err)
	}
	keep(t, "supplement", p)
	if text := words(pdftest.Text(t, p.PDF)); !strings.Contains(text, "Bản chụp không đọc được") || !strings.Contains(text, "trước 10 giờ 00 phút, ngày 01 tháng 12 năm 2026") {
		t.Errorf("supplement:\n%s", text)
	}
	p, err = press(t).Refusal(papers.Refusal{Dossier: dossier(), Reasons: []string{"Hồ sơ không thuộc thẩm quyền của xã"}, Signer: "Lê Thị Ngọc Ánh", On: on})
	if err != nil {
		t.Fatal(err)
	}
	keep(t, "refusal", p)
	if text := words(pdftest.Text(t, p.PDF)); !strings.Contains(text, "1. Hồ sơ không thuộc thẩm quyền của xã") {
		t.Errorf("refusal:\n%s", text)
	}
}

func TestSameDataSameBytes(t *testing.T) {
	t.Parallel()
	a, err := press(t).Letter(letter())
	if err != nil {
		t.Fatal(err)
	}
	b, err := press(t).Letter(letter())
	if err != nil || !bytes.Equal(a.PDF, b.PDF) {
		t.Errorf("the same letter gave other bytes (%v)", err)
	}
}

func TestIncompleteIsRefusedWithAllFields(t *testing.T) {
	t.Parallel()
	l := letter()
	l.Notation, l.Signer.Name = "", " "
	_, err := press(t).Letter(l)
	e, ok := errors.AsType[*errs.Error](err)
	if !ok || !errors.Is(err, papers.ErrIncomplete) || len(e.Fields) != 2 || e.Fields[0].Name != "notation" || e.Fields[1].Name != "name" {
		t.Errorf("got %v", err)
	}
}
