// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package sheet

import (
	"archive/zip"
	"bufio"
	"encoding/csv"
	"encoding/xml"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Writer writes a table row by row, in constant memory.
type Writer interface {
	// Write writes a row of string, int, int64, float64, bool or nil. Text stays
	// text, also where it looks like a formula.
	Write(row ...any) error
	// Close ends the table. Whoever gave the writer what it writes to closes that.
	Close() error
}

type csvWriter struct{ out *csv.Writer }

// NewCSV begins a CSV; mark puts the mark of UTF-8 before it, without which Excel
// takes Vietnamese for something else.
func NewCSV(w io.Writer, mark bool) (Writer, error) {
	if mark {
		if _, err := io.WriteString(w, "\xef\xbb\xbf"); err != nil {
			return nil, err
		}
	}
	out := csv.NewWriter(w)
	out.UseCRLF = true
	return csvWriter{out}, nil
}

// Write implements Writer.
func (w csvWriter) Write(row ...any) error {
	cells := make([]string, len(row))
	for i, v := range row {
		said, number, err := plain(v)
		if err != nil {
			return err
		}
		if cells[i] = said; !number {
			cells[i] = Harmless(said)
		}
	}
	return w.out.Write(cells)
}

// Close implements Writer.
func (w csvWriter) Close() error {
	w.out.Flush()
	return w.out.Error()
}

// plain is a value as text, and whether it is a number.
func plain(v any) (said string, number bool, err error) {
	switch v := v.(type) {
	case nil:
		return "", false, nil
	case string:
		return v, false, nil
	case int:
		return strconv.Itoa(v), true, nil
	case int64:
		return strconv.FormatInt(v, 10), true, nil
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64), true, nil
	case bool:
		return strconv.FormatBool(v), false, nil
	}
	return "", false, fmt.Errorf("%w: %T", ErrUndefined, v)
}

// maxText is how much a cell of Excel holds, in characters.
const maxText = 32_767

type xlsxWriter struct {
	zip  *zip.Writer
	out  *bufio.Writer
	rows int
}

// NewXLSX begins an XLSX of one sheet whose first row is bold. The library of
// this package would keep what it writes in files of the system, in the clear.
func NewXLSX(w io.Writer, name string) (Writer, error) {
	z := zip.NewWriter(w)
	const head = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
	const main, office = "http://schemas.openxmlformats.org/spreadsheetml/2006/main", "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	const packed, kinds = "http://schemas.openxmlformats.org/package/2006/relationships", "application/vnd.openxmlformats-officedocument.spreadsheetml."
	for _, part := range []struct{ name, content string }{
		{"[Content_Types].xml", `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
			`<Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="` + kinds + `sheet.main+xml"/>` +
			`<Override PartName="/xl/worksheets/sheet1.xml" ContentType="` + kinds + `worksheet+xml"/><Override PartName="/xl/styles.xml" ContentType="` + kinds + `styles+xml"/></Types>`},
		{"_rels/.rels", `<Relationships xmlns="` + packed + `"><Relationship Id="rId1" Type="` + office + `/officeDocument" Target="xl/workbook.xml"/></Relationships>`},
		{"xl/workbook.xml", `<workbook xmlns="` + main + `" xmlns:r="` + office + `"><sheets><sheet name="` + escaped(sheetName(name)) + `" sheetId="1" r:id="rId1"/></sheets></workbook>`},
		{"xl/_rels/workbook.xml.rels", `<Relationships xmlns="` + packed + `"><Relationship Id="rId1" Type="` + office + `/worksheet" Target="worksheets/sheet1.xml"/>` +
			`<Relationship Id="rId2" Type="` + office + `/styles" Target="styles.xml"/></Relationships>`},
		{"xl/styles.xml", `<styleSheet xmlns="` + main + `"><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts>` +
			`<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders>` +
			`<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>` +
			`<cellXfs count="3"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/><xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/>` +
			`<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs></styleSheet>`},
	} {
		one, err := z.Create(part.name)
		if err != nil {
			return nil, err
		}
		if _, err := io.WriteString(one, head+part.content); err != nil {
			return nil, err
		}
	}
	cells, err := z.Create("xl/worksheets/sheet1.xml")
	if err != nil {
		return nil, err
	}
	x := &xlsxWriter{zip: z, out: bufio.NewWriterSize(cells, 1<<16)}
	_, err = x.out.WriteString(head + `<worksheet xmlns="` + main + `"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" state="frozen"/></sheetView></sheetViews>` +
		`<sheetFormatPr defaultRowHeight="15" defaultColWidth="20"/><sheetData>`)
	return x, err
}

// Write implements Writer. Texts have the style of text, so that a code keeps
// its zeros when somebody goes on writing in its cell.
func (x *xlsxWriter) Write(row ...any) error {
	x.rows++
	said := strings.Builder{}
	_, _ = fmt.Fprintf(&said, `<row r="%d">`, x.rows) // a builder does not fail
	for i, v := range row {
		text, number, err := plain(v)
		if err != nil {
			return err
		}
		style := 2
		if x.rows == 1 {
			style = 1
		}
		switch {
		case text == "":
		case number:
			_, _ = fmt.Fprintf(&said, `<c r="%s"><v>%s</v></c>`, Cell(x.rows-1, i), text)
		default:
			_, _ = fmt.Fprintf(&said, `<c r="%s" s="%d" t="inlineStr"><is><t xml:space="preserve">%s</t></is></c>`, Cell(x.rows-1, i), style, escaped(text))
		}
	}
	said.WriteString("</row>")
	_, err := x.out.WriteString(said.String())
	return err
}

// Close implements Writer.
func (x *xlsxWriter) Close() error {
	if _, err := x.out.WriteString("</sheetData></worksheet>"); err != nil {
		return err
	}
	if err := x.out.Flush(); err != nil {
		return err
	}
	return x.zip.Close()
}

// escaped is a text as XML takes it, as long as a cell is.
func escaped(s string) string {
	if utf8.RuneCountInString(s) > maxText {
		s = string([]rune(s)[:maxText])
	}
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s)) // a builder does not fail
	return b.String()
}

// sheetName is a name that Excel takes for a sheet.
func sheetName(name string) string {
	name = strings.TrimSpace(strings.Map(func(r rune) rune {
		if strings.ContainsRune(`[]:*?/\'`, r) {
			return ' '
		}
		return r
	}, name))
	if letters := []rune(name); len(letters) > 31 {
		name = string(letters[:31])
	}
	if name == "" {
		return "1"
	}
	return name
}
