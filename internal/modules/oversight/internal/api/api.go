// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package api serves oversight as JSON.
package api

import (
	"context"
	"time"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/oversight"
	"tinhso.vn/internal/modules/oversight/internal/core"
	"tinhso.vn/internal/platform/web"
)

// Routes returns the operations.
func Routes(s *core.Service) []web.Route {
	o := operations{svc: s}
	return []web.Route{
		web.Operation("GET /api/v1/oversight", "List entries in the order they were added", web.Needs(string(oversight.PermView)), o.list),
		web.Operation("POST /api/v1/oversight", "Add an entry", web.Needs(string(oversight.PermAdd)), o.add),
	}
}

type operations struct{ svc *core.Service }

type listIn struct {
	After string `query:"after" maxLength:"100" doc:"next of the page before; empty for the first page"`
}

type entry struct {
	ID    oversight.ID `json:"id"`
	Unit  string       `json:"unit"`
	Title string       `json:"title"`
	At    time.Time    `json:"at"`
}

type listOut struct {
	Body struct {
		Items []entry      `json:"items"`
		Next  oversight.ID `json:"next,omitempty" doc:"send it as after"`
	}
}

func (o operations) list(ctx context.Context, in *listIn) (*listOut, error) {
	var after oversight.ID
	if in.After != "" {
		var err error
		if after, err = oversight.ParseID(in.After); err != nil {
			return nil, err
		}
	}
	found, err := o.svc.List(ctx, identity.From(ctx), after)
	if err != nil {
		return nil, err
	}
	out := &listOut{}
	out.Body.Items = []entry{}
	for _, e := range found {
		out.Body.Items = append(out.Body.Items, entry{ID: e.ID, Unit: e.Unit, Title: e.Title, At: e.At.Time})
	}
	if len(found) == core.PageSize {
		out.Body.Next = found[len(found)-1].ID
	}
	return out, nil
}

type addIn struct {
	Body struct {
		Unit  string `json:"unit" maxLength:"100" doc:"id of the unit"`
		Title string `json:"title" maxLength:"1000"`
	}
}

type addOut struct {
	Body struct {
		ID oversight.ID `json:"id"`
	}
}

func (o operations) add(ctx context.Context, in *addIn) (*addOut, error) {
	id, err := o.svc.Add(ctx, identity.From(ctx), core.Draft{Unit: in.Body.Unit, Title: in.Body.Title})
	if err != nil {
		return nil, err
	}
	out := &addOut{}
	out.Body.ID = id
	return out, nil
}
