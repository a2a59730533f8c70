// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"strings"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

var _ dossiers.Holder = (*Service)(nil)

// Pointers implements dossiers.Holder.
func (s *Service) Pointers(ctx context.Context, q db.Querier, person string) (_ []dossiers.Pointer, err error) {
	defer errs.Wrap(&err, "dossiers of person %s", person)

	return s.store.Pointers(ctx, q, person)
}

// Repoint implements dossiers.Holder.
func (s *Service) Repoint(ctx context.Context, tx *db.Tx, p dossiers.Pointer, from, to string) (_ bool, err error) {
	defer errs.Wrap(&err, "give %s to another person", p.ID)

	moved, err := s.store.Repoint(ctx, tx, p, from, to)
	if err != nil || !moved || s.Changed == nil || !strings.HasPrefix(p.Kind, "dossier.") {
		return moved, err
	}
	return true, s.Changed(ctx, tx, dossiers.ID(p.ID)) // who finds it has changed
}

// Claims takes a number that comes with another name than it is known with.
type Claims interface {
	// ClaimNumber returns the person to go on with.
	ClaimNumber(ctx context.Context, tx *db.Tx, actor identity.Actor, holder, said identity.Person) (string, error)
}

// settled returns the person that a person was found to be, and keeps it so until
// the end of the transaction: who was merged a moment ago owns nothing.
func (s *Service) settled(ctx context.Context, tx *db.Tx, person string) (string, error) {
	p, err := s.Directory.LockPerson(ctx, tx, person)
	for err == nil && p.Merged != "" {
		p, err = s.Directory.LockPerson(ctx, tx, p.Merged)
	}
	return p.ID, err
}
