// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package api serves who works where, and who may see what, as JSON.
package api

import (
	"context"
	"slices"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/personnel"
	"tinhso.vn/internal/modules/personnel/internal/core"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/web"
)

// Routes returns the operations.
func Routes(s *core.Service) []web.Route {
	o := operations{svc: s}
	return slices.Concat(o.people(), o.rights(), o.units(), o.imports(), o.closed(), o.splits(), o.duty())
}

type operations struct{ svc *core.Service }

type nothing struct{}

func needs(ps ...identity.Permission) web.Access {
	names := make([]string, len(ps))
	for i, p := range ps {
		names[i] = string(p)
	}
	return web.Needs(names...)
}

func (o operations) people() []web.Route {
	view, move := needs(personnel.PermView, personnel.PermAll, personnel.PermInspect), needs(personnel.PermMove, personnel.PermAll)
	hand := needs(personnel.PermHandOver, personnel.PermAll)
	return []web.Route{
		web.Operation("GET /api/v1/staff", "People with a post in scope, sorted by given name", view, o.listPeople),
		web.Operation("GET /api/v1/staff/{account}", "Somebody's posts over time", view, o.getPerson),
		web.Operation("GET /api/v1/staff-decisions", "Decisions about people, the newest first", view, o.listMoves),
		web.Operation("GET /api/v1/staff-decisions/choices", "Roles and positions that a decision can name", move, o.choices),
		web.Operation("POST /api/v1/staff-decisions", "Enter a decision about somebody", move, o.enterMove),
		web.Operation("POST /api/v1/staff-decisions/preview", "What a decision would do to rights and to work", move, o.previewMove),
		web.Operation("POST /api/v1/staff-decisions/{id}/withdraw", "Take a decision back before its day", move, o.withdrawMove),
		web.Operation("GET /api/v1/handovers", "Work that has lost its official", hand, o.listHandovers),
		web.Operation("GET /api/v1/handovers/{id}", "The work of one official piece by piece", hand, o.getHandover),
		web.Operation("POST /api/v1/handovers/{id}", "Put pieces of work into other hands", hand, o.handOver),
	}
}

// Holding is a role that somebody holds, and by what.
type Holding struct {
	ID       string   `json:"id"`
	Role     string   `json:"role"`
	Unit     orgs.ID  `json:"unit"`
	Subtree  bool     `json:"subtree,omitempty" doc:"also in the units under it"`
	Kind     string   `json:"kind" enum:"own,main,concurrent,acting,secondment,delegation,grant"`
	Title    string   `json:"title,omitempty"`
	Since    db.Time  `json:"since"`
	Until    *db.Time `json:"until,omitempty" doc:"the first moment after"`
	State    string   `json:"state" enum:"in_force,coming,suspended,over"`
	Decision string   `json:"decision,omitempty"`
}

func holding(p core.Post, now db.Time) Holding {
	h := Holding{
		ID: p.ID, Role: string(p.Role), Unit: p.Unit, Subtree: p.Subtree, Kind: string(p.Kind), Title: p.Title.VI, Since: p.Since, Decision: p.Decision, State: "in_force",
	}
	switch {
	case !p.Standing(now):
		h.State = "over"
	case !p.Suspended.IsZero():
		h.State = "suspended"
	case !p.In(now):
		h.State = "coming"
	}
	if !p.Until.IsZero() {
		h.Until = &p.Until
	}
	return h
}

// Colleague is somebody with posts.
type Colleague struct {
	Account string    `json:"account"`
	Login   string    `json:"login"`
	Name    string    `json:"name"`
	Posts   []Holding `json:"posts"`
}

type peopleIn struct {
	Unit  string `query:"unit" maxLength:"100" doc:"and the units under it"`
	Words string `query:"words" maxLength:"200" doc:"in the name, marks do not matter, or the beginning of the login"`
	After string `query:"after" maxLength:"400" doc:"next of the page before"`
}

type peopleOut struct {
	Body struct {
		Items []Colleague `json:"items"`
		Next  string      `json:"next,omitempty" doc:"send it as after"`
	}
}

func (o operations) listPeople(ctx context.Context, in *peopleIn) (*peopleOut, error) {
	p, err := o.svc.ListPeople(ctx, identity.From(ctx), core.PeopleQuery(*in))
	out := &peopleOut{}
	out.Body.Items, out.Body.Next = []Colleague{}, p.Next
	for _, c := range p.Items {
		one := Colleague{Account: c.Account, Login: c.Login, Name: c.Name, Posts: []Holding{}}
		for _, h := range c.Posts {
			one.Posts = append(one.Posts, holding(h, o.svc.DB.Now()))
		}
		out.Body.Items = append(out.Body.Items, one)
	}
	return out, err
}

type personIn struct {
	Account string `path:"account" maxLength:"100"`
}

type personOut struct {
	Body struct {
		Colleague
		OpenWork int `json:"open_work" doc:"pieces of work in hand"`
	}
}

func (o operations) getPerson(ctx context.Context, in *personIn) (*personOut, error) {
	p, err := o.svc.GetPerson(ctx, identity.From(ctx), in.Account)
	if err != nil {
		return nil, err
	}
	out := &personOut{}
	out.Body.Colleague, out.Body.OpenWork = Colleague{Account: p.Account, Login: p.Login, Name: p.Name, Posts: []Holding{}}, p.OpenWork
	for _, h := range p.Held {
		out.Body.Posts = append(out.Body.Posts, holding(h, p.Now))
	}
	return out, nil
}

type listIn struct {
	Before string `query:"before" maxLength:"100" doc:"next of the page before"`
}

// StaffDecision is a decision about somebody.
type StaffDecision struct {
	ID        string   `json:"id"`
	Kind      string   `json:"kind"`
	Account   string   `json:"account"`
	Name      string   `json:"name"`
	Number    string   `json:"number"`
	Date      string   `json:"date"`
	From      string   `json:"from" doc:"the first day on which it counts"`
	Withdrawn *db.Time `json:"withdrawn,omitempty"`
}

type movesOut struct {
	Body struct {
		Items []StaffDecision `json:"items"`
		Next  string          `json:"next,omitempty" doc:"send it as before"`
	}
}

func (o operations) listMoves(ctx context.Context, in *listIn) (*movesOut, error) {
	p, err := o.svc.ListMoves(ctx, identity.From(ctx), in.Before)
	out := &movesOut{}
	out.Body.Items, out.Body.Next = []StaffDecision{}, p.Next
	for _, m := range p.Items {
		one := StaffDecision{ID: m.ID, Kind: m.Kind, Account: m.Who.Account, Name: m.Who.Name, Number: m.Number, Date: m.Date, From: m.From}
		if !m.Withdrawn.IsZero() {
			one.Withdrawn = &m.Withdrawn
		}
		out.Body.Items = append(out.Body.Items, one)
	}
	return out, err
}

type choicesIn struct {
	Login string `query:"login" maxLength:"100"`
	Unit  string `query:"unit" maxLength:"200"`
}

type choicesOut struct {
	Body struct {
		Roles     []string  `json:"roles"`
		Positions []string  `json:"positions" doc:"of the unit, by id"`
		Held      []Holding `json:"held" doc:"by the person, in force"`
	}
}

func (o operations) choices(ctx context.Context, in *choicesIn) (*choicesOut, error) {
	c, err := o.svc.Choices(ctx, identity.From(ctx), in.Login, in.Unit)
	out := &choicesOut{}
	out.Body.Roles, out.Body.Positions, out.Body.Held = []string{}, []string{}, []Holding{}
	for _, r := range c.Roles {
		out.Body.Roles = append(out.Body.Roles, string(r.ID))
	}
	for _, p := range c.Positions {
		out.Body.Positions = append(out.Body.Positions, p.ID)
	}
	for _, h := range c.Held {
		out.Body.Held = append(out.Body.Held, holding(h, o.svc.DB.Now()))
	}
	return out, err
}

// NewDecision is a decision as a program enters it.
type NewDecision struct {
	Login    string `json:"login" maxLength:"100"`
	Kind     string `json:"kind" maxLength:"20" doc:"transfer, appoint, concurrent, acting, secondment, delegation, end, leave or retire"`
	Number   string `json:"number" maxLength:"2000" doc:"of the document"`
	Date     string `json:"date" maxLength:"10" doc:"of the document, YYYY-MM-DD"`
	From     string `json:"from" maxLength:"10" doc:"the first day on which it counts, YYYY-MM-DD; may be to come"`
	Until    string `json:"until,omitempty" maxLength:"10" doc:"the last day, YYYY-MM-DD"`
	Unit     string `json:"unit,omitempty" maxLength:"200"`
	Position string `json:"position,omitempty" maxLength:"100" doc:"instead of unit, role and title"`
	Role     string `json:"role,omitempty" maxLength:"100"`
	Title    string `json:"title,omitempty" maxLength:"2000"`
	SignsAs  string `json:"signs_as,omitempty" maxLength:"200"`
	Subtree  bool   `json:"subtree,omitempty"`
	Holding  string `json:"holding,omitempty" maxLength:"300" doc:"that ends, or is delegated"`
}

type moveIn struct{ Body NewDecision }

type made struct {
	Body struct {
		ID string `json:"id"`
	}
}

func (o operations) enterMove(ctx context.Context, in *moveIn) (*made, error) {
	id, err := o.svc.EnterMove(ctx, identity.From(ctx), core.Decision(in.Body))
	if err != nil {
		return nil, err
	}
	out := &made{}
	out.Body.ID = id
	return out, nil
}

type effectOut struct {
	Body struct {
		Ends  []Holding `json:"ends"`
		Gives *Holding  `json:"gives,omitempty"`
		Work  int       `json:"work" doc:"pieces that need new hands"`
	}
}

func (o operations) previewMove(ctx context.Context, in *moveIn) (*effectOut, error) {
	e, err := o.svc.PreviewMove(ctx, identity.From(ctx), core.Decision(in.Body))
	if err != nil {
		return nil, err
	}
	out := &effectOut{}
	out.Body.Ends, out.Body.Work = []Holding{}, e.Held
	for _, h := range e.Ends {
		out.Body.Ends = append(out.Body.Ends, holding(h, o.svc.DB.Now()))
	}
	if e.Gives != nil {
		h := holding(*e.Gives, o.svc.DB.Now())
		out.Body.Gives = &h
	}
	return out, nil
}

type oneIn struct {
	ID string `path:"id" maxLength:"100"`
}

func (o operations) withdrawMove(ctx context.Context, in *oneIn) (*nothing, error) {
	return nil, o.svc.WithdrawMove(ctx, identity.From(ctx), in.ID)
}

// WorkLeft is the work of one official in one unit.
type WorkLeft struct {
	ID      string  `json:"id"`
	Account string  `json:"account"`
	Name    string  `json:"name"`
	Unit    orgs.ID `json:"unit"`
	From    string  `json:"from" doc:"the first day without the post"`
	Count   int     `json:"count"`
	Overdue int     `json:"overdue"`
}

func left(h core.Handover) WorkLeft {
	return WorkLeft{h.ID, h.Who.Account, h.Who.Name, h.Unit, h.From, h.Count, h.Overdue}
}

type afterIn struct {
	After string `query:"after" maxLength:"100" doc:"next of the page before"`
}

type handoversOut struct {
	Body struct {
		Items []WorkLeft `json:"items"`
		Next  string     `json:"next,omitempty" doc:"send it as after"`
	}
}

func (o operations) listHandovers(ctx context.Context, in *afterIn) (*handoversOut, error) {
	p, err := o.svc.ListHandovers(ctx, identity.From(ctx), in.After)
	out := &handoversOut{}
	out.Body.Items, out.Body.Next = []WorkLeft{}, p.Next
	for _, h := range p.Items {
		out.Body.Items = append(out.Body.Items, left(h))
	}
	return out, err
}

// Piece is a piece of work in hand.
type Piece struct {
	ID   string  `json:"id"`
	Code string  `json:"code" doc:"of the dossier"`
	Step string  `json:"step"`
	Unit orgs.ID `json:"unit"`
	Due  db.Time `json:"due"`
}

type handoverOut struct {
	Body struct {
		WorkLeft
		Pieces []Piece  `json:"pieces"`
		Takers []string `json:"takers" doc:"logins of who could take it"`
	}
}

func (o operations) getHandover(ctx context.Context, in *oneIn) (*handoverOut, error) {
	p, err := o.svc.GetHandover(ctx, identity.From(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	out := &handoverOut{}
	out.Body.WorkLeft, out.Body.Pieces, out.Body.Takers = left(p.Handover), []Piece{}, []string{}
	for _, w := range p.Work {
		out.Body.Pieces = append(out.Body.Pieces, Piece{w.ID, w.Code, w.Step.VI, w.Unit, w.Due})
	}
	for _, t := range p.Takes {
		out.Body.Takers = append(out.Body.Takers, t.Login)
	}
	return out, nil
}

type handIn struct {
	ID   string `path:"id" maxLength:"100"`
	Body struct {
		Pieces []string `json:"pieces" maxItems:"2000"`
		To     string   `json:"to" maxLength:"100" doc:"login"`
	}
}

type failed struct {
	ID   string `json:"id"`
	Code string `json:"code" doc:"why it stays"`
}

type handedOut struct {
	Body struct {
		Done   int      `json:"done"`
		Failed []failed `json:"failed"`
		Left   int      `json:"left"`
	}
}

func (o operations) handOver(ctx context.Context, in *handIn) (*handedOut, error) {
	h, err := o.svc.HandOver(ctx, identity.From(ctx), in.ID, in.Body.Pieces, in.Body.To)
	if err != nil {
		return nil, err
	}
	out := &handedOut{}
	out.Body.Done, out.Body.Left, out.Body.Failed = h.Done, h.Left, []failed{}
	for _, f := range h.Failed {
		out.Body.Failed = append(out.Body.Failed, failed{f.ID, web.Problem(f.Err).Code})
	}
	return out, nil
}
