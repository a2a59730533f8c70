// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package packs_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"tinhso.vn/internal/kernel/packs"
)

func certificate(t *testing.T, ca bool) string {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), IsCA: ca, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, c, c, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	return "|\n      " + strings.ReplaceAll(strings.TrimSpace(string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))), "\n", "\n      ")
}

func TestAuthoritiesOfAPack(t *testing.T) {
	t.Parallel()
	good := certificate(t, true)
	for name, tt := range map[string]struct{ text, want string }{
		"good":          {"    uses: [agency]\n    lists: needed\n    source: x\n    certificate: " + good, ""},
		"a reminder":    {"    uses: [agency]\n    lists: none\n    source: x\n    status: unverified", ""},
		"no source":     {"    uses: [agency]\n    lists: none\n    certificate: " + good, "authority.source"},
		"of a person":   {"    uses: [agency]\n    lists: none\n    source: x\n    certificate: " + certificate(t, false), "authority.certificate"},
		"a text":        {"    uses: [agency]\n    lists: none\n    source: x\n    certificate: x", "authority.certificate"},
		"no use":        {"    lists: none\n    source: x\n    certificate: " + good, "field.required"},
		"unknown use":   {"    uses: [all]\n    lists: none\n    source: x\n    certificate: " + good, "value.choice"},
		"no word of it": {"    uses: [agency]\n    source: x\n    certificate: " + good, "field.required"},
	} {
		fsys := fstest.MapFS{
			"p/pack.yaml":      {Data: []byte("name: p\nkind: national\ntitle: {vi: P, en: P}\n")},
			"p/trust/one.yaml": {Data: []byte("authorities:\n  - id: root-one\n    name: {vi: A, en: A}\n" + tt.text + "\n")},
		}
		got := ""
		for _, p := range packs.Lint(fsys, "p") {
			got += p.Code
		}
		if got != tt.want {
			t.Errorf("%s: %q, want %q", name, got, tt.want)
		}
	}
}
