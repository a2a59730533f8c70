// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package registers

import (
	"fmt"
	"slices"

	"tinhso.vn/internal/kernel/i18n"
)

// Schema returns the JSON Schema (2020-12) of the values of a record as the actor
// may see them (View), enter them (Add) or change them (Amend), in lang's words. It
// names no field that the rights do not show.
func (s Standing) Schema(act Act, lang i18n.Lang) map[string]any {
	properties, required := map[string]any{}, []string{}
	for _, f := range s.Fields(act) {
		if f.Compute != "" && act != View {
			continue
		}
		one := f.schema()
		one["title"] = say(f.Label, lang)
		if hint := say(f.Hint, lang); hint != "" {
			one["description"] = hint
		}
		if f.Measure != "" {
			one["x-measure"] = f.Measure
		}
		if f.personal() {
			one["x-personal"] = string(f.class())
		}
		if f.Compute != "" {
			one["readOnly"] = true
		}
		if act == Amend && !f.Required { // null takes a value away
			one = map[string]any{"anyOf": []any{one, map[string]any{"type": "null"}}, "title": one["title"]}
		}
		properties[f.Key] = one
		if f.Required && act == Add {
			required = append(required, f.Key)
		}
	}
	all := map[string]any{"type": "object", "properties": properties, "additionalProperties": false}
	if len(required) > 0 {
		all["required"] = required
	}
	return all
}

// say is a text in a language, or in Vietnamese.
func say(t i18n.Text, lang i18n.Lang) string {
	words, _ := t.In(lang)
	return words
}

// class is how personal a field is, whoever has said so.
func (f Field) class() Class {
	if f.Personal == "" || f.Personal == None {
		return Basic
	}
	return f.Personal
}

func (f Field) schema() map[string]any {
	text := func(more map[string]any) map[string]any {
		more["type"] = "string"
		return more
	}
	object := func(required string, properties map[string]any) map[string]any {
		return map[string]any{"type": "object", "properties": properties, "required": []string{required}, "additionalProperties": false}
	}
	word := map[string]any{"type": "string"}
	switch f.Type {
	case Line, LongText:
		one := map[string]any{"maxLength": f.limit()}
		if f.Pattern != "" {
			one["pattern"] = `^(?:` + f.Pattern + `)$`
		}
		return text(one)
	case Integer, Money:
		return map[string]any{"type": "integer", "minimum": -maxInteger, "maximum": f.limit()}
	case Decimal:
		digits := ""
		if f.Scale > 0 {
			digits = fmt.Sprintf(`(\.\d{1,%d})?`, f.Scale)
		}
		return text(map[string]any{"pattern": `^-?\d{1,16}` + digits + `$`})
	case Date:
		return text(map[string]any{"format": "date"})
	case DatePartial:
		return text(map[string]any{"pattern": `^\d{4}(-\d{2}(-\d{2})?)?$`})
	case Boolean:
		return map[string]any{"type": "boolean"}
	case Choice:
		return text(map[string]any{"enum": f.values()})
	case Choices:
		return map[string]any{"type": "array", "items": text(map[string]any{"enum": f.values()}), "uniqueItems": true}
	case Number:
		return text(map[string]any{"pattern": `^\d{12}$`})
	case Email:
		return text(map[string]any{"format": "email"})
	case Place:
		return text(map[string]any{"pattern": `^-?\d{1,2}(\.\d{1,6})?, ?-?\d{1,3}(\.\d{1,6})?$`})
	case Code:
		return text(map[string]any{"maxLength": 100, "x-catalogue": f.Catalogue})
	case Reference:
		return text(map[string]any{"maxLength": 100, "x-register": f.Register})
	case Unit, Phone:
		return text(map[string]any{"maxLength": 100})
	case Org:
		return object("name", map[string]any{"name": map[string]any{"type": "string", "maxLength": 300}, "tax_code": map[string]any{"type": "string", "pattern": `^\d{10}(-\d{3})?$|^\d{12}$`}})
	case Person:
		return object("name", map[string]any{
			"name": map[string]any{"type": "string", "maxLength": 100}, "number": map[string]any{"type": "string", "pattern": `^\d{12}$`},
			"born": map[string]any{"type": "string", "pattern": `^\d{4}(-\d{2}(-\d{2})?)?$`}, "sex": map[string]any{"type": "string", "enum": []string{"male", "female"}},
		})
	case Address:
		return object("commune", map[string]any{"commune": map[string]any{"type": "string", "pattern": `^\d{5}$`}, "line": map[string]any{"type": "string", "maxLength": 200}, "plus_code": word})
	case Shape:
		return map[string]any{
			"type": "object", "description": "GeoJSON geometry (RFC 7946), WGS 84", "required": []string{"type", "coordinates"},
			"properties": map[string]any{"type": map[string]any{"type": "string"}, "coordinates": map[string]any{"type": "array"}},
		}
	case Files:
		return map[string]any{"type": "array", "maxItems": f.limit(), "items": object("id", map[string]any{"id": word, "name": word})}
	case Group:
		inner, required := map[string]any{}, []string{}
		for _, one := range f.Fields {
			inner[one.Key] = one.schema()
			if one.Required {
				required = append(required, one.Key)
			}
		}
		row := map[string]any{"type": "object", "properties": inner, "additionalProperties": false}
		if len(required) > 0 {
			row["required"] = required
		}
		return map[string]any{"type": "array", "maxItems": f.limit(), "items": row}
	}
	return map[string]any{}
}

func (f Field) values() []string {
	all := make([]string, len(f.Options))
	for i, o := range f.Options {
		all[i] = o.Value
	}
	return all
}

// Example returns values that could be entered: of every field that the actor may
// enter and whose value does not have to be looked up elsewhere. Whole is false
// where one of those is required, or a text has a pattern.
func (s Standing) Example() (values map[string]any, whole bool) {
	values, whole = map[string]any{}, true
	for _, f := range s.Fields(Add) {
		if f.Compute != "" {
			continue
		}
		v := f.example()
		if v == nil {
			whole = whole && !f.Required
			continue
		}
		values[f.Key] = v
	}
	return values, whole && len(s.Definition.Rules) == 0
}

// example is a value of the field in the form of JSON; nil: one must be looked up.
func (f Field) example() any {
	switch f.Type {
	case Line, LongText:
		if f.Pattern != "" {
			return nil
		}
		label := []rune(f.Label.VI)
		return string(label[:min(int64(len(label)), f.limit())])
	case Integer, Money:
		return min(int64(12), f.limit())
	case Decimal:
		if f.Scale == 0 {
			return "1"
		}
		return "1.5"
	case Date, DatePartial:
		return "2026-11-21"
	case Boolean:
		return true
	case Choice:
		return f.Options[0].Value
	case Choices:
		return []string{f.Options[0].Value}
	case Number:
		return "089058000001"
	case Phone:
		return "0900000001"
	case Email:
		return "vanthu@donvi.example"
	case Place:
		return "10.386200, 105.435100"
	case Org:
		return map[string]any{"name": "Công ty Mô Phỏng"}
	case Person:
		return map[string]any{"name": "Nguyễn Văn Mô Phỏng", "born": "1980"}
	case Shape:
		return map[string]any{"type": "Point", "coordinates": []float64{105.4351, 10.3862}}
	case Group:
		row := map[string]any{}
		for _, one := range f.Fields {
			if v := one.example(); v != nil {
				row[one.Key] = v
			} else if one.Required {
				return nil
			}
		}
		return []any{row}
	case Code, Unit, Address, Files, Reference: // looked up elsewhere
	}
	return nil
}

// Filterable returns the fields by which the actor may find records, and those by
// which a list can stand.
func (s Standing) Filterable() (found, sorted []string) {
	for _, f := range s.Fields(View) {
		if f.personal() {
			continue
		}
		if f.Searchable || f.Unique || slices.Contains(s.Definition.List.Filters, f.Key) {
			found = append(found, f.Key)
		}
		if slices.Contains(s.Definition.List.sorts(), f.Key) {
			sorted = append(sorted, f.Key)
		}
	}
	return found, sorted
}
