// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"errors"
	"net/url"

	"tinhso.vn/internal/modules/nationalportal/internal/store"
	"tinhso.vn/internal/platform/errs"
)

// Follow-up pages of links that the portal gives to people.
const (
	ownDossiers = "/ho-so"
	fileHere    = "/nop-ho-so/"
)

// Landing is the page on which a link of the portal ends: the dossier that it knows
// by a code, or the form of the procedure with a national code. Whose page it is, and
// whether it may be seen, is that page's to say: an unknown code leads to the list of
// one's own dossiers, so that nobody learns by it which codes there are.
func (s *Service) Landing(ctx context.Context, code, procedure string) (path string, err error) {
	defer errs.Wrap(&err, "landing of a link of the portal")

	if plain(procedure) {
		found, err := s.procedure(ctx, procedure)
		if err == nil {
			return fileHere + url.PathEscape(string(found)), nil
		}
		if e, ok := errors.AsType[*errs.Error](err); !ok || e.Kind != errs.Invalid {
			return "", err
		}
	}
	if plain(code) {
		dossier, err := store.Find(ctx, s.DB, code)
		if err != nil {
			return "", err
		}
		if dossier != "" {
			return ownDossiers + "/" + url.PathEscape(dossier), nil
		}
	}
	return ownDossiers, nil
}
