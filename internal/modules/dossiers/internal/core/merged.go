// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"slices"
	"sync"
	"time"

	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/dossiers/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// mergers remembers for a short time what units have become and came from: it is asked
// with every step that becomes open, and changes a few times in a decade.
type mergers struct {
	mu    sync.Mutex
	units map[orgs.ID]lineage
}

// lineage is a unit as it is today.
type lineage struct {
	seat  orgs.ID   // the unit itself, or what it was merged into
	from  []orgs.ID // units that were merged into the seat, the nearest first
	until time.Time
}

const (
	lineageKept  = time.Minute
	lineageUnits = 20 // no unit is merged so often, nor out of so many
	lineageMost  = 5000
)

// bookOf returns what a unit came from and the unit that it is today: itself, or what it
// was merged into. A unit that was split has become several: it stays what it was.
func (s *Service) bookOf(ctx context.Context, q db.Querier, unit orgs.ID) (from []orgs.ID, seat orgs.ID, err error) {
	now := s.DB.Now()
	s.merged.mu.Lock()
	known, found := s.merged.units[unit]
	s.merged.mu.Unlock()
	if found && now.Before(known.until) {
		return known.from, known.seat, nil
	}
	today := calendar.On(now.Time).String()
	if seat, err = seatOf(ctx, q, unit, today); err != nil {
		return nil, "", err
	}
	if from, err = mergedInto(ctx, q, seat, today); err != nil {
		return nil, "", err
	}
	s.merged.mu.Lock()
	defer s.merged.mu.Unlock()
	if s.merged.units == nil || len(s.merged.units) >= lineageMost {
		s.merged.units = map[orgs.ID]lineage{}
	}
	s.merged.units[unit] = lineage{seat, from, now.Add(lineageKept)}
	return from, seat, nil
}

// seatOf follows a unit that has ended to what it was merged into, again and again.
func seatOf(ctx context.Context, q db.Querier, unit orgs.ID, today string) (orgs.ID, error) {
	for range lineageUnits {
		u, err := orgs.Get(ctx, q, unit)
		if errs.KindOf(err) == errs.NotFound {
			return unit, nil // a case may name what the tree does not know
		}
		if err != nil || u.ValidTo == "" || today <= u.ValidTo {
			return unit, err
		}
		_, to, err := orgs.ListTies(ctx, q, unit)
		if err != nil {
			return unit, err
		}
		i := slices.IndexFunc(to, func(t orgs.Tie) bool { return (t.Kind == "merge" || t.Kind == "rename") && t.Day <= today })
		if i < 0 {
			return unit, nil
		}
		unit = to[i].Unit
	}
	return unit, nil
}

// mergedInto returns the units that were merged into one by today.
func mergedInto(ctx context.Context, q db.Querier, unit orgs.ID, today string) (all []orgs.ID, err error) {
	next := []orgs.ID{unit}
	for len(next) > 0 && len(all) < lineageUnits {
		from, _, err := orgs.ListTies(ctx, q, next[0])
		if err != nil {
			return nil, err
		}
		next = next[1:]
		for _, t := range from {
			if (t.Kind == "merge" || t.Kind == "rename") && t.Day <= today && !slices.Contains(all, t.Unit) {
				all, next = append(all, t.Unit), append(next, t.Unit)
			}
		}
	}
	return all, nil
}

// rulesFor returns the rules that may give out a step of a unit, book by book: those of
// the unit as it is today, and, where they say nothing, those of the units that were
// merged into it, of which its own comes first.
func (s *Service) rulesFor(ctx context.Context, q db.Querier, unit orgs.ID) (books [][]store.Rule, err error) {
	from, seat, err := s.bookOf(ctx, q, unit)
	if err != nil {
		return nil, err
	}
	order := []orgs.ID{seat}
	if unit != seat {
		order = append(order, unit)
	}
	for _, u := range from {
		if !slices.Contains(order, u) {
			order = append(order, u)
		}
	}
	for _, u := range order {
		rules, err := s.store.RulesOf(ctx, q, u, maxRules)
		if err != nil {
			return nil, err
		}
		if len(rules) > 0 {
			books = append(books, rules)
		}
	}
	return books, nil
}

// onDuty leaves of those who could do a step who is on duty in the unit.
func (p *picking) onDuty(ctx context.Context, unit orgs.ID, all []candidate) (there []candidate, err error) {
	if p.s.OnDuty == nil || len(all) == 0 {
		return nil, nil
	}
	_, seat, err := p.s.bookOf(ctx, p.q, unit)
	if err != nil {
		return nil, err
	}
	accounts, err := p.s.OnDuty(ctx, p.q, seat, p.at)
	for _, c := range all {
		if slices.Contains(accounts, c.account) {
			there = append(there, c)
		}
	}
	return there, err
}
