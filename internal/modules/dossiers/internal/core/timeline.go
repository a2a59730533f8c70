// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"slices"

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
	return all, nil
}
