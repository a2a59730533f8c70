// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package signing_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tinhso.vn/internal/kernel/signing"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/pdf/pdftest"
)

// made writes a key file with OpenSSL, as an authority would hand it out.
func (o *office) made(key string, options ...string) []byte {
	o.t.Helper()
	text, err := o.keys[key].PEM()
	o.must(err)
	dir := o.t.TempDir()
	in, out := filepath.Join(dir, "key.pem"), filepath.Join(dir, "key.p12")
	o.must(os.WriteFile(in, text, 0o600))
	args := append([]string{"pkcs12", "-export", "-in", in, "-out", out, "-passout", "pass:Bình Hòa 2026"}, options...)
	if said, err := pdftest.Run(o.t, "openssl", "openssl", args...); err != nil {
		o.t.Fatalf("%v\n%s", err, said)
	}
	b, err := os.ReadFile(out)
	o.must(err)
	return b
}

func TestKeyFilesOfOthersOpen(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	old := []string{"-provider", "legacy", "-provider", "default", "-macalg", "sha1"}
	for name, options := range map[string][]string{
		"PBES2, AES":        nil,
		"3DES":              append([]string{"-certpbe", "PBE-SHA1-3DES", "-keypbe", "PBE-SHA1-3DES"}, old...),
		"RC2 and 3DES":      append([]string{"-certpbe", "PBE-SHA1-RC2-40", "-keypbe", "PBE-SHA1-3DES"}, old...),
		"open certificates": {"-certpbe", "NONE"},
	} {
		for _, who := range []string{"leader", "agency"} { // ECDSA and RSA
			key, err := signing.OpenP12(o.made(who, options...), "Bình Hòa 2026", o.now)
			if err != nil {
				t.Errorf("%s, %s: %v", name, who, err)
				continue
			}
			cert, chain, err := key.Certificate(t.Context())
			o.must(err)
			want, _, err := o.keys[who].Certificate(t.Context())
			o.must(err)
			if !cert.Equal(want) || len(chain) != 1 || !chain[0].Equal(o.ca.Root()) {
				t.Errorf("%s, %s: %v under %v", name, who, cert.Subject, chain)
			}
			document, _ := o.paper()
			signed, err := signing.Sign(t.Context(), document, signing.Request{Field: "signature", At: o.now}, key, nil)
			o.must(err)
			if rep := o.verify(signed); !rep.Valid() {
				t.Errorf("%s, %s: %+v", name, who, rep)
			}
		}
	}
}

func TestOpenSSLReadsOurKeyFile(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	for _, who := range []string{"leader", "agency"} {
		file, err := o.keys[who].P12("mật khẩu")
		o.must(err)
		path := filepath.Join(t.TempDir(), "key.p12")
		o.must(os.WriteFile(path, file, 0o600))
		said, err := pdftest.Run(t, "openssl", "openssl", "pkcs12", "-in", path, "-passin", "pass:mật khẩu", "-nodes", "-info")
		if err != nil || strings.Count(said, "BEGIN CERTIFICATE") != 2 || !strings.Contains(said, "BEGIN PRIVATE KEY") || !strings.Contains(said, "AES-256-CBC") {
			t.Errorf("%v\n%s", err, said)
		}
		if _, err := signing.OpenP12(file, "mật khẩu", o.now); err != nil {
			t.Error(err)
		}
	}
	if _, err := o.keys["leader"].P12(""); !errors.Is(err, signing.ErrPassphrase) {
		t.Errorf("a key file that anybody opens: %v", err)
	}
}

func TestKeyFilesThatAreRefused(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	good, err := o.keys["leader"].P12("đúng")
	o.must(err)
	rounds := []byte{0x02, 0x03, 0x01, 0x86, 0xA0} // 100000
	if bytes.Count(good, rounds) < 2 {
		t.Fatal("the rounds are not where they were")
	}
	slow := bytes.ReplaceAll(good, rounds, []byte{0x02, 0x03, 0x7F, 0xFF, 0xFF})
	short, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	o.must(err)
	leader, _, err := o.keys["leader"].Certificate(t.Context())
	o.must(err)
	for name, c := range map[string]struct {
		file       []byte
		passphrase string
		years      int
		want       *errs.Error
	}{
		"wrong passphrase":     {good, "sai", 0, signing.ErrPassphrase},
		"no passphrase":        {good, "", 0, signing.ErrPassphrase},
		"run out":              {good, "đúng", 4, signing.ErrExpired},
		"not yet valid":        {good, "đúng", -4, signing.ErrExpired},
		"nonsense":             {[]byte("key"), "đúng", 0, signing.ErrKeyFile},
		"cut":                  {good[:len(good)/2], "đúng", 0, signing.ErrKeyFile},
		"too long":             {make([]byte, 2<<20), "đúng", 0, signing.ErrKeyFile},
		"hours of hashing":     {slow, "đúng", 0, signing.ErrKeyFile},
		"certificates alone":   {o.made("leader", "-nokeys"), "Bình Hòa 2026", 0, signing.ErrNoKey},
		"two keys":             {bare(t, leader, short, short), "", 0, signing.ErrManyKeys},
		"certificate of other": {bare(t, leader, short), "", 0, signing.ErrKey},
		"key alone":            {bare(t, nil, short), "", 0, signing.ErrNoKey},
	} {
		if _, err := signing.OpenP12(c.file, c.passphrase, o.now.AddDate(c.years, 0, 0)); !errors.Is(err, c.want) {
			t.Errorf("%s: got %v, want %v", name, err, c.want)
		}
	}
}

// bare writes a key file without passphrase by hand: no program writes one with
// two keys.
func bare(t *testing.T, cert *x509.Certificate, keys ...*ecdsa.PrivateKey) []byte {
	t.Helper()
	der := func(v any) []byte {
		b, err := asn1.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	explicit := func(b []byte) asn1.RawValue {
		return asn1.RawValue{Class: asn1.ClassContextSpecific, IsCompound: true, Bytes: b}
	}
	type typed struct {
		Type  asn1.ObjectIdentifier
		Value asn1.RawValue
	}
	bag := func(n int) asn1.ObjectIdentifier {
		return asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 12, 10, 1, n}
	}
	data := func(v any) typed {
		return typed{asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 1}, explicit(der(der(v)))}
	}
	var bags []typed
	for _, k := range keys {
		pkcs8, err := x509.MarshalPKCS8PrivateKey(k)
		if err != nil {
			t.Fatal(err)
		}
		bags = append(bags, typed{bag(1), explicit(pkcs8)})
	}
	if cert != nil {
		inner := typed{asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 22, 1}, explicit(der(cert.Raw))}
		bags = append(bags, typed{bag(3), explicit(der(inner))})
	}
	return der(struct {
		Version int
		Safe    typed
	}{3, data([]typed{data(bags)})})
}

func FuzzOpenP12(f *testing.F) {
	made, err := shared()
	if err != nil {
		f.Fatal(err)
	}
	file, err := made.keys["leader"].P12("a")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(file)
	f.Add([]byte{0x30, 0x80})
	f.Fuzz(func(t *testing.T, file []byte) {
		if key, err := signing.OpenP12(file, "b", made.now); err == nil && key == nil {
			t.Error("neither key nor error")
		}
	})
}
