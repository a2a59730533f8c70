// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package sample

import (
	"context"
	"slices"

	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/platform/db"
)

// Walk makes the moves of a record: each by first, or by second where the register
// wants another person. Where there is no other person it stops before that move.
func Walk(ctx context.Context, tx *db.Tx, k *registers.Keeper, first, second registers.Standing, rec registers.Record, steps []Step) error {
	version := rec.Version
	for _, step := range steps {
		who := first
		if slices.ContainsFunc(first.Definition.Life.Moves, func(m registers.Move) bool { return m.ID == step.Move && m.Other }) {
			if second.Actor.Account == first.Actor.Account {
				return nil
			}
			who = second
		}
		now, err := k.Move(ctx, tx, who, rec.ID, version, step.Move, step.Reason, step.Values)
		if err != nil {
			return err
		}
		version = now
	}
	return nil
}
