// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strings"

	"tinhso.vn/internal/kernel/identity/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
)

// Account is how a person signs in.
type Account struct {
	ID, Person, Login, Name, Note string
	Kind                          PersonKind
	Disabled                      bool
	PasswordAt                    db.Time // when the password was set; zero where that is not known
	Cheap                         bool    // CheckPassword: the hash costs less than those made today, and should be made anew
	hash                          string
}

// What can go wrong with accounts.
var (
	ErrWrongPassword  = errs.New(errs.Unauthenticated, "identity.wrong_password")
	ErrLoginTaken     = errs.New(errs.Conflict, "identity.login_taken")
	ErrAccountUnknown = errs.New(errs.NotFound, "identity.account_not_found")
)

// SaveAccount adds an account, or changes the one of that id. Hash is what
// HashPassword returned; empty keeps people from signing in with a password.
func (d *Directory) SaveAccount(ctx context.Context, tx *db.Tx, a Account, hash string) (string, error) {
	if a.ID == "" {
		a.ID = id.New()
	}
	err := store.PutAccount(ctx, tx, store.Account{
		ID: a.ID, Person: a.Person, Login: fold(a.Login), Hash: hash, Note: a.Note, Disabled: a.Disabled,
	})
	if db.IsDuplicate(err) {
		return "", ErrLoginTaken.With("login", a.Login).Because(err)
	}
	return a.ID, err
}

// FindAccount returns the account of a login.
func (d *Directory) FindAccount(ctx context.Context, q db.Querier, login string) (Account, bool, error) {
	row, err := store.AccountByLogin(ctx, q, fold(login))
	if errors.Is(err, db.ErrNoRows) {
		return Account{}, false, nil
	}
	return account(row), err == nil, err
}

// GetAccount returns an account; ErrAccountUnknown where there is none.
func (d *Directory) GetAccount(ctx context.Context, q db.Querier, id string) (Account, error) {
	row, err := store.GetAccount(ctx, q, id)
	if errors.Is(err, db.ErrNoRows) {
		return Account{}, ErrAccountUnknown
	}
	return account(row), err
}

// ListAccounts returns the ids of the accounts of a person: there are few.
func (d *Directory) ListAccounts(ctx context.Context, q db.Querier, person string) ([]string, error) {
	return store.AccountsOf(ctx, q, person)
}

// CheckPassword returns the account of a login and password. It is slow on
// purpose: call it outside transactions. Login unknown, password wrong and
// account disabled are the same to whoever asks.
func (d *Directory) CheckPassword(ctx context.Context, q db.Querier, login, password string) (Account, error) {
	return d.CheckAttempt(ctx, q, Attempt{}, login, password)
}

// CheckAttempt is CheckPassword for an attempt that was let in: from a device that
// is known for the login it waits less where many wait.
func (d *Directory) CheckAttempt(ctx context.Context, q db.Querier, of Attempt, login, password string) (Account, error) {
	r := strangers
	if of.Known {
		r = friends
	}
	a, found, err := d.FindAccount(ctx, q, login)
	if err != nil {
		return Account{}, err
	}
	ok, cheap, err := d.checkPassword(ctx, password, a.hash, r)
	switch {
	case err != nil:
		return Account{}, err
	case !ok || !found || a.Disabled:
		return Account{}, ErrWrongPassword
	}
	a.Cheap = cheap
	return a, nil
}

func account(r store.Account) Account {
	return Account{
		ID: r.ID, Person: r.Person, Login: r.Login, Name: r.Name, Note: r.Note, Kind: PersonKind(r.Kind),
		Disabled: r.Disabled, PasswordAt: known(r.PasswordAt), hash: r.Hash,
	}
}

func fold(login string) string { return strings.ToLower(strings.TrimSpace(login)) }

func hash(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// known turns what was kept before a time was kept into no time.
func known(t db.Time) db.Time {
	if t.UnixMicro() == 0 {
		return db.Time{}
	}
	return t
}
