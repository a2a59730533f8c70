// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package dump

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"tinhso.vn/internal/platform/sheet"
)

// statements reads one table of what pg_dump and mysqldump write as text: the block of a
// COPY, and the rows of INSERTs. Everything else of the file is passed over. It is no
// reader of SQL: what neither of them writes it does not know.
type statements struct {
	in    *bufio.Reader
	table string
	head  []string
	row   []sheet.Value
	n     int
	err   error
	mysql bool // a backslash escapes in its texts
	where place
	first bool // the head was not given out yet
}

type place int

const (
	outside place = iota
	copying       // between COPY and \.
	inserting
)

// longestCell bounds a cell: a picture in a table is not read into memory.
const longestCell = 1 << 20

var (
	errNoTable = errors.New("the table is not in the file, or nothing says what its columns are called")
	errCell    = fmt.Errorf("a cell has more than %d bytes", longestCell)
	errEnd     = errors.New("the file ends in the middle of a row")
)

// openStatements goes to the first row of a table.
func openStatements(in io.Reader, table string) (*statements, error) {
	s := &statements{in: bufio.NewReaderSize(in, 1<<16), table: table, first: true}
	if err := s.seek(); err != nil {
		if errors.Is(err, io.EOF) {
			err = errNoTable
		}
		return nil, err
	}
	if len(s.head) == 0 {
		return nil, errNoTable
	}
	return s, nil
}

// Read goes on to the next row; the first is the head.
func (s *statements) Read() bool {
	if s.err != nil {
		return false
	}
	if s.first {
		s.first, s.row = false, s.row[:0]
		for _, name := range s.head {
			s.row = append(s.row, sheet.Value{Text: name})
		}
		return true
	}
	for {
		var row []string
		var more bool
		var err error
		switch s.where {
		case copying:
			row, more, err = s.copied()
		case inserting:
			row, more, err = s.inserted()
		case outside:
			if err = s.seek(); err == nil {
				continue
			}
		}
		if s.err = err; err != nil {
			return false
		}
		if !more {
			s.where = outside
			continue
		}
		s.n++
		s.row = s.row[:0]
		for _, cell := range row {
			s.row = append(s.row, sheet.Value{Text: cell})
		}
		return true
	}
}

// At is the number of the row: the head is 0.
func (s *statements) At() int { return s.n }

// Row is the row, until Read is called again.
func (s *statements) Row() []sheet.Value { return s.row }

// Err is why there are no more rows; nil at the end.
func (s *statements) Err() error {
	if errors.Is(s.err, io.EOF) {
		return nil
	}
	return s.err
}

// seek goes to the next rows of the table.
func (s *statements) seek() error {
	for {
		begin, err := s.in.Peek(512)
		if len(begin) == 0 {
			return err
		}
		text := string(begin)
		upper := strings.ToUpper(text)
		switch {
		case strings.HasPrefix(upper, "COPY "):
			line, err := s.in.ReadString('\n')
			if err != nil {
				return err
			}
			name, columns, ok := strings.Cut(strings.TrimPrefix(line[5:], " "), "(")
			list, tail, closed := strings.Cut(columns, ")")
			if !ok || !closed || !strings.Contains(strings.ToUpper(tail), "FROM STDIN") {
				continue
			}
			if s.where = copying; !s.is(name) {
				for more := true; more; {
					if _, more, err = s.copied(); err != nil {
						return err
					}
				}
				continue
			}
			s.head = names(list)
			return nil
		case strings.HasPrefix(upper, "CREATE TABLE "):
			if err := s.created(); err != nil {
				return err
			}
		case strings.HasPrefix(upper, "INSERT INTO "):
			mine, err := s.insert()
			if err != nil {
				return err
			}
			if s.where = inserting; mine {
				return nil
			}
			for more := true; more; {
				if _, more, err = s.inserted(); err != nil {
					return err
				}
			}
		default:
			if err := s.skipLine(); err != nil {
				return err
			}
		}
	}
}

func (s *statements) skipLine() error {
	for {
		_, err := s.in.ReadSlice('\n')
		if !errors.Is(err, bufio.ErrBufferFull) {
			return err
		}
	}
}

// is reports whether a name, perhaps with its schema and in quotes, is that of the table.
func (s *statements) is(name string) bool {
	parts := strings.Split(strings.TrimSpace(name), ".")
	return strings.EqualFold(bare(parts[len(parts)-1]), s.table)
}

func bare(name string) string { return strings.Trim(strings.TrimSpace(name), "\"`") }

func names(list string) (all []string) {
	for name := range strings.SplitSeq(list, ",") {
		all = append(all, asBytes(bare(name)))
	}
	return all
}

// asBytes writes each byte as a letter, as sheet.Bytes does: what they say is found out cell by cell.
func asBytes(raw string) string {
	var b strings.Builder
	for i := range len(raw) {
		b.WriteRune(rune(raw[i]))
	}
	return b.String()
}

// created reads the names of columns of CREATE TABLE: mysqldump names them nowhere else.
func (s *statements) created() error {
	line, err := s.in.ReadString('\n')
	if err != nil {
		return err
	}
	name, _, _ := strings.Cut(strings.TrimSpace(line[len("CREATE TABLE "):]), "(")
	name = strings.TrimPrefix(name, "IF NOT EXISTS ")
	if !s.is(name) {
		return nil // its lines begin with nothing that matters
	}
	s.head = nil
	for {
		line, err := s.in.ReadString('\n')
		if err != nil {
			return err
		}
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, ")") {
			return nil
		}
		if strings.HasPrefix(line, "`") {
			if end := strings.IndexByte(line[1:], '`'); end > 0 {
				s.head = append(s.head, asBytes(line[1:1+end]))
			}
			continue
		}
		word, _, _ := strings.Cut(line, " ")
		if !slices.Contains([]string{"PRIMARY", "KEY", "UNIQUE", "CONSTRAINT", "FOREIGN", "INDEX", "FULLTEXT", "CHECK", "--", ""}, strings.ToUpper(word)) {
			s.head = append(s.head, asBytes(bare(word)))
		}
	}
}

// insert reads INSERT INTO name (columns) VALUES.
func (s *statements) insert() (mine bool, err error) {
	var b strings.Builder
	for {
		c, err := s.in.ReadByte()
		if err != nil {
			return false, errEnd
		}
		b.WriteByte(c)
		if b.Len() > 1<<16 {
			return false, errors.New("an INSERT without VALUES")
		}
		if c != 's' && c != 'S' || b.Len() < 6 || !strings.EqualFold(b.String()[b.Len()-6:], "VALUES") {
			continue
		}
		break
	}
	said := b.String()[len("INSERT INTO "):]
	said = said[:len(said)-len("VALUES")]
	name, columns, listed := strings.Cut(said, "(")
	s.mysql = strings.Contains(name, "`")
	if mine = s.is(name); !mine {
		return false, nil
	}
	if listed {
		list, _, _ := strings.Cut(columns, ")")
		if got := names(list); len(s.head) == 0 || s.first {
			s.head = got
		} else if !slices.Equal(got, s.head) {
			return false, errors.New("INSERTs with different columns")
		}
	}
	return true, nil
}

// copied reads a row of a COPY.
func (s *statements) copied() (row []string, more bool, err error) {
	line, err := s.in.ReadString('\n')
	if err != nil {
		return nil, false, errEnd
	}
	line = strings.TrimRight(line, "\r\n")
	if line == `\.` {
		s.where = outside
		return nil, false, nil
	}
	for cell := range strings.SplitSeq(line, "\t") {
		if len(cell) > longestCell {
			return nil, false, errCell
		}
		if cell == `\N` {
			cell = ""
		}
		row = append(row, asBytes(unescaped(cell)))
	}
	return row, true, nil
}

// unescaped reads the backslashes of a COPY and of MySQL.
func unescaped(s string) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' || i+1 == len(s) {
			b.WriteByte(s[i])
			continue
		}
		i++
		switch s[i] {
		case 'n':
			b.WriteByte('\n')
		case 't':
			b.WriteByte('\t')
		case 'r':
			b.WriteByte('\r')
		case 'b', 'f', 'v', '0', 'Z':
			b.WriteByte(' ')
		default:
			b.WriteByte(s[i])
		}
	}
	return b.String()
}

// inserted reads a row of an INSERT: (1,'a',NULL), and ends at the semicolon.
func (s *statements) inserted() (row []string, more bool, err error) {
	for {
		c, err := s.in.ReadByte()
		if err != nil {
			return nil, false, errEnd
		}
		switch c {
		case ';':
			s.where = outside
			return nil, false, s.restOfLine()
		case '(':
			row, err := s.values()
			return row, err == nil, err
		}
	}
}

// restOfLine reads what stands behind a semicolon, where nothing does.
func (s *statements) restOfLine() error {
	for {
		c, err := s.in.ReadByte()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		case c == '\n':
			return nil
		case c != ' ' && c != '\r' && c != '\t':
			return s.in.UnreadByte()
		}
	}
}

// values reads what stands between brackets.
func (s *statements) values() (row []string, err error) {
	var cell strings.Builder
	quoted, ended := false, false
	end := func() {
		said := cell.String()
		if !quoted {
			if said = strings.TrimSpace(said); strings.EqualFold(said, "NULL") {
				said = ""
			}
		}
		row = append(row, asBytes(said))
		cell.Reset()
		quoted = false
	}
	for !ended {
		c, err := s.in.ReadByte()
		if err != nil {
			return nil, errEnd
		}
		switch {
		case c == ',':
			end()
		case c == ')':
			end()
			ended = true
		case c == '\'':
			escapes := s.mysql || strings.EqualFold(strings.TrimSpace(cell.String()), "E")
			cell.Reset() // E, N and _binary stand before a text
			quoted = true
			if err := s.text(&cell, escapes); err != nil {
				return nil, err
			}
		case quoted: // blanks behind a text
		default:
			cell.WriteByte(c)
		}
		if cell.Len() > longestCell {
			return nil, errCell
		}
	}
	return row, nil
}

// text reads a text behind its first quote.
func (s *statements) text(cell *strings.Builder, escapes bool) error {
	for {
		c, err := s.in.ReadByte()
		if err != nil {
			return errEnd
		}
		switch {
		case c == '\\' && escapes:
			next, err := s.in.ReadByte()
			if err != nil {
				return errEnd
			}
			cell.WriteString(unescaped(string([]byte{'\\', next})))
		case c == '\'':
			if next, err := s.in.Peek(1); err != nil || next[0] != '\'' {
				return nil //nolint:nilerr // the end of the file is found by who reads on
			}
			_, _ = s.in.ReadByte() // it was seen
			cell.WriteByte('\'')
		default:
			cell.WriteByte(c)
		}
		if cell.Len() > longestCell {
			return errCell
		}
	}
}
