// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package forms knows what people are asked and whether their answers make
// sense. A form is data: steps of fields with conditions. The package is pure:
// it renders nothing (it gives a neutral view of a step) and stores nothing.
package forms

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/platform/errs"
)

// Text is what people read: Vietnamese always, English where somebody wrote
// it. In data it is a string or {vi, en}.
type Text struct {
	VI string `json:"vi" yaml:"vi"`
	EN string `json:"en,omitempty" yaml:"en"`
}

// In returns the text in a language and the language it is really in.
func (t Text) In(l i18n.Lang) (string, i18n.Lang) { return i18n.Text(t).In(l) }

// IsZero reports whether nothing was said.
func (t Text) IsZero() bool { return t == Text{} }

// MarshalJSON writes a string where there is Vietnamese only.
func (t Text) MarshalJSON() ([]byte, error) {
	if t.EN == "" {
		return json.Marshal(t.VI)
	}
	type both Text
	return json.Marshal(both(t))
}

// UnmarshalJSON reads a string or {vi, en}.
func (t *Text) UnmarshalJSON(b []byte) error {
	return t.UnmarshalYAML(func(v any) error { return json.Unmarshal(b, v) })
}

// UnmarshalYAML reads a string or {vi, en}; it serves any decoder that hands
// over such a function.
func (t *Text) UnmarshalYAML(decode func(any) error) error {
	if decode(&t.VI) == nil {
		t.EN = ""
		return nil
	}
	type both Text
	return decode((*both)(t))
}

// Type says what a field takes.
type Type string

// The types of Field.
const (
	Line         Type = "text"
	Paragraphs   Type = "textarea"
	Radios       Type = "radios"
	Checkboxes   Type = "checkboxes"
	Select       Type = "select"
	Day          Type = "date"
	PartialDay   Type = "date_partial" // a year, a month or a day: older people know no more
	PersonNumber Type = "person_number"
	TaxCode      Type = "tax_code"
	Phone        Type = "phone"
	Email        Type = "email"
	Unit         Type = "unit"
	Address      Type = "address" // a commune and the words before it
	Money        Type = "money"   // whole đồng
	Number       Type = "number"
	File         Type = "file"
)

func fieldTypes() []Type {
	return []Type{
		Line, Paragraphs, Radios, Checkboxes, Select, Day, PartialDay, PersonNumber, TaxCode,
		Phone, Email, Unit, Address, Money, Number, File,
	}
}

func (t Type) chooses() bool { return t == Radios || t == Checkboxes || t == Select }

// Bound is the least or the most a field takes: characters of a text, the
// value of a number, files, or a date (2026-11-24, or "today").
type Bound string

// UnmarshalJSON reads a string or a number.
func (b *Bound) UnmarshalJSON(raw []byte) error {
	var n json.Number
	if len(raw) > 0 && raw[0] != '"' {
		if err := json.Unmarshal(raw, &n); err != nil {
			return err
		}
		*b = Bound(n)
		return nil
	}
	return json.Unmarshal(raw, (*string)(b))
}

// Option is one answer to choose.
type Option struct {
	Value string `json:"value" yaml:"value"`
	Label Text   `json:"label" yaml:"label"`
}

// Field is one question.
type Field struct {
	Key      string   `json:"key" yaml:"key"`
	Type     Type     `json:"type" yaml:"type"`
	Label    Text     `json:"label" yaml:"label"`
	Hint     Text     `json:"hint,omitzero" yaml:"hint"`
	Required bool     `json:"required,omitempty" yaml:"required"`
	Min      Bound    `json:"min,omitempty" yaml:"min"`
	Max      Bound    `json:"max,omitempty" yaml:"max"`
	Decimals int      `json:"decimals,omitempty" yaml:"decimals"` // of a number
	Pattern  string   `json:"pattern,omitempty" yaml:"pattern"`   // the whole text must match it
	Width    int      `json:"width,omitempty" yaml:"width"`       // characters the control shows
	ShowWhen string   `json:"show_when,omitempty" yaml:"show_when"`
	Personal string   `json:"personal,omitempty" yaml:"personal"` // class of personal data
	Options  []Option `json:"options,omitempty" yaml:"options"`
	Sex      string   `json:"sex,omitempty" yaml:"sex"`     // of a person number: the field it must agree with ("male", "female")
	Birth    string   `json:"birth,omitempty" yaml:"birth"` // likewise, a date
	// Prefill names what is known of the owner or the submitter, with which the
	// field is offered filled in: owner.name. Who answers can change it.
	Prefill string `json:"prefill,omitempty" yaml:"prefill"`
}

// Step is one page of a form.
type Step struct {
	ID       string  `json:"id" yaml:"id"`
	Title    Text    `json:"title" yaml:"title"`
	Hint     Text    `json:"hint,omitzero" yaml:"hint"`
	ShowWhen string  `json:"show_when,omitempty" yaml:"show_when"`
	Fields   []Field `json:"fields" yaml:"fields"`
}

// Definition is a form as officials write it. Conditions are CEL over the keys
// of fields: other_reason_needed == "yes". An answer that is not there counts
// as empty, 0 or none.
type Definition struct {
	ID      string `json:"id" yaml:"id"`
	Title   Text   `json:"title" yaml:"title"`
	Version int    `json:"version" yaml:"version"`
	Steps   []Step `json:"steps" yaml:"steps"`
}

// Canonical returns the one JSON text of the definition, which a version is
// kept as, and its SHA-256 in hex.
func (d Definition) Canonical() (text []byte, sum string, err error) {
	if text, err = json.Marshal(d); err != nil {
		return nil, "", fmt.Errorf("write form %s: %w", d.ID, err)
	}
	hash := sha256.Sum256(text)
	return text, hex.EncodeToString(hash[:]), nil
}

// fields returns all fields in form order.
func (d Definition) fields() (all []Field) {
	for _, s := range d.Steps {
		all = append(all, s.Fields...)
	}
	return all
}

func (d Definition) step(id string) (Step, bool) {
	i := slices.IndexFunc(d.Steps, func(s Step) bool { return s.ID == id })
	if i < 0 {
		return Step{}, false
	}
	return d.Steps[i], true
}

// DecodeDefinition reads the JSON of a definition and refuses what it does not
// know.
func DecodeDefinition(text []byte) (d Definition, err error) {
	r := json.NewDecoder(bytes.NewReader(text))
	r.DisallowUnknownFields()
	if err := r.Decode(&d); err != nil {
		return Definition{}, errs.New(errs.Malformed, "form.malformed").Because(err)
	}
	return d, nil
}
