// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

//go:build system

package clients_test

import (
	"bufio"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tinhso.vn/tests/programtest"
)

// run runs a client to its end.
func run(t *testing.T, dir string, env []string, name string, args ...string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), name, args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), env...)
	said, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	t.Log(strings.TrimSpace(string(said)))
}

func TestOtherPeoplesClients(t *testing.T) {
	t.Parallel()
	// Applications of the test are on this machine.
	p := programtest.Start(t, "", "TINHSO_SIGN_ON_INSIDE=127.0.0.0/8")
	at := []string{"BASE_URL=" + p.URL}
	t.Run("openid-client", func(t *testing.T) {
		t.Parallel()
		run(t, ".", at, "node", "openid-client.mjs")
	})
	t.Run("zitadel", func(t *testing.T) {
		t.Parallel()
		run(t, "zitadel", at, "go", "run", ".")
	})
	t.Run("a second system", func(t *testing.T) {
		t.Parallel()
		run(t, ".", at, "node", "second-system.mjs")
	})
}

// Somebody else's SAML provider signs an official in and out.
func TestSomebodyElsesSAMLProvider(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	in := func(name string) string { return filepath.Join(dir, name) }
	key, cert := selfSigned(t)
	for name, text := range map[string][]byte{"key.pem": key, "cert.pem": cert, "tinhso.yaml": []byte("sign_on:\n  sources:\n    - {id: kho, name: Kho danh tính, name_en: Identities, protocol: saml, metadata_file: " +
		in("idp.xml") + ", claim_login: NameID, claim_number: number, claim_name: name}\n")} {
		if err := os.WriteFile(in(name), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	idp := exec.CommandContext(t.Context(), "node", "saml-idp.mjs")
	idp.Env = append(os.Environ(), "KEY="+in("key.pem"), "CERT="+in("cert.pem"), "METADATA="+in("idp.xml"))
	idp.Stderr = os.Stderr
	out, err := idp.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := idp.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = idp.Wait() }) // it ends with the test's context
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	p := programtest.Start(t, "", "--config="+in("tinhso.yaml"), "--empty")
	run(t, ".", []string{"BASE_URL=" + p.URL, "IDP_URL=" + strings.TrimSpace(line)}, "node", "saml.mjs")
}

// selfSigned makes the key of a provider and its certificate.
func selfSigned(t *testing.T) (key, cert []byte) {
	t.Helper()
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	about := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "idp"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, about, about, private.Public(), private)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(private)}), pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
}
