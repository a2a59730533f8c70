// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package signing

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/rsa"
	_ "crypto/sha512" // what others sign with
	"crypto/x509"
	"encoding/base64"
	"slices"
	"strings"
	"time"

	"github.com/beevik/etree"

	"tinhso.vn/internal/platform/errs"
)

// Problems of XML signatures, beside those of all signatures.
const (
	ProblemReference Problem = "signing.problem.reference" // not exactly one thing is signed, or it is not in the document
	ProblemTransform Problem = "signing.problem.transform" // what is signed is not what is shown
	ProblemAlgorithm Problem = "signing.problem.algorithm" // too weak, or a secret that two share
)

// XMLSignature is one XML signature and what the check found.
type XMLSignature struct {
	ID       string
	Form     XMLForm
	Level    Level  // "" for XMLDSig alone and when it is not valid
	Element  string // path of what is signed, such as /hoSo/noiDung
	Whole    bool   // all of the document is signed, the signature aside
	Content  []byte // what is signed, canonical: trust this and nothing beside it
	MIME     string
	Roles    []string  // claimed
	Claimed  time.Time // said by the signer, zero when not said
	Stamped  time.Time // time of a trusted time stamp, zero for none
	Cert     *x509.Certificate
	Intact   bool // Content is what was signed, by Cert
	Trusted  bool
	Chain    []*x509.Certificate // from Cert to a root; what came with it where it leads to none
	Problems []Problem

	Revocation Revocation
	Standing   Standing
}

// Valid reports whether nothing is wrong.
func (s XMLSignature) Valid() bool { return s.Intact && s.Trusted && len(s.Problems) == 0 }

// XMLReport is the result of a check.
type XMLReport struct {
	Root       string         // name of the document's element
	Signatures []XMLSignature // in the order of the document
	Unsigned   []string       // parts of the document that no valid signature covers
}

// Valid reports whether there is a signature, all are valid and nothing in the
// document is unsigned.
func (r XMLReport) Valid() bool {
	return len(r.Signatures) > 0 && len(r.Unsigned) == 0 &&
		!slices.ContainsFunc(r.Signatures, func(s XMLSignature) bool { return !s.Valid() })
}

const maxXMLSignatures = 8

// VerifyXML checks every XML signature of a document at a time: XMLDSig and
// XAdES with one reference to something in the document. It asks no network.
// An error means that the document cannot be read; a bad signature is a
// finding.
func VerifyXML(document []byte, trust Trust, at time.Time) (rep XMLReport, err error) {
	defer errs.Wrap(&err, "verify XML document")

	t, err := parseXML(document)
	if err != nil {
		return rep, err
	}
	root := t.doc.Root()
	rep.Root = root.Tag
	var found []*etree.Element
	collect(root, &found)
	if len(found) > maxXMLSignatures {
		return rep, ErrMany.With("max", maxXMLSignatures)
	}
	var covered []*xmlReader
	for _, e := range found {
		r := xmlReader{tree: t, sig: e, out: XMLSignature{ID: e.SelectAttrValue("Id", "")}}
		r.check(trust, at)
		if r.out.Valid() {
			covered = append(covered, &r)
		}
		rep.Signatures = append(rep.Signatures, r.out)
	}
	rep.Unsigned = unsigned(root, covered)
	return rep, nil
}

func collect(e *etree.Element, found *[]*etree.Element) {
	if is(e, nsDSig, "Signature") {
		*found = append(*found, e)
	}
	for _, k := range e.ChildElements() {
		collect(k, found)
	}
}

// unsigned lists what no valid signature covers: the outermost elements, and
// attributes and text of those that hold a signed one.
func unsigned(e *etree.Element, covered []*xmlReader) (all []string) {
	for _, r := range covered {
		if r.target == e {
			if within(r.sig, e) { // the signature is not under itself
				all = around(r.sig, covered)
			}
			return all
		}
	}
	holds := false
	for _, r := range covered {
		if r.sig == e {
			return around(e, covered)
		}
		holds = holds || within(r.target, e) || within(r.sig, e)
	}
	if !holds || is(e, nsDSig, "Signature") {
		return []string{where(e)}
	}
	for _, a := range e.Attr {
		if _, ok := declares(a); !ok {
			all = append(all, where(e)+"/@"+a.Key)
		}
	}
	if words(e) != "" {
		all = append(all, where(e)+"/text()")
	}
	for _, k := range e.ChildElements() {
		all = append(all, unsigned(k, covered)...)
	}
	return all
}

// around lists what a signature holds beside its own parts, which its check
// has looked at.
func around(sig *etree.Element, covered []*xmlReader) (all []string) {
	for _, o := range kids(sig, nsDSig, "Object") {
		if len(kids(o, nsXAdES, "QualifyingProperties")) == 0 {
			all = append(all, unsigned(o, covered)...)
		}
	}
	return all
}

// xmlReader checks one signature.
type xmlReader struct {
	tree   *xmlTree
	sig    *etree.Element
	out    XMLSignature
	target *etree.Element // what is signed

	certs []*x509.Certificate
	value []byte // the signature
}

func (r *xmlReader) bad(p Problem) bool {
	if !slices.Contains(r.out.Problems, p) {
		r.out.Problems = append(r.out.Problems, p)
	}
	return false
}

func (r *xmlReader) check(trust Trust, at time.Time) {
	info := down(r.sig, nsDSig, "SignedInfo")
	value := down(r.sig, nsDSig, "SignatureValue")
	if info == nil || value == nil || !r.shape() || !r.key() {
		r.bad(ProblemCMS)
		return
	}
	var ok bool
	if r.value, ok = decode64(value); !ok {
		r.bad(ProblemCMS)
		return
	}
	if !r.references(info) || !r.signed(info) || !r.properties() {
		return
	}
	r.out.Intact = len(r.out.Problems) == 0
	r.trust(value, trust, at)
}

// shape reports whether the signature has only the parts it may have, without
// comments that could hide some of them.
func (r *xmlReader) shape() bool {
	q := qualifying(r.sig)
	for _, k := range r.sig.ChildElements() {
		switch {
		case k.NamespaceURI() != nsDSig, !slices.Contains([]string{"SignedInfo", "SignatureValue", "KeyInfo", "Object"}, k.Tag):
			return false
		case k.Tag == "Object" && len(kids(k, nsXAdES, "QualifyingProperties")) > 0:
			if q == nil || len(k.ChildElements()) != 1 || words(k) != "" {
				return false
			}
		}
	}
	return !slices.ContainsFunc([]*etree.Element{down(r.sig, nsDSig, "SignedInfo"), down(r.sig, nsDSig, "SignatureValue"), down(r.sig, nsDSig, "KeyInfo"), q}, comments)
}

func comments(e *etree.Element) bool {
	if e == nil {
		return false
	}
	for _, t := range e.Child {
		if _, ok := t.(*etree.Comment); ok {
			return true
		}
	}
	return slices.ContainsFunc(e.ChildElements(), comments)
}

// key reads the certificates; the first is the signer's.
func (r *xmlReader) key() bool {
	for _, data := range kids(down(r.sig, nsDSig, "KeyInfo"), nsDSig, "X509Data") {
		for _, e := range kids(data, nsDSig, "X509Certificate") {
			der, ok := decode64(e)
			if !ok || len(r.certs) > 16 {
				return false
			}
			c, err := x509.ParseCertificate(der)
			if err != nil {
				return false
			}
			r.certs = append(r.certs, c)
		}
	}
	if len(r.certs) == 0 {
		return false
	}
	r.out.Cert = r.certs[0]
	return true
}

func decode64(e *etree.Element) ([]byte, bool) {
	if e == nil || len(e.ChildElements()) != 0 {
		return nil, false
	}
	b, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(words(e)), ""))
	return b, err == nil && len(b) > 0
}

// references finds what is signed: one thing, and the signature's own
// properties beside it.
func (r *xmlReader) references(info *etree.Element) bool {
	var own *etree.Element
	for _, ref := range kids(info, nsDSig, "Reference") {
		e, uri := r.resolve(ref)
		if e == nil {
			return r.bad(ProblemReference)
		}
		props := down(qualifying(r.sig), nsXAdES, "SignedProperties")
		switch {
		case e == props && own == nil && uri != "":
			own = e
			if enveloped, ok := transforms(ref); !ok || enveloped {
				return r.bad(ProblemTransform)
			}
			if !r.digest(ref, e, nil) {
				return false
			}
		case e != props && r.target == nil && !r.inside(e):
			r.target = e
			if !r.content(ref) {
				return false
			}
		default:
			return r.bad(ProblemReference)
		}
	}
	if r.target == nil || (own == nil && qualifying(r.sig) != nil) {
		return r.bad(ProblemReference)
	}
	return true
}

// inside reports whether an element is part of the signature without being an
// Object with content.
func (r *xmlReader) inside(e *etree.Element) bool {
	if !within(e, r.sig) {
		return false
	}
	for ; e.Parent() != r.sig; e = e.Parent() {
		if e == r.sig {
			return true
		}
	}
	return !is(e, nsDSig, "Object") || len(kids(e, nsXAdES, "QualifyingProperties")) > 0
}

func (r *xmlReader) resolve(ref *etree.Element) (*etree.Element, string) {
	a := ref.SelectAttr("URI")
	switch {
	case a == nil:
		return nil, ""
	case a.Value == "":
		return r.tree.doc.Root(), ""
	case strings.HasPrefix(a.Value, "#"):
		return r.tree.ids[a.Value[1:]], a.Value
	}
	return nil, a.Value // of another place: nothing is fetched
}

// content checks the digest of what is signed and says where it stands.
func (r *xmlReader) content(ref *etree.Element) bool {
	enveloped, ok := transforms(ref)
	holds := within(r.sig, r.target)
	if !ok || enveloped != holds {
		return r.bad(ProblemTransform)
	}
	var without *etree.Element
	r.out.Form = XMLDetached
	switch {
	case holds:
		r.out.Form, without = XMLEnveloped, r.sig
	case within(r.target, r.sig):
		r.out.Form = XMLEnveloping
	}
	r.out.Element = where(r.target)
	root := r.tree.doc.Root()
	r.out.Whole = r.target == root || (r.sig == root && r.target.Parent() == root)
	return r.digest(ref, r.target, without)
}

// transforms reports whether the signature itself is taken out, and whether
// there is nothing else but the canonical form at the end.
func transforms(ref *etree.Element) (enveloped, ok bool) {
	var list []string
	for _, t := range kids(down(ref, nsDSig, "Transforms"), nsDSig, "Transform") {
		if len(t.ChildElements()) != 0 {
			return false, false // an XPath, or prefixes to be treated otherwise
		}
		list = append(list, t.SelectAttrValue("Algorithm", ""))
	}
	switch {
	case slices.Equal(list, []string{xmlExclusive}):
		return false, true
	case slices.Equal(list, []string{xmlEnveloped, xmlExclusive}):
		return true, true
	}
	return false, false
}

func (r *xmlReader) digest(ref, e, without *etree.Element) bool {
	h, ok := map[string]crypto.Hash{
		xmlSHA256: crypto.SHA256,
		"http://www.w3.org/2001/04/xmldsig-more#sha384": crypto.SHA384,
		"http://www.w3.org/2001/04/xmlenc#sha512":       crypto.SHA512,
	}[algorithmOf(ref, "DigestMethod")]
	if !ok {
		return r.bad(ProblemAlgorithm)
	}
	want, ok := decode64(down(ref, nsDSig, "DigestValue"))
	if !ok {
		return r.bad(ProblemCMS)
	}
	content, err := canonical(e, without)
	if err != nil {
		return r.bad(ProblemCMS)
	}
	sum := h.New()
	sum.Write(content)
	if !bytes.Equal(sum.Sum(nil), want) {
		return r.bad(ProblemDigest)
	}
	if e == r.target {
		r.out.Content = content
	}
	return true
}

func algorithmOf(e *etree.Element, tag string) string {
	m := down(e, nsDSig, tag)
	if m == nil || len(m.ChildElements()) != 0 {
		return ""
	}
	return m.SelectAttrValue("Algorithm", "")
}

// signed checks the signature over SignedInfo with the key of the certificate.
func (r *xmlReader) signed(info *etree.Element) bool {
	if algorithmOf(info, "CanonicalizationMethod") != xmlExclusive {
		return r.bad(ProblemTransform)
	}
	method := algorithmOf(info, "SignatureMethod")
	kind, size, ok := strings.Cut(strings.TrimPrefix(method, "http://www.w3.org/2001/04/xmldsig-more#"), "-")
	hash := map[string]crypto.Hash{"sha256": crypto.SHA256, "sha384": crypto.SHA384, "sha512": crypto.SHA512}[size]
	if !ok || hash == 0 || (kind != "rsa" && kind != "ecdsa") || !strings.HasPrefix(method, "http://www.w3.org/2001/04/xmldsig-more#") {
		return r.bad(ProblemAlgorithm)
	}
	if _, err := algorithm(r.out.Cert); err != nil {
		return r.bad(ProblemAlgorithm)
	}
	content, err := canonical(info, nil)
	if err != nil {
		return r.bad(ProblemCMS)
	}
	h := hash.New()
	h.Write(content)
	good := false
	switch key := r.out.Cert.PublicKey.(type) {
	case *rsa.PublicKey:
		good = kind == "rsa" && rsa.VerifyPKCS1v15(key, hash, h.Sum(nil), r.value) == nil
	case *ecdsa.PublicKey:
		raw, err := xmlRaw(r.out.Cert, r.value)
		good = err == nil && kind == "ecdsa" && ecdsa.VerifyASN1(key, h.Sum(nil), raw)
	}
	if !good {
		return r.bad(ProblemSignature)
	}
	return true
}

// properties reads what XAdES says about the signature and holds it to the
// certificate.
func (r *xmlReader) properties() bool {
	signed := down(qualifying(r.sig), nsXAdES, "SignedProperties")
	if signed == nil {
		return true
	}
	about := down(signed, nsXAdES, "SignedSignatureProperties")
	if at := down(about, nsXAdES, "SigningTime"); at != nil {
		r.out.Claimed, _ = time.Parse(time.RFC3339, words(at)) // zero when it cannot be read
	}
	r.out.MIME = words(down(signed, nsXAdES, "SignedDataObjectProperties", "DataObjectFormat", "MimeType"))
	for _, tag := range []string{"SignerRoleV2", "SignerRole"} {
		for _, role := range kids(down(about, nsXAdES, tag, "ClaimedRoles"), nsXAdES, "ClaimedRole") {
			r.out.Roles = append(r.out.Roles, words(role))
		}
	}
	for _, tag := range []string{"SigningCertificateV2", "SigningCertificate"} {
		list := kids(down(about, nsXAdES, tag), nsXAdES, "Cert")
		if len(list) == 0 {
			continue
		}
		digest := down(list[0], nsXAdES, "CertDigest")
		want, ok := decode64(down(digest, nsDSig, "DigestValue"))
		if !ok || algorithmOf(digest, "DigestMethod") != xmlSHA256 {
			return r.bad(ProblemCertificate)
		}
		h := crypto.SHA256.New()
		h.Write(r.out.Cert.Raw)
		if !bytes.Equal(h.Sum(nil), want) {
			return r.bad(ProblemCertificate)
		}
		r.out.Level = LevelB
		return true
	}
	return r.bad(ProblemCertificate)
}

// trust judges the certificate as that of a PDF signature is judged.
func (r *xmlReader) trust(value *etree.Element, trust Trust, at time.Time) {
	s := judged{Signature: Signature{Chain: r.certs}, cms: &cmsCheck{cert: r.out.Cert, certs: r.certs}}
	stamps := kids(down(qualifying(r.sig), nsXAdES, "UnsignedProperties", "UnsignedSignatureProperties"), nsXAdES, "SignatureTimeStamp")
	if len(stamps) > 0 {
		raw, err := canonical(value, nil)
		token, ok := decode64(down(stamps[0], nsXAdES, "EncapsulatedTimeStamp"))
		if err != nil || !ok || len(stamps) > 1 || algorithmOf(stamps[0], "CanonicalizationMethod") != xmlExclusive {
			r.bad(ProblemStamp)
		} else {
			s.cms.raw, s.cms.token = raw, token
		}
	}
	known := Evidence{CRLs: trust.CRLs, OCSPs: trust.OCSPs}
	w := witness{trust: trust, known: known, now: at, proven: at}
	w.signature(&s)
	for _, p := range s.Problems {
		r.bad(p)
	}
	r.out.Chain = s.Chain
	r.out.Trusted, r.out.Stamped, r.out.Revocation, r.out.Standing = s.Trusted, s.Stamped, s.Revocation, s.Standing
	switch {
	case r.out.Level == "":
	case !r.out.Valid():
		r.out.Level = ""
	case !s.Stamped.IsZero():
		r.out.Level = LevelT
	}
}
