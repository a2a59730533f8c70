// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package decisions holds tables that decide: what is given, which row holds,
// what comes out, and why. An official edits a table as a sheet, with cases
// beside it that must come out right. The package is pure: it keeps nothing,
// asks nobody and knows neither dossiers nor money that was paid.
//
// The shape follows decision tables of DMN: inputs, outputs, a hit policy; the
// cells are short tests such as ">= 3" or "2..5", and formulas begin with "=".
package decisions

import (
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/platform/errs"
)

// Type is what a column holds.
type Type string

// The types of columns.
const (
	Number Type = "number" // whole, int64
	Money  Type = "money"  // đồng, int64
	Text   Type = "text"   // string
	Choice Type = "choice" // string, one of Options
	YesNo  Type = "yes_no" // bool
)

// Hit says how many rows may hold and what comes out then.
type Hit string

// The hit policies.
const (
	First  Hit = "first"  // the first row that holds
	Unique Hit = "unique" // only one row may hold
	Sum    Hit = "sum"    // all rows that hold; their numbers are added up
)

// Column is an input or an output.
type Column struct {
	Key     string    `json:"key"` // a name for formulas: letters, digits and _
	Label   i18n.Text `json:"label"`
	Type    Type      `json:"type"`
	Options []Option  `json:"options,omitempty"` // of a Choice
	Least   *int64    `json:"least,omitempty"`   // of a number: less is not asked about
	Most    *int64    `json:"most,omitempty"`
}

// Option is one value of a Choice.
type Option struct {
	Value string    `json:"value"`
	Label i18n.Text `json:"label"`
}

// Row is one rule: it holds when all its tests do.
type Row struct {
	When  []string  `json:"when"` // a test for each input; empty or "-" holds always
	Then  []string  `json:"then"` // a value for each output, or a formula after "="
	Note  i18n.Text `json:"note"`
	Legal string    `json:"legal,omitempty"` // id of kernel/law, where it differs from the table's
}

// Mode is a way to round.
type Mode string

// The modes of rounding.
const (
	Up      Mode = "up"
	Down    Mode = "down"
	Nearest Mode = "nearest" // a half goes up
)

// Bound is what happens to an output at the end: rounded to a multiple first,
// then kept between least and most.
type Bound struct {
	Output  string `json:"output"`
	RoundTo int64  `json:"round_to,omitempty"` // 1000 for full thousands; 0 does not round
	Mode    Mode   `json:"mode,omitempty"`
	Least   *int64 `json:"least,omitempty"`
	Most    *int64 `json:"most,omitempty"`
}

// Case is an example that must come out right: values as they are written in cells.
type Case struct {
	Name  string            `json:"name"`
	Given map[string]string `json:"given"`
	Want  map[string]string `json:"want"`
}

// Decision is a table.
type Decision struct {
	ID      string    `json:"id"`
	Title   i18n.Text `json:"title"`
	Version int       `json:"version"`
	Legal   string    `json:"legal,omitempty"` // id of kernel/law
	Inputs  []Column  `json:"inputs"`
	Outputs []Column  `json:"outputs"`
	Hit     Hit       `json:"hit"`
	Rows    []Row     `json:"rows"`
	Bounds  []Bound   `json:"bounds,omitempty"`
	Cases   []Case    `json:"cases,omitempty"`
}

// Limits of a table: what a person can still look over.
const (
	maxColumns = 20
	maxRows    = 2_000
	maxCases   = 500
	maxOptions = 200
)

// What can go wrong when a table decides.
var (
	ErrGiven  = errs.New(errs.Invalid, "decisions.given")   // an input is missing, or of another type
	ErrNoRow  = errs.New(errs.Conflict, "decisions.no_row") // no row holds: the table has a gap
	ErrTwo    = errs.New(errs.Conflict, "decisions.two_rows")
	ErrAnswer = errs.New(errs.Conflict, "decisions.no_answer") // a formula has no answer: a division by zero, too large
)
