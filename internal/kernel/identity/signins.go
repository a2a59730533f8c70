// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"context"
	"time"

	"tinhso.vn/internal/kernel/identity/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/id"
)

// SignInsKept is how long the sign-in log of an account goes back.
const SignInsKept = 365 * 24 * time.Hour

// SignInResult says how an attempt ended.
type SignInResult string

// The results.
const (
	SignedIn  SignInResult = "in"
	Wrong     SignInResult = "wrong"     // password or code
	Slowed    SignInResult = "slowed"    // too early after wrong ones
	Unlocked  SignInResult = "unlocked"  // a locked session goes on
	Recovered SignInResult = "recovered" // let in again by two
	Moved     SignInResult = "moved"     // a session is used from another address or browser
)

// SignIn is one line of the log that the owner of an account sees.
type SignIn struct {
	ID      string
	Account string
	At      db.Time
	Way     Way
	Result  SignInResult
	Device  string
	Address string
	Unknown bool    // from a device never seen before
	Seen    db.Time // when the owner said that it was known
}

// LogSignIn adds a line.
func (d *Directory) LogSignIn(ctx context.Context, tx *db.Tx, s SignIn, from Source) error {
	s.ID = id.New()
	return store.PutSignIn(ctx, tx, store.SignIn{
		ID: s.ID, Account: s.Account, At: tx.Now, Way: string(s.Way), Result: string(s.Result), Device: from.Agent,
		Address: d.keys.SealText(signIns, "address", s.ID, from.Network), Unknown: s.Unknown,
	})
}

// ListSignIns returns at most limit lines of an account before the given one
// ("" for the newest), the newest first.
func (d *Directory) ListSignIns(ctx context.Context, q db.Querier, account, before string, limit int) ([]SignIn, error) {
	rows, err := store.SignIns(ctx, q, account, before, limit)
	return d.signIns(rows, err)
}

// NewDevices returns sign-ins from devices never seen before that the owner has
// not said to know, at most ten.
func (d *Directory) NewDevices(ctx context.Context, q db.Querier, account string) ([]SignIn, error) {
	rows, err := store.NewDevices(ctx, q, account, 10)
	return d.signIns(rows, err)
}

// KnowDevices notes that the owner knows the sign-ins up to the given line.
func (d *Directory) KnowDevices(ctx context.Context, tx *db.Tx, account, upTo string) error {
	return store.KnowDevices(ctx, tx, account, upTo)
}

func (d *Directory) signIns(rows []store.SignIn, err error) ([]SignIn, error) {
	if err != nil {
		return nil, err
	}
	all := make([]SignIn, len(rows))
	for i, r := range rows {
		address, err := d.keys.OpenText(signIns, "address", r.ID, r.Address)
		if err != nil {
			return nil, err
		}
		all[i] = SignIn{
			ID: r.ID, Account: r.Account, At: r.At, Way: Way(r.Way), Result: SignInResult(r.Result), Device: r.Device, Address: address,
			Unknown: r.Unknown, Seen: r.Seen,
		}
	}
	return all, nil
}

// KnowsDevice reports whether an account has signed in from the device of a
// source before; first says that it has never done so from any.
func (d *Directory) KnowsDevice(ctx context.Context, q db.Querier, account string, from Source) (known, first bool, err error) {
	n, err := store.Devices(ctx, q, account)
	if err != nil || n == 0 {
		return false, n == 0, err
	}
	known, err = store.HasDevice(ctx, q, hash(from.Device), account)
	return known, false, err
}
