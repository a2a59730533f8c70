// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package api serves the accounts of systems as JSON. A token leaves it once,
// in the answer that makes it.
package api

import (
	"context"
	"strings"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/systems"
	"tinhso.vn/internal/modules/systems/internal/core"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/web"
)

// Routes returns the operations.
func Routes(svc *core.Service) []web.Route {
	o := operations{svc}
	manage, confirm := web.Needs(string(systems.PermManage)), web.Needs(string(systems.PermConfirm))
	both := web.Needs(string(systems.PermManage), string(systems.PermConfirm))
	return append([]web.Route{
		web.Operation("GET /api/v1/systems", "List systems, the newest first", both, o.list),
		web.Operation("POST /api/v1/systems", "Propose a system; it may do nothing until another person confirms it", manage, o.propose),
		web.Operation("GET /api/v1/systems/{id}", "A system with its tokens; no token itself", both, o.get),
		web.Operation("PUT /api/v1/systems/{id}/description", "Change what people know a system by", manage, o.describe),
		web.Operation("PUT /api/v1/systems/{id}/reach", "Propose that a system may do something else", manage, o.widen),
		web.Operation("POST /api/v1/systems/{id}/confirmation", "Confirm what another person has proposed", confirm, o.confirm),
		web.Operation("DELETE /api/v1/systems/{id}/confirmation", "Take back what was proposed", both, o.decline),
		web.Operation("PUT /api/v1/systems/{id}/disabled", "Shut a system out at once", manage, o.disable),
		web.Operation("DELETE /api/v1/systems/{id}/disabled", "Let a system in again", manage, o.enable),
		web.Operation("POST /api/v1/systems/{id}/tokens", "Make a token; it is shown once", manage, o.token),
		web.Operation("DELETE /api/v1/systems/{id}/tokens/{token}", "Revoke a token", manage, o.revoke),
		web.Operation("GET /api/v1/system-roles", "Roles that systems can be given", manage, o.roles),
	}, o.hookRoutes()...)
}

type operations struct{ svc *core.Service }

type nothing struct{}

// SystemReach is what a system may do, and from where.
type SystemReach struct {
	Role      string   `json:"role" maxLength:"100" doc:"one of /system-roles"`
	Unit      string   `json:"unit" maxLength:"100"`
	Subtree   bool     `json:"subtree" doc:"also in all units under it"`
	Networks  []string `json:"networks" maxItems:"20" doc:"10.1.2.3 or 10.1.0.0/16; none: from anywhere"`
	PerMinute int      `json:"per_minute" doc:"calls; at most 6000"`
	Until     db.Time  `json:"until"`
}

func reach(r systems.Reach) SystemReach {
	out := SystemReach{string(r.Role), string(r.Unit), r.Subtree, []string{}, r.PerMinute, r.Until}
	for _, n := range r.Networks {
		out.Networks = append(out.Networks, n.String())
	}
	return out
}

func (r SystemReach) wish() core.Wish {
	return core.Wish{
		Role: access.RoleID(r.Role), Unit: orgs.ID(r.Unit), Subtree: r.Subtree, Networks: strings.Join(r.Networks, " "), PerMinute: r.PerMinute, Until: r.Until,
	}
}

// SystemWords is what people know a system by.
type SystemWords struct {
	Name    string `json:"name" maxLength:"300"`
	Owner   string `json:"owner" maxLength:"300" doc:"the agency that runs it"`
	Contact string `json:"contact" maxLength:"300"`
	Purpose string `json:"purpose" maxLength:"300" doc:"what for, with the document that says so"`
}

// SystemToken is one token of a system.
type SystemToken struct {
	ID      string  `json:"id"`
	Hint    string  `json:"hint" doc:"its last characters"`
	Made    db.Time `json:"made"`
	Ends    db.Time `json:"ends"`
	Revoked db.Time `json:"revoked"`
	Used    db.Time `json:"used" doc:"to some minutes"`
	From    string  `json:"from" doc:"the address it was used from last"`
}

// SystemAccount is a system.
type SystemAccount struct {
	ID      string `json:"id"`
	Version int64  `json:"version"`
	SystemWords
	State  string        `json:"state" enum:"proposed,active,disabled"`
	Reach  *SystemReach  `json:"reach,omitempty" doc:"in force"`
	Wanted *SystemReach  `json:"wanted,omitempty" doc:"proposed and not yet confirmed"`
	Ends   *db.Time      `json:"ends,omitempty" doc:"when its last token or its agreement ends; only in lists"`
	Tokens []SystemToken `json:"tokens,omitempty"`
}

func account(s systems.System) SystemAccount {
	out := SystemAccount{ID: string(s.ID), Version: s.Version, SystemWords: SystemWords{s.Name, s.Owner, s.Contact, s.Purpose}, State: string(s.State)}
	if s.Approved.Account != "" {
		r := reach(s.Reach)
		out.Reach = &r
	}
	if s.Wanted != nil {
		r := reach(*s.Wanted)
		out.Wanted = &r
	}
	return out
}

type listIn struct {
	Before string `query:"before" maxLength:"100" doc:"id of the last system of the page before"`
}

type listOut struct {
	Body struct {
		Items []SystemAccount `json:"items"`
	}
}

func (o operations) list(ctx context.Context, in *listIn) (*listOut, error) {
	all, err := o.svc.List(ctx, identity.From(ctx), systems.ID(in.Before))
	out := &listOut{}
	out.Body.Items = []SystemAccount{}
	for _, one := range all {
		a := account(one.System)
		if !one.Ends.IsZero() {
			a.Ends = &one.Ends
		}
		out.Body.Items = append(out.Body.Items, a)
	}
	return out, err
}

type oneIn struct {
	ID string `path:"id" maxLength:"100"`
}

type oneOut struct{ Body SystemAccount }

func (o operations) get(ctx context.Context, in *oneIn) (*oneOut, error) {
	d, err := o.svc.Get(ctx, identity.From(ctx), systems.ID(in.ID))
	if err != nil {
		return nil, err
	}
	out := &oneOut{account(d.System)}
	for _, t := range d.Tokens {
		out.Body.Tokens = append(out.Body.Tokens, SystemToken{t.ID, t.Hint, t.Made.At, t.Ends, t.Revoked.At, t.Used, t.From})
	}
	return out, nil
}

type proposeIn struct {
	Body struct {
		SystemWords
		Reach SystemReach `json:"reach"`
	}
}

type madeOut struct {
	Body struct {
		ID string `json:"id"`
	}
}

func (o operations) propose(ctx context.Context, in *proposeIn) (*madeOut, error) {
	id, err := o.svc.Propose(ctx, identity.From(ctx), core.Words(in.Body.SystemWords), in.Body.Reach.wish())
	out := &madeOut{}
	out.Body.ID = string(id)
	return out, err
}

type describeIn struct {
	ID   string `path:"id" maxLength:"100"`
	Body struct {
		Version int64 `json:"version" doc:"as it was read"`
		SystemWords
	}
}

func (o operations) describe(ctx context.Context, in *describeIn) (*nothing, error) {
	return nil, o.svc.Describe(ctx, identity.From(ctx), systems.ID(in.ID), in.Body.Version, core.Words(in.Body.SystemWords))
}

type widenIn struct {
	ID   string `path:"id" maxLength:"100"`
	Body struct {
		Version int64 `json:"version" doc:"as it was read"`
		SystemReach
	}
}

func (o operations) widen(ctx context.Context, in *widenIn) (*nothing, error) {
	return nil, o.svc.Widen(ctx, identity.From(ctx), systems.ID(in.ID), in.Body.Version, in.Body.wish())
}

type versionIn struct {
	ID   string `path:"id" maxLength:"100"`
	Body struct {
		Version int64 `json:"version" doc:"as it was read: what has changed since is looked at again"`
	}
}

func (o operations) confirm(ctx context.Context, in *versionIn) (*nothing, error) {
	return nil, o.svc.Confirm(ctx, identity.From(ctx), systems.ID(in.ID), in.Body.Version)
}

func (o operations) decline(ctx context.Context, in *oneIn) (*nothing, error) {
	return nil, o.svc.Decline(ctx, identity.From(ctx), systems.ID(in.ID), 0)
}

func (o operations) disable(ctx context.Context, in *oneIn) (*nothing, error) {
	return nil, o.svc.Disable(ctx, identity.From(ctx), systems.ID(in.ID), true)
}

func (o operations) enable(ctx context.Context, in *oneIn) (*nothing, error) {
	return nil, o.svc.Disable(ctx, identity.From(ctx), systems.ID(in.ID), false)
}

type tokenIn struct {
	ID   string `path:"id" maxLength:"100"`
	Body struct {
		Days    int  `json:"days" doc:"how long it lasts, at most 365"`
		Overlap *int `json:"overlap,omitempty" doc:"days after which the tokens it has end; 14 when absent, -1 leaves them as they are"`
	}
}

type tokenOut struct {
	Body struct {
		ID    string    `json:"id"`
		Token string    `json:"token" doc:"shown once; send it as Authorization: Bearer TOKEN"`
		Ends  time.Time `json:"ends"`
	}
}

func (o operations) token(ctx context.Context, in *tokenIn) (*tokenOut, error) {
	overlap := core.Overlap
	if in.Body.Overlap != nil {
		overlap = *in.Body.Overlap
	}
	made, err := o.svc.MakeToken(ctx, identity.From(ctx), systems.ID(in.ID), in.Body.Days, overlap)
	out := &tokenOut{}
	out.Body.ID, out.Body.Token, out.Body.Ends = made.ID, made.Secret, made.Ends.Time
	return out, err
}

type revokeIn struct {
	ID    string `path:"id" maxLength:"100"`
	Token string `path:"token" maxLength:"100"`
}

func (o operations) revoke(ctx context.Context, in *revokeIn) (*nothing, error) {
	return nil, o.svc.Revoke(ctx, identity.From(ctx), systems.ID(in.ID), in.Token)
}

type rolesOut struct {
	Body struct {
		Items []access.Role `json:"items"`
	}
}

func (o operations) roles(ctx context.Context, _ *nothing) (*rolesOut, error) {
	all, err := o.svc.Roles(ctx, identity.From(ctx))
	out := &rolesOut{}
	out.Body.Items = append([]access.Role{}, all...)
	return out, err
}
