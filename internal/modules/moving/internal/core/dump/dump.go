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
	rows  *sheet.Rows
	table mapping.Table
	at    map[string]int // of each field
	xlsx  bool
	head  []string
}

// Open opens a table of a folder and reads its head.
func Open(folder string, t mapping.Table) (_ *Rows, err error) {
	root, err := os.OpenRoot(folder) // nothing outside the folder is opened, whatever a name says
	if err != nil {
		return nil, moving.ErrSource.Because(err)
	}
	defer func() { _ = root.Close() }()
	f, err := root.Open(t.File)
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
	way := sheet.Way{XLSX: r.xlsx, Encoding: sheet.Bytes, Comma: t.Comma, Quote: '"', Sheet: t.Sheet}
	if r.xlsx {
		way.Encoding = sheet.UTF8
	}
	if r.rows, err = sheet.Open(f, info.Size(), way); err != nil {
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

// Raw returns the cells of the row as they can be shown.
func (r *Rows) Raw() []string {
	all := make([]string, len(r.head))
	for i := range all {
		said, _ := r.cell(i)
		all[i] = strings.ToValidUTF8(said, "\uFFFD")
	}
	return all
}
