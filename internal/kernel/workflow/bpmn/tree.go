// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package bpmn

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"unicode/utf8"
)

// Limits of a file.
const (
	MaxFile     = 4 << 20 // bytes
	maxDepth    = 60
	maxElements = 50_000
	maxNodes    = 1000 // that run
)

// The names of the standard, and ours.
const (
	nsModel  = "http://www.omg.org/spec/BPMN/20100524/MODEL"
	nsDI     = "http://www.omg.org/spec/BPMN/20100524/DI"
	nsDC     = "http://www.omg.org/spec/DD/20100524/DC"
	nsDD     = "http://www.omg.org/spec/DD/20100524/DI"
	nsXSI    = "http://www.w3.org/2001/XMLSchema-instance"
	nsZeebe  = "http://camunda.org/schema/zeebe/1.0"
	nsBPMN7  = "http://camunda.org/schema/1.0/bpmn"
	nsTinhso = "https://tinhso.vn/bpmn/1"
)

// element is a part of an XML text that knows where it stands.
type element struct {
	name     xml.Name
	attrs    []xml.Attr
	text     string // of the element itself
	children []*element
	parent   *element
	line     int
	from     int // of its start tag in the text …
	open     int // … and behind it
	close    int // before its end tag; open where there is none
	to       int // behind its end tag
}

func (e *element) attr(ns, local string) string {
	for _, a := range e.attrs {
		if a.Name.Space == ns && a.Name.Local == local {
			return strings.TrimSpace(a.Value)
		}
	}
	return ""
}

func (e *element) is(ns, local string) bool { return e.name.Space == ns && e.name.Local == local }

// find returns the elements below e of a name, children of children too where deep.
func (e *element) find(ns, local string, deep bool) (all []*element) {
	for _, c := range e.children {
		if c.is(ns, local) {
			all = append(all, c)
		}
		if deep {
			all = append(all, c.find(ns, local, true)...)
		}
	}
	return all
}

func (e *element) first(ns, local string) *element {
	if all := e.find(ns, local, false); len(all) > 0 {
		return all[0]
	}
	return nil
}

// parse reads an XML text. What could make it read differently from how it
// looks is refused: a document type, entities, another encoding.
func parse(text []byte) (root *element, mistakes Mistakes) {
	at := func(line int, code string, args ...string) (*element, Mistakes) {
		return nil, Mistakes{{Line: line, Code: code, Args: args}}
	}
	if len(text) > MaxFile {
		return at(1, "bpmn.too_large")
	}
	if !utf8.Valid(text) {
		return at(1, "bpmn.encoding")
	}
	d := xml.NewDecoder(bytes.NewReader(text))
	d.CharsetReader = func(string, io.Reader) (io.Reader, error) { return nil, errEncoding }
	var now *element
	depth, count := 0, 0
	for {
		from := int(d.InputOffset())
		line, _ := d.InputPos()
		tok, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if errors.Is(err, errEncoding) {
			return at(line, "bpmn.encoding")
		}
		if err != nil {
			return at(line, "bpmn.xml", strings.TrimPrefix(err.Error(), "XML syntax error on "))
		}
		switch tok := tok.(type) {
		case xml.Directive:
			return at(line, "bpmn.doctype")
		case xml.StartElement:
			if depth++; depth > maxDepth {
				return at(line, "bpmn.too_deep")
			}
			if count++; count > maxElements {
				return at(line, "bpmn.too_many")
			}
			e := &element{name: tok.Name, attrs: tok.Copy().Attr, parent: now, line: line, from: from, open: int(d.InputOffset())}
			switch {
			case now != nil:
				now.children = append(now.children, e)
			case root != nil:
				return at(line, "bpmn.xml", "two roots")
			default:
				root = e
			}
			now = e
		case xml.EndElement:
			depth--
			now.close, now.to = from, int(d.InputOffset())
			now = now.parent
		case xml.CharData:
			if now != nil {
				now.text += string(tok)
			}
		}
	}
	if root == nil {
		return at(1, "bpmn.xml", "empty")
	}
	return root, nil
}

var errEncoding = errors.New("not UTF-8")
