// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package signing

import (
	"crypto"
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"time"

	"software.sslmate.com/src/go-pkcs12"

	"tinhso.vn/internal/platform/errs"
)

// Errors of key files, each with the words for who brought the file.
var (
	ErrKeyFile    = errs.New(errs.Invalid, "signing.key_file")   // no PKCS #12 file, or one that cannot be read
	ErrPassphrase = errs.New(errs.Invalid, "signing.passphrase") // the passphrase does not open it
	ErrNoKey      = errs.New(errs.Invalid, "signing.no_key")     // certificates alone
	ErrManyKeys   = errs.New(errs.Invalid, "signing.many_keys")  // which one should sign is not known
	ErrExpired    = errs.New(errs.Invalid, "signing.expired")    // the certificate is not valid at the time
)

// Bounds of a key file: a chain of certificates is a few kilobytes, and makers
// of key files ask for at most some hundred thousand rounds.
const (
	maxKeyFile = 1 << 20
	maxRounds  = 5_000_000
)

// OpenP12 opens a key file (PKCS #12: .p12, .pfx), encrypted with PBES2 or as
// in the old days with 3DES or RC2. at is the time its certificate must be
// valid at. The errors are those above, and ErrKey for a key too short or of a
// kind that does not sign here.
func OpenP12(file []byte, passphrase string, at time.Time) (_ *SoftKey, err error) {
	defer func() {
		if r := recover(); r != nil { // key files come from outside; the parser is not ours
			err = ErrKeyFile.Because(fmt.Errorf("pkcs12: %v", r))
		}
	}()
	if len(file) > maxKeyFile || !modest(file, 0) {
		return nil, ErrKeyFile
	}
	private, first, others, err := pkcs12.DecodeChain(file, passphrase)
	if err != nil {
		return nil, keyFileError(err)
	}
	key, ok := private.(crypto.Signer)
	if !ok {
		return nil, ErrKey.Because(fmt.Errorf("key of type %T", private))
	}
	certs := append([]*x509.Certificate{first}, others...)
	own := slices.IndexFunc(certs, func(c *x509.Certificate) bool {
		public, ok := c.PublicKey.(interface{ Equal(crypto.PublicKey) bool })
		return ok && public.Equal(key.Public())
	})
	if own < 0 {
		return nil, ErrKey.Because(errors.New("no certificate of the key"))
	}
	cert := certs[own]
	if at.Before(cert.NotBefore) || at.After(cert.NotAfter) {
		return nil, ErrExpired.With("from", day(cert.NotBefore)).With("until", day(cert.NotAfter))
	}
	return NewSoftKey(key, cert, chainOf(cert, slices.Delete(certs, own, own+1)))
}

func day(t time.Time) string { return t.UTC().Add(7 * time.Hour).Format("02/01/2006") } // the country has one time zone

// P12 returns the key as a key file that OpenSSL, Windows and others read
// (PBES2, AES-256). An empty passphrase is refused.
func (k *SoftKey) P12(passphrase string) ([]byte, error) {
	if passphrase == "" {
		return nil, ErrPassphrase
	}
	file, err := pkcs12.Modern2023.WithIterations(100_000).Encode(k.key, k.cert, k.chain, passphrase)
	if err != nil {
		return nil, ErrKey.Because(err)
	}
	return file, nil
}

// keyFileError finds the words for an error of the library, which has names
// for two of them.
func keyFileError(err error) error {
	switch said := err.Error(); {
	case errors.Is(err, pkcs12.ErrIncorrectPassword), errors.Is(err, pkcs12.ErrDecryption):
		return ErrPassphrase.Because(err)
	case strings.Contains(said, "exactly one key bag"):
		return ErrManyKeys.Because(err)
	case strings.Contains(said, "private key missing"), strings.Contains(said, "certificate missing"):
		return ErrNoKey.Because(err)
	default:
		return ErrKeyFile.Because(err)
	}
}

// chainOf puts the authorities above cert in order, issuer first; what does not
// belong to its path is left out.
func chainOf(cert *x509.Certificate, all []*x509.Certificate) (chain []*x509.Certificate) {
	for below := cert; len(chain) < len(all); {
		i := slices.IndexFunc(all, func(c *x509.Certificate) bool {
			return !slices.ContainsFunc(chain, c.Equal) && below.CheckSignatureFrom(c) == nil
		})
		if i < 0 {
			break
		}
		below = all[i]
		chain = append(chain, below)
	}
	return chain
}

// modest reports whether a key file asks for no more rounds of hashing than a
// sane one: a file of a few bytes could otherwise hold the processor for hours.
// The number of rounds always follows a salt.
func modest(der []byte, depth int) bool {
	salt := false
	for depth < 24 {
		var v asn1.RawValue
		rest, err := asn1.Unmarshal(der, &v)
		if err != nil {
			return true // not DER: encrypted bytes, or a text
		}
		switch {
		case salt && v.Class == asn1.ClassUniversal && v.Tag == asn1.TagInteger:
			if new(big.Int).SetBytes(v.Bytes).Cmp(big.NewInt(maxRounds)) > 0 {
				return false
			}
		case v.IsCompound || (v.Class == asn1.ClassUniversal && v.Tag == asn1.TagOctetString):
			if !modest(v.Bytes, depth+1) {
				return false
			}
		}
		salt = v.Class == asn1.ClassUniversal && v.Tag == asn1.TagOctetString
		if der = rest; len(der) == 0 {
			return true
		}
	}
	return false
}
