// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package registers

import (
	"context"
	"slices"

	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// ReadSome returns those of some records that the actor sees, without personal fields,
// in the order of their ids: one statement for 200 of them.
func (k *Keeper) ReadSome(ctx context.Context, q db.Querier, s Standing, records []string) (all []Record, err error) {
	defer errs.Wrap(&err, "read records of register %s", s.Definition.ID)

	ids := slices.Clone(records)
	slices.Sort(ids)
	for part := range slices.Chunk(slices.Compact(ids), maxLimit) {
		err := k.steadily(ctx, q, s, func(s Standing) error {
			in, args := among(`id`, part, []any{StateActive})
			rows, err := k.rows(ctx, q, s, View, false, `''`, []string{`state = $1`, in}, args, ` ORDER BY id`, nil)
			if err != nil {
				return err
			}
			some, err := k.seen(s, rows, false)
			all = append(all, some...)
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return all, nil
}
