// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package saml

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net/url"
	"strings"
	"time"
)

// Key is ours towards providers: it signs what we ask, and opens what is encrypted
// for us. The zero Key signs and opens nothing.
type Key struct {
	private     *rsa.PrivateKey
	certificate []byte // DER
}

const (
	keyBits = 3072
	keyLife = 20 * 365 * 24 * time.Hour // it ends when the operator ends it: providers pin it
)

// NewKey makes a key and the certificate under which providers know it. Nobody
// has issued the certificate: what is pinned is the key.
func NewKey(name string, now time.Time) (Key, error) {
	private, err := rsa.GenerateKey(rand.Reader, keyBits)
	if err != nil {
		return Key{}, err
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	if err != nil {
		return Key{}, err
	}
	about := &x509.Certificate{
		SerialNumber: serial, Subject: pkix.Name{CommonName: name}, NotBefore: now.Add(-time.Hour), NotAfter: now.Add(keyLife),
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageKeyEncipherment,
	}
	der, err := x509.CreateCertificate(rand.Reader, about, about, private.Public(), private)
	return Key{private, der}, err
}

// Secret returns the key for whoever seals and keeps it.
func (k Key) Secret() ([]byte, error) {
	raw, err := x509.MarshalPKCS8PrivateKey(k.private)
	if err != nil {
		return nil, err
	}
	return append(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: raw}), pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: k.certificate})...), nil
}

// ParseKey reads what Secret has returned.
func ParseKey(secret []byte) (k Key, err error) {
	broken := errors.New("saml: the key cannot be read") // the cause could show it
	first, rest := pem.Decode(secret)
	if first == nil {
		return k, broken
	}
	second, _ := pem.Decode(rest)
	private, err := x509.ParsePKCS8PrivateKey(first.Bytes)
	if err != nil || second == nil {
		return k, broken
	}
	known, ok := private.(*rsa.PrivateKey)
	if !ok {
		return k, broken
	}
	return Key{known, second.Bytes}, nil
}

// Certificate is what providers are told of it; DER.
func (k Key) Certificate() []byte { return k.certificate }

// String keeps keys out of logs.
func (Key) String() string { return "saml key" }

// GoString keeps keys out of logs.
func (Key) GoString() string { return "saml key" }

// The algorithms of signatures in addresses.
const (
	rsaSHA256   = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
	rsaSHA384   = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha384"
	rsaSHA512   = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512"
	ecdsaSHA256 = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256"
)

// redirect is an address with a message in it: compressed, and signed where there
// is a key. Kind is SAMLRequest or SAMLResponse; relay comes back as it went.
func (k Key) redirect(to, kind string, message []byte, relay string) (string, error) {
	at, err := url.Parse(to)
	if err != nil {
		return "", err
	}
	packed, err := deflate(message)
	if err != nil {
		return "", err
	}
	said := kind + "=" + url.QueryEscape(base64.StdEncoding.EncodeToString(packed))
	if relay != "" {
		said += "&RelayState=" + url.QueryEscape(relay)
	}
	if k.private != nil {
		said += "&SigAlg=" + url.QueryEscape(rsaSHA256)
		sum := sha256.Sum256([]byte(said))
		signature, err := rsa.SignPKCS1v15(rand.Reader, k.private, crypto.SHA256, sum[:])
		if err != nil {
			return "", err
		}
		said += "&Signature=" + url.QueryEscape(base64.StdEncoding.EncodeToString(signature))
	}
	if at.RawQuery != "" {
		said = at.RawQuery + "&" + said
	}
	at.RawQuery = said
	return at.String(), nil
}

// signedQuery is a message that came in an address.
type signedQuery struct {
	message []byte
	relay   string
}

// readRedirect reads a signed message out of the query of an address as it came.
// Signed are its parameters as they were written, in the order of the standard.
func readRedirect(raw, kind string, known []*x509.Certificate) (q signedQuery, err error) {
	wrong := func(what string) error { return fmt.Errorf("%w: %s", ErrAnswer, what) }
	if len(raw) > largest {
		return signedQuery{}, wrong("the address is too long")
	}
	written := map[string]string{}
	for part := range strings.SplitSeq(raw, "&") {
		name, value, _ := strings.Cut(part, "=")
		if _, twice := written[name]; twice {
			return signedQuery{}, wrong("a parameter comes twice")
		}
		written[name] = value
	}
	said := kind + "=" + written[kind]
	if relay, there := written["RelayState"]; there {
		said += "&RelayState=" + relay
	}
	said += "&SigAlg=" + written["SigAlg"]
	plain := map[string]string{}
	for _, name := range []string{kind, "RelayState", "SigAlg", "Signature"} {
		if plain[name], err = url.QueryUnescape(written[name]); err != nil {
			return signedQuery{}, wrong("a parameter cannot be read")
		}
	}
	signature, err := base64.StdEncoding.DecodeString(plain["Signature"])
	if err != nil || len(signature) == 0 || !verified(plain["SigAlg"], []byte(said), signature, known) {
		return signedQuery{}, wrong("nobody known has signed the address")
	}
	packed, err := base64.StdEncoding.DecodeString(plain[kind])
	if err != nil {
		return signedQuery{}, wrong("the message is not base64")
	}
	if q.message, err = inflate(packed); err != nil {
		return signedQuery{}, wrong("the message cannot be unpacked")
	}
	q.relay = plain["RelayState"]
	return q, nil
}

func verified(algorithm string, said, signature []byte, known []*x509.Certificate) bool {
	hash, ok := map[string]crypto.Hash{rsaSHA256: crypto.SHA256, rsaSHA384: crypto.SHA384, rsaSHA512: crypto.SHA512, ecdsaSHA256: crypto.SHA256}[algorithm]
	if !ok {
		return false
	}
	h := hash.New()
	h.Write(said)
	sum := h.Sum(nil)
	for _, c := range known {
		switch public := c.PublicKey.(type) {
		case *rsa.PublicKey:
			if algorithm != ecdsaSHA256 && rsa.VerifyPKCS1v15(public, hash, sum, signature) == nil {
				return true
			}
		case *ecdsa.PublicKey:
			half := len(signature) / 2 // two numbers of the same length
			if algorithm == ecdsaSHA256 && ecdsa.Verify(public, sum, new(big.Int).SetBytes(signature[:half]), new(big.Int).SetBytes(signature[half:])) {
				return true
			}
		}
	}
	return false
}

// describe writes the key into metadata, for both of its uses.
func (k Key) describe(w *writer) {
	if k.private == nil {
		return
	}
	for _, use := range []string{"signing", "encryption"} {
		w.open("md:KeyDescriptor", "use", use)
		w.open("ds:KeyInfo", "xmlns:ds", nsDSig)
		w.open("ds:X509Data")
		w.leaf("ds:X509Certificate", base64.StdEncoding.EncodeToString(k.certificate))
		w.close("ds:X509Data")
		w.close("ds:KeyInfo")
		if use == "encryption" {
			for _, method := range []string{aes256GCM, aes128GCM, oaepMGF1} {
				w.leaf("md:EncryptionMethod", "", "Algorithm", method)
			}
		}
		w.close("md:KeyDescriptor")
	}
}
