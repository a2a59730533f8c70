// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"

	"tinhso.vn/internal/kernel/connectors"
	"tinhso.vn/internal/kernel/notify"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/modules/post/postmod"
	"tinhso.vn/internal/modules/retention/retentionmod"
	"tinhso.vn/internal/platform/db"
)

// told joins kernel/notify, the feed of registers, what was said outside and the rules of retention.
type told struct {
	db     *db.DB
	keeper *registers.Keeper
	sent   postmod.Offers
}

// CountPast implements retention's Told.
func (t told) CountPast(ctx context.Context, kind string, before db.Time) (int, db.Time, error) {
	if kind == string(retentionmod.KeptChanges) {
		return t.keeper.CountChanges(ctx, t.db, before)
	}
	if kind == string(retentionmod.KeptSaid) {
		return connectors.CountPast(ctx, t.db, before)
	}
	if kind == string(retentionmod.KeptParcels) {
		return t.sent.CountPast(ctx, before)
	}
	return notify.CountPast(ctx, t.db, notify.Past(kind), before)
}

// ForgetPast implements retention's Told.
func (t told) ForgetPast(ctx context.Context, tx *db.Tx, kind string, before db.Time, limit int) (int, error) {
	if kind == string(retentionmod.KeptChanges) {
		return t.keeper.ForgetChanges(ctx, tx, before, limit)
	}
	if kind == string(retentionmod.KeptSaid) {
		return connectors.ForgetPast(ctx, tx, before, limit)
	}
	if kind == string(retentionmod.KeptParcels) {
		return t.sent.ForgetPast(ctx, tx, before, limit)
	}
	return notify.ForgetPast(ctx, tx, notify.Past(kind), before, limit)
}
