// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package sheet

import (
	"encoding/xml"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// reader reads the cells of one sheet of a book.
type reader struct {
	book   *workbook
	tokens tokens
	close  io.Closer
	turn   bool // texts were typed in a font of TCVN3
	row    int
	cell   cell
	merged []Range // that are still to come
	open   []span  // that the rows now are in
}

// span is a merged range with the value of its first cell.
type span struct {
	Range

	value Value
}

// cell is the one that is being read.
type cell struct {
	column       int
	kind, style  string
	text, inline strings.Builder
	formula, has bool // it is one; it has a value
}

// rows begins to read a sheet.
func (b *workbook) rows(w Way) (*Rows, error) {
	i := slices.IndexFunc(b.sheets, func(t tab) bool { return t.name == w.Sheet })
	if w.Sheet == "" {
		i = 0
	}
	if i < 0 {
		return nil, ErrSheet
	}
	merged, err := b.merges(b.sheets[i].part)
	if err != nil {
		return nil, err
	}
	content, err := b.parts[b.sheets[i].part].Open()
	if err != nil {
		return nil, unread(err)
	}
	r := &reader{book: b, tokens: b.tokens(content), close: content, turn: w.Encoding == TCVN3, row: -1, merged: merged}
	return &Rows{next: r.next, merged: len(merged)}, nil
}

// next reads to the end of a row.
func (r *reader) next() (int, []Value, error) {
	var row []Value
	within, size := "", 0
	for {
		t, err := r.tokens.next()
		if errors.Is(err, io.EOF) {
			_ = r.close.Close() // it was only read
			return 0, nil, io.EOF
		}
		if err != nil {
			return 0, nil, err
		}
		switch e := t.(type) {
		case xml.StartElement:
			switch e.Name.Local {
			case "row":
				r.row++
				if n, err := strconv.Atoi(attribute(e, "r")); err == nil {
					r.row = n - 1
				}
				row, size = nil, 0
				r.cell.column = -1
			case "c":
				r.begin(e)
			case "f":
				r.cell.formula = true
			case "v", "t":
				within, r.cell.has = e.Name.Local, true
			case "rPh":
				within = ""
			}
		case xml.CharData:
			if size += len(e); size > maxRow {
				return 0, nil, ErrTooLarge
			}
			switch within {
			case "v":
				_, _ = r.cell.text.Write(e) // builders do not fail
			case "t":
				_, _ = r.cell.inline.Write(e)
			}
		case xml.EndElement:
			switch e.Name.Local {
			case "v", "t":
				within = ""
			case "c":
				if r.cell.column < 0 || r.cell.column >= maxColumns {
					return 0, nil, ErrTooLarge
				}
				for len(row) <= r.cell.column {
					row = append(row, Value{})
				}
				row[r.cell.column] = r.value()
			case "row":
				return r.row, r.filled(row), nil
			case "sheetData":
				_ = r.close.Close() // it was only read
				return 0, nil, io.EOF
			}
		}
	}
}

// begin begins a cell; one that does not say where it stands follows the last.
func (r *reader) begin(e xml.StartElement) {
	column := r.cell.column + 1
	if name := strings.TrimRight(attribute(e, "r"), "0123456789"); name != "" {
		column = 0
		for _, letter := range strings.ToUpper(name[:min(len(name), 4)]) {
			column = column*26 + int(letter-'A') + 1
		}
		column--
	}
	r.cell = cell{column: column, kind: attribute(e, "t"), style: attribute(e, "s")}
}

// value is what the cell shows. A formula counts by what the office saw.
func (r *reader) value() Value {
	raw := strings.TrimSpace(r.cell.text.String())
	text := func(s string) Value {
		if s = norm.NFC.String(s); r.turn {
			s = norm.NFC.String(fromTCVN3(s))
		}
		return Value{Text: s}
	}
	if r.cell.formula && (!r.cell.has || raw == "" && r.cell.kind != "str") {
		return Value{Text: "#?", Kind: Fault}
	}
	switch r.cell.kind {
	case "s":
		i, err := strconv.Atoi(raw)
		if err != nil || i < 0 || i >= len(r.book.shared) {
			return Value{Text: "#?", Kind: Fault}
		}
		return text(r.book.shared[i])
	case "inlineStr":
		return text(r.cell.inline.String())
	case "str":
		return text(r.cell.text.String())
	case "b":
		return Value{Text: strconv.FormatBool(raw == "1"), Kind: Truth}
	case "e":
		return Value{Text: raw, Kind: Fault}
	case "d":
		return Value{Text: strings.TrimSuffix(raw, "T00:00:00"), Kind: Day}
	}
	if raw == "" {
		return Value{}
	}
	n, err := strconv.ParseFloat(raw, 64)
	if err != nil {
		return Value{Text: raw, Kind: Fault}
	}
	if style, err := strconv.Atoi(r.cell.style); err == nil && style >= 0 && style < len(r.book.days) && r.book.days[style] {
		if day, ok := r.book.day(n); ok {
			return Value{Text: day, Kind: Day}
		}
	}
	return Value{Text: shortest(n), Kind: Number}
}

// shortest writes a number with the fifteen digits that a sheet keeps: 0.1 + 0.2 is 0.3.
func shortest(n float64) string {
	rounded, err := strconv.ParseFloat(strconv.FormatFloat(n, 'g', 15, 64), 64)
	if err != nil {
		rounded = n
	}
	return strconv.FormatFloat(rounded, 'f', -1, 64)
}

// filled writes the values of merged ranges into the cells of a row.
func (r *reader) filled(row []Value) []Value {
	r.open = slices.DeleteFunc(r.open, func(s span) bool { return s.LastRow < r.row })
	for len(r.merged) > 0 && r.merged[0].Row <= r.row {
		first := r.merged[0]
		r.merged = r.merged[1:]
		var v Value
		if first.Row == r.row && first.Column < len(row) {
			v = row[first.Column]
		}
		if first.LastRow >= r.row && v.Text != "" {
			r.open = append(r.open, span{first, v})
		}
	}
	for _, s := range r.open {
		for len(row) <= s.LastColumn {
			row = append(row, Value{})
		}
		for c := s.Column; c <= s.LastColumn; c++ {
			if r.row != s.Row || c != s.Column {
				row[c] = s.value
				row[c].Merged = true
			}
		}
	}
	return row
}

// String names a kind, for the messages of tests.
func (k Kind) String() string {
	return [...]string{"text", "number", "day", "truth", "fault"}[min(int(k), 4)]
}
