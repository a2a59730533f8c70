// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package sheet

import (
	"bytes"
	"encoding/binary"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// readCSV reads a text of commas, semicolons or tabs, in UTF-8 or the UTF-16
// that Excel calls Unicode text.
func readCSV(data []byte) (t Table, err error) {
	text, err := decode(data)
	if err != nil {
		return t, err
	}
	r := csv.NewReader(strings.NewReader(text))
	r.Comma, r.FieldsPerRecord, r.LazyQuotes = separator(text), -1, true
	cells := 0
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			return t, nil
		}
		if err != nil {
			return Table{}, fmt.Errorf("%w: %w", ErrUnread, err)
		}
		line, _ := r.FieldPos(0)
		for len(t.Rows) < line-1 && len(t.Rows) < maxRows { // empty lines count, as they do in a sheet
			t.Rows = append(t.Rows, nil)
		}
		cells += len(row) + 1
		if len(t.Rows) >= maxRows || len(row) > maxColumns || cells > maxCells {
			return Table{}, ErrTooLarge
		}
		t.Rows = append(t.Rows, row)
	}
}

func decode(data []byte) (string, error) {
	for mark, order := range map[string]binary.ByteOrder{"\xff\xfe": binary.LittleEndian, "\xfe\xff": binary.BigEndian} {
		if rest, ok := bytes.CutPrefix(data, []byte(mark)); ok {
			units := make([]uint16, len(rest)/2)
			for i := range units {
				units[i] = order.Uint16(rest[2*i:])
			}
			return string(utf16.Decode(units)), nil
		}
	}
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	if !utf8.Valid(data) || bytes.ContainsRune(data, 0) {
		return "", ErrNotText
	}
	return string(data), nil
}

// separator is what stands most often in the first lines, outside quotes.
func separator(text string) rune {
	count, quoted := map[rune]int{}, false
	for i, r := range text {
		if i > 10_000 {
			break
		}
		switch r {
		case '"':
			quoted = !quoted
		case ',', ';', '\t':
			if !quoted {
				count[r]++
			}
		}
	}
	best := ','
	for _, r := range []rune{';', '\t'} {
		if count[r] > count[best] {
			best = r
		}
	}
	return best
}

// WriteCSV writes a table that Excel opens as it is meant: UTF-8 with its mark,
// and no cell that would run as a formula.
func WriteCSV(w io.Writer, rows [][]string) error {
	if _, err := io.WriteString(w, "\xef\xbb\xbf"); err != nil {
		return err
	}
	out := csv.NewWriter(w)
	out.UseCRLF = true
	for _, row := range rows {
		safe := make([]string, len(row))
		for i, cell := range row {
			safe[i] = Harmless(cell)
		}
		if err := out.Write(safe); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// Harmless puts an apostrophe before a cell that a sheet would take for a
// formula. A number, also a negative one, is none.
func Harmless(cell string) string {
	trimmed := strings.TrimLeft(cell, " \u00a0")
	if trimmed == "" || !strings.ContainsRune("=+-@\t\r\n|%＝＋－＠", []rune(trimmed)[0]) {
		return cell
	}
	if _, err := strconv.ParseFloat(strings.ReplaceAll(strings.ReplaceAll(trimmed, ".", ""), ",", "."), 64); err == nil && !strings.HasPrefix(trimmed, "+") {
		return cell
	}
	return "'" + cell
}
