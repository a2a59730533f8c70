// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package signing_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/signing"
)

func TestKeysAreKeptSecret(t *testing.T) {
	t.Parallel()
	from := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	ca, err := signing.NewDevCA("Gốc", from, signing.P256)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "ca.pem")
	if err := ca.Key().Save(path); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, mode %v", err, info.Mode())
	}
	if err := ca.Key().Save(path); !errors.Is(err, os.ErrExist) {
		t.Errorf("a key was written over: %v", err)
	}
	key, err := signing.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	again, err := signing.OpenDevCA(key)
	if err != nil {
		t.Fatal(err)
	}
	person, err := again.Issue(signing.Subject{Name: "Phạm Quốc Khánh", From: from, Until: from.AddDate(1, 0, 0)})
	if err != nil {
		t.Fatal(err)
	}
	cert, chain, err := person.Certificate(t.Context())
	if err != nil || !strings.Contains(cert.Subject.CommonName, signing.Simulated) || !strings.Contains(cert.Issuer.CommonName, signing.Simulated) ||
		len(chain) != 1 || !chain[0].Equal(ca.Root()) {
		t.Errorf("%v %v %v", err, cert.Subject, cert.Issuer)
	}
	if _, err := signing.OpenDevCA(person); !errors.Is(err, signing.ErrKey) {
		t.Errorf("a person became an authority: %v", err)
	}
	other, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := signing.NewSoftKey(other, cert, nil); !errors.Is(err, signing.ErrKey) {
		t.Errorf("a key with the certificate of another: %v", err)
	}
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := signing.Load(path); !errors.Is(err, signing.ErrKey) {
		t.Errorf("a key that all can read was taken: %v", err)
	}
	if _, err := signing.ParsePEM([]byte("nothing")); !errors.Is(err, signing.ErrKey) {
		t.Errorf("no key: %v", err)
	}
}
