// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package identity_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/platform/crypt"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
)

func TestPasswordsOfBefore(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *db.DB, people *identity.Directory, c *dbtest.Clock) {
		ctx := t.Context()
		mai := account(t, d, people, "mai")
		for i := range 4 {
			c.Advance(time.Hour)
			hash, err := people.Hash(ctx, fmt.Sprintf("mat khau so %d", i))
			if err != nil {
				t.Fatal(err)
			}
			write(t, d, func(tx *db.Tx) error { return people.SetPassword(ctx, tx, mai.ID, hash, 3) })
		}
		for password, want := range map[string]bool{
			secret: false, "mat khau so 0": true, "mat khau so 2": true, "mat khau so 3": true, "another one": false,
		} {
			if got, err := people.PasswordUsed(ctx, d, mai.ID, password, 3); got != want || err != nil {
				t.Errorf("%s used: %v, %v", password, got, err)
			}
		}
		if got, _ := people.PasswordUsed(ctx, d, mai.ID, "mat khau so 0", 2); got {
			t.Error("more were looked at than asked for")
		}
		a, err := people.CheckPassword(ctx, d, "mai", "mat khau so 3")
		if err != nil || !a.PasswordAt.Equal(d.Now().Time) {
			t.Errorf("set at %v, %v", a.PasswordAt, err)
		}
	})
}

func TestACheapHashIsMadeAnew(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *db.DB, now *identity.Directory, _ *dbtest.Clock) {
		before := identity.NewDirectory(crypt.Ephemeral())
		before.Cost(1, 8*1024)
		mai := account(t, d, before, "mai")
		a, err := now.CheckPassword(t.Context(), d, "mai", secret)
		if err != nil || !a.Cheap {
			t.Fatalf("a cheap hash: %v, %v", a.Cheap, err)
		}
		again, err := now.Hash(t.Context(), secret)
		if err != nil {
			t.Fatal(err)
		}
		write(t, d, func(tx *db.Tx) error { return now.HashAgain(t.Context(), tx, a, again) })
		if b, err := now.CheckPassword(t.Context(), d, "mai", secret); err != nil || b.Cheap || b.ID != mai.ID || !b.PasswordAt.Equal(a.PasswordAt.Time) {
			t.Errorf("%+v, %v", b, err)
		}
		write(t, d, func(tx *db.Tx) error { return now.HashAgain(t.Context(), tx, a, "$not$") }) // the password has changed in the meantime
		if _, err := now.CheckPassword(t.Context(), d, "mai", secret); err != nil {
			t.Errorf("an old hash was replaced: %v", err)
		}
		done, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := now.CheckPassword(done, d, "mai", secret); err == nil {
			t.Error("a password was looked at for somebody who has gone")
		}
	})
}

// What a password costs is never less than the least, whatever is asked for.
func TestWhatAPackMayAskOfAPassword(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, _ *db.DB, now *identity.Directory, _ *dbtest.Clock) {
		for _, tt := range []struct {
			rules identity.Rules
			want  string
		}{
			{nil, "m=19456,t=2,"},
			{identity.Rules{{Password: identity.PasswordRule{Passes: 1, MemoryMiB: 8}}}, "m=19456,t=2,"},
			{identity.Rules{{Password: identity.PasswordRule{Passes: 3}}, {Password: identity.PasswordRule{MemoryMiB: 32}}}, "m=32768,t=3,"},
		} {
			now.UseCost(tt.rules.Cost())
			if hash, err := now.Hash(t.Context(), secret); err != nil || !strings.Contains(hash, tt.want) {
				t.Errorf("%v: %s, %v", tt.rules, hash, err)
			}
		}
	})
}

func TestTheStrictestRuleHolds(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *db.DB, _ *identity.Directory, _ *dbtest.Clock) {
		ctx := t.Context()
		rules := identity.Rules{
			{ID: "moi-nguoi", SecondFactor: identity.Offered, Hours: 12, Sessions: 10, Password: identity.PasswordRule{Min: 14, MinWithFactor: 8, Classes: 4}},
			{ID: "can-bo", Roles: []string{"clerk", "officer"}, SecondFactor: identity.Required, RequiredFrom: "2027-06-01", IdleMinutes: 15},
			{ID: "quan-tri", Roles: []string{"province_it"}, SecondFactor: identity.Required, RequiredFrom: "2027-01-01", IdleMinutes: 5, Password: identity.PasswordRule{History: 10, MaxDays: 60}},
		}
		write(t, d, func(tx *db.Tx) error {
			if changed, err := identity.ApplyRules(ctx, tx, rules); len(changed) != 3 || err != nil {
				t.Errorf("changed: %v, %v", changed, err)
			}
			changed, err := identity.ApplyRules(ctx, tx, rules)
			if len(changed) != 0 {
				t.Errorf("again: %v", changed)
			}
			return err
		})
		kept, err := identity.ListRules(ctx, d)
		if err != nil || len(kept) != 3 {
			t.Fatalf("%+v, %v", kept, err)
		}
		both := kept.For("clerk", "province_it")
		if both.IdleMinutes != 5 || both.RequiredFrom != "2027-01-01" || both.Hours != 12 || both.Password.History != 10 || both.Password.Min != 14 {
			t.Errorf("%+v", both)
		}
		at := func(day string) db.Time {
			when, err := time.Parse(time.DateOnly, day)
			if err != nil {
				t.Fatal(err)
			}
			return db.At(when)
		}
		clerk, citizen := kept.For("clerk"), kept.For("citizen")
		if clerk.NeedsFactor(at("2027-05-31")) || !clerk.NeedsFactor(at("2027-06-01")) || citizen.NeedsFactor(at("2030-01-01")) || citizen.IdleMinutes != 0 {
			t.Errorf("clerk %+v, citizen %+v", clerk, citizen)
		}
		if p := both.Password; p.Expired(at("2027-01-01"), at("2027-03-02")) || !p.Expired(at("2027-01-01"), at("2027-03-03")) || p.Expired(db.Time{}, at("2027-03-03")) || citizen.Password.Expired(at("2007-01-01"), at("2027-01-01")) {
			t.Error("passwords expire on the wrong day, or where no rule says so")
		}
		write(t, d, func(tx *db.Tx) error {
			changed, err := identity.ApplyRules(ctx, tx, rules[:1])
			if !slices.Equal(changed, []string{"can-bo", "quan-tri"}) {
				t.Errorf("taken away: %v", changed)
			}
			return err
		})
	})
}
