// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"slices"
	"sync"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/platform/errs"
)

// Months is how many months the public list goes back.
const Months = 13

const publicTTL = time.Minute // how old the public list may be: it is asked for by anybody

// remembered keeps the public list of each month for a while.
type remembered struct {
	mu  sync.Mutex
	all map[string]publicMonth
}

type publicMonth struct {
	rows  []dossiers.Figure
	until time.Time
}

// Late is how much each unit has solved late in a month, for anyone to read. It
// names units, and never a person: naming persons needs a basis in law and a time to
// correct. Months is which months can be chosen, the latest first.
func (s *Service) Late(ctx context.Context, month string) (rows []dossiers.Figure, chosen string, months []string, err error) {
	defer errs.Wrap(&err, "public list of lateness")

	now := s.DB.Now().Time
	today := calendar.On(now)
	for d := (calendar.Date{Year: today.Year, Month: today.Month, Day: 1}); len(months) < Months; d = (calendar.Date{Year: d.Year, Month: d.Month - 1, Day: 1}).AddDays(0) {
		months = append(months, d.String()[:len("2026-11")])
	}
	if chosen = month; !slices.Contains(months, month) {
		chosen = months[0]
	}
	s.public.mu.Lock()
	defer s.public.mu.Unlock()
	if kept, ok := s.public.all[chosen]; ok && now.Before(kept.until) {
		return kept.rows, chosen, months, nil
	}
	from, err := calendar.ParseDate(chosen + "-01")
	if err != nil {
		return nil, "", nil, err
	}
	next := from.AddDays(32)
	next.Day = 1
	a := dossiers.Ask{From: from, To: next.AddDays(-1)}
	if today.Before(a.To) {
		a.To = today
	}
	if rows, err = s.Counter.Tally(ctx, access.All(), a, dossiers.ByUnit); err != nil { // whole units: nothing is hidden from anybody
		return nil, "", nil, err
	}
	names, err := s.units(ctx, a.To)
	if err != nil {
		return nil, "", nil, err
	}
	for i := range rows {
		rows[i].Name = names(orgs.ID(rows[i].Key))
	}
	order(rows, dossiers.ByUnit)
	if s.public.all == nil || len(s.public.all) > 2*Months {
		s.public.all = map[string]publicMonth{}
	}
	s.public.all[chosen] = publicMonth{rows, now.Add(publicTTL)}
	return rows, chosen, months, nil
}
