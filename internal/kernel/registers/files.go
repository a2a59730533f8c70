// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package registers

import (
	"context"
	"slices"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// AmendFiles changes which files a field of a record has, as Amend does. Do is
// given those of now and answers nobody: they may be personal.
func (k *Keeper) AmendFiles(ctx context.Context, tx *db.Tx, s Standing, record, field string, do func([]File) []File) (version int64, err error) {
	defer errs.Wrap(&err, "files of record %s of register %s", record, s.Definition.ID)

	f, ok := s.Definition.Field(field)
	if !ok || f.Type != Files || f.Hidden {
		return 0, ErrNotFound
	}
	if _, err := s.reached(ctx, tx, Amend, record); err != nil {
		return 0, err
	}
	now, err := k.get(ctx, tx, access.All(), s.Definition.ID, record, true)
	if err != nil {
		return 0, err
	}
	all, _ := now.Values[field].([]File)
	return k.Amend(ctx, tx, s, record, now.Version, map[string]any{field: do(slices.Clone(all))})
}
