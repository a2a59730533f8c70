// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"time"

	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/retention"
	"tinhso.vn/internal/modules/retention/internal/store"
	"tinhso.vn/internal/platform/clock"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// told reports whether something is kept by kernel/notify, kernel/registers,
// kernel/connectors or the post, not by dossiers.
func told(k dossiers.Kept) bool {
	return k == retention.KeptNotices || k == retention.KeptMessages || k == retention.KeptChanges || k == retention.KeptParcels || k == retention.KeptSaid
}

// due counts what is past its time, whoever keeps it.
func (s *Service) due(ctx context.Context, k dossiers.Kept, before db.Time) (dossiers.Due, error) {
	if !told(k) {
		return s.Keeper.CountDue(ctx, k, before)
	}
	n, oldest, err := s.Told.CountPast(ctx, string(k), before)
	return dossiers.Due{Count: n, Oldest: oldest}, err
}

// ForgetTold forgets notices and messages that are past their time. It is meant to
// run now and again, as ForgetDrafts is; nobody has to agree: what they tell of
// stands in the dossier and in the audit log.
func (s *Service) ForgetTold(ctx context.Context) (forgotten int, err error) {
	defer errs.Wrap(&err, "forget notices")

	rules, err := store.Rules(ctx, s.DB)
	if err != nil {
		return 0, err
	}
	for _, r := range rules {
		before := r.Before(s.DB.Now().Time)
		if !told(r.What) || r.Action != retention.Forget || before.IsZero() {
			continue
		}
		for more := true; more; {
			n := 0
			if err := s.DB.Write(ctx, func(tx *db.Tx) error {
				gone, err := s.Told.ForgetPast(ctx, tx, string(r.What), before, s.batch)
				if n = gone; err != nil || n == 0 {
					return err
				}
				return audit.Record(ctx, tx, identity.Program("retention.told"), retention.AuditToldForgotten, tx.Now.In(clock.Vietnam()).Format(time.DateOnly))
			}); err != nil {
				return forgotten, err
			}
			forgotten += n
			more = n == s.batch
		}
	}
	return forgotten, nil
}
