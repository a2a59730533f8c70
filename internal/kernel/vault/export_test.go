// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package vault

import (
	"context"

	"tinhso.vn/internal/platform/crypt"
	"tinhso.vn/internal/platform/db"
)

// Between seals a batch of a column anew, and lets something happen between
// reading and writing.
func (v *Vault) Between(ctx context.Context, s crypt.Sealed, happens func()) (n int64, err error) {
	rows, err := next(ctx, v.db, s, v.keys.Active(), nil, batch)
	if err != nil {
		return 0, err
	}
	texts := make([]string, len(rows))
	for i, f := range rows {
		if texts[i], err = v.again(s, f); err != nil {
			return 0, err
		}
	}
	happens()
	err = v.db.Write(ctx, func(tx *db.Tx) error {
		did, err := put(ctx, tx, s, rows, texts)
		n = did
		return err
	})
	return n, err
}
