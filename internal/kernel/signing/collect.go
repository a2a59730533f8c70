// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package signing

import (
	"context"
	"crypto/x509"

	"tinhso.vn/internal/platform/pdfread"
)

// Collector gets what a checker needs about certificates when their authorities
// are gone: their chains, and lists or answers about revocation. With it a
// signature with a time stamp becomes PAdES B-LT.
type Collector func(ctx context.Context, certs []*x509.Certificate) (Evidence, error)

// CheckStamp reports whether a token is a time stamp over a raw signature, whole
// and signed by the certificate it brings; ErrTime where it is not. Whether its
// authority is trusted is another question.
func CheckStamp(token, signature []byte) error {
	_, err := readStamp(token, signature)
	return err
}

// Certified reports whether a document has a certifying signature.
func Certified(document []byte) bool {
	f, err := pdfread.Open(document)
	return err == nil && allowed(f) > 0
}

// Signed reports whether a document has any signature.
func Signed(document []byte) bool {
	f, err := pdfread.Open(document)
	return err == nil && signed(f)
}
