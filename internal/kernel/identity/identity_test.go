// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package identity_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/platform/crypt"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
)

const secret = "mat-khau-thu-nghiem"

func each(t *testing.T, f func(t *testing.T, d *db.DB, people *identity.Directory, c *dbtest.Clock)) {
	t.Helper()
	dbtest.Each(t, []db.Migrations{identity.Migrations()}, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		f(t, d, identity.NewDirectory(crypt.Ephemeral()), c)
	})
}

func TestIdentifiersAreSealedAndFound(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *db.DB, people *identity.Directory, _ *dbtest.Clock) {
		ctx := t.Context()
		bay := identity.Person{Kind: identity.Individual, Name: "Nguyễn Văn  Bảy", Number: "089058000001", Phone: "0900000001", Email: "bay@example.org"}
		save := func(p identity.Person) (id string, err error) {
			err = d.Write(ctx, func(tx *db.Tx) error {
				id, err = people.SavePerson(ctx, tx, p)
				return err
			})
			return id, err
		}
		id, err := save(bay)
		if err != nil {
			t.Fatal(err)
		}
		got, ok, err := people.FindByNumber(ctx, d, identity.Individual, "089058000001")
		if err != nil || !ok || got.ID != id || got.Name != "Nguyễn Văn Bảy" || got.Phone != bay.Phone || got.Email != bay.Email {
			t.Errorf("got %+v, %v, %v", got, ok, err)
		}
		if _, ok, _ := people.FindByNumber(ctx, d, identity.Organisation, "089058000001"); ok {
			t.Error("a tax code found an individual")
		}
		bay.Name = "Somebody else"
		if _, err := save(bay); !errors.Is(err, identity.ErrNumberTaken) {
			t.Errorf("the same number twice: %v", err)
		}
		for range 2 { // people without a number are not the same person
			if _, err := save(identity.Person{Kind: identity.Individual, Name: "Lan"}); err != nil {
				t.Error(err)
			}
		}
		row, err := db.All(ctx, d, func(r db.Row) (string, error) {
			var a, b, c, e string
			err := r.Scan(&a, &b, &c, &e)
			return a + b + c + e, err
		}, `SELECT number_sealed, number_index, phone_sealed, email_sealed FROM identity_persons WHERE id = $1`, id)
		if err != nil || strings.Contains(row[0], "0890") || strings.Contains(row[0], "0900") || strings.Contains(row[0], "example") {
			t.Errorf("kept in clear: %v, %v", row, err)
		}
		if said := fmt.Sprint(got.LogValue(), identity.NewActor("a", "p").LogValue()); strings.Contains(said, "Bảy") {
			t.Errorf("a log would say %s", said)
		}
	})
}

func account(t *testing.T, d *db.DB, people *identity.Directory, login string) identity.Account {
	t.Helper()
	ctx := t.Context()
	hash, err := people.HashPassword(ctx, secret)
	if err != nil {
		t.Fatal(err)
	}
	a := identity.Account{Login: login}
	if err := d.Write(ctx, func(tx *db.Tx) error {
		if a.Person, err = people.SavePerson(ctx, tx, identity.Person{Kind: identity.Individual, Name: login}); err != nil {
			return err
		}
		a.ID, err = people.SaveAccount(ctx, tx, a, hash)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return a
}

func TestPasswords(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *db.DB, people *identity.Directory, _ *dbtest.Clock) {
		ctx := t.Context()
		mai := account(t, d, people, "Mai")
		for _, tt := range []struct {
			login, password string
			want            error
		}{
			{"mai", secret, nil},
			{" MAI ", secret, nil},
			{"mai", secret + " x", identity.ErrWrongPassword},
			{"mai", "", identity.ErrWrongPassword},
			{"nobody", secret, identity.ErrWrongPassword},
			{"", "", identity.ErrWrongPassword},
		} {
			if got, err := people.CheckPassword(ctx, d, tt.login, tt.password); !errors.Is(err, tt.want) || (err == nil && got.ID != mai.ID) {
				t.Errorf("%q %q: %+v, %v", tt.login, tt.password, got, err)
			}
		}
		if _, err := people.HashPassword(ctx, "ngan"); !errors.Is(err, identity.ErrPasswordShort) {
			t.Errorf("a short password: %v", err)
		}
		one, _ := people.HashPassword(ctx, secret)
		if two, _ := people.HashPassword(ctx, secret); one == two || strings.Contains(one, secret) {
			t.Error("a hash without salt")
		}
		if err := d.Write(ctx, func(tx *db.Tx) error {
			_, err := people.SaveAccount(ctx, tx, identity.Account{Person: mai.Person, Login: "MAI"}, one)
			return err
		}); !errors.Is(err, identity.ErrLoginTaken) {
			t.Errorf("the same login twice: %v", err)
		}
		mai.Disabled = true
		if err := d.Write(ctx, func(tx *db.Tx) error { _, err := people.SaveAccount(ctx, tx, mai, one); return err }); err != nil {
			t.Fatal(err)
		}
		if _, err := people.CheckPassword(ctx, d, "mai", secret); !errors.Is(err, identity.ErrWrongPassword) {
			t.Errorf("a disabled account: %v", err)
		}
	})
}

func TestSessions(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *db.DB, people *identity.Directory, c *dbtest.Clock) {
		ctx := t.Context()
		mai := account(t, d, people, "mai")
		var browser, api string
		if err := d.Write(ctx, func(tx *db.Tx) (err error) {
			if browser, _, err = people.StartSession(ctx, tx, mai.ID, identity.Browser); err != nil {
				return err
			}
			api, _, err = people.StartSession(ctx, tx, mai.ID, identity.API)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		opens := func(token string, k identity.SessionKind) string {
			t.Helper()
			a, session, ok, err := people.FindSession(ctx, d, token, k, d.Now())
			if err != nil || ok != (a.ID == mai.ID) {
				t.Fatalf("%+v, %v, %v", a, ok, err)
			}
			return session
		}
		if opens(browser, identity.Browser) == "" || opens(api, identity.API) == "" {
			t.Error("a session does not open its account")
		}
		if opens(browser, identity.API) != "" || opens(api, identity.Browser) != "" || opens("", identity.Browser) != "" || opens("x", identity.API) != "" {
			t.Error("a wrong token opens an account")
		}
		if err := d.Write(ctx, func(tx *db.Tx) error {
			_, err := people.EndSession(ctx, tx, mai.ID, opens(api, identity.API))
			return err
		}); err != nil || opens(api, identity.API) != "" {
			t.Errorf("an ended session opens its account: %v", err)
		}
		c.Advance(identity.SessionLength + time.Second)
		if opens(browser, identity.Browser) != "" {
			t.Error("a session outlives its end")
		}
		if err := d.Write(ctx, func(tx *db.Tx) error {
			n, err := people.EndOldSessions(ctx, tx)
			if n != 1 {
				t.Errorf("%d old sessions removed", n)
			}
			return err
		}); err != nil {
			t.Error(err)
		}
	})
}
