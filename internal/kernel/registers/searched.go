// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package registers

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"

	"tinhso.vn/internal/platform/yaml"
)

// Search says by what records are found in the search of the house. A file that
// says nothing has them found by the columns of its list.
type Search struct {
	Off    bool     `json:"off,omitempty"`    // not at all
	Title  string   `json:"title,omitempty"`  // the field that a hit is called by
	Number string   `json:"number,omitempty"` // what people type to find this very record
	Text   []string `json:"text,omitempty"`   // further fields
}

// searchKeys is what `search` of a file may hold.
func searchKeys() []string { return []string{"off", "title", "number", "text"} }

// search reads `search` of a file.
func (r *reader) search(n *yaml.Node) *Search {
	if n == nil {
		return nil
	}
	m := r.mapping(n, "", searchKeys()...)
	return &Search{Off: r.boolean(m["off"], ""), Title: r.str(m["title"], ""), Number: r.str(m["number"], ""), Text: r.strs(m["text"])}
}

// findable reports whether words of the field can stand in the index.
func (f Field) findable() bool {
	return !f.Hidden && !f.personal() && slices.Contains([]Type{Line, LongText, Choice, Choices, Code, Org, Address}, f.Type)
}

// search checks `search`: personal data stands in no index.
func (c *checker) search(d Definition) {
	if d.FreshDays < 0 || d.FreshDays > 3660 {
		c.add(d.line, "", "registers.definition.fresh_days", strconv.Itoa(d.FreshDays))
	}
	if d.Search == nil {
		return
	}
	for i, key := range append([]string{d.Search.Title, d.Search.Number}, d.Search.Text...) {
		f, ok := d.Field(key)
		switch {
		case key == "" && i < 2:
		case !ok || f.Hidden:
			c.add(d.line, "", "registers.definition.unknown_field", key)
		case !f.findable():
			c.add(d.line, "", "registers.definition.search", key)
		}
	}
}

// sought are the fields by which records of the register are found; none: they are not.
func (d Definition) sought() Search {
	if d.Search != nil && (d.Search.Off || d.Search.Title != "" || d.Search.Number != "" || len(d.Search.Text) > 0) {
		if d.Search.Off {
			return Search{Off: true}
		}
		return *d.Search
	}
	var s Search
	for _, key := range d.List.Columns {
		f, ok := d.Field(key)
		switch {
		case !ok || !f.findable():
		case s.Number == "" && f.Type == Line && (f.Unique || len(d.Key) == 1 && d.Key[0] == key):
			s.Number = key
		case s.Title == "" && (f.textual() || f.Type == Org):
			s.Title = key
		default:
			s.Text = append(s.Text, key)
		}
	}
	return s
}

// fields are the keys of what is sought, the title first.
func (s Search) fields() (keys []string) {
	for _, key := range append([]string{s.Title, s.Number}, s.Text...) {
		if key != "" && !slices.Contains(keys, key) {
			keys = append(keys, key)
		}
	}
	return keys
}

// view is a class of documents: what rights that show the same, of the same records,
// let people find. A document holds nothing that one of its readers may not see.
type view struct {
	id     string
	fields []string // of what is sought, those that are shown
	units  []string // fields of units beside the record's own
	states []string
	owner  string // the field that says whose it is; empty: units decide
	life   bool   // whether the state is shown
}

// viewOf returns the class of a right; false where it shows nothing that is sought.
func (d Definition) viewOf(r Right) (v view, ok bool) {
	if !r.Allows(View) {
		return v, false
	}
	for _, key := range d.sought().fields() {
		if r.Shows(key) {
			v.fields = append(v.fields, key)
		}
	}
	v.owner, v.life = r.Owner, d.Life != nil && r.Shows(LifeKey)
	if !r.Public && !r.Everywhere && r.Owner == "" {
		v.units = slices.Sorted(slices.Values(r.Units))
	}
	v.states = slices.Sorted(slices.Values(r.States))
	said := []string{d.ID, strings.Join(v.fields, " "), strings.Join(v.units, " "), strings.Join(v.states, " "), v.owner}
	if v.life {
		said = append(said, LifeKey)
	}
	sum := sha256.Sum256([]byte(strings.Join(said, "\x00")))
	v.id = hex.EncodeToString(sum[:6])
	return v, len(v.fields) > 0
}

// views returns the classes of documents of each record, by their ids.
func (d Definition) views() (all []view) {
	for _, r := range d.rights() {
		if v, ok := d.viewOf(r); ok && !slices.ContainsFunc(all, func(x view) bool { return x.id == v.id }) {
			all = append(all, v)
		}
	}
	slices.SortFunc(all, func(a, b view) int { return strings.Compare(a.id, b.id) })
	return all
}
