// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package web

import (
	"reflect"
	"regexp"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// Raw describes an operation whose body or answer is a file and not JSON, or
// that speaks through headers. Nothing of it is checked before the handler: it
// says in the description of the API what the handler does.
type Raw struct {
	Description string // more than the summary says
	Many        bool   // the form may have several files
	Query       []Param
	Headers     []Param
	Takes       []string // media types of the body; "multipart/form-data" is a form with one file. None: no body
	TakesJSON   any      // a value of the type of the body, where it is application/json
	Gives       []string // media types of the answer; none: no content
	JSON        any      // an example of the answer, where it is application/json; its type is the schema
	Status      int      // of the answer
	Sends       []Param  // headers of the answer
	Ranges      bool     // parts of the answer can be asked for: 206
}

// Param is a parameter in the query or in a header.
type Param struct {
	Name     string
	Doc      string
	Number   bool
	Required bool
}

var pathParam = regexp.MustCompile(`\{(\w+)\}`)

// RawOperation declares an operation that reads and writes bytes itself.
func RawOperation(pattern, summary string, access Access, about Raw, h Handler) Route {
	method, path, _ := strings.Cut(pattern, " ")
	return Route{Pattern: pattern, Access: access, API: true, Handle: h, summary: summary, raw: true, register: func(a *API, limit int64) {
		op := &huma.Operation{
			OperationID: operationID(method, path), Method: method, Path: path, Summary: summary, Description: about.Description,
			Tags: []string{strings.Split(strings.TrimPrefix(path, "/api/v1/"), "/")[0]}, Responses: map[string]*huma.Response{},
		}
		if !access.IsPublic() {
			op.Security = []map[string][]string{{"bearer": {}}}
		}
		about.describe(op, a.huma.OpenAPI(), limit)
		a.huma.OpenAPI().AddOperation(op)
	}}
}

func (r Raw) describe(op *huma.Operation, doc *huma.OpenAPI, limit int64) {
	for _, m := range pathParam.FindAllStringSubmatch(op.Path, -1) {
		op.Parameters = append(op.Parameters, &huma.Param{Name: m[1], In: "path", Required: true, Schema: &huma.Schema{Type: huma.TypeString}})
	}
	for in, params := range map[string][]Param{"query": r.Query, "header": r.Headers} {
		for _, p := range params {
			op.Parameters = append(op.Parameters, &huma.Param{Name: p.Name, In: in, Description: p.Doc, Required: p.Required, Schema: p.schema()})
		}
	}
	if len(r.Takes) > 0 {
		op.RequestBody = &huma.RequestBody{Required: true, Description: "at most " + strconv.FormatInt(limit>>20, 10) + " MB", Content: map[string]*huma.MediaType{}}
		for _, kind := range r.Takes {
			schema := binary()
			switch {
			case r.TakesJSON != nil && kind == "application/json":
				schema = huma.SchemaFromType(doc.Components.Schemas, reflect.TypeOf(r.TakesJSON))
			case kind == "multipart/form-data":
				file := binary()
				if r.Many {
					file = &huma.Schema{Type: huma.TypeArray, Items: file}
				}
				schema = &huma.Schema{Type: huma.TypeObject, Properties: map[string]*huma.Schema{"file": file}, Required: []string{"file"}}
			}
			op.RequestBody.Content[kind] = &huma.MediaType{Schema: schema}
		}
	}
	good := &huma.Response{Description: "done", Content: map[string]*huma.MediaType{}, Headers: map[string]*huma.Param{}}
	for _, kind := range r.Gives {
		media := &huma.MediaType{Schema: binary()}
		if r.JSON != nil && kind == "application/json" {
			media.Schema = huma.SchemaFromType(doc.Components.Schemas, reflect.TypeOf(r.JSON))
			if !reflect.ValueOf(r.JSON).IsZero() {
				media.Example = r.JSON
			}
		}
		good.Content[kind] = media
	}
	for _, p := range r.Sends {
		good.Headers[p.Name] = &huma.Param{Description: p.Doc, Schema: p.schema()}
	}
	op.Responses[strconv.Itoa(r.Status)] = good
	if r.Ranges {
		op.Parameters = append(op.Parameters, &huma.Param{Name: "Range", In: "header", Description: "bytes=FROM-TO, one range", Schema: &huma.Schema{Type: huma.TypeString}})
		part := *good
		part.Description = "the part that was asked for"
		op.Responses["206"] = &part
		op.Responses["416"] = &huma.Response{Description: "there is no such part"}
	}
	op.Responses["default"] = &huma.Response{Description: "what is wrong", Content: map[string]*huma.MediaType{
		"application/problem+json": {Schema: huma.SchemaFromType(doc.Components.Schemas, reflect.TypeFor[huma.ErrorModel]())},
	}}
}

func (p Param) schema() *huma.Schema {
	if p.Number {
		return &huma.Schema{Type: huma.TypeInteger, Format: "int64"}
	}
	return &huma.Schema{Type: huma.TypeString}
}

func binary() *huma.Schema { return &huma.Schema{Type: huma.TypeString, Format: "binary"} }
