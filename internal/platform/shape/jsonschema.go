// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package shape

import "slices"

// List is a list of items in a file.
type List struct {
	Name   string
	Item   *Shape
	VI, EN string
}

const (
	dialect = "https://json-schema.org/draft/2020-12/schema"
	day     = `^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$`
	moment  = `^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$`
)

type object = map[string]any

// OneFile returns the JSON Schema (2020-12) of a file that is one mapping.
func OneFile(id, title string, s *Shape) map[string]any {
	out := mapping(s, true)
	out["$schema"], out["$id"], out["title"], out["$defs"] = dialect, id, title, defs()
	return out
}

// ListFile returns the JSON Schema (2020-12) of a file of lists. What is
// required of an item may stand in a pack under this one, so only its identity
// must be there; a field may be null, and an item may be taken away.
func ListFile(id, title string, lists []List) map[string]any {
	properties, d, all := object{}, defs(), &Shape{}
	for _, l := range lists {
		d[l.Name] = mapping(l.Item, false)
		properties[l.Name] = object{
			"type": "array", "description": said(l.VI, l.EN),
			"items": overlaid(object{"$ref": "#/$defs/" + l.Name}),
		}
		for _, f := range l.Item.Fields {
			f.Required = false
			if i := slices.Index(all.Names(), f.Name); i >= 0 {
				all.Fields[i].Values = append(all.Fields[i].Values, f.Values...)
				continue
			}
			f.Values = slices.Clone(f.Values)
			all.Fields = append(all.Fields, f)
		}
	}
	defaults := mapping(all, false)
	defaults["description"] = said("Giá trị chung của mọi mục trong tệp", "What each item of the file has unless it says otherwise")
	properties["defaults"] = defaults
	return object{
		"$schema": dialect, "$id": id, "title": title, "$defs": d,
		"type": "object", "properties": properties, "additionalProperties": false,
	}
}

func defs() object {
	return object{
		"words": object{"anyOf": []any{
			object{"type": "string", "minLength": 1},
			object{"type": "object", "properties": object{"vi": object{"type": "string"}, "en": object{"type": "string"}}, "additionalProperties": false},
			object{"type": "null"},
		}},
		"removal": object{
			"type": "object", "minProperties": 1, "maxProperties": 1, "additionalProperties": object{"type": "null"},
		},
		"order": object{
			"type": "object", "properties": object{"order": object{"type": "array", "items": plain(Field{})}}, "required": []any{"order"}, "additionalProperties": false,
		},
	}
}

// overlaid is an item of a list, or what takes one away or puts them in order.
func overlaid(item object) object {
	return object{"if": object{"anyOf": []any{object{"$ref": "#/$defs/removal"}, object{"$ref": "#/$defs/order"}}}, "else": item}
}

// mapping is the schema of a shape. Strict demands what is required: where
// nothing lies under it.
func mapping(s *Shape, strict bool) object {
	properties, needed := object{}, []any{}
	for _, f := range s.Fields {
		p := value(f)
		p["description"] = said(f.VI, f.EN)
		properties[f.Name] = p
		if f.Required && (strict || f.Name == s.Identity()) {
			needed = append(needed, f.Name)
		}
	}
	out := object{"type": "object", "properties": properties, "additionalProperties": false}
	if len(needed) > 0 {
		out["required"] = needed
	}
	return out
}

func value(f Field) object {
	switch f.Kind {
	case Words:
		return object{"$ref": "#/$defs/words"}
	case Texts:
		return object{"type": []any{"array", "null"}, "items": object{"$ref": "#/$defs/words"}}
	case Whole:
		return object{"type": []any{"integer", "null"}, "minimum": 0}
	case Number:
		return object{"type": []any{"integer", "null"}}
	case Truth:
		return object{"type": []any{"boolean", "null"}}
	case Day:
		return object{"type": []any{"string", "null"}, "pattern": day}
	case Moment:
		return object{"type": []any{"string", "null"}, "pattern": moment}
	case Plains:
		one := plain(f)
		return object{"type": []any{"array", "null"}, "items": one}
	case OneOrAll:
		return object{"anyOf": []any{plain(f), object{"type": "array", "items": plain(f)}}}
	case Free:
		return object{"type": []any{"object", "null"}, "additionalProperties": plain(Field{})}
	case Mapping:
		all := []any{mapping(f.Of, false), object{"type": "null"}}
		if len(f.Values) > 0 {
			all = append(all, plain(Field{Values: f.Values}))
		}
		return object{"anyOf": all}
	case Mappings:
		// Items without an identity are replaced as a whole, so they are whole.
		item := mapping(f.Of, f.Of.Identity() == "")
		if f.Of.Identity() != "" {
			item = overlaid(item)
		}
		return object{"type": []any{"array", "null"}, "items": item}
	case Plain:
	}
	return plain(f)
}

func plain(f Field) object {
	if len(f.Values) > 0 {
		values := make([]any, 0, len(f.Values)+1)
		for i, v := range f.Values {
			if !slices.Contains(f.Values[:i], v) { // the schema takes none twice
				values = append(values, v)
			}
		}
		return object{"enum": append(values, nil)}
	}
	out := object{"type": []any{"string", "number", "boolean", "null"}}
	if f.Pattern != "" {
		out["pattern"] = f.Pattern
	}
	return out
}

func said(vi, en string) string { return vi + " / " + en }
