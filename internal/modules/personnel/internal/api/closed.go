// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package api

import (
	"context"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/personnel"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/web"
)

func (o operations) closed() []web.Route {
	view, move := needs(personnel.PermView, personnel.PermAll, personnel.PermInspect), needs(personnel.PermMove, personnel.PermAll)
	return []web.Route{
		web.Operation("GET /api/v1/closed-accounts", "Accounts of officials that are disabled, or will be because nobody uses them", needs(personnel.PermAll, personnel.PermInspect), o.listClosed),
		web.Operation("POST /api/v1/staff/{account}/open-account", "Let an account that nobody used be used again", move, o.openAccount),
		web.Operation("POST /api/v1/staff/{account}/absences", "Declare that somebody is away", view, o.declare),
		web.Operation("POST /api/v1/staff-absences/{id}/end", "End an absence before its time", view, o.endAbsence),
	}
}

type closedIn struct {
	Why    string `query:"why" maxLength:"20" doc:"unused (default), left or warned"`
	Before string `query:"before" maxLength:"100" doc:"next of the page before"`
}

// ClosedAccount is an account that cannot be used, or soon.
type ClosedAccount struct {
	Account string   `json:"account"`
	Login   string   `json:"login"`
	Name    string   `json:"name"`
	Why     string   `json:"why" enum:"unused,left,warned"`
	Last    *db.Time `json:"last,omitempty" doc:"when it was used last"`
	At      db.Time  `json:"at" doc:"when it was disabled, or its owner warned"`
	Ends    string   `json:"ends,omitempty" doc:"of a warning: the day on which it is disabled"`
}

type closedOut struct {
	Body struct {
		Items    []ClosedAccount `json:"items"`
		Next     string          `json:"next,omitempty" doc:"send it as before"`
		Disabled int64           `json:"disabled" doc:"because nobody used them"`
		Warned   int64           `json:"warned"`
	}
}

func (o operations) listClosed(ctx context.Context, in *closedIn) (*closedOut, error) {
	if in.Why == "" {
		in.Why = "unused"
	}
	p, err := o.svc.ListClosed(ctx, identity.From(ctx), in.Why, in.Before)
	if err != nil {
		return nil, err
	}
	out := &closedOut{}
	out.Body.Items, out.Body.Next = []ClosedAccount{}, p.Next
	for _, c := range p.Items {
		one := ClosedAccount{Account: c.Who.Account, Login: c.Who.Login, Name: c.Who.Name, Why: c.Why, At: c.At, Ends: c.Ends}
		if !c.Last.IsZero() {
			one.Last = &c.Last
		}
		out.Body.Items = append(out.Body.Items, one)
	}
	out.Body.Disabled, out.Body.Warned, err = o.svc.CountClosed(ctx, identity.From(ctx))
	return out, err
}

type openAccountIn struct {
	Account string `path:"account" maxLength:"100"`
	Body    struct {
		Words string `json:"words" maxLength:"2000" doc:"why"`
	}
}

func (o operations) openAccount(ctx context.Context, in *openAccountIn) (*nothing, error) {
	return nil, o.svc.OpenAccount(ctx, identity.From(ctx), in.Account, in.Body.Words)
}

type absenceIn struct {
	Account string `path:"account" maxLength:"100"`
	Body    struct {
		Deputy string `json:"deputy" maxLength:"100" doc:"account of who stands in"`
		From   string `json:"from" maxLength:"10" doc:"the first day, YYYY-MM-DD"`
		To     string `json:"to" maxLength:"10" doc:"the last day, YYYY-MM-DD"`
		Reason string `json:"reason,omitempty" maxLength:"2000"`
	}
}

func (o operations) declare(ctx context.Context, in *absenceIn) (*made, error) {
	id, err := o.svc.DeclareAbsence(ctx, identity.From(ctx), personnel.NewAbsence{Account: in.Account, Deputy: in.Body.Deputy, From: in.Body.From, To: in.Body.To, Reason: in.Body.Reason})
	if err != nil {
		return nil, err
	}
	out := &made{}
	out.Body.ID = id
	return out, nil
}

func (o operations) endAbsence(ctx context.Context, in *oneIn) (*nothing, error) {
	return nil, o.svc.EndAbsence(ctx, identity.From(ctx), in.ID)
}
