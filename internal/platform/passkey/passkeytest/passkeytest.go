// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package passkeytest is an authenticator for tests: it holds one key and
// answers as browsers do, or wrongly on command. It checks nothing.
package passkeytest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"testing"
)

// Key is an authenticator with one key.
type Key struct {
	Origin  string // where its browser is
	Counter uint32 // grows with every use
	Still   bool   // it does not
	NoHand  bool   // nobody touched it or gave a PIN

	id, handle []byte
	key        *ecdsa.PrivateKey
	site       string
}

// options are the parts of what a site asks that this authenticator reads.
type options struct {
	PublicKey struct {
		Challenge string
		RPID      string `json:"rpId"`
		RP        struct{ ID string }
		User      struct{ ID string }
	} `json:"publicKey"`
}

func read(t *testing.T, asked []byte) (o options) {
	t.Helper()
	if err := json.Unmarshal(asked, &o); err != nil {
		t.Fatalf("%v in %s", err, asked)
	}
	return o
}

func b64(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

// Make answers a request for a new key.
func (k *Key) Make(t *testing.T, asked []byte) []byte {
	t.Helper()
	o := read(t, asked)
	k.id = make([]byte, 32)
	_, _ = rand.Read(k.id)
	var err error
	if k.key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader); err != nil {
		t.Fatal(err)
	}
	if k.handle, err = base64.RawURLEncoding.DecodeString(o.PublicKey.User.ID); err != nil {
		t.Fatal(err)
	}
	k.site = o.PublicKey.RP.ID
	point, err := k.key.PublicKey.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	cose := []byte{0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 32}
	cose = append(cose, point[1:33]...)
	cose = append(append(cose, 0x22, 0x58, 32), point[33:]...)
	data := k.data(0x40)
	data = append(data, make([]byte, 16)...) // no model
	data = binary.BigEndian.AppendUint16(data, uint16(len(k.id)))
	data = append(append(data, k.id...), cose...)
	object := append([]byte{0xa3, 0x63}, "fmt\x64none\x67attStmt\xa0\x68authData"...)
	object = append(object, 0x59, byte(len(data)>>8), byte(len(data)))
	object = append(object, data...)
	return k.answer(t, map[string]string{"clientDataJSON": b64(k.client("webauthn.create", o)), "attestationObject": b64(object)})
}

// Prove answers a request for a proof.
func (k *Key) Prove(t *testing.T, asked []byte) []byte {
	t.Helper()
	o := read(t, asked)
	client := k.client("webauthn.get", o)
	data, hash := k.data(0), sha256.Sum256(client)
	digest := sha256.Sum256(append(append([]byte{}, data...), hash[:]...))
	signature, err := ecdsa.SignASN1(rand.Reader, k.key, digest[:])
	if err != nil {
		t.Fatal(err)
	}
	return k.answer(t, map[string]string{
		"clientDataJSON": b64(client), "authenticatorData": b64(data), "signature": b64(signature), "userHandle": b64(k.handle),
	})
}

// data is the authenticator's own part: site, flags, counter.
func (k *Key) data(flags byte) []byte {
	if !k.Still {
		k.Counter++
	}
	if !k.NoHand {
		flags |= 0x05
	}
	hash := sha256.Sum256([]byte(k.site))
	return binary.BigEndian.AppendUint32(append(hash[:], flags), k.Counter)
}

func (k *Key) client(kind string, o options) []byte {
	b, _ := json.Marshal(map[string]any{"type": kind, "challenge": o.PublicKey.Challenge, "origin": k.Origin, "crossOrigin": false})
	return b
}

func (k *Key) answer(t *testing.T, response map[string]string) []byte {
	t.Helper()
	b, err := json.Marshal(map[string]any{
		"id": b64(k.id), "rawId": b64(k.id), "type": "public-key", "clientExtensionResults": map[string]any{}, "response": response,
	})
	if err != nil {
		t.Fatal(err)
	}
	return b
}
