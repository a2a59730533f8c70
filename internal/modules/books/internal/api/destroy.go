// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package api

import (
	"context"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/books/internal/core"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/web"
)

// destroying are the operations of records whose time is over. Another person decides
// about what is proposed by the operations of proposals.
func (o operations) destroying(all web.Access) []web.Route {
	const under = "/api/v1/registers/{register}"
	return []web.Route{
		web.Operation("GET "+under+"/due", "Records whose time is over and that the caller may destroy, without personal data", all, o.due),
		web.Operation("POST "+under+"/due/proposals", "Propose to destroy up to 100 of them, with an answer for each; another person decides", all, o.proposeDestruction),
		web.Operation("GET "+under+"/destroyed", "What stays of records that were destroyed: key, day, people, basis", all, o.gone),
		web.Operation("GET "+under+"/records/{record}/holds", "The legal holds of a record", all, o.holds),
		web.Operation("POST "+under+"/records/{record}/holds", "Keep a record from being destroyed", all, o.placeHold),
		web.Operation("POST "+under+"/records/{record}/holds/{hold}/lift", "End a legal hold that another person has placed", all, o.liftHold),
	}
}

type dueIn struct {
	Register string `path:"register" maxLength:"100"`
	After    string `query:"after" maxLength:"4000" doc:"next of the page before"`
}

type dueItem struct {
	ID      string         `json:"id"`
	Unit    string         `json:"unit"`
	Version int64          `json:"version"`
	Began   string         `json:"began" format:"date" doc:"the day from which its time counts"`
	Asked   bool           `json:"proposed,omitempty" doc:"its destruction waits for another person"`
	Held    string         `json:"held,omitempty" doc:"why it is under a legal hold"`
	Values  map[string]any `json:"values"`
}

type dueOut struct {
	Body struct {
		Then  string    `json:"then" enum:"review,destroy,archive"`
		Basis string    `json:"basis" doc:"id of the legal document"`
		Items []dueItem `json:"items"`
		Next  string    `json:"next,omitempty" doc:"send it as after"`
	}
}

func (o operations) due(ctx context.Context, in *dueIn) (*dueOut, error) {
	found, err := o.svc.Due(ctx, identity.From(ctx), in.Register, in.After)
	if err != nil {
		return nil, err
	}
	out := &dueOut{}
	out.Body.Then, out.Body.Basis = string(found.Definition.Retention.Then), found.Definition.Retention.Basis
	out.Body.Items, out.Body.Next = []dueItem{}, found.Next
	for _, one := range found.Items {
		out.Body.Items = append(out.Body.Items, dueItem{
			ID: one.ID, Unit: one.Unit, Version: one.Version, Began: one.Began, Asked: one.Asked, Held: found.Held[one.ID].Reason, Values: plain(one.Values),
		})
	}
	return out, nil
}

type destroyIn struct {
	Register string `path:"register" maxLength:"100"`
	Body     struct {
		Records []picked `json:"records" maxItems:"100"`
	}
}

type askedItem struct {
	ID       string `json:"id"`
	Proposal string `json:"proposal,omitempty"`
	Code     string `json:"code,omitempty" doc:"why it was not proposed"`
}

type destroyOut struct {
	Body struct {
		Items []askedItem `json:"items"`
	}
}

func (o operations) proposeDestruction(ctx context.Context, in *destroyIn) (*destroyOut, error) {
	var records []core.Picked
	for _, one := range in.Body.Records {
		records = append(records, core.Picked{Record: one.ID, Seen: one.Seen})
	}
	all, err := o.svc.ProposeDestruction(ctx, identity.From(ctx), in.Register, records)
	out := &destroyOut{}
	out.Body.Items = []askedItem{}
	for _, one := range all {
		item := askedItem{ID: one.Record, Proposal: one.Proposal}
		if one.Err != nil {
			item.Code = web.Problem(one.Err).Code
		}
		out.Body.Items = append(out.Body.Items, item)
	}
	return out, err
}

type goneItem struct {
	ID         string  `json:"id"`
	Called     string  `json:"called,omitempty" doc:"its key; none where that was personal"`
	Unit       string  `json:"unit"`
	Began      string  `json:"began" format:"date"`
	Term       string  `json:"term" doc:"as the file said then"`
	Basis      string  `json:"basis"`
	ProposedBy string  `json:"proposed_by" doc:"login"`
	DecidedBy  string  `json:"decided_by" doc:"login"`
	At         db.Time `json:"at"`
}

type goneOut struct {
	Body struct {
		Items []goneItem `json:"items" doc:"the latest first"`
		Next  string     `json:"next,omitempty" doc:"send it as after"`
	}
}

func (o operations) gone(ctx context.Context, in *dueIn) (*goneOut, error) {
	found, err := o.svc.Gone(ctx, identity.From(ctx), in.Register, in.After)
	out := &goneOut{}
	out.Body.Items, out.Body.Next = []goneItem{}, found.Next
	for _, g := range found.Items {
		out.Body.Items = append(out.Body.Items, goneItem{
			ID: g.Record, Called: g.Called, Unit: g.Unit, Began: g.Began, Term: g.Amount, Basis: g.Basis,
			ProposedBy: found.Logins[g.ProposedBy], DecidedBy: found.Logins[g.DecidedBy], At: g.At,
		})
	}
	return out, err
}

type holdsIn struct {
	Register string `path:"register" maxLength:"100"`
	Record   string `path:"record" maxLength:"100"`
}

type holdItem struct {
	ID     string  `json:"id"`
	Reason string  `json:"reason"`
	By     string  `json:"by" doc:"login"`
	At     db.Time `json:"at"`
}

type holdsOut struct {
	Body struct {
		Items []holdItem `json:"items"`
	}
}

func (o operations) holds(ctx context.Context, in *holdsIn) (*holdsOut, error) {
	v, err := o.svc.Holds(ctx, identity.From(ctx), in.Register, in.Record)
	out := &holdsOut{}
	out.Body.Items = []holdItem{}
	for _, h := range v.Holds {
		out.Body.Items = append(out.Body.Items, holdItem{ID: h.ID, Reason: h.Reason, By: v.Logins[h.PlacedBy], At: h.PlacedAt})
	}
	return out, err
}

type placeHoldIn struct {
	Register string `path:"register" maxLength:"100"`
	Record   string `path:"record" maxLength:"100"`
	Body     struct {
		Reason string `json:"reason" maxLength:"2000" doc:"up to 500 characters"`
	}
}

type placeHoldOut struct {
	Body struct {
		ID string `json:"id"`
	}
}

func (o operations) placeHold(ctx context.Context, in *placeHoldIn) (_ *placeHoldOut, err error) {
	out := &placeHoldOut{}
	out.Body.ID, err = o.svc.PlaceHold(ctx, identity.From(ctx), in.Register, in.Record, in.Body.Reason)
	return out, err
}

type liftHoldIn struct {
	Register string `path:"register" maxLength:"100"`
	Record   string `path:"record" maxLength:"100"`
	Hold     string `path:"hold" maxLength:"100"`
	Body     struct {
		Reason string `json:"reason" maxLength:"2000" doc:"up to 500 characters"`
	}
}

func (o operations) liftHold(ctx context.Context, in *liftHoldIn) (*nothing, error) {
	return nil, o.svc.LiftHold(ctx, identity.From(ctx), in.Register, in.Record, in.Hold, in.Body.Reason)
}
