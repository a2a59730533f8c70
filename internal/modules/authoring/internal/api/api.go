// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package api serves the writing of procedures as JSON.
package api

import (
	"context"
	"slices"

	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/packs"
	"tinhso.vn/internal/modules/authoring"
	"tinhso.vn/internal/modules/authoring/internal/core"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/web"
)

type operations struct{ svc *core.Service }

func mayEdit() web.Access { return web.Needs(string(authoring.PermEdit)) }
func mayRead() web.Access {
	return web.Needs(string(authoring.PermEdit), string(authoring.PermApprove))
}

// Routes returns the operations.
func Routes(s *core.Service) []web.Route {
	o := operations{s}
	return slices.Concat([]web.Route{
		web.Operation("GET /api/v1/changes", "List changes to procedures, the newest first", mayRead(), o.list),
		web.Operation("POST /api/v1/changes", "Begin a change", mayEdit(), o.create),
		web.Operation("GET /api/v1/changes/{change}", "A change with what it touches and what was done to it", mayRead(), o.get),
		web.Operation("PUT /api/v1/changes/{change}", "Say anew what a change is as a whole", mayEdit(), o.edit),
		web.Operation("GET /api/v1/changes/{change}/problems", "Every mistake of the province as it would be", mayRead(), o.problems),
		web.Operation("GET /api/v1/changes/{change}/items/{list}/{item}", "An item as the change has it, else as it is in force", mayRead(), o.item),
		web.Operation("PUT /api/v1/changes/{change}/items/{list}/{item}", "Keep an item as it would be", mayEdit(), o.save),
		web.Operation("DELETE /api/v1/changes/{change}/items/{list}/{item}", "Take an item away, or leave it as it is in force", mayEdit(), o.remove),
	}, o.decideRoutes(), o.editorRoutes(), o.registerRoutes(), o.tryoutRoutes(), o.tableRoutes(), o.clockRoutes())
}

// Change is a change to procedures.
type Change struct {
	ID          authoring.ID    `json:"id"`
	Title       string          `json:"title"`
	Basis       string          `json:"basis,omitempty"`
	Day         string          `json:"day" doc:"YYYY-MM-DD, from which it is in force"`
	State       authoring.State `json:"state" enum:"draft,submitted,returned,approved,published,withdrawn"`
	Rev         int             `json:"rev" doc:"grows with everything that is done to it"`
	CreatedBy   string          `json:"created_by"`
	SubmittedBy string          `json:"submitted_by,omitempty"`
	DecidedBy   string          `json:"decided_by,omitempty"`
	Reason      string          `json:"reason,omitempty"`
	Undoes      authoring.ID    `json:"undoes,omitempty" doc:"the change that it takes back"`
}

func changeOf(c authoring.Change) Change {
	return Change{
		c.ID, c.Title, c.Basis, c.Day.String(), c.State, c.Rev, c.Created.Account, c.Submitted.Account, c.Decided.Account, c.Reason, c.Undoes,
	}
}

type listIn struct {
	State  string `query:"state" enum:"draft,submitted,returned,approved,published,withdrawn" doc:"absent: all"`
	Before string `query:"before" maxLength:"100" doc:"next of the page before"`
}

type listOut struct {
	Body struct {
		Items []Change     `json:"items"`
		Next  authoring.ID `json:"next,omitempty" doc:"send it as before"`
	}
}

func (o operations) list(ctx context.Context, in *listIn) (*listOut, error) {
	all, err := o.svc.List(ctx, identity.From(ctx), authoring.State(in.State), authoring.ID(in.Before))
	if err != nil {
		return nil, err
	}
	out := &listOut{}
	out.Body.Items = []Change{}
	for _, c := range all {
		out.Body.Items = append(out.Body.Items, changeOf(c))
	}
	if len(all) == core.PageSize {
		out.Body.Next = all[len(all)-1].ID
	}
	return out, nil
}

type generalIn struct {
	Title string `json:"title" maxLength:"4000"`
	Basis string `json:"basis,omitempty" maxLength:"4000" doc:"What it rests on"`
	Day   string `json:"day" maxLength:"10" doc:"YYYY-MM-DD, today or later"`
	Rev   int    `json:"rev,omitempty" doc:"of the change as it was read; absent: whatever it is"`
}

func (g generalIn) general() (core.General, error) {
	day, err := calendar.ParseDate(g.Day)
	if err != nil {
		return core.General{}, errs.BadInput([]errs.Field{{Name: "day", Code: "authoring.day"}})
	}
	return core.General{Title: g.Title, Basis: g.Basis, Day: day}, nil
}

type createIn struct{ Body generalIn }

type createOut struct {
	Body struct {
		ID authoring.ID `json:"id"`
	}
}

func (o operations) create(ctx context.Context, in *createIn) (*createOut, error) {
	g, err := in.Body.general()
	if err != nil {
		return nil, err
	}
	id, err := o.svc.Create(ctx, identity.From(ctx), g)
	out := &createOut{}
	out.Body.ID = id
	return out, err
}

type oneIn struct {
	Change string `path:"change" maxLength:"100"`
}

// Touched is an item that a change touches.
type Touched struct {
	List    authoring.List `json:"list"`
	ID      string         `json:"id"`
	Kind    packs.Change   `json:"kind" enum:"added,changed,removed"`
	SavedBy string         `json:"saved_by"`
}

// Event is a line of a change's history.
type Event struct {
	What string `json:"what"`
	By   string `json:"by"`
	At   string `json:"at"`
	Note string `json:"note,omitempty"`
}

type getOut struct {
	Body struct {
		Change
		Items   []Touched `json:"items"`
		History []Event   `json:"history"`
	}
}

func (o operations) get(ctx context.Context, in *oneIn) (*getOut, error) {
	actor, change := identity.From(ctx), authoring.ID(in.Change)
	c, err := o.svc.Get(ctx, actor, change)
	if err != nil {
		return nil, err
	}
	items, err := o.svc.Items(ctx, actor, change)
	if err != nil {
		return nil, err
	}
	history, err := o.svc.History(ctx, actor, change)
	if err != nil {
		return nil, err
	}
	out := &getOut{}
	out.Body.Change, out.Body.Items, out.Body.History = changeOf(c), []Touched{}, []Event{}
	for _, i := range items {
		kind := packs.Changed
		switch {
		case i.Gone():
			kind = packs.Removed
		case i.New():
			kind = packs.Added
		}
		out.Body.Items = append(out.Body.Items, Touched{i.List, i.ID, kind, i.Saved.Account})
	}
	for _, e := range history {
		out.Body.History = append(out.Body.History, Event{e.What, e.Account, e.At.Format("2006-01-02T15:04:05Z07:00"), e.Note})
	}
	return out, nil
}

type editIn struct {
	Change string `path:"change" maxLength:"100"`
	Body   generalIn
}

func (o operations) edit(ctx context.Context, in *editIn) (*struct{}, error) {
	g, err := in.Body.general()
	if err != nil {
		return nil, err
	}
	return nil, o.svc.Edit(ctx, identity.From(ctx), authoring.ID(in.Change), g, in.Body.Rev)
}

type problemsOut struct {
	Body struct {
		Problems []packs.Problem `json:"problems"`
	}
}

func (o operations) problems(ctx context.Context, in *oneIn) (*problemsOut, error) {
	_, problems, err := o.svc.Set(ctx, identity.From(ctx), authoring.ID(in.Change))
	if err != nil {
		return nil, err
	}
	out := &problemsOut{}
	out.Body.Problems = append([]packs.Problem{}, problems...)
	return out, nil
}
