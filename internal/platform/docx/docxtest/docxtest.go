// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package docxtest makes Word documents for tests.
package docxtest

import (
	"archive/zip"
	"bytes"
	"testing"
)

// Document is a small document with a body; more are names and contents of parts,
// which go before its own.
func Document(tb testing.TB, body string, more ...string) []byte {
	tb.Helper()
	parts := [][2]string{
		{"[Content_Types].xml", `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/>` +
			`<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
			`<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>`},
		{"_rels/.rels", `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" ` +
			`Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>`},
		{"word/document.xml", `<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>` +
			body + `</w:body></w:document>`},
	}
	for i := 0; i+1 < len(more); i += 2 {
		at := -1
		for j, p := range parts {
			if p[0] == more[i] {
				at = j
			}
		}
		if at < 0 {
			parts, at = append(parts, [2]string{}), len(parts)
		}
		parts[at] = [2]string{more[i], more[i+1]}
	}
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, p := range parts {
		w, err := z.Create(p[0])
		if err == nil {
			_, err = w.Write([]byte(p[1]))
		}
		if err != nil {
			tb.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		tb.Fatal(err)
	}
	return out.Bytes()
}

// Paragraphs is the body of a document: one paragraph for each text.
func Paragraphs(texts ...string) (body string) {
	for _, t := range texts {
		body += `<w:p><w:r><w:t xml:space="preserve">` + t + `</w:t></w:r></w:p>`
	}
	return body
}

// Letter is the template of a result: with all its places and more paragraphs.
func Letter(tb testing.TB, texts ...string) []byte {
	tb.Helper()
	all := append([]string{"Số: {{cho_so}}/GXN-UBND", "{{don_vi.dia_danh}}, ngày {{cho_ngay}} tháng {{cho_thang}} năm {{cho_nam}}"}, texts...)
	return Document(tb, Paragraphs(append(all, "{{nguoi_ky.chuc_vu}}", "{{cho_ky}}", "{{nguoi_ky.ten}}")...))
}
