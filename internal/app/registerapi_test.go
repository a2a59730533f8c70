// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/web"
	"tinhso.vn/internal/platform/yaml"
)

// applied makes a register of a file real.
func applied(t *testing.T, w *world, file string) {
	t.Helper()
	var node yaml.Node
	must(t, yaml.Unmarshal([]byte(file), &node))
	def, problems := registers.Decode(node.Content[0])
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	ctx := t.Context()
	must(t, w.DB.Write(ctx, func(tx *db.Tx) error {
		plan, err := w.Registers.Plan(ctx, tx, def)
		if err != nil {
			return err
		}
		return w.Registers.Apply(ctx, tx, identity.Program("apply"), plan)
	}))
}

const pets = `id: vat-nuoi
title: {vi: Sổ vật nuôi, en: Pets}
version: 1
fields:
  - {key: name, label: Tên, type: text, searchable: true, required: true}
  - {key: kind, label: Loài, type: choice, required: true, options: [{value: dog, label: Chó}, {value: cat, label: Mèo}]}
  - {key: weight, label: Nặng, type: decimal(1)}
  - {key: born, label: Ngày sinh, type: date}
  - {key: place, label: Nơi nuôi, type: point}
  - {key: keeper, label: Chủ nuôi, type: person, personal: basic}
  - {key: note, label: Ghi chú, type: longtext}
list: {columns: [name], sort: name}
rights:
  - {id: keep, name: Ghi sổ, roles: [officer], may: [view, add, change, hide, export]}
  - {id: all, name: Mọi người xem, public: true, may: [view], only: [name, kind]}
`

// The description of a register is a valid one, names only what the reader sees, and
// its examples work when they are sent.
func TestARegisterDescribesItsAPI(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	applied(t, w, pets)
	const at, me = "/api/v1/registers/vat-nuoi", "chuyenvien.longxuyen"
	type document struct {
		OpenAPI string
		Paths   map[string]map[string]struct {
			RequestBody struct {
				Content map[string]struct{ Example json.RawMessage }
			}
		}
		Components struct {
			Schemas map[string]struct{ Properties map[string]any }
		}
	}
	raw := w.send(t, me, http.MethodGet, at+"/openapi.json?lang=en", "").body
	doc := decoded[document](t, answer{status: 200, body: raw}, 200)
	for path, methods := range doc.Paths {
		for method := range methods {
			if !slices.ContainsFunc(allRoutes(w), func(r web.Route) bool {
				return r.Pattern == strings.ToUpper(method)+" "+strings.Replace(path, "/vat-nuoi/", "/{register}/", 1)
			}) {
				t.Errorf("there is no %s %s", method, path)
			}
		}
	}
	// Every schema compiles with its references.
	all, err := jsonschema.UnmarshalJSON(strings.NewReader(raw))
	must(t, err)
	schemas := map[string]*jsonschema.Schema{}
	for name := range doc.Components.Schemas {
		c := jsonschema.NewCompiler()
		c.AssertFormat()
		must(t, c.AddResource("doc.json", all))
		schemas[name], err = c.Compile("doc.json#/components/schemas/" + name)
		must(t, err)
	}
	valid := func(schema, body string) {
		t.Helper()
		v, err := jsonschema.UnmarshalJSON(strings.NewReader(body))
		must(t, err)
		if err := schemas[schema].Validate(v); err != nil {
			t.Errorf("%s: %v\n%s", schema, err, body)
		}
	}
	example := string(doc.Paths[at+"/records"]["post"].RequestBody.Content["application/json"].Example)
	made := ask[struct{ ID string }](t, w, me, http.MethodPost, at+"/records", example)
	valid("Record", w.send(t, me, http.MethodGet, at+"/records/"+made.ID, "").body)
	valid("Record", w.send(t, me, http.MethodGet, at+"/records/"+made.ID+"?purpose=handling", "").body)
	valid("Records", w.send(t, me, http.MethodGet, at+"/records?sort=name&where=name:has:ten", "").body)
	ask[any](t, w, me, http.MethodPut, at+"/records/"+made.ID, `{"seen":1,"values":{"weight":"2.5"}}`)
	valid("Changes", w.send(t, me, http.MethodGet, at+"/changes", "").body)

	// Who sees two fields is told of two, and of nothing to write.
	public := decoded[document](t, w.send(t, "", http.MethodGet, at+"/openapi.json", ""), 200)
	if got := len(public.Components.Schemas["Values"].Properties); got != 2 || len(public.Paths[at+"/records"]) != 1 || strings.Contains(fmt.Sprint(public), "weight") {
		t.Errorf("nobody is told of %d fields: %v", got, public)
	}
	page := w.send(t, me, http.MethodGet, "/docs/so/vat-nuoi", "")
	for _, want := range []string{"Sổ vật nuôi", "POST /api/v1/registers/vat-nuoi/records", "values.kind", "dog, cat"} {
		if page.status != http.StatusOK || !strings.Contains(page.body, want) {
			t.Errorf("%d, the page is without %q", page.status, want)
		}
	}
	if a := w.send(t, "", http.MethodGet, "/docs/so/none", ""); a.status != http.StatusNotFound {
		t.Errorf("no such register: %d", a.status)
	}
	if a := w.send(t, "", http.MethodGet, "/docs/so", ""); !strings.Contains(a.body, "/docs/so/vat-nuoi") || strings.Contains(a.body, "/docs/so/di-tich") {
		t.Errorf("the registers that nobody sees: %d", a.status)
	}
	one := w.send(t, me, http.MethodGet, at+"/schema.json", "")
	if !bytes.Contains([]byte(one.body), []byte(`"https://json-schema.org/draft/2020-12/schema"`)) {
		t.Errorf("the schema: %d %s", one.status, one.body)
	}
}

const peoples = `id: madantoc
title: Danh mục dân tộc
version: 1
fields:
  - {key: ma, label: Mã dân tộc, type: text, unique: true, required: true, max: 10}
  - {key: ten, label: Tên dân tộc, type: text, required: true}
  - {key: so, label: Thứ tự, type: integer}
  - {key: tu, label: Từ ngày, type: date}
  - {key: den, label: Đến ngày, type: date}
codes: {code: ma, name: ten, from: tu, until: den}
list: {columns: [ma, ten]}
rights:
  - {id: keep, name: Cập nhật danh mục, roles: [officer], may: [view, add, change]}
  - {id: all, name: Mọi người xem, public: true, may: [view]}
`

// Other systems read and fill shared catalogues by the three operations that the
// province's catalogue of operations names.
func TestSharedCatalogues(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		applied(t, w, peoples)
		const category, me = "/api/v1/dmdc/Category/madantoc", "chuyenvien.longxuyen"
		want := `[{"PropertyCode":"ma","PropertyName":"Mã dân tộc","PropertyType":"string"},{"PropertyCode":"ten","PropertyName":"Tên dân tộc","PropertyType":"string"},` +
			`{"PropertyCode":"so","PropertyName":"Thứ tự","PropertyType":"integer"},{"PropertyCode":"tu","PropertyName":"Từ ngày","PropertyType":"date"},{"PropertyCode":"den","PropertyName":"Đến ngày","PropertyType":"date"}]`
		if a := w.send(t, "", http.MethodGet, "/api/v1/dmdc/Metadata/madantoc", ""); strings.TrimSpace(a.body) != want {
			t.Errorf("metadata: %d %s", a.status, a.body)
		}
		post := func(who, body string) answer { return w.send(t, who, http.MethodPost, category, body) }
		for _, tt := range []struct{ body, want string }{
			{`[{"ma":"01","ten":"Kinh"}]`, `{"MSG":"Done","Count":1}`},
			{`[{"ma":"01","ten":"Kinh"}]`, `{"MSG":"Data not insert: Record 1: 01 is duplicate","Count":0}`},
			{`[{"ma":"02","ten":"Tày"},{"ma":"03"}]`, `{"MSG":"Data not insert: Record 2: ten is required","Count":0}`}, // and nothing of the first
			{`[{"ma":"02","ten":"Tày"},{"ma":"02","ten":"Tày"}]`, `{"MSG":"Data not insert: Record 2: 02 is duplicate","Count":0}`},
			{`[{"ma":"05","ten":"Khmer","so":5,"tu":"2020-01-01"},{"ma":"99","ten":"Tên cũ","den":"2020-01-01"},{"ma":"98","ten":"Sau này","tu":"2090-01-01"}]`, `{"MSG":"Done","Count":3}`},
			{`[]`, `{"MSG":"Done","Count":0}`},
		} {
			if a := post(me, tt.body); a.status != http.StatusOK || strings.TrimSpace(a.body) != tt.want {
				t.Errorf("%s: %d %s", tt.body, a.status, a.body)
			}
		}
		rows := func(query string) (codes []string) {
			t.Helper()
			for _, row := range decoded[[]map[string]any](t, w.send(t, "", http.MethodGet, category+query, ""), 200) {
				codes = append(codes, fmt.Sprint(row["ma"]))
			}
			return codes
		}
		for query, want := range map[string][]string{
			"": {"01", "05"}, "?day=all": {"01", "05", "99", "98"}, "?day=2019-12-31": {"01", "99"}, "?day=2020-01-01": {"01", "05"}, "?day=2090-01-01": {"01", "05", "98"},
		} {
			if got := rows(query); !slices.Equal(got, want) {
				t.Errorf("%q: %v", query, got)
			}
		}
		first := w.send(t, "", http.MethodGet, category+"?day=all&limit=3", "")
		link, ok := strings.CutPrefix(first.header.Get("Link"), "<")
		link, rel, _ := strings.Cut(link, ">")
		if !ok || rel != `; rel="next"` || !slices.Equal(rows(link), []string{"98"}) {
			t.Errorf("the next page: %q", first.header.Get("Link"))
		}
		whole := w.send(t, "", http.MethodGet, category, "")
		if a := w.send(t, "", http.MethodGet, category, "", "If-None-Match", whole.header.Get("ETag")); whole.header.Get("ETag") == "" || a.status != http.StatusNotModified {
			t.Errorf("not changed: %d", a.status)
		}
		if a := post("", `[]`); a.status != http.StatusForbidden && a.status != http.StatusUnauthorized {
			t.Errorf("nobody adds: %d %s", a.status, a.body)
		}
		if a := post("chuyenvien.longxuyen", `[{"ma":"07","ten":"Hoa"`); a.status != http.StatusBadRequest {
			t.Errorf("no JSON: %d", a.status)
		}
		if a := w.send(t, me, http.MethodGet, "/api/v1/dmdc/Category/di-tich", ""); a.status != http.StatusNotFound {
			t.Errorf("a register that is no catalogue: %d", a.status)
		}
		if a := w.send(t, "", http.MethodGet, category+"?day=x", ""); a.status != http.StatusUnprocessableEntity {
			t.Errorf("no day: %d", a.status)
		}
	})
}
