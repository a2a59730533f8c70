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

// BenchmarkSign signs a page (PAdES B-B), beside the bare key that signs the
// hash of the same bytes. make bench reads its names.
func BenchmarkSign(b *testing.B) {
	now := time.Now()
	d := pdf.New(pdf.Options{Fonts: pdftest.Fonts(b), Size: pdf.A4(), Made: time.Unix(1, 0)})
	d.Paragraph("Ủy ban nhân dân", pdf.Para{Style: pdf.Style{Size: 13}})
	document, err := d.Bytes()
	if err != nil {
		b.Fatal(err)
	}
	ca, err := signing.NewDevCA("Gốc", now.AddDate(-1, 0, 0), signing.P256)
	if err != nil {
		b.Fatal(err)
	}
	for name, kind := range map[string]signing.Algorithm{"P-256": signing.P256, "RSA-3072": signing.RSA3072} {
		key, err := ca.Issue(signing.Subject{Name: "Phạm Quốc Khánh", Key: kind, From: now.AddDate(0, -1, 0), Until: now.AddDate(1, 0, 0)})
		if err != nil {
			b.Fatal(err)
		}
		b.Run(name+"/PAdES", func(b *testing.B) {
			for b.Loop() {
				req := signing.Request{Field: "a", Rect: &pdf.Rect{Page: 1}, At: now}
				if _, err := signing.Sign(b.Context(), document, req, key, nil); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(name+"/bare", func(b *testing.B) {
			for b.Loop() {
				hash := sha256.Sum256(document)
				if _, err := key.Sign(b.Context(), hash[:]); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
