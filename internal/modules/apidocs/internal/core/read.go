// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package core reads the description of the API (OpenAPI 3.1) for people: which
// operations there are, what each takes and gives, with an example.
package core

import (
	"cmp"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"tinhso.vn/internal/platform/errs"
)

// ErrNotFound means that there is no such operation.
var ErrNotFound = errs.New(errs.NotFound, "apidocs.not_found")

// Operation is one operation of the API.
type Operation struct {
	ID, Method, Path, Summary, Description, Group string

	Public  bool // no token is needed
	Params  []Param
	Body    *Content // nil: none
	Answers []Answer
}

// Param is something in the path, the query or a header.
type Param struct {
	Name, In, Description, Type string
	Required                    bool
}

// Content is a body.
type Content struct {
	Kind    string // media type
	Example string // of JSON, indented
	Fields  []Field
}

// Field is one member of a JSON body; those of objects in it follow, with their path.
type Field struct {
	Path, Type, Description string
	Required                bool
	Choices                 []string
}

// Answer is what comes back.
type Answer struct {
	Status string // 200, default
	Body   *Content
}

// Doc is the description, read.
type Doc struct {
	Title      string
	Operations []Operation // by group, path and method
	byID       map[string]int
}

// The parts of OpenAPI that are read.
type (
	document struct {
		Info struct {
			Title string `json:"title"`
		} `json:"info"`
		Paths      map[string]map[string]operation `json:"paths"`
		Components struct {
			Schemas map[string]*schema `json:"schemas"`
		} `json:"components"`
	}
	operation struct {
		ID          string              `json:"operationId"`
		Summary     string              `json:"summary"`
		Description string              `json:"description"`
		Tags        []string            `json:"tags"`
		Security    []any               `json:"security"`
		Parameters  []parameter         `json:"parameters"`
		Body        *content            `json:"requestBody"`
		Responses   map[string]*content `json:"responses"`
	}
	parameter struct {
		Name        string  `json:"name"`
		In          string  `json:"in"`
		Description string  `json:"description"`
		Required    bool    `json:"required"`
		Schema      *schema `json:"schema"`
	}
	content struct {
		Content map[string]struct {
			Schema  *schema         `json:"schema"`
			Example json.RawMessage `json:"example"`
		} `json:"content"`
	}
	schema struct {
		Ref         string             `json:"$ref"`
		Type        kind               `json:"type"`
		Title       string             `json:"title"`
		Format      string             `json:"format"`
		Description string             `json:"description"`
		Properties  map[string]*schema `json:"properties"`
		Required    []string           `json:"required"`
		Items       *schema            `json:"items"`
		Enum        []any              `json:"enum"`
		Examples    []any              `json:"examples"`
		ReadOnly    bool               `json:"readOnly"`
	}
)

// kind is a type, or one of several: the first that is not null counts.
type kind string

// UnmarshalJSON implements json.Unmarshaler.
func (k *kind) UnmarshalJSON(raw []byte) error {
	var one string
	if json.Unmarshal(raw, &one) == nil {
		*k = kind(one)
		return nil
	}
	var several []string
	if err := json.Unmarshal(raw, &several); err != nil {
		return err
	}
	for _, s := range several {
		if s != "null" {
			*k = kind(s)
			return nil
		}
	}
	return nil
}

// Read reads a description.
func Read(openAPI []byte) (d Doc, err error) {
	defer errs.Wrap(&err, "read the description of the API")

	var in document
	if err := json.Unmarshal(openAPI, &in); err != nil {
		return d, err
	}
	d.Title = in.Info.Title
	r := reader{in.Components.Schemas}
	for path, methods := range in.Paths {
		for method, op := range methods {
			out := Operation{
				ID: op.ID, Method: strings.ToUpper(method), Path: path, Summary: op.Summary, Description: op.Description, Public: len(op.Security) == 0,
			}
			if len(op.Tags) > 0 {
				out.Group = op.Tags[0]
			}
			for _, p := range op.Parameters {
				out.Params = append(out.Params, Param{Name: p.Name, In: p.In, Description: p.Description, Type: r.word(p.Schema), Required: p.Required})
			}
			if op.Body != nil {
				out.Body = r.content(op.Body)
			}
			for status, c := range op.Responses {
				out.Answers = append(out.Answers, Answer{status, r.content(c)})
			}
			slices.SortFunc(out.Answers, func(a, b Answer) int { return cmp.Compare(a.Status, b.Status) })
			d.Operations = append(d.Operations, out)
		}
	}
	slices.SortFunc(d.Operations, func(a, b Operation) int {
		return cmp.Or(cmp.Compare(a.Group, b.Group), cmp.Compare(a.Path, b.Path), cmp.Compare(a.Method, b.Method))
	})
	d.byID = map[string]int{}
	for i, op := range d.Operations {
		if _, twice := d.byID[op.ID]; twice {
			return d, errors.New("two operations are called " + op.ID)
		}
		d.byID[op.ID] = i
	}
	return d, nil
}

// Get returns an operation; ErrNotFound where there is none.
func (d Doc) Get(id string) (Operation, error) {
	i, ok := d.byID[id]
	if !ok {
		return Operation{}, ErrNotFound
	}
	return d.Operations[i], nil
}

// Find returns the operations whose path or words hold every word of a question.
func (d Doc) Find(question string) (found []Operation) {
	words := strings.Fields(strings.ToLower(question))
	for _, op := range d.Operations {
		text := strings.ToLower(op.Method + " " + op.Path + " " + op.Summary)
		if !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(text, w) }) {
			found = append(found, op)
		}
	}
	return found
}

type reader struct{ schemas map[string]*schema }

// depth is how deep examples and fields go: some records hold themselves.
const depth = 5

func (r reader) at(s *schema) *schema {
	for range depth {
		if s == nil || s.Ref == "" {
			return s
		}
		s = r.schemas[s.Ref[strings.LastIndexByte(s.Ref, '/')+1:]]
	}
	return s
}

// word is the type of a schema in a word: text, date-time, list of text.
func (r reader) word(s *schema) string {
	s = r.at(s)
	switch {
	case s == nil:
		return ""
	case s.Type == "array":
		return r.word(s.Items) + "[]"
	case s.Format != "":
		return s.Format
	}
	return string(s.Type)
}

func (r reader) content(c *content) *Content {
	if c == nil {
		return nil
	}
	kinds := make([]string, 0, len(c.Content))
	for k := range c.Content {
		kinds = append(kinds, k)
	}
	if len(kinds) == 0 {
		return nil
	}
	slices.Sort(kinds)
	out := &Content{Kind: strings.Join(kinds, ", ")}
	for _, k := range kinds {
		if !strings.HasSuffix(k, "json") {
			continue
		}
		s := c.Content[k].Schema
		made := r.example(s, depth)
		if given := c.Content[k].Example; len(given) > 0 {
			made = given
		}
		raw, err := json.MarshalIndent(made, "", "  ")
		if err == nil { // what was read as JSON can be written as JSON
			out.Example = string(raw)
		}
		out.Fields = r.fields("", s, depth)
		break
	}
	return out
}

// example makes up a value of a schema.
func (r reader) example(s *schema, left int) any {
	s = r.at(s)
	switch {
	case s == nil || left == 0:
		return nil
	case len(s.Examples) > 0:
		return s.Examples[0]
	case len(s.Enum) > 0:
		return s.Enum[0]
	}
	switch s.Type {
	case "object":
		out := map[string]any{}
		for name, p := range s.Properties {
			if !strings.HasPrefix(name, "$") {
				out[name] = r.example(p, left-1)
			}
		}
		return out
	case "array":
		one := r.example(s.Items, left-1)
		if one == nil {
			return []any{}
		}
		return []any{one}
	case "integer", "number":
		return 0
	case "boolean":
		return false
	}
	if s.Format == "date-time" {
		return "2026-11-21T07:30:00Z"
	}
	return ""
}

// fields lists the members of an object, those of inner objects after it.
func (r reader) fields(path string, s *schema, left int) (all []Field) {
	s = r.at(s)
	if s == nil || left == 0 {
		return nil
	}
	if s.Type == "array" {
		return r.fields(path, s.Items, left)
	}
	names := make([]string, 0, len(s.Properties))
	for name := range s.Properties {
		if !strings.HasPrefix(name, "$") {
			names = append(names, name)
		}
	}
	slices.SortFunc(names, func(a, b string) int {
		byNeed := func(n string) int {
			if slices.Contains(s.Required, n) {
				return 0
			}
			return 1
		}
		return cmp.Or(cmp.Compare(byNeed(a), byNeed(b)), cmp.Compare(a, b))
	})
	for _, name := range names {
		of := s.Properties[name]
		f := Field{Path: path + name, Type: r.word(of), Description: strings.TrimSpace(r.at(of).Title + " " + of.Description), Required: slices.Contains(s.Required, name)}
		for _, e := range r.at(of).Enum {
			if text, ok := e.(string); ok {
				f.Choices = append(f.Choices, text)
			}
		}
		below := path + name + "."
		if r.at(of).Type == "array" {
			below = path + name + "[]."
		}
		all = append(append(all, f), r.fields(below, of, left-1)...)
	}
	return all
}
