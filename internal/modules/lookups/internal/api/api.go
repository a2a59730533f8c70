// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package api offers look-ups to programs.
package api

import (
	"context"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/lookups"
	"tinhso.vn/internal/modules/lookups/internal/core"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/web"
)

// Routes returns the operations.
func Routes(svc *core.Service) []web.Route {
	o := operations{svc}
	ask := web.Needs(string(lookups.PermAsk))
	return []web.Route{
		web.Operation("GET /api/v1/dossiers/{id}/lookups", "What may be looked up for a dossier, and what was answered; recorded", ask, o.list),
		web.Operation("POST /api/v1/dossiers/{id}/lookups/{source}/{use}", "Ask a database about a dossier; an answer that still stands is not asked for again", ask, o.ask),
		web.Operation("POST /api/v1/dossiers/{id}/lookups/{asked}/fields/{field}/take", "Put what the database says beside what was declared; both stay", ask, o.take),
	}
}

type operations struct{ svc *core.Service }

// LookupField is one field of an answer beside what was declared.
type LookupField struct {
	Field    string `json:"field"`
	Label    string `json:"label"`
	Value    string `json:"value"`
	Declared string `json:"declared,omitempty"`
	Differs  bool   `json:"differs"`
	Taken    bool   `json:"taken" doc:"the value of the database stands beside what was declared"`
}

// LookupQuestion is what may be asked about a dossier, with the last answer.
type LookupQuestion struct {
	Source  string        `json:"source"`
	Use     string        `json:"use"`
	Name    string        `json:"name"`
	About   string        `json:"about"`
	Purpose string        `json:"purpose"`
	Basis   string        `json:"basis"`
	Asked   string        `json:"asked,omitempty" doc:"id of the last question"`
	By      string        `json:"by,omitempty"`
	At      db.Time       `json:"at,omitzero"`
	Outcome string        `json:"outcome,omitempty" doc:"found, none, refused, down"`
	Fields  []LookupField `json:"fields" doc:"empty: there is no answer, or it is kept no more"`
}

func questionOf(q core.Question) LookupQuestion {
	out := LookupQuestion{
		Source: q.Source.ID, Use: q.Use.ID, Name: q.Source.Name.VI, About: q.Use.About.VI, Purpose: q.Source.Purpose, Basis: q.Source.Basis,
		Asked: q.ID, By: q.By, At: q.At, Outcome: string(q.Outcome), Fields: []LookupField{},
	}
	for _, l := range q.Lines {
		out.Fields = append(out.Fields, LookupField{l.Field.ID, l.Field.Label.VI, l.Value, l.Declared, l.Differs, l.Taken})
	}
	return out
}

type listIn struct {
	ID string `path:"id" maxLength:"100"`
}

type listOut struct {
	Body struct {
		Items []LookupQuestion `json:"items"`
	}
}

func (o operations) list(ctx context.Context, in *listIn) (*listOut, error) {
	all, err := o.svc.List(ctx, identity.From(ctx), in.ID)
	out := &listOut{}
	out.Body.Items = []LookupQuestion{}
	for _, q := range all {
		out.Body.Items = append(out.Body.Items, questionOf(q))
	}
	return out, err
}

type askIn struct {
	ID     string `path:"id" maxLength:"100"`
	Source string `path:"source" maxLength:"100"`
	Use    string `path:"use" maxLength:"100"`
}

type askOut struct{ Body LookupQuestion }

func (o operations) ask(ctx context.Context, in *askIn) (*askOut, error) {
	q, err := o.svc.Ask(ctx, identity.From(ctx), in.ID, in.Source, in.Use)
	return &askOut{questionOf(q)}, err
}

type takeIn struct {
	ID    string `path:"id" maxLength:"100"`
	Asked string `path:"asked" maxLength:"100"`
	Field string `path:"field" maxLength:"100"`
}

type nothing struct{}

func (o operations) take(ctx context.Context, in *takeIn) (*nothing, error) {
	return nil, o.svc.Take(ctx, identity.From(ctx), in.ID, in.Asked, in.Field)
}
