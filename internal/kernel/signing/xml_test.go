// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package signing_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/signing"
	"tinhso.vn/internal/platform/pdf/pdftest"
)

const dossier = `<?xml version="1.0" encoding="UTF-8"?>
<!-- Hồ sơ gửi sang cơ quan khác -->
<hoSo xmlns="urn:tinhso:ho-so" xmlns:x="urn:x" Id="tat-ca">
  <noiDung Id="noi-dung" x:loai="&lt;1&gt; &amp; &quot;2&quot;"><hoTen>Nguyễn Thị Hường</hoTen><soTien xmlns:k="urn:k" k:a="1">750000</soTien>
  <ghiChu><![CDATA[a < b]]>&#xD;</ghiChu></noiDung>
</hoSo>
`

func (o *office) signXML(document string, key string, req signing.XMLRequest, stamp signing.Stamper) string {
	o.t.Helper()
	req.At = o.now
	signed, err := signing.SignXML(o.t.Context(), []byte(document), req, o.keys[key], stamp)
	o.must(err)
	return string(signed)
}

func (o *office) verifyXML(document string) signing.XMLReport {
	o.t.Helper()
	rep, err := signing.VerifyXML([]byte(document), signing.Trust{Roots: o.ca.Roots()}, o.now)
	o.must(err)
	return rep
}

// xmlsec asks another program, which needs to be told what an Id is.
func (o *office) xmlsec(document string) (string, bool) {
	o.t.Helper()
	args := []string{
		"--verify", "--trusted-pem", pemFile(o.t, o.ca.Root()), "--enabled-key-data", "x509",
		"--id-attr:Id", "urn:tinhso:ho-so:hoSo", "--id-attr:Id", "urn:tinhso:ho-so:noiDung", "--id-attr:Id", "http://uri.etsi.org/01903/v1.3.2#:SignedProperties",
		save(o.t, "signed.xml", []byte(document)),
	}
	said, err := pdftest.Run(o.t, "xmlsec1", "xmlsec1", args...)
	return said, err == nil && strings.HasPrefix(said, "OK")
}

func TestXMLSignaturesOfAllForms(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	forms := map[string]signing.XMLRequest{
		"enveloped":         {Form: signing.XMLEnveloped},
		"enveloped by id":   {Form: signing.XMLEnveloped, Ref: "tat-ca"},
		"enveloped, inside": {Form: signing.XMLEnveloped, Ref: "noi-dung"},
		"detached":          {Form: signing.XMLDetached, Ref: "noi-dung"},
		"enveloping":        {Form: signing.XMLEnveloping},
	}
	for name, req := range forms {
		for _, key := range []string{"leader", "agency"} { // ECDSA and RSA
			for _, plain := range []bool{false, true} {
				req.Plain, req.Roles = plain, []string{"Chủ tịch Ủy ban nhân dân xã"}
				signed := o.signXML(dossier, key, req, nil)
				if said, ok := o.xmlsec(signed); !ok {
					t.Errorf("%s, %s, plain %v: xmlsec1 says\n%s\n%s", name, key, plain, said, signed)
				}
				rep := o.verifyXML(signed)
				if len(rep.Signatures) != 1 || !rep.Signatures[0].Valid() {
					t.Errorf("%s, %s, plain %v: %+v", name, key, plain, rep)
					continue
				}
				s := rep.Signatures[0]
				partly := req.Ref == "noi-dung"
				if s.Whole == partly || rep.Valid() == partly || s.Form != req.Form || (s.Level == "") != plain || !s.Cert.Equal(o.cert(key)) {
					t.Errorf("%s, %s, plain %v: %+v", name, key, plain, rep)
				}
				if partly && (!slices.Equal(rep.Unsigned, []string{"/hoSo/@Id"}) || s.Element != "/hoSo/noiDung") {
					t.Errorf("%s: %v, signed %s", name, rep.Unsigned, s.Element)
				}
				if !plain && (!s.Claimed.Equal(o.now) || s.MIME != "text/xml" || !slices.Equal(s.Roles, req.Roles)) {
					t.Errorf("%s: %v %v %v", name, s.Claimed, s.MIME, s.Roles)
				}
				if !bytes.Contains(s.Content, []byte("<hoTen>Nguyễn Thị Hường</hoTen>")) || bytes.Contains(s.Content, []byte("SignatureValue")) {
					t.Errorf("%s: content %s", name, s.Content)
				}
			}
		}
	}
}

func TestXMLWithTimeStamp(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	signed := o.signXML(dossier, "leader", signing.XMLRequest{}, o.stamp)
	if said, ok := o.xmlsec(signed); !ok {
		t.Errorf("xmlsec1 says\n%s", said)
	}
	if s := o.verifyXML(signed).Signatures[0]; !s.Valid() || s.Level != signing.LevelT || !s.Stamped.Equal(o.now) {
		t.Errorf("%+v", s)
	}
	long, err := o.ca.Issue(signing.Subject{Name: "Lưu trữ", Stamps: true, From: o.now.AddDate(0, -1, 0), Until: o.now.AddDate(8, 0, 0), Key: signing.RSA2048})
	o.must(err)
	kept := o.signXML(dossier, "leader", signing.XMLRequest{}, o.ca.Stamper(long, o.clock))
	bare := o.signXML(dossier, "leader", signing.XMLRequest{}, nil)
	for document, valid := range map[string]bool{kept: true, bare: false} {
		rep, err := signing.VerifyXML([]byte(document), signing.Trust{Roots: o.ca.Roots()}, o.now.AddDate(4, 0, 0))
		o.must(err)
		if rep.Valid() != valid || slices.Contains(rep.Signatures[0].Problems, signing.ProblemExpired) == valid {
			t.Errorf("after four years: %+v", rep.Signatures[0])
		}
	}
	other := o.signXML(dossier, "agency", signing.XMLRequest{}, o.stamp)
	token := func(s string) string {
		_, s, _ = strings.Cut(s, "<xades:EncapsulatedTimeStamp>")
		s, _, _ = strings.Cut(s, "<")
		return s
	}
	foreign := strings.Replace(signed, token(signed), token(other), 1)
	if s := o.verifyXML(foreign).Signatures[0]; s.Valid() || !slices.Contains(s.Problems, signing.ProblemStamp) {
		t.Errorf("the stamp of another signature: %+v", s)
	}
	lie := func(ctx context.Context, _ []byte) ([]byte, error) { return o.stamp(ctx, make([]byte, 32)) }
	if _, err := signing.SignXML(t.Context(), []byte(dossier), signing.XMLRequest{}, o.keys["leader"], lie); !errors.Is(err, signing.ErrTime) {
		t.Errorf("a stamp over something else: %v", err)
	}
	revoked, err := o.ca.CRL([]signing.Withdrawn{{Serial: o.cert("leader").SerialNumber, At: o.now.Add(-time.Hour)}}, 1, o.now.Add(-time.Minute), o.now.Add(time.Hour))
	o.must(err)
	rep, err := signing.VerifyXML([]byte(signed), signing.Trust{Roots: o.ca.Roots(), CRLs: [][]byte{revoked}}, o.now)
	o.must(err)
	if rep.Valid() || !slices.Contains(rep.Signatures[0].Problems, signing.ProblemRevoked) {
		t.Errorf("withdrawn before: %+v", rep.Signatures[0])
	}
}

func TestTwoPhasesOfXML(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	key := o.keys["leader"]
	cert, chain, err := key.Certificate(t.Context())
	o.must(err)
	p, err := signing.PrepareXML([]byte(dossier), signing.XMLRequest{At: o.now}, cert, chain)
	o.must(err)
	again, err := signing.PrepareXML([]byte(dossier), signing.XMLRequest{At: o.now}, cert, chain)
	o.must(err)
	if !bytes.Equal(p.Document, again.Document) || !bytes.Equal(p.Hash, again.Hash) {
		t.Error("the same request gave another hash: a lost answer would be asked for again")
	}
	signature, err := key.Sign(t.Context(), p.Hash)
	o.must(err)
	signed, err := p.Embed(signature)
	o.must(err)
	if rep := o.verifyXML(string(signed)); !rep.Valid() {
		t.Errorf("%+v", rep)
	}
	if _, err := p.Embed([]byte("nonsense")); !errors.Is(err, signing.ErrSignature) {
		t.Errorf("nonsense: %v", err)
	}
	wrong, err := o.keys["initial"].Sign(t.Context(), p.Hash)
	o.must(err)
	if _, err := p.Embed(wrong); !errors.Is(err, signing.ErrSignature) {
		t.Errorf("another key: %v", err)
	}
	full := p
	full.Document = signed
	if _, err := full.Embed(signature); !errors.Is(err, signing.ErrMismatch) {
		t.Errorf("signed already: %v", err)
	}
	for _, req := range []signing.XMLRequest{{Ref: "nowhere"}, {Form: signing.XMLDetached}, {Form: signing.XMLDetached, Ref: "tat-ca"}, {Form: 7}} {
		if _, err := signing.PrepareXML([]byte(dossier), req, cert, chain); !errors.Is(err, signing.ErrXMLElement) {
			t.Errorf("%+v: %v", req, err)
		}
	}
}

// Two people sign one element, side by side; a third signs the whole.
func TestSeveralXMLSignatures(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	one := o.signXML(dossier, "initial", signing.XMLRequest{Form: signing.XMLDetached, Ref: "noi-dung"}, nil)
	two := o.signXML(one, "leader", signing.XMLRequest{Form: signing.XMLDetached, Ref: "noi-dung"}, o.stamp)
	three := o.signXML(two, "agency", signing.XMLRequest{}, o.stamp)
	rep := o.verifyXML(three)
	if !rep.Valid() || len(rep.Signatures) != 3 || rep.Signatures[0].Whole || !rep.Signatures[2].Whole || rep.Signatures[1].ID != "signature-2" {
		t.Errorf("%+v", rep)
	}
	changed := strings.Replace(three, "750000", "950000", 1)
	for i, s := range o.verifyXML(changed).Signatures {
		if s.Intact || !slices.Contains(s.Problems, signing.ProblemDigest) {
			t.Errorf("signature %d over a changed sum: %+v", i+1, s)
		}
	}
	late := o.signXML(three, "leader", signing.XMLRequest{Form: signing.XMLDetached, Ref: "noi-dung"}, nil)
	rep = o.verifyXML(late)
	if rep.Valid() || rep.Signatures[2].Intact || !rep.Signatures[3].Valid() {
		t.Errorf("a signature after the one over all: %+v", rep)
	}
}

func TestEveryChangedByteOfXMLIsFound(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	signed := o.signXML(dossier, "leader", signing.XMLRequest{Roles: []string{"Chủ tịch"}}, nil)
	before := o.verifyXML(signed)
	tried := 0
	for i := range len(signed) {
		changed := []byte(signed)
		changed[i] ^= 1
		rep, err := signing.VerifyXML(changed, signing.Trust{Roots: o.ca.Roots()}, o.now)
		if err != nil || !rep.Valid() {
			tried++
			continue
		}
		// White space, a comment, a chain's certificate: what is signed must be the same.
		if !bytes.Equal(rep.Signatures[0].Content, before.Signatures[0].Content) || !rep.Signatures[0].Cert.Equal(before.Signatures[0].Cert) ||
			!rep.Signatures[0].Claimed.Equal(before.Signatures[0].Claimed) || !slices.Equal(rep.Signatures[0].Roles, before.Signatures[0].Roles) {
			t.Errorf("byte %d changed from %q to %q is not found", i, signed[i], changed[i])
		}
	}
	if tried < len(signed)/3 {
		t.Errorf("only %d of %d changes were found", tried, len(signed))
	}
}

func BenchmarkXML(b *testing.B) {
	made, err := shared()
	if err != nil {
		b.Fatal(err)
	}
	big := "<a xmlns='urn:a'>" + strings.Repeat("<b c='d'>e</b>", 60_000) + "</a>"
	signed, err := signing.SignXML(b.Context(), []byte(big), signing.XMLRequest{At: made.now}, made.keys["leader"], nil)
	if err != nil {
		b.Fatal(err)
	}
	b.Run(fmt.Sprintf("verify %d KiB", len(signed)>>10), func(b *testing.B) {
		for b.Loop() {
			if rep, err := signing.VerifyXML(signed, signing.Trust{Roots: made.ca.Roots()}, made.now); err != nil || !rep.Valid() {
				b.Fatal(err)
			}
		}
	})
}
