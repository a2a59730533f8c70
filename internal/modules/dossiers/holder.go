// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package dossiers

import (
	"context"

	"tinhso.vn/internal/platform/db"
)

// Pointer is a draft or dossier that points to a person, and by what.
type Pointer struct{ Kind, ID string }

// Holder gives what points to one person to another, when two are found to be one.
type Holder interface {
	// Pointers returns the drafts and dossiers of a person.
	Pointers(ctx context.Context, q db.Querier, person string) ([]Pointer, error)
	// Repoint is false where a thing does not point to from.
	Repoint(ctx context.Context, tx *db.Tx, p Pointer, from, to string) (bool, error)
}
