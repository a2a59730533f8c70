// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"context"
	"crypto/rand"
	"errors"
	"strings"
	"time"

	"tinhso.vn/internal/kernel/identity/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
	"tinhso.vn/internal/platform/text"
)

// Factors are the proofs of an account besides its password.
type Factors struct {
	TOTP     bool
	TOTPMade db.Time
	TOTPUsed db.Time
	Passkeys []Passkey // removed ones as well, while they can come back
	Codes    int       // recovery codes that still count
}

// Any reports whether there is a second factor. Recovery codes are none: they
// stand in for one that was lost.
func (f Factors) Any() bool { return f.TOTP || f.usable() }

func (f Factors) usable() bool {
	for _, p := range f.Passkeys {
		if p.Removed.IsZero() {
			return true
		}
	}
	return false
}

// Passkey is a key of a person's authenticator. Data is the key's own business
// (platform/passkey).
type Passkey struct {
	ID, Account, Credential, Name, Data string
	Made, Used, Removed                 db.Time
}

// UndoPasskey is how long a removed passkey can come back.
const UndoPasskey = 24 * time.Hour

// MaxPasskeys is how many an account may have.
const MaxPasskeys = 10

// What can go wrong with passkeys.
var (
	ErrPasskeyUnknown = errs.New(errs.NotFound, "identity.passkey_unknown")
	ErrPasskeyTaken   = errs.New(errs.Conflict, "identity.passkey_taken")
	ErrPasskeysMany   = errs.New(errs.Conflict, "identity.passkeys_many") // args: max
)

// ListFactors returns what an account can prove itself by.
func (d *Directory) ListFactors(ctx context.Context, q db.Querier, account string) (f Factors, err error) {
	t, err := store.GetTOTP(ctx, q, account)
	if err != nil && !errors.Is(err, db.ErrNoRows) {
		return f, err
	}
	f.TOTP, f.TOTPMade, f.TOTPUsed = !t.Confirmed.IsZero(), t.Confirmed, t.Used
	if f.Passkeys, err = d.ListPasskeys(ctx, q, account); err != nil {
		return f, err
	}
	f.Codes, err = store.RecoveryCodes(ctx, q, account)
	return f, err
}

// ListPasskeys returns the passkeys of an account, the oldest first.
func (d *Directory) ListPasskeys(ctx context.Context, q db.Querier, account string) ([]Passkey, error) {
	rows, err := store.PasskeysOf(ctx, q, account)
	if err != nil {
		return nil, err
	}
	keys := make([]Passkey, len(rows))
	for i, row := range rows {
		if keys[i], err = d.passkey(row); err != nil {
			return nil, err
		}
	}
	return keys, nil
}

// FindPasskey returns the passkey that an authenticator names; ErrPasskeyUnknown
// where there is none, or it was removed.
func (d *Directory) FindPasskey(ctx context.Context, q db.Querier, credential string) (Passkey, error) {
	row, err := store.PasskeyBy(ctx, q, credential)
	if errors.Is(err, db.ErrNoRows) || err == nil && !row.Removed.IsZero() {
		return Passkey{}, ErrPasskeyUnknown
	}
	if err != nil {
		return Passkey{}, err
	}
	return d.passkey(row)
}

// AddPasskey keeps a new passkey and returns its id.
func (d *Directory) AddPasskey(ctx context.Context, tx *db.Tx, p Passkey) (string, error) {
	before, err := store.PasskeysOf(ctx, tx, p.Account)
	if err != nil {
		return "", err
	}
	if len(before) >= MaxPasskeys {
		return "", ErrPasskeysMany.With("max", MaxPasskeys)
	}
	p.ID = id.New()
	err = store.PutPasskey(ctx, tx, store.Passkey{
		ID: p.ID, Account: p.Account, Credential: p.Credential, Name: text.Line(p.Name), Data: d.keys.SealText(passkeys, "data", p.ID, p.Data),
	})
	if db.IsDuplicate(err) {
		return "", ErrPasskeyTaken.Because(err)
	}
	return p.ID, err
}

// UsedPasskey keeps what a passkey has become by being used.
func (d *Directory) UsedPasskey(ctx context.Context, tx *db.Tx, key, data string) error {
	return store.UsedPasskey(ctx, tx, key, d.keys.SealText(passkeys, "data", key, data))
}

// NamePasskey changes the name by which its owner knows a passkey.
func (d *Directory) NamePasskey(ctx context.Context, tx *db.Tx, account, key, name string) error {
	return found(store.NamePasskey(ctx, tx, account, key, text.Line(name)))
}

// RemovePasskey keeps a passkey from opening anything. RestorePasskey takes it
// back for UndoPasskey.
func (d *Directory) RemovePasskey(ctx context.Context, tx *db.Tx, account, key string) error {
	return found(store.RemovePasskey(ctx, tx, account, key, tx.Now))
}

// RestorePasskey takes a removal back.
func (d *Directory) RestorePasskey(ctx context.Context, tx *db.Tx, account, key string) error {
	return found(store.RemovePasskey(ctx, tx, account, key, db.Time{}))
}

func found(ok bool, err error) error {
	if err == nil && !ok {
		return ErrPasskeyUnknown
	}
	return err
}

func (d *Directory) passkey(row store.Passkey) (Passkey, error) {
	data, err := d.keys.OpenText(passkeys, "data", row.ID, row.Data)
	return Passkey{
		ID: row.ID, Account: row.Account, Credential: row.Credential, Name: row.Name, Data: data, Made: row.Made, Used: row.Used, Removed: row.Removed,
	}, err
}

// RecoveryCodes is how many recovery codes are made at once.
const RecoveryCodes = 10

// MakeRecoveryCodes gives an account new recovery codes, each for one sign-in,
// and returns them: this is the only time that anybody sees them. Those of
// before count no more.
func (d *Directory) MakeRecoveryCodes(ctx context.Context, tx *db.Tx, account string) ([]string, error) {
	if err := store.DropRecoveryCodes(ctx, tx, account); err != nil {
		return nil, err
	}
	codes := make([]string, RecoveryCodes)
	for i := range codes {
		codes[i] = newCode()
		if err := store.PutRecoveryCode(ctx, tx, account, hash(bare(codes[i]))); err != nil {
			return nil, err
		}
	}
	return codes, nil
}

// UseRecoveryCode reports whether a code counts. It does so once.
func (d *Directory) UseRecoveryCode(ctx context.Context, tx *db.Tx, account, code string) (bool, error) {
	return store.UseRecoveryCode(ctx, tx, account, hash(bare(code)))
}

// ForgetFactors removes every second factor of an account.
func (d *Directory) ForgetFactors(ctx context.Context, tx *db.Tx, account string) error {
	_, err := store.DropTOTP(ctx, tx, account)
	return errors.Join(err, store.DropPasskeys(ctx, tx, account, db.Time{}), store.DropRecoveryCodes(ctx, tx, account))
}

// newCode is 80 bits that people can copy: four groups of four signs.
func newCode() string {
	s := rand.Text()[:16]
	return s[:4] + "-" + s[4:8] + "-" + s[8:12] + "-" + s[12:]
}

// bare is a code as it was made, however somebody has typed it. Our alphabet has
// neither 0 nor 1 nor 8.
func bare(code string) string {
	return strings.NewReplacer("-", "", " ", "", "0", "O", "1", "I", "8", "B").Replace(strings.ToUpper(strings.TrimSpace(code)))
}
