// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package bpmn

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Edit is one change of a file. Everything else in it stays as it is, to the byte.
type Edit struct {
	Element string // id
	// Attribute is what changes: "name", "default", one of ours ("post", "unit",
	// "due", "action", "product", "assignee", "handler", "outcomes", "key"), or
	// "condition" of an arrow.
	Attribute string
	Value     string // empty: the attribute goes
}

// ours are the attributes that are written with our prefix.
func ours(attribute string) bool {
	return slices.Contains([]string{"post", "unit", "due", "action", "product", "assignee", "handler", "outcomes", "key", "version", "working"}, attribute)
}

// Change returns the file with some changes made. The error is Mistakes: of
// what cannot be changed so, or of the file that it would become.
func (d *Document) Change(edits ...Edit) (*Document, error) {
	now := d
	for _, e := range edits {
		text, err := now.change(e)
		if err != nil {
			return nil, err
		}
		if now, err = Read(text); err != nil {
			return nil, err
		}
	}
	return now, nil
}

func (d *Document) change(e Edit) ([]byte, error) {
	at, ok := d.at[e.Element]
	fail := func() ([]byte, error) {
		return nil, Mistakes{{Code: "bpmn.reference", Element: e.Element, Args: []string{e.Attribute}}}
	}
	if !ok {
		return fail()
	}
	switch {
	case e.Attribute == "condition":
		return d.condition(at, e)
	case e.Attribute == "name" || e.Attribute == "default":
		return splice(d.text, at.from, at.open, attribute(string(d.text[at.from:at.open]), e.Attribute, e.Value)), nil
	case ours(e.Attribute):
		text, prefix, moved := d.prefix()
		tag := attribute(string(text[at.from+moved:at.open+moved]), prefix+":"+e.Attribute, e.Value)
		return splice(text, at.from+moved, at.open+moved, tag), nil
	}
	return fail()
}

// condition changes the expression of an arrow.
func (d *Document) condition(at *element, e Edit) ([]byte, error) {
	tag := string(d.text[at.from:at.open])
	prefix := ""
	if m := regexp.MustCompile(`^<(\w+:)sequenceFlow`).FindStringSubmatch(tag); m != nil {
		prefix = m[1]
	}
	text := quote(e.Value)
	inside := fmt.Sprintf("<%[1]sconditionExpression>%[2]s</%[1]sconditionExpression>", prefix, text[1:len(text)-1])
	if e.Value == "" {
		inside = ""
	}
	if old := at.first(nsModel, "conditionExpression"); old != nil {
		if e.Value != "" { // its own start tag stays: it may say which language it is
			if strings.HasSuffix(string(d.text[old.from:old.open]), "/>") {
				return splice(d.text, old.from, old.to, inside), nil
			}
			return splice(d.text, old.open, old.close, text[1:len(text)-1]), nil
		}
		return splice(d.text, old.from, old.to, ""), nil
	}
	if short, ok := strings.CutSuffix(tag, "/>"); ok {
		return splice(d.text, at.from, at.to, strings.TrimRight(short, " \t\r\n")+">"+inside+"</"+prefix+"sequenceFlow>"), nil
	}
	return splice(d.text, at.close, at.close, inside), nil
}

// prefix returns the prefix of our names, declared in the root if need be; moved
// is by how much everything behind the root's tag has moved.
func (d *Document) prefix() (text []byte, prefix string, moved int) {
	for _, a := range d.root.attrs {
		if a.Name.Space == "xmlns" && a.Value == nsTinhso {
			return d.text, a.Name.Local, 0
		}
	}
	tag := string(d.text[d.root.from:d.root.open])
	longer := strings.TrimSuffix(tag, ">") + ` xmlns:tinhso="` + nsTinhso + `">`
	return splice(d.text, d.root.from, d.root.open, longer), "tinhso", len(longer) - len(tag)
}

func splice(text []byte, from, to int, with string) []byte {
	return slices.Concat(text[:from], []byte(with), text[to:])
}

// attribute sets, changes or removes an attribute in a start tag.
func attribute(tag, key, value string) string {
	quoted := ""
	if value != "" {
		quoted = " " + key + "=" + quote(value)
	}
	found := regexp.MustCompile(`\s+` + regexp.QuoteMeta(key) + `\s*=\s*("[^"]*"|'[^']*')`).FindStringIndex(tag)
	if found != nil {
		return tag[:found[0]] + quoted + tag[found[1]:]
	}
	end := len(tag) - 1
	if strings.HasSuffix(tag, "/>") {
		end--
	}
	end = len(strings.TrimRight(tag[:end], " \t\r\n"))
	return tag[:end] + quoted + tag[end:]
}
