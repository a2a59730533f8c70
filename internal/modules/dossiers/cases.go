// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package dossiers

import (
	"context"

	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/platform/db"
)

// Case is a dossier as far as rights to it go. It names nobody: Person is an id.
type Case struct {
	ID     ID
	Code   string    // what people call it
	Units  []orgs.ID // that take part in it
	Owner  orgs.ID   // that decides, or receives it where nobody has decided yet
	Person string    // whom it is about
}

// Cases finds dossiers for those who look after rights, whoever asks.
type Cases interface {
	// FindCase finds a dossier by its code, its reference or its id.
	FindCase(ctx context.Context, q db.Querier, codeOrID string) (Case, bool, error)
}
