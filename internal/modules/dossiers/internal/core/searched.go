// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/kernel/search"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/store"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/platform/clock"
	"tinhso.vn/internal/platform/db"
)

// SearchKind is the name under which the search finds dossiers.
const SearchKind = "dossier"

// office are the permissions of officials who may read dossiers of their units.
func office() []identity.Permission {
	return []identity.Permission{
		dossiers.PermView, dossiers.PermAccept, dossiers.PermProcess, dossiers.PermSign, dossiers.PermIssue, dossiers.PermDeliver,
	}
}

// SearchKind declares dossiers to the search: by code, reference, procedure and
// name of the owner, for those who may read them.
func (s *Service) SearchKind() search.Kind {
	return search.Kind{
		Name: SearchKind, Label: "dossiers.search.many", Version: 3, Permissions: append(office(), dossiers.PermOwn),
		Facets: []search.Facet{
			{Name: "status", Label: "dossiers.search.status", Values: "dossiers.status."},
			{Name: "procedure", Label: "dossiers.search.procedure"},
			{Name: "unit", Label: "dossiers.search.unit"},
			{Name: "field", Label: "dossiers.search.field"},
			{Name: "year", Label: "dossiers.search.year"},
			{Name: "keeper", Label: "dossiers.search.keeper"},
		},
		Path: func(reader identity.Actor, id string) string {
			for _, p := range office() {
				if reader.Official() && reader.May(p) {
					return "/xu-ly/" + url.PathEscape(id)
				}
			}
			return "/ho-so/" + url.PathEscape(id)
		},
		List:  s.store.ListIDs,
		Load:  s.loadDocs,
		Count: s.store.CountAll,
		Shown: func(ctx context.Context, reader identity.Actor, ids []string) error {
			if !reader.Official() {
				return nil // people see their own
			}
			rows := make([]store.Dossier, len(ids))
			for i, id := range ids {
				rows[i].ID = dossiers.ID(id)
			}
			return s.recordList(ctx, reader, "search", rows)
		},
	}
}

func (s *Service) loadDocs(ctx context.Context, q db.Querier, ids []string) (docs []search.Doc, err error) {
	rows, err := s.store.Many(ctx, q, ids)
	if err != nil {
		return nil, err
	}
	turns, err := s.store.TurnsOf(ctx, q, ids)
	if err != nil {
		return nil, err
	}
	formerly, err := s.store.FormerlyOf(ctx, q, ids)
	if err != nil {
		return nil, err
	}
	names := map[orgs.ID]i18n.Text{}
	for _, d := range rows {
		if _, known := names[d.Received]; known || d.Received == "" {
			continue
		}
		u, err := orgs.Get(ctx, q, d.Received)
		if err != nil {
			return nil, err
		}
		names[d.Received] = u.Name
	}
	fields := map[procedures.ID]search.Value{}
	for _, d := range rows {
		if _, known := fields[d.Procedure]; !known {
			if fields[d.Procedure], err = s.fieldOf(ctx, d); err != nil {
				return nil, err
			}
		}
		docs = append(docs, search.Doc{
			ID: string(d.ID), Codes: append([]string{d.Code, d.Reference}, formerly[d.ID]...), Title: d.Name, Line: lineOf(d),
			Units:  append([]orgs.ID{d.Helped, d.Received, d.Authority, d.Handler}, turns[d.ID]...),
			People: []string{d.SubmitterID, d.OwnerID}, Closed: d.Status.Ended() || d.Status == dossiers.Finished, At: d.SubmittedAt,
			Values: []search.Value{
				{Facet: "status", Value: strings.TrimPrefix(d.Status.Key(), "dossiers.status.")},
				{Facet: "procedure", Value: string(d.Procedure), Label: d.Name},
				{Facet: "unit", Value: string(d.Received), Label: names[d.Received]},
				fields[d.Procedure],
				{Facet: "year", Value: yearOf(d.SubmittedAt)},
				{Facet: "keeper", Value: d.Keeper.Code, Label: d.Keeper.NameOf()},
			},
		})
	}
	return docs, nil
}

// lineOf is the owner of a dossier, and whose system owns its status where that is not ours.
func lineOf(d store.Dossier) i18n.Text {
	return i18n.Text{VI: strings.Join(slices.DeleteFunc([]string{d.OwnerName, d.Keeper.Name}, func(v string) bool { return v == "" }), " · ")}
}

// fieldOf is the field of a dossier's procedure, as it was filed under.
func (s *Service) fieldOf(ctx context.Context, d store.Dossier) (search.Value, error) {
	v, err := s.Procedures.GetVersion(ctx, d.Procedure, d.SHA)
	if errors.Is(err, procedures.ErrNotFound) {
		return search.Value{}, nil
	}
	return search.Value{Facet: "field", Value: v.Field.VI, Label: v.Field}, err
}

// yearOf is the year of a time in Vietnam; empty where there is none.
func yearOf(at db.Time) string {
	if at.IsZero() {
		return ""
	}
	return strconv.Itoa(at.In(clock.Vietnam()).Year())
}
