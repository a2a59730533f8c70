// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package signing_test

import (
	"crypto/sha256"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/signing"
	"tinhso.vn/internal/platform/pdf"
	"tinhso.vn/internal/platform/pdf/pdftest"
)

// BenchmarkSign signs a page, beside the bare key signing a hash.
func BenchmarkSign(b *testing.B) {
	made, err := shared()
	if err != nil {
		b.Fatal(err)
	}
	d := pdf.New(pdf.Options{Fonts: pdftest.Fonts(b), Size: pdf.A4(), Made: time.Unix(1, 0)})
	d.Paragraph("Ủy ban nhân dân", pdf.Para{Style: pdf.Style{Size: 13}})
	document, err := d.Bytes()
	if err != nil {
		b.Fatal(err)
	}
	hash := sha256.Sum256(document)
	for _, key := range []string{"leader", "agency"} { // ECDSA P-256 and RSA-2048
		b.Run(key+"/document", func(b *testing.B) {
			for b.Loop() {
				req := signing.Request{Field: "a", Rect: &pdf.Rect{Page: 1}, At: made.now}
				if _, err := signing.Sign(b.Context(), document, req, made.keys[key], nil); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(key+"/bare", func(b *testing.B) {
			for b.Loop() {
				if _, err := made.keys[key].Sign(b.Context(), hash[:]); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
