// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"slices"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/dossiers"
)

// timeline returns what the public may see, and inside the office what was asked
// of other units.
func (s *Service) timeline(ctx context.Context, id dossiers.ID, inside bool) ([]Event, error) {
	rows, err := s.store.Events(ctx, s.DB, id)
	if err != nil {
		return nil, err
	}
	names := s.unitNames(ctx)
	all := []Event{}
	for _, e := range rows {
		if inside || !slices.Contains([]string{KindOpinionAsked, KindOpinionGiven, KindOpinionClosed}, e.Kind) {
			all = append(all, Event{At: e.At, Kind: e.Kind, Status: e.Status, Step: e.Step, Unit: names(e.Unit)})
		}
	}
	if !inside {
		return all, nil
	}
	if all, err = s.withEarlier(ctx, id, all); err != nil {
		return nil, err
	}
	return s.withRules(ctx, id, all, names)
}

// withRules puts what rules have assigned between the other lines. It changed no
// status, so a line has that of the one before.
func (s *Service) withRules(ctx context.Context, id dossiers.ID, all []Event, names func(orgs.ID) i18n.Text) ([]Event, error) {
	given, err := s.store.AssignedOf(ctx, s.DB, id)
	if err != nil {
		return nil, err
	}
	for _, g := range given {
		e := Event{
			At: g.At, Kind: KindAssigned, Step: g.Step, Unit: names(g.Unit), By: g.Name,
			Rule: &Ruled{Rule: g.Rule, Version: g.Version, Kind: g.Kind, Kept: g.Kept, Why: g.Why},
		}
		at := len(all)
		for at > 0 && all[at-1].At.After(g.At.Time) {
			at--
		}
		if at > 0 {
			e.Status = all[at-1].Status
		}
		all = slices.Insert(all, at, e)
	}
	return all, nil
}
