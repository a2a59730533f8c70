// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"slices"
	"strings"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/holdings"
	"tinhso.vn/internal/modules/holdings/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// ApplyTypes makes the types of a pack those of the vault and says how many it
// changed. One that is not among them is offered no more; its papers stay.
func (s *Service) ApplyTypes(ctx context.Context, tx *db.Tx, all []holdings.Type) (changed int, err error) {
	defer errs.Wrap(&err, "apply types of papers")

	there, err := s.types(ctx, tx)
	if err != nil {
		return 0, err
	}
	put := func(r store.Row) error {
		if old, ok := there[r.ID]; ok && old == r {
			return nil
		}
		changed++
		return s.store.PutType(ctx, tx, r)
	}
	named := map[string]bool{}
	for _, t := range all {
		named[t.ID] = true
		if err := put(store.Row{Type: t}); err != nil {
			return 0, err
		}
	}
	for id, r := range there {
		if !named[id] {
			r.Closed = true
			if err := put(r); err != nil {
				return 0, err
			}
		}
	}
	return changed, nil
}

// ListTypes returns the types that are offered, by name.
func (s *Service) ListTypes(ctx context.Context, actor identity.Actor) (all []holdings.Type, err error) {
	defer errs.Wrap(&err, "list types of papers")

	if _, err := access.RequireAny(actor, holdings.PermOwn, holdings.PermReuse, holdings.PermDigitise, holdings.PermRevoke); err != nil {
		return nil, err
	}
	rows, err := s.store.Types(ctx, s.DB)
	for _, r := range rows {
		if !r.Closed {
			all = append(all, r.Type)
		}
	}
	slices.SortFunc(all, func(a, b holdings.Type) int { return strings.Compare(a.Name.VI, b.Name.VI) })
	return all, err
}

// until returns the last day a paper of a type is valid that was issued on a day,
// and whether it is valid for ever; neither where nobody can say.
func until(t holdings.Type, issued time.Time, fields map[string]string) (last string, perpetual bool) {
	switch t.Valid {
	case holdings.Perpetual:
		return "", true
	case holdings.Months:
		return months(issued, t.Months).Format(time.DateOnly), false
	case holdings.Stated:
		if day, err := time.Parse("02/01/2006", strings.TrimSpace(fields[t.Field])); err == nil {
			return day.Format(time.DateOnly), false
		}
	}
	return "", false
}

// months adds months as people count them: one month after 31 January is the
// last day of February.
func months(day time.Time, n int) time.Time {
	first := time.Date(day.Year(), day.Month()+time.Month(n), 1, 0, 0, 0, 0, time.UTC)
	last := first.AddDate(0, 1, -1).Day()
	return first.AddDate(0, 0, min(day.Day(), last)-1)
}
