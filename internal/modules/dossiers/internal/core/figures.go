// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"fmt"
	"sync"
	"time"

	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

const (
	figuresOf  = 30 * 24 * time.Hour // what the home page speaks of
	figuresTTL = time.Minute         // how old its figures may be

	popularShown = 6 // procedures that the home page names
)

// figures remembers what was counted: the home page is the busiest of all.
type figures struct {
	mu    sync.Mutex
	value procedures.Figures
	until time.Time
}

// Figures counts the work of the province for anyone to read. It names nobody.
func (s *Service) Figures(ctx context.Context) (f procedures.Figures, err error) {
	defer errs.Wrap(&err, "count dossiers")

	s.figures.mu.Lock()
	defer s.figures.mu.Unlock()
	now := s.DB.Now()
	if now.Before(s.figures.until) {
		return s.figures.value, nil
	}
	f.Open, f.Decided, f.OnTime, err = s.store.Figures(ctx, s.DB, db.At(now.Add(-figuresOf)))
	if err != nil {
		return f, err
	}
	often, err := s.store.Popular(ctx, s.DB, db.At(now.Add(-figuresOf)), popularShown)
	if err != nil {
		return f, err
	}
	for _, id := range often {
		f.Popular = append(f.Popular, procedures.ID(id))
	}
	s.figures.value, s.figures.until = f, now.Add(figuresTTL)
	return f, nil
}

// Open counts the open dossiers of each procedure: those that wait to be
// accepted, which will get the rules of that day, and those that keep theirs.
func (s *Service) Open(ctx context.Context, q db.Querier) (map[procedures.ID]dossiers.Open, error) {
	counts, err := s.store.Open(ctx, q)
	if err != nil {
		return nil, fmt.Errorf("count open dossiers: %w", err)
	}
	all := make(map[procedures.ID]dossiers.Open, len(counts))
	for _, c := range counts {
		all[procedures.ID(c.Procedure)] = dossiers.Open{Waiting: c.Waiting, InHand: c.Open}
	}
	return all, nil
}
