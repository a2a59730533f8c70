// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package api

import (
	"bytes"
	"context"
	"errors"
	"io"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/persons"
	"tinhso.vn/internal/modules/persons/internal/core"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/web"
)

// asked are requests to represent somebody, papers and deaths.
func (o operations) asked() []web.Route {
	act, register := needs(persons.PermAct), needs(persons.PermRegister)
	return []web.Route{
		web.Operation("GET /api/v1/representations/asked", "What one has asked for online, the newest first", act, o.myRequests),
		web.Operation("POST /api/v1/representations/asked", "Say, with the paper, that one represents somebody: an official looks at it", act, o.ask),
		web.Operation("POST /api/v1/representations/asked/{id}/withdraw", "Take back what one has asked for", act, o.withdraw),
		web.Operation("GET /api/v1/representation-requests", "Requests that wait for an official to look at the paper", register, o.requests),
		web.Operation("GET /api/v1/representation-requests/{id}", "One request", needs(persons.PermRegister, persons.PermConfirm), o.oneRequest),
		web.Operation("POST /api/v1/representation-requests/{id}/decide", "Take on what was asked for, or turn it down with the reason", register, o.decideRequest),
		web.Operation("GET /api/v1/representations/{id}/paper", "The paper of a right, base64", needs(persons.PermAct, persons.PermFind, persons.PermRegister, persons.PermConfirm), o.paper),
		web.Operation("GET /api/v1/representation-papers", "The papers of a dossier, of which one may be what gives a right", register, o.papers),
	}
}

func (o operations) one(ctx context.Context, in *personIn) (*oneOut, error) {
	r, err := o.svc.GetRight(ctx, identity.From(ctx), in.ID)
	return &oneOut{Body: right(r)}, err
}

type oneOut struct{ Body Right }

// Request is what somebody has asked for.
type Request struct {
	ID         string      `json:"id"`
	State      string      `json:"state" enum:"waiting,taken,refused,withdrawn"`
	Agent      Found       `json:"agent"`
	Kind       string      `json:"kind"`
	Name       string      `json:"name" doc:"of who is represented, as it was said"`
	Number     string      `json:"number"`
	Known      *Found      `json:"known,omitempty" doc:"the person of that number, where there is one"`
	Basis      string      `json:"basis"`
	Paper      paperBody   `json:"paper"`
	Every      bool        `json:"every,omitempty"`
	Procedures []i18n.Text `json:"procedures,omitempty"`
	Fields     []i18n.Text `json:"fields,omitempty"`
	Acts       []string    `json:"acts"`
	From       string      `json:"from"`
	Until      string      `json:"until,omitempty"`
	Unit       i18n.Text   `json:"unit"`
	At         db.Time     `json:"at"`
	History    []eventBody `json:"history,omitempty"`
}

func request(r core.Request) Request {
	out := Request{
		ID: r.ID, State: r.State, Agent: found(r.Agent), Kind: string(r.Kind), Name: r.Name, Number: r.Number, Basis: string(r.Basis), Paper: paperBody(r.Paper),
		Every: r.Every, Procedures: r.Procedures, Fields: r.Fields, Acts: []string{}, From: r.From, Until: r.Until, Unit: r.Unit, At: r.At, History: history(r.Events),
	}
	for _, a := range r.Acts {
		out.Acts = append(out.Acts, string(a))
	}
	if r.Known != nil {
		known := found(*r.Known)
		out.Known = &known
	}
	return out
}

type requestsOut struct {
	Body struct {
		Items []Request `json:"items"`
		Next  string    `json:"next,omitempty"`
	}
}

func requests(p core.Page[core.Request], err error) (*requestsOut, error) {
	out := &requestsOut{}
	out.Body.Items, out.Body.Next = []Request{}, p.Next
	for _, r := range p.Items {
		out.Body.Items = append(out.Body.Items, request(r))
	}
	return out, err
}

func (o operations) myRequests(ctx context.Context, in *PageIn) (*requestsOut, error) {
	return requests(o.svc.ListMyRequests(ctx, identity.From(ctx), in.After))
}

func (o operations) requests(ctx context.Context, in *PageIn) (*requestsOut, error) {
	return requests(o.svc.ListRequests(ctx, identity.From(ctx), in.After))
}

type requestOut struct{ Body Request }

func (o operations) oneRequest(ctx context.Context, in *OneIn) (*requestOut, error) {
	r, err := o.svc.GetRequest(ctx, identity.From(ctx), in.ID)
	return &requestOut{Body: request(r)}, err
}

type askIn struct {
	Body struct {
		Grant
		Represented whoBody `json:"represented,omitzero"`
		Unit        string  `json:"unit,omitempty" maxLength:"80" doc:"ward, commune or special zone whose counter looks at it"`
		FileName    string  `json:"file_name,omitempty" maxLength:"400"`
		File        []byte  `json:"file,omitempty" doc:"the paper, base64"`
	}
}

func (o operations) ask(ctx context.Context, in *askIn) (*madeOut, error) {
	b := in.Body
	g := b.Grant.core()
	a := core.Asking{
		Represented: b.Represented.core(), Basis: g.Basis, Paper: g.Paper, Limits: g.Limits, From: g.From, Until: g.Until, Unit: b.Unit,
	}
	if len(b.File) > 0 {
		a.Scan = core.Scan{Name: b.FileName, Content: bytes.NewReader(b.File)}
	}
	return made(o.svc.AskRepresentation(ctx, identity.From(ctx), a))
}

func (o operations) withdraw(ctx context.Context, in *OneIn) (*nothing, error) {
	return nil, o.svc.WithdrawRequest(ctx, identity.From(ctx), in.ID)
}

func (o operations) decideRequest(ctx context.Context, in *confirmIn) (*nothing, error) {
	return nil, o.svc.DecideRequest(ctx, identity.From(ctx), in.ID, in.Body.Right, in.Body.Words)
}

type paperOut struct {
	Body struct {
		Name string `json:"name"`
		Type string `json:"type"`
		File []byte `json:"file" doc:"base64"`
	}
}

func (o operations) paper(ctx context.Context, in *personIn) (out *paperOut, err error) {
	content, f, err := o.svc.OpenPaper(ctx, identity.From(ctx), in.ID, access.Purpose(in.Purpose))
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, content.Close()) }()
	out = &paperOut{}
	out.Body.Name, out.Body.Type = f.Name, string(f.Type)
	out.Body.File, err = io.ReadAll(io.LimitReader(content, core.MaxFile+1))
	return out, err
}

type papersIn struct {
	Code string `query:"code" maxLength:"100" doc:"of the dossier"`
}

type givenBody struct {
	Dossier string `json:"dossier"`
	File    string `json:"file"`
	Name    string `json:"name"`
	Paper   string `json:"paper"`
}

type papersOut struct {
	Body struct {
		Items []givenBody `json:"items"`
	}
}

func (o operations) papers(ctx context.Context, in *papersIn) (*papersOut, error) {
	all, err := o.svc.ListPapers(ctx, identity.From(ctx), in.Code)
	out := &papersOut{}
	out.Body.Items = []givenBody{}
	for _, g := range all {
		out.Body.Items = append(out.Body.Items, givenBody(g))
	}
	return out, err
}

type readingsIn struct {
	OneIn
	PageIn
}

type readingBody struct {
	Who     string    `json:"who,omitempty"`
	Unit    i18n.Text `json:"unit"`
	At      time.Time `json:"at"`
	Event   string    `json:"event"`
	Purpose string    `json:"purpose"`
}

type readingsOut struct {
	Body struct {
		Items []readingBody `json:"items"`
		Next  string        `json:"next,omitempty"`
	}
}

func (o operations) readings(ctx context.Context, in *readingsIn) (*readingsOut, error) {
	p, err := o.svc.ListReadings(ctx, identity.From(ctx), in.ID, in.After)
	out := &readingsOut{}
	out.Body.Items, out.Body.Next = []readingBody{}, p.Next
	for _, r := range p.Items {
		out.Body.Items = append(out.Body.Items, readingBody{r.Who, r.Unit, r.At, string(r.Event), string(r.Purpose)})
	}
	return out, err
}

// Death is that somebody has died.
type Death struct {
	ID      string      `json:"id"`
	State   string      `json:"state" enum:"checking,confirmed,refused,withdrawn"`
	Who     Found       `json:"who"`
	Day     string      `json:"day"`
	Paper   paperBody   `json:"paper"`
	History []eventBody `json:"history,omitempty"`
}

func death(d core.Death) Death {
	return Death{ID: d.ID, State: d.State, Who: found(d.Who), Day: d.Day, Paper: paperBody(d.Paper), History: history(d.Events)}
}

type deathsOut struct {
	Body struct {
		Items []Death `json:"items"`
		Next  string  `json:"next,omitempty"`
	}
}

func (o operations) deaths(ctx context.Context, in *PageIn) (*deathsOut, error) {
	p, err := o.svc.ListDeaths(ctx, identity.From(ctx), in.After)
	out := &deathsOut{}
	out.Body.Items, out.Body.Next = []Death{}, p.Next
	for _, d := range p.Items {
		out.Body.Items = append(out.Body.Items, death(d))
	}
	return out, err
}

type diedIn struct {
	OneIn
	Body struct {
		Day   string    `json:"day,omitempty" maxLength:"10"`
		Paper paperBody `json:"paper,omitzero"`
	}
}

func (o operations) registerDeath(ctx context.Context, in *diedIn) (*madeOut, error) {
	return made(o.svc.RegisterDeath(ctx, identity.From(ctx), in.ID, core.Died{Day: in.Body.Day, Paper: core.Paper(in.Body.Paper)}))
}

func (o operations) decideDeath(ctx context.Context, in *confirmIn) (*nothing, error) {
	return nil, o.svc.DecideDeath(ctx, identity.From(ctx), in.ID, in.Body.Right, in.Body.Words)
}

func (o operations) revokeDeath(ctx context.Context, in *wordsIn) (*nothing, error) {
	return nil, o.svc.RevokeDeath(ctx, identity.From(ctx), in.ID, in.Body.Words)
}

type claimOut struct{ Body claimBody }

func (o operations) oneClaim(ctx context.Context, in *OneIn) (*claimOut, error) {
	c, err := o.svc.GetClaim(ctx, identity.From(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	return &claimOut{Body: claims([]core.Claim{c})[0]}, nil
}

func (o operations) oneMerge(ctx context.Context, in *OneIn) (*mergeOut, error) {
	m, err := o.svc.GetMerge(ctx, identity.From(ctx), in.ID)
	return &mergeOut{Body: merge(m)}, err
}
