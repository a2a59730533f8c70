// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package api serves figures and reports as JSON.
package api

import (
	"context"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/modules/statistics"
	"tinhso.vn/internal/modules/statistics/internal/core"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/web"
)

// Routes returns the operations.
func Routes(s *core.Service) []web.Route {
	o, view := operations{s}, web.Needs(string(statistics.PermView))
	return []web.Route{
		web.Operation("GET /api/v1/statistics", "Count dossiers of a period by unit, field, procedure or month", view, o.board),
		web.Operation("GET /api/v1/statistics/steps", "Count open steps by step and by who has them in hand", view, o.steps),
		web.Operation("GET /api/v1/statistics/dossiers", "List the dossiers behind a figure", view, o.list),
		web.Operation("GET /api/v1/statistics/process", "Measure how long steps took, and what a shorter step would have changed", view, o.process),
		web.Operation("GET /api/v1/statistics/targets", "List targets beside what was counted", view, o.targets),
		web.Operation("POST /api/v1/statistics/recount", "Have all figures counted anew from the records", web.Needs(string(statistics.PermRecount)), o.recount),
		web.Operation("GET /api/v1/reports", "List periodic reports, the newest first", view, o.reports),
		web.Operation("POST /api/v1/reports", "Make a periodic report: its numbers are kept as they are now", web.Needs(string(statistics.PermReport)), o.make),
		web.Operation("GET /api/v1/report-forms", "List the forms in which a report can be made", view, o.forms),
		web.Operation("GET /api/v1/reports/{report}", "Get a report as it was made, and what would be another today", view, o.report),
		web.Operation("GET /api/v1/lateness", "List how much each unit has solved late in a month", web.Public(), o.late),
	}
}

type operations struct{ svc *core.Service }

// Asked is what figures are narrowed to.
type Asked struct {
	From      string `query:"from" format:"date" doc:"first day; the month's when absent"`
	To        string `query:"to" format:"date" doc:"last day; today when absent"`
	Unit      string `query:"unit" maxLength:"100"`
	Field     string `query:"field" maxLength:"300" doc:"in Vietnamese"`
	Procedure string `query:"procedure" maxLength:"100"`
	Channel   int    `query:"channel" minimum:"0" maximum:"3" doc:"1 counter, 2 online, 3 post; 0 all"`
}

func (a Asked) filter() core.Filter {
	return core.Filter{From: a.From, To: a.To, Unit: orgs.ID(a.Unit), Field: a.Field, Procedure: procedures.ID(a.Procedure), Channel: dossiers.Channel(a.Channel)}
}

// StatisticsFigure is a row of figures: opening + received - ended = open.
type StatisticsFigure struct {
	Key         string    `json:"key" doc:"unit, field, procedure or month (2026-11)"`
	Name        i18n.Text `json:"name"`
	Opening     int64     `json:"opening"`
	Counter     int64     `json:"counter"`
	Online      int64     `json:"online"`
	Post        int64     `json:"post"`
	Received    int64     `json:"received"`
	Early       int64     `json:"early"`
	OnTime      int64     `json:"on_time"`
	Late        int64     `json:"late"`
	Undated     int64     `json:"undated" doc:"solved, and nobody had stated how long it may take"`
	Withdrawn   int64     `json:"withdrawn"`
	Stopped     int64     `json:"stopped"`
	Refused     int64     `json:"refused" doc:"before they were accepted: not among the received"`
	Open        int64     `json:"open"`
	OpenLate    int64     `json:"open_late"`
	Paused      int64     `json:"paused"`
	Supplements int64     `json:"supplements" doc:"how often people were asked for one"`
}

func figure(f dossiers.Figure) StatisticsFigure {
	return StatisticsFigure{
		Key: f.Key, Name: f.Name, Opening: f.Opening, Counter: f.Received[dossiers.Counter], Online: f.Received[dossiers.Online], Post: f.Received[dossiers.Post], Received: f.In(),
		Early: f.Early, OnTime: f.OnTime, Late: f.Late, Undated: f.Undated, Withdrawn: f.Withdrawn, Stopped: f.Stopped, Refused: f.Refused,
		Open: f.Closing, OpenLate: f.ClosingLate, Paused: f.Paused, Supplements: f.Asked,
	}
}

// StatisticsClock is what is open by how much time is left.
type StatisticsClock struct {
	Overdue int64 `json:"overdue"`
	Today   int64 `json:"today"`
	Soon    int64 `json:"soon"`
	Waiting int64 `json:"waiting"`
	Other   int64 `json:"other"`
}

func clock(c dossiers.Clock) StatisticsClock {
	return StatisticsClock{c.Overdue, c.Today, c.Soon, c.Waiting, c.Other}
}

type boardIn struct {
	Asked

	By string `query:"by" enum:"unit,field,procedure,month" default:"unit"`
}

type boardOut struct {
	Body struct {
		From   string             `json:"from"`
		To     string             `json:"to"`
		Now    StatisticsClock    `json:"now"`
		Rows   []StatisticsFigure `json:"rows"`
		Sum    StatisticsFigure   `json:"sum"`
		Behind int64              `json:"behind" doc:"changes that are not counted yet"`

		Mirrors []StatisticsMirrors `json:"mirrors" doc:"dossiers that are worked on in systems of other agencies: in no other figure; none where it is asked for a field"`
	}
}

// StatisticsMirrors counts the dossiers that the system of an agency works on.
type StatisticsMirrors struct {
	Keeper   string `json:"keeper" doc:"code of the agency"`
	Name     string `json:"name"`
	Received int64  `json:"received" doc:"accepted within the days"`
	Ended    int64  `json:"ended" doc:"within the days"`
	Open     int64  `json:"open" doc:"now"`
	Late     int64  `json:"late" doc:"of these"`
}

func (o operations) board(ctx context.Context, in *boardIn) (*boardOut, error) {
	b, err := o.svc.Board(ctx, identity.From(ctx), in.filter(), dossiers.Dimension(in.By))
	if err != nil {
		return nil, err
	}
	out := &boardOut{}
	out.Body.From, out.Body.To, out.Body.Now, out.Body.Sum, out.Body.Behind = b.Filter.From, b.Filter.To, clock(b.Now), figure(b.Sum), b.Behind
	out.Body.Rows = []StatisticsFigure{}
	for _, f := range b.Rows {
		out.Body.Rows = append(out.Body.Rows, figure(f))
	}
	out.Body.Mirrors = []StatisticsMirrors{}
	for _, m := range b.Mirrors {
		out.Body.Mirrors = append(out.Body.Mirrors, StatisticsMirrors{m.Keeper.Code, m.Keeper.Name, m.Received, m.Ended, m.Open, m.Late})
	}
	return out, nil
}

// StatisticsLoad is what is open of a step, or in somebody's hands.
type StatisticsLoad struct {
	Step    *i18n.Text `json:"step,omitempty"`
	Account string     `json:"account,omitempty" doc:"- stands for nobody"`
	Name    string     `json:"name,omitempty"`
	StatisticsClock
}

type stepsOut struct {
	Body struct {
		Steps  []StatisticsLoad `json:"steps"`
		People []StatisticsLoad `json:"people"`
	}
}

func (o operations) steps(ctx context.Context, in *Asked) (*stepsOut, error) {
	b, err := o.svc.Steps(ctx, identity.From(ctx), in.filter())
	if err != nil {
		return nil, err
	}
	out := &stepsOut{}
	out.Body.Steps, out.Body.People = []StatisticsLoad{}, []StatisticsLoad{}
	for _, l := range b.Steps {
		out.Body.Steps = append(out.Body.Steps, StatisticsLoad{Step: &l.Step, StatisticsClock: clock(l.Clock)})
	}
	for _, l := range b.People {
		out.Body.People = append(out.Body.People, StatisticsLoad{Account: l.Account, Name: l.Who, StatisticsClock: clock(l.Clock)})
	}
	return out, nil
}

type listIn struct {
	Asked

	Measure string `query:"measure" required:"true" enum:"received,early,on_time,late,undated,withdrawn,stopped,refused,open,open_late,paused"`
	After   string `query:"after" maxLength:"200"`
}

// StatisticsDossier is a dossier behind a figure. It names nobody.
type StatisticsDossier struct {
	ID        dossiers.ID     `json:"id"`
	Code      string          `json:"code"`
	Procedure procedures.ID   `json:"procedure"`
	Name      i18n.Text       `json:"name"`
	Field     string          `json:"field"`
	Unit      orgs.ID         `json:"unit"`
	Channel   int             `json:"channel"`
	Status    dossiers.Status `json:"status"`
	Accepted  db.Time         `json:"accepted_at"`
	Due       db.Time         `json:"due_at"`
	Ended     db.Time         `json:"ended_at"`
}

type listOut struct {
	Body struct {
		Dossiers []StatisticsDossier `json:"dossiers"`
		Next     string              `json:"next,omitempty"`
	}
}

func (o operations) list(ctx context.Context, in *listIn) (*listOut, error) {
	l, err := o.svc.List(ctx, identity.From(ctx), in.filter(), dossiers.Measure(in.Measure), in.After)
	if err != nil {
		return nil, err
	}
	out := &listOut{}
	out.Body.Dossiers, out.Body.Next = []StatisticsDossier{}, l.Next
	for _, d := range l.Items {
		out.Body.Dossiers = append(out.Body.Dossiers, StatisticsDossier{d.ID, d.Code, d.Procedure, d.Name, d.Field, d.Unit, int(d.Channel), d.Status, d.Accepted, d.Due, d.Ended})
	}
	return out, nil
}
