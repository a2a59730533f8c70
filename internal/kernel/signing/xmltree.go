// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package signing

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/beevik/etree"
	dsig "github.com/russellhaering/goxmldsig"

	"tinhso.vn/internal/platform/errs"
)

// Errors of XML documents.
var (
	ErrXML        = errs.New(errs.Invalid, "signing.xml")            // not well formed
	ErrXMLRefused = errs.New(errs.Invalid, "signing.xml_refused")    // has what honest papers do without
	ErrXMLLarge   = errs.New(errs.TooLarge, "signing.xml_too_large") // more than MaxXML bytes, or too many or too deep elements
	ErrXMLElement = errs.New(errs.Invalid, "signing.xml_element")    // no such element to sign
)

// MaxXML is the largest XML document that is signed or checked, in bytes.
const MaxXML = 16 << 20

// Bounds that keep the work in proportion to the size.
const (
	maxXMLDepth    = 200
	maxXMLElements = 100_000
	maxXMLAttrs    = 256
	maxXMLPrefixes = 32
)

const (
	nsXML   = "http://www.w3.org/XML/1998/namespace"
	nsXMLNS = "http://www.w3.org/2000/xmlns/"
	nsDSig  = "http://www.w3.org/2000/09/xmldsig#"
	nsXAdES = "http://uri.etsi.org/01903/v1.3.2#"
)

// xmlTree is a document in memory.
type xmlTree struct {
	doc *etree.Document
	ids map[string]*etree.Element
}

// parseXML reads a document. What makes two readers see two documents is
// refused before the tree is built: DTDs and entities, processing
// instructions, other encodings, duplicate ids and attributes.
func parseXML(document []byte) (*xmlTree, error) {
	if len(document) > MaxXML {
		return nil, ErrXMLLarge
	}
	document = bytes.TrimPrefix(document, []byte("\xEF\xBB\xBF"))
	if !utf8.Valid(document) {
		return nil, ErrXMLRefused.Because(errors.New("not UTF-8"))
	}
	if err := scanXML(document); err != nil {
		return nil, err
	}
	t := &xmlTree{doc: etree.NewDocument(), ids: map[string]*etree.Element{}}
	t.doc.ReadSettings = etree.ReadSettings{MaxDepth: maxXMLDepth + 1, PreserveDuplicateAttrs: true}
	if err := t.doc.ReadFromBytes(document); err != nil || t.doc.Root() == nil {
		return nil, ErrXML.Because(err)
	}
	if err := t.index(t.doc.Root()); err != nil {
		return nil, err
	}
	return t, nil
}

// index keeps every id and refuses one that stands twice, in any spelling.
func (t *xmlTree) index(e *etree.Element) error {
	for _, a := range e.Attr {
		if !isID(a) {
			continue
		}
		if _, twice := t.ids[a.Value]; twice {
			return ErrXMLRefused.Because(fmt.Errorf("id %q stands twice", a.Value))
		}
		t.ids[a.Value] = e
	}
	for _, kid := range e.ChildElements() {
		if err := t.index(kid); err != nil {
			return err
		}
	}
	return nil
}

func isID(a etree.Attr) bool {
	return (a.Space == "" || a.Space == "xml") && strings.EqualFold(a.Key, "id")
}

// scanner counts while the document goes by.
type scanner struct {
	depth, elements, roots int
	prefixes               map[string]bool
}

func scanXML(document []byte) error {
	d := xml.NewDecoder(bytes.NewReader(document))
	d.CharsetReader = func(charset string, in io.Reader) (io.Reader, error) {
		if strings.EqualFold(charset, "us-ascii") {
			return in, nil
		}
		return nil, ErrXMLRefused.Because(fmt.Errorf("encoding %q", charset))
	}
	s := scanner{prefixes: map[string]bool{}}
	for {
		at := d.InputOffset()
		token, err := d.RawToken()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			if refused, ok := errors.AsType[*errs.Error](err); ok {
				return refused
			}
			return ErrXML.Because(err)
		}
		if err := s.token(token, at); err != nil {
			return err
		}
	}
	if s.roots != 1 || s.depth != 0 {
		return ErrXML.Because(fmt.Errorf("%d roots", s.roots))
	}
	return nil
}

func (s *scanner) token(token xml.Token, at int64) error {
	switch token := token.(type) {
	case xml.Directive:
		return ErrXMLRefused.Because(errors.New("a document type or an entity"))
	case xml.ProcInst:
		if token.Target != "xml" || at != 0 {
			return ErrXMLRefused.Because(errors.New("a processing instruction"))
		}
	case xml.CharData:
		if s.depth == 0 && len(bytes.TrimSpace(token)) != 0 {
			return ErrXML.Because(errors.New("text outside of the root"))
		}
	case xml.EndElement:
		s.depth--
	case xml.StartElement:
		if s.depth == 0 {
			s.roots++
		}
		s.depth++
		s.elements++
		if s.depth > maxXMLDepth || s.elements > maxXMLElements || len(token.Attr) > maxXMLAttrs {
			return ErrXMLLarge
		}
		return s.names(token)
	}
	return nil
}

// names refuses names that readers take apart in different ways.
func (s *scanner) names(e xml.StartElement) error {
	seen := map[xml.Name]bool{}
	for _, n := range append([]xml.Name{e.Name}, attributeNames(e)...) {
		if strings.Contains(n.Local, ":") || n.Local == "" {
			return ErrXML.Because(fmt.Errorf("name %s:%s", n.Space, n.Local))
		}
	}
	if e.Name.Space == "xmlns" {
		return ErrXML.Because(errors.New("an element of the name xmlns"))
	}
	for _, a := range e.Attr {
		if seen[a.Name] {
			return ErrXMLRefused.Because(fmt.Errorf("attribute %s stands twice", a.Name.Local))
		}
		seen[a.Name] = true
		if a.Name.Space != "xmlns" && a.Name != (xml.Name{Local: "xmlns"}) {
			continue
		}
		// The names reserved for XML itself are bound once and for all; the canonical form relies on it.
		if (a.Value == nsXML) != (a.Name == xml.Name{Space: "xmlns", Local: "xml"}) || a.Value == nsXMLNS || a.Name.Local == "xmlns" && a.Name.Space != "" {
			return ErrXMLRefused.Because(errors.New("a reserved name space"))
		}
		if a.Value == "" && a.Name.Space == "xmlns" {
			return ErrXML.Because(errors.New("a prefix without name space"))
		}
		if s.prefixes[a.Name.Local] = true; len(s.prefixes) > maxXMLPrefixes {
			return ErrXMLLarge
		}
	}
	return nil
}

func attributeNames(e xml.StartElement) (all []xml.Name) {
	for _, a := range e.Attr {
		all = append(all, a.Name)
	}
	return all
}

// canonical returns the exclusive canonical form of an element, with the name
// spaces it has where it stands; without is left out when it is not nil.
func canonical(e, without *etree.Element) ([]byte, error) {
	return canonicalWith(e, without, "")
}

// canonicalWith is canonical with prefixes that are declared whether they are used
// or not, by their names with spaces between.
func canonicalWith(e, without *etree.Element, prefixes string) (_ []byte, err error) {
	c := e.Copy()
	if without != nil {
		var trail []int
		for at := without; at != e; at = at.Parent() {
			if at == nil {
				return nil, ErrXMLElement
			}
			trail = append(trail, at.Index())
		}
		place := c
		for _, i := range slices.Backward(trail[1:]) {
			place, _ = place.Child[i].(*etree.Element)
		}
		place.RemoveChildAt(trail[0])
	}
	declared := map[string]bool{}
	for _, a := range c.Attr {
		if name, ok := declares(a); ok {
			declared[name] = true
		}
	}
	for up := e.Parent(); up != nil; up = up.Parent() {
		for _, a := range up.Attr {
			name, ok := declares(a)
			if ok && !declared[name] {
				declared[name] = true
				if a.Value != "" { // no default name space is what it is without
					c.Attr = append(c.Attr, etree.Attr{Space: a.Space, Key: a.Key, Value: a.Value})
				}
			}
		}
	}
	out, err := dsig.MakeC14N10ExclusiveCanonicalizerWithPrefixList(prefixes).Canonicalize(c)
	if err != nil {
		return nil, ErrXML.Because(err)
	}
	return out, nil
}

// declares returns the prefix an attribute declares, "" for the default.
func declares(a etree.Attr) (string, bool) {
	switch {
	case a.Space == "xmlns":
		return a.Key, true
	case a.Space == "" && a.Key == "xmlns":
		return "", true
	}
	return "", false
}

// is reports whether an element has a name.
func is(e *etree.Element, space, tag string) bool {
	return e != nil && e.Tag == tag && e.NamespaceURI() == space
}

// kids returns the children with a name.
func kids(e *etree.Element, space, tag string) (all []*etree.Element) {
	if e == nil {
		return nil
	}
	for _, k := range e.ChildElements() {
		if is(k, space, tag) {
			all = append(all, k)
		}
	}
	return all
}

// down follows names that each stand once; nil when one does not.
func down(e *etree.Element, space string, tags ...string) *etree.Element {
	for _, tag := range tags {
		found := kids(e, space, tag)
		if len(found) != 1 {
			return nil
		}
		e = found[0]
	}
	return e
}

// words is all text of an element, comments aside.
func words(e *etree.Element) string {
	if e == nil {
		return ""
	}
	var b strings.Builder
	for _, t := range e.Child {
		if c, ok := t.(*etree.CharData); ok {
			b.WriteString(c.Data)
		}
	}
	return strings.TrimSpace(b.String())
}

// where is the path of an element for people: names without prefixes, and the
// place among its namesakes where there are more.
func where(e *etree.Element) string {
	path := ""
	for ; e != nil && e.Tag != ""; e = e.Parent() {
		step, n, of := "/"+e.Tag, 0, 0
		if up := e.Parent(); up != nil {
			for _, k := range up.ChildElements() {
				if k.Tag == e.Tag {
					of++
					if k == e {
						n = of
					}
				}
			}
		}
		if of > 1 {
			step = fmt.Sprintf("%s[%d]", step, n)
		}
		path = step + path
	}
	return path
}

// within reports whether e stands in top, or is it.
func within(e, top *etree.Element) bool {
	for ; e != nil; e = e.Parent() {
		if e == top {
			return true
		}
	}
	return false
}
