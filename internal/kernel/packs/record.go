// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package packs

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"

	"tinhso.vn/internal/platform/shape"
	"tinhso.vn/internal/platform/yaml"
)

type need bool

const required need = true

// record reads one mapping by asking for its fields; what nobody asked for is
// a mistake. Every answer is usable, so reading goes on after a mistake.
type record struct {
	node  *yaml.Node
	id    string
	book  *book
	of    *shape.Shape // what it may hold; nil for a text in two languages
	asked map[string]bool
}

func newRecord(n *yaml.Node, id string, of *shape.Shape, b *book) *record {
	return &record{node: n, id: id, book: b, of: of, asked: map[string]bool{}}
}

// inner reads a mapping that stands in the field called name.
func (r *record) inner(n *yaml.Node, name string) *record {
	f, _ := r.of.Field(name)
	return newRecord(n, r.id, f.Of, r.book)
}

// field returns the value of a field, nil where it is absent or null.
func (r *record) field(name string, needs ...need) *yaml.Node {
	r.asked[name] = true
	r.book.ask(r.of, name)
	v := child(r.node, name)
	if v != nil && isNull(v) {
		v = nil
	}
	if v == nil && slices.Contains(needs, required) {
		r.book.add(r.node, r.id, "field.required", name)
	}
	return v
}

func (r *record) has(name string) bool { return r.field(name) != nil }

// problem records a mistake at the field, or at the record where it is absent.
func (r *record) problem(name, code string, args ...string) {
	at := child(r.node, name)
	if at == nil {
		at = r.node
	}
	r.book.add(at, r.id, code, args...)
}

func (r *record) done() {
	for i := 0; i+1 < len(r.node.Content); i += 2 {
		if key := r.node.Content[i]; !r.asked[key.Value] {
			r.book.unknown(key, r.id, r.of.Names())
		}
	}
}

// shaped checks the keys of a record, and of all in it, that somebody else reads.
func (r *record) shaped() {
	for i := 0; i+1 < len(r.node.Content); i += 2 {
		key, value := r.node.Content[i], r.node.Content[i+1]
		f, known := r.of.Field(key.Value)
		r.asked[key.Value] = true
		switch {
		case !known:
			r.book.unknown(key, r.id, r.of.Names())
		case f.Kind == shape.Words && value.Kind == yaml.ScalarNode && !isNull(value):
			r.book.vietnameseOnly(r.of)
		case f.Of == nil:
		case value.Kind == yaml.MappingNode:
			r.inner(value, f.Name).shaped()
		case value.Kind == yaml.SequenceNode:
			for _, n := range value.Content {
				if n.Kind == yaml.MappingNode {
					r.inner(n, f.Name).shaped()
				}
			}
		}
	}
}

func (r *record) scalar(n *yaml.Node) string {
	if n.Kind != yaml.ScalarNode || isNull(n) {
		r.book.add(n, r.id, "value.scalar")
		return ""
	}
	if !norm.NFC.IsNormalString(n.Value) {
		r.book.add(n, r.id, "text.nfc")
	}
	return n.Value
}

func (r *record) str(name string, needs ...need) string {
	v := r.field(name, needs...)
	if v == nil {
		return ""
	}
	s := r.scalar(v)
	if strings.TrimSpace(s) == "" && v.Kind == yaml.ScalarNode {
		r.book.add(v, r.id, "value.empty", name)
	}
	return s
}

func (r *record) strs(name string) []string {
	v := r.field(name)
	if v == nil {
		return nil
	}
	if v.Kind != yaml.SequenceNode {
		r.book.add(v, r.id, "yaml.list", name)
		return nil
	}
	out := make([]string, 0, len(v.Content))
	for _, n := range v.Content {
		out = append(out, r.scalar(n))
	}
	return out
}

// oneOrMore reads a single string or a list of them.
func (r *record) oneOrMore(name string) []string {
	v := r.field(name)
	if v != nil && v.Kind == yaml.ScalarNode {
		return []string{r.scalar(v)}
	}
	return r.strs(name)
}

func (r *record) oneOf(name string, n need, values ...string) string {
	v := r.field(name, n)
	if v == nil {
		return ""
	}
	s := r.scalar(v)
	if !slices.Contains(values, s) {
		r.book.add(v, r.id, "value.choice", name, s, strings.Join(values, ", "))
	}
	return s
}

func (r *record) someOf(name string, values ...string) []string {
	out := r.strs(name)
	for i, s := range out {
		if !slices.Contains(values, s) {
			r.book.add(r.field(name).Content[i], r.id, "value.choice", name, s, strings.Join(values, ", "))
		}
	}
	return out
}

func (r *record) shape(name string, re *regexp.Regexp, needs ...need) string {
	s := r.str(name, needs...)
	if s != "" && !re.MatchString(s) {
		r.problem(name, "value.shape", name, s)
	}
	return s
}

func (r *record) integer(name string, needs ...need) int {
	v := r.field(name, needs...)
	if v == nil {
		return 0
	}
	i, err := strconv.Atoi(r.scalar(v))
	if err != nil || i < 0 {
		r.book.add(v, r.id, "value.integer", name)
		return 0
	}
	return i
}

func (r *record) boolean(name string) bool {
	v := r.field(name)
	if v == nil {
		return false
	}
	switch s := r.scalar(v); s {
	case "true", "false":
		return s == "true"
	default:
		r.book.add(v, r.id, "value.boolean", name)
		return false
	}
}

func (r *record) date(name string, needs ...need) Date {
	v := r.field(name, needs...)
	if v == nil {
		return ""
	}
	s := r.scalar(v)
	if _, err := time.Parse(time.DateOnly, s); err != nil {
		r.book.add(v, r.id, "value.date", name, s)
		return ""
	}
	return Date(s)
}

func (r *record) moment(name string) time.Time {
	v := r.field(name)
	if v == nil {
		return time.Time{}
	}
	t, err := time.Parse(time.RFC3339, r.scalar(v))
	if err != nil {
		r.book.add(v, r.id, "value.moment", name, v.Value)
		return time.Time{}
	}
	return t
}

func (r *record) period() Period {
	p := Period{From: r.date("valid_from"), To: r.date("valid_to")}
	if p.From != "" && p.To != "" && p.To < p.From {
		r.problem("valid_to", "period.reversed", string(p.From), string(p.To))
	}
	return p
}

// text reads a Vietnamese string or {vi, en}.
func (r *record) text(name string, needs ...need) Text {
	v := r.field(name, needs...)
	if v == nil {
		return Text{}
	}
	return r.textAt(v)
}

func (r *record) texts(name string) []Text {
	v := r.field(name)
	if v == nil {
		return nil
	}
	if v.Kind != yaml.SequenceNode {
		r.book.add(v, r.id, "yaml.list", name)
		return nil
	}
	out := make([]Text, 0, len(v.Content))
	for _, n := range v.Content {
		out = append(out, r.textAt(n))
	}
	return out
}

func (r *record) textAt(v *yaml.Node) Text {
	var t Text
	switch v.Kind {
	case yaml.ScalarNode:
		if v.Tag != "!!str" {
			r.book.add(v, r.id, "text.shape")
			return t
		}
		t.VI = r.scalar(v)
	case yaml.MappingNode:
		inner := newRecord(v, r.id, nil, r.book)
		for _, part := range []struct {
			name string
			to   *string
		}{{"vi", &t.VI}, {"en", &t.EN}} {
			if n := inner.field(part.name); n != nil {
				*part.to = inner.scalar(n)
			}
		}
		inner.done()
	default:
		r.book.add(v, r.id, "text.shape")
		return t
	}
	if strings.TrimSpace(t.VI) == "" {
		r.book.add(v, r.id, "text.no_vietnamese")
	} else if t.EN == "" {
		r.book.vietnameseOnly(r.of)
	}
	return t
}

// sub reads a mapping inside the record; nil where it is absent.
func (r *record) sub(name string) *record {
	v := r.field(name)
	if v == nil {
		return nil
	}
	if v.Kind != yaml.MappingNode {
		r.book.add(v, r.id, "yaml.mapping")
		return nil
	}
	return r.inner(v, name)
}

// subs reads a list of mappings and refuses one that names the same thing twice.
func (r *record) subs(name string, needs ...need) []*record {
	v := r.field(name, needs...)
	if v == nil {
		return nil
	}
	if v.Kind != yaml.SequenceNode {
		r.book.add(v, r.id, "yaml.list", name)
		return nil
	}
	var out []*record
	seen := map[string]bool{}
	for _, n := range v.Content {
		if n.Kind != yaml.MappingNode {
			r.book.add(n, r.id, "yaml.mapping")
			continue
		}
		if id := identity(n); id != "" {
			if seen[id] {
				r.book.add(n, r.id, "item.duplicate", id)
			}
			seen[id] = true
		}
		out = append(out, r.inner(n, name))
	}
	return out
}

// item reads what every item has.
func (r *record) item() Item {
	it := Item{
		ID:     r.shape("id", r.book.shapes.slug, required),
		Source: r.str("source"),
		Status: Status(r.oneOf("status", false, string(Unverified))),
		Origin: r.book.origin(r.node),
	}
	if it.Status == Unverified && it.Source == "" {
		r.problem("status", "mark.no_source")
	}
	return it
}
