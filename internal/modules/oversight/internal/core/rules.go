// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"slices"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/oversight"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// ApplyRules makes the rules of a pack the rules of the province and returns
// how many changed. One that the pack has no more is dropped; its alerts stay.
func (s *Service) ApplyRules(ctx context.Context, tx *db.Tx, rules []oversight.Rule) (changed int, err error) {
	defer errs.Wrap(&err, "apply rules of oversight")

	old, err := s.store.Rules(ctx, tx)
	if err != nil {
		return 0, err
	}
	for _, r := range rules {
		if slices.Contains(old, r) {
			continue
		}
		changed++
		if err := s.store.PutRule(ctx, tx, r); err != nil {
			return 0, err
		}
	}
	for _, r := range old {
		if slices.ContainsFunc(rules, func(n oversight.Rule) bool { return n.ID == r.ID }) {
			continue
		}
		changed++
		if err := s.store.DropRule(ctx, tx, r.ID); err != nil {
			return 0, err
		}
	}
	return changed, nil
}

// ListRules returns the rules, so that an auditor knows what raises an alert.
func (s *Service) ListRules(ctx context.Context, actor identity.Actor) (_ []oversight.Rule, err error) {
	defer errs.Wrap(&err, "list rules")

	if _, err := access.Require(actor, oversight.PermAlerts); err != nil {
		return nil, err
	}
	return s.store.Rules(ctx, s.DB)
}
