// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package audit_test

import (
	"bytes"
	"encoding/base64"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/platform/crypt"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
)

// A key that is moved between providers signs on, and the old public key checks
// what it signs.
func TestTheKeyIsMovedBetweenProviders(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, migrations(), func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		path := filepath.Join(t.TempDir(), "audit.key")
		key, err := audit.LoadSigner(path)
		if err != nil {
			t.Fatal(err)
		}
		public, err := audit.LoadVerifier(path)
		if err != nil {
			t.Fatal(err)
		}
		plain, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		check := func(key *audit.Signer) {
			t.Helper()
			world{d: d}.record(t, 2)
			if _, _, err := audit.Sequence(t.Context(), d, "a", key); err != nil {
				t.Fatal(err)
			}
			rep, err := audit.Verify(t.Context(), d, public, "", nil)
			if err != nil || len(rep.Problems) > 0 {
				t.Fatalf("%+v, %v", rep, err)
			}
		}
		check(key)
		var from crypt.Provider
		for _, secret := range []byte("ab") {
			to, err := crypt.TextProvider("V", base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{secret}, 32)))
			if err != nil {
				t.Fatal(err)
			}
			if err := audit.MoveSigner(path, from, to); err != nil {
				t.Fatal(err)
			}
			raw, _ := os.ReadFile(path)
			if bytes.Contains(raw, plain[len(plain)-20:]) {
				t.Error("the moved key lies in clear")
			}
			if key, err = audit.OpenSigner(path, to); err != nil {
				t.Fatal(err)
			}
			check(key)
			from = to
		}
		wrong, err := crypt.TextProvider("V", base64.StdEncoding.EncodeToString(bytes.Repeat([]byte("x"), 32)))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := audit.OpenSigner(path, wrong); !errors.Is(err, crypt.ErrWrongKey) {
			t.Errorf("a wrong wrapping key is found at the start: %v", err)
		}
		if back, err := audit.Secret(path, from); err != nil || !bytes.Equal(bytes.TrimSpace(back), bytes.TrimSpace(plain)) {
			t.Errorf("the key came back as another: %v", err)
		}
	})
}
