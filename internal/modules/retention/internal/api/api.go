// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package api serves rules of retention and their runs as JSON.
package api

import (
	"context"
	"time"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/retention"
	"tinhso.vn/internal/modules/retention/internal/core"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/web"
)

// Routes returns the operations.
func Routes(s *core.Service) []web.Route {
	o, view, erase := operations{s}, web.Needs(string(retention.PermView)), web.Needs(string(retention.PermErase))
	return []web.Route{
		web.Operation("GET /api/v1/retention/rules", "Rules of retention in force, and how much is past its time", view, o.rules),
		web.Operation("GET /api/v1/retention/rules/{id}/due", "What a run of a rule would erase now, and what is held", view, o.due),
		web.Operation("GET /api/v1/retention/runs", "Runs that erase, the newest first", view, o.runs),
		web.Operation("POST /api/v1/retention/runs", "Propose to erase what is past its time; somebody else confirms", erase, o.propose).Proved(10 * time.Minute),
		web.Operation("GET /api/v1/retention/runs/{id}", "How far a run is", view, o.run),
		web.Operation("POST /api/v1/retention/runs/{id}/confirm", "Confirm a run that somebody else has proposed", erase, o.confirm).Proved(10 * time.Minute),
		web.Operation("POST /api/v1/retention/runs/{id}/refuse", "Refuse a proposed run, or take it back", erase, o.refuse),
	}
}

type operations struct{ svc *core.Service }

// RetentionRule says how long something is kept.
type RetentionRule struct {
	ID         string           `json:"id"`
	What       dossiers.Kept    `json:"what" enum:"draft,closed_files,delivered_files,result,notice,message,register_change,parcel,said_outside"`
	Name       string           `json:"name"`
	NameEN     string           `json:"name_en,omitempty"`
	From       string           `json:"from" enum:"last_change,closed,delivered,issued,told"`
	Amount     int              `json:"amount,omitempty" doc:"how long; absent: for ever"`
	Unit       string           `json:"unit,omitempty" doc:"days, months, years"`
	Action     retention.Action `json:"action" enum:"forget,erase_files,keep"`
	Basis      string           `json:"basis,omitempty" doc:"id of the legal document"`
	Source     string           `json:"source,omitempty"`
	Unverified bool             `json:"unverified" doc:"no source that states it was compared"`
}

func toRule(r retention.Rule) RetentionRule {
	return RetentionRule{
		ID: r.ID, What: r.What, Name: r.Name.VI, NameEN: r.Name.EN, From: r.From, Amount: r.Amount, Unit: r.Unit, Action: r.Action,
		Basis: r.Basis, Source: r.Source, Unverified: r.Unverified,
	}
}

// RetentionDue is how much is past its time.
type RetentionDue struct {
	Count  int     `json:"count" doc:"dossiers, or drafts"`
	Bytes  int64   `json:"bytes"`
	Held   int     `json:"held" doc:"of them under a legal hold"`
	Oldest db.Time `json:"oldest,omitzero" doc:"when its time began"`
}

// RetentionStanding is a rule and how much is past its time.
type RetentionStanding struct {
	Rule RetentionRule `json:"rule"`
	Now  RetentionDue  `json:"now"`
	Soon RetentionDue  `json:"soon" doc:"in 30 days, with those of now"`
	Open string        `json:"open_run,omitempty" doc:"the run that is proposed or going on"`
}

func toStanding(s core.Standing) RetentionStanding {
	return RetentionStanding{toRule(s.Rule), RetentionDue(s.Now), RetentionDue(s.Soon), s.Open}
}

type rulesOut struct {
	Body struct {
		Rules     []RetentionStanding `json:"rules"`
		Day       string              `json:"drafts_day,omitempty" doc:"the last day on which drafts were forgotten"`
		Forgotten int                 `json:"drafts_on_day"`
		All       int                 `json:"drafts_in_all"`
	}
}

func (o operations) rules(ctx context.Context, _ *struct{}) (*rulesOut, error) {
	all, err := o.svc.ListRules(ctx, identity.From(ctx))
	if err != nil {
		return nil, err
	}
	out := &rulesOut{}
	out.Body.Rules, out.Body.Day, out.Body.Forgotten, out.Body.All = []RetentionStanding{}, all.Day, all.Forgotten, all.All
	for _, s := range all.Rules {
		out.Body.Rules = append(out.Body.Rules, toStanding(s))
	}
	return out, nil
}

type dueIn struct {
	ID    string `path:"id" maxLength:"100"`
	After string `query:"after" maxLength:"200" doc:"next of the page before"`
}

// RetentionDossier is a dossier whose papers are past their time.
type RetentionDossier struct {
	ID        dossiers.ID `json:"id"`
	Code      string      `json:"code"`
	Procedure i18n.Text   `json:"procedure"`
	Ended     db.Time     `json:"ended"`
	Files     int         `json:"files"`
	Bytes     int64       `json:"bytes"`
	Holds     []string    `json:"holds" doc:"why it stays; none: it would be erased"`
}

type dueOut struct {
	Body struct {
		Standing RetentionStanding  `json:"standing"`
		Items    []RetentionDossier `json:"items"`
		Next     string             `json:"next,omitempty"`
	}
}

func (o operations) due(ctx context.Context, in *dueIn) (*dueOut, error) {
	p, err := o.svc.PreviewRule(ctx, identity.From(ctx), in.ID, in.After)
	if err != nil {
		return nil, err
	}
	out := &dueOut{}
	out.Body.Standing, out.Body.Items, out.Body.Next = toStanding(p.Standing), []RetentionDossier{}, p.Next
	for _, d := range p.Items {
		one := RetentionDossier{ID: d.ID, Code: d.Code, Procedure: d.Name, Ended: d.Ended, Files: d.Files, Bytes: d.Bytes, Holds: []string{}}
		one.Holds = append(one.Holds, d.Holds...)
		out.Body.Items = append(out.Body.Items, one)
	}
	return out, nil
}

// RetentionRun is a run that erases by a rule, and how far it is.
type RetentionRun struct {
	ID         string          `json:"id"`
	Rule       RetentionRule   `json:"rule" doc:"as it was when the run was proposed"`
	Before     db.Time         `json:"before" doc:"what ended before"`
	State      retention.State `json:"state" enum:"proposed,refused,running,finished,stopped"`
	Found      int             `json:"found" doc:"dossiers when it was proposed"`
	Bytes      int64           `json:"found_bytes"`
	Erased     int             `json:"erased" doc:"dossiers"`
	Files      int             `json:"erased_files"`
	ErasedSize int64           `json:"erased_bytes"`
	Held       int             `json:"held" doc:"dossiers that were stepped over"`
	ProposedBy string          `json:"proposed_by"`
	ProposedAt db.Time         `json:"proposed_at"`
	DecidedBy  string          `json:"decided_by,omitempty"`
	DecidedAt  db.Time         `json:"decided_at,omitzero"`
	EndedAt    db.Time         `json:"ended_at,omitzero"`
}

func toRun(p core.Progress) RetentionRun {
	return RetentionRun{
		ID: p.ID, Rule: toRule(p.Rule), Before: p.Before, State: p.State, Found: p.Found, Bytes: p.Bytes, Erased: p.Erased.Dossiers,
		Files: p.Erased.Files, ErasedSize: p.Erased.Bytes, Held: p.Held, ProposedBy: p.By, ProposedAt: p.Proposed, DecidedBy: p.Decided,
		DecidedAt: p.Run.Decided, EndedAt: p.Ended,
	}
}

type runsIn struct {
	Before string `query:"before" maxLength:"100" doc:"next of the page before"`
}

type runsOut struct {
	Body struct {
		Items []RetentionRun `json:"items"`
		Next  string         `json:"next,omitempty"`
	}
}

func (o operations) runs(ctx context.Context, in *runsIn) (*runsOut, error) {
	p, err := o.svc.ListRuns(ctx, identity.From(ctx), in.Before)
	if err != nil {
		return nil, err
	}
	out := &runsOut{}
	out.Body.Items, out.Body.Next = []RetentionRun{}, p.Next
	for _, r := range p.Items {
		out.Body.Items = append(out.Body.Items, toRun(r))
	}
	return out, nil
}

type proposeIn struct {
	Body struct {
		Rule string `json:"rule" maxLength:"100" doc:"id of the rule"`
	}
}

type proposeOut struct {
	Body struct {
		ID string `json:"id"`
	}
}

func (o operations) propose(ctx context.Context, in *proposeIn) (*proposeOut, error) {
	id, err := o.svc.ProposeRun(ctx, identity.From(ctx), in.Body.Rule)
	if err != nil {
		return nil, err
	}
	out := &proposeOut{}
	out.Body.ID = id
	return out, nil
}

type oneIn struct {
	ID string `path:"id" maxLength:"100"`
}

type runOut struct{ Body RetentionRun }

func (o operations) run(ctx context.Context, in *oneIn) (*runOut, error) {
	p, err := o.svc.GetRun(ctx, identity.From(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	return &runOut{toRun(p)}, nil
}

func (o operations) confirm(ctx context.Context, in *oneIn) (*struct{}, error) {
	return nil, o.svc.DecideRun(ctx, identity.From(ctx), in.ID, true)
}

func (o operations) refuse(ctx context.Context, in *oneIn) (*struct{}, error) {
	return nil, o.svc.DecideRun(ctx, identity.From(ctx), in.ID, false)
}
