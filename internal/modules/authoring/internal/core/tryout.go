// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"

	"tinhso.vn/internal/kernel/packs"
	"tinhso.vn/internal/modules/authoring"
	"tinhso.vn/internal/platform/db"
)

// tryoutPoint is what made-up cases say of a change, for its check list.
func (s *Service) tryoutPoint(context.Context, db.Querier, authoring.Change, *packs.Set) ([]Point, error) {
	return nil, nil
}
