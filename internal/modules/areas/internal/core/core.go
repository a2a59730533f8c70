// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package core answers questions about administrative units: by name, by code,
// by day. What it reads is public: no actor, no scope; entering a table is not.
package core

import (
	"context"
	"strings"
	"time"

	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/geo"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/areas"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// Service runs the use cases.
type Service struct {
	Deps
}

// Deps is what the use cases need.
type Deps struct {
	DB    *db.DB
	Atlas *geo.Atlas
	Name  func(ctx context.Context, account string) string // of who proposed or confirmed a table
}

// New returns a service.
func New(d Deps) *Service { return &Service{d} }

// Today is the day on the clock of the province, YYYY-MM-DD.
func (s *Service) Today() string { return calendar.On(s.DB.Now().Time).String() }

// Day reads a day that came from outside, as 2026-07-01 or 1/7/2026; empty is today.
func (s *Service) Day(text string) (string, error) {
	if text = strings.TrimSpace(text); text == "" {
		return s.Today(), nil
	}
	for _, form := range []string{time.DateOnly, "2/1/2006"} {
		if t, err := time.Parse(form, text); err == nil {
			return t.Format(time.DateOnly), nil
		}
	}
	return "", errs.BadInput([]errs.Field{{Name: "day", Code: areas.ErrDay.Code}})
}

// Home is the code of the province of this installation; empty where its units
// do not say.
func (s *Service) Home(ctx context.Context, x *geo.Index, day string) (string, error) {
	for _, k := range []orgs.Kind{orgs.Province, orgs.Ward, orgs.Commune} {
		units, err := orgs.ListKind(ctx, s.DB, k, day, 10)
		if err != nil {
			return "", err
		}
		for _, u := range units {
			if a, ok := x.Get(u.AreaCode, day); ok && u.AreaCode != "" && a.ValidOn(day) {
				return x.Province(a).Code, nil
			}
		}
	}
	return "", nil
}

// Suggest finds communes while somebody types; province is the code of the one
// that comes first, empty for that of the installation.
func (s *Service) Suggest(ctx context.Context, text, province, day string, limit int) (*geo.Index, []geo.Found, error) {
	x, err := s.Atlas.Index(ctx)
	if err != nil {
		return nil, nil, err
	}
	if province == "" {
		if province, err = s.Home(ctx, x, day); err != nil {
			return nil, nil, err
		}
	}
	return x, x.Search(geo.Query{Text: text, Province: province, Day: day, Limit: limit}), nil
}

// Resolve takes an address apart and finds what its commune is on a day.
func (s *Service) Resolve(ctx context.Context, line, day string) (*geo.Index, geo.Address, error) {
	x, err := s.Atlas.Index(ctx)
	if err != nil {
		return nil, geo.Address{}, err
	}
	home, err := s.Home(ctx, x, day)
	if err != nil {
		return nil, geo.Address{}, err
	}
	return x, x.Resolve(line, home, day), nil
}

// Provinces returns those of a day with how many communes each has.
func (s *Service) Provinces(ctx context.Context, day string) (*geo.Index, []geo.Unit, map[string]int, error) {
	x, err := s.Atlas.Index(ctx)
	if err != nil {
		return nil, nil, nil, err
	}
	return x, x.Provinces(day), x.Count(day), nil
}

// Unit returns a unit by its code on a day; geo.ErrNotFound where there is none.
func (s *Service) Unit(ctx context.Context, code, day string) (*geo.Index, geo.Unit, error) {
	x, err := s.Atlas.Index(ctx)
	if err != nil {
		return nil, geo.Unit{}, err
	}
	u, ok := x.Get(code, day)
	if !ok {
		return nil, geo.Unit{}, geo.ErrNotFound
	}
	return x, u, nil
}
