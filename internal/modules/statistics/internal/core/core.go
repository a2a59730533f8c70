// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package core holds the rules of statistics: one file per use case.
package core

import (
	"context"
	"slices"
	"strconv"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/modules/statistics"
	"tinhso.vn/internal/modules/statistics/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/pdf"
)

// Deps is everything the use cases need, by name and without defaults.
type Deps struct {
	DB       *db.DB
	Counter  dossiers.Statistician
	Province i18n.Text
	Fonts    pdf.Fonts
	Mark     string // printed across each paper; empty: nothing
}

// Service runs the use cases.
type Service struct {
	Deps
	store  store.Store
	public remembered
}

// New returns a service.
func New(d Deps) *Service { return &Service{Deps: d} }

// PageSize is how many rows a list returns at most.
const PageSize = 50

// Filter is what somebody looks at. Days are empty or YYYY-MM-DD.
type Filter struct {
	From, To  string
	Unit      orgs.ID
	Field     string
	Procedure procedures.ID
	Channel   dossiers.Channel
}

// ask checks a filter. Without days it is the month of today.
func (s *Service) ask(f *Filter) (a dossiers.Ask, err error) {
	today := calendar.On(s.DB.Now().Time)
	var wrong []errs.Field
	read := func(name, text string, otherwise calendar.Date) calendar.Date {
		d, err := calendar.ParseDate(text)
		if err != nil {
			wrong = append(wrong, errs.Field{Name: name, Code: "statistics.no_date"})
		}
		if d.IsZero() {
			return otherwise
		}
		return d
	}
	a.To = read("to", f.To, today)
	if today.Before(a.To) {
		a.To = today
	}
	a.From = read("from", f.From, calendar.Date{Year: a.To.Year, Month: a.To.Month, Day: 1})
	switch {
	case len(wrong) > 0:
	case a.To.Before(a.From):
		wrong = append(wrong, errs.Field{Name: "to", Code: "statistics.backwards"})
	case a.To.Year-a.From.Year > 20:
		wrong = append(wrong, errs.Field{Name: "from", Code: "statistics.too_long"})
	}
	if len(wrong) == 0 { // otherwise what was typed stays
		f.From, f.To = a.From.String(), a.To.String()
	}
	a.Unit, a.Field, a.Procedure, a.Channel = f.Unit, f.Field, f.Procedure, f.Channel
	return a, errs.BadInput(wrong)
}

// scope is where the actor holds p: everywhere for those who see the province.
func scope(actor identity.Actor, p identity.Permission) (access.Scope, error) {
	own, err := access.Require(actor, p)
	if err != nil {
		return own, err
	}
	if all, err := access.Everywhere(actor, statistics.PermProvince); err == nil {
		return all, nil
	}
	return own, nil
}

// Names calls units by their names.
type Names func(orgs.ID) i18n.Text

// units reads the units of a day by name; one that was not there then is asked for.
func (s *Service) units(ctx context.Context, day calendar.Date) (Names, error) {
	known := map[orgs.ID]i18n.Text{}
	for after := orgs.ID(""); ; {
		page, err := orgs.ListAll(ctx, s.DB, day.String(), after, 1000)
		if err != nil {
			return nil, err
		}
		for _, u := range page {
			known[u.ID] = u.Name
		}
		if len(page) < 1000 {
			break
		}
		after = page[len(page)-1].ID
	}
	return func(id orgs.ID) i18n.Text {
		name, ok := known[id]
		if !ok {
			u, err := orgs.Get(ctx, s.DB, id)
			if name = u.Name; err != nil {
				name = i18n.Text{VI: string(id)}
			}
			known[id] = name
		}
		return name
	}, nil
}

// mostUnits is more than any province has.
const mostUnits = 5000

// holds reports whether a unit is in a scope.
func (s *Service) holds(ctx context.Context, sc access.Scope, unit orgs.ID) (bool, error) {
	parts, err := sc.Parts(ctx, s.DB, mostUnits)
	return parts.Wide || slices.Contains(parts.Units, string(unit)), err
}

// Tick counts what has changed.
func (s *Service) Tick(ctx context.Context) (bool, error) { return s.Counter.CountFigures(ctx) }

// Recount forgets all figures and has them counted anew from the records.
func (s *Service) Recount(ctx context.Context, actor identity.Actor) (err error) {
	defer errs.Wrap(&err, "count anew")

	if _, err := access.Require(actor, statistics.PermRecount); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		if err := s.Counter.RecountFigures(ctx, tx); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, statistics.AuditRecounted, "")
	})
}

// ApplyPack makes the layouts and targets of a pack those of the province.
func (s *Service) ApplyPack(ctx context.Context, tx *db.Tx, layouts []statistics.Layout, targets []statistics.Indicator) (changed int, err error) {
	defer errs.Wrap(&err, "apply layouts and targets")

	for _, l := range layouts {
		if _, err := compile(l); err != nil {
			return 0, err
		}
	}
	n, err := s.store.PutLayouts(ctx, tx, layouts)
	if err != nil {
		return 0, err
	}
	m, err := s.store.PutIndicators(ctx, tx, targets)
	return n + m, err
}

// recordExport records that figures left as a file.
func (s *Service) recordExport(ctx context.Context, actor identity.Actor, what string, rows int) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		return audit.Record(ctx, tx, actor, statistics.AuditExported, what+" "+strconv.Itoa(rows)+" rows")
	})
}
