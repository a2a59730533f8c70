// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"

	"tinhso.vn/internal/kernel/geo"
)

// maxTables is how many entered tables are shown.
const maxTables = 50

// Tables returns what was entered, the latest first.
func (s *Service) Tables(ctx context.Context) ([]geo.Record, error) {
	return geo.ListTables(ctx, s.DB, maxTables)
}
