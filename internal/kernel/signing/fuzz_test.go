// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package signing_test

import (
	"bytes"
	"crypto/x509"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/signing"
)

// A file comes from anywhere: whatever is in it, it is read or refused.
func FuzzVerifyAndPrepare(f *testing.F) {
	const small = "%PDF-1.4\n1 0 obj\n<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[3 0 R]>>>>\nendobj\n" +
		"2 0 obj\n<</Type/Pages/Kids[4 0 R]/Count 1>>\nendobj\n" +
		"3 0 obj\n<</FT/Sig/T(a)/V<</SubFilter/ETSI.CAdES.detached/ByteRange[0 9 9 9]/Contents<30003000>>>>>\nendobj\n" +
		"4 0 obj\n<</Type/Page/Parent 2 0 R>>\nendobj\n" +
		"xref\n0 5\n0000000000 65535 f \n0000000009 00000 n \n0000000081 00000 n \n0000000132 00000 n \n0000000231 00000 n \n" +
		"trailer\n<</Size 5/Root 1 0 R>>\nstartxref\n278\n%%EOF\n"
	f.Add([]byte(small))
	f.Add([]byte("%PDF-1.7\nstartxref\n0\n%%EOF"))
	f.Add(bytes.Repeat([]byte("["), 4000))
	f.Add(compressed(f, 2, "", ""))
	at := time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, document []byte) {
		rep, err := signing.Verify(document, x509.NewCertPool(), at)
		if err == nil && rep.Valid() {
			t.Error("nobody is trusted, yet a signature is valid")
		}
		p, err := signing.Prepare(document, signing.Request{Field: "a", At: at, Space: 512})
		if err == nil && !bytes.HasPrefix(p.Document, document) {
			t.Error("a revision changed what was before it")
		}
	})
}
