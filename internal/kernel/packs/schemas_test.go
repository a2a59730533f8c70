// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package packs_test

import (
	"bytes"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"tinhso.vn/internal/kernel/decisions"
	"tinhso.vn/internal/kernel/forms"
	"tinhso.vn/internal/kernel/packs"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/platform/yaml"
)

const schemaPath = "../../../docs/schemas/pack/"

func TestSchemasInTheDocumentsAreCurrent(t *testing.T) {
	t.Parallel()
	all, err := packs.Schemas()
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range all {
		if *update {
			if err := os.WriteFile(schemaPath+name, text, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if kept, err := os.ReadFile(schemaPath + name); err != nil || !bytes.Equal(kept, text) {
			t.Errorf("docs/schemas/pack/%s is behind: run this test with -update (%v)", name, err)
		}
	}
	kept, err := filepath.Glob(schemaPath + "*")
	if err != nil || len(kept) != len(all) {
		t.Errorf("%d schemas, %d files, %v", len(all), len(kept), err)
	}
}

// schemas compiles all schemas, which are valid by that.
func schemas(t *testing.T) map[string]*jsonschema.Schema {
	t.Helper()
	all, err := packs.Schemas()
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]*jsonschema.Schema{}
	for name, text := range all {
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		c := jsonschema.NewCompiler()
		if err := c.AddResource(name, doc); err != nil {
			t.Fatal(err)
		}
		if out[name], err = c.Compile(name); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// value is a node as an editor sees it: dates are texts.
func value(t *testing.T, n *yaml.Node) any {
	t.Helper()
	switch n.Kind {
	case yaml.MappingNode:
		m := map[string]any{}
		for i := 0; i+1 < len(n.Content); i += 2 {
			m[n.Content[i].Value] = value(t, n.Content[i+1])
		}
		return m
	case yaml.SequenceNode:
		list := []any{}
		for _, item := range n.Content {
			list = append(list, value(t, item))
		}
		return list
	}
	switch n.Tag {
	case "!!null":
		return nil
	case "!!bool":
		return n.Value == "true"
	case "!!int", "!!float":
		number, err := strconv.ParseFloat(n.Value, 64)
		if err != nil {
			t.Fatalf("line %d: %v", n.Line, err)
		}
		return number
	}
	return n.Value
}

func document(t *testing.T, text []byte) any {
	t.Helper()
	var doc yaml.Node
	if err := yaml.Unmarshal(text, &doc); err != nil || len(doc.Content) != 1 {
		t.Fatalf("%s: %v", text, err)
	}
	return value(t, doc.Content[0])
}

func TestEveryFileOfEveryPackFitsItsSchema(t *testing.T) {
	t.Parallel()
	all, files := schemas(t), 0
	err := fs.WalkDir(os.DirFS("../../../packs"), ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path.Ext(p) != ".yaml" {
			return err
		}
		files++
		text, err := os.ReadFile("../../../packs/" + p)
		if err != nil {
			return err
		}
		_, rel, _ := strings.Cut(strings.TrimPrefix(p, "sector/"), "/")
		schema := all[packs.SchemaOf(rel)]
		if schema == nil {
			t.Errorf("%s has no schema", p)
			return nil
		}
		if err := schema.Validate(document(t, text)); err != nil {
			t.Errorf("%s: %v", p, err)
		}
		return nil
	})
	if err != nil || files < 30 {
		t.Errorf("%d files, %v", files, err)
	}
}

// TestBadFilesDoNotFit shows editors what they underline.
func TestBadFilesDoNotFit(t *testing.T) {
	t.Parallel()
	all := schemas(t)
	for _, tt := range []struct{ file, good, bad string }{
		{"pack.yaml", "name: p\ntitle: P\nkind: province\n", "name: p\ntitle: P\n"},
		{"pack.yaml", "name: p\ntitle: P\nkind: sector\n", "name: p\ntitle: P\nkind: kingdom\n"},
		{"pack.yaml", "name: p\ntitle: P\nkind: province\nclock: 2024-10-14T07:00:00+07:00\n", "name: p\ntitle: P\nkind: province\nclock: hôm qua\n"},
		{"units/u.yaml", "units:\n  - {id: u, phone: 0296}\n", "units:\n  - {id: u, fone: 0296}\n"},
		{"units/u.yaml", "units:\n  - u: null\n", "units:\n  - {name: U}\n"},
		{"units/u.yaml", "units:\n  - {id: u, code: null}\n", "units:\n  - {id: u, code: Z99}\n"},
		{"units/u.yaml", "defaults: {kind: ward}\n", "defaults: {kind: castle}\n"},
		{"units/u.yaml", "units:\n  - {id: u, valid_from: 2025-07-01}\n", "units:\n  - {id: u, valid_from: 01/7/2025}\n"},
		{"roles/r.yaml", "roles:\n  - {id: r, citizen: true}\n", "roles:\n  - {id: r, citizen: maybe}\n"},
		{"legal/l.yaml", "legal:\n  - {id: l, relations: [{kind: amends, to: m}]}\n", "legal:\n  - {id: l, relations: [{kind: amends}]}\n"},
		{"procedures/p.yaml", "procedures:\n  - {id: p, fee: none}\n", "procedures:\n  - {id: p, fee: free}\n"},
		{"procedures/p.yaml", "procedures:\n  - {id: p, fee: {amount: 5000, source: s}}\n", "procedures:\n  - {id: p, fee: {amount: -5}}\n"},
		{"procedures/p.yaml", "procedures:\n  - {id: p, durations: {statutory: {days: 5}}}\n", "procedures:\n  - {id: p, durations: {statutory: 5}}\n"},
		{"procedures/p.yaml", "procedures:\n  - {id: p, papers: [{id: a, copy: 1}, b: null]}\n", "procedures:\n  - {id: p, papers: [{id: a, copies: 1}]}\n"},
		{"forms/f.yaml", "forms:\n  - {id: f, steps: [{id: s, fields: [{key: k, type: text}]}]}\n", "forms:\n  - {id: f, steps: [{id: s, fields: [{key: k, type: txt}]}]}\n"},
		{"forms/f.yaml", "forms:\n  - {id: f, checks: [{field: k, holds: k > 1, message: M}]}\n", "forms:\n  - {id: f, checks: [{field: k, holds: k > 1, message: M, level: shout}]}\n"},
		{"sign-in.yaml", "sign_in:\n  - {id: r, hours: 8, password: {min: 14}}\n", "sign_in:\n  - {id: r, password: {least: 14}}\n"},
		{"notices/n.yaml", "notices:\n  - {id: n, channels: [sms], variables: [{key: code, name: M, sample: S, max: 3}]}\n", "notices:\n  - {id: n, channels: [fax]}\n"},
		{"notices/n.yaml", "quiet_hours:\n  - {id: q, from: \"21:00\"}\n", "quiet_hours:\n  - {id: q, from: 9pm}\n"},
		{"retention.yaml", "retention:\n  - {id: r, after: {years: 5}}\n", "retention:\n  - {id: r, after: {weeks: 5}}\n"},
		{"purposes.yaml", "purposes:\n  - {id: r, data: [{sort: basic, name: N}]}\n", "purposes:\n  - {id: r, data: [{sort: secret, name: N}]}\n"},
		{"privacy-terms.yaml", "privacy_terms:\n  - {id: r, within: {days: 5}}\n", "privacy_terms:\n  - {id: r, within: {weeks: 5}}\n"},
		{"scores/s.yaml", "scores:\n  - {id: s, groups: [{id: g, criteria: [{id: c, count: [late]}]}]}\n", "scores:\n  - {id: s, groups: [{id: g, criteria: [{id: c, count: [luck]}]}]}\n"},
		{"flows/f.yaml", "flows:\n  - {id: f, steps: [{id: a, next: [b, c]}]}\n", "flows:\n  - {id: f, steps: [{id: a, next: {to: b}}]}\n"},
		{"calendar/c.yaml", "calendars:\n  - {id: c, hours: [{days: [mon], from: \"07:00\", to: \"11:00\"}]}\n", "calendars:\n  - {id: c, hours: [{days: [monday], from: \"07:00\", to: \"11:00\"}]}\n"},
		{"registers/r.yaml", "registers:\n  - {id: r, fields: [{key: k, type: decimal(2)}]}\n", "registers:\n  - {id: r, fields: [{key: k, type: float}]}\n"},
		{"decisions/d.yaml", "decisions:\n  - {id: d, rows: [{when: [\"-\", 5], then: [1]}]}\n", "decisions:\n  - {id: d, rows: [{if: [1], then: [1]}]}\n"},
		{"abolished-papers.yaml", "abolished_papers:\n  - {id: s, names: [Sổ]}\n", "abolished_papers: Sổ hộ khẩu\n"},
		{"templates/t.yaml", "templates:\n  - {id: t, body: [Một, {vi: Hai, en: Two}]}\n", "templates:\n  - {id: t, body: [{fr: Deux}]}\n"},
		{"trust/a.yaml", "authorities:\n  - {id: a, uses: [stamps]}\n", "authorities:\n  - {id: a, uses: [magic]}\n"},
		{"accounts/a.yaml", "accounts:\n  - {id: a, person: {sex: female}}\n", "accounts:\n  - {id: a, person: {sex: f}}\n"},
		{"catalogues/c.yaml", "catalogues:\n  - {id: c, entries: [{id: e, clock: runs}]}\n", "catalogues:\n  - {id: c, entries: [{id: e, clock: slow}]}\n"},
	} {
		schema := all[packs.SchemaOf(tt.file)]
		if err := schema.Validate(document(t, []byte(tt.good))); err != nil {
			t.Errorf("%s\n%v", tt.good, err)
		}
		if err := schema.Validate(document(t, []byte(tt.bad))); err == nil {
			t.Errorf("%s fits:\n%s", tt.file, tt.bad)
		}
	}
}

// TestWhatOthersReadIsDescribed holds the shapes against the readers outside this package.
func TestWhatOthersReadIsDescribed(t *testing.T) {
	t.Parallel()
	read := map[string][]string{}
	for list, all := range map[string]map[string][]string{"registers": registers.Keys(), "decisions": decisions.Keys()} {
		for place, keys := range all {
			read[strings.TrimSuffix(list+"."+place, ".")] = keys
		}
	}
	tags := func(name string, of reflect.Type, more ...string) {
		for f := range of.Fields() {
			more = append(more, f.Tag.Get("yaml"))
		}
		read[name] = more
	}
	tags("forms", reflect.TypeFor[forms.Definition](), "source", "status")
	tags("forms.steps", reflect.TypeFor[forms.Step]())
	tags("forms.steps.fields", reflect.TypeFor[forms.Field]())
	tags("forms.steps.fields.options", reflect.TypeFor[forms.Option]())
	tags("forms.checks", reflect.TypeFor[forms.Rule]())
	inGroup := "forms.steps.fields.fields"
	tags(inGroup, reflect.TypeFor[forms.Field]())
	read[inGroup] = slices.DeleteFunc(read[inGroup], func(key string) bool { return key == "fields" })
	read[inGroup+".options"] = read["forms.steps.fields.options"]
	for _, l := range packs.Lists() {
		if !slices.Contains([]string{"registers", "decisions", "forms"}, l.Name) {
			continue
		}
		for _, s := range l.Item.All() {
			got, want := slices.Sorted(slices.Values(s.Names())), slices.Sorted(slices.Values(read[s.Name]))
			if !slices.Equal(got, want) {
				t.Errorf("%s:\ndescribed %v\nread      %v", s.Name, got, want)
			}
			delete(read, s.Name)
		}
	}
	if len(read) > 0 {
		t.Errorf("read and not described: %v", read)
	}
}
