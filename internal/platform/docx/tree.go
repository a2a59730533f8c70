// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package docx

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"slices"
	"strings"
)

// node is one element, or a piece of text where name is empty. Names keep the
// prefixes of the file: Word writes w: everywhere, and so what is written back is
// what came.
type node struct {
	name  string
	attrs []xml.Attr
	kids  []*node
	text  string
}

// parse reads the tree of a part. A part that declares entities or types is none
// of Word's.
func parse(data []byte) (*node, error) {
	if len(data) > maxXML {
		return nil, ErrBomb
	}
	d := xml.NewDecoder(bytes.NewReader(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))))
	root := &node{}
	stack, count := []*node{root}, 0
	for {
		token, err := d.RawToken()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, ErrNotDOCX.Because(err)
		}
		if count++; count > maxNodes || len(stack) > maxDepth {
			return nil, ErrBomb
		}
		top := stack[len(stack)-1]
		switch t := token.(type) {
		case xml.StartElement:
			n := &node{name: full(t.Name), attrs: t.Copy().Attr}
			top.kids = append(top.kids, n)
			stack = append(stack, n)
		case xml.EndElement:
			if len(stack) == 1 || top.name != full(t.Name) {
				return nil, ErrNotDOCX
			}
			stack = stack[:len(stack)-1]
		case xml.CharData:
			if top != root {
				top.kids = append(top.kids, &node{text: string(t)})
			}
		case xml.Directive:
			return nil, ErrNotDOCX
		case xml.Comment, xml.ProcInst:
		}
	}
	if len(stack) != 1 || len(root.kids) != 1 {
		return nil, ErrNotDOCX
	}
	return root.kids[0], nil
}

func full(n xml.Name) string {
	if n.Space == "" {
		return n.Local
	}
	return n.Space + ":" + n.Local
}

// write adds the element to a text.
func (n *node) write(out []byte) []byte {
	if n.name == "" {
		return append(out, escaped(n.text)...)
	}
	out = append(append(out, '<'), n.name...)
	for _, a := range n.attrs {
		out = append(append(append(append(out, ' '), full(a.Name)...), `="`...), escaped(a.Value)...)
		out = append(out, '"')
	}
	if len(n.kids) == 0 {
		return append(out, "/>"...)
	}
	out = append(out, '>')
	for _, k := range n.kids {
		out = k.write(out)
	}
	return append(append(append(out, "</"...), n.name...), '>')
}

func escaped(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s)) // a builder takes everything
	return b.String()
}

func (n *node) copy() *node {
	c := &node{name: n.name, attrs: slices.Clone(n.attrs), text: n.text}
	for _, k := range n.kids {
		c.kids = append(c.kids, k.copy())
	}
	return c
}

func (n *node) attr(name string) string {
	if n == nil {
		return ""
	}
	for _, a := range n.attrs {
		if full(a.Name) == name {
			return a.Value
		}
	}
	return ""
}

// child is the first element of a name inside; nil where there is none, also of nil.
func (n *node) child(name string) *node {
	if n == nil {
		return nil
	}
	for _, k := range n.kids {
		if k.name == name {
			return k
		}
	}
	return nil
}

// all are the elements of a name at any depth, in the order of the text.
func (n *node) all(name string) (found []*node) {
	for _, k := range n.kids {
		if k.name == name {
			found = append(found, k)
		}
		found = append(found, k.all(name)...)
	}
	return found
}

// content is the text inside.
func (n *node) content() string {
	if n.name == "" {
		return n.text
	}
	var b strings.Builder
	for _, k := range n.kids {
		b.WriteString(k.content())
	}
	return b.String()
}

// say makes a text the only thing inside, with the blanks at its ends.
func (n *node) say(text string) {
	n.kids = []*node{{text: text}}
	for i := range n.attrs {
		if full(n.attrs[i].Name) == "xml:space" {
			n.attrs[i].Value = "preserve"
			return
		}
	}
	n.attrs = append(n.attrs, xml.Attr{Name: xml.Name{Space: "xml", Local: "space"}, Value: "preserve"})
}

// paragraphs are all of a part, also those of tables and boxes, in the order in
// which people count them.
func paragraphs(root *node) []*node { return root.all("w:p") }
