// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package forms

import (
	"bytes"
	"encoding/json"

	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/geo"
	"tinhso.vn/internal/platform/errs"
)

// Answers are what somebody answered, by key: string, int64, []string,
// map[string]string for an address or a block, or []Answers for the rows of a
// group. What cannot be read stays the text that was typed, so that it can be
// shown again; Validate says what is wrong. Under SureKey stand the questions
// that were answered with "it is right nevertheless".
type Answers map[string]any

// Canonical returns the one JSON text of the answers.
func (a Answers) Canonical() ([]byte, error) {
	if a == nil {
		a = Answers{}
	}
	var b bytes.Buffer
	w := json.NewEncoder(&b)
	w.SetEscapeHTML(false)
	if err := w.Encode(map[string]any(a)); err != nil {
		return nil, err
	}
	return bytes.TrimSpace(b.Bytes()), nil
}

// World is what a form cannot know by itself.
type World struct {
	Today calendar.Date
	Unit  func(id string) (name Text, ok bool) // nil where the form asks for no unit
	Units []Option                             // the units to choose from
	File  func(id string) (name string, ok bool)

	Areas    *geo.Index               // the communes of the country; nil: an address names one of Units
	Province string                   // code of the province that is offered first
	AreaOf   func(unit string) string // code of the commune that a unit governs; empty: none
	By       string                   // account of who answers
}

// Form is a definition that was checked and compiled. It is immutable and safe
// for concurrent use.
type Form struct {
	def      Definition
	byKey    map[string]Field
	stepOf   map[string]int    // number of the step in which a field stands
	groupOf  map[string]string // of fields in rows: the key of their group
	fields   map[string]*condition
	steps    map[string]*condition
	computes map[string]*computation
	rules    []*rule
	readers  map[string]bool // keys that some condition, computation or group of them reads
}

// New compiles a definition; the error lists all its mistakes.
func New(d Definition) (*Form, error) {
	f, found := d.compile()
	if err := errs.BadInput(found); err != nil {
		return nil, err
	}
	return f, nil
}

// Definition returns what the form was made from; do not change it.
func (f *Form) Definition() Definition { return f.def }
