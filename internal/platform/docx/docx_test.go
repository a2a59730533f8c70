// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package docx_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"tinhso.vn/internal/platform/docx"
	"tinhso.vn/internal/platform/docx/docxtest"
	"tinhso.vn/internal/platform/pdf/pdftest"
)

func open(t *testing.T, body string, more ...string) *docx.File {
	t.Helper()
	f, err := docx.Open(docxtest.Document(t, body, more...))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// part returns a part of a filled document.
func part(t *testing.T, document []byte, name string) string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(document), int64(len(document)))
	if err != nil {
		t.Fatal(err)
	}
	f, err := z.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

const (
	p = "<w:p>"
	q = "</w:p>"
)

func run(text string) string {
	return `<w:r><w:t xml:space="preserve">` + text + `</w:t></w:r>`
}

func bold(text string) string {
	return `<w:r><w:rPr><w:b/></w:rPr><w:t>` + text + `</w:t></w:r>`
}

// A field that Word has split over runs is filled in, and what stands around it
// keeps its looks.
func TestSplitFieldsAreFilled(t *testing.T) {
	t.Parallel()
	f := open(t, p+run("Ông ")+bold("{{ho")+`<w:proofErr w:type="spellStart"/>`+run("_")+run("ten}} và ")+bold("vợ")+q+p+run("{{ ho_ten }}{{ho_ten}}")+q)
	out, err := f.Fill(docx.Values{Texts: map[string]string{"ho_ten": "Đặng & <Bảy>"}})
	if err != nil {
		t.Fatal(err)
	}
	got := part(t, out, "word/document.xml")
	for _, want := range []string{
		`<w:rPr><w:b></w:b></w:rPr><w:t xml:space="preserve">Đặng &amp; &lt;Bảy&gt;</w:t>`, `<w:t xml:space="preserve"> và </w:t>`, `<w:t>vợ</w:t>`, `Đặng &amp; &lt;Bảy&gt;Đặng &amp; &lt;Bảy&gt;`,
	} {
		if !strings.Contains(strings.ReplaceAll(got, "<w:b/>", "<w:b></w:b>"), want) {
			t.Errorf("no %q in %s", want, got)
		}
	}
	again, err := f.Fill(docx.Values{Texts: map[string]string{"ho_ten": "Đặng & <Bảy>"}})
	if err != nil || !bytes.Equal(out, again) {
		t.Error("filled again it is another document")
	}
	if _, err := docx.Open(out); err != nil {
		t.Errorf("what was filled does not open: %v", err)
	}
}

func row(cells ...string) string {
	out := "<w:tr>"
	for _, c := range cells {
		out += "<w:tc>" + p + run(c) + q + "</w:tc>"
	}
	return out + "</w:tr>"
}

// A row is there once for each entry, a paragraph only where it has something to
// say, and a line feed breaks the line.
func TestRowsConditionsAndLines(t *testing.T) {
	t.Parallel()
	table := `<w:tbl><w:tblGrid><w:gridCol w:w="1000"/><w:gridCol w:w="5000"/></w:tblGrid>` + row("TT", "Tên") + row("{{con.tt}}", "{{con.ten}}") + `</w:tbl>`
	f := open(t, table+p+run("{{?ghi_chu}}Ghi chú: {{ghi_chu}}")+q+p+run("{{!ghi_chu}}Không ghi chú")+q+p+run("Các con: {{con.ten}}")+q+p+run("{{dia_chi}}")+q)
	v := docx.Values{
		Texts:  map[string]string{"ghi_chu": "", "dia_chi": "Số 1\nPhường Một"},
		Groups: map[string][]map[string]string{"con": {{"tt": "1", "ten": "An"}, {"tt": "2", "ten": "Bình"}, {"tt": "3", "ten": "Chi"}}},
	}
	out, err := f.Fill(v)
	if err != nil {
		t.Fatal(err)
	}
	got := part(t, out, "word/document.xml")
	if strings.Count(got, "<w:tr>") != 4 || !strings.Contains(got, "Các con: An; Bình; Chi") || strings.Contains(got, "Ghi chú:") || !strings.Contains(got, "Không ghi chú") {
		t.Errorf("filled: %s", got)
	}
	if !strings.Contains(got, `Số 1</w:t><w:br/><w:t xml:space="preserve">Phường Một`) {
		t.Errorf("the line is not broken: %s", got)
	}
	v.Groups["con"], v.Texts["ghi_chu"] = nil, "có"
	if out, err = f.Fill(v); err != nil {
		t.Fatal(err)
	}
	if got = part(t, out, "word/document.xml"); strings.Count(got, "<w:tr>") != 1 || !strings.Contains(got, "Ghi chú: có") || strings.Contains(got, "Không ghi chú") {
		t.Errorf("without entries: %s", got)
	}
}

func TestWhatIsWrongIsListedByParagraph(t *testing.T) {
	t.Parallel()
	f := open(t, p+run("{{ho_ten}}")+q+p+run("{{ho_tenn}} và {{Họ tên}}")+q+p+run("{{chua dong")+q+p+run("thừa}}")+q+p+run("{{khac_hoan_toan_xyz}}")+q,
		"word/header1.xml", `<w:hdr xmlns:w="x">`+p+run("{{ngay_sin}}")+q+`</w:hdr>`)
	known := []string{"ho_ten", "ngay_sinh", "dia_chi"}
	var got []string
	for _, one := range f.Check(known) {
		got = append(got, strings.Join([]string{one.Code, string(rune('0' + one.Paragraph)), one.Part, one.Name, one.Nearest}, "|"))
	}
	want := []string{
		"docx.unknown_field|2||ho_tenn|ho_ten", "docx.unknown_field|2||họ tên|ho_ten", "docx.broken_braces|3|||", "docx.broken_braces|4|||", "docx.unknown_field|5||khac_hoan_toan_xyz|",
		"docx.unknown_field|1|header1.xml|ngay_sin|ngay_sinh",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func TestDangerousDocumentsAreRefused(t *testing.T) {
	t.Parallel()
	rel := func(kind, target, more string) []string {
		return []string{"word/_rels/document.xml.rels", `<Relationships><Relationship Id="r" Type="http://x/` + kind + `" Target="` + target + `"` + more + `/></Relationships>`}
	}
	field := func(said string) string { return p + `<w:r><w:instrText>` + said + `</w:instrText></w:r>` + q }
	for name, one := range map[string]struct {
		body string
		more []string
		want error
	}{
		"macros":             {"", []string{"word/vbaProject.bin", "x"}, docx.ErrMacro},
		"macros by type":     {"", []string{"[Content_Types].xml", `<Types><Override ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/></Types>`}, docx.ErrMacro},
		"controls":           {"", []string{"word/activeX/activeX1.xml", "x"}, docx.ErrMacro},
		"an object":          {"", []string{"word/embeddings/oleObject1.bin", "x"}, docx.ErrEmbedded},
		"an object in text":  {p + "<w:r><w:object/></w:r>" + q, nil, docx.ErrEmbedded},
		"another document":   {`<w:altChunk/>`, nil, docx.ErrEmbedded},
		"a remote template":  {"", rel("attachedTemplate", "http://evil.example/t.dotm", ` TargetMode="External"`), docx.ErrOutside},
		"a remote picture":   {"", rel("image", "http://evil.example/a.png", ` TargetMode="External"`), docx.ErrOutside},
		"a share":            {"", rel("image", `\\evil\a`, ""), docx.ErrOutside},
		"a file link":        {"", rel("hyperlink", "file:///c:/x", ` TargetMode="External"`), docx.ErrOutside},
		"an included text":   {field(`INCLUDETEXT "c:\\x.docx"`), nil, docx.ErrOutside},
		"a split field":      {p + `<w:r><w:instrText> INCLUDE</w:instrText></w:r><w:r><w:instrText>PICTURE "x"</w:instrText></w:r>` + q, nil, docx.ErrOutside},
		"a simple field":     {p + `<w:fldSimple w:instr="DDEAUTO c:\\x"/>` + q, nil, docx.ErrOutside},
		"a type declaration": {"", []string{"word/document.xml", `<!DOCTYPE a [<!ENTITY b "c">]><w:document/>`}, docx.ErrNotDOCX},
		"another type":       {"", []string{"[Content_Types].xml", `<Types/>`}, docx.ErrNotDOCX},
		"broken text":        {"<w:p>", nil, docx.ErrNotDOCX},
		"deep text":          {strings.Repeat("<w:p>", 500) + strings.Repeat("</w:p>", 500), nil, docx.ErrBomb},
		"a bomb":             {"", []string{"word/media/x.bin", strings.Repeat("\x00", 41<<20)}, docx.ErrBomb},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := docx.Open(docxtest.Document(t, one.body, one.more...)); !errors.Is(err, one.want) {
				t.Errorf("got %v", err)
			}
		})
	}
	for name, raw := range map[string][]byte{"nothing": nil, "text": []byte("Kính gửi"), "a PDF": []byte("%PDF-1.7")} {
		if _, err := docx.Open(raw); !errors.Is(err, docx.ErrNotDOCX) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := docx.Open(make([]byte, docx.MaxSize+1)); !errors.Is(err, docx.ErrTooLarge) {
		t.Errorf("too large: %v", err)
	}
	open(t, "", rel("hyperlink", "https://dichvucong.example.vn", ` TargetMode="External"`)...)
}

// The pages have the words, the places and the table, and go on where one is full.
func TestADocumentIsDrawn(t *testing.T) {
	t.Parallel()
	rows := row("TT", "Tên")
	for range 60 {
		rows += row("1", "Một dòng dài của bảng có chữ Việt: Nguyễn Thị Ưu, ở phường Long Xuyên, và các con")
	}
	body := `<w:p><w:pPr><w:jc w:val="center"/></w:pPr>` + bold("GIẤY XÁC NHẬN") + q +
		`<w:p><w:pPr><w:jc w:val="both"/><w:ind w:firstLine="720"/></w:pPr>` + run(strings.Repeat("Ủy ban nhân dân phường xác nhận {{ten}} thường trú tại địa phương. ", 8)) + q +
		p + run("Số: {{cho_so}}/GXN") + `<w:r><w:tab/></w:r>` + run("ngày") + q +
		`<w:tbl><w:tblPr><w:tblBorders><w:insideH w:val="single"/></w:tblBorders></w:tblPr><w:tblGrid><w:gridCol w:w="1000"/><w:gridCol w:w="5000"/></w:tblGrid>` + rows + `</w:tbl>` +
		p + run("{{cho_ky}}") + q
	f := open(t, body)
	how := docx.Drawing{
		Fonts: pdftest.Fonts(t), Made: time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC), Title: "Thử",
		Places: map[string]docx.Space{"cho_so": {W: 8, H: 5}, "cho_ky": {W: 60, H: 27}},
	}
	out, kept, err := f.Draw(docx.Values{Texts: map[string]string{"ten": "ông Đỗ Văn Ớt"}}, how)
	if err != nil {
		t.Fatal(err)
	}
	if keys := slices.Sorted(maps.Keys(kept)); !slices.Equal(keys, []string{"cho_ky", "cho_so"}) || kept["cho_so"].Page != 1 || kept["cho_ky"].Page < 2 || kept["cho_ky"].W < 100 {
		t.Errorf("places %+v", kept)
	}
	text := strings.Join(strings.Fields(pdftest.Text(t, out)), " ")
	for _, want := range []string{"GIẤY XÁC NHẬN", "xác nhận ông Đỗ Văn Ớt thường trú", "Nguyễn Thị Ưu"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in %s", want, text)
		}
	}
	if strings.Contains(text, "{{") {
		t.Error("fields are on the pages")
	}
	again, _, err := f.Draw(docx.Values{Texts: map[string]string{"ten": "ông Đỗ Văn Ớt"}}, how)
	if err != nil || !bytes.Equal(out, again) {
		t.Error("drawn again it is another file")
	}
}

func TestWhatIsNotDrawnIsTold(t *testing.T) {
	t.Parallel()
	f := open(t, p+`<w:r><w:drawing/></w:r>`+q+`<w:p><w:pPr><w:numPr/></w:pPr>`+run("mục")+q+`<w:tbl><w:tr><w:tc><w:tbl/></w:tc></w:tr></w:tbl>`,
		"word/footer1.xml", `<w:ftr>`+p+run("Chân trang của sở")+q+`</w:ftr>`)
	var codes []string
	for _, w := range f.Warnings() {
		codes = append(codes, w.Code)
	}
	if want := []string{docx.WarnPicture, docx.WarnList, docx.WarnNested, docx.WarnHeader}; !slices.Equal(codes, want) {
		t.Errorf("warned of %v", codes)
	}
}

// Whatever comes, nothing panics, and what opens can be filled and drawn.
func FuzzDocuments(f *testing.F) {
	f.Add([]byte(p + run("{{a}}") + q))
	f.Add([]byte(`<w:tbl><w:tblGrid><w:gridCol w:w="9"/></w:tblGrid>` + row("{{g.a}}", "{{cho_so}}", "x") + `</w:tbl>`))
	f.Add([]byte(`<w:p><w:pPr><w:jc w:val="both"/><w:ind w:left="99999"/><w:spacing w:line="-5" w:lineRule="exact"/></w:pPr>` + run("a  b {{?c}} }} {{") + q))
	how := docx.Drawing{Fonts: pdftest.Fonts(f), Made: time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC), Places: map[string]docx.Space{"cho_so": {W: 8, H: 5}}}
	v := docx.Values{Texts: map[string]string{"a": "x\ny", "c": ""}, Groups: map[string][]map[string]string{"g": {{"a": "1"}, {"a": "2"}}}}
	f.Fuzz(func(t *testing.T, body []byte) {
		file, err := docx.Open(docxtest.Document(t, string(body)))
		if err != nil {
			return
		}
		file.Check([]string{"a"})
		file.Warnings()
		out, err := file.Fill(v)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := docx.Open(out); err != nil {
			t.Errorf("what was filled does not open: %v", err)
		}
		_, _, _ = file.Draw(v, how) // a sign that no font has is refused
	})
}
