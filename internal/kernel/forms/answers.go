// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package forms

import (
	"bytes"
	"encoding/json"
	"maps"

	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/platform/errs"
)

// Parts of an address.
const (
	Commune = "commune" // id of the unit
	Detail  = "detail"  // house, street, hamlet
)

// Answers are what somebody answered, by key: string, int64, []string, or
// map[string]string for an address. What cannot be read stays the text that
// was typed, so that it can be shown again; Validate says what is wrong.
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
}

// Form is a definition that was checked and compiled. It is immutable and safe
// for concurrent use.
type Form struct {
	def     Definition
	byKey   map[string]Field
	fields  map[string]*condition
	steps   map[string]*condition
	readers map[string]bool // keys that some condition reads
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

func (f *Form) reads(c *condition) {
	if c == nil {
		return
	}
	for _, key := range c.keys {
		f.readers[key] = true
	}
}

// Visible returns the keys of the fields that are asked with these answers. An
// answer to a question that is not asked counts as none.
func (f *Form) Visible(a Answers) map[string]bool {
	v := &visibility{form: f, answers: a, shown: map[string]bool{}, vars: map[string]any{}}
	for i, s := range f.def.Steps {
		for _, field := range s.Fields {
			v.field(field, i)
		}
	}
	maps.DeleteFunc(v.shown, func(_ string, shown bool) bool { return !shown })
	return v.shown
}

// Steps returns the ids of the steps that are asked, in order: those whose
// condition holds and that have a field to show.
func (f *Form) Steps(a Answers) (ids []string) {
	shown := f.Visible(a)
	for _, s := range f.def.Steps {
		for _, field := range s.Fields {
			if shown[field.Key] {
				ids = append(ids, s.ID)
				break
			}
		}
	}
	return ids
}

type visibility struct {
	form    *Form
	answers Answers
	shown   map[string]bool
	vars    map[string]any
}

// field decides about a field after those it depends on; compile has seen to
// it that there is no loop.
func (v *visibility) field(field Field, step int) {
	if _, known := v.shown[field.Key]; known {
		return
	}
	shown := true
	for _, c := range []*condition{v.form.steps[v.form.def.Steps[step].ID], v.form.fields[field.Key]} {
		if c == nil {
			continue
		}
		for _, key := range c.keys {
			v.field(v.form.byKey[key], v.form.stepOf(key))
		}
		shown = shown && c.holds(v.vars)
	}
	v.shown[field.Key] = shown
	var answer any
	if shown {
		answer = v.answers[field.Key]
	}
	v.vars[field.Key] = variable(field, answer)
}

func (f *Form) stepOf(key string) int {
	for i, s := range f.def.Steps {
		for _, field := range s.Fields {
			if field.Key == key {
				return i
			}
		}
	}
	return 0
}
