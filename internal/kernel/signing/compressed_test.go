// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package signing_test

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"strings"
	"testing"

	"tinhso.vn/internal/kernel/signing"
	"tinhso.vn/internal/platform/pdf"
	"tinhso.vn/internal/platform/pdfread"
)

// compressed writes a file as word processors do: its objects in an object
// stream, found by a cross-reference stream with PNG predictors.
func compressed(tb testing.TB, predictor byte, root, page string) []byte {
	tb.Helper()
	objects := []string{"<</Type/Catalog/Pages 2 0 R" + root + ">>", "<</Type/Pages/Kids[3 0 R]/Count 1>>", "<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 200]/Note(a)" + page + ">>"}
	var head, body string
	for i, o := range objects {
		head += fmt.Sprintf("%d %d ", i+1, len(body))
		body += o + " "
	}
	var out bytes.Buffer
	out.WriteString("%PDF-1.5\n")
	first := out.Len()
	packed := deflate(tb, []byte(head+body))
	fmt.Fprintf(&out, "4 0 obj\n<</Type/ObjStm/N 3/First %d/Filter/FlateDecode/Length %d>>stream\n%s\nendstream\nendobj\n", len(head), len(packed), packed)
	start := out.Len()
	rows := [][]byte{{0, 0, 0, 0}, {2, 0, 4, 0}, {2, 0, 4, 1}, {2, 0, 4, 2}, {1, byte(first >> 8), byte(first), 0}, {1, byte(start >> 8), byte(start), 0}}
	var table []byte
	above := make([]byte, 4)
	for _, row := range rows {
		table = append(table, predictor)
		for i, b := range row {
			var left byte
			if i > 0 {
				left = row[i-1]
			}
			switch predictor {
			case 1:
				b -= left
			case 2:
				b -= above[i]
			case 3:
				b -= byte((int(left) + int(above[i])) / 2)
			}
			table = append(table, b)
		}
		above = row
	}
	packed = deflate(tb, table)
	fmt.Fprintf(&out, "5 0 obj\n<</Type/XRef/Size 6/W[1 2 1]/Root 1 0 R/Filter/FlateDecode/DecodeParms<</Predictor 12/Columns 4>>/Length %d>>stream\n%s\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n", len(packed), packed, start)
	return out.Bytes()
}

func deflate(tb testing.TB, b []byte) []byte {
	tb.Helper()
	var out bytes.Buffer
	z := zlib.NewWriter(&out)
	if _, err := z.Write(b); err != nil {
		tb.Fatal(err)
	}
	if err := z.Close(); err != nil {
		tb.Fatal(err)
	}
	return out.Bytes()
}

func TestCompressedFilesAreSigned(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	for predictor := range byte(4) {
		document := compressed(t, predictor, "", "")
		one := o.sign(document, "leader", signing.Request{Field: "first", Rect: &pdf.Rect{Page: 1, X: 9, Y: 9, W: 90, H: 40}}, nil)
		two := o.sign(one, "agency", signing.Request{Field: "second", Rect: &pdf.Rect{Page: 1}}, o.stamp)
		rep := o.verify(two)
		if !rep.Valid() || len(rep.Signatures) != 2 || rep.Revisions != 3 {
			t.Errorf("predictor %d: %+v", predictor, rep)
		}
		if said := o.pdfsig(two); strings.Count(said, "Signature is Valid.") != 2 || strings.Count(said, "Not total document signed") != 1 {
			t.Errorf("predictor %d: pdfsig says\n%s", predictor, said)
		}
		s := o.evil(two, func(f *pdfread.File, u *pdfread.Update, page pdfread.Ref) {
			d := f.Dict(page).Clone()
			d["MediaBox"] = pdfread.Array{pdfread.Int(0), pdfread.Int(0), pdfread.Int(9), pdfread.Int(9)}
			u.Set(page, d)
		})
		if len(s.Changes) == 0 || s.Changes[0].Kind != signing.ChangeContent {
			t.Errorf("predictor %d: %+v", predictor, s)
		}
	}
}
