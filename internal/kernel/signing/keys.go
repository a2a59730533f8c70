// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package signing

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"os"
)

// SoftKey is a key in memory with its certificate: a key file of an agency's
// server or of a demonstration. It implements Signer.
type SoftKey struct {
	cert  *x509.Certificate
	chain []*x509.Certificate
	key   crypto.Signer
}

// NewSoftKey pairs a key with its certificate and the authorities above it.
func NewSoftKey(key crypto.Signer, cert *x509.Certificate, chain []*x509.Certificate) (*SoftKey, error) {
	public, ok := key.Public().(interface{ Equal(crypto.PublicKey) bool })
	if !ok || !public.Equal(cert.PublicKey) {
		return nil, ErrKey.Because(errors.New("key and certificate do not belong together"))
	}
	if _, err := algorithm(cert); err != nil {
		return nil, err
	}
	return &SoftKey{cert: cert, chain: chain, key: key}, nil
}

// Certificate implements Signer.
func (k *SoftKey) Certificate(context.Context) (*x509.Certificate, []*x509.Certificate, error) {
	return k.cert, k.chain, nil
}

// Sign implements Signer.
func (k *SoftKey) Sign(_ context.Context, hash []byte) ([]byte, error) {
	return k.key.Sign(rand.Reader, hash, crypto.SHA256)
}

// PEM returns the key (PKCS #8), the certificate and its chain. It is secret.
func (k *SoftKey) PEM() ([]byte, error) {
	der, err := x509.MarshalPKCS8PrivateKey(k.key)
	if err != nil {
		return nil, ErrKey.Because(err)
	}
	out := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})
	for _, c := range append([]*x509.Certificate{k.cert}, k.chain...) {
		out = append(out, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw})...)
	}
	return out, nil
}

// ParsePEM reads what PEM writes.
func ParsePEM(b []byte) (*SoftKey, error) {
	var key crypto.Signer
	var certs []*x509.Certificate
	for block, rest := pem.Decode(b); block != nil; block, rest = pem.Decode(rest) {
		switch block.Type {
		case "PRIVATE KEY":
			parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
			signer, ok := parsed.(crypto.Signer)
			if err != nil || !ok {
				return nil, ErrKey.Because(err)
			}
			key = signer
		case "CERTIFICATE":
			cert, err := x509.ParseCertificate(block.Bytes)
			if err != nil {
				return nil, ErrKey.Because(err)
			}
			certs = append(certs, cert)
		}
	}
	if key == nil || len(certs) == 0 {
		return nil, ErrKey.Because(errors.New("no key or no certificate"))
	}
	return NewSoftKey(key, certs[0], certs[1:])
}

// Save writes the key to a file that must not exist, readable by its owner
// alone.
func (k *SoftKey) Save(path string) (err error) {
	b, err := k.PEM()
	if err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600) //nolint:gosec // the caller's place for keys
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if _, err = f.Write(b); err != nil {
		return err
	}
	return f.Sync()
}

// Load reads a key file; one that others may read is refused.
func Load(path string) (*SoftKey, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.Mode().Perm()&0o077 != 0 {
		return nil, ErrKey.Because(errors.New("the key file can be read by others: chmod 600"))
	}
	b, err := os.ReadFile(path) //nolint:gosec // the caller's place for keys
	if err != nil {
		return nil, err
	}
	return ParsePEM(b)
}
