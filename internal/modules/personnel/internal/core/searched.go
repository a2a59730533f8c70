// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"net/url"
	"slices"
	"strings"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/kernel/search"
	"tinhso.vn/internal/modules/personnel"
	"tinhso.vn/internal/platform/db"
)

// compareEvery is how often units and people are compared with the search: they
// change by decisions, whose day is a midnight.
const compareEvery = 5 * time.Minute

// stamp changes every few minutes.
func (s *Service) stamp(context.Context, db.Querier) (string, error) {
	return s.DB.Now().Truncate(compareEvery).UTC().Format(time.RFC3339), nil
}

// SearchKinds declares units, which everybody finds, and the people of the
// province, whom those find who may see them.
func (s *Service) SearchKinds() []search.Kind {
	return []search.Kind{
		{
			Name: "unit", Label: "personnel.search.units", Version: 2, Weight: 8, Loose: true,
			Facets: []search.Facet{{Name: "kind", Label: "personnel.search.kinds", Values: "personnel.search.kind."}},
			Path: func(reader identity.Actor, id string) string {
				if reader.May(personnel.PermView) || reader.May(personnel.PermAll) {
					return "/to-chuc/" + url.PathEscape(id)
				}
				return ""
			},
			List: func(ctx context.Context, q db.Querier, after string, limit int) (ids []string, err error) {
				units, err := orgs.ListAll(ctx, q, s.today(), orgs.ID(after), limit)
				for _, u := range units {
					ids = append(ids, string(u.ID))
				}
				return ids, err
			},
			Load: s.loadUnits, Count: s.countUnits, Stamp: s.stamp,
		},
		{
			Name: "person", Label: "personnel.search.people", Version: 2, Weight: 4,
			Permissions: []identity.Permission{personnel.PermView, personnel.PermAll, personnel.PermInspect},
			Scope: func(reader identity.Actor) (access.Scope, error) {
				return scope(reader, personnel.PermView, personnel.PermAll, personnel.PermInspect)
			},
			Facets: []search.Facet{{Name: "unit", Label: "personnel.search.unit"}},
			Path:   func(_ identity.Actor, id string) string { return "/nhan-su/" + url.PathEscape(id) },
			List: func(ctx context.Context, q db.Querier, after string, limit int) ([]string, error) {
				return access.ListOfficials(ctx, q, s.DB.Now(), after, limit)
			},
			Load: s.loadPeople,
			Count: func(ctx context.Context, q db.Querier) (int64, error) {
				return access.CountOfficials(ctx, q, s.DB.Now())
			},
			Stamp: s.stamp,
		},
	}
}

func (s *Service) countUnits(ctx context.Context, q db.Querier) (n int64, err error) {
	const step = 1000
	for after := orgs.ID(""); ; {
		units, err := orgs.ListAll(ctx, q, s.today(), after, step)
		if err != nil {
			return n, err
		}
		n += int64(len(units))
		if len(units) < step {
			return n, nil
		}
		after = units[len(units)-1].ID
	}
}

// loadUnits also says the names of the units that one came from: who looks for
// an old commune finds the one of today.
func (s *Service) loadUnits(ctx context.Context, q db.Querier, ids []string) (docs []search.Doc, err error) {
	for _, id := range ids {
		u, there, err := orgs.AsOf(ctx, q, orgs.ID(id), s.today())
		if err != nil {
			return nil, err
		}
		if !there || !u.ValidOn(s.today()) {
			continue
		}
		from, _, err := orgs.ListTies(ctx, q, u.ID)
		if err != nil {
			return nil, err
		}
		d := search.Doc{
			ID: id, Codes: []string{u.Code, u.ProvisionalCode, u.AreaCode}, Title: u.Name,
			Words: []string{u.AgencyName.VI, u.AgencyName.EN, u.Short},
		}
		var before []string
		for _, t := range from {
			before = append(before, t.Name.VI)
		}
		if s.Formerly != nil && u.AreaCode != "" {
			communes, err := s.Formerly(ctx, u.AreaCode, s.today())
			if err != nil {
				return nil, err
			}
			before = append(before, communes...)
		}
		before = slices.DeleteFunc(before, func(name string) bool { return name == u.Name.VI })
		d.Words = append(d.Words, before...)
		switch {
		case len(before) > 0: // who looks for an old name sees why this was found
			d.Line = i18n.Text{VI: "Trước là " + strings.Join(before, "; "), EN: "Formerly " + strings.Join(before, "; ")}
		case u.Address != "":
			d.Line = i18n.Text{VI: u.Address}
		}
		d.Values = []search.Value{{Facet: "kind", Value: string(u.Kind)}}
		docs = append(docs, d)
	}
	return docs, nil
}

func (s *Service) loadPeople(ctx context.Context, q db.Querier, ids []string) (docs []search.Doc, err error) {
	posts, err := access.ListPostsOf(ctx, q, s.DB.Now(), ids...)
	if err != nil {
		return nil, err
	}
	names := s.naming()
	for _, id := range ids {
		if len(posts[id]) == 0 {
			continue
		}
		a, err := s.People.GetAccount(ctx, q, id)
		if err != nil {
			return nil, err
		}
		d := search.Doc{ID: id, Title: i18n.Text{VI: a.Name}}
		var vi, en []string
		for _, h := range posts[id] {
			p, err := names.post(ctx, q, h)
			if err != nil {
				return nil, err
			}
			d.Units = append(d.Units, h.Unit)
			d.Values = append(d.Values, search.Value{Facet: "unit", Value: string(h.Unit), Label: p.UnitName})
			vi, en = append(vi, strings.TrimLeft(h.Title.VI+", "+p.UnitName.VI, ", ")), append(en, strings.TrimLeft(h.Title.EN+", "+p.UnitName.EN, ", "))
		}
		d.Line = i18n.Text{VI: strings.Join(vi, "; "), EN: strings.Join(en, "; ")}
		docs = append(docs, d)
	}
	return docs, nil
}
