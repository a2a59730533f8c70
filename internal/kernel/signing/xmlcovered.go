// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package signing

import (
	"bytes"
	"crypto"
	"crypto/x509"
	"strings"

	"github.com/beevik/etree"

	"tinhso.vn/internal/platform/errs"
)

// Covered is an element of a document under a signature that holds.
type Covered struct {
	Path    string // "/Response/Assertion"
	Content []byte // its canonical form without the signature: read this and nothing beside it
}

// maxPrefixes bounds the list of prefixes that a signature may carry along.
const maxPrefixes = 200

// CoveredBy checks every XML signature of a document by certificates that are
// known beforehand, whatever the signatures say of themselves, and returns what
// they cover. It is for messages of one known sender; VerifyXML is for papers.
// Every signature stands directly in the one element it signs, which it names by
// its id. ErrSignature where one does not hold; nothing where nobody has signed.
func CoveredBy(document []byte, known []*x509.Certificate) (all []Covered, err error) {
	defer errs.Wrap(&err, "read a signed XML message")

	t, err := parseXML(document)
	if err != nil {
		return nil, err
	}
	var found []*etree.Element
	collect(t.doc.Root(), &found)
	if len(found) > maxXMLSignatures {
		return nil, ErrMany.With("max", maxXMLSignatures)
	}
	for _, e := range found {
		content, ok := (&xmlReader{tree: t, sig: e}).coveredBy(known)
		if !ok {
			return nil, ErrSignature
		}
		all = append(all, Covered{Path: where(e.Parent()), Content: content})
	}
	return all, nil
}

// coveredBy returns the content of the element that the signature stands in.
func (r *xmlReader) coveredBy(known []*x509.Certificate) (content []byte, ok bool) {
	info, up := down(r.sig, nsDSig, "SignedInfo"), r.sig.Parent()
	if info == nil || up == nil || up.Tag == "" || !r.shape() || len(kids(r.sig, nsDSig, "Object")) != 0 {
		return nil, false
	}
	if r.value, ok = decode64(down(r.sig, nsDSig, "SignatureValue")); !ok {
		return nil, false
	}
	ref := down(info, nsDSig, "Reference")
	if ref == nil {
		return nil, false
	}
	if target, uri := r.resolve(ref); target != up || uri == "" {
		return nil, false
	}
	prefixes, ok := enveloped(ref)
	if !ok {
		return nil, false
	}
	h, ok := map[string]crypto.Hash{
		xmlSHA256: crypto.SHA256,
		"http://www.w3.org/2001/04/xmldsig-more#sha384": crypto.SHA384,
		"http://www.w3.org/2001/04/xmlenc#sha512":       crypto.SHA512,
	}[algorithmOf(ref, "DigestMethod")]
	want, whole := decode64(down(ref, nsDSig, "DigestValue"))
	if !ok || !whole {
		return nil, false
	}
	content, err := canonicalWith(up, r.sig, prefixes)
	if err != nil {
		return nil, false
	}
	sum := h.New()
	sum.Write(content)
	if !bytes.Equal(sum.Sum(nil), want) {
		return nil, false
	}
	for _, c := range known {
		if r.out.Cert = c; r.signed(info) {
			return content, true
		}
	}
	return nil, false
}

// enveloped reports whether a reference takes out the signature and nothing else,
// and the prefixes it carries along.
func enveloped(ref *etree.Element) (prefixes string, ok bool) {
	list := kids(down(ref, nsDSig, "Transforms"), nsDSig, "Transform")
	if len(list) != 2 || list[0].SelectAttrValue("Algorithm", "") != xmlEnveloped || len(list[0].ChildElements()) != 0 ||
		list[1].SelectAttrValue("Algorithm", "") != xmlExclusive {
		return "", false
	}
	switch more := list[1].ChildElements(); {
	case len(more) == 0:
		return "", true
	case len(more) > 1 || !is(more[0], xmlExclusive, "InclusiveNamespaces") || len(more[0].ChildElements()) != 0:
		return "", false
	default:
		prefixes = strings.Join(strings.Fields(more[0].SelectAttrValue("PrefixList", "")), " ")
		return prefixes, len(prefixes) <= maxPrefixes
	}
}
