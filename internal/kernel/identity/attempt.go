// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"context"
	"crypto/rand"
	"time"

	"tinhso.vn/internal/kernel/identity/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// Guessing is made slow without giving strangers the means to lock somebody
// out. Attempts are counted for a user name *from a network*; a device from
// which that person has signed in before has a count of its own; and what comes
// from everywhere together only slows each answer, for at most a few seconds.

// Source is where an attempt to sign in comes from.
type Source struct {
	Network string // the address
	Agent   string // browser and system in words: "Chrome, Windows"
	Device  string // what Device gave this browser when it signed in; empty: nothing
}

const (
	freeAttempts = 5
	firstWait    = 2 * time.Second
	longestWait  = 15 * time.Minute
	forgiven     = 24 * time.Hour // after so long without an attempt it begins anew
	spread       = time.Hour      // the same for what comes from everywhere

	// DeviceLength is how long a device is remembered.
	DeviceLength = 365 * 24 * time.Hour
)

// ErrWait refuses an attempt that comes too early; args: seconds, minutes.
var ErrWait = errs.New(errs.TooMany, "identity.wait")

// Attempt is an attempt that was let in.
type Attempt struct {
	Pause time.Duration // wait so long before answering

	own, all string
}

// Attempt counts an attempt to sign in before its password is looked at, so that
// many at once count as many. ErrWait where it comes too early; such attempts
// do not count, and the wait does not grow by them. Whether there is such an
// account makes no difference.
func (d *Directory) Attempt(ctx context.Context, tx *db.Tx, login string, from Source) (a Attempt, err error) {
	login = fold(login)
	a.own, err = d.bucket(ctx, tx, login, from)
	if err != nil {
		return Attempt{}, err
	}
	a.all = d.keys.Index("sign-in", login+"\x00everywhere")
	fails, last, err := store.Failures(ctx, tx, a.own)
	if err != nil {
		return Attempt{}, err
	}
	quiet := tx.Now.Sub(last.Time)
	if wait := waitAfter(fails) - quiet; fails > 0 && quiet < forgiven && wait > 0 {
		seconds := int(wait/time.Second) + 1
		return Attempt{}, ErrWait.With("seconds", seconds).With("minutes", (seconds+59)/60)
	}
	if err := store.PutFailures(ctx, tx, a.own, quiet >= forgiven); err != nil {
		return Attempt{}, err
	}
	everywhere, last, err := store.Failures(ctx, tx, a.all)
	if err != nil {
		return Attempt{}, err
	}
	fresh := tx.Now.Sub(last.Time) >= spread
	if !fresh {
		a.Pause = pauseAfter(everywhere)
	}
	return a, store.PutFailures(ctx, tx, a.all, fresh)
}

// bucket is what an attempt is counted under.
func (d *Directory) bucket(ctx context.Context, q db.Querier, login string, from Source) (string, error) {
	if from.Device != "" {
		known, err := store.KnowsDevice(ctx, q, hash(from.Device), login)
		if err != nil {
			return "", err
		}
		if known {
			return d.keys.Index("sign-in", login+"\x00device\x00"+hash(from.Device)), nil
		}
	}
	return d.keys.Index("sign-in", login+"\x00network\x00"+from.Network), nil
}

// waitAfter is how long after so many failures the next attempt must wait.
func waitAfter(fails int64) time.Duration {
	if fails < freeAttempts {
		return 0
	}
	return min(firstWait<<min(fails-freeAttempts, 20), longestWait)
}

// pauseAfter is how long an answer takes after so many failures from everywhere.
func pauseAfter(fails int64) time.Duration {
	return min(time.Duration(fails/20)*time.Second, 4*time.Second)
}

// Succeeded forgets the failures of an attempt, and remembers the device. It
// returns what the device is to be given, which may be what it has.
func (d *Directory) Succeeded(ctx context.Context, tx *db.Tx, a Attempt, account string, from Source) (device string, err error) {
	for _, bucket := range []string{a.own, a.all} {
		if err := store.DropFailures(ctx, tx, bucket); err != nil {
			return "", err
		}
	}
	if device = from.Device; len(device) < 26 || len(device) > 100 { // not one of ours
		device = rand.Text() + rand.Text()
	}
	return device, store.PutDevice(ctx, tx, hash(device), account)
}

// Arrived is Succeeded for somebody whose attempt was counted in a request of
// before, as when a code came after the password.
func (d *Directory) Arrived(ctx context.Context, tx *db.Tx, of Account, from Source) (device string, err error) {
	login := fold(of.Login)
	own, err := d.bucket(ctx, tx, login, from)
	if err != nil {
		return "", err
	}
	return d.Succeeded(ctx, tx, Attempt{own: own, all: d.keys.Index("sign-in", login+"\x00everywhere")}, of.ID, from)
}

// ForgetDevices forgets from where an account has signed in: after its password
// was set anew nobody is known.
func (d *Directory) ForgetDevices(ctx context.Context, tx *db.Tx, account string) error {
	return store.DropDevices(ctx, tx, account)
}

// ForgetAttempts removes failures and devices of long ago.
func (d *Directory) ForgetAttempts(ctx context.Context, tx *db.Tx) error {
	if err := store.DropFailuresBefore(ctx, tx, db.At(tx.Now.Add(-forgiven))); err != nil {
		return err
	}
	return store.DropDevicesBefore(ctx, tx, db.At(tx.Now.Add(-DeviceLength)))
}
