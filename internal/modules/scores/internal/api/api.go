// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package api serves scores as JSON.
package api

import (
	"context"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/scores"
	"tinhso.vn/internal/modules/scores/internal/core"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/web"
)

// Routes returns the operations.
func Routes(s *core.Service) []web.Route {
	o, view := operations{s}, web.Needs(string(scores.PermView), string(scores.PermAll))
	return []web.Route{
		web.Operation("GET /api/v1/scores/{period}", "Scores of units in a month, quarter or year, with how many points could be counted", view, o.list),
		web.Operation("GET /api/v1/scores/{period}/differences", "What would be otherwise in a frozen period, were it worked out now", view, o.differences),
		web.Operation("GET /api/v1/public-scores", "Scores of a frozen period for everybody, the newest where none is asked for, and which periods there are", web.Public(), o.public),
		web.Operation("POST /api/v1/scores/{period}/close", "Freeze a period that is over", web.Needs(string(scores.PermClose)), o.closePeriod),
		web.Operation("GET /api/v1/scores/{period}/units/{unit}", "Score of a unit by criterion, with the period before and the months", view, o.unit),
		web.Operation("GET /api/v1/scores/{period}/units/{unit}/dossiers/{measure}", "Dossiers that a number of a unit counts", view, o.behind),
	}
}

type operations struct{ svc *core.Service }

// UnitScore is the score of a unit. Points are hundredths.
type UnitScore struct {
	Unit   orgs.ID   `json:"unit"`
	Name   i18n.Text `json:"name"`
	Parent orgs.ID   `json:"parent,omitempty"`
	Until  string    `json:"until,omitempty" doc:"last day of a unit that ended in the period"`
	Points int64     `json:"points" doc:"hundredths of a point"`
	Of     int64     `json:"of" doc:"whole points that could be counted; 0: nothing"`
	Max    int64     `json:"max" doc:"whole points of the set"`
}

func unitScore(l core.Line) UnitScore {
	return UnitScore{l.ID, l.Name, l.Parent, l.Until, l.Points, l.Of, l.Max}
}

// ScorePeriod says what a score rests on.
type ScorePeriod struct {
	Period     string  `json:"period"`
	Set        string  `json:"set,omitempty"`
	Unverified bool    `json:"unverified" doc:"the points of the set were not compared with the decision"`
	At         db.Time `json:"at" doc:"what came later is not counted"`
	ClosedBy   string  `json:"closed_by,omitempty"`
	ClosedAt   db.Time `json:"closed_at,omitzero"`
}

func period(s core.Sheet) ScorePeriod {
	p := ScorePeriod{Period: s.Period.String(), Set: s.Set.ID, Unverified: s.Set.Unverified, At: s.At}
	if s.Closed != nil {
		p.ClosedBy, p.ClosedAt = s.Closed.Named, s.Closed.At
	}
	return p
}

type periodIn struct {
	Period string `path:"period" maxLength:"10" doc:"2026-11, 2026-Q4 or 2026"`
}

type listOut struct {
	Body struct {
		ScorePeriod

		Units []UnitScore `json:"units"`
	}
}

func (o operations) list(ctx context.Context, in *periodIn) (*listOut, error) {
	p, err := core.ParsePeriod(in.Period)
	if err != nil {
		return nil, err
	}
	sheet, lines, err := o.svc.List(ctx, identity.From(ctx), p)
	if err != nil {
		return nil, err
	}
	out := &listOut{}
	out.Body.ScorePeriod, out.Body.Units = period(sheet), []UnitScore{}
	for _, l := range lines {
		out.Body.Units = append(out.Body.Units, unitScore(l))
	}
	return out, nil
}

type publicIn struct {
	Period string `query:"period" maxLength:"10" doc:"2026-11, 2026-Q4 or 2026; empty: the newest"`
}

type publicOut struct {
	Body struct {
		Period     string      `json:"period,omitempty" doc:"empty: none is frozen yet"`
		Periods    []string    `json:"periods" doc:"those that are frozen, the newest first"`
		Set        string      `json:"set,omitempty"`
		Unverified bool        `json:"unverified" doc:"the points of the set were not compared with the decision"`
		At         db.Time     `json:"at,omitzero" doc:"what came later is not counted"`
		Units      []UnitScore `json:"units"`
	}
}

func (o operations) public(ctx context.Context, in *publicIn) (*publicOut, error) {
	sheet, lines, all, err := o.svc.Public(ctx, in.Period)
	if err != nil {
		return nil, err
	}
	out := &publicOut{}
	out.Body.Periods, out.Body.Units = []string{}, []UnitScore{}
	for _, p := range all {
		out.Body.Periods = append(out.Body.Periods, p.String())
	}
	if sheet.Closed != nil {
		out.Body.Period, out.Body.Set, out.Body.Unverified, out.Body.At = sheet.Period.String(), sheet.Set.ID, sheet.Set.Unverified, sheet.At
	}
	for _, l := range lines {
		out.Body.Units = append(out.Body.Units, unitScore(l))
	}
	return out, nil
}

// ScoreDifference is a unit whose frozen score is not that of now.
type ScoreDifference struct {
	Unit   orgs.ID `json:"unit"`
	Frozen int64   `json:"frozen" doc:"hundredths of a point"`
	Now    int64   `json:"now"`
}

type differencesOut struct {
	Body struct {
		ScorePeriod

		Units []ScoreDifference `json:"units"`
	}
}

func (o operations) differences(ctx context.Context, in *periodIn) (*differencesOut, error) {
	p, err := core.ParsePeriod(in.Period)
	if err != nil {
		return nil, err
	}
	sheet, all, err := o.svc.Differences(ctx, identity.From(ctx), p)
	if err != nil {
		return nil, err
	}
	out := &differencesOut{}
	out.Body.ScorePeriod, out.Body.Units = period(sheet), []ScoreDifference{}
	for _, d := range all {
		out.Body.Units = append(out.Body.Units, ScoreDifference{d.ID, d.Frozen.Points, d.Now.Points})
	}
	return out, nil
}

func (o operations) closePeriod(ctx context.Context, in *periodIn) (*struct{}, error) {
	p, err := core.ParsePeriod(in.Period)
	if err != nil {
		return nil, err
	}
	return nil, o.svc.Close(ctx, identity.From(ctx), p)
}

type unitIn struct {
	Period string `path:"period" maxLength:"10"`
	Unit   string `path:"unit" maxLength:"100"`
}

// ScoreCriterion is one criterion of a unit.
type ScoreCriterion struct {
	ID     string    `json:"id"`
	Name   i18n.Text `json:"name"`
	State  string    `json:"state" enum:"counted,empty,missing"`
	Count  int64     `json:"count"`
	Of     int64     `json:"of"`
	Points int64     `json:"points" doc:"hundredths of a point"`
	Max    int64     `json:"max"`
}

// ScoreMonth is the score of a month.
type ScoreMonth struct {
	Month  string `json:"month"`
	Points int64  `json:"points"`
	Of     int64  `json:"of"`
}

type unitOut struct {
	Body struct {
		ScorePeriod
		UnitScore

		Criteria []ScoreCriterion `json:"criteria"`
		Counts   map[string]int64 `json:"counts"`
		Before   *int64           `json:"before,omitempty" doc:"points of the period before"`
		Trend    []ScoreMonth     `json:"trend"`
	}
}

func (o operations) unit(ctx context.Context, in *unitIn) (*unitOut, error) {
	p, err := core.ParsePeriod(in.Period)
	if err != nil {
		return nil, err
	}
	d, err := o.svc.Unit(ctx, identity.From(ctx), p, orgs.ID(in.Unit))
	if err != nil {
		return nil, err
	}
	out := &unitOut{}
	out.Body.ScorePeriod, out.Body.UnitScore, out.Body.Counts = period(d.Sheet), unitScore(d.Line), d.Counts
	out.Body.Criteria, out.Body.Trend = []ScoreCriterion{}, []ScoreMonth{}
	for _, g := range d.Groups {
		for _, c := range g.Criteria {
			out.Body.Criteria = append(out.Body.Criteria, ScoreCriterion{c.Criterion.ID, c.Criterion.Name, c.State, c.Count, c.Of, c.Points, c.Criterion.Points})
		}
	}
	if d.Before != nil {
		out.Body.Before = &d.Before.Points
	}
	for _, m := range d.Trend {
		out.Body.Trend = append(out.Body.Trend, ScoreMonth{m.Period.String(), m.Points, m.Of})
	}
	return out, nil
}

type behindIn struct {
	Period  string                `path:"period" maxLength:"10"`
	Unit    string                `path:"unit" maxLength:"100"`
	Measure dossiers.ScoreMeasure `path:"measure" enum:"received,carried,on_time,within,late,online,results,electronic,digitised,reused,money_due,money_online"`
	After   string                `query:"after" maxLength:"40" doc:"next of the page before"`
}

// ScoredDossier is a dossier that a number counts.
type ScoredDossier struct {
	ID        dossiers.ID     `json:"id"`
	Code      string          `json:"code"`
	Procedure i18n.Text       `json:"procedure"`
	Unit      orgs.ID         `json:"unit"`
	Status    dossiers.Status `json:"status"`
	Due       db.Time         `json:"due,omitzero"`
}

type behindOut struct {
	Body struct {
		Items []ScoredDossier `json:"items"`
		Next  dossiers.ID     `json:"next,omitempty"`
	}
}

func (o operations) behind(ctx context.Context, in *behindIn) (*behindOut, error) {
	p, err := core.ParsePeriod(in.Period)
	if err != nil {
		return nil, err
	}
	b, err := o.svc.Dossiers(ctx, identity.From(ctx), p, orgs.ID(in.Unit), in.Measure, dossiers.ID(in.After))
	if err != nil {
		return nil, err
	}
	out := &behindOut{}
	out.Body.Items, out.Body.Next = []ScoredDossier{}, b.Next
	for _, d := range b.Items {
		out.Body.Items = append(out.Body.Items, ScoredDossier{d.ID, d.Code, d.Name, d.Authority, d.Status, d.Due})
	}
	return out, nil
}
