// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package identity_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
)

func TestGuessingIsSlowAndLocksNobodyOut(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *db.DB, people *identity.Directory, c *dbtest.Clock) {
		ctx := t.Context()
		mai := account(t, d, people, "mai")
		attempt := func(login string, from identity.Source) (a identity.Attempt, err error) {
			err = d.Write(ctx, func(tx *db.Tx) error {
				now, err := people.Attempt(ctx, tx, login, from)
				a = now
				return err
			})
			return a, err
		}
		succeed := func(a identity.Attempt, from identity.Source) (device string) {
			if err := d.Write(ctx, func(tx *db.Tx) error {
				given, err := people.Succeeded(ctx, tx, a, mai.ID, from)
				device = given
				return err
			}); err != nil {
				t.Fatal(err)
			}
			return device
		}
		home, attacker := identity.Source{Network: "10.0.0.1"}, identity.Source{Network: "192.0.2.1"}
		a, err := attempt("mai", home)
		if err != nil {
			t.Fatal(err)
		}
		known := identity.Source{Network: attacker.Network, Device: succeed(a, home)} // in the attacker's network, with her own browser

		let, waits := 0, 0
		for range 200 {
			if _, err := attempt(" MAI ", attacker); errors.Is(err, identity.ErrWait) {
				waits++
			} else if err == nil {
				let++
			}
			c.Advance(time.Second)
		}
		if let < 5 || let > 14 || let+waits != 200 {
			t.Errorf("in 200 seconds %d attempts were let in", let)
		}
		if _, err := attempt("mai", known); err != nil {
			t.Errorf("her own browser has to wait: %v", err)
		}
		if _, err := attempt("mai", identity.Source{Network: "10.9.9.9"}); err != nil {
			t.Errorf("from another network she has to wait: %v", err)
		}
		if _, err := attempt("mai", identity.Source{Network: attacker.Network, Device: "made up"}); !errors.Is(err, identity.ErrWait) {
			t.Errorf("a made-up device: %v", err)
		}
		if _, err := attempt("lan", attacker); err != nil {
			t.Errorf("another account: %v", err)
		}
		for range 300 { // and for an account that does not exist it is the same
			_, _ = attempt("nobody", attacker)
		}
		if _, err := attempt("nobody", attacker); !errors.Is(err, identity.ErrWait) {
			t.Errorf("it tells which accounts exist: %v", err)
		}

		for i := range 300 { // from everywhere: each answer is slower, nobody is refused
			if _, err := attempt("mai", identity.Source{Network: fmt.Sprint("network ", i)}); err != nil {
				t.Fatal(err)
			}
		}
		a, err = attempt("mai", home)
		if err != nil || a.Pause < time.Second || a.Pause > 5*time.Second {
			t.Errorf("under attack from everywhere: %v, %v", a.Pause, err)
		}
		succeed(a, home)
		if a, err = attempt("mai", home); err != nil || a.Pause != 0 {
			t.Errorf("after it succeeded: %v, %v", a.Pause, err)
		}

		for range 300 {
			_, _ = attempt("mai", attacker)
			c.Advance(20 * time.Minute) // the longest wait
		}
		c.Advance(16 * time.Minute)
		if _, err := attempt("mai", attacker); err != nil {
			t.Errorf("the wait grows without end: %v", err)
		}
		if err := d.Write(ctx, func(tx *db.Tx) error { return people.ForgetDevices(ctx, tx, mai.ID) }); err != nil {
			t.Fatal(err)
		}
		if _, err := attempt("mai", known); !errors.Is(err, identity.ErrWait) {
			t.Errorf("a device of before the password was set anew: %v", err)
		}
		c.Advance(25 * time.Hour)
		if err := d.Write(ctx, func(tx *db.Tx) error { return people.ForgetAttempts(ctx, tx) }); err != nil {
			t.Fatal(err)
		}
		var n int
		if err := d.QueryRow(ctx, `SELECT COUNT(*) FROM identity_failures`).Scan(&n); err != nil || n != 0 {
			t.Errorf("%d counts are left, %v", n, err)
		}
	})
}

// Somebody who tries one password on every account from one network is slowed;
// hundreds who share an address and type rightly are not, nor are browsers that
// are known. From everywhere at once nobody can be kept out.
func TestGuessesAreCountedForANetworkAndAnOfficeComesIn(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *db.DB, people *identity.Directory, c *dbtest.Clock) {
		ctx := t.Context()
		mai := account(t, d, people, "mai")
		office := identity.Source{Network: "203.0.113.7"}
		attempt := func(login string, from identity.Source, wrong bool) (a identity.Attempt, err error) {
			err = d.Write(ctx, func(tx *db.Tx) error {
				now, err := people.Attempt(ctx, tx, login, from)
				if a = now; err != nil {
					return err
				}
				if wrong {
					return people.Failed(ctx, tx, a, from)
				}
				return nil
			})
			return a, err
		}
		var known identity.Source
		write(t, d, func(tx *db.Tx) error {
			device, err := people.Arrived(ctx, tx, mai, office)
			known = identity.Source{Network: office.Network, Device: device}
			return err
		})
		for i := range 500 { // all of an office, at once, rightly
			if _, err := attempt(fmt.Sprint("official ", i), office, false); err != nil {
				t.Fatalf("official %d: %v", i, err)
			}
		}
		let := 0
		for i := range 300 {
			if _, err := attempt(fmt.Sprint("sprayed ", i), office, true); err == nil {
				let++
			}
		}
		if let != 100 {
			t.Errorf("%d accounts were tried from one network", let)
		}
		a, err := attempt("mai", known, true)
		if err != nil || !a.Known {
			t.Errorf("a known browser has to wait for a colleague who guesses: %v", err)
		}
		if _, err := attempt("mai", identity.Source{Network: "10.9.9.9"}, false); err != nil {
			t.Errorf("another network: %v", err)
		}
		c.Advance(10 * time.Minute)
		if _, err := attempt("official 1", office, false); err != nil {
			t.Errorf("ten minutes later: %v", err)
		}
		// Two thousand networks guess at one account, as often as they may.
		for i := range 2000 {
			if _, err := attempt("mai", identity.Source{Network: fmt.Sprint("bot ", i)}, true); err != nil {
				t.Fatal(err)
			}
		}
		a, err = attempt("mai", known, false)
		if err != nil || a.Pause != 0 {
			t.Errorf("her own browser: pause %v, %v", a.Pause, err)
		}
		a, err = attempt("mai", identity.Source{Network: "10.9.9.10"}, false)
		if err != nil || a.Pause <= 0 || a.Pause > 4*time.Second {
			t.Errorf("a new browser, a new network: pause %v, %v", a.Pause, err)
		}
	})
}
