// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package web

import (
	"context"
	"encoding/json"
	"net/http"
	"path"
	"reflect"
	"strconv"
	"strings"
	"sync"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
)

// API is the JSON side of the program. Its own mux is not reachable: an
// operation is served only through the Route that Mount returns, and so only
// behind that route's Access.
type API struct {
	mux       *http.ServeMux
	huma      humaAPI
	translate func(*http.Request, *ProblemError)
}

// NewAPI returns an API without operations. Translate fills the Detail of a
// problem in the caller's language.
func NewAPI(title, version string, translate func(*http.Request, *ProblemError)) *API {
	c := huma.DefaultConfig(title, version)
	c.OpenAPIPath, c.DocsPath, c.SchemasPath = "", "", "" // served as routes, or not at all
	c.CreateHooks = nil
	a := &API{mux: http.NewServeMux(), translate: translate}
	c.Components.Schemas = huma.NewMapRegistry("#/components/schemas/", newNamer().name)
	c.Transformers = []huma.Transformer{a.malformed}
	c.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"bearer": {Type: "http", Scheme: "bearer", Description: "POST /api/v1/sessions"},
	}
	a.huma = humago.New(a.mux, c)
	return a
}

// Operation declares an operation of the API. I and O are huma's input and
// output structs; their tags describe the shape, which is checked before h is
// called: 400 for a wrong shape, 422 for input that makes no sense.
func Operation[I, O any](pattern, summary string, access Access, h func(context.Context, *I) (*O, error)) Route {
	method, path, _ := strings.Cut(pattern, " ")
	keyed := readsKey(reflect.TypeFor[I]())
	return Route{Pattern: pattern, Access: access, API: true, summary: summary, keyed: keyed, flaw: passedOver(reflect.TypeFor[I](), reflect.TypeFor[O]()), register: func(a *API, limit int64) {
		op := huma.Operation{
			OperationID: operationID(method, path), Method: method, Path: path, Summary: summary,
			Tags: []string{strings.Split(strings.TrimPrefix(path, "/api/v1/"), "/")[0]}, MaxBodyBytes: limit,
		}
		if !access.IsPublic() {
			op.Security = []map[string][]string{{"bearer": {}}}
			if method == http.MethodPost && !keyed {
				op.Parameters = append(op.Parameters, onceParam())
			}
		}
		huma.Register(a.huma, op, func(ctx context.Context, in *I) (*O, error) {
			out, err := h(ctx, in)
			if err == nil {
				return out, nil
			}
			p := Problem(err)
			if c, ok := ctx.Value(callKey{}).(*call); ok {
				c.failure = p // for Serve to log
				a.translate(c.request, p)
			}
			return nil, p
		})
	}}
}

// readsKey reports whether an input has the idempotency key among its headers.
func readsKey(t reflect.Type) bool {
	if t.Kind() != reflect.Struct {
		return false
	}
	for f := range t.Fields() {
		if f.Tag.Get("header") == OnceHeader || f.Anonymous && readsKey(f.Type) {
			return true
		}
	}
	return false
}

func onceParam() *huma.Param {
	longest := MaxOnceKey
	return &huma.Param{
		Name: OnceHeader, In: "header", Schema: &huma.Schema{Type: huma.TypeString, MaxLength: &longest},
		Description: "chosen by the caller, once for each call: sent again with the same body within 24 hours, the answer is given again and nothing is done twice",
	}
}

// passedOver names an embedded type that huma would pass over without a word,
// because it is not exported: its parameters would stay empty.
func passedOver(types ...reflect.Type) string {
	for _, t := range types {
		for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice || t.Kind() == reflect.Map {
			t = t.Elem()
		}
		if t.Kind() != reflect.Struct {
			continue
		}
		for f := range t.Fields() {
			if f.Anonymous && !f.IsExported() {
				return t.Name() + " embeds " + f.Name + ", which is not exported"
			}
			if name := passedOver(f.Type); f.Name == "Body" && name != "" {
				return name
			}
		}
	}
	return ""
}

func operationID(method, path string) string {
	words := strings.FieldsFunc(strings.TrimPrefix(path, "/api/v1"), func(r rune) bool { return r == '/' || r == '{' || r == '}' })
	return strings.ToLower(method) + "-" + strings.Join(words, "-")
}

// Mount registers an operation and returns the route that serves it.
func (a *API) Mount(r Route) Route {
	if r.register != nil {
		r.register(a, r.maxBody())
		if !r.raw {
			r.Handle = a.serve
		}
	}
	return r
}

// OpenAPI ends the mounting, and returns what writes the description of all
// operations (OpenAPI 3.1, JSON): when it is asked for first, and once, as it is
// megabytes that few starts need. Errors are described as they leave the program,
// not as huma would have them.
func (a *API) OpenAPI() func() ([]byte, error) {
	doc := a.huma.OpenAPI()
	all := doc.Components.Schemas.Map()
	if _, there := all["ErrorModel"]; there {
		all["ErrorModel"] = huma.SchemaFromType(doc.Components.Schemas, reflect.TypeFor[ProblemError]())
		delete(all, "ErrorDetail")
	}
	return sync.OnceValues(func() ([]byte, error) { return json.MarshalIndent(doc, "", " ") })
}

// namer names types in the description. Two modules may each have an entry, and
// neither knows of the other: the second is named after its module as well. Bodies
// without a name of their own are called after the input they stand in; one that is
// used by two operations has the same name in both, whoever was called so before.
type namer struct {
	named  map[string]reflect.Type
	bodies map[body]string
}

func newNamer() namer { return namer{map[string]reflect.Type{}, map[body]string{}} }

type body struct {
	hint string
	of   reflect.Type
}

func (n namer) name(t reflect.Type, hint string) string {
	name := huma.DefaultSchemaNamer(t, hint)
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t.Name() == "" {
		return n.body(t, name)
	}
	if other, taken := n.named[name]; taken && other != t {
		name = owner(t.PkgPath()) + name
	}
	n.named[name] = t
	return name
}

func (n namer) body(t reflect.Type, hint string) string {
	if t.Kind() != reflect.Struct {
		return hint
	}
	if name, known := n.bodies[body{hint, t}]; known {
		return name
	}
	name := hint
	for i := 1; ; i++ {
		if other, taken := n.named[name]; !taken || other == t {
			break
		}
		name = hint + strconv.Itoa(i)
	}
	n.named[name], n.bodies[body{hint, t}] = t, name
	return name
}

// owner is the module of a package, or the package where it is of none, beginning
// with a capital.
func owner(pkg string) string {
	name := path.Base(pkg)
	if _, under, ok := strings.Cut(pkg, "/internal/modules/"); ok {
		name, _, _ = strings.Cut(under, "/")
	}
	return strings.ToUpper(name[:1]) + name[1:]
}

type callKey struct{}

type call struct {
	request *http.Request
	failure *ProblemError
}

func (a *API) serve(w http.ResponseWriter, r *http.Request) error {
	c := &call{request: r}
	r = r.WithContext(context.WithValue(r.Context(), callKey{}, c))
	if r.Method == http.MethodGet {
		tagged(w, r, func(w http.ResponseWriter) { a.mux.ServeHTTP(shape{w, c}, r) })
	} else {
		a.mux.ServeHTTP(shape{w, c}, r)
	}
	if c.failure == nil {
		return nil
	}
	c.failure.answered = true
	return c.failure
}

// shape answers 400 where huma found the request malformed: 422 is for input
// whose shape is right and which makes no sense.
type shape struct {
	http.ResponseWriter
	call *call
}

// WriteHeader implements http.ResponseWriter.
func (w shape) WriteHeader(status int) {
	if w.call.failure == nil {
		status = badShape(status)
	}
	w.ResponseWriter.WriteHeader(status)
}

// Unwrap lets http.ResponseController reach the connection.
func (w shape) Unwrap() http.ResponseWriter { return w.ResponseWriter }

func badShape(status int) int {
	if status == http.StatusUnprocessableEntity {
		return http.StatusBadRequest
	}
	return status
}

// malformed replaces huma's own errors, which repeat what the caller sent and
// speak one language.
func (a *API) malformed(ctx huma.Context, _ string, body any) (any, error) {
	m, ok := body.(*huma.ErrorModel)
	if !ok {
		return body, nil
	}
	p := &ProblemError{Status: badShape(m.Status), Code: ErrMalformed.Code}
	if m.Status == http.StatusRequestEntityTooLarge {
		p.Code, p.Args = ErrTooLarge.Code, map[string]any{"max": ctx.Operation().MaxBodyBytes >> 20}
	}
	p.Title = http.StatusText(p.Status)
	for _, e := range m.Errors {
		p.Fields = append(p.Fields, ProblemField{Name: e.Location, Code: ErrMalformed.Code})
	}
	if c, ok := ctx.Context().Value(callKey{}).(*call); ok {
		a.translate(c.request, p)
	}
	return p, nil
}
