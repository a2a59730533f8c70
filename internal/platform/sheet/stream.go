// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package sheet

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// Limits of a table that is read row by row. Of each only what one row needs is
// in memory, and of an XLSX the texts that its cells share.
const (
	MaxRows    = 1_000_000 // of a table that is read row by row
	maxRow     = 4 << 20   // bytes of one row
	maxShared  = 64 << 20  // bytes of the shared texts of an XLSX
	maxStream  = 4 << 30   // bytes, unpacked
	maxRatio   = 400       // unpacked bytes for each that is packed
	ratioFloor = 64 << 20  // below that a file may be packed as it likes
	maxMerged  = 10_000
	headBytes  = 64 << 10 // what the way a file is written is found out from
)

// ErrSheet means that there is no such sheet in a file.
var ErrSheet = errors.New("there is no such sheet")

// Kind says what a cell holds.
type Kind uint8

// The kinds. A CSV has texts only.
const (
	Text   Kind = iota
	Number      // Text is its shortest exact form, with a point: 1234.5
	Day         // Text is 2026-11-21, or 2026-11-21 14:30
	Truth       // Text is true or false
	Fault       // Text is what the sheet shows: #REF!, or #? for a formula that was never computed
)

// Value is one cell as it was meant.
type Value struct {
	Text   string
	Kind   Kind
	Merged bool // it repeats the value of a merged range
}

// Way is how a file is to be read. What is empty is found out by Look.
type Way struct {
	XLSX     bool
	Encoding Encoding // of an XLSX: UTF8, or TCVN3 where a font was meant
	Comma    rune     // , ; tab |
	Quote    rune     // " ' or 0 for none
	Sheet    string   // of an XLSX; empty: the first
}

// Look finds out how a file is to be read, and names the sheets that people see.
func Look(r io.ReaderAt, size int64) (w Way, sheets []string, err error) {
	head := make([]byte, min(size, headBytes))
	if _, err := r.ReadAt(head, 0); err != nil && !errors.Is(err, io.EOF) {
		return Way{}, nil, err
	}
	switch {
	case strings.HasPrefix(string(head), "PK\x03\x04"):
		b, err := openBook(r, size)
		if err != nil {
			return Way{}, nil, err
		}
		for _, s := range b.sheets {
			sheets = append(sheets, s.name)
		}
		w = Way{XLSX: true, Encoding: UTF8, Sheet: sheets[0]}
		if legacy(b.sample()) {
			w.Encoding = TCVN3
		}
		return w, sheets, nil
	case strings.HasPrefix(string(head), "\xd0\xcf\x11\xe0"):
		return Way{}, nil, ErrOld
	}
	if w.Encoding = encodingOf(head); (w.Encoding == Windows1258 || w.Encoding == TCVN3) && bytes.ContainsAny(head, "\x00\x01\x02\x03\x04\x05\x06\x07\x08\x0e\x0f\x10") {
		return Way{}, nil, ErrNotText
	}
	in, err := decoded(strings.NewReader(string(head)), w.Encoding)
	if err != nil {
		return Way{}, nil, err
	}
	var text strings.Builder
	for {
		letter, _, err := in.ReadRune()
		if errors.Is(err, ErrNotText) && (size <= headBytes || text.Len() < len(head)-8) {
			return Way{}, nil, err
		}
		if err != nil {
			break // the end, or a letter that the beginning cuts in two
		}
		text.WriteRune(letter)
	}
	w.Comma, w.Quote = separated(text.String())
	return w, nil, nil //nolint:nilerr // the beginning ended
}

// separated finds the separator and the quote by the beginning of a table: a
// separator stands equally often in each row.
func separated(text string) (comma, quote rune) {
	comma, quote = ',', '"'
	best := -1.0
	for _, q := range []rune{'"', '\''} {
		for _, c := range []rune{',', ';', '\t', '|'} {
			if score := evenness(text, c, q); score > best {
				best, comma, quote = score, c, q
			}
		}
	}
	return comma, quote
}

// evenness says how well a text falls into rows of one length of two or more cells.
func evenness(text string, comma, quote rune) float64 {
	rows := parser{in: strings.NewReader(text), comma: comma, quote: quote}
	lengths, n, wide := map[int]int{}, 0, 0
	for n < 200 {
		row, err := rows.read()
		if err != nil {
			break
		}
		if len(row) == 0 {
			continue
		}
		n++
		lengths[len(row)]++
	}
	same := 0
	for length, times := range lengths {
		if length > 1 && times > same {
			same, wide = times, length
		}
	}
	if n == 0 {
		return 0
	}
	score := float64(same)/float64(n) + float64(min(wide, 50))/1000
	if rows.quoted == 0 && quote != '"' {
		score -= 0.01 // nobody quotes: then the usual one
	}
	return score - float64(rows.stray)/float64(n)
}

// Rows are the rows of a table, one after the other.
type Rows struct {
	next   func() (int, []Value, error)
	n      int
	row    []Value
	err    error
	merged int
}

// Read goes on to the next row that holds something and reports whether there is one.
func (r *Rows) Read() bool {
	if r.err != nil {
		return false
	}
	for {
		n, row, err := r.next()
		if r.err = err; err != nil {
			return false
		}
		if r.n, r.row = n, row; n >= MaxRows {
			r.err = ErrTooLarge
			return false
		}
		for _, v := range r.row {
			if v.Text != "" {
				return true
			}
		}
	}
}

// At is the place of the row in its sheet, counted from 0: empty rows count.
func (r *Rows) At() int { return r.n }

// Row is the row, until Read is called again. Rows may differ in length.
func (r *Rows) Row() []Value { return r.row }

// Err is why there are no more rows; nil at the end of the table.
func (r *Rows) Err() error {
	if errors.Is(r.err, io.EOF) {
		return nil
	}
	return r.err
}

// Merged is how many ranges of the table are merged.
func (r *Rows) Merged() int { return r.merged }

// Open reads a table row by row, in constant memory.
func Open(r io.ReaderAt, size int64, w Way) (*Rows, error) {
	if w.XLSX {
		b, err := openBook(r, size)
		if err != nil {
			return nil, err
		}
		return b.rows(w)
	}
	in, err := decoded(io.NewSectionReader(r, 0, size), w.Encoding)
	if err != nil {
		return nil, err
	}
	p, n := &parser{in: in, comma: w.Comma, quote: w.Quote}, -1
	return &Rows{next: func() (int, []Value, error) {
		row, err := p.read()
		if err != nil {
			return 0, nil, err
		}
		n++
		values := make([]Value, len(row))
		for i, text := range row {
			values[i].Text = norm.NFC.String(text)
		}
		return n, values, nil
	}}, nil
}

// parser reads rows of texts. It is as forgiving as the sheets that write them:
// a quote within a cell that did not begin with one is a letter.
type parser struct {
	in     io.RuneReader
	comma  rune
	quote  rune
	back   rune
	has    bool
	quoted int // cells that were quoted
	stray  int // letters behind a closing quote
}

func (p *parser) letter() (rune, error) {
	if p.has {
		p.has = false
		return p.back, nil
	}
	r, _, err := p.in.ReadRune()
	return r, err
}

// read returns the cells of a row; none for an empty line.
func (p *parser) read() (row []string, err error) {
	var cell strings.Builder
	size, inside, closed, some := 0, false, false, false
	add := func() {
		row = append(row, cell.String())
		cell.Reset()
		closed = false
	}
	for {
		r, err := p.letter()
		if errors.Is(err, io.EOF) {
			if !some {
				return nil, io.EOF
			}
			add()
			return row, nil
		}
		if err != nil {
			return nil, err
		}
		if size++; size > maxRow || len(row) > maxColumns {
			return nil, ErrTooLarge
		}
		switch {
		case inside && r == p.quote:
			follows, err := p.letter()
			if err == nil && follows == p.quote {
				cell.WriteRune(r)
				continue
			}
			inside, closed = false, true
			if err == nil {
				p.back, p.has = follows, true
			}
		case inside:
			cell.WriteRune(r)
		case p.quote != 0 && r == p.quote && cell.Len() == 0 && !closed:
			inside, some = true, true
			p.quoted++
		case r == p.comma:
			some = true
			add()
		case r == '\r' || r == '\n':
			if r == '\r' {
				if follows, err := p.letter(); err == nil && follows != '\n' {
					p.back, p.has = follows, true
				}
			}
			if some || cell.Len() > 0 {
				add()
			}
			return row, nil
		default:
			if closed && r != ' ' {
				p.stray++
			}
			some = true
			cell.WriteRune(r)
		}
	}
}

// unread says of a fault of a library that the file cannot be read.
func unread(err error) error {
	if err == nil || errors.Is(err, ErrTooLarge) || errors.Is(err, ErrNotText) {
		return err
	}
	return fmt.Errorf("%w: %w", ErrUnread, err)
}
