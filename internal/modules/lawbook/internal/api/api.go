// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package api serves the library of legal documents as JSON.
package api

import (
	"context"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/law"
	"tinhso.vn/internal/modules/lawbook"
	"tinhso.vn/internal/modules/lawbook/internal/core"
	"tinhso.vn/internal/platform/web"
)

// Routes returns the operations.
func Routes(s *core.Service) []web.Route {
	o := operations{svc: s}
	return []web.Route{
		web.Operation("GET /api/v1/legal-documents", "List or search legal documents, the newest first", web.Public(), o.list),
		web.Operation("GET /api/v1/legal-documents/{id}", "Get a legal document with its relations and what rests on it", web.Public(), o.get),
		web.Operation("GET /api/v1/legal-changes", "What changed in the law on a day", web.Public(), o.changes),
		web.Operation("GET /api/v1/legal-review", "List rules that rest on documents which do not hold", web.Public(), o.review),
	}
}

type operations struct{ svc *core.Service }

type listIn struct {
	Q     string `query:"q" maxLength:"300" doc:"Words of number, title and issuer, with or without marks"`
	Kind  string `query:"kind" maxLength:"30" doc:"law, resolution, decree, decision, circular, …"`
	State string `query:"state" enum:"valid,assumed,coming,superseded,ended"`
	Day   string `query:"day" maxLength:"10" doc:"State on this day, YYYY-MM-DD; today when absent"`
	After string `query:"after" maxLength:"100" doc:"next of the page before"`
}

// LegalDocument is a document in a list.
type LegalDocument struct {
	ID       law.ID    `json:"id"`
	Number   string    `json:"number"`
	Kind     string    `json:"kind"`
	Issuer   string    `json:"issuer"`
	Title    i18n.Text `json:"title"`
	Signed   string    `json:"signed,omitempty" doc:"YYYY-MM-DD; absent where no source says"`
	From     string    `json:"valid_from,omitempty" doc:"First day; absent where it is not known"`
	To       string    `json:"valid_to,omitempty" doc:"Last day; absent where none is known"`
	State    law.State `json:"state" enum:"valid,assumed,coming,superseded,ended" doc:"assumed: nobody states the first day; superseded: replaced, nobody states since when"`
	Verified bool      `json:"verified"`
	Source   string    `json:"source,omitempty"`
}

func document(d law.Standing) LegalDocument {
	return LegalDocument{
		ID: d.ID, Number: d.Number, Kind: d.Kind, Issuer: d.Issuer, Title: d.Title, Signed: d.Signed.String(), From: d.From.String(),
		To: d.To.String(), State: d.State, Verified: d.Verified, Source: d.Source,
	}
}

// LegalRelation is a document and how another one stands to it.
type LegalRelation struct {
	Kind     law.Tie       `json:"kind" enum:"replaces,amends,guides,abolishes"`
	Document LegalDocument `json:"document"`
}

func relations(all []core.Linked) []LegalRelation {
	out := make([]LegalRelation, len(all))
	for i, l := range all {
		out[i] = LegalRelation{l.Kind, document(l.Standing)}
	}
	return out
}

// LegalCitation is a rule that rests on a document.
type LegalCitation struct {
	Kind lawbook.Kind `json:"kind" enum:"procedure,fee,form,flow,holiday,retention"`
	Name i18n.Text    `json:"name"`
	Path string       `json:"path,omitempty"`
}

func citations(all []lawbook.Citation) []LegalCitation {
	out := make([]LegalCitation, len(all))
	for i, c := range all {
		out[i] = LegalCitation{c.Kind, c.Name, c.Path}
	}
	return out
}

type listOut struct {
	Body struct {
		Items []LegalDocument `json:"items"`
		Total int64           `json:"total"`
		Next  law.ID          `json:"next,omitempty" doc:"send it as after"`
	}
}

func (o operations) list(ctx context.Context, in *listIn) (*listOut, error) {
	day, err := o.svc.Day(in.Day)
	if err != nil {
		return nil, err
	}
	found, err := o.svc.List(ctx, core.Filter{Question: in.Q, Kind: in.Kind, State: law.State(in.State), Day: day}, law.ID(in.After))
	if err != nil {
		return nil, err
	}
	out := &listOut{}
	out.Body.Items, out.Body.Total, out.Body.Next = []LegalDocument{}, found.Total, found.Next
	for _, d := range found.Items {
		out.Body.Items = append(out.Body.Items, document(d))
	}
	return out, nil
}

type getIn struct {
	ID  string `path:"id" maxLength:"100"`
	Day string `query:"day" maxLength:"10" doc:"State on this day, YYYY-MM-DD; today when absent"`
}

type getOut struct {
	Body struct {
		LegalDocument
		To    []LegalRelation `json:"to" doc:"What it does to others"`
		By    []LegalRelation `json:"by" doc:"What others do to it"`
		Cited []LegalCitation `json:"cited" doc:"Rules of today that rest on it"`
	}
}

func (o operations) get(ctx context.Context, in *getIn) (*getOut, error) {
	day, err := o.svc.Day(in.Day)
	if err != nil {
		return nil, err
	}
	d, err := o.svc.Get(ctx, law.ID(in.ID), day)
	if err != nil {
		return nil, err
	}
	out := &getOut{}
	out.Body.LegalDocument, out.Body.To, out.Body.By = document(d.Standing), relations(d.To), relations(d.By)
	out.Body.Cited = citations(d.Cited)
	return out, nil
}

type changesIn struct {
	Day string `query:"day" maxLength:"10" doc:"YYYY-MM-DD; today when absent"`
}

// LegalMove is a document that began or ended, with the rules that rest on it.
type LegalMove struct {
	LegalDocument
	Cited []LegalCitation `json:"cited"`
}

func moves(all []core.Moved) []LegalMove {
	out := make([]LegalMove, len(all))
	for i, m := range all {
		out[i] = LegalMove{document(m.Standing), citations(m.Cited)}
	}
	return out
}

type changesOut struct {
	Body struct {
		Day    string      `json:"day"`
		Begin  []LegalMove `json:"begin" doc:"In force from this day on"`
		Ended  []LegalMove `json:"ended" doc:"No longer in force on this day"`
		Before string      `json:"before,omitempty" doc:"The day before it on which something changed"`
		After  string      `json:"after,omitempty"`
	}
}

func (o operations) changes(ctx context.Context, in *changesIn) (*changesOut, error) {
	day, err := o.svc.Day(in.Day)
	if err != nil {
		return nil, err
	}
	c, err := o.svc.ChangesOn(ctx, day)
	if err != nil {
		return nil, err
	}
	out := &changesOut{}
	out.Body.Day, out.Body.Begin, out.Body.Ended = c.Day.String(), moves(c.Begin), moves(c.Ended)
	out.Body.Before, out.Body.After = c.Before.String(), c.After.String()
	return out, nil
}

// LegalStale is a rule and the document that does not hold.
type LegalStale struct {
	Rule     LegalCitation `json:"rule"`
	Document LegalDocument `json:"document"`
}

type reviewOut struct {
	Body struct {
		Items []LegalStale `json:"items"`
	}
}

func (o operations) review(ctx context.Context, _ *struct{}) (*reviewOut, error) {
	all, err := o.svc.Review(ctx)
	if err != nil {
		return nil, err
	}
	out := &reviewOut{}
	out.Body.Items = []LegalStale{}
	for _, s := range all {
		out.Body.Items = append(out.Body.Items, LegalStale{LegalCitation{s.Kind, s.Name, s.Path}, document(s.Doc)})
	}
	return out, nil
}
