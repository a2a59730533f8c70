// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package decisions

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/yaml"
)

// Problem is a mistake in a decision of a pack.
type Problem struct {
	Line int // of the file
	errs.Field
}

// Decode reads one decision of a pack. All mistakes are returned at once, each
// with its line; where there are any, the decision is not to be used.
func Decode(node *yaml.Node) (Decision, []Problem) {
	text, err := yaml.Marshal(node)
	if err != nil {
		return Decision{}, []Problem{{node.Line, errs.Field{Name: "id", Code: "decisions.shape", Args: map[string]any{"cause": err.Error()}}}}
	}
	var w wire
	if err := yaml.Strict(text, &w); err != nil {
		return Decision{}, []Problem{{node.Line, errs.Field{Name: "id", Code: "decisions.shape", Args: map[string]any{"cause": err.Error()}}}}
	}
	d := w.decision()
	var found []Problem
	for _, f := range Check(d) {
		found = append(found, Problem{lineOf(node, f.Name), f})
	}
	return d, found
}

// words is a text of a pack: a Vietnamese string or {vi, en}.
type words i18n.Text

// UnmarshalYAML implements what the decoder asks for.
func (t *words) UnmarshalYAML(decode func(any) error) error {
	if decode(&t.VI) == nil {
		return nil
	}
	var both struct{ VI, EN string }
	err := decode(&both)
	*t = words{VI: both.VI, EN: both.EN}
	return err
}

// wire is a decision as packs write it.
type wire struct {
	ID      string `yaml:"id"`
	Title   words  `yaml:"title"`
	Version int    `yaml:"version"`
	Legal   string `yaml:"legal"`
	Source  string `yaml:"source"` // both are read by the loader of packs
	Status  string `yaml:"status"`
	Hit     Hit    `yaml:"hit"`

	Inputs  []wireColumn `yaml:"inputs"`
	Outputs []wireColumn `yaml:"outputs"`
	Rows    []struct {
		When  []string `yaml:"when"`
		Then  []string `yaml:"then"`
		Note  words    `yaml:"note"`
		Legal string   `yaml:"legal"`
	} `yaml:"rows"`
	Bounds []struct {
		Output  string `yaml:"output"`
		RoundTo int64  `yaml:"round_to"`
		Mode    Mode   `yaml:"mode"`
		Least   *int64 `yaml:"least"`
		Most    *int64 `yaml:"most"`
	} `yaml:"bounds"`
	Cases []struct {
		Name  string            `yaml:"name"`
		Given map[string]string `yaml:"given"`
		Want  map[string]string `yaml:"want"`
	} `yaml:"cases"`
}

type wireColumn struct {
	Key     string `yaml:"key"`
	Label   words  `yaml:"label"`
	Type    Type   `yaml:"type"`
	Options []struct {
		Value string `yaml:"value"`
		Label words  `yaml:"label"`
	} `yaml:"options"`
	Least *int64 `yaml:"least"`
	Most  *int64 `yaml:"most"`
}

// Keys returns what each mapping of a decision may hold, by its place in the file.
func Keys() map[string][]string {
	all := map[string][]string{}
	keysOf(reflect.TypeFor[wire](), "", all)
	return all
}

func keysOf(t reflect.Type, at string, all map[string][]string) {
	for f := range t.Fields() {
		name := f.Tag.Get("yaml")
		all[at] = append(all[at], name)
		if f.Type.Kind() == reflect.Slice && f.Type.Elem().Kind() == reflect.Struct {
			keysOf(f.Type.Elem(), strings.TrimPrefix(at+"."+name, "."), all)
		}
	}
}

func (w wire) decision() Decision {
	d := Decision{ID: w.ID, Title: i18n.Text(w.Title), Version: w.Version, Legal: w.Legal, Hit: w.Hit, Inputs: columns(w.Inputs), Outputs: columns(w.Outputs)}
	for _, r := range w.Rows {
		d.Rows = append(d.Rows, Row{When: r.When, Then: r.Then, Note: i18n.Text(r.Note), Legal: r.Legal})
	}
	for _, b := range w.Bounds {
		d.Bounds = append(d.Bounds, Bound(b))
	}
	for _, c := range w.Cases {
		d.Cases = append(d.Cases, Case(c))
	}
	return d
}

func columns(all []wireColumn) (out []Column) {
	for _, c := range all {
		column := Column{Key: c.Key, Label: i18n.Text(c.Label), Type: c.Type, Least: c.Least, Most: c.Most}
		for _, o := range c.Options {
			column.Options = append(column.Options, Option{o.Value, i18n.Text(o.Label)})
		}
		out = append(out, column)
	}
	return out
}

// lineOf follows a name such as rows[2].when[0] into the node.
func lineOf(node *yaml.Node, name string) int {
	line := node.Line
	for part := range strings.SplitSeq(name, ".") {
		key, index, indexed := strings.Cut(part, "[")
		node = child(node, key)
		if node != nil && indexed {
			i, err := strconv.Atoi(strings.TrimSuffix(index, "]"))
			if err != nil || i >= len(node.Content) {
				return node.Line
			}
			node = node.Content[i]
		}
		if node == nil {
			return line
		}
		line = node.Line
	}
	return line
}

func child(node *yaml.Node, key string) *yaml.Node {
	if node.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(node.Content); i += 2 {
		if node.Content[i].Value == key {
			return node.Content[i+1]
		}
	}
	return nil
}

// String is for lists of mistakes.
func (p Problem) String() string { return fmt.Sprintf("%d: %s: %s", p.Line, p.Name, p.Code) }
