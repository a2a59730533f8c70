// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package api

import (
	"context"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/web"
)

// visiting is what visitors look up.
func (o operations) visiting() []web.Route {
	all := web.Public()
	return []web.Route{
		web.Operation("GET /api/v1/lookups", "The registers in which everybody can look something up", all, o.doors),
		web.Operation("GET /api/v1/registers/{register}/lookup", "Records that a code names, or words; whether each holds today", all, o.lookup),
		web.Operation("GET /api/v1/registers/{register}/lookup/{code}", "The record that a code names, what its page shows of it, and whether it holds today", all, o.visit),
	}
}

type doorItem struct {
	Register string    `json:"register"`
	Title    i18n.Text `json:"title"`
	Ask      i18n.Text `json:"ask" doc:"what is asked for"`
}

type doorsOut struct {
	Body struct {
		Items []doorItem `json:"items"`
	}
}

func (o operations) doors(ctx context.Context, _ *struct{}) (*doorsOut, error) {
	all, err := o.svc.Doors(ctx, identity.From(ctx))
	out := &doorsOut{}
	out.Body.Items = []doorItem{}
	for _, st := range all {
		out.Body.Items = append(out.Body.Items, doorItem{st.Definition.ID, st.Definition.Title, st.Definition.Public.Ask})
	}
	return out, err
}

type soughtItem struct {
	ID      string           `json:"id"`
	Stands  registers.Stands `json:"stands,omitempty" doc:"holds, early, expired, draft, suspended or ended; empty where nothing is said"`
	Updated db.Time          `json:"updated"`
	Values  map[string]any   `json:"values" doc:"what the page of the record shows and the caller sees"`
}

// soughtOf is a record with the fields of its page alone.
func soughtOf(st registers.Standing, r registers.Record, stands registers.Stands) soughtItem {
	values := map[string]any{}
	for _, key := range st.Definition.Public.Fields() {
		for _, f := range st.Definition.Visible() {
			if v := r.Values[f.Key]; v != nil && (f.Key == key || f.Translates == key) {
				values[f.Key] = v
			}
		}
	}
	return soughtItem{r.ID, stands, r.Updated, plain(values)}
}

type lookupIn struct {
	Register string `path:"register" maxLength:"100"`
	Typed    string `query:"q" maxLength:"200" doc:"a code, or words"`
}

type lookupOut struct {
	Body struct {
		Items []soughtItem `json:"items"`
		More  bool         `json:"more"`
	}
}

func (o operations) lookup(ctx context.Context, in *lookupIn) (*lookupOut, error) {
	f, err := o.svc.Seek(ctx, identity.From(ctx), in.Register, in.Typed)
	out := &lookupOut{}
	out.Body.Items, out.Body.More = []soughtItem{}, f.More
	for i, r := range f.Records {
		out.Body.Items = append(out.Body.Items, soughtOf(f.Standing, r, f.Stands[i]))
	}
	return out, err
}

type visitIn struct {
	Register string `path:"register" maxLength:"100"`
	Code     string `path:"code" maxLength:"500" doc:"as it is printed; a slash is written %2F"`
}

type visitOut struct{ Body soughtItem }

func (o operations) visit(ctx context.Context, in *visitIn) (*visitOut, error) {
	v, err := o.svc.Visit(ctx, identity.From(ctx), in.Register, in.Code)
	if err != nil {
		return nil, err
	}
	return &visitOut{soughtOf(v.Standing, v.Record, v.Stands)}, nil
}
