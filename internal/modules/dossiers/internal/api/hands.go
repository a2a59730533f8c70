// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package api

import (
	"context"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/platform/web"
)

func (o operations) hands() []web.Route {
	handle := needs(dossiers.PermProcess, dossiers.PermSign, dossiers.PermIssue, dossiers.PermDeliver)
	assign := needs(dossiers.PermAssign)
	return []web.Route{
		web.Operation("POST /api/v1/dossiers/{id}/release", "Give a step in one's hands back to everybody of its post", handle, o.release),
		web.Operation("POST /api/v1/steps/reassign", "Put open steps of one's unit into the hands of a colleague, each by itself", assign, o.reassign),
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
	all, err := o.svc.Reassign(ctx, identity.From(ctx), steps, in.Body.To, in.Body.Reason)
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
	all, err := o.svc.ListColleagues(ctx, identity.From(ctx), dossiers.TaskID(in.ID))
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
