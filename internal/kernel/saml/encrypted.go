// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package saml

import (
	"crypto"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rsa"
	"encoding/base64"
	"fmt"
	"strings"
)

const (
	nsEncryption = "http://www.w3.org/2001/04/xmlenc#"
	nsDSig       = "http://www.w3.org/2000/09/xmldsig#"
	aes128GCM    = "http://www.w3.org/2009/xmlenc11#aes128-gcm"
	aes256GCM    = "http://www.w3.org/2009/xmlenc11#aes256-gcm"
	oaepMGF1     = "http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p"
	oaep11       = "http://www.w3.org/2009/xmlenc11#rsa-oaep"
)

// opened returns the assertion that was encrypted for one of our keys.
func (p *Party) opened(e *node) (plain []byte, err error) {
	plain, err = p.key.opened(e)
	for _, k := range p.others {
		if err == nil {
			break
		}
		plain, err = k.opened(e)
	}
	return plain, err
}

// opened returns the assertion that was encrypted for the key. Only AES in GCM is taken:
// what was changed on the way does not open. In the other mode, CBC, an attacker
// who may ask often learns from our refusals what stands inside. All refusals are alike.
func (k Key) opened(e *node) ([]byte, error) {
	closed := fmt.Errorf("%w: what is encrypted does not open", ErrAnswer)
	data := e.one(nsEncryption, "EncryptedData")
	if k.private == nil || data == nil {
		return nil, closed
	}
	size, ok := map[string]int{aes128GCM: 16, aes256GCM: 32}[method(data)]
	sealed, read := cipherValue(data)
	if !ok || !read {
		return nil, closed
	}
	wrapped := data.one(nsDSig, "KeyInfo")
	if wrapped != nil {
		wrapped = wrapped.one(nsEncryption, "EncryptedKey")
	}
	if wrapped == nil { // it may stand beside
		wrapped = e.one(nsEncryption, "EncryptedKey")
	}
	if wrapped == nil {
		return nil, closed
	}
	key, ok := k.unwrap(wrapped)
	if !ok || len(key) != size {
		return nil, closed
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, closed
	}
	gcm, err := cipher.NewGCM(block)
	if err != nil || len(sealed) < gcm.NonceSize()+gcm.Overhead() {
		return nil, closed
	}
	plain, err := gcm.Open(nil, sealed[:gcm.NonceSize()], sealed[gcm.NonceSize():], nil)
	if err != nil {
		return nil, closed
	}
	return plain, nil
}

// unwrap opens the key of a message. RSA with the padding of PKCS#1 1.5 is not
// taken: it has been an oracle too often.
func (k Key) unwrap(wrapped *node) ([]byte, bool) {
	value, read := cipherValue(wrapped)
	by := wrapped.one(nsEncryption, "EncryptionMethod")
	if !read || by == nil {
		return nil, false
	}
	options := &rsa.OAEPOptions{Hash: crypto.SHA1, MGFHash: crypto.SHA1} // the default of the standard; OAEP does not rest on it
	if d := by.one(nsDSig, "DigestMethod"); d != nil {
		hash, ok := map[string]crypto.Hash{
			"http://www.w3.org/2000/09/xmldsig#sha1": crypto.SHA1, "http://www.w3.org/2001/04/xmlenc#sha256": crypto.SHA256, "http://www.w3.org/2001/04/xmlenc#sha512": crypto.SHA512,
		}[d.attr("Algorithm")]
		if !ok {
			return nil, false
		}
		options.Hash = hash
	}
	switch by.attr("Algorithm") {
	case oaepMGF1:
	case oaep11:
		if m := by.one("http://www.w3.org/2009/xmlenc11#", "MGF"); m != nil {
			hash, ok := map[string]crypto.Hash{
				"http://www.w3.org/2009/xmlenc11#mgf1sha1": crypto.SHA1, "http://www.w3.org/2009/xmlenc11#mgf1sha256": crypto.SHA256, "http://www.w3.org/2009/xmlenc11#mgf1sha512": crypto.SHA512,
			}[m.attr("Algorithm")]
			if !ok {
				return nil, false
			}
			options.MGFHash = hash
		}
	default:
		return nil, false
	}
	key, err := k.private.Decrypt(nil, value, options)
	return key, err == nil
}

func method(n *node) string {
	m := n.one(nsEncryption, "EncryptionMethod")
	if m == nil {
		return ""
	}
	return m.attr("Algorithm")
}

func cipherValue(n *node) ([]byte, bool) {
	v := n.one(nsEncryption, "CipherData", "CipherValue")
	if v == nil {
		return nil, false
	}
	raw, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(v.text()), ""))
	return raw, err == nil && len(raw) > 0
}
