// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package signing

import (
	"context"
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/asn1"
	"encoding/base64"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"time"

	"github.com/beevik/etree"

	"tinhso.vn/internal/platform/errs"
)

// Algorithms of XML signatures (RFC 9231).
const (
	xmlExclusive  = "http://www.w3.org/2001/10/xml-exc-c14n#"
	xmlEnveloped  = "http://www.w3.org/2000/09/xmldsig#enveloped-signature"
	xmlSHA256     = "http://www.w3.org/2001/04/xmlenc#sha256"
	xmlRSA        = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
	xmlECDSA      = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256"
	xmlProperties = "http://uri.etsi.org/01903#SignedProperties"
)

// XMLForm is where an XML signature stands.
type XMLForm uint8

// The forms of XML signatures.
const (
	XMLEnveloped  XMLForm = iota // inside of what is signed, at its end
	XMLDetached                  // beside it in the same document, at the end of the root
	XMLEnveloping                // around it: the signature is the document
)

// XMLRequest is one XML signature.
type XMLRequest struct {
	Form  XMLForm
	Ref   string    // Id of the element to sign; "" for the whole document
	At    time.Time // said by the signer
	MIME  string    // of what is signed, "" for text/xml
	Roles []string  // claimed by the signer, such as "Chủ tịch"
	Plain bool      // XMLDSig alone, without what XAdES adds: for receivers of old
}

// PreparedXML is a document waiting for its XML signature. Its fields are
// exported so that it can be kept while a person approves elsewhere.
type PreparedXML struct {
	Document []byte // with an empty signature value
	Hash     []byte // SHA-256, what the signer signs
	ID       string // of the signature
	Cert     []byte // DER
}

// PrepareXML adds a signature without its value (XAdES-B, ETSI EN 319 132-1,
// or XMLDSig). The same document, request and certificate give the same bytes.
func PrepareXML(document []byte, req XMLRequest, cert *x509.Certificate, chain []*x509.Certificate) (p PreparedXML, err error) {
	defer errs.Wrap(&err, "prepare XML signature")

	method, err := xmlMethod(cert)
	if err != nil {
		return p, err
	}
	t, err := parseXML(document)
	if err != nil {
		return p, err
	}
	for n := 1; p.ID == ""; n++ {
		if t.ids[fmt.Sprintf("signature-%d", n)] == nil {
			p.ID = fmt.Sprintf("signature-%d", n)
		}
	}
	s := xmlWriter{tree: t, req: req, id: p.ID, method: method, cert: cert, chain: chain}
	if err := s.place(); err != nil {
		return p, err
	}
	info, err := s.write()
	if err != nil {
		return p, err
	}
	sum := sha256.Sum256(info)
	p.Hash, p.Cert = sum[:], cert.Raw
	p.Document, err = t.bytes()
	return p, err
}

// bytes writes the document so that it reads the same everywhere.
func (t *xmlTree) bytes() ([]byte, error) {
	t.doc.WriteSettings = etree.WriteSettings{CanonicalText: true, CanonicalAttrVal: true}
	b, err := t.doc.WriteToBytes()
	if err != nil {
		return nil, ErrXML.Because(err)
	}
	return b, nil
}

func xmlMethod(cert *x509.Certificate) (string, error) {
	if _, err := algorithm(cert); err != nil {
		return "", err
	}
	if _, ok := cert.PublicKey.(*rsa.PublicKey); ok {
		return xmlRSA, nil
	}
	return xmlECDSA, nil
}

// xmlWriter writes one signature.
type xmlWriter struct {
	tree   *xmlTree
	req    XMLRequest
	id     string
	method string
	cert   *x509.Certificate
	chain  []*x509.Certificate

	target    *etree.Element // what is signed
	uri       string
	signature *etree.Element
	object    *etree.Element // of an enveloping signature
}

// place finds what is signed and puts the signature where it belongs.
func (s *xmlWriter) place() error {
	root := s.tree.doc.Root()
	s.target = root
	if s.req.Ref != "" {
		if s.target = s.tree.ids[s.req.Ref]; s.target == nil {
			return ErrXMLElement.With("id", s.req.Ref)
		}
		s.uri = "#" + s.req.Ref
	}
	s.signature = etree.NewElement("ds:Signature")
	s.signature.CreateAttr("xmlns:ds", nsDSig)
	s.signature.CreateAttr("Id", s.id)
	switch s.req.Form {
	case XMLEnveloped:
		s.target.AddChild(s.signature)
	case XMLDetached:
		if s.target == root {
			return ErrXMLElement.Because(errors.New("a detached signature stands beside what it signs"))
		}
		root.AddChild(s.signature)
	case XMLEnveloping:
		s.tree.doc.SetRoot(s.signature)
		s.object = etree.NewElement("ds:Object")
		s.object.CreateAttr("Id", s.id+"-object")
		s.object.AddChild(s.target)
		s.target, s.uri = s.object, "#"+s.id+"-object"
	default:
		return ErrXMLElement
	}
	return nil
}

func add(parent *etree.Element, tag, text string, attributes ...string) *etree.Element {
	e := parent.CreateElement(tag)
	for i := 0; i+1 < len(attributes); i += 2 {
		e.CreateAttr(attributes[i], attributes[i+1])
	}
	if text != "" {
		e.SetText(text)
	}
	return e
}

// write fills the signature but for its value and returns the canonical form
// of what the signer signs.
func (s *xmlWriter) write() ([]byte, error) {
	info := add(s.signature, "ds:SignedInfo", "")
	add(info, "ds:CanonicalizationMethod", "", "Algorithm", xmlExclusive)
	add(info, "ds:SignatureMethod", "", "Algorithm", s.method)
	value := s.reference(info, s.id+"-content", s.uri, "", s.req.Form == XMLEnveloped)
	add(s.signature, "ds:SignatureValue", "", "Id", s.id+"-value")
	data := add(add(s.signature, "ds:KeyInfo", ""), "ds:X509Data", "")
	for _, c := range append([]*x509.Certificate{s.cert}, s.chain...) {
		add(data, "ds:X509Certificate", base64.StdEncoding.EncodeToString(c.Raw))
	}
	if !s.req.Plain {
		properties, err := s.properties()
		if err != nil {
			return nil, err
		}
		digest := s.reference(info, "", "#"+s.id+"-properties", xmlProperties, false)
		if err := setDigest(digest, properties, nil); err != nil {
			return nil, err
		}
	}
	var without *etree.Element
	if s.req.Form == XMLEnveloped {
		without = s.signature
	}
	if s.object != nil {
		s.signature.AddChild(s.object)
	}
	if err := setDigest(value, s.target, without); err != nil {
		return nil, err
	}
	return canonical(info, nil)
}

// reference adds a reference and returns the place of its digest.
func (s *xmlWriter) reference(info *etree.Element, id, uri, kind string, enveloped bool) *etree.Element {
	r := add(info, "ds:Reference", "")
	for _, a := range [][2]string{{"Id", id}, {"Type", kind}} {
		if a[1] != "" {
			r.CreateAttr(a[0], a[1])
		}
	}
	r.CreateAttr("URI", uri)
	transforms := add(r, "ds:Transforms", "")
	if enveloped {
		add(transforms, "ds:Transform", "", "Algorithm", xmlEnveloped)
	}
	add(transforms, "ds:Transform", "", "Algorithm", xmlExclusive)
	add(r, "ds:DigestMethod", "", "Algorithm", xmlSHA256)
	return add(r, "ds:DigestValue", "")
}

func setDigest(place, target, without *etree.Element) error {
	c, err := canonical(target, without)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(c)
	place.SetText(base64.StdEncoding.EncodeToString(sum[:]))
	return nil
}

// properties adds what XAdES-B asks for: when, with which certificate, what,
// and in which role.
func (s *xmlWriter) properties() (*etree.Element, error) {
	q := add(add(s.signature, "ds:Object", ""), "xades:QualifyingProperties", "", "xmlns:xades", nsXAdES, "Target", "#"+s.id)
	signed := add(q, "xades:SignedProperties", "", "Id", s.id+"-properties")
	about := add(signed, "xades:SignedSignatureProperties", "")
	add(about, "xades:SigningTime", s.req.At.Format(time.RFC3339))
	sum := sha256.Sum256(s.cert.Raw)
	c := add(add(about, "xades:SigningCertificateV2", ""), "xades:Cert", "")
	digest := add(c, "xades:CertDigest", "")
	add(digest, "ds:DigestMethod", "", "Algorithm", xmlSHA256)
	add(digest, "ds:DigestValue", base64.StdEncoding.EncodeToString(sum[:]))
	serial, err := asn1.Marshal(essIssuer{
		Names:  []asn1.RawValue{{Class: asn1.ClassContextSpecific, Tag: 4, IsCompound: true, Bytes: s.cert.RawIssuer}},
		Serial: s.cert.SerialNumber,
	})
	if err != nil {
		return nil, ErrKey.Because(err)
	}
	add(c, "xades:IssuerSerialV2", base64.StdEncoding.EncodeToString(serial))
	if len(s.req.Roles) > 0 {
		claimed := add(add(about, "xades:SignerRoleV2", ""), "xades:ClaimedRoles", "")
		for _, r := range s.req.Roles {
			add(claimed, "xades:ClaimedRole", r)
		}
	}
	mime := s.req.MIME
	if mime == "" {
		mime = "text/xml"
	}
	format := add(add(signed, "xades:SignedDataObjectProperties", ""), "xades:DataObjectFormat", "", "ObjectReference", "#"+s.id+"-content")
	add(format, "xades:MimeType", mime)
	return signed, nil
}

// Embed returns the signed document. signature is what a Signer answers for
// Hash; one that is not of the certificate's key is refused.
func (p PreparedXML) Embed(signature []byte) (document []byte, err error) {
	defer errs.Wrap(&err, "embed XML signature")

	cert, err := x509.ParseCertificate(p.Cert)
	if err != nil {
		return nil, ErrKey.Because(err)
	}
	t, err := parseXML(p.Document)
	if err != nil {
		return nil, err
	}
	sig := t.ids[p.ID]
	value := down(sig, nsDSig, "SignatureValue")
	if !is(sig, nsDSig, "Signature") || value == nil || words(value) != "" {
		return nil, ErrMismatch
	}
	info, err := canonical(down(sig, nsDSig, "SignedInfo"), nil)
	if err != nil {
		return nil, err
	}
	if checkRaw(cert, info, signature) != nil {
		return nil, ErrSignature
	}
	if signature, err = xmlValue(cert, signature); err != nil {
		return nil, err
	}
	value.SetText(base64.StdEncoding.EncodeToString(signature))
	return t.bytes()
}

// xmlValue turns a raw signature into what XML wants: r and s side by side for
// ECDSA, as long as the curve.
func xmlValue(cert *x509.Certificate, signature []byte) ([]byte, error) {
	key, ok := cert.PublicKey.(*ecdsa.PublicKey)
	if !ok {
		return signature, nil
	}
	var pair struct{ R, S *big.Int }
	if rest, err := asn1.Unmarshal(signature, &pair); err != nil || len(rest) != 0 {
		return nil, ErrSignature.Because(err)
	}
	size := (key.Params().BitSize + 7) / 8
	return slices.Concat(pair.R.FillBytes(make([]byte, size)), pair.S.FillBytes(make([]byte, size))), nil
}

// xmlRaw is the way back.
func xmlRaw(cert *x509.Certificate, value []byte) ([]byte, error) {
	if _, ok := cert.PublicKey.(*ecdsa.PublicKey); !ok {
		return value, nil
	}
	if len(value)%2 != 0 || len(value) == 0 || len(value) > 256 {
		return nil, ErrSignature
	}
	half := len(value) / 2
	return asn1.Marshal(struct{ R, S *big.Int }{new(big.Int).SetBytes(value[:half]), new(big.Int).SetBytes(value[half:])})
}

// StampXML adds a time stamp to the signature with this Id: XAdES-T.
func StampXML(ctx context.Context, document []byte, id string, stamp Stamper) (_ []byte, err error) {
	defer errs.Wrap(&err, "time stamp of an XML signature")

	t, err := parseXML(document)
	if err != nil {
		return nil, err
	}
	sig := t.ids[id]
	value := down(sig, nsDSig, "SignatureValue")
	q := qualifying(sig)
	if value == nil || q == nil || len(kids(q, nsXAdES, "UnsignedProperties")) != 0 {
		return nil, ErrXMLElement.With("id", id)
	}
	content, err := canonical(value, nil)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(content)
	token, err := stamp(ctx, sum[:])
	if err != nil {
		return nil, ErrTime.Because(err)
	}
	if _, err := readStamp(token, content); err != nil {
		return nil, err
	}
	prefix := strings.TrimSuffix(q.FullTag(), "QualifyingProperties")
	at := add(add(add(q, prefix+"UnsignedProperties", ""), prefix+"UnsignedSignatureProperties", ""), prefix+"SignatureTimeStamp", "")
	add(at, strings.TrimSuffix(sig.FullTag(), "Signature")+"CanonicalizationMethod", "", "Algorithm", xmlExclusive)
	add(at, prefix+"EncapsulatedTimeStamp", base64.StdEncoding.EncodeToString(token))
	return t.bytes()
}

// qualifying returns the XAdES properties of a signature, nil when there are
// none or several.
func qualifying(sig *etree.Element) (found *etree.Element) {
	for _, o := range kids(sig, nsDSig, "Object") {
		for _, q := range kids(o, nsXAdES, "QualifyingProperties") {
			if found != nil {
				return nil
			}
			found = q
		}
	}
	return found
}

// SignXML prepares, signs and embeds in one go, with a time stamp when stamp is
// not nil.
func SignXML(ctx context.Context, document []byte, req XMLRequest, signer Signer, stamp Stamper) ([]byte, error) {
	cert, chain, err := signer.Certificate(ctx)
	if err != nil {
		return nil, err
	}
	p, err := PrepareXML(document, req, cert, chain)
	if err != nil {
		return nil, err
	}
	signature, err := signer.Sign(ctx, p.Hash)
	if err != nil {
		return nil, err
	}
	signed, err := p.Embed(signature)
	if err != nil || stamp == nil {
		return signed, err
	}
	return StampXML(ctx, signed, p.ID, stamp)
}
