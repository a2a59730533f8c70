// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package dump reads the tables that an older system leaves, row by row. What a cell
// says is found out cell by cell, so that broken letters cost one row, not the file.
package dump

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"tinhso.vn/internal/modules/moving"
	"tinhso.vn/internal/modules/moving/internal/core/mapping"
	"tinhso.vn/internal/platform/sheet"
	"tinhso.vn/internal/platform/text"
)

// ErrLetters means that a cell holds bytes that are no letters.
var ErrLetters = errors.New("broken letters")

// Rows are the rows of a table.
type Rows struct {
	file  *os.File
	rows  source
	table mapping.Table
	at    map[string]int // of each field
	xlsx  bool
	head  []string
	own   int // columns of the table itself; those of joined tables follow
	joins []joined
}

// source gives rows one by one; the first is the head.
type source interface {
	Read() bool
	At() int
	Row() []sheet.Value
	Err() error
}

// joined is a small table whose rows stand beside those of another.
type joined struct {
	on   int // column of the other
	from int // its first column in the head
	n    int
	rows map[string][]string
}

// largestJoin bounds a table that is joined: it is kept in memory.
const largestJoin = 500_000

// Open opens a table of a folder and reads its head.
func Open(folder string, t mapping.Table) (_ *Rows, err error) {
	root, err := os.OpenRoot(folder) // nothing outside the folder is opened, whatever a name says
	if err != nil {
		return nil, moving.ErrSource.Because(err)
	}
	defer func() { _ = root.Close() }()
	f, err := root.Open(t.Place())
	if err != nil {
		return nil, moving.ErrTable.With("file", t.File).With("why", "?").Because(err)
	}
	r := &Rows{file: f, table: t, at: map[string]int{}, xlsx: strings.EqualFold(filepath.Ext(t.File), ".xlsx")}
	defer func() {
		if err != nil {
			_ = f.Close()
		}
	}()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if r.rows, err = open(f, info.Size(), t, r.xlsx); err != nil {
		return nil, moving.ErrTable.With("file", t.File).With("why", err.Error()).Because(err)
	}
	if !r.rows.Read() {
		return nil, moving.ErrTable.With("file", t.File).With("why", fmt.Sprint(r.rows.Err())).Because(r.rows.Err())
	}
	for i := range r.rows.Row() {
		name, err := r.cell(i)
		if err != nil {
			name = ""
		}
		r.head = append(r.head, strings.TrimPrefix(text.Line(name), "\ufeff"))
	}
	r.own = len(r.head)
	for _, j := range t.Joins {
		if err := r.join(folder, j); err != nil {
			return nil, err
		}
	}
	for field, c := range t.Columns {
		found := false
		for i, name := range r.head {
			if !found && strings.EqualFold(name, text.Line(c.Name)) {
				r.at[field], found = i, true
			}
		}
		if !found {
			return nil, moving.ErrColumn.With("file", t.File).With("column", c.Name)
		}
	}
	return r, nil
}

func open(f *os.File, size int64, t mapping.Table, xlsx bool) (source, error) {
	if t.SQL != "" {
		return openStatements(f, t.SQL)
	}
	way := sheet.Way{XLSX: xlsx, Encoding: sheet.Bytes, Comma: t.Comma, Quote: '"', Sheet: t.Sheet}
	if xlsx {
		way.Encoding = sheet.UTF8
	}
	return sheet.Open(f, size, way)
}

// join reads a table whose rows stand beside these: its columns are called NAME.COLUMN.
func (r *Rows) join(folder string, j mapping.Join) error {
	other, err := Open(folder, j.Table)
	if err != nil {
		return err
	}
	defer func() { _ = other.Close() }()
	one := joined{on: -1, from: len(r.head), n: len(other.head), rows: map[string][]string{}}
	key := -1
	for i, name := range r.head {
		if strings.EqualFold(name, j.On) {
			one.on = i
		}
	}
	for i, name := range other.head {
		if strings.EqualFold(name, j.Key) {
			key = i
		}
		r.head = append(r.head, j.Name+"."+name)
	}
	switch {
	case one.on < 0:
		return moving.ErrColumn.With("file", r.table.File).With("column", j.On)
	case key < 0:
		return moving.ErrColumn.With("file", j.Table.File).With("column", j.Key)
	}
	for other.Next() {
		row := make([]string, one.n)
		for i := range row {
			said, err := other.cell(i)
			if err != nil {
				said = broken // told where somebody reads it
			}
			row[i] = said
		}
		if one.rows[row[key]] = row; len(one.rows) > largestJoin {
			return moving.ErrTable.With("file", j.Table.File).With("why", fmt.Sprintf("> %d", largestJoin))
		}
	}
	r.joins = append(r.joins, one)
	return other.Err()
}

// broken stands for letters of a joined table that cannot be read.
const broken = "\xff"

// beside is a cell of a joined table; empty where no row has the key.
func (r *Rows) beside(i int) (string, error) {
	for _, j := range r.joins {
		if i < j.from || i >= j.from+j.n {
			continue
		}
		key, err := r.cell(j.on)
		if err != nil {
			return "", err
		}
		row, there := j.rows[key]
		switch {
		case !there:
			return "", nil
		case row[i-j.from] == broken:
			return "", ErrLetters
		}
		return row[i-j.from], nil
	}
	return "", nil
}

// Head are the names of the columns.
func (r *Rows) Head() []string { return r.head }

// Next goes on to the next row that holds something.
func (r *Rows) Next() bool { return r.rows.Read() }

// Line is the number of the row in its file: the head is 1.
func (r *Rows) Line() int { return r.rows.At() + 1 }

// Err is why there are no more rows; nil at the end.
func (r *Rows) Err() error {
	err := r.rows.Err()
	if err == nil || errors.Is(err, io.EOF) {
		return nil
	}
	return moving.ErrTable.With("file", r.table.File).With("why", err.Error()).Because(err)
}

// Close closes the file.
func (r *Rows) Close() error { return r.file.Close() }

// cell is a cell as text, before its font.
func (r *Rows) cell(i int) (string, error) {
	if len(r.joins) > 0 && i >= r.own {
		return r.beside(i)
	}
	row := r.rows.Row()
	if i >= len(row) {
		return "", nil
	}
	said := row[i].Text
	if r.xlsx || r.table.Single {
		return said, nil
	}
	raw := make([]byte, 0, len(said))
	for _, c := range said {
		raw = append(raw, byte(c)) //nolint:gosec // a letter is a byte here: sheet.Bytes
	}
	if !utf8.Valid(raw) {
		return string(raw), ErrLetters
	}
	return string(raw), nil
}

// Get returns what a field says; a field without a column is empty.
func (r *Rows) Get(field string) (string, error) {
	i, ok := r.at[field]
	if !ok {
		return "", nil
	}
	said, err := r.cell(i)
	if err != nil {
		return "", err
	}
	return text.Line(r.table.Columns[field].Font.Text(said)), nil
}

// Text returns what a field says with its lines, as a list of papers has them.
func (r *Rows) Text(field string) (string, error) {
	i, ok := r.at[field]
	if !ok {
		return "", nil
	}
	said, err := r.cell(i)
	if err != nil {
		return "", err
	}
	return strings.TrimSpace(text.NFC(r.table.Columns[field].Font.Text(said))), nil
}

// Column returns what a column says that need not be a field, by its name.
func (r *Rows) Column(name string) (string, error) {
	for i, head := range r.head {
		if strings.EqualFold(head, name) {
			return r.read(i)
		}
	}
	return "", nil
}

// Rest returns what the columns say that are no fields, without empty ones.
func (r *Rows) Rest() (all [][2]string, err error) {
	fields := map[int]bool{}
	for _, i := range r.at {
		fields[i] = true
	}
	for i, name := range r.head {
		if fields[i] {
			continue
		}
		said, err := r.read(i)
		if err != nil {
			return nil, err
		}
		if said != "" {
			all = append(all, [2]string{name, said})
		}
	}
	return all, nil
}

func (r *Rows) read(i int) (string, error) {
	said, err := r.cell(i)
	return text.Line(r.table.RestFont.Text(said)), err
}

// Raw returns the cells of the row as they can be shown.
func (r *Rows) Raw() []string {
	all := make([]string, len(r.head))
	for i := range all {
		said, _ := r.cell(i)
		all[i] = strings.ToValidUTF8(said, "\uFFFD")
	}
	return all
}
