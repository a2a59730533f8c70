// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/oversight"
	"tinhso.vn/internal/platform/errs"
)

// PageSize is how many entries List returns at most.
const PageSize = 50

// List returns the page of entries after the given one ("" for the first).
func (s *Service) List(ctx context.Context, actor identity.Actor, after oversight.ID) (_ []oversight.Entry, err error) {
	defer errs.Wrap(&err, "list oversight")

	scope, err := access.Require(actor, oversight.PermView)
	if err != nil {
		return nil, err
	}
	return s.store.List(ctx, s.db, scope, after, PageSize)
}
