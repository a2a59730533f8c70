// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package api serves answers and their figures as JSON.
package api

import (
	"context"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/satisfaction"
	"tinhso.vn/internal/modules/satisfaction/internal/core"
	"tinhso.vn/internal/platform/web"
)

// Routes returns the operations.
func Routes(s *core.Service) []web.Route {
	o := operations{s}
	follow, both := web.Needs(string(satisfaction.PermFollow)), web.Needs(string(satisfaction.PermFollow), string(satisfaction.PermProvince))
	narrow := func(r web.Route) web.Route { r.Door = web.Narrow; return r }
	const one = "/api/v1/satisfaction/follow-ups/{followup}"
	return []web.Route{
		narrow(web.Operation("POST /api/v1/satisfaction/answers/{token}", "Say how one was served, with what stands in the link: once for each dossier", web.Public(), o.answer)),
		web.Operation("GET /api/v1/satisfaction", "What people said in a month, by unit, or of a unit by procedure; never of fewer than 5", both, o.report),
		web.Operation("GET /api/v1/public-satisfaction", "What people said in a month that is over, by unit and procedure, for everybody: never of few", web.Public(), o.public),
		web.Operation("GET /api/v1/satisfaction/follow-ups", "Low scores of the actor's units, without what was written", follow, o.list),
		web.Operation("GET "+one, "A low score with what was written; recorded", follow, o.get),
		web.Operation("POST "+one+"/reply", "Say what was done", follow, o.reply),
		web.Operation("POST "+one+"/close", "Close it; how to reach who gave it is erased", follow, o.close),
	}
}

type operations struct{ svc *core.Service }

type nothing struct{}

type answerIn struct {
	Token string `path:"token" maxLength:"100"`
	Body  struct {
		Score int `json:"score" doc:"1 to 5"`
	}
}

func (o operations) answer(ctx context.Context, in *answerIn) (*nothing, error) {
	_, err := o.svc.Answer(ctx, in.Token, in.Body.Score)
	return nil, err
}

type reportIn struct {
	Month string `query:"month" maxLength:"7" doc:"YYYY-MM; empty: this one"`
	Unit  string `query:"unit" maxLength:"200" doc:"empty: by unit"`
}

type nameBody struct {
	VI string `json:"vi"`
	EN string `json:"en,omitempty"`
}

func nameOf(t i18n.Text) nameBody { return nameBody{t.VI, t.EN} }

type cellBody struct {
	ID        string   `json:"id,omitempty"`
	Name      nameBody `json:"name"`
	Answers   int64    `json:"answers"`
	Satisfied int64    `json:"satisfied"`
	Low       int64    `json:"low"`
}

func cellOf(c core.Cell) cellBody {
	return cellBody{c.ID, nameOf(c.Name), c.Answers, c.Satisfied, c.Low}
}

type reportOut struct {
	Body struct {
		Month  string     `json:"month"`
		Unit   string     `json:"unit,omitempty"`
		Cells  []cellBody `json:"cells"`
		Rest   *cellBody  `json:"rest,omitempty" doc:"all others together"`
		Hidden bool       `json:"hidden" doc:"too few answers to show anything"`
	}
}

func (o operations) report(ctx context.Context, in *reportIn) (*reportOut, error) {
	r, err := o.svc.GetReport(ctx, identity.From(ctx), in.Month, in.Unit)
	if err != nil {
		return nil, err
	}
	out := &reportOut{}
	b := &out.Body
	b.Month, b.Unit, b.Cells, b.Hidden = r.Month, r.Unit, []cellBody{}, r.Hidden
	for _, c := range r.Cells {
		b.Cells = append(b.Cells, cellOf(c))
	}
	if r.Rest.Answers > 0 {
		rest := cellOf(r.Rest)
		b.Rest = &rest
	}
	return out, nil
}

type listIn struct {
	State      string `query:"state" enum:"open,answered,closed"`
	AfterMonth string `query:"after_month" maxLength:"7"`
	AfterID    string `query:"after_id" maxLength:"100"`
}

// LowScore is a low score that the leader of a unit answers for.
type LowScore struct {
	ID      string   `json:"id"`
	Unit    string   `json:"unit"`
	Month   string   `json:"month"`
	Score   int      `json:"score"`
	Reasons []string `json:"reasons"`
	State   string   `json:"state" enum:"open,answered,closed"`
	Words   string   `json:"words,omitempty" doc:"personal"`
	Contact string   `json:"contact,omitempty" doc:"personal; only where they want to be contacted"`
	Answer  string   `json:"answer,omitempty"`
}

func lowOf(f core.FollowUp) LowScore {
	return LowScore{f.ID, f.Unit, f.Month, f.Score, append([]string{}, f.Reasons...), f.State, f.Words, f.Contact, f.Answer}
}

type listOut struct {
	Body struct {
		FollowUps []LowScore `json:"follow_ups"`
		NextMonth string     `json:"next_month,omitempty"`
		NextID    string     `json:"next_id,omitempty"`
	}
}

func (o operations) list(ctx context.Context, in *listIn) (*listOut, error) {
	all, next, err := o.svc.ListFollowUps(ctx, identity.From(ctx), in.State, core.FollowAfter{Month: in.AfterMonth, ID: in.AfterID})
	if err != nil {
		return nil, err
	}
	out := &listOut{}
	out.Body.FollowUps, out.Body.NextMonth, out.Body.NextID = []LowScore{}, next.Month, next.ID
	for _, f := range all {
		out.Body.FollowUps = append(out.Body.FollowUps, lowOf(f))
	}
	return out, nil
}

// LowScoreIn names a low score.
type LowScoreIn struct {
	FollowUp string `path:"followup" maxLength:"100"`
}

type oneOut struct{ Body LowScore }

func (o operations) get(ctx context.Context, in *LowScoreIn) (*oneOut, error) {
	f, err := o.svc.GetFollowUp(ctx, identity.From(ctx), in.FollowUp)
	if err != nil {
		return nil, err
	}
	return &oneOut{lowOf(f)}, nil
}

type replyIn struct {
	LowScoreIn

	Body struct {
		Answer string `json:"answer" maxLength:"4000"`
	}
}

func (o operations) reply(ctx context.Context, in *replyIn) (*nothing, error) {
	return nil, o.svc.Reply(ctx, identity.From(ctx), in.FollowUp, in.Body.Answer)
}

func (o operations) close(ctx context.Context, in *LowScoreIn) (*nothing, error) {
	return nil, o.svc.CloseFollowUp(ctx, identity.From(ctx), in.FollowUp)
}
