// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"cmp"
	"context"
	"slices"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/platform/text"
)

// choices are the units, fields or procedures of which there are figures.
func (s *Service) choices(ctx context.Context, sc access.Scope, a dossiers.Ask, by dossiers.Dimension, names Names) (all []Choice, err error) {
	rows, err := s.Counter.FigureKeys(ctx, sc, a, by)
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		c := Choice{Value: r.Key, Name: r.Name}
		if by == dossiers.ByUnit {
			c.Name = names(orgs.ID(r.Key))
		}
		if c.Name.VI == "" {
			c.Name.VI = r.Key
		}
		all = append(all, c)
	}
	order := text.Collator()
	slices.SortFunc(all, func(x, y Choice) int {
		return cmp.Or(order(x.Name.VI, y.Name.VI), cmp.Compare(x.Value, y.Value))
	})
	return all, nil
}
