// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package api serves who acts for whom and who is the same person, as JSON.
package api

import (
	"bytes"
	"context"
	"slices"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/persons"
	"tinhso.vn/internal/modules/persons/internal/core"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/web"
)

// Routes returns the operations.
func Routes(s *core.Service) []web.Route {
	o := operations{svc: s}
	return slices.Concat(o.rights(), o.people(), o.asked())
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

func (o operations) rights() []web.Route {
	act, register := needs(persons.PermAct), needs(persons.PermRegister)
	return []web.Route{
		web.Operation("GET /api/v1/acting", "For whom one may work, and for whom this session does", act, o.choices),
		web.Operation("PUT /api/v1/acting", "Say for whom this session works from now on", act, o.choose),
		web.Operation("GET /api/v1/representations", "By which rights one acts for others, the newest first", act, o.mine),
		web.Operation("GET /api/v1/representations/granted", "By which rights others act for oneself, or for whom one represents by law", act, o.granted),
		web.Operation("POST /api/v1/representations", "Let somebody act for oneself, or for whom one represents by law", act, o.offer),
		web.Operation("POST /api/v1/representations/{id}/answer", "Take on or turn down what one was offered", act, o.answer),
		web.Operation("POST /api/v1/representations/{id}/end", "End a right at once", needs(persons.PermAct, persons.PermRegister), o.end),
		web.Operation("POST /api/v1/representations/registered", "Keep a right that was brought to the counter with its paper", register, o.register),
		web.Operation("GET /api/v1/representations/checking", "What colleagues have registered and a second official looks at", needs(persons.PermConfirm), o.checking),
		web.Operation("GET /api/v1/representations/{id}", "One right with its history", needs(persons.PermAct, persons.PermFind, persons.PermRegister, persons.PermConfirm), o.one),
		web.Operation("POST /api/v1/representations/{id}/confirm", "Confirm or refuse what a colleague has registered", needs(persons.PermConfirm), o.confirm),
	}
}

type choiceBody struct {
	Person string `json:"person"`
	Kind   string `json:"kind"`
	Name   string `json:"name"`
	Chosen bool   `json:"chosen,omitempty"`
	Over   bool   `json:"over,omitempty" doc:"chosen, and the right has ended since"`
}

type choicesOut struct {
	Body struct {
		Items    []choiceBody `json:"items"`
		MayGrant bool         `json:"may_grant,omitempty" doc:"one may let others act for whom the session works for"`
	}
}

func (o operations) choices(ctx context.Context, _ *nothing) (*choicesOut, error) {
	all, err := o.svc.ListChoices(ctx, identity.From(ctx))
	if err != nil {
		return nil, err
	}
	out := &choicesOut{}
	out.Body.MayGrant, err = o.svc.MayGrant(ctx, identity.From(ctx))
	out.Body.Items = []choiceBody{}
	for _, c := range all {
		out.Body.Items = append(out.Body.Items, choiceBody{c.ID, string(c.Kind), c.Name, c.Chosen, c.Over})
	}
	return out, err
}

type chooseIn struct {
	Body struct {
		Person string `json:"person,omitempty" maxLength:"40" doc:"empty: oneself"`
	}
}

func (o operations) choose(ctx context.Context, in *chooseIn) (*nothing, error) {
	return nil, o.svc.ChooseFor(ctx, identity.From(ctx), in.Body.Person)
}

type paperBody struct {
	Number string `json:"number,omitempty" maxLength:"400"`
	Date   string `json:"date,omitempty" maxLength:"10"`
	Issuer string `json:"issuer,omitempty" maxLength:"800"`
}

type eventBody struct {
	What  string  `json:"what"`
	Who   string  `json:"who,omitempty"`
	Words string  `json:"words,omitempty"`
	At    db.Time `json:"at"`
}

// Right is a representation.
type Right struct {
	ID          string      `json:"id"`
	Represented string      `json:"represented"`
	Agent       string      `json:"agent"`
	Basis       string      `json:"basis" enum:"law,contract,authorisation,parent,guardian"`
	Paper       paperBody   `json:"paper"`
	Every       bool        `json:"every,omitempty" doc:"about all procedures"`
	Procedures  []i18n.Text `json:"procedures,omitempty"`
	Fields      []i18n.Text `json:"fields,omitempty"`
	Acts        []string    `json:"acts"`
	From        db.Time     `json:"from"`
	Until       *db.Time    `json:"until,omitempty" doc:"the first moment after"`
	State       string      `json:"state" enum:"checking,offered,active,coming,over,refused,ended"`
	How         string      `json:"how" enum:"online,counter"`
	MayAnswer   bool        `json:"may_answer,omitempty"`
	MayEnd      bool        `json:"may_end,omitempty"`
	MayConfirm  bool        `json:"may_confirm,omitempty"`
	History     []eventBody `json:"history,omitempty"`
}

func right(r core.Right) Right {
	out := Right{
		ID: r.ID, Represented: r.Represented.Name, Agent: r.Agent.Name, Basis: string(r.Basis), Paper: paperBody(r.Paper), Every: r.Every, Procedures: r.Procedures, Fields: r.Fields,
		From: r.From, State: r.State, How: r.How, MayAnswer: r.MayAnswer, MayEnd: r.MayEnd, MayConfirm: r.MayConfirm,
	}
	for _, a := range r.Acts {
		out.Acts = append(out.Acts, string(a))
	}
	if !r.Until.IsZero() {
		out.Until = &r.Until
	}
	out.History = history(r.Events)
	return out
}

// PageIn says where a list goes on.
type PageIn struct {
	After string `query:"after" maxLength:"400" doc:"next of the page before"`
}

type rightsOut struct {
	Body struct {
		Items []Right `json:"items"`
		Next  string  `json:"next,omitempty"`
	}
}

func rights(p core.Page[core.Right], err error) (*rightsOut, error) {
	out := &rightsOut{}
	out.Body.Items, out.Body.Next = []Right{}, p.Next
	for _, r := range p.Items {
		out.Body.Items = append(out.Body.Items, right(r))
	}
	return out, err
}

func (o operations) mine(ctx context.Context, in *PageIn) (*rightsOut, error) {
	return rights(o.svc.ListMine(ctx, identity.From(ctx), in.After))
}

func (o operations) granted(ctx context.Context, in *PageIn) (*rightsOut, error) {
	return rights(o.svc.ListGranted(ctx, identity.From(ctx), in.After))
}

func (o operations) checking(ctx context.Context, in *PageIn) (*rightsOut, error) {
	return rights(o.svc.ListChecking(ctx, identity.From(ctx), in.After))
}

type whoBody struct {
	Kind   string `json:"kind,omitempty" enum:"individual,organisation,"`
	Name   string `json:"name,omitempty" maxLength:"1000"`
	Number string `json:"number,omitempty" maxLength:"100" doc:"personal number or tax code"`
	Born   string `json:"born,omitempty" maxLength:"10"`
	Phone  string `json:"phone,omitempty" maxLength:"100"`
}

func (w whoBody) core() core.Who {
	return core.Who{Kind: identity.PersonKind(w.Kind), Name: w.Name, Number: w.Number, Born: w.Born, Phone: w.Phone}
}

// Grant is a right to act that is asked for; exported, or huma does not see its parts.
type Grant struct {
	Agent      whoBody   `json:"agent,omitzero"`
	Basis      string    `json:"basis,omitempty" maxLength:"20" doc:"authorisation or contract; at the counter also law"`
	Paper      paperBody `json:"paper,omitzero"`
	Every      bool      `json:"every,omitempty"`
	Procedures []string  `json:"procedures,omitempty" maxItems:"500"`
	Fields     []string  `json:"fields,omitempty" maxItems:"500"`
	Acts       []string  `json:"acts,omitempty" maxItems:"20" doc:"see, prepare, file, pay, receive"`
	From       string    `json:"from,omitempty" maxLength:"10" doc:"first day; empty: today"`
	Until      string    `json:"until,omitempty" maxLength:"10" doc:"last day; it ends at midnight"`
}

func (g Grant) core() core.Grant {
	out := core.Grant{
		Agent: g.Agent.core(), Basis: persons.Basis(g.Basis), Paper: core.Paper(g.Paper), From: g.From, Until: g.Until,
		Limits: core.Limits{Every: g.Every, Procedures: g.Procedures, Fields: g.Fields},
	}
	for _, a := range g.Acts {
		out.Limits.Acts = append(out.Limits.Acts, access.Act(a))
	}
	return out
}

type offerIn struct{ Body Grant }

type madeOut struct {
	Body struct {
		ID string `json:"id"`
	}
}

func made(id string, err error) (*madeOut, error) {
	if err != nil {
		return nil, err
	}
	out := &madeOut{}
	out.Body.ID = id
	return out, nil
}

func (o operations) offer(ctx context.Context, in *offerIn) (*madeOut, error) {
	return made(o.svc.OfferRepresentation(ctx, identity.From(ctx), in.Body.core()))
}

type registerIn struct {
	Body struct {
		Grant
		Represented whoBody `json:"represented,omitzero"`
		Accepted    bool    `json:"accepted,omitempty" doc:"the agent stood there too and took it on"`
		FileName    string  `json:"file_name,omitempty" maxLength:"400"`
		File        []byte  `json:"file,omitempty" doc:"the paper, base64"`
		Dossier     string  `json:"dossier,omitempty" maxLength:"40" doc:"of which the paper is taken"`
		DossierFile string  `json:"dossier_file,omitempty" maxLength:"40"`
	}
}

func (o operations) register(ctx context.Context, in *registerIn) (*madeOut, error) {
	r := core.Registration{Represented: in.Body.Represented.core(), Grant: in.Body.Grant.core(), Accepted: in.Body.Accepted}
	if len(in.Body.File) > 0 {
		r.Scan = core.Scan{Name: in.Body.FileName, Content: bytes.NewReader(in.Body.File)}
	} else {
		r.Scan = core.Scan{Dossier: in.Body.Dossier, File: in.Body.DossierFile}
	}
	return made(o.svc.RegisterRepresentation(ctx, identity.From(ctx), r))
}

// OneIn names a representation; exported, or huma does not see the parameter.
type OneIn struct {
	ID string `path:"id" maxLength:"40"`
}

type answerIn struct {
	OneIn
	Body struct {
		Accept bool `json:"accept,omitempty"`
	}
}

func (o operations) answer(ctx context.Context, in *answerIn) (*nothing, error) {
	return nil, o.svc.AnswerRepresentation(ctx, identity.From(ctx), in.ID, in.Body.Accept)
}

type confirmIn struct {
	OneIn
	Body struct {
		Right bool   `json:"right,omitempty"`
		Words string `json:"words,omitempty" maxLength:"2000"`
	}
}

func (o operations) confirm(ctx context.Context, in *confirmIn) (*nothing, error) {
	return nil, o.svc.ConfirmRepresentation(ctx, identity.From(ctx), in.ID, in.Body.Right, in.Body.Words)
}

type wordsIn struct {
	OneIn
	Body struct {
		Words string `json:"words,omitempty" maxLength:"2000"`
	}
}

func (o operations) end(ctx context.Context, in *wordsIn) (*nothing, error) {
	return nil, o.svc.EndRepresentation(ctx, identity.From(ctx), in.ID, in.Body.Words)
}
