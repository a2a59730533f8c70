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

	Year      Type = "year"             // only the year is known, or wanted
	YesNo     Type = "yes_no"           // "yes" or "no"
	Code      Type = "code"             // of a catalogue, by code or by name
	Insurance Type = "insurance_number" // ten digits of social insurance
	Card      Type = "health_card"      // of health insurance: two letters and 13 digits, or the insurance number

	Person       Type = "person"            // name, number, born, sex
	Organisation Type = "organisation"      // tax code and name
	Document     Type = "identity_document" // kind, number, issued, issuer

	Group Type = "group" // rows of questions: members, heirs, plots
)

func fieldTypes() []Type {
	return []Type{
		Line, Paragraphs, Radios, Checkboxes, Select, Day, PartialDay, PersonNumber, TaxCode,
		Phone, Email, Unit, Address, Money, Number, File,
		Year, YesNo, Code, Insurance, Card, Person, Organisation, Document, Group,
	}
}

// chooses reports whether the answer is one, or are some, of a list.
func (t Type) chooses() bool { return t.listed() || t == YesNo }

// listed reports whether the definition carries the list to choose from.
func (t Type) listed() bool { return t == Radios || t == Checkboxes || t == Select || t == Code }

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
	Local    bool     `json:"local,omitempty" yaml:"local"`       // of an address: it lies in the province of the installation
	Personal string   `json:"personal,omitempty" yaml:"personal"` // class of personal data
	Options  []Option `json:"options,omitempty" yaml:"options"`
	Sex      string   `json:"sex,omitempty" yaml:"sex"`     // of a person number: the field it must agree with ("male", "female")
	Birth    string   `json:"birth,omitempty" yaml:"birth"` // likewise, a date
	// Prefill names what is known of the owner or the submitter, with which the
	// field is offered filled in: owner.name. Who answers can change it.
	Prefill string `json:"prefill,omitempty" yaml:"prefill"`
	// Optional names the parts of a person, an organisation or a document that
	// may stay empty though the question has to be answered.
	Optional []string `json:"optional,omitempty" yaml:"optional"`
	// Catalogue names the list a code is of; its entries are in Options once the
	// form belongs to a version of a procedure.
	Catalogue string `json:"catalogue,omitempty" yaml:"catalogue"`
	// Compute is CEL over the keys of other fields: nobody types this answer. Why
	// says in words how it comes about.
	Compute string `json:"compute,omitempty" yaml:"compute"`
	Why     Text   `json:"why,omitzero" yaml:"why"`
	// Fields are the questions of each row of a group, and Row is what one row is
	// called. In a row their keys are its answers; outside they are lists, one
	// value a row, and the key of the group is the number of rows.
	Fields []Field `json:"fields,omitempty" yaml:"fields"`
	Row    Text    `json:"row,omitzero" yaml:"row"`
}

// Step is one page of a form.
type Step struct {
	ID       string  `json:"id" yaml:"id"`
	Title    Text    `json:"title" yaml:"title"`
	Hint     Text    `json:"hint,omitzero" yaml:"hint"`
	ShowWhen string  `json:"show_when,omitempty" yaml:"show_when"`
	Fields   []Field `json:"fields" yaml:"fields"`
}

// Rule is something that must be true of several answers together. It is looked
// at where all answers it reads are there and right.
type Rule struct {
	Field   string `json:"field" yaml:"field"` // where the message stands; in a row it is looked at for each
	Holds   string `json:"holds" yaml:"holds"` // CEL over the keys of fields
	Message Text   `json:"message" yaml:"message"`
	Level   string `json:"level,omitempty" yaml:"level"` // "block", which is the default, or "warn"
	// WhenEmpty looks at it also where answers are missing: one of two is needed.
	WhenEmpty bool `json:"when_empty,omitempty" yaml:"when_empty"`
}

// Definition is a form as officials write it. Conditions are CEL over the keys
// of fields: other_reason_needed == "yes". An answer that is not there counts
// as empty, 0 or none.
type Definition struct {
	ID      string `json:"id" yaml:"id"`
	Title   Text   `json:"title" yaml:"title"`
	Version int    `json:"version" yaml:"version"`
	// LegalBases are the documents that issued the form: ids of kernel/law.
	LegalBases []string `json:"legal_bases,omitempty" yaml:"legal_bases"`
	Steps      []Step   `json:"steps" yaml:"steps"`
	Checks     []Rule   `json:"checks,omitempty" yaml:"checks"`
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

// fields returns all fields in form order, each group before those of its rows.
func (d Definition) fields() (all []Field) {
	for _, s := range d.Steps {
		for _, f := range s.Fields {
			all = append(all, f)
			all = append(all, f.Fields...)
		}
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
