// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package forms

import (
	"encoding/json"
	"strconv"
)

// schema is a JSON Schema (2020-12). A map is written with sorted keys, so the
// same definition always gives the same text.
type schema map[string]any

// Schema returns the JSON Schema 2020-12 of the answers that Submit keeps.
// Conditions are not in it: a question that may not be asked is not required,
// and its condition stands in x-show-when.
func (f *Form) Schema() ([]byte, error) {
	properties, required := schema{}, []string{}
	for _, s := range f.def.Steps {
		for _, field := range s.Fields {
			one := field.schema()
			if field.ShowWhen != "" {
				one["x-show-when"] = field.ShowWhen
			} else if field.Required && s.ShowWhen == "" {
				required = append(required, field.Key)
			}
			properties[field.Key] = one
		}
	}
	return json.MarshalIndent(schema{
		"$schema": "https://json-schema.org/draft/2020-12/schema",
		"title":   f.def.Title.VI, "type": "object", "properties": properties,
		"required": required, "additionalProperties": false,
	}, "", "  ")
}

func (f Field) schema() schema {
	s := schema{"title": f.Label.VI}
	if f.Hint.VI != "" {
		s["description"] = f.Hint.VI
	}
	if f.Personal != "" {
		s["x-personal"] = f.Personal
	}
	list := func(items schema) {
		s["type"], s["items"], s["uniqueItems"], s["minItems"] = "array", items, true, 1
		if n, err := strconv.Atoi(string(f.Max)); err == nil {
			s["maxItems"] = n
		}
	}
	text := func(pattern string) {
		s["type"] = "string"
		if pattern != "" {
			s["pattern"] = pattern
		}
	}
	switch f.Type {
	case Line, Paragraphs:
		text("")
		s["maxLength"], s["minLength"] = f.most(), 1
		if n, err := strconv.Atoi(string(f.Min)); err == nil && n > 1 {
			s["minLength"] = n
		}
		if f.Pattern != "" {
			s["pattern"] = "^(?:" + f.Pattern + ")$"
		}
	case Radios, Select:
		s["enum"] = f.values()
	case Checkboxes:
		list(schema{"enum": f.values()})
	case File:
		list(schema{"type": "string", "format": "uuid"})
	case Day:
		text(`^\d{4}-\d{2}-\d{2}$`)
		s["format"] = "date"
	case PartialDay:
		text(`^\d{4}(-\d{2}(-\d{2})?)?$`)
	case PersonNumber:
		text(`^\d{12}$`)
	case TaxCode:
		text(`^(\d{10}(-\d{3})?|\d{12})$`)
	case Phone:
		text(`^0[35789]\d{8}$`)
	case Email:
		text("")
		s["format"] = "email"
	case Unit:
		text("")
	case Address:
		s["type"], s["additionalProperties"], s["required"] = "object", false, []string{Commune}
		s["properties"] = schema{Commune: schema{"type": "string"}, Detail: schema{"type": "string", "maxLength": lineLimit}}
	case Money, Number:
		if f.Decimals > 0 {
			text(`^-?\d{1,15}(\.\d{1,` + strconv.Itoa(f.Decimals) + `})?$`)
			break
		}
		s["type"] = "integer"
		if n, err := strconv.ParseFloat(string(f.Min), 64); err == nil {
			s["minimum"] = n
		}
		if n, err := strconv.ParseFloat(string(f.Max), 64); err == nil {
			s["maximum"] = n
		}
	}
	return s
}

func (f Field) values() (all []string) {
	for _, o := range f.Options {
		all = append(all, o.Value)
	}
	return all
}
