// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"context"

	"tinhso.vn/internal/kernel/identity/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// Disable keeps an account from being used and ends what it has open: sessions
// of browsers, tokens of programs. Password and factors stay as they are.
func (d *Directory) Disable(ctx context.Context, tx *db.Tx, account string) (err error) {
	defer errs.Wrap(&err, "disable account %s", account)

	if err := d.disabled(ctx, tx, account, true); err != nil {
		return err
	}
	_, err = d.EndOthers(ctx, tx, account, "", EndedByAdmin)
	return err
}

// Enable lets an account be used again, with the password it had.
func (d *Directory) Enable(ctx context.Context, tx *db.Tx, account string) (err error) {
	defer errs.Wrap(&err, "enable account %s", account)

	return d.disabled(ctx, tx, account, false)
}

func (d *Directory) disabled(ctx context.Context, tx *db.Tx, account string, off bool) error {
	found, err := store.SetDisabled(ctx, tx, account, off)
	if err == nil && !found {
		return ErrAccountUnknown
	}
	return err
}

// Unused is an account that nobody has used for some time.
type Unused struct {
	Account, Login, Name string
	Last                 db.Time // of the last use; of its making where there was none
}

// ListUnused returns at most limit accounts of people that are enabled and
// not used after a moment, by id, after the given one.
func (d *Directory) ListUnused(ctx context.Context, q db.Querier, since db.Time, after string, limit int) ([]Unused, error) {
	rows, err := store.ListUnused(ctx, q, since, after, limit)
	all := make([]Unused, len(rows))
	for i, r := range rows {
		all[i] = Unused{Account: r.ID, Login: r.Login, Name: r.Name, Last: r.Last}
	}
	return all, err
}
