// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package files

import (
	"bytes"
	"compress/zlib"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// pdfOf writes a PDF with one page and more objects, as they stand; extra goes into its trailer.
func pdfOf(extra string, objects ...string) string {
	objects = append([]string{"<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>", "<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>"}, objects...)
	out := "%PDF-1.7\n"
	table := fmt.Sprintf("xref\n0 %d\n0000000000 65535 f \n", len(objects)+1)
	for i, o := range objects {
		table += fmt.Sprintf("%010d 00000 n \n", len(out))
		out += fmt.Sprintf("%d 0 obj%s\nendobj\n", i+1, o)
	}
	return out + table + fmt.Sprintf("trailer<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF\n", len(objects)+1, extra, len(out))
}

// objStm is an object stream with the content.
func objStm(head, content string) string {
	var b bytes.Buffer
	z := zlib.NewWriter(&b)
	_, _ = z.Write([]byte(content)) // a buffer does not fail
	_ = z.Close()
	return fmt.Sprintf("<<%s/N 1/First 4/Filter/FlateDecode/Length %d>>\nstream\r\n%s\nendstream", head, b.Len(), b.String())
}

func TestPDFsThatDoThingsAreRefused(t *testing.T) {
	t.Parallel()
	s, dir := store(t)
	const js = "9 0 <</S/JavaScript/JS(app.alert)>>"
	whole := pdfOf("")
	for name, v := range map[string]struct {
		content string
		want    error
		what    Active
	}{
		"plain":                         {whole, nil, ""},
		"with a rest behind":            {whole + "\r\n\r\n", nil, ""},
		"signed, a form, links":         {pdfOf("", "<</Type/Annot/A<</S/URI/URI(https://example.vn)>>>>", "<</Type/Sig/ByteRange[0 1 2 3]>>", "<</SubFilter/adbe.pkcs7.detached/Fields[]/NeedAppearances true>>"), nil, ""},
		"objects packed":                {pdfOf("", objStm("/Type/ObjStm", "9 0 <</Type/Annot>>")), nil, ""},
		"objects not packed":            {pdfOf("", "<</Type/ObjStm/N 1/First 4/Length 9>>stream\n9 0 <<>>  \nendstream"), nil, ""},
		"script":                        {pdfOf("", "<</S/JavaScript/JS(x)>>"), ErrPDFActive, Script},
		"script, written otherwise":     {pdfOf("", "<</S/J#61va#53cript/JS(x)>>"), ErrPDFActive, Script},
		"script in a rendition":         {pdfOf("", "<</S /Rendition /JS(x)>>"), ErrPDFActive, Script},
		"script in a packed object":     {pdfOf("", objStm("/Type/ObjStm", js)), ErrPDFActive, Script},
		"script, type left out":         {pdfOf("", objStm("", js)), ErrPDFActive, Script},
		"script, type written oddly":    {pdfOf("", objStm("/Type/#4fbjStm", js)), ErrPDFActive, Script},
		"script behind a wrong comment": {pdfOf("", objStm("/Type/ObjStm %endobj obj \n", js)), ErrPDFActive, Script},
		"script in the last of many":    {pdfOf("", objStm("/Type/ObjStm", "1 0 <<>>"), "<</Length 3>>stream\nabc\nendstream", objStm("/Type/ObjStm", js)), ErrPDFActive, Script},
		"program":                       {pdfOf("", "<</S/Launch/F(cmd.exe)>>"), ErrPDFActive, Launch},
		"file inside":                   {pdfOf("", "<</Type/EmbeddedFile/Length 1>>stream\nx\nendstream"), ErrPDFActive, Embedded},
		"files inside":                  {pdfOf("", "<</Names<</EmbeddedFiles<</Names[(a) 9 0 R]>>>>>>"), ErrPDFActive, Embedded},
		"files elsewhere":               {pdfOf("", "<</Names<</EmbeddedFiles 9 0 R>>>>"), ErrPDFActive, Embedded},
		"a paper clip":                  {pdfOf("", "<</Type/Annot/Subtype/FileAttachment>>"), ErrPDFActive, Embedded},
		"no files inside":               {pdfOf("", "<</Names<</EmbeddedFiles <<\n/Names [\n] >> /JavaScripts 1>>>>"), nil, ""},
		"film":                          {pdfOf("", "<</Subtype/RichMedia>>"), ErrPDFActive, Embedded},
		"sends answers":                 {pdfOf("", "<</S/SubmitForm/F(https://example.vn)>>"), ErrPDFActive, Submit},
		"encrypted":                     {pdfOf("/Encrypt 4 0 R", "<</Filter/Standard>>"), ErrPDFEncrypted, ""},
		"packed by an unknown filter":   {pdfOf("", "<</Type/ObjStm/N 1/First 4/Filter/ASCIIHexDecode/Length 9>>stream\n<39203020>\nendstream"), ErrPDFBroken, ""},
		"packed with a predictor":       {pdfOf("", objStm("/Type/ObjStm/DecodeParms<</Predictor 12>>", js)), ErrPDFBroken, ""},
		"packed beyond measure":         {pdfOf("", objStm("/Type/ObjStm", strings.Repeat(" ", maxUnpacked+1))), ErrPDFBomb, ""},
		"cut off":                       {whole[:len(whole)-30], ErrPDFBroken, ""},
		"cut off, an end put there":     {whole[:len(whole)-60] + "startxref\n99999\n%%EOF", ErrPDFBroken, ""},
		"table elsewhere":               {strings.Replace(whole, "\nstartxref\n", "\nstartxref\n1", 1), ErrPDFBroken, ""},
		"nothing but a head":            {"%PDF-1.7\n", ErrPDFBroken, ""},
		"end without a number":          {"%PDF-1.7\nstartxref", ErrPDFBroken, ""},
		"no number at the end":          {"%PDF-1.7\nstartxref %%EOF", ErrPDFBroken, ""},
		"no page":                       {strings.Replace(whole, "/Type/Page/", "/Type/Pagx/", 1), ErrPDFBroken, ""},
		"many pages":                    {pdfOf("", strings.Repeat("<</Type /Page>>", maxPages-1)), nil, ""},
		"too many pages":                {pdfOf("", strings.Repeat("<</Type /Page>>", maxPages)), ErrPDFPages, ""},
		"pages in packed objects":       {pdfOf("", objStm("/Type/ObjStm", strings.Repeat("<</Type/Page>>", maxPages))), ErrPDFPages, ""},
	} {
		before := len(blobs(t, dir))
		st, kept, err := stage(t, s, "a.pdf", v.content)
		if !errors.Is(err, v.want) || (err == nil) != (v.want == nil) || err == nil && (kept != v.content || st.Pages == 0) {
			t.Errorf("%s: %v, want %v", name, err, v.want)
		}
		if left := len(blobs(t, dir)) - before; (left == 1) != (v.want == nil) {
			t.Errorf("%s: %d files left", name, left)
		}
		if v.what == "" {
			continue
		}
		permitted := Meta{Name: "a.pdf", Allow: everything(), Limit: 1 << 20, Permit: []Active{v.what}}
		if st, err := s.Receive(t.Context(), strings.NewReader(v.content), permitted); err != nil || !slices.Equal(st.Active, permitted.Permit) {
			t.Errorf("%s, permitted: %v %v", name, st.Active, err)
		}
	}
	own := Meta{Name: "a.pdf", Allow: everything(), Limit: 1 << 20, Own: true}
	if _, err := s.Receive(t.Context(), strings.NewReader(pdfOf("", "<</Type/EmbeddedFile>>")), own); err != nil {
		t.Errorf("a file of this program: %v", err)
	}
}

func TestThePiecesInWhichAPDFComesDoNotMatter(t *testing.T) {
	t.Parallel()
	content := []byte(pdfOf("", "<</S/J#61vaScript>>", objStm("/Type/ObjStm", "9 0 <</S/Launch>>")))
	for step := 1; step < 50; step += 3 {
		s := &pdfScanner{}
		for part := range slices.Chunk(content, step) {
			_, _ = s.Write(part) // it does not fail
		}
		if err := s.finish(bytes.NewReader(content), []Active{Script, Launch}); err != nil || !slices.Equal(s.found, []Active{Script, Launch}) || s.pages != 1 {
			t.Errorf("pieces of %d: %v %d %v", step, s.found, s.pages, err)
		}
	}
}

func FuzzPDF(f *testing.F) {
	f.Add([]byte(pdfOf("", objStm("/Type/ObjStm", "1 0 <<>>"))))
	f.Add([]byte("%PDF-1.7\nstartxref"))
	f.Fuzz(func(_ *testing.T, b []byte) {
		s := &pdfScanner{}
		_, _ = s.Write(b)
		_ = s.finish(bytes.NewReader(b), nil) // it ends, and does not fall
	})
}
