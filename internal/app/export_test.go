// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"

	"tinhso.vn/internal/platform/crypt"
	"tinhso.vn/internal/platform/db"
)

// SealedColumns is where sealed texts are declared to be.
func (p *Program) SealedColumns(ctx context.Context, q db.Querier) ([]crypt.Sealed, error) {
	return p.sealed(ctx, q)
}
