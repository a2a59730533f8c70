// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package webpush writes messages to browsers as their push services take them:
// the content encrypted for one browser (RFC 8291, RFC 8188), and the sender
// proven by a signed token (RFC 8292, VAPID). It sends nothing and keeps nothing.
package webpush

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"
)

// MaxContent is how many bytes a push service takes at least; longer contents are refused here.
const MaxContent = 3000

const (
	saltLength = 16
	recordSize = 4096
)

// ErrKeys means that the keys of a browser make no sense.
var ErrKeys = errors.New("webpush: the keys of the browser make no sense")

// Browser is whom a message is for: its public key and its secret, base64url.
type Browser struct{ P256DH, Auth string }

// Encrypt returns a content as the browser alone can read it (aes128gcm).
func Encrypt(to Browser, content []byte) ([]byte, error) {
	own, err := ecdh.P256().GenerateKey(rand.Reader)
	if err != nil {
		return nil, err
	}
	salt := make([]byte, saltLength)
	_, _ = rand.Read(salt) // it never fails
	return encrypt(to, content, own, salt)
}

func encrypt(to Browser, content []byte, own *ecdh.PrivateKey, salt []byte) ([]byte, error) {
	if len(content) > MaxContent {
		return nil, fmt.Errorf("webpush: a content of %d bytes is too long", len(content))
	}
	raw, err1 := decode(to.P256DH)
	secret, err2 := decode(to.Auth)
	theirs, err3 := ecdh.P256().NewPublicKey(raw)
	if err := errors.Join(err1, err2, err3); err != nil || len(secret) != saltLength {
		return nil, ErrKeys
	}
	shared, err := own.ECDH(theirs)
	if err != nil {
		return nil, ErrKeys
	}
	mine := own.PublicKey().Bytes()
	aead, nonce, err := derive(shared, secret, salt, raw, mine)
	if err != nil {
		return nil, err
	}
	head := make([]byte, 0, saltLength+5+len(mine)+len(content)+1+aead.Overhead())
	head = append(head, salt...)
	head = binary.BigEndian.AppendUint32(head, recordSize)
	head = append(head, byte(len(mine))) //nolint:gosec // 65 bytes: a point of P-256
	head = append(head, mine...)
	return aead.Seal(head, nonce, append(append([]byte{}, content...), 2), nil), nil // 2 ends the last record
}

// Decrypt opens what Encrypt made, for the browser that holds the private key:
// simulators and tests play one.
func Decrypt(private *ecdh.PrivateKey, auth string, body []byte) ([]byte, error) {
	if len(body) < saltLength+5 || len(body) < saltLength+5+int(body[saltLength+4]) {
		return nil, errors.New("webpush: the message is cut short")
	}
	secret, err := decode(auth)
	if err != nil {
		return nil, ErrKeys
	}
	salt, rest := body[:saltLength], body[saltLength+5:]
	sender, sealed := rest[:body[saltLength+4]], rest[body[saltLength+4]:]
	theirs, err := ecdh.P256().NewPublicKey(sender)
	if err != nil {
		return nil, ErrKeys
	}
	shared, err := private.ECDH(theirs)
	if err != nil {
		return nil, ErrKeys
	}
	aead, nonce, err := derive(shared, secret, salt, private.PublicKey().Bytes(), sender)
	if err != nil {
		return nil, err
	}
	plain, err := aead.Open(nil, nonce, sealed, nil)
	if err != nil || len(plain) == 0 || plain[len(plain)-1] != 2 {
		return nil, errors.New("webpush: the message cannot be opened")
	}
	return plain[:len(plain)-1], nil
}

// derive makes key and nonce (RFC 8291, 3.4).
func derive(shared, secret, salt, browser, sender []byte) (cipher.AEAD, []byte, error) {
	info := "WebPush: info\x00" + string(browser) + string(sender)
	seed, err1 := hkdf.Key(sha256.New, shared, secret, info, 32)
	key, err2 := hkdf.Key(sha256.New, seed, salt, "Content-Encoding: aes128gcm\x00", 16)
	nonce, err3 := hkdf.Key(sha256.New, seed, salt, "Content-Encoding: nonce\x00", 12)
	if err := errors.Join(err1, err2, err3); err != nil {
		return nil, nil, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, nil, err
	}
	aead, err := cipher.NewGCM(block)
	return aead, nonce, err
}

// Sender is who sends: the key by which push services know a site.
type Sender struct{ key *ecdsa.PrivateKey }

// NewSender makes a key and returns it as bytes to keep.
func NewSender() (*Sender, []byte, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, nil, err
	}
	raw, err := x509.MarshalPKCS8PrivateKey(key)
	return &Sender{key}, raw, err
}

// OpenSender reads a key that NewSender made.
func OpenSender(raw []byte) (*Sender, error) {
	key, err := x509.ParsePKCS8PrivateKey(raw)
	if err != nil {
		return nil, err
	}
	own, ok := key.(*ecdsa.PrivateKey)
	if !ok || own.Curve != elliptic.P256() {
		return nil, errors.New("webpush: that is no key of a sender")
	}
	return &Sender{own}, nil
}

// Public is the key that browsers are told, base64url.
func (s *Sender) Public() (string, error) {
	public, err := s.key.PublicKey.ECDH()
	if err != nil {
		return "", err
	}
	return encode(public.Bytes()), nil
}

// Lifetime is how long a token counts: RFC 8292 allows 24 hours at most.
const Lifetime = 12 * time.Hour

// Authorization returns the header by which a push service knows us: a token for
// the origin of the endpoint. Contact is mailto: or https:, for the service.
func (s *Sender) Authorization(endpoint, contact string, now time.Time) (string, error) {
	u, err := url.Parse(endpoint)
	if err != nil || u.Host == "" {
		return "", ErrKeys
	}
	claims, err := json.Marshal(map[string]any{"aud": u.Scheme + "://" + u.Host, "exp": now.Add(Lifetime).Unix(), "sub": contact})
	if err != nil {
		return "", err
	}
	signed := encode([]byte(`{"typ":"JWT","alg":"ES256"}`)) + "." + encode(claims)
	sum := sha256.Sum256([]byte(signed))
	r, v, err := ecdsa.Sign(rand.Reader, s.key, sum[:])
	if err != nil {
		return "", err
	}
	public, err := s.Public()
	if err != nil {
		return "", err
	}
	signature := append(r.FillBytes(make([]byte, 32)), v.FillBytes(make([]byte, 32))...)
	return "vapid t=" + signed + "." + encode(signature) + ", k=" + public, nil
}

func encode(raw []byte) string { return base64.RawURLEncoding.EncodeToString(raw) }

// decode reads base64url, with or without padding: browsers differ.
func decode(s string) ([]byte, error) {
	return base64.RawURLEncoding.DecodeString(strings.TrimRight(strings.NewReplacer("+", "-", "/", "_").Replace(s), "="))
}
