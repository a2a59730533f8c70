// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package sheet reads and writes tables as offices send them: XLSX and CSV. It
// is the one door to the spreadsheet library, and knows nothing of what the
// cells mean. Formulas are never computed: the value the office saw is read.
package sheet

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/xuri/excelize/v2"
)

// Limits of a file.
const (
	MaxFile    = 20 << 20  // bytes, packed
	maxUnpack  = 200 << 20 // bytes, unpacked
	maxRows    = 200_000
	maxColumns = 500
	maxCells   = 2_000_000
	maxSheets  = 100
)

// What can be wrong with a file.
var (
	ErrOld       = errors.New("an old .xls file, or one with a password: save it as .xlsx without one")
	ErrTooLarge  = errors.New("the table is too large")
	ErrUnread    = errors.New("not a table that can be read")
	ErrNotText   = errors.New("the text is neither UTF-8 nor UTF-16")
	ErrUndefined = errors.New("a value that a cell cannot hold")
)

// Range is a rectangle of cells, both corners inside it, counted from 0.
type Range struct{ Row, Column, LastRow, LastColumn int }

// Table is one sheet. Rows may differ in length; the cells of a merged range
// all hold its value.
type Table struct {
	Name   string
	Rows   [][]string
	Merged []Range
}

// At returns a cell without spaces around it; empty where there is none.
func (t Table) At(row, column int) string {
	if row < 0 || row >= len(t.Rows) || column < 0 || column >= len(t.Rows[row]) {
		return ""
	}
	return strings.Join(strings.Fields(t.Rows[row][column]), " ")
}

// Copy reports whether a cell only repeats the value of a merged range, that
// is, whether it is not the first of one.
func (t Table) Copy(row, column int) bool {
	for _, m := range t.Merged {
		if row >= m.Row && row <= m.LastRow && column >= m.Column && column <= m.LastColumn {
			return row != m.Row || column != m.Column
		}
	}
	return false
}

// Cell returns the name of a cell as sheets show it: Cell(6, 0) is "A7".
func Cell(row, column int) string {
	name, err := excelize.CoordinatesToCellName(column+1, row+1)
	if err != nil {
		return fmt.Sprintf("R%dC%d", row+1, column+1)
	}
	return name
}

// Read reads a file of either kind; which it is, its content says.
func Read(data []byte) ([]Table, error) {
	switch {
	case len(data) > MaxFile:
		return nil, ErrTooLarge
	case bytes.HasPrefix(data, []byte("PK\x03\x04")):
		return readXLSX(data)
	case bytes.HasPrefix(data, []byte("\xd0\xcf\x11\xe0")):
		return nil, ErrOld
	}
	t, err := readCSV(data)
	if err != nil {
		return nil, err
	}
	return []Table{t}, nil
}

func readXLSX(data []byte) (all []Table, err error) {
	if err := weigh(data); err != nil {
		return nil, err
	}
	defer func() {
		if p := recover(); p != nil { // a broken file must not take the server along
			all, err = nil, fmt.Errorf("%w: %v", ErrUnread, p)
		}
	}()
	f, err := excelize.OpenReader(bytes.NewReader(data), excelize.Options{UnzipSizeLimit: maxUnpack, UnzipXMLSizeLimit: maxUnpack})
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrUnread, err)
	}
	defer func() { _ = f.Close() }()
	names := f.GetSheetList()
	if len(names) > maxSheets {
		return nil, ErrTooLarge
	}
	cells := 0
	for _, name := range names {
		if visible, err := f.GetSheetVisible(name); err != nil || !visible {
			continue // what the office does not see it did not mean to send
		}
		t, err := readSheet(f, name, &cells)
		if err != nil {
			return nil, err
		}
		all = append(all, t)
	}
	return all, nil
}

// weigh refuses a bomb before anything is unpacked.
func weigh(data []byte) error {
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return fmt.Errorf("%w: %w", ErrUnread, err)
	}
	var sum uint64
	for _, f := range z.File {
		if sum += f.UncompressedSize64; f.UncompressedSize64 > maxUnpack || sum > maxUnpack || len(z.File) > 5000 {
			return ErrTooLarge
		}
	}
	return nil
}

func readSheet(f *excelize.File, name string, cells *int) (t Table, err error) {
	t.Name = name
	rows, err := f.Rows(name)
	if err != nil {
		return t, fmt.Errorf("%w: %w", ErrUnread, err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		row, err := rows.Columns()
		if err != nil {
			return t, fmt.Errorf("%w: %w", ErrUnread, err)
		}
		*cells += len(row) + 1
		if len(t.Rows) >= maxRows || len(row) > maxColumns || *cells > maxCells {
			return t, ErrTooLarge
		}
		t.Rows = append(t.Rows, row)
	}
	if err := rows.Error(); err != nil {
		return t, fmt.Errorf("%w: %w", ErrUnread, err)
	}
	merged, err := f.GetMergeCells(name)
	if err != nil {
		return t, fmt.Errorf("%w: %w", ErrUnread, err)
	}
	if len(merged) > maxRows {
		return t, ErrTooLarge
	}
	for _, m := range merged {
		t.fill(m)
	}
	return t, nil
}

// fill writes the value of a merged range into all its cells.
func (t *Table) fill(m excelize.MergeCell) {
	column, row, err1 := excelize.CellNameToCoordinates(m.GetStartAxis())
	lastColumn, lastRow, err2 := excelize.CellNameToCoordinates(m.GetEndAxis())
	if err1 != nil || err2 != nil {
		return
	}
	r := Range{row - 1, column - 1, min(lastRow-1, len(t.Rows)-1), min(lastColumn-1, maxColumns)}
	t.Merged = append(t.Merged, r)
	if (r.LastRow-r.Row+1)*(r.LastColumn-r.Column+1) > maxColumns*100 {
		return // a whole sheet merged into one cell says nothing about its rows
	}
	for i := r.Row; i <= r.LastRow; i++ {
		for len(t.Rows[i]) <= r.LastColumn {
			t.Rows[i] = append(t.Rows[i], "")
		}
		for j := r.Column; j <= r.LastColumn; j++ {
			t.Rows[i][j] = m.GetCellValue()
		}
	}
}

// Column is one column of a table that is written.
type Column struct {
	Title string
	Width float64 // in characters; 0: the usual
}

// WriteXLSX writes a table: a bold first row, and rows of string, int, int64,
// float64, bool or nil. Text stays text, also where it looks like a formula.
func WriteXLSX(w io.Writer, name string, columns []Column, rows [][]any) error {
	f := excelize.NewFile()
	defer func() { _ = f.Close() }()
	if err := f.SetSheetName(f.GetSheetName(0), name); err != nil {
		return err
	}
	bold, err := f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}, Alignment: &excelize.Alignment{WrapText: true, Vertical: "top"}})
	if err != nil {
		return err
	}
	out, err := f.NewStreamWriter(name)
	if err != nil {
		return err
	}
	head := make([]any, len(columns))
	for i, c := range columns {
		head[i] = excelize.Cell{StyleID: bold, Value: c.Title}
		if c.Width > 0 {
			if err := out.SetColWidth(i+1, i+1, c.Width); err != nil {
				return err
			}
		}
	}
	if err := out.SetRow("A1", head); err != nil {
		return err
	}
	for i, row := range rows {
		for _, v := range row {
			switch v.(type) {
			case nil, string, int, int64, float64, bool:
			default:
				return fmt.Errorf("%w: %T", ErrUndefined, v)
			}
		}
		if err := out.SetRow(Cell(i+1, 0), row); err != nil {
			return err
		}
	}
	if err := out.Flush(); err != nil {
		return err
	}
	return f.Write(w)
}
