// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package api gives the catalogue of procedures to programs.
package api

import (
	"context"
	"encoding/json"

	"tinhso.vn/internal/kernel/forms"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/modules/procedures/internal/core"
	"tinhso.vn/internal/platform/web"
)

type operations struct{ svc *core.Service }

// Routes returns the operations.
func Routes(svc *core.Service) []web.Route {
	o := operations{svc}
	return []web.Route{
		web.Operation("GET /api/v1/procedures", "List or search procedures", web.Public(), o.list),
		web.Operation("GET /api/v1/procedures/{id}", "Get a procedure", web.Public(), o.get),
		web.Operation("GET /api/v1/procedures/{id}/versions", "The versions of a procedure, the last first, with what differs; also of one that was abolished", web.Public(), o.versions),
		web.Operation("GET /api/v1/procedures/{id}/offices", "Where a procedure is handed in today", web.Public(), o.offices),
	}
}

type listInput struct {
	Q         string `query:"q" maxLength:"300" doc:"Words of the name or everyday words, with or without marks. A search is not paged."`
	Field     string `query:"field" maxLength:"100" doc:"Slug of the field, such as dat-dai"`
	Paperless bool   `query:"paperless" doc:"Only those that are done without paper"`
	Audience  string `query:"audience" enum:"individual,organisation"`
	LifeEvent string `query:"life_event" maxLength:"100"`
	Level     string `query:"level" enum:"commune,district,province"`
	Online    string `query:"online" enum:"full,partial,none"`
	Agency    string `query:"agency" maxLength:"100" doc:"Id of the unit that decides, or its kind: commune, department"`
	After     string `query:"after" maxLength:"200" doc:"next of the page before"`
	Limit     int    `query:"limit" minimum:"1" maximum:"100" default:"20"`
}

// ProcedureItem is a procedure in a list.
type ProcedureItem struct {
	ID        string            `json:"id"`
	Code      string            `json:"code,omitempty" doc:"Of the national database; absent where no source gives one"`
	Verified  bool              `json:"verified"`
	Name      i18n.Text         `json:"name"`
	Field     i18n.Text         `json:"field"`
	FieldSlug string            `json:"field_slug"`
	Levels    []string          `json:"levels"`
	Audience  []string          `json:"audience"`
	Route     string            `json:"route"`
	Online    string            `json:"online"`
	SameDay   bool              `json:"same_day"`
	Statutory ProcedureDuration `json:"statutory"`
	Reduced   ProcedureDuration `json:"reduced"`

	OnlineStatutory ProcedureDuration `json:"online_statutory,omitzero" doc:"For what comes online, where that differs"`
	OnlineReduced   ProcedureDuration `json:"online_reduced,omitzero"`
	Paperless       bool              `json:"paperless" doc:"Done without paper"`
	BoundaryFree    bool              `json:"boundary_free" doc:"Received anywhere in the province"`
}

// ProcedureDuration is how long an office may take.
type ProcedureDuration procedures.Duration

// ProcedureFee is what a procedure costs.
type ProcedureFee procedures.Fee

// ProcedurePaper is a paper that people bring.
type ProcedurePaper procedures.Paper

// ProcedureDeciding is the decision by which a procedure was made known.
type ProcedureDeciding procedures.Deciding

// ProcedureCase is a case of a procedure.
type ProcedureCase procedures.Case

// ProcedureRouting says from which day a procedure is received here or elsewhere.
type ProcedureRouting procedures.Routing

// ProcedureStep is a step of the internal process.
type ProcedureStep procedures.Step

// ProcedureBasis is a legal document that a procedure rests on.
type ProcedureBasis struct {
	ID       string    `json:"id"`
	Number   string    `json:"number,omitempty"`
	Signed   string    `json:"signed,omitempty" doc:"YYYY-MM-DD"`
	Title    i18n.Text `json:"title"`
	InForce  bool      `json:"in_force"`
	Verified bool      `json:"verified"`
}

// ProcedureDetail is everything that is said of a procedure.
type ProcedureDetail struct {
	ProcedureItem
	Version       string             `json:"version" doc:"SHA-256 of what the pack says: a dossier keeps it"`
	Source        string             `json:"source,omitempty"`
	ResultName    i18n.Text          `json:"result_name"`
	Conditions    i18n.Text          `json:"conditions"`
	Steps         i18n.Text          `json:"steps"`
	Authority     []string           `json:"authority"`
	AuthorityUnit string             `json:"authority_unit,omitempty"`
	Fee           ProcedureFee       `json:"fee"`
	Papers        []ProcedurePaper   `json:"papers"`
	Flow          []ProcedureStep    `json:"flow"`
	LegalBases    []ProcedureBasis   `json:"legal_bases"`
	Keywords      []string           `json:"keywords"`
	LifeEvents    []string           `json:"life_events"`
	ValidFrom     string             `json:"valid_from,omitempty"`
	ValidTo       string             `json:"valid_to,omitempty"`
	Decision      *ProcedureDeciding `json:"decision,omitempty" doc:"By which it was made known"`
	Cases         []ProcedureCase    `json:"cases" doc:"One of which a dossier chooses; what a case does not say is said by the procedure"`
	Routes        []ProcedureRouting `json:"routes" doc:"Where it is received from a day on"`
	Form          json.RawMessage    `json:"form,omitempty" doc:"The form as it is defined: steps, fields, conditions"`
	FormSchema    json.RawMessage    `json:"form_schema,omitempty" doc:"JSON Schema 2020-12 of the answers"`
	FormSchemaURL string             `json:"form_schema_url,omitempty" doc:"where the schema stands by itself"`
	Template      json.RawMessage    `json:"template,omitempty" doc:"The layout of the result"`
}

type listOutput struct {
	Body struct {
		Items []ProcedureItem `json:"items"`
		Next  string          `json:"next,omitempty"`
	}
}

func (o operations) list(ctx context.Context, in *listInput) (*listOutput, error) {
	filter := core.Filter{Field: in.Field, Audience: in.Audience, Life: in.LifeEvent, Level: in.Level, Online: in.Online, Agency: in.Agency, Paperless: in.Paperless}
	var found core.Page
	if in.Q != "" {
		hits, err := o.svc.Search(ctx, in.Q, filter)
		if err != nil {
			return nil, err
		}
		found.Items = hits.Items
	} else {
		page, err := o.svc.List(ctx, filter, procedures.ID(in.After), in.Limit)
		if err != nil {
			return nil, err
		}
		found = page
	}
	out := &listOutput{}
	out.Body.Items, out.Body.Next = []ProcedureItem{}, string(found.Next)
	for _, v := range found.Items {
		out.Body.Items = append(out.Body.Items, item(v))
	}
	return out, nil
}

func item(v procedures.Version) ProcedureItem {
	return ProcedureItem{
		ID: string(v.ID), Code: v.Code, Verified: v.Verified, Name: v.Name, Field: v.Field, FieldSlug: core.Slug(v.Field.VI),
		Levels: full(v.Levels), Audience: full(v.Audience), Route: v.Route, Online: v.Online, SameDay: v.SameDay,
		Statutory: ProcedureDuration(v.Statutory), Reduced: ProcedureDuration(v.Reduced),
		OnlineStatutory: ProcedureDuration(v.OnlineStatutory), OnlineReduced: ProcedureDuration(v.OnlineReduced), Paperless: v.Paperless, BoundaryFree: v.BoundaryFree,
	}
}

// full is a list that is written [] when it is empty, not null.
func full[T any](list []T) []T { return append([]T{}, list...) }

type getInput struct {
	ID string `path:"id" maxLength:"200"`
}

type getOutput struct{ Body ProcedureDetail }

func (o operations) get(ctx context.Context, in *getInput) (*getOutput, error) {
	d, err := o.svc.Describe(ctx, procedures.ID(in.ID))
	if err != nil {
		return nil, err
	}
	out := &getOutput{Body: ProcedureDetail{
		ProcedureItem: item(d.Version), Version: d.SHA, Source: d.Source, ResultName: d.ResultName, Conditions: d.Conditions, Steps: d.Version.Steps,
		AuthorityUnit: string(d.AuthorityUnit), Fee: ProcedureFee(d.Fee), Authority: []string{}, Papers: []ProcedurePaper{},
		Flow: []ProcedureStep{}, LegalBases: []ProcedureBasis{}, Keywords: full(d.Keywords), LifeEvents: full(d.LifeEvents),
		ValidFrom: d.ValidFrom, ValidTo: d.ValidTo, Decision: (*ProcedureDeciding)(d.Decision), Cases: []ProcedureCase{}, Routes: []ProcedureRouting{},
	}}
	b := &out.Body
	for _, c := range d.Cases {
		b.Cases = append(b.Cases, ProcedureCase(c))
	}
	for _, r := range d.Routes {
		b.Routes = append(b.Routes, ProcedureRouting(r))
	}
	for _, k := range d.Authority {
		b.Authority = append(b.Authority, string(k))
	}
	for _, p := range d.Papers {
		b.Papers = append(b.Papers, ProcedurePaper(p))
	}
	for _, s := range d.Flow.Steps {
		s.Next = full(s.Next)
		b.Flow = append(b.Flow, ProcedureStep(s))
	}
	for _, l := range d.Bases {
		b.LegalBases = append(b.LegalBases, ProcedureBasis{
			ID: string(l.ID), Number: l.Number, Signed: l.Signed.String(), Title: l.Title, InForce: l.InForce, Verified: l.Known && l.Verified,
		})
	}
	return out, describeForm(d, b)
}

func describeForm(d core.Description, b *ProcedureDetail) (err error) {
	if d.Template.ID != "" {
		if b.Template, err = json.Marshal(d.Template); err != nil {
			return err
		}
	}
	if len(d.Form.Steps) == 0 {
		return nil
	}
	f, err := forms.New(d.Form)
	if err != nil {
		return err
	}
	if b.Form, err = json.Marshal(d.Form); err != nil {
		return err
	}
	b.FormSchemaURL = "/api/v1/procedures/" + string(d.ID) + "/form-schema"
	b.FormSchema, err = f.Schema()
	return err
}
