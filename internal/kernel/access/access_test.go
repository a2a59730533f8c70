// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package access_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/platform/crypt"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
)

const (
	read  identity.Permission = "x.read"
	write identity.Permission = "x.write"
)

func migrations() []db.Migrations {
	return []db.Migrations{orgs.Migrations(), identity.Migrations(), access.Migrations()}
}

func TestRequire(t *testing.T) {
	t.Parallel()
	citizen := identity.NewActor("a1", "p1").Grant(read, identity.Place{})
	if _, err := access.Require(identity.Actor{}, read); !errors.Is(err, access.ErrSignInNeeded) {
		t.Errorf("nobody: %v", err)
	}
	if _, err := access.Require(citizen, write); !errors.Is(err, access.ErrNotAllowed) {
		t.Errorf("not allowed: %v", err)
	}
	if _, err := access.RequireAny(citizen, write, read); err != nil {
		t.Errorf("one of two: %v", err)
	}
	if _, err := access.RequireAny(citizen, write); !errors.Is(err, access.ErrNotAllowed) {
		t.Errorf("none of one: %v", err)
	}
	var none access.Scope
	if where, args := none.Where(access.Columns{Units: []string{"u"}, Persons: []string{"p"}}); where != "(1 = 0)" || len(args) != 0 {
		t.Errorf("the zero scope sees %s %v", where, args)
	}
	if access.Purpose("curiosity").Check() == nil || access.Purpose("").Check() == nil || access.Own.Check() != nil {
		t.Error("purposes")
	}
}

// world makes province → ward-1 → office, province → ward-2, and an account.
func world(t *testing.T, d *db.DB) (account string) {
	t.Helper()
	ctx := t.Context()
	people := identity.NewDirectory(crypt.Ephemeral())
	if err := d.Write(ctx, func(tx *db.Tx) error {
		var units []orgs.Unit
		for _, u := range [][2]orgs.ID{{"province", ""}, {"ward-1", "province"}, {"office", "ward-1"}, {"ward-2", "province"}} {
			units = append(units, orgs.Unit{ID: u[0], Parent: u[1], Kind: orgs.Ward, Name: i18n.Text{VI: string(u[0])}})
		}
		if _, err := orgs.Apply(ctx, tx, units); err != nil {
			return err
		}
		person, err := people.SavePerson(ctx, tx, identity.Person{Kind: identity.Individual, Name: "Trần Thị Mai"})
		if err != nil {
			return err
		}
		account, err = people.SaveAccount(ctx, tx, identity.Account{Person: person, Login: "mai"}, "")
		if err != nil {
			return err
		}
		_, err = access.ApplyRoles(ctx, tx, []access.Role{
			{ID: "reader", Permissions: []identity.Permission{read}}, {ID: "writer", Permissions: []identity.Permission{write, read}},
		}, []identity.Permission{read, write})
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return account
}

func assign(t *testing.T, d *db.DB, a access.Assignment) {
	t.Helper()
	ctx := t.Context()
	if err := d.Write(ctx, func(tx *db.Tx) error { return access.Assign(ctx, tx, a) }); err != nil {
		t.Fatal(err)
	}
}

func sees(t *testing.T, d *db.DB, account string, p identity.Permission) (seen []orgs.ID) {
	t.Helper()
	ctx := t.Context()
	actor, err := access.Load(ctx, d, identity.NewActor(account, "p"), d.Now())
	if err != nil {
		t.Fatal(err)
	}
	scope, err := access.Require(actor, p)
	if err != nil {
		return nil
	}
	for _, u := range []orgs.ID{"province", "ward-1", "office", "ward-2"} {
		if ok, err := scope.Sees(ctx, d, u); err != nil {
			t.Fatal(err)
		} else if ok {
			seen = append(seen, u)
		}
	}
	return seen
}

func TestARoleHoldsWhereItWasGiven(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, migrations(), func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		mai := world(t, d)
		if got := sees(t, d, mai, read); got != nil {
			t.Errorf("without a role: %v", got)
		}
		assign(t, d, access.Assignment{Account: mai, Role: "reader", Unit: "ward-1", Title: i18n.Text{VI: "Chuyên viên"}})
		if got := sees(t, d, mai, read); !slices.Equal(got, []orgs.ID{"ward-1"}) {
			t.Errorf("one unit: %v", got)
		}
		assign(t, d, access.Assignment{Account: mai, Role: "reader", Unit: "ward-1", Subtree: true})
		if got := sees(t, d, mai, read); !slices.Equal(got, []orgs.ID{"ward-1", "office"}) {
			t.Errorf("and what is under it: %v", got)
		}
		if got := sees(t, d, mai, write); got != nil {
			t.Errorf("a reader writes: %v", got)
		}
		assign(t, d, access.Assignment{Account: mai, Role: "writer", Unit: "ward-2", Until: db.At(d.Now().Add(time.Hour))})
		if got := sees(t, d, mai, write); !slices.Equal(got, []orgs.ID{"ward-2"}) {
			t.Errorf("a second role: %v", got)
		}
		c.Advance(time.Hour)
		if got := sees(t, d, mai, write); got != nil {
			t.Errorf("after its end: %v", got)
		}
	})
}

func TestHoldersAndPosts(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, migrations(), func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		ctx := t.Context()
		mai := world(t, d)
		assign(t, d, access.Assignment{Account: mai, Role: "reader", Unit: "office", Title: i18n.Text{VI: "PHÓ CHỦ TỊCH"}, SignsAs: "KT. CHỦ TỊCH"})
		for unit, want := range map[orgs.ID]int{"province": 1, "ward-1": 1, "office": 1, "ward-2": 0} {
			if found, err := access.ListHolders(ctx, d, unit, access.Holder{}, 10); err != nil || len(found) != want {
				t.Errorf("%s: %+v, %v", unit, found, err)
			}
		}
		posts, err := access.ListPosts(ctx, d, mai, d.Now())
		if err != nil || len(posts) != 1 || posts[0].SignsAs != "KT. CHỦ TỊCH" || posts[0].Title.VI != "PHÓ CHỦ TỊCH" {
			t.Errorf("got %+v, %v", posts, err)
		}
	})
}

func TestARoleWithAnUnknownPermissionIsRefused(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, migrations(), func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		ctx := t.Context()
		err := d.Write(ctx, func(tx *db.Tx) error {
			_, err := access.ApplyRoles(ctx, tx, []access.Role{{ID: "r", Permissions: []identity.Permission{"x.fly"}}}, []identity.Permission{read})
			return err
		})
		if err == nil {
			t.Error("accepted")
		}
	})
}
