// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package api serves the decisions about open dossiers of procedures whose route flips.
package api

import (
	"context"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/mirrors"
	"tinhso.vn/internal/modules/mirrors/internal/core"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/web"
)

// Routes returns the operations.
func Routes(svc *core.Service) []web.Route {
	o := operations{svc}
	decide := web.Needs(string(mirrors.PermDecide))
	return []web.Route{
		web.Operation("GET /api/v1/route-flips", "Procedures whose open dossiers belong to another system than new ones do, or will", decide, o.flips),
		web.Operation("GET /api/v1/route-flips/{procedure}/{day}", "One of them, with its open dossiers: which would change hands, and why the others stay", decide, o.flip),
		web.Operation("POST /api/v1/route-flips/{procedure}/{day}", "Decide what becomes of the open dossiers: whoever owns them goes on, or they are handed over", decide, o.decide),
	}
}

type operations struct{ svc *core.Service }

// RouteFlip is a procedure whose open dossiers belong to another system than new ones do.
type RouteFlip struct {
	Procedure string             `json:"procedure"`
	Name      i18n.Text          `json:"name"`
	Day       string             `json:"day" doc:"from which the route is another"`
	From      string             `json:"from" doc:"code of the agency that owns them; empty: the province"`
	To        string             `json:"to"`
	Begun     bool               `json:"begun" doc:"the day has come"`
	Open      int64              `json:"open" doc:"dossiers that are open"`
	Decision  *RouteFlipDecision `json:"decision,omitempty"`
}

// RouteFlipDecision is what somebody has decided.
type RouteFlipDecision struct {
	ID     string  `json:"id"`
	Choice string  `json:"choice" enum:"keep,hand_over"`
	Reason string  `json:"reason"`
	At     db.Time `json:"at"`
	Moved  int64   `json:"moved" doc:"dossiers that have changed hands, or were asked for"`
	Done   db.Time `json:"done"`
}

func flip(f mirrors.Flip) RouteFlip {
	out := RouteFlip{Procedure: string(f.Procedure), Name: f.Name, Day: f.Day, From: f.From, To: f.To, Begun: f.Begun, Open: f.Open}
	if d := f.Decision; d.ID != "" {
		out.Decision = &RouteFlipDecision{d.ID, string(d.Choice), d.Reason, d.At, d.Moved, d.Done}
	}
	return out
}

type flipsOut struct {
	Body struct {
		Items []RouteFlip `json:"items"`
	}
}

func (o operations) flips(ctx context.Context, _ *struct{}) (*flipsOut, error) {
	all, err := o.svc.Flips(ctx, identity.From(ctx))
	out := &flipsOut{}
	out.Body.Items = []RouteFlip{}
	for _, f := range all {
		out.Body.Items = append(out.Body.Items, flip(f))
	}
	return out, err
}

type oneIn struct {
	Procedure string `path:"procedure" maxLength:"100"`
	Day       string `path:"day" format:"date"`
	After     string `query:"after" maxLength:"100"`
}

// RouteFlipCase is an open dossier. It names nobody.
type RouteFlipCase struct {
	ID     string `json:"id"`
	Code   string `json:"code"`
	Status int    `json:"status" doc:"national status, 1 to 10"`
	Stays  string `json:"stays,omitempty" doc:"why it cannot change hands now: a key of a message"`
}

type flipOut struct {
	Body struct {
		RouteFlip
		Dossiers []RouteFlipCase `json:"dossiers"`
		Next     string          `json:"next,omitempty"`
	}
}

func (o operations) flip(ctx context.Context, in *oneIn) (*flipOut, error) {
	f, open, next, err := o.svc.Flip(ctx, identity.From(ctx), procedures.ID(in.Procedure), in.Day, dossiers.ID(in.After))
	out := &flipOut{}
	out.Body.RouteFlip, out.Body.Dossiers, out.Body.Next = flip(f), []RouteFlipCase{}, next
	for _, c := range open {
		code := c.Code
		if code == "" {
			code = c.Reference
		}
		out.Body.Dossiers = append(out.Body.Dossiers, RouteFlipCase{string(c.ID), code, int(c.Status), c.Stays})
	}
	return out, err
}

type decideIn struct {
	Procedure string `path:"procedure" maxLength:"100"`
	Day       string `path:"day" format:"date"`
	Body      struct {
		Choice string `json:"choice" enum:"keep,hand_over"`
		Reason string `json:"reason" maxLength:"2000"`
		Seen   string `json:"seen,omitempty" maxLength:"100" doc:"the decision that there was when you looked"`
	}
}

func (o operations) decide(ctx context.Context, in *decideIn) (*struct{}, error) {
	return nil, o.svc.Decide(ctx, identity.From(ctx), procedures.ID(in.Procedure), in.Day, core.Wish{Choice: mirrors.Choice(in.Body.Choice), Reason: in.Body.Reason, Seen: in.Body.Seen})
}
