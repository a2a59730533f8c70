// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package api

import (
	"context"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/systems"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/web"
)

// hookRoutes are the operations about subscriptions.
func (o operations) hookRoutes() []web.Route {
	manage := web.Needs(string(systems.PermManage))
	both := web.Needs(string(systems.PermManage), string(systems.PermConfirm))
	const all, one = "/api/v1/systems/{id}/subscriptions", "/api/v1/systems/{id}/subscriptions/{subscription}"
	return []web.Route{
		web.Operation("GET "+all, "Where changes of registers are sent for a system", both, o.hooks),
		web.Operation("POST "+all, "Send the changes of a register to an address; the secret is shown once", manage, o.subscribe),
		web.Operation("GET "+one, "A subscription with its last messages", both, o.hook),
		web.Operation("DELETE "+one, "End a subscription", manage, o.unsubscribe),
		web.Operation("POST "+one+"/secret", "Change the secret; for 24 hours messages are signed with both", manage, o.hookSecret),
		web.Operation("PUT "+one+"/stopped", "Hold a subscription; what changes meanwhile is sent later", manage, o.stopHook),
		web.Operation("DELETE "+one+"/stopped", "Let a subscription go on where it stood", manage, o.startHook),
		web.Operation("POST "+one+"/replay", "Send everything again from a place of the feed on", manage, o.replayHook),
	}
}

// RegisterSubscription is where changes of a register are sent.
type RegisterSubscription struct {
	ID       string  `json:"id"`
	Register string  `json:"register"`
	URL      string  `json:"url"`
	State    string  `json:"state" enum:"active,stopped,dead" doc:"dead: tried as often as it is tried"`
	Place    int64   `json:"place" doc:"of the last change that arrived"`
	Attempt  int     `json:"attempt" doc:"failures of the one that is sent now"`
	Due      db.Time `json:"due" doc:"not before then"`
	Error    string  `json:"error,omitempty" enum:",silent,address,status,gone,right,system"`
	Made     db.Time `json:"made"`
}

func subscription(h systems.Hook) RegisterSubscription {
	return RegisterSubscription{h.ID, h.Register, h.URL, string(h.State), h.Place, h.Attempt, h.Due, h.Error, h.Made.At}
}

type hooksOut struct {
	Body struct {
		Items []RegisterSubscription `json:"items"`
	}
}

func (o operations) hooks(ctx context.Context, in *oneIn) (*hooksOut, error) {
	all, err := o.svc.Hooks(ctx, identity.From(ctx), systems.ID(in.ID))
	out := &hooksOut{}
	out.Body.Items = []RegisterSubscription{}
	for _, h := range all {
		out.Body.Items = append(out.Body.Items, subscription(h))
	}
	return out, err
}

type subscribeIn struct {
	ID   string `path:"id" maxLength:"100"`
	Body struct {
		Register string `json:"register" maxLength:"100"`
		URL      string `json:"url" maxLength:"1000" doc:"https"`
	}
}

type subscribeOut struct {
	Body struct {
		RegisterSubscription
		Secret string `json:"secret" doc:"shown once; checks the header webhook-signature (Standard Webhooks)"`
	}
}

func (o operations) subscribe(ctx context.Context, in *subscribeIn) (*subscribeOut, error) {
	made, err := o.svc.Subscribe(ctx, identity.From(ctx), systems.ID(in.ID), in.Body.Register, in.Body.URL)
	out := &subscribeOut{}
	out.Body.RegisterSubscription, out.Body.Secret = subscription(made.Hook), made.Secret
	return out, err
}

type hookIn struct {
	ID           string `path:"id" maxLength:"100"`
	Subscription string `path:"subscription" maxLength:"100"`
}

type hookOneIn struct {
	ID           string `path:"id" maxLength:"100"`
	Subscription string `path:"subscription" maxLength:"100"`
	Before       int64  `query:"before" minimum:"0" doc:"place of the last message of the page before"`
}

// RegisterMessage is one message of a subscription.
type RegisterMessage struct {
	Place    int64   `json:"place"`
	Type     string  `json:"type"`
	Record   string  `json:"record,omitempty"`
	Arrived  bool    `json:"arrived"`
	Attempts int     `json:"attempts"`
	Status   int     `json:"status" doc:"of the last answer; 0: none came"`
	Error    string  `json:"error,omitempty"`
	First    db.Time `json:"first"`
	Last     db.Time `json:"last"`
	Took     int64   `json:"took" doc:"milliseconds"`
}

type hookOut struct {
	Body struct {
		RegisterSubscription
		Messages []RegisterMessage `json:"messages" doc:"the latest first"`
	}
}

func (o operations) hook(ctx context.Context, in *hookOneIn) (*hookOut, error) {
	d, err := o.svc.Hook(ctx, identity.From(ctx), systems.ID(in.ID), in.Subscription, in.Before)
	out := &hookOut{}
	out.Body.RegisterSubscription, out.Body.Messages = subscription(d.Hook), []RegisterMessage{}
	for _, m := range d.Deliveries {
		out.Body.Messages = append(out.Body.Messages, RegisterMessage{m.Place, m.Kind, m.Record, m.Arrived, m.Attempts, m.Status, m.Error, m.First, m.Last, m.Took})
	}
	return out, err
}

func (o operations) unsubscribe(ctx context.Context, in *hookIn) (*nothing, error) {
	return nil, o.svc.Unsubscribe(ctx, identity.From(ctx), systems.ID(in.ID), in.Subscription)
}

type secretOut struct {
	Body struct {
		Secret string `json:"secret" doc:"shown once"`
	}
}

func (o operations) hookSecret(ctx context.Context, in *hookIn) (*secretOut, error) {
	secret, err := o.svc.ChangeHookSecret(ctx, identity.From(ctx), systems.ID(in.ID), in.Subscription)
	if err != nil {
		return nil, err
	}
	out := &secretOut{}
	out.Body.Secret = secret
	return out, nil
}

func (o operations) stopHook(ctx context.Context, in *hookIn) (*nothing, error) {
	return nil, o.svc.StopHook(ctx, identity.From(ctx), systems.ID(in.ID), in.Subscription)
}

func (o operations) startHook(ctx context.Context, in *hookIn) (*nothing, error) {
	return nil, o.svc.StartHook(ctx, identity.From(ctx), systems.ID(in.ID), in.Subscription)
}

type replayIn struct {
	ID           string `path:"id" maxLength:"100"`
	Subscription string `path:"subscription" maxLength:"100"`
	Body         struct {
		Place int64 `json:"place" minimum:"1" doc:"of the first change that is sent again"`
	}
}

func (o operations) replayHook(ctx context.Context, in *replayIn) (*nothing, error) {
	return nil, o.svc.ReplayHook(ctx, identity.From(ctx), systems.ID(in.ID), in.Subscription, in.Body.Place)
}
