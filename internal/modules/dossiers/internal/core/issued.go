// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"time"

	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/platform/errs"
)

// IssuedFile says whether a document is, to the byte, one that was issued here,
// by its SHA-256. Whoever asks holds the document: it is told no more than
// stands in it, neither the dossier nor a person.
func (s *Service) IssuedFile(ctx context.Context, sha string) (number string, at time.Time, agency string, found bool, err error) {
	defer errs.Wrap(&err, "recognise a document")

	r, unit, found, err := s.store.FindIssued(ctx, s.DB, sha)
	if err == nil && !found && sha != "" {
		r, unit, found, err = s.store.FindIssuedLetter(ctx, s.DB, sha)
	}
	if err != nil || !found {
		return "", time.Time{}, "", false, err
	}
	u, err := orgs.Get(ctx, s.DB, unit)
	if err != nil {
		return "", time.Time{}, "", false, err
	}
	return numberText(r), r.IssuedAt.Time, u.Authority().VI, true, nil
}

// IsRevoked says whether a document that was issued here was taken back, when, and
// the number of what replaces it (empty: nothing does). It tells no more.
func (s *Service) IsRevoked(ctx context.Context, sha string) (at time.Time, newer string, revoked bool, err error) {
	defer errs.Wrap(&err, "ask whether a document was taken back")

	m, revoked, err := s.store.FindRevoked(ctx, s.DB, sha)
	return m.EndedAt.Time, m.NewNumber, revoked, err
}
