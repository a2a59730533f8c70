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
// from everywhere together only slows each answer, for at most a few seconds, and
// not on such a device. Who tries one password on many accounts is slowed by the
// network: wrong ones are counted there, and right ones are not, so that an office
// of hundreds behind one address comes in at the same moment. Devices that are
// known neither count there nor wait.

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

	fromNetwork   = 100              // wrong attempts on all accounts from a network
	networkWindow = 10 * time.Minute // in so long

	// DeviceLength is how long a device is remembered.
	DeviceLength = 365 * 24 * time.Hour
)

// ErrWait refuses an attempt that comes too early; args: seconds, minutes.
var ErrWait = errs.New(errs.TooMany, "identity.wait")

// Attempt is an attempt that was let in.
type Attempt struct {
	Pause time.Duration // wait so long before answering
	Known bool          // it comes from a device from which its account has signed in

	own, all string
}

// Attempt counts an attempt to sign in before its password is looked at, so that
// many at once count as many. ErrWait where it comes too early; such attempts
// do not count, and the wait does not grow by them. Whether there is such an
// account makes no difference.
func (d *Directory) Attempt(ctx context.Context, tx *db.Tx, login string, from Source) (a Attempt, err error) {
	login = fold(login)
	a.own, a.Known, err = d.bucket(ctx, tx, login, from)
	if err != nil {
		return Attempt{}, err
	}
	if !a.Known {
		wrong, err := store.CountFailures(ctx, tx, d.network(tx.Now, from))
		if err != nil {
			return Attempt{}, err
		}
		if wrong >= fromNetwork {
			return Attempt{}, waiting(tx.Now.Truncate(networkWindow).Add(networkWindow).Sub(tx.Now.Time))
		}
	}
	a.all = d.keys.Index("sign-in", login+"\x00everywhere")
	fails, last, err := store.Failures(ctx, tx, a.own)
	if err != nil {
		return Attempt{}, err
	}
	quiet := tx.Now.Sub(last.Time)
	if wait := waitAfter(fails) - quiet; fails > 0 && quiet < forgiven && wait > 0 {
		return Attempt{}, waiting(wait)
	}
	if err := store.PutFailures(ctx, tx, a.own, quiet >= forgiven); err != nil {
		return Attempt{}, err
	}
	everywhere, last, err := store.Failures(ctx, tx, a.all)
	if err != nil {
		return Attempt{}, err
	}
	fresh := tx.Now.Sub(last.Time) >= spread
	if !fresh && !a.Known {
		a.Pause = pauseAfter(everywhere)
	}
	return a, store.PutFailures(ctx, tx, a.all, fresh)
}

func waiting(wait time.Duration) error {
	seconds := int(wait/time.Second) + 1
	return ErrWait.With("seconds", seconds).With("minutes", (seconds+59)/60)
}

// bucket is what an attempt is counted under, and whether its device is known.
func (d *Directory) bucket(ctx context.Context, q db.Querier, login string, from Source) (string, bool, error) {
	if from.Device != "" {
		known, err := store.KnowsDevice(ctx, q, hash(from.Device), login)
		if err != nil {
			return "", false, err
		}
		if known {
			return d.keys.Index("sign-in", login+"\x00device\x00"+hash(from.Device)), true, nil
		}
	}
	return d.keys.Index("sign-in", login+"\x00network\x00"+from.Network), false, nil
}

// network is what wrong attempts on all accounts are counted under; another each
// window, so that the slips of a large office do not add up over the day.
func (d *Directory) network(now db.Time, from Source) string {
	return d.keys.Index("sign-in", "\x00network\x00"+from.Network+"\x00"+now.Truncate(networkWindow).UTC().Format(time.RFC3339))
}

// Failed counts an attempt whose password was wrong for the network it came from.
func (d *Directory) Failed(ctx context.Context, tx *db.Tx, a Attempt, from Source) error {
	if a.Known {
		return nil
	}
	return store.PutFailures(ctx, tx, d.network(tx.Now, from), false)
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
	own, _, err := d.bucket(ctx, tx, login, from)
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
