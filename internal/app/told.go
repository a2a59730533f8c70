// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"

	"tinhso.vn/internal/kernel/notify"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/modules/retention/retentionmod"
	"tinhso.vn/internal/platform/db"
)

// told joins kernel/notify, the feed of registers and the rules of retention.
type told struct {
	db     *db.DB
	keeper *registers.Keeper
}

// CountPast implements retention's Told.
func (t told) CountPast(ctx context.Context, kind string, before db.Time) (int, db.Time, error) {
	if kind == string(retentionmod.KeptChanges) {
		return t.keeper.CountChanges(ctx, t.db, before)
	}
	return notify.CountPast(ctx, t.db, notify.Past(kind), before)
}

// ForgetPast implements retention's Told.
func (t told) ForgetPast(ctx context.Context, tx *db.Tx, kind string, before db.Time, limit int) (int, error) {
	if kind == string(retentionmod.KeptChanges) {
		return t.keeper.ForgetChanges(ctx, tx, before, limit)
	}
	return notify.ForgetPast(ctx, tx, notify.Past(kind), before, limit)
}
