// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package privacy

import (
	"context"

	"tinhso.vn/internal/platform/db"
)

// Pointer is something of this module that points to a person.
type Pointer struct {
	Kind string // of the thing: "privacy.consent"
	ID   string
}

// Mover gives what points to one person to another, for who makes one person of
// two. All is done in the caller's transaction.
type Mover interface {
	// Pointers returns what points to a person.
	Pointers(ctx context.Context, q db.Querier, person string) ([]Pointer, error)
	// Repoint gives a thing that points to from to another person. False: it does
	// not point to from any more, or the other has the same already, and it stays
	// where it is. ErrTwoOpen: both ask for the same, and one has to be answered first.
	Repoint(ctx context.Context, tx *db.Tx, p Pointer, from, to string) (bool, error)
}
