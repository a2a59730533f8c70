// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"

	"tinhso.vn/internal/modules/signon"
	"tinhso.vn/internal/platform/errs"
)

var _ signon.Archive = (*Service)(nil)

// Known implements signon.Archive.
func (s *Service) Known(ctx context.Context, account string) (_ []signon.Known, err error) {
	defer errs.Wrap(&err, "links of account %s", account)

	return s.store.LinksOf(ctx, s.DB, account)
}

// Said implements signon.Archive.
func (s *Service) Said(ctx context.Context, person string) (_ []signon.Difference, err error) {
	defer errs.Wrap(&err, "names of person %s", person)

	return s.store.DifferencesOf(ctx, s.DB, person)
}
