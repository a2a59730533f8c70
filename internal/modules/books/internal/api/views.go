// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package api

import (
	"context"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/books/internal/core"
	"tinhso.vn/internal/platform/web"
)

// looks are how a register is looked at: counts by field and views.
func (o operations) looks() []web.Route {
	all := web.Public()
	return []web.Route{
		web.Operation("GET /api/v1/registers/{register}/facets", "How many records are found, and which values they have", all, o.facets),
		web.Operation("GET /api/v1/registers/{register}/views", "One's views of a register, and those shared in one's unit", all, o.views),
		web.Operation("POST /api/v1/registers/{register}/views", "Keep a view, or change and rename one", all, o.saveView),
		web.Operation("DELETE /api/v1/registers/{register}/views/{id}", "Remove a view for all who see it", all, o.removeView),
		web.Operation("PUT /api/v1/registers/{register}/first-view", "With which view a register opens", all, o.openWith),
	}
}

type facet struct {
	Value string `json:"value"`
	Count int    `json:"count"`
}

type facetsOut struct {
	Body struct {
		Count  int                `json:"count" doc:"that fit, up to 10,000"`
		More   bool               `json:"more,omitempty" doc:"there are more than count, and nothing is counted by field"`
		Fields map[string][]facet `json:"fields" doc:"by key of the field; unit is one too"`
	}
}

func (o operations) facets(ctx context.Context, in *RecordsIn) (*facetsOut, error) {
	q, err := in.query()
	if err != nil {
		return nil, err
	}
	found, err := o.svc.Facets(ctx, identity.From(ctx), in.Register, q)
	out := &facetsOut{}
	out.Body.Count, out.Body.More, out.Body.Fields = found.Found, found.More, map[string][]facet{}
	for key, some := range found.Fields {
		for _, f := range some {
			out.Body.Fields[key] = append(out.Body.Fields[key], facet{f.Value, f.Count})
		}
	}
	return out, err
}

type view struct {
	ID    string    `json:"id"`
	Name  string    `json:"name"`
	Look  core.Look `json:"look" doc:"what of it holds for the caller"`
	Less  bool      `json:"less,omitempty" doc:"the view says more than the caller may see"`
	Unit  string    `json:"unit,omitempty" doc:"whose people see it too"`
	Of    i18n.Text `json:"unit_name,omitzero"`
	Own   bool      `json:"own"`
	First bool      `json:"first" doc:"the register opens with it"`
	May   bool      `json:"may" doc:"one may change and remove it"`
}

type ofRegister struct {
	Register string `path:"register" maxLength:"100"`
}

type viewsOut struct {
	Body struct {
		Items []view `json:"items"`
	}
}

func (o operations) views(ctx context.Context, in *ofRegister) (*viewsOut, error) {
	all, err := o.svc.ListViews(ctx, identity.From(ctx), in.Register)
	out := &viewsOut{}
	out.Body.Items = []view{}
	for _, v := range all {
		out.Body.Items = append(out.Body.Items, view{v.ID, v.Name, v.Look, v.Less, string(v.Unit), v.Of, v.Own, v.First, v.May})
	}
	return out, err
}

type saveViewIn struct {
	Register string `path:"register" maxLength:"100"`
	Body     struct {
		ID    string     `json:"id,omitempty" maxLength:"36" doc:"empty: a new one"`
		Name  string     `json:"name" maxLength:"200"`
		Look  *core.Look `json:"look,omitempty" doc:"absent: as it is; words are not kept"`
		Share bool       `json:"share,omitempty" doc:"with one's unit, by who writes in the register"`
	}
}

type keptView struct {
	Body struct {
		ID string `json:"id"`
	}
}

func (o operations) saveView(ctx context.Context, in *saveViewIn) (_ *keptView, err error) {
	out := &keptView{}
	b := in.Body
	out.Body.ID, err = o.svc.SaveView(ctx, identity.From(ctx), in.Register, core.Saving{ID: b.ID, Name: b.Name, Look: b.Look, Share: b.Share})
	return out, err
}

type viewIn struct {
	Register string `path:"register" maxLength:"100"`
	ID       string `path:"id" maxLength:"36"`
}

func (o operations) removeView(ctx context.Context, in *viewIn) (*nothing, error) {
	return nil, o.svc.RemoveView(ctx, identity.From(ctx), in.Register, in.ID)
}

type firstViewIn struct {
	Register string `path:"register" maxLength:"100"`
	Body     struct {
		View string `json:"view" maxLength:"36" doc:"empty: with everything"`
	}
}

func (o operations) openWith(ctx context.Context, in *firstViewIn) (*nothing, error) {
	return nil, o.svc.OpenWith(ctx, identity.From(ctx), in.Register, in.Body.View)
}
