// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package core finds legal documents: by words, by kind, by the day on which
// they hold, and by what rests on them. One file per use case. Everything here
// is public: no actor, no scope.
package core

import (
	"context"
	"strings"
	"time"

	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/law"
	"tinhso.vn/internal/modules/lawbook"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// Service runs the use cases.
type Service struct {
	db     *db.DB
	citers []lawbook.Citer
}

// New returns a service; citers say what rests on a document.
func New(d *db.DB, citers []lawbook.Citer) *Service { return &Service{db: d, citers: citers} }

// Today is the day on the clock of the province.
func (s *Service) Today() calendar.Date { return calendar.On(s.db.Now().Time) }

// Day reads a day that came from outside, as 2026-07-01 or 1/7/2026; empty is today.
func (s *Service) Day(text string) (calendar.Date, error) {
	if text == "" {
		return s.Today(), nil
	}
	for _, form := range []string{time.DateOnly, "2/1/2006"} {
		if t, err := time.ParseInLocation(form, strings.TrimSpace(text), calendar.Zone()); err == nil {
			return calendar.On(t), nil
		}
	}
	return calendar.Date{}, errs.BadInput([]errs.Field{{Name: "day", Code: lawbook.ErrDay.Code}})
}

// standings returns all documents as they stand on a day: there are hundreds.
func (s *Service) standings(ctx context.Context, day calendar.Date) ([]law.Standing, error) {
	docs, err := law.All(ctx, s.db)
	return law.Stand(docs, day), err
}

// citations returns the rules of today by the document they rest on.
func (s *Service) citations(ctx context.Context) (map[law.ID][]lawbook.Citation, error) {
	by := map[law.ID][]lawbook.Citation{}
	for _, ask := range s.citers {
		all, err := ask(ctx)
		if err != nil {
			return nil, err
		}
		for _, c := range all {
			by[c.On] = append(by[c.On], c)
		}
	}
	return by, nil
}
