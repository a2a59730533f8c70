// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"sync"
	"time"

	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

const (
	figuresOf  = 30 * 24 * time.Hour // what the home page speaks of
	figuresTTL = time.Minute         // how old its figures may be
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
	s.figures.value, s.figures.until = f, now.Add(figuresTTL)
	return f, nil
}
