// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package api

import (
	"context"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/core"
	"tinhso.vn/internal/platform/web"
)

func (o operations) hands() []web.Route {
	handle := needs(dossiers.PermProcess, dossiers.PermSign, dossiers.PermIssue, dossiers.PermDeliver)
	assign := needs(dossiers.PermAssign)
	many := needs(dossiers.PermProcess, dossiers.PermSign, dossiers.PermIssue, dossiers.PermDeliver, dossiers.PermAssign)
	return []web.Route{
		web.Operation("POST /api/v1/dossiers/{id}/release", "Give a step in one's hands back to everybody of its post", handle, o.release),
		web.Operation("POST /api/v1/steps/reassign", "Put open steps of one's unit into the hands of a colleague, each by itself", assign, o.reassign),
		web.Operation("POST /api/v1/steps/plan", "What would become of several open steps", many, o.planMany),
		web.Operation("POST /api/v1/steps/act", "Claim, release, finish, issue or remind of several open steps, each by itself", many, o.doMany),
		web.Operation("GET /api/v1/steps/{id}/colleagues", "Who may do an open step in its unit", assign, o.colleagues),
		web.Operation("GET /api/v1/steps", "The open steps of one's units, the most urgent first, whoever has them in hand", assign, o.unitWork),
	}
}

func (o operations) release(ctx context.Context, in *oneStep) (*nothing, error) {
	id, err := dossiers.ParseID(in.ID)
	if err != nil {
		return nil, err
	}
	return nil, o.svc.Release(ctx, identity.From(ctx), id, dossiers.TaskID(in.Step))
}

type reassignIn struct {
	Body struct {
		Steps  []string `json:"steps" maxItems:"200"`
		To     string   `json:"to" maxLength:"100" doc:"account"`
		Reason string   `json:"reason" maxLength:"2000"`
	}
}

type handedOver struct {
	Step    string `json:"step"`
	Dossier string `json:"dossier,omitempty"`
	Done    bool   `json:"done"`
	Code    string `json:"code,omitempty" doc:"why it was not done"`
}

type reassignOut struct {
	Body struct {
		Items []handedOver `json:"items"`
	}
}

func (o operations) reassign(ctx context.Context, in *reassignIn) (*reassignOut, error) {
	steps := make([]dossiers.TaskID, len(in.Body.Steps))
	for i, s := range in.Body.Steps {
		steps[i] = dossiers.TaskID(s)
	}
	return toHanded(o.svc.Reassign(ctx, identity.From(ctx), steps, in.Body.To, in.Body.Reason))
}

func toHanded(all []dossiers.HandedOver, err error) (*reassignOut, error) {
	if err != nil {
		return nil, err
	}
	out := &reassignOut{}
	for _, one := range all {
		out.Body.Items = append(out.Body.Items, handedOver{string(one.Task), string(one.Dossier), one.Err == nil, code(one.Err)})
	}
	return out, nil
}

type colleaguesOut struct {
	Body struct {
		Items []colleague `json:"items"`
	}
}

type colleague struct {
	Account string `json:"account"`
	Name    string `json:"name"`
	Deputy  string `json:"deputy,omitempty" doc:"who stands in: the colleague is away"`
}

func (o operations) colleagues(ctx context.Context, in *One) (*colleaguesOut, error) {
	return toColleagues(o.svc.ListColleagues(ctx, identity.From(ctx), dossiers.TaskID(in.ID)))
}

func toColleagues(all []core.Colleague, err error) (*colleaguesOut, error) {
	if err != nil {
		return nil, err
	}
	out := &colleaguesOut{}
	out.Body.Items = []colleague{}
	for _, c := range all {
		out.Body.Items = append(out.Body.Items, colleague(c))
	}
	return out, nil
}

type manyIn struct {
	Body struct {
		Act   string   `json:"act" enum:"claim,release,finish,issue,remind"`
		Steps []string `json:"steps" maxItems:"200"`
		Note  string   `json:"note,omitempty" maxLength:"4000" doc:"of who finishes"`
	}
}

func (in *manyIn) of() (core.Act, []dossiers.TaskID) {
	steps := make([]dossiers.TaskID, len(in.Body.Steps))
	for i, s := range in.Body.Steps {
		steps[i] = dossiers.TaskID(s)
	}
	return core.Act(in.Body.Act), steps
}

type planned struct {
	Step    string    `json:"step"`
	Dossier string    `json:"dossier,omitempty"`
	Number  string    `json:"number,omitempty" doc:"what people call the dossier"`
	Name    i18n.Text `json:"name,omitzero" doc:"of the step"`
	Holder  string    `json:"holder,omitempty"`
	Next    i18n.Text `json:"next,omitzero" doc:"the step that follows"`
	Can     bool      `json:"can"`
	Code    string    `json:"code,omitempty" doc:"why it cannot be done"`
}

type planOut struct {
	Body struct {
		Items []planned `json:"items"`
	}
}

func (o operations) planMany(ctx context.Context, in *manyIn) (*planOut, error) {
	act, steps := in.of()
	all, err := o.svc.PlanMany(ctx, identity.From(ctx), act, steps)
	if err != nil {
		return nil, err
	}
	out := &planOut{}
	for _, one := range all {
		out.Body.Items = append(out.Body.Items, planned{string(one.Task), string(one.Dossier), one.Code, one.Step, one.Holder, one.Next, one.Err == nil, code(one.Err)})
	}
	return out, nil
}

func (o operations) doMany(ctx context.Context, in *manyIn) (*reassignOut, error) {
	act, steps := in.of()
	return toHanded(o.svc.DoMany(ctx, identity.From(ctx), act, steps, in.Body.Note))
}
