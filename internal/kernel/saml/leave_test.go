// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package saml_test

import (
	"crypto"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/saml"
)

const (
	oursOut   = "https://dichvu.example/dang-nhap/ngoai/bo/ra"
	theirsOut = "https://sso.bo.example/saml/ra?vung=1"
)

// pair makes a key of ours and one of the ministry, once.
var pair = sync.OnceValues(func() (both [2]saml.Key, err error) { // keys of tests
	for i := range both {
		if both[i], err = saml.NewKey("khóa thử", time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)); err != nil {
			return both, err
		}
	}
	return both, nil
})

func newPair(t *testing.T) (ours, theirs saml.Key) {
	t.Helper()
	both, err := pair()
	if err != nil {
		t.Fatal(err)
	}
	return both[0], both[1]
}

func certOf(t *testing.T, k saml.Key) *x509.Certificate {
	t.Helper()
	c, err := x509.ParseCertificate(k.Certificate())
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// two are the two sides of signing out: us at the ministry, and the ministry as
// what it would be if it were us.
func two(t *testing.T, at time.Time) (us, ministry *saml.Party) {
	t.Helper()
	k1, k2 := newPair(t)
	clock := func() time.Time { return at }
	us = saml.New(saml.Source{
		Provider: saml.Provider{EntityID: theirs, SignOn: theirs, SignOut: theirsOut, Certs: []*x509.Certificate{certOf(t, k2)}}, Entity: "https://dichvu.example", Back: ours, Out: oursOut,
	}, clock).With(k1)
	ministry = saml.New(saml.Source{
		Provider: saml.Provider{EntityID: "https://dichvu.example", SignOn: ours, SignOut: oursOut, Certs: []*x509.Certificate{certOf(t, k1)}}, Entity: theirs, Back: theirs, Out: theirsOut,
	}, clock).With(k2)
	return us, ministry
}

func query(t *testing.T, address string) string {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return u.RawQuery
}

func TestKeysAreKept(t *testing.T) {
	t.Parallel()
	k, _ := newPair(t)
	secret, err := k.Secret()
	if err != nil {
		t.Fatal(err)
	}
	again, err := saml.ParseKey(secret)
	if err != nil || string(again.Certificate()) != string(k.Certificate()) {
		t.Errorf("%v", err)
	}
	for _, broken := range []string{"", "x", string(secret[:200]), strings.Split(string(secret), "-----BEGIN CERTIFICATE")[0]} {
		if _, err := saml.ParseKey([]byte(broken)); err == nil || strings.Contains(err.Error(), "PRIVATE") {
			t.Errorf("%.20q: %v", broken, err)
		}
	}
	if k.String() != "saml key" || k.GoString() != "saml key" {
		t.Error("a key shows itself")
	}
}

func TestRequestsAreSigned(t *testing.T) {
	t.Parallel()
	m := newMinistry(t)
	k, _ := newPair(t)
	us := m.party(m.now).With(k)
	address, _, err := us.Leave()
	if err != nil {
		t.Fatal(err)
	}
	said, signature, _ := strings.Cut(query(t, address), "&Signature=")
	_, said, _ = strings.Cut(said, "&") // the address has a parameter of its own
	text, err := url.QueryUnescape(signature)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256([]byte(said))
	public, _ := certOf(t, k).PublicKey.(*rsa.PublicKey)
	if err := rsa.VerifyPKCS1v15(public, crypto.SHA256, sum[:], raw); err != nil {
		t.Errorf("%s: %v", said, err)
	}
	about := string(us.Metadata())
	for _, want := range []string{`AuthnRequestsSigned="true"`, `use="signing"`, `use="encryption"`, base64.StdEncoding.EncodeToString(k.Certificate()), "aes256-gcm"} {
		if !strings.Contains(about, want) {
			t.Errorf("metadata without %s: %s", want, about)
		}
	}
}

// sealing says how an assertion is encrypted.
type sealing struct {
	data, key, digest string
	hash              crypto.Hash
	beside            bool // the key stands beside the data
}

const (
	gcm256 = "http://www.w3.org/2009/xmlenc11#aes256-gcm"
	oaep   = "http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p"
)

func (s sealing) seal(t *testing.T, assertion string, to saml.Key) string {
	t.Helper()
	key, nonce := make([]byte, 32), make([]byte, 12)
	_, _ = rand.Read(key)
	_, _ = rand.Read(nonce)
	block, err := aes.NewCipher(key)
	if err != nil {
		t.Fatal(err)
	}
	gcm, err := cipher.NewGCM(block)
	if err != nil {
		t.Fatal(err)
	}
	public, _ := certOf(t, to).PublicKey.(*rsa.PublicKey)
	wrapped, err := rsa.EncryptOAEP(s.hash.New(), rand.Reader, public, key, nil)
	if err != nil {
		t.Fatal(err)
	}
	digest := ""
	if s.digest != "" {
		digest = `<ds:DigestMethod Algorithm="` + s.digest + `"/>`
	}
	in64 := base64.StdEncoding.EncodeToString
	locked := `<xenc:EncryptedKey><xenc:EncryptionMethod Algorithm="` + s.key + `">` + digest + `</xenc:EncryptionMethod><xenc:CipherData><xenc:CipherValue>` + in64(wrapped) + `</xenc:CipherValue></xenc:CipherData></xenc:EncryptedKey>`
	inside, outside := `<ds:KeyInfo>`+locked+`</ds:KeyInfo>`, ""
	if s.beside {
		inside, outside = "", locked
	}
	return `<saml:EncryptedAssertion xmlns:xenc="http://www.w3.org/2001/04/xmlenc#" xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><xenc:EncryptedData><xenc:EncryptionMethod Algorithm="` + s.data + `"/>` + inside +
		`<xenc:CipherData><xenc:CipherValue>` + in64(slices.Concat(nonce, gcm.Seal(nil, nonce, []byte(assertion), nil))) + `</xenc:CipherValue></xenc:CipherData></xenc:EncryptedData>` + outside + `</saml:EncryptedAssertion>`
}

func TestWhatIsEncryptedForUs(t *testing.T) {
	t.Parallel()
	m := newMinistry(t)
	k, other := newPair(t)
	a := m.answer()
	signed := m.sign(a.Assertion(), a.ID, 1)
	plain := sealing{data: gcm256, key: oaep, hash: crypto.SHA1}
	mgf := sealing{data: gcm256, key: "http://www.w3.org/2009/xmlenc11#rsa-oaep", hash: crypto.SHA1, digest: "http://www.w3.org/2000/09/xmldsig#sha1", beside: true}
	for name, s := range map[string]sealing{"the common way": plain, "the key beside": mgf} {
		got, err := m.party(m.now).With(k).Read(packed(a.Response(s.seal(t, signed, k))))
		if err != nil || got.Login != "hoang.long" {
			t.Errorf("%s: %+v %v", name, got, err)
		}
	}
	sealed := plain.seal(t, signed, k)
	cut := strings.LastIndex(sealed, "</xenc:CipherValue>") - 8
	cbc, old := plain, plain
	cbc.data, old.key = "http://www.w3.org/2001/04/xmlenc#aes256-cbc", "http://www.w3.org/2001/04/xmlenc#rsa-1_5"
	for name, message := range map[string]string{
		"changed on the way":        sealed[:cut] + "AAAA" + sealed[cut+4:],
		"for another key":           plain.seal(t, signed, other),
		"a mode that is not whole":  cbc.seal(t, signed, k),
		"an old padding":            old.seal(t, signed, k),
		"nobody has signed":         plain.seal(t, a.Assertion(), k),
		"one in the clear besides":  sealed + signed,
		"two":                       sealed + sealed,
		"encrypted, and then again": plain.seal(t, sealed, k),
		"nothing inside":            plain.seal(t, "", k),
	} {
		if _, err := m.party(m.now).With(k).Read(packed(a.Response(message))); !errors.Is(err, saml.ErrAnswer) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := m.party(m.now).Read(packed(a.Response(sealed))); !errors.Is(err, saml.ErrAnswer) {
		t.Errorf("without a key: %v", err)
	}
	both := m.party(m.now).With(other, k)
	if _, err := both.Read(packed(a.Response(sealed))); err != nil {
		t.Errorf("for the key before: %v", err)
	}
	if n := strings.Count(string(both.Metadata()), "<md:KeyDescriptor"); n != 4 {
		t.Errorf("%d descriptors of two keys for two uses", n)
	}
}

func TestSigningOutEitherWay(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 22, 7, 30, 0, 0, time.UTC)
	us, ministry := two(t, at)
	who := saml.Subject{Value: "hoàng.long", Format: "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent", Index: "s1"}
	for _, side := range []struct {
		name     string
		from, to *saml.Party
	}{{"from here", us, ministry}, {"from there", ministry, us}} {
		address, id, err := side.from.LeaveFor(who)
		if err != nil {
			t.Fatal(err)
		}
		l, err := side.to.ReadLeaving(query(t, address))
		if side.name == "from here" { // the ministry's own parameter stands before
			l, err = side.to.ReadLeaving(query(t, address))
		}
		if err != nil || l.ID != id || l.Subject.Value != who.Value || len(l.Indexes) != 1 || l.Indexes[0] != "s1" {
			t.Fatalf("%s: %+v %v", side.name, l, err)
		}
		l.Relay = "nơi chờ & đợi"
		back, err := side.to.Left(l)
		if err != nil {
			t.Fatal(err)
		}
		if err := side.from.ReadLeft(query(t, back)); err != nil {
			t.Errorf("%s: the answer: %v", side.name, err)
		}
		if u, _ := url.Parse(back); u.Query().Get("RelayState") != l.Relay {
			t.Errorf("%s: the relay is lost: %s", side.name, back)
		}
	}

	wish, _, err := ministry.LeaveFor(who)
	if err != nil {
		t.Fatal(err)
	}
	good := query(t, wish)
	parts, err := url.ParseQuery(good)
	if err != nil {
		t.Fatal(err)
	}
	late, _ := two(t, at.Add(20*time.Minute))
	behind, _ := two(t, at.Add(-10*time.Minute))
	ourWish, _, _ := us.LeaveFor(who)
	for name, x := range map[string]struct {
		to    *saml.Party
		query string
		want  error
	}{
		"nobody has signed":         {us, "SAMLRequest=" + url.QueryEscape(parts.Get("SAMLRequest")), saml.ErrAnswer},
		"something added":           {us, good + "&RelayState=x", saml.ErrAnswer},
		"a parameter twice":         {us, good + "&SAMLRequest=x", saml.ErrAnswer},
		"an algorithm of old":       {us, strings.Replace(good, "rsa-sha256", "rsa-sha1", 1), saml.ErrAnswer},
		"signed by us, not by them": {us, query(t, ourWish), saml.ErrAnswer},
		"sent to somebody else":     {ministry, good, saml.ErrAnswer},
		"too late":                  {late, good, saml.ErrClock},
		"our clock is behind":       {behind, good, saml.ErrClock},
		"nothing":                   {us, "", saml.ErrAnswer},
		"too much":                  {us, "SAMLRequest=" + strings.Repeat("A", 300<<10), saml.ErrAnswer},
	} {
		if _, err := x.to.ReadLeaving(x.query); !errors.Is(err, x.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := us.ReadLeft(good); !errors.Is(err, saml.ErrAnswer) {
		t.Errorf("a request as an answer: %v", err)
	}
}
