// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"strconv"
	"strings"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/text"
)

// Describe returns the description of a register's operations (OpenAPI 3.1) as the
// actor may use them: with the fields that their rights show, and examples that work.
func (s *Service) Describe(ctx context.Context, actor identity.Actor, register string, lang i18n.Lang) (doc map[string]any, err error) {
	defer errs.Wrap(&err, "describe a register")

	st, err := s.keeper.Stand(ctx, s.db, actor, text.Line(register))
	if err != nil {
		return nil, err
	}
	return describe(st, lang), nil
}

// Titles returns the registers of which a reader sees something, in the order of
// their ids, without reading any.
func (s *Service) Titles(ctx context.Context, reader identity.Actor) (seen []string, titles map[string]i18n.Text, err error) {
	defer errs.Wrap(&err, "list registers")

	ids, err := s.keeper.Registers(ctx, s.db)
	if err != nil {
		return nil, nil, err
	}
	titles = map[string]i18n.Text{}
	for _, one := range ids {
		st, err := s.keeper.Stand(ctx, s.db, reader, one)
		if kind := errs.KindOf(err); kind == errs.Forbidden || kind == errs.Unauthenticated {
			continue
		}
		if err != nil {
			return nil, nil, err
		}
		seen, titles[one] = append(seen, one), st.Definition.Title
	}
	return seen, titles, nil
}

// RecordSchema returns the JSON Schema of a record as the actor may read it.
func (s *Service) RecordSchema(ctx context.Context, actor identity.Actor, register string, lang i18n.Lang) (schema map[string]any, err error) {
	defer errs.Wrap(&err, "describe a record")

	st, err := s.keeper.Stand(ctx, s.db, actor, text.Line(register))
	if err != nil {
		return nil, err
	}
	schema = recordSchema(st.Schema(registers.View, lang))
	schema["$schema"], schema["title"] = "https://json-schema.org/draft/2020-12/schema", title(st, lang)
	return schema, nil
}

func title(st registers.Standing, lang i18n.Lang) string {
	words, _ := st.Definition.Title.In(lang)
	return words
}

type object = map[string]any

func recordSchema(values any) object {
	word, when := object{"type": "string"}, object{"type": "string", "format": "date-time"}
	return object{
		"type": "object", "required": []string{"id", "unit", "version", "created", "updated", "values"},
		"properties": object{
			"id": word, "unit": word, "version": object{"type": "integer", "minimum": 1, "description": "send it as seen"}, "created": when, "updated": when,
			"values": values, "withheld": object{"type": "array", "items": word, "description": "personal fields, read for a purpose only"},
			"history": object{"type": "array"},
		},
	}
}

func ref(name string) object { return object{"$ref": "#/components/schemas/" + name} }

func body(schema any, example any) object {
	media := object{"schema": schema}
	if example != nil {
		media["example"] = example
	}
	return object{"required": true, "content": object{"application/json": media}}
}

func answers(status string, schema any) object {
	good := object{"description": "done"}
	if schema != nil {
		good["content"] = object{"application/json": object{"schema": schema}}
	}
	return object{status: good, "default": object{
		"description": "what is wrong", "content": object{"application/problem+json": object{"schema": ref("Problem")}},
	}}
}

func param(name, in, kind, doc string, required bool) object {
	return object{"name": name, "in": in, "required": required, "description": doc, "schema": object{"type": kind}}
}

// describe makes the document.
func describe(st registers.Standing, lang i18n.Lang) object {
	d := st.Definition
	at := "/api/v1/registers/" + d.ID
	public := false
	for _, h := range st.Holds {
		public = public || h.Public
	}
	found, sorted := st.Filterable()
	operation := func(id, summary string, params []object, body, answers object) object {
		op := object{"operationId": id, "summary": summary, "tags": []string{d.ID}, "responses": answers}
		if len(params) > 0 {
			op["parameters"] = params
		}
		if body != nil {
			op["requestBody"] = body
		}
		if !public || body != nil || strings.HasPrefix(id, "delete") {
			op["security"] = []object{{"bearer": []string{}}}
		}
		return op
	}
	schemas := object{
		"Values": st.Schema(registers.View, lang), "Record": recordSchema(ref("Values")),
		"Records": object{"type": "object", "required": []string{"items", "count"}, "properties": object{
			"items": object{"type": "array", "items": ref("Record")}, "count": object{"type": "integer"}, "more": object{"type": "boolean"}, "next": object{"type": "string", "description": "send it as after"},
		}},
		"Changes": object{"type": "object", "required": []string{"items", "next"}, "properties": object{
			"items": object{"type": "array", "items": object{"type": "object", "required": []string{"place", "kind", "version", "at"}, "properties": object{
				"place": object{"type": "integer"}, "kind": object{"type": "string", "enum": []string{registers.FeedAdded, registers.FeedChanged, registers.FeedRemoved, registers.FeedRegister}},
				"record": object{"type": "string"}, "unit": object{"type": "string"}, "version": object{"type": "integer"}, "at": object{"type": "string", "format": "date-time"},
				"fields": object{"type": "array", "items": object{"type": "string"}}, "before": ref("Values"), "after": ref("Values"), "withheld": object{"type": "array", "items": object{"type": "string"}},
			}}},
			"next": object{"type": "string"}, "more": object{"type": "boolean"}, "resync": object{"type": "boolean"},
		}},
		"Problem": object{"type": "object", "properties": object{"status": object{"type": "integer"}, "code": object{"type": "string"}, "detail": object{"type": "string"}, "fields": object{"type": "array"}}},
	}
	where := param("where", "query", "array", "FIELD:OP:VALUE; fields: "+strings.Join(append(found, "unit"), ", "), false)
	where["schema"] = object{"type": "array", "items": object{"type": "string"}}
	sort := param("sort", "query", "string", "- before it: the greatest first", false)
	if len(sorted) > 0 {
		var both []string
		for _, key := range sorted {
			both = append(both, key, "-"+key)
		}
		sort["schema"] = object{"type": "string", "enum": both}
	}
	after := param("after", "query", "string", "next of the answer before", false)
	record := param("record", "path", "string", "", true)
	records := object{"get": operation("list-"+d.ID, "Records within reach", []object{where, sort, after}, nil, answers("200", ref("Records")))}
	one := object{"get": operation("get-"+d.ID, "A record with its history", []object{record, param("purpose", "query", "string", "handling or inspection: why personal data is read", false)}, nil, answers("200", ref("Record")))}
	if st.Can(registers.Add) && !d.Approval {
		schemas["New"] = st.Schema(registers.Add, lang)
		unit := ""
		for _, p := range st.Places(registers.Add) {
			unit = p.Unit
			break
		}
		var example any
		if values, whole := st.Example(); whole && unit != "" {
			example = object{"unit": unit, "values": values}
		}
		records["post"] = operation("add-"+d.ID, "Add a record", nil, body(object{
			"type": "object", "required": []string{"unit", "values"}, "properties": object{"unit": object{"type": "string"}, "values": ref("New")},
		}, example), answers("200", ref("Record")))
	}
	if st.Can(registers.Amend) && !d.Approval {
		schemas["Changed"] = st.Schema(registers.Amend, lang)
		one["put"] = operation("change-"+d.ID, "Change the fields that are named, if nobody was faster", []object{record}, body(object{
			"type": "object", "required": []string{"seen", "values"}, "properties": object{"seen": object{"type": "integer"}, "values": ref("Changed")},
		}, nil), answers("200", object{"type": "object", "properties": object{"version": object{"type": "integer"}}}))
	}
	if st.Can(registers.Hide) && !d.Approval {
		one["delete"] = operation("delete-"+d.ID, "Take a record out; it is kept", []object{record, param("seen", "query", "integer", "the version that the caller has seen", true)}, nil, answers("204", nil))
	}
	paths := object{at + "/records": records, at + "/records/{record}": one, at + "/changes": object{"get": operation("changes-"+d.ID, "What has changed", []object{
		after, param("limit", "query", "integer", "at most 200", false), param("wait", "query", "integer", "seconds to wait for something new, at most 20", false),
	}, nil, answers("200", ref("Changes")))}}
	if st.Can(registers.Export) {
		paths[at+"/export"] = object{"get": operation("export-"+d.ID, "All records that may be taken away", []object{where, sort}, nil, answers("200", object{
			"type": "object", "properties": object{"items": object{"type": "array", "items": ref("Record")}},
		}))}
	}
	return object{
		"openapi": "3.1.0", "info": object{"title": title(st, lang), "version": strconv.Itoa(d.Version)}, "paths": paths,
		"components": object{"schemas": schemas, "securitySchemes": object{"bearer": object{"type": "http", "scheme": "bearer"}}},
	}
}
