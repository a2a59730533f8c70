// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package local_test

import (
	"bytes"
	"crypto/x509"
	"errors"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/papers"
	"tinhso.vn/internal/kernel/signing"
	"tinhso.vn/internal/kernel/signing/keystore"
	"tinhso.vn/internal/kernel/signing/local"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/pdf"
	"tinhso.vn/internal/platform/pdf/pdftest"
)

// office is an authority, a document with two free places, and two cards.
type office struct {
	*testing.T

	ca       *signing.DevCA
	now      time.Time
	document []byte
	own      *signing.SoftKey
	other    *signing.SoftKey
}

func newOffice(t *testing.T) *office {
	t.Helper()
	o := &office{T: t, now: time.Now().Truncate(time.Second)}
	var err error
	if o.ca, err = signing.NewDevCA("kiểm thử", o.now.AddDate(0, 0, -2), signing.P256); err != nil {
		t.Fatal(err)
	}
	for _, k := range []**signing.SoftKey{&o.own, &o.other} {
		if *k, err = o.ca.Issue(signing.Subject{Name: "Trần Thị Ký", From: o.now.AddDate(0, 0, -1), Until: o.now.AddDate(1, 0, 0)}); err != nil {
			t.Fatal(err)
		}
	}
	paper, err := papers.Press{Fonts: pdftest.Fonts(t), Made: o.now, Mark: papers.Simulated}.Letter(papers.Letter{
		Agency: papers.Agency{Name: "Ủy ban nhân dân phường Một"}, Notation: "GXN-UBND", Place: "Phường Một", Kind: "Giấy xác nhận", Subject: "Về việc thử",
		Body: []papers.Block{{Text: "Nội dung."}}, Recipients: []string{"Lưu: VT"}, Signer: papers.Signer{Post: "Chủ tịch", Name: "Trần Thị Ký"},
	})
	if err != nil {
		t.Fatal(err)
	}
	o.document, err = signing.Reserve(paper.PDF, []signing.Field{
		{Name: "signature", Kind: signing.SignatureField, Rect: paper.Areas[papers.AreaSignature]},
		{Name: "seal", Kind: signing.SignatureField, Rect: paper.Areas[papers.AreaSeal]},
		{Name: "number", Kind: signing.TextField, Rect: paper.Areas[papers.AreaNumber]},
	})
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func (o *office) wish(document []byte, field string) local.Wish {
	cert, chain, _ := o.own.Certificate(o.Context())
	return local.Wish{Document: document, Field: field, Certificate: keystore.Certificate{
		Kind: keystore.Local, State: keystore.Active, Cert: cert, Chain: chain, NotBefore: db.At(cert.NotBefore), NotAfter: db.At(cert.NotAfter),
	}}
}

func (o *office) believes(roots *x509.CertPool) local.Verify {
	return func(document []byte) (signing.Report, error) { return signing.Verify(document, roots, o.now) }
}

func (o *office) sign(document []byte, key *signing.SoftKey, req signing.Request) []byte {
	o.Helper()
	if req.At.IsZero() {
		req.At = o.now
	}
	out, err := signing.Sign(o.Context(), document, req, key, nil)
	if err != nil {
		o.Fatal(err)
	}
	return out
}

func TestWhatComesBack(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	good := o.sign(o.document, o.own, signing.Request{Field: "signature"})
	look, err := papers.Press{Fonts: pdftest.Fonts(t), Made: o.now}.Letter(papers.Letter{
		Agency: papers.Agency{Name: "A"}, Notation: "QĐ", Place: "B", Kind: "Quyết định", Subject: "C", Body: []papers.Block{{Text: "D"}}, Recipients: []string{"Lưu: VT"},
		Signer: papers.Signer{Post: "Chủ tịch", Name: "E"},
	})
	if err != nil {
		t.Fatal(err)
	}
	strange, err := signing.NewDevCA("lạ", o.now.AddDate(0, 0, -2), signing.P256)
	if err != nil {
		t.Fatal(err)
	}
	unknown, err := strange.Issue(signing.Subject{Name: "Trần Thị Ký", From: o.now.AddDate(0, 0, -1), Until: o.now.AddDate(1, 0, 0)})
	if err != nil {
		t.Fatal(err)
	}
	broken := bytes.Clone(good)
	broken[len(o.document)+200] ^= 1
	for _, tt := range []struct {
		name string
		file []byte
		want error
	}{
		{"as asked", good, nil},
		{"not signed", o.document, local.ErrUnsigned},
		{"another document", o.sign(look.PDF, o.own, signing.Request{Field: "x", Rect: &pdf.Rect{Page: 1}}), local.ErrOther},
		{"not a document", []byte("<html>"), local.ErrOther},
		{"another place", o.sign(o.document, o.own, signing.Request{Field: "seal"}), local.ErrField},
		{"another card", o.sign(o.document, o.other, signing.Request{Field: "signature"}), local.ErrStranger},
		{"a card of an unknown authority", o.sign(o.document, unknown, signing.Request{Field: "signature"}), local.ErrStranger},
		{"signed twice", o.sign(good, o.own, signing.Request{Field: "seal"}), local.ErrOther},
		{"a number filled in on the way", o.sign(o.document, o.own, signing.Request{Field: "signature", Fill: map[string]signing.Fill{"number": {Value: "99", Appearance: look.PDF}}}), local.ErrChanged},
		{"a clock of last year", o.sign(o.document, o.own, signing.Request{Field: "signature", At: o.now.AddDate(-1, 0, 0)}), local.ErrSignature},
		{"something appended", append(bytes.Clone(good), "\n%đuôi\n"...), local.ErrSignature},
		{"far too large", append(bytes.Clone(good), make([]byte, local.MaxGrowth)...), local.ErrTooLarge},
	} {
		err := o.wish(o.document, "signature").Check(tt.file, o.believes(o.ca.Roots()), db.At(o.now))
		if !errors.Is(err, tt.want) || (err == nil) != (tt.want == nil) {
			t.Errorf("%s: got %v, want %v", tt.name, err, tt.want)
		}
	}
	if err := o.wish(o.document, "signature").Check(broken, o.believes(o.ca.Roots()), db.At(o.now)); err == nil {
		t.Error("a changed byte was taken")
	}
	if err := o.wish(o.document, "signature").Check(good, o.believes(x509.NewCertPool()), db.At(o.now)); !errors.Is(err, local.ErrSignature) {
		t.Errorf("nobody is trusted: %v", err)
	}
	// The second of a chain keeps the first.
	second := o.sign(good, o.own, signing.Request{Field: "seal"})
	if err := o.wish(good, "seal").Check(second, o.believes(o.ca.Roots()), db.At(o.now)); err != nil {
		t.Errorf("the second of a chain: %v", err)
	}
	w := o.wish(o.document, "signature")
	w.Certificate.State = keystore.Suspended
	if err := w.Check(good, o.believes(o.ca.Roots()), db.At(o.now)); !errors.Is(err, local.ErrStranger) {
		t.Errorf("suspended: %v", err)
	}
	w = o.wish(o.document, "signature")
	w.Certificate.Kind = keystore.Soft
	if err := w.Check(good, o.believes(o.ca.Roots()), db.At(o.now)); !errors.Is(err, local.ErrKind) {
		t.Errorf("not a card: %v", err)
	}
}
