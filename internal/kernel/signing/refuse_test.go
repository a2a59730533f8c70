// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package signing_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"math/big"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/smallstep/pkcs7"

	"tinhso.vn/internal/kernel/signing"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/pdf"
	"tinhso.vn/internal/platform/pdfread"
)

// unbound returns a CMS by another maker, without signing-certificate-v2: the
// certificate in it could be exchanged.
func (o *office) unbound(p signing.Prepared, attached bool) []byte {
	o.t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	o.must(err)
	now := o.now.Add(-time.Hour)
	template := &x509.Certificate{SerialNumber: big.NewInt(7), NotBefore: now, NotAfter: now.AddDate(1, 0, 0)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	o.must(err)
	cert, err := x509.ParseCertificate(der)
	o.must(err)
	data, err := pkcs7.NewSignedData(append(bytes.Clone(p.Document[:p.Start]), p.Document[p.End:]...))
	o.must(err)
	data.SetDigestAlgorithm(pkcs7.OIDDigestAlgorithmSHA256)
	o.must(data.AddSigner(cert, key, pkcs7.SignerInfoConfig{}))
	if !attached {
		data.Detach()
	}
	cms, err := data.Finish()
	o.must(err)
	return cms
}

func TestSignatureWithoutCertificateNameIsFound(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	document, _ := o.paper()
	p, err := signing.Prepare(document, signing.Request{Field: "signature", At: o.now})
	o.must(err)
	hex.Encode(p.Document[p.Start+1:], o.unbound(p, false)) // as another program would
	s := o.verify(p.Document).Signatures[0]
	if s.Valid() || !slices.Contains(s.Problems, signing.ProblemCertificate) || slices.Contains(s.Problems, signing.ProblemSignature) {
		t.Errorf("%v", s.Problems)
	}
}

func TestSignaturesOfOtherPrograms(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	d := pdf.New(pdf.Options{Fonts: o.fonts, Size: pdf.A5(), Made: o.now})
	document, err := d.Bytes()
	o.must(err)
	p, err := signing.Prepare(document, signing.Request{Field: "first", Rect: &pdf.Rect{Page: 1}, At: o.now, Space: 1 << 16})
	o.must(err)
	good, err := signing.BuildCMS(t.Context(), p.Hash, o.keys["leader"], nil)
	o.must(err)
	broken := bytes.Clone(good)
	broken[len(broken)-3] ^= 1
	for name, c := range map[string]struct {
		cms  []byte
		want signing.Problem
	}{
		"broken signature": {broken, signing.ProblemSignature},
		"content inside":   {o.unbound(p, true), signing.ProblemCMS},
		"nonsense":         {[]byte{0x30, 0x03, 0x02, 0x01, 0x07}, signing.ProblemCMS},
	} {
		written := bytes.Clone(p.Document)
		hex.Encode(written[p.Start+1:], c.cms)
		if s := o.verify(written).Signatures[0]; s.Valid() || s.Intact || !slices.Contains(s.Problems, c.want) {
			t.Errorf("%s: %v", name, s.Problems)
		}
	}
}

func TestAnswersThatDoNotFit(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	document, _ := o.paper()
	p, err := signing.Prepare(document, signing.Request{Field: "signature", At: o.now})
	o.must(err)
	q, err := signing.Prepare(document, signing.Request{Field: "seal", At: o.now})
	o.must(err)
	cms, err := signing.BuildCMS(t.Context(), q.Hash, o.keys["leader"], nil)
	o.must(err)
	if _, err := p.Embed(cms); !errors.Is(err, signing.ErrMismatch) {
		t.Errorf("answer for another document: %v", err)
	}
	if _, err := p.Embed([]byte("nonsense")); !errors.Is(err, signing.ErrSignature) {
		t.Errorf("nonsense: %v", err)
	}
	if _, err := p.Embed(make([]byte, 20000)); !errors.Is(err, signing.ErrTooLong) {
		t.Errorf("too long: %v", err)
	}
	good, err := signing.BuildCMS(t.Context(), p.Hash, o.keys["leader"], nil)
	o.must(err)
	bad := bytes.Clone(good)
	bad[len(bad)-3] ^= 1
	if _, err := p.Embed(bad); !errors.Is(err, signing.ErrSignature) {
		t.Errorf("broken signature: %v", err)
	}
	cert, chain, err := o.keys["leader"].Certificate(t.Context())
	o.must(err)
	if _, err := p.Embed(o.unbound(p, false)); !errors.Is(err, signing.ErrSignature) {
		t.Errorf("a signature that names no certificate: %v", err)
	}
	e, err := signing.NewEnvelope(p.Hash, cert, chain)
	o.must(err)
	wrong, err := o.keys["initial"].Sign(t.Context(), e.Hash())
	o.must(err)
	if _, err := e.Finish(wrong, nil); !errors.Is(err, signing.ErrSignature) {
		t.Errorf("another key: %v", err)
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	steps := o.steps()
	document, areas := o.paper()
	seal := areas["seal"]
	for name, c := range map[string]struct {
		document []byte
		req      signing.Request
		want     *errs.Error
	}{
		"no field":           {document, signing.Request{Field: "nobody"}, signing.ErrField},
		"text field":         {document, signing.Request{Field: "number"}, signing.ErrField},
		"signed already":     {steps[0], signing.Request{Field: "initial"}, signing.ErrSigned},
		"filled already":     {steps[2], signing.Request{Field: "extra", Rect: &seal, Fill: map[string]signing.Fill{"number": {Value: "1"}}}, signing.ErrFilled},
		"new field later":    {steps[0], signing.Request{Field: "extra", Rect: &seal}, signing.ErrLocked},
		"certified too late": {steps[0], signing.Request{Field: "seal", Certify: true}, signing.ErrLocked},
		"nothing permitted":  {bytes.Replace(steps[0], []byte("/P 2 /Type"), []byte("/P 1 /Type"), 1), signing.Request{Field: "seal"}, signing.ErrLocked},
		"no such page":       {document, signing.Request{Field: "extra", Rect: &pdf.Rect{Page: 9}}, signing.ErrPage},
		"no appearance":      {document, signing.Request{Field: "seal", Appearance: []byte("x")}, signing.ErrAppearance},
		"garbage":            {[]byte("hello"), signing.Request{Field: "seal"}, pdfread.ErrMalformed},
		"encrypted": {
			bytes.Replace(document, []byte("trailer\n<< /ID"), []byte("trailer\n<</Encrypt 1 0 R/ID"), 1),
			signing.Request{Field: "seal"},
			pdfread.ErrEncrypted,
		},
		"hybrid": {
			bytes.Replace(document, []byte("trailer\n<< /ID"), []byte("trailer\n<</XRefStm 9/ID"), 1),
			signing.Request{Field: "seal"},
			pdfread.ErrUnsupported,
		},
	} {
		c.req.At = o.now
		if _, err := signing.Prepare(c.document, c.req); !errors.Is(err, c.want) {
			t.Errorf("%s: got %v, want %v", name, err, c.want)
		}
	}
	if _, err := signing.Reserve(steps[0], []signing.Field{{Name: "late", Rect: seal}}); !errors.Is(err, signing.ErrLocked) {
		t.Errorf("fields after a signature: %v", err)
	}
}

func TestSecondSignatureWithoutCertification(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	d := pdf.New(pdf.Options{Fonts: o.fonts, Size: pdf.A4(), Margins: pdf.Margins{Top: 20, Left: 20, Right: 20, Bottom: 20}, Made: o.now})
	d.Paragraph("Bản sao giấy tờ số hóa", pdf.Para{Style: pdf.Style{Size: 13}})
	document, err := d.Bytes()
	o.must(err)
	one := o.sign(document, "leader", signing.Request{Field: "first", Rect: &pdf.Rect{Page: 1, X: 20, Y: 20, W: 100, H: 40}}, nil)
	two := o.sign(one, "agency", signing.Request{Field: "second", Rect: &pdf.Rect{Page: 1}}, nil)
	if rep := o.verify(two); !rep.Valid() || len(rep.Signatures) != 2 {
		t.Errorf("%+v", rep)
	}
	if said := o.pdfsig(two); strings.Count(said, "Signature is Valid.") != 2 {
		t.Errorf("pdfsig says\n%s", said)
	}
}
