// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package saml

import (
	"bytes"
	"crypto/x509"
	"encoding/base64"
	"encoding/xml"
	"errors"
	"io"
	"strings"
)

// writer writes XML.
type writer struct{ bytes.Buffer }

func (w *writer) open(tag string, attributes ...string) { w.start(tag, attributes); w.WriteByte('>') }

func (w *writer) start(tag string, attributes []string) {
	w.WriteString("<" + tag)
	for i := 0; i+1 < len(attributes); i += 2 {
		w.WriteString(" " + attributes[i] + `="`)
		w.text(attributes[i+1])
		w.WriteByte('"')
	}
}

func (w *writer) text(s string) { _ = xml.EscapeText(w, []byte(s)) } // a buffer takes everything

func (w *writer) leaf(tag, text string, attributes ...string) {
	w.open(tag, attributes...)
	w.text(text)
	w.close(tag)
}

func (w *writer) close(tag string) { w.WriteString("</" + tag + ">") }

// node is an element that was read. Names are whole: prefixes mean nothing.
type node struct {
	name  xml.Name
	attrs []xml.Attr
	kids  []*node
	own   strings.Builder // text directly in it, comments aside
	mixed bool            // text was interrupted: by a comment or an instruction
}

var errXML = errors.New("not XML that is read here")

const (
	maxDepth = 40
	maxNodes = 5000
)

// read reads a document. A document type is refused; entities are unknown.
func read(document []byte) (*node, error) {
	d := xml.NewDecoder(bytes.NewReader(document))
	top, nodes := &node{}, 0
	trail := []*node{top}
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, errXML // the cause could show what was sent
		}
		at := trail[len(trail)-1]
		switch t := token.(type) {
		case xml.Directive:
			return nil, errXML
		case xml.StartElement:
			if nodes++; nodes > maxNodes || len(trail) > maxDepth {
				return nil, errXML
			}
			n := &node{name: t.Name, attrs: t.Attr}
			at.kids = append(at.kids, n)
			trail = append(trail, n)
		case xml.EndElement:
			trail = trail[:len(trail)-1]
		case xml.CharData:
			at.own.Write(t)
		case xml.Comment, xml.ProcInst:
			at.mixed = true
		}
	}
	if len(top.kids) != 1 {
		return nil, errXML
	}
	return top.kids[0], nil
}

func (n *node) is(space, name string) bool { return n.name == xml.Name{Space: space, Local: name} }

// attr returns an attribute without a prefix.
func (n *node) attr(name string) string {
	for _, a := range n.attrs {
		if a.Name.Space == "" && a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// text is the text of an element that holds nothing else; empty where it does.
func (n *node) text() string {
	if n == nil || len(n.kids) > 0 || n.mixed {
		return ""
	}
	return strings.TrimSpace(n.own.String())
}

func (n *node) all(space, name string) (found []*node) {
	for _, k := range n.kids {
		if k.is(space, name) {
			found = append(found, k)
		}
	}
	return found
}

// one follows names that each stand once; nil where one does not.
func (n *node) one(space string, names ...string) *node {
	for _, name := range names {
		found := n.all(space, name)
		if len(found) != 1 {
			return nil
		}
		n = found[0]
	}
	return n
}

// count is how often an element of a local name stands anywhere in it.
func (n *node) count(local string) (found int) {
	for _, k := range n.kids {
		if k.name.Local == local {
			found++
		}
		found += k.count(local)
	}
	return found
}

// texts returns the texts of all elements of a local name in it.
func (n *node) texts(local string) (found []string) {
	for _, k := range n.kids {
		if k.name.Local == local {
			found = append(found, k.text())
		}
		found = append(found, k.texts(local)...)
	}
	return found
}

func certificate(text string) (*x509.Certificate, error) {
	raw, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(text), ""))
	if err != nil {
		return nil, errors.New("a certificate is not base64")
	}
	return x509.ParseCertificate(raw)
}
