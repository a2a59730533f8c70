// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package forms

import (
	"maps"
	"net/url"
	"reflect"
	"slices"

	"tinhso.vn/internal/platform/text"
)

// Known is what is known about somebody before a form is filled in, by the
// names that Field.Prefill takes: owner.name, owner.number, owner.born,
// owner.sex, owner.phone, owner.email, owner.residence, and the same of the
// submitter. A residence is one line, as a card has it.
type Known map[string]string

// Prefills lists the names that Field.Prefill takes, with the types of field
// each can fill.
func Prefills() map[string][]Type {
	all := map[string][]Type{}
	for _, who := range []string{"owner.", "submitter."} {
		all[who+"name"] = []Type{Line}
		all[who+"number"] = []Type{PersonNumber, TaxCode}
		all[who+"born"] = []Type{Day, PartialDay}
		all[who+"sex"] = []Type{Radios, Select}
		all[who+"phone"] = []Type{Phone}
		all[who+"email"] = []Type{Email}
		all[who+"residence"] = []Type{Address, Line}
	}
	return all
}

func (f Field) fills() bool { return slices.Contains(Prefills()[f.Prefill], f.Type) }

// Prefilled is a step as it is offered: the answers with what is known laid
// into the gaps, and which fields say what is known.
type Prefilled struct {
	Answers Answers
	Keys    []string // of the fields whose answer is what is known, typed or not
}

// Prefill lays what is known into the questions of a step that nobody has
// answered. What was typed stays, and so does what was emptied: a step of which
// something is kept is filled no more, and of one that was just sent only
// questions that were not on the page. sent is nil for a page that is opened.
func (f *Form) Prefill(a Answers, stepID string, known Known, sent url.Values, w World) Prefilled {
	out := Prefilled{Answers: maps.Clone(a)}
	if out.Answers == nil {
		out.Answers = Answers{}
	}
	step, _ := f.def.step(stepID)
	shown := f.Visible(a)
	touched := sent == nil && slices.ContainsFunc(step.Fields, func(field Field) bool { return a[field.Key] != nil })
	for _, field := range step.Fields {
		if field.Prefill == "" || !shown[field.Key] {
			continue
		}
		offer := field.offer(known[field.Prefill], w)
		if offer == nil {
			continue
		}
		if a[field.Key] == nil && !touched && !field.among(sent) {
			out.Answers[field.Key] = offer
		}
		if reflect.DeepEqual(out.Answers[field.Key], offer) {
			out.Keys = append(out.Keys, field.Key)
		}
	}
	return out
}

// among reports whether the field was on the page that was sent.
func (f Field) among(sent url.Values) bool {
	return slices.ContainsFunc([]string{"", communeInput, detailInput, searchInput, dayInput, monthInput, yearInput}, func(ending string) bool { return sent.Has(f.Key + ending) })
}

// offer turns what is known into an answer; nil where it is none.
func (f Field) offer(value string, w World) any {
	if value = text.Line(value); value == "" {
		return nil
	}
	if f.Type == Address {
		return residence(value, w)
	}
	if f.Type.chooses() && f.option(value) == len(f.options()) {
		return nil
	}
	if _, ok := f.parse(value); !ok {
		return nil
	}
	return f.normal(value)
}
