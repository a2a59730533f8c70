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

// choices are the units, fields or procedures of which there is something in the
// period, whatever else of them is chosen. The rows of a board that is not narrowed
// tell them already.
func (s *Service) choices(ctx context.Context, sc access.Scope, a dossiers.Ask, by dossiers.Dimension, b Board, names Names) (all []Choice, err error) {
	rows := b.Rows
	switch by {
	case dossiers.ByUnit:
		a.Unit = ""
	case dossiers.ByField:
		a.Field, a.Procedure = "", ""
	case dossiers.ByProcedure:
		a.Procedure = ""
	case dossiers.ByNothing, dossiers.ByMonth:
	}
	a.Channel = 0
	if asked := (dossiers.Ask{From: a.From, To: a.To, Unit: b.Filter.Unit, Field: b.Filter.Field, Procedure: b.Filter.Procedure, Channel: b.Filter.Channel}); by != b.By || asked != a {
		if rows, err = s.Counter.Tally(ctx, sc, a, by); err != nil {
			return nil, err
		}
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
	slices.SortFunc(all, func(x, y Choice) int {
		return cmp.Or(cmp.Compare(text.CollationKey(x.Name.VI), text.CollationKey(y.Name.VI)), cmp.Compare(x.Value, y.Value))
	})
	return all, nil
}
