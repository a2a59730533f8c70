// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package authoring

import (
	"context"
	"io"

	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/packs"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
)

// TableID identifies a table of procedures that somebody has brought.
type TableID string

// ParseTableID reads a TableID that came from outside.
func ParseTableID(s string) (TableID, error) {
	if !id.Valid(s) {
		return "", ErrNoTable
	}
	return TableID(s), nil
}

// TableState says how far a table has come.
type TableState string

// The states of a table.
const (
	TableBrought  TableState = "brought"  // its columns are not matched yet
	TableCompared TableState = "compared" // the report of differences is there
	TableProposed TableState = "proposed" // a change was made of it
	TableDropped  TableState = "dropped"
)

// Table is a catalogue of procedures in CSV or XLSX that somebody has brought.
type Table struct {
	ID      TableID
	Name    string // of the file
	File    string // id; empty: it was erased
	State   TableState
	Way     string // JSON of sheet.Way
	Matched string // JSON of how its columns are read
	Place   int    // row that comparing has reached, from 0
	Report
	Change  ID // that was made of it
	Brought Hand
	Failure string // code of why it could not be compared
}

// Report counts the rows of a table by what they would do.
type Report struct{ Total, New, Changed, Ended, Same, Wrong int }

// Count counts a row.
func (r *Report) Count(k RowKind) {
	r.Total++
	switch k {
	case RowNew:
		r.New++
	case RowChanged:
		r.Changed++
	case RowEnded:
		r.Ended++
	case RowWrong:
		r.Wrong++
	default:
		r.Same++
	}
}

// RowKind says what a row of a table would do.
type RowKind string

// The kinds of rows. Those that change nothing are only counted.
const (
	RowNew     RowKind = "new"
	RowChanged RowKind = "changed"
	RowEnded   RowKind = "ended" // the procedure is abolished
	RowWrong   RowKind = "wrong"
)

// RowKinds returns all of them, in the order in which people look at them.
func RowKinds() []RowKind { return []RowKind{RowWrong, RowNew, RowChanged, RowEnded} }

// TableRow is a row of the report.
type TableRow struct {
	N      int // of the row in the sheet, from 0; of a procedure that is not in the table behind the last
	Kind   RowKind
	Item   string // id of the procedure
	Name   string
	Fields []packs.Difference `json:",omitempty"` // that change
	Cells  []CellProblem      `json:",omitempty"` // that are wrong, or were read in a way that is to be looked at
	Row    []string           `json:",omitempty"` // of a wrong row: as it came, to hand back
}

// CellProblem is what is wrong with a cell.
type CellProblem struct {
	Cell  string // C7
	Field string // what the column is
	Value string // what stands in it
	Code  string // authoring.cell.…
	Hint  string `json:",omitempty"` // what would be right, or what it was read as
	Warns bool   `json:",omitempty"` // the row is taken all the same
}

// What the audit log says about tables.
const (
	AuditTableBrought  audit.Event = "authoring.table_brought"
	AuditTableProposed audit.Event = "authoring.table_proposed" // "TABLE in CHANGE"
	AuditTableDropped  audit.Event = "authoring.table_dropped"
)

// What can go wrong with tables.
var (
	ErrNoTable      = errs.New(errs.NotFound, "authoring.no_table")
	ErrTableState   = errs.New(errs.Conflict, "authoring.table_state") // somebody has gone on with it
	ErrTableFile    = errs.New(errs.Invalid, "authoring.table_file")   // no table that can be read
	ErrTableLarge   = errs.New(errs.Invalid, "authoring.table_large")
	ErrTableNothing = errs.New(errs.Conflict, "authoring.table_nothing") // it would change nothing
	ErrTableColumns = errs.New(errs.Invalid, "authoring.table_columns")  // no column says which procedure a row is about
)

// TableSaid is what holds for all rows of a table where no column says it.
type TableSaid struct {
	Decision, Issuer  string
	Signed, Effective string // YYYY-MM-DD
	Whole             bool   // it is the whole catalogue: what is not in it is abolished
}

// Bringer brings catalogues as its pages do.
type Bringer interface {
	BringTable(ctx context.Context, actor identity.Actor, name string, content io.Reader) (TableID, error)
	// CompareHeaded compares a table whose headings are the names of fields.
	CompareHeaded(ctx context.Context, actor identity.Actor, table TableID, said TableSaid) error
	// ListTables returns the tables, the newest first, before the given one.
	ListTables(ctx context.Context, actor identity.Actor, before TableID) ([]Table, error)
	Table(ctx context.Context, actor identity.Actor, table TableID) (Table, error)
	// TableRows returns rows of a report behind the n-th (-1: from the first).
	TableRows(ctx context.Context, actor identity.Actor, table TableID, kind RowKind, after int) ([]TableRow, error)
	ProposeTable(ctx context.Context, actor identity.Actor, table TableID, day calendar.Date) (ID, error)
	DropTable(ctx context.Context, actor identity.Actor, table TableID) error
	Get(ctx context.Context, actor identity.Actor, change ID) (Change, error)
}

// Since is when something happened to a procedure, for its history.
type Since struct {
	Change ID
	Title  string
	Basis  string
	By     Hand // who proposed
	Passed Hand // who approved
	At     db.Time
}
