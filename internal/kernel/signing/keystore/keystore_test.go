// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package keystore_test

import (
	"context"
	"crypto/sha256"
	"crypto/x509"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/jobs"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/kernel/signing"
	"tinhso.vn/internal/kernel/signing/devkeys"
	"tinhso.vn/internal/kernel/signing/keystore"
	"tinhso.vn/internal/platform/crypt"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
)

func migrations() []db.Migrations {
	return []db.Migrations{orgs.Migrations(), identity.Migrations(), access.Migrations(), jobs.Migrations(), keystore.Migrations()}
}

// world is a province with two wards and one official, an authority and the register.
type world struct {
	*testing.T

	db       *db.DB
	clock    *dbtest.Clock
	people   *identity.Directory
	register *keystore.Register
	ca       *signing.DevCA
	official string
}

func each(t *testing.T, f func(w world)) {
	t.Helper()
	ca, err := signing.NewDevCA("kiểm thử", dbtest.Now().AddDate(-1, 0, 0), signing.P256)
	if err != nil {
		t.Fatal(err)
	}
	dbtest.Each(t, migrations(), func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		keys := crypt.Ephemeral()
		w := world{T: t, db: d, clock: c, people: identity.NewDirectory(keys), register: keystore.NewRegister(keys), ca: ca}
		w.write(func(ctx context.Context, tx *db.Tx) error {
			if _, err := orgs.Apply(ctx, tx, []orgs.Unit{
				{ID: "tinh", Kind: orgs.Province, Name: i18n.Text{VI: "Tỉnh"}},
				{ID: "u1", Parent: "tinh", Kind: orgs.Ward, Name: i18n.Text{VI: "Phường Một"}, Code: "X01.1"},
				{ID: "u2", Parent: "tinh", Kind: orgs.Ward, Name: i18n.Text{VI: "Phường Hai"}, Code: "X01.2"},
			}); err != nil {
				return err
			}
			person, err := w.people.SavePerson(ctx, tx, identity.Person{Kind: identity.Individual, Name: "Trần Thị Ký"})
			if err != nil {
				return err
			}
			w.official, err = w.people.SaveAccount(ctx, tx, identity.Account{Person: person, Login: "ky"}, "")
			if err != nil {
				return err
			}
			if _, err := access.ApplyRoles(ctx, tx, []access.Role{{ID: "leader", Permissions: []identity.Permission{"x.y"}}}, []identity.Permission{"x.y"}); err != nil {
				return err
			}
			return access.Assign(ctx, tx, access.Assignment{Account: w.official, Role: "leader", Unit: "u1"})
		})
		f(w)
	})
}

func (w world) write(f func(ctx context.Context, tx *db.Tx) error) {
	w.Helper()
	if err := w.try(f); err != nil {
		w.Fatal(err)
	}
}

func (w world) try(f func(ctx context.Context, tx *db.Tx) error) error {
	ctx := w.Context()
	return w.db.Write(ctx, func(tx *db.Tx) error { return f(ctx, tx) })
}

// issue makes a key that is valid from yesterday for so many days.
func (w world) issue(name string, days int) *signing.SoftKey {
	w.Helper()
	now := w.clock.Now()
	key, err := w.ca.Issue(signing.Subject{Name: name, From: now.AddDate(0, 0, -1), Until: now.AddDate(0, 0, days)})
	if err != nil {
		w.Fatal(err)
	}
	return key
}

func certOf(key *signing.SoftKey) *x509.Certificate {
	cert, _, _ := key.Certificate(context.Background())
	return cert
}

func (w world) draft(key *signing.SoftKey) keystore.Draft {
	return keystore.Draft{Holder: keystore.Holder{Account: w.official}, Unit: "u1", Kind: keystore.Soft, Cert: certOf(key), Key: key, By: "it"}
}

func (w world) add(d keystore.Draft) (c keystore.Certificate, err error) {
	err = w.try(func(ctx context.Context, tx *db.Tx) error {
		added, err := w.register.Add(ctx, tx, d)
		c = added
		return err
	})
	return c, err
}

func (w world) signers(dev keystore.Development) *keystore.Signers {
	return keystore.NewSigners(w.db, w.register, dev)
}

func (w world) holder() keystore.Holder { return keystore.Holder{Account: w.official} }

func sum() []byte { h := sha256.Sum256([]byte("văn bản")); return h[:] }

func TestRegister(t *testing.T) {
	t.Parallel()
	each(t, func(w world) {
		ctx := w.Context()
		all := access.All()
		signers := w.signers(nil)
		if _, err := signers.PersonSigner(ctx, w.official); !errors.Is(err, keystore.ErrNone) {
			w.Fatalf("without a certificate: %v", err)
		}
		first := w.issue("Trần Thị Ký", 100)
		c, err := w.add(w.draft(first))
		if err != nil {
			w.Fatal(err)
		}
		key, err := signers.PersonSigner(ctx, w.official)
		if err != nil {
			w.Fatal(err)
		}
		if _, err := key.Sign(ctx, sum()); err != nil {
			w.Fatal(err)
		}
		if uses, err := w.register.Uses(ctx, w.db, c.ID, "", 10); err != nil || len(uses) != 1 || uses[0].Hash != fmt.Sprintf("%x", sum()) {
			w.Errorf("uses %+v, %v", uses, err)
		}

		// The rules of what may be there twice.
		if _, err := w.add(w.draft(first)); !errors.Is(err, keystore.ErrTaken) {
			w.Errorf("the same again: %v", err)
		}
		other := w.draft(first)
		other.Holder, other.Unit = keystore.Holder{Unit: "u2"}, "u2"
		if _, err := w.add(other); !errors.Is(err, keystore.ErrTaken) {
			w.Errorf("somebody else's: %v", err)
		}
		second := w.draft(w.issue("Trần Thị Ký", 200))
		if _, err := w.add(second); !errors.Is(err, keystore.ErrHasOne) {
			w.Errorf("a second active one: %v", err)
		}

		// What is suspended a moment before does not sign, even with a signer in hand.
		change := func(f func(ctx context.Context, tx *db.Tx, scope access.Scope, id, by, reason string) error, scope access.Scope, id string) error {
			return w.try(func(ctx context.Context, tx *db.Tx) error { return f(ctx, tx, scope, id, "it", "thử") })
		}
		if err := change(w.register.Suspend, all, c.ID); err != nil {
			w.Fatal(err)
		}
		if _, err := key.Sign(ctx, sum()); !errors.Is(err, keystore.ErrSuspended) {
			w.Errorf("suspended: %v", err)
		}
		if _, err := signers.PersonSigner(ctx, w.official); !errors.Is(err, keystore.ErrSuspended) {
			w.Errorf("suspended: %v", err)
		}
		if err := change(w.register.Suspend, all, c.ID); !errors.Is(err, keystore.ErrState) {
			w.Errorf("suspended twice: %v", err)
		}
		if err := change(w.register.Resume, all, c.ID); err != nil {
			w.Error(err)
		}
		if _, err := key.Sign(ctx, sum()); err != nil {
			w.Errorf("resumed: %v", err)
		}

		// Replaced, the history stays and the old key is gone.
		second.Replace, second.Reason = true, "Gia hạn"
		next, err := w.add(second)
		if err != nil {
			w.Fatal(err)
		}
		if found, ok, err := w.register.Find(ctx, w.db, w.holder(), w.db.Now()); err != nil || !ok || found.ID != next.ID {
			w.Errorf("found %s, %v, want the new one", found.ID, err)
		}
		history, err := w.register.History(ctx, w.db, c.ID)
		if got := steps(history); err != nil || got != "added suspended resumed replaced" {
			w.Errorf("history %q, %v", got, err)
		}
		if _, err := key.Sign(ctx, sum()); !errors.Is(err, keystore.ErrRevoked) {
			w.Errorf("replaced: %v", err)
		}
		if kept := w.text(`SELECT key_sealed FROM keystore_certificates WHERE id = $1`, c.ID); kept != "" {
			w.Error("the key of what was replaced is kept")
		}
		if sealed := w.text(`SELECT key_sealed FROM keystore_certificates WHERE id = $1`, next.ID); sealed == "" || strings.Contains(sealed, "PRIVATE") {
			w.Errorf("the key is not sealed: %.40s", sealed)
		}

		// A sealed key that is moved to another row does not open.
		w.write(func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, `UPDATE keystore_certificates SET state = 'active', key_sealed = (SELECT key_sealed FROM keystore_certificates WHERE id = $1), account_id = 'thief' WHERE id = $2`, next.ID, c.ID)
			return err
		})
		if _, err := signers.PersonSigner(ctx, "thief"); !errors.Is(err, crypt.ErrUnreadable) {
			w.Errorf("a moved key: %v", err)
		}

		// Out of scope nothing is there.
		elsewhere, err := access.Require(identity.NewActor("a", "").Grant("x.y", identity.Place{Unit: "u2", Subtree: true}), "x.y")
		if err != nil {
			w.Fatal(err)
		}
		if err := change(w.register.Revoke, elsewhere, next.ID); !errors.Is(err, keystore.ErrNotFound) {
			w.Errorf("out of scope: %v", err)
		}
		if err := change(w.register.Revoke, all, next.ID); err != nil {
			w.Error(err)
		}
		if _, err := signers.PersonSigner(ctx, w.official); !errors.Is(err, keystore.ErrRevoked) {
			w.Errorf("revoked: %v", err)
		}
		if err := change(w.register.Resume, all, next.ID); !errors.Is(err, keystore.ErrState) {
			w.Errorf("a revoked one comes back: %v", err)
		}
	})
}

func (w world) text(query string, args ...any) (s string) {
	w.Helper()
	if err := w.db.QueryRow(w.Context(), query, args...).Scan(&s); err != nil {
		w.Fatal(err)
	}
	return s
}

func steps(history []keystore.Step) string {
	words := make([]string, len(history))
	for i, s := range history {
		words[i] = s.What
	}
	return strings.Join(words, " ")
}

func TestResumeBesideAnother(t *testing.T) {
	t.Parallel()
	each(t, func(w world) {
		a, err := w.add(w.draft(w.issue("A", 100)))
		if err != nil {
			w.Fatal(err)
		}
		w.write(func(ctx context.Context, tx *db.Tx) error {
			return w.register.Suspend(ctx, tx, access.All(), a.ID, "it", "thử")
		})
		if _, err := w.add(w.draft(w.issue("A", 100))); err != nil {
			w.Fatalf("beside a suspended one: %v", err)
		}
		err = w.try(func(ctx context.Context, tx *db.Tx) error {
			return w.register.Resume(ctx, tx, access.All(), a.ID, "it", "thử")
		})
		if !errors.Is(err, keystore.ErrHasOne) {
			w.Errorf("resumed beside another: %v", err)
		}
	})
}

func TestWhatRunsOutLeavesItsPlace(t *testing.T) {
	t.Parallel()
	each(t, func(w world) {
		ctx := w.Context()
		if _, err := w.add(w.draft(w.issue("A", 10))); err != nil {
			w.Fatal(err)
		}
		key, err := w.signers(nil).PersonSigner(ctx, w.official)
		if err != nil {
			w.Fatal(err)
		}
		w.clock.Advance(11 * 24 * time.Hour)
		if _, err := w.signers(nil).PersonSigner(ctx, w.official); !errors.Is(err, keystore.ErrRunOut) {
			w.Errorf("run out: %v", err)
		}
		if _, err := key.Sign(ctx, sum()); !errors.Is(err, keystore.ErrRunOut) {
			w.Errorf("run out in hand: %v", err)
		}
		if _, err := w.add(w.draft(w.issue("A", 10))); err != nil {
			w.Errorf("the next one, without asking to replace: %v", err)
		}
	})
}

// Two officers of the province give the same official a certificate at once.
func TestAtOnce(t *testing.T) {
	t.Parallel()
	each(t, func(w world) {
		var wg sync.WaitGroup
		problems := make([]error, 8)
		for i := range problems {
			d := w.draft(w.issue("A", 100))
			wg.Go(func() { _, problems[i] = w.add(d) })
		}
		wg.Wait()
		added := 0
		for _, err := range problems {
			if err == nil {
				added++
			} else if !errors.Is(err, keystore.ErrHasOne) && !errors.Is(err, keystore.ErrTaken) {
				w.Errorf("got %v", err)
			}
		}
		if added != 1 {
			w.Errorf("%d were added", added)
		}
	})
}

func TestKindsOfKeys(t *testing.T) {
	t.Parallel()
	each(t, func(w world) {
		ctx := w.Context()
		if _, err := w.add(w.draft(w.issue("A", 100))); err != nil {
			w.Fatal(err)
		}
		card := w.issue("A", 100)
		d := w.draft(card)
		d.Kind = keystore.Local
		if _, err := w.add(d); !errors.Is(err, keystore.ErrKeyUnwanted) {
			w.Errorf("a card with its key: %v", err)
		}
		d.Key = nil
		if _, err := w.add(d); err != nil {
			w.Fatalf("a card beside a file: %v", err)
		}
		if _, err := w.signers(nil).PersonSigner(ctx, w.official); !errors.Is(err, keystore.ErrElsewhere) {
			w.Errorf("the card goes before the file: %v", err)
		}
		phone := w.draft(w.issue("A", 100))
		phone.Kind, phone.Key = keystore.Remote, nil
		if _, err := w.add(phone); !errors.Is(err, keystore.ErrReference) {
			w.Errorf("a service without a name: %v", err)
		}
		phone.Provider, phone.Reference = "smartca", "cred-1"
		if _, err := w.add(phone); err != nil {
			w.Fatal(err)
		}
		if c, _, err := w.register.Find(ctx, w.db, w.holder(), w.db.Now()); err != nil || c.Kind != keystore.Remote || c.Reference != "cred-1" {
			w.Errorf("found %+v, %v", c.Kind, err)
		}
		none := w.draft(w.issue("A", 100))
		none.Key, none.Replace = nil, true
		if _, err := w.add(none); !errors.Is(err, keystore.ErrKeyMissing) {
			w.Errorf("a file without a key: %v", err)
		}
		both := w.draft(w.issue("A", 100))
		both.Holder.Unit = "u1"
		if _, err := w.add(both); !errors.Is(err, keystore.ErrState) {
			w.Errorf("an official and a seal at once: %v", err)
		}
	})
}

func TestDevelopmentStandsInTheRegister(t *testing.T) {
	t.Parallel()
	each(t, func(w world) {
		ctx := w.Context()
		dev := devkeys.New(w.TempDir(), w.db, w.people)
		signers := w.signers(dev)
		var wg sync.WaitGroup
		for range 4 { // for the first time, at once
			wg.Go(func() {
				key, err := signers.PersonSigner(ctx, w.official)
				if err != nil {
					w.Error(err)
					return
				}
				if _, err := key.Sign(ctx, sum()); err != nil {
					w.Error(err)
				}
			})
		}
		wg.Wait()
		if _, err := signers.SealSigner(ctx, "u2"); err != nil {
			w.Fatal(err)
		}
		list, err := w.register.List(ctx, w.db, access.All(), keystore.Filter{}, keystore.Key{}, 10)
		if err != nil || len(list) != 2 || !list[0].Simulated || !list[1].Simulated {
			w.Fatalf("in the register: %+v, %v", list, err)
		}
		c, _, err := w.register.Find(ctx, w.db, w.holder(), w.db.Now())
		if err != nil || c.Unit != "u1" || !strings.Contains(c.Name, "Trần Thị Ký") {
			w.Errorf("got %s of unit %s, %v", c.Name, c.Unit, err)
		}
		if uses, err := w.register.Uses(ctx, w.db, c.ID, "", 10); err != nil || len(uses) != 4 {
			w.Errorf("%d uses, %v", len(uses), err)
		}
		// Outside a demonstration the same rows sign nothing.
		if _, err := w.signers(nil).PersonSigner(ctx, w.official); !errors.Is(err, keystore.ErrNone) {
			w.Errorf("without the demonstration: %v", err)
		}
		w.write(func(ctx context.Context, tx *db.Tx) error {
			return w.register.Revoke(ctx, tx, access.All(), c.ID, "it", "thử")
		})
		if _, err := signers.PersonSigner(ctx, w.official); !errors.Is(err, keystore.ErrRevoked) {
			w.Errorf("revoked: %v", err)
		}
		w.clock.Advance(4 * 365 * 24 * time.Hour) // the key of the folder has run out, and the next is made
		if _, err := signers.SealSigner(ctx, "u2"); err != nil {
			w.Error(err)
		}
	})
}
