// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package keystore

import (
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/x509"
	"time"

	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/platform/db"
)

// minRSA is how long an RSA key is at least, bits.
const minRSA = 2048

// Check reports why a certificate cannot be taken into the register; nil when
// it can: it is valid now, was made for signing, and its key is one that
// documents are signed with.
func Check(cert *x509.Certificate, now db.Time) error {
	switch {
	case cert.IsCA:
		return ErrAuthority
	case now.After(cert.NotAfter):
		return ErrExpired.With("day", day(cert.NotAfter))
	case now.Before(cert.NotBefore):
		return ErrNotYet.With("day", day(cert.NotBefore))
	case cert.KeyUsage&(x509.KeyUsageDigitalSignature|x509.KeyUsageContentCommitment) == 0:
		return ErrUsage
	}
	switch key := cert.PublicKey.(type) {
	case *rsa.PublicKey:
		if key.N.BitLen() < minRSA {
			return ErrWeak
		}
	case *ecdsa.PublicKey:
		if key.Curve.Params().BitSize < 256 {
			return ErrWeak
		}
	default:
		return ErrWeak
	}
	return nil
}

// day writes a day for people.
func day(t time.Time) string { return t.In(calendar.Zone()).Format("02/01/2006") }
