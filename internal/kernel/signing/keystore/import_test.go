// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package keystore_test

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"math/big"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/signing"
	"tinhso.vn/internal/kernel/signing/keystore"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
)

const passphrase = "mật khẩu 123"

func TestReadFiles(t *testing.T) {
	t.Parallel()
	now := dbtest.Now()
	ca, err := signing.NewDevCA("kiểm thử", now.AddDate(-5, 0, 0), signing.P256)
	if err != nil {
		t.Fatal(err)
	}
	issue := func(from, until time.Time) *signing.SoftKey {
		key, err := ca.Issue(signing.Subject{Name: "Trần Thị Ký", From: from, Until: until})
		if err != nil {
			t.Fatal(err)
		}
		return key
	}
	p12 := func(key *signing.SoftKey) []byte {
		file, err := key.P12(passphrase)
		if err != nil {
			t.Fatal(err)
		}
		return file
	}
	good := issue(now.AddDate(0, 0, -1), now.AddDate(1, 0, 0))
	file := p12(good)
	bare, err := good.PEM()
	if err != nil {
		t.Fatal(err)
	}
	alone := certOf(good).Raw
	noUsage := selfMade(t, &x509.Certificate{KeyUsage: x509.KeyUsageKeyEncipherment})
	written := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: alone})
	for _, tt := range []struct {
		name, passphrase string
		file             []byte
		key              bool
		want             error
	}{
		{"a key file", passphrase, file, true, nil},
		{"a wrong passphrase", "mật khẩu 124", file, false, signing.ErrPassphrase},
		{"no passphrase", "", file, false, signing.ErrPassphrase},
		{"a broken key file", passphrase, file[:len(file)/2], false, signing.ErrKeyFile},
		{"a picture", passphrase, append([]byte("\x89PNG\r\n"), bytes.Repeat([]byte{7}, 4000)...), false, signing.ErrKeyFile},
		{"5 MB", passphrase, make([]byte, 5<<20), false, keystore.ErrTooLarge},
		{"nothing", passphrase, nil, false, keystore.ErrUnreadable},
		{"run out", passphrase, p12(issue(now.AddDate(-2, 0, 0), now.AddDate(0, 0, -1))), false, signing.ErrExpired},
		{"not yet valid", passphrase, p12(issue(now.AddDate(0, 0, 1), now.AddDate(1, 0, 0))), false, signing.ErrExpired},
		{"an authority", passphrase, p12(ca.Key()), false, keystore.ErrAuthority},
		{"a key without protection", "", bare, false, keystore.ErrBare},
		{"DER", "", alone, false, nil},
		{"PEM", "", written, false, nil},
		{"PEM that is broken", "", written[:len(written)-60], false, keystore.ErrUnreadable},
		{"DER that has run out", "", certOf(issue(now.AddDate(-2, 0, 0), now.AddDate(0, 0, -1))).Raw, false, keystore.ErrExpired},
		{"DER that is not yet valid", "", certOf(issue(now.AddDate(0, 0, 1), now.AddDate(1, 0, 0))).Raw, false, keystore.ErrNotYet},
		{"not for signing", "", noUsage, false, keystore.ErrUsage},
	} {
		o, err := keystore.Read(t.Context(), tt.file, tt.passphrase, db.At(now))
		if !errors.Is(err, tt.want) || (err == nil) != (tt.want == nil) {
			t.Errorf("%s: got %v, want %v", tt.name, err, tt.want)
		}
		if err == nil && (!o.Cert.Equal(certOf(good)) || (o.Key != nil) != tt.key) {
			t.Errorf("%s: read %v, key %v", tt.name, o.Cert.Subject, o.Key != nil)
		}
	}
}

// selfMade returns a certificate of a new key.
func selfMade(t *testing.T, template *x509.Certificate) []byte {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template.SerialNumber, template.Subject = big.NewInt(7), pkix.Name{CommonName: "X"}
	template.NotBefore, template.NotAfter = dbtest.Now().AddDate(0, 0, -1), dbtest.Now().AddDate(1, 0, 0)
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	return der
}

func TestImport(t *testing.T) {
	t.Parallel()
	each(t, func(w world) {
		file, err := w.issue("Trần Thị Ký", 100).P12(passphrase)
		if err != nil {
			w.Fatal(err)
		}
		hold := func() (i keystore.Import) {
			o, err := keystore.Read(w.Context(), file, passphrase, w.db.Now())
			if err != nil {
				w.Fatal(err)
			}
			w.write(func(ctx context.Context, tx *db.Tx) error {
				held, err := w.register.Hold(ctx, tx, o, "it")
				i = held
				return err
			})
			return i
		}
		take := func(id, by string) (i keystore.Import, err error) {
			err = w.try(func(ctx context.Context, tx *db.Tx) error {
				i, err = w.register.Take(ctx, tx, id, by)
				return err
			})
			return i, err
		}
		i := hold()
		if kept := w.text(`SELECT key_sealed FROM keystore_imports WHERE id = $1`, i.ID); kept == "" || bytes.Contains([]byte(kept), []byte("PRIVATE")) {
			w.Errorf("kept as %.40q", kept)
		}
		if _, err := w.register.Held(w.Context(), w.db, i.ID, "other", w.db.Now()); !errors.Is(err, keystore.ErrImportOver) {
			w.Errorf("somebody else's: %v", err)
		}
		if held, err := w.register.Held(w.Context(), w.db, i.ID, "it", w.db.Now()); err != nil || !held.HasKey || held.Opened.Key != nil {
			w.Errorf("held %+v, %v", held.HasKey, err)
		}
		if _, err := take(i.ID, "other"); !errors.Is(err, keystore.ErrImportOver) {
			w.Errorf("taken by somebody else: %v", err)
		}
		if taken, err := take(i.ID, "it"); err != nil || taken.Opened.Key == nil {
			w.Errorf("taken: %v", err)
		}
		if _, err := take(i.ID, "it"); !errors.Is(err, keystore.ErrImportOver) {
			w.Errorf("taken twice: %v", err)
		}
		i = hold()
		w.clock.Advance(15 * time.Minute)
		if _, err := take(i.ID, "it"); !errors.Is(err, keystore.ErrImportOver) {
			w.Errorf("too late: %v", err)
		}
		w.write(func(ctx context.Context, tx *db.Tx) error { return w.register.Sweep(ctx, tx) })
		if n := w.text(`SELECT CAST(COUNT(*) AS TEXT) FROM keystore_imports`); n != "0" {
			w.Errorf("%s imports are left", n)
		}
	})
}
