// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package docx

import (
	"regexp"
	"slices"
	"strings"
)

// Values are what fields say: a text, in which a line feed breaks the line, or
// the entries of a group, whose fields are {{group.field}}. A name that is in
// neither stays in the document as it is written.
type Values struct {
	Texts  map[string]string
	Groups map[string][]map[string]string
}

// Fill returns the document with its fields filled in. A value takes the looks of
// the first letter of its field, however Word has split it. A row of a table that
// has fields of a group is there once for each entry; outside of tables the
// entries stand one after the other.
func (f *File) Fill(v Values) ([]byte, error) {
	filled := f.filled(v)
	return pack(filled)
}

func (f *File) filled(v Values) []part {
	form := nameForm()
	parts := slices.Clone(f.parts)
	for i, p := range parts {
		if p.root == nil || !holdsText(p.name) {
			parts[i].root = nil // as it came
			continue
		}
		root := p.root.copy()
		v.rows(root, form)
		v.conditions(root, form)
		for _, para := range paragraphs(root) {
			v.paragraph(para, form)
		}
		parts[i].root = root
	}
	return parts
}

// rows repeats the rows of tables that belong to a group.
func (v Values) rows(n *node, form *regexp.Regexp) {
	var kids []*node
	for _, k := range n.kids {
		group := ""
		if k.name == "w:tr" {
			group = v.groupOf(k, form)
		}
		if group == "" {
			v.rows(k, form)
			kids = append(kids, k)
			continue
		}
		for _, entry := range v.Groups[group] {
			row, one := k.copy(), Values{Texts: map[string]string{}}
			for name, said := range entry {
				one.Texts[group+"."+name] = said
			}
			for _, para := range paragraphs(row) {
				one.paragraph(para, form)
			}
			kids = append(kids, row)
		}
	}
	if n.name == "w:tbl" && !slices.ContainsFunc(kids, func(k *node) bool { return k.name == "w:tr" }) {
		for _, k := range n.kids { // a table without a row is broken: an empty one stays
			if k.name == "w:tr" {
				empty := k.copy()
				blank := Values{Texts: map[string]string{}}
				for _, para := range paragraphs(empty) {
					said, _ := spoken(para)
					places, _ := find(said, form)
					for _, one := range places {
						blank.Texts[one.name] = ""
					}
					blank.paragraph(para, form)
				}
				kids = append(kids, empty)
				break
			}
		}
	}
	n.kids = kids
}

// groupOf is the group whose fields a row has; a row inside a cell is its own.
func (v Values) groupOf(row *node, form *regexp.Regexp) string {
	if len(row.all("w:tr")) > 0 {
		return ""
	}
	for _, para := range paragraphs(row) {
		said, _ := spoken(para)
		places, _ := find(said, form)
		for _, one := range places {
			group, _, dotted := strings.Cut(one.name, ".")
			if _, is := v.Groups[group]; is && dotted && one.condition == 0 {
				return group
			}
		}
	}
	return ""
}

// conditions takes away the paragraphs that are not to stand, and the marks of
// those that are.
func (v Values) conditions(n *node, form *regexp.Regexp) {
	var kids []*node
	for _, k := range n.kids {
		v.conditions(k, form)
		if k.name == "w:p" && !v.stands(k, form) {
			if k.all("w:sectPr") == nil {
				continue
			}
		}
		kids = append(kids, k)
	}
	if n.name == "w:tc" && !slices.ContainsFunc(kids, func(k *node) bool { return k.name == "w:p" }) {
		kids = append(kids, &node{name: "w:p"}) // Word wants one in each cell
	}
	n.kids = kids
}

func (v Values) stands(para *node, form *regexp.Regexp) bool {
	said, spans := spoken(para)
	places, _ := find(said, form)
	for _, one := range slices.Backward(places) {
		if one.condition == 0 {
			continue
		}
		value, known := v.text(one.name)
		if !known {
			continue
		}
		if (strings.TrimSpace(value) != "") != (one.condition == '?') {
			return false
		}
		put(spans, one.from, one.to, "")
	}
	return true
}

// text is what a field says; false where nobody knows it.
func (v Values) text(name string) (string, bool) {
	if said, ok := v.Texts[name]; ok {
		return said, true
	}
	group, field, dotted := strings.Cut(name, ".")
	entries, ok := v.Groups[group]
	if !ok {
		return "", false
	}
	var all []string
	for _, e := range entries {
		if !dotted {
			all = append(all, "x") // it has entries: that is all a condition asks
		} else if said := e[field]; said != "" {
			all = append(all, said)
		}
	}
	return strings.Join(all, "; "), true
}

// paragraph fills the fields of one paragraph, from its end, so that the places
// before stay where they are.
func (v Values) paragraph(para *node, form *regexp.Regexp) {
	said, _ := spoken(para)
	places, _ := find(said, form)
	for _, one := range slices.Backward(places) {
		value, known := v.text(one.name)
		if !known || one.condition != 0 {
			continue
		}
		_, spans := spoken(para)
		put(spans, one.from, one.to, value)
	}
	breakLines(para)
}

// put replaces a piece of a paragraph's text: the new text stands in the element
// where the piece begins, and so it looks as the field does.
func put(spans []span, from, to int, value string) {
	first := true
	for _, s := range spans {
		if s.to <= from || s.from >= to || s.from == s.to {
			continue
		}
		said := s.t.content()
		a, b := max(from-s.from, 0), min(to-s.from, len(said))
		in := ""
		if first {
			in, first = value, false
		}
		s.t.say(said[:a] + in + said[b:])
	}
}

// breakLines makes the line feeds of values breaks of Word.
func breakLines(n *node) {
	var kids []*node
	for _, k := range n.kids {
		if k.name != "w:t" || !strings.Contains(k.content(), "\n") {
			if k.name != "w:p" { // a box has paragraphs of its own
				breakLines(k)
			}
			kids = append(kids, k)
			continue
		}
		for i, line := range strings.Split(k.content(), "\n") {
			if i > 0 {
				kids = append(kids, &node{name: "w:br"})
			}
			t := &node{name: "w:t"}
			t.say(line)
			kids = append(kids, t)
		}
	}
	n.kids = kids
}
