// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package site shows the API to developers and makes calls for them.
package site

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/apidocs/internal/core"
	"tinhso.vn/internal/platform/web"
)

// Path is the first page.
const Path = "/docs"

// Deps is what the pages need.
type Deps struct {
	Document func() ([]byte, error) // the description, once the program is put together
	API      func() http.Handler    // serves operations
	Address  string                 // where the API is reached from outside
	// Registers returns the registers of which the reader sees something, and Register
	// the description of the operations of one.
	Registers func(ctx context.Context, reader identity.Actor) ([]Register, error)
	Register  func(ctx context.Context, reader identity.Actor, id string, lang i18n.Lang) ([]byte, error)
}

// Register is a register that has operations of its own.
type Register struct {
	ID    string
	Title i18n.Text
}

// Routes returns the pages.
func Routes(d Deps) []web.Route {
	s := &site{Deps: d}
	return []web.Route{
		{Pattern: "GET " + Path, Access: web.Public(), Handle: s.index},
		{Pattern: "GET " + Path + "/so", Access: web.Public(), Handle: s.registers},
		{Pattern: "GET " + Path + "/so/{register}", Access: web.Public(), Handle: s.register},
		{Pattern: "GET " + Path + "/{operation}", Access: web.Public(), Handle: s.show},
		{Pattern: "POST " + Path + "/{operation}", Access: web.Public(), Door: web.Narrow, Handle: s.try},
	}
}

type site struct {
	Deps

	once sync.Once
	doc  core.Doc
	err  error
}

func (s *site) read() (core.Doc, error) {
	s.once.Do(func() {
		var raw []byte
		if raw, s.err = s.Document(); s.err == nil {
			s.doc, s.err = core.Read(raw)
		}
	})
	return s.doc, s.err
}

func (s *site) index(w http.ResponseWriter, r *http.Request) error {
	p, question := page.From(r.Context()), r.URL.Query().Get("q")
	doc, err := s.read()
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{Title: p.T("apidocs.title"), Description: p.T("apidocs.lead"), Body: indexPage(p, question, doc.Find(question), len(doc.Operations), s.Address)})
}

// typed is a call as it was typed, by "in:name"; the body and the token stand apart.
type typed struct {
	Params      map[string]string
	Body, Token string
}

// reply is what a call was answered.
type reply struct {
	Status  int
	Headers [][2]string
	Body    string
	Curl    string
}

func (s *site) operation(r *http.Request) (core.Operation, error) {
	doc, err := s.read()
	if err != nil {
		return core.Operation{}, err
	}
	return doc.Get(r.PathValue("operation"))
}

func (s *site) show(w http.ResponseWriter, r *http.Request) error {
	op, err := s.operation(r)
	if err != nil {
		return err
	}
	t := typed{Params: map[string]string{}}
	if op.Body != nil {
		t.Body = op.Body.Example
	}
	return s.page(w, r, op, t, nil, nil)
}

func (s *site) page(w http.ResponseWriter, r *http.Request, op core.Operation, t typed, got *reply, wrong []web.ProblemField) error {
	p := page.From(r.Context())
	view := page.View{Title: op.Method + " " + op.Path, Description: op.Summary, Body: operationPage(p, op, t, got, wrong, s.Address)}
	if len(wrong) > 0 {
		view.Status = http.StatusUnprocessableEntity
	}
	return p.Render(w, r, view)
}

// The headers of an answer that are shown.
var shown = []string{"Content-Type", "ETag", "Retry-After", "RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset", "RateLimit-Policy", "Idempotent-Replayed"} //nolint:gochecknoglobals // a constant

// maxShown is how many bytes of an answer are shown.
const maxShown = 64 << 10

func (s *site) try(w http.ResponseWriter, r *http.Request) error {
	op, err := s.operation(r)
	if err != nil {
		return err
	}
	if err := r.ParseForm(); err != nil {
		return web.ErrMalformed.Because(err)
	}
	t := typed{Params: map[string]string{}, Body: r.PostForm.Get("body"), Token: strings.TrimSpace(r.PostForm.Get("token"))}
	call, wrong := s.request(r, op, &t)
	if len(wrong) > 0 {
		return s.page(w, r, op, t, nil, wrong)
	}
	answer := &answer{header: http.Header{}}
	s.API().ServeHTTP(answer, call)
	got := &reply{Status: answer.status, Body: readable(answer), Curl: curl(s.Address, op, call, t)}
	for _, name := range shown {
		if v := answer.header.Get(name); v != "" {
			got.Headers = append(got.Headers, [2]string{name, v})
		}
	}
	return s.page(w, r, op, t, got, nil)
}

// request makes the call that was typed, from the same address as who typed it.
func (*site) request(r *http.Request, op core.Operation, t *typed) (call *http.Request, wrong []web.ProblemField) {
	path, query := op.Path, url.Values{}
	header := http.Header{"Accept-Language": r.Header["Accept-Language"], "X-Forwarded-For": r.Header["X-Forwarded-For"]}
	for _, p := range op.Params {
		value := strings.TrimSpace(r.PostForm.Get(name(p)))
		t.Params[name(p)] = value
		switch {
		case value == "" && p.Required:
			wrong = append(wrong, web.ProblemField{Name: name(p), Code: "apidocs.required", Args: map[string]any{"name": p.Name}})
		case value == "":
		case p.In == "path":
			path = strings.ReplaceAll(path, "{"+p.Name+"}", url.PathEscape(value))
		case p.In == "query":
			query.Set(p.Name, value)
		case p.In == "header":
			header.Set(p.Name, value)
		}
	}
	if t.Token != "" {
		header.Set("Authorization", "Bearer "+t.Token)
	}
	body := ""
	if op.Body != nil {
		body = t.Body
		if op.Body.Example != "" {
			header.Set("Content-Type", "application/json")
			if !json.Valid([]byte(body)) {
				wrong = append(wrong, web.ProblemField{Name: "body", Code: "apidocs.json"})
			}
		}
	}
	if len(wrong) > 0 {
		return nil, wrong
	}
	if len(query) > 0 {
		path += "?" + query.Encode()
	}
	call, err := http.NewRequestWithContext(r.Context(), op.Method, path, strings.NewReader(body)) //nolint:gosec // it never leaves the process
	if err != nil {                                                                                // the address is made of escaped parts
		return nil, []web.ProblemField{{Name: "token", Code: "apidocs.json"}}
	}
	call.Header, call.RemoteAddr, call.Host = header, r.RemoteAddr, r.Host
	return call, nil
}

// name is the name of a field of the form.
func name(p core.Param) string { return p.In + "-" + p.Name }

// answer keeps what the API writes.
type answer struct {
	header http.Header
	status int
	body   bytes.Buffer
}

// Header implements http.ResponseWriter.
func (a *answer) Header() http.Header { return a.header }

// WriteHeader implements http.ResponseWriter.
func (a *answer) WriteHeader(status int) {
	if a.status == 0 {
		a.status = status
	}
}

// Write implements http.ResponseWriter. What is too much to be shown is passed over.
func (a *answer) Write(b []byte) (int, error) {
	a.WriteHeader(http.StatusOK)
	if room := maxShown - a.body.Len(); room > 0 {
		a.body.Write(b[:min(room, len(b))])
	}
	return len(b), nil
}

// readable is the answer as text, JSON indented; nothing for what is no text.
func readable(a *answer) string {
	kind := a.header.Get("Content-Type")
	if strings.Contains(kind, "json") {
		var out bytes.Buffer
		if json.Indent(&out, a.body.Bytes(), "", "  ") == nil {
			return out.String()
		}
	}
	if strings.HasPrefix(kind, "text/") || strings.Contains(kind, "json") {
		return strings.ToValidUTF8(a.body.String(), "�")
	}
	return ""
}

// curl is the call for a terminal. The token is left for the reader to put in.
func curl(address string, op core.Operation, call *http.Request, t typed) string {
	var b strings.Builder
	quoted := func(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }
	b.WriteString("curl -X " + op.Method + " " + quoted(address+call.URL.RequestURI()))
	if t.Token != "" {
		b.WriteString(` \` + "\n" + `  -H "Authorization: Bearer $TOKEN"`)
	}
	names := make([]string, 0, len(call.Header))
	for n := range call.Header {
		if !slices.Contains([]string{"Authorization", "Accept-Language", "X-Forwarded-For"}, n) {
			names = append(names, n)
		}
	}
	slices.Sort(names)
	for _, n := range names {
		b.WriteString(` \` + "\n  -H " + quoted(n+": "+call.Header.Get(n)))
	}
	if op.Body != nil && op.Body.Example != "" {
		b.WriteString(` \` + "\n  -d " + quoted(t.Body))
	}
	return b.String()
}
