// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"

	"tinhso.vn/internal/modules/systems"
	"tinhso.vn/internal/modules/systems/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// Following returns which systems follow which registers, with the messages that
// arrived since a time. It is for the program itself: whoever shows
// it decides who may see it.
func (s *Service) Following(ctx context.Context, since db.Time) (all []systems.Following, err error) {
	defer errs.Wrap(&err, "who follows registers")
	return store.Following(ctx, s.DB, since)
}
