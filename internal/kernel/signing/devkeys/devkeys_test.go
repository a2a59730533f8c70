// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package devkeys_test

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/kernel/signing/devkeys"
	"tinhso.vn/internal/platform/crypt"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
)

func TestKeysAreMadeOnceAndKept(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, []db.Migrations{identity.Migrations(), orgs.Migrations()}, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		ctx, people, folder := t.Context(), identity.NewDirectory(crypt.Ephemeral()), filepath.Join(t.TempDir(), "keys")
		if err := d.Write(ctx, func(tx *db.Tx) error {
			person, err := people.SavePerson(ctx, tx, identity.Person{Kind: identity.Individual, Name: "Võ Thị Thanh Hà", Number: "089176000005"})
			if err != nil {
				return err
			}
			if _, err := people.SaveAccount(ctx, tx, identity.Account{ID: "ha", Person: person, Login: "ha"}, ""); err != nil {
				return err
			}
			_, err = orgs.Apply(ctx, tx, []orgs.Unit{{ID: "lx", Kind: orgs.Ward, Name: i18n.Text{VI: "Phường Long Xuyên"}, Code: "H01.103"}})
			return err
		}); err != nil {
			t.Fatal(err)
		}
		keys := devkeys.New(folder, d, people)
		serial := func(k *devkeys.Keys) string {
			s, err := k.PersonSigner(ctx, "ha")
			if err != nil {
				t.Fatal(err)
			}
			cert, _, err := s.Certificate(ctx)
			if err != nil || !strings.Contains(cert.Subject.CommonName, "Võ Thị Thanh Hà") || !strings.Contains(cert.Subject.CommonName, "MÔ PHỎNG") {
				t.Fatalf("%v, %v", cert.Subject, err)
			}
			return cert.SerialNumber.String()
		}
		var (
			wg    sync.WaitGroup
			mu    sync.Mutex
			found = map[string]bool{}
		)
		for range 8 {
			wg.Go(func() {
				one := serial(keys)
				mu.Lock()
				defer mu.Unlock()
				found[one] = true
			})
		}
		wg.Wait()
		if len(found) != 1 || !found[serial(devkeys.New(folder, d, people))] {
			t.Errorf("%d keys, or another one after a new start", len(found))
		}
		if _, err := keys.SealSigner(ctx, "lx"); err != nil {
			t.Error(err)
		}
		if _, err := keys.PersonSigner(ctx, "nobody"); err == nil {
			t.Error("a key for nobody")
		}
		err := filepath.Walk(folder, func(path string, info os.FileInfo, err error) error {
			if err == nil && info.Mode().Perm()&0o077 != 0 {
				t.Errorf("%s can be read by others", path)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
		c.Advance(4 * 365 * 24 * time.Hour)
		if found[serial(keys)] {
			t.Error("a key that has run out is used")
		}
	})
}
