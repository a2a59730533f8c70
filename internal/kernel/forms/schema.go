// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package forms

import (
	"encoding/json"
	"slices"
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
		object(s.Fields, s.ShowWhen == "", properties, &required)
	}
	properties[SureKey] = schema{
		"title": "Điều đã được hỏi lại và vẫn đúng", "type": "array", "uniqueItems": true, "maxItems": maxSure, "items": schema{"type": "string"},
	}
	for key, title := range map[string]string{KnownKey: "Điều nguồn ghi khác với câu trả lời", SourceKey: "Nguồn của điều đó"} {
		properties[key] = schema{"title": title, "readOnly": true, "type": "object", "maxProperties": maxFields, "additionalProperties": schema{"type": "string"}}
	}
	return json.MarshalIndent(schema{
		"$schema": "https://json-schema.org/draft/2020-12/schema",
		"title":   f.def.Title.VI, "type": "object", "properties": properties,
		"required": required, "additionalProperties": false,
		"x-form": f.def.ID, "x-version": f.def.Version,
	}, "", "  ")
}

// object describes fields as properties; always says that nothing around them
// hides them.
func object(fields []Field, always bool, properties schema, required *[]string) {
	for _, field := range fields {
		one := field.schema()
		switch {
		case field.ShowWhen != "":
			one["x-show-when"] = field.ShowWhen
		case field.Required && always && field.Compute == "":
			*required = append(*required, field.Key)
		}
		properties[field.Key] = one
	}
}

func (f Field) schema() schema {
	s := schema{"title": f.Label.VI}
	if f.Hint.VI != "" {
		s["description"] = f.Hint.VI
	}
	if f.Personal != "" {
		s["x-personal"] = f.Personal
	}
	if f.Compute != "" {
		s["readOnly"], s["x-compute"] = true, f.Compute
	}
	list := func(items schema) {
		s["type"], s["items"], s["uniqueItems"], s["minItems"] = "array", items, true, 1
		if n, err := strconv.Atoi(string(f.Max)); err == nil {
			s["maxItems"] = n
		}
		if n, err := strconv.Atoi(string(f.Min)); err == nil && n > 1 {
			s["minItems"] = n
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
	case Radios, Select, YesNo, Code:
		s["enum"] = f.values()
	case Year:
		text(`^[1-9]\d{3}$`)
	case Insurance:
		text(`^\d{10}$`)
	case Card:
		text(`^([A-Z]{2}\d{13}|\d{10})$`)
	case Person, Organisation, Document:
		properties, required := schema{}, []string{}
		object(f.parts(), true, properties, &required)
		for _, name := range f.backbone() {
			if !slices.Contains(required, name) && !slices.Contains(f.Optional, name) {
				required = append(required, name)
			}
		}
		s["type"], s["additionalProperties"], s["properties"], s["required"] = "object", false, properties, required
		if f.Type == Document {
			s["allOf"] = documentNumbers()
		}
	case Group:
		properties, required := schema{}, []string{}
		object(f.Fields, true, properties, &required)
		s["type"], s["maxItems"], s["minItems"] = "array", f.most(), 1
		if n, err := strconv.Atoi(string(f.Min)); err == nil && n > 1 {
			s["minItems"] = n
		}
		s["items"] = schema{"type": "object", "properties": properties, "required": required, "additionalProperties": false}
	case Checkboxes:
		list(schema{"enum": f.values()})
	case File:
		list(schema{"type": "string", "format": "uuid"})
	case Day:
		text(`^[1-9]\d{3}-\d{2}-\d{2}$`)
		s["format"] = "date"
	case PartialDay:
		text(`^[1-9]\d{3}`)
		s["anyOf"] = []schema{{"pattern": `^\d{4}(-(0[1-9]|1[0-2]))?$`}, {"format": "date"}}
	case PersonNumber:
		text(`^\d{12}$`)
	case TaxCode:
		text(`^(\d{10}(-\d{3})?|\d{12})$`)
	case Phone:
		text(`^0[35789]\d{8}$`)
	case Email:
		text(`^[^@\s]+@[^@\s]+\.[^@\s]+$`)
		s["format"], s["maxLength"] = "email", 254
	case Unit:
		text("")
	case Address:
		s["type"], s["additionalProperties"], s["required"], s["properties"] = "object", false, []string{Commune}, addressSchema()
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
	for _, o := range f.options() {
		all = append(all, o.Value)
	}
	return all
}

// documentNumbers says for each kind of document what its number looks like.
func documentNumbers() (all []schema) {
	for _, kind := range []string{KindCard, KindOldCard, KindPassport, KindResidence} {
		all = append(all, schema{
			"if":   schema{"properties": schema{PartKind: schema{"const": kind}}, "required": []string{PartKind}},
			"then": schema{"properties": schema{PartNumber: schema{"pattern": numberForm(kind)}}},
		})
	}
	return all
}
