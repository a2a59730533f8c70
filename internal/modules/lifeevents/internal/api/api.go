// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package api offers linked dossiers to programs.
package api

import (
	"context"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/lifeevents"
	"tinhso.vn/internal/modules/lifeevents/internal/core"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/web"
)

// Routes returns the operations.
func Routes(svc *core.Service) []web.Route {
	o := operations{svc}
	own, mend := web.Needs(string(lifeevents.PermOwn)), web.Needs(string(lifeevents.PermMend))
	office := web.Needs(string(lifeevents.PermView), string(lifeevents.PermMend))
	return []web.Route{
		web.Operation("GET /api/v1/me/life-events/{dossier}", "How far a linked declaration of one's own has come", own, o.own),
		web.Operation("GET /api/v1/life-events", "Linked dossiers of the unit in a state; nobody is named", office, o.list),
		web.Operation("GET /api/v1/life-events/{dossier}", "A linked dossier: what each partner is told and has said; recorded", office, o.get),
		web.Operation("POST /api/v1/life-events/{dossier}/legs/{leg}/mend", "Put other values in the place of what is known and send a leg again", mend, o.mend),
		web.Operation("POST /api/v1/life-events/{dossier}/legs/{leg}/close", "End a leg that is stuck: it is filed separately", mend, o.end),
		web.Operation("POST /api/v1/life-events/{dossier}/legs/{leg}/take-back", "Take a leg back, and those that lean on it", mend, o.takeBack),
	}
}

type operations struct{ svc *core.Service }

// LinkedLeg is where a leg of a linked dossier stands.
type LinkedLeg struct {
	Leg       string            `json:"leg"`
	Name      string            `json:"name"`
	State     string            `json:"state" enum:"waiting,sending,filed,stuck,done,closed,cancelling,cancelled,skipped"`
	Reference string            `json:"reference,omitempty" doc:"by which the partner knows it"`
	Why       string            `json:"why,omitempty" doc:"it is stuck: refused, silent, more, rejected, needs, not_back"`
	Reason    string            `json:"reason,omitempty" doc:"a person closed it or took it back"`
	Due       db.Time           `json:"due,omitzero"`
	Ended     db.Time           `json:"ended,omitzero"`
	Given     map[string]string `json:"given,omitempty" doc:"what the partner gave"`
	Version   int               `json:"version"`
	Words     string            `json:"words,omitempty" doc:"what the partner said; officials alone see it"`
	Told      []LinkedField     `json:"told,omitempty" doc:"what the partner is told; officials alone see it"`
}

// LinkedField is one thing that a partner is told.
type LinkedField struct {
	Name   string `json:"name"`
	Label  string `json:"label"`
	Value  string `json:"value"`
	Mended bool   `json:"mended"`
}

// LinkedDossier is a linked dossier.
type LinkedDossier struct {
	Dossier string      `json:"dossier"`
	Code    string      `json:"code"`
	Bundle  string      `json:"bundle"`
	Name    string      `json:"name"`
	State   string      `json:"state" enum:"stuck,open,done,ended"`
	Result  string      `json:"result,omitempty" doc:"number of the first part"`
	Legs    []LinkedLeg `json:"legs"`
}

func dossierOf(p core.Progress, detail *core.Detail, given bool) LinkedDossier {
	out := LinkedDossier{Dossier: p.Dossier, Code: p.Code, Bundle: p.Definition.ID, Name: p.Definition.Name.VI, State: string(p.State), Result: p.Number, Legs: []LinkedLeg{}}
	for _, part := range p.Parts {
		at := part.At
		l := LinkedLeg{Leg: part.ID, Name: part.Name.VI, State: string(at.State), Reference: at.Reference, Why: string(at.Why), Reason: at.Reason, Due: at.Due, Ended: at.Ended, Version: at.Version}
		if given {
			l.Given = at.Given
		}
		if detail != nil {
			l.Words = at.Words
			for _, f := range detail.Told[part.ID] {
				l.Told = append(l.Told, LinkedField{f.Name, f.Label.VI, f.Value, f.Mended})
			}
		}
		out.Legs = append(out.Legs, l)
	}
	return out
}

type dossierIn struct {
	Dossier string `path:"dossier" maxLength:"100"`
}

type dossierOut struct{ Body LinkedDossier }

func (o operations) own(ctx context.Context, in *dossierIn) (*dossierOut, error) {
	p, err := o.svc.Own(ctx, identity.From(ctx), in.Dossier)
	return &dossierOut{dossierOf(p, nil, true)}, err
}

func (o operations) get(ctx context.Context, in *dossierIn) (*dossierOut, error) {
	d, err := o.svc.Get(ctx, identity.From(ctx), in.Dossier)
	return &dossierOut{dossierOf(d.Progress, &d, true)}, err
}

type listIn struct {
	State  string `query:"state" enum:"stuck,open,done,ended" default:"stuck"`
	Before string `query:"before" maxLength:"100"`
}

type listOut struct {
	Body struct {
		Items []LinkedDossier `json:"items"`
		Next  string          `json:"next,omitempty"`
	}
}

func (o operations) list(ctx context.Context, in *listIn) (*listOut, error) {
	all, next, err := o.svc.List(ctx, identity.From(ctx), lifeevents.Standing(in.State), in.Before)
	out := &listOut{}
	out.Body.Items, out.Body.Next = []LinkedDossier{}, next
	for _, p := range all {
		out.Body.Items = append(out.Body.Items, dossierOf(p, nil, false))
	}
	return out, err
}

type mendIn struct {
	Dossier string `path:"dossier" maxLength:"100"`
	Leg     string `path:"leg" maxLength:"100"`
	Body    struct {
		Version int               `json:"version" doc:"of the leg as it was read"`
		Values  map[string]string `json:"values" doc:"by the names of the partner"`
	}
}

type nothing struct{}

func (o operations) mend(ctx context.Context, in *mendIn) (*nothing, error) {
	return nil, o.svc.Mend(ctx, identity.From(ctx), in.Dossier, in.Leg, in.Body.Version, in.Body.Values)
}

type reasonIn struct {
	Dossier string `path:"dossier" maxLength:"100"`
	Leg     string `path:"leg" maxLength:"100"`
	Body    struct {
		Version int    `json:"version" doc:"of the leg as it was read"`
		Reason  string `json:"reason" maxLength:"2000"`
	}
}

func (o operations) end(ctx context.Context, in *reasonIn) (*nothing, error) {
	return nil, o.svc.Close(ctx, identity.From(ctx), in.Dossier, in.Leg, in.Body.Version, in.Body.Reason)
}

func (o operations) takeBack(ctx context.Context, in *reasonIn) (*nothing, error) {
	return nil, o.svc.TakeBack(ctx, identity.From(ctx), in.Dossier, in.Leg, in.Body.Version, in.Body.Reason)
}
